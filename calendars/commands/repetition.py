"""Calls that come twice: the second is answered like the first and does nothing."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction

from calendars import cache
from calendars.errors import KeyReusedError
from calendars.models import OperationStatus, RememberedAnswer

if TYPE_CHECKING:
    from calendars.models import OutboxOperation

KEPT: Final = dt.timedelta(hours=24)
SAME_AT_ONCE: Final = dt.timedelta(minutes=5)
"""How long a call without a key counts as the same one, where that is wanted at all."""


def begin(
    *, holder: str, key: str, digest: str, unnamed: bool, now: dt.datetime
) -> RememberedAnswer:
    """The answer of the first call with this key; with the status 0 if this is the first.

    Call it in the transaction of the change: a second call at the same moment waits for its end.
    ``unnamed``: the key was made out of the request, so it is good for minutes only, and not for
    what was withdrawn or deleted meanwhile. Raises KeyReusedError for a key of another request.
    """
    RememberedAnswer.objects.filter(holder=holder, created_at__lte=now - KEPT).delete()
    try:
        with transaction.atomic():
            return RememberedAnswer.objects.create(
                holder=holder, key=key, digest=digest, created_at=now
            )
    except IntegrityError:
        answers = RememberedAnswer.objects.select_related("operation")
        known = answers.filter(holder=holder, key=key).first()
    if known is not None and unnamed and not _is_recent(known, now=now):
        known.delete()
        known = None
    if known is None:  # or it is a day old, and another call has just swept it away
        return begin(holder=holder, key=key, digest=digest, unnamed=unnamed, now=now)
    if known.digest != digest:
        raise KeyReusedError("This key was used for another request within the last day.")
    return known


def remember(answer: RememberedAnswer, *, status: int, body: str, operation_id: int | None) -> None:
    """Keep what the first call was answered."""
    answer.status, answer.body, answer.operation_id = status, body, operation_id
    answer.save(update_fields=["status", "body", "operation"])


def _is_recent(answer: RememberedAnswer, *, now: dt.datetime) -> bool:
    return answer.created_at > now - SAME_AT_ONCE and _stands(answer.operation)


def _stands(operation: OutboxOperation | None) -> bool:
    if operation is None or operation.status == OperationStatus.CANCELLED:
        return False
    event = cache.find_event(calendar_id=operation.calendar_id, event_id=operation.event_id)
    return event is not None and event.start_ts_utc is not None
