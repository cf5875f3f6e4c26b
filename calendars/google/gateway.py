"""The sync shell's ``Gateway``, spoken through Google's own client library."""

from __future__ import annotations

import datetime as dt
import functools
from typing import TYPE_CHECKING, Any, NamedTuple

import google_auth_httplib2
import httplib2
import orjson
from django.conf import settings
from googleapiclient.discovery import build
from googleapiclient.model import JsonModel

from calendars.google import connections, errors
from calendars.google.busy import busy_answer
from calendars.google.error_table import Call
from calendars.google.grant import Grant
from calendars.google.storable import storable
from calendars.sync.core.row_shape import calendar_row, event_row, is_calendar, is_row
from calendars.sync.ports import EventsPage

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from calendars.sync.ports import BusyAnswer

_EVENTS_A_PAGE = 2500
_CALENDARS_A_PAGE = 250
_SEND_UPDATES = {"all": "all", "external": "externalOnly", "none": "none"}


class _Model(JsonModel):
    """Reads answers in a third of the time, and without a copy of their text."""

    def deserialize(self, content: Any) -> Any:
        try:
            return orjson.loads(content)
        except orjson.JSONDecodeError:  # the client's own way to say that this is no JSON
            return super().deserialize(content)  # type: ignore[no-untyped-call]


class _Api(NamedTuple):
    """The parts of the API that are used. They only build requests, so all threads share them."""

    events: Any
    calendar_list: Any
    freebusy: Any


@functools.lru_cache(maxsize=8)
def _api(endpoint: str) -> _Api:
    """Kept for each endpoint: a service takes 2 ms to build and each of its parts another one."""
    service = build(
        "calendar",
        "v3",
        http=httplib2.Http(),  # never used: each request brings its own
        model=_Model(),
        client_options={"api_endpoint": endpoint} if endpoint else None,
        cache_discovery=False,
        static_discovery=True,
    )
    return _Api(service.events(), service.calendarList(), service.freebusy())


class _CheckedHttp(google_auth_httplib2.AuthorizedHttp):  # type: ignore[misc]  # has no types
    """Signs requests with the grant and raises what an answer means.

    Google's client library never sees a refusal: it trips over bodies that it does not expect, and
    logs some of them.
    """

    def __init__(self, grant: Grant, *, call: Call, now: Callable[[], dt.datetime]) -> None:
        http = connections.http_of_this_thread()
        super().__init__(grant, http=http, max_refresh_attempts=1)
        self._call = call
        self._now = now

    def request(self, *args: Any, **kwargs: Any) -> Any:
        answer, content = super().request(*args, **kwargs)
        error = errors.from_answer(
            answer.status, content, headers=answer, call=self._call, now=self._now()
        )
        if error is not None:
            raise error
        return answer, storable(content)


class GoogleGateway:
    """``Gateway`` for one account. Never tries a request twice: that is for the caller to decide.

    Two things below it may repeat a request, both harmless because every write is safe to repeat:
    a 401 renews the token and asks once more, and httplib2 asks again when a kept connection turns
    out to be closed.
    """

    def __init__(
        self,
        credentials: Mapping[str, Any],
        *,
        on_refresh: Callable[[Mapping[str, Any]], None],
        now: Callable[[], dt.datetime],
    ) -> None:
        self._grant = Grant(credentials, on_refresh=on_refresh, now=now)
        self._now = now
        self._api = _api(settings.GOOGLE_API_ENDPOINT)

    def primary_address(self) -> str:
        """The id of the account's primary calendar."""
        address = self._object(self._api.calendar_list.get(calendarId="primary")).get("id")
        if not isinstance(address, str):
            raise errors.nonsense()
        return address

    def list_calendars(self) -> list[dict[str, Any]]:
        """All entries of the calendar list, hidden ones included, deleted ones left out."""
        entries: list[dict[str, Any]] = []
        page_token: str | None = None
        tokens: set[str | None] = set()
        while page_token not in tokens:
            tokens.add(page_token)
            request = self._api.calendar_list.list(
                maxResults=_CALENDARS_A_PAGE, showHidden=True, pageToken=page_token
            )
            page = self._object(request)
            entries += [calendar_row(row) for row in _rows(page) if is_calendar(row)]
            page_token = _token(page, "nextPageToken")
            if page_token is None:
                return [entry for entry in entries if not entry.get("deleted")]
        raise errors.endless()

    def subscribe(self, *, calendar_id: str) -> dict[str, Any]:
        """Put a calendar on the list; the entry as it is then. GoneError if it is not shown."""
        return self._entry(
            self._api.calendar_list.insert(body={"id": calendar_id, "selected": True})
        )

    def change_entry(self, *, calendar_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Change fields of an entry of the list; the entry as it is then."""
        request = self._api.calendar_list.patch(
            calendarId=calendar_id,
            body=dict(body),
            colorRgbFormat="backgroundColor" in body,  # without it colours are not taken
        )
        return self._entry(request)

    def unsubscribe(self, *, calendar_id: str) -> None:
        """Take a calendar off the list. GoneError if it is not on it."""
        self._execute(self._api.calendar_list.delete(calendarId=calendar_id), call=Call.WRITE)

    def free_busy(self, *, addresses: Sequence[str], start: int, end: int) -> dict[str, BusyAnswer]:
        """When these are busy; whom Google says nothing about is not in it. Epoch seconds."""
        body = {
            "timeMin": _rfc3339(start),
            "timeMax": _rfc3339(end),
            "calendarExpansionMax": len(addresses),
            "items": [{"id": address} for address in addresses],
        }
        found = self._object(self._api.freebusy.query(body=body)).get("calendars")
        if not isinstance(found, dict):
            raise errors.nonsense()
        return {address: busy_answer(found[address]) for address in addresses if address in found}

    def list_events(
        self,
        *,
        calendar_id: str,
        sync_token: str | None,
        window: tuple[dt.datetime, dt.datetime] | None,
        page_token: str | None,
    ) -> EventsPage:
        """One page: with a sync token what changed, otherwise the window. Series stay series.

        All pages and all later syncs repeat the same parameters; the window is refused beside a
        sync token (trap 4), and ``showDeleted`` would bring old tombstones into a full sync.
        """
        request = self._api.events.list(
            calendarId=calendar_id,
            singleEvents=False,
            maxResults=_EVENTS_A_PAGE,
            pageToken=page_token,
            **({"syncToken": sync_token} if sync_token else _bounds(window)),
        )
        page = self._object(request, call=Call.LIST_EVENTS)
        return EventsPage(
            items=_rows(page),
            next_page_token=_token(page, "nextPageToken"),
            next_sync_token=_token(page, "nextSyncToken"),
        )

    def get_event(self, *, calendar_id: str, event_id: str) -> dict[str, Any]:
        """One event; a deleted one comes with status ``cancelled``. GoneError if unknown."""
        return self._event(self._api.events.get(calendarId=calendar_id, eventId=event_id))

    def insert_event(
        self, *, calendar_id: str, body: Mapping[str, Any], notify: str
    ) -> dict[str, Any]:
        """Insert with the id in the body. IdTakenError if that id was ever used."""
        request = self._api.events.insert(
            calendarId=calendar_id,
            body=dict(body),
            sendUpdates=_SEND_UPDATES[notify],
            **_asked_for_by(body),
        )
        return self._event(request, call=Call.WRITE)

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
        request = self._api.events.patch(
            calendarId=calendar_id,
            eventId=event_id,
            body=dict(body),
            sendUpdates=_SEND_UPDATES[notify],
            **_asked_for_by(body),
        )
        _expect(request, etag)
        return self._event(request, call=Call.WRITE)

    def delete_event(
        self, *, calendar_id: str, event_id: str, etag: str | None, notify: str
    ) -> None:
        """Delete with If-Match. GoneError if it is not there any more."""
        request = self._api.events.delete(
            calendarId=calendar_id, eventId=event_id, sendUpdates=_SEND_UPDATES[notify]
        )
        _expect(request, etag)
        self._execute(request, call=Call.WRITE)

    def move_event(
        self, *, calendar_id: str, event_id: str, destination: str, etag: str | None, notify: str
    ) -> None:
        """Give an event to another calendar, its id kept, with If-Match.

        The answer says ``cancelled`` on success (trap 15), so nothing is made of it.
        """
        request = self._api.events.move(
            calendarId=calendar_id,
            eventId=event_id,
            destination=destination,
            sendUpdates=_SEND_UPDATES[notify],
        )
        _expect(request, etag)
        self._execute(request, call=Call.WRITE)

    def _entry(self, request: Any) -> dict[str, Any]:
        answer = self._object(request, call=Call.WRITE)
        if not is_calendar(answer):
            raise errors.nonsense()
        return calendar_row(answer)

    def _event(self, request: Any, *, call: Call = Call.READ) -> dict[str, Any]:
        answer = self._object(request, call=call)
        if not is_row(answer):
            raise errors.nonsense()
        return event_row(answer)

    def _object(self, request: Any, *, call: Call = Call.READ) -> dict[str, Any]:
        answer = self._execute(request, call=call)
        if not isinstance(answer, dict):
            raise errors.nonsense()
        return answer

    def _execute(self, request: Any, *, call: Call) -> Any:
        http = _CheckedHttp(self._grant, call=call, now=self._now)
        try:
            return request.execute(http=http, num_retries=0)
        except Exception as exc:
            error = errors.translate(exc)
            if error is None:
                raise
        raise error from None


def _rfc3339(instant: int) -> str:
    return f"{dt.datetime.fromtimestamp(instant, dt.UTC):%Y-%m-%dT%H:%M:%SZ}"


def _bounds(window: tuple[dt.datetime, dt.datetime] | None) -> dict[str, str]:
    if window is None:
        return {}
    start, end = (moment.astimezone(dt.UTC) for moment in window)
    return {"timeMin": f"{start:%Y-%m-%dT%H:%M:%SZ}", "timeMax": f"{end:%Y-%m-%dT%H:%M:%SZ}"}


def _rows(page: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of a page as they are; it may have none, or no list of them (trap 2)."""
    rows = page.get("items")
    return [row for row in rows if is_row(row)] if isinstance(rows, list) else []


def _token(page: Mapping[str, Any], name: str) -> str | None:
    token = page.get(name)
    if token is not None and not isinstance(token, str):
        raise errors.nonsense()
    return token or None


def _asked_for_by(body: Mapping[str, Any]) -> dict[str, Any]:
    """Without these Google drops the fields and says nothing (trap 16)."""
    asked: dict[str, Any] = {}
    if "conferenceData" in body:
        asked["conferenceDataVersion"] = 1
    if "attachments" in body:
        asked["supportsAttachments"] = True
    return asked


def _expect(request: Any, etag: str | None) -> None:
    if etag is not None:
        request.headers["If-Match"] = etag
