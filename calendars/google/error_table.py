"""What Google's refusals mean: a row for each (HTTP status, reason), and one for each OAuth error.

A row is chosen by status *and* reason: 403 alone is half a dozen situations, 410 is three.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from calendars.sync.ports import (
    BusyError,
    ConfigurationError,
    GoneError,
    GrantLostError,
    IdTakenError,
    PreconditionFailedError,
    RateLimitedError,
    RefusedError,
    ScopeMissingError,
    SyncTokenInvalidError,
    WritesPausedError,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from calendars.sync.ports import GatewayError

HOUR = 3600.0


class Call(StrEnum):
    """What was asked of Google: some refusals mean one thing for a list and another for a write."""

    LIST_EVENTS = "list_events"
    READ = "read"
    WRITE = "write"


ANY_CALL = frozenset(Call)


@dataclass(frozen=True, slots=True)
class Meaning:
    """An error class, the sentence for people, and when to try again if Google does not say."""

    error: type[GatewayError]
    sentence: str
    retry_after: float | None = None
    calls: Collection[Call] = ANY_CALL


_RATE = Meaning(RateLimitedError, "Google asks to slow down; Secretary tries again by itself.")
_RECONNECT = Meaning(
    GrantLostError, "Google no longer accepts this account's sign-in. Connect the account again."
)
_SCOPE = Meaning(
    ScopeMissingError,
    "The permission that Secretary needs was not granted. Connect the account again and leave"
    " every box ticked.",
)
_API_OFF = Meaning(
    ConfigurationError,
    "The Google Calendar API is switched off in this installation's Google project.",
)
_STALE = Meaning(PreconditionFailedError, "The event was changed at Google in the meantime.")
_GONE = Meaning(
    GoneError, "Google does not have this any more, or does not show it to this account."
)
_TAKEN = Meaning(IdTakenError, "Google has used this event's id before.")
_RESYNC = Meaning(
    SyncTokenInvalidError,
    "Google asks for the whole calendar to be read again.",
    calls={Call.LIST_EVENTS},
)
_FAULT = Meaning(BusyError, "Google has a fault of its own; Secretary tries again by itself.")
_UNCLEAR = Meaning(RefusedError, "Google could not make sense of this change.")
_TYPE = Meaning(RefusedError, "Google does not allow this change for an event of this type.")
_WORKING_HOURS = Meaning(
    RefusedError, "Google does not accept the working location, focus time or absence as given."
)
_NO_PUSH = Meaning(RefusedError, "Google does not take this address for change messages.")

_ROWS: tuple[tuple[tuple[int, ...], tuple[str, ...], Meaning], ...] = (
    ((400,), ("timeRangeEmpty",), Meaning(RefusedError, "The event ends before it starts.")),
    (
        (400,),
        ("required",),
        Meaning(RefusedError, "Google needs a value that is missing, such as a start or an end."),
    ),
    ((400,), ("invalid",), Meaning(RefusedError, "Google does not accept one of the values.")),
    ((400,), ("badRequest", "parseError"), _UNCLEAR),
    (
        (400,),
        ("eventDurationExceedsLimit",),
        Meaning(RefusedError, "The event is longer than Google allows."),
    ),
    (
        (400,),
        ("cannotUseDefaultRemindersAndSpecifyOverride",),
        Meaning(RefusedError, "An event has the calendar's reminders or its own, not both."),
    ),
    (
        (400,),
        ("eventRemindersCountExceedsLimit",),
        Meaning(RefusedError, "Google allows at most five reminders for an event."),
    ),
    (
        (400,),
        ("malformedWorkingLocationEvent", "malformedFocusTimeEvent", "malformedOutOfOfficeEvent"),
        _WORKING_HOURS,
    ),
    (
        (400,),
        ("channelIdNotUnique",),
        Meaning(RefusedError, "This id of a channel for change messages is already used."),
    ),
    (
        (400,),
        ("pushNotSupportedForRequestedResource",),
        Meaning(RefusedError, "Google sends no change messages for this calendar."),
    ),
    ((400, 401), ("push.webhookUrlUnauthorized", "push.webhookUrlNotHttps"), _NO_PUSH),
    ((401,), ("authError", "UNAUTHENTICATED"), _RECONNECT),
    (
        (403, 429),
        (
            "userRateLimitExceeded",
            "rateLimitExceeded",
            "RATE_LIMIT_EXCEEDED",
            "RESOURCE_EXHAUSTED",
        ),
        _RATE,
    ),
    (
        (403,),
        ("quotaExceeded",),
        Meaning(
            WritesPausedError,
            "Google takes no changes from this account for some hours. Reading still works.",
            calls={Call.WRITE},
        ),
    ),
    ((403,), ("quotaExceeded",), _RATE),
    (
        (403,),
        ("dailyLimitExceeded",),
        Meaning(
            RateLimitedError,
            "This installation's Google project has used up its requests of today.",
            retry_after=HOUR,
        ),
    ),
    (
        (403,),
        ("forbiddenForNonOrganizer",),
        Meaning(RefusedError, "Only the organizer of the event can change this."),
    ),
    (
        (403,),
        ("forbiddenForServiceAccounts",),
        Meaning(
            RefusedError,
            "A service account cannot invite guests without domain-wide delegation.",
        ),
    ),
    ((403,), ("insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"), _SCOPE),
    (
        (403,),
        ("requiredAccessLevel",),
        Meaning(RefusedError, "This account may read the calendar but not change it."),
    ),
    ((403,), ("accessNotConfigured", "SERVICE_DISABLED"), _API_OFF),
    (
        (403,),
        ("forbidden",),
        Meaning(RefusedError, "Google does not allow this account to do that."),
    ),
    (
        (403,),
        ("notACalendarUser",),
        Meaning(RefusedError, "This Google account has not signed up for Google Calendar."),
    ),
    # For these reasons both statuses are reported.
    (
        (400, 403),
        ("cannotUnsubscribeFromOwnedCalendar",),
        Meaning(RefusedError, "A calendar's owner can hide it but not remove it from the list."),
    ),
    (
        (400, 403),
        ("cannotDeletePrimaryCalendar",),
        Meaning(RefusedError, "An account's main calendar cannot be deleted."),
    ),
    (
        (400, 403),
        ("cannotChangeOwnAcl",),
        Meaning(RefusedError, "Nobody can change their own access to a calendar."),
    ),
    (
        (400, 403),
        ("cannotChangeOrganizer", "cannotChangeOrganizerOfInstance"),
        Meaning(RefusedError, "The organizer of this event cannot be changed."),
    ),
    (
        (400, 403),
        ("participantIsNeitherOrganizerNorAttendee",),
        Meaning(RefusedError, "The account is neither organizer nor guest of this event."),
    ),
    ((400, 403), ("eventTypeRestriction",), _TYPE),
    ((404,), ("notFound", "NOT_FOUND"), _GONE),
    ((409,), ("duplicate", "ALREADY_EXISTS"), _TAKEN),
    ((409,), ("conflict", "ABORTED"), _FAULT),
    ((410,), ("fullSyncRequired", "updatedMinTooLongAgo"), _RESYNC),
    ((410,), ("deleted",), _GONE),
    ((412,), ("conditionNotMet", "FAILED_PRECONDITION"), _STALE),
    ((500, 502, 503, 504), ("backendError", "internalError"), _FAULT),
)


def _spread() -> Iterator[tuple[tuple[int, str], list[Meaning]]]:
    table: dict[tuple[int, str], list[Meaning]] = {}
    for statuses, reasons, meaning in _ROWS:
        for status in statuses:
            for reason in reasons:
                table.setdefault((status, reason), []).append(meaning)
    yield from table.items()


BY_REASON: Mapping[tuple[int, str], list[Meaning]] = dict(_spread())

BY_MESSAGE: tuple[tuple[int, str, Meaning], ...] = (
    # Only the wording tells these from other bad values (trap 5).
    (400, "sync token", _RESYNC),
    (
        400,
        "invalid sequence value",
        Meaning(_STALE.error, _STALE.sentence, calls={Call.WRITE}),
    ),
)
"""(status, part of the message in lower case, meaning): looked at before the reason."""

BY_STATUS: Mapping[int, tuple[Meaning, ...]] = {
    401: (_RECONNECT,),
    408: (_FAULT,),
    410: (_RESYNC, _GONE),
    412: (_STALE,),
    413: (Meaning(RefusedError, "The event is larger than Google accepts."),),
    429: (_RATE,),
}
"""For reasons without a row. The first meaning that fits the call counts."""

_CLIENT = Meaning(
    ConfigurationError,
    "Google does not accept this installation's OAuth client. Check the credentials file.",
)

OAUTH: Mapping[str, Meaning] = {
    "invalid_grant": _RECONNECT,
    "invalid_rapt": Meaning(
        GrantLostError,
        "The organisation of this account wants a fresh sign-in. Connect the account again.",
    ),
    "access_denied": _RECONNECT,
    "admin_policy_enforced": Meaning(
        GrantLostError, "The organisation of this account does not allow Secretary."
    ),
    "invalid_client": _CLIENT,
    "deleted_client": _CLIENT,
    "disabled_client": _CLIENT,
    "unauthorized_client": Meaning(
        ConfigurationError,
        "This installation's OAuth client is not authorized for what it asks of Google.",
    ),
    "invalid_scope": _CLIENT,
    "invalid_request": _CLIENT,
    "unsupported_grant_type": _CLIENT,
    "internal_failure": _FAULT,
    "server_error": _FAULT,
    "temporarily_unavailable": _FAULT,
    "rate_limit_exceeded": _RATE,
}
"""By ``error_subtype``, else ``error``, of the token endpoint's flat body."""

FAULT, UNCLEAR = _FAULT, _UNCLEAR
