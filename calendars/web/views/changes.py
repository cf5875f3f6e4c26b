"""What was changed lately, wherever it was: also where the event is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from calendars.queries.history import recent
from calendars.web.edge import MemberRequest, member_page
from calendars.web.recent_changes import recent_changes

if TYPE_CHECKING:
    from django.http import HttpResponse


@require_safe
@member_page
def changes(request: MemberRequest) -> HttpResponse:
    found = recent(member=request.user, cursor=request.GET.get("cursor"))
    context = {
        "changes": recent_changes(found, member=request.user),
        "next_cursor": found.next_cursor,
    }
    return render(request, "calendar/changes.html", context)
