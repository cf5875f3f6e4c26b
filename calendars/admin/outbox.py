from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.utils import timezone

from calendars import cache
from calendars.admin.rows import OF_CALENDAR, RowsAdmin, asker, readable, row_link
from calendars.commands import outbox, proposals
from calendars.commands.actor import Actor
from calendars.errors import CalendarError
from calendars.models import OutboxOperation

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet
    from django.http import HttpRequest


@admin.register(OutboxOperation)
class OutboxOperationAdmin(RowsAdmin):
    list_display = (
        "op_id",
        "op_type",
        "status",
        "error",
        "calendar_link",
        "asked_by",
        "attempts",
        "created_at",
        "event_id",
    )
    list_filter = ("status", "op_type", "notify", "created_at")
    list_select_related = ("calendar", "actor")
    search_fields = ("event_id", "lane", "reason", "error", "actor__username", *OF_CALENDAR)
    fields = (
        "op_id",
        "op_type",
        "status",
        "calendar_link",
        "event_link",
        "event_id",
        "lane",
        "asked_by",
        "notify",
        "undoes",
        "approved_at",
        "approved_by",
        "approved_via",
        "attempts",
        "created_at",
        "next_attempt_at",
        "applied_at",
        "reason",
        "error",
        "wanted",
        "before",
    )
    readonly_fields = ("calendar_link", "event_link", "asked_by", "wanted", "before")
    actions = ("approve", "decline", "retry", "discard")

    @admin.display(description="calendar", ordering="calendar__summary")
    def calendar_link(self, operation: OutboxOperation) -> str:
        return row_link(operation.calendar)

    @admin.display(description="event")
    def event_link(self, operation: OutboxOperation) -> str:
        return row_link(
            cache.find_event(calendar_id=operation.calendar_id, event_id=operation.event_id)
        )

    @admin.display(description="asked for by")
    def asked_by(self, operation: OutboxOperation) -> str:
        return asker(operation)

    @admin.display(description="wanted values")
    def wanted(self, operation: OutboxOperation) -> str:
        return readable(operation.payload)

    @admin.display(description="values before")
    def before(self, operation: OutboxOperation) -> str:
        return readable(operation.base)

    @admin.action(description="Approve proposals", permissions=["operate"])
    def approve(self, request: HttpRequest, operations: QuerySet[OutboxOperation]) -> None:
        self._each(request, operations, proposals.approve, done="Approved")

    @admin.action(description="Decline proposals", permissions=["operate"])
    def decline(self, request: HttpRequest, operations: QuerySet[OutboxOperation]) -> None:
        self._each(request, operations, proposals.decline, done="Declined")

    @admin.action(description="Retry failed operations", permissions=["operate"])
    def retry(self, request: HttpRequest, operations: QuerySet[OutboxOperation]) -> None:
        self._each(request, operations, outbox.retry, done="Will be tried again")

    @admin.action(description="Discard", permissions=["operate"])
    def discard(self, request: HttpRequest, operations: QuerySet[OutboxOperation]) -> None:
        self._each(request, operations, outbox.discard, done="Discarded")

    def _each(
        self,
        request: HttpRequest,
        operations: QuerySet[OutboxOperation],
        command: Callable[..., OutboxOperation],
        *,
        done: str,
    ) -> None:
        """Call a command for each; one of which it is not true any more stops no other."""
        member: Any = request.user
        actor, now = Actor(member=member, via="admin"), timezone.now()
        finished: list[str] = []
        for operation in operations.select_related("calendar__account").order_by("op_id"):
            try:
                command(actor=actor, operation=operation, now=now)
            except CalendarError as error:
                text = f"Left alone: {operation}. {error.detail}"
                self.message_user(request, text, messages.WARNING)
            else:
                finished.append(str(operation))
                self.log_change(request, operation, f"{done}.")
        if finished:
            self.message_user(request, f"{done}: {', '.join(finished)}.")
