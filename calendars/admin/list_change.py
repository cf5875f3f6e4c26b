from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin, messages
from django.utils import timezone

from calendars.admin.rows import RowsAdmin, asker, readable, row_link
from calendars.commands import calendar_list
from calendars.commands.actor import Actor
from calendars.errors import CalendarError
from calendars.models import CalendarListChange

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

_COLUMNS = (
    "kind",
    "status",
    "account_link",
    "google_id",
    "asked_by",
    "created_at",
    "settled_at",
)


@admin.register(CalendarListChange)
class CalendarListChangeAdmin(RowsAdmin):
    list_display = (*_COLUMNS, "error")
    list_filter = ("status", "kind", "created_at")
    list_select_related = ("account", "actor")
    search_fields = ("google_id", "account__email", "account__member__username", "error")
    fields = (*_COLUMNS, "reason", "error", "wanted")
    readonly_fields = ("account_link", "asked_by", "wanted")
    actions = ("retry",)

    @admin.display(description="account", ordering="account__email")
    def account_link(self, change: CalendarListChange) -> str:
        return row_link(change.account)

    @admin.display(description="asked for by")
    def asked_by(self, change: CalendarListChange) -> str:
        return asker(change)

    @admin.display(description="wanted values")
    def wanted(self, change: CalendarListChange) -> str:
        return readable(change.payload)

    @admin.action(description="Retry failed changes", permissions=["operate"])
    def retry(self, request: HttpRequest, changes: QuerySet[CalendarListChange]) -> None:
        """In the name of the account's member, whose list it is."""
        for change in changes.select_related("account__member").order_by("pk"):
            actor = Actor(member=change.account.member, via="admin")
            try:
                calendar_list.try_again(actor=actor, change=change, now=timezone.now())
            except CalendarError as error:
                text = f"Left alone: {change}. {error.detail}"
                self.message_user(request, text, messages.WARNING)
            else:
                self.log_change(request, change, "Will be tried again.")
                self.message_user(request, f"Will be tried again: {change}.")
