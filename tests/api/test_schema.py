"""The OpenAPI document: it is valid, it is complete, and the API keeps to it."""

from __future__ import annotations

import json
import re
from binascii import crc32
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
import schemathesis
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection, transaction
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.pytest._test_builder import build_operation_test
from schemathesis.python._constants.orchestrator import make_constants_value_source
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from accounts.commands import create_token
from calendars.api.errors import ErrorCode
from calendars.models import OperationStatus, OperationType, OutboxOperation
from tests.factories import NOW, cached

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from django.test import Client

    from accounts.models import Member
    from calendars.models import Calendar

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
HOSTILE_RUN = settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)

SERIES = {"recurrence": ["RRULE:FREQ=DAILY;COUNT=9"]}

document: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
schema = schemathesis.openapi.from_dict(document)
schema.app = get_wsgi_application()
schema.config.seed = 1  # the same cases in every run
OPERATIONS = {each.ok().label: each.ok() for each in schema.get_all_operations()}


@pytest.fixture
def kept_connection(db: None) -> Iterator[None]:
    """The real WSGI application would close the connection that holds the test's transaction."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def token(kept_connection: None, alice: Member, alices_calendar: Calendar, settings: Any) -> str:
    settings.API_REQUESTS_PER_MINUTE = 1_000_000
    cached(alices_calendar, {"id": "event", "summary": "One"})
    cached(alices_calendar, {"id": "series", "summary": "Many", **SERIES})
    create_token(member=alice, name="t", scope="write", now=NOW, secret="hostile")
    return "hostile"


def each_operation(where: str = "") -> pytest.MarkDecorator:
    """The test is one for each operation with this in its path."""
    return pytest.mark.parametrize("label", [each for each in OPERATIONS if where in each])


@each_operation()
def test_no_input_breaks_the_api_and_all_answers_are_as_documented(label: str, token: str) -> None:
    send_all(label, lambda case: validated(case, token))


@each_operation("{event_id}")
@pytest.mark.parametrize("event_id", ["event", "series_20260312T090000Z"])
def test_no_input_breaks_an_event_that_exists(label: str, token: str, event_id: str) -> None:
    def send(case: schemathesis.Case) -> None:
        case.path_parameters = {"calendar_id": "primary", "event_id": event_id}
        with transaction.atomic():
            validated(case, token)
            transaction.set_rollback(True)

    send_all(label, send)


@each_operation("{op_id}")
@pytest.mark.parametrize("status", [OperationStatus.PENDING, OperationStatus.CONFLICT])
def test_no_input_breaks_an_operation_that_exists(
    label: str, token: str, alices_calendar: Calendar, status: OperationStatus
) -> None:
    operation = OutboxOperation.objects.create(
        calendar=alices_calendar,
        event_id="event",
        lane="event",
        op_type=OperationType.PATCH,
        payload={"summary": "Two"},
        base={"summary": "Zero"},
        created_at=NOW,
        status=status,
    )

    def send(case: schemathesis.Case) -> None:
        case.path_parameters = {"op_id": operation.pk}
        with transaction.atomic():
            validated(case, token)
            transaction.set_rollback(True)

    send_all(label, send)


def send_all(label: str, send: Callable[[schemathesis.Case], None]) -> None:
    """Send what Schemathesis makes up for an operation.

    ``schema.parametrize()`` would make it up for all of them while tests are collected, which took
    seven seconds of each process.
    """

    def sends(case: schemathesis.Case) -> None:
        send(case)

    build_operation_test(
        config=schema.config,
        operation=OPERATIONS[label],
        test_func=HOSTILE_RUN(sends),
        given_kwargs={},
        feedback=FeedbackSources(constants_value_source=make_constants_value_source(schema)),
    )()


def validated(case: schemathesis.Case, token: str) -> None:
    """On PostgreSQL a third, always the same: only the statements differ."""
    if connection.vendor == "postgresql" and crc32(case.as_curl_command().encode()) % 3:
        return
    case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=CHECKS)


# The document itself


def test_the_document_is_valid_and_complete(tmp_path: Path) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", file=str(tmp_path / "schema.yml"))


def operations() -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method.upper()} {path}", operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def test_the_document_has_exactly_the_routes_of_the_contract() -> None:
    event = "/api/calendar/{calendar_id}/events/{event_id}"
    outbox = "/api/calendar/outbox"
    assert {name for name, _ in operations()} == {
        "GET /api/calendar/events",
        "GET /api/calendar/search",
        "POST /api/calendar/event",
        f"GET {event}",
        f"PATCH {event}",
        f"DELETE {event}",
        f"GET {event}/history",
        f"POST {event}/move",
        f"POST {event}/duplicate",
        "POST /api/calendar/respond",
        "POST /api/calendar/availability",
        "POST /api/calendar/freebusy",
        "POST /api/calendar/find-time",
        "GET /api/calendar/people",
        "GET /api/calendar/list",
        "POST /api/calendar/list",
        "GET /api/calendar/list/changes",
        "POST /api/calendar/list/changes/{change_id}/dismiss",
        "PATCH /api/calendar/list/{calendar_id}",
        "DELETE /api/calendar/list/{calendar_id}",
        "GET /api/settings/calendar",
        "PUT /api/settings/calendar",
        "PATCH /api/settings/calendar",
        f"GET {outbox}",
        f"GET {outbox}/{{op_id}}",
        f"POST {outbox}/approve",
        f"POST {outbox}/{{op_id}}/approve",
        f"POST {outbox}/{{op_id}}/retry",
        f"POST {outbox}/{{op_id}}/discard",
        f"POST {outbox}/{{op_id}}/undo",
        "GET /api/calendar/conflicts",
        "POST /api/calendar/conflicts/{op_id}/resolve",
        "GET /api/status",
        "POST /api/sync/trigger",
        "GET /health",
    }


def test_every_operation_has_a_summary_and_documents_its_refusals() -> None:
    for name, operation in operations():
        assert operation["summary"].endswith("."), name
        assert operation["responses"]["400"]["content"]["application/json"]["examples"], name
        expected = [] if name == "GET /health" else [{"apiToken": []}, {"browserSession": []}]
        assert operation.get("security", []) == expected, name


def test_the_codes_of_errors_are_a_closed_list() -> None:
    assert set(document["components"]["schemas"]["CodeEnum"]["enum"]) == set(ErrorCode)


def test_the_document_is_served_to_everybody(client: Client, db: None) -> None:
    response = client.get("/api/schema/?format=json")
    assert response.status_code == 200
    assert response.json()["paths"].keys() == document["paths"].keys()


def test_the_document_is_the_same_and_whole_each_time_it_is_made() -> None:
    again = SchemaGenerator().get_schema(request=None, public=True)
    assert again == document
    named = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(again)))
    assert named <= again["components"]["schemas"].keys()


def test_the_document_is_made_once_however_often_it_is_asked_for(client: Client, db: None) -> None:
    client.get("/api/schema/")
    with mock.patch.object(SchemaGenerator, "get_schema", side_effect=AssertionError):
        assert client.get("/api/schema/").content.startswith(b"openapi: 3.")


@pytest.mark.parametrize("query", ["version=%0d%0aX: y", "lang=%00", "version=%22%3Ba%3D%22"])
def test_nothing_of_a_request_gets_into_the_document(client: Client, db: None, query: str) -> None:
    plain, asked = client.get("/api/schema/"), client.get(f"/api/schema/?{query}")
    assert (asked.status_code, asked.content) == (200, plain.content)
    assert asked.headers == plain.headers


# The Swagger page


def test_the_swagger_page_needs_nothing_from_elsewhere_and_no_inline_script(
    client: Client, db: None
) -> None:
    response = client.get("/api/docs/")
    page = response.content.decode()
    sources = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert sources
    assert all(source.startswith("/") and not source.startswith("//") for source in sources)
    assert re.findall(r"<script>", page) == []
    assert "script-src 'self';" in response.headers["Content-Security-Policy"]
    [script] = [source for source in sources if "script=" in source]
    answered = client.get(script)
    assert answered.headers["Content-Type"].startswith("application/javascript")
    assert b"/api/schema/" in answered.content


def test_the_parts_of_the_swagger_page_are_installed() -> None:
    for name in ("swagger-ui.css", "swagger-ui-bundle.js", "swagger-ui-standalone-preset.js"):
        assert finders.find(f"drf_spectacular_sidecar/swagger-ui-dist/{name}")
