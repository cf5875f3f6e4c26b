"""An account is connected, or connected again: what is left of its trouble is forgotten."""

from __future__ import annotations

from calendars.models import AccountSyncState
from calendars.sync.nudge import wake


def begin_anew(*, account_id: int) -> None:
    """Let the worker try at once, and say nothing more of what failed with the old permission."""
    AccountSyncState.objects.filter(account_id=account_id).update(
        last_error="", last_error_code="", failure_count=0, next_attempt_at=None
    )
    wake(account_id=account_id)
