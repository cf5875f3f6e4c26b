"""Lists over REST: one web process, loopback, a client that keeps its connection."""

from __future__ import annotations

import datetime as dt
import json
from functools import partial
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db import connection

from tests.benchmarks.measure import against, interleaved
from tests.benchmarks.resources import ZONE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.benchmarks.measure import Result
    from tests.benchmarks.processes import Web
    from tests.benchmarks.stage import Owner, Stage

_LIST = "/api/calendar/events"
_BARE = "bare Django view"


def lists(stage: Stage) -> Iterator[Result]:
    """A week and a month of each size, against a bare view that answers the same rows."""
    for owner in stage.owners:
        for name, days, limit in (("week", 7, 1.5), ("month", 31, 1.4)):
            yield _list(stage, owner, name, days, limit)


def _list(stage: Stage, owner: Owner, name: str, days: int, limit: float) -> Result:
    low, high = span(stage, days)
    if name == "week":  # the month's rows hold the week's
        stage.fill_floor(owner, *span(stage, 31))
    floor: dict[str, Any] = {
        "calendar": owner.calendar_pk,
        "low": int(low.timestamp()),
        "high": int(high.timestamp()),
    }
    ask = listing(stage.web, owner, low, high)
    _, answer = ask()
    number = len(json.loads(answer)["events"])
    figures = interleaved(
        {"floor": lambda: stage.web.get("/floor/events", **floor), "product": ask},
        times=150 if number < 1_000 else 40,
    )
    work = f"list a {name}, {owner.occurrences:,} cached ({number} events)"
    return against(work, figures["product"], floor=figures["floor"], floor_name=_BARE, limit=limit)


def crowds(stage: Stage) -> Iterator[Result]:
    """The same week of one calendar, alone and beside many others."""
    low, high = span(stage, 7)
    alone = listing(stage.web, stage.owner, low, high)
    crowded = listing(stage.big_web, stage.owner, low, high)
    figures = interleaved({"alone": alone, "crowded": crowded}, times=150)
    calendars = stage.others + 1
    yield against(
        f"the same week, {calendars * 10_000:,} cached in {calendars} calendars",
        figures["crowded"],
        floor=figures["alone"],
        floor_name="itself at 10,000",
        limit=1.3,
    )


def unchanged(stage: Stage) -> Iterator[Result]:
    """A conditional list when nothing has changed, against the health check."""
    low, high = span(stage, 7)
    headers, _ = listing(stage.web, stage.owner, low, high)()
    ask_again = listing(stage.web, stage.owner, low, high, {"If-None-Match": headers["ETag"]})

    def ask() -> None:
        _, content = ask_again()
        if content:
            raise RuntimeError("the list has changed meanwhile")

    figures = interleaved({"floor": lambda: stage.web.get("/health"), "product": ask}, times=200)
    yield against(
        "conditional list, nothing changed (304)",
        figures["product"],
        floor=figures["floor"],
        floor_name="/health",
        limit=1.5,
    )


def search(stage: Stage) -> Iterator[Result]:
    """Rare, common and several words in the largest calendar, against the index query alone."""
    owner = stage.owners[-1]
    near = int(dt.datetime.now(dt.UTC).timestamp())
    for q in ("keller", "museum conc gard", "budget"):
        floor = {"near": near, "question": _question(owner, q)}
        figures = interleaved(
            {
                "floor": partial(stage.web.get, "/floor/hits", **floor),
                "product": partial(stage.web.get, "/api/calendar/search", owner.headers, q=q),
            },
            times=60,
        )
        yield against(
            f"search '{q}', {owner.occurrences:,} cached",
            figures["product"],
            floor=figures["floor"],
            floor_name="the index query",
            limit=2,
        )


def _question(owner: Owner, q: str) -> str:
    """The words of a question in the language of the database."""
    words = [f"{owner.calendar_pk}.{word}" for word in q.split()]
    if connection.vendor == "postgresql":
        return " & ".join(f"'{word}':*" for word in words)
    return " AND ".join(f'"{word}"*' for word in words)


def listing(
    web: Web,
    owner: Owner,
    low: dt.datetime,
    high: dt.datetime,
    more: Mapping[str, str] | None = None,
) -> Callable[[], tuple[Mapping[str, str], bytes]]:
    span = {"time_min": low.isoformat(), "time_max": high.isoformat(), "limit": 2_500}
    headers = {**owner.headers, **(more or {})}
    return lambda: web.get(_LIST, headers, **span)


def span(stage: Stage, days: int) -> tuple[dt.datetime, dt.datetime]:
    low = dt.datetime.combine(stage.monday, dt.time(), ZoneInfo(ZONE))
    return low, low + dt.timedelta(days=days)
