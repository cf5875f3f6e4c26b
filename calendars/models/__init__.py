from calendars.models.answer import RememberedAnswer
from calendars.models.calendar import AccessRole, Calendar
from calendars.models.event import CachedEvent, LocalStatus
from calendars.models.list_change import CalendarListChange, ListChangeKind, ListChangeStatus
from calendars.models.occurrence import LONG_SECONDS, Occurrence
from calendars.models.outbox import Notify, OperationStatus, OperationType, OutboxOperation
from calendars.models.outside_busy import OutsideBusy
from calendars.models.sync_state import AccountSyncState, CalendarSyncState, SyncStatus

__all__ = [
    "LONG_SECONDS",
    "AccessRole",
    "AccountSyncState",
    "CachedEvent",
    "Calendar",
    "CalendarListChange",
    "CalendarSyncState",
    "ListChangeKind",
    "ListChangeStatus",
    "LocalStatus",
    "Notify",
    "Occurrence",
    "OperationStatus",
    "OperationType",
    "OutboxOperation",
    "OutsideBusy",
    "RememberedAnswer",
    "SyncStatus",
]
