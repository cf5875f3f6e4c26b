"""Everything the stand-in remembers: people, calendars, events and the log of changes.

Only state and the few rules that keep it consistent (stamps rise, every change is logged).
What people may do with it is in the modules named after it.
"""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from google_simulator.errors import not_found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from google_simulator.clock import Clock
    from google_simulator.times import Resource

ROLES = ("none", "freeBusyReader", "reader", "writerWithoutPrivateAccess", "writer", "owner")
FOREVER = 2**62


@dataclass
class Options:
    """Choices where Google varies or its behaviour is not settled (google-calendar-api.md 13)."""

    order: str = "shuffled"
    """Order of listed events: "shuffled", "stored" or "exceptions_first"."""
    repeat_across_pages: bool = False
    """Show the last row of a page again at the head of the next."""
    conference: str = "success"
    """Outcome of a conference request: "success", "pending" (success later) or "failure"."""
    answer_delay_seconds: int = 1
    """How late rooms answer and pending conferences are settled."""
    undelete: bool = True
    """Whether `status: confirmed` brings a deleted event back; else 403."""
    sync_token_days: int = 28
    """Age at which a sync token is answered with 410."""
    testing_consent_screen: bool = False
    """Refresh tokens die after seven days, as for an app that Google has not verified."""
    horizon_days: int = 14 * 365
    """How far ahead an endless series is expanded without a `timeMax`."""
    instances_per_series: int = 730
    """How many instances of one series are listed without a `timeMax`."""
    keeps_leftovers: bool = False
    """Whether a changed instance outlives its slot in the series (6.5); else it is a stub."""


@dataclass(slots=True)
class EventRow:
    """One event on one calendar: a single event, a series, an exception or a tombstone."""

    id: str
    resource: Resource
    """What the API answers to the calendar's owner; replaced on change, never altered in place."""
    seq: int = 0
    """Place in the calendar's change log."""
    span: tuple[int, int] = (0, FOREVER)
    """Epoch seconds of start and end (of all instances, for a series)."""
    master_id: str = ""
    overrides: Resource | None = None
    """Exceptions: the fields in which they differ from their series (None: the field is absent)."""
    grave: Resource | None = None
    """A deleted event's last resource."""
    hidden: bool = False
    """In no list any more: an exception that went with its series, or the stub of an instance that
    its series has again."""
    reminders: dict[str, Resource] = field(default_factory=dict)
    """Reminders of people other than the calendar's owner."""
    guests: list[str] = field(default_factory=list)
    """Addresses whose calendars hold, or held, a copy of this event."""
    left: bool = False
    """A guest's copy that the guest deleted: the organizer's changes do not bring it back."""
    slots: list[int] | None = None
    """Cache of a series' original starts, see `expansion.slots`."""
    slots_until: int = 0
    """How far that cache reaches."""

    @property
    def cancelled(self) -> bool:
        """Whether this is a tombstone or a cancelled instance."""
        return bool(self.resource["status"] == "cancelled")


@dataclass
class AclRule:
    """Who may do what on a calendar."""

    role: str
    scope: Resource
    stamp: int
    seq: int = 0


@dataclass
class Calendar:
    """One calendar with its events, its sharing rules and its change log."""

    id: str
    owner: str
    summary: str
    time_zone: str
    stamp: int
    primary: bool = False
    room: bool = False
    push: bool = True
    deleted: bool = False
    created_by_client: str = ""
    extra: Resource = field(default_factory=dict)
    """description, location and whatever else a Calendar resource carries."""
    rows: dict[str, EventRow] = field(default_factory=dict)
    """By id, the most recently changed last."""
    children: dict[str, dict[str, None]] = field(default_factory=dict)
    """Ids of the exceptions of each series."""
    shed: dict[str, list[str]] = field(default_factory=dict)
    """Ids of the stubs of each series: exceptions whose slot it has no longer."""
    splits: dict[str, None] = field(default_factory=dict)
    """Ids of series that were cut off from another one (`..._R20250327T123000`)."""
    acl: dict[str, AclRule] = field(default_factory=dict)
    seq: int = 0
    acl_seq: int = 0
    token_epoch: int = 0
    """Sync tokens of an earlier epoch are expired."""
    touched: int = 0
    """Stamp of the last event change."""

    def put(self, row: EventRow, *, stamp: int) -> None:
        """Store a row and log it as the newest change."""
        self.seq += 1
        row.seq = self.seq
        self.touched = stamp
        self.rows.pop(row.id, None)
        self.rows[row.id] = row
        if row.master_id:
            self.children.setdefault(row.master_id, {})[row.id] = None

    def changed_since(self, seq: int) -> list[EventRow]:
        """Rows changed after that place in the log, oldest first."""
        found: list[EventRow] = []
        for row in reversed(self.rows.values()):
            if row.seq <= seq:
                break
            found.append(row)
        return found[::-1]

    def exceptions(self, master_id: str) -> Iterator[EventRow]:
        """The stored exceptions of a series that still belong to it."""
        for event_id in list(self.children.get(master_id, ())):
            row = self.rows[event_id]
            if row.master_id == master_id and not row.hidden:
                yield row


@dataclass
class ListEntry:
    """A calendar as one person sees it in the list of calendars."""

    calendar_id: str
    stamp: int
    seq: int
    fields: Resource = field(default_factory=dict)
    """The writable ones: colours, hidden, selected, defaultReminders, ..."""
    deleted: bool = False


@dataclass
class Person:
    """Somebody with a Google account."""

    email: str
    name: str
    time_zone: str
    entries: dict[str, ListEntry] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    stamp: int = 0
    list_seq: int = 0
    list_epoch: int = 0
    settings_seq: int = 0


@dataclass
class Task:
    """Something that Google does by itself a little later: a room's answer, a conference."""

    due: float
    kind: str
    calendar_id: str
    event_id: str
    email: str = ""


class World:
    """All state. Callers hold `lock` while they read or write it."""

    def __init__(self, *, clock: Clock, seed: int, options: Options) -> None:
        self.clock = clock
        self.seed = seed
        self.random = random.Random(seed)
        self.options = options
        self.lock = threading.RLock()
        self.people: dict[str, Person] = {}
        self.calendars: dict[str, Calendar] = {}
        self.tasks: list[Task] = []
        self.last_stamp = 0
        self.changed: dict[tuple[str, str], None] = {}
        """Collections changed since the watchers were last told: ("events", calendar id), ..."""

    def stamp(self) -> int:
        """A fresh change stamp: microseconds of now, rising strictly even if the clock stands."""
        now = int(self.clock.now().timestamp() * 1_000_000)
        self.last_stamp = max(now, self.last_stamp + 1)
        return self.last_stamp

    def now(self) -> float:
        """Epoch seconds."""
        return self.clock.now().timestamp()

    def token(self, length: int, *, alphabet: str = "0123456789abcdefghijklmnopqrstuv") -> str:
        """A random word, the same for the same seed."""
        return "".join(self.random.choices(alphabet, k=length))

    def calendar(self, calendar_id: str) -> Calendar:
        """The calendar of that id; 404 if there is none."""
        found = self.calendars.get(calendar_id)
        if found is None or found.deleted:
            raise not_found()
        return found

    def person(self, email: str) -> Person:
        """The person of that address; 404 if there is none."""
        if email not in self.people:
            raise not_found()
        return self.people[email]

    def note(self, collection: str, key: str) -> None:
        """Remember that watchers of a collection have something to hear."""
        self.changed[collection, key] = None


def event_etag(stamp: int) -> str:
    """Twice the microseconds of the last change, quotes included (google-calendar-api.md 3.1)."""
    return f'"{2 * stamp}"'


def collection_etag(stamp: int) -> str:
    """The etag of a list, a calendar, a list entry, a rule or a setting."""
    digits, rest = "0123456789abcdefghijklmnopqrstuv", stamp
    text = ""
    while rest:
        rest, digit = divmod(rest, 32)
        text = digits[digit] + text
    return f'"p3{text or "0"}o"'
