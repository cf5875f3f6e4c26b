"""Queued changes, and those in conflict side by side with Google's version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from calendars import cache, cached_occurrences, lanes, recurrence, resets
from calendars.errors import InvalidInputError
from calendars.models import LocalStatus, OperationStatus, OperationType, OutboxOperation
from calendars.queries.access import occurrence_at, series_of
from calendars.queries.freshness import rfc3339
from calendars.queries.proposals import expired
from calendars.queries.shape import shown
from calendars.sync.core import people
from calendars.sync.core.resets import OCCURRENCES_CHANGED
from calendars.sync.core.saga import OTHER_STEPS
from calendars.sync.core.settling import Choice, ConflictKind, choices, kind_of
from calendars.sync.core.values import same_field

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping

    from django.db.models import QuerySet

    from accounts.models import Member
    from calendars.models import CachedEvent

MOST_OPERATIONS = 500
MOST_CONFLICTS = 500
OPEN = (
    OperationStatus.PROPOSED,
    OperationStatus.PENDING,
    OperationStatus.IN_FLIGHT,
    OperationStatus.FAILED,
    OperationStatus.CONFLICT,
)
_FOR_THE_MEMBER = (OperationStatus.FAILED, OperationStatus.CONFLICT, OperationStatus.PROPOSED)
_BEHIND: Mapping[str, tuple[str, ...]] = {
    LocalStatus.PENDING: (OperationStatus.PENDING, OperationStatus.IN_FLIGHT),
    LocalStatus.CONFLICT: (OperationStatus.CONFLICT,),
    LocalStatus.FAILED: (OperationStatus.FAILED,),
    LocalStatus.PROPOSED: (OperationStatus.PROPOSED,),
}


@dataclass(frozen=True, slots=True)
class OperationPage:
    """Newest first; calendar, account and actor are loaded.

    ``next_cursor`` is None on the last page.
    """

    operations: list[OutboxOperation]
    next_cursor: str | None


def operations(
    *,
    member: Member,
    statuses: Collection[str] | None = None,
    limit: int = 100,
    cursor: str | None = None,
    now: dt.datetime,
) -> OperationPage:
    """Changes queued on the member's calendars, newest first; open ones unless ``statuses`` says.

    Proposals that have expired are not among them, whether they were swept away yet or not.
    Raises InvalidInputError for an unknown status, a limit out of range or a strange cursor.
    """
    wanted = OPEN if statuses is None else tuple(statuses)
    if set(wanted) - set(OperationStatus.values):
        raise _refused("status", f"A status is one of {', '.join(OperationStatus.values)}.")
    rows = OutboxOperation.objects.filter(calendar__account__member=member, status__in=wanted)
    return page_of(rows.exclude(expired(now=now)), limit=limit, most=MOST_OPERATIONS, cursor=cursor)


def page_of(
    rows: QuerySet[OutboxOperation], *, limit: int, most: int, cursor: str | None
) -> OperationPage:
    """A page of these rows. Raises InvalidInputError for a limit or cursor out of range."""
    if not 1 <= limit <= most:
        raise _refused("limit", f"limit is a number from 1 to {most}.")
    rows = rows.select_related("calendar__account__sync_state", "actor", "approved_by").order_by(
        "-op_id"
    )
    if cursor is not None:
        rows = rows.filter(op_id__lt=_op_id(cursor))
    found = list(rows[: limit + 1])
    more = len(found) > limit
    return OperationPage(found[:limit], str(found[limit - 1].op_id) if more else None)


def conflicts(*, member: Member) -> list[dict[str, Any]]:
    """Each conflict with my values, Google's, and those both began from; oldest first.

    ``kind`` is ``edit_edit``, ``edit_delete`` (Google deleted what I edited) or ``delete_edit``.
    ``fields`` names what differs, ``choices`` what can be decided and what that does; ``event`` is
    Google's version as it is now, None where it is deleted. ``occurrences`` are those that were
    changed there and would be reset, see ``resets.news_of``.
    """
    rows = (
        OutboxOperation.objects.filter(
            calendar__account__member=member, status=OperationStatus.CONFLICT
        )
        .exclude(reason__in=OTHER_STEPS)
        .select_related("calendar", "actor")
        .order_by("op_id")
    )
    return [conflict_of(operation) for operation in rows[:MOST_CONFLICTS]]


def change_behind(event: CachedEvent, status: str) -> OutboxOperation | None:
    """The newest open change that gives an event this local status; None where nothing does.

    An exception may have it from its series.
    """
    kinds = _BEHIND.get(status, ())
    changes = reversed(lanes.open_operations(event=event))
    found = next((each for each in changes if each.status in kinds), None)
    if found is None and event.recurring_event_id and (series := series_of(event)):
        return change_behind(series, status)
    return found


def undecided(event: CachedEvent) -> list[OutboxOperation]:
    """The open changes of an event that wait for the member, oldest first."""
    return [each for each in lanes.open_operations(event=event) if each.status in _FOR_THE_MEMBER]


def conflict_of(operation: OutboxOperation) -> dict[str, Any]:
    """One entry of ``conflicts``."""
    event = cache.find_event(calendar_id=operation.calendar_id, event_id=operation.event_id)
    agreed = (event.agreed if event else None) or {}
    kind = kind_of(is_delete=operation.op_type == OperationType.DELETE, agreed=agreed)
    gone = kind is ConflictKind.EDIT_DELETE
    mine = operation.payload
    theirs = {} if gone else {name: agreed.get(name) for name in mine}
    if guests := theirs.get("attendees"):
        theirs["attendees"] = people.concerned(
            base=operation.base.get("attendees") or [],
            mine=mine["attendees"] or [],
            theirs=guests,
        )
    return {
        "op_id": operation.op_id,
        "event_id": operation.event_id,
        "calendar_id": operation.calendar.google_id,
        "kind": str(kind),
        "mine": mine,
        "theirs": theirs,
        "base": operation.base,
        "fields": [
            name
            for name in sorted(mine, key=_reading_order)
            if not same_field(name, mine[name], theirs.get(name))
        ],
        "choices": {str(name): does for name, does in choices_of(operation, event).items()},
        "event": None if gone or event is None else shown(event, agreed),
        "occurrences": resets.news_of(operation, event),
        "reason": operation.reason,
        "error": operation.error,
        "created_at": rfc3339(operation.created_at),
        "actor": operation.actor.get_username() if operation.actor else None,
        "via": operation.actor_via,
    }


def choices_of(operation: OutboxOperation, event: CachedEvent | None) -> dict[Choice, str]:
    """How a conflict about this event can be settled, each with what the choice does."""
    agreed = event.agreed if event is not None else None
    if is_about_a_move(operation):
        return choices(ConflictKind.EDIT_DELETE, known=event is not None, of_move=True)
    return choices(
        kind_of(is_delete=operation.op_type == OperationType.DELETE, agreed=agreed),
        known=bool(agreed and agreed.get("start")),
        of_saga=operation.saga is not None,
        of_instance=event is not None and is_restorable(event),
        of_occurrences=operation.reason == OCCURRENCES_CHANGED,
        cut_elsewhere=event is not None and _is_cut_elsewhere(operation, event),
    )


def was_split_again(made: OutboxOperation) -> bool:
    """Whether the series that this step of a split made was itself split since."""
    later = made.calendar.operations.filter(
        lane=made.lane,
        op_id__gt=made.op_id,
        op_type=OperationType.PATCH,
        payload__has_key="recurrence",
        saga__isnull=False,
        undoes=None,
    ).exclude(status__in=(OperationStatus.CANCELLED, OperationStatus.PROPOSED))
    given_up = Q(undone_by__isnull=True) | Q(undone_by__status=OperationStatus.CANCELLED)
    return later.exclude(saga=made.saga).filter(given_up).exists()


def _is_cut_elsewhere(operation: OutboxOperation, event: CachedEvent) -> bool:
    """Whether this trims a series, or takes that back, although it was cut otherwise meanwhile."""
    if operation.op_type == OperationType.DELETE and operation.undoes is not None:
        return was_split_again(operation.undoes)
    known = event.agreed or {}
    if operation.saga is None or not operation.payload.get("recurrence") or not known.get("start"):
        return False
    before, after = (
        {**known, "recurrence": lines["recurrence"]}
        for lines in (operation.base, operation.payload)
    )
    zone, now = event.calendar.time_zone, event.resource
    slot = recurrence.cut_between(before, after, calendar_zone=zone)
    if slot is None:
        return not same_field("recurrence", before["recurrence"], now.get("recurrence"))
    return not recurrence.has_tail(now, of=before, cut=slot, calendar_zone=zone)


def is_about_a_move(operation: OutboxOperation) -> bool:
    """Whether this is a move, or shows what one brings to its calendar."""
    arrives = operation.op_type == OperationType.CREATE and operation.step > 1
    return arrives or operation.op_type == OperationType.MOVE


def is_restorable(event: CachedEvent) -> bool:
    """Whether a deleted occurrence still has its place in a series."""
    series = series_of(event)
    if series is None or not event.original_start or not event.etag:
        return False
    return occurrence_at(series, cached_occurrences.slot_of(event.original_start)) is not None


def _op_id(cursor: str) -> int:
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
        raise _refused("cursor", "This cursor is not one that a page gave.")
    return int(cursor)


def _refused(name: str, sentence: str) -> InvalidInputError:
    return InvalidInputError(sentence, fields={name: sentence})


def _reading_order(name: str) -> tuple[int, str]:
    """As people read an event: PostgreSQL does not keep the order of a payload's keys."""
    known = ("summary", "location", "start", "end")
    return (known.index(name) if name in known else len(known), name)
