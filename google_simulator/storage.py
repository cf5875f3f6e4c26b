"""The simulator's state as a JSON file, so that a demo survives a restart."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from google_simulator.oauth import AccessToken, Grant, RefreshToken
from google_simulator.series import is_split_id
from google_simulator.watch import Channel
from google_simulator.world import AclRule, Calendar, EventRow, ListEntry, Person, Task

if TYPE_CHECKING:
    from google_simulator.simulator import Simulator

VERSION = 1
_DERIVED = ("children", "splits")
"""Indexes that are built again on load."""


def save(simulator: Simulator, path: Path) -> None:
    """Write all state; a crash in between leaves the former file whole."""
    with simulator.world.lock:
        text = json.dumps(_dump(simulator))
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def load(simulator: Simulator, path: Path) -> None:
    """Replace all state by a file's; ValueError if it is not one of ours."""
    state = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(state, dict) or state.get("version") != VERSION:
        raise ValueError(f"{path} holds no state of this simulator")
    with simulator.world.lock:
        _restore(simulator, state)


def _dump(simulator: Simulator) -> dict[str, Any]:
    world, sign_in = simulator.world, simulator.sign_in
    return {
        "version": VERSION,
        "last_stamp": world.last_stamp,
        "random": world.random.getstate(),
        "people": [asdict(person) for person in world.people.values()],
        "calendars": [_dump_calendar(calendar) for calendar in world.calendars.values()],
        "tasks": [asdict(task) for task in world.tasks],
        "clients": sign_in.clients,
        "grants": [asdict(grant) for grant in sign_in.grants.values()],
        "access_tokens": {token: asdict(each) for token, each in sign_in.access_tokens.items()},
        "withheld": sign_in.withheld,
        "channels": [asdict(channel) for channel in simulator.channels.open.values()],
    }


def _dump_calendar(calendar: Calendar) -> dict[str, Any]:
    plain = {
        name: getattr(calendar, name)
        for name in Calendar.__dataclass_fields__
        if name not in {"rows", "acl", *_DERIVED}
    }
    rows = [_dump_row(row) for row in calendar.rows.values()]
    rules = {rule_id: asdict(rule) for rule_id, rule in calendar.acl.items()}
    return plain | {"rows": rows, "acl": rules}


def _dump_row(row: EventRow) -> dict[str, Any]:
    names = set(EventRow.__dataclass_fields__) - {"slots", "slots_until"}
    return {name: getattr(row, name) for name in names}


def _restore(simulator: Simulator, state: dict[str, Any]) -> None:
    world, sign_in = simulator.world, simulator.sign_in
    world.last_stamp = state["last_stamp"]
    version, internal, gauss = state["random"]
    world.random.setstate((version, tuple(internal), gauss))
    world.people = {each["email"]: _person(each) for each in state["people"]}
    world.calendars = {each["id"]: _calendar(each) for each in state["calendars"]}
    world.tasks = [Task(**each) for each in state["tasks"]]
    sign_in.clients = state["clients"]
    grants = [_grant(each) for each in state["grants"]]
    sign_in.grants = {(each.email, each.client_id): each for each in grants}
    sign_in.access_tokens = {
        token: AccessToken(**each) for token, each in state["access_tokens"].items()
    }
    sign_in.withheld = state["withheld"]
    channels = [
        Channel(**each | {"collection": tuple(each["collection"])}) for each in state["channels"]
    ]
    simulator.channels.open = {each.id: each for each in channels}


def _channel(state: dict[str, Any]) -> Channel:
    return Channel(**state | {"collection": tuple(state["collection"])})


def _person(state: dict[str, Any]) -> Person:
    entries = {key: ListEntry(**each) for key, each in state["entries"].items()}
    return Person(**state | {"entries": entries})


def _grant(state: dict[str, Any]) -> Grant:
    tokens = {token: RefreshToken(**each) for token, each in state["refresh_tokens"].items()}
    return Grant(**state | {"refresh_tokens": tokens})


def _calendar(state: dict[str, Any]) -> Calendar:
    rules = {rule_id: AclRule(**each) for rule_id, each in state["acl"].items()}
    rows = {each["id"]: EventRow(**each | {"span": tuple(each["span"])}) for each in state["rows"]}
    calendar = Calendar(**state | {"acl": rules, "rows": rows})
    for row in rows.values():
        if row.master_id:
            calendar.children.setdefault(row.master_id, {})[row.id] = None
        if is_split_id(row.id):
            calendar.splits[row.id] = None
    return calendar
