"""What all views of the API share: strict input, one way to answer, little framework in between."""

from __future__ import annotations

import json
from datetime import UTC
from typing import TYPE_CHECKING, Any, ClassVar, Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import parse_etags
from rest_framework import exceptions
from rest_framework.views import APIView

from accounts.models import ApiToken, Member, TokenScope
from calendars.api import json_body
from calendars.api.parameters import Parameter, read_parameters, unknown_names
from calendars.commands.actor import Actor

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from datetime import tzinfo

    from rest_framework.request import Request

ZONE_HEADER: Final = "X-Secretary-Time-Zone"
_KEEP_PRIVATE: Final = "private, no-cache"
_ACCEPTED: Final = frozenset({"*/*", "application/json", "application/*"})


class ApiView(APIView):
    """A view of the API.

    Its handlers are marked with ``schema.operation``, which says what query parameters they take;
    before a handler runs, who asks is known and ``given`` holds the parameters that were sent.
    ``post_only_reads``: its POST changes nothing, so a ``read`` token may send it.
    ``takes_proposals``: what it changes can wait for approval, so a ``propose`` token may call it.
    ``repeats_are_one``: see ``repetition``.
    """

    http_method_names = ["get", "head", "post", "put", "patch", "delete"]
    post_only_reads: ClassVar[bool] = False
    takes_proposals: ClassVar[bool] = False
    repeats_are_one: ClassVar[bool] = False
    request: Request
    given: dict[str, Any]
    now: dt.datetime

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:  # noqa: ARG002
        self.now = timezone.now()
        self.perform_authentication(request)
        self.check_permissions(request)
        self.check_throttles(request)
        _refuse_other_formats(request)
        self.given = read_parameters(
            request._request.GET, declared=self._declared(request), zone=self._zone()
        )
        if any("\0" in value for value in kwargs.values() if isinstance(value, str)):
            raise exceptions.NotFound

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Tells the member's zone beside each answer, so that no client has to ask for it."""
        finished = super().finalize_response(request, response, *args, **kwargs)
        if isinstance(request.user, Member):
            finished.headers[ZONE_HEADER] = request.user.time_zone
        return finished

    @property
    def member(self) -> Member:
        """Who asks. Only behind ScopePermission, which lets nobody else in."""
        if not isinstance(self.request.user, Member):
            raise exceptions.NotAuthenticated
        return self.request.user

    @property
    def actor(self) -> Actor:
        token = self.request.auth
        if not isinstance(token, ApiToken):
            return Actor(member=self.member, via="web")
        kind = "MCP" if is_bridge(self.request) else "API"
        proposes = token.scope == TokenScope.PROPOSE
        return Actor(member=self.member, via=f"{kind} token {token.name}", proposes=proposes)

    @property
    def tried_at(self) -> dt.datetime | None:
        """Set where nothing is to be done, but said what would be: the time of the request."""
        return self.now if self.given.get("dry_run") else None

    def body(self) -> dict[str, Any]:
        """The JSON object that was sent; empty if none was."""
        return json_body.read_object(self.request._request)

    def nothing_sent(self) -> None:
        """Refuse a body with anything in it, for a call that takes none."""
        if body := self.body():
            raise unknown_names(list(body), known={}, kind="field")

    def _zone(self) -> tzinfo:
        user = self.request.user
        return user.zone if isinstance(user, Member) else UTC

    def _declared(self, request: Request) -> Mapping[str, Parameter]:
        handler = getattr(self, (request.method or "").lower(), None)
        if handler is None or not hasattr(handler, "parameters"):
            raise exceptions.MethodNotAllowed(str(request.method))
        declared: Mapping[str, Parameter] = handler.parameters
        return declared


def is_bridge(request: Request) -> bool:
    """Whether the call says that it comes through the MCP bridge.

    Anybody can say so: it decides how the history words it and how a repetition is understood,
    never what may be done.
    """
    return request.META.get("HTTP_X_SECRETARY_CLIENT") == "mcp"


def answer(body: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    """A JSON answer."""
    return raw_answer(json.dumps(body), status=status)


def raw_answer(text: str, *, status: int = 200, etag: str = "") -> HttpResponse:
    """An answer of text that is JSON already, with its validator where it has one."""
    response = HttpResponse(text, status=status, content_type="application/json")
    response.headers["Cache-Control"] = _KEEP_PRIVATE
    if etag:
        response.headers["ETag"] = etag
    return response


def not_modified(etag: str) -> HttpResponse:
    """304: the client's copy is still true."""
    return HttpResponse(status=304, headers={"Cache-Control": _KEEP_PRIVATE, "ETag": etag})


def known_etags(request: Request) -> list[str]:
    """The validators of If-None-Match; weak ones too, for a compressing proxy weakens ours."""
    header = request.META.get("HTTP_IF_NONE_MATCH")
    if not header:
        return []
    return [etag.removeprefix("W/") for etag in parse_etags(header)]


def _refuse_other_formats(request: HttpRequest | Request) -> None:
    """406 for somebody who accepts no JSON; quality values are not weighed, there is no choice."""
    header = request.META.get("HTTP_ACCEPT")
    if header is None or header in _ACCEPTED:
        return
    kinds = {part.partition(";")[0].strip().lower() for part in header.split(",")}
    if not kinds & _ACCEPTED and kinds != {""}:
        raise exceptions.NotAcceptable("This API speaks JSON: 'Accept: application/json'.")
