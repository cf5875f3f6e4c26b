"""The outbox as the sync shell reads and writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import F, Min, QuerySet

from calendars import (
    cache,
    cached_exceptions,
    cached_occurrences,
    cached_row,
    event_resource,
    lanes,
    saga,
)
from calendars.locks import lock_calendar, lock_event
from calendars.made_ids import google_id_of
from calendars.models import (
    CachedEvent,
    Calendar,
    LocalStatus,
    OperationStatus,
    OperationType,
    OutboxOperation,
)
from calendars.models.outbox import NEVER_SENT
from calendars.sync import falling, leftovers, mishaps, resets
from calendars.sync.core.compare import DELETED_THERE, Comparison, compare, compare_with_nothing
from calendars.sync.core.resets import sent_with_care
from calendars.sync.core.saga import between_moves, held_back
from calendars.sync.core.types import OperationKind
from calendars.sync.lease import Leased
from calendars.sync.neighbours import wake_neighbours
from calendars.sync.ports import GatewayError, Lane
from calendars.verdicts import close, record

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from calendars.sync.core.saga import Step
    from calendars.sync.core.types import Operation


class LaneStore(Leased):
    """Lanes of one account. What each method promises stands in ``ports.Store``."""

    def recover(self, *, now: dt.datetime) -> None:
        with self.writing(now=now):
            self._operations().filter(status=OperationStatus.IN_FLIGHT).update(
                status=OperationStatus.PENDING
            )
            saga.revive(account_id=self.account_id, now=now)

    def pending_lanes(
        self, *, google_id: str | None, insist: bool, now: dt.datetime
    ) -> tuple[int, list[int]]:
        pending = self._operations().filter(status=OperationStatus.PENDING)
        if google_id is not None:
            pending = pending.filter(calendar__google_id=google_id)
        rows = list(
            pending.order_by("op_id").values_list("calendar_id", "event_id", "next_attempt_at")
        )
        resting = {
            (calendar, event)
            for calendar, event, at in rows
            if at is not None and at > now and not insist
        }
        due = dict.fromkeys(
            (calendar, event) for calendar, event, _ in rows if (calendar, event) not in resting
        )
        keys = [cache.find_event(calendar_id=pk, event_id=event) for pk, event in due]
        return len(rows), list(dict.fromkeys(event.pk for event in keys if event is not None))

    def drop_placeless(self, *, now: dt.datetime) -> None:
        made_here = CachedEvent.objects.filter(
            calendar__account_id=self.account_id, local_status=LocalStatus.PENDING, etag=""
        )
        for event in made_here.exclude(recurring_event_id="").select_related("calendar"):
            series, operations = _series_of(event), lanes.waiting_for(event)
            if (
                series is not None
                and between_moves(operations, of_series=lanes.waiting_for(series))
                and cached_occurrences.is_placeless(event, series)
            ):
                self.settle(
                    event.pk, applied=(), withdrawn=[op.op_id for op in operations], now=now
                )

    def lane(self, event_pk: int) -> Lane | None:
        event = self._read(event_pk)
        if event is None:
            return None
        series = _series_of(event)
        if series is not None and not series.etag:
            return None  # an instance waits for its series to be created
        etag = event.etag or (series.etag if series else "")
        operations = lanes.waiting_for(event)
        steps = saga.steps_about(calendar_id=event.calendar_id, lane=lanes.lane_of(event))
        recurs = event_resource.is_series(event.agreed or {})
        return Lane(
            event_pk=event.pk,
            calendar_google_id=event.calendar.google_id,
            event_id=google_id_of(event.event_id),
            etag=etag or None,
            agreed=event.agreed,
            operations=operations,
            held=self._held(
                event, operations, steps, of_series=lanes.waiting_for(series) if series else ()
            ),
            resets=sent_with_care(operations, steps=steps, of_series=recurs),
        )

    def review(self, google_id: str, *, now: dt.datetime) -> None:
        with self.writing(now=now):
            calendar = Calendar.objects.select_related("account").get(
                account_id=self.account_id, google_id=google_id
            )
            lock_calendar(calendar)
            resets.review(calendar, now=now)

    def claim(self, operations: Sequence[int], *, now: dt.datetime) -> bool:
        with self.writing(now=now):
            pending = list(
                self._operations()
                .filter(op_id__in=operations, status=OperationStatus.PENDING)
                .select_for_update(of=("self",))
                .order_by("step", "op_id")
                .values_list("op_id", flat=True)
            )
            if len(pending) != len(operations):
                return False
            OutboxOperation.objects.filter(op_id__in=operations).update(
                status=OperationStatus.IN_FLIGHT, attempts=F("attempts") + 1
            )
            return True

    def release(self, operations: Sequence[int], *, now: dt.datetime) -> None:
        with self.writing(now=now):
            self._in_flight(operations).update(status=OperationStatus.PENDING)

    def postpone(
        self,
        operations: Sequence[int],
        *,
        error: GatewayError,
        until: dt.datetime,
        now: dt.datetime,
    ) -> None:
        with self.writing(now=now):
            self._in_flight(operations).update(
                status=OperationStatus.PENDING,
                next_attempt_at=until,
                error=error.detail,
                reason=error.code,
            )

    def set_aside(self, event_pk: int, *, error: str, until: dt.datetime, now: dt.datetime) -> None:
        with self.writing(now=now):
            event = self._read(event_pk)
            if event is None:
                return
            rows = [row.op_id for row in lanes.open_operations(event=event)]
            states = (OperationStatus.PENDING, OperationStatus.IN_FLIGHT)
            OutboxOperation.objects.filter(op_id__in=rows, status__in=states).update(
                status=OperationStatus.PENDING,
                next_attempt_at=until,
                error=error,
                reason=mishaps.CODE,
            )

    def fail(
        self, event_pk: int, operations: Sequence[int], *, error: GatewayError, now: dt.datetime
    ) -> None:
        with self.writing(now=now):
            event = self._locked(event_pk)
            self._in_flight(operations).update(
                status=OperationStatus.FAILED, error=error.detail, reason=error.reason[:64]
            )
            falling.drop_undone(operations, now=now)
            if event is not None:
                cache.refresh(event, now=now)
            self._follow_up(operations, now=now)

    def settle(
        self,
        event_pk: int,
        *,
        applied: Sequence[int],
        withdrawn: Sequence[int] = (),
        now: dt.datetime,
    ) -> None:
        with self.writing(now=now):
            event = self._locked(event_pk)
            close(applied, OperationStatus.APPLIED, now=now)
            close(withdrawn, OperationStatus.CANCELLED, now=now, reason=NEVER_SENT)
            if event is not None:
                if withdrawn:
                    falling.withdraw_instances(event, now=now)
                cache.refresh(event, now=now)
            self._follow_up([*applied, *withdrawn], now=now)

    def sent(
        self,
        event_pk: int,
        operations: Sequence[int],
        *,
        resource: Mapping[str, Any] | None,
        now: dt.datetime,
    ) -> None:
        with self.writing(now=now):
            event = self._locked(event_pk)
            close(operations, OperationStatus.APPLIED, now=now)
            if event is None:
                return
            wake_neighbours(event.calendar, event.agreed, resource)
            if resource is None:
                if event.agreed is None:
                    falling.withdraw_instances(event, now=now)
                falling.supersede_edits_of_occurrences(event, operations)
                self._deleted(event, now=now)
            else:
                self._agree(event, resource, now=now)
                leftovers.clear(event, operations, now=now)
            self._follow_up(operations, now=now)

    def take_incoming(
        self, event_pk: int, resource: Mapping[str, Any], *, now: dt.datetime
    ) -> None:
        with self.writing(now=now):
            event = self._locked(event_pk)
            if event is None:
                return
            operations = lanes.waiting_for(event)
            verdict = compare(agreed=event.agreed, incoming=resource, operations=operations)
            record(verdict, now=now)
            self._agree(event, resource, now=now)
            self._follow_up([*verdict.settled, *verdict.conflicts], now=now)

    def take_absence(self, event_pk: int, *, now: dt.datetime) -> None:
        with self.writing(now=now):
            event = self._locked(event_pk)
            if event is None:
                return
            verdict = compare_with_nothing(lanes.waiting_for(event))
            record(verdict, now=now)
            self._agree(event, {"id": event.event_id, "status": "cancelled"}, now=now)
            self._follow_up([*verdict.settled, *verdict.conflicts], now=now)

    def lost(self, event_pk: int, operations: Sequence[int], *, now: dt.datetime) -> None:
        with self.writing(now=now):
            event = self._locked(event_pk)
            if event is None:
                return
            arrivals = OutboxOperation.objects.filter(
                op_id__in=operations, op_type=OperationType.CREATE
            )
            asked = list(arrivals.values_list("op_id", flat=True)) or operations
            record(Comparison(conflicts=dict.fromkeys(asked, DELETED_THERE)), now=now)
            stub = {"id": event.event_id, "status": "cancelled"}
            self._agree(event, stub, now=now)
            self._follow_up(operations, now=now)

    def give_fresh_id(self, event_pk: int, *, google_id: str, now: dt.datetime) -> None:
        with self.writing(now=now):
            event = self._locked(event_pk)
            if event is None:
                return
            was = event.event_id
            event.event_id = google_id
            event.save(update_fields=["event_id"])
            cached_exceptions.follow_new_id(event, was=was)

    def _agree(self, event: CachedEvent, resource: Mapping[str, Any], *, now: dt.datetime) -> None:
        """Google's resource is the agreed copy now; what is still open is laid over it.

        A stub of our own has no etag: should the event be there after all, the next listing
        must not be taken for what we hold (rule 9).
        """
        was = event.event_id
        event.event_id = str(resource["id"])
        if was != event.event_id:
            cached_exceptions.follow_new_id(event, was=was)
        operations = lanes.waiting_for(event)
        cancelled = resource.get("status") == "cancelled"
        if not operations and _is_no_row(resource, series=_series_of(event)):
            cache.forget(event, now=now)
            return
        etag = str(resource.get("etag") or ("" if cancelled else event.etag))
        agreed = cached_row.remembering(event.agreed, resource) if operations else resource
        cache.save_event(event, agreed=agreed, etag=etag, operations=operations, now=now)
        if event.is_series or cancelled:
            series = event.event_id if event.is_series else event.recurring_event_id
            cached_exceptions.drop_idle_tombstones(event.calendar, {series})

    def _deleted(self, event: CachedEvent, *, now: dt.datetime) -> None:
        """A stub in Google's shape; of an instance made here the series may have another id now."""
        stub = {"id": event.event_id, "status": "cancelled"}
        if event.recurring_event_id:
            stub["recurringEventId"] = event.recurring_event_id
        agreed = event.agreed or {}
        kept = {k: agreed[k] for k in ("originalStartTime",) if k in agreed}
        self._agree(event, {**kept, **stub}, now=now)

    def _held(
        self,
        event: CachedEvent,
        operations: Sequence[Operation],
        steps: Sequence[Step],
        *,
        of_series: Sequence[Operation],
    ) -> frozenset[int]:
        lane = lanes.lane_of(event)
        instances = None
        leaves = any(operation.kind is OperationKind.MOVE for operation in operations)
        if event.is_series or leaves:  # what leaves shows as gone: whether it recurs is not seen
            waiting = self._operations().filter(
                calendar=event.calendar,
                lane=lane,
                status__in=(OperationStatus.PENDING, OperationStatus.IN_FLIGHT),
            )
            own = [operation.op_id for operation in operations]
            instances = waiting.exclude(op_id__in=own).aggregate(oldest=Min("op_id"))["oldest"]
        return held_back(
            operations, steps=steps, oldest_of_instances=instances, of_series=of_series
        )

    def _follow_up(self, operations: Sequence[int], *, now: dt.datetime) -> None:
        saga.follow_up(operations, account_id=self.account_id, now=now)

    def _locked(self, event_pk: int) -> CachedEvent | None:
        """The event, with its calendar and all that its sagas lead to locked for the rest of the
        transaction: before any operation is written, as everybody does it."""
        event = self._read(event_pk)
        if event is None:
            return None
        lock_event(event)
        return self._read(event_pk)

    def _read(self, event_pk: int) -> CachedEvent | None:
        return (
            CachedEvent.objects.select_related("calendar__account")
            .filter(pk=event_pk, calendar__account_id=self.account_id)
            .first()
        )

    def _operations(self) -> QuerySet[OutboxOperation]:
        return OutboxOperation.objects.filter(calendar__account_id=self.account_id)

    def _in_flight(self, operations: Sequence[int]) -> QuerySet[OutboxOperation]:
        return OutboxOperation.objects.filter(
            op_id__in=operations, status=OperationStatus.IN_FLIGHT
        )


def _is_no_row(resource: Mapping[str, Any], *, series: CachedEvent | None) -> bool:
    """Whether nothing is kept of what Google has now: a deleted event, or no exception."""
    if series is None:
        return resource.get("status") == "cancelled"
    return cached_occurrences.is_as_its_series_has_it(resource, series)


def _series_of(event: CachedEvent) -> CachedEvent | None:
    if not event.recurring_event_id:
        return None
    return cache.find_event(calendar_id=event.calendar_id, event_id=event.recurring_event_id)
