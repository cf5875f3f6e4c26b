"""Timing things side by side, and what comes of it."""

from __future__ import annotations

import gc
import random
import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, slots=True)
class Figures:
    """Milliseconds of many runs of one thing."""

    median: float
    p95: float

    @classmethod
    def of(cls, seconds: list[float]) -> Figures:
        ordered = sorted(second * 1_000 for second in seconds)
        place = min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))
        return cls(statistics.median(ordered), ordered[place])


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the report. ``limit`` is a ratio to the floor, or a figure where none is."""

    work: str
    value: float
    limit: float
    unit: str = "ms"
    p95: float | None = None
    floor_name: str = ""
    floor: Figures | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        return self.value / self.floor.median if self.floor else None

    @property
    def within(self) -> bool:
        return (self.value if self.ratio is None else self.ratio) <= self.limit


def against(
    work: str, figures: Figures, *, floor: Figures, floor_name: str, limit: float, note: str = ""
) -> Result:
    return Result(work, figures.median, limit, "ms", figures.p95, floor_name, floor, note)


def interleaved(
    runs: Mapping[str, Callable[[], object]], *, times: int, warm_up: int = 5, seed: int = 1
) -> dict[str, Figures]:
    """Run each of the things so often, in random order, so that all meet the same weather."""
    order = [name for name in runs for _ in range(times)]
    random.Random(seed).shuffle(order)
    for run in runs.values():
        for _ in range(warm_up):
            run()
    gc.collect()
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for name in order:
        begin = time.perf_counter()
        runs[name]()
        taken[name].append(time.perf_counter() - begin)
    return {name: Figures.of(seconds) for name, seconds in taken.items()}
