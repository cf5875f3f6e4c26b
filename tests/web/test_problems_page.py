"""What waits for the member: two versions in words, and buttons that do what they say."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from accounts.models import AccountStatus, GoogleAccount
from calendars import cache
from calendars.commands.actor import Actor
from calendars.commands.events import create_event, delete_event, update_event
from calendars.commands.move import move_event
from calendars.commands.scope import Scope
from calendars.models import (
    AccountSyncState,
    CachedEvent,
    Calendar,
    OperationStatus,
    OperationType,
    OutboxOperation,
)
from calendars.queries.access import event_of
from calendars.web.words import TO
from tests.commands.acting import timed
from tests.factories import NOW, CalendarFactory, cached
from tests.web.conftest import HTMX

if TYPE_CHECKING:
    from django.test import Client

    from accounts.models import Member

PAGE = "/calendar/problems/"
ONE = {**HTMX, "HTTP_HX_TARGET": "live"}
HELPER = "MCP token helper"
DAILY = "RRULE:FREQ=DAILY;COUNT=9"


def said(client: Client) -> str:
    return str(client.get(PAGE).text)


def cells(page: str) -> list[str]:
    """What stands in the cells of the tables, without its markup and what is only heard."""
    page = re.sub(r'<span class="visually-hidden">[^<]*</span>', "", page)
    return [
        re.sub(r"<[^>]+>", "", cell).strip()
        for cell in re.findall(r"<td[^>]*>(.*?)</td>", page, re.DOTALL)
    ]


def queued(calendar: Calendar, **fields: Any) -> OutboxOperation:
    return OutboxOperation.objects.create(
        calendar=calendar,
        event_id="abcde",
        lane="abcde",
        **{
            "op_type": OperationType.PATCH,
            "payload": {"summary": "Mine"},
            "base": {"summary": "Before"},
            "status": OperationStatus.CONFLICT,
            "created_at": NOW,
            "actor": calendar.account.member,
            "actor_via": "web",
            **fields,
        },
    )


def propose(calendar: Calendar, **changes: Any) -> OutboxOperation:
    member = calendar.account.member
    return update_event(
        actor=Actor(member, HELPER, proposes=True),
        target=event_of(member=member, calendar_id=calendar.google_id, event_id="abcde"),
        changes=changes,
        scope=None,
        notify=None,
        now=NOW,
    ).operation


@pytest.fixture
def event(alices_calendar: Calendar) -> Calendar:
    cached(alices_calendar, {"id": "abcde", "summary": "Stand-up", "location": "Attic"})
    return alices_calendar


@pytest.fixture
def operation(event: Calendar) -> OutboxOperation:
    return queued(event)


def act(client: Client, operation: OutboxOperation, action: str, **data: Any) -> Any:
    return client.post(f"{PAGE}{operation.op_id}/{action}", data, **ONE)


class TestConflicts:
    def test_both_versions_stand_side_by_side_in_words(
        self, alices: Client, event: Calendar
    ) -> None:
        mine = timed("2026-03-12T14:00:00+01:00", "2026-03-12T15:00:00+01:00")
        queued(event, payload={**mine, "transparency": "transparent"}, base={})
        assert cells(said(alices)) == [
            f"Thu 12 Mar 2026, 14:00{TO}15:00",
            f"Wed 11 Mar 2026, 10:00{TO}11:00",
            "Free",
            "Busy",
        ]

    def test_it_says_which_event_it_is_about(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        def when() -> str:
            found = re.search(r'class="problem-when">([^<]+)', said(alices))
            return found[1] if found else ""

        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up"})
        conflict = queued(alices_calendar)
        assert when() == f"Wed 11 Mar 2026, 10:00{TO}11:00"
        cached(alices_calendar, {"id": "daily", "summary": "Stand-up", "recurrence": [DAILY]})
        OutboxOperation.objects.update(event_id="daily", lane="daily")
        assert when() == "All events of the series: every day, 9 times"
        one = {"recurringEventId": "daily", "originalStartTime": {"date": "2026-03-13"}}
        cached(alices_calendar, {"id": "daily_20260313T090000Z", "summary": "Stand-up", **one})
        OutboxOperation.objects.update(event_id="daily_20260313T090000Z")
        assert when() == f"Wed 11 Mar 2026, 10:00{TO}11:00, one of a series"
        OutboxOperation.objects.filter(pk=conflict.pk).update(status=OperationStatus.FAILED)
        assert when() == f"Wed 11 Mar 2026, 10:00{TO}11:00, one of a series"

    def test_what_differs_is_marked_and_what_does_not_is_not(
        self, alices: Client, event: Calendar
    ) -> None:
        queued(event, payload={"summary": "Mine", "location": "Attic"}, base={})
        page = said(alices)
        assert page.count('class="differs"') == 1
        assert page.count(", differs") == 1

    @pytest.mark.parametrize("action", ["mine", "theirs", "both"])
    @pytest.mark.parametrize("headers", [{}, ONE], ids=["form", "htmx"])
    def test_one_version_is_kept_or_both(
        self, alices: Client, operation: OutboxOperation, action: str, headers: dict[str, Any]
    ) -> None:
        answer = alices.post(f"{PAGE}{operation.op_id}/{action}", follow=True, **headers)
        assert answer.status_code == 200
        operation.refresh_from_db()
        assert operation.reason == f"resolved_{action}"
        sent = OutboxOperation.objects.filter(status=OperationStatus.PENDING)
        assert sent.exists() is (action != "theirs")
        assert "/calendar/undo/" in answer.text

    def test_each_field_can_be_taken_from_either(self, alices: Client, event: Calendar) -> None:
        both = queued(event, payload={"summary": "Mine", "location": "Cellar"}, base={})
        assert "take-summary" in said(alices)
        act(alices, both, "merge", **{"take-summary": "mine", "take-location": "theirs"})
        sent = OutboxOperation.objects.get(status=OperationStatus.PENDING)
        assert sent.payload == {"summary": "Mine"}

    def test_all_that_says_when_is_picked_as_one(self, alices: Client, event: Calendar) -> None:
        times = timed("2026-03-12T14:00:00+01:00", "2026-03-12T15:00:00+01:00")
        both = queued(event, payload={**times, "summary": "Mine"}, base={})
        assert said(alices).count('name="take-time"') == 2
        act(alices, both, "merge", **{"take-time": "mine", "take-summary": "theirs"})
        sent = OutboxOperation.objects.get(status=OperationStatus.PENDING)
        assert sorted(sent.payload) == ["end", "start"]

    def test_a_field_that_is_not_in_conflict_cannot_be_picked(
        self, alices: Client, operation: OutboxOperation
    ) -> None:
        assert act(alices, operation, "merge", **{"take-location": "mine"}).status_code == 400
        operation.refresh_from_db()
        assert operation.status == OperationStatus.CONFLICT

    def test_an_edit_of_what_was_deleted_at_google_can_bring_it_back(
        self, alices: Client, event: Calendar
    ) -> None:
        row = cache.find_event(calendar_id=event.pk, event_id="abcde")
        assert row is not None
        lost = queued(event)
        gone = {**row.resource, "status": "cancelled"}
        cache.save_event(row, agreed=gone, etag='"2"', operations=[], now=NOW)
        page = said(alices)
        assert "Bring it back" in page
        assert "Leave it deleted" in page
        assert "Keep both" not in page
        act(alices, lost, "mine")
        sent = OutboxOperation.objects.get(status=OperationStatus.PENDING)
        assert (sent.op_type, sent.payload["summary"]) == (OperationType.CREATE, "Mine")

    def test_a_delete_of_what_was_changed_at_google_can_be_insisted_on(
        self, alices: Client, event: Calendar
    ) -> None:
        row = cache.find_event(calendar_id=event.pk, event_id="abcde")
        assert row is not None
        before = {**row.resource, "summary": "Before"}
        delete = queued(event, op_type=OperationType.DELETE, payload={}, base=before)
        page = said(alices)
        assert "Delete anyway" in page
        assert cells(page) == ["Before", "Stand-up"]
        act(alices, delete, "mine")
        sent = OutboxOperation.objects.get(status=OperationStatus.PENDING)
        assert sent.op_type == OperationType.DELETE


class TestFailures:
    @pytest.fixture
    def failed(self, event: Calendar) -> OutboxOperation:
        return queued(event, status=OperationStatus.FAILED, error="You may not change this.")

    def test_the_reason_stands_there_with_before_and_after(
        self, alices: Client, failed: OutboxOperation
    ) -> None:
        page = said(alices)
        assert "Google did not take this change. You may not change this." in page
        assert cells(page) == ["Before", "Mine"]
        assert "/calendar/event/alice@example.test/abcde/edit" in page

    @pytest.mark.parametrize(("action", "status"), [("retry", "pending"), ("discard", "cancelled")])
    def test_it_is_tried_again_or_given_up(
        self, alices: Client, failed: OutboxOperation, action: str, status: str
    ) -> None:
        assert act(alices, failed, action).status_code == 200
        failed.refresh_from_db()
        assert failed.status == status

    def test_only_what_cannot_be_asked_for_again_is_asked_about(
        self, alices: Client, failed: OutboxOperation
    ) -> None:
        assert "hx-confirm" not in said(alices)
        OutboxOperation.objects.update(op_type=OperationType.CREATE)
        assert "hx-confirm" in said(alices)

    @pytest.mark.parametrize("htmx", [True, False])
    def test_an_edit_that_was_discarded_can_be_asked_for_again(
        self, alices: Client, failed: OutboxOperation, htmx: bool
    ) -> None:
        headers = ONE if htmx else {}
        alices.post(f"{PAGE}{failed.op_id}/discard", **headers)
        again = f"/calendar/undo/{failed.op_id}"
        assert "Ask again" in alices.get(again).text
        alices.post(again, {"next": PAGE}, **headers)
        sent = OutboxOperation.objects.get(status=OperationStatus.PENDING)
        assert sent.payload == {"summary": "Mine"}
        assert alices.post(again, **headers).status_code == 409

    def test_all_are_tried_again_at_once(self, alices: Client, event: Calendar) -> None:
        for title in ("One", "Two"):
            queued(event, status=OperationStatus.FAILED, payload={"summary": title})
        assert "Try all again" in said(alices)
        answer = alices.post(f"{PAGE}retry", **ONE)
        assert "Google is asked again." in answer.text
        assert not OutboxOperation.objects.filter(status=OperationStatus.FAILED).exists()

    def test_nobody_tries_the_changes_of_others_again(
        self, client: Client, bob: Member, failed: OutboxOperation
    ) -> None:
        client.force_login(bob)
        client.post(f"{PAGE}retry", **ONE)
        failed.refresh_from_db()
        assert failed.status == OperationStatus.FAILED

    def test_a_refused_deletion_leaves_the_event(self, alices: Client, event: Calendar) -> None:
        delete = queued(event, status=OperationStatus.FAILED, op_type="delete", payload={})
        page = said(alices)
        assert "Google did not delete this event." in page
        assert "Keep the event" in page
        assert "The event stays." in act(alices, delete, "discard").text

    def test_a_refused_move_is_one_thing_to_decide(
        self, alices: Client, event: Calendar, alice: Member
    ) -> None:
        team = CalendarFactory(account=event.account, google_id="team@x.test", summary="Team")
        move_event(
            actor=Actor(alice, "web"),
            target=event_of(member=alice, calendar_id=event.google_id, event_id="abcde"),
            destination=team,
            notify=None,
            now=NOW,
            new_id=UUID(int=9),
        )
        OutboxOperation.objects.update(status=OperationStatus.FAILED, error="Not yours.")
        page = said(alices)
        assert page.count("<article") == 1
        assert "Google did not move this event. Not yours." in page
        assert cells(page) == [str(event), "Team"]
        first, second = OutboxOperation.objects.order_by("op_id")
        assert f'id="p{first.op_id}"' in page
        assert f'id="p{second.op_id}"' in page
        act(alices, first, "retry")
        statuses = OutboxOperation.objects.values_list("status", flat=True).distinct()
        assert list(statuses) == [OperationStatus.PENDING]


class TestProposals:
    def test_a_change_of_this_and_the_following_events_is_one_thing_to_decide(
        self, alices: Client, alice: Member, alices_calendar: Calendar
    ) -> None:
        cached(alices_calendar, {"id": "abcde", "summary": "Lunch", "recurrence": [DAILY]})
        update_event(
            actor=Actor(alice, HELPER, proposes=True),
            target=event_of(member=alice, calendar_id="primary", event_id="abcde_20260313T090000Z"),
            changes={"summary": "Long lunch"},
            scope=Scope.THIS_AND_FOLLOWING,
            notify=None,
            now=NOW,
        )
        assert OutboxOperation.objects.count() == 2
        page = said(alices)
        assert page.count("<article") == 1
        assert "proposes a change of this and the following events." in page
        assert cells(page)[:2] == ["Lunch", "Long lunch"]
        assert "9 times" in cells(page)[2]

    def test_who_proposes_what_until_when(self, alices: Client, event: Calendar) -> None:
        propose(event, location="Cellar")
        page = said(alices)
        assert "MCP token helper proposes a change. It lapses in 14 days." in page
        assert cells(page) == ["Attic", "Cellar"]

    def test_a_new_event_is_told_as_it_is_to_be(
        self, alices: Client, alice: Member, alices_calendar: Calendar
    ) -> None:
        create_event(
            actor=Actor(alice, HELPER, proposes=True),
            calendar=alices_calendar,
            fields={
                "summary": "Zoo",
                "attendees": ["bob@example.test"],
                **timed("2026-03-12T10:00:00+01:00", "2026-03-12T11:00:00+01:00"),
            },
            notify=None,
            now=NOW,
            new_id=UUID(int=7),
        )
        page = said(alices)
        assert "proposes a new event" in page
        assert any("bob@example.test" in cell for cell in cells(page))

    @pytest.mark.parametrize("htmx", [True, False])
    def test_one_that_comes_too_late_says_so_and_leads_to_both_versions(
        self, alices: Client, event: Calendar, htmx: bool
    ) -> None:
        proposal = propose(event, location="Cellar")
        late = "The event was changed since"
        assert late not in said(alices)
        row = cache.find_event(calendar_id=event.pk, event_id="abcde")
        assert row is not None
        there = {**row.resource, "location": "Roof"}
        cache.save_event(row, agreed=there, etag='"2"', operations=[], now=NOW)
        assert late in said(alices)
        address, headers = f"{PAGE}{proposal.op_id}/approve", HTMX if htmx else {}
        answer = alices.post(address, {"next": "/"}, follow=True, **headers)
        assert cells(answer.text) == ["Cellar", "Roof"]
        assert "Keep mine" in answer.text

    def test_one_yes_sends_it_and_can_be_taken_back(self, alices: Client, event: Calendar) -> None:
        proposal = propose(event, location="Cellar")
        answer = act(alices, proposal, "approve")
        assert f"/calendar/undo/{proposal.op_id}" in answer.text
        proposal.refresh_from_db()
        assert proposal.status == OperationStatus.PENDING

    def test_no_means_no(self, alices: Client, event: Calendar) -> None:
        proposal = propose(event, location="Cellar")
        act(alices, proposal, "decline")
        proposal.refresh_from_db()
        assert (proposal.status, proposal.reason) == (OperationStatus.CANCELLED, "declined")

    @pytest.mark.parametrize("headers", [{}, ONE], ids=["form", "htmx"])
    def test_all_are_approved_at_once(
        self, alices: Client, event: Calendar, headers: dict[str, Any]
    ) -> None:
        for place in ("Cellar", "Roof"):
            propose(event, location=place)
        answer = alices.post(f"{PAGE}approve", follow=True, **headers)
        assert "2 proposals are approved." in answer.text
        assert not OutboxOperation.objects.filter(status=OperationStatus.PROPOSED).exists()

    def test_a_proposal_that_lapsed_is_not_offered(self, alices: Client, event: Calendar) -> None:
        propose(event, location="Cellar")
        OutboxOperation.objects.update(created_at=NOW - dt.timedelta(days=15))
        assert "Cellar" not in said(alices)


class TestWaiting:
    def test_what_is_on_its_way_can_be_taken_back_and_that_too(
        self, alices: Client, alice: Member, event: Calendar
    ) -> None:
        waiting = delete_event(
            actor=Actor(alice, "web"),
            target=event_of(member=alice, calendar_id="alice@example.test", event_id="abcde"),
            scope=None,
            notify=None,
            now=NOW,
        ).operation
        page = said(alices)
        assert "Goes to Google next: a deletion." in page
        answer = act(alices, waiting, "undo")
        assert "Redo" in answer.text
        assert "Stand-up" not in answer.text
        waiting.refresh_from_db()
        assert waiting.status == OperationStatus.CANCELLED

    def test_while_google_takes_no_changes_it_says_so(
        self, alices: Client, event: Calendar
    ) -> None:
        queued(event, status=OperationStatus.PENDING)
        until = NOW + dt.timedelta(minutes=1)
        AccountSyncState.objects.update(writes_paused_until=until)
        assert "Waits, for Google takes no changes for now: a change." in said(alices)
        AccountSyncState.objects.update(writes_paused_until=NOW)
        assert "Goes to Google next: a change." in said(alices)

    def test_of_an_account_that_is_paused_it_waits_for_the_member(
        self, alices: Client, event: Calendar
    ) -> None:
        queued(event, status=OperationStatus.PENDING)
        assert "Google gets these by itself" in said(alices)
        GoogleAccount.objects.update(status=AccountStatus.RECONNECT)
        page = said(alices)
        assert "Waits until you connect alice@example.test again: a change." in page
        assert "Google gets these by itself" not in page


class TestByItself:
    """One of them over the calendar, from the card of its event."""

    CARD = "/calendar/event/alice@example.test/abcde/"
    WEEK = "/calendar/week/2026-03-11/"

    @pytest.fixture
    def failed(self, event: Calendar) -> OutboxOperation:
        CachedEvent.objects.update(local_status="failed")
        return queued(event, status=OperationStatus.FAILED, error="You may not change this.")

    def test_the_card_tells_what_was_refused_and_decides_it(
        self, alices: Client, failed: OutboxOperation
    ) -> None:
        card = alices.get(self.CARD, {"next": self.WEEK}).text
        assert "Google did not take this change. You may not change this." in card
        assert "Before</del>" in card
        assert "Mine</ins>" in card
        for action in ("retry", "discard"):
            assert f'formaction="/calendar/problems/{failed.op_id}/{action}"' in card

    def test_the_card_says_how_much_else_of_its_event_waits(
        self, alices: Client, event: Calendar, failed: OutboxOperation
    ) -> None:
        assert "of this event</a>" not in alices.get(self.CARD).text
        for status in (OperationStatus.FAILED, OperationStatus.PROPOSED, OperationStatus.PENDING):
            queued(event, status=status)
        assert "2 more changes of this event</a>" in alices.get(self.CARD).text

    @pytest.mark.parametrize("htmx", [True, False])
    def test_who_decides_on_a_card_stays_in_the_calendar(
        self, alices: Client, failed: OutboxOperation, htmx: bool
    ) -> None:
        headers = HTMX if htmx else {}
        answer = alices.post(f"{PAGE}{failed.op_id}/retry", {"next": self.WEEK}, **headers)
        if htmx:
            assert "Google is asked again." in answer.text
            assert "event-saved" in answer.headers["HX-Trigger"]
        else:
            assert answer.headers["Location"] == self.WEEK

    def test_a_conflict_stands_in_the_dialog_side_by_side(
        self, alices: Client, operation: OutboxOperation
    ) -> None:
        CachedEvent.objects.update(local_status="conflict")
        address = f"{PAGE}{operation.op_id}/"
        assert f'href="{address}?next=' in alices.get(self.CARD, {"next": self.WEEK}).text
        answer = alices.get(address, {"next": self.WEEK}, **HTMX)
        assert answer.headers["HX-Retarget"] == "#dialog-body"
        assert cells(answer.text) == ["Mine", "Stand-up"]
        assert f'name="next" value="{self.WEEK}"' in answer.text

    def test_what_is_decided_meanwhile_leads_to_the_list(
        self, alices: Client, operation: OutboxOperation
    ) -> None:
        act(alices, operation, "theirs")
        assert alices.get(f"{PAGE}{operation.op_id}/").headers["Location"] == PAGE

    def test_others_do_not_see_it(
        self, client: Client, bob: Member, operation: OutboxOperation
    ) -> None:
        client.force_login(bob)
        assert client.get(f"{PAGE}{operation.op_id}/").status_code == 404


class TestThePage:
    def test_with_nothing_to_do_it_says_so(self, alices: Client, alices_calendar: Calendar) -> None:
        assert "Nothing needs you." in said(alices)

    def test_a_page_that_asks_again_gets_nothing_while_nothing_changed(
        self, alices: Client, operation: OutboxOperation
    ) -> None:
        seen = re.findall(r'name="seen" value="([^"]+)"', said(alices))[0]
        assert alices.get(PAGE, {"seen": seen}, **ONE).status_code == 204
        OutboxOperation.objects.update(payload={"summary": "Another"})
        assert "Another" in alices.get(PAGE, {"seen": seen}, **ONE).text

    def test_without_a_network_it_says_that_nothing_is_lost(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        account = alices_calendar.account
        account.sync_state.last_error = "No answer from Google."
        account.sync_state.save()
        assert "Google unreachable, your changes are safe" in said(alices)

    def test_what_is_settled_already_is_refused_in_words(
        self, alices: Client, operation: OutboxOperation
    ) -> None:
        address = f"{PAGE}{operation.op_id}/theirs"
        alices.post(address)
        answer = alices.post(address)
        assert answer.status_code == 409
        assert "This is not possible" in answer.text

    @pytest.mark.parametrize(
        "action",
        ["mine", "theirs", "merge", "both", "retry", "discard", "approve", "decline", "undo", "x"],
    )
    def test_others_find_nothing_and_change_nothing(
        self, client: Client, bob: Member, operation: OutboxOperation, action: str
    ) -> None:
        client.force_login(bob)
        assert client.post(f"{PAGE}{operation.op_id}/{action}").status_code == 404
        operation.refresh_from_db()
        assert operation.status == OperationStatus.CONFLICT

    def test_nobody_approves_the_proposals_of_others(
        self, client: Client, bob: Member, event: Calendar
    ) -> None:
        proposal = propose(event, location="Cellar")
        client.force_login(bob)
        assert "0 proposals are approved." in client.post(f"{PAGE}approve", **ONE).text
        proposal.refresh_from_db()
        assert proposal.status == OperationStatus.PROPOSED

    def test_looking_at_an_action_does_nothing(
        self, alices: Client, operation: OutboxOperation
    ) -> None:
        assert alices.get(f"{PAGE}{operation.op_id}/theirs").status_code == 405

    def test_an_op_id_that_no_database_can_hold_is_not_found(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        assert alices.post(f"{PAGE}{10**30}/retry").status_code == 404
