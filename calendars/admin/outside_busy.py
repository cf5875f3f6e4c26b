from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin

from calendars.admin.rows import RowsAdmin, row_link
from calendars.models import OutsideBusy

if TYPE_CHECKING:
    from django.http import HttpRequest


@admin.register(OutsideBusy)
class OutsideBusyAdmin(RowsAdmin):
    """What is asked of Google and how it went; when somebody is busy is not for operators."""

    list_display = ("address", "account_link", "wanted_at", "fetched_at", "problem")
    list_filter = ("problem", "fetched_at")
    list_select_related = ("account",)
    search_fields = ("address", "account__email", "account__member__username")
    fields = (
        "address",
        "account_link",
        ("wanted_start", "wanted_end", "wanted_at"),
        ("known_start", "known_end", "fetched_at"),
        "problem",
    )
    readonly_fields = ("account_link",)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """A filter would tell the spans one by one."""
        return not lookup.startswith("busy") and super().lookup_allowed(lookup, value, request)

    @admin.display(description="account", ordering="account__email")
    def account_link(self, row: OutsideBusy) -> str:
        return row_link(row.account)
