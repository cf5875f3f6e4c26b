"""The cached exceptions of a series: they follow it in what they have not changed themselves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from calendars import bulk, cached_occurrences, cached_row, event_resource, lanes
from calendars.following import followed
from calendars.made_ids import google_id_of
from calendars.models import CachedEvent, LocalStatus, OutboxOperation

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping

    from calendars.models import Calendar

INSTANCE_NAMES = ("recurring_event_id", "event_id", "event_json", "agreed_json")


class Standing(NamedTuple):
    """How an event stands: the agreed copy, what is seen of it, and its badge."""

    agreed: Mapping[str, Any] | None
    seen: Mapping[str, Any]
    status: str

    @classmethod
    def of(cls, event: CachedEvent) -> Standing:
        return cls(event.agreed, event.resource, event.local_status)


def show(series: CachedEvent, *, before: Standing | None = None, now: dt.datetime) -> None:
    """Work out the views of the exceptions of a series again, which stood as ``before``.

    Where Google has the change of the series, it has made them follow: their agreed copies say so
    before its next listing does, lest they look in between as they were. One whose slot the change
    took away is no longer known to be there, and is hidden until a listing has it after all.
    """
    rows = CachedEvent.objects.select_related("calendar__account").filter(
        calendar=series.calendar_id, recurring_event_id=series.event_id
    )
    exceptions = list(rows.exclude(recurring_event_id=""))
    waiting = lanes.open_operations_of(exceptions, calendar_id=series.calendar_id)
    differing: list[CachedEvent] = []
    for exception in exceptions:
        agreed = exception.agreed
        if agreed is None or event_resource.is_cancelled(agreed):
            continue
        stood = Standing.of(exception)
        lost = not waiting[exception.pk] and _has_lost_slot(exception, before, series)
        cached_row.fill(
            exception,
            agreed=_carried(exception, agreed, before, series) if before else agreed,
            etag="" if lost else exception.etag,
            operations=waiting[exception.pk],
            now=now,
            series=series if exception.etag else None,
        )
        if lost or stood != Standing.of(exception):
            differing.append(exception)
    bulk.upsert_events(series.calendar, differing)


def _has_lost_slot(exception: CachedEvent, before: Standing | None, series: CachedEvent) -> bool:
    """Whether a move of the series that waited, and is at Google now, took the slot of an exception
    out of it. What a change of the rule alone takes out is deleted by itself (``leftovers``)."""
    if before is None or not (exception.etag and exception.original_start):
        return False
    if before.status == LocalStatus.SYNCED or series.local_status != LocalStatus.SYNCED:
        return False
    versions = (before.agreed or {}, series.agreed or {})
    if versions[0].get("start") == versions[1].get("start"):
        return False
    had, has = (
        cached_occurrences.has_slot(each, exception.original_start, series.calendar)
        for each in versions
    )
    return had and not has


def _carried(
    exception: CachedEvent, agreed: Mapping[str, Any], before: Standing, series: CachedEvent
) -> Mapping[str, Any]:
    """The copy of one that is only here is what the series showed, of any other what it was at
    Google."""
    versions = (before.agreed, series.agreed) if exception.etag else (before.seen, series.resource)
    was, becomes = (version or {} for version in versions)
    return followed(agreed, before=was, after=becomes, calendar_zone=series.calendar.time_zone)


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


def name_after(exception: CachedEvent, *, series: str) -> None:
    """Give an exception the id that it has in a series of this id, in its resources too. It is
    not saved; ``INSTANCE_NAMES`` are the fields that may differ."""
    _, _, slot = exception.event_id.rpartition("_")
    exception.recurring_event_id = series
    exception.event_id = f"{series}_{slot}"
    ids = {"id": exception.event_id, "recurringEventId": series}
    exception.event_json = cached_row.dumps(exception.resource | ids)
    if exception.agreed_json is not None:
        exception.agreed_json = cached_row.dumps(json.loads(exception.agreed_json) | ids)
