"""What all shapes share: strict reading, times, errors, and how far an answer can be trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from calendars.api import times
from calendars.api.errors import ErrorCode
from calendars.api.parameters import invalid, unknown_names

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from datetime import tzinfo


Fields = dict[str, Any]
_LONGEST_SENTENCE = 200


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
    """The first sentence of DRF's nested lists of errors; it may quote what was sent, however long
    that is."""
    while isinstance(problem, list | dict):
        problem = next(iter(problem.values() if isinstance(problem, dict) else problem))
    text = str(problem)
    half = _LONGEST_SENTENCE // 2
    return text if len(text) <= _LONGEST_SENTENCE else f"{text[:half]} ... {text[-half:]}"


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


def ids_field(*, required: bool, most: int = 1_000) -> serializers.ListField:
    return serializers.ListField(
        child=serializers.CharField(max_length=320), required=required, max_length=most
    )


def people_field(*, help_text: str) -> serializers.ListField:
    return serializers.ListField(
        child=serializers.CharField(max_length=320),
        default=list,
        max_length=50,
        help_text=help_text,
    )


class ErrorSerializer(Shape):
    status = serializers.CharField(help_text="Always `error`.")
    code = serializers.ChoiceField(choices=[code.value for code in ErrorCode])
    detail = serializers.CharField(help_text="A sentence for people; it may change.")
    fields = serializers.DictField(  # type: ignore[assignment]
        child=serializers.CharField(), help_text="What is wrong with which parameter or field."
    )


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


class Span(Shape):
    time_min = MomentField()
    time_max = MomentField(help_text="Exclusive.")
    calendar_ids = ids_field(required=False, most=100)

    people = people_field(help_text="Colleagues by username or address, and addresses of others.")


class Paging(Shape):
    next_cursor = serializers.CharField(allow_null=True, help_text="Null on the last page.")
