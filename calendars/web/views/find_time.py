"""Finding a time: the question, everybody's day side by side, and the times that are left."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from calendars.commands.busy_times import want_times
from calendars.errors import CalendarError
from calendars.queries.find_time import find_time as times_for
from calendars.queries.people import colleagues
from calendars.queries.writable import calendars_for_new_events
from calendars.web.addresses import address
from calendars.web.edge import MemberRequest, add_domain_error, member_page
from calendars.web.time_form import TimeForm
from calendars.web.words import TO, Reader, reader_of, short_day

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import HttpResponse

    from accounts.models import Member
    from calendars.models import Calendar

_FIRST_MINUTE: Final = 6 * 60
_LAST_MINUTE: Final = 22 * 60
"""Of a day that is drawn; what lies outside is told in words only."""
_EDGES: Final = ("start", "end")
_WHY_UNKNOWN: Final = {
    "stale": "not in step with Google for over a day",
    "notFound": "Google does not tell",
    "scopeMissing": "your account may not ask Google",
    "noAccount": "no account of yours can ask Google",
}


@require_safe
@member_page
def find_time(request: MemberRequest) -> HttpResponse:
    """The form alone, or with its answer; while Google is being asked the answer asks again."""
    now = timezone.now()
    people = colleagues(member=request.user)
    asked = "duration" in request.GET
    form = TimeForm(
        request.GET if asked else None,
        colleagues=[(str(each["username"]), str(each["display_name"])) for each in people],
        calendars=_bookable(request.user),
        initial={
            "duration": request.user.default_duration,
            "first": now.astimezone(request.user.zone).date(),
            "days": 7,
        },
    )
    answer = _answer(request, form, people, now) if asked and form.is_valid() else {}
    context = {"form": form, "again_url": request.get_full_path(), **answer}
    found_only = request.htmx and request.htmx.target == "found-times"
    template = "calendar/_found_times.html" if found_only else "calendar/find_time.html"
    return render(request, template, context)


def _bookable(member: Member) -> Sequence[Calendar]:
    """The calendars to book into; who has none can still look."""
    try:
        return calendars_for_new_events(member)
    except CalendarError:
        return []


def _answer(
    request: MemberRequest, form: TimeForm, people: Sequence[Mapping[str, Any]], now: dt.datetime
) -> dict[str, Any]:
    member = request.user
    try:
        question = form.question(member=member)
        found = times_for(member=member, question=question, now=now)
        want_times(
            member=member, calendars=found.uncovered, people=found.people, span=found.span, now=now
        )
    except CalendarError as error:
        add_domain_error(form, error)
        return {}
    reader, body = reader_of(member), found.body
    known = {str(each["username"]): str(each["address"]) for each in people}
    booking = [
        ("calendar", form.cleaned_data.get("calendar") or ""),
        *(("guest", known.get(name, name)) for name in question.people),
        *(("optional_guest", known.get(name, name)) for name in question.optional_people),
    ]
    return {
        "slots": [_slot(each, booking, reader) for each in body["slots"]],
        "detail": body["detail"],
        "days": _days(question.time_min.date(), form.cleaned_data["days"], body, member, now),
        "asking": [each["display_name"] for each in body["people"].values() if each["asking"]],
        "unknown": _unknown(body["people"]),
        "hours": [f"{minute // 60}" for minute in range(_FIRST_MINUTE, _LAST_MINUTE, 240)],
    }


def _slot(
    slot: Mapping[str, Any], booking: Sequence[tuple[str, str]], reader: Reader
) -> dict[str, Any]:
    """With the address of the form that books it, filled in with ``booking`` too."""
    start, end = (dt.datetime.fromisoformat(slot[edge]).astimezone(reader.zone) for edge in _EDGES)
    query = [
        ("start", f"{start:%Y-%m-%dT%H:%M}"),
        ("end", f"{end:%Y-%m-%dT%H:%M}"),
        *((name, value) for name, value in booking if value),
        ("next", address("calendar-week", start.date())),
    ]
    clocks = f"{reader.clock(start)}{TO}{reader.clock(end)}"
    return {
        "when": f"{start:%a} {short_day(start.date())}, {clocks}",
        "reasons": [reason["text"] for reason in slot["reasons"]],
        "url": f"{reverse('event-create')}?{urlencode(query)}",
    }


def _unknown(people: Mapping[str, Any]) -> list[str]:
    """Sentences about those of whom not all is known, and who are not just being asked about."""
    return [
        f"{person['display_name']}: {_WHY_UNKNOWN.get(error['reason'], 'Google does not tell')}."
        for person in people.values()
        for error in person["errors"]
    ]


def _days(
    first: dt.date, count: int, body: Mapping[str, Any], member: Member, now: dt.datetime
) -> list[dict[str, Any]]:
    """``past`` is how far today is over, and was not looked at."""
    wall = now.astimezone(member.zone)
    over = min(max(0, wall.hour * 60 + wall.minute - _FIRST_MINUTE), _LAST_MINUTE - _FIRST_MINUTE)
    every = (first + dt.timedelta(days=number) for number in range(count))
    days = [day for day in every if day >= wall.date()]
    return [
        {
            "name": f"{day:%a} {short_day(day)}",
            "past": over if day == wall.date() else 0,
            "strips": [
                {
                    "name": "You" if person["kind"] == "me" else person["display_name"],
                    **_strip(day, person, member),
                }
                for person in body["people"].values()
            ],
        }
        for day in days
    ]


def _strip(day: dt.date, person: Mapping[str, Any], member: Member) -> dict[str, Any]:
    """One person's day: parts to draw in minutes, and the same in words."""
    reader = reader_of(member)
    busy = _parts(day, person["busy"], reader)
    unknown = _parts(day, person["unknown"], reader)
    words = [f"busy {begin}{TO}{end}" for _, _, begin, end in busy]
    words += [f"not known {begin}{TO}{end}" for _, _, begin, end in unknown]
    return {
        "busy": _drawn(busy),
        "unknown": _drawn(unknown),
        "words": ", ".join(words) or "free",
    }


def _parts(
    day: dt.date, spans: Sequence[Mapping[str, str]], reader: Reader
) -> list[tuple[int, int, str, str]]:
    """What of the spans is on the day: from and to minute of its wall clock, and the clock."""
    begin = dt.datetime.combine(day, dt.time(), reader.zone)
    finish = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), reader.zone)
    found = []
    for span in spans:
        start, end = (
            dt.datetime.fromisoformat(span[edge]).astimezone(reader.zone) for edge in _EDGES
        )
        start, end = max(start, begin), min(end, finish)
        if start < end:
            last = 24 * 60 if end == finish else end.hour * 60 + end.minute
            clock = "midnight" if end == finish else reader.clock(end)
            found.append((start.hour * 60 + start.minute, last, reader.clock(start), clock))
    return found


def _drawn(parts: Sequence[tuple[int, int, str, str]]) -> list[dict[str, int]]:
    clipped = [
        (max(begin, _FIRST_MINUTE) - _FIRST_MINUTE, min(end, _LAST_MINUTE) - _FIRST_MINUTE)
        for begin, end, _, _ in parts
    ]
    return [{"x": begin, "width": end - begin} for begin, end in clipped if begin < end]
