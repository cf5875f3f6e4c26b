"""Changes over REST."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from calendars.models import CachedEvent
from tests.benchmarks.measure import against, interleaved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.benchmarks.measure import Result
    from tests.benchmarks.stage import Owner, Stage

_TIMES = 100
_NEEDED = _TIMES + 20


def writes(stage: Stage) -> Iterator[Result]:
    """Create against a bare DRF view, update and delete against the product's own create."""
    web, owner = stage.web, stage.owner
    body = _new(stage.monday)
    update, delete = _on_each(stage, owner, "update"), _on_each(stage, owner, "delete")

    figures = interleaved(
        {
            "floor": lambda: web.ask("POST", "/floor/event", body=body),
            "create": lambda: web.ask(
                "POST", "/api/calendar/event", body=body, headers=owner.headers
            ),
            "update": update,
            "delete": delete,
        },
        times=_TIMES,
    )
    yield against(
        "create an event",
        figures["create"],
        floor=figures["floor"],
        floor_name="bare DRF view, two rows",
        limit=1.25,
    )
    for name in ("update", "delete"):
        yield against(
            f"{name} an event, 10,000 cached",
            figures[name],
            floor=figures["create"],
            floor_name="own create",
            limit=1.2,
        )


def _on_each(stage: Stage, owner: Owner, what: str) -> Callable[[], Any]:
    """A call that changes another event each time."""
    rows = CachedEvent.objects.filter(
        calendar_id=owner.calendar_pk,
        is_series=False,
        recurring_event_id="",
        start_date=None,
        start_ts_utc__isnull=False,
    )
    ids = list(rows.order_by("pk").values_list("event_id", flat=True)[: 2 * _NEEDED])
    waiting = iter(ids[:_NEEDED] if what == "update" else ids[_NEEDED:])
    day = stage.monday + dt.timedelta(days=2)
    changes = {
        "summary": "Moved to another day",
        "start": f"{day}T15:00:00+01:00",
        "end": f"{day}T16:00:00+01:00",
    }

    def change() -> None:
        address = f"/api/calendar/primary/events/{next(waiting)}"
        if what == "update":
            stage.web.ask("PATCH", address, body=changes, headers=owner.headers)
        else:
            stage.web.ask("DELETE", address, headers=owner.headers)

    return change


def _new(monday: dt.date) -> dict[str, Any]:
    day = monday + dt.timedelta(days=1)
    return {
        "summary": "Budget review",
        "start": f"{day}T10:00:00+01:00",
        "end": f"{day}T11:00:00+01:00",
        "location": "Room 4",
        "description": "Numbers of the last quarter, open questions, next steps.",
    }
