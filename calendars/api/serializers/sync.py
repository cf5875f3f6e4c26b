"""How everything stands with Google."""

from __future__ import annotations

from rest_framework import serializers

from calendars.api.serializers.shapes import Shape


class SyncRequest(Shape):
    full = serializers.BooleanField(default=False, help_text="Read the whole window again.")


class SyncAnswer(Shape):
    status = serializers.CharField(help_text="`queued`")
    accounts = serializers.IntegerField(help_text="How many accounts were asked to sync.")


class HealthAnswer(Shape):
    status = serializers.CharField(help_text="`ok`")


class CalendarHealth(Shape):
    calendar_id = serializers.CharField()
    summary = serializers.CharField()
    selected = serializers.BooleanField()
    status = serializers.CharField(help_text="`new`, `ok` or `error`")
    error = serializers.CharField()
    last_full_sync = serializers.DateTimeField(allow_null=True)
    last_incremental_sync = serializers.DateTimeField(allow_null=True)
    window_start = serializers.DateTimeField(allow_null=True)
    window_end = serializers.DateTimeField(allow_null=True)
    is_stale = serializers.BooleanField()
    pending_count = serializers.IntegerField()
    failed_count = serializers.IntegerField()
    conflict_count = serializers.IntegerField()


class AccountHealth(Shape):
    email = serializers.CharField(help_text="Empty until Google has told it.")
    status = serializers.CharField(help_text="`connected`, `reconnect` or `disconnected`")
    reason = serializers.CharField()
    last_cycle = serializers.DateTimeField(allow_null=True)
    error = serializers.CharField()
    writes_paused_until = serializers.DateTimeField(allow_null=True)
    is_stale = serializers.BooleanField()
    calendars = CalendarHealth(many=True)


class StatusAnswer(Shape):
    status = serializers.CharField(help_text="`ok`")
    is_stale = serializers.BooleanField()
    last_sync = serializers.DateTimeField(allow_null=True)
    pending_count = serializers.IntegerField()
    failed_count = serializers.IntegerField()
    conflict_count = serializers.IntegerField()
    proposed_count = serializers.IntegerField()
    accounts = AccountHealth(many=True)
