"""What members choose about calendars, what is free and busy in them, and finding a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from drf_spectacular.utils import OpenApiExample

from calendars.api.base import ApiView, answer
from calendars.api.errors import ErrorCode
from calendars.api.schema import operation
from calendars.api.serializers import (
    AvailabilityAnswer,
    AvailabilityQuestion,
    CalendarsAnswer,
    CalendarSelection,
    CalendarSettingsAnswer,
    CalendarSettingsChanges,
    FindTimeAnswer,
    FindTimeQuestion,
    FreeBusyAnswer,
    PeopleAnswer,
    Span,
)
from calendars.commands.busy_times import want_times
from calendars.commands.calendars import choose_default_calendar, select_calendars
from calendars.free_time.ranking import HoursRule
from calendars.queries.availability import availability, freebusy
from calendars.queries.calendar_list import calendar_entries, calendar_settings
from calendars.queries.find_time import MeetingQuestion, find_time
from calendars.queries.people import colleagues

if TYPE_CHECKING:
    from django.http import HttpResponse
    from rest_framework.request import Request

    from calendars.queries.availability import TimeAnswer

_SPAN: Final = OpenApiExample(
    "A day in two calendars",
    value={
        "time_min": "2026-01-15T00:00:00Z",
        "time_max": "2026-01-16T00:00:00Z",
        "calendar_ids": ["primary", "team@group.calendar.google.com"],
    },
    request_only=True,
)


_MEETING: Final = OpenApiExample(
    "Half an hour with a colleague and somebody outside",
    value={
        "time_min": "2026-01-15",
        "time_max": "2026-01-22",
        "duration_minutes": 30,
        "people": ["bob", "carol@example.com"],
        "optional_people": ["dave"],
        "hours": {"carol@example.com": {"time_zone": "America/New_York"}},
    },
    request_only=True,
)


class CalendarSettingsView(ApiView):
    @operation(
        name="get_calendar_settings",
        about="Which calendars are shown, and where new events go.",
        answers={200: CalendarSettingsAnswer},
        tag="Calendars",
    )
    def get(self, _: Request) -> HttpResponse:
        return answer({"status": "ok", **calendar_settings(member=self.member)})

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
        found = calendar_entries(member=self.member, now=self.now)
        return answer({"status": "ok", "calendars": found})

    @operation(
        name="change_calendar_settings",
        about="""Choose the calendar for new events.
        Null leaves the choice to Secretary: your primary calendar, else the first that takes
        events.""",
        takes=CalendarSettingsChanges,
        answers={200: CalendarSettingsAnswer},
        tag="Calendars",
        reads=False,
    )
    def patch(self, _: Request) -> HttpResponse:
        changes = CalendarSettingsChanges.read(self.body())
        choose_default_calendar(member=self.member, google_id=changes["default_calendar_id"] or "")
        return answer({"status": "ok", **calendar_settings(member=self.member)})


class AvailabilityView(ApiView):
    post_only_reads = True

    @operation(
        name="get_availability",
        about="""Busy and free time of all the calendars and people laid over each other.
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
        return _times(self, found)


class FreeBusyView(ApiView):
    post_only_reads = True

    @operation(
        name="get_freebusy",
        about="""Busy time of each calendar and of each person.
        From the cache, at once. A calendar that is not yours is unknown as a whole. So are people
        outside until Google has told: `asking` says that it is being asked.""",
        takes=Span,
        answers={200: FreeBusyAnswer},
        errors=[ErrorCode.NO_GOOGLE_ACCOUNT],
        examples=[_SPAN],
        tag="Availability",
    )
    def post(self, _: Request) -> HttpResponse:
        asked = Span.read(self.body(), zone=self.member.zone)
        return _times(self, freebusy(member=self.member, now=self.now, **asked))


class FindTimeView(ApiView):
    post_only_reads = True

    @operation(
        name="find_time",
        about="""Find a time for several people.
        Slots in which all who have to be there are free, best first, each with the reasons of its
        rank. From what is known at once: whom Google has to be asked about is `asking`, never
        called free, and known to the next question.""",
        takes=FindTimeQuestion,
        answers={200: FindTimeAnswer},
        errors=[ErrorCode.NOT_FOUND],
        examples=[_MEETING],
        tag="Availability",
    )
    def post(self, _: Request) -> HttpResponse:
        asked = FindTimeQuestion.read(self.body(), zone=self.member.zone)
        rule = HoursRule(asked.pop("working_hours"))
        question = MeetingQuestion(working_hours=rule, **asked)
        return _times(self, find_time(member=self.member, question=question, now=self.now))


class PeopleView(ApiView):
    @operation(
        name="list_people",
        about="""List your colleagues.
        Active members with a connected Google account who let others see when they are busy.""",
        answers={200: PeopleAnswer},
        tag="Availability",
    )
    def get(self, _: Request) -> HttpResponse:
        return answer({"status": "ok", "people": colleagues(member=self.member)})


def _times(view: ApiView, found: TimeAnswer) -> HttpResponse:
    """What is known; the worker is asked for the rest, and the next question finds it."""
    want_times(
        member=view.member,
        calendars=found.uncovered,
        people=found.people,
        span=found.span,
        now=view.now,
    )
    return answer({"status": "ok", **found.body})
