"""Calendars, the choice among them, and changes of the calendar list."""

from __future__ import annotations

from rest_framework import serializers

from accounts.models import AccountStatus
from calendars.api.serializers.shapes import ObjectField, Shape, ids_field
from calendars.models import AccessRole


class ListChangeEntry(Shape):
    change_id = serializers.IntegerField()
    calendar_id = serializers.CharField()
    account = serializers.CharField(help_text="Address of the Google account.")
    kind = serializers.CharField(help_text="`subscribe`, `change` or `remove`")
    fields = ObjectField(help_text="Of Google's entry.")  # type: ignore[assignment]
    status = serializers.CharField(help_text="`pending`, `applied`, `failed` or `dismissed`")
    created_at = serializers.DateTimeField()
    settled_at = serializers.DateTimeField(allow_null=True)
    error = serializers.CharField(help_text="A sentence for people; empty if all is well.")
    reason = serializers.CharField(help_text="A code for programs.")


class ListQueuedAnswer(Shape):
    status = serializers.CharField(help_text="`queued`")
    changes = ListChangeEntry(many=True, help_text="One for each account concerned.")


class ListChangesAnswer(Shape):
    status = serializers.CharField(help_text="`ok`")
    changes = ListChangeEntry(many=True, help_text="Newest first.")


class ListChangeAnswer(Shape):
    status = serializers.CharField(help_text="`ok`")
    change = ListChangeEntry()


class Subscription(Shape):
    calendar_id = serializers.CharField(
        max_length=320, help_text="Google's id: the address of a calendar that you may see."
    )
    account = serializers.CharField(
        max_length=320, required=False, help_text="Default: your first connected account."
    )


class ListEntryChanges(Shape):
    hidden = serializers.BooleanField(
        required=False, help_text="Hidden in Google's list, and not shown here."
    )
    background_color = serializers.RegexField(
        r"^#[0-9a-fA-F]{6}$", required=False, help_text="`#rrggbb`"
    )


class CalendarEntry(Shape):
    calendar_id = serializers.CharField(help_text="Google's id.")
    summary = serializers.CharField()
    description = serializers.CharField()
    time_zone = serializers.CharField()
    access_role = serializers.ChoiceField(choices=AccessRole.values)
    writable = serializers.BooleanField()
    primary = serializers.BooleanField()
    is_default = serializers.BooleanField(help_text="New events go here.")
    selected = serializers.BooleanField(help_text="Shown in Secretary.")
    hidden = serializers.BooleanField(help_text="Hidden in Google's own list.")
    color_id = serializers.CharField(help_text="Of Google's palette; may be empty.")
    background_color = serializers.CharField()
    foreground_color = serializers.CharField()
    account = serializers.CharField(help_text="Address of the Google account.")
    account_status = serializers.ChoiceField(choices=AccountStatus.values)
    accounts = serializers.ListField(
        child=serializers.CharField(), help_text="All your accounts that have this calendar."
    )
    last_sync = serializers.DateTimeField(allow_null=True)
    is_stale = serializers.BooleanField()
    list_change = ListChangeEntry(
        allow_null=True, help_text="A change of this entry that waits or was refused."
    )


class CalendarsAnswer(Shape):
    status = serializers.CharField(help_text="`ok`")
    calendars = CalendarEntry(many=True)


class CalendarSelection(Shape):
    selected_calendar_ids = ids_field(required=True)


class CalendarSettingsAnswer(Shape):
    status = serializers.CharField(help_text="`ok`")
    selected_calendar_ids = ids_field(required=True)
    default_calendar_id = serializers.CharField(
        allow_null=True, help_text="Where new events go now; null where no calendar takes any."
    )
    default_is_chosen = serializers.BooleanField(help_text="Named by you, not by Secretary.")


class CalendarSettingsChanges(Shape):
    default_calendar_id = serializers.CharField(max_length=320, allow_null=True)
