"""The OpenAPI document: how views are described, and what all of them have in common."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any, Final, TypeVar

from drf_spectacular.authentication import SessionScheme
from drf_spectacular.extensions import (
    OpenApiAuthenticationExtension,
    OpenApiSerializerExtension,
)
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
)

from calendars.api.errors import STATUS_OF, ErrorCode
from calendars.api.repetition import HEADER, repeatable
from calendars.api.serializers import ErrorSerializer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from drf_spectacular.openapi import AutoSchema
    from rest_framework.serializers import Serializer

    from calendars.api.parameters import Parameter

Handler = TypeVar("Handler", bound="Callable[..., Any]")

_EVERYWHERE: Final = (
    ErrorCode.MALFORMED,
    ErrorCode.INVALID,
    ErrorCode.UNKNOWN_PARAMETER,
    ErrorCode.NOT_ACCEPTABLE,
    ErrorCode.TOO_MANY_REQUESTS,
)
_SIGNED_IN: Final = (ErrorCode.NOT_AUTHENTICATED, ErrorCode.SCOPE_TOO_SMALL)
_WITH_BODY: Final = (ErrorCode.UNSUPPORTED_MEDIA_TYPE, ErrorCode.TOO_LARGE)
_WRITING: Final = (ErrorCode.CSRF_FAILED, ErrorCode.KEY_REUSED)
_IDEMPOTENCY_KEY: Final = OpenApiParameter(
    HEADER,
    {"type": "string", "pattern": "^[!-~]{1,200}$"},
    OpenApiParameter.HEADER,
    description="A name for this call. The same call with the same name within 24 hours is done "
    "once, and answered with the first answer and the header `Idempotent-Replayed`.",
)
_PATH_IDS: Final = {
    "calendar_id": "Google's id of the calendar, percent-encoded; `primary` is your own.",
    "event_id": "Google's id of the event or instance, or the `local:` id a create gave.",
    "change_id": "The number that the lists of these changes give.",
    "op_id": "The number that a write gave as `outbox_id`.",
}


def operation(
    *,
    name: str,
    about: str,
    answers: Mapping[int, Any],
    takes: type[Serializer[Any]] | None = None,
    parameters: Sequence[Parameter] = (),
    path: Sequence[str] = (),
    errors: Sequence[ErrorCode] = (),
    examples: Sequence[OpenApiExample] = (),
    tag: str = "Events",
    public: bool = False,
    reads: bool = True,
) -> Callable[[Handler], Handler]:
    """Mark a handler of an ApiView: what it takes is checked, and all of it is documented.

    ``name`` is the operation's id; the first line of ``about`` is its summary. ``errors`` are the
    codes beyond those of every call. ``reads``: nothing is changed, so no CSRF token is needed.
    """
    codes = [*_EVERYWHERE, *errors]
    codes += () if public else _SIGNED_IN
    codes += _WITH_BODY if takes else ()
    codes += () if reads else _WRITING
    summary, _, text = about.partition("\n")

    headers = [] if reads else [_IDEMPOTENCY_KEY]

    def mark(handler: Handler) -> Handler:
        handler = handler if reads else repeatable(handler)
        handler.parameters = {each.name: each for each in parameters}  # type: ignore[attr-defined]
        described: Handler = extend_schema(
            operation_id=name,
            summary=summary.strip(),
            description=text.strip() or None,
            tags=[tag],
            request=takes,
            responses={**answers, **_responses(codes)},
            parameters=[
                *map(_path_id, path),
                *(each.documented() for each in parameters),
                *headers,
            ],
            examples=list(examples),
            auth=[] if public else None,
        )(handler)
        return described

    return mark


def _path_id(name: str) -> OpenApiParameter:
    kind = int if name in ("op_id", "change_id") else str
    return OpenApiParameter(name, kind, OpenApiParameter.PATH, description=_PATH_IDS[name])


def _responses(codes: Sequence[ErrorCode]) -> dict[int, OpenApiResponse]:
    by_status: dict[int, list[ErrorCode]] = {}
    for code in codes:
        by_status.setdefault(STATUS_OF[code], []).append(code)
    return {
        status: OpenApiResponse(
            ErrorSerializer,
            description=", ".join(f"`{code}`" for code in meant),
            examples=[_example(code) for code in meant],
        )
        for status, meant in sorted(by_status.items())
    }


def _example(code: ErrorCode) -> OpenApiExample:
    fields = {"time_max": "The span has to end after it starts."}
    return OpenApiExample(
        code.value,
        value={
            "status": "error",
            "code": code.value,
            "detail": "A sentence for people.",
            "fields": fields if code is ErrorCode.INVALID else {},
        },
        response_only=True,
        status_codes=[str(STATUS_OF[code].value)],
    )


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "calendars.api.authentication.ApiTokenAuthentication"
    name = "apiToken"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:  # noqa: ARG002
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A named key, made with `manage.py create_api_token` or in Settings.",
        }


class BrowserSessionScheme(SessionScheme):  # type: ignore[no-untyped-call]
    target_class = "calendars.api.authentication.BrowserSessionAuthentication"
    name = "browserSession"


class RawSchema(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    """Shapes that are written down as JSON Schema, because Google's resources are open-ended."""

    target_class = "calendars.api.event_shapes.OpenShape"
    match_subclasses = True

    def get_name(self, auto_schema: AutoSchema, direction: str) -> str:  # noqa: ARG002
        name: str = type(self.target).__name__
        return name

    def map_serializer(
        self,
        auto_schema: AutoSchema,  # noqa: ARG002
        direction: str,  # noqa: ARG002
    ) -> Any:
        return deepcopy(self.target.json_schema)  # it is changed in place further on
