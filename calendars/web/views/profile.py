"""Settings → Profile."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.models import Member
from calendars.errors import NoGoogleAccountError, NotWritableError
from calendars.queries.writable import calendars_for_new_events
from calendars.web.edge import MemberRequest, member_page
from calendars.web.profile_form import ProfileForm

if TYPE_CHECKING:
    from django.http import HttpResponse

    from calendars.models import Calendar


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def profile(request: MemberRequest) -> HttpResponse:
    # A fresh copy: a refused form must not change the member whose name stands in the top bar.
    member = Member.objects.get(pk=request.user.pk)
    form = ProfileForm(request.POST or None, instance=member, calendars=_calendars(member))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Your profile is saved.")
        return redirect("settings-profile")
    context = {"form": form, "zones": sorted(available_timezones())}
    return render(request, "calendar/profile.html", context)


def _calendars(member: Member) -> list[Calendar]:
    """Where new events can go, the present choice first; none before a calendar is there."""
    try:
        return calendars_for_new_events(member)
    except (NoGoogleAccountError, NotWritableError):
        return []
