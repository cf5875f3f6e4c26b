"""Settings → Calendar: colour, hide, subscribe and remove, with and without scripts."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

import pytest

from calendars.models import Calendar, CalendarListChange
from tests.factories import NOW, CalendarFactory, GoogleAccountFactory
from tests.web.conftest import HTMX

if TYPE_CHECKING:
    from django.test import Client

    from accounts.models import GoogleAccount, Member

PAGE = "/settings/calendar/"
TEAM = "team@group.calendar.google.com"
ENTRY = f"{PAGE}list/{TEAM}/"


@pytest.fixture
def team(alices_account: GoogleAccount) -> Calendar:
    return CalendarFactory(
        account=alices_account,
        google_id=TEAM,
        access_role="writer",
        background_color="#16a765",
    )


def text_of(answer: Any) -> str:
    """What is read of an answer."""
    plain = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return " ".join(html.unescape(plain).split())


def refusal(account: GoogleAccount, **values: Any) -> CalendarListChange:
    usual = {"kind": "subscribe", "google_id": "x@example.test", "error": "No such calendar."}
    return CalendarListChange.objects.create(
        account=account, status="failed", created_at=NOW, settled_at=NOW, **{**usual, **values}
    )


def test_each_calendar_tells_its_access_its_freshness_and_its_accounts(
    alices: Client, alice: Member, alices_calendar: Calendar, team: Calendar
) -> None:
    other = GoogleAccountFactory(member=alice, email="second@example.test")
    CalendarFactory(account=other, google_id=TEAM, access_role="reader")
    said = text_of(alices.get(PAGE))
    assert "You own it · primary · synced just now" in said
    assert "You may change events · synced just now · also in second@example.test" in said


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["form", "htmx"])
def test_a_new_colour_shows_at_once_and_waits_for_google(
    alices: Client, team: Calendar, headers: dict[str, Any]
) -> None:
    answer = alices.post(f"{ENTRY}change", {"colour": "3"}, follow=True, **headers)
    said = text_of(answer)
    assert "“Team” has a new colour." in said
    assert "Pending Google gets the new colour next." in said
    assert "tint-3" in answer.text
    change = CalendarListChange.objects.get()
    assert change.payload == {"backgroundColor": "#d50000", "foregroundColor": "#ffffff"}


def test_a_colour_is_taken_back_exactly(alices: Client, team: Calendar) -> None:
    answer = alices.post(f"{ENTRY}change", {"colour": "3"}, **HTMX)
    assert 'name="exact" value="#16a765"' in answer.text
    alices.post(f"{ENTRY}change", {"exact": "#16a765"}, **HTMX)
    assert Calendar.objects.get(pk=team.pk).background_color == "#16a765"


def test_a_calendar_can_have_any_colour(alices: Client, team: Calendar) -> None:
    answer = alices.post(f"{ENTRY}change", {"colour": "", "exact": "#12ab34"}, **HTMX)
    change = CalendarListChange.objects.get()
    assert change.payload == {"backgroundColor": "#12ab34", "foregroundColor": "#ffffff"}
    assert "tint-x" in answer.text
    page = alices.get(ENTRY, **HTMX).text
    assert 'type="color" name="exact" value="#12ab34"' in re.sub(r" +", " ", page)


@pytest.mark.parametrize("colour", [{"colour": "25"}, {"exact": "red"}, {}])
def test_a_colour_that_there_is_not_changes_nothing(
    alices: Client, team: Calendar, colour: dict[str, str]
) -> None:
    assert alices.post(f"{ENTRY}change", colour).status_code == 400
    assert not CalendarListChange.objects.exists()


def test_a_hidden_calendar_says_so_and_is_shown_again(alices: Client, team: Calendar) -> None:
    answer = alices.post(f"{ENTRY}change", {"hidden": "yes"}, **HTMX)
    said = text_of(answer)
    assert "“Team” is hidden, here and at Google." in said
    assert "hidden in Google's list" in said
    assert 'name="hidden" value="no"' in answer.text
    said = text_of(alices.post(f"{ENTRY}change", {"hidden": "no"}, **HTMX))
    assert "“Team” is shown again." in said
    assert "hidden in Google's list" not in said


def test_a_removed_calendar_is_gone_and_a_way_back_is_offered(
    alices: Client, alices_calendar: Calendar, team: Calendar
) -> None:
    answer = alices.post(f"{ENTRY}remove", **HTMX)
    said = text_of(answer)
    assert "“Team” leaves your list, here and at Google." in said
    assert "Pending Team: leaves your list at Google next." in said
    assert f'value="{TEAM}" checked' not in answer.text
    assert f'name="calendar" value="{TEAM}"' in answer.text
    back = {"calendar": TEAM, "account": "alice@example.test"}
    said = text_of(alices.post(f"{PAGE}subscribe", back, **HTMX))
    assert "Pending Team: appears as soon as Google has told what it is." in said


def test_what_removing_does_stands_beside_its_button(alices: Client, team: Calendar) -> None:
    said = text_of(alices.get(ENTRY))
    assert "Remove it from your list, here and at Google." in said
    assert "subscribe to its address" in said


def test_an_owner_is_told_why_there_is_no_remove(alices: Client, alices_calendar: Calendar) -> None:
    answer = alices.get(f"{PAGE}list/{alices_calendar.google_id}/")
    assert "Google lets an owner hide it, not remove it" in text_of(answer)
    assert "/remove" not in answer.text


def test_a_subscription_names_what_is_wrong_beside_the_field(
    alices: Client, alices_calendar: Calendar, team: Calendar
) -> None:
    sent = {"account": "alice@example.test"}
    answer = alices.post(f"{PAGE}subscribe", {**sent, "calendar": "holidays"}, **HTMX)
    assert answer.status_code == 422
    assert answer.headers["HX-Retarget"] == "#subscribe"
    assert "looks like an address" in text_of(answer)
    answer = alices.post(f"{PAGE}subscribe", {**sent, "calendar": TEAM})
    assert answer.status_code == 422
    assert "on the list of that account already" in text_of(answer)
    assert f'value="{TEAM}"' in answer.text


def test_a_link_to_share_is_as_good_as_the_address(
    alices: Client, alices_calendar: Calendar
) -> None:
    link = "https://calendar.google.com/calendar/embed?src=room%40example.test"
    alices.post(f"{PAGE}subscribe", {"calendar": link, "account": "alice@example.test"})
    assert CalendarListChange.objects.get().google_id == "room@example.test"
    wrong = {"calendar": "https://example.test/a@b", "account": "alice@example.test"}
    assert "names no calendar" in text_of(alices.post(f"{PAGE}subscribe", wrong))


def test_with_several_accounts_one_says_whose_list_is_meant(
    alices: Client, alice: Member, alices_calendar: Calendar
) -> None:
    second = GoogleAccountFactory(member=alice, email="second@example.test")
    sent = {"calendar": "room@example.test", "account": "second@example.test"}
    alices.post(f"{PAGE}subscribe", sent)
    assert CalendarListChange.objects.get().account == second


def test_a_refusal_is_told_and_asked_again_or_left(
    alices: Client, alices_account: GoogleAccount, alices_calendar: Calendar
) -> None:
    refused = refusal(alices_account)
    said = text_of(alices.get(PAGE))
    assert "x@example.test: Google did not put it on your list. No such calendar." in said
    alices.post(f"{PAGE}refused/{refused.pk}/again", **HTMX)
    assert CalendarListChange.objects.filter(kind="subscribe", status="pending").count() == 1
    other = refusal(alices_account, google_id="y@example.test")
    answer = alices.post(f"{PAGE}refused/{other.pk}/dismiss", **HTMX)
    assert "y@example.test" not in text_of(answer)
    other.refresh_from_db()
    assert (other.status, other.error) == ("dismissed", "No such calendar.")


def test_what_was_not_refused_cannot_be_left_or_asked_again(
    alices: Client, alices_account: GoogleAccount
) -> None:
    waiting = refusal(alices_account)
    CalendarListChange.objects.update(status="pending")
    for action in ("again", "dismiss"):
        assert alices.post(f"{PAGE}refused/{waiting.pk}/{action}").status_code == 409
    assert alices.post(f"{PAGE}refused/{waiting.pk}/other").status_code == 404


def test_lists_of_others_are_out_of_reach(
    alices: Client, bobs_calendar: Calendar, alices_calendar: Calendar
) -> None:
    bobs = f"{PAGE}list/bob@example.test/"
    assert alices.get(bobs).status_code == 404
    assert alices.post(f"{bobs}change", {"colour": "3"}).status_code == 404
    assert alices.post(f"{bobs}remove").status_code == 404
    theirs = refusal(bobs_calendar.account)
    assert alices.post(f"{PAGE}refused/{theirs.pk}/dismiss").status_code == 404


def test_without_the_permission_the_page_says_so_and_offers_nothing_that_fails(
    alices: Client, alices_account: GoogleAccount, team: Calendar
) -> None:
    prefix = "https://www.googleapis.com/auth/calendar"
    alices_account.scopes = [f"{prefix}.events", f"{prefix}.calendarlist.readonly"]
    alices_account.save()
    assert "that permission was not granted" in text_of(alices.get(PAGE))
    entry = alices.get(ENTRY)
    assert "that permission was not granted" in text_of(entry)
    assert "Save the colour" not in entry.text
    assert "No account of yours can take another calendar now." in text_of(alices.get(PAGE))


def test_a_page_that_asks_again_hears_nothing_until_something_changed(
    alices: Client, team: Calendar
) -> None:
    page = alices.get(PAGE)
    seen = re.search(r'name="seen" value="(\w+)"', page.text)
    assert seen is not None
    assert alices.get(PAGE, {"seen": seen[1]}, **HTMX).status_code == 204
    Calendar.objects.filter(pk=team.pk).update(summary="Crew")
    assert "Crew" in alices.get(PAGE, {"seen": seen[1]}, **HTMX).text


def test_the_page_asks_often_only_while_a_change_waits(alices: Client, team: Calendar) -> None:
    assert 'hx-trigger="every 30s' in alices.get(PAGE).text
    alices.post(f"{ENTRY}change", {"colour": "3"})
    assert 'hx-trigger="every 3s' in alices.get(PAGE).text


def test_the_number_of_queries_does_not_grow_with_calendars(
    alices: Client,
    alices_account: GoogleAccount,
    team: Calendar,
    django_assert_max_num_queries: Any,
) -> None:
    alices.get(PAGE)
    CalendarFactory.create_batch(20, account=alices_account)
    with django_assert_max_num_queries(16):
        assert alices.get(PAGE).text.count("Change…") == 21
