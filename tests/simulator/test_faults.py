"""Failures on demand, quotas, and the log of requests."""

from __future__ import annotations

import http.client
from typing import TYPE_CHECKING, Any

import httplib2
import pytest

from google_simulator import ThreadedSimulator
from tests.simulator.conftest import ANN, connect, timed
from tests.simulator.reasons import error_of, refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from google_simulator import FrozenClock, Simulator


def insert(api: Any, event_id: str = "abc123") -> dict[str, Any]:
    return api.events().insert(calendarId="primary", body=timed(id=event_id)).execute()


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("refused", ConnectionRefusedError),
        ("dns", httplib2.ServerNotFoundError),
        ("timeout", TimeoutError),
    ],
)
def test_offline_nothing_answers_and_online_everything_is_there(
    sim: Simulator, api: Any, kind: Any, error: type[Exception]
) -> None:
    sim.faults.go_offline(kind=kind)
    with pytest.raises(error):
        insert(api)
    sim.faults.go_online()
    assert sim.live_events(ANN) == []
    insert(api)


def test_offline_the_server_hangs_up_without_an_answer(sim: Simulator) -> None:
    with ThreadedSimulator(sim) as server:
        sim.faults.go_offline()
        for path in ("/calendar/v3/colors", "/token"):
            connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=5)
            connection.request("POST", path, body="")
            with pytest.raises(ConnectionError):
                connection.getresponse()
            connection.close()


def test_an_error_before_has_no_effect_and_one_after_has(
    sim: Simulator, either: Callable[..., Any]
) -> None:
    api = either()
    sim.faults.fail_next(1, status=503, when="before", method="POST")
    assert refusal(lambda: insert(api, "first")) == (503, "backendError")
    sim.faults.fail_next(1, status=500, when="after", method="POST")
    assert refusal(lambda: insert(api, "second")) == (500, "backendError")
    assert [event["id"] for event in sim.live_events(ANN)] == ["second"]


def test_a_lost_reply_leaves_the_effect(sim: Simulator, api: Any) -> None:
    sim.faults.drop_next(1, when="after")
    with pytest.raises(http.client.RemoteDisconnected):
        insert(api)
    assert refusal(lambda: insert(api)) == (409, "duplicate")


def test_over_a_socket_a_drop_is_an_error_of_the_connection(
    sim: Simulator, either: Callable[..., Any]
) -> None:
    api = either()
    # httplib2 itself asks once more when a connection ends without an answer.
    sim.faults.drop_next(2, when="before")
    with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        insert(api)
    sim.faults.clear()
    insert(api)


def test_a_slow_reply_meets_the_clients_timeout(sim: Simulator, clock: FrozenClock) -> None:
    api = connect(sim, http=sim.http(timeout=5))
    before = clock.now()
    sim.faults.slow_next(3)
    insert(api, "late1")
    assert (clock.now() - before).total_seconds() == 3
    sim.faults.slow_next(30)
    with pytest.raises(TimeoutError):
        insert(api, "late2")
    assert len(sim.live_events(ANN)) == 2


def test_a_fault_may_be_meant_for_one_method_or_path(sim: Simulator, api: Any) -> None:
    sim.faults.fail_next(1, status=503, method="PATCH", path_contains="/events/")
    insert(api)
    request = api.events().patch(calendarId="primary", eventId="abc123", body={"summary": "x"})
    assert refusal(request.execute)[0] == 503
    request.execute()


@pytest.mark.parametrize(("shape", "has_status"), [("legacy", False), ("new", True)])
def test_both_shapes_of_a_rate_limit(
    sim: Simulator, api: Any, shape: Any, has_status: bool
) -> None:
    sim.faults.fail_next(1, status=403, reason="rateLimitExceeded", shape=shape)
    error = error_of(api.colors().get().execute)
    assert error["errors"][0]["domain"] == "usageLimits"
    assert ("status" in error) is has_status
    assert ("details" in error) is has_status


def test_over_quota_for_writes_reads_still_work(sim: Simulator, api: Any) -> None:
    sim.faults.quota_exceeded_for_writes()
    assert refusal(lambda: insert(api)) == (403, "quotaExceeded")
    api.events().list(calendarId="primary").execute()
    sim.faults.quota_exceeded_for_writes(False)
    insert(api)


def test_a_patch_costs_three_and_the_bucket_refills(
    sim: Simulator, api: Any, clock: FrozenClock
) -> None:
    insert(api)
    sim.quota.enable(per_user_per_minute=6)
    for number in range(2):
        body = {"summary": str(number)}
        api.events().patch(calendarId="primary", eventId="abc123", body=body).execute()
    assert refusal(api.colors().get().execute) == (403, "rateLimitExceeded")
    clock.sleep(10)
    api.colors().get().execute()
    sim.quota.enable(per_user_per_minute=1, status=429, shape="legacy")
    api.colors().get().execute()
    assert refusal(api.colors().get().execute) == (429, "rateLimitExceeded")
    api.colors().get(quotaUser="another").execute()
    sim.quota.disable()
    api.colors().get().execute()


def test_random_faults_strike_before_or_after_the_effect(sim: Simulator, api: Any) -> None:
    sim.faults.random_faults(0.5)
    outcomes = []
    for number in range(40):
        try:
            insert(api, f"event{number}")
            outcomes.append("ok")
        except Exception as error:
            outcomes.append(type(error).__name__)
    assert {"ok", "HttpError", "RemoteDisconnected"} <= set(outcomes)
    kept = {event["id"] for event in sim.live_events(ANN)}
    in_vain = [n for n, outcome in enumerate(outcomes) if outcome != "ok"]
    assert 0 < sum(f"event{n}" in kept for n in in_vain) < len(in_vain)
    sim.faults.random_faults(0)
    insert(api, "final")


def test_requests_are_recorded_without_tokens(sim: Simulator, api: Any) -> None:
    sim.faults.expire_access_tokens()
    request = api.events().patch(calendarId="primary", eventId="abc123", body={"summary": "x"})
    request.headers["If-Match"] = '"1"'
    refusal(request.execute)
    seen = sim.requests[-1]
    assert (seen.method, seen.path, seen.status, seen.user) == (
        "PATCH",
        "/calendar/v3/calendars/primary/events/abc123",
        404,
        ANN,
    )
    assert (seen.if_match, seen.body) == ('"1"', {"summary": "x"})
    assert "1//" not in str(sim.requests)
    assert "ya29" not in str(sim.requests)


def test_an_unanswered_request_is_recorded_with_status_0(sim: Simulator, api: Any) -> None:
    sim.faults.go_offline()
    with pytest.raises(ConnectionRefusedError):
        insert(api)
    assert sim.requests[-1].status == 0


def test_a_fault_at_the_token_endpoint_has_the_flat_shape(sim: Simulator) -> None:
    sim.faults.fail_next(1, status=500, reason="internal_failure", path_contains="/token")
    response, content = sim.http().request("http://simulator.test/token", "POST")
    assert response.status == 500
    assert b'"error": "internal_failure"' in content
