"""Events that go to another calendar."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final

from drf_spectacular.utils import OpenApiExample

from calendars.api.base import ApiView
from calendars.api.errors import ErrorCode
from calendars.api.queued import queued_answer
from calendars.api.schema import operation
from calendars.api.serializers import MoveRequest, QueuedAnswer
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
_MOVE: Final = OpenApiExample(
    "To the team's calendar",
    value={"destination": "team@group.calendar.google.com", "notify": "none"},
    request_only=True,
)


class EventMoveView(ApiView):
    @operation(
        name="move_event",
        about="""Move an event or a whole series to another calendar.
        Shown there at once. Within an account the id stays; to another account a copy is made and
        the original deleted, and `event.id` is the id of the copy.""",
        path=_EVENT,
        takes=MoveRequest,
        answers={202: QueuedAnswer},
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
        return queued_answer(queued)
