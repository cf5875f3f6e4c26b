"""Reading a JSON body strictly: what passes here is safe to store and to print again."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, Final, NoReturn

from django.conf import settings

from calendars.api.errors import ApiError, ErrorCode

if TYPE_CHECKING:
    from django.http import HttpRequest

_DEEPEST: Final = 32
_INTEGERS: Final = range(-(2**63), 2**63)
_LONGEST_INTEGER: Final = len(str(_INTEGERS.start))
_NO_BODY: Final = frozenset({"", "0"})


def read_object(request: HttpRequest) -> dict[str, Any]:
    """The body as a JSON object; an empty body is an empty object.

    ``unsupported_media_type`` for another type, ``too_large`` beyond the limit of uploads,
    ``malformed`` for what is not JSON as RFC 8259 has it: UTF-8, no NaN, no name twice, whole
    numbers of at most 64 bits, no NUL, no lone surrogate, nested no deeper than 32.
    """
    if request.content_type != "application/json":
        if request.META.get("CONTENT_LENGTH", "") in _NO_BODY and not request.read(1):
            return {}
        raise ApiError(
            ErrorCode.UNSUPPORTED_MEDIA_TYPE, "Send JSON, with 'Content-Type: application/json'."
        )
    raw = _read(request)
    if not raw.strip():
        return {}
    value = _parse(raw)
    if not isinstance(value, dict):
        raise _malformed("The body has to be a JSON object: {...}.")
    return value


def _read(request: HttpRequest) -> bytes:
    """The raw body. Read here and not by Django, which believes Content-Length alone."""
    limit: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    raw = request.read(limit + 1)
    if len(raw) > limit:
        raise ApiError(ErrorCode.TOO_LARGE, f"The body is larger than {limit:,} bytes.")
    return raw


def _parse(raw: bytes) -> Any:
    try:
        value = json.loads(
            raw.decode(),
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_float=_number,
            parse_int=_integer,
        )
    except UnicodeDecodeError:
        raise _malformed("The body is not UTF-8.") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise _malformed(f"The body is not JSON: {error.msg} at {where}.") from None
    except RecursionError:
        raise _malformed("The body is nested too deeply.") from None
    _check(value)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _malformed("A name comes twice in one object.")
    return found


def _constant(name: str) -> NoReturn:
    raise _malformed(f"{name} is not a number in JSON.")


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _malformed("A number is too large.")
    return number


def _integer(text: str) -> int:
    if len(text) > _LONGEST_INTEGER or (number := int(text)) not in _INTEGERS:
        raise _malformed("A whole number has more than 64 bits.")
    return number


def _check(value: Any) -> None:
    """Texts and depth, level by level, so that the check itself cannot run out of stack."""
    level = [value]
    for _ in range(_DEEPEST):
        below: list[Any] = []
        for item in level:
            if isinstance(item, str):
                _check_text(item)
            elif isinstance(item, dict):
                below += item.keys()
                below += item.values()
            elif isinstance(item, list):
                below += item
        if not below:
            return
        level = below
    raise _malformed("The body is nested too deeply.")


def _check_text(text: str) -> None:
    if "\0" in text or not (text.isascii() or _encodable(text)):
        raise _malformed("A text holds a NUL character or half of a surrogate pair.")


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _malformed(detail: str) -> ApiError:
    return ApiError(ErrorCode.MALFORMED, detail)
