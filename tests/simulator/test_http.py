"""What the front end does with any request: parameters, fields, tunnels, batches."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest
from googleapiclient.http import BatchHttpRequest

from google_simulator import Simulator
from google_simulator.discovery import SchemaMisfitError, check_answer, methods
from tests.simulator.conftest import ANN, connect, follow, timed

if TYPE_CHECKING:
    from collections.abc import Callable

BASE = "http://simulator.test/calendar/v3"
EVENTS = f"{BASE}/calendars/primary/events"


def call(
    sim: Simulator, uri: str, method: str = "GET", body: Any = None, **headers: str
) -> tuple[int, Any]:
    token = sim.credentials_json(ANN)["token"]
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if isinstance(body, dict):
        body = json.dumps(body)
    response, content = sim.http().request(
        uri, method, body=body, headers={"authorization": f"Bearer {token}", **sent}
    )
    return response.status, json.loads(content) if content else None


def test_every_method_of_the_document_is_served() -> None:
    from google_simulator.app import HANDLERS

    assert set(HANDLERS) == set(methods())


@pytest.mark.parametrize(
    "query",
    [
        "nonsense=1",
        "calendarId=x",
        "maxResults=many",
        "maxResults=99999999999999999999",
        "singleEvents=perhaps",
        "orderBy=size",
        "alt=xml",
        "fields=items(",
        "fields=nonsense",
        "fields=items(id,nonsense)",
        "fields=" + "items(" * 60,
        "eventTypes=party",
    ],
)
def test_wrong_parameters_are_refused(sim: Simulator, query: str) -> None:
    status, body = call(sim, f"{EVENTS}?{query}")
    assert status == 400
    assert body["error"]["code"] == 400


def test_an_unknown_parameter_is_named(sim: Simulator) -> None:
    _, body = call(sim, f"{EVENTS}?timemin=2031-01-01T00:00:00Z")
    assert '"timemin"' in body["error"]["message"]


@pytest.mark.parametrize("body", ["{", "[]", "7", '"x"', "[" * 100_000, "null"])
def test_a_body_that_is_no_object_is_refused(sim: Simulator, body: str) -> None:
    assert call(sim, EVENTS, "POST", body)[0] == 400


@pytest.mark.parametrize(
    "body",
    [
        {"attendees": "x"},
        {"attendees": ["x"]},
        {"start": []},
        {"start": {"dateTime": 7}},
        {"recurrence": [7]},
        {"recurrence": "RRULE:FREQ=DAILY"},
        {"reminders": {"overrides": [{"minutes": "x"}]}},
        {"extendedProperties": {"private": {"a": 7}}},
        {"sequence": "x"},
        {"attendees": [None]},
        {"attendees": [{"email": None}]},
        {"recurrence": [None]},
        {"reminders": {"useDefault": False, "overrides": [None]}},
        {"reminders": {"useDefault": False, "overrides": [{"method": "popup", "minutes": None}]}},
        {"summary": "\ud800", "id": "abc123"},
        {"start": {"date": "0001-01-01"}, "end": {"date": "9999-12-31"}},
        {key: {"dateTime": "9999-12-31T23:59:59Z"} for key in ("start", "end")},
        {"start": {"dateTime": "0001-01-01T00:00:00+14:00"}},
    ],
)  # fmt: skip
def test_values_of_a_wrong_type_or_size_never_cause_a_5xx(
    sim: Simulator, body: dict[str, Any]
) -> None:
    status, _ = call(sim, EVENTS, "POST", timed() | body)
    assert status < 500


def test_unknown_fields_of_a_body_are_ignored(sim: Simulator) -> None:
    body = timed(nonsense=1, source={"title": "x", "url": "https://example.org", "nonsense": 1})
    status, made = call(sim, EVENTS, "POST", body)
    assert status == 200
    assert made["source"] == {"title": "x", "url": "https://example.org"}


def test_times_before_there_were_zones_are_printed_in_utc(sim: Simulator) -> None:
    times = {which: {"dateTime": "1850-01-01T12:00:00Z"} for which in ("start", "end")}
    _, made = call(sim, EVENTS, "POST", times)
    assert made["start"]["dateTime"] == "1850-01-01T12:00:00Z"


def test_wrong_paths_and_verbs_are_not_found(sim: Simulator) -> None:
    assert call(sim, f"{BASE}/nonsense")[0] == 404
    assert call(sim, EVENTS, "DELETE")[0] == 404


def test_a_partial_answer_holds_what_was_asked_and_may_lose_the_token(
    sim: Simulator, api: Any
) -> None:
    sim.insert_event(ANN, timed(id="abc123", attendees=[{"email": "x@example.org"}]))
    fields = "kind,items(id,attendees/email)"
    answer = api.events().list(calendarId="primary", fields=fields).execute()
    assert answer == {
        "kind": "calendar#events",
        "items": [{"id": "abc123", "attendees": [{"email": "x@example.org"}]}],
    }


def test_a_query_that_is_too_long_comes_as_a_form(
    sim: Simulator, either: Callable[..., Any]
) -> None:
    api = either()
    for number in range(3):
        sim.insert_event(ANN, timed(id=f"event{number}"))
    words = " ".join(["talk"] * 600)
    items, _, pages = follow(api, calendarId="primary", q=words, maxResults=2)
    assert (len(items), pages) == (3, 2)
    assert {request.method for request in sim.requests if "events" in request.path} == {"GET"}


def test_a_patch_may_be_tunnelled(sim: Simulator) -> None:
    sim.insert_event(ANN, timed(id="abc123"))
    status, body = call(
        sim, f"{EVENTS}/abc123", "POST", {"summary": "New"}, x_http_method_override="PATCH"
    )
    assert (status, body["summary"]) == (200, "New")


@pytest.mark.parametrize("path", ["/batch/calendar/v3", "/batch"])
def test_a_batch_answers_each_call_by_itself(sim: Simulator, api: Any, path: str) -> None:
    found: dict[str, Any] = {}

    def note(request_id: str, answer: Any, error: Any) -> None:
        found[request_id] = error.status_code if error else answer

    batch = BatchHttpRequest(callback=note, batch_uri=f"{sim.base_url}{path}")
    batch.add(api.events().insert(calendarId="primary", body=timed(id="abc123")), request_id="a")
    batch.add(api.events().get(calendarId="primary", eventId="nothing0"), request_id="b")
    batch.add(api.events().delete(calendarId="primary", eventId="abc123"), request_id="c")
    batch.execute()
    assert found["a"]["id"] == "abc123"
    assert found["b"] == 404
    assert sim.get_event(ANN, "abc123")["status"] == "cancelled"


def test_a_batch_of_the_client_cannot_reach_the_real_google(sim: Simulator, api: Any) -> None:
    batch = api.new_batch_http_request()
    seen: list[Any] = []
    batch.add(api.colors().get(), callback=lambda _id, answer, _error: seen.append(answer))
    batch.execute()
    assert seen[0]["kind"] == "calendar#colors"


def test_a_broken_batch_is_refused(sim: Simulator) -> None:
    uri = "http://simulator.test/batch/calendar/v3"
    assert call(sim, uri, "POST", "x")[0] == 400


def test_answers_may_be_compressed(clock: Any) -> None:
    sim = Simulator(clock=clock, gzip=True)
    sim.add_person(ANN)
    token = sim.credentials_json(ANN)["token"]
    captured: dict[str, Any] = {}

    def start(_status: str, headers: list[tuple[str, str]], _exc: Any = None) -> Any:
        captured.update(headers)

    environ = sim.http()._environ(
        f"{BASE}/colors", "GET", None, {"authorization": f"Bearer {token}"}
    ) | {"HTTP_ACCEPT_ENCODING": "gzip"}
    content = b"".join(sim.app(environ, start))
    assert captured["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(content))["kind"] == "calendar#colors"


def test_an_answer_that_does_not_fit_the_document_is_noticed() -> None:
    check_answer("Event", {"id": "x", "start": {"date": "2031-01-01"}})
    for wrong in (
        {"nonsense": 1},
        {"sequence": "1"},
        {"sequence": True},
        {"start": {"date": "tomorrow"}},
        {"attendees": [{"email": 7}]},
    ):
        with pytest.raises(SchemaMisfitError):
            check_answer("Event", wrong)


def test_the_same_transport_serves_several_people(sim: Simulator) -> None:
    shared = sim.http()
    ann, ben = connect(sim, ANN, http=shared), connect(sim, "ben@example.test", http=shared)
    assert ann.calendarList().get(calendarId="primary").execute()["id"] == ANN
    assert ben.calendarList().get(calendarId="primary").execute()["id"] == "ben@example.test"
