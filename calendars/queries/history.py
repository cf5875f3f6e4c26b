"""Who changed what of an event, when and by which way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.db.models import OuterRef, Q, Subquery

from calendars import cache, event_resource, lanes
from calendars.errors import CalendarError, NotFoundError
from calendars.made_ids import google_id_of
from calendars.models import OperationStatus, OperationType, OutboxOperation
from calendars.models.outbox import BROUGHT_ALONG, NEVER_SENT
from calendars.queries.access import calendar_of, event_of, series_of
from calendars.queries.outbox import page_of
from calendars.sync.core.compare import holds
from calendars.sync.core.values import fields_of, unit_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from accounts.models import Member
    from calendars.models import CachedEvent, Calendar

MOST_ENTRIES = 200
_MOST_LIVES = 20
_MOST_COMPARED = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """One change that was asked for here; calendar and actor are loaded.

    ``before``, ``after``  the changed fields; of a new event all of them, of a deleted one none
    ``of_instance``        it was meant for one occurrence of a series
    ``undone_by``          the operation that took it back; None while it has effect
    ``undoable``           an undo can be tried: whether it fits the event as it is shows only then
    """

    operation: OutboxOperation
    before: dict[str, Any]
    after: dict[str, Any]
    of_instance: bool
    undone_by: int | None
    undoable: bool


@dataclass(frozen=True, slots=True)
class AtGoogle:
    """What Google says of an event itself: changes made there are no operations.

    ``updated`` is when it last changed there, by us or others; a change of reminders does not
    count (trap 22). ``changed`` names the fields that were last changed here, but have another
    value at Google now: somebody changed those there since.
    """

    created: str | None
    creator: str | None
    updated: str | None
    changed: list[str]


@dataclass(frozen=True, slots=True)
class History:
    """Newest first. ``google`` is None where Google does not have the event (any more)."""

    entries: list[Entry]
    google: AtGoogle | None
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class _Subject:
    """``instance_ids`` and ``series_ids`` are set where one occurrence is meant."""

    calendar: Calendar
    lane: str
    event: CachedEvent | None
    instance_ids: frozenset[str] = frozenset()
    series_ids: frozenset[str] = frozenset()


def history(
    *, member: Member, calendar_id: str, event_id: str, limit: int = 50, cursor: str | None = None
) -> History:
    """All changes of an event that were asked for here, under whichever of its ids.

    Of a series those of its instances too, of an instance those of its series. An event that is
    deleted has a history still; one that was made anew or moved has that of its former lives too.
    Raises NotFoundError, NoGoogleAccountError, InvalidInputError.
    """
    calendar = calendar_of(member=member, calendar_id=calendar_id)
    subject = _subject(member, calendar, event_id)
    rows = _operations(member, subject)
    page = page_of(rows, limit=limit, most=MOST_ENTRIES, cursor=cursor)
    return History(
        entries=[_entry(each) for each in page.operations],
        google=_at_google(subject),
        next_cursor=page.next_cursor,
    )


@dataclass(frozen=True, slots=True)
class Recent:
    """Newest first. Of a saga its first step stands for all; ``fellows`` are the other steps."""

    entries: list[Entry]
    fellows: dict[UUID, list[OutboxOperation]]
    next_cursor: str | None


def recent(*, member: Member, limit: int = 50, cursor: str | None = None) -> Recent:
    """All changes of the member's calendars that were asked for here, also of what is gone.

    Not what only is proposed, nor what came to nothing before it was sent. Raises
    InvalidInputError.
    """
    rows = OutboxOperation.objects.filter(calendar__account__member=member, step__lte=1)
    rows = rows.exclude(status=OperationStatus.PROPOSED).exclude(reason=NEVER_SENT)
    asked = rows.exclude(BROUGHT_ALONG)
    page = page_of(_with_undone(asked), limit=limit, most=MOST_ENTRIES, cursor=cursor)
    sagas = {each.saga for each in page.operations if each.saga is not None}
    fellows: dict[UUID, list[OutboxOperation]] = {}
    steps = OutboxOperation.objects.select_related("calendar").filter(saga__in=sagas, step__gt=1)
    for each in steps:
        if each.saga is not None:
            fellows.setdefault(each.saga, []).append(each)
    return Recent([_entry(each) for each in page.operations], fellows, page.next_cursor)


def _subject(member: Member, calendar: Calendar, event_id: str) -> _Subject:
    try:
        target = event_of(member=member, calendar_id=calendar.google_id, event_id=event_id)
    except CalendarError:
        return _gone_subject(calendar, event_id)
    if target.instance_id is not None:
        return _of_instance(calendar, None, series=target.event, instance_id=target.instance_id)
    return _of_row(calendar, target.event)


def _gone_subject(calendar: Calendar, event_id: str) -> _Subject:
    """What is deleted, here or at Google: its row may be there still, its operations are."""
    if "\0" not in event_id:
        if row := cache.find_event(calendar_id=calendar.pk, event_id=event_id):
            return _of_row(calendar, row)
        ids = {event_id, google_id_of(event_id)}
        known = calendar.operations.filter(event_id__in=ids).order_by("-op_id").first()
        if known is not None:
            return _Subject(calendar, known.lane, None)
    raise NotFoundError(
        "There is no such event in this calendar, and there never was.",
        calendar_id=calendar.google_id,
        event_id=event_id,
    )


def _of_row(calendar: Calendar, row: CachedEvent) -> _Subject:
    series = series_of(row)
    if series is not None:
        return _of_instance(calendar, row, series=series, instance_id=row.event_id)
    return _Subject(calendar, lanes.lane_of(row), row)


def _of_instance(
    calendar: Calendar, row: CachedEvent | None, *, series: CachedEvent, instance_id: str
) -> _Subject:
    series_ids = _ids(series)
    slot = instance_id.rpartition("_")[2]
    named = {f"{each}_{slot}" for each in series_ids} | {instance_id}
    return _Subject(calendar, lanes.lane_of(series), row, frozenset(named), frozenset(series_ids))


def _ids(event: CachedEvent) -> set[str]:
    ids = {event.event_id, google_id_of(event.event_id)}
    return ids | {event.local_id} if event.local_id else ids


def _operations(member: Member, subject: _Subject) -> QuerySet[OutboxOperation]:
    here = Q(calendar=subject.calendar, lane=subject.lane)
    if subject.instance_ids:
        here &= Q(event_id__in=subject.instance_ids | subject.series_ids)
    for calendar_pk, lane in _former_lives(subject):
        here |= Q(calendar_id=calendar_pk, lane=lane)
    return _with_undone(OutboxOperation.objects.filter(here, calendar__account__member=member))


def _with_undone(rows: QuerySet[OutboxOperation]) -> QuerySet[OutboxOperation]:
    undoing = OutboxOperation.objects.filter(undoes=OuterRef("pk")).exclude(
        status=OperationStatus.CANCELLED
    )
    return rows.annotate(undone_by_id=Subquery(undoing.values("op_id")[:1]))


def _former_lives(subject: _Subject) -> list[tuple[int, str]]:
    """The lanes of what this event was before it was deleted and made anew, or copied elsewhere."""
    known = [(subject.calendar.pk, subject.lane)]
    for calendar_pk, lane in known:
        creates = OutboxOperation.objects.filter(
            calendar_id=calendar_pk, lane=lane, op_type=OperationType.CREATE
        )
        of_deletes = Q(undone_by__in=creates) | Q(
            saga__in=creates.filter(saga__isnull=False).values("saga")
        )
        before = OutboxOperation.objects.filter(of_deletes, op_type=OperationType.DELETE)
        for life in before.order_by("op_id").values_list("calendar_id", "lane").distinct():
            if life not in known and len(known) < _MOST_LIVES:
                known.append(life)
    return known[1:]


def _entry(operation: OutboxOperation) -> Entry:
    undone_by = cast("int | None", getattr(operation, "undone_by_id", None))
    given_up = operation.status == OperationStatus.CANCELLED and operation.reason != NEVER_SENT
    created = operation.op_type == OperationType.CREATE
    return Entry(
        operation=operation,
        before={} if created else operation.base,
        after=operation.payload,
        of_instance=operation.lane != google_id_of(operation.event_id)
        and event_resource.split_instance_id(operation.event_id) is not None,
        undone_by=undone_by,
        undoable=undone_by is None and not given_up,
    )


def _at_google(subject: _Subject) -> AtGoogle | None:
    event = subject.event
    agreed = event.agreed if event is not None else None
    if event is None or not agreed or not event.etag or event_resource.is_cancelled(agreed):
        return None
    creator = agreed.get("creator") or {}
    return AtGoogle(
        created=agreed.get("created"),
        creator=creator.get("email"),
        updated=agreed.get("updated"),
        changed=_changed_there(subject.calendar, event, agreed),
    )


def _changed_there(calendar: Calendar, event: CachedEvent, agreed: dict[str, Any]) -> list[str]:
    rows = calendar.operations.filter(event_id__in=_ids(event), status=OperationStatus.APPLIED)
    seen: set[str] = set()
    changed: list[str] = []
    for row in rows.order_by("-op_id")[:_MOST_COMPARED]:
        if row.op_type not in (OperationType.CREATE, OperationType.PATCH):
            continue
        for unit in {unit_of(name) for name in row.payload} - seen - {"status"}:
            seen.add(unit)
            if not holds(unit, agreed, payload=row.payload, base=row.base):
                changed += [name for name in fields_of(unit) if name in row.payload]
    return sorted(changed)
