"""Writing events into the cache: the row, its columns and its occurrences, always together.

Used by the commands (a member's change) and by the sync store (Google's change), so that both
leave exactly the same rows behind.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson
from django.db.models import Q

from calendars import bulk, cached_occurrences, event_resource, search_index
from calendars.bell import ring_after_commit
from calendars.following import followed
from calendars.models import (
    CachedEvent,
    Calendar,
    LocalStatus,
    OutboxOperation,
)
from calendars.sync.core.compare import compare
from calendars.sync.core.merge import view_of
from calendars.sync.core.proposals import CHANGED_SINCE
from calendars.sync.core.types import EventStatus, Operation, OperationKind, OperationState
from calendars.verdicts import record
from secretary_project.prepared_query import PreparedQuery, change
from secretary_project.prepared_save import save

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from calendars.sync.core.compare import Comparison

LOCAL_PREFIX = "local:"
OPEN_STATUSES = frozenset(OperationState)
_EMPTY = "{}"
_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_LOCK = "UPDATE calendar_sync_state SET revision = revision + 1 WHERE calendar_ref = %s"


def google_id_of(event_id: str) -> str:
    """The id at Google: ``local:<uuid>`` becomes the uuid's hex, which is legal base32hex."""
    if event_id.startswith(LOCAL_PREFIX):
        return event_id.removeprefix(LOCAL_PREFIX).replace("-", "")
    return event_id


def lane_of(event: CachedEvent) -> str:
    """The lane of an event: Google's id of the event itself, or of its series."""
    return google_id_of(event.recurring_event_id or event.event_id)


def new_event(*, calendar: Calendar, event_id: str, local_id: str | None) -> CachedEvent:
    """A row that is not saved yet."""
    return CachedEvent(calendar=calendar, event_id=event_id, local_id=local_id, event_json=_EMPTY)


def new_events(calendar: Calendar) -> Callable[[str], CachedEvent]:
    """Makes rows by the event's id for ``bulk``, in a tenth of the time that a model takes.

    They share what Django knows of their state, so they are not for ``save``.
    """
    blank = new_event(calendar=calendar, event_id="", local_id=None).__dict__

    def make(event_id: str) -> CachedEvent:
        row = CachedEvent.__new__(CachedEvent)
        row.__dict__.update(blank, event_id=event_id)
        return row

    return make


def core_operation(row: OutboxOperation, *, target: str) -> Operation:
    """An outbox row as the pure rules see it."""
    return Operation(
        op_id=row.op_id,
        kind=OperationKind(row.op_type),
        target=target,
        payload=row.payload,
        base=row.base,
        state=OperationState(row.status),
        notify=row.notify,
        attempts=row.attempts,
        saga=str(row.saga or ""),
        step=row.step,
        unseen=row.reason == CHANGED_SINCE,
    )


def after(operations: Sequence[Operation], verdict: Comparison) -> list[Operation]:
    """The operations that stay open after a comparison, with the states it gave them."""
    if not operations:
        return []
    states = dict.fromkeys(verdict.conflicts, OperationState.CONFLICT)
    states |= dict.fromkeys(verdict.reopened, OperationState.PENDING)
    return [
        replace(operation, state=states.get(operation.op_id, operation.state))
        for operation in operations
        if operation.op_id not in verdict.settled
    ]


def rezone(calendar: Calendar, *, now: dt.datetime) -> None:
    """The calendar moved to another zone: place its all-day events anew."""
    lock(calendar.pk)
    for event in calendar.events.select_related("calendar__account"):
        refresh(event, now=now)


_OPEN_OPERATIONS = PreparedQuery(
    lambda calendar, event_id, google_id, local_id: OutboxOperation.objects.filter(
        Q(event_id=event_id) | Q(event_id=google_id) | Q(event_id=local_id),
        calendar=calendar,
        status__in=sorted(OPEN_STATUSES),
    ).order_by("op_id"),
    *("calendar", "event_id", "google_id", "local_id"),
)


def open_operations(*, event: CachedEvent) -> list[OutboxOperation]:
    """The operations of this very event that still have a say, oldest first."""
    return _OPEN_OPERATIONS.run(
        calendar=event.calendar_id,
        event_id=event.event_id,
        google_id=google_id_of(event.event_id),
        local_id=event.local_id or event.event_id,
    )


def refresh(event: CachedEvent, *, now: dt.datetime) -> None:
    """Work out the view again after operations changed, the agreed copy staying as it is.

    A row that nobody has ever seen at Google and nobody wants any more is deleted.
    """
    rows = open_operations(event=event)
    if not rows and not _worth_keeping(event):
        forget(event, now=now)
        return
    operations = [core_operation(row, target=event.event_id) for row in rows]
    save_event(event, agreed=event.agreed, etag=event.etag, operations=operations, now=now)


def save_event(
    event: CachedEvent,
    *,
    agreed: Mapping[str, Any] | None,
    etag: str,
    operations: Sequence[Operation],
    now: dt.datetime,
) -> None:
    """Store the agreed copy, what the member sees of it, and its occurrences.

    ``operations`` are the open ones of this event, oldest first. The exceptions of a series follow
    it. Call it in a transaction that began with ``lock``, so that nothing was queued or pulled
    since they were read.
    """
    is_new = event.pk is None
    before = None if is_new or not event.is_series else _Standing.of(event)
    series = _series_row(event, agreed) if etag else None
    fill(event, agreed=agreed, etag=etag, operations=operations, now=now, series=series)
    save(event)
    if before is not None and before != _Standing.of(event):
        show_exceptions(event, before=before, now=now)
    new = [event.pk] if is_new else []
    cached_occurrences.rebuild(event.calendar, [event], now=now, new=set(new))


class _Standing(NamedTuple):
    """How a series stands: the agreed copy, what is seen of it, and its badge."""

    agreed: Mapping[str, Any] | None
    seen: Mapping[str, Any]
    status: str

    @classmethod
    def of(cls, series: CachedEvent) -> _Standing:
        return cls(series.agreed, series.resource, series.local_status)


def _series_row(event: CachedEvent, agreed: Mapping[str, Any] | None) -> CachedEvent | None:
    series = event.recurring_event_id or str((agreed or {}).get("recurringEventId") or "")
    return find_event(calendar_id=event.calendar_id, event_id=series) if series else None


def show_exceptions(
    series: CachedEvent, *, before: _Standing | None = None, now: dt.datetime
) -> None:
    """Work out the views of the exceptions of a series again, which stood as ``before``.

    Where Google has the change of the series, it has made them follow: their agreed copies say so
    before its next listing does, lest they look in between as they were.
    """
    rows = CachedEvent.objects.select_related("calendar__account").filter(
        calendar=series.calendar_id, recurring_event_id=series.event_id
    )
    exceptions = list(rows.exclude(recurring_event_id=""))
    waiting = _open_operations_of(exceptions, calendar_id=series.calendar_id)
    for exception in exceptions:
        agreed = exception.agreed
        if agreed is None or event_resource.is_cancelled(agreed):
            continue
        fill(
            exception,
            agreed=_carried(exception, agreed, before, series) if before else agreed,
            etag=exception.etag,
            operations=[
                core_operation(row, target=exception.event_id) for row in waiting[exception.pk]
            ],
            now=now,
            series=series if exception.etag else None,
        )
        save(exception)


def _open_operations_of(
    events: Collection[CachedEvent], *, calendar_id: int
) -> dict[int, list[OutboxOperation]]:
    """``open_operations`` of many events of one calendar, by their keys."""
    keys = {
        name: event.pk
        for event in events
        for name in (event.event_id, google_id_of(event.event_id), event.local_id or event.event_id)
    }
    found: dict[int, list[OutboxOperation]] = {event.pk: [] for event in events}
    for batch in bulk.batches(list(keys)):
        for row in OutboxOperation.objects.filter(
            calendar=calendar_id, event_id__in=batch, status__in=OPEN_STATUSES
        ):
            found[keys[row.event_id]].append(row)
    return {key: sorted(rows, key=lambda row: row.op_id) for key, rows in found.items()}


def _carried(
    exception: CachedEvent, agreed: Mapping[str, Any], before: _Standing, series: CachedEvent
) -> Mapping[str, Any]:
    """The copy of one that is only here is what the series showed, of any other what it was at
    Google."""
    versions = (before.agreed, series.agreed) if exception.etag else (before.seen, series.resource)
    was, becomes = (version or {} for version in versions)
    return followed(agreed, before=was, after=becomes, calendar_zone=series.calendar.time_zone)


def save_with(
    event: CachedEvent,
    rows: Iterable[OutboxOperation],
    *,
    agreed: Mapping[str, Any] | None,
    now: dt.datetime,
) -> None:
    """As ``save_event``, for the etag that the row has and operations as the outbox has them."""
    target = google_id_of(event.event_id)
    operations = [core_operation(row, target=target) for row in rows]
    save_event(event, agreed=agreed, etag=event.etag, operations=operations, now=now)


def fill(
    event: CachedEvent,
    *,
    agreed: Mapping[str, Any] | None,
    etag: str,
    operations: Sequence[Operation],
    now: dt.datetime,
    series: CachedEvent | None = None,
) -> None:
    """Set every column of a row from the agreed copy and the open operations.

    A tombstone of what is still to arrive is of an earlier stay: nothing is agreed about it then.
    An exception follows what waits for its ``series``, and has its badge then.
    """
    arrives = any(operation.arrives for operation in operations)
    if arrives and event_resource.is_cancelled(agreed or {}):
        agreed, etag = None, ""
    follows = _following(agreed, series)
    view = view_of(agreed if follows is None else follows, operations)
    seen = _completed(event, view.resource, agreed=agreed, now=now)
    event.event_json = dumps(seen)
    event.agreed_json = None
    if agreed is not None and (not etag or seen != agreed):
        event.agreed_json = dumps(agreed)
    event.etag = etag
    event.recurring_event_id = _series_of(event, seen)
    slot = event_resource.original_start(seen, calendar_zone=event.calendar.time_zone)
    event.original_start = "" if slot is None else str(slot)
    event.local_status = view.status
    if follows is not None and series is not None and view.status is EventStatus.SYNCED:
        event.local_status = series.local_status
    event.cached_at = now
    event.is_series = event_resource.is_series(seen)
    zone = event.calendar.time_zone
    span = None
    if not event_resource.is_cancelled(seen):
        span = event_resource.span_of(seen, calendar_zone=zone)
    event.start_ts_utc = span.start if span else None
    event.end_ts_utc = span.end if span else None
    event.start_date = span.start_date if span else None
    event.end_date = span.end_date if span else None
    search_index.describe(event, seen, calendar_zone=zone)


def _following(
    agreed: Mapping[str, Any] | None, series: CachedEvent | None
) -> Mapping[str, Any] | None:
    """The agreed copy of an exception, following what waits for its series; None if nothing."""
    if agreed is None or series is None or series.agreed_json is None:
        return None
    seen, zone = series.resource, series.calendar.time_zone
    copy = followed(agreed, before=series.agreed or {}, after=seen, calendar_zone=zone)
    return None if copy == agreed else copy


def dumps(resource: Mapping[str, Any]) -> str:
    """A resource as the cache keeps it: compact JSON."""
    try:
        return orjson.dumps(resource).decode()
    except TypeError:  # a number of more than 64 bits
        return _COMPACT.encode(resource)


def remembering(before: Mapping[str, Any] | None, resource: Mapping[str, Any]) -> dict[str, Any]:
    """A tombstone, with what was known of the event: an edit in conflict with a delete can still
    be made into an event of its own. Any other resource stays as it is.
    """
    if before is None or not event_resource.is_cancelled(resource):
        return dict(resource)
    return {**before, **resource}


def _completed(
    event: CachedEvent,
    resource: Mapping[str, Any] | None,
    *,
    agreed: Mapping[str, Any] | None,
    now: dt.datetime,
) -> dict[str, Any]:
    """The view as a whole resource: a delete leaves a stub, a create gets what Google adds."""
    restored = resource is not None and resource.get("id")
    if agreed is not None and event_resource.is_cancelled(agreed) and not restored:
        return dict(agreed)
    if resource is None:
        kept = ("id", "recurringEventId", "originalStartTime")
        stub = {name: agreed[name] for name in kept if agreed and name in agreed}
        return {"kind": "calendar#event", "id": event.event_id, **stub, "status": "cancelled"}
    if agreed is not None and "id" in resource:
        return dict(resource)
    me = {"email": event.calendar.account.email, "self": True}
    stamp = now.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return {
        "kind": "calendar#event",
        "id": event.event_id,
        "status": "confirmed",
        "created": stamp,
        "updated": stamp,
        "creator": me,
        "organizer": me,
        "eventType": "default",
        **resource,
    }


def _worth_keeping(event: CachedEvent) -> bool:
    """A cancelled exception is kept as long as its series lives; other tombstones are not, nor is
    an occurrence that differs from its series only by what is given up now."""
    agreed, master_id = event.agreed or {}, event.recurring_event_id
    series = event.calendar.events.filter(event_id=master_id).first() if master_id else None
    if event_resource.is_cancelled(agreed):
        return series is not None
    virtual = series is not None and cached_occurrences.is_as_its_series_has_it(agreed, series)
    return bool(event.etag) and not virtual


def _series_of(event: CachedEvent, resource: Mapping[str, Any]) -> str:
    """The series of an exception. A bare cancelled stub has lost it (trap 9), and one that was
    changed before its series had an id at Google names the local one: the row knows better."""
    series = str(resource.get("recurringEventId") or "")
    if series and not (series.startswith(LOCAL_PREFIX) and event.recurring_event_id):
        return series
    if series:
        return event.recurring_event_id
    if not event_resource.is_cancelled(resource) or not event_resource.is_instance(resource):
        return ""
    base, _, _ = event.event_id.rpartition("_")
    return event.recurring_event_id or base


def forget(event: CachedEvent, *, now: dt.datetime) -> None:
    """Remove a row, with the exceptions of a series."""
    calendar, series = event.calendar, event.recurring_event_id
    event.delete()
    if series:
        masters = CachedEvent.objects.filter(calendar=calendar, event_id=series)
        cached_occurrences.rebuild(calendar, list(masters), now=now)
    else:
        forget_exceptions(calendar, [event.event_id], now=now)


def forget_exceptions(calendar: Calendar, series: Collection[str], *, now: dt.datetime) -> None:
    """Remove the exceptions of series that are gone.

    What waits for one is compared with its end (rule 4): a delete has reached its aim, an edit has
    lost its event, and that is shown until somebody decides.
    """
    for batch in bulk.batches(sorted(series)):
        exceptions = calendar.events.filter(recurring_event_id__in=batch)
        exceptions.filter(local_status=LocalStatus.SYNCED).delete()
        for exception in exceptions.select_related("calendar__account"):
            _bereave(exception, now=now)


def _bereave(exception: CachedEvent, *, now: dt.datetime) -> None:
    rows = open_operations(event=exception)
    operations = [core_operation(row, target=exception.event_id) for row in rows]
    end = {"id": exception.event_id, "status": "cancelled"}
    verdict = compare(agreed={}, incoming=end, operations=operations)
    record(verdict, now=now)
    left = after(operations, verdict)
    if not left:
        exception.delete()
        return
    agreed = remembering(exception.agreed or exception.resource, end)
    save_event(exception, agreed=agreed, etag="", operations=left, now=now)


def drop_idle_tombstones(calendar: Calendar, series: Collection[str]) -> None:
    """Forget cancelled instances whose slot their series no longer has at Google, or whose series
    is gone itself.

    Google turns those into bare stubs or no longer lists them (google-calendar-api.md 6.5); kept,
    they would hide an occurrence should the series ever move back. One pull may tell of both ends,
    the instance's and the series'.
    """
    tombstones = calendar.events.filter(
        recurring_event_id__in=series, start_ts_utc=None, local_status=LocalStatus.SYNCED
    ).exclude(original_start="")
    masters = {
        row.event_id: row
        for row in calendar.events.filter(
            event_id__in=set(tombstones.values_list("recurring_event_id", flat=True))
        )
    }
    idle = [
        row.pk
        for row in tombstones
        if not _has_slot_at_google(masters.get(row.recurring_event_id), row.original_start)
    ]
    CachedEvent.objects.filter(pk__in=idle).delete()


def _has_slot_at_google(master: CachedEvent | None, slot: str) -> bool:
    """By the agreed copy: a move that waits here may yet be given up."""
    return master is not None and cached_occurrences.has_slot(
        master.agreed or master.resource, slot, master.calendar
    )


def follow_new_id(event: CachedEvent, *, was: str) -> None:
    """A series got another id: its exceptions, what their resources say of it, and the lanes
    follow."""
    old, new = google_id_of(was), google_id_of(event.event_id)
    for exception in CachedEvent.objects.filter(
        calendar=event.calendar, recurring_event_id__in={was, old}
    ):
        name_after(exception, series=event.event_id)
        exception.save(update_fields=INSTANCE_NAMES)
    if old != new:
        OutboxOperation.objects.filter(calendar=event.calendar, lane=old).update(lane=new)


INSTANCE_NAMES = ("recurring_event_id", "event_id", "event_json", "agreed_json")


def name_after(exception: CachedEvent, *, series: str) -> None:
    """Give an exception the id that it has in a series of this id, in its resources too. It is
    not saved; ``INSTANCE_NAMES`` are the fields that may differ."""
    _, _, slot = exception.event_id.rpartition("_")
    exception.recurring_event_id = series
    exception.event_id = f"{series}_{slot}"
    ids = {"id": exception.event_id, "recurringEventId": series}
    exception.event_json = dumps(exception.resource | ids)
    if exception.agreed_json is not None:
        exception.agreed_json = dumps(json.loads(exception.agreed_json) | ids)


def find_event(*, calendar_id: int, event_id: str) -> CachedEvent | None:
    """The cached row of this id, whether it is Google's or the local one; None if there is none.

    ``calendar_id`` is the calendar's key in the database.
    """
    rows = CachedEvent.objects.select_related("calendar__account").filter(calendar_id=calendar_id)
    known = rows.filter(event_id=event_id).first()
    if known is None and event_id.startswith(LOCAL_PREFIX):
        known = rows.filter(local_id=event_id).first()
    return known or rows.filter(event_id=google_id_of(event_id)).first()


def lock(*calendars: int) -> None:
    """Let nobody else write these calendars' events until the transaction ends.

    By their keys in the database, always in the same order: two that came to the same calendars
    from different ends would wait for each other. Where sagas may lead to more calendars, see
    ``locks``. The same update tells conditional reads that something changed; open pages hear of
    it.
    """
    ring_after_commit()
    for calendar in sorted(set(calendars)):
        change(_LOCK, calendar)
