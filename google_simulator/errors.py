"""What Google answers when it refuses: reasons, messages and both body shapes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Shape = Literal["legacy", "new"]

_STATUS_NAMES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ALREADY_EXISTS",
    410: "FAILED_PRECONDITION",
    412: "FAILED_PRECONDITION",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    502: "UNAVAILABLE",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}

_DOMAINS = {
    "rateLimitExceeded": "usageLimits",
    "userRateLimitExceeded": "usageLimits",
    "quotaExceeded": "usageLimits",
    "dailyLimitExceeded": "usageLimits",
    "accessNotConfigured": "usageLimits",
    "fullSyncRequired": "calendar",
    "updatedMinTooLongAgo": "calendar",
    "timeRangeEmpty": "calendar",
    "forbiddenForNonOrganizer": "calendar",
    "forbiddenForServiceAccounts": "calendar",
    "requiredAccessLevel": "calendar",
    "notACalendarUser": "calendar",
    "cannotUseDefaultRemindersAndSpecifyOverride": "calendar",
    "eventRemindersCountExceedsLimit": "calendar",
    "malformedWorkingLocationEvent": "calendar",
    "malformedFocusTimeEvent": "calendar",
    "malformedOutOfOfficeEvent": "calendar",
    "eventTypeRestriction": "calendar",
    "pushNotSupportedForRequestedResource": "calendar",
    "cannotChangeOrganizerOfInstance": "calendar",
    "cannotDeletePrimaryCalendar": "calendar",
    "cannotUnsubscribeFromOwnedCalendar": "calendar",
    "cannotChangeOwnAcl": "calendar",
    "participantIsNeitherOrganizerNorAttendee": "calendar",
    "eventDurationExceedsLimit": "calendar",
}

_MESSAGES = {
    "rateLimitExceeded": "Rate Limit Exceeded",
    "userRateLimitExceeded": "User Rate Limit Exceeded",
    "quotaExceeded": "Calendar usage limits exceeded.",
    "dailyLimitExceeded": "Daily Limit Exceeded",
    "backendError": "Backend Error",
    "internalError": "Internal Error",
    "authError": "Invalid Credentials",
    "notFound": "Not Found",
    "forbidden": "Forbidden",
    "conditionNotMet": "Precondition Failed",
    "fullSyncRequired": "Sync token is no longer valid, a full sync is required.",
    "duplicate": "The requested identifier already exists.",
    "deleted": "Resource has been deleted",
    "insufficientPermissions": "Insufficient Permission",
}


@dataclass
class ApiError(Exception):
    """One refusal: what `(HTTP, reason)` a client dispatches on, and the text beside it.

    `shape` "legacy" is what Calendar's own logic answers, "new" what the front end (sign-in,
    quota, disabled API) answers; see google-calendar-api.md section 7.1.
    """

    status: int
    reason: str
    message: str = ""
    location: str = ""
    location_type: str = "parameter"
    shape: Shape = "legacy"
    detail_reason: str = ""

    def __post_init__(self) -> None:
        self.message = self.message or _MESSAGES.get(self.reason, self.reason)

    def body(self) -> dict[str, Any]:
        """The JSON object of the answer."""
        item = {
            "domain": _DOMAINS.get(self.reason, "global"),
            "reason": self.reason,
            "message": self.message,
        }
        if self.location:
            item |= {"locationType": self.location_type, "location": self.location}
        error: dict[str, Any] = {"errors": [item], "code": self.status, "message": self.message}
        if self.shape == "new":
            error["status"] = _STATUS_NAMES.get(self.status, "UNKNOWN")
        if self.detail_reason:
            error["details"] = [
                {
                    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                    "reason": self.detail_reason,
                    "domain": "googleapis.com",
                    "metadata": {"service": "calendar-json.googleapis.com"},
                }
            ]
        return {"error": error}


@dataclass
class OAuthError(Exception):
    """A refusal of the sign-in endpoints: a flat body, unlike the API's."""

    status: int
    error: str
    description: str = ""

    def body(self) -> dict[str, Any]:
        """The JSON object of the answer."""
        described = {"error_description": self.description} if self.description else {}
        return {"error": self.error, **described}


class ConnectionLost(ConnectionError):  # noqa: N818 - a connection is lost, nothing is answered
    """The client shall see its connection break; `kind` says how."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def not_found() -> ApiError:
    """404: never existed, or the caller may not know that it does."""
    return ApiError(404, "notFound")


def required(message: str, *, location: str = "") -> ApiError:
    """400 for a missing value."""
    return ApiError(400, "required", message, location)


def invalid(message: str, *, location: str = "") -> ApiError:
    """400 for a value that cannot be understood."""
    return ApiError(400, "invalid", message, location)


def stale() -> ApiError:
    """412: the etag in If-Match is not the present one."""
    return ApiError(412, "conditionNotMet", location="If-Match", location_type="header")


def full_sync_required() -> ApiError:
    """410: the sync token is too old or was invalidated."""
    return ApiError(410, "fullSyncRequired", location="syncToken")


def needs_role(role: str) -> ApiError:
    """403: the calendar is shared with the caller, but not that widely."""
    return ApiError(403, "requiredAccessLevel", f"You need to have {role} access to this calendar.")
