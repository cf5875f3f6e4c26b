"""All rows by the name under which one can be asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.benchmarks import bridge, pages, reads, rules, sizes, syncs, workers, writes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.benchmarks.measure import Result
    from tests.benchmarks.stage import Stage

ROWS: Mapping[str, Callable[[Stage], Iterator[Result]]] = {
    "rule": rules.old_rule,
    "lists": reads.lists,
    "crowds": reads.crowds,
    "unchanged": reads.unchanged,
    "search": reads.search,
    "page": pages.week,
    "bridge": bridge.bridge,
    "writes": writes.writes,
    "bytes": sizes.bytes_of_events,
    "web": sizes.web_memory,
    "full": syncs.full_syncs,
    "idle": workers.rounds,
}
