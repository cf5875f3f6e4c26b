"""Who may see what. The one place that decides access to calendars, events and operations.

A member sees the calendars of their own Google accounts and nothing else. What belongs to
somebody else is answered exactly like what does not exist.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import (
    Case,
    Count,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)

from accounts.models import AccountStatus, GoogleAccount, Member
from calendars import cached_occurrences, event_resource, recurrence
from calendars.errors import AlreadyDeletedError, NoGoogleAccountError, NotFoundError
from calendars.made_ids import LOCAL_PREFIX, anew_id, google_id_of
from calendars.models import CachedEvent, Calendar, OperationType, OutboxOperation
from calendars.models.calendar import WRITING_ROLES, AccessRole
from calendars.queries.freshness import with_counts
from calendars.sync.core.settling import Choice, resolved
from secretary_project.prepared_query import PreparedQuery

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PRIMARY = "primary"
_LARGEST_ID = 2**63 - 1
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class EventTarget:
    """What an event id means.

    ``event``           the row: a single event, a series or an exception
    ``instance_id``     set when one occurrence of the series ``event`` is meant that has no row
    ``occurrence``      when that one happens, and its slot in the series
    """

    event: CachedEvent
    instance_id: str | None = None
    occurrence: recurrence.Occurrence | None = None

    @property
    def original_start(self) -> int | str | None:
        return self.occurrence.original_start if self.occurrence else None


def calendars_of(member: Member) -> QuerySet[Calendar]:
    """All entries the member can read, hidden and unselected ones included.

    The same Google calendar is there once for each account that has it; see ``each_once``.
    """
    return Calendar.objects.filter(account__member=member, deleted=False)


_ENTRIES = PreparedQuery(
    lambda member: with_counts(
        preferred_first(calendars_of(member).select_related("account", "sync_state"))
    ),
    "member",
)
_PRIMARY_CALENDAR = PreparedQuery(
    lambda member: (
        calendars_of(member)
        .filter(primary=True)
        .select_related("account", "sync_state")
        .order_by("account_id")[:1]
    ),
    "member",
)
_CALENDAR = PreparedQuery(
    lambda member, google_id: preferred_first(
        calendars_of(member).filter(google_id=google_id).select_related("account", "sync_state")
    )[:1],
    "member",
    "google_id",
)


def entries_of(member: Member) -> list[Calendar]:
    """``calendars_of`` with accounts, sync states and ``freshness.counts_of``, as
    ``preferred_first`` has them."""
    return _ENTRIES.run(member=member.pk)


def each_once(calendars: QuerySet[Calendar]) -> list[Calendar]:
    """One entry for each Google calendar of one member, in the order in which they came.

    Of a calendar that several accounts have, it is the one that ``calendar_of`` gives too: what is
    shown is what is changed.
    """
    return first_of_each(preferred_first(calendars))


def preferred_first(calendars: QuerySet[Calendar]) -> QuerySet[Calendar]:
    """Of several entries for one Google calendar first the one that is still kept in step, then
    the one that may write, then that of the older account."""
    disconnected = Q(account__status=AccountStatus.DISCONNECTED)
    return calendars.order_by(
        _last(disconnected), _last(~Q(access_role__in=WRITING_ROLES)), "account_id"
    )


def first_of_each(calendars: Iterable[Calendar]) -> list[Calendar]:
    """``each_once`` of entries that come with the preferred ones first."""
    preferred: dict[str, Calendar] = {}
    for calendar in calendars:
        preferred.setdefault(calendar.google_id, calendar)
    return sorted(preferred.values(), key=lambda calendar: calendar.pk)


def calendar_of(*, member: Member, calendar_id: str) -> Calendar:
    """The member's calendar of that Google id; ``primary`` is the first account's own.

    Raises NotFoundError, or NoGoogleAccountError for a member without any account.
    """
    if not _UNSTORABLE.search(calendar_id):
        found = (
            _PRIMARY_CALENDAR.run(member=member.pk)
            if calendar_id == PRIMARY
            else _CALENDAR.run(member=member.pk, google_id=calendar_id)
        )
        if found:
            return found[0]
    if calendar_id == PRIMARY and not member.google_accounts.exists():
        raise NoGoogleAccountError("Connect a Google account first.")
    raise NotFoundError("There is no such calendar.", calendar_id=calendar_id)


def calendar_for_new_events(member: Member) -> Calendar:
    """Where an event goes that names no calendar.

    The member's choice, else the primary one, else the first that takes events. Where none does,
    what ``calendar_of`` says of ``primary``. Raises NotFoundError, NoGoogleAccountError.
    """
    chosen = _calendar_or_none(member, member.default_calendar) if member.default_calendar else None
    if chosen is not None and chosen.takes_events:
        return chosen
    primary = _calendar_or_none(member, PRIMARY)
    if primary is not None and primary.takes_events:
        return primary
    others = each_once(calendars_of(member).select_related("account", "sync_state"))
    usable = next((each for each in others if each.takes_events), None)
    return usable or calendar_of(member=member, calendar_id=PRIMARY)


def colleagues_of(member: Member) -> QuerySet[Member]:
    """Whose busy time the member may see: active members who have a Google account connected.

    It is mutual, so a member without an account has no colleagues; and it ends where one of them
    does not want it (``shares_busy_time``). Only busy spans are seen; see ``shared_with``.
    """
    return _colleagues(member.pk)


def colleagues_by_name(member: Member) -> list[Member]:
    """``colleagues_of`` in the order of their names, as every page lists them."""
    return _COLLEAGUES.run(member=member.pk)


def _colleagues(member_pk: Any) -> QuerySet[Member]:
    connected = GoogleAccount.objects.exclude(status=AccountStatus.DISCONNECTED)
    others = Member.objects.filter(
        Exists(connected.filter(member=member_pk)),
        Exists(connected.filter(member=OuterRef("pk"))),
        is_active=True,
        shares_busy_time=True,
    )
    return others.exclude(pk=member_pk)


_COLLEAGUES = PreparedQuery(
    lambda member: (
        _colleagues(member)
        .only("username", "first_name", "last_name")
        .order_by("first_name", "last_name", "username")
    ),
    "member",
)


def busy_calendars_of(people: Iterable[Member]) -> QuerySet[Calendar]:
    """The calendars that say when these people are busy: the primary ones of their accounts.

    Other calendars hold other people's time: a team's, a room's, the holidays. The people have to
    be ``colleagues_of`` the member who asks, or the member.
    """
    primary = Calendar.objects.filter(account__member__in=people, primary=True, deleted=False)
    return primary.exclude(account__status=AccountStatus.DISCONNECTED)


def shared_with(member: Member, calendars: Iterable[Calendar]) -> set[str]:
    """Google's ids of those calendars whose events the member may read, because Google lets an
    account of theirs: one that sees free and busy only does not count."""
    own = calendars_of(member).filter(google_id__in={each.google_id for each in calendars})
    readable = own.exclude(access_role=AccessRole.FREE_BUSY_READER)
    return set(readable.values_list("google_id", flat=True))


def event_of(*, member: Member, calendar_id: str, event_id: str) -> EventTarget:
    """The event, exception or instance of that id; a ``local:`` id resolves for ever.

    Raises NotFoundError, or AlreadyDeletedError for one that is only waiting to be deleted.
    """
    calendar = calendar_of(member=member, calendar_id=calendar_id)
    if not _UNSTORABLE.search(event_id):
        target = _row_target(calendar, event_id) or instance_of(calendar, event_id)
        if target is not None:
            return target
    raise NotFoundError(
        "There is no such event in this calendar.", calendar_id=calendar_id, event_id=event_id
    )


def instance_of(calendar: Calendar, event_id: str) -> EventTarget | None:
    """The occurrence that an instance id names, of a series that is here; None for any other id."""
    parts = event_resource.split_instance_id(event_id)
    slot = event_resource.original_start_of(parts[1]) if parts else None
    if parts is None or slot is None:
        return None
    for series in _candidates(calendar, parts[0]):
        if occurrence := occurrence_at(series, slot):
            instance_id = event_resource.instance_id(master_id=series.event_id, original=slot)
            known = _row_target(series.calendar, instance_id) if instance_id != event_id else None
            return known or EventTarget(series, instance_id, occurrence)
    return None


def operation_of(*, member: Member, op_id: int) -> OutboxOperation:
    """One operation on a calendar of the member. Raises NotFoundError."""
    if 0 < op_id <= _LARGEST_ID:
        operations = OutboxOperation.objects.filter(calendar__account__member=member, op_id=op_id)
        if operation := operations.select_related("calendar__account", "actor").first():
            return operation
    raise NotFoundError("There is no such queued change.", op_id=op_id)


def series_of(event: CachedEvent) -> CachedEvent | None:
    """The row of the series an exception belongs to, unless it is not visible here."""
    if not event.recurring_event_id:
        return None
    return _rows(event.calendar).filter(event_id=event.recurring_event_id).first()


def _calendar_or_none(member: Member, calendar_id: str) -> Calendar | None:
    try:
        return calendar_of(member=member, calendar_id=calendar_id)
    except (NotFoundError, NoGoogleAccountError):
        return None


def _last(condition: Q) -> Case:
    return Case(When(condition, then=Value(1)), default=Value(0), output_field=IntegerField())


def _rows(calendar: Calendar) -> QuerySet[CachedEvent]:
    return CachedEvent.objects.filter(calendar=calendar).select_related("calendar__account")


_EVENT = PreparedQuery(
    lambda calendar, event_id: CachedEvent.objects.filter(
        Q(event_id=event_id) | Q(local_id=event_id), calendar=calendar
    ),
    "calendar",
    "event_id",
)


def _row_target(calendar: Calendar, event_id: str) -> EventTarget | None:
    found = _EVENT.run(calendar=calendar.pk, event_id=event_id)
    if not found:
        return _lasting_target(calendar, event_id)
    row = found[0]
    row.calendar = calendar
    series = series_of(row)
    gone = any(event_resource.is_cancelled(each.resource) for each in (row, series) if each)
    if gone or cached_occurrences.is_cut_off(row, series):
        if lasting := _lasting_target(calendar, event_id):
            return lasting
        raise AlreadyDeletedError("This event is deleted.", event_id=event_id)
    return EventTarget(row)


def _lasting_target(calendar: Calendar, event_id: str) -> EventTarget | None:
    """A ``local:`` id resolves for ever: also after a move to another calendar of the member, and
    where the event was deleted and made anew since."""
    if not event_id.startswith(LOCAL_PREFIX):
        return None
    own = calendars_of(calendar.account.member)
    known = _living(own.exclude(pk=calendar.pk), [event_id]) or _made_anew(own, event_id)
    return EventTarget(known) if known else None


def _made_anew(own: QuerySet[Calendar], local_id: str) -> CachedEvent | None:
    """What stands for an event by now that was lost, be it for the second time."""
    lost = [local_id]
    while lost:
        lost = _anew_ids(own, lost)
        if row := _living(own, lost):
            return row
    return None


def _anew_ids(own: QuerySet[Calendar], lost: list[str]) -> list[str]:
    """The ids of all that may have been made of these events after they were deleted."""
    about = OutboxOperation.objects.filter(
        Q(op_type=OperationType.DELETE) | Q(reason=resolved(Choice.MINE)),
        calendar__in=own,
        lane__in=map(google_id_of, lost),
    )
    return [
        f"{LOCAL_PREFIX}{anew_id(op_id=op_id, created_at=created_at, undone=undone)}"
        for op_id, created_at, times in about.annotate(times=Count("undone_by")).values_list(
            "op_id", "created_at", "times"
        )
        for undone in range(times + 1)
    ]


def _living(calendars: QuerySet[Calendar], local_ids: list[str]) -> CachedEvent | None:
    rows = CachedEvent.objects.filter(calendar__in=calendars, local_id__in=local_ids)
    living = rows.exclude(start_ts_utc=None).select_related("calendar__account")
    return living.order_by("-pk").first()


def _candidates(calendar: Calendar, base: str) -> Iterator[CachedEvent]:
    """The series an instance id may belong to: BASE, or one of its later parts BASE_R… (3.3)."""
    named = Q(event_id=base) | Q(local_id=base) | Q(event_id__startswith=f"{base}_R")
    rows = [row for row in _rows(calendar).filter(named) if _is_living_series(row)]
    lasting = None if rows else _lasting_target(calendar, base)
    if lasting is not None and _is_living_series(lasting.event):
        rows.append(lasting.event)
    yield from rows


def _is_living_series(row: CachedEvent) -> bool:
    resource = row.resource
    return event_resource.is_series(resource) and not event_resource.is_cancelled(resource)


def occurrence_at(series: CachedEvent, slot: int | str) -> recurrence.Occurrence | None:
    """The occurrence of a series at its slot, as its rule has it; None where there is none."""
    zone = series.calendar.time_zone
    begin = _instant(slot, zone)
    found = recurrence.expand(
        series.resource, window_start=begin, window_end=begin + 1, calendar_zone=zone
    )
    return next((each for each in found if each.original_start == slot), None)


def _instant(slot: int | str, calendar_zone: str) -> int:
    if isinstance(slot, int):
        return slot
    day = dt.date.fromisoformat(slot).toordinal()
    zone = event_resource.zone_or_utc(calendar_zone)
    return event_resource.all_day_span(day, day + 1, zone=zone).start
