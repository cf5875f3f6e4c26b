"""The outbox: what waits for Google, what went wrong, and what can be done about it."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Final

from drf_spectacular.utils import OpenApiExample, PolymorphicProxySerializer

from calendars.api import parameters as p
from calendars.api.base import ApiView, answer
from calendars.api.errors import ErrorCode
from calendars.api.operations import history_entry, operation_entries, operation_entry
from calendars.api.queued import plan_answer, proposal_part, word_for
from calendars.api.schema import operation
from calendars.api.serializers import (
    ApprovalRequest,
    ApprovalsAnswer,
    ConflictsAnswer,
    Decision,
    HistoryAnswer,
    OperationAnswer,
    OutboxAnswer,
    PlanAnswer,
    ResolutionAnswer,
    UndoneAnswer,
)
from calendars.commands import outbox as commands
from calendars.commands import proposals
from calendars.commands.conflicts import resolve
from calendars.commands.undo import undo
from calendars.models import OperationStatus
from calendars.queries import access
from calendars.queries import outbox as queries
from calendars.queries.history import MOST_ENTRIES, history
from calendars.queries.proposals import proposals_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse
    from rest_framework.request import Request

    from calendars.models import OutboxOperation

    Action = Callable[..., OutboxOperation]

_STATUS: Final = p.choice(
    "status",
    about="Only operations in these states; may be repeated. Default: all that are not finished.",
    choices=OperationStatus.values,
    many=True,
)
_MERGE: Final = OpenApiExample(
    "My title, their time",
    value={"choice": "merge", "fields": {"summary": "mine", "time": "theirs"}},
    request_only=True,
)
_DECIDED_OR_TRIED: Final = PolymorphicProxySerializer(
    component_name="DecidedOrTried",
    serializers=[ResolutionAnswer, PlanAnswer],
    resource_type_field_name=None,
)
_OPERATION_ERRORS: Final = (ErrorCode.NOT_FOUND, ErrorCode.WRONG_STATE)


class OutboxView(ApiView):
    @operation(
        name="list_outbox",
        about="List queued changes, newest first.",
        parameters=[_STATUS, p.limit(default=100, most=queries.MOST_OPERATIONS), p.CURSOR],
        answers={200: OutboxAnswer},
        tag="Outbox",
    )
    def get(self, _: Request) -> HttpResponse:
        page = queries.operations(
            member=self.member,
            statuses=self.given.get("status"),
            limit=self.given["limit"],
            cursor=self.given.get("cursor"),
            now=self.now,
        )
        body = {
            "status": "ok",
            "operations": operation_entries(page.operations),
            "metadata": {"next_cursor": page.next_cursor},
        }
        return answer(body)


class OperationView(ApiView):
    @operation(
        name="get_operation",
        about="What became of one change.",
        path=["op_id"],
        answers={200: OperationAnswer},
        errors=[ErrorCode.NOT_FOUND],
        tag="Outbox",
    )
    def get(self, _: Request, op_id: int) -> HttpResponse:
        found = access.operation_of(member=self.member, op_id=op_id)
        return answer({"status": "ok", "operation": operation_entry(found)})


class _ActionView(ApiView):
    """Something that is done to one operation."""

    def act(self, action: Action, op_id: int) -> HttpResponse:
        self.nothing_sent()
        found = access.operation_of(member=self.member, op_id=op_id)
        done = action(actor=self.actor, operation=found, now=self.now)
        return answer({"status": "ok", "operation": operation_entry(done)})


_action = partial(
    operation, path=["op_id"], answers={200: OperationAnswer}, tag="Outbox", reads=False
)


class RetryView(_ActionView):
    @_action(
        name="retry_change",
        about="Try a failed change, or one that waits for its next try, again now.",
        errors=_OPERATION_ERRORS,
    )
    def post(self, _: Request, op_id: int) -> HttpResponse:
        return self.act(commands.retry, op_id)


class DiscardView(_ActionView):
    takes_proposals = True

    @_action(
        name="discard_change",
        about="""Give a change up, or decline a proposal: Google's version shows again.
        With a create, all later changes of that event go too. A `propose` token may take back
        proposals and nothing else.""",
        errors=_OPERATION_ERRORS,
    )
    def post(self, _: Request, op_id: int) -> HttpResponse:
        return self.act(commands.discard, op_id)


class ApproveView(_ActionView):
    @_action(
        name="approve_change",
        about="""Approve a proposal: it is queued, as if you asked for it now.
        Your rights, the event and what was changed since are looked at again; what clashes becomes
        a conflict. Steps that only make sense together are approved together, and so is all that
        is proposed of an event that is itself a proposal. Not for `propose` tokens.""",
        errors=[*_OPERATION_ERRORS, ErrorCode.NOT_WRITABLE],
    )
    def post(self, _: Request, op_id: int) -> HttpResponse:
        return self.act(proposals.approve, op_id)


class ApproveAllView(ApiView):
    @operation(
        name="approve_changes",
        about="""Approve several proposals, or all that wait.
        One that cannot be approved is listed with its reason and does not keep the others back.""",
        takes=ApprovalRequest,
        answers={200: ApprovalsAnswer},
        errors=[ErrorCode.NOT_FOUND],
        tag="Outbox",
        reads=False,
    )
    def post(self, _: Request) -> HttpResponse:
        named = ApprovalRequest.read(self.body()).get("op_ids")
        if named is None:
            chosen = list(proposals_of(member=self.member, now=self.now))
        else:
            chosen = [access.operation_of(member=self.member, op_id=each) for each in named]
        decisions = proposals.approve_all(actor=self.actor, operations=chosen, now=self.now)
        body = {
            "status": "ok",
            "approved": operation_entries(decisions.approved),
            "refused": [
                {"op_id": each.op_id, "code": error.code, "detail": error.detail}
                for each, error in decisions.refused
            ],
        }
        return answer(body)


class UndoView(ApiView):
    takes_proposals = True

    @operation(
        name="undo_change",
        about="""Take a change back.
        One that Google was never told of is withdrawn; of any other the opposite is queued. Fields
        that somebody changed since stay, and `note` names them. A deleted event comes back under a
        new id. What undoes a change is a change itself: undo that to have it again.""",
        path=["op_id"],
        parameters=[p.DRY_RUN],
        answers={200: PlanAnswer, 202: UndoneAnswer},
        errors=[*_OPERATION_ERRORS, ErrorCode.NOT_WRITABLE],
        tag="Outbox",
        reads=False,
    )
    def post(self, _: Request, op_id: int) -> HttpResponse:
        self.nothing_sent()
        found = access.operation_of(member=self.member, op_id=op_id)
        undone = undo(actor=self.actor, operation=found, now=self.now)
        if self.tried_at:
            return plan_answer(undone.operation, undone.event, undone.note, now=self.tried_at)
        body = {
            "status": word_for(undone.operation),
            "event_id": undone.operation.event_id,
            "outbox_id": undone.operation.op_id,
            "undoes": op_id,
            "pending": undone.operation.status != OperationStatus.APPLIED,
            "event": undone.event,
            "note": undone.note,
            **proposal_part(undone.operation),
        }
        return answer(body, status=202)


class HistoryView(ApiView):
    @operation(
        name="get_event_history",
        about="""List who changed what of an event here, newest first.
        Of a series with its instances, of an instance with its series; of a deleted event too.
        Changes made at Google are no operations: `google` says what is known of them.""",
        path=["calendar_id", "event_id"],
        parameters=[p.limit(default=50, most=MOST_ENTRIES), p.CURSOR],
        answers={200: HistoryAnswer},
        errors=[ErrorCode.NOT_FOUND, ErrorCode.NO_GOOGLE_ACCOUNT],
        tag="Outbox",
    )
    def get(self, _: Request, calendar_id: str, event_id: str) -> HttpResponse:
        found = history(
            member=self.member,
            calendar_id=calendar_id,
            event_id=event_id,
            limit=self.given["limit"],
            cursor=self.given.get("cursor"),
        )
        body = {
            "status": "ok",
            "history": [history_entry(each) for each in found.entries],
            "google": asdict(found.google) if found.google else None,
            "metadata": {"next_cursor": found.next_cursor},
        }
        return answer(body)


class ConflictsView(ApiView):
    @operation(
        name="list_conflicts",
        about="List conflicts: my values, Google's, and those both began from.",
        answers={200: ConflictsAnswer},
        tag="Conflicts",
    )
    def get(self, _: Request) -> HttpResponse:
        return answer({"status": "ok", "conflicts": queries.conflicts(member=self.member)})


class ResolveView(ApiView):
    @operation(
        name="resolve_conflict",
        about="""Decide a conflict.
        `mine` sends my values, `theirs` keeps Google's, `merge` decides field by field, `both`
        keeps Google's and makes mine an event of its own. Which of them are possible, and what they
        do, stands with each conflict.""",
        path=["op_id"],
        parameters=[p.DRY_RUN],
        takes=Decision,
        answers={200: _DECIDED_OR_TRIED},
        errors=[*_OPERATION_ERRORS, ErrorCode.NOT_WRITABLE],
        examples=[_MERGE],
        tag="Conflicts",
        reads=False,
    )
    def post(self, _: Request, op_id: int) -> HttpResponse:
        decision = Decision.read(self.body())
        resolution = resolve(
            actor=self.actor,
            operation=access.operation_of(member=self.member, op_id=op_id),
            choice=decision["choice"],
            fields=decision.get("fields"),
            now=self.now,
        )
        if self.tried_at:
            return plan_answer(resolution.operation, resolution.event, now=self.tried_at)
        body = {
            "status": "ok",
            "operation": operation_entry(resolution.operation),
            "event": resolution.event,
        }
        return answer(body)
