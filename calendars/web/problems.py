"""What waits for the member: conflicts, refused and proposed changes, and those on their way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from calendars import saga
from calendars.models import OperationStatus
from calendars.queries import access, outbox
from calendars.web.asked import asked_for
from calendars.web.problem_telling import Problem, Telling

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from accounts.models import Member
    from calendars.models import CachedEvent, OutboxOperation
    from calendars.web.asked import Asked

MOST_SHOWN: Final = 100
_BY_ITSELF: Final = "Google gets these by itself, and they vanish from this list."


@dataclass(frozen=True, slots=True)
class Section:
    """``all_at_once`` names the one decision that can be made for all of it."""

    key: str
    title: str
    hint: str
    problems: Sequence[Problem]
    all_at_once: str = ""


def sections_of(member: Member, *, now: dt.datetime) -> list[Section]:
    """What needs the member first, what only takes time last; empty sections are left out."""
    telling = _telling(member, now)
    failed, proposed, waiting = (
        _wishes(member, now, *statuses)
        for statuses in (
            (OperationStatus.FAILED,),
            (OperationStatus.PROPOSED,),
            (OperationStatus.IN_FLIGHT, OperationStatus.PENDING),
        )
    )
    conflicts = outbox.conflicts(member=member)[:MOST_SHOWN]
    on_their_way = [telling.waiting(each) for each in waiting]
    paused = any(each.accounts_url for each in on_their_way)
    sections = [
        Section("conflicts", "Conflicts", "", [telling.conflict(each) for each in conflicts]),
        Section("failed", "Not saved", "", [telling.failure(each) for each in failed], "retry"),
        Section(
            "proposed",
            "Proposed",
            "A program suggests these. Nothing changes until you approve.",
            [telling.proposal(each) for each in reversed(proposed)],
            "approve",
        ),
        Section("pending", "On their way", "" if paused else _BY_ITSELF, on_their_way),
    ]
    return [section for section in sections if section.problems]


def problem_of(operation: OutboxOperation, *, member: Member, now: dt.datetime) -> Problem | None:
    """The same of one change, whichever of its steps this is; None where nothing is to be done."""
    telling = _telling(member, now)
    if operation.status == OperationStatus.CONFLICT:
        return telling.conflict(outbox.conflict_of(saga.in_question(operation)))
    tell = {
        OperationStatus.FAILED: telling.failure,
        OperationStatus.PROPOSED: telling.proposal,
        OperationStatus.PENDING: telling.waiting,
        OperationStatus.IN_FLIGHT: telling.waiting,
    }.get(OperationStatus(operation.status))
    if tell is None:
        return None
    steps = [each for each in saga.fellows(operation) if each.status == operation.status]
    return tell(asked_for([operation, *steps])[0])


def number_beside(operation: OutboxOperation, event: CachedEvent) -> int:
    """How much of an event waits for the member beside this one, with the steps that go with it."""
    told = {each.op_id for each in (operation, *saga.fellows(operation))}
    wishes = asked_for(outbox.undecided(event))
    return sum(told.isdisjoint(each.op_id for each in asked.steps) for asked in wishes)


def _telling(member: Member, now: dt.datetime) -> Telling:
    names = {each.google_id: str(each) for each in access.calendars_of(member)}
    return Telling(member, now, names)


def _wishes(member: Member, now: dt.datetime, *statuses: OperationStatus) -> list[Asked]:
    found = outbox.operations(member=member, statuses=statuses, limit=MOST_SHOWN, now=now)
    return asked_for(found.operations)
