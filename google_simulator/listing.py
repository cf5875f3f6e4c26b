"""Lists of events: windows, filters, pages, sync tokens, series or their instances.

google-calendar-api.md sections 2.1 and 5. A list is a snapshot of keys taken at its first page;
what changes while a client pages comes with the token, which stands where the snapshot was taken.
"""

from __future__ import annotations

import random
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from google_simulator import sync_tokens
from google_simulator.errors import ApiError, invalid
from google_simulator.rendering import View, render_all
from google_simulator.resources import attendee, is_tombstone, span_of
from google_simulator.series import (
    derived,
    has_slot,
    instance,
    instance_id,
    locate,
    slot_of,
    slots_between,
)
from google_simulator.world import Calendar, EventRow, World

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from google_simulator.times import Resource

EARLIEST = -(2**40)
KEPT_SNAPSHOTS = 500
Key = tuple[str, int | None]
"""(event id, None), or (series id, slot) for an instance that nobody changed."""


@dataclass(frozen=True)
class EventQuery:
    """What a client asks for; bounds are epoch seconds, None where it did not bound."""

    max_results: int = 250
    single_events: bool = False
    show_deleted: bool = False
    order_by: str = ""
    time_min: int | None = None
    time_max: int | None = None
    updated_min: str = ""
    ical_uid: str = ""
    text: str = ""
    event_types: tuple[str, ...] = ()
    properties: tuple[tuple[str, str, str], ...] = ()
    """("private" or "shared", name, value)"""
    question: str = ""
    """Fingerprint that a sync token is bound to."""
    page_question: str = ""
    """Fingerprint that a page token is bound to: the whole query."""
    gives_token: bool = True
    since: int | None = None
    """Place in the change log, for a list with a sync token."""

    @property
    def windowed(self) -> bool:
        """Whether it is bounded in time."""
        return self.time_min is not None or self.time_max is not None

    @property
    def delta(self) -> bool:
        """Whether it asks for changes only."""
        return self.since is not None


@dataclass
class Snapshot:
    """The keys of one list, fixed at its first page."""

    keys: list[Key]
    seq: int
    epoch: int
    query: EventQuery


@dataclass
class Snapshots:
    """Lists that clients are still paging through; the oldest are forgotten."""

    held: OrderedDict[str, Snapshot] = field(default_factory=OrderedDict)

    def keep(self, world: World, snapshot: Snapshot) -> str:
        """Remember a snapshot under a new name."""
        name = world.token(20)
        self.held[name] = snapshot
        while len(self.held) > KEPT_SNAPSHOTS:
            self.held.popitem(last=False)
        return name

    def resume(self, page_token: str, question: str) -> tuple[str, Snapshot, int]:
        """The snapshot and place of a page token; 400 if it belongs to another question."""
        name, _, offset = page_token.partition(".")
        snapshot = self.held.get(name)
        if snapshot is None or not offset.isdigit() or snapshot.query.page_question != question:
            raise invalid("Invalid page token value.", location="pageToken")
        return name, snapshot, int(offset)


def list_events(
    world: World,
    snapshots: Snapshots,
    *,
    calendar: Calendar,
    view: View,
    query: EventQuery,
    page_token: str = "",
) -> Resource:
    """One page of events: items and either nextPageToken or, if the query allows, nextSyncToken."""
    name, offset = "", 0
    if page_token:
        name, snapshot, offset = snapshots.resume(page_token, query.page_question)
    else:
        keys = _delta_keys(world, calendar, query) if query.delta else _keys(world, calendar, query)
        snapshot = Snapshot(keys, calendar.seq, calendar.token_epoch, query)
    # The page size counts rows before they are filtered, hence short and empty pages (5.1).
    end = offset + query.max_results
    begin = max(0, offset - 1) if world.options.repeat_across_pages else offset
    found = _resources(calendar, snapshot.keys[begin:end])
    kept = [resource for resource in found if _is_shown(resource, snapshot.query, view)]
    answer: Resource = {"items": render_all(calendar, view, kept)}
    if end < len(snapshot.keys):
        name = name or snapshots.keep(world, snapshot)
        answer["nextPageToken"] = f"{name}.{end}"
    elif query.gives_token:
        answer["nextSyncToken"] = sync_tokens.issue(
            world, seq=snapshot.seq, epoch=snapshot.epoch, question=query.question
        )
    return answer


def _keys(world: World, calendar: Calendar, query: EventQuery) -> list[Key]:
    low, high = _bounds(world, query)
    keys: list[Key] = []
    for row in calendar.rows.values():
        if row.hidden:
            continue
        if query.single_events and "recurrence" in row.resource:
            keys += _instance_keys(
                world, calendar, row, low, high, bounded=query.time_max is not None
            )
        elif not query.windowed or _in_window(calendar, row, low, high):
            keys.append((row.id, None))
    return _ordered(world, calendar, query, keys)


def _bounds(world: World, query: EventQuery) -> tuple[int, int]:
    horizon = int(world.now()) + world.options.horizon_days * 86400
    low = EARLIEST if query.time_min is None else query.time_min
    return low, horizon if query.time_max is None else query.time_max


def _in_window(calendar: Calendar, row: EventRow, low: int, high: int) -> bool:
    begin, end = row.span
    if begin >= high or end <= low:
        return False
    if "recurrence" in row.resource:
        return bool(slots_between(calendar, row, low, high))
    return True


def _instance_keys(
    world: World, calendar: Calendar, master: EventRow, low: int, high: int, *, bounded: bool
) -> Iterator[Key]:
    """Instances nobody changed; the changed ones are rows of their own."""
    taken = {row.id for row in calendar.exceptions(master.id)}
    slots = slots_between(calendar, master, low, high)
    if not bounded:
        slots = slots[: world.options.instances_per_series]
    for slot in slots:
        if not taken or instance_id(master.resource, slot) not in taken:
            yield master.id, slot


def _ordered(world: World, calendar: Calendar, query: EventQuery, keys: list[Key]) -> list[Key]:
    if query.order_by == "startTime":
        return sorted(keys, key=lambda key: (_start_of(calendar, key), key[0]))
    if query.order_by == "updated":
        return sorted(keys, key=lambda key: calendar.rows[key[0]].resource.get("updated", ""))
    order = world.options.order
    if order == "shuffled":
        # Unspecified but stable: the same calendar comes in the same order each time.
        random.Random(f"{world.seed} {calendar.id}").shuffle(keys)
    elif order == "exceptions_first":
        keys.sort(key=lambda key: not calendar.rows[key[0]].master_id)
    return keys


def _start_of(calendar: Calendar, key: Key) -> int:
    row = calendar.rows[key[0]]
    if key[1] is None:
        return row.span[0]
    return span_of(calendar, instance(calendar, row, key[1]))[0]


def _delta_keys(world: World, calendar: Calendar, query: EventQuery) -> list[Key]:
    changed = [row for row in calendar.changed_since(query.since or 0) if not row.hidden]
    if not query.single_events:
        return _ordered(world, calendar, query, [(row.id, None) for row in changed])
    low, high = _bounds(world, EventQuery())
    keys: list[Key] = []
    for row in changed:
        series = row.resource if "recurrence" in row.resource else row.grave or {}
        if row.resource.get("recurrence"):
            # One touched series fills the list far into the future (5.2, trap 3).
            keys += _instance_keys(world, calendar, row, low, high, bounded=False)
        elif "recurrence" in series:
            ghost = EventRow(id=row.id, resource=series)
            keys += _instance_keys(world, calendar, ghost, low, high, bounded=False)
        else:
            keys.append((row.id, None))
    return _ordered(world, calendar, query, keys)


def _resources(calendar: Calendar, keys: Iterable[Key]) -> Iterator[Resource]:
    for event_id, slot in keys:
        row = calendar.rows.get(event_id)
        if row is None or row.hidden:
            continue
        if slot is None:
            yield row.resource
        elif "recurrence" in row.resource:
            if has_slot(calendar, row, slot):
                yield instance(calendar, row, slot)
        elif row.grave is not None and "recurrence" in row.grave:
            ghost = EventRow(id=row.id, resource=row.grave | {"etag": row.resource["etag"]})
            yield derived(calendar, ghost, slot, {"status": "cancelled"})


def _is_shown(resource: Resource, query: EventQuery, view: View) -> bool:
    if resource["status"] == "cancelled":
        return _cancelled_is_shown(resource, query)
    if view.busy_only and resource.get("transparency") == "transparent":
        return False
    if query.event_types and resource.get("eventType", "default") not in query.event_types:
        return False
    return _matches(resource, query)


def _cancelled_is_shown(resource: Resource, query: EventQuery) -> bool:
    """Deletions are part of every delta; a plain list of series shows cancelled instances too."""
    if query.ical_uid or query.text or query.properties:
        return False
    if query.delta or query.show_deleted or query.updated_min:
        return True
    return not query.single_events and not is_tombstone(resource)


def _matches(resource: Resource, query: EventQuery) -> bool:
    if query.ical_uid and resource.get("iCalUID") != query.ical_uid:
        return False
    if query.updated_min and resource["updated"] < query.updated_min:
        return False
    if query.text and not _has_text(resource, query.text):
        return False
    stored = resource.get("extendedProperties", {})
    return all(stored.get(kind, {}).get(name) == value for kind, name, value in query.properties)


def _has_text(resource: Resource, text: str) -> bool:
    people = [resource.get("organizer", {}), *resource.get("attendees", [])]
    hay = [resource.get(name, "") for name in ("summary", "description", "location")]
    hay += [person.get(key, "") for person in people for key in ("email", "displayName")]
    found = " ".join(hay).casefold()
    return all(word in found for word in text.casefold().split())


def upcoming(world: World, calendar: Calendar, query: EventQuery) -> list[Resource]:
    """What is on in a window, in the query's order."""
    found = _resources(calendar, _keys(world, calendar, query))
    return [resource for resource in found if resource["status"] != "cancelled"]


def busy_resources(world: World, calendar: Calendar, query: EventQuery) -> Iterator[Resource]:
    """What makes somebody busy in a window: no cancelled, transparent or declined events."""
    for resource in _resources(calendar, _keys(world, calendar, query)):
        own = attendee(resource, calendar.id)
        declined = own is not None and own["responseStatus"] == "declined"
        free = resource.get("transparency") == "transparent"
        if resource["status"] != "cancelled" and not free and not declined:
            yield resource


def list_instances(
    world: World,
    *,
    calendar: Calendar,
    view: View,
    event_id: str,
    query: EventQuery,
    original_start: str = "",
    offset: int = 0,
) -> Resource:
    """One page of a series' instances; of an instance's id just that one (3.3)."""
    row = calendar.rows.get(event_id)
    if row is None or "recurrence" not in row.resource:
        found = _single_instance(calendar, event_id)
    else:
        found = _all_instances(world, calendar, row, query)
    if original_start:
        found = [each for each in found if _same_start(each, original_start)]
    if not query.show_deleted:
        found = [each for each in found if each["status"] != "cancelled"]
    page = found[offset : offset + query.max_results]
    answer: Resource = {"items": render_all(calendar, view, page)}
    if offset + query.max_results < len(found):
        answer["nextPageToken"] = f"i.{offset + query.max_results}"
    else:
        answer["nextSyncToken"] = sync_tokens.issue(
            world, seq=calendar.seq, epoch=calendar.token_epoch, question=query.question
        )
    return answer


def _single_instance(calendar: Calendar, event_id: str) -> list[Resource]:
    resource = locate(calendar, event_id).resource
    if is_tombstone(resource):
        raise ApiError(410, "deleted")
    return [resource]


def _all_instances(
    world: World, calendar: Calendar, master: EventRow, query: EventQuery
) -> list[Resource]:
    low, high = _bounds(world, query)
    bounded = query.time_max is not None
    keys = list(_instance_keys(world, calendar, master, low, high, bounded=bounded))
    found = [instance(calendar, master, slot) for _, slot in keys if slot is not None]
    found += [
        row.resource
        for row in calendar.exceptions(master.id)
        if not query.windowed or _in_window(calendar, row, low, high)
    ]
    return sorted(found, key=lambda each: slot_of(each["id"].rpartition("_")[2]))


def _same_start(resource: Resource, wanted: str) -> bool:
    start = resource.get("originalStartTime") or resource["start"]
    return wanted in {start.get("date"), start.get("dateTime")}
