"""What stands above the pages that are no view of the calendar: the ways back into it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.models import Member
from calendars.queries import sync_health
from calendars.web.addresses import views_of
from calendars.web.chip import chip_for
from calendars.web.views.after import back_url
from calendars.web.views.at_address import view_at
from calendars.web.views.shell import today_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from calendars.web.edge import MemberRequest


def calendar_bar(request: HttpRequest) -> dict[str, Any]:
    """A context processor. Nothing is asked for until a template names ``calendar_bar``."""
    return {"calendar_bar": SimpleLazyObject(lambda: _bar(request))}


def _bar(request: HttpRequest) -> dict[str, Any]:
    """Empty for who has no calendar to go to. The views are those of the day that one came from."""
    if not isinstance(request.user, Member):
        return {}
    now = timezone.now()
    standing = sync_health.standing_of(request.user)
    if not standing.accounts:
        return {}
    here = view_at(back_url(cast("MemberRequest", request)))
    return {
        "views": views_of(here.day if here else today_of(request.user, now)),
        "chip": chip_for(sync_health.status_of(standing, now=now), now=now),
    }
