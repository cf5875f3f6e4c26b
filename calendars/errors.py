"""One tree of domain errors. Each has a stable code, names what it is about, knows no HTTP."""

from __future__ import annotations

from typing import Any, ClassVar


class CalendarError(Exception):
    """Base of everything that a member or program can be told.

    ``code`` is stable; ``detail`` is a sentence; ``fields`` maps a field to what is wrong with it;
    ``ids`` names the calendar, event or operation concerned.
    """

    code: ClassVar[str] = "error"

    def __init__(self, detail: str, *, fields: dict[str, str] | None = None, **ids: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.fields = fields or {}
        self.ids = ids


class InvalidInputError(CalendarError):
    """Something in the input cannot be accepted; ``fields`` says what."""

    code = "invalid"


class UnknownParameterError(CalendarError):
    """The input names something that this call does not have."""

    code = "unknown_parameter"


class NotFoundError(CalendarError):
    """There is no such thing, or it belongs to somebody else: the caller cannot tell which."""

    code = "not_found"


class NotWritableError(CalendarError):
    """The member may read this calendar or event but not change it."""

    code = "not_writable"


class NotInvitedError(CalendarError):
    """The member is not among the guests of the event, so there is nothing to answer."""

    code = "not_invited"


class ScopeRequiredError(CalendarError):
    """A recurring target needs to be told which occurrences are meant."""

    code = "scope_required"


class NoGoogleAccountError(CalendarError):
    """The member has connected no Google account yet, so there is no calendar to use."""

    code = "no_google_account"


class WrongStateError(CalendarError):
    """The operation is not in a state in which this can be done to it."""

    code = "wrong_state"


class SwitchedOffError(CalendarError):
    """Whoever runs Secretary has switched off what is asked for."""

    code = "switched_off"


class KeyReusedError(CalendarError):
    """The name of a call was given to another one before."""

    code = "key_reused"


class AlreadyDeletedError(CalendarError):
    """The event is already deleted."""

    code = "already_deleted"
