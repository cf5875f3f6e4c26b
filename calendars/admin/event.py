from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.utils.html import format_html_join

from calendars import lanes
from calendars.admin.rows import OF_CALENDAR, RowsAdmin, list_link, readable, row_link
from calendars.models import CachedEvent, Occurrence, OutboxOperation

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


class KindFilter(admin.SimpleListFilter):
    """Exceptions of a series, and all else."""

    title = "kind"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ARG002
        return [("own", "Event or series"), ("exception", "Exception of a series")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any] | None:  # noqa: ARG002
        match self.value():
            case "own":
                return queryset.filter(recurring_event_id="")
            case "exception":
                return queryset.exclude(recurring_event_id="")
        return None


@admin.register(CachedEvent)
class CachedEventAdmin(RowsAdmin):
    list_display = ("event_id", "title", "calendar_link", "starts", "local_status", "cached_at")
    list_filter = ("local_status", KindFilter)
    list_select_related = ("calendar",)
    search_fields = ("event_id", "local_id", *OF_CALENDAR)
    search_help_text = (
        "Ids of events and calendars, addresses, member names. Titles are compressed."
    )
    fields = (
        "calendar_link",
        "event_id",
        "local_id",
        "local_status",
        "etag",
        "starts",
        "ends",
        "recurring_event_id",
        "original_start",
        "cached_at",
        "rows",
        "as_seen",
        "as_agreed",
    )
    readonly_fields = ("calendar_link", "starts", "ends", "rows", "as_seen", "as_agreed")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("agreed_json")

    @admin.display(description="calendar", ordering="calendar__summary")
    def calendar_link(self, event: CachedEvent) -> str:
        return row_link(event.calendar)

    @admin.display
    def title(self, event: CachedEvent) -> str:
        return str(event.resource.get("summary", ""))[:100]

    @admin.display(ordering="start_ts_utc")
    def starts(self, event: CachedEvent) -> str | dt.datetime | None:
        return event.start_date or _moment(event.start_ts_utc)

    @admin.display
    def ends(self, event: CachedEvent) -> str | dt.datetime | None:
        return event.end_date or _moment(event.end_ts_utc)

    @admin.display(description="occurrences, operations, exceptions")
    def rows(self, event: CachedEvent) -> str:
        parts = [
            list_link(Occurrence, "Occurrences", event__id__exact=event.pk),
            list_link(
                OutboxOperation,
                "Operations",
                calendar__id__exact=event.calendar_id,
                lane__exact=lanes.lane_of(event),
            ),
            list_link(
                CachedEvent,
                "Exceptions",
                calendar__id__exact=event.calendar_id,
                recurring_event_id__exact=event.event_id,
            ),
        ]
        return format_html_join(" · ", "{}", ((part,) for part in parts))

    @admin.display(description="as the member sees it")
    def as_seen(self, event: CachedEvent) -> str:
        return readable(event.resource)

    @admin.display(description="as agreed with Google")
    def as_agreed(self, event: CachedEvent) -> str:
        return readable(event.agreed)


@admin.register(Occurrence)
class OccurrenceAdmin(RowsAdmin):
    list_display = ("__str__", "event_link", "calendar_link", "starts", "ends")
    list_select_related = ("event", "calendar")
    search_fields = ("instance_id", "event__event_id", *OF_CALENDAR)
    fields = ("event_link", "calendar_link", "instance_id", "starts", "ends")
    readonly_fields = ("event_link", "calendar_link", "starts", "ends")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("event__event_json", "event__agreed_json")

    @admin.display(description="event")
    def event_link(self, occurrence: Occurrence) -> str:
        return row_link(occurrence.event)

    @admin.display(description="calendar")
    def calendar_link(self, occurrence: Occurrence) -> str:
        return row_link(occurrence.calendar)

    @admin.display(ordering="start_ts")
    def starts(self, occurrence: Occurrence) -> str | dt.datetime | None:
        return occurrence.start_date or _moment(occurrence.start_ts)

    @admin.display
    def ends(self, occurrence: Occurrence) -> str | dt.datetime | None:
        return occurrence.end_date or _moment(occurrence.end_ts)


def _moment(timestamp: int | None) -> dt.datetime | None:
    return None if timestamp is None else dt.datetime.fromtimestamp(timestamp, dt.UTC)
