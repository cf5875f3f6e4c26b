"""The simulator as one object: state, faults, HTTP, and what somebody else does at Google."""

from __future__ import annotations

from collections import deque
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from google_simulator import acl, calendar_list, calendars, event_changes, events
from google_simulator.access import role_of
from google_simulator.app import App
from google_simulator.clock import Clock, SystemClock
from google_simulator.event_changes import WriteOptions
from google_simulator.faults import Faults
from google_simulator.listing import Snapshots
from google_simulator.oauth import CLIENT_ID, SignIn, calendar_scopes
from google_simulator.quota import Quota
from google_simulator.times import Resource, zone
from google_simulator.transport import InProcessHttp
from google_simulator.watch import Channel, Channels
from google_simulator.world import Calendar, Options, Person, World

if TYPE_CHECKING:
    from google_simulator.requests_log import RecordedRequest

MAX_REQUESTS = 2000


class Simulator:
    """Google Calendar and Google sign-in. All methods may be called from any thread.

    `check_schemas`, for the simulator's own tests, makes an answer that does not fit the discovery
    document raise SchemaMisfitError.
    """

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        seed: int = 1,
        check_schemas: bool = False,
        gzip: bool = False,
        options: Options | None = None,
    ) -> None:
        self.world = World(clock=clock or SystemClock(), seed=seed, options=options or Options())
        self.sign_in = SignIn(self.world)
        self.faults = Faults(self.world, self.sign_in)
        self.quota = Quota(self.world)
        self.channels = Channels(self.world, may_hear=self._may_hear)
        self.snapshots = Snapshots()
        self.check_schemas = check_schemas
        self.gzip = gzip
        self.requests: deque[RecordedRequest] = deque(maxlen=MAX_REQUESTS)
        self.writes = 0
        """How many requests other than GET arrived, those to the control page included."""
        self.base_url = "http://simulator.test"
        self.app = App(self)

    @property
    def options(self) -> Options:
        """Choices where Google's behaviour varies; may be changed at any time."""
        return self.world.options

    def _may_hear(self, channel: Channel) -> bool:
        """A withdrawn consent, a deleted calendar or lost access just stop the messages (9)."""
        kind, key = channel.collection
        calendar = self.world.calendars.get(key) if kind in {"events", "acl"} else None
        lost = calendar is not None and (
            calendar.deleted or role_of(calendar, channel.user) == "none"
        )
        return (channel.user, channel.client_id) in self.sign_in.grants and not lost

    def http(self, *, timeout: float = 60) -> InProcessHttp:
        """A transport for `build(http=...)` or `AuthorizedHttp(credentials, http=...)`."""
        return InProcessHttp(self.app, timeout=timeout)

    @property
    def changes(self) -> int:
        """A number that differs after anything happened that is worth saving."""
        with self.world.lock:
            return self.world.last_stamp + self.writes

    def record(self, request: RecordedRequest) -> None:
        """Keep a request for `requests`."""
        with self.world.lock:
            request.at = self.world.now()
            self.writes += request.method != "GET"
            self.requests.append(request)

    def add_person(self, email: str, *, time_zone: str = "UTC", name: str = "") -> Person:
        """Somebody with a Google account and a primary calendar."""
        zone(time_zone)
        with self.world.lock:
            if email in self.world.people:
                raise ValueError(f"{email} exists")
            person = Person(email, name or email.partition("@")[0].title(), time_zone)
            self.world.people[email] = person
            calendar = calendars.new(
                self.world,
                owner=email,
                summary=email,
                time_zone=time_zone,
                calendar_id=email,
                primary=True,
            )
            reminders = [{"method": "popup", "minutes": 30}]
            fields = {"selected": True, "defaultReminders": reminders}
            calendar_list.subscribe(self.world, person, calendar, fields)
            return person

    def add_calendar(
        self,
        *,
        owner: str,
        summary: str,
        time_zone: str = "UTC",
        calendar_id: str | None = None,
        push: bool = True,
    ) -> str:
        """A secondary calendar on its owner's list; answers its id.

        `owner` need not be a person: holiday calendars belong to nobody here.
        """
        zone(time_zone)
        with self.world.lock:
            calendar = calendars.new(
                self.world,
                owner=owner,
                summary=summary,
                time_zone=time_zone,
                calendar_id=calendar_id or "",
            )
            calendar.push = push
            person = self.world.people.get(owner)
            if person is not None:
                calendar_list.subscribe(self.world, person, calendar, {"selected": True})
            return calendar.id

    def add_room(self, email: str, *, name: str, time_zone: str = "UTC") -> str:
        """A room that answers invitations by itself."""
        with self.world.lock:
            room = calendars.new(
                self.world, owner=email, summary=name, time_zone=time_zone, calendar_id=email
            )
            room.room = True
            return room.id

    def share(self, calendar_id: str, *, with_: str, role: str = "reader") -> None:
        """Let somebody see or edit a calendar; it appears on their list. "none" takes it away.

        Sync tokens of that calendar expire, as after every change of its sharing.
        """
        with self.world.lock:
            calendar, person = self._calendar(calendar_id), self.world.person(with_)
            scope = {"type": "user", "value": with_}
            acl.set_role(self.world, calendar, f"user:{with_}", scope, role)
            entry = person.entries.get(calendar.id)
            if role != "none" and (entry is None or entry.deleted):
                calendar_list.subscribe(self.world, person, calendar, {"selected": True})

    def open_to_all(self, calendar_id: str, *, role: str = "freeBusyReader") -> None:
        """Let everybody see a calendar, without putting it on anybody's list."""
        with self.world.lock:
            calendar = self._calendar(calendar_id)
            acl.set_role(self.world, calendar, "default", {"type": "default"}, role)
            self._tell()

    def credentials_json(
        self, email: str, *, scopes: list[str] | None = None, client_id: str = CLIENT_ID
    ) -> dict[str, Any]:
        """What google-auth's `Credentials.to_json()` holds after consent; all scopes by default."""
        with self.world.lock:
            self.world.person(email)
            wanted = scopes or list(calendar_scopes())
            grant = self.sign_in.grant(email=email, client_id=client_id, scopes=wanted)
            refresh_token = self.sign_in.new_refresh_token(grant, wanted)
            token, access = self.sign_in.new_access_token(grant, wanted)
            expiry = datetime.fromtimestamp(access.expires, UTC)
            return {
                "token": token,
                "refresh_token": refresh_token,
                "token_uri": f"{self.base_url}/token",
                "client_id": client_id,
                "client_secret": self.sign_in.clients[client_id],
                "scopes": access.scopes,
                "universe_domain": "googleapis.com",
                "account": email,
                "expiry": f"{expiry:%Y-%m-%dT%H:%M:%S}Z",
            }

    def client_config(self, redirect_uris: list[str]) -> dict[str, Any]:
        """The OAuth client's JSON in the shape that Google's console hands out."""
        return {
            "web": {
                "client_id": CLIENT_ID,
                "client_secret": self.sign_in.clients[CLIENT_ID],
                "auth_uri": f"{self.base_url}/o/oauth2/v2/auth",
                "token_uri": f"{self.base_url}/token",
                "redirect_uris": redirect_uris,
            }
        }

    def _calendar(self, calendar_id: str) -> Calendar:
        return self.world.calendar(calendar_id)

    def insert_event(
        self, calendar_id: str, body: Resource, *, by: str = "", raw_id: str = ""
    ) -> Resource:
        """Somebody else makes an event. `raw_id`: an id that only Google makes (`..._R2025...`)."""
        with self.world.lock:
            calendar = self._calendar(calendar_id)
            row = events.insert(
                self.world,
                calendar=calendar,
                body=body,
                actor=by or calendar.owner,
                options=WriteOptions(conference_version=1, attachments=True),
                event_id=raw_id,
            )
            self._tell()
            return row.resource

    def patch_event(
        self, calendar_id: str, event_id: str, body: Resource, *, by: str = ""
    ) -> Resource:
        """Somebody else changes an event, a series or an instance."""
        with self.world.lock:
            calendar = self._calendar(calendar_id)
            changed = event_changes.change(
                self.world,
                calendar=calendar,
                event_id=event_id,
                body=body,
                actor=by or calendar.owner,
                options=WriteOptions(conference_version=1, attachments=True),
            )
            self._tell()
            return changed

    def delete_event(self, calendar_id: str, event_id: str) -> None:
        """Somebody else deletes an event, a series or an instance, and tells the guests."""
        with self.world.lock:
            calendar = self._calendar(calendar_id)
            event_changes.delete(
                self.world,
                calendar=calendar,
                event_id=event_id,
                options=WriteOptions(send_updates="all"),
            )
            self._tell()

    def get_event(self, calendar_id: str, event_id: str) -> Resource:
        """An event as it stands at Google; ApiError 404 if it never existed."""
        with self.world.lock:
            return events.get(self._calendar(calendar_id), event_id)

    def change_setting(self, email: str, name: str, value: str) -> None:
        """Somebody changes a personal setting at Google, `weekStart` for instance."""
        with self.world.lock:
            person = self.world.person(email)
            person.settings[name] = value
            person.settings_seq += 1
            person.stamp = self.world.stamp()
            self.world.note("settings", email)
            self._tell()

    def list_entry(self, email: str, calendar_id: str) -> Resource:
        """A calendar as it stands on somebody's list; ApiError 404 if it is not there."""
        with self.world.lock:
            person = self.world.person(email)
            entry = calendar_list.find(self.world, person, calendar_id)
            return calendar_list.entry_resource(self.world, person, entry)

    def change_list_entry(self, email: str, calendar_id: str, changes: Resource) -> None:
        """Somebody changes an entry of their own list at Google: `hidden`, colours."""
        with self.world.lock:
            person = self.world.person(email)
            entry = calendar_list.find(self.world, person, calendar_id)
            calendar_list.change(self.world, person, entry, changes, replace=False)
            self._tell()

    def change_calendar(self, calendar_id: str, changes: Resource) -> None:
        """The owner changes a calendar's `summary` or `timeZone` at Google."""
        with self.world.lock:
            calendars.change(self.world, self._calendar(calendar_id), changes, replace=False)
            self._tell()

    def live_events(self, calendar_id: str) -> list[Resource]:
        """All that is not deleted on a calendar: single events, series, exceptions.

        Cancelled instances of a living series are part of it.
        """
        with self.world.lock:
            return [
                row.resource
                for row in self._calendar(calendar_id).rows.values()
                if not row.hidden and (not row.cancelled or row.master_id)
            ]

    def _tell(self) -> None:
        self.channels.announce()
        self.channels.deliver_now()
