"""The list of what waits for the member, as a page and as the part of it that changes."""

from __future__ import annotations

from hashlib import blake2s
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django_htmx.http import reswap, retarget, trigger_client_event

from calendars.queries import sync_health
from calendars.web.chip import chip_for
from calendars.web.problems import sections_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from calendars.web.edge import MemberRequest
    from calendars.web.views.live import Toast


def list_context(request: MemberRequest) -> dict[str, Any]:
    now = timezone.now()
    sections = sections_of(request.user, now=now)
    chip = chip_for(sync_health.status(member=request.user, now=now), now=now)
    here = reverse("calendar-problems")
    drawn = render_to_string(
        "calendar/_problems.html", {"sections": sections, "chip": chip, "view_url": here}, request
    )
    version = blake2s(repr((sections, chip)).encode(), digest_size=12).hexdigest()
    return {"drawn": drawn, "version": version, "view_url": here}


def list_answer(request: MemberRequest, toast: Toast) -> HttpResponse:
    """The list after something was done, whether from the list or from a dialog over it."""
    context = {**list_context(request), "toast": toast}
    response = render(request, "calendar/_problems_changed.html", context)
    response = retarget(reswap(response, "innerHTML"), "#live")
    return trigger_client_event(response, "event-saved", {})
