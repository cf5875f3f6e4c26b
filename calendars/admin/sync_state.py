from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone

from accounts.models import GoogleAccount
from calendars.admin.rows import OF_CALENDAR, RowsAdmin, force_full_sync, list_link, row_link
from calendars.models import AccountSyncState, Calendar, CalendarSyncState
from calendars.queries import freshness
from calendars.queries.sync_overview import MOST_ROWS, overview, stale_states

if TYPE_CHECKING:
    import datetime as dt

    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

_HEALTH_PERMISSIONS = ("calendars.view_accountsyncstate", "calendars.view_calendarsyncstate")


class StaleFilter(admin.SimpleListFilter):
    """By the rule of ``freshness.is_stale``."""

    title = "in step"
    parameter_name = "stale"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ARG002
        return [("no", "In step"), ("yes", "Stale")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any] | None:  # noqa: ARG002
        stale = stale_states(now=timezone.now()).values("pk")
        match self.value():
            case "yes":
                return queryset.filter(pk__in=stale)
            case "no":
                return queryset.exclude(pk__in=stale)
        return None


@admin.register(CalendarSyncState)
class CalendarSyncStateAdmin(RowsAdmin):
    list_display = (
        "calendar_link",
        "account_link",
        "status",
        "last_success",
        "failure_count",
        "next_attempt_at",
        "last_error",
    )
    list_filter = ("status", StaleFilter)
    list_select_related = ("calendar__account",)
    search_fields = OF_CALENDAR
    fields = (
        "calendar_link",
        "account_link",
        "status",
        ("last_full_sync_at", "last_incremental_sync_at"),
        ("window_start", "window_end"),
        ("wanted_start", "wanted_end", "wanted_at"),
        "has_token",
        "failure_count",
        "next_attempt_at",
        "last_error",
        "mass_delete_seen_at",
        "revision",
    )
    readonly_fields = ("calendar_link", "account_link", "has_token")
    actions = ("force_full_sync",)

    def get_urls(self) -> list[Any]:
        health = self.admin_site.admin_view(self.health)
        return [path("health/", health, name="calendars_sync_health"), *super().get_urls()]

    def health(self, request: HttpRequest) -> HttpResponseBase:
        """Who is stale, since when and why."""
        user: Any = request.user
        if not user.has_perms(_HEALTH_PERMISSIONS):
            raise PermissionDenied
        now = timezone.now()
        context = {
            **self.admin_site.each_context(request),
            "title": "Sync health",
            "overview": overview(now=now),
            "now": now,
            "most_rows": MOST_ROWS,
        }
        return TemplateResponse(request, "admin/calendars/sync_health.html", context)

    @admin.display(description="calendar", ordering="calendar__summary")
    def calendar_link(self, state: CalendarSyncState) -> str:
        return row_link(state.calendar)

    @admin.display(description="account", ordering="calendar__account__email")
    def account_link(self, state: CalendarSyncState) -> str:
        return row_link(state.calendar.account)

    @admin.display(ordering="last_incremental_sync_at")
    def last_success(self, state: CalendarSyncState) -> dt.datetime | None:
        return freshness.last_success(state)

    @admin.display(description="sync token", boolean=True)
    def has_token(self, state: CalendarSyncState) -> bool:
        return bool(state.sync_token)

    @admin.action(description="Force full sync", permissions=["operate"])
    def force_full_sync(self, request: HttpRequest, states: QuerySet[CalendarSyncState]) -> None:
        force_full_sync(self, request, list(states.values_list("calendar_id", flat=True)))


@admin.register(AccountSyncState)
class AccountSyncStateAdmin(RowsAdmin):
    list_display = (
        "account_link",
        "member",
        "connection",
        "last_cycle_at",
        "failure_count",
        "next_attempt_at",
        "writes_paused_until",
        "last_error",
    )
    list_filter = ("account__status", "last_error_code")
    list_select_related = ("account__member",)
    search_fields = ("account__email", "account__member__username")
    fields = (
        "account_link",
        "member",
        "connection",
        "calendars",
        "calendar_list_synced_at",
        "last_cycle_at",
        "failure_count",
        "last_error_code",
        "last_error",
        "next_attempt_at",
        "writes_paused_until",
        ("lease_holder", "lease_expires_at"),
    )
    readonly_fields = ("account_link", "member", "connection", "calendars")
    actions = ("reconnect_mail",)

    @admin.display(description="account", ordering="account__email")
    def account_link(self, state: AccountSyncState) -> str:
        return row_link(state.account)

    @admin.display(ordering="account__member__username")
    def member(self, state: AccountSyncState) -> str:
        return row_link(state.account.member)

    @admin.display(ordering="account__status")
    def connection(self, state: AccountSyncState) -> str:
        status = state.account.get_status_display()
        return f"{status}: {state.account.status_reason}" if state.account.status_reason else status

    @admin.display
    def calendars(self, state: AccountSyncState) -> str:
        return list_link(Calendar, "Calendars", account__id__exact=state.account_id)

    def has_mail_permission(self, request: HttpRequest) -> bool:
        user: Any = request.user
        return bool(user.has_perm("accounts.change_googleaccount"))

    @admin.action(description="Reconnect mail", permissions=["mail"])
    def reconnect_mail(self, request: HttpRequest, states: QuerySet[AccountSyncState]) -> None:
        """The accounts' own page knows how to ask; this offers it where the trouble shows."""
        accounts: Any = self.admin_site.get_model_admin(GoogleAccount)
        accounts.ask_to_reconnect(
            request, GoogleAccount.objects.filter(pk__in=states.values("account_id"))
        )
