"""Query parameters: declared once, for reading and for the OpenAPI document alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar

from drf_spectacular.utils import OpenApiExample, OpenApiParameter

from calendars.api import times
from calendars.api.errors import ApiError, ErrorCode

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence
    from datetime import tzinfo
    from enum import Enum

    from django.http import QueryDict

_LONGEST_TEXT: Final = 2_048
_DEFAULT_DAYS: Final = 7


def _text(value: str, _: tzinfo) -> str:
    return value


def _moment(value: str, zone: tzinfo) -> dt.datetime:
    return times.read_moment(value, zone=zone)


def _flag(value: str, _: tzinfo) -> bool:
    if value not in ("true", "false"):
        raise ValueError("Write true or false.")
    return value == "true"


def _at_most(most: int) -> Callable[[str, tzinfo], int]:
    def read(value: str, _: tzinfo) -> int:
        if not (value.isascii() and value.isdigit()) or not 1 <= int(value[:9]) <= most:
            raise ValueError(f"Write a whole number from 1 to {most}.")
        return int(value)

    return read


def _one_of(choices: Sequence[str]) -> Callable[[str, tzinfo], str]:
    def read(value: str, _: tzinfo) -> str:
        if value not in choices:
            raise ValueError(f"Choose one of {', '.join(choices)}.")
        return value

    return read


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One query parameter. ``read`` raises ValueError with a sentence for the client.

    ``many``: may be repeated, or hold several values separated by commas; read as a list.
    ``default``: the value when it is not given; None leaves it out.
    """

    name: str
    about: str
    read: Callable[[str, tzinfo], Any] = _text
    schema: Any = field(default_factory=lambda: {"type": "string"})
    many: bool = False
    required: bool = False
    default: Any = None
    example: str = ""

    def documented(self) -> OpenApiParameter:
        examples = [OpenApiExample(self.name, value=self.example)] if self.example else None
        schema = {"type": "array", "items": self.schema} if self.many else self.schema
        return OpenApiParameter(
            self.name,
            schema,
            required=self.required,
            description=self.about,
            examples=examples,
        )


TIME_MIN: Final = Parameter(
    name="time_min",
    about="Start of the span: RFC 3339, or a date. Without an offset it is in your time zone. "
    "Default: the start of today.",
    read=_moment,
    example="2026-01-12T00:00:00+01:00",
)
TIME_MAX: Final = Parameter(
    name="time_max",
    about="End of the span, exclusive. Default: seven days after its start.",
    read=_moment,
    example="2026-01-19",
)
CALENDAR_ID: Final = Parameter(
    name="calendar_id",
    about="Only these calendars; may be repeated or hold several ids separated by commas. "
    "`primary` is your own. Default: all selected calendars.",
    many=True,
    example="primary",
)
CURSOR: Final = Parameter(
    name="cursor", about="`next_cursor` of the page before; the other parameters stay the same."
)
QUERY: Final = Parameter(
    name="q",
    about="Words, or beginnings of words, that all have to occur in title, description, place or "
    "guests. Twenty at most.",
    required=True,
    example="budget",
)

DRY_RUN: Final = Parameter(
    name="dry_run",
    about="`true`: check everything and say what would change and who would be told; do nothing.",
    read=_flag,
    schema={"type": "boolean", "default": False},
)


def limit(*, default: int, most: int) -> Parameter:
    return Parameter(
        name="limit",
        about="How many entries a page has at most.",
        read=_at_most(most),
        schema={"type": "integer", "minimum": 1, "maximum": most, "default": default},
        default=default,
    )


def choice(name: str, *, about: str, choices: Sequence[str], many: bool = False) -> Parameter:
    return Parameter(
        name=name,
        about=about,
        read=_one_of(choices),
        schema={"type": "string", "enum": list(choices)},
        many=many,
    )


def read_parameters(
    query: QueryDict, *, declared: Mapping[str, Parameter], zone: tzinfo
) -> dict[str, Any]:
    """The values that were given, and defaults. What is not declared is refused by name.

    ``zone`` is that of times which come without an offset.
    """
    unknown = [name for name in query if name not in declared]
    if unknown:
        raise unknown_names(unknown, known=declared, kind="query parameter")
    values = {name: each.default for name, each in declared.items() if each.default is not None}
    wrong = {
        name: "This is required."
        for name, each in declared.items()
        if each.required and name not in query
    }
    for name in query:
        try:
            values[name] = _value(query.getlist(name), declared[name], zone)
        except ValueError as error:
            wrong[name] = str(error)
    if wrong:
        raise invalid(wrong)
    return values


def unknown_names(names: Sequence[str], *, known: Mapping[str, Any], kind: str) -> ApiError:
    """The refusal of names that this call does not have."""
    has = ", ".join(known) or "none"
    shown = [name[:64] for name in names[:20]]
    return ApiError(
        ErrorCode.UNKNOWN_PARAMETER,
        f"Unknown {kind}: {', '.join(shown)}.",
        fields=dict.fromkeys(shown, f"There is no such {kind}. Known: {has}."),
    )


def invalid(fields: Mapping[str, str]) -> ApiError:
    """The refusal of values, each with its sentence."""
    return ApiError(
        ErrorCode.INVALID,
        " ".join(f"{name}: {sentence}" for name, sentence in fields.items()),
        fields=fields,
    )


def span_of(
    values: Mapping[str, Any], *, zone: tzinfo, now: dt.datetime
) -> tuple[dt.datetime, dt.datetime]:
    """``time_min`` and ``time_max`` with their defaults: a week from the start of today."""
    start = values.get("time_min") or times.start_of_day(now, zone=zone)
    end = values.get("time_max") or times.days_later(start, _DEFAULT_DAYS, zone=zone)
    if end <= start:
        raise invalid({"time_max": "The span has to end after it starts."})
    return start, end


def _value(given: Sequence[str], parameter: Parameter, zone: tzinfo) -> Any:
    if any("\0" in value or len(value) > _LONGEST_TEXT for value in given):
        raise ValueError("The value is too long or holds a NUL character.")
    if parameter.many:
        words = [word.strip() for value in given for word in value.split(",")]
        return [parameter.read(word, zone) for word in words if word]
    if len(given) > 1:
        raise ValueError("Give it once.")
    return parameter.read(given[0], zone)


Choices = TypeVar("Choices", bound="Enum")


def taken_choice(body: dict[str, Any], name: str, choices: type[Choices]) -> Choices | None:
    """One of the choices, taken out of a body; None where it is not there. ApiError otherwise."""
    value = body.pop(name, None)
    if value is None:
        return None
    try:
        return choices(value)
    except ValueError:
        allowed = ", ".join(each.value for each in choices)
        raise invalid({name: f"Choose one of {allowed}."}) from None


def taken_text(body: dict[str, Any], name: str) -> str | None:
    """A text, taken out of a body; None where it is not there. ApiError otherwise."""
    value = body.pop(name, None)
    if value is not None and not isinstance(value, str):
        raise invalid({name: "This has to be text."})
    return value
