"""Before a series is changed, the page says which of its changed events are reset by that."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

import pytest

from calendars.models import OutboxOperation
from tests.commands.acting import FOURTH, SECOND, WEEKLY, timed
from tests.commands.test_splitting import MOVED
from tests.factories import cached
from tests.web.conftest import HTMX

if TYPE_CHECKING:
    from django.test import Client

    from calendars.models import Calendar

EVENT = "/calendar/event/alice@example.test"
FOLLOWING, SERIES, INSTANCE = "this_and_following", "series", "instance"
LATER: dict[str, Any] = {
    **MOVED,
    "id": "weekly_20260415T080000Z",
    "originalStartTime": {"dateTime": "2026-04-15T10:00:00+02:00", "timeZone": "Europe/Berlin"},
    **timed("2026-04-15T17:00:00+02:00", "2026-04-15T18:00:00+02:00"),
}


@pytest.fixture(autouse=True)
def weekly(alices_calendar: Calendar) -> None:
    for resource in (WEEKLY, MOVED):
        cached(alices_calendar, resource)


def text_of(answer: Any) -> str:
    plain = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return " ".join(html.unescape(plain).split())


def edited(client: Client, event_id: str, **changes: str) -> dict[str, Any]:
    """The form of an event as it is drawn, but for these changes."""
    form = client.get(f"{EVENT}/{event_id}/edit").context["form"]
    drawn = {name: form[name].value() for name in form.fields if name != "reminders"}
    return {name: value for name, value in {**drawn, **changes}.items() if value}


def said(client: Client, event_id: str, **changes: str) -> str:
    return text_of(client.post(f"{EVENT}/{event_id}/resets", edited(client, event_id, **changes)))


@pytest.mark.parametrize("what", [{"summary": "Retro"}, {"start_time": "09:30"}])
def test_what_follows_resets_each_changed_event_of_it(alices: Client, what: dict[str, str]) -> None:
    assert said(alices, FOURTH, scope=FOLLOWING, **what) == (
        "One event that was changed by itself follows the series again. "
        "Review, later, Wednesday 8 April 2026, 15:00"
    )


def test_the_number_is_exact(alices: Client, alices_calendar: Calendar) -> None:
    cached(alices_calendar, LATER)
    answer = said(alices, FOURTH, scope=FOLLOWING, summary="Retro")
    assert answer.startswith("2 events that were changed by themselves follow the series again.")
    assert "15 April 2026, 17:00" in answer


def test_a_new_title_of_the_whole_series_resets_nothing_and_a_new_time_does(
    alices: Client,
) -> None:
    title = said(alices, SECOND, scope=SERIES, summary="Retro")
    assert title == "No event that was changed by itself is affected."
    time = {"start_time": "12:00", "end_time": "13:00"}
    assert said(alices, SECOND, scope=SERIES, **time).startswith("One event")


@pytest.mark.parametrize(
    "changes",
    [
        {"scope": INSTANCE, "summary": "Retro"},
        {"scope": FOLLOWING},
        {"scope": FOLLOWING, "start_date": "soon"},
        {"scope": FOLLOWING, "end_time": "01:00"},
    ],
    ids=["one event", "nothing changed", "no date", "ends first"],
)
def test_where_there_is_nothing_to_say_nothing_is_said(
    alices: Client, changes: dict[str, str]
) -> None:
    assert said(alices, FOURTH, **changes) == ""


def test_asking_changes_nothing(alices: Client) -> None:
    said(alices, FOURTH, scope=FOLLOWING, summary="Retro")
    assert not OutboxOperation.objects.exists()


def test_without_scripts_a_button_says_it_and_keeps_what_was_typed(alices: Client) -> None:
    values = edited(alices, FOURTH, scope=FOLLOWING, summary="Retro", more="yes")
    page = alices.post(f"{EVENT}/{FOURTH}/edit", {**values, "more": "yes"})
    assert "One event that was changed by itself follows the series again." in text_of(page)
    assert 'value="Retro"' in page.text
    assert not OutboxOperation.objects.exists()


@pytest.mark.parametrize("scope", [INSTANCE, FOLLOWING])
def test_without_scripts_that_button_says_as_well_that_nothing_is_reset(
    alices: Client, scope: str
) -> None:
    values = edited(alices, FOURTH, scope=scope)
    page = alices.post(f"{EVENT}/{FOURTH}/edit", {**values, "more": "resets"})
    assert "No event that was changed by itself is affected." in text_of(page)


def test_the_question_after_a_drag_says_it_of_each_answer(alices: Client) -> None:
    answer = alices.post(f"{EVENT}/{FOURTH}/time", {"minutes": "30"}, **HTMX)
    assert answer.text.count("One event that was changed by itself") == 2
    assert 'aria-describedby="resets-series"' in answer.text
    assert 'aria-describedby="resets-instance"' not in answer.text
    assert not OutboxOperation.objects.exists()


def test_another_members_event_is_not_there(alices: Client, bobs_calendar: Calendar) -> None:
    cached(bobs_calendar, {**WEEKLY, "id": "bobs"})
    assert alices.post("/calendar/event/bob@example.test/bobs/resets").status_code == 404
