"""What holds for every route: who may ask, what may be asked, how a refusal looks.

A view of the test's own stands for all of them.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.core.exceptions import SuspiciousOperation
from django.db import OperationalError
from django.http import Http404
from django.test import Client, override_settings
from django.urls import path
from redis.exceptions import ConnectionError as RedisAwayError

from accounts.models import ApiToken
from calendars import errors
from calendars.api import parameters as p
from calendars.api.base import ApiView, answer
from calendars.api.errors import STATUS_OF, ApiError, ErrorCode, answer_of
from calendars.api.schema import operation
from calendars.api.throttling import MemberThrottle

if TYPE_CHECKING:
    from django.http import HttpResponse
    from rest_framework.request import Request
    from rest_framework.test import APIClient

    from accounts.models import Member
    from tests.api.conftest import ClientOf


class Echo(ApiView):
    raises: Exception | None = None

    @operation(
        name="echo",
        about="Say who asked.",
        parameters=[p.TIME_MIN, p.CALENDAR_ID, p.limit(default=5, most=10)],
        answers={},
    )
    def get(self, request: Request) -> HttpResponse:
        if self.raises:
            raise self.raises
        given = {name: str(value) for name, value in self.given.items()}
        return answer({"member": self.member.username, "via": self.actor.via, "given": given})

    @operation(name="change", about="Change.", answers={}, reads=False)
    def post(self, request: Request) -> HttpResponse:
        return answer(self.body())


class Ask(Echo):
    post_only_reads = True


urlpatterns = [path("api/echo", Echo.as_view()), path("api/ask", Ask.as_view())]
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


def refused(response: Any, status: int, code: str) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(response.content)
    assert (response.status_code, body["code"]) == (status, code), body
    assert body.keys() == {"status", "code", "detail", "fields"}
    assert body["status"] == "error"
    assert body["detail"]
    assert response.headers["Content-Type"] == "application/json"
    return body


@pytest.fixture
def failing_with(monkeypatch: pytest.MonkeyPatch) -> Any:
    def arrange(error: Exception) -> None:
        monkeypatch.setattr(Echo, "raises", error)

    return arrange


# Who asks


def test_a_token_speaks_for_its_member(client_of: ClientOf, alice: Member) -> None:
    body = client_of(alice, name="laptop").get("/api/echo").json()
    assert body["member"] == "alice"
    assert body["via"] == "API token laptop"


def test_the_name_of_the_scheme_may_be_written_in_any_case(
    client_of: ClientOf, alice: Member, anonymous: APIClient
) -> None:
    client_of(alice)
    header = "bearer  secret-alice-1 "
    assert anonymous.get("/api/echo", HTTP_AUTHORIZATION=header).status_code == 200


def test_a_browser_session_speaks_for_its_member(client: Client, alice: Member) -> None:
    client.force_login(alice)
    body = client.get("/api/echo").json()
    assert (body["member"], body["via"]) == ("alice", "web")


def test_a_browser_session_writes_only_with_its_csrf_token(alice: Member) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)
    refused(browser.post("/api/echo", {}, "application/json"), 403, "csrf_failed")
    browser.cookies["csrftoken"] = token = "a" * 32
    answered = browser.post("/api/echo", {}, "application/json", headers={"X-CSRFToken": token})
    assert answered.status_code == 200


def test_a_token_needs_no_csrf_token(client_of: ClientOf, alice: Member) -> None:
    client = client_of(alice)
    client.handler.enforce_csrf_checks = True
    assert client.post("/api/echo", {}, format="json").status_code == 200


def test_nobody_is_asked_to_identify(anonymous: APIClient) -> None:
    response = anonymous.get("/api/echo")
    refused(response, 401, "not_authenticated")
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="Secretary"'


@pytest.mark.parametrize("header", ["Bearer", "Bearer x", "Bearer " + "x" * 5_000, "Bearer ä"])
def test_a_wrong_token_is_refused_even_beside_a_session(
    client: Client, alice: Member, header: str
) -> None:
    client.force_login(alice)
    response = client.get("/api/echo", headers={"Authorization": header})
    refused(response, 401, "not_authenticated")
    assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]


def test_a_revoked_an_expired_and_an_inactive_members_token_are_refused(
    client_of: ClientOf, alice: Member, bob: Member
) -> None:
    long_ago = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
    revoked, expired, inactive = client_of(alice), client_of(alice), client_of(bob)
    first, second = ApiToken.objects.filter(member=alice).order_by("pk")
    ApiToken.objects.filter(pk=first.pk).update(revoked_at=long_ago)
    ApiToken.objects.filter(pk=second.pk).update(expires_at=long_ago)
    bob.is_active = False
    bob.save(update_fields=["is_active"])
    for client in (revoked, expired, inactive):
        refused(client.get("/api/echo"), 401, "not_authenticated")


def test_another_scheme_of_authorization_is_left_to_a_proxy(client: Client, alice: Member) -> None:
    client.force_login(alice)
    response = client.get("/api/echo", headers={"Authorization": "Basic YTpi"})
    assert response.status_code == 200


def test_the_use_of_a_token_is_noted(client_of: ClientOf, alice: Member) -> None:
    client_of(alice).get("/api/echo")
    assert ApiToken.objects.get(member=alice).last_used_at is not None


@pytest.mark.parametrize("scope", ["read", "propose"])  # nothing there takes proposals
def test_a_token_without_the_scope_write_only_reads(
    client_of: ClientOf, alice: Member, scope: str
) -> None:
    client = client_of(alice, scope=scope)
    assert client.get("/api/echo").status_code == 200
    assert client.post("/api/ask", {}, format="json").status_code == 200
    body = refused(client.post("/api/echo", {}, format="json"), 403, "scope_too_small")
    assert scope in body["detail"]


# What may be asked


def test_an_unknown_query_parameter_is_refused_by_name(client_of: ClientOf, alice: Member) -> None:
    response = client_of(alice).get("/api/echo?timemin=2026-01-01&limit=3")
    body = refused(response, 400, "unknown_parameter")
    assert list(body["fields"]) == ["timemin"]
    assert "time_min" in body["fields"]["timemin"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=11", "limit"),
        ("limit=-1", "limit"),
        ("limit=1e1", "limit"),
        ("limit=٣", "limit"),
        ("limit=" + "9" * 2_000, "limit"),
        ("limit=1&limit=2", "limit"),
        ("time_min=soon", "time_min"),
        ("calendar_id=%00", "calendar_id"),
        ("calendar_id=" + "x" * 3_000, "calendar_id"),
    ],
)
def test_a_wrong_value_is_refused_by_name(
    client_of: ClientOf, alice: Member, query: str, field: str
) -> None:
    body = refused(client_of(alice).get(f"/api/echo?{query}"), 400, "invalid")
    assert list(body["fields"]) == [field]


def test_a_parameter_of_several_values_is_repeated_or_split_by_commas(
    client_of: ClientOf, alice: Member
) -> None:
    body = client_of(alice).get("/api/echo?calendar_id=a,b&calendar_id=c").json()
    assert body["given"]["calendar_id"] == "['a', 'b', 'c']"


def test_a_time_without_offset_is_in_the_members_zone(client_of: ClientOf, alice: Member) -> None:
    body = client_of(alice).get("/api/echo?time_min=2026-01-12T09:00").json()
    assert body["given"]["time_min"] == "2026-01-12 08:00:00+00:00"


def test_more_query_fields_than_can_be_read_are_malformed(
    client_of: ClientOf, alice: Member
) -> None:
    response = client_of(alice).get("/api/echo?" + "&".join(f"a{n}=1" for n in range(1_100)))
    refused(response, 400, "malformed")


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_a_method_that_a_route_does_not_have_is_refused(
    client_of: ClientOf, alice: Member, method: str
) -> None:
    response = client_of(alice).generic(method.upper(), "/api/echo")
    refused(response, 405, "method_not_allowed")
    assert "GET" in response.headers["Allow"]


@pytest.mark.parametrize("accept", ["text/html", "application/xml;q=0.9, image/*"])
def test_who_accepts_no_json_gets_406(client_of: ClientOf, alice: Member, accept: str) -> None:
    refused(client_of(alice).get("/api/echo", HTTP_ACCEPT=accept), 406, "not_acceptable")


@pytest.mark.parametrize("accept", ["*/*", "text/html, */*;q=0.8", "Application/JSON", ""])
def test_who_accepts_json_gets_it(client_of: ClientOf, alice: Member, accept: str) -> None:
    assert client_of(alice).get("/api/echo", HTTP_ACCEPT=accept).status_code == 200


def test_a_form_is_refused_as_a_media_type(client_of: ClientOf, alice: Member) -> None:
    response = client_of(alice).post("/api/echo", {"a": "1"}, format="multipart")
    refused(response, 415, "unsupported_media_type")


# How a refusal looks


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (errors.InvalidInputError("No.", fields={"end": "No."}), 400, "invalid"),
        (errors.UnknownParameterError("No."), 400, "unknown_parameter"),
        (errors.ScopeRequiredError("No."), 400, "scope_required"),
        (errors.NotWritableError("No."), 403, "not_writable"),
        (errors.NotFoundError("No."), 404, "not_found"),
        (errors.NoGoogleAccountError("No."), 409, "no_google_account"),
        (errors.WrongStateError("No."), 409, "wrong_state"),
        (errors.AlreadyDeletedError("No."), 410, "already_deleted"),
        (Http404(), 404, "not_found"),
        (SuspiciousOperation(), 400, "malformed"),
        (OperationalError("database is locked"), 503, "unavailable"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_every_known_error_has_its_status_and_code(
    client_of: ClientOf, alice: Member, failing_with: Any, error: Exception, status: int, code: str
) -> None:
    failing_with(error)
    body = refused(client_of(alice).get("/api/echo"), status, code)
    assert body["fields"] == getattr(error, "fields", {})


def test_every_domain_error_is_on_the_closed_list_and_every_code_has_a_status() -> None:
    leaves = {each.code for each in errors.CalendarError.__subclasses__()}
    assert leaves <= set(ErrorCode)
    assert set(STATUS_OF) == set(ErrorCode)


def test_an_unexpected_error_is_logged_without_content(
    client_of: ClientOf, alice: Member, failing_with: Any, caplog: pytest.LogCaptureFixture
) -> None:
    failing_with(RuntimeError("Dinner with Carol"))
    with caplog.at_level(logging.ERROR):
        response = client_of(alice).get("/api/echo")
    refused(response, 500, "internal")
    assert b"Carol" not in response.content
    assert "RuntimeError" in caplog.text
    assert "test_requests.py" in caplog.text
    assert "Carol" not in caplog.text


def test_the_answer_of_an_error_is_never_kept() -> None:
    response = answer_of(ApiError(ErrorCode.NOT_FOUND, "No."))
    assert response.headers["Cache-Control"] == "no-store"


# How often


@override_settings(API_REQUESTS_PER_MINUTE=2)
def test_who_asks_too_often_is_told_when_to_come_back(
    client_of: ClientOf, alice: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = 1_000_000_020.0  # 20 seconds into a minute
    monkeypatch.setattr(MemberThrottle, "clock", lambda _: clock)
    client, other_token = client_of(alice), client_of(alice)
    assert [client.get("/api/echo").status_code for _ in range(2)] == [200, 200]
    response = client.get("/api/echo")
    refused(response, 429, "too_many_requests")
    assert response.headers["Retry-After"] == str(60 - int(clock) % 60)
    assert other_token.get("/api/echo").status_code == 200
    clock += 60
    assert client.get("/api/echo").status_code == 200


def test_a_cache_that_is_away_lets_everybody_in(
    client_of: ClientOf, alice: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> int:
        raise RedisAwayError

    monkeypatch.setattr(cache, "incr", away)
    assert client_of(alice).get("/api/echo").status_code == 200
