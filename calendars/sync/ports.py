"""What the sync shell needs from the outside world, and what each part may raise."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence


class GatewayError(Exception):
    """Google did not do what was asked. ``code`` is stable, ``detail`` a sentence for people.

    ``retry_after`` is in seconds where Google said it.
    """

    code: ClassVar[str] = "google_error"

    def __init__(self, detail: str, *, reason: str = "", retry_after: float | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.reason = reason or self.code
        self.retry_after = retry_after


class UnreachableError(GatewayError):
    """No answer: the network, DNS, TLS or a timeout. Whether a write took effect is unknown."""

    code = "unreachable"


class BusyError(GatewayError):
    """A rate limit (403, 429) or a fault on Google's side (5xx): try again later."""

    code = "busy"


class RateLimitedError(BusyError):
    """Too many requests; holds for the whole account."""

    code = "rate_limited"


class WritesPausedError(GatewayError):
    """403 quotaExceeded: Google takes no writes from this account for hours; reads still work."""

    code = "writes_paused"


class GrantLostError(GatewayError):
    """The grant is revoked or expired, or lacks a scope: only the member can mend it."""

    code = "reconnect"


class ConfigurationError(GatewayError):
    """The installation's client or project is wrong (invalid_client, API switched off)."""

    code = "configuration"


class SyncTokenInvalidError(GatewayError):
    """410 fullSyncRequired, or 400 for a token that is not one (trap 5)."""

    code = "sync_token_invalid"


class PreconditionFailedError(GatewayError):
    """412, or an outdated sequence: the resource changed since the agreed copy."""

    code = "changed_meanwhile"


class IdTakenError(GatewayError):
    """409: the id is used, perhaps by a deleted event (trap 12)."""

    code = "id_taken"


class GoneError(GatewayError):
    """404 notFound, or 410 deleted: not there, or not for this account."""

    code = "gone"


class RefusedError(GatewayError):
    """A permanent refusal; ``reason`` is Google's own word for it."""

    code = "refused"


@dataclass(frozen=True, slots=True)
class EventsPage:
    """One page of ``events.list``. ``next_sync_token`` comes with the last page only."""

    items: Sequence[dict[str, Any]]
    next_page_token: str | None
    next_sync_token: str | None
    time_zone: str = ""
    access_role: str = ""
    default_reminders: Sequence[Mapping[str, Any]] = field(default_factory=tuple)


class Gateway(Protocol):
    """Google Calendar for one account. Every method may raise any ``GatewayError``."""

    def list_calendars(self) -> list[dict[str, Any]]:
        """All entries of the calendar list, hidden ones included, deleted ones left out."""

    def list_events(
        self,
        *,
        calendar_id: str,
        sync_token: str | None,
        window: tuple[dt.datetime, dt.datetime] | None,
        page_token: str | None,
    ) -> EventsPage:
        """One page: with a sync token what changed, otherwise the window. Series stay series."""

    def get_event(self, *, calendar_id: str, event_id: str) -> dict[str, Any]:
        """One event; a deleted one comes with status ``cancelled``. GoneError if unknown."""

    def insert_event(
        self, *, calendar_id: str, body: Mapping[str, Any], notify: str
    ) -> dict[str, Any]:
        """Insert with the id in the body. IdTakenError if that id was ever used."""

    def patch_event(
        self,
        *,
        calendar_id: str,
        event_id: str,
        body: Mapping[str, Any],
        etag: str | None,
        notify: str,
    ) -> dict[str, Any]:
        """PATCH with If-Match of this etag (None: without). PreconditionFailedError when stale."""

    def delete_event(
        self, *, calendar_id: str, event_id: str, etag: str | None, notify: str
    ) -> None:
        """Delete with If-Match. GoneError if it is not there any more."""


class Clock(Protocol):
    def now(self) -> dt.datetime:
        """This moment, aware, in UTC."""

    def sleep(self, seconds: float) -> None:
        """Wait; only between tries of a request."""
