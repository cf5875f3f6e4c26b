"""What an incoming listing means for the cache. Pure.

Rules 4, 5, 6 and 9 of docs/architecture.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from calendars.sync.core.compare import Comparison, compare
from calendars.sync.core.guards import is_suspicious_delete
from calendars.sync.core.row_shape import event_row

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from calendars.sync.core.types import Operation, Resource


@dataclass(frozen=True, slots=True)
class Known:
    """A cached event as a pull needs it. ``agreed`` is read only where operations wait."""

    event_id: str
    etag: str
    agreed: Resource | None = None
    operations: Sequence[Operation] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One incoming resource that is new to us, and what it means for the operations there."""

    resource: dict[str, Any]
    comparison: Comparison = field(default_factory=Comparison)


@dataclass(frozen=True, slots=True)
class Sweep:
    """What a full listing says is gone, or that it is too much to believe."""

    gone: frozenset[str] = frozenset()
    suspicious: bool = False


def newest_by_id(items: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The items by id. The same id may come on two pages; the later page is the newer word."""
    return {str(item["id"]): item for item in items if item.get("id")}


def plan_change(known: Known | None, incoming: dict[str, Any]) -> Change | None:
    """What to do with one incoming resource; None when we hold it already (rule 9)."""
    if known is not None and known.etag and known.etag == incoming.get("etag"):
        return None
    incoming = event_row(incoming)
    if known is None or not known.operations:
        return Change(incoming)
    if known.agreed is None and incoming.get("status") == "cancelled":
        return None  # an earlier life of an event that is on its way (back) to this calendar
    return Change(
        incoming,
        compare(agreed=known.agreed, incoming=incoming, operations=known.operations),
    )


def plan_sweep(
    *, inside_window: Collection[str], listed: Mapping[str, Any], confirmed: bool
) -> Sweep:
    """Which synced events of the window a full listing lacks.

    ``inside_window`` are the ids of synced events without waiting changes that the listing should
    hold; ``confirmed`` says that an earlier listing already lacked as much.
    """
    gone = frozenset(inside_window) - listed.keys()
    suspicious = is_suspicious_delete(known=len(inside_window), missing=len(gone))
    if suspicious and not confirmed:
        return Sweep(suspicious=True)
    return Sweep(gone=gone)
