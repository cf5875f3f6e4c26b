"""Answering invitations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from drf_spectacular.utils import OpenApiExample

from calendars.api import parameters as p
from calendars.api.base import ApiView
from calendars.api.errors import ErrorCode
from calendars.api.queued import queued_answer
from calendars.api.schema import operation
from calendars.api.serializers import InvitationAnswer, PlanAnswer, QueuedAnswer
from calendars.commands.respond import Response, respond
from calendars.commands.scope import Scope
from calendars.models import Notify
from calendars.queries import access

if TYPE_CHECKING:
    from django.http import HttpResponse
    from rest_framework.request import Request

_ERRORS: Final = (
    ErrorCode.NOT_FOUND,
    ErrorCode.NO_GOOGLE_ACCOUNT,
    ErrorCode.NOT_WRITABLE,
    ErrorCode.NOT_INVITED,
    ErrorCode.SCOPE_REQUIRED,
    ErrorCode.ALREADY_DELETED,
)
_EXAMPLE: Final = OpenApiExample(
    "Accept one meeting of a series",
    value={
        "event_id": "standup_20260310T080000Z",
        "calendar_id": "primary",
        "response": "accepted",
        "comment": "Ten minutes late",
        "scope": "instance",
    },
    request_only=True,
)


class RespondView(ApiView):
    takes_proposals = True

    @operation(
        name="respond_to_invitation",
        about="""Answer an invitation.
        Queued and shown at once. Nobody else's answer is touched.""",
        parameters=[p.DRY_RUN],
        takes=InvitationAnswer,
        answers={200: PlanAnswer, 202: QueuedAnswer},
        errors=_ERRORS,
        examples=[_EXAMPLE],
        reads=False,
    )
    def post(self, _: Request) -> HttpResponse:
        said = InvitationAnswer.read(self.body())
        scope, notify = said.get("scope"), said.get("notify")
        queued = respond(
            actor=self.actor,
            target=access.event_of(
                member=self.member, calendar_id=said["calendar_id"], event_id=said["event_id"]
            ),
            response=Response(said["response"]),
            comment=said.get("comment"),
            scope=Scope(scope) if scope else None,
            notify=Notify(notify) if notify else None,
            now=self.now,
        )
        return queued_answer(queued, tried_at=self.tried_at)
