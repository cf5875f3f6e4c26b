"""Who of the guests is told, and what the caller is told about that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from calendars.commands import telling
from calendars.models import Notify

if TYPE_CHECKING:
    from calendars.event_resource import Resource

ALONE: dict[str, Any] = {"attendees": [{"email": "alice@example.test", "self": True}]}
WITH_BOB: dict[str, Any] = {"attendees": [{"email": "bob@example.test"}]}
LARGE: dict[str, Any] = {**ALONE, "attendeesOmitted": True}
INVITED: dict[str, Any] = {**WITH_BOB, "organizer": {"email": "bob@example.test"}}


@pytest.mark.parametrize(
    ("asked", "event", "fields", "told"),
    [
        (None, WITH_BOB, {"summary"}, Notify.ALL),
        (None, WITH_BOB, None, Notify.ALL),
        (None, ALONE, {"summary"}, Notify.NONE),
        (None, LARGE, {"summary"}, Notify.ALL),
        (None, {}, {"summary"}, Notify.NONE),
        (None, WITH_BOB, {"colorId", "reminders"}, Notify.NONE),
        (None, WITH_BOB, {"colorId", "summary"}, Notify.ALL),
        (Notify.EXTERNAL, WITH_BOB, {"summary"}, Notify.EXTERNAL),
        (Notify.NONE, WITH_BOB, {"summary"}, Notify.NONE),
    ],
)
def test_guests_are_told_of_what_reaches_them_unless_asked_otherwise(
    asked: Notify | None, event: Resource, fields: set[str] | None, told: Notify
) -> None:
    assert telling.whom(asked, event, fields=fields) == told


@pytest.mark.parametrize(
    ("asked", "told", "event", "notes"),
    [
        (None, Notify.ALL, WITH_BOB, (telling.TOLD_BY_DEFAULT,)),
        (None, Notify.NONE, WITH_BOB, ()),
        (Notify.ALL, Notify.ALL, WITH_BOB, ()),
        (Notify.NONE, Notify.NONE, WITH_BOB, (telling.NOBODY_TOLD,)),
        (Notify.NONE, Notify.NONE, ALONE, ()),
    ],
)
def test_the_answer_to_an_edit_says_what_was_not_said(
    asked: Notify | None, told: Notify, event: Resource, notes: tuple[str, ...]
) -> None:
    assert telling.of_edit(asked, told, event) == notes


@pytest.mark.parametrize(
    ("asked", "told", "event", "notes"),
    [
        (None, Notify.ALL, WITH_BOB, (telling.TOLD_BY_DEFAULT,)),
        (Notify.NONE, Notify.NONE, WITH_BOB, (telling.GHOSTS,)),
        (Notify.NONE, Notify.NONE, ALONE, ()),
        (Notify.NONE, Notify.NONE, LARGE, (telling.GHOSTS,)),
        (Notify.NONE, Notify.NONE, INVITED, (telling.LEAVES,)),
    ],
)
def test_a_delete_that_leaves_something_behind_is_warned_of(
    asked: Notify | None, told: Notify, event: Resource, notes: tuple[str, ...]
) -> None:
    assert telling.of_delete(asked, told, event) == notes
