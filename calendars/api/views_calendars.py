"""Calendars: list, selection, and what is free and busy in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from calendars.api.base import ApiView, answer
from calendars.api.schema import operation
from calendars.api.serializers import CalendarsAnswer, CalendarSelection
from calendars.commands.calendars import select_calendars
from calendars.queries.access import calendars_of

if TYPE_CHECKING:
    from django.http import HttpResponse
    from rest_framework.request import Request

    from accounts.models import Member
    from calendars.models import Calendar


class CalendarListView(ApiView):
    @operation(
        name="list_calendars",
        about="List your calendars.",
        answers={200: CalendarsAnswer},
        tag="Calendars",
    )
    def get(self, _: Request) -> HttpResponse:
        return _calendars(self.member)


class CalendarSelectionView(ApiView):
    @operation(
        name="select_calendars",
        about="Choose the calendars that are shown; the others are not.",
        takes=CalendarSelection,
        answers={200: CalendarsAnswer},
        tag="Calendars",
        reads=False,
    )
    def put(self, _: Request) -> HttpResponse:
        chosen = CalendarSelection.read(self.body())["selected_calendar_ids"]
        select_calendars(member=self.member, google_ids=chosen)
        return _calendars(self.member)


def _calendars(member: Member) -> HttpResponse:
    found = calendars_of(member).select_related("account").order_by("account_id", "-primary", "pk")
    return answer({"status": "ok", "calendars": [_entry(each) for each in found]})


def _entry(calendar: Calendar) -> dict[str, Any]:
    return {
        "calendar_id": calendar.google_id,
        "summary": calendar.summary,
        "description": calendar.description,
        "time_zone": calendar.time_zone,
        "access_role": calendar.access_role,
        "writable": calendar.writable,
        "primary": calendar.primary,
        "selected": calendar.selected,
        "hidden": calendar.hidden,
        "background_color": calendar.background_color,
        "foreground_color": calendar.foreground_color,
        "account": calendar.account.email,
    }
