"""Queued changes: history, undo, proposals, conflicts."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from calendars.api.errors import ErrorCode
from calendars.api.event_shapes import Event, Moment
from calendars.api.serializers.events import QueuedAnswer
from calendars.api.serializers.operations import Approval, OperationEntry
from calendars.api.serializers.shapes import Fields, ObjectField, Paging, Shape
from calendars.models import Notify, OperationStatus, OperationType
from calendars.sync.core.settling import Choice


class OutboxAnswer(Shape):
    status = serializers.CharField(help_text="`ok`")
    operations = OperationEntry(many=True)
    metadata = Paging()


class HistoryEntry(Approval):
    op_id = serializers.IntegerField()
    op_type = serializers.ChoiceField(choices=OperationType.values)
    status = serializers.ChoiceField(choices=OperationStatus.values)
    calendar_id = serializers.CharField()
    event_id = serializers.CharField(help_text="The id under which the change was asked for.")
    of_instance = serializers.BooleanField(help_text="Meant for one occurrence of a series.")
    before = ObjectField(help_text="The changed fields as they were; null was absent.")
    after = ObjectField(help_text="As they became. Empty of a delete.")
    notify = serializers.ChoiceField(choices=Notify.values)
    created_at = serializers.DateTimeField(help_text="When it was asked for.")
    applied_at = serializers.DateTimeField(allow_null=True, help_text="When it was done.")
    error = serializers.CharField(help_text="A sentence for people; empty if all is well.")
    reason = serializers.CharField(help_text="A code for programs.")
    actor = serializers.CharField(allow_null=True, help_text="Login of the member.")
    via = serializers.CharField(help_text="`web`, `API token NAME`, `MCP token NAME`, `command`")
    undoes = serializers.IntegerField(allow_null=True, help_text="What this one takes back.")
    undone_by = serializers.IntegerField(allow_null=True, help_text="What took this one back.")
    undoable = serializers.BooleanField(help_text="An undo can be tried.")


class HistoryAtGoogle(Shape):
    created = serializers.CharField(allow_null=True)
    creator = serializers.CharField(allow_null=True, help_text="Address of who made the event.")
    updated = serializers.CharField(
        allow_null=True, help_text="When it last changed at Google, by us or others."
    )
    changed = serializers.ListField(
        child=serializers.CharField(),
        help_text="Fields last changed here that have another value at Google since.",
    )


class HistoryAnswer(Shape):
    status = serializers.CharField(help_text="`ok`")
    history = HistoryEntry(many=True)
    google = HistoryAtGoogle(allow_null=True, help_text="Null where Google has no such event.")
    metadata = Paging()


class UndoneAnswer(QueuedAnswer):
    outbox_id = serializers.IntegerField(help_text="The `op_id` of the change that undoes.")
    undoes = serializers.IntegerField(help_text="The `op_id` of the change that is taken back.")
    pending = serializers.BooleanField(help_text="False: Google need not be told.")
    event_id = serializers.CharField(help_text="Another one where a deleted event is made anew.")
    event = Event(allow_null=True, help_text="As lists show it now; null where nothing is left.")
    note = serializers.CharField(help_text="What was done, and what was not. For people.")


class ApprovalRequest(Shape):
    op_ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1),
        required=False,
        max_length=500,
        help_text="The proposals that were looked at. Default: all that wait.",
    )


class RefusedApproval(Shape):
    op_id = serializers.IntegerField()
    code = serializers.ChoiceField(choices=[code.value for code in ErrorCode])
    detail = serializers.CharField()


class ApprovalsAnswer(Shape):
    status = serializers.CharField(help_text="`ok`")
    approved = OperationEntry(many=True)
    refused = RefusedApproval(many=True, help_text="Those that could not be approved, and why.")


@extend_schema_field(
    {
        "oneOf": [
            {"type": "array", "items": {"type": "string"}},
            {"type": "object", "additionalProperties": {}},
        ],
        "description": "For `merge`: the fields where mine wins, or an object that gives each "
        'field `"mine"`, `"theirs"` or a value. `time` stands for start, end and recurrence.',
    }
)
class WishesField(serializers.Field[Any, Any, Any, Any]):
    def to_internal_value(self, data: Any) -> list[str] | Fields:
        if isinstance(data, dict):
            return data
        if isinstance(data, list) and all(isinstance(name, str) for name in data):
            return data
        raise serializers.ValidationError("Send a list of names, or an object.")


class Decision(Shape):
    choice = serializers.ChoiceField(choices=[each.value for each in Choice])
    fields = WishesField(required=False)  # type: ignore[assignment]


class ChangedOccurrence(Shape):
    event_id = serializers.CharField()
    original_start = Moment(help_text="Its slot in the series.")
    start = Moment(allow_null=True, help_text="At Google now; null where it is deleted there.")
    summary = serializers.CharField()
    theirs = ObjectField(help_text="What was changed there, as Google has it.")
    deleted_by_mine = serializers.BooleanField(
        help_text="Whether my change deletes it; otherwise it happens as its series has it."
    )


class ConflictEntry(Shape):
    op_id = serializers.IntegerField()
    kind = serializers.CharField(
        help_text="`edit_edit`, `edit_delete` (Google deleted what I edited) or `delete_edit`."
    )
    calendar_id = serializers.CharField()
    event_id = serializers.CharField()
    fields = serializers.ListField(  # type: ignore[assignment]
        child=serializers.CharField(), help_text="What differs."
    )
    choices = serializers.DictField(
        child=serializers.CharField(),
        help_text="What can be decided: each choice with a sentence of what it does.",
    )
    mine = ObjectField()
    theirs = ObjectField(help_text="Empty where Google deleted the event.")
    base = ObjectField(help_text="What both began from.")
    event = Event(allow_null=True, help_text="Google's version; null where it is deleted.")
    occurrences = ChangedOccurrence(
        many=True,
        help_text="With the reason `occurrences_changed_at_google`: what was changed or deleted at "
        "Google of single occurrences meanwhile, and would be given up with mine.",
    )
    error = serializers.CharField(help_text="A sentence for people.")
    reason = serializers.CharField(help_text="A code for programs.")
    created_at = serializers.DateTimeField()
    actor = serializers.CharField(allow_null=True)
    via = serializers.CharField()


class ConflictsAnswer(Shape):
    status = serializers.CharField(help_text="`ok`")
    conflicts = ConflictEntry(many=True)


class ResolutionAnswer(Shape):
    status = serializers.CharField(help_text="`ok`")
    operation = OperationEntry(help_text="What is sent now, or the settled change itself.")
    event = Event(allow_null=True, help_text="As lists show it now; null where nothing is left.")
