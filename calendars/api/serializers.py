"""The shapes of the contract: small bodies are read with them, all answers documented by them.

Answers are assembled from what the queries give; no serializer runs on the way out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import AccountStatus
from calendars.api import times
from calendars.api.errors import ErrorCode
from calendars.api.event_shapes import Event, Moment
from calendars.api.parameters import invalid, unknown_names
from calendars.api.working_hours import read_working_hours
from calendars.commands.respond import LONGEST_COMMENT, Response
from calendars.commands.scope import Scope
from calendars.free_time.ranking import HoursRule, Why
from calendars.models import (
    AccessRole,
    Notify,
    OperationStatus,
    OperationType,
)
from calendars.sync.core.settling import Choice

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from datetime import tzinfo

    from calendars.free_time.hours import WorkingHours

Fields = dict[str, Any]


class Shape(serializers.Serializer[Any]):
    """A documented answer, or a body that is read strictly."""

    @classmethod
    def read(cls, body: Mapping[str, Any], *, zone: tzinfo | None = None) -> Fields:
        """The values of a body; ApiError names what is unknown, missing or wrong."""
        shape = cls(data=body, context={"zone": zone})
        unknown = [name for name in body if name not in shape.fields]
        if unknown:
            raise unknown_names(unknown, known=shape.fields, kind="field")
        if not shape.is_valid():
            raise invalid({name: _sentence(problem) for name, problem in shape.errors.items()})
        return dict(shape.validated_data)


def _sentence(problem: Any) -> str:
    """The first sentence of DRF's nested lists of errors."""
    while isinstance(problem, list | dict):
        problem = next(iter(problem.values() if isinstance(problem, dict) else problem))
    return str(problem)


@extend_schema_field({"type": "string", "example": "2026-01-12T00:00:00+01:00"})
class MomentField(serializers.Field[Any, Any, Any, Any]):
    """A time as ``times.read_moment`` takes it, in the zone of the context."""

    def to_internal_value(self, data: Any) -> dt.datetime:
        try:
            return times.read_moment(str(data)[:64], zone=self.context["zone"])
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from None


@extend_schema_field({"type": "object", "additionalProperties": {}})
class ObjectField(serializers.JSONField):
    """Any JSON object."""


def _ids(*, required: bool, most: int = 1_000) -> serializers.ListField:
    return serializers.ListField(
        child=serializers.CharField(max_length=320), required=required, max_length=most
    )


def _people(*, help_text: str) -> serializers.ListField:
    return serializers.ListField(
        child=serializers.CharField(max_length=320),
        default=list,
        max_length=50,
        help_text=help_text,
    )


# Errors


class ErrorSerializer(Shape):
    status = serializers.CharField(help_text="Always `error`.")
    code = serializers.ChoiceField(choices=[code.value for code in ErrorCode])
    detail = serializers.CharField(help_text="A sentence for people; it may change.")
    fields = serializers.DictField(  # type: ignore[assignment]
        child=serializers.CharField(), help_text="What is wrong with which parameter or field."
    )


# Events


class CalendarCoverage(Shape):
    calendar_id = serializers.CharField()
    complete = serializers.BooleanField()
    window_start = serializers.DateTimeField(allow_null=True, help_text="Null before a first sync.")
    window_end = serializers.DateTimeField(allow_null=True)


class Coverage(Shape):
    complete = serializers.BooleanField(help_text="False: there may be events nobody knows of.")
    covered_from = serializers.DateTimeField(allow_null=True, help_text="What all of them cover.")
    covered_to = serializers.DateTimeField(allow_null=True)
    calendars = CalendarCoverage(many=True)


class Metadata(Shape):
    last_sync = serializers.DateTimeField(
        allow_null=True, help_text="When the calendar synced longest ago was last in step."
    )
    pending_count = serializers.IntegerField(help_text="Local changes that wait for Google.")
    conflict_count = serializers.IntegerField(help_text="Conflicts that wait for a person.")
    is_stale = serializers.BooleanField(help_text="No success within three sync intervals.")
    coverage = Coverage(help_text="How much of the span the cache knows.")
    time_zone = serializers.CharField(help_text="The zone of times that came without an offset.")
    next_cursor = serializers.CharField(allow_null=True, help_text="Null on the last page.")


class EventPageAnswer(Shape):
    status = serializers.CharField(help_text="`ok`")
    events = Event(many=True)
    metadata = Metadata()


class Recurs(Shape):
    text = serializers.CharField(help_text="In words: `Every second Tuesday until 5 May 2026`.")
    next = serializers.ListField(
        child=serializers.CharField(),
        help_text="Starts of up to five occurrences from now on, as the rule has them.",
    )


class EventAnswer(Shape):
    status = serializers.CharField(help_text="`ok`")
    event = Event()
    recurrence = Recurs(required=False, help_text="How it recurs; of a recurring event only.")


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


class Reset(Shape):
    event_id = serializers.CharField()
    original_start = Moment(help_text="Its slot in the series.")
    start = Moment(help_text="Where it had been moved to.")
    summary = serializers.CharField()


class QueuedAnswer(Shape):
    status = serializers.CharField(
        help_text="`queued`; `proposed` where it waits to be approved: see `proposal`."
    )
    outbox_id = serializers.IntegerField(help_text="The operation's `op_id`.")
    pending = serializers.BooleanField()
    event = Event()
    notes = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="Sentences about effects that were not asked for; only where there are any.",
    )
    proposal = OperationEntry(
        required=False, help_text="What is proposed; the event does not show it yet."
    )

    resets = Reset(
        many=True,
        required=False,
        help_text="Occurrences that had been changed one by one and lose that; only where any do.",
    )


class PlannedStep(Shape):
    op_type = serializers.ChoiceField(choices=OperationType.values)
    calendar_id = serializers.CharField()
    event_id = serializers.CharField(allow_null=True, help_text="Null of an event to be made.")
    payload = ObjectField(help_text="The fields that would change.")
    base = ObjectField(help_text="Those fields now; null is absent.")
    notify = serializers.ChoiceField(choices=Notify.values)


class PlanAnswer(Shape):
    status = serializers.CharField(help_text="`dry_run`: nothing was done.")
    becomes = serializers.ChoiceField(
        choices=["queued", "proposed"], help_text="What the same call without `dry_run` answers."
    )
    operations = PlannedStep(many=True, help_text="Empty where all is so already.")
    told = serializers.ListField(
        child=serializers.CharField(),
        help_text="Guests whom Google would tell; with `external`, those of them without a "
        "Google calendar.",
    )
    notes = serializers.ListField(child=serializers.CharField())
    event = ObjectField(
        help_text="As it would be shown, in the shape of `Event`; one to be made has no id yet."
    )


class CreatedAnswer(QueuedAnswer):
    event_id = serializers.CharField(help_text="`local:<uuid>`; it resolves for ever.")


class InvitationAnswer(Shape):
    event_id = serializers.CharField(max_length=1_100)
    calendar_id = serializers.CharField(max_length=320, default="primary")
    response = serializers.ChoiceField(choices=[each.value for each in Response])
    comment = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=LONGEST_COMMENT,
        help_text="Left out, an earlier comment stays; empty, it goes.",
    )
    scope = serializers.ChoiceField(
        required=False,
        choices=[Scope.INSTANCE.value, Scope.SERIES.value],
        help_text="Required for recurring targets.",
    )
    notify = serializers.ChoiceField(choices=Notify.values, required=False)


class MoveRequest(Shape):
    destination = serializers.CharField(max_length=320, help_text="Id of the other calendar.")
    notify = serializers.ChoiceField(choices=Notify.values, required=False)


# Calendars


class ListChangeEntry(Shape):
    calendar_id = serializers.CharField()
    account = serializers.CharField(help_text="Address of the Google account.")
    kind = serializers.CharField(help_text="`subscribe`, `change` or `remove`")
    fields = ObjectField(help_text="Of Google's entry.")  # type: ignore[assignment]
    status = serializers.CharField(help_text="`pending`, `applied` or `failed`")
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
    selected_calendar_ids = _ids(required=True)


class CalendarSettingsAnswer(Shape):
    status = serializers.CharField(help_text="`ok`")
    selected_calendar_ids = _ids(required=True)
    default_calendar_id = serializers.CharField(
        allow_null=True, help_text="Where new events go now; null where no calendar takes any."
    )
    default_is_chosen = serializers.BooleanField(help_text="Named by you, not by Secretary.")


class CalendarSettingsChanges(Shape):
    default_calendar_id = serializers.CharField(max_length=320, allow_null=True)


class Span(Shape):
    time_min = MomentField()
    time_max = MomentField(help_text="Exclusive.")
    calendar_ids = _ids(required=False, most=100)

    people = _people(help_text="Colleagues by username or address, and addresses of others.")


class AvailabilityQuestion(Span):
    working_hours_only = serializers.BooleanField(
        default=False, help_text="Free time only in your working hours, each day in your zone."
    )
    at_least_minutes = serializers.IntegerField(
        default=0, min_value=0, max_value=10_080, help_text="Leave out shorter free time."
    )


class TakenSpan(Shape):
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()


class FreeBusyProblem(Shape):
    reason = serializers.CharField(help_text="`notFound`, `stale`, `scopeMissing`, ...")


class PersonFreeBusy(Shape):
    kind = serializers.ChoiceField(
        choices=["me", "member", "outside", "unknown"],
        help_text="`member` is a colleague here; `unknown` is nobody's username and no address.",
    )
    display_name = serializers.CharField()
    time_zone = serializers.CharField(allow_null=True, help_text="Null for people outside.")
    busy = TakenSpan(many=True)
    unknown = TakenSpan(many=True, help_text="Not known, so never free.")
    shared_calendar_ids = serializers.ListField(
        child=serializers.CharField(), help_text="Calendars of theirs whose events you may list."
    )
    known_at = serializers.DateTimeField(allow_null=True, help_text="How old the answer is.")
    asking = serializers.BooleanField(help_text="Google is being asked: ask again in a moment.")
    errors = FreeBusyProblem(many=True)  # type: ignore[assignment]


class Colleague(Shape):
    username = serializers.CharField()
    display_name = serializers.CharField()
    time_zone = serializers.CharField()
    address = serializers.CharField(help_text="Of their oldest account; for invitations.")
    shared_calendar_ids = serializers.ListField(child=serializers.CharField())


class PeopleAnswer(Shape):
    status = serializers.CharField(help_text="`ok`")
    people = Colleague(many=True)


class SpanFrame(Shape):
    """What both answers about time share."""

    status = serializers.CharField(help_text="`ok`")
    time_min = serializers.DateTimeField()
    time_max = serializers.DateTimeField()
    time_zone = serializers.CharField()
    people = serializers.DictField(child=PersonFreeBusy(), help_text="By name as asked.")
    metadata = Metadata()


@extend_schema_field(
    {
        "type": "object",
        "required": ["time_zone"],
        "additionalProperties": False,
        "properties": {
            "time_zone": {"type": "string", "example": "America/New_York"},
            "days": {
                "type": "array",
                "items": {"type": "integer", "minimum": 0, "maximum": 6},
                "description": "0 is Monday. Default: Monday to Friday.",
            },
            "start": {"type": "string", "example": "09:00", "description": "Default: 09:00."},
            "end": {"type": "string", "example": "17:00", "description": "Default: 17:00."},
        },
    }
)
class WorkingHoursField(serializers.Field[Any, Any, Any, Any]):
    """Somebody's working hours, in their own zone."""

    def to_internal_value(self, data: Any) -> WorkingHours:
        try:
            return read_working_hours(data)
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from None


class FindTimeQuestion(Shape):
    time_min = MomentField()
    time_max = MomentField(help_text="Exclusive; at most 31 days later.")
    duration_minutes = serializers.IntegerField(min_value=5, max_value=1_440)
    people = _people(help_text="Who has to be there: usernames or addresses.")
    optional_people = _people(help_text="Who may be there.")
    include_me = serializers.BooleanField(default=True, help_text="You have to be there too.")
    calendar_ids = _ids(required=False, most=100)
    buffer_before_minutes = serializers.IntegerField(default=0, min_value=0, max_value=240)
    buffer_after_minutes = serializers.IntegerField(default=0, min_value=0, max_value=240)
    working_hours = serializers.ChoiceField(
        choices=[rule.value for rule in HoursRule],
        default=HoursRule.REQUIRED.value,
        help_text="`required`: only while all who have to be there work, each in their own zone.",
    )
    hours = serializers.DictField(
        child=WorkingHoursField(),
        default=dict,
        help_text="Working hours of people outside, or to be used instead of those of their "
        "profile, by the name as asked.",
    )
    limit = serializers.IntegerField(default=10, min_value=1, max_value=50)


class WorkingHoursEntry(Shape):
    time_zone = serializers.CharField()
    days = serializers.ListField(child=serializers.IntegerField(), help_text="0 is Monday.")
    start = serializers.CharField(help_text="`09:00`")
    end = serializers.CharField(help_text="`17:00`")


class SlotReason(Shape):
    code = serializers.CharField(help_text=", ".join(f"`{why.value}`" for why in Why))
    text = serializers.CharField(help_text="A sentence for people; it may change.")
    people = serializers.ListField(child=serializers.CharField(), help_text="Names as asked.")


class FoundSlot(Shape):
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    reasons = SlotReason(many=True, help_text="Why it ranks where it does.")
    unknown = serializers.ListField(
        child=serializers.CharField(), help_text="Of whom it is not known whether they are free."
    )


class ParticipantEntry(PersonFreeBusy):
    required = serializers.BooleanField()  # type: ignore[assignment]
    working_hours = WorkingHoursEntry(allow_null=True, help_text="Null where not known.")


class FindTimeAnswer(Shape):
    status = serializers.CharField(help_text="`ok`")
    time_min = serializers.DateTimeField()
    time_max = serializers.DateTimeField()
    time_zone = serializers.CharField()
    duration_minutes = serializers.IntegerField()
    slots = FoundSlot(many=True, help_text="Best first; they do not overlap.")
    people = serializers.DictField(child=ParticipantEntry(), help_text="By name as asked.")
    problem = serializers.CharField(
        allow_null=True, help_text="Where there is no slot: `no_common_hours`, `no_common_time`."
    )
    detail = serializers.CharField(allow_null=True, help_text="The same as a sentence.")


class AvailabilityAnswer(SpanFrame):
    busy = TakenSpan(many=True)
    free = TakenSpan(many=True)
    unknown = TakenSpan(many=True, help_text="Outside of what is cached, so never free.")
    unknown_calendars = serializers.ListField(
        child=serializers.CharField(), help_text="Ids that are not calendars of yours."
    )


class CalendarFreeBusy(Shape):
    busy = TakenSpan(many=True)
    unknown = TakenSpan(many=True)
    errors = FreeBusyProblem(many=True, required=False)  # type: ignore[assignment]


class FreeBusyAnswer(SpanFrame):
    calendars = serializers.DictField(child=CalendarFreeBusy(), help_text="By id as asked.")


# Outbox


class Paging(Shape):
    next_cursor = serializers.CharField(allow_null=True, help_text="Null on the last page.")


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


class OperationAnswer(Shape):
    status = serializers.CharField(help_text="`ok`")
    operation = OperationEntry()


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


# Sync


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
    accounts = AccountHealth(many=True)
