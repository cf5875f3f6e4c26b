"""Every error of the API in one shape, and the only place where an error becomes a status."""

from __future__ import annotations

import json
import logging
import traceback
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from rest_framework import exceptions

from calendars.errors import CalendarError

if TYPE_CHECKING:
    from collections.abc import Mapping

log = logging.getLogger(__name__)


class ErrorCode(StrEnum):
    """The closed list of codes. A client may rely on these and on nothing in the sentences."""

    MALFORMED = "malformed"
    INVALID = "invalid"
    UNKNOWN_PARAMETER = "unknown_parameter"
    SCOPE_REQUIRED = "scope_required"
    NOT_AUTHENTICATED = "not_authenticated"
    CSRF_FAILED = "csrf_failed"
    SCOPE_TOO_SMALL = "scope_too_small"
    NOT_WRITABLE = "not_writable"
    NOT_INVITED = "not_invited"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    NOT_ACCEPTABLE = "not_acceptable"
    NO_GOOGLE_ACCOUNT = "no_google_account"
    WRONG_STATE = "wrong_state"
    SWITCHED_OFF = "switched_off"
    KEY_REUSED = "key_reused"
    ALREADY_DELETED = "already_deleted"
    TOO_LARGE = "too_large"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    TOO_MANY_REQUESTS = "too_many_requests"
    INTERNAL = "internal"
    UNAVAILABLE = "unavailable"


STATUS_OF: Final[Mapping[ErrorCode, HTTPStatus]] = {
    ErrorCode.MALFORMED: HTTPStatus.BAD_REQUEST,
    ErrorCode.INVALID: HTTPStatus.BAD_REQUEST,
    ErrorCode.UNKNOWN_PARAMETER: HTTPStatus.BAD_REQUEST,
    ErrorCode.SCOPE_REQUIRED: HTTPStatus.BAD_REQUEST,
    ErrorCode.NOT_AUTHENTICATED: HTTPStatus.UNAUTHORIZED,
    ErrorCode.CSRF_FAILED: HTTPStatus.FORBIDDEN,
    ErrorCode.SCOPE_TOO_SMALL: HTTPStatus.FORBIDDEN,
    ErrorCode.NOT_WRITABLE: HTTPStatus.FORBIDDEN,
    ErrorCode.NOT_INVITED: HTTPStatus.CONFLICT,
    ErrorCode.NOT_FOUND: HTTPStatus.NOT_FOUND,
    ErrorCode.METHOD_NOT_ALLOWED: HTTPStatus.METHOD_NOT_ALLOWED,
    ErrorCode.NOT_ACCEPTABLE: HTTPStatus.NOT_ACCEPTABLE,
    ErrorCode.NO_GOOGLE_ACCOUNT: HTTPStatus.CONFLICT,
    ErrorCode.WRONG_STATE: HTTPStatus.CONFLICT,
    ErrorCode.SWITCHED_OFF: HTTPStatus.CONFLICT,
    ErrorCode.KEY_REUSED: HTTPStatus.CONFLICT,
    ErrorCode.ALREADY_DELETED: HTTPStatus.GONE,
    ErrorCode.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    ErrorCode.UNSUPPORTED_MEDIA_TYPE: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    ErrorCode.TOO_MANY_REQUESTS: HTTPStatus.TOO_MANY_REQUESTS,
    ErrorCode.INTERNAL: HTTPStatus.INTERNAL_SERVER_ERROR,
    ErrorCode.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
}
_BUSY_RETRY_SECONDS: Final = 2


class ApiError(Exception):
    """Something wrong with the request itself, before any rule of the calendar is asked."""

    def __init__(
        self,
        code: ErrorCode,
        detail: str,
        *,
        fields: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.fields = dict(fields or {})
        self.headers = dict(headers or {})


def handle(error: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """The answer to any exception of a view; settings name it as DRF's exception handler."""
    known = _as_api_error(error)
    if known is None:
        _log_unexpected(error, context)
        known = ApiError(
            ErrorCode.INTERNAL, "Something went wrong here. It was logged; nothing was changed."
        )
    return answer_of(known)


def answer_of(error: ApiError) -> HttpResponse:
    """The one shape of an error."""
    body = {
        "status": "error",
        "code": error.code,
        "detail": error.detail,
        "fields": error.fields,
    }
    return HttpResponse(
        json.dumps(body),
        status=STATUS_OF[error.code],
        content_type="application/json",
        headers={"Cache-Control": "no-store", **error.headers},
    )


def _as_api_error(error: Exception) -> ApiError | None:
    """The error as the client is told it; None for one that nobody expected."""
    if isinstance(error, ApiError):
        return error
    if isinstance(error, CalendarError):
        return ApiError(ErrorCode(error.code), error.detail, fields=error.fields)
    if isinstance(error, exceptions.APIException):
        return _of_rest_framework(error)
    if isinstance(error, Http404):
        return ApiError(ErrorCode.NOT_FOUND, "There is no such thing here.")
    if isinstance(error, PermissionDenied):
        return ApiError(ErrorCode.SCOPE_TOO_SMALL, "You may not do this.")
    if isinstance(error, SuspiciousOperation | MultiPartParserError | UnreadablePostError):
        return ApiError(ErrorCode.MALFORMED, "The request could not be read.")
    if isinstance(error, OperationalError):
        return ApiError(
            ErrorCode.UNAVAILABLE,
            "The database is busy or away. Try again in a moment.",
            headers={"Retry-After": str(_BUSY_RETRY_SECONDS)},
        )
    return None


def _of_rest_framework(error: exceptions.APIException) -> ApiError:
    """The framework's own refusals, told by class; a class that is not listed is a bad request."""
    detail = str(error.detail)
    match error:
        case exceptions.NotAuthenticated() | exceptions.AuthenticationFailed():
            challenge = getattr(error, "auth_header", "Bearer")
            return ApiError(
                ErrorCode.NOT_AUTHENTICATED, detail, headers={"WWW-Authenticate": challenge}
            )
        case exceptions.Throttled():
            wait = max(1, round(getattr(error, "wait", None) or 0))
            return ApiError(
                ErrorCode.TOO_MANY_REQUESTS,
                f"Too many requests. Try again in {wait} seconds.",
                headers={"Retry-After": str(wait)},
            )
        case exceptions.PermissionDenied():
            return ApiError(ErrorCode.CSRF_FAILED, detail)
        case exceptions.MethodNotAllowed():
            return ApiError(ErrorCode.METHOD_NOT_ALLOWED, detail)
        case exceptions.NotAcceptable():
            return ApiError(ErrorCode.NOT_ACCEPTABLE, detail)
        case exceptions.NotFound():
            return ApiError(ErrorCode.NOT_FOUND, detail)
        case _:
            return ApiError(ErrorCode.INVALID, detail)


def _log_unexpected(error: Exception, context: Mapping[str, Any]) -> None:
    """Where it happened, and no value: messages of exceptions may quote calendar content."""
    request = context.get("request")
    log.error(
        "Unexpected %s in %s %s\n%s",
        type(error).__name__,
        getattr(request, "method", "?"),
        type(context.get("view")).__name__,
        "".join(traceback.format_tb(error.__traceback__)),
    )
