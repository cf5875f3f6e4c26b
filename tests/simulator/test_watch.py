"""Push channels."""

from __future__ import annotations

from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import pytest

from google_simulator import ThreadedSimulator
from tests.simulator.conftest import ANN, BEN, connect, timed
from tests.simulator.reasons import refusal

if TYPE_CHECKING:
    from google_simulator import FrozenClock, Simulator
    from google_simulator.watch import Message

ADDRESS = "https://hooks.example.org/google"


@pytest.fixture
def heard(sim: Simulator) -> list[dict[str, str]]:
    """The headers of what was sent."""
    messages: list[dict[str, str]] = []

    def sender(message: Message) -> int:
        messages.append(message.headers)
        return 200

    sim.channels.sender = sender
    return messages


def watch(api: Any, channel: str = "one", **more: Any) -> dict[str, Any]:
    body = {"id": channel, "type": "web_hook", "address": ADDRESS, **more}
    return api.events().watch(calendarId="primary", body=body).execute()


def states(heard: list[dict[str, str]]) -> list[str]:
    return [headers["X-Goog-Resource-State"] for headers in heard]


def test_a_channel_hears_sync_first_then_that_something_exists(
    sim: Simulator, api: Any, heard: list[dict[str, str]]
) -> None:
    answer = watch(api, token="secret")
    sim.insert_event(ANN, timed(id="abc123"))
    api.events().delete(calendarId="primary", eventId="abc123").execute()
    assert states(heard) == ["sync", "exists", "exists"]
    numbers = [int(headers["X-Goog-Message-Number"]) for headers in heard]
    assert numbers[0] == 1
    assert numbers == sorted(set(numbers))
    assert {headers["X-Goog-Channel-Token"] for headers in heard} == {"secret"}
    assert {headers["X-Goog-Resource-ID"] for headers in heard} == {answer["resourceId"]}
    assert heard[0]["X-Goog-Channel-Expiration"] == "Mon, 31 Mar 2031 09:00:00 GMT"
    assert answer["expiration"] == "1932714000000"


def test_a_channel_hears_only_of_its_collection(
    sim: Simulator, api: Any, heard: list[dict[str, str]]
) -> None:
    watch(api)
    body = {"id": "list", "type": "web_hook", "address": ADDRESS}
    api.calendarList().watch(body=body).execute()
    sim.insert_event(BEN, timed())
    assert states(heard) == ["sync", "sync"]
    sim.add_calendar(owner=ANN, summary="New")
    sim.insert_event(ANN, timed())
    assert [headers["X-Goog-Channel-ID"] for headers in heard[2:]] == ["one", "list"]


def test_a_stopped_or_expired_channel_is_silent(
    sim: Simulator, api: Any, heard: list[dict[str, str]], clock: FrozenClock
) -> None:
    first = watch(api, params={"ttl": "60"})
    second = watch(api, "two")
    body = {"id": "two", "resourceId": second["resourceId"]}
    other = connect(sim, BEN).channels().stop(body=body)
    assert refusal(other.execute) == (404, "notFound")
    api.channels().stop(body=body).execute()
    assert refusal(api.channels().stop(body=body).execute) == (404, "notFound")
    clock.advance(timedelta(seconds=61))
    sim.insert_event(ANN, timed())
    assert states(heard) == ["sync", "sync"]
    assert int(first["expiration"]) < clock.now().timestamp() * 1000


def test_lost_access_and_a_revoked_grant_just_stop_the_messages(
    sim: Simulator, heard: list[dict[str, str]]
) -> None:
    sim.share(ANN, with_=BEN, role="reader")
    body = {"id": "ben", "type": "web_hook", "address": ADDRESS}
    connect(sim, BEN).events().watch(calendarId=ANN, body=body).execute()
    sim.share(ANN, with_=BEN, role="none")
    sim.insert_event(ANN, timed())
    sim.share(ANN, with_=BEN, role="reader")
    sim.faults.revoke_grant(BEN)
    sim.insert_event(ANN, timed())
    assert states(heard) == ["sync"]


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"address": "http://hooks.example.org/"}, "push.webhookUrlNotHttps"),
        ({"address": "nonsense"}, "push.webhookUrlUnauthorized"),
        ({"type": "pigeon"}, "invalid"),
        ({"id": ""}, "required"),
        ({"id": "x" * 65}, "required"),
        ({"params": {"ttl": "soon"}}, "invalid"),
    ],
)
def test_a_wrong_channel_is_refused(
    api: Any, heard: list[dict[str, str]], more: dict[str, Any], reason: str
) -> None:
    assert refusal(lambda: watch(api, **more))[1] == reason
    assert heard == []


def test_a_channel_id_is_used_once(api: Any, heard: list[dict[str, str]]) -> None:
    watch(api)
    assert refusal(lambda: watch(api)) == (400, "channelIdNotUnique")


def test_holidays_cannot_be_watched(sim: Simulator, api: Any) -> None:
    holidays = sim.add_calendar(
        owner="nobody@example.test", summary="Holidays", calendar_id="x#holiday@v", push=False
    )
    sim.share(holidays, with_=ANN)
    body = {"id": "one", "type": "web_hook", "address": ADDRESS}
    request = api.events().watch(calendarId=holidays, body=body)
    assert refusal(request.execute) == (400, "pushNotSupportedForRequestedResource")


def test_messages_may_be_lost_repeated_and_retried(
    sim: Simulator, api: Any, clock: FrozenClock
) -> None:
    replies = [200, 503, 503, 200, 404]
    seen: list[int] = []

    def sender(_message: Message) -> int:
        seen.append(replies[len(seen)] if len(seen) < len(replies) else 200)
        return seen[-1]

    sim.channels.sender = sender
    watch(api)
    sim.insert_event(ANN, timed())
    assert seen == [200, 503, 503, 200]
    sim.insert_event(ANN, timed())
    assert seen[4:] == [404]
    sim.channels.lose = 1
    sim.insert_event(ANN, timed())
    assert len(seen) == 5
    sim.channels.repeat = 1
    sim.insert_event(ANN, timed())
    assert len(seen) == 7


def test_a_message_arrives_over_plain_http_on_this_machine(sim: Simulator) -> None:
    arrived, states_seen = Event(), []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            states_seen.append(self.headers["X-Goog-Resource-State"])
            self.send_response(204)
            self.end_headers()
            if len(states_seen) == 2:
                arrived.set()

        def log_message(self, *_args: Any) -> None:
            return

    with HTTPServer(("127.0.0.1", 0), Receiver) as receiver, ThreadedSimulator(sim):
        thread = Thread(target=receiver.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        watch(connect(sim), address=f"http://127.0.0.1:{receiver.server_port}/hook")
        sim.insert_event(ANN, timed())
        assert arrived.wait(5)
        receiver.shutdown()
        thread.join()
    assert states_seen == ["sync", "exists"]
