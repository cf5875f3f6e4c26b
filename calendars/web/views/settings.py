"""What the boxes of the side bar choose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from calendars.commands.calendars import select_calendars
from calendars.commands.people import show_people
from calendars.errors import InvalidInputError
from calendars.web.edge import MemberRequest, member_page
from calendars.web.views.after import back_url, redrawn

if TYPE_CHECKING:
    from django.http import HttpResponse


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
