"""The occurrences of cached events: the rows that every view reads, made anew with their events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from calendars import bulk, event_resource, recurrence
from calendars.bulk import OccurrenceRow
from calendars.event_resource import Span
from calendars.models import CachedEvent, LocalStatus
from calendars.sync.core.values import changed_units
from calendars.window import window_of
from secretary_project.prepared_query import PreparedQuery

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Mapping

    from django.db.models import QuerySet

    from calendars.models import Calendar


def rebuild(
    calendar: Calendar,
    events: Collection[CachedEvent],
    *,
    now: dt.datetime,
    new: Collection[int] = frozenset(),
) -> None:
    """Make the occurrences of these saved events anew, and of the series they belong to.

    The exceptions of a series come and go with it: while it is deleted here, or has lost their
    slots by a change that waits, they do not happen. ``new`` are the keys of rows that cannot
    have any occurrences yet.
    """
    series = {event.recurring_event_id for event in events} - {""}
    masters = [
        master
        for batch in bulk.batches(sorted(series))
        for master in CachedEvent.objects.filter(calendar=calendar, event_id__in=batch)
    ]
    affected = {event.pk: event for event in (*masters, *events)}
    gone = {event.event_id for event in affected.values() if _is_gone(event)}
    exceptions: dict[str, list[int | str]] = {}
    for exception in _exceptions_of(calendar, affected.values()):
        affected.setdefault(exception.pk, exception)
        if slot := exception.original_start:
            exceptions.setdefault(exception.recurring_event_id, []).append(slot_of(slot))
    window = (0, 0)  # a single event happens whether the window covers it or not
    if any(event.is_series for event in affected.values()):
        window = window_of(calendar, now=now)
    by_id = {event.event_id: event for event in affected.values()}
    bulk.delete_occurrences(affected.keys() - new)
    bulk.insert_occurrences(
        occurrence
        for event in affected.values()
        if event.recurring_event_id not in gone
        and not is_cut_off(event, by_id.get(event.recurring_event_id))
        for occurrence in occurrences_of(
            event,
            calendar_zone=calendar.time_zone,
            window=window,
            exceptions_at=exceptions.get(event.event_id, ()),
        )
    )


def is_cut_off(exception: CachedEvent, series: CachedEvent | None) -> bool:
    """Whether a change that waits here has taken the slot of an exception out of its series.

    Where Google has it so, the exception is Google's to take away, unless Google does not know it:
    it was shown as what was to arrive with its series, and did not.
    """
    slot = exception.original_start
    if series is None or not slot:
        return False
    if series.etag and series.local_status == LocalStatus.SYNCED:
        expected = not exception.etag and exception.local_status == LocalStatus.SYNCED
        return expected and not has_slot(series.resource, slot, series.calendar)
    if has_slot(series.resource, slot, series.calendar):
        return False
    return not exception.etag or has_slot(series.agreed or {}, slot, series.calendar)


def is_placeless(exception: CachedEvent, series: CachedEvent) -> bool:
    """Whether an exception that is only here has no slot in its series, whatever becomes of that:
    neither as Google has it nor as it shows here. One that leaves for another calendar shows as
    gone here, which says nothing of its slots."""
    slot = exception.original_start
    if exception.etag or not slot or event_resource.is_cancelled(series.resource):
        return False
    if has_slot(series.resource, slot, series.calendar):
        return False
    return not has_slot(series.agreed or {}, slot, series.calendar)


def occurrences_of(
    event: CachedEvent,
    *,
    calendar_zone: str,
    window: tuple[int, int],
    exceptions_at: Collection[int | str],
) -> Iterable[OccurrenceRow]:
    """The occurrences of one row; none for what is cancelled or has no time."""
    if event.start_ts_utc is None or event.end_ts_utc is None:
        return
    if not event.is_series:
        yield lone_occurrence(event)
        return
    for slot in recurrence.expand(
        event.resource,
        window_start=window[0],
        window_end=window[1],
        calendar_zone=calendar_zone,
        exceptions_at=exceptions_at,
    ):
        instance_id = event_resource.instance_id(
            master_id=event.event_id, original=slot.original_start
        )
        yield _occurrence(event, instance_id, slot.span)


def lone_occurrence(event: CachedEvent) -> OccurrenceRow:
    """The occurrence of what is no series and has a time."""
    start, end = event.start_ts_utc or 0, event.end_ts_utc or 0
    return _occurrence(event, "", Span(start, end, event.start_date, event.end_date))


def _occurrence(event: CachedEvent, instance_id: str, span: Span) -> OccurrenceRow:
    return OccurrenceRow(
        event.pk,
        event.calendar_id,
        instance_id,
        span.start,
        span.end,
        span.start_date,
        span.end_date,
    )


def _exceptions_of(calendar: Calendar, events: Iterable[CachedEvent]) -> Iterable[CachedEvent]:
    """The exceptions of those of the events that are series, without their resources.

    A series that is deleted here is no series any more, but its exceptions are still there.
    """
    ids = [event.event_id for event in events if event.is_series or _is_gone(event)]
    if len(ids) == 1:  # as when a member deletes an event, of which this took a quarter
        yield from _EXCEPTIONS_OF_ONE.run(calendar=calendar.pk, series=ids[0])
        return
    for batch in bulk.batches(ids):
        yield from _exceptions(calendar=calendar, recurring_event_id__in=batch)


def _exceptions(**which: Any) -> QuerySet[CachedEvent]:
    rows = CachedEvent.objects.filter(**which)
    rows = rows.exclude(recurring_event_id="")  # as the index says it: SQLite needs that
    return rows.defer("event_json", "agreed_json")


_EXCEPTIONS_OF_ONE = PreparedQuery(
    lambda calendar, series: _exceptions(calendar=calendar, recurring_event_id=series),
    "calendar",
    "series",
)


def _is_gone(event: CachedEvent) -> bool:
    return event.start_ts_utc is None and not event.recurring_event_id


def is_as_its_series_has_it(resource: Mapping[str, Any], series: CachedEvent) -> bool:
    """Whether what Google has of an occurrence is no exception but worked out of its series.

    A change of an occurrence that wants what the series has already makes none. Such an answer
    carries the etag of the series and says of no field anything else than the series does.
    """
    if not series.etag or resource.get("etag") != series.etag:
        return False
    kept, zone = series.agreed or {}, series.calendar.time_zone
    slot = event_resource.original_start(resource, calendar_zone=zone)
    found = None if slot is None else recurrence.occurrence_at(kept, slot=slot, calendar_zone=zone)
    if found is None:
        return False
    virtual = event_resource.instance_resource(kept, occurrence=found, calendar_zone=zone)
    return not changed_units(virtual, resource)


def has_slot(resource: Mapping[str, Any], slot: str, calendar: Calendar) -> bool:
    """Whether a series has the slot that ``CachedEvent.original_start`` names."""
    return bool(
        recurrence.occurrence_at(resource, slot=slot_of(slot), calendar_zone=calendar.time_zone)
    )


def slot_of(text: str) -> int | str:
    """``CachedEvent.original_start`` as the rules have it: epoch seconds, or YYYY-MM-DD."""
    return text if text[4:5] == "-" else int(text)
