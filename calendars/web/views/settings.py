"""Settings → Calendar: which calendars are shown."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from accounts.models import AccountStatus
from accounts.queries import accounts_of
from calendars.commands.calendars import choose_default_calendar, select_calendars
from calendars.commands.people import show_people
from calendars.errors import InvalidInputError
from calendars.queries import sync_health
from calendars.queries.access import calendars_of, each_once
from calendars.queries.calendar_list import calendar_settings as settings_of
from calendars.web.chip import ago, chip_for
from calendars.web.edge import MemberRequest, member_page
from calendars.web.style_classes import tint
from calendars.web.views.after import back_url, redrawn

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.models import Member
    from calendars.models import Calendar


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def calendar_settings(request: MemberRequest) -> HttpResponse:
    """A box for each calendar. With HTMX each change is sent at once, else by Save."""
    if request.method == "POST":
        try:
            select_calendars(member=request.user, google_ids=request.POST.getlist("calendars"))
        except InvalidInputError:
            messages.error(request, "The calendars have changed meanwhile. Choose again.")
            return redirect("settings-calendar")
        if not request.htmx:
            messages.success(request, "Your choice of calendars is saved.")
            return redirect("settings-calendar")
    context = _context(request.user) | {"saved": request.method == "POST"}
    whole = "calendar/settings.html"
    return render(request, "calendar/_calendar_choice.html" if request.htmx else whole, context)


@require_POST
@member_page
def default_calendar(request: MemberRequest) -> HttpResponse:
    """Where new events go."""
    try:
        choose_default_calendar(
            member=request.user, google_id=request.POST.get("default_calendar", "")
        )
    except InvalidInputError:
        messages.error(request, "New events cannot go there. Choose another calendar.")
    else:
        messages.success(request, "Your choice for new events is saved.")
    return redirect("settings-calendar")


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


def _context(member: Member) -> dict[str, Any]:
    entries = each_once(calendars_of(member).select_related("account"))
    calendars = sorted(entries, key=lambda each: (not each.primary, each.summary, each.pk))
    return {
        "default": settings_of(member=member),
        "default_choices": [each for each in calendars if each.takes_events],
        "accounts": [
            {
                "name": str(account),
                "calendars": [_row(each) for each in calendars if each.account_id == account.pk],
            }
            for account in accounts_of(member)
            if account.status != AccountStatus.DISCONNECTED
            or any(each.account_id == account.pk for each in calendars)
        ],
        "calendar_count": len(calendars),
        "shown_count": sum(calendar.selected for calendar in calendars),
    }


def _row(calendar: Calendar) -> dict[str, Any]:
    return {
        "pk": calendar.pk,
        "google_id": calendar.google_id,
        "summary": str(calendar),
        "selected": calendar.selected,
        "tint": tint(calendar_colour=calendar.background_color),
        "note": "" if calendar.writable else "read only",
    }
