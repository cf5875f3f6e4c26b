"""What operators can do about rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccountStatus
from calendars.models import CalendarListChange, CalendarSyncState, OperationStatus, OutboxOperation
from tests.admin.test_rows import a_row_of_each, list_of
from tests.factories import NOW, CalendarFactory

if TYPE_CHECKING:
    from collections.abc import Callable
    from unittest.mock import Mock

    from django.test import Client

    from calendars.models import Calendar

pytestmark = pytest.mark.django_db


@pytest.fixture
def failed(alices_calendar: Calendar) -> OutboxOperation:
    operation: OutboxOperation = a_row_of_each(alices_calendar)[OutboxOperation]
    return operation


def act(client: Client, action: str, *rows: Any) -> str:
    """Choose rows of one list and do something; the page that follows."""
    answer = client.post(
        list_of(type(rows[0])),
        {"action": action, "_selected_action": [row.pk for row in rows]},
        follow=True,
    )
    return answer.content.decode()


def test_retry_puts_a_failed_operation_back_and_wakes_the_worker(
    admin: Client,
    failed: OutboxOperation,
    woken: Mock,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        page = act(admin, "retry", failed)

    failed.refresh_from_db()
    assert (failed.status, failed.error) == (OperationStatus.PENDING, "")
    assert "Will be tried again: patch" in page
    woken.assert_called_once_with(account_id=failed.calendar.account_id)


@pytest.mark.parametrize(("action", "status"), [("approve", "pending"), ("decline", "cancelled")])
def test_proposals_are_decided_and_nothing_else_is(
    admin: Client, failed: OutboxOperation, action: str, status: str
) -> None:
    page = act(admin, action, failed)
    assert "Left alone: patch" in page
    OutboxOperation.objects.update(
        status=OperationStatus.PROPOSED,
        created_at=timezone.now(),
        payload={"colorId": "3"},
        base={"colorId": None},
    )
    act(admin, action, failed)
    failed.refresh_from_db()
    assert failed.status == status
    assert failed.approved_via == ("admin" if action == "approve" else "")


def test_discard_gives_an_operation_up_and_keeps_its_values(
    admin: Client, failed: OutboxOperation
) -> None:
    act(admin, "discard", failed)

    failed.refresh_from_db()
    assert failed.status == OperationStatus.CANCELLED
    assert failed.payload == {"summary": "Other"}


def test_a_refused_change_of_a_calendar_list_is_tried_again(
    admin: Client, alices_calendar: Calendar
) -> None:
    refused = a_row_of_each(alices_calendar)[CalendarListChange]
    page = act(admin, "retry", refused)
    assert "Will be tried again: change alice@example.test." in page
    again = CalendarListChange.objects.exclude(pk=refused.pk).get()
    assert (again.status, again.payload, again.actor_via) == ("pending", {"hidden": True}, "admin")
    assert "Left alone" in act(admin, "retry", again)


def test_what_cannot_be_retried_is_named_and_does_not_stop_the_others(
    admin: Client, failed: OutboxOperation, alices_calendar: Calendar
) -> None:
    applied = a_row_of_each(alices_calendar, "sent")[OutboxOperation]
    OutboxOperation.objects.filter(pk=applied.pk).update(status="applied")

    page = act(admin, "retry", applied, failed)

    failed.refresh_from_db()
    applied.refresh_from_db()
    assert f"Left alone: patch {applied.pk}" in page
    assert (failed.status, applied.status) == ("pending", "applied")


def test_what_an_operator_did_is_on_record(
    admin: Client, operator: Any, failed: OutboxOperation
) -> None:
    act(admin, "discard", failed)

    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id) == (operator, str(failed.pk))
    assert entry.get_change_message() == "Discarded."


@pytest.mark.parametrize("by", ["calendar", "sync state"])
def test_a_forced_full_sync_forgets_the_token_and_wakes_the_worker_once(
    admin: Client,
    alices_calendar: Calendar,
    woken: Mock,
    by: str,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    second = CalendarFactory(account=alices_calendar.account)
    untouched = CalendarFactory()
    CalendarSyncState.objects.update(next_attempt_at=NOW)
    calendars = [alices_calendar, second]
    rows = calendars if by == "calendar" else [calendar.sync_state for calendar in calendars]

    with django_capture_on_commit_callbacks(execute=True):
        page = act(admin, "force_full_sync", *rows)

    for calendar in calendars:
        state = CalendarSyncState.objects.get(calendar=calendar)
        assert (state.sync_token, state.next_attempt_at) == (None, None)
    assert CalendarSyncState.objects.get(calendar=untouched).sync_token == "token"
    assert "lists 2 calendar(s) whole" in page
    woken.assert_called_once_with(account_id=alices_calendar.account_id)


def test_the_reconnect_mail_goes_to_members_whose_grant_is_lost(
    admin: Client, alices_calendar: Calendar, bobs_calendar: Calendar
) -> None:
    account = alices_calendar.account
    account.status, account.status_reason = AccountStatus.RECONNECT, "The grant was revoked."
    account.save()

    act(admin, "reconnect_mail", account.sync_state, bobs_calendar.account.sync_state)

    (message,) = mail.outbox
    assert message.to == ["alice@example.test"]
    assert reverse("settings-accounts") in message.body


@pytest.mark.parametrize(
    ("codenames", "action"),
    [
        (("view_outboxoperation",), "discard"),
        (("view_outboxoperation",), "retry"),
        (("view_outboxoperation", "change_calendarsyncstate"), "discard"),
        (("view_calendarsyncstate",), "force_full_sync"),
        (("view_calendar", "change_outboxoperation"), "force_full_sync"),
        (("view_accountsyncstate", "change_accountsyncstate"), "reconnect_mail"),
    ],
)
def test_who_may_only_look_cannot_act(
    staff: Callable[..., Client],
    alices_calendar: Calendar,
    codenames: tuple[str, ...],
    action: str,
) -> None:
    rows = a_row_of_each(alices_calendar)
    account = alices_calendar.account
    account.status = AccountStatus.RECONNECT
    account.save()
    client = staff(*codenames)
    model = next(model for model in rows if f"view_{model._meta.model_name}" == codenames[0])
    before = model.objects.filter(pk=rows[model].pk).values().get()

    act(client, action, rows[model])

    assert f'value="{action}"' not in client.get(list_of(model)).content.decode()
    assert model.objects.filter(pk=rows[model].pk).values().get() == before
    assert CalendarSyncState.objects.get(calendar=alices_calendar).sync_token == "token"
    assert not mail.outbox


def test_the_change_permission_allows_to_look_and_to_act(
    staff: Callable[..., Client], failed: OutboxOperation
) -> None:
    act(staff("change_outboxoperation"), "discard", failed)

    failed.refresh_from_db()
    assert failed.status == OperationStatus.CANCELLED
