"""What the control page can do, by name; every action takes text values and answers a dict."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from google_simulator.times import Resource, zone

if TYPE_CHECKING:
    from google_simulator.errors import Shape
    from google_simulator.faults import When
    from google_simulator.simulator import Simulator

Values = dict[str, str]
Action = Callable[["Simulator", Values], dict[str, Any]]
SHOWN_REQUESTS = 200
_REASONS = {
    400: "invalid",
    401: "authError",
    403: "rateLimitExceeded",
    404: "notFound",
    409: "duplicate",
    410: "fullSyncRequired",
    412: "conditionNotMet",
    429: "rateLimitExceeded",
}


def state(simulator: Simulator) -> dict[str, Any]:
    """Everything that a script may want to compare. The caller holds the lock."""
    world, faults = simulator.world, simulator.faults
    return {
        "now": world.clock.now().isoformat(),
        "offline": bool(faults.offline),
        "faults": [asdict(fault) for fault in faults.plan],
        "random_faults": faults.rate,
        "quota_exceeded_for_writes": faults.writes_over_quota,
        "people": list(world.people),
        "calendars": [
            {
                "id": calendar.id,
                "summary": calendar.summary,
                "owner": calendar.owner,
                "events": simulator.live_events(calendar.id),
            }
            for calendar in world.calendars.values()
            if not calendar.deleted
        ],
        "requests": [asdict(request) for request in list(simulator.requests)[-SHOWN_REQUESTS:]],
    }


def _offline(simulator: Simulator, _values: Values) -> dict[str, Any]:
    simulator.faults.go_offline()
    return {"offline": True}


def _online(simulator: Simulator, _values: Values) -> dict[str, Any]:
    simulator.faults.go_online()
    return {"offline": False}


def _expire_sync_tokens(simulator: Simulator, values: Values) -> dict[str, Any]:
    simulator.faults.expire_sync_tokens(values.get("calendar"))
    return {}


def _expire_access_tokens(simulator: Simulator, _values: Values) -> dict[str, Any]:
    simulator.faults.expire_access_tokens()
    return {}


def _revoke(simulator: Simulator, values: Values) -> dict[str, Any]:
    simulator.faults.revoke_grant(values["email"])
    return {}


def _when(values: Values) -> When:
    when = values.get("when", "before")
    if when not in {"before", "after"}:
        raise ValueError("when is before or after")
    return cast("When", when)


def _fail(simulator: Simulator, values: Values) -> dict[str, Any]:
    status = int(values.get("status", "503"))
    shape = values.get("shape", "legacy")
    if not 400 <= status <= 599 or shape not in {"legacy", "new"}:
        raise ValueError("status is 400 to 599, shape legacy or new")
    simulator.faults.fail_next(
        int(values.get("n", "1")),
        status=status,
        reason=values.get("reason", _REASONS.get(status, "backendError")),
        shape=cast("Shape", shape),
        when=_when(values),
        method=values.get("method"),
        path_contains=values.get("path_contains"),
    )
    return {}


def _drop(simulator: Simulator, values: Values) -> dict[str, Any]:
    simulator.faults.drop_next(
        int(values.get("n", "1")),
        when=_when(values),
        method=values.get("method"),
        path_contains=values.get("path_contains"),
    )
    return {}


def _slow(simulator: Simulator, values: Values) -> dict[str, Any]:
    seconds = float(values["seconds"])
    if not 0 < seconds <= 120:
        raise ValueError("seconds are more than 0 and at most 120")
    simulator.faults.slow_next(seconds, n=int(values.get("n", "1")))
    return {}


def _random_faults(simulator: Simulator, values: Values) -> dict[str, Any]:
    rate = float(values["rate"])
    if not 0 <= rate <= 1:
        raise ValueError("rate is between 0 and 1")
    simulator.faults.random_faults(rate)
    return {}


def _quota(simulator: Simulator, values: Values) -> dict[str, Any]:
    simulator.faults.quota_exceeded_for_writes(values.get("on", "1") in {"1", "true"})
    return {}


def _clear(simulator: Simulator, _values: Values) -> dict[str, Any]:
    simulator.faults.clear()
    return {}


def _credentials(simulator: Simulator, values: Values) -> dict[str, Any]:
    return {"credentials": simulator.credentials_json(values["email"])}


def _span(simulator: Simulator, values: Values) -> Resource:
    """`start` as `2031-03-24T10:00` in the calendar's zone (or a date), `minutes` or `days`."""
    zone_name = values.get("timezone") or simulator.world.calendar(values["calendar"]).time_zone
    zone(zone_name)
    text = values["start"]
    if len(text) == 10:
        begin = datetime.fromisoformat(text)
        end = begin + timedelta(days=int(values.get("days", "1")))
        return {"start": {"date": f"{begin:%Y-%m-%d}"}, "end": {"date": f"{end:%Y-%m-%d}"}}
    begin = datetime.fromisoformat(text).replace(tzinfo=None)
    end = begin + timedelta(minutes=int(values.get("minutes", "60")))
    return {
        "start": {"dateTime": begin.isoformat(timespec="seconds"), "timeZone": zone_name},
        "end": {"dateTime": end.isoformat(timespec="seconds"), "timeZone": zone_name},
    }


def _insert(simulator: Simulator, values: Values) -> dict[str, Any]:
    body = {"summary": values.get("summary", "New event"), **_span(simulator, values)}
    if values.get("recurrence"):
        body["recurrence"] = [values["recurrence"]]
    return {"event": simulator.insert_event(values["calendar"], body)}


def _patch(simulator: Simulator, values: Values) -> dict[str, Any]:
    body: dict[str, Any] = {
        name: values[name] for name in ("summary", "description", "location") if name in values
    }
    if "start" in values:
        span = _span(simulator, values)
        empty = {"date": None, "dateTime": None, "timeZone": None}
        body |= {which: {**empty, **point} for which, point in span.items()}
    changed = simulator.patch_event(values["calendar"], values["event"], body)
    return {"event": changed}


def _delete(simulator: Simulator, values: Values) -> dict[str, Any]:
    simulator.delete_event(values["calendar"], values["event"])
    return {}


ACTIONS: dict[str, Action] = {
    "offline": _offline,
    "online": _online,
    "expire-sync-tokens": _expire_sync_tokens,
    "expire-access-tokens": _expire_access_tokens,
    "revoke": _revoke,
    "fail": _fail,
    "drop": _drop,
    "slow": _slow,
    "random-faults": _random_faults,
    "quota": _quota,
    "clear-faults": _clear,
    "credentials": _credentials,
    "events/insert": _insert,
    "events/patch": _patch,
    "events/delete": _delete,
}
