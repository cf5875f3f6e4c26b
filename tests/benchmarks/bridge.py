"""What the bridge for language models adds to a list over REST."""

from __future__ import annotations

import datetime as dt
import json
import math
from typing import TYPE_CHECKING

import httpx2

from tests.benchmarks.measure import against, interleaved
from tests.benchmarks.processes import Child, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.benchmarks.measure import Result
    from tests.benchmarks.stage import Stage

_TIMES = 60
_ALLOWED = 40
"""Events of a page: what a model is given at once."""


def bridge(stage: Stage) -> Iterator[Result]:
    """A week through the bridge, against the same page over REST. There is no budget for it."""
    port = free_port()
    child = Child(
        *("mcp_bridge", "--http", "--port", str(port)),
        env={"SECRETARY_URL": f"http://127.0.0.1:{stage.web.port}"},
        log=stage.folder / "bridge.log",
    )
    try:
        child.wait_for(lambda: _answers(port))
        yield _measured(stage, port)
    finally:
        child.stop()


def _measured(stage: Stage, port: int) -> Result:
    span = {
        "time_min": stage.monday.isoformat(),
        "time_max": (stage.monday + dt.timedelta(days=7)).isoformat(),
    }
    headers = {**stage.owner.headers, "Accept": "application/json, text/event-stream"}
    call = {"name": "list_calendar_events", "arguments": {**span, "limit": _ALLOWED}}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
    with httpx2.Client() as client:

        def through_the_bridge() -> None:
            answer = client.post(f"http://127.0.0.1:{port}/mcp", json=message, headers=headers)
            if "structuredContent" not in json.loads(answer.text).get("result", {}):
                raise RuntimeError(f"the bridge did not list: {answer.text[:300]}")

        figures = interleaved(
            {
                "floor": lambda: stage.web.get(
                    "/api/calendar/events", stage.owner.headers, limit=_ALLOWED, **span
                ),
                "bridge": through_the_bridge,
            },
            times=_TIMES,
        )
    return against(
        f"list a week through the MCP bridge ({_ALLOWED} events)",
        figures["bridge"],
        floor=figures["floor"],
        floor_name="the same over REST",
        limit=math.inf,
    )


def _answers(port: int) -> bool:
    try:
        return httpx2.get(f"http://127.0.0.1:{port}/health").status_code == 200
    except httpx2.HTTPError:
        return False
