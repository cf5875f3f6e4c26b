"""Finding a time: who has to be there and who may, and the slots that are left, best first."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from calendars import event_resource
from calendars.errors import InvalidInputError
from calendars.free_time.ranking import (
    HoursRule,
    Participant,
    Reason,
    Slot,
    Why,
    Wish,
    common_hours,
    ranked_slots,
)
from calendars.free_time.spans import TimeSpan, merged, without_all
from calendars.models import AccessRole
from calendars.queries import freshness
from calendars.queries.access import calendars_of, each_once
from calendars.queries.availability import TimeAnswer, person_entry
from calendars.queries.busy_times import busy_by_calendar, unknown_part
from calendars.queries.events import calendars_read
from calendars.queries.people import ME, PersonBusy, busy_people
from calendars.queries.spans import asked_span
from calendars.zones import instant_of, wall_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from accounts.models import Member
    from calendars.free_time.hours import WorkingHours
    from calendars.models import Calendar

MOST_PEOPLE = 20
MOST_DAYS = 31
MOST_SLOTS = 50
NO_COMMON_HOURS, NO_COMMON_TIME = "no_common_hours", "no_common_time"
_SENTENCES: Final = {
    Why.EVERYONE_FREE: "Everyone is free.",
    Why.REQUIRED_FREE: "Everyone who has to be there is free.",
    Why.UNKNOWN: "It is not known whether {people} {is_are} free.",
    Why.OUTSIDE_HOURS: "Outside the working hours of {people}.",
    Why.OPTIONAL_BUSY: "{people}, optional, {is_are} busy.",
    Why.OPTIONAL_UNKNOWN: "It is not known whether {people}, optional, {is_are} free.",
    Why.EDGE_OF_HOURS: "At the edge of the working hours of {people}.",
    Why.EARLIEST: "The earliest time there is.",
}
_PROBLEMS: Final = {
    NO_COMMON_HOURS: "The working hours of these people do not meet in this span.",
    NO_COMMON_TIME: "There is no time in this span in which all who have to be there can be free.",
}


@dataclass(frozen=True, slots=True)
class MeetingQuestion:
    """``people`` and ``optional_people`` are usernames or addresses; the member who asks is added
    to those who have to be there unless ``include_me`` is off. ``hours`` gives or replaces
    somebody's working hours, by the name as asked. ``calendar_ids`` are calendars of the member
    that count beside the primary ones; unless some are named, those that the member owns and shows:
    somebody who sees a team's stand-up in the own week does not expect to be free then, while a
    calendar that somebody else shares says nothing about the member. The slots end before
    ``time_max``.
    """

    time_min: dt.datetime
    time_max: dt.datetime
    duration_minutes: int
    people: Sequence[str] = ()
    optional_people: Sequence[str] = ()
    include_me: bool = True
    calendar_ids: Sequence[str] | None = None
    buffer_before_minutes: int = 0
    buffer_after_minutes: int = 0
    working_hours: HoursRule = HoursRule.REQUIRED
    hours: Mapping[str, WorkingHours] = field(default_factory=dict)
    limit: int = 10


def find_time(*, member: Member, question: MeetingQuestion, now: dt.datetime) -> TimeAnswer:
    """Ranked slots from what is known now: ``{slots, people, problem, detail, ...}``.

    No slot begins in the past. A slot of which it is not known whether somebody is free has the
    name under ``unknown``. Where there is no slot, ``problem`` and ``detail`` say why. Raises
    InvalidInputError, NotFoundError.
    """
    asked = asked_span(time_min=question.time_min, time_max=question.time_max, most_days=MOST_DAYS)
    span = TimeSpan(max(asked.start, int(now.timestamp())), asked.end)
    if span.end <= span.start:
        raise _refused("time_max", "This span is over.")
    wish = _wish(question, span, zone_of=member)
    people, required = _people(member, question, _looked_at(wish), now=now)
    participants = [
        Participant(
            name=person.name,
            required=person.name in required,
            busy=person.busy,
            unknown=person.unknown,
            hours=question.hours.get(person.name, person.hours),
        )
        for person in people
    ]
    slots = ranked_slots(participants, wish)
    body = {
        "time_min": _moment(asked.start, member),
        "time_max": _moment(asked.end, member),
        "time_zone": member.time_zone,
        "duration_minutes": question.duration_minutes,
        "slots": [_slot(each, people, member) for each in slots],
        "people": {
            person.name: _person(person, who, member)
            for person, who in zip(people, participants, strict=True)
        },
        **_problem(slots, participants, wish),
    }
    return TimeAnswer(body, _looked_at(wish), [], people)


def _wish(question: MeetingQuestion, span: TimeSpan, *, zone_of: Member) -> Wish:
    day, _ = wall_of(span.start, zone_of.zone)
    return Wish(
        span=span,
        length=60 * question.duration_minutes,
        before=60 * question.buffer_before_minutes,
        after=60 * question.buffer_after_minutes,
        hours=question.working_hours,
        on_grid=instant_of(day, 0, zone_of.zone),
        limit=question.limit,
    )


def _looked_at(wish: Wish) -> TimeSpan:
    """The span with the buffers of its first and last slot."""
    return TimeSpan(wish.span.start - wish.before, wish.span.end + wish.after)


def _people(
    member: Member, question: MeetingQuestion, span: TimeSpan, *, now: dt.datetime
) -> tuple[list[PersonBusy], set[str]]:
    """Everybody once, though named twice in different ways, and the names of the required."""
    required = [*([member.username] if question.include_me else []), *question.people]
    names = list(dict.fromkeys([*required, *question.optional_people]))
    if not names:
        raise _refused("people", "Name somebody, or leave yourself in.")
    if len(names) > MOST_PEOPLE:
        raise _refused("people", f"A time is found for {MOST_PEOPLE} people at most.")
    if strange := [name for name in question.hours if name not in names]:
        raise _refused("hours", f"Nobody is asked for by the name {strange[0][:100]}.")
    found: dict[str, PersonBusy] = {}
    for person in busy_people(member=member, names=names, span=span, now=now):
        found.setdefault(person.identity, person)
    own = _own_calendars(member, question)
    people = [_with(each, own, span) if each.kind == ME else each for each in found.values()]
    return people, set(required)


def _own_calendars(member: Member, question: MeetingQuestion) -> list[Calendar]:
    if question.calendar_ids and not question.include_me:
        raise _refused("calendar_ids", "Your calendars count only if you are there yourself.")
    if question.calendar_ids is not None:
        return calendars_read(member=member, calendar_ids=question.calendar_ids)
    shown = calendars_of(member).filter(selected=True, access_role=AccessRole.OWNER)
    return each_once(shown.select_related("account", "sync_state"))


def _with(person: PersonBusy, calendars: Sequence[Calendar], span: TimeSpan) -> PersonBusy:
    """The person when these calendars count too."""
    taken = busy_by_calendar(calendars, span).values()
    busy = merged([*person.busy, *(each for spans in taken for each in spans)])
    parts = (unknown_part(calendar, span) for calendar in calendars)
    unknown = merged([*person.unknown, *(each for spans in parts for each in spans)])
    uncovered = [each for each in calendars if not freshness.covers(each, span)]
    return replace(
        person,
        busy=busy,
        unknown=without_all(unknown, busy),
        uncovered=[*person.uncovered, *uncovered],
    )


def _slot(slot: Slot, people: Iterable[PersonBusy], member: Member) -> dict[str, Any]:
    called = {each.name: "you" if each.kind == ME else each.display_name for each in people}
    return {
        "start": _moment(slot.span.start, member),
        "end": _moment(slot.span.end, member),
        "reasons": [_reason(each, called) for each in slot.reasons],
        "unknown": slot.unknown,
    }


def _reason(reason: Reason, called: Mapping[str, str]) -> dict[str, Any]:
    names = [called[name] for name in reason.people]
    sentence = _SENTENCES[reason.why].format(
        people=" and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]])),
        is_are="is" if len(names) == 1 and names != ["you"] else "are",
    )
    if names == ["you"]:
        sentence = sentence.replace("the working hours of you", "your working hours")
    return {
        "code": reason.why.value,
        "text": sentence[:1].upper() + sentence[1:],
        "people": list(reason.people),
    }


def _person(person: PersonBusy, who: Participant, member: Member) -> dict[str, Any]:
    return {
        **person_entry(person, member),
        "required": who.required,
        "working_hours": _hours(who.hours) if who.hours else None,
    }


def _hours(hours: WorkingHours) -> dict[str, Any]:
    return {
        "time_zone": hours.zone.key,
        "days": sorted(hours.days),
        "start": f"{hours.start // 3_600:02}:{hours.start // 60 % 60:02}",
        "end": f"{hours.end // 3_600:02}:{hours.end // 60 % 60:02}",
    }


def _problem(
    slots: Sequence[Slot], participants: Sequence[Participant], wish: Wish
) -> dict[str, str | None]:
    if slots:
        return {"problem": None, "detail": None}
    strict = wish.hours is HoursRule.REQUIRED
    long_enough = any(
        each.end - each.start >= wish.length for each in common_hours(participants, wish.span)
    )
    problem = NO_COMMON_HOURS if strict and not long_enough else NO_COMMON_TIME
    return {"problem": problem, "detail": _PROBLEMS[problem]}


def _moment(instant: int, member: Member) -> str:
    return event_resource.render_moment(instant, member.time_zone)


def _refused(name: str, sentence: str) -> InvalidInputError:
    return InvalidInputError(sentence, fields={name: sentence})
