"""Asking the worker for what a question about people's time could not be answered with."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction

from calendars.commands.calendars import want_span
from calendars.models import OutsideBusy
from calendars.queries.outside import BELIEVED, asking_account, is_known
from calendars.sync.core.busy_plan import LONGEST_SECONDS, askable
from calendars.sync.nudge import wake

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from accounts.models import GoogleAccount, Member
    from calendars.free_time.spans import TimeSpan
    from calendars.models import Calendar
    from calendars.queries.people import PersonBusy

MOST_OPEN = 200
"""Addresses that one account waits to hear of: more are not asked about until these are."""
_QUESTIONS_APART = dt.timedelta(minutes=1)


def want_times(
    *,
    member: Member,
    calendars: Iterable[Calendar] = (),
    people: Iterable[PersonBusy],
    span: TimeSpan,
    now: dt.datetime,
) -> None:
    """Have more of the calendars and the colleagues' cached, and Google asked about others."""
    found = list(people)
    want_span(
        calendars=[*calendars, *(each for person in found for each in person.uncovered)],
        time_min=dt.datetime.fromtimestamp(span.start, dt.UTC),
        time_max=dt.datetime.fromtimestamp(span.end, dt.UTC),
        now=now,
    )
    addresses = dict.fromkeys(person.name.lower() for person in found if person.unasked)
    account = asking_account(member) if addresses else None
    if account is not None:
        _want_busy_times(account, list(addresses), span, now=now)


def _want_busy_times(
    account: GoogleAccount, addresses: Sequence[str], span: TimeSpan, *, now: dt.datetime
) -> None:
    """Written at most once a minute for an address, unless more time is wanted."""
    rows = OutsideBusy.objects.filter(account=account, address__in=addresses)
    known = {row.address: row for row in rows}
    wanted = [
        row
        for each in addresses
        if (row := _wish(account, each, known.get(each), span, now=now)) is not None
    ]
    waiting = OutsideBusy.objects.filter(account=account, fetched_at=None).count() if wanted else 0
    if not wanted or waiting + len(wanted) > MOST_OPEN:
        return
    with transaction.atomic():
        OutsideBusy.objects.bulk_create(
            wanted,
            update_conflicts=True,
            unique_fields=["account", "address"],
            update_fields=["wanted_start", "wanted_end", "wanted_at"],
        )
        account_id = account.pk
        transaction.on_commit(lambda: wake(account_id=account_id))


def _wish(
    account: GoogleAccount,
    address: str,
    row: OutsideBusy | None,
    span: TimeSpan,
    *,
    now: dt.datetime,
) -> OutsideBusy | None:
    """What to ask about the address; None if Google has told lately or is being asked.

    Together with what was wanted lately, as far as Google tells both at once: a member who goes
    from week to week does not undo one question by the next.
    """
    start, end = askable(span.start, span.end)
    if row is not None and now - row.wanted_at < BELIEVED:
        before = int(row.wanted_start.timestamp()), int(row.wanted_end.timestamp())
        both = min(start, before[0]), max(end, before[1])
        if both[1] - both[0] <= LONGEST_SECONDS:
            start, end = both
        asked = (start, end) == before and now - row.wanted_at < _QUESTIONS_APART
        if asked or is_known(row, span, now=now):
            return None
    return OutsideBusy(
        account=account,
        address=address,
        wanted_start=dt.datetime.fromtimestamp(start, dt.UTC),
        wanted_end=dt.datetime.fromtimestamp(end, dt.UTC),
        wanted_at=now,
    )
