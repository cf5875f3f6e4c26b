"""Settings → Sync, and the boxes of the side bar."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from calendars.commands.calendars import select_calendars
from calendars.commands.people import show_people
from calendars.errors import InvalidInputError
from calendars.queries import sync_health
from calendars.web.chip import ago, chip_for
from calendars.web.edge import MemberRequest, member_page
from calendars.web.views.after import back_url, redrawn

if TYPE_CHECKING:
    from django.http import HttpResponse


@require_safe
@member_page
def sync(request: MemberRequest) -> HttpResponse:
    """How each account and calendar stands with Google."""
    now = timezone.now()
    status = sync_health.status(member=request.user, now=now)
    for account in status["accounts"]:
        for calendar in account["calendars"]:
            synced = [calendar["last_incremental_sync"], calendar["last_full_sync"]]
            at = max((each for each in synced if each), default=None)
            calendar["synced"] = ago(now - dt.datetime.fromisoformat(at)) if at else "not yet"
    context = {"status": status, "chip": chip_for(status, now=now)}
    return render(request, "calendar/sync.html", context)


@require_POST
@member_page
def shown(request: MemberRequest) -> HttpResponse:
    """The boxes of the side bar: the view is drawn again with what is chosen."""
    try:
        select_calendars(member=request.user, google_ids=request.POST.getlist("calendars"))
    except InvalidInputError:
        return _back_with(request, "The calendars have changed meanwhile. Choose again.")
    return redrawn(request)


@require_POST
@member_page
def people(request: MemberRequest) -> HttpResponse:
    """The boxes of the people, likewise."""
    try:
        show_people(member=request.user, usernames=request.POST.getlist("people"))
    except InvalidInputError as error:
        return _back_with(request, next(iter(error.fields.values()), error.detail))
    return redrawn(request)


def _back_with(request: MemberRequest, sentence: str) -> HttpResponse:
    """The page anew with a sentence, for its boxes do not show what holds."""
    messages.error(request, sentence)
    back = back_url(request)
    return HttpResponseClientRedirect(back) if request.htmx else redirect(back)
