"""Every way in which a request to Google can fail, and what the gateway makes of it."""

from __future__ import annotations

import datetime as dt
import http.client
import json
import socket
import ssl
from typing import TYPE_CHECKING, Any

import google.auth.exceptions
import httplib2
import pytest

from calendars.google import error_table, errors
from calendars.google.client import gateway_for, use_transport
from calendars.google.error_table import Call
from calendars.sync.ports import (
    BusyError,
    ConfigurationError,
    GatewayError,
    GoneError,
    GrantLostError,
    IdTakenError,
    PreconditionFailedError,
    RateLimitedError,
    RefusedError,
    ScopeMissingError,
    SyncTokenInvalidError,
    UnreachableError,
    WritesPausedError,
)
from google_simulator import FrozenClock
from tests.sync.canned import Canned

if TYPE_CHECKING:
    from collections.abc import Callable

    from calendars.sync.ports import Gateway

NOW = dt.datetime(2026, 3, 10, 9, 0, tzinfo=dt.UTC)
CREDENTIALS = {
    "token": "secret-token",
    "refresh_token": "secret-refresh",
    "token_uri": "https://oauth2.example.test/token",
    "client_id": "client",
    "client_secret": "secret",
}


def gateway() -> Gateway:
    return gateway_for(credentials=CREDENTIALS, on_refresh=lambda _: None, clock=FrozenClock(NOW))


CALLS: dict[Call, Callable[[Gateway], Any]] = {
    Call.LIST_EVENTS: lambda it: it.list_events(
        calendar_id="team", sync_token="sync-secret", window=None, page_token=None
    ),
    Call.READ: lambda it: it.get_event(calendar_id="team", event_id="private"),
    Call.WRITE: lambda it: it.patch_event(
        calendar_id="team", event_id="private", body={}, etag='"1"', notify="none"
    ),
}


def legacy(status: int, reason: str, message: str = "") -> bytes:
    error = {"domain": "global", "reason": reason, "message": message}
    return json.dumps({"error": {"errors": [error], "code": status, "message": message}}).encode()


def newer(status: int, reason: str, *, detail: str = "", name: str = "") -> bytes:
    error: dict[str, Any] = {"code": status, "message": "", "status": name}
    if reason:
        error["errors"] = [{"reason": reason}]
    if detail:
        error["details"] = [{"@type": "a"}, {"@type": "b", "reason": detail}]
    return json.dumps({"error": error}).encode()


def answered(status: int, content: bytes, *, call: Call = Call.WRITE, **headers: str) -> Any:
    """The error that an answer becomes. A 401 is repeated after a renewal of the token."""
    stub = Canned(status, content, token=b'{"access_token": "new-secret"}', **headers)
    with use_transport(lambda: stub), pytest.raises(GatewayError) as caught:
        CALLS[call](gateway())
    return caught.value


def failed(exc: BaseException) -> Any:
    """The error that an exception of the transport becomes."""

    class Broken:
        def request(self, *_: Any, **__: Any) -> Any:
            raise exc

    with use_transport(Broken), pytest.raises(GatewayError) as caught:
        CALLS[Call.READ](gateway())
    return caught.value


TABLE = [
    (400, "timeRangeEmpty", RefusedError),
    (400, "required", RefusedError),
    (400, "invalid", RefusedError),
    (400, "badRequest", RefusedError),
    (400, "parseError", RefusedError),
    (400, "eventDurationExceedsLimit", RefusedError),
    (400, "cannotUseDefaultRemindersAndSpecifyOverride", RefusedError),
    (400, "eventRemindersCountExceedsLimit", RefusedError),
    (400, "malformedWorkingLocationEvent", RefusedError),
    (400, "malformedFocusTimeEvent", RefusedError),
    (400, "malformedOutOfOfficeEvent", RefusedError),
    (400, "channelIdNotUnique", RefusedError),
    (400, "pushNotSupportedForRequestedResource", RefusedError),
    (401, "authError", GrantLostError),
    (401, "push.webhookUrlUnauthorized", RefusedError),
    (400, "push.webhookUrlUnauthorized", RefusedError),
    (400, "push.webhookUrlNotHttps", RefusedError),
    (403, "userRateLimitExceeded", RateLimitedError),
    (403, "rateLimitExceeded", RateLimitedError),
    (403, "quotaExceeded", WritesPausedError),
    (403, "dailyLimitExceeded", RateLimitedError),
    (403, "forbiddenForNonOrganizer", RefusedError),
    (403, "forbiddenForServiceAccounts", RefusedError),
    (403, "insufficientPermissions", ScopeMissingError),
    (403, "requiredAccessLevel", RefusedError),
    (403, "forbidden", RefusedError),
    (403, "accessNotConfigured", ConfigurationError),
    (403, "notACalendarUser", RefusedError),
    (403, "cannotUnsubscribeFromOwnedCalendar", RefusedError),
    (403, "cannotDeletePrimaryCalendar", RefusedError),
    (403, "cannotChangeOwnAcl", RefusedError),
    (403, "cannotChangeOrganizer", RefusedError),
    (400, "cannotChangeOrganizerOfInstance", RefusedError),
    (403, "participantIsNeitherOrganizerNorAttendee", RefusedError),
    (403, "eventTypeRestriction", RefusedError),
    (400, "eventTypeRestriction", RefusedError),
    (404, "notFound", GoneError),
    (409, "duplicate", IdTakenError),
    (409, "conflict", BusyError),
    (410, "deleted", GoneError),
    (412, "conditionNotMet", PreconditionFailedError),
    (429, "rateLimitExceeded", RateLimitedError),
    (429, "userRateLimitExceeded", RateLimitedError),
    (500, "backendError", BusyError),
    (500, "internalError", BusyError),
    (502, "backendError", BusyError),
    (503, "backendError", BusyError),
    (504, "backendError", BusyError),
]


@pytest.mark.parametrize(("status", "reason", "error"), TABLE)
@pytest.mark.parametrize("body", [legacy, newer])
def test_each_reason_has_its_meaning_in_both_shapes_of_a_body(
    status: int, reason: str, error: type[GatewayError], body: Callable[..., bytes]
) -> None:
    caught = answered(status, body(status, reason))

    assert type(caught) is error
    assert caught.reason == reason
    assert caught.detail in {meaning.sentence for meaning in error_table.BY_REASON[status, reason]}


@pytest.mark.parametrize(
    ("status", "detail", "name", "error"),
    [
        (403, "ACCESS_TOKEN_SCOPE_INSUFFICIENT", "PERMISSION_DENIED", ScopeMissingError),
        (403, "SERVICE_DISABLED", "PERMISSION_DENIED", ConfigurationError),
        (403, "RATE_LIMIT_EXCEEDED", "PERMISSION_DENIED", RateLimitedError),
        (429, "", "RESOURCE_EXHAUSTED", RateLimitedError),
        (401, "", "UNAUTHENTICATED", GrantLostError),
        (404, "", "NOT_FOUND", GoneError),
        (409, "", "ALREADY_EXISTS", IdTakenError),
        (409, "", "ABORTED", BusyError),
        (412, "", "FAILED_PRECONDITION", PreconditionFailedError),
        (503, "", "UNAVAILABLE", BusyError),
    ],
)
def test_a_body_without_the_older_reason_is_understood_by_its_details_or_status(
    status: int, detail: str, name: str, error: type[GatewayError]
) -> None:
    assert type(answered(status, newer(status, "", detail=detail, name=name))) is error


def test_an_exact_detail_beats_a_vague_reason() -> None:
    caught = answered(403, newer(403, "forbidden", detail="SERVICE_DISABLED"))

    assert type(caught) is ConfigurationError
    assert caught.reason == "forbidden"


@pytest.mark.parametrize("reason", ["fullSyncRequired", "updatedMinTooLongAgo"])
def test_410_asks_for_a_full_sync_only_when_events_were_listed(reason: str) -> None:
    body = legacy(410, reason)

    assert type(answered(410, body, call=Call.LIST_EVENTS)) is SyncTokenInvalidError
    assert type(answered(410, body, call=Call.WRITE)) is GoneError
    assert type(answered(410, legacy(410, "deleted"), call=Call.LIST_EVENTS)) is GoneError


def test_a_sync_token_that_is_none_asks_for_a_full_sync_too() -> None:
    body = legacy(400, "invalid", "Invalid sync token value.")

    assert type(answered(400, body, call=Call.LIST_EVENTS)) is SyncTokenInvalidError
    assert type(answered(400, body, call=Call.WRITE)) is RefusedError


def test_an_outdated_sequence_is_a_change_in_the_meantime() -> None:
    body = legacy(400, "invalid", "Invalid sequence value. The specified sequence is lower.")

    assert type(answered(400, body)) is PreconditionFailedError


def test_over_quota_a_read_is_only_slowed_down() -> None:
    assert type(answered(403, legacy(403, "quotaExceeded"), call=Call.READ)) is RateLimitedError


def test_a_spent_daily_quota_is_asked_again_after_an_hour() -> None:
    assert answered(403, legacy(403, "dailyLimitExceeded")).retry_after == 3600


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, RefusedError),
        (401, GrantLostError),
        (403, RefusedError),
        (404, RefusedError),
        (405, RefusedError),
        (408, BusyError),
        (409, RefusedError),
        (410, GoneError),
        (412, PreconditionFailedError),
        (413, RefusedError),
        (422, RefusedError),
        (429, RateLimitedError),
        (500, BusyError),
        (501, BusyError),
        (599, BusyError),
    ],
)
def test_an_unknown_reason_falls_back_on_the_status(status: int, error: type[GatewayError]) -> None:
    caught = answered(status, legacy(status, "brandNewReason", "Dinner with Bob"))

    assert type(caught) is error
    assert caught.reason == "brandNewReason"
    assert "Bob" not in str(caught)


def test_an_unknown_refusal_names_googles_own_word() -> None:
    caught = answered(403, legacy(403, "brandNewReason"))

    assert "403 brandNewReason" in caught.detail


@pytest.mark.parametrize("word", ["<script>", "two words", "ann@example.test", "x" * 65, "", 7])
def test_a_reason_that_is_no_word_is_not_repeated(word: Any) -> None:
    body = json.dumps({"error": {"errors": [{"reason": word}], "code": 403}}).encode()
    caught = answered(403, body)

    assert type(caught) is RefusedError
    assert caught.reason == "refused"


PAGE = b"<html><title>Welcome to our hotel</title></html>"


@pytest.mark.parametrize("status", [301, 302, 304, 401, 403, 404, 407, 409, 410, 412, 451])
@pytest.mark.parametrize("content", [PAGE, b"", b"[]", b'"x"', b'{"error": 7}', b"\xff\xfe"])
def test_an_answer_that_is_not_googles_decides_nothing(status: int, content: bytes) -> None:
    caught = answered(status, content)

    assert type(caught) is UnreachableError
    assert caught.reason == "not_google"


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, RefusedError),
        (413, RefusedError),
        (408, BusyError),
        (429, RateLimitedError),
        (500, BusyError),
        (502, BusyError),
        (503, BusyError),
    ],
)
def test_pages_of_googles_front_end_count(status: int, error: type[GatewayError]) -> None:
    assert type(answered(status, PAGE)) is error


@pytest.mark.parametrize("content", [PAGE, b"", b"[1]", b"null", b"7", b"\xff\xfe", b'{"items":'])
@pytest.mark.parametrize("call", list(Call))
def test_a_success_that_is_no_json_object_is_no_answer(content: bytes, call: Call) -> None:
    assert type(answered(200, content, call=call)) is UnreachableError


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("Tue, 10 Mar 2026 09:01:30 GMT", 90),
        ("Tue, 10 Mar 2026 08:00:00 GMT", 0),
        ("99999999", 86_400),
        ("soon", None),
        ("-5", None),
        ("1e3", None),
        ("Tue, 10 Mar 2026 09:01:30", None),
        ("", None),
    ],
)
def test_retry_after_is_honoured_as_seconds_or_as_a_date(
    header: str, seconds: float | None
) -> None:
    caught = answered(503, legacy(503, "backendError"), **{"retry-after": header})

    assert caught.retry_after == seconds


@pytest.mark.parametrize(
    ("exc", "reason"),
    [
        (httplib2.ServerNotFoundError("at team.example.test"), "dns"),
        (socket.gaierror(-2, "Name or service not known"), "dns"),
        (TimeoutError("timed out"), "timeout"),
        (ssl.SSLCertVerificationError("self-signed"), "tls"),
        (ssl.SSLError("handshake"), "tls"),
        (ConnectionRefusedError(111, "refused"), "connection"),
        (ConnectionResetError(104, "reset"), "connection"),
        (BrokenPipeError(32, "pipe"), "connection"),
        (OSError(113, "No route to host"), "connection"),
        (http.client.RemoteDisconnected("closed"), "connection"),
        (http.client.IncompleteRead(b"Dinner"), "connection"),
        (http.client.BadStatusLine("x"), "connection"),
        (httplib2.HttpLib2Error("odd"), "connection"),
        (google.auth.exceptions.TransportError(TimeoutError()), "timeout"),
        (google.auth.exceptions.TransportError("odd"), "connection"),
    ],
)
def test_a_connection_that_fails_is_unreachable_and_says_how(
    exc: BaseException, reason: str
) -> None:
    caught = failed(exc)

    assert type(caught) is UnreachableError
    assert caught.reason == reason


def test_what_is_no_fault_of_google_is_left_alone() -> None:
    class Broken:
        def request(self, *_: Any, **__: Any) -> Any:
            raise KeyError("a bug")

    with use_transport(Broken), pytest.raises(KeyError):
        CALLS[Call.READ](gateway())


OAUTH = [
    (400, {"error": "invalid_grant"}, GrantLostError, "invalid_grant"),
    (
        400,
        {"error": "invalid_grant", "error_description": "Account has been deleted"},
        GrantLostError,
        "invalid_grant",
    ),
    (
        400,
        {"error": "invalid_grant", "error_subtype": "invalid_rapt"},
        GrantLostError,
        "invalid_rapt",
    ),
    (
        400,
        {"error": "invalid_grant", "error_subtype": "brand_new"},
        GrantLostError,
        "brand_new",
    ),
    (400, {"error": "access_denied"}, GrantLostError, "access_denied"),
    (400, {"error": "admin_policy_enforced"}, GrantLostError, "admin_policy_enforced"),
    (400, {"error": "brand_new"}, GrantLostError, "brand_new"),
    (401, {"error": "unauthorized_client"}, ConfigurationError, "unauthorized_client"),
    (401, {"error": "invalid_client"}, ConfigurationError, "invalid_client"),
    (401, {"error": "deleted_client"}, ConfigurationError, "deleted_client"),
    (401, {"error": "disabled_client"}, ConfigurationError, "disabled_client"),
    (400, {"error": "invalid_scope"}, ConfigurationError, "invalid_scope"),
    (400, {"error": "invalid_request"}, ConfigurationError, "invalid_request"),
    (
        400,
        {"error": "unsupported_grant_type"},
        ConfigurationError,
        "unsupported_grant_type",
    ),
    (400, {"error": "internal_failure"}, BusyError, "internal_failure"),
    (400, {"error": "server_error"}, BusyError, "server_error"),
    (403, {"error": "rate_limit_exceeded"}, RateLimitedError, "rate_limit_exceeded"),
    (302, {"error": "temporarily_unavailable"}, BusyError, "temporarily_unavailable"),
    (500, {"error": "odd"}, BusyError, "busy"),
    (503, "a page", BusyError, "busy"),
    (429, "a page", BusyError, "busy"),
    (404, "a page", UnreachableError, "not_google"),
    (200, "a page", UnreachableError, "not_google"),
    (200, {"token_type": "Bearer"}, UnreachableError, "not_google"),
    (200, {"access_token": "t", "expires_in": "soon"}, UnreachableError, "not_google"),
    (401, {"error": {"code": 401}}, UnreachableError, "not_google"),
]


@pytest.mark.parametrize(("status", "body", "error", "reason"), OAUTH)
def test_each_refusal_of_the_token_endpoint_has_its_meaning(
    status: int, body: Any, error: type[GatewayError], reason: str
) -> None:
    content = body if isinstance(body, str) else json.dumps(body)
    stub = Canned(status, content.encode())
    credentials = CREDENTIALS | {"token": None}
    it = gateway_for(credentials=credentials, on_refresh=lambda _: None, clock=FrozenClock(NOW))

    with use_transport(lambda: stub), pytest.raises(GatewayError) as caught:
        CALLS[Call.READ](it)

    assert type(caught.value) is error
    assert caught.value.reason == reason
    assert len(stub.asked) == 1


def test_the_token_endpoint_says_when_to_try_again() -> None:
    error = errors.from_token_answer(503, b"", headers={"Retry-After": "7"}, now=NOW)

    assert error is not None
    assert error.retry_after == 7


@pytest.mark.parametrize(
    ("exc", "error"),
    [
        (("invalid_client: None", {"error": "invalid_client"}), ConfigurationError),
        (("odd", {"error": "odd"}), GrantLostError),
        (("no fields",), GrantLostError),
    ],
)
def test_a_refresh_error_of_google_auth_is_sorted_too(
    exc: tuple[Any, ...], error: type[GatewayError]
) -> None:
    raised = google.auth.exceptions.RefreshError(*exc)

    assert type(errors.translate(raised)) is error


def test_a_refresh_error_that_may_pass_is_busy() -> None:
    raised = google.auth.exceptions.RefreshError("odd", retryable=True)

    assert type(errors.translate(raised)) is BusyError


def test_neither_error_nor_log_shows_content_ids_or_tokens(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    for status, content in (
        (403, legacy(403, "odd", "Dinner with Bob")),
        (403, b"Dinner with Bob"),
        (400, legacy(400, "invalid", "Dinner with Bob")),
        (401, legacy(401, "authError", "Dinner with Bob")),
    ):
        for call in Call:
            caught = answered(status, content, call=call)
            shown = str(caught) + repr(vars(caught)) + caplog.text
            for secret in ("Dinner", "sync-secret", "secret-token", "new-secret", "calendars/team"):
                assert secret not in shown
            assert caught.__suppress_context__


def test_every_row_is_a_sentence() -> None:
    meanings = [each for row in error_table.BY_REASON.values() for each in row]
    meanings += error_table.OAUTH.values()

    for meaning in meanings:
        assert meaning.sentence[0].isupper()
        assert meaning.sentence.endswith(".")
