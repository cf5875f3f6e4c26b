"""Views that keep themselves fresh: drawn once, sent whole, in part, or not at all."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from hashlib import blake2s
from typing import TYPE_CHECKING, Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django_htmx.http import reswap

if TYPE_CHECKING:
    from collections.abc import Mapping

    from calendars.web.edge import MemberRequest

SAME_EVENTS: Final = "X-Same-Events"
"""Tells a page that must not move just now that nothing it has to speak of has changed."""
_NOT_CHANGED = 204
"""HTMX leaves the page alone; 304 would be answered from the browser's cache and swapped."""


@dataclass(frozen=True, slots=True)
class LiveView:
    """A view of the calendar: ``drawn`` is the part that changes, ``context`` that of its page.

    ``substance`` is what a member would miss: it stays the same where only looks change, as when a
    write was sent and its badge goes, or when an hour is over.
    """

    url: str
    drawn: str
    substance: object
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OpenCard:
    """What stands over a view from the start, and how the page names the event that it is about."""

    html: str
    key: str

    def marked(self, drawn: str) -> str:
        """The view with the focus on the event, which so is in sight without scripts, too."""
        event = rf'(<a class="event [^>]* id="\w+-{self.key}")'
        return mark_safe(re.sub(event, r"\1 autofocus", drawn, count=1))  # noqa: S308


@dataclass(frozen=True, slots=True)
class Toast:
    """What is said of something that the member did, and how it is taken back: by sending
    ``undo_fields`` to ``undo_url``."""

    text: str
    undo_url: str = ""
    undo_fields: Mapping[str, str] = field(default_factory=dict)
    undo_label: str = "Undo"
    shown_url: str = ""


def answer(
    request: MemberRequest,
    view: LiveView,
    *,
    toast: Toast | None = None,
    asked: bool = False,
    opened: OpenCard | None = None,
) -> HttpResponse:
    """The page; for HTMX the parts of it that the browser has not seen yet, if there are any.

    What the member did (``toast``) or ``asked`` for is drawn in any case. A page names the day and
    the zone that it knows: after midnight, and where the first calendar has brought its zone, what
    leads to today is sent, too.
    """
    frame = [view.context[name] for name in ("chip", "notices", "filling", "groups", "people")]
    today = f"{view.context['today']} {view.context['zone']}"
    version = f"{_digest(view.drawn)}-{_digest(repr(frame))}-{_digest(repr(view.substance))}"
    context = {
        **view.context,
        "view_url": view.url,
        "drawn": opened.marked(view.drawn) if opened else view.drawn,
        "opened": opened,
        "version": version,
        "toast": toast,
        "asked": asked,
        "today_seen": today,
        "day_turned": request.GET.get("today", today) != today,
    }
    if not request.htmx or request.htmx.history_restore_request:
        return render(request, "calendar/view.html", context)
    seen = "" if toast or asked else request.GET.get("seen", "")
    if seen == version and not context["day_turned"]:
        return HttpResponse(status=_NOT_CHANGED)
    if seen.partition("-")[0] == _digest(view.drawn):
        return reswap(render(request, "calendar/_around.html", context), "none")
    response = render(request, "calendar/_changed.html", context)
    if seen.rpartition("-")[2] == version.rpartition("-")[2]:
        response.headers[SAME_EVENTS] = "true"
    return response


def _digest(text: str) -> str:
    return blake2s(text.encode(), digest_size=12).hexdigest()
