"""The gateway against the stand-in for Google, through Google's own client library."""

from __future__ import annotations

import datetime as dt
import ssl
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import httplib2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from calendars.google import connections
from calendars.google.client import gateway_for, primary_address, use_transport
from calendars.sync.ports import (
    BusyError,
    GoneError,
    GrantLostError,
    IdTakenError,
    PreconditionFailedError,
    RateLimitedError,
    SyncTokenInvalidError,
    UnreachableError,
    WritesPausedError,
)
from google_simulator import FrozenClock, Simulator
from tests.sync.canned import Canned

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from calendars.sync.ports import Gateway

ANN, BEN = "ann@example.test", "ben@example.test"
NOW = dt.datetime(2026, 3, 10, 9, 0, tzinfo=dt.UTC)
WINDOW = (NOW - dt.timedelta(days=30), NOW + dt.timedelta(days=90))


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOW)


@pytest.fixture
def google(clock: FrozenClock) -> Iterator[Simulator]:
    simulator = Simulator(clock=clock, seed=3, check_schemas=True)
    simulator.add_person(ANN, time_zone="Europe/Berlin")
    with use_transport(simulator.http):
        yield simulator


@pytest.fixture
def renewed() -> list[Mapping[str, Any]]:
    """What the gateway has handed out to be stored."""
    return []


@pytest.fixture
def gateway(google: Simulator, clock: FrozenClock, renewed: list[Mapping[str, Any]]) -> Gateway:
    return gateway_for(
        credentials=google.credentials_json(ANN), on_refresh=renewed.append, clock=clock
    )


def timed(summary: str = "Talk", *, day: int = 11, **more: Any) -> dict[str, Any]:
    return {
        "summary": summary,
        "start": {"dateTime": f"2026-03-{day:02}T10:00:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": f"2026-03-{day:02}T11:00:00", "timeZone": "Europe/Berlin"},
        **more,
    }


def listed(gateway: Gateway, **more: Any) -> Any:
    asked = {"calendar_id": ANN, "sync_token": None, "window": WINDOW, "page_token": None}
    return gateway.list_events(**(asked | more))


def last(google: Simulator, method: str = "GET") -> Any:
    return [request for request in google.requests if request.method == method][-1]


def test_the_first_list_asks_for_the_window_and_keeps_series_whole(
    google: Simulator, gateway: Gateway
) -> None:
    google.insert_event(ANN, timed("Standup", recurrence=["RRULE:FREQ=DAILY;COUNT=5"]))

    page = listed(gateway)

    assert [item["summary"] for item in page.items] == ["Standup"]
    assert page.next_sync_token
    assert page.next_page_token is None
    assert last(google).query == {
        "singleEvents": "false",
        "maxResults": "2500",
        "timeMin": "2026-02-08T09:00:00Z",
        "timeMax": "2026-06-08T09:00:00Z",
        "alt": "json",
    }


def test_a_list_with_a_sync_token_repeats_the_parameters_without_the_window(
    google: Simulator, gateway: Gateway
) -> None:
    token = listed(gateway).next_sync_token
    google.insert_event(ANN, timed("New"))

    page = listed(gateway, sync_token=token)

    assert [item["summary"] for item in page.items] == ["New"]
    assert last(google).query == {
        "singleEvents": "false",
        "maxResults": "2500",
        "syncToken": token,
        "alt": "json",
    }


def test_a_page_without_items_is_not_the_end(google: Simulator, gateway: Gateway) -> None:
    stub = Canned(200, b'{"kind": "calendar#events", "nextPageToken": "more"}')

    with use_transport(lambda: stub):
        page = listed(gateway)

    assert (list(page.items), page.next_page_token, page.next_sync_token) == ([], "more", None)


def test_rows_that_cannot_be_events_are_left_out(google: Simulator, gateway: Gateway) -> None:
    stub = Canned(200, b'{"items": [null, {"status": "cancelled"}, {"id": "a"}]}')

    with use_transport(lambda: stub):
        assert listed(gateway).items == [{"id": "a"}]


@pytest.mark.parametrize("token", [b"5", b'{"a": 1}', b"[]", b"true"])
def test_a_token_that_is_none_is_no_answer_of_google(
    google: Simulator, gateway: Gateway, token: bytes
) -> None:
    for name in (b"nextPageToken", b"nextSyncToken"):
        stub = Canned(200, b'{"items": [], "' + name + b'": ' + token + b"}")
        with use_transport(lambda stub=stub: stub), pytest.raises(UnreachableError):  # type: ignore[misc]
            listed(gateway)


def test_of_the_calendar_list_what_cannot_be_is_left_out(
    google: Simulator, gateway: Gateway
) -> None:
    odd = b'{"id": "a@x.test", "summary": 5, "defaultReminders": [null, {"minutes": "x"}]}'
    stub = Canned(200, b'{"items": [null, 5, {"id": "' + b"x" * 321 + b'"}, ' + odd + b"]}")

    with use_transport(lambda: stub):
        assert gateway.list_calendars() == [{"id": "a@x.test", "defaultReminders": [{}]}]
        with pytest.raises(UnreachableError):
            gateway.subscribe(calendar_id="a@x.test")


def test_a_calendar_list_that_does_not_end_is_given_up(google: Simulator, gateway: Gateway) -> None:
    stub = Canned(200, b'{"items": [{"id": "a@x.test"}], "nextPageToken": "again"}')

    with use_transport(lambda: stub), pytest.raises(BusyError):
        gateway.list_calendars()

    assert len(stub.asked) == 2


def test_all_pages_of_the_calendar_list_come_hidden_entries_included(
    google: Simulator, gateway: Gateway
) -> None:
    ids = {google.add_calendar(owner=ANN, summary=f"Calendar {n}") for n in range(260)}

    found = {entry["id"] for entry in gateway.list_calendars()}

    assert found == ids | {ANN}
    assert last(google).query["showHidden"] == "true"


def test_the_primary_calendar_tells_the_address(google: Simulator) -> None:
    assert primary_address(credentials=google.credentials_json(ANN)) == ANN


def test_an_event_is_made_read_changed_and_deleted(google: Simulator, gateway: Gateway) -> None:
    made = gateway.insert_event(calendar_id=ANN, body=timed(id="a" * 32), notify="none")
    patched = gateway.patch_event(
        calendar_id=ANN,
        event_id=made["id"],
        body={"summary": "Renamed"},
        etag=made["etag"],
        notify="none",
    )

    read = gateway.get_event(calendar_id=ANN, event_id=made["id"])
    assert (read["summary"], read["etag"]) == ("Renamed", patched["etag"])
    assert last(google, "PATCH").if_match == made["etag"]

    gateway.delete_event(calendar_id=ANN, event_id=made["id"], etag=patched["etag"], notify="none")
    assert gateway.get_event(calendar_id=ANN, event_id=made["id"])["status"] == "cancelled"
    assert last(google, "DELETE").if_match == patched["etag"]


def test_without_an_etag_a_change_is_unconditional(google: Simulator, gateway: Gateway) -> None:
    event = google.insert_event(ANN, timed())

    gateway.patch_event(
        calendar_id=ANN, event_id=event["id"], body={"summary": "x"}, etag=None, notify="none"
    )

    assert last(google, "PATCH").if_match == ""


@pytest.mark.parametrize(
    ("notify", "sent"), [("all", "all"), ("external", "externalOnly"), ("none", "none")]
)
def test_every_write_says_which_guests_google_tells(
    google: Simulator, gateway: Gateway, notify: str, sent: str
) -> None:
    made = gateway.insert_event(calendar_id=ANN, body=timed(id="b" * 32), notify=notify)
    gateway.patch_event(
        calendar_id=ANN, event_id=made["id"], body={"summary": "x"}, etag=None, notify=notify
    )
    gateway.delete_event(calendar_id=ANN, event_id=made["id"], etag=None, notify=notify)

    writes = [request for request in google.requests if request.method != "GET"]
    assert [request.query["sendUpdates"] for request in writes] == [sent] * 3


def test_a_conference_is_asked_for_only_when_the_change_has_one(
    google: Simulator, gateway: Gateway
) -> None:
    meet = {"createRequest": {"requestId": "1", "conferenceSolutionKey": {"type": "hangoutsMeet"}}}
    made = gateway.insert_event(
        calendar_id=ANN, body=timed(id="c" * 32, conferenceData=meet), notify="none"
    )
    assert made["conferenceData"]
    assert last(google, "POST").query["conferenceDataVersion"] == "1"

    gateway.patch_event(
        calendar_id=ANN, event_id=made["id"], body={"summary": "x"}, etag=None, notify="none"
    )
    assert "conferenceDataVersion" not in last(google, "PATCH").query
    assert "supportsAttachments" not in last(google, "PATCH").query


def test_attachments_are_announced(google: Simulator, gateway: Gateway) -> None:
    event = google.insert_event(ANN, timed())
    attachments = [{"fileUrl": "https://drive.example.test/1", "title": "Notes"}]

    gateway.patch_event(
        calendar_id=ANN,
        event_id=event["id"],
        body={"attachments": attachments},
        etag=None,
        notify="none",
    )

    assert last(google, "PATCH").query["supportsAttachments"] == "true"


def test_null_travels_so_that_a_field_can_be_cleared(google: Simulator, gateway: Gateway) -> None:
    event = google.insert_event(ANN, timed(location="Room 1"))

    patched = gateway.patch_event(
        calendar_id=ANN, event_id=event["id"], body={"location": None}, etag=None, notify="none"
    )

    assert "location" not in patched


def test_an_id_used_before_is_taken_even_after_a_delete(
    google: Simulator, gateway: Gateway
) -> None:
    body = timed(id="d" * 32)
    gateway.insert_event(calendar_id=ANN, body=body, notify="none")
    gateway.delete_event(calendar_id=ANN, event_id=body["id"], etag=None, notify="none")

    with pytest.raises(IdTakenError):
        gateway.insert_event(calendar_id=ANN, body=body, notify="none")


def test_a_stale_etag_is_a_failed_precondition(google: Simulator, gateway: Gateway) -> None:
    event = google.insert_event(ANN, timed())
    google.patch_event(ANN, event["id"], {"summary": "Theirs"})

    with pytest.raises(PreconditionFailedError):
        gateway.patch_event(
            calendar_id=ANN,
            event_id=event["id"],
            body={"summary": "Mine"},
            etag=event["etag"],
            notify="none",
        )


def test_deleting_twice_finds_it_gone(google: Simulator, gateway: Gateway) -> None:
    event = google.insert_event(ANN, timed())
    google.delete_event(ANN, event["id"])

    with pytest.raises(GoneError):
        gateway.delete_event(calendar_id=ANN, event_id=event["id"], etag=None, notify="none")
    with pytest.raises(GoneError):
        gateway.get_event(calendar_id=ANN, event_id="0unknown0")


def test_an_expired_or_broken_sync_token_asks_for_a_full_sync(
    google: Simulator, gateway: Gateway
) -> None:
    token = listed(gateway).next_sync_token
    google.faults.expire_sync_tokens()

    for bad in (token, "nonsense"):
        with pytest.raises(SyncTokenInvalidError):
            listed(gateway, sync_token=bad)


@pytest.mark.parametrize("status", [403, 429])
@pytest.mark.parametrize("shape", ["legacy", "new"])
def test_both_forms_of_a_rate_limit_are_one_error(
    google: Simulator, gateway: Gateway, status: int, shape: Any
) -> None:
    google.faults.fail_next(status=status, reason="rateLimitExceeded", shape=shape)

    with pytest.raises(RateLimitedError):
        listed(gateway)
    assert len(google.requests) == 1


def test_an_account_over_quota_pauses_writes_but_reads(google: Simulator, gateway: Gateway) -> None:
    google.faults.quota_exceeded_for_writes()

    with pytest.raises(WritesPausedError):
        gateway.insert_event(calendar_id=ANN, body=timed(id="e" * 32), notify="none")
    assert listed(gateway).next_sync_token


def test_a_write_whose_reply_is_lost_is_not_sent_again(google: Simulator, gateway: Gateway) -> None:
    google.faults.drop_next(when="after", method="POST")

    with pytest.raises(UnreachableError):
        gateway.insert_event(calendar_id=ANN, body=timed(id="f" * 32), notify="none")

    assert [event["id"] for event in google.live_events(ANN)] == ["f" * 32]
    assert len(google.requests) == 1


@pytest.mark.parametrize("kind", ["refused", "dns", "timeout"])
def test_without_a_network_google_is_unreachable(
    google: Simulator, gateway: Gateway, kind: Any
) -> None:
    google.faults.go_offline(kind=kind)

    with pytest.raises(UnreachableError):
        listed(gateway)


def test_an_expired_token_is_renewed_and_handed_out_to_be_stored(
    google: Simulator, gateway: Gateway, clock: FrozenClock, renewed: list[Mapping[str, Any]]
) -> None:
    before = google.credentials_json(ANN)
    clock.advance(dt.timedelta(minutes=57))

    listed(gateway)

    (stored,) = renewed
    assert stored["token"] != before["token"]
    assert stored["expiry"] == "2026-03-10T10:56:59Z"
    assert set(stored) == set(before)
    assert [request.status for request in google.requests] == [200, 200]


def test_a_token_that_google_no_longer_takes_is_renewed_once(
    google: Simulator, gateway: Gateway, renewed: list[Mapping[str, Any]]
) -> None:
    google.faults.expire_access_tokens()

    assert listed(gateway).next_sync_token
    assert len(renewed) == 1


def test_renewed_credentials_work_for_the_next_gateway(
    google: Simulator, gateway: Gateway, clock: FrozenClock, renewed: list[Mapping[str, Any]]
) -> None:
    google.faults.expire_access_tokens()
    listed(gateway)

    again = gateway_for(credentials=renewed[0], on_refresh=renewed.append, clock=clock)

    assert listed(again).next_sync_token
    assert len(renewed) == 1


def test_a_token_that_stays_refused_after_renewal_loses_the_grant(gateway: Gateway) -> None:
    refused = b'{"error": {"code": 401, "errors": [{"reason": "authError"}]}}'
    stub = Canned(401, refused, token=b'{"access_token": "t", "expires_in": 3599}')

    with use_transport(lambda: stub), pytest.raises(GrantLostError):
        listed(gateway)

    assert [method for method, _ in stub.asked] == ["GET", "POST", "GET"]


def test_a_revoked_grant_is_lost(google: Simulator, gateway: Gateway) -> None:
    google.faults.revoke_grant(ANN)

    with pytest.raises(GrantLostError) as caught:
        listed(gateway)
    assert caught.value.reason == "invalid_grant"


def test_a_missing_scope_is_explained(google: Simulator, gateway: Gateway) -> None:
    google.faults.withhold_scopes(ANN, google.credentials_json(ANN)["scopes"])

    with pytest.raises(GrantLostError, match="permission"):
        listed(gateway)


def test_credentials_without_a_refresh_token_ask_for_a_new_sign_in(
    google: Simulator, clock: FrozenClock
) -> None:
    credentials = google.credentials_json(ANN) | {"refresh_token": None, "token": None}
    gateway = gateway_for(credentials=credentials, on_refresh=lambda _: None, clock=clock)

    with pytest.raises(GrantLostError):
        listed(gateway)
    assert not google.requests


def test_a_busy_token_endpoint_is_asked_once(google: Simulator, clock: FrozenClock) -> None:
    gateway = gateway_for(
        credentials=google.credentials_json(ANN) | {"token": None},
        on_refresh=lambda _: None,
        clock=clock,
    )
    google.faults.fail_next(5, status=503, path_contains="token")

    with pytest.raises(BusyError):
        listed(gateway)
    assert google.faults.plan[0].left == 4


def test_tokens_are_renewed_where_the_credentials_say(
    google: Simulator, gateway: Gateway, clock: FrozenClock
) -> None:
    stub = Canned(200, b"{}", token=b'{"access_token": "t", "expires_in": 3599}')
    credentials = google.credentials_json(ANN) | {
        "token": None,
        "token_uri": "https://sign-in.example.test/token",
    }

    with use_transport(lambda: stub):
        listed(gateway_for(credentials=credentials, on_refresh=lambda _: None, clock=clock))

    assert stub.asked[0] == ("POST", "https://sign-in.example.test/token")


def test_requests_go_to_the_configured_endpoint(
    google: Simulator, clock: FrozenClock, settings: Any
) -> None:
    settings.GOOGLE_API_ENDPOINT = "http://127.0.0.1:9009/calendar/v3/"
    stub = Canned(200, b"{}")

    with use_transport(lambda: stub):
        listed(
            gateway_for(
                credentials=google.credentials_json(ANN), on_refresh=lambda _: None, clock=clock
            )
        )

    assert stub.asked[0][1].startswith(
        "http://127.0.0.1:9009/calendar/v3/calendars/ann%40example.test/events?"
    )


def test_a_thread_keeps_one_transport_for_all_accounts(
    google: Simulator, clock: FrozenClock
) -> None:
    google.add_person(BEN)
    made: list[Any] = []

    def make() -> Any:
        made.append(google.http())
        return made[-1]

    def list_both() -> None:
        for person in (ANN, BEN):
            credentials = google.credentials_json(person)
            one = gateway_for(credentials=credentials, on_refresh=lambda _: None, clock=clock)
            listed(one, calendar_id=person)

    with use_transport(make):
        list_both()
        thread = threading.Thread(target=list_both)
        thread.start()
        thread.join()

    assert len(made) == 2


def test_the_web_process_does_not_load_googles_client() -> None:
    check = (
        "import sys, calendars.google.client;"
        "loaded = {'googleapiclient', 'google.auth', 'httplib2'} & set(sys.modules);"
        "sys.exit(str(loaded) if loaded else 0)"
    )
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


class LateServer(BaseHTTPRequestHandler):
    """Holds back the answer to /late until told; answers everything with the path."""

    protocol_version = "HTTP/1.1"
    go_on = threading.Event()

    def do_GET(self) -> None:
        if self.path == "/late":
            self.go_on.wait(5)
        content = self.path.encode()
        self.send_response(302 if self.path == "/moved" else 200)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    LateServer.go_on.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), LateServer)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    LateServer.go_on.set()
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_late_answer_is_never_taken_for_that_of_the_next_request(server: str) -> None:
    http = connections.KeptHttp(timeout=0.05)
    with pytest.raises(TimeoutError):
        http.request(f"{server}/late")
    assert not http.connections
    LateServer.go_on.set()
    http.timeout = 10  # of the next connection

    _, content = http.request(f"{server}/next")

    assert content == b"/next"
    http.close()


def test_a_connection_is_kept_and_replaced_once_the_server_has_closed_it(server: str) -> None:
    http = connections.KeptHttp(timeout=1)
    http.request(f"{server}/one")
    (connection,) = http.connections.values()
    first = connection.sock
    http.request(f"{server}/two")
    assert connection.sock is first

    first.shutdown(2)
    _, content = http.request(f"{server}/three")

    assert content == b"/three"
    assert connection.sock is not first
    http.close()


def test_redirects_are_not_followed_so_that_no_token_goes_elsewhere(server: str) -> None:
    http = connections.KeptHttp(timeout=1)
    response, _ = http.request(f"{server}/moved")

    assert response.status == 302
    http.close()


def certificate_for_localhost(folder: Path) -> Path:
    """A self-signed certificate and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    today = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "localhost.pem"
    path.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


@pytest.fixture
def tls_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    path = certificate_for_localhost(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    server = ThreadingHTTPServer(("127.0.0.1", 0), LateServer)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    monkeypatch.setattr(httplib2, "CA_CERTS", str(path))
    connections._tls.cache_clear()
    yield f"https://localhost:{server.server_port}"
    connections._tls.cache_clear()
    server.shutdown()
    thread.join()
    server.server_close()


def test_connections_share_one_tls_context_that_checks_certificates(tls_server: str) -> None:
    first, second = connections.KeptHttp(timeout=1), connections.KeptHttp(timeout=1)
    for http in (first, second):
        assert http.request(f"{tls_server}/safe")[1] == b"/safe"

    contexts = {
        connection._context for http in (first, second) for connection in http.connections.values()
    }
    assert len(contexts) == 1
    with pytest.raises(ssl.SSLCertVerificationError):
        first.request(tls_server.replace("localhost", "127.0.0.1"))
    first.close()
    second.close()


def test_a_certificate_that_nobody_vouches_for_is_refused(
    tls_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    connections._tls.cache_clear()

    with pytest.raises(ssl.SSLCertVerificationError):
        connections.KeptHttp(timeout=1).request(tls_server)


@pytest.mark.parametrize("odd", [r"Tea \ud83d time", r"Tea \udc00", r"Tea\u0000", r"\u0000\ud800"])
def test_what_no_database_stores_is_taken_out_of_an_answer(clock: FrozenClock, odd: str) -> None:
    canned = Canned(200, f'{{"id": "e1", "summary": "{odd} \\\\ud83d \\ud83d\\ude00"}}'.encode())
    with use_transport(lambda: canned):
        gateway = gateway_for(
            credentials={"token": "t", "expiry": None}, on_refresh=lambda _: None, clock=clock
        )
        summary = gateway.get_event(calendar_id=ANN, event_id="e1")["summary"]
    assert "\0" not in summary
    assert summary.encode().decode() == summary
    assert summary.endswith("\\ud83d \N{GRINNING FACE}")
