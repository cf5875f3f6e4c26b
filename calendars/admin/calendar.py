from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.utils import timezone
from django.utils.html import format_html_join

from calendars.admin.rows import RowsAdmin, force_full_sync, list_link, readable, row_link
from calendars.models import CachedEvent, Calendar, Occurrence, OutboxOperation
from calendars.queries import freshness

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


@admin.register(Calendar)
class CalendarAdmin(RowsAdmin):
    list_display = (
        "__str__",
        "account_link",
        "access_role",
        "time_zone",
        "selected",
        "in_step",
        "rows",
    )
    list_filter = ("access_role", "primary", "selected", "hidden", "deleted")
    list_select_related = ("account", "sync_state")
    search_fields = ("google_id", "summary", "account__email", "account__member__username")
    fields = (
        "account_link",
        "google_id",
        "summary",
        "description",
        "time_zone",
        "access_role",
        "colours",
        "reminders",
        ("primary", "selected", "hidden", "deleted"),
        "in_step",
        "sync_state_link",
        "rows",
    )
    readonly_fields = ("account_link", "colours", "reminders", "in_step", "sync_state_link", "rows")
    actions = ("force_full_sync",)

    @admin.display(description="account", ordering="account__email")
    def account_link(self, calendar: Calendar) -> str:
        return row_link(calendar.account)

    @admin.display(boolean=True)
    def in_step(self, calendar: Calendar) -> bool:
        state = getattr(calendar, "sync_state", None)
        return state is not None and not freshness.is_stale(state, now=timezone.now())

    @admin.display(description="sync state")
    def sync_state_link(self, calendar: Calendar) -> str:
        return row_link(getattr(calendar, "sync_state", None))

    @admin.display
    def colours(self, calendar: Calendar) -> str:
        return f"{calendar.background_color} {calendar.foreground_color}".strip() or "-"

    @admin.display(description="default reminders")
    def reminders(self, calendar: Calendar) -> str:
        return readable(calendar.default_reminders)

    @admin.display(description="events and operations")
    def rows(self, calendar: Calendar) -> str:
        return _links(calendar__id__exact=calendar.pk)

    @admin.action(description="Force full sync", permissions=["operate"])
    def force_full_sync(self, request: HttpRequest, calendars: QuerySet[Calendar]) -> None:
        force_full_sync(self, request, list(calendars.values_list("pk", flat=True)))


def _links(**filters: Any) -> str:
    parts = [
        list_link(CachedEvent, "Events", **filters),
        list_link(OutboxOperation, "Operations", **filters),
        list_link(Occurrence, "Occurrences", **filters),
    ]
    return format_html_join(" · ", "{}", ((part,) for part in parts))
