"""HTTP: from a request to one handler and back, with everything Google checks on the way."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from google_simulator import (
    api_calendars,
    api_events,
    api_sharing,
    background,
    batch,
    calls,
    discovery,
    fields,
    oauth_pages,
)
from google_simulator.errors import ApiError, ConnectionLost, not_found
from google_simulator.requests_log import RecordedRequest
from google_simulator.resources import printed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from google_simulator.simulator import Simulator

BASE_PATH = "/calendar/v3/"
BATCH_PATHS = {"/batch/calendar/v3", "/batch"}
MAX_BODY = 2_000_000
HANDLERS: dict[str, calls.Handler] = (
    api_events.HANDLERS | api_calendars.HANDLERS | api_sharing.HANDLERS
)


@dataclass(frozen=True)
class Incoming:
    """A request as far as the API looks at it; header names in lower case, path decoded."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: bytes = b""


@dataclass
class Outgoing:
    """An answer."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


@cache
def _routes() -> Map:
    rules = [
        Rule(
            BASE_PATH + method.path.replace("{", "<").replace("}", ">"),
            endpoint=method.id,
            methods=[method.http_method],
        )
        for method in discovery.methods().values()
    ]
    return Map(rules, strict_slashes=False, merge_slashes=False)


class App:
    """The WSGI application of one simulator."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.control: Callable[[Request], Response] | None = None
        self._router = _routes().bind("simulator")

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        if self.control is not None and request.path.startswith("/control"):
            return self.control(request)(environ, start_response)
        return self._answer(request)(environ, start_response)

    def _answer(self, request: Request) -> Response:
        if request.path in oauth_pages.PATHS:
            return self._guarded(
                request.method,
                request.path,
                lambda: self._sign_in(request),
                environ=request.environ,
            )
        incoming = read_request(request)
        if request.path in BATCH_PATHS:
            self._check_line(request.method, request.path)
            answer = batch.answer(incoming, self.perform)
        else:
            answer = self.perform(incoming, timeout=request.environ.get("simulator.timeout"))
        if self.simulator.gzip and "gzip" in incoming.headers.get("accept-encoding", ""):
            answer = _compressed(answer)
        return Response(answer.body, answer.status, headers=answer.headers)

    def _sign_in(self, request: Request) -> Response:
        simulator = self.simulator
        with simulator.world.lock:
            answer = oauth_pages.answer(simulator.sign_in, request)
            kind = request.form.get("grant_type", "") if request.path == "/token" else ""
            simulator.record(
                RecordedRequest(request.method, request.path, {}, "", kind, answer.status_code)
            )
        return answer

    def _check_line(self, method: str, path: str) -> None:
        with self.simulator.world.lock:
            kind = self.simulator.faults.offline
            if kind:
                self.simulator.record(RecordedRequest(method, path, {}, "", None, 0))
                raise ConnectionLost(kind)

    def _guarded(
        self,
        method: str,
        path: str,
        run: Callable[[], Any],
        *,
        environ: WSGIEnvironment,
    ) -> Response:
        """A sign-in request under the plan of faults."""
        try:
            self._before(method, path)
            answer: Response = run()
            self._after(method, path, environ.get("simulator.timeout"))
        except ApiError as error:
            body = json.dumps({"error": error.reason, "error_description": error.message})
            return Response(body, error.status, content_type="application/json")
        return answer

    def _before(self, method: str, path: str) -> None:
        self._check_line(method, path)
        faults = self.simulator.faults
        with self.simulator.world.lock:
            fault = faults.take("before", method, path)
        if fault is not None:
            raise fault.strike()

    def _after(self, method: str, path: str, timeout: float | None) -> None:
        with self.simulator.world.lock:
            fault = self.simulator.faults.take("after", method, path)
        if fault is None:
            return
        if not fault.slow:
            raise fault.strike()
        # In process nobody waits for real: a client whose patience ends sooner sees a timeout.
        if timeout is not None and fault.slow >= timeout:
            raise ConnectionLost("timeout")
        self.simulator.world.clock.sleep(fault.slow)

    def perform(self, incoming: Incoming, timeout: float | None = None) -> Outgoing:
        """Answer one API request; raises ConnectionLost where no answer shall come."""
        incoming = _untunnelled(incoming)
        log = RecordedRequest(
            incoming.method,
            incoming.path,
            _as_dict(incoming.query),
            incoming.headers.get("if-match", ""),
            _loose_json(incoming.body),
            0,
        )
        try:
            answer = self._perform(incoming, timeout, log)
        except ApiError as error:
            answer = Outgoing(error.status, _dump(error.body()), dict(_JSON))
        except ConnectionLost:
            self.simulator.record(log)
            raise
        log.status = answer.status
        self.simulator.record(log)
        return answer

    def _perform(self, incoming: Incoming, timeout: float | None, log: RecordedRequest) -> Outgoing:
        method, path = incoming.method, incoming.path
        self._before(method, path)
        with self.simulator.world.lock:
            rolled = self.simulator.faults.roll(method)
        if rolled is not None and rolled.when == "before":
            raise rolled.strike()
        try:
            answer = self._run(incoming, log)
        finally:
            self.simulator.channels.deliver_now()
        if rolled is not None:
            raise rolled.strike()
        self._after(method, path, timeout)
        return answer

    def _run(self, incoming: Incoming, log: RecordedRequest) -> Outgoing:
        simulator = self.simulator
        with simulator.world.lock:
            background.run_due(simulator.world)
            try:
                method, path_values = self._match(incoming)
                call = self._call(incoming, method, path_values)
                log.user = call.user
                service = calls.Service(
                    simulator.world, simulator.snapshots, simulator.channels, simulator.base_url
                )
                result = HANDLERS[method.id](service, call)
            except (OverflowError, ValueError, RecursionError):
                raise ApiError(400, "badRequest", "Bad Request") from None
            finally:
                simulator.channels.announce()
        # Resources are replaced, never altered: they can be printed without holding up others.
        return self._printed(incoming, call, result)

    def _match(self, incoming: Incoming) -> tuple[discovery.Method, dict[str, str]]:
        try:
            endpoint, values = self._router.match(incoming.path, method=incoming.method)
        except HTTPException:
            raise not_found() from None
        return discovery.methods()[endpoint], dict(values)

    def _call(
        self, incoming: Incoming, method: discovery.Method, path_values: dict[str, str]
    ) -> calls.Call:
        simulator = self.simulator
        header = incoming.headers.get("authorization", "")
        oauth_token = dict(incoming.query).get("oauth_token")
        token = simulator.sign_in.authenticate(header or f"Bearer {oauth_token}")
        query = discovery.read_query(method, incoming.query)
        scopes = frozenset(token.scopes)
        if not scopes & method.scopes:
            raise calls.insufficient_scope()
        quota_key = query.get("quotaUser") or incoming.headers.get("x-goog-quota-user")
        simulator.quota.spend(quota_key or token.email, incoming.method)
        is_write = incoming.method != "GET" and method.id != "calendar.freebusy.query"
        if simulator.faults.writes_over_quota and is_write:
            raise ApiError(403, "quotaExceeded")
        return calls.Call(
            method=method,
            path=path_values,
            query=query,
            body=_read_body(incoming.body, method),
            user=token.email,
            client_id=token.client_id,
            scopes=scopes,
            if_match=incoming.headers.get("if-match", ""),
        )

    def _printed(self, incoming: Incoming, call: calls.Call, result: Any) -> Outgoing:
        if result is None:
            return Outgoing(204)
        if self.simulator.check_schemas:
            discovery.check_answer(call.method.response, result)
        etag = str(result.get("etag", ""))
        if incoming.method == "GET" and etag and incoming.headers.get("if-none-match") == etag:
            return Outgoing(304, headers={"ETag": etag})
        if call.query.get("fields"):
            result = fields.select(result, call.query["fields"], schema=call.method.response)
        headers = dict(_JSON) | ({"ETag": etag} if etag else {})
        return Outgoing(200, _print_list(result), headers)


_JSON = {"Content-Type": "application/json; charset=UTF-8", "Cache-Control": "private"}


def _dump(value: Any) -> bytes:
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(value).encode()


def _print_list(result: dict[str, Any]) -> bytes:
    """An answer, its items printed one by one because most of them were printed before."""
    items = result.get("items")
    if not items:
        return _dump(result)
    shell = _dump(result | {"items": []})
    try:
        listed = ",".join([printed(item) for item in items]).encode()
    except UnicodeEncodeError:
        return _dump(result)
    return shell.replace(b'"items":[]', b'"items":[' + listed + b"]", 1)


def read_request(request: Request) -> Incoming:
    """The parts of an HTTP request that matter to the API."""
    too_large = (request.content_length or 0) > MAX_BODY
    # What is too large to be read cannot be parsed: 400 parseError.
    body = b"{" if too_large else request.get_data(cache=False)
    return Incoming(
        method=request.method,
        path=request.path,
        query=parse_qsl(request.query_string.decode("latin-1"), keep_blank_values=True),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=body,
    )


def _untunnelled(incoming: Incoming) -> Incoming:
    """`X-HTTP-Method-Override`, and a GET's query in a form body (section 1)."""
    wanted = incoming.headers.get("x-http-method-override", "").upper()
    if incoming.method != "POST" or wanted not in {"GET", "PATCH", "PUT", "DELETE"}:
        return incoming
    if wanted != "GET":
        return replace(incoming, method=wanted)
    in_uri = {name for name, _ in incoming.query}
    sent = parse_qsl(incoming.body.decode("latin-1"), keep_blank_values=True)
    query = incoming.query + [pair for pair in sent if pair[0] not in in_uri]
    return replace(incoming, method="GET", query=query, body=b"")


def _read_body(body: bytes, method: discovery.Method) -> dict[str, Any]:
    if not method.request:
        return {}
    try:
        value = json.loads(body) if body.strip() else {}
    except (ValueError, RecursionError):
        raise ApiError(400, "parseError", "Parse Error") from None
    return discovery.check_body(method.request, value)


def _loose_json(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except (ValueError, RecursionError):
        return None


def _as_dict(query: list[tuple[str, str]]) -> dict[str, str]:
    return {name: value for name, value in query if name != "oauth_token"}


def _compressed(answer: Outgoing) -> Outgoing:
    if len(answer.body) < 512:
        return answer
    headers = answer.headers | {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return Outgoing(answer.status, gzip.compress(answer.body, 1), headers)
