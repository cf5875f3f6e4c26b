"""Events that go to another calendar, and copies of them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final

from drf_spectacular.utils import OpenApiExample

from calendars.api import parameters as p
from calendars.api.base import ApiView
from calendars.api.errors import ErrorCode
from calendars.api.event_shapes import EventCopy
from calendars.api.parameters import taken_choice, taken_text
from calendars.api.queued import queued_answer
from calendars.api.schema import operation
from calendars.api.serializers import CreatedAnswer, MoveRequest, PlanAnswer, QueuedAnswer
from calendars.commands.duplicate import duplicate_event
from calendars.commands.move import move_event
from calendars.models import Notify
from calendars.queries import access

if TYPE_CHECKING:
    from django.http import HttpResponse
    from rest_framework.request import Request

_EVENT: Final = ("calendar_id", "event_id")
_ERRORS: Final = (
    ErrorCode.NOT_FOUND,
    ErrorCode.NO_GOOGLE_ACCOUNT,
    ErrorCode.NOT_WRITABLE,
    ErrorCode.ALREADY_DELETED,
)
_COPY: Final = OpenApiExample(
    "The same a week later", value={"start": "2026-01-22T10:00:00-08:00"}, request_only=True
)
_MOVE: Final = OpenApiExample(
    "To the team's calendar",
    value={"destination": "team@group.calendar.google.com", "notify": "none"},
    request_only=True,
)


class EventDuplicateView(ApiView):
    takes_proposals = True
    repeats_are_one = True

    @operation(
        name="duplicate_event",
        about="""Make a new event like this one.
        The body holds the fields in which the copy is to differ, and `calendar_id` for another
        calendar. `notes` say what was not copied.""",
        path=_EVENT,
        parameters=[p.DRY_RUN],
        takes=EventCopy,
        answers={200: PlanAnswer, 202: CreatedAnswer},
        errors=_ERRORS,
        examples=[_COPY],
        reads=False,
    )
    def post(self, _: Request, calendar_id: str, event_id: str) -> HttpResponse:
        changes = self.body()
        wanted = taken_text(changes, "calendar_id")
        notify = taken_choice(changes, "notify", Notify)
        queued = duplicate_event(
            actor=self.actor,
            target=access.event_of(member=self.member, calendar_id=calendar_id, event_id=event_id),
            destination=access.calendar_of(member=self.member, calendar_id=wanted)
            if wanted
            else None,
            changes=changes,
            notify=notify,
            now=self.now,
            new_id=uuid.uuid4(),
        )
        return queued_answer(queued, tried_at=self.tried_at, event_id=queued.operation.event_id)


class EventMoveView(ApiView):
    takes_proposals = True

    @operation(
        name="move_event",
        about="""Move an event or a whole series to another calendar.
        Shown there at once. Within an account the id stays; to another account a copy is made and
        the original deleted, and `event.id` is the id of the copy.""",
        path=_EVENT,
        parameters=[p.DRY_RUN],
        takes=MoveRequest,
        answers={200: PlanAnswer, 202: QueuedAnswer},
        errors=(*_ERRORS, ErrorCode.WRONG_STATE),
        examples=[_MOVE],
        reads=False,
    )
    def post(self, _: Request, calendar_id: str, event_id: str) -> HttpResponse:
        said = MoveRequest.read(self.body())
        notify = said.get("notify")
        queued = move_event(
            actor=self.actor,
            target=access.event_of(member=self.member, calendar_id=calendar_id, event_id=event_id),
            destination=access.calendar_of(member=self.member, calendar_id=said["destination"]),
            notify=Notify(notify) if notify else None,
            now=self.now,
            new_id=uuid.uuid4(),
        )
        return queued_answer(queued, tried_at=self.tried_at)
