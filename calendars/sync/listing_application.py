"""One listing on its way into the tables: decide with the pure rules, write in bulk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from calendars import (
    bulk,
    cache,
    cached_exceptions,
    cached_occurrences,
    cached_row,
    event_resource,
    lanes,
    saga,
)
from calendars.made_ids import google_id_of
from calendars.models import (
    CachedEvent,
    CalendarSyncState,
    LocalStatus,
    Occurrence,
    OperationType,
    OutboxOperation,
    SyncStatus,
)
from calendars.resets import may_reset
from calendars.sync import resets
from calendars.sync.core.pull_plan import Known, plan_change, plan_sweep
from calendars.sync.ports import Applied
from calendars.verdicts import record

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from calendars.bulk import OccurrenceRow
    from calendars.models import Calendar
    from calendars.sync.core.pull_plan import Change
    from calendars.sync.core.types import Operation
    from calendars.sync.ports import CalendarToSync, Listing


_ROWS_AT_ONCE = 2_000


class _Row(NamedTuple):
    """What a listing is compared with, of each row of the calendar; a model for each is dear."""

    pk: int
    event_id: str
    local_id: str | None
    etag: str
    recurring_event_id: str
    local_status: str
    is_series: bool
    start_ts_utc: int | None
    end_ts_utc: int | None


class ListingApplication:
    """Writes one listing into one calendar. Made and used inside one transaction."""

    def __init__(
        self, calendar: Calendar, to_sync: CalendarToSync, listing: Listing, *, now: dt.datetime
    ) -> None:
        self.calendar = calendar
        self.to_sync = to_sync
        self.listing = listing
        self.now = now
        self.open_rows = list(
            OutboxOperation.objects.filter(
                calendar=calendar, status__in=lanes.OPEN_STATUSES
            ).order_by("op_id")
        )
        self._recognize()
        self.known = self._known_rows()
        self.waiting = self._waiting_operations()
        self.agreed = self._agreed_copies()

    def apply(self) -> Applied:
        """Sweep, compare, write rows, occurrences and state; or refuse a mass delete whole."""
        inside = self._inside_window()
        sweep = plan_sweep(
            inside_window=inside,
            listed=self.listing.items,
            confirmed=self.to_sync.mass_delete_seen,
        )
        if sweep.suspicious:
            return self._refuse(len(inside - self.listing.items.keys()))
        plain, changes = self._changes()
        for change in changes.values():
            record(change.comparison, now=self.now)
        dead = {event_id for event_id, change in changes.items() if self._is_dead(change)}
        series = self._remove(dead | sweep.gone | self._past())
        saved = self._save(plain, {each: changes[each] for each in changes.keys() - dead})
        series |= self._show_exceptions()
        moved = self._save_state()
        self._expand(saved, series=series, all_series=moved)
        verdicts = [change.comparison for change in changes.values()]
        decided = [op_id for each in verdicts for op_id in (*each.settled, *each.conflicts)]
        saga.follow_up(decided, account_id=self.calendar.account_id, now=self.now)
        conflicts = sum(len(each.conflicts) for each in verdicts)
        if any(map(may_reset, self.open_rows)):
            conflicts += resets.review(self.calendar, now=self.now)
        count = len(plain) + len(changes) + len(sweep.gone)
        return Applied(count, conflicts, unlisted=self._unlisted(gone=sweep.gone))

    def _recognize(self) -> None:
        """Events made here that Google lists although no answer said that it has them."""
        arrived = [
            each.event_id
            for each in self.open_rows
            if each.op_type == OperationType.CREATE and self._is_there(each.event_id)
        ]
        if not arrived:
            return
        for event in self.calendar.events.filter(event_id__in=arrived):
            was, event.event_id = event.event_id, google_id_of(event.event_id)
            event.save(update_fields=["event_id"])
            cached_exceptions.follow_new_id(event, was=was)

    def _is_there(self, local_id: str) -> bool:
        listed, google_id = self.listing.items, google_id_of(local_id)
        return google_id in listed and not listed.is_cancelled(google_id)

    def _known_rows(self) -> dict[str, _Row]:
        rows = self.calendar.events.values_list(*_Row._fields)
        if self.listing.window is not None:
            parts: Iterable[Iterable[tuple[Any, ...]]] = [rows]
        else:
            ids = list(self.listing.items)
            parts = (rows.filter(event_id__in=batch) for batch in bulk.batches(ids))
        return {row.event_id: row for part in parts for row in map(_Row._make, part)}

    def _waiting_operations(self) -> dict[str, list[Operation]]:
        """Open operations by the event's id in the cache, oldest first."""
        found: dict[str, list[Operation]] = {}
        local = {row.local_id: row for row in self.known.values() if row.local_id}
        for operation in self.open_rows:
            if row := local.get(operation.event_id) or self.known.get(operation.event_id):
                found.setdefault(row.event_id, []).append(
                    lanes.core_operation(operation, target=row.event_id)
                )
        return found

    def _agreed_copies(self) -> dict[str, dict[str, Any] | None]:
        """The agreed copies of the events that something waits for."""
        rows = self.calendar.events.only("event_id", "event_json", "agreed_json", "etag")
        parts = (rows.filter(event_id__in=batch) for batch in bulk.batches(list(self.waiting)))
        return {row.event_id: row.agreed for part in parts for row in part}

    def _inside_window(self) -> frozenset[str]:
        """Synced events that happen inside a full listing's window: Google has to list them."""
        if self.listing.window is None:
            return frozenset()
        start, end = (int(moment.timestamp()) for moment in self.listing.window)
        happening = Occurrence.objects.filter(
            calendar=self.calendar, start_ts__lt=end, end_ts__gt=start
        )
        keys = set(happening.order_by().values_list("event_id", flat=True).distinct())
        return frozenset(
            row.event_id
            for row in self.known.values()
            if row.pk in keys and row.local_status == LocalStatus.SYNCED
        )

    def _unlisted(self, *, gone: Collection[str]) -> list[tuple[int, str]]:
        """What the sweep spared: with changes that wait, or in a series with such."""
        if self.listing.window is None:
            return []
        start, end = (int(moment.timestamp()) for moment in self.listing.window)
        return [
            (row.pk, row.event_id)
            for row in self.known.values()
            if row.etag
            and row.event_id not in self.listing.items
            and row.event_id not in gone
            and (
                row.event_id in self.waiting
                or (row.recurring_event_id in self.waiting and _overlaps(row, start, end))
            )
        ]

    def _past(self) -> set[str]:
        """Synced single events before a full listing's window. What was made here stays, for
        the ``local:`` id of a client resolves for ever."""
        if self.listing.window is None:
            return set()
        start = int(self.listing.window[0].timestamp())
        return {
            row.event_id
            for row in self.known.values()
            if row.event_id not in self.listing.items
            and row.local_status == LocalStatus.SYNCED
            and not (row.local_id or row.recurring_event_id or row.is_series)
            and row.end_ts_utc is not None
            and row.end_ts_utc <= start
        }

    def _changes(self) -> tuple[list[str], dict[str, Change]]:
        """Ids of what is simply taken as it comes, and by id the changes that are looked at first.

        The former are all of a new calendar, so they are made one by one when they are written.
        """
        listed = self.listing.items
        plain: list[str] = []
        looked_at: dict[str, Change] = {}
        for event_id in listed:
            known = self.known.get(event_id)
            if known is not None and listed.has(event_id, etag=known.etag):
                continue
            if event_id not in self.waiting and not listed.is_cancelled(event_id):
                plain.append(event_id)
                continue
            change = self._change(event_id)
            if change is not None and self._concerns_us(change):
                looked_at[event_id] = change
        return plain, looked_at

    def _change(self, event_id: str) -> Change | None:
        return plan_change(self._known(event_id), self.listing.items[event_id])

    def _known(self, event_id: str) -> Known | None:
        row = self.known.get(event_id)
        if row is None:
            return None
        operations: Sequence[Operation] = self.waiting.get(event_id, ())
        return Known(event_id, row.etag, self.agreed.get(event_id), operations)

    def _concerns_us(self, change: Change) -> bool:
        """A tombstone of what we never had says nothing, unless it takes out one occurrence."""
        resource = change.resource
        if not event_resource.is_cancelled(resource) or resource["id"] in self.known:
            return True
        return event_resource.is_instance(resource)

    def _is_dead(self, change: Change) -> bool:
        """Deleted at Google, and nothing of ours is left to decide about it."""
        resource = change.resource
        if not event_resource.is_cancelled(resource) or event_resource.is_instance(resource):
            return False
        settled = change.comparison.settled
        waiting = self.waiting.get(str(resource["id"]), ())
        return all(operation.op_id in settled for operation in waiting)

    def _remove(self, event_ids: set[str]) -> set[str]:
        """Delete rows and the exceptions of dead series; the series that lost an exception."""
        rows = [self.known[event_id] for event_id in event_ids if event_id in self.known]
        masters = [row.event_id for row in rows if not row.recurring_event_id]
        for keys in bulk.batches([row.pk for row in rows]):
            CachedEvent.objects.filter(pk__in=keys).delete()
        cache.forget_exceptions(self.calendar, masters, now=self.now)
        return {row.recurring_event_id for row in rows} - {""}

    def _save(self, plain: Iterable[str], looked_at: Mapping[str, Change]) -> list[CachedEvent]:
        """Write the rows; gives those that belong to a series or do not happen (any more).

        All others have their occurrence then and are let go of: the rows of a large calendar
        would not fit beside its listing.
        """
        event_ids = [*plain, *looked_at]
        known = [each for each in event_ids if each in self.known]
        new = sorted(each for each in event_ids if each not in self.known)
        return [*self._insert(new, looked_at), *self._update(known, looked_at)]

    def _insert(self, ids: Sequence[str], looked_at: Mapping[str, Change]) -> list[CachedEvent]:
        """``ids`` are sorted, which keeps the index of them a quarter smaller."""
        keys = bulk.new_keys(len(ids))
        left: list[CachedEvent] = []
        occurrences: list[OccurrenceRow] = []

        def rows() -> Iterable[CachedEvent]:
            for key, row in zip(keys, self._filled(ids, looked_at), strict=True):
                row.pk = key
                yield row
                if _stands_alone(row):
                    occurrences.append(cached_occurrences.lone_occurrence(row))
                else:
                    left.append(row)

        bulk.insert_events(rows())
        bulk.insert_occurrences(occurrences)
        return left

    def _update(self, ids: Sequence[str], looked_at: Mapping[str, Change]) -> list[CachedEvent]:
        left: list[CachedEvent] = []
        for batch in bulk.batches(ids, size=_ROWS_AT_ONCE):
            rows = list(self._filled(batch, looked_at))
            bulk.upsert_events(self.calendar, rows)
            left += (row for row in rows if not _stands_alone(row))
            self._rebuild([row for row in rows if _stands_alone(row)])
        return left

    def _filled(self, ids: Iterable[str], looked_at: Mapping[str, Change]) -> Iterable[CachedEvent]:
        blank = cached_row.new_events(self.calendar)
        for event_id in ids:
            if change := looked_at.get(event_id) or self._change(event_id):
                yield self._fill(blank(event_id), change)

    def _rebuild(self, rows: Sequence[CachedEvent]) -> None:
        new = {row.pk for row in rows if row.event_id not in self.known}
        cached_occurrences.rebuild(self.calendar, rows, now=self.now, new=new)

    def _fill(self, row: CachedEvent, change: Change) -> CachedEvent:
        resource: dict[str, Any] = change.resource
        event_id = row.event_id
        if known := self.known.get(event_id):
            row.recurring_event_id = known.recurring_event_id
        operations = lanes.after(self.waiting.get(event_id, ()), change.comparison)
        if known and operations:
            resource = cached_row.remembering(self.agreed.get(event_id), resource)
        etag = str(resource.get("etag") or "")
        cached_row.fill(row, agreed=resource, etag=etag, operations=operations, now=self.now)
        return row

    def _show_exceptions(self) -> set[str]:
        """What follows a series that something waits for, or waited until now; those series."""
        found: set[str] = set()
        for batch in bulk.batches(list(self.waiting)):
            rows = self.calendar.events.select_related("calendar__account")
            for series in rows.filter(event_id__in=batch, is_series=True):
                cached_exceptions.show(series, now=self.now)
                found.add(series.event_id)
        return found

    def _save_state(self) -> bool:
        """Store token and times; True when the window has moved."""
        state = CalendarSyncState.objects.get(calendar=self.calendar)
        moved = False
        if self.listing.window is not None:
            window = self.to_sync.window
            moved = window != (state.window_start, state.window_end)
            state.window_start, state.window_end = window
            state.last_full_sync_at = self.now
            state.mass_delete_seen_at = None
        state.last_incremental_sync_at = self.now
        state.sync_token = self.listing.sync_token
        state.status = SyncStatus.OK
        state.last_error = ""
        state.failure_count = 0
        state.next_attempt_at = None
        state.save()
        return moved

    def _expand(self, saved: Sequence[CachedEvent], *, series: set[str], all_series: bool) -> None:
        """Occurrences of what was written, and of series that lost or got an exception."""
        changed = {row.event_id for row in saved if row.is_series}
        changed |= {row.recurring_event_id for row in saved if row.start_ts_utc is None}
        cached_exceptions.drop_idle_tombstones(self.calendar, changed - {""})
        written = {row.pk for row in saved}
        masters = self.calendar.events.filter(is_series=True).exclude(pk__in=written)
        if not all_series:
            masters = masters.filter(event_id__in=series)
        self._rebuild([*saved, *masters])

    def _refuse(self, missing: int) -> Applied:
        """Keep everything; without a token the next cycle asks for the whole list again."""
        CalendarSyncState.objects.filter(calendar=self.calendar).update(
            mass_delete_seen_at=self.now, sync_token=None
        )
        return Applied(refused=missing)


def _overlaps(row: _Row, start: int, end: int) -> bool:
    if row.start_ts_utc is None or row.end_ts_utc is None:
        return False
    return row.start_ts_utc < end and row.end_ts_utc > start


def _stands_alone(row: CachedEvent) -> bool:
    """Whether the row has one occurrence, whatever other rows there are."""
    return row.start_ts_utc is not None and not (row.is_series or row.recurring_event_id)
