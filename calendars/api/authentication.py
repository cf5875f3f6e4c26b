"""Who asks, and how much this key may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.permissions import BasePermission

from accounts.commands import touch_token
from accounts.models import ApiToken, Member, TokenScope
from accounts.queries import token_by_secret
from calendars.api.errors import ApiError, ErrorCode

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.views import APIView

_REALM: Final = 'Bearer realm="Secretary"'
_LONGEST_SECRET: Final = 512
_READING: Final = frozenset({"GET", "HEAD"})


class ApiTokenAuthentication(BaseAuthentication):
    """``Authorization: Bearer TOKEN``.

    A token that is unknown, revoked or expired is refused even where a session would do: who
    sends one means it. Other schemes are left alone; a proxy may use them for itself.
    """

    def authenticate(self, request: Request) -> tuple[Member, ApiToken] | None:
        scheme, _, secret = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        secret = secret.strip()
        now = timezone.now()
        token = (
            token_by_secret(secret=secret, now=now) if 0 < len(secret) < _LONGEST_SECRET else None
        )
        if token is None:
            raise exceptions.AuthenticationFailed(
                "This API token is not valid: unknown, revoked or expired."
            )
        touch_token(token=token, now=now)
        return token.member, token

    def authenticate_header(self, request: Request) -> str:
        if request.META.get("HTTP_AUTHORIZATION"):
            return f'{_REALM}, error="invalid_token"'
        return _REALM


class BrowserSessionAuthentication(SessionAuthentication):
    """The login of the browser. Writes need the CSRF token in the header ``X-CSRFToken``."""

    def enforce_csrf(self, request: Request) -> None:
        if request.method not in _READING:
            super().enforce_csrf(request)


class ScopePermission(BasePermission):
    """A ``read`` token reads, a ``write`` token and a logged-in member may do everything.

    A ``propose`` token may also call what ``takes_proposals``: its changes of events wait there
    until somebody else approves them.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not isinstance(request.user, Member):
            raise exceptions.NotAuthenticated(
                "Log in, or send an API token: 'Authorization: Bearer TOKEN'."
            )
        token: Any = request.auth
        if token is None or token.scope == TokenScope.WRITE or _only_reads(request, view):
            return True
        if token.scope == TokenScope.PROPOSE and getattr(view, "takes_proposals", False):
            return True
        raise ApiError(
            ErrorCode.SCOPE_TOO_SMALL,
            f"This API token has the scope '{token.scope}'; this needs '{TokenScope.WRITE}'.",
        )


def _only_reads(request: Request, view: APIView) -> bool:
    return request.method in _READING or getattr(view, "post_only_reads", False)
