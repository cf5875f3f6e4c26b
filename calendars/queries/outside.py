"""When people outside are busy, as Google told one of the member's accounts some time ago."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from accounts.models import AccountStatus
from accounts.queries import accounts_of
from accounts.scopes import allows_free_busy
from calendars.free_time.spans import TimeSpan, clipped, merged, without
from calendars.models import OutsideBusy
from calendars.sync.core.busy_plan import askable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import GoogleAccount, Member

FRESH = dt.timedelta(minutes=5)
"""An answer of this age is as good as asking: Google is not asked again."""
BELIEVED = dt.timedelta(hours=1)
"""An older answer says nothing any more; until then it serves while Google is asked again."""
SCOPE_MISSING = "scopeMissing"
NO_ACCOUNT = "noAccount"
_NO_SCOPE_AT_GOOGLE = frozenset({"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"})


@dataclass(frozen=True, slots=True)
class Outside:
    """What is known of somebody outside. ``unasked``: Google is to be asked (again)."""

    busy: list[TimeSpan]
    unknown: list[TimeSpan]
    problem: str = ""
    known_at: dt.datetime | None = None
    unasked: bool = field(default=False)


def asking_account(member: Member) -> GoogleAccount | None:
    """The account in whose name Google is asked: the first one that may ask."""
    connected = accounts_of(member).filter(status=AccountStatus.CONNECTED)
    return next((each for each in connected if allows_free_busy(each.scopes)), None)


def outside_busy(
    *, member: Member, addresses: Iterable[str], span: TimeSpan, now: dt.datetime
) -> dict[str, Outside]:
    """By address; what Google has not told, or told too long ago, is unknown. One query."""
    wanted = list(addresses)
    account = asking_account(member) if wanted else None
    if account is None:
        connected = accounts_of(member).filter(status=AccountStatus.CONNECTED).exists()
        problem = SCOPE_MISSING if connected else NO_ACCOUNT
        return {address: Outside([], [span], problem) for address in wanted}
    rows = OutsideBusy.objects.filter(account=account, address__in=wanted)
    known = {row.address: row for row in rows}
    return {address: _told(known.get(address), span, now=now) for address in wanted}


def is_known(row: OutsideBusy, span: TimeSpan, *, now: dt.datetime) -> bool:
    """Whether Google was asked about all of the span lately, whatever it said."""
    return row.fetched_at is not None and now - row.fetched_at <= FRESH and _covers(row, span)


def _told(row: OutsideBusy | None, span: TimeSpan, *, now: dt.datetime) -> Outside:
    if row is None or row.fetched_at is None:
        return Outside([], [span], unasked=True)
    unasked = not is_known(row, span, now=now)
    known = _known_span(row)
    if row.problem or known is None or now - row.fetched_at > BELIEVED:
        return Outside([], [span], _word(row.problem), row.fetched_at, unasked)
    covered = clipped([known], span)
    busy = (TimeSpan(start, end) for start, end in row.busy)
    return Outside(merged(clipped(busy, span)), without(span, covered), "", row.fetched_at, unasked)


def _covers(row: OutsideBusy, span: TimeSpan) -> bool:
    """Whether all was asked that can be asked about the span."""
    known = _known_span(row)
    start, end = askable(span.start, span.end)
    return known is not None and known.start <= start and end <= known.end


def _known_span(row: OutsideBusy) -> TimeSpan | None:
    if row.known_start is None or row.known_end is None:
        return None
    return TimeSpan(int(row.known_start.timestamp()), int(row.known_end.timestamp()))


def _word(problem: str) -> str:
    return SCOPE_MISSING if problem in _NO_SCOPE_AT_GOOGLE else problem
