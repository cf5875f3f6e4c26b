"""Members, accounts and tokens for operators. Secrets are never shown, not even encrypted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode

from accounts import commands, mail
from accounts.forms import WorkingDaysField
from accounts.models import AccountStatus, ApiToken, GoogleAccount, Member
from accounts.scopes import explain_missing

if TYPE_CHECKING:
    from django.db.models import Field, QuerySet
    from django.forms import Field as FormField
    from django.http import HttpRequest

    _MemberAdmin = UserAdmin[Member]
    _AccountAdmin = admin.ModelAdmin[GoogleAccount]
    _TokenAdmin = admin.ModelAdmin[ApiToken]
else:  # Django's classes take no type arguments at run time
    _MemberAdmin = UserAdmin
    _AccountAdmin = _TokenAdmin = admin.ModelAdmin

admin.site.site_header = admin.site.site_title = "Secretary"
_POWERS = ("is_superuser", "is_staff", "groups", "user_permissions")


@admin.register(Member)
class MemberAdmin(_MemberAdmin):
    list_display = ("username", "email", "time_zone", "is_active", "is_staff")
    fieldsets = (
        *(UserAdmin.fieldsets or ()),
        (
            "Time",
            {
                "fields": (
                    "time_zone",
                    "second_time_zone",
                    "hour_format",
                    "week_start",
                    "working_days",
                    "working_day_start",
                    "working_day_end",
                    "default_view",
                    "default_duration",
                )
            },
        ),
    )

    def formfield_for_dbfield(
        self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> FormField | None:
        if db_field.name == "working_days":
            return WorkingDaysField()
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Member | None = None) -> Any:
        """Only superusers give power away: nobody can give themselves more than they have."""
        fields = super().get_readonly_fields(request, obj)
        return fields if _is_superuser(request) else (*fields, *_POWERS)

    def has_change_permission(self, request: HttpRequest, obj: Member | None = None) -> bool:
        return _may_touch(request, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Member | None = None) -> bool:
        return _may_touch(request, obj) and super().has_delete_permission(request, obj)


@admin.register(GoogleAccount)
class GoogleAccountAdmin(_AccountAdmin):
    list_display = ("__str__", "member", "status", "status_reason", "connected_at", "calendars")
    list_filter = ("status",)
    list_select_related = ("member",)
    search_fields = ("email", "member__username", "member__email")
    fields = (
        "member",
        "email",
        "status",
        "status_reason",
        "granted",
        "missing",
        "connected_at",
        "calendars",
    )
    readonly_fields = fields
    actions = ("ask_to_reconnect",)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """A filter would tell the credentials letter by letter."""
        return not lookup.startswith("credentials") and super().lookup_allowed(
            lookup, value, request
        )

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's
        """Only a consent or ``connect_google`` makes an account."""
        return False

    @admin.display(description="granted scopes")
    def granted(self, account: GoogleAccount) -> str:
        return ", ".join(account.scopes) or "not known"

    @admin.display(description="what is missing")
    def missing(self, account: GoogleAccount) -> str:
        return " ".join(explain_missing(account.scopes)) or "nothing"

    @admin.display
    def calendars(self, account: GoogleAccount) -> str:
        try:
            page = reverse("admin:calendars_calendar_changelist")
        except NoReverseMatch:
            return ""
        query = urlencode({"account__id__exact": account.pk})
        return format_html('<a href="{}?{}">Calendars</a>', page, query)

    @admin.action(description="Ask the member to reconnect", permissions=["change"])
    def ask_to_reconnect(self, request: HttpRequest, accounts: QuerySet[GoogleAccount]) -> None:
        for account in accounts.select_related("member"):
            if account.status == AccountStatus.CONNECTED:
                self.message_user(
                    request, f"No mail about {account}: it is connected.", messages.WARNING
                )
            else:
                self._ask(request, account)

    def _ask(self, request: HttpRequest, account: GoogleAccount) -> None:
        member = account.member.get_username()
        try:
            sent = mail.ask_to_reconnect(account)
        except OSError as error:
            text = f"The mail server did not take the mail to {member}: {error}."
            self.message_user(request, text, messages.ERROR)
            return
        if sent:
            self.message_user(request, f"Sent {member} a mail about {account}.")
        else:
            text = f"No mail to {member}: no address is known."
            self.message_user(request, text, messages.WARNING)


@admin.register(ApiToken)
class ApiTokenAdmin(_TokenAdmin):
    list_display = (
        "name",
        "member",
        "scope",
        "created_at",
        "last_used_at",
        "expires_at",
        "revoked_at",
    )
    list_filter = ("scope", ("revoked_at", admin.EmptyFieldListFilter))
    list_select_related = ("member",)
    search_fields = ("name", "member__username")
    fields = list_display
    readonly_fields = list_display
    actions = ("revoke",)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """A filter would tell the digest letter by letter."""
        return not lookup.startswith("digest") and super().lookup_allowed(lookup, value, request)

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's
        """A token's secret is shown to its member only, so only the member makes one."""
        return False

    @admin.action(description="Revoke", permissions=["change"])
    def revoke(self, request: HttpRequest, tokens: QuerySet[ApiToken]) -> None:
        now = timezone.now()
        for token in tokens:
            commands.revoke_token(token=token, now=now)
        self.message_user(request, f"Revoked: {', '.join(token.name for token in tokens)}.")


def _may_touch(request: HttpRequest, member: Member | None) -> bool:
    """Who has powers here is for superusers only, and for themselves: whoever sets their password,
    or the address to which a new one is sent, has their powers too.
    """
    if member is None or _is_superuser(request) or member.pk == request.user.pk:
        return True
    return not (member.is_staff or member.is_superuser)


def _is_superuser(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False))
