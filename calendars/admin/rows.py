"""What the admin pages of the calendars have in common: rows to look at, not to edit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth import get_permission_codename
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode

from calendars.commands import full_sync

if TYPE_CHECKING:
    from django.db.models import Model
    from django.http import HttpRequest

    from calendars.models import CalendarListChange, OutboxOperation

    _ModelAdmin = admin.ModelAdmin[Model]
else:  # Django's class takes no type arguments at run time
    _ModelAdmin = admin.ModelAdmin


OF_CALENDAR = (
    "calendar__google_id",
    "calendar__summary",
    "calendar__account__email",
    "calendar__account__member__username",
)
"""What lists of a calendar's rows are searched by."""


class RowsAdmin(_ModelAdmin):
    """Read-only pages. The cache and the outbox are written by commands and by the sync alone.

    Actions that change something ask for the ``operate`` permission, which is Django's change
    permission of the model. Rows go with their account or member, never by themselves.
    """

    list_per_page = 50
    show_full_result_count = False
    ordering = ("-pk",)

    class Media:
        css = {"all": ("calendars/admin.css",)}

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Asked by the pages of members and accounts for what goes with them, too."""
        page = getattr(request.resolver_match, "url_name", None) or ""
        on_own_page = page.startswith(f"{self.opts.app_label}_{self.opts.model_name}_")
        return not on_own_page and super().has_delete_permission(request, obj)

    def has_operate_permission(self, request: HttpRequest) -> bool:
        codename = get_permission_codename("change", self.opts)
        user: Any = request.user
        return bool(user.has_perm(f"{self.opts.app_label}.{codename}"))


def asker(change: OutboxOperation | CalendarListChange) -> str:
    """Who asked for a change, and by which way."""
    who = change.actor.get_username() if change.actor else "somebody"
    return f"{who} ({change.actor_via})" if change.actor_via else who


def row_link(row: Model | None) -> str:
    """A link to a row's page, by its name."""
    if row is None:
        return "-"
    meta = row._meta
    page = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])
    return format_html('<a href="{}">{}</a>', page, row)


def list_link(model: type[Model], text: str, **filters: Any) -> str:
    """A link to the list of another model, filtered."""
    page = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return format_html('<a href="{}?{}">{}</a>', page, urlencode(filters), text)


def readable(value: Any) -> str:
    """JSON, indented, as text that a browser does not take for anything else."""
    if value is None:
        return "-"
    return format_html(
        '<pre class="json">{}</pre>', json.dumps(value, indent=2, ensure_ascii=False)
    )


def force_full_sync(page: RowsAdmin, request: HttpRequest, calendar_pks: list[int]) -> None:
    """The action of that name, which calendars and their sync states both offer."""
    number = full_sync.force_full_sync(calendar_pks=calendar_pks)
    page.message_user(request, f"The next sync lists {number} calendar(s) whole.")
