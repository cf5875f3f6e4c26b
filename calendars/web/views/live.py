"""Views that keep themselves fresh: drawn once, sent whole, as a fragment, or not at all."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2s
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone

from calendars.web.chip import chip_of

if TYPE_CHECKING:
    from calendars.web.edge import MemberRequest

_NOT_CHANGED = 204
"""HTMX leaves the page alone; 304 would be answered from the browser's cache and swapped."""


@dataclass(frozen=True, slots=True)
class LiveView:
    """A view of the calendar: ``context`` of its page, ``fragment`` the part that changes."""

    url: str
    fragment: str
    context: dict[str, Any] = field(default_factory=dict)


def answer(
    request: MemberRequest,
    view: LiveView,
    *,
    announcement: str = "",
    shown_url: str = "",
) -> HttpResponse:
    """The page; for HTMX the fragment, unless the browser has seen just this one already."""
    chip = chip_of(member=request.user, now=timezone.now())
    context = {**view.context, "view_url": view.url}
    drawn = render_to_string(view.fragment, context, request)
    version = blake2s(
        f"{chip}{view.context['notices']}{drawn}".encode(), digest_size=12
    ).hexdigest()
    if request.htmx and not announcement and request.GET.get("seen") == version:
        return HttpResponse(status=_NOT_CHANGED)
    context |= {
        "drawn": drawn,
        "version": version,
        "chip": chip,
        "announcement": announcement,
        "shown_url": shown_url,
    }
    template = "calendar/_live.html" if request.htmx else "calendar/view.html"
    return render(request, template, context)
