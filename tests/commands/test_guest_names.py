"""Colleagues are invited by their usernames, as they are found when a time is sought."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest

from calendars.commands.duplicate import duplicate_event
from calendars.commands.events import create_event
from calendars.errors import InvalidInputError
from calendars.queries.access import event_of
from tests.commands.acting import actor_of, change
from tests.factories import NOW, cached

if TYPE_CHECKING:
    from accounts.models import Member
    from calendars.commands.events import QueuedChange
    from calendars.models import Calendar

ALICE, BOB, CAROL = "alice@example.test", "bob@example.test", "carol@example.test"
NEW_ID = uuid.UUID(int=9)
OURS: dict[str, Any] = {
    "id": "lunch",
    "organizer": {"email": ALICE, "self": True},
    "attendees": [{"email": BOB, "responseStatus": "accepted"}],
}

pytestmark = pytest.mark.usefixtures("bobs_calendar")


def create(calendar: Calendar, attendees: Any) -> QueuedChange:
    return create_event(
        actor=actor_of(calendar),
        calendar=calendar,
        fields={"summary": "Lunch", "start": "2026-03-11", "attendees": attendees},
        notify=None,
        now=NOW,
        new_id=NEW_ID,
    )


def guests(queued: QueuedChange) -> list[str]:
    return [each["email"] for each in queued.event.get("attendees", [])]


@pytest.mark.parametrize(
    "named", [["bob", CAROL], [{"email": "bob", "optional": True}, CAROL], [BOB, CAROL]]
)
def test_a_new_event_takes_usernames_and_addresses(alices_calendar: Calendar, named: Any) -> None:
    assert guests(create(alices_calendar, named)) == [BOB, CAROL]


def test_an_edit_takes_them_in_each_of_its_lists(alices_calendar: Calendar) -> None:
    cached(alices_calendar, OURS)
    assert guests(change(alices_calendar, "lunch", attendees_remove=["bob"])) == []
    assert guests(change(alices_calendar, "lunch", attendees_add=["bob", CAROL])) == [BOB, CAROL]
    assert guests(change(alices_calendar, "lunch", attendees=["bob"])) == [BOB]


def test_a_copy_takes_them_too(alices_calendar: Calendar, alice: Member) -> None:
    cached(alices_calendar, {"id": "one", "summary": "One"})
    copy = duplicate_event(
        actor=actor_of(alices_calendar),
        target=event_of(member=alice, calendar_id=alices_calendar.google_id, event_id="one"),
        destination=None,
        changes={"attendees": ["bob"]},
        notify=None,
        now=NOW,
        new_id=NEW_ID,
    )
    assert guests(copy) == [BOB]


def test_a_colleague_named_twice_is_named_twice(alices_calendar: Calendar) -> None:
    with pytest.raises(InvalidInputError) as refused:
        create(alices_calendar, ["bob", BOB])
    assert refused.value.fields == {"attendees": f"{BOB} is on the list twice."}


@pytest.mark.parametrize("hidden", [False, True])
def test_who_is_no_colleague_is_refused_by_name(
    alices_calendar: Calendar, bob: Member, hidden: bool
) -> None:
    """Also who does not want to be one: whether there is such a member is not told."""
    name = "bob" if hidden else "zoe"
    bob.shares_busy_time = not hidden
    bob.save()
    with pytest.raises(InvalidInputError) as refused:
        create(alices_calendar, [name])
    sentence = f"{name} is no e-mail address, and no colleague's username."
    assert refused.value.fields == {"attendees": sentence}


@pytest.mark.parametrize("strange", ["\x00", "\ud800", "bob" * 100, "", 7, None, {"email": 7}])
def test_what_is_no_name_at_all_is_refused(alices_calendar: Calendar, strange: Any) -> None:
    with pytest.raises(InvalidInputError):
        create(alices_calendar, [strange])
