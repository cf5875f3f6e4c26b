"""Busy and free time, and finding a time for several people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from calendars.api.serializers.shapes import (
    Metadata,
    MomentField,
    Shape,
    Span,
    ids_field,
    people_field,
)
from calendars.api.working_hours import read_working_hours
from calendars.free_time.ranking import HoursRule, Why

if TYPE_CHECKING:
    from calendars.free_time.hours import WorkingHours


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
    people = people_field(help_text="Who has to be there: usernames or addresses.")
    optional_people = people_field(help_text="Who may be there.")
    include_me = serializers.BooleanField(default=True, help_text="You have to be there too.")
    calendar_ids = ids_field(required=False, most=100)
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
