"""An operation of the outbox."""

from __future__ import annotations

from rest_framework import serializers

from calendars.api.serializers.shapes import ObjectField, Shape
from calendars.models import Notify, OperationStatus, OperationType


class Approval(Shape):
    expires_at = serializers.DateTimeField(
        allow_null=True, help_text="Of a proposal: until when it can be approved."
    )
    approved_at = serializers.DateTimeField(allow_null=True, help_text="Of what was proposed.")
    approved_by = serializers.CharField(allow_null=True, help_text="Login of a member.")
    approved_via = serializers.CharField(help_text="As `via`; empty of what was never proposed.")


class OperationEntry(Approval):
    op_id = serializers.IntegerField()
    op_type = serializers.ChoiceField(choices=OperationType.values)
    status = serializers.ChoiceField(choices=OperationStatus.values)
    calendar_id = serializers.CharField()
    event_id = serializers.CharField()
    summary = serializers.CharField(help_text="Title of the event, as far as known.")
    payload = ObjectField(help_text="The changed fields.")
    base = ObjectField(help_text="Those fields before the change; null was absent.")
    notify = serializers.ChoiceField(choices=Notify.values)
    attempts = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    next_attempt_at = serializers.DateTimeField(allow_null=True)
    applied_at = serializers.DateTimeField(allow_null=True)
    error = serializers.CharField(help_text="A sentence for people; empty if all is well.")
    reason = serializers.CharField(help_text="A code for programs.")
    actor = serializers.CharField(allow_null=True, help_text="Login of the member.")
    via = serializers.CharField(help_text="`web`, `API token NAME`, `MCP token NAME`, `command`")
    undoes = serializers.IntegerField(
        allow_null=True, help_text="The `op_id` of the change that this one takes back."
    )


class OperationAnswer(Shape):
    status = serializers.CharField(help_text="`ok`")
    operation = OperationEntry()
