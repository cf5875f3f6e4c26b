"""Who else here sees what was just sent: they hear of it at once, not with their next round.

Google is asked for the one calendar that shows it. What comes of a wrong guess is one look for
nothing, so nothing is remembered of it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q

from accounts.models import AccountStatus
from calendars.models import Calendar
from calendars.sync.nudge import wake

if TYPE_CHECKING:
    from collections.abc import Mapping


def wake_neighbours(calendar: Calendar, *versions: Mapping[str, Any] | None) -> None:
    """After the commit, wake the other accounts that have this calendar, or whose person is the
    organizer or a guest of the event in one of its versions, before and after.
    """
    people = {
        str(person.get("email", "")).lower()
        for version in versions
        if version
        for person in (version.get("organizer") or {}, *(version.get("attendees") or ()))
    }
    seeing = Q(google_id=calendar.google_id) | Q(primary=True, google_id__in=people)
    others = Calendar.objects.filter(
        seeing, deleted=False, account__status=AccountStatus.CONNECTED
    ).exclude(account=calendar.account_id)
    for account_id, google_id in others.values_list("account_id", "google_id"):
        transaction.on_commit(partial(wake, account_id=account_id, calendar_id=google_id))
