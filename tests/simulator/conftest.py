"""A small team at the stand-in for Google, spoken to through the real client library only."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import google_auth_httplib2
import pytest
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build

from google_simulator import FrozenClock, Simulator, ThreadedSimulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ANN, BEN, CLEO = "ann@example.test", "ben@example.test", "cleo@example.test"
NOW = datetime(2031, 3, 24, 9, 0, tzinfo=UTC)


def credentials(simulator: Simulator, email: str, **kwargs: Any) -> Credentials:
    """google-auth's credentials for somebody, refreshed at the simulator (trap 46)."""
    info = simulator.credentials_json(email, **kwargs)
    return Credentials(
        info["token"],
        refresh_token=info["refresh_token"],
        token_uri=info["token_uri"],
        client_id=info["client_id"],
        client_secret=info["client_secret"],
        scopes=info["scopes"],
    )


def connect(simulator: Simulator, email: str = ANN, *, http: Any = None, **kwargs: Any) -> Any:
    """The real client, signed in as somebody."""
    transport = http or simulator.http()
    authorized = google_auth_httplib2.AuthorizedHttp(
        credentials(simulator, email, **kwargs), http=transport
    )
    options = {"api_endpoint": f"{simulator.base_url}/calendar/v3/"}
    return build("calendar", "v3", http=authorized, client_options=options)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOW)


@pytest.fixture
def sim(clock: FrozenClock) -> Simulator:
    made = Simulator(clock=clock, seed=7, check_schemas=True)
    made.add_person(ANN, time_zone="Europe/Berlin")
    made.add_person(BEN, time_zone="America/Chicago")
    made.add_person(CLEO, time_zone="Australia/Lord_Howe")
    return made


@pytest.fixture
def api(sim: Simulator) -> Any:
    """The client, signed in as Ann, in process."""
    return connect(sim)


@pytest.fixture(params=["in process", "server"])
def either(request: pytest.FixtureRequest, sim: Simulator) -> Iterator[Callable[..., Any]]:
    """Connects a client in process and, in a second run of the test, over a socket."""
    if request.param == "in process":
        yield lambda email=ANN: connect(sim, email)
        return
    import httplib2

    with ThreadedSimulator(sim):
        opened: list[httplib2.Http] = []

        def over_socket(email: str = ANN) -> Any:
            opened.append(httplib2.Http(timeout=5))
            return connect(sim, email, http=opened[-1])

        yield over_socket
        for http in opened:
            http.close()


def timed(summary: str = "Talk", *, day: int = 25, hour: int = 10, **more: Any) -> dict[str, Any]:
    """A one-hour event in March 2031, Berlin time."""
    return {
        "summary": summary,
        "start": {"dateTime": f"2031-03-{day:02}T{hour:02}:00:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": f"2031-03-{day:02}T{hour + 1:02}:00:00", "timeZone": "Europe/Berlin"},
        **more,
    }


def all_day(summary: str = "Trip", *, first: str, end: str, **more: Any) -> dict[str, Any]:
    """An all-day event; `end` is exclusive."""
    return {"summary": summary, "start": {"date": first}, "end": {"date": end}, **more}


def follow(api: Any, **query: Any) -> tuple[list[dict[str, Any]], str | None, int]:
    """All items of a list of events, its sync token, the number of pages."""
    items: list[dict[str, Any]] = []
    request, pages = api.events().list(**query), 0
    while True:
        answer = request.execute()
        items += answer["items"]
        pages += 1
        following = api.events().list_next(request, answer)
        if following is None:
            return items, answer.get("nextSyncToken"), pages
        request = following
