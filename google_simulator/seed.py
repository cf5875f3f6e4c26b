"""A believable small team around a given day, for the demo."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from google_simulator.simulator import Simulator

ANN, BEN, CLEO = "ann@example.test", "ben@example.test", "cleo@example.test"
ROOM = "room-lighthouse@resource.calendar.google.com"
TEAM = "team-demo@group.calendar.google.com"
PROJECT = "launch-demo@group.calendar.google.com"
HOLIDAYS = "en.german#holiday@group.v.calendar.google.com"
_HOME = "Europe/Berlin"
_WEEKDAYS = "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"


class _Week:
    """Times in the week of `now`, day 0 being its Monday."""

    def __init__(self, now: datetime) -> None:
        today = now.astimezone(ZoneInfo(_HOME)).date()
        self.monday = today - timedelta(days=today.weekday())

    def day(self, offset: int) -> date:
        return self.monday + timedelta(days=offset)

    def at(
        self, offset: int, hour: float, length: float, title: str, *, zone: str = _HOME, **more: Any
    ) -> dict[str, Any]:
        """A timed event; hours may be fractions."""
        midnight = datetime.combine(self.day(offset), datetime.min.time())
        begin = midnight + timedelta(hours=hour)
        end = begin + timedelta(hours=length)
        return {
            "summary": title,
            "start": {"dateTime": begin.isoformat(), "timeZone": zone},
            "end": {"dateTime": end.isoformat(), "timeZone": zone},
            **more,
        }

    def all_day(self, offset: int, days: int, title: str, **more: Any) -> dict[str, Any]:
        """An all-day event."""
        return {
            "summary": title,
            "start": {"date": self.day(offset).isoformat()},
            "end": {"date": self.day(offset + days).isoformat()},
            **more,
        }


def seed_demo(simulator: Simulator, *, now: datetime) -> None:
    """Three people, their calendars and some months around `now` (zone-aware)."""
    week = _Week(now)
    _people(simulator)
    _team(simulator, week)
    _ann(simulator, week)
    _ben(simulator, week)
    _cleo(simulator, week)
    _holidays(simulator, week)
    _next_week(simulator, week)


def _people(simulator: Simulator) -> None:
    simulator.add_person(ANN, time_zone=_HOME, name="Ann Archer")
    simulator.add_person(BEN, time_zone="Europe/London", name="Ben Bauer")
    simulator.add_person(CLEO, time_zone="America/New_York", name="Cleo Costa")
    simulator.add_room(ROOM, name="Lighthouse (6 seats)", time_zone=_HOME)
    simulator.open_to_all(ROOM, role="freeBusyReader")  # as rooms of an organisation are
    simulator.add_calendar(owner=ANN, summary="Team", time_zone=_HOME, calendar_id=TEAM)
    simulator.add_calendar(owner=BEN, summary="Launch", time_zone=_HOME, calendar_id=PROJECT)
    simulator.add_calendar(
        owner="holidays@example.test",
        summary="Holidays in Germany",
        time_zone=_HOME,
        calendar_id=HOLIDAYS,
        push=False,
    )
    shares = ((TEAM, BEN, "writer"), (TEAM, CLEO, "writer"), (PROJECT, ANN, "writer"))
    for calendar_id, person, role in (*shares, (PROJECT, CLEO, "reader")):
        simulator.share(calendar_id, with_=person, role=role)
    for person in (ANN, BEN, CLEO):
        simulator.share(HOLIDAYS, with_=person, role="reader")
        for calendar_id, color in ((TEAM, "8"), (PROJECT, "4"), (HOLIDAYS, "23")):
            simulator.change_list_entry(person, calendar_id, {"colorId": color})


def _guests(*emails: str, **answers: str) -> list[dict[str, str]]:
    return [
        {"email": email, "responseStatus": answers.get(email.partition("@")[0], "accepted")}
        for email in emails
    ]


def _team(simulator: Simulator, week: _Week) -> None:
    standup = simulator.insert_event(
        TEAM,
        week.at(-28, 9.5, 0.25, "Stand-up", recurrence=[_WEEKDAYS], location="Lighthouse"),
    )
    wednesday = datetime.combine(week.day(2), datetime.min.time(), ZoneInfo(_HOME))
    slot = (wednesday + timedelta(hours=9.5)).astimezone(ZoneInfo("UTC"))
    simulator.patch_event(
        TEAM,
        f"{standup['id']}_{slot:%Y%m%dT%H%M%SZ}",
        {**_times(week.at(2, 10.5, 0.25, "")), "summary": "Stand-up (later today)"},
    )
    friday = slot + timedelta(days=2)
    simulator.delete_event(TEAM, f"{standup['id']}_{friday:%Y%m%dT%H%M%SZ}")
    simulator.insert_event(
        TEAM, week.at(-27, 14, 1, "Sprint planning", recurrence=["RRULE:FREQ=WEEKLY;INTERVAL=2"])
    )
    # Wall time stays at 17:00 in New York while Berlin's clocks change on other days.
    simulator.insert_event(
        TEAM,
        week.at(
            -200, 17, 1, "Atlantic call", zone="America/New_York", recurrence=["RRULE:FREQ=WEEKLY"]
        ),
        by=CLEO,
    )
    simulator.insert_event(TEAM, week.all_day(7, 3, "Team days in Lisbon", location="Lisbon"))
    simulator.insert_event(
        TEAM,
        week.all_day(-60, 1, "Invoices are due", recurrence=["RRULE:FREQ=MONTHLY;BYMONTHDAY=-1"]),
    )


def _times(event: dict[str, Any]) -> dict[str, Any]:
    return {which: event[which] for which in ("start", "end")}


def _ann(simulator: Simulator, week: _Week) -> None:
    simulator.insert_event(
        ANN,
        week.at(
            1,
            11,
            1,
            "Design review",
            attendees=_guests(ANN, BEN, CLEO, ROOM, cleo="tentative", ben="needsAction"),
            description="Agenda:<ul><li>Outbox</li><li>Conflicts</li></ul>",
            conferenceData={
                "createRequest": {
                    "requestId": "design-review",
                    "conferenceSolutionKey": {"type": "hangoutsMeet"},
                }
            },
        ),
    )
    simulator.insert_event(ANN, week.at(2, 12, 1, "Dentist", visibility="private"))
    simulator.insert_event(ANN, week.at(3, 22, 4, "Release night"))
    simulator.insert_event(
        ANN, week.at(0, 13, 1, "Lunch", transparency="transparent", recurrence=[_WEEKDAYS])
    )
    simulator.insert_event(ANN, week.at(3, 15, 1, "Interview, candidate A", colorId="5"))
    simulator.insert_event(ANN, week.at(3, 15.5, 1, "Call with the bank", status="tentative"))
    simulator.insert_event(ANN, week.all_day(4, 1, "Birthday of Zoe", transparency="transparent"))


def _ben(simulator: Simulator, week: _Week) -> None:
    simulator.insert_event(
        BEN,
        week.at(
            3,
            10,
            1,
            "Vendor pitch",
            zone="Europe/London",
            attendees=_guests(BEN, ANN, ann="declined"),
        ),
    )
    simulator.insert_event(
        BEN,
        week.at(
            4,
            13,
            4,
            "Out of office",
            zone="Europe/London",
            eventType="outOfOffice",
            outOfOfficeProperties={
                "autoDeclineMode": "declineOnlyNewConflictingInvitations",
                "declineMessage": "Back on Monday",
            },
        ),
    )
    simulator.insert_event(
        BEN,
        week.at(
            1, 14, 2, "Focus", zone="Europe/London", eventType="focusTime",
            focusTimeProperties={"autoDeclineMode": "declineNone", "chatStatus": "doNotDisturb"},
        ),
    )  # fmt: skip
    for offset, title in ((0, "Feature freeze"), (9, "Release candidate"), (16, "Launch")):
        simulator.insert_event(PROJECT, week.all_day(offset, 1, title))
    simulator.insert_event(PROJECT, week.at(2, 16, 1, "Launch check-in", attendees=_guests(ANN)))


def _cleo(simulator: Simulator, week: _Week) -> None:
    simulator.insert_event(
        CLEO,
        week.at(
            2,
            10,
            0.5,
            "One on one",
            zone="America/New_York",
            recurrence=["RRULE:FREQ=WEEKLY;COUNT=12"],
            attendees=_guests(CLEO, ANN),
        ),
    )
    simulator.insert_event(CLEO, week.all_day(3, 5, "Visiting parents"))
    simulator.insert_event(CLEO, week.at(0, 23, 2, "Flight home", zone="America/New_York"))


def _holidays(simulator: Simulator, week: _Week) -> None:
    days = ((1, 1, "New Year's Day"), (5, 1, "Labour Day"), (10, 3, "Day of German Unity"))
    for month, day, title in (*days, (12, 25, "Christmas Day"), (12, 26, "St. Stephen's Day")):
        first = date(week.monday.year - 1, month, day)
        simulator.insert_event(
            HOLIDAYS,
            {
                "summary": title,
                "start": {"date": first.isoformat()},
                "end": {"date": (first + timedelta(days=1)).isoformat()},
                "recurrence": ["RRULE:FREQ=YEARLY"],
                "transparency": "transparent",
                "visibility": "public",
            },
        )


def _next_week(simulator: Simulator, week: _Week) -> None:
    """Who tries the demo at the end of a week has a lively one before them."""
    everybody = _guests(ANN, BEN, CLEO, cleo="needsAction")
    for event in (
        week.at(
            7, 10.5, 1.5, "Kick-off of the quarter", attendees=everybody, location="Lighthouse"
        ),
        week.at(8, 11, 1, "Interview, candidate B", colorId="5"),
        week.at(8, 14.5, 1, "Budget", attendees=_guests(ANN, BEN)),
        week.at(9, 9.75, 1.25, "Customer visit", colorId="10", location="Main station"),
        week.at(10, 11, 1, "Design critique", attendees=everybody),
        week.at(10, 11.5, 1, "Call with the printer", status="tentative"),
        week.at(10, 16, 2, "Handball", colorId="3", visibility="private"),
        week.at(11, 14.5, 1, "Demo of the week", attendees=everybody),
        week.at(12, 19, 3, "Concert", colorId="3"),
    ):
        simulator.insert_event(ANN, event)
    simulator.insert_event(PROJECT, week.at(8, 16, 1, "Press kit"))
    simulator.insert_event(TEAM, week.at(11, 10.5, 1, "Retrospective", location="Lighthouse"))
