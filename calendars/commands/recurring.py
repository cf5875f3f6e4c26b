"""Which row a change of a recurring event is about, and what it means for a whole series."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from calendars import cached_occurrences, cached_row, event_resource, lanes, recurrence
from calendars.commands import event_body
from calendars.commands.event_body import completed, lines_starting_at, today
from calendars.commands.remade import left_out
from calendars.commands.scope import Scope
from calendars.errors import (
    AlreadyDeletedError,
    InvalidInputError,
    NotFoundError,
    ScopeRequiredError,
)
from calendars.made_ids import LOCAL_PREFIX
from calendars.models import CachedEvent, OutboxOperation
from calendars.queries.access import EventTarget, occurrence_at, series_of
from calendars.queries.shape import resource_of
from calendars.sync.core import people
from calendars.sync.core.merge import changed_fields
from calendars.sync.core.values import same_field
from calendars.zones import find_zone, instant_of, wall_of
from secretary_project.prepared_query import PreparedQuery

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from calendars.event_resource import Resource

_ALONE = "One occurrence cannot recur by itself; change the series."
_SEEN_ALIKE = "Google shows a series to the same people throughout; change it for the whole series."


@dataclass(frozen=True, slots=True)
class Subject:
    """The row a change is about; for an instance that is changed for the first time, a new row.

    ``resource`` is what it shows now, ``agreed`` the copy its operations are laid over.
    """

    event: CachedEvent
    resource: dict[str, Any]
    agreed: dict[str, Any] | None
    operations: Sequence[OutboxOperation] = field(default_factory=tuple)

    def is_whole_series_of(self, target: EventTarget) -> bool:
        """Whether the target is one occurrence, but the whole series is to be changed."""
        return target.instance_id is not None or target.event.pk != self.event.pk


def subject_of(target: EventTarget, *, scope: Scope | None) -> Subject:
    """Find the row that ``scope`` means. Call it in a transaction, the calendar being locked.

    Raises ScopeRequiredError, InvalidInputError for a scope that does not fit, NotFoundError when
    the row went away meanwhile.
    """
    event = target.event
    if target.instance_id is not None:
        return _of_instance(target, _required(scope))
    if event.recurring_event_id and (series := series_of(event)) is not None:
        return row_of(series if _required(scope) is Scope.SERIES else event)
    if event.recurring_event_id and scope is Scope.SERIES:
        raise unfit("Only this occurrence of the series is known here.")
    if event_resource.is_series(event.resource) and _required(scope) is Scope.INSTANCE:
        raise unfit("Name the occurrence by its own id to change only that one.")
    return row_of(event)


def for_series(
    target: EventTarget, subject: Subject, wanted: dict[str, Any], *, zone: str
) -> dict[str, Any]:
    """What an edit of one occurrence means for its whole series.

    Only what differs from the occurrence as it showed is meant. A new time moves the series: by
    as many days as it is from the occurrence's slot, to the same time of day, so that the
    wall-clock time is kept across changes of clocks.
    """
    shown = resource_of(target)
    meant, _ = changed_fields(shown, wanted)
    if "attendees" in meant:
        meant["attendees"] = people.merged(
            base=shown.get("attendees") or [],
            mine=meant["attendees"] or [],
            theirs=subject.resource.get("attendees") or [],
        )
    slot = slot_resource(target, subject)
    for name in ("start", "end"):
        if name in meant:
            meant[name] = moved(subject.resource[name], slot[name], meant[name], zone)
    return meant


def with_rule(
    subject: Subject, wanted: Mapping[str, Any], *, zone: str, now: dt.datetime
) -> dict[str, Any]:
    """The wanted fields of a row with the rule that ``repeat`` asks for.

    What was deleted of a series one by one stays deleted where the series moves. Raises
    InvalidInputError.
    """
    if "repeat" in wanted and subject.event.recurring_event_id:
        raise InvalidInputError(_ALONE, fields={"repeat": _ALONE})
    current = subject.resource
    moves = not same_field("start", current.get("start"), wanted.get("start", current.get("start")))
    if "repeat" in wanted and moves and event_resource.is_series(current):
        current = without_deleted(subject.event, current)
    return event_body.with_rule(current, wanted, zone=zone, today=today(now, zone))


def with_rules(subject: Subject, wanted: dict[str, Any], *, zone: str) -> dict[str, Any]:
    """The wanted fields of a row, once checked; a series that moves takes its rules along.

    What was deleted of it one by one stays deleted. Raises InvalidInputError.
    """
    series = subject.resource
    meant, _ = changed_fields(series, wanted)
    if "start" in meant and "recurrence" not in meant and event_resource.is_series(series):
        whole = without_deleted(subject.event, series)
        lines = lines_starting_at(whole, meant["start"], zone=zone)
        wanted = {**wanted, "recurrence": lines}
    return completed(series, wanted, zone=zone)


def without_deleted(event: CachedEvent, series: Resource) -> dict[str, Any]:
    """A series that says in its own lines what was deleted of it one by one."""
    gone = map(left_out, deleted_slots(event))
    return {**series, "recurrence": [*series["recurrence"], *gone]}


def asks_for_a_rule(subject: Subject, wanted: Mapping[str, Any]) -> bool:
    """Whether an edit of a series says how it recurs, other than it does already."""
    rule = subject.resource.get("recurrence")
    return "recurrence" in wanted and not same_field("recurrence", rule, wanted["recurrence"])


def exceptions_of(series: CachedEvent) -> dict[int | str, CachedEvent]:
    """The changed and deleted occurrences of a series by their slots, ascending."""
    rows = series.calendar.events.filter(recurring_event_id=series.event_id)
    found = {
        cached_occurrences.slot_of(row.original_start): row
        for row in rows
        if row.original_start and not cached_occurrences.is_cut_off(row, series)
    }
    return dict(sorted(found.items(), key=lambda item: (isinstance(item[0], str), item[0])))


def lost_with(series: Subject, after: Resource) -> list[CachedEvent]:
    """The exceptions that a series loses by becoming ``after``: their slots are gone."""
    zone = series.event.calendar.time_zone
    return [
        row
        for slot, row in exceptions_of(series.event).items()
        if not recurrence.occurrence_at(after, slot=slot, calendar_zone=zone)
    ]


def deleted_slots(series: CachedEvent) -> list[int | str]:
    """The slots of a series that were taken out one by one."""
    exceptions = exceptions_of(series)
    return [slot for slot, row in exceptions.items() if row.start_ts_utc is None]


def has_changed_ones(series: CachedEvent) -> bool:
    """Whether some occurrences of a series were changed by themselves."""
    return any(row.start_ts_utc is not None for row in exceptions_of(series).values())


def cut(series: Resource, *, slot: int | str, zone: str) -> recurrence.Cut:
    """``recurrence.cut``, its refusal as an error about the scope."""
    try:
        return recurrence.cut(series, slot=slot, calendar_zone=zone)
    except recurrence.RecurrenceError as problem:
        raise unfit(str(problem)) from None


def refuse_for_one_occurrence(subject: Subject, payload: Mapping[str, Any]) -> None:
    """Raise InvalidInputError for what a single occurrence cannot have by itself.

    Google gives a stricter visibility to the whole series, and ignores a looser one (3.1).
    """
    if not subject.event.recurring_event_id:
        return
    if "recurrence" in payload:
        raise InvalidInputError(_ALONE, fields={"recurrence": _ALONE})
    if "visibility" in payload and series_of(subject.event) is not None:
        raise InvalidInputError(_SEEN_ALIKE, fields={"visibility": _SEEN_ALIKE})


def slot_resource(target: EventTarget, subject: Subject) -> dict[str, Any]:
    """The occurrence as the series has it, wherever an exception may have been moved to."""
    if target.occurrence is not None:
        return resource_of(target)
    exception = target.event
    slot = exception.original_start
    occurrence = occurrence_at(subject.event, slot if "-" in slot[1:] else int(slot or 0))
    if occurrence is None:
        return exception.resource
    return resource_of(EventTarget(subject.event, exception.event_id, occurrence))


def moved(series: Resource, slot: Resource, wanted: Resource, zone: str) -> dict[str, Any]:
    """A start or end of a series as it becomes when the one of ``slot`` becomes ``wanted``."""
    day = _wall(series, zone)[0] + _wall(wanted, zone)[0] - _wall(slot, zone)[0]
    if "date" in wanted:
        return {"date": dt.date.fromordinal(day).isoformat()}
    name = wanted["timeZone"]
    instant = instant_of(day, _wall(wanted, zone)[1], event_resource.zone_or_utc(name))
    return {"dateTime": event_resource.render_moment(instant, zone), "timeZone": name}


def _wall(moment: Resource, zone: str) -> tuple[int, int]:
    """Day and second of the day that clocks in the moment's own zone show.

    Google's zone need not be one that we know: its series are expanded in the calendar's then.
    """
    known = event_resource.read_moment(moment, default_zone=zone)
    if known is None:
        raise InvalidInputError("The time of this event cannot be understood.")
    if known.date is not None:
        return known.date.toordinal(), 0
    own = find_zone(known.zone or zone) or event_resource.zone_or_utc(zone)
    return wall_of(known.instant or 0, own)


def _required(scope: Scope | None) -> Scope:
    if scope is None:
        raise ScopeRequiredError(
            "This event recurs: say whether the instance, this and the following, or the series "
            "is meant.",
            fields={"scope": "One of instance, this_and_following, series."},
        )
    return scope


def unfit(sentence: str) -> InvalidInputError:
    """The error for a scope that does not fit its target."""
    return InvalidInputError(sentence, fields={"scope": sentence})


def _of_instance(target: EventTarget, scope: Scope) -> Subject:
    series = row_of(target.event)
    if scope is Scope.SERIES:
        return series
    calendar, instance_id = target.event.calendar, target.instance_id or ""
    made_meanwhile = CachedEvent.objects.filter(calendar=calendar, event_id=instance_id).first()
    if made_meanwhile is not None:
        return row_of(made_meanwhile)
    local_id = instance_id if instance_id.startswith(LOCAL_PREFIX) else None
    event = cached_row.new_event(calendar=calendar, event_id=instance_id, local_id=local_id)
    event.recurring_event_id = target.event.event_id
    instance = resource_of(target)
    return Subject(event, instance, instance)


_ROW = PreparedQuery(
    lambda event: CachedEvent.objects.select_related("calendar__account").filter(pk=event), "event"
)


def row_of(event: CachedEvent) -> Subject:
    """The row as it is now that nobody else can write to the calendar."""
    found = _ROW.run(event=event.pk)
    if not found:
        raise NotFoundError("This event is gone.", event_id=event.event_id)
    row = found[0]
    resource = row.resource
    if event_resource.is_cancelled(resource):
        raise AlreadyDeletedError("This event is deleted.", event_id=event.event_id)
    return Subject(row, resource, row.agreed, lanes.open_operations(event=row))
