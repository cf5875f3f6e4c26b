"""The table, printed as it grows."""

from __future__ import annotations

import datetime as dt
import math
import os
import platform
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from tests.benchmarks.measure import Result

_LINE = "| {:52} | {:34} | {:>19} | {:>6} | {:>10} | {:4} |\n"


def heading(database: str) -> None:
    today = dt.datetime.now(dt.UTC).date()
    _say(
        f"{today}, {os.cpu_count()} cores ({_processor()}), "
        f"load {os.getloadavg()[0]:.1f} at the start\n"
        f"{database}, Python {platform.python_version()}, Django {django.__version__}\n"
        "Milliseconds as median / p95 unless another unit is given; a budget like 1.5x is a "
        "ratio to the floor.\n\n"
    )
    _say(_LINE.format("Work", "Floor", "Measured", "Ratio", "Budget", ""))
    _say(_LINE.format(*("---",) * 6))


def line(result: Result) -> None:
    floor = ""
    if result.floor:
        floor = f"{result.floor_name} {_pair(result.floor.median, result.floor.p95)}"
    unit = "" if result.unit == "ms" else f" {result.unit}"
    _say(
        _LINE.format(
            result.work,
            floor or result.note,
            _pair(result.value, result.p95) + unit,
            f"{result.ratio:.2f}x" if result.ratio else "",
            _budget(result),
            ("OK" if result.within else "OVER") if _has_budget(result) else "",
        )
    )


def _has_budget(result: Result) -> bool:
    return math.isfinite(result.limit)


def _budget(result: Result) -> str:
    if not _has_budget(result):
        return "none"
    return f"{result.limit:g}x" if result.floor else f"{result.limit:g} {result.unit}"


def _pair(median: float, p95: float | None) -> str:
    return _number(median) if p95 is None else f"{_number(median)} / {_number(p95)}"


def _number(value: float) -> str:
    if value < 1:
        return f"{value:.3f}"
    return f"{value:.2f}" if value < 100 else f"{value:,.0f}"


def _processor() -> str:
    for text in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if text.startswith("model name"):
            return text.partition(":")[2].strip()
    return platform.machine()


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
