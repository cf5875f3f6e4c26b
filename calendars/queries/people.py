"""When people are busy: the member, colleagues here by their cache, others by Google's word.

A person is named by username or by address. Of a colleague nothing but spans is told here; where
Google shares a colleague's calendar with the member, ``shared_calendar_ids`` says so, and its
events are read like those of any calendar of the member.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from django.db.models import Q

from accounts.models import AccountStatus, Member
from calendars.free_time.hours import WorkingHours
from calendars.free_time.spans import TimeSpan, merged, without_all
from calendars.queries import freshness
from calendars.queries.access import busy_calendars_of, colleagues_of, shared_with
from calendars.queries.busy_times import busy_by_calendar, unknown_part
from calendars.queries.outside import Outside, outside_busy

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from calendars.models import Calendar

TRUSTED = dt.timedelta(days=1)
"""A colleague's cache that is out of step for longer says nothing about free time."""
STALE = "stale"
NOT_FOUND = "notFound"
ME, COLLEAGUE, OUTSIDE, NOBODY = "me", "member", "outside", "unknown"


@dataclass(frozen=True, slots=True)
class PersonBusy:
    """One person. ``busy`` and ``unknown`` are merged and do not overlap; the rest is free.

    ``name``     as asked; ``identity`` is the same however the person was named
    ``kind``     ``me``, ``member``, ``outside`` or ``unknown`` (nobody here)
    ``hours``    None where working hours and zone are not known
    ``problem``  why (some) time is unknown, a stable word; empty where it is only being asked for
    ``unasked``  somebody outside about whom Google is to be asked
    ``uncovered`` calendars of which more has to be cached
    """

    name: str
    identity: str
    kind: str
    display_name: str
    busy: list[TimeSpan]
    unknown: list[TimeSpan]
    hours: WorkingHours | None = None
    problem: str = ""
    known_at: dt.datetime | None = None
    unasked: bool = False
    shared_calendar_ids: list[str] = field(default_factory=list)
    uncovered: list[Calendar] = field(default_factory=list)


def busy_people(
    *, member: Member, names: Sequence[str], span: TimeSpan, now: dt.datetime
) -> list[PersonBusy]:
    """When each of them is busy, in the order asked, each name once.

    A name that is neither a colleague's nor an address is unknown as a whole.
    """
    asked = list(dict.fromkeys(names))
    people = _members(member, asked)
    inside = _of_members(member, {each.pk: each for each in people.values()}, span, now=now)
    addresses = {name: name.lower() for name in asked if name not in people and _is_address(name)}
    outside = outside_busy(
        member=member, addresses=dict.fromkeys(addresses.values()), span=span, now=now
    )
    found = []
    for name in asked:
        if name in people:
            found.append(_named(name, inside[people[name].pk]))
        elif name in addresses:
            found.append(_outsider(name, outside[addresses[name]]))
        else:
            found.append(PersonBusy(name, name, NOBODY, name, [], [span], problem=NOT_FOUND))
    return found


def colleagues(*, member: Member) -> list[dict[str, object]]:
    """The people of this installation whose busy time the member may see, by name."""
    people = list(
        colleagues_of(member)
        .order_by("first_name", "last_name", "username")
        .prefetch_related("google_accounts")
    )
    calendars = list(busy_calendars_of(people).select_related("account").order_by("pk"))
    shared = shared_with(member, calendars)
    by_member: dict[int, list[str]] = {}
    for each in calendars:
        by_member.setdefault(each.account.member_id, []).append(each.google_id)
    return [
        {
            "username": person.username,
            "display_name": display_name(person),
            "time_zone": person.time_zone,
            "address": main_address(person),
            "shared_calendar_ids": [
                google_id for google_id in by_member.get(person.pk, []) if google_id in shared
            ],
        }
        for person in people
    ]


def main_address(member: Member) -> str:
    """The address by which colleagues know a member: of the oldest account still connected."""
    accounts = sorted(member.google_accounts.all(), key=lambda account: account.pk)
    connected = (each for each in accounts if each.status != AccountStatus.DISCONNECTED)
    return next((each.email.lower() for each in connected), "")


def addresses_of(*, member: Member, usernames: Collection[str]) -> dict[str, str]:
    """The main addresses of those of the usernames that are the member's own or a colleague's."""
    people = _members(member, list(usernames))
    return {name: address for name, each in people.items() if (address := main_address(each))}


def display_name(member: Member) -> str:
    return member.get_full_name() or member.username


def working_hours_of(member: Member) -> WorkingHours:
    """The member's working hours, in the member's zone."""
    return WorkingHours(
        zone=member.zone,
        days=frozenset(member.working_days),
        start=_second_of_day(member.working_day_start),
        end=_second_of_day(member.working_day_end),
    )


def _second_of_day(wall: dt.time) -> int:
    return wall.hour * 3_600 + wall.minute * 60 + wall.second


def _is_address(name: str) -> bool:
    local, at, domain = name.partition("@")
    return bool(local and at and domain) and not any(letter.isspace() for letter in name)


def _members(member: Member, names: Sequence[str]) -> dict[str, Member]:
    """Those of the names that are the member's own or a colleague's: a username or the main
    address. Whose the other addresses are is nobody's business here: Google is asked about them.
    """
    lowered = {name.lower() for name in names}
    may_be = Q(pk=member.pk) | Q(pk__in=colleagues_of(member).values("pk"))
    named = Q(username__in=names) | Q(google_accounts__email__in=lowered)
    people = Member.objects.filter(may_be, named).distinct().prefetch_related("google_accounts")
    known = {main_address(person): person for person in people}
    known |= {person.username: person for person in people}
    found = {name: known.get(name) or known.get(name.lower()) for name in names}
    return {name: person for name, person in found.items() if person is not None}


def _of_members(
    member: Member, people: Mapping[int, Member], span: TimeSpan, *, now: dt.datetime
) -> dict[int, PersonBusy]:
    calendars = list(
        busy_calendars_of(people.values()).select_related("account", "sync_state").order_by("pk")
    )
    busy = busy_by_calendar(calendars, span)
    shared = shared_with(member, calendars)
    by_member: dict[int, list[Calendar]] = {pk: [] for pk in people}
    for calendar in calendars:
        by_member[calendar.account.member_id].append(calendar)
    return {
        pk: _insider(people[pk], own, busy, span, shared=shared, me=pk == member.pk, now=now)
        for pk, own in by_member.items()
    }


def _insider(
    person: Member,
    calendars: Sequence[Calendar],
    busy: Mapping[int, list[TimeSpan]],
    span: TimeSpan,
    *,
    shared: set[str],
    me: bool,
    now: dt.datetime,
) -> PersonBusy:
    taken = merged(each for calendar in calendars for each in busy[calendar.pk])
    since = freshness.oldest_success(calendars)
    stale = not me and (since is None or now - since > TRUSTED)
    unknown = [span] if stale or not calendars else _unknown(calendars, span)
    return PersonBusy(
        name=person.username,
        identity=f"member {person.pk}",
        kind=ME if me else COLLEAGUE,
        display_name=display_name(person),
        busy=taken,
        unknown=without_all(unknown, taken),
        hours=working_hours_of(person),
        problem=STALE if stale else "",
        known_at=since,
        shared_calendar_ids=[each.google_id for each in calendars if each.google_id in shared],
        uncovered=[each for each in calendars if not freshness.covers(each, span)],
    )


def _unknown(calendars: Sequence[Calendar], span: TimeSpan) -> list[TimeSpan]:
    return merged(each for calendar in calendars for each in unknown_part(calendar, span))


def _named(name: str, person: PersonBusy) -> PersonBusy:
    return replace(person, name=name)


def _outsider(name: str, told: Outside) -> PersonBusy:
    return PersonBusy(
        name=name,
        identity=name.lower(),
        kind=OUTSIDE,
        display_name=name,
        busy=told.busy,
        unknown=without_all(told.unknown, told.busy),
        problem=told.problem,
        known_at=told.known_at,
        unasked=told.unasked,
    )
