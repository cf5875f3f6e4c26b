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
from calendars.web.booking import Booking, meeting_with
from calendars.web.edge import MemberRequest, add_domain_error, member_page
from calendars.web.strips import FIRST_MINUTE, LAST_MINUTE, days_of
from calendars.web.time_form import TimeForm
from calendars.web.words import TO, Reader, reader_of, short_day

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import HttpResponse

    from accounts.models import Member
    from calendars.models import Calendar

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
    addresses = {str(each["username"]): str(each["address"]) for each in people}
    others = [each for each in body["people"].values() if each["kind"] != "me"]
    booking = Booking(
        title=form.cleaned_data["title"].strip() or meeting_with(others),
        calendar=form.cleaned_data.get("calendar") or form.usual_calendar,
        guests=[addresses.get(name, name) for name in question.people],
        optional=[addresses.get(name, name) for name in question.optional_people],
    )
    return {
        "slots": [_slot(each, booking, reader) for each in body["slots"]],
        "detail": body["detail"],
        "days": days_of(question.time_min.date(), form.cleaned_data["days"], body, member, now),
        "asking": [each["display_name"] for each in body["people"].values() if each["asking"]],
        "unknown": _unknown(body["people"]),
        "hours": [f"{minute // 60}" for minute in range(FIRST_MINUTE, LAST_MINUTE, 240)],
    }


def _slot(slot: Mapping[str, Any], booking: Booking, reader: Reader) -> dict[str, Any]:
    """With what books it at once, and the address of the form that is filled in with it."""
    start, end = (dt.datetime.fromisoformat(slot[edge]).astimezone(reader.zone) for edge in _EDGES)
    clocks = f"{reader.clock(start)}{TO}{reader.clock(end)}"
    back = address("calendar-week", start.date())
    return {
        "when": f"{start:%a} {short_day(start.date())}, {clocks}",
        "reasons": [reason["text"] for reason in slot["reasons"]],
        "url": f"{reverse('event-create')}?{urlencode(booking.as_query(start, end, back))}",
        "fields": booking.as_form(start, end, back, reader),
    }


def _unknown(people: Mapping[str, Any]) -> list[str]:
    """Sentences about those of whom not all is known, and who are not just being asked about."""
    return [
        f"{person['display_name']}: {_WHY_UNKNOWN.get(error['reason'], 'Google does not tell')}."
        for person in people.values()
        for error in person["errors"]
    ]
