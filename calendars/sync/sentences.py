"""What members read about an operation that did not simply go through."""

from __future__ import annotations

from calendars.sync.core.compare import CHANGED_THERE, DELETED_THERE, EDITED_BOTH
from calendars.sync.core.proposals import CHANGED_SINCE
from calendars.sync.core.resets import OCCURRENCES_CHANGED

CONFLICT_SENTENCES = {
    EDITED_BOTH: "The same field was changed at Google meanwhile.",
    DELETED_THERE: "The event was deleted at Google meanwhile.",
    CHANGED_SINCE: "This was changed since it was proposed.",
    OCCURRENCES_CHANGED: "Occurrences that this would reset were changed at Google meanwhile.",
    CHANGED_THERE: "The event was changed at Google after it was deleted here.",
}
