"""One API request after HTTP: what every handler receives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from google_simulator import access, sync_tokens
from google_simulator.errors import ApiError, invalid, stale
from google_simulator.times import Resource

if TYPE_CHECKING:
    from google_simulator.discovery import Method
    from google_simulator.listing import Snapshots
    from google_simulator.watch import Channels
    from google_simulator.world import Calendar, Person, World

_PREFIX = "https://www.googleapis.com/auth/"
_OWNED = {f"{_PREFIX}calendar.events.owned", f"{_PREFIX}calendar.events.owned.readonly"}
_PUBLIC = f"{_PREFIX}calendar.events.public.readonly"
_APP_CREATED = f"{_PREFIX}calendar.app.created"
_FREE_BUSY = f"{_PREFIX}calendar.events.freebusy"
_PAGE_ONLY = {"pageToken", "fields", "key", "alt", "prettyPrint", "quotaUser", "userIp"}


@dataclass
class Service:
    """The state that handlers work on."""

    world: World
    snapshots: Snapshots
    channels: Channels
    base_url: str


@dataclass(frozen=True)
class Call:
    """An authenticated request to one method, parameters in their types."""

    method: Method
    path: dict[str, str]
    query: dict[str, Any]
    body: Resource
    user: str
    client_id: str
    scopes: frozenset[str]
    if_match: str = ""

    def max_results(self, *, default: int, most: int) -> int:
        """The page size: 400 below one, clamped above the maximum (section 2)."""
        wanted = int(self.query.get("maxResults", default))
        if wanted < 1:
            raise invalid("Bad Request", location="maxResults")
        return min(wanted, most)

    def fingerprint(self, *extra: object, without: frozenset[str] = frozenset()) -> str:
        """The question that this call asks, for tokens; names in `without` do not matter."""
        asked = {k: v for k, v in self.query.items() if k not in _PAGE_ONLY | without}
        return sync_tokens.fingerprint(self.user, sorted(asked.items()), *extra)


Handler = Callable[[Service, Call], Resource | None]


def person(service: Service, call: Call) -> Person:
    """Who calls."""
    return service.world.person(call.user)


def calendar(service: Service, call: Call, *, role: str = "freeBusyReader") -> Calendar:
    """The calendar in the path, if the caller's role and scopes reach it."""
    found = access.resolve(service.world, call.path["calendarId"], call.user)
    access.require(found, call.user, role)
    check_scope(call, found)
    return found


def check_scope(call: Call, found: Calendar) -> None:
    """403 if the scopes that allow the method are limited to other calendars than this one."""
    usable = call.scopes & call.method.scopes
    if found.owner != call.user:
        usable -= _OWNED
    if found.created_by_client != call.client_id:
        usable -= {_APP_CREATED}
    if "default" not in found.acl:
        usable -= {_PUBLIC}
    if not usable:
        raise insufficient_scope()


def sees_busy_only(call: Call) -> bool:
    """Whether the scopes let the caller see nothing but free and busy."""
    return call.scopes & call.method.scopes == {_FREE_BUSY}


def insufficient_scope() -> ApiError:
    """403: consent does not cover the method."""
    return ApiError(
        403,
        "insufficientPermissions",
        "Request had insufficient authentication scopes.",
        shape="new",
        detail_reason="ACCESS_TOKEN_SCOPE_INSUFFICIENT",
    )


def check_etag(call: Call, etag: str) -> None:
    """412 unless If-Match names the present version."""
    if call.if_match and call.if_match not in {"*", etag}:
        raise stale()
