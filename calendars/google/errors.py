"""Turns whatever a request to Google ended with into one of the port's errors.

Nothing of an answer but Google's own word for the reason gets into an error: messages of Google can
quote what was sent, and addresses of requests hold calendar ids and tokens.
"""

from __future__ import annotations

import http.client
import json
import re
import socket
import ssl
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from calendars.google import error_table
from calendars.sync.ports import GatewayError, GrantLostError, RefusedError, UnreachableError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from calendars.google.error_table import Call, Meaning

_LONGEST_WAIT = 86_400.0
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")


def translate(exc: BaseException) -> GatewayError | None:
    """The error that ``exc`` means, or None if it has nothing to do with Google.

    google-auth, httplib2, TLS and sockets each raise their own (trap 29). The caller raises the
    result ``from None``: some of them print the address of the request.
    """
    import google.auth.exceptions
    import httplib2

    match exc:
        case GatewayError():
            return exc
        case google.auth.exceptions.TransportError():
            cause = exc.args[0] if exc.args else None
            return _unreachable(cause if isinstance(cause, BaseException) else exc)
        case google.auth.exceptions.RefreshError():
            return _from_refresh(exc)
        case httplib2.HttpLib2Error() | http.client.HTTPException() | OSError():
            return _unreachable(exc)
        case json.JSONDecodeError() | UnicodeDecodeError() | RecursionError():
            return nonsense()
    return None


def from_answer(
    status: int, content: bytes, *, headers: Mapping[str, str], call: Call, now: dt.datetime
) -> GatewayError | None:
    """What an answer of the Calendar API means; None if it is a success."""
    if status < 300:
        return None
    wait = _retry_after(headers, now=now)
    refusal = _refusal(content)
    if refusal is None:
        return _from_foreign_answer(status, call=call, wait=wait)
    meaning = _meaning(status, refusal, call=call)
    if meaning is not None:
        return _error(meaning, reason=refusal.reason, wait=wait)
    if status >= 500:
        return _error(error_table.FAULT, reason=refusal.reason, wait=wait)
    known_as = " ".join(filter(None, (str(status), refusal.reason)))
    return RefusedError(
        f"Google refused this for a reason that Secretary does not know ({known_as}).",
        reason=refusal.reason,
    )


def from_token_answer(
    status: int, content: bytes, *, headers: Mapping[str, str], now: dt.datetime
) -> GatewayError | None:
    """What an answer of the OAuth token endpoint means; None if it is a token."""
    body = _parsed(content)
    if status == 200 and isinstance(body, dict) and _is_token(body):
        return None
    wait = _retry_after(headers, now=now)
    if isinstance(body, dict) and (meaning := _oauth_meaning(body)):
        return _error(meaning, reason=_oauth_word(body), wait=wait)
    if status >= 500 or status in (408, 429):
        return _error(error_table.FAULT, wait=wait)
    if isinstance(body, dict) and isinstance(body.get("error"), str):
        return GrantLostError(
            f"Google refuses to renew this account's sign-in ({status}). Connect it again.",
            reason=_oauth_word(body),
        )
    return nonsense(status)


def from_revocation_answer(
    status: int, content: bytes, *, headers: Mapping[str, str], now: dt.datetime
) -> GatewayError | None:
    """What an answer of the OAuth revocation endpoint means; None if the grant is gone by now."""
    body = _parsed(content)
    is_dead = status == 400 and isinstance(body, dict) and body.get("error") == "invalid_token"
    if status == 200 or is_dead:
        return None
    if status >= 500 or status in (408, 429):
        return _error(error_table.FAULT, wait=_retry_after(headers, now=now))
    return nonsense(status)


def nonsense(status: int = 200) -> UnreachableError:
    """Somebody answered, but not Google Calendar: a proxy, a sign-in page of a hotel."""
    return UnreachableError(
        f"Something other than Google Calendar answered ({status}). Check the network, proxies"
        " and GOOGLE_API_ENDPOINT.",
        reason="not_google",
    )


def endless() -> GatewayError:
    """A list leads back to a page of itself."""
    return _error(error_table.FAULT, reason="endless")


@dataclass(frozen=True, slots=True)
class _Refusal:
    """The part of an error body that decides: words for the reason, and the message."""

    words: tuple[str, ...]
    reason: str
    message: str


def _from_foreign_answer(status: int, *, call: Call, wait: float | None) -> GatewayError:
    """An answer without Google's error body.

    Google's front end itself sends such pages for faults and for requests it cannot take. Any
    other must not decide anything: a wrong 404 would delete events, a wrong 401 lose accounts.
    """
    if status >= 500 or status in (408, 429):
        return _error(error_table.BY_STATUS.get(status, (error_table.FAULT,))[0], wait=wait)
    if status in (400, 413):
        meanings = error_table.BY_STATUS.get(status, (error_table.UNCLEAR,))
        return _error(_first_for(meanings, call) or error_table.UNCLEAR, reason="malformed")
    return nonsense(status)


def _meaning(status: int, refusal: _Refusal, *, call: Call) -> Meaning | None:
    by_message = (
        meaning
        for code, part, meaning in error_table.BY_MESSAGE
        if code == status and part in refusal.message.lower()
    )
    by_reason = (
        meaning
        for word in refusal.words
        for meaning in error_table.BY_REASON.get((status, word), ())
    )
    return (
        _first_for(by_message, call)
        or _first_for(by_reason, call)
        or _first_for(error_table.BY_STATUS.get(status, ()), call)
    )


def _first_for(meanings: Iterable[Meaning], call: Call) -> Meaning | None:
    return next((meaning for meaning in meanings if call in meaning.calls), None)


def _error(meaning: Meaning, *, reason: str = "", wait: float | None = None) -> GatewayError:
    retry_after = meaning.retry_after if wait is None else wait
    return meaning.error(meaning.sentence, reason=reason, retry_after=retry_after)


def _refusal(content: bytes) -> _Refusal | None:
    """Both body shapes; None if this is not an error body of Google.

    ``details`` of the newer shape is more exact than ``errors`` and comes first; ``reason`` stays
    the older word, which is the one that Google documents (trap 25: HttpError mixes them up).
    """
    body = _parsed(content)
    if isinstance(body, list) and body:
        body = body[0]
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, str):
        return _Refusal(words=(error,), reason=_word(error), message="")
    if not isinstance(error, dict):
        return None
    errors, details = _reasons(error.get("errors")), _reasons(error.get("details"))
    status = _word(error.get("status"))
    words = (*details, *errors, *filter(None, [status]))
    message = error.get("message")
    reason = next(iter((*errors, *details, status)), "")
    return _Refusal(words, reason, message if isinstance(message, str) else "")


def _reasons(entries: Any) -> list[str]:
    rows = [row for row in entries if isinstance(row, dict)] if isinstance(entries, list) else []
    return [word for row in rows if (word := _word(row.get("reason")))]


def _word(value: Any) -> str:
    """Google's word for a reason if it is a word, else nothing: it is shown and stored."""
    return value if isinstance(value, str) and _WORD.fullmatch(value) else ""


def _is_token(body: Mapping[str, Any]) -> bool:
    seconds = body.get("expires_in", 0)
    return isinstance(body.get("access_token"), str) and str(seconds).isdecimal()


def _oauth_word(body: Mapping[str, Any]) -> str:
    return _word(body.get("error_subtype")) or _word(body.get("error"))


def _oauth_meaning(body: Mapping[str, Any]) -> Meaning | None:
    words = (_word(body.get("error_subtype")), _word(body.get("error")))
    return next((error_table.OAUTH[word] for word in words if word in error_table.OAUTH), None)


def _from_refresh(exc: Any) -> GatewayError:
    body = exc.args[1] if len(exc.args) > 1 else None
    if isinstance(body, dict) and (meaning := _oauth_meaning(body)):
        return _error(meaning, reason=_oauth_word(body))
    if getattr(exc, "retryable", False):
        return _error(error_table.FAULT)
    return GrantLostError(
        "This account's sign-in cannot be renewed. Connect the account again.",
        reason="refresh_failed",
    )


def _unreachable(exc: BaseException) -> UnreachableError:
    import httplib2

    match exc:
        case httplib2.ServerNotFoundError() | socket.gaierror():
            return UnreachableError("The address of Google could not be found.", reason="dns")
        case TimeoutError():
            return UnreachableError("Google did not answer in time.", reason="timeout")
        case ssl.SSLCertVerificationError():
            return UnreachableError(
                "The certificate shown at Google's address is not valid.", reason="tls"
            )
        case ssl.SSLError():
            return UnreachableError("No secure connection to Google was possible.", reason="tls")
        case ConnectionRefusedError():
            return UnreachableError("Nothing answers at Google's address.", reason="connection")
    return UnreachableError("The connection to Google broke off.", reason="connection")


def _retry_after(headers: Mapping[str, str], *, now: dt.datetime) -> float | None:
    """Seconds to wait from a Retry-After of seconds or a date; None if absent or unreadable."""
    text = {name.lower(): value for name, value in headers.items()}.get("retry-after", "").strip()
    if text.isdecimal():
        seconds = float(text)
    else:
        try:
            seconds = (parsedate_to_datetime(text) - now).total_seconds()
        except (TypeError, ValueError):  # no date, or one without a zone
            return None
    return min(max(seconds, 0.0), _LONGEST_WAIT)


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None
