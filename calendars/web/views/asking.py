"""Pages of the settings that ask for themselves again while they are open."""

from __future__ import annotations

from hashlib import blake2s
from typing import TYPE_CHECKING, Any, Final

from django.http import HttpResponse
from django.shortcuts import render

if TYPE_CHECKING:
    from collections.abc import Mapping

    from calendars.web.edge import MemberRequest

_NOT_CHANGED: Final = 204


def version_of(shown: object) -> str:
    """What a page remembers of what it shows; other values have another version."""
    return blake2s(repr(shown).encode(), digest_size=12).hexdigest()


def page_or_part(
    request: MemberRequest, page: str, part: str, context: Mapping[str, Any]
) -> HttpResponse:
    """The page; for one that asks again only its part, or nothing where ``version`` is the one
    that it has seen.
    """
    if not request.htmx or request.htmx.history_restore_request:
        return render(request, page, {**context})
    if request.GET.get("seen") == context["version"]:
        return HttpResponse(status=_NOT_CHANGED)
    return render(request, part, {**context})
