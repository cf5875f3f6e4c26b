"""Expanding a rule."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from calendars import recurrence
from tests.benchmarks.measure import Result, interleaved
from tests.benchmarks.resources import ZONE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.benchmarks.stage import Stage


def old_rule(stage: Stage) -> Iterator[Result]:
    """One month of a daily rule that began five years ago."""
    begin = dt.datetime.combine(stage.monday, dt.time(9)) - dt.timedelta(days=5 * 365)
    low = dt.datetime.combine(stage.monday, dt.time())
    high = low + dt.timedelta(days=30)
    master = {
        "id": "daily",
        "start": {"dateTime": begin.isoformat(), "timeZone": ZONE},
        "end": {"dateTime": (begin + dt.timedelta(hours=1)).isoformat(), "timeZone": ZONE},
        "recurrence": ["RRULE:FREQ=DAILY"],
    }
    first, last = (int(at.replace(tzinfo=ZoneInfo(ZONE)).timestamp()) for at in (low, high))

    def product() -> None:
        found = list(
            recurrence.expand(master, window_start=first, window_end=last, calendar_zone=ZONE)
        )
        if len(found) != 30:
            raise RuntimeError(f"{len(found)} instead of 30 days")

    figures = interleaved(
        {
            "floor": lambda: rrulestr("RRULE:FREQ=DAILY", dtstart=begin).between(low, high),
            "product": product,
        },
        times=200,
    )
    yield Result(
        "one month from a daily rule five years old",
        figures["product"].median,
        0.1,
        p95=figures["product"].p95,
        note=f"dateutil alone: {figures['floor'].median:.1f} ms",
    )
