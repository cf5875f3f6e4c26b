"""The calendar list of a member's accounts: subscribe, hide, colour, remove."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calendars.api.base import ApiView, answer
from calendars.api.errors import ErrorCode
from calendars.api.schema import operation
from calendars.api.serializers import (
    CalendarsAnswer,
    ListChangeAnswer,
    ListChangesAnswer,
    ListEntryChanges,
    ListQueuedAnswer,
    Subscription,
)
from calendars.commands import calendar_list
from calendars.queries.calendar_list import (
    calendar_entries,
    list_change_entry,
    list_change_of,
    list_changes,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponse
    from rest_framework.request import Request

    from calendars.models import CalendarListChange


class CalendarListView(ApiView):
    @operation(
        name="list_calendars",
        about="""List your calendars.
        One entry for each Google calendar, though several of your accounts have it: the one that
        may be written to. `accounts` names them all.""",
        answers={200: CalendarsAnswer},
        tag="Calendars",
    )
    def get(self, _: Request) -> HttpResponse:
        found = calendar_entries(member=self.member, now=self.now)
        return answer({"status": "ok", "calendars": found})

    @operation(
        name="subscribe_calendar",
        about="""Subscribe to a calendar.
        Queued: it is listed as soon as Google has told what it is.""",
        takes=Subscription,
        answers={202: ListQueuedAnswer},
        errors=[ErrorCode.NO_GOOGLE_ACCOUNT, ErrorCode.NOT_WRITABLE],
        tag="Calendars",
        reads=False,
    )
    def post(self, _: Request) -> HttpResponse:
        wanted = Subscription.read(self.body())
        queued = calendar_list.subscribe(
            actor=self.actor,
            google_id=wanted["calendar_id"],
            account_email=wanted.get("account"),
            now=self.now,
        )
        return _queued(queued)


class CalendarListEntryView(ApiView):
    @operation(
        name="change_calendar",
        about="""Hide, show or colour a calendar of your list.
        Shown at once, queued for every account of yours that has it.""",
        path=["calendar_id"],
        takes=ListEntryChanges,
        answers={202: ListQueuedAnswer},
        errors=[ErrorCode.NOT_FOUND, ErrorCode.NO_GOOGLE_ACCOUNT, ErrorCode.NOT_WRITABLE],
        tag="Calendars",
        reads=False,
    )
    def patch(self, _: Request, calendar_id: str) -> HttpResponse:
        changes = ListEntryChanges.read(self.body())
        queued = calendar_list.change_entry(
            actor=self.actor, google_id=calendar_id, now=self.now, **changes
        )
        return _queued(queued)

    @operation(
        name="remove_calendar",
        about="""Remove a calendar from your list.
        It disappears at once. Google lets an owner hide a calendar, not remove it.""",
        path=["calendar_id"],
        answers={202: ListQueuedAnswer},
        errors=[ErrorCode.NOT_FOUND, ErrorCode.NO_GOOGLE_ACCOUNT, ErrorCode.NOT_WRITABLE],
        tag="Calendars",
        reads=False,
    )
    def delete(self, _: Request, calendar_id: str) -> HttpResponse:
        self.nothing_sent()
        return _queued(calendar_list.remove(actor=self.actor, google_id=calendar_id, now=self.now))


class CalendarListChangesView(ApiView):
    @operation(
        name="list_calendar_list_changes",
        about="The latest changes of your calendar lists: waiting, sent, and refused with the "
        "reason.",
        answers={200: ListChangesAnswer},
        tag="Calendars",
    )
    def get(self, _: Request) -> HttpResponse:
        return answer({"status": "ok", "changes": list_changes(member=self.member)})


class DismissListChangeView(ApiView):
    @operation(
        name="dismiss_calendar_list_change",
        about="""Dismiss a change of your list that Google has refused.
        You have read why: it is no longer shown beside its calendar.""",
        path=["change_id"],
        answers={200: ListChangeAnswer},
        errors=[ErrorCode.NOT_FOUND, ErrorCode.WRONG_STATE],
        tag="Calendars",
        reads=False,
    )
    def post(self, _: Request, change_id: int) -> HttpResponse:
        self.nothing_sent()
        change = list_change_of(member=self.member, pk=change_id)
        calendar_list.dismiss(change=change)
        return answer({"status": "ok", "change": list_change_entry(change)})


def _queued(changes: Sequence[CalendarListChange]) -> HttpResponse:
    entries = [list_change_entry(change) for change in changes]
    return answer({"status": "queued", "changes": entries}, status=202)
