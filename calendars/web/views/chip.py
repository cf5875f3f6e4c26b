"""The chip alone, for pages that are no view and ask only for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from calendars.queries import sync_health
from calendars.web.chip import chip_for
from calendars.web.edge import MemberRequest, member_page

if TYPE_CHECKING:
    from django.http import HttpResponse


@require_safe
@member_page
def chip(request: MemberRequest) -> HttpResponse:
    now = timezone.now()
    status = sync_health.status(member=request.user, now=now)
    return render(request, "calendar/_chip.html", {"chip": chip_for(status, now=now)})
