"""Rows of the calendars in the admin: seen, linked, never edited."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from calendars.models import (
    AccountSyncState,
    CachedEvent,
    Calendar,
    CalendarListChange,
    CalendarSyncState,
    Occurrence,
    OutboxOperation,
    OutsideBusy,
)
from tests.factories import NOW, CalendarFactory, GoogleAccountFactory, cached

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from accounts.models import Member

MODELS = [
    Calendar,
    CachedEvent,
    Occurrence,
    OutboxOperation,
    CalendarSyncState,
    AccountSyncState,
    CalendarListChange,
    OutsideBusy,
]


def list_of(model: type[Any]) -> str:
    return reverse(f"admin:calendars_{model._meta.model_name}_changelist")


def page_of(row: Any) -> str:
    return reverse(f"admin:calendars_{row._meta.model_name}_change", args=[row.pk])


def a_row_of_each(calendar: Calendar, name: str = "talk") -> dict[type[Any], Any]:
    """An event with its occurrence, and an operation for it."""
    event = cached(calendar, {"id": name, "summary": "<b>Talk</b>", "location": "Zürich"})
    operation = OutboxOperation.objects.create(
        calendar=calendar,
        event_id=name,
        lane=name,
        op_type="patch",
        status="failed",
        payload={"summary": "Other"},
        base={"summary": "Talk"},
        created_at=NOW,
        actor=calendar.account.member,
        actor_via="web",
        error="Google refused.",
    )
    account = calendar.account
    change = CalendarListChange.objects.create(
        account=account,
        google_id=calendar.google_id,
        kind="change",
        payload={"hidden": True},
        status="failed",
        created_at=NOW,
        actor=account.member,
        actor_via="web",
        error="Google refused.",
    )
    busy = OutsideBusy.objects.create(
        account=account,
        address=f"{name}@outside.test",
        wanted_start=NOW,
        wanted_end=NOW + dt.timedelta(days=1),
        wanted_at=NOW,
        busy=[[1, 2]],
    )
    return {
        Calendar: calendar,
        CachedEvent: event,
        Occurrence: event.occurrences.get(),
        OutboxOperation: operation,
        CalendarSyncState: calendar.sync_state,
        AccountSyncState: account.sync_state,
        CalendarListChange: change,
        OutsideBusy: busy,
    }


@pytest.mark.parametrize("model", MODELS)
def test_every_kind_of_row_is_listed_searched_and_shown(
    admin: Client, alices_calendar: Calendar, model: type[Any]
) -> None:
    row = a_row_of_each(alices_calendar)[model]

    for query in ({}, {"q": "alice"}):
        answer = admin.get(list_of(model), query)
        assert answer.status_code == 200
        assert page_of(row) in answer.content.decode()
    assert page_of(row) not in admin.get(list_of(model), {"q": "nobody"}).content.decode()
    assert admin.get(page_of(row)).status_code == 200


@pytest.mark.parametrize("model", MODELS)
def test_no_row_is_added_edited_or_deleted_by_hand(
    admin: Client, alices_calendar: Calendar, model: type[Any]
) -> None:
    row = a_row_of_each(alices_calendar)[model]
    before = model.objects.filter(pk=row.pk).values().get()
    name = f"admin:calendars_{model._meta.model_name}"

    assert admin.get(reverse(f"{name}_add")).status_code == 403
    assert admin.get(reverse(f"{name}_delete", args=[row.pk])).status_code == 403
    page = admin.get(page_of(row)).content.decode()
    assert 'name="_save"' not in page
    assert "<textarea" not in page
    assert admin.post(page_of(row), {"summary": "x", "status": "applied"}).status_code == 403
    assert model.objects.filter(pk=row.pk).values().get() == before
    assert "delete_selected" not in admin.get(list_of(model)).content.decode()


def test_a_member_can_be_deleted_with_all_that_belongs_to_them(
    admin: Client, alices_calendar: Calendar
) -> None:
    a_row_of_each(alices_calendar)
    member = alices_calendar.account.member

    page = reverse("admin:accounts_member_delete", args=[member.pk])
    assert admin.post(page, {"post": "yes"}).status_code == 302

    assert not Calendar.objects.exists()


@pytest.mark.parametrize("model", MODELS)
def test_a_list_costs_the_same_queries_for_one_row_and_for_many(
    admin: Client, alices_calendar: Calendar, model: type[Any]
) -> None:
    a_row_of_each(alices_calendar)
    admin.get(list_of(model))  # content types are kept from now on

    with CaptureQueriesContext(
        connection,
    ) as few:
        admin.get(list_of(model))
    for n in range(5):
        a_row_of_each(CalendarFactory(), f"talk{n}")
    with CaptureQueriesContext(connection) as many:
        admin.get(list_of(model))

    assert len(many) == len(few)


@pytest.mark.parametrize("model", MODELS)
def test_staff_without_the_permission_see_nothing(
    staff: Callable[..., Client], alices_calendar: Calendar, model: type[Any]
) -> None:
    row = a_row_of_each(alices_calendar)[model]
    others = [f"view_{other._meta.model_name}" for other in MODELS if other is not model]
    client = staff(*others)

    assert client.get(list_of(model)).status_code == 403
    assert client.get(page_of(row)).status_code == 403
    assert list_of(model) not in client.get(reverse("admin:index")).content.decode()


@pytest.mark.parametrize("model", MODELS)
def test_members_who_are_no_staff_are_sent_to_the_login(
    client: Client, alices_calendar: Calendar, model: type[Any]
) -> None:
    client.force_login(alices_calendar.account.member)

    assert client.get(list_of(model)).status_code == 302


def test_json_is_indented_and_escaped(admin: Client, alices_calendar: Calendar) -> None:
    event = a_row_of_each(alices_calendar)[CachedEvent]

    page = admin.get(page_of(event)).content.decode()

    assert "  &quot;location&quot;: &quot;Zürich&quot;" in page
    assert "&lt;b&gt;Talk&lt;/b&gt;" in page
    assert "<b>Talk" not in page


def test_rows_lead_from_account_to_calendar_to_event_to_operation(
    admin: Client, alices_calendar: Calendar
) -> None:
    rows = a_row_of_each(alices_calendar)
    a_row_of_each(CalendarFactory(), "other")

    def follow(page: str, text: str) -> str:
        content = admin.get(page).content.decode()
        end = content.rindex(f'">{text}</a>')
        return content[content.rindex('href="', 0, end) + 6 : end].replace("&amp;", "&")

    calendars = follow(page_of(rows[AccountSyncState]), "Calendars")
    assert page_of(alices_calendar) == follow(calendars, "Alice").split("?")[0]
    events = follow(page_of(alices_calendar), "Events")
    assert page_of(rows[CachedEvent]) == follow(events, "talk").split("?")[0]
    operations = follow(page_of(rows[CachedEvent]), "Operations")
    listed = admin.get(operations).content.decode()
    assert page_of(rows[OutboxOperation]) in listed
    assert "1 outbox operation" in listed
    assert follow(page_of(rows[OutboxOperation]), "talk") == page_of(rows[CachedEvent])
    assert follow(page_of(rows[CalendarSyncState]), "Alice") == page_of(alices_calendar)
    occurrences = follow(page_of(rows[CachedEvent]), "Occurrences")
    assert page_of(rows[Occurrence]) in admin.get(occurrences).content.decode()


@pytest.mark.parametrize(
    ("model", "query", "found"),
    [
        (CachedEvent, "kind=own", True),
        (CachedEvent, "kind=exception", False),
        (CachedEvent, "local_status__exact=synced", True),
        (CachedEvent, "local_status__exact=conflict", False),
        (OutboxOperation, "status__exact=failed", True),
        (OutboxOperation, "status__exact=applied", False),
        (CalendarSyncState, "stale=yes", False),
        (CalendarSyncState, "stale=no", True),
        (AccountSyncState, "account__status__exact=connected", True),
        (AccountSyncState, "account__status__exact=reconnect", False),
        (Calendar, "access_role__exact=owner", True),
        (Calendar, "deleted__exact=1", False),
    ],
)
@pytest.mark.usefixtures("present")
def test_lists_can_be_filtered(
    admin: Client, alices_calendar: Calendar, model: type[Any], query: str, found: bool
) -> None:
    row = a_row_of_each(alices_calendar)[model]

    page = admin.get(f"{list_of(model)}?{query}").content.decode()

    assert (page_of(row) in page) is found


def test_a_calendar_that_has_no_sync_state_yet_is_shown(
    admin: Client, alices_calendar: Calendar
) -> None:
    alices_calendar.sync_state.delete()

    assert admin.get(list_of(Calendar)).status_code == 200
    assert admin.get(page_of(alices_calendar)).status_code == 200


def test_an_operation_whose_event_and_actor_are_gone_is_shown(
    admin: Client, alices_calendar: Calendar
) -> None:
    rows = a_row_of_each(alices_calendar)
    rows[CachedEvent].delete()
    OutboxOperation.objects.update(actor=None)

    assert "somebody (web)" in admin.get(page_of(rows[OutboxOperation])).content.decode()


def test_tokens_are_not_shown(admin: Client, alice: Member) -> None:
    calendar = CalendarFactory(account=GoogleAccountFactory(member=alice))
    CalendarSyncState.objects.update(sync_token="very-secret-token")

    assert "very-secret-token" not in admin.get(page_of(calendar.sync_state)).content.decode()


def test_no_filter_tells_when_somebody_outside_is_busy(admin: Client) -> None:
    assert admin.get(f"{list_of(OutsideBusy)}?busy__0__0__gt=5").status_code == 400
    assert admin.get(f"{list_of(OutsideBusy)}?problem__exact=x").status_code == 200
