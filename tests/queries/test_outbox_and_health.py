"""The outbox as a list, and how accounts and calendars stand."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from calendars.errors import InvalidInputError
from calendars.models import AccountSyncState, CalendarSyncState, OutboxOperation
from calendars.queries.outbox import operations
from calendars.queries.sync_health import status
from tests.commands.acting import change
from tests.factories import NOW, CalendarFactory, cached

if TYPE_CHECKING:
    from accounts.models import Member
    from calendars.models import Calendar


@pytest.fixture
def four_changes(alices_calendar: Calendar) -> list[int]:
    cached(alices_calendar, {"id": "lunch"})
    return [
        change(alices_calendar, "lunch", summary=f"Lunch {number}").operation.op_id
        for number in range(4)
    ]


def test_open_changes_are_listed_newest_first_page_by_page(
    alice: Member, four_changes: list[int]
) -> None:
    OutboxOperation.objects.filter(op_id=four_changes[1]).update(status="applied")
    first = operations(member=alice, limit=2, now=NOW)
    assert [each.op_id for each in first.operations] == [four_changes[3], four_changes[2]]
    second = operations(member=alice, limit=2, cursor=first.next_cursor, now=NOW)
    assert [each.op_id for each in second.operations] == [four_changes[0]]
    assert second.next_cursor is None


def test_changes_are_found_by_status(alice: Member, four_changes: list[int]) -> None:
    OutboxOperation.objects.filter(op_id=four_changes[1]).update(status="applied")
    done = operations(member=alice, statuses=["applied"], now=NOW).operations
    assert [each.op_id for each in done] == [four_changes[1]]


def test_others_see_no_changes_of_mine(bob: Member, four_changes: list[int]) -> None:
    assert operations(member=bob, now=NOW).operations == []


@pytest.mark.parametrize(
    ("question", "field"),
    [({"statuses": ["lost"]}, "status"), ({"limit": 0}, "limit"), ({"cursor": "x1"}, "cursor")],
)
def test_an_impossible_question_is_refused(
    alice: Member, question: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        operations(member=alice, now=NOW, **question)  # type: ignore[arg-type]
    assert list(refused.value.fields) == [field]


def test_health_says_who_is_stale_since_when_and_why(
    alice: Member, alices_calendar: Calendar, bobs_calendar: Calendar, four_changes: list[int]
) -> None:
    account = alices_calendar.account
    account.status, account.status_reason = "reconnect", "The grant was revoked."
    account.save()
    AccountSyncState.objects.filter(account=account).update(
        last_cycle_at=NOW, last_error="The grant was revoked."
    )
    CalendarSyncState.objects.filter(calendar=alices_calendar).update(
        status="error", last_error="Google did not answer."
    )
    OutboxOperation.objects.filter(op_id=four_changes[0]).update(status="failed")
    OutboxOperation.objects.filter(op_id=four_changes[1]).update(status="conflict")
    health = status(member=alice, now=NOW + dt.timedelta(hours=1))
    assert (health["is_stale"], health["last_sync"]) == (True, "2026-03-10T09:00:00Z")
    (stands,) = health["accounts"]
    assert (stands["email"], stands["status"]) == ("alice@example.test", "reconnect")
    assert stands["reason"] == stands["error"] == "The grant was revoked."
    assert stands["last_cycle"] == "2026-03-10T09:00:00Z"
    (calendar,) = stands["calendars"]
    assert calendar["error"] == "Google did not answer."
    assert calendar["is_stale"] is True
    counts = [calendar[f"{kind}_count"] for kind in ("pending", "failed", "conflict")]
    assert counts == [2, 1, 1]
    assert health["pending_count"] == 2


def test_health_of_a_member_without_accounts_is_empty(charlie: Member) -> None:
    assert status(member=charlie, now=NOW)["accounts"] == []


def test_a_move_between_accounts_is_one_change_though_it_has_a_step_in_each_calendar(
    alice: Member, alices_calendar: Calendar, four_changes: list[int]
) -> None:
    other = CalendarFactory.create(account__member=alice, account__email="alice@elsewhere.test")
    steps = OutboxOperation.objects.filter(op_id__in=four_changes[:2])
    saga = uuid4()
    steps.filter(op_id=four_changes[0]).update(saga=saga, step=2, status="failed", calendar=other)
    steps.filter(op_id=four_changes[1]).update(saga=saga, step=1, status="failed")
    assert status(member=alice, now=NOW)["failed_count"] == 1
    steps.filter(step=1).update(status="applied")
    assert status(member=alice, now=NOW)["failed_count"] == 1
