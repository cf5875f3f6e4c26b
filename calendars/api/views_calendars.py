"""Calendars: list, selection, and what is free and busy in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from drf_spectacular.utils import OpenApiExample

from calendars.api.base import ApiView, answer
from calendars.api.errors import ErrorCode
from calendars.api.schema import operation
from calendars.api.serializers import (
    AvailabilityAnswer,
    AvailabilityQuestion,
    CalendarsAnswer,
    CalendarSelection,
    FreeBusyAnswer,
    Span,
)
from calendars.commands.calendars import select_calendars
from calendars.queries.access import calendars_of
from calendars.queries.availability import availability, freebusy

if TYPE_CHECKING:
    from django.http import HttpResponse
    from rest_framework.request import Request

    from accounts.models import Member
    from calendars.models import Calendar


_SPAN: Final = OpenApiExample(
    "A day in two calendars",
    value={
        "time_min": "2026-01-15T00:00:00Z",
        "time_max": "2026-01-16T00:00:00Z",
        "calendar_ids": ["primary", "team@group.calendar.google.com"],
    },
    request_only=True,
)


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


class AvailabilityView(ApiView):
    post_only_reads = True

    @operation(
        name="get_availability",
        about="""Busy and free time of all the calendars laid over each other.
        From the cache. What it does not know is neither: it is listed as unknown.""",
        takes=AvailabilityQuestion,
        answers={200: AvailabilityAnswer},
        errors=[ErrorCode.NO_GOOGLE_ACCOUNT],
        examples=[_SPAN],
        tag="Availability",
    )
    def post(self, _: Request) -> HttpResponse:
        asked = AvailabilityQuestion.read(self.body(), zone=self.member.zone)
        found = availability(member=self.member, now=self.now, **asked)
        return answer({"status": "ok", **found})


class FreeBusyView(ApiView):
    post_only_reads = True

    @operation(
        name="get_freebusy",
        about="""Busy time of each calendar.
        From the cache. A calendar that is not yours is unknown as a whole.""",
        takes=Span,
        answers={200: FreeBusyAnswer},
        errors=[ErrorCode.NO_GOOGLE_ACCOUNT],
        examples=[_SPAN],
        tag="Availability",
    )
    def post(self, _: Request) -> HttpResponse:
        asked = Span.read(self.body(), zone=self.member.zone)
        return answer({"status": "ok", **freebusy(member=self.member, now=self.now, **asked)})


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
