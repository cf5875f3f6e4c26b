"""Calendars, cache, outbox and sync state for operators, who can mend them here without SQL."""

from calendars.admin import calendar, event, outbox, sync_state

__all__ = ["calendar", "event", "outbox", "sync_state"]
