"""Server-sent events: an open page hears within a second or two that it is no longer up to date.

Only a version is sent, never content: the page then asks for itself as it does without events.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_GET

from calendars.queries.changes import versions_of
from calendars.web.edge import member_page
from calendars.web.hub import Watcher, hub

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from django.http.response import HttpResponseBase

    from calendars.web.edge import MemberRequest

_BEAT_SECONDS: Final = 20.0
"""A line in between keeps proxies from closing what looks idle, and finds pages that are gone."""
_LONGEST_SECONDS: Final = 600.0
"""Then the browser comes back by itself, and whether its member is still logged in is asked."""
_COME_BACK_MILLISECONDS: Final = 3_000
_NOT_HERE: Final = 204
"""Tells an EventSource not to come back: the page goes on asking every few seconds."""


@require_GET
@member_page
def stream(request: MemberRequest) -> HttpResponseBase:
    """The versions of what this member sees, the present one first."""
    member_pk = request.user.pk
    if not isinstance(request, ASGIRequest) or hub.is_full_for(member_pk):
        return HttpResponse(status=_NOT_HERE)
    version = versions_of([member_pk])[member_pk]
    response = StreamingHttpResponse(
        _events(member_pk, version, seconds=_LONGEST_SECONDS), content_type="text/event-stream"
    )
    response.headers["X-Accel-Buffering"] = "no"
    return response


async def _events(member_pk: int, version: str, *, seconds: float) -> AsyncIterator[str]:
    watcher = Watcher(member_pk=member_pk, version=version)
    hub.open(watcher)
    end = time.monotonic() + seconds
    try:
        yield f"retry: {_COME_BACK_MILLISECONDS}\n{_event(version)}"
        while (left := end - time.monotonic()) > 0:
            told = await watcher.next_version(seconds=min(left, _BEAT_SECONDS))
            yield _event(told) if told is not None else ": \n\n"
    finally:
        hub.close(watcher)


def _event(version: str) -> str:
    return f"event: version\ndata: {version}\n\n"
