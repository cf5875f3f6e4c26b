"""Calendars, cache, outbox and sync state for operators, who can mend them here without SQL."""

from calendars.admin import calendar, event, list_change, outbox, outside_busy, sync_state

__all__ = ["calendar", "event", "list_change", "outbox", "outside_busy", "sync_state"]
