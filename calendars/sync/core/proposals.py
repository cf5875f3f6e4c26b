"""Changes that wait for somebody's yes. Pure.

A proposal is an operation that is not sent. It changes nothing but the badge of its event (see
``merge.view_of``) and clashes with nothing while it waits: what was changed meanwhile is looked
at when it is approved.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from calendars.sync.core.compare import edited, holds, is_base
from calendars.sync.core.types import OperationKind
from calendars.sync.core.values import unit_of

if TYPE_CHECKING:
    from calendars.sync.core.types import Operation, Resource

CHANGED_SINCE: Final = "changed_since_proposed"
"""The reason of a proposal that was approved too late: it was never shown, so nothing is built on
it."""
LASTS: Final = dt.timedelta(days=14)
"""How long a proposal can be approved. Later nobody remembers what it was about."""


def expires_at(created_at: dt.datetime) -> dt.datetime:
    """From when on a proposal can no longer be approved."""
    return created_at + LASTS


def clashes(proposal: Operation, current: Resource) -> bool:
    """Whether what the proposal is about was changed since it was made.

    ``current`` is what the event shows now, without the proposal. A field that has got the
    proposed value meanwhile is no clash, but for the end of a series that is split: who ended it
    has put something in the place of the rest already.
    """
    if proposal.kind is OperationKind.PATCH:
        units = {unit_of(name) for name in proposal.payload}
        changed = {unit for unit in units if not is_base(unit, proposal, current)}
        if not proposal.saga:
            changed = {unit for unit in changed if not _holds(unit, proposal, current)}
        return bool(changed)
    deletes = proposal.kind is OperationKind.DELETE and proposal.base
    return bool(deletes) and edited(proposal.base, current)


def _holds(unit: str, proposal: Operation, current: Resource) -> bool:
    return holds(unit, current, payload=proposal.payload, base=proposal.base)
