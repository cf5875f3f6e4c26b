"""What the sync shell needs from the outside world, and what each part may raise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from calendars.sync.core.busy_plan import BusyQuestion, BusyWish
    from calendars.sync.core.types import Operation, Resource
    from calendars.sync.listed import Listed


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


class ScopeMissingError(GrantLostError):
    """The grant lacks the scope of this one request (section 2.4)."""

    code = "scope_missing"


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
    """One page of ``events.list``. ``next_sync_token`` comes with the last page only.

    Of ``items`` only the ids are checked; ``core.row_shape`` is for the rest of those that are new.
    """

    items: Sequence[dict[str, Any]]
    next_page_token: str | None
    next_sync_token: str | None


@dataclass(frozen=True, slots=True)
class BusyAnswer:
    """When somebody is busy, as epoch seconds, merged; or Google's word for why it is not told."""

    busy: Sequence[tuple[int, int]] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """What a cycle has to do beside pulling events.

    ``operations`` says that some wait to be sent, ``lost_operations`` that some are in flight and
    belong to a worker that died.
    """

    calendar_list: bool = False
    list_changes: bool = False
    busy_times: bool = False
    operations: bool = False
    lost_operations: bool = False
    writes_paused: bool = False


@dataclass(frozen=True, slots=True)
class ListChange:
    """A queued change of the calendar list. ``kind`` is subscribe, change or remove; ``payload``
    of a change the fields of Google's entry."""

    pk: int
    kind: str
    google_id: str
    payload: Mapping[str, Any]


class Gateway(Protocol):
    """Google Calendar for one account. Every method may raise any ``GatewayError``."""

    def list_calendars(self) -> list[dict[str, Any]]:
        """All entries of the calendar list, hidden ones included, deleted ones left out."""

    def subscribe(self, *, calendar_id: str) -> dict[str, Any]:
        """Put a calendar on the list; the entry as it is then. GoneError if it is not shown."""

    def change_entry(self, *, calendar_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Change fields of an entry of the list; the entry as it is then."""

    def unsubscribe(self, *, calendar_id: str) -> None:
        """Take a calendar off the list. GoneError if it is not on it."""

    def free_busy(
        self, *, addresses: Sequence[str], start: int, end: int
    ) -> Mapping[str, BusyAnswer]:
        """When these are busy; whom Google says nothing about is not in it. Epoch seconds."""

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

    def move_event(
        self, *, calendar_id: str, event_id: str, destination: str, etag: str | None, notify: str
    ) -> None:
        """Give an event to another calendar, its id kept, with If-Match.

        The answer says nothing about the event at its new place (trap 15): read it there.
        GoneError if it is not here any more, IdTakenError if the destination has one of that id.
        """


class Clock(Protocol):
    def now(self) -> dt.datetime:
        """This moment, aware, in UTC."""

    def sleep(self, seconds: float) -> None:
        """Wait; only between tries of a request."""


class LeaseLostError(Exception):
    """Another worker has taken over this account: stop without writing anything more."""


@dataclass(frozen=True, slots=True)
class CalendarToSync:
    """One calendar as a cycle sees it. ``fresh`` says that members see it in step already, so
    that a pull which brings nothing changes nothing for them."""

    pk: int
    google_id: str
    sync_token: str | None
    window: tuple[dt.datetime, dt.datetime]
    full_due: bool
    mass_delete_seen: bool
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Lane:
    """The open operations of one event, with what they are sent against.

    ``event_id`` is Google's id, chosen by us while ``agreed`` is None; ``etag`` the one for
    If-Match, of the series for an instance that Google has not stored as an exception; ``held``
    the operations that may not be sent yet (see ``core.saga``), ``resets`` those before which the
    calendar has to be up to date (see ``core.resets``).
    """

    event_pk: int
    calendar_google_id: str
    event_id: str
    etag: str | None
    agreed: Resource | None
    operations: Sequence[Operation]
    held: frozenset[int] = frozenset()
    resets: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Listing:
    """All pages of one pull: items by id, the token of the last page, and the span listed."""

    items: Listed
    sync_token: str | None
    window: tuple[dt.datetime, dt.datetime] | None
    """None for an incremental listing."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What a listing changed. ``refused`` counts a mass delete that was not believed yet.

    ``unlisted`` are the primary keys and ids of events that a listing of the whole window lacks
    although something waits for them: only Google knows whether they are gone or out of it.
    """

    changes: int = 0
    conflicts: int = 0
    refused: int = 0
    unlisted: Sequence[tuple[int, str]] = ()


class Store(Protocol):
    """What the cycle of one account reads and writes.

    Every writing method runs in one transaction, renews the lease in it and raises
    LeaseLostError, writing nothing, where another worker holds the account now.
    """

    def take_lease(self, *, now: dt.datetime) -> bool:
        """Become the only worker of the account; False while another one is."""

    def keep_lease(self, *, now: dt.datetime) -> None:
        """Hold the account for longer. Raises LeaseLostError."""

    def release_lease(self) -> None:
        """Let others in; never raises LeaseLostError."""

    def recover(self, *, now: dt.datetime) -> None:
        """Operations in flight belong to a worker that died: their outcome is asked again. Steps
        parked because of another one wait again once that one does."""

    def due(self, *, now: dt.datetime) -> Due:
        """What else there is to do, found out at once: most cycles have nothing to do."""

    def list_changes(self) -> list[ListChange]:
        """Changes of the calendar list that wait, oldest first."""

    def list_change_applied(
        self, change: ListChange, entry: Mapping[str, Any] | None, *, now: dt.datetime
    ) -> None:
        """Google did it: ``entry`` is the calendar as it is listed now, None once removed."""

    def list_change_failed(
        self, change: ListChange, *, error: GatewayError, sentence: str, now: dt.datetime
    ) -> None:
        """Google refuses it; the next reading of the list puts back what was shown."""

    def busy_wishes(self) -> list[BusyWish]:
        """About whom somebody wants to know when they are busy, oldest wish first."""

    def save_busy(
        self, question: BusyQuestion, answers: Mapping[str, BusyAnswer], *, now: dt.datetime
    ) -> None:
        """Keep the answers, one for each address, as of ``now``: later wishes stay open."""

    def save_calendar_list(self, entries: Sequence[Mapping[str, Any]], *, now: dt.datetime) -> None:
        """Follow the calendar list: new, changed, vanished calendars, and the account's name."""

    def has_calendar(self, google_id: str) -> bool:
        """Whether the account's list, as it was last read, holds this calendar."""

    def calendars(
        self, *, google_id: str | None, insist: bool, now: dt.datetime
    ) -> list[CalendarToSync]:
        """Calendars to pull; without ``insist`` those that rest after an error are left out."""

    def known_until(self, calendar: CalendarToSync, *, now: dt.datetime) -> dt.datetime:
        """As far as events of the calendar are known, at most ten years ahead."""

    def pending_lanes(
        self, *, google_id: str | None, insist: bool, now: dt.datetime
    ) -> tuple[int, list[int]]:
        """How many operations wait, and their events' keys, oldest operation first."""

    def drop_placeless(self, *, now: dt.datetime) -> None:
        """Withdraw changes of occurrences whose slot a series only passes through, by a move and
        another one that both wait: sent, they would make Google go that way too, and forget there
        what it knows of other occurrences."""

    def lane(self, event_pk: int) -> Lane | None:
        """The lane of an event; None when the event is gone."""

    def review(self, google_id: str, *, now: dt.datetime) -> None:
        """Park what would reset occurrences of this calendar that were changed at Google."""

    def claim(self, operations: Sequence[int], *, now: dt.datetime) -> bool:
        """Mark as in flight; False, changing nothing, when one of them is not pending any more."""

    def release(self, operations: Sequence[int], *, now: dt.datetime) -> None:
        """Put back to pending, unsent."""

    def postpone(
        self,
        operations: Sequence[int],
        *,
        error: GatewayError,
        until: dt.datetime,
        now: dt.datetime,
    ) -> None:
        """Put back to pending, to be tried again at that time."""

    def set_aside(self, event_pk: int, *, error: str, until: dt.datetime, now: dt.datetime) -> None:
        """Put all that waits for an event back to pending, to be looked at again at that time."""

    def fail(
        self, event_pk: int, operations: Sequence[int], *, error: GatewayError, now: dt.datetime
    ) -> None:
        """Park as failed with the sentence, and show the member what that leaves."""

    def settle(
        self,
        event_pk: int,
        *,
        applied: Sequence[int],
        withdrawn: Sequence[int] = (),
        now: dt.datetime,
    ) -> None:
        """Close operations that need no request."""

    def sent(
        self,
        event_pk: int,
        operations: Sequence[int],
        *,
        resource: Mapping[str, Any] | None,
        now: dt.datetime,
    ) -> None:
        """Google did it: ``resource`` is the new agreed copy, None after a delete."""

    def lost(self, event_pk: int, operations: Sequence[int], *, now: dt.datetime) -> None:
        """What these operations are about was deleted at Google: they are in conflict. Of an
        arrival it alone: what was asked of the event since waits for that decision."""

    def take_absence(self, event_pk: int, *, now: dt.datetime) -> None:
        """Google knows no event of this id: compare, settle, put in conflict, store."""

    def take_incoming(
        self, event_pk: int, resource: Mapping[str, Any], *, now: dt.datetime
    ) -> None:
        """A resource read back for one event: compare, settle, put in conflict, store."""

    def give_fresh_id(self, event_pk: int, *, google_id: str, now: dt.datetime) -> None:
        """The chosen id belongs to a deleted event: use this one instead (trap 12)."""

    def apply_listing(
        self, calendar: CalendarToSync, listing: Listing, *, now: dt.datetime
    ) -> Applied:
        """Rows, occurrences and token of one pull, together."""

    def calendar_failed(
        self, calendar_pk: int, *, error: str, until: dt.datetime | None, now: dt.datetime
    ) -> None:
        """Keep the old cache and say why it is not fresh."""

    def account_failed(
        self, *, error: GatewayError, until: dt.datetime | None, now: dt.datetime
    ) -> None:
        """The whole account could not go on."""

    def pause_writes(self, *, error: GatewayError, until: dt.datetime, now: dt.datetime) -> None:
        """Google takes no writes for a while."""

    def finish(self, *, now: dt.datetime) -> None:
        """The cycle went through without an error of the account: note it, and let others in."""
