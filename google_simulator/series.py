"""A series and its instances: ids, virtual instances, exceptions, one version for the whole group.

google-calendar-api.md sections 3.3, 4 and 6.5.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from google_simulator.errors import not_found
from google_simulator.expansion import slots
from google_simulator.resources import finish, is_tombstone, span_of
from google_simulator.times import (
    Resource,
    add_days,
    day_epoch,
    epoch,
    point,
    utc_millis,
)
from google_simulator.world import Calendar, EventRow, World, event_etag

if TYPE_CHECKING:
    from collections.abc import Iterator

_INSTANCE = re.compile(r"(?P<base>.+)_(?P<slot>\d{8}(?:T\d{6}Z)?)")
_SPLIT = re.compile(r"_R\d{8}(?:T\d{6})?$")


@dataclass
class Target:
    """What an event id in a request means: a stored row, or an instance nobody touched yet."""

    resource: Resource
    row: EventRow | None
    master: EventRow | None = None
    slot: int = 0

    @property
    def is_instance(self) -> bool:
        """Whether it belongs to a series that is on the same calendar."""
        return self.master is not None


def locate(calendar: Calendar, event_id: str) -> Target:
    """Find a stored event or a virtual instance; 404 if it is neither."""
    row = calendar.rows.get(event_id)
    match = _INSTANCE.fullmatch(event_id)
    if row is not None and (not match or _SPLIT.search(event_id)):
        return Target(row.resource, row)
    if match:
        found = _locate_instance(calendar, row, match["base"], slot_of(match["slot"]))
        if found is not None:
            return found
    if row is None or row.hidden:
        raise not_found()
    return Target(row.resource, row)


def _locate_instance(
    calendar: Calendar, row: EventRow | None, base: str, slot: int
) -> Target | None:
    for master in _masters(calendar, base):
        if row is not None and row.master_id == master.id and not row.hidden:
            return Target(row.resource, row, master, slot)
        if has_slot(calendar, master, slot):
            return Target(instance(calendar, master, slot), None, master, slot)
    return None


def _masters(calendar: Calendar, base: str) -> Iterator[EventRow]:
    """Series whose instances are numbered `base_...`: the one of that id, those split from it."""
    plain = calendar.rows.get(base)
    if plain is not None and plain.resource.get("recurrence"):
        yield plain
    if calendar.splits:
        prefix = f"{base}_R"
        for event_id in calendar.splits:
            if event_id.startswith(prefix) and calendar.rows[event_id].resource.get("recurrence"):
                yield calendar.rows[event_id]


def slot_of(text: str) -> int:
    """The slot in the tail of an instance id; 404 if it names no day."""
    pattern = "%Y%m%dT%H%M%SZ" if "T" in text else "%Y%m%d"
    try:
        return int(datetime.strptime(text, pattern).replace(tzinfo=UTC).timestamp())
    except ValueError:
        raise not_found() from None


def instance_id(master: Resource, slot: int) -> str:
    """`<master>_20310328T150000Z`, by the original start; `BASE_R...` masters number from BASE."""
    base = _SPLIT.sub("", master["id"])
    moment = datetime.fromtimestamp(slot, UTC)
    pattern = "%Y%m%d" if "date" in master["start"] else "%Y%m%dT%H%M%SZ"
    return f"{base}_{moment.strftime(pattern)}"


def is_split_id(event_id: str) -> bool:
    """Whether an id is that of a series cut off from another one (`..._R20250327T123000`)."""
    return bool(_SPLIT.search(event_id))


def original_start(calendar: Calendar, master: Resource, slot: int) -> Resource:
    """`originalStartTime` of the instance at a slot."""
    start = master["start"]
    if "date" in start:
        return {"date": datetime.fromtimestamp(slot, UTC).date().isoformat()}
    return point(slot, zone_name=start["timeZone"], calendar_zone=calendar.time_zone)


def instance(calendar: Calendar, master: EventRow, slot: int) -> Resource:
    """The resource of an instance as the series alone has it."""
    resource = master.resource
    begin = original_start(calendar, resource, slot)
    if "date" in begin:
        end: Resource = {"date": add_days(begin["date"], _day_count(resource))}
    else:
        # The exact length is kept over a night with a change of the clocks (section 14).
        length = epoch(resource["end"], "UTC") - epoch(resource["start"], "UTC")
        zone_name = resource["end"]["timeZone"]
        end = point(slot + length, zone_name=zone_name, calendar_zone=calendar.time_zone)
    made = {
        **resource,
        "id": instance_id(resource, slot),
        "recurringEventId": resource["id"],
        "originalStartTime": begin,
        "start": begin,
        "end": end,
    }
    del made["recurrence"]
    return made


def _day_count(resource: Resource) -> int:
    first = datetime.fromisoformat(resource["start"]["date"])
    return (datetime.fromisoformat(resource["end"]["date"]) - first) // timedelta(days=1)


def derived(calendar: Calendar, master: EventRow, slot: int, overrides: Resource) -> Resource:
    """An exception: the instance with its own values laid over it; a stub if it is cancelled."""
    made = instance(calendar, master, slot)
    if overrides.get("status") == "cancelled":
        kept = ("kind", "etag", "id", "status", "recurringEventId", "originalStartTime")
        return {key: made[key] for key in kept} | {"status": "cancelled"}
    for name, value in overrides.items():
        if value is None:
            made.pop(name, None)
        else:
            made[name] = value
    return finish(calendar, made)


def bare(resource: Resource) -> Resource:
    """All that a list shows of a deleted event (section 4)."""
    kept = {key: resource[key] for key in ("kind", "etag", "id")}
    return {**kept, "status": "cancelled"}


def master_slots(calendar: Calendar, master: EventRow, until: int) -> list[int]:
    """The slots of a series up to `until`, from the row's cache where that reaches."""
    if master.slots is None or master.slots_until < until:
        master.slots_until = until + 92 * 86400
        master.slots = slots(
            master.resource, calendar_zone=calendar.time_zone, until=master.slots_until
        )
    return master.slots


def has_slot(calendar: Calendar, master: EventRow, slot: int) -> bool:
    """Whether the series generates an instance there."""
    known = master_slots(calendar, master, slot)
    place = bisect_left(known, slot)
    return place < len(known) and known[place] == slot


def slots_between(calendar: Calendar, master: EventRow, low: int, high: int) -> list[int]:
    """Slots of instances that end after `low` and start before `high` (epoch seconds)."""
    resource = master.resource
    if "date" in resource["start"]:
        length = _day_count(resource) * 86400
        # A slot numbers days in UTC; local midnight is less than a day away from it.
        near = _between(calendar, master, low - length - 86400, high + 86400)
        return [slot for slot in near if _day_overlaps(calendar, slot, length, low, high)]
    length = epoch(resource["end"], "UTC") - epoch(resource["start"], "UTC")
    return _between(calendar, master, low - length + 1, high)


def _between(calendar: Calendar, master: EventRow, low: int, high: int) -> list[int]:
    known = master_slots(calendar, master, high)
    return known[bisect_left(known, low) : bisect_left(known, high)]


def _day_overlaps(calendar: Calendar, slot: int, length: int, low: int, high: int) -> bool:
    begin = day_epoch(datetime.fromtimestamp(slot, UTC).date(), calendar.time_zone)
    end = day_epoch(datetime.fromtimestamp(slot + length, UTC).date(), calendar.time_zone)
    return end > low and begin < high


def restamp(world: World, calendar: Calendar, row: EventRow, *, moves_updated: bool = True) -> None:
    """Store a changed event; a series is one version group, so its exceptions come along.

    Exceptions take the series' new values where they have none of their own; those whose slot is
    no longer generated become bare stubs (sections 4 and 6.5).
    """
    stamp = world.stamp()
    stamps = {"etag": event_etag(stamp)}
    if moves_updated:
        stamps["updated"] = utc_millis(stamp)
    row.resource = finish(calendar, row.resource | stamps)
    if is_tombstone(row.resource):
        row.resource = bare(row.resource)
    else:
        row.slots, row.span = None, span_of(calendar, row.resource)
    calendar.put(row, stamp=stamp)
    world.note("events", calendar.id)
    _take_back(calendar, row)
    for exception in calendar.exceptions(row.id):
        _rederive(world, calendar, row, exception, stamp)


def _take_back(calendar: Calendar, master: EventRow) -> None:
    """An instance whose slot the series has again is an ordinary one, not a stub."""
    if is_tombstone(master.resource):
        return
    shed = calendar.shed.pop(master.id, [])
    for event_id in shed:
        row = calendar.rows[event_id]
        if has_slot(calendar, master, slot_of(event_id.rpartition("_")[2])):
            row.hidden = row.hidden or not row.master_id
        else:
            calendar.shed.setdefault(master.id, []).append(event_id)


def _rederive(
    world: World, calendar: Calendar, master: EventRow, row: EventRow, stamp: int
) -> None:
    slot = slot_of(row.id.rpartition("_")[2])
    cancelled = (row.overrides or {}).get("status") == "cancelled"
    stays = world.options.keeps_leftovers and not cancelled
    if is_tombstone(master.resource):
        row.hidden = True
    elif not stays and not has_slot(calendar, master, slot):
        row.resource = bare(row.resource | {"etag": event_etag(stamp)})
        del calendar.children[master.id][row.id]
        calendar.shed.setdefault(master.id, []).append(row.id)
        row.master_id, row.overrides = "", None
        calendar.put(row, stamp=stamp)
    else:
        row.resource = derived(calendar, master, slot, row.overrides or {})
        row.span = span_of(calendar, row.resource)
        calendar.put(row, stamp=stamp)


def put_exception(
    world: World, calendar: Calendar, target: Target, overrides: Resource, *, moves_updated: bool
) -> EventRow:
    """Store the values in which an instance differs; the whole group gets a new version."""
    master = target.master
    if master is None:
        raise not_found()
    event_id = target.resource["id"]
    row = calendar.rows.get(event_id) or EventRow(id=event_id, resource=target.resource)
    row.master_id, row.overrides, row.hidden = master.id, overrides, False
    calendar.rows[row.id] = row
    calendar.children.setdefault(master.id, {})[row.id] = None
    restamp(world, calendar, master, moves_updated=moves_updated)
    return row


def bury(world: World, calendar: Calendar, row: EventRow) -> None:
    """Turn a row into a tombstone, remembering what it was."""
    row.grave = row.resource
    row.resource = row.resource | {"status": "cancelled"}
    if not is_tombstone(row.resource):
        row.resource = bare(row.resource)
        row.master_id = ""
    restamp(world, calendar, row)
