"""Writing events into the cache: the row, its columns and its occurrences, always together.

Used by the commands (a member's change) and by the sync store (Google's change), so that both
leave exactly the same rows behind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from calendars import bulk, cached_exceptions, cached_occurrences, cached_row, event_resource, lanes
from calendars.bell import ring_after_commit
from calendars.cached_exceptions import Standing
from calendars.made_ids import LOCAL_PREFIX, google_id_of
from calendars.models import CachedEvent, LocalStatus
from calendars.sync.core.compare import compare
from calendars.verdicts import record
from secretary_project.prepared_query import change
from secretary_project.prepared_save import save

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from calendars.models import Calendar, OutboxOperation
    from calendars.sync.core.types import Operation

_LOCK = "UPDATE calendar_sync_state SET revision = revision + 1 WHERE calendar_ref = %s"


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


def find_event(*, calendar_id: int, event_id: str) -> CachedEvent | None:
    """The cached row of this id, whether it is Google's or the local one; None if there is none.

    ``calendar_id`` is the calendar's key in the database.
    """
    rows = CachedEvent.objects.select_related("calendar__account").filter(calendar_id=calendar_id)
    known = rows.filter(event_id=event_id).first()
    if known is None and event_id.startswith(LOCAL_PREFIX):
        known = rows.filter(local_id=event_id).first()
    return known or rows.filter(event_id=google_id_of(event_id)).first()


def refresh(event: CachedEvent, *, now: dt.datetime) -> None:
    """Work out the view again after operations changed, the agreed copy staying as it is.

    A row that nobody has ever seen at Google and nobody wants any more is deleted.
    """
    operations = lanes.waiting_for(event)
    if not operations and not _worth_keeping(event):
        forget(event, now=now)
        return
    save_event(event, agreed=event.agreed, etag=event.etag, operations=operations, now=now)


def rezone(calendar: Calendar, *, now: dt.datetime) -> None:
    """The calendar moved to another zone: place its all-day events anew."""
    lock(calendar.pk)
    for event in calendar.events.select_related("calendar__account"):
        refresh(event, now=now)


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
    before = None if is_new or not event.is_series else Standing.of(event)
    series = _series_row(event, agreed) if etag else None
    cached_row.fill(event, agreed=agreed, etag=etag, operations=operations, now=now, series=series)
    save(event)
    if before is not None and before != Standing.of(event):
        cached_exceptions.show(event, before=before, now=now)
    new = [event.pk] if is_new else []
    cached_occurrences.rebuild(event.calendar, [event], now=now, new=set(new))


def _series_row(event: CachedEvent, agreed: Mapping[str, Any] | None) -> CachedEvent | None:
    series = event.recurring_event_id or str((agreed or {}).get("recurringEventId") or "")
    return find_event(calendar_id=event.calendar_id, event_id=series) if series else None


def save_with(
    event: CachedEvent,
    rows: Iterable[OutboxOperation],
    *,
    agreed: Mapping[str, Any] | None,
    now: dt.datetime,
) -> None:
    """As ``save_event``, for the etag that the row has and operations as the outbox has them."""
    target = google_id_of(event.event_id)
    operations = [lanes.core_operation(row, target=target) for row in rows]
    save_event(event, agreed=agreed, etag=event.etag, operations=operations, now=now)


def _worth_keeping(event: CachedEvent) -> bool:
    """A cancelled exception is kept as long as its series lives; other tombstones are not, nor is
    an occurrence that differs from its series only by what is given up now."""
    agreed, master_id = event.agreed or {}, event.recurring_event_id
    series = event.calendar.events.filter(event_id=master_id).first() if master_id else None
    if event_resource.is_cancelled(agreed):
        return series is not None
    virtual = series is not None and cached_occurrences.is_as_its_series_has_it(agreed, series)
    return bool(event.etag) and not virtual


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
    operations = lanes.waiting_for(exception)
    end = {"id": exception.event_id, "status": "cancelled"}
    verdict = compare(agreed={}, incoming=end, operations=operations)
    record(verdict, now=now)
    left = lanes.after(operations, verdict)
    if not left:
        exception.delete()
        return
    agreed = cached_row.remembering(exception.agreed or exception.resource, end)
    save_event(exception, agreed=agreed, etag="", operations=left, now=now)
