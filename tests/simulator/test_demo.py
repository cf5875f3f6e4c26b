"""What the demo needs: state that survives, a seeded team, exports, the control page."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from google_simulator import FrozenClock, Simulator, ics, storage
from google_simulator.control import Control
from google_simulator.seed import ANN as DEMO_ANN
from google_simulator.seed import HOLIDAYS, TEAM, seed_demo
from tests.simulator.conftest import ANN, BEN, NOW, connect, follow, timed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_state_survives_a_restart(sim: Simulator, tmp_path: Path) -> None:
    api = connect(sim)
    sim.insert_event(
        ANN, timed(id="series", recurrence=["RRULE:FREQ=DAILY;COUNT=4"], attendees=[{"email": BEN}])
    )
    sim.delete_event(ANN, "series_20310327T090000Z")
    _, token, _ = follow(api, calendarId="primary")
    storage.save(sim, tmp_path / "state.json")

    again = Simulator(clock=FrozenClock(NOW), seed=7, check_schemas=True)
    storage.load(again, tmp_path / "state.json")
    assert again.live_events(ANN) == sim.live_events(ANN)
    assert again.live_events(BEN) == sim.live_events(BEN)
    again.patch_event(ANN, "series_20310328T090000Z", {"summary": "New"})
    api.events()._http.http.app = again.app
    items, _, _ = follow(api, calendarId="primary", syncToken=token)
    assert {item["id"] for item in items} == {
        "series", "series_20310327T090000Z", "series_20310328T090000Z",
    }  # fmt: skip


def test_a_crash_while_saving_leaves_the_former_state(
    sim: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "state.json"
    storage.save(sim, path)
    before = path.read_text()

    def crash(*_args: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("os.fsync", crash)
    with pytest.raises(OSError, match="disk full"):
        storage.save(sim, path)
    assert path.read_text() == before
    assert [each.name for each in tmp_path.iterdir()] == ["state.json"]


def test_foreign_files_are_not_taken_for_state(sim: Simulator, tmp_path: Path) -> None:
    for text in ("{}", "[]", "nonsense"):
        (tmp_path / "x.json").write_text(text)
        with pytest.raises(ValueError):
            storage.load(sim, tmp_path / "x.json")


@pytest.mark.parametrize("month", [2, 3, 7, 10, 12])
def test_the_demo_team_is_there_at_any_time_of_year(month: int) -> None:
    now = datetime(2031, month, 28, 15, tzinfo=UTC)
    sim = Simulator(clock=FrozenClock(now), check_schemas=True)
    seed_demo(sim, now=now)
    api = connect(sim, DEMO_ANN)
    calendars = {item["id"]: item for item in api.calendarList().list().execute()["items"]}
    assert calendars[TEAM]["accessRole"] == "owner"
    assert calendars[HOLIDAYS]["accessRole"] == "reader"
    items, _, _ = follow(api, calendarId=TEAM, singleEvents=True)
    assert any(item.get("summary") == "Stand-up (later today)" for item in items)
    own = sim.live_events(DEMO_ANN)
    answers = {
        entry["responseStatus"]
        for event in own
        for entry in event.get("attendees", ())
        if entry.get("self")
    }
    assert {"accepted", "declined"} <= answers
    assert any(event.get("visibility") == "private" for event in own)


EXPORT = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//EN
X-WR-CALNAME:Choir
X-WR-TIMEZONE:Europe/Vienna
BEGIN:VEVENT
UID:series@example.org
RECURRENCE-ID;TZID=Europe/Vienna:20310401T190000
DTSTART;TZID=Europe/Vienna:20310401T200000
DTEND;TZID=Europe/Vienna:20310401T210000
SUMMARY:Rehearsal, late
END:VEVENT
BEGIN:VEVENT
UID:series@example.org
DTSTART;TZID=Europe/Vienna:20310325T190000
DTEND;TZID=Europe/Vienna:20310325T200000
RRULE:FREQ=WEEKLY;COUNT=4
EXDATE;TZID=Europe/Vienna:20310408T190000
SUMMARY:Rehearsal
ATTENDEE;CN=Zoe;PARTSTAT=ACCEPTED:mailto:zoe@example.org
END:VEVENT
BEGIN:VEVENT
UID:day@example.org
DTSTART;VALUE=DATE:20310501
SUMMARY:Concert
END:VEVENT
BEGIN:VEVENT
UID:broken@example.org
DTSTART:20310325T100000Z
DTEND:20310325T090000Z
SUMMARY:Ends before it starts
END:VEVENT
END:VCALENDAR
"""


def test_an_export_becomes_a_further_calendar(sim: Simulator, tmp_path: Path) -> None:
    path = tmp_path / "choir.ics"
    path.write_text(EXPORT.replace("\n", "\r\n"))
    calendar_id, loaded, refused = ics.load_file(sim, path, owner=ANN)
    assert (loaded, refused) == (3, 1)
    items, _, _ = follow(
        connect(sim), calendarId=calendar_id, singleEvents=True, orderBy="startTime"
    )
    assert [(item["summary"], item["start"].get("dateTime", item["start"].get("date")))
            for item in items] == [
        ("Rehearsal", "2031-03-25T19:00:00+01:00"),
        ("Rehearsal, late", "2031-04-01T20:00:00+02:00"),
        ("Rehearsal", "2031-04-15T19:00:00+02:00"),
        ("Concert", "2031-05-01"),
    ]  # fmt: skip
    entry = connect(sim).calendarList().get(calendarId=calendar_id).execute()
    assert (entry["summary"], entry["timeZone"]) == ("Choir", "Europe/Vienna")
    assert ics.load_file(sim, path, owner=ANN) == (calendar_id, 0, 0)


@pytest.fixture
def control(sim: Simulator) -> Callable[..., tuple[int, str]]:
    """Asks the control page as this machine's browser or a script would."""
    sim.app.control = Control(sim)

    def ask(
        path: str, method: str = "GET", body: str | None = None, **headers: str
    ) -> tuple[int, str]:
        sent = {"host": "127.0.0.1:9009", "content-type": "application/x-www-form-urlencoded"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        response, content = sim.http().request(
            f"http://127.0.0.1:9009/control/{path}", method, body=body, headers=sent
        )
        return response.status, content.decode()

    return ask


def test_the_control_page_plays_somebody_else(
    sim: Simulator, control: Callable[..., tuple[int, str]]
) -> None:
    form = f"calendar={ANN}&summary=Theirs&start=2031-03-25T10:00&minutes=30"
    status, text = control("events/insert", "POST", form)
    event_id = json.loads(text)["event"]["id"]
    assert (status, len(sim.live_events(ANN))) == (200, 1)
    assert "Theirs" in control(f"?calendar={ANN}")[1]
    move = f"calendar={ANN}&event={event_id}&summary=New&start=2031-03-26"
    control("events/patch", "POST", move)
    moved = sim.get_event(ANN, event_id)
    assert (moved["summary"], moved["start"]) == ("New", {"date": "2031-03-26"})
    control("events/delete", "POST", f"calendar={ANN}&event={event_id}")
    assert sim.live_events(ANN) == []
    assert control("events/delete", "POST", f"calendar={ANN}&event={event_id}")[0] == 400


def test_google_can_be_switched_off_and_on_while_the_page_works(
    sim: Simulator, api: Any, control: Callable[..., tuple[int, str]]
) -> None:
    page = control("offline", "POST", accept="text/html", origin="http://127.0.0.1:9009")
    assert page[0] == 303
    with pytest.raises(ConnectionRefusedError):
        api.colors().get().execute()
    assert "Google is off" in control("")[1]
    assert json.loads(control("state.json")[1])["offline"] is True
    control("online", "POST")
    api.colors().get().execute()
    assert "colors" in control("requests")[1]


@pytest.mark.parametrize(
    ("action", "form"),
    [
        ("expire-sync-tokens", ""),
        ("expire-access-tokens", ""),
        ("revoke", f"email={ANN}"),
        ("fail", "n=2&status=429&reason=rateLimitExceeded&shape=new&when=after"),
        ("drop", "n=1&when=before"),
        ("slow", "seconds=1"),
        ("random-faults", "rate=0.1"),
        ("quota", "on=1"),
        ("clear-faults", ""),
        ("credentials", f"email={ANN}"),
    ],
)
def test_every_switch_answers_scripts_in_json(
    control: Callable[..., tuple[int, str]], action: str, form: str
) -> None:
    status, text = control(action, "POST", form)
    assert (status, json.loads(text)["ok"]) == (200, True)


@pytest.mark.parametrize(
    ("action", "form"),
    [
        ("fail", "status=200"),
        ("fail", "n=x"),
        ("drop", "when=never"),
        ("slow", "seconds=999"),
        ("random-faults", "rate=2"),
        ("revoke", ""),
        ("events/insert", f"calendar={ANN}&start=soon"),
        ("events/insert", "calendar=nothing&start=2031-03-25T10:00"),
    ],
)
def test_nonsense_is_refused_with_a_reason(
    control: Callable[..., tuple[int, str]], action: str, form: str
) -> None:
    status, text = control(action, "POST", form)
    assert (status, json.loads(text)["ok"]) == (400, False)
    assert control(action, "POST", form, accept="text/html")[0] == 400


def test_the_control_page_takes_nothing_from_other_sites_or_names(
    sim: Simulator, control: Callable[..., tuple[int, str]]
) -> None:
    assert control("offline", "POST", origin="http://evil.example.org")[0] == 403
    assert control("offline", "POST", origin="null")[0] == 403
    assert control("offline", "POST", sec_fetch_site="cross-site")[0] == 403
    assert control("", host="evil.example.org")[0] == 403
    assert sim.faults.offline == ""


def test_titles_cannot_put_markup_into_the_page(
    sim: Simulator, control: Callable[..., tuple[int, str]]
) -> None:
    sim.insert_event(ANN, timed("<script>alert(1)</script>"))
    assert "<script>" not in control(f"?calendar={ANN}")[1]


def test_the_program_serves_keeps_its_state_and_ends_on_sigterm(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    command = [
        sys.executable, "-m", "google_simulator", "--port", "0", "--state", str(state),
        "--seed", "demo", "--control",
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        form = f"calendar={DEMO_ANN}&summary=Kept&start=2031-03-25T10:00".encode()
        with urllib.request.urlopen(f"{url}/control/events/insert", form, timeout=5) as answer:
            assert answer.status == 200
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(f"{url}/calendar/v3/colors", timeout=5)
        caught.value.close()
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == 0
    assert "Kept" in state.read_text()


def test_the_control_page_is_refused_off_loopback() -> None:
    command = [sys.executable, "-m", "google_simulator", "--host", "192.0.2.1", "--control"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
    assert done.returncode == 2
    assert "this machine only" in done.stderr
