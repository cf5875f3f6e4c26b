"""Who changed what of an event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from calendars import cache
from calendars.commands.outbox import discard
from calendars.commands.scope import Scope
from calendars.commands.undo import undo
from calendars.errors import InvalidInputError, NotFoundError
from calendars.models import CachedEvent, OutboxOperation
from calendars.queries.history import History, history
from tests.commands.acting import FOURTH, SECOND, WEEKLY, actor_of, change, remove
from tests.commands.test_create_event import EVENT_ID, NEW_ID
from tests.commands.test_outbox import queue_create
from tests.factories import NOW, cached

if TYPE_CHECKING:
    from accounts.models import Member
    from calendars.models import Calendar

LUNCH = {"id": "lunch", "summary": "Lunch", "updated": "2026-03-01T08:00:00.000Z"}


def of(calendar: Calendar, event_id: str, **page: Any) -> History:
    member = calendar.account.member
    return history(member=member, calendar_id=calendar.google_id, event_id=event_id, **page)


def ids(found: History) -> list[int]:
    return [entry.operation.op_id for entry in found.entries]


def take_back(calendar: Calendar, operation: OutboxOperation) -> OutboxOperation:
    return undo(actor=actor_of(calendar), operation=operation, now=NOW).operation


def google_took_it(calendar: Calendar, event_id: str = "lunch", **said: Any) -> None:
    """Everything that waits for the event is at Google now, which then says even more."""
    OutboxOperation.objects.filter(status="pending").update(status="applied", applied_at=NOW)
    event = CachedEvent.objects.get(calendar=calendar, event_id=event_id)
    agreed = {**event.resource, **said}
    cache.save_event(event, agreed=agreed, etag='"2"', operations=[], now=NOW)


def test_each_change_says_who_made_it_by_which_way_and_what_it_was_before(
    alices_calendar: Calendar,
) -> None:
    cached(alices_calendar, LUNCH)
    change(alices_calendar, "lunch", summary="Brunch")
    remove(alices_calendar, "lunch")
    delete, edit = of(alices_calendar, "lunch").entries
    assert edit.operation.actor == alices_calendar.account.member
    assert edit.operation.actor_via == "API token laptop"
    assert (edit.before, edit.after) == ({"summary": "Lunch"}, {"summary": "Brunch"})
    assert (delete.before["summary"], delete.after) == ("Brunch", {})


def test_an_undo_and_what_it_undid_name_each_other(alices_calendar: Calendar) -> None:
    cached(alices_calendar, LUNCH)
    edit = change(alices_calendar, "lunch", summary="Brunch").operation
    opposite = take_back(alices_calendar, edit)
    newest, oldest = of(alices_calendar, "lunch").entries
    assert newest.operation.undoes_id == edit.op_id
    assert (oldest.undone_by, oldest.undoable) == (opposite.op_id, False)
    assert (newest.undone_by, newest.undoable) == (None, True)


def test_what_was_discarded_is_listed_as_given_up(alices_calendar: Calendar) -> None:
    cached(alices_calendar, LUNCH)
    edit = change(alices_calendar, "lunch", summary="Brunch").operation
    discard(actor=actor_of(alices_calendar), operation=edit, now=NOW)
    (entry,) = of(alices_calendar, "lunch").entries
    assert (entry.operation.reason, entry.undoable) == ("discarded", False)


def test_an_event_made_here_has_one_history_under_both_of_its_ids(
    alices_calendar: Calendar,
) -> None:
    queue_create(alices_calendar)
    change(alices_calendar, EVENT_ID, summary="Brunch")
    OutboxOperation.objects.update(status="applied")
    event = CachedEvent.objects.get()
    event.event_id = NEW_ID.hex
    cache.save_event(
        event, agreed={**event.resource, "id": NEW_ID.hex}, etag='"1"', operations=[], now=NOW
    )
    change(alices_calendar, NEW_ID.hex, location="Roof")
    assert len(ids(of(alices_calendar, EVENT_ID))) == 3
    assert ids(of(alices_calendar, EVENT_ID)) == ids(of(alices_calendar, NEW_ID.hex))
    assert of(alices_calendar, EVENT_ID).entries[-1].before == {}


def test_an_instance_shows_its_series_changes_and_not_those_of_others(
    alices_calendar: Calendar,
) -> None:
    cached(alices_calendar, WEEKLY)
    second = change(alices_calendar, SECOND, scope=Scope.INSTANCE, summary="Feast").operation
    whole = change(alices_calendar, "weekly", scope=Scope.SERIES, location="Roof").operation
    fourth = remove(alices_calendar, FOURTH, scope=Scope.INSTANCE).operation
    assert ids(of(alices_calendar, SECOND)) == [whole.op_id, second.op_id]
    assert ids(of(alices_calendar, FOURTH)) == [fourth.op_id, whole.op_id]
    assert ids(of(alices_calendar, "weekly_20260325T090000Z")) == [whole.op_id]
    series = of(alices_calendar, "weekly")
    assert ids(series) == [fourth.op_id, whole.op_id, second.op_id]
    assert [entry.of_instance for entry in series.entries] == [True, False, True]


def test_a_deleted_event_keeps_its_history_and_one_made_anew_has_it_too(
    alices_calendar: Calendar,
) -> None:
    cached(alices_calendar, LUNCH)
    edit = change(alices_calendar, "lunch", summary="Brunch").operation
    delete = remove(alices_calendar, "lunch").operation
    assert ids(of(alices_calendar, "lunch")) == [delete.op_id, edit.op_id]
    OutboxOperation.objects.update(status="applied")
    CachedEvent.objects.all().delete()
    gone = of(alices_calendar, "lunch")
    assert (ids(gone), gone.google) == ([delete.op_id, edit.op_id], None)
    anew = take_back(alices_calendar, delete)
    assert ids(of(alices_calendar, anew.event_id)) == [anew.op_id, delete.op_id, edit.op_id]


def test_pages_are_bounded_and_follow_each_other(alices_calendar: Calendar) -> None:
    cached(alices_calendar, LUNCH)
    made = [
        change(alices_calendar, "lunch", summary=f"Lunch {number}").operation.op_id
        for number in range(5)
    ]
    first = of(alices_calendar, "lunch", limit=3)
    second = of(alices_calendar, "lunch", limit=3, cursor=first.next_cursor)
    assert ids(first) + ids(second) == made[::-1]
    assert second.next_cursor is None
    for page in ({"limit": 0}, {"limit": 201}, {"cursor": "x"}):
        with pytest.raises(InvalidInputError):
            of(alices_calendar, "lunch", **page)


def test_what_was_changed_at_google_since_is_named_and_nothing_else(
    alices_calendar: Calendar,
) -> None:
    cached(alices_calendar, LUNCH)
    change(alices_calendar, "lunch", summary="Brunch", location="Roof")
    google_took_it(alices_calendar, description="Not ours", updated="2026-03-10T10:00:00.000Z")
    found = of(alices_calendar, "lunch").google
    assert found is not None
    assert (found.updated, found.changed) == ("2026-03-10T10:00:00.000Z", [])
    google_took_it(alices_calendar, summary="Dinner")
    found = of(alices_calendar, "lunch").google
    assert found is not None
    assert found.changed == ["summary"]


def test_an_event_that_nobody_changed_here_has_an_empty_history(alices_calendar: Calendar) -> None:
    cached(alices_calendar, {**LUNCH, "creator": {"email": "cleo@example.test"}})
    found = of(alices_calendar, "lunch")
    assert found.entries == []
    assert found.google is not None
    assert found.google.creator == "cleo@example.test"


@pytest.mark.parametrize("event_id", ["never", "local:never", "never_20260318T090000Z", "a\0b", ""])
def test_what_never_was_has_no_history(alices_calendar: Calendar, event_id: str) -> None:
    with pytest.raises(NotFoundError):
        of(alices_calendar, event_id)


def test_others_do_not_see_the_history_of_my_events(
    bob: Member, bobs_calendar: Calendar, alices_calendar: Calendar
) -> None:
    cached(alices_calendar, LUNCH)
    change(alices_calendar, "lunch", summary="Brunch")
    with pytest.raises(NotFoundError):
        history(member=bob, calendar_id=alices_calendar.google_id, event_id="lunch")
    cached(bobs_calendar, LUNCH)
    mine = history(member=bob, calendar_id=bobs_calendar.google_id, event_id="lunch")
    assert mine.entries == []
