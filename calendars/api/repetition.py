"""Writes that are safe to send again, and writes that are only tried.

``Idempotency-Key`` names a call: the same one again within a day is answered with the first
answer. What comes through the MCP bridge without a key, and makes an event, counts as the same
call for five minutes: a language model that is unsure whether a call went through sends it again.
A person's program that sends the same create twice means two events.
"""

from __future__ import annotations

import hashlib
import json
import re
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar, cast

from django.db import transaction

from accounts.models import ApiToken
from calendars.api.base import is_bridge, raw_answer
from calendars.api.parameters import invalid
from calendars.commands import repetition

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse
    from rest_framework.request import Request

    from calendars.api.base import ApiView

Handler = TypeVar("Handler", bound="Callable[..., Any]")

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotent-Replayed"
_KEY: Final = re.compile(r"[\x21-\x7e]{1,200}")


class _Call(NamedTuple):
    holder: str
    key: str
    digest: str
    unnamed: bool


def repeatable(handler: Handler) -> Handler:
    """The handler of a write, called once for each key, and rolled back after a dry run."""

    @wraps(handler)
    def once(view: ApiView, request: Request, **ids: Any) -> HttpResponse:
        if view.given.get("dry_run"):
            with transaction.atomic():
                tried: HttpResponse = handler(view, request, **ids)
                transaction.set_rollback(True)
            return tried
        call = _call(view, request)
        if call is None:
            return cast("HttpResponse", handler(view, request, **ids))
        with transaction.atomic():
            return _answered(view, call, lambda: handler(view, request, **ids))

    return cast("Handler", once)


def _answered(view: ApiView, call: _Call, handler: Callable[[], HttpResponse]) -> HttpResponse:
    known = repetition.begin(**call._asdict(), now=view.now)
    if known.status:
        again = raw_answer(known.body, status=known.status)
        again.headers[REPLAYED] = "true"
        return again
    response = handler()
    text = response.content.decode()
    queued = json.loads(text).get("outbox_id")
    repetition.remember(known, status=response.status_code, body=text, operation_id=queued)
    return response


def _call(view: ApiView, request: Request) -> _Call | None:
    """What this call is known by; None where it is to be done as often as it comes."""
    given = request.META.get("HTTP_IDEMPOTENCY_KEY")
    token = request.auth
    if given is None and not (view.repeats_are_one and token and is_bridge(request)):
        return None
    if given is not None and not _KEY.fullmatch(given):
        raise invalid({HEADER: "A key is 1 to 200 visible ASCII characters."})
    digest = _digest(request)
    holder = f"token {token.pk}" if isinstance(token, ApiToken) else f"member {view.member.pk}"
    key = f"named {given}" if given is not None else f"same {digest}"
    return _Call(holder, key, digest, unnamed=given is None)


def _digest(request: Request) -> str:
    sent = request._request
    whole = f"{sent.method} {sent.get_full_path()}\n".encode() + sent.body
    return hashlib.blake2b(whole, digest_size=32).hexdigest()
