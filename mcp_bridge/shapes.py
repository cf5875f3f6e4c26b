"""Google resources and answers of REST, cut down to what a language model needs. Pure.

Whatever comes from an event, a calendar or a guest goes through ``texts.text_of``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from mcp_bridge import words
from mcp_bridge.texts import text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

PAGE_BYTES: Final = 14_000
"""About what the events of one answer may take: some four thousand tokens."""
_INTERESTING_TYPES = ("outOfOffice", "focusTime", "workingLocation", "birthday", "fromGmail")


@dataclass(frozen=True, slots=True)
class Room:
    """How long texts may be: ``short`` of titles and places, ``long`` of descriptions."""

    short: int = 120
    long: int = 600
    guests: int = 20


_ROOMS: Final = (Room(), Room(60, 200, 8), Room(30, 60, 3), Room(12, 0, 0))


def events(
    resources: Sequence[Mapping[str, Any]], *, zone_name: str, full: bool = False
) -> list[dict[str, Any]]:
    """A page of events; where it would be too big, all texts on it are cut shorter."""
    shown: list[dict[str, Any]] = []
    for room in _ROOMS:
        shown = [event(each, zone_name=zone_name, full=full, room=room) for each in resources]
        if len(json.dumps(shown, ensure_ascii=False).encode()) <= PAGE_BYTES:
            break
    return shown


def event(
    resource: Mapping[str, Any], *, zone_name: str, full: bool = False, room: Room = _ROOMS[0]
) -> dict[str, Any]:
    """One occurrence, event or series. Fields that say nothing are left out."""
    found: dict[str, Any] = {
        "id": resource.get("id"),
        "calendar_id": resource.get("calendarId"),
        "title": text_of(resource.get("summary"), most=room.short) or "(no title)",
        "when": words.event_time(resource, zone_name=zone_name),
        "start": _time(resource.get("start")),
        "end": _time(resource.get("end")),
        "_local_status": resource.get("_local_status", "synced"),
        "location": text_of(resource.get("location"), most=room.short),
        "recurring": bool(resource.get("recurringEventId") or resource.get("recurrence")),
        "my_answer": _own_answer(resource),
        "guests": len(_guests(resource)),
        "kind": resource.get("eventType") if _is_special(resource) else None,
        "free": resource.get("transparency") == "transparent",
        "status": _word(resource.get("status")) if resource.get("status") != "confirmed" else None,
    }
    if full:
        found |= _details(resource, room)
    return said(found)


def said(found: Mapping[str, Any]) -> dict[str, Any]:
    """What says something: without empty texts and lists, without null, no and nought."""
    return {name: value for name, value in found.items() if value}


def line(shown: Mapping[str, Any]) -> str:
    """One event, as ``event`` gives it, as a line of text."""
    parts = [f"{shown['when']}: «{shown['title']}»"]
    if shown.get("location"):
        parts.append(f"at «{shown['location']}»")
    if shown.get("guests"):
        parts.append(f"{shown['guests']} guest{'s' if shown['guests'] > 1 else ''}")
    if shown.get("my_answer"):
        parts.append(f"my answer: {shown['my_answer']}")
    parts += [name for name in ("free", "recurring") if shown.get(name)]
    parts += [str(shown[name]) for name in ("kind", "status") if shown.get(name)]
    if shown["_local_status"] != "synced":
        parts.append(f"[{shown['_local_status']}]")
    parts += [f"{name}: «{shown[name]}»" for name in _TOLD_IN_FULL if shown.get(name)]
    if shown.get("guest_list"):
        parts.append(f"guests: «{'; '.join(shown['guest_list'])}»")
    if shown.get("recurrence"):
        parts.append(f"recurrence: {' '.join(shown['recurrence'])}")
    if shown.get("id"):
        parts.append(f"id={shown['id']} calendar={shown.get('calendar_id')}")
    return ", ".join(parts)


_TOLD_IN_FULL: Final = ("description", "organizer", "reminders", "meeting_link")


def operation(row: Mapping[str, Any], *, zone_name: str) -> dict[str, Any]:
    """A queued change of the outbox: who asked for what and when, and what hinders it."""
    found = {
        "operation_id": row["op_id"],
        "status": row["status"],
        **step(row),
        "title": text_of(row["summary"]),
        "calendar_id": row["calendar_id"],
        "asked": words.moment(row["created_at"], zone_name=zone_name),
        "by": text_of(", ".join(filter(None, [row["actor"], row["via"]]))),
        "expires": words.moment(row["expires_at"], zone_name=zone_name),
        "reason": text_of(row["error"] or row["reason"], most=200),
    }
    return said(found)


def title_of(row: Mapping[str, Any]) -> str:
    """Of the event that an operation is about, where the operation itself says it."""
    sides = (row.get("payload") or {}, row.get("base") or {})
    return next((text_of(side["summary"]) for side in sides if side.get("summary")), "")


def step(operation: Mapping[str, Any]) -> dict[str, Any]:
    """One step of a change: what it does to which fields, values cut short."""
    base, payload = operation.get("base") or {}, operation.get("payload") or {}
    is_patch = operation.get("op_type") == "patch"
    changed = {
        text_of(name, most=60): f"{_short(base.get(name))} -> {_short(value)}"
        if is_patch
        else _short(value)
        for name, value in payload.items()
    }
    found = {
        "what": operation.get("op_type"),
        "event_id": operation.get("event_id"),
        "changed": changed,
        "notify": operation.get("notify"),
    }
    return said(found)


def side(values: Mapping[str, Any]) -> dict[str, str]:
    """Mine or theirs of a conflict, field by field."""
    return {text_of(name, most=60): _short(value, most=200) for name, value in values.items()}


def given_up(occurrence: Mapping[str, Any]) -> str:
    """An occurrence that was changed at Google meanwhile, and what mine would give up of it."""
    slot = _short(occurrence["original_start"])
    if occurrence["start"] is None:
        return f"that {slot} is deleted"
    theirs = ", ".join(f"{name} «{value}»" for name, value in side(occurrence["theirs"]).items())
    return f"of {slot}: {theirs}"


def _short(value: object, *, most: int = 80) -> str:
    if isinstance(value, dict):
        value = value.get("dateTime") or value.get("date") or ", ".join(sorted(value))
    if isinstance(value, list):
        value = ", ".join(_person(each) if isinstance(each, dict) else str(each) for each in value)
    return text_of(value, most=most) if value else "(nothing)"


def _person(guest: Mapping[str, Any]) -> str:
    answer = guest.get("responseStatus")
    return f"{guest.get('email')} ({answer})" if answer else str(guest.get("email"))


def coverage(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """How far an answer can be trusted. ``not_covered`` is there where something may be missing."""
    covered = metadata.get("coverage") or {}
    zone_name = str(metadata.get("time_zone") or "UTC")
    parts = covered.get("calendars") or []
    found: dict[str, Any] = {
        "time_zone": zone_name,
        "calendars": [each.get("calendar_id") for each in parts],
        "synced": words.moment(metadata.get("last_sync"), zone_name=zone_name) or "never",
        "stale": bool(metadata.get("is_stale")),
        "complete": bool(covered.get("complete")),
        "pending_count": metadata.get("pending_count", 0),
        "conflict_count": metadata.get("conflict_count", 0),
        "next_cursor": metadata.get("next_cursor"),
    }
    if not found["complete"]:
        start = words.moment(covered.get("covered_from"), zone_name=zone_name)
        end = words.moment(covered.get("covered_to"), zone_name=zone_name)
        known = f"Only {start} to {end} is known" if start and end else "This span is not known yet"
        found["not_covered"] = (
            f"{known}; the rest is being fetched. Do not say that there are no events there: "
            "ask again in a minute."
        )
    return found


def _details(resource: Mapping[str, Any], room: Room) -> dict[str, Any]:
    organizer = resource.get("organizer") or {}
    listed = _guests(resource)
    guests = [_guest(each) for each in listed[: room.guests]]
    if len(listed) > room.guests:
        guests.append(f"and {len(listed) - room.guests} more")
    return {
        "series_id": resource.get("recurringEventId"),
        "recurrence": _texts(resource.get("recurrence") or ()),
        "description": text_of(resource.get("description"), most=room.long) if room.long else "",
        "organizer": "" if organizer.get("self") else text_of(organizer.get("email")),
        "guest_list": guests,
        "meeting_link": text_of(resource.get("hangoutLink"), most=200),
        "visibility": _word(resource.get("visibility")),
        "color_id": _word(resource.get("colorId")),
        "reminders": _reminders(resource.get("reminders")),
        "web_link": text_of(resource.get("htmlLink"), most=300),
        "updated": _word(resource.get("updated")),
    }


def _texts(lines: Iterable[object]) -> list[str]:
    return [text_of(each, most=200) for each in lines][:10]


def _guest(person: Mapping[str, Any]) -> str:
    answer = text_of(person.get("responseStatus") or "needsAction", most=20)
    optional = ", optional" if person.get("optional") else ""
    return f"{text_of(person.get('email'), most=80)} ({answer}{optional})"


def _guests(resource: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return [each for each in resource.get("attendees") or [] if not each.get("self")]


def _own_answer(resource: Mapping[str, Any]) -> str | None:
    own = (each for each in resource.get("attendees") or [] if each.get("self"))
    return next((_word(each.get("responseStatus", "needsAction")) for each in own), None)


def _reminders(value: Mapping[str, Any] | None) -> str | None:
    if not value or value.get("useDefault"):
        return None
    each = (value.get("overrides") or [])[:5]
    named = (f"{entry.get('method')} {entry.get('minutes')} min before" for entry in each)
    return text_of(", ".join(named)) or "none"


def _time(value: Mapping[str, Any] | None) -> str:
    return _word((value or {}).get("dateTime") or (value or {}).get("date"))


def _word(value: object) -> str:
    """What Google takes from a list of words or of a form, and nobody's own words."""
    return text_of(value, most=40)


def _is_special(resource: Mapping[str, Any]) -> bool:
    return resource.get("eventType") in _INTERESTING_TYPES
