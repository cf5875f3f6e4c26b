"""Lists, pages and sync tokens."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.simulator.conftest import ANN, BEN, all_day, connect, follow, timed
from tests.simulator.reasons import error_of, refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from google_simulator import FrozenClock, Simulator


def ids(items: list[dict[str, Any]]) -> list[str]:
    return [item["id"] for item in items]


def changes(api: Any, token: str | None, **query: Any) -> tuple[list[dict[str, Any]], str | None]:
    items, following, _ = follow(api, calendarId="primary", syncToken=token, **query)
    return items, following


def test_a_delta_holds_what_changed_and_a_deletion_as_a_bare_stub(
    either: Callable[..., Any],
) -> None:
    api = either()
    events = api.events()
    for name in ("aaaaa", "bbbbb", "ccccc"):
        events.insert(calendarId="primary", body=timed(id=name)).execute()
    _, token, _ = follow(api, calendarId="primary")
    events.patch(calendarId="primary", eventId="bbbbb", body={"summary": "New"}).execute()
    events.delete(calendarId="primary", eventId="ccccc").execute()
    items, following = changes(api, token)
    by_id = {item["id"]: item for item in items}
    assert set(by_id) == {"bbbbb", "ccccc"}
    assert set(by_id["ccccc"]) == {"kind", "etag", "id", "status"}
    assert changes(api, following) == ([], following)


def test_items_are_present_and_empty_when_nothing_matched(api: Any) -> None:
    answer = api.events().list(calendarId="primary").execute()
    assert answer["items"] == []
    assert "nextSyncToken" in answer


def test_only_the_last_page_has_a_sync_token(api: Any, sim: Simulator) -> None:
    for number in range(5):
        sim.insert_event(ANN, timed(id=f"event{number}"))
    first = api.events().list(calendarId="primary", maxResults=3).execute()
    assert "nextSyncToken" not in first
    items, token, pages = follow(api, calendarId="primary", maxResults=3)
    assert (sorted(ids(items)), pages) == ([f"event{n}" for n in range(5)], 2)
    assert token


def test_pages_are_cut_before_filtering_so_a_page_may_be_empty(api: Any, sim: Simulator) -> None:
    sim.options.order = "stored"
    for number in range(4):
        sim.insert_event(ANN, timed(id=f"gone{number}"))
    sim.insert_event(ANN, timed(id="kept0"))
    for number in range(4):
        sim.delete_event(ANN, f"gone{number}")
    sim.patch_event(ANN, "kept0", {"summary": "last"})
    first = api.events().list(calendarId="primary", maxResults=2).execute()
    assert first["items"] == []
    assert first["nextPageToken"]
    items, token, pages = follow(api, calendarId="primary", maxResults=2)
    assert (ids(items), pages, bool(token)) == (["kept0"], 3, True)


def test_a_change_during_paging_is_never_lost(api: Any, sim: Simulator) -> None:
    for number in range(6):
        sim.insert_event(ANN, timed(id=f"event{number}"))
    request = api.events().list(calendarId="primary", maxResults=2)
    first = request.execute()
    seen = first["items"][0]["id"]
    sim.patch_event(ANN, seen, {"summary": "Changed meanwhile"})
    sim.insert_event(ANN, timed(id="added"))
    answer = first
    while "nextPageToken" in answer:
        request = api.events().list_next(request, answer)
        answer = request.execute()
    items, _ = changes(api, answer["nextSyncToken"], maxResults=2)
    assert set(ids(items)) == {seen, "added"}


def test_an_id_may_come_on_two_pages(api: Any, sim: Simulator) -> None:
    sim.options.repeat_across_pages = True
    for number in range(4):
        sim.insert_event(ANN, timed(id=f"event{number}"))
    items, _, _ = follow(api, calendarId="primary", maxResults=2)
    assert len(items) == 5
    assert len(set(ids(items))) == 4


def test_the_order_is_shuffled_but_stable(api: Any, sim: Simulator) -> None:
    made = [sim.insert_event(ANN, timed())["id"] for _ in range(20)]
    once, _, _ = follow(api, calendarId="primary")
    again, _, _ = follow(api, calendarId="primary")
    assert ids(once) == ids(again)
    assert ids(once) != made
    assert sorted(ids(once)) == sorted(made)


def test_exceptions_may_come_before_their_series(api: Any, sim: Simulator) -> None:
    sim.options.order = "exceptions_first"
    series = sim.insert_event(ANN, timed(id="series", recurrence=["RRULE:FREQ=DAILY;COUNT=3"]))
    sim.patch_event(ANN, f"{series['id']}_20310326T090000Z", {"summary": "Other"})
    items, _, _ = follow(api, calendarId="primary")
    assert ids(items) == ["series_20310326T090000Z", "series"]


@pytest.mark.parametrize(
    "restriction",
    [
        {"iCalUID": "x"},
        {"orderBy": "updated"},
        {"privateExtendedProperty": "a=b"},
        {"q": "x"},
        {"sharedExtendedProperty": "a=b"},
        {"timeMin": "2031-03-01T00:00:00Z"},
        {"timeMax": "2031-03-01T00:00:00Z"},
        {"updatedMin": "2031-03-01T00:00:00Z"},
        {"showDeleted": False},
    ],
)
def test_a_sync_token_beside_a_restriction_is_refused(
    api: Any, restriction: dict[str, Any]
) -> None:
    _, token, _ = follow(api, calendarId="primary")
    request = api.events().list(calendarId="primary", syncToken=token, **restriction)
    error = error_of(request.execute)
    assert error["http"] == 400
    assert error["message"].startswith("Sync token cannot be used with other request restrictions")


def test_a_token_is_bound_to_its_parameters_calendar_and_person(api: Any, sim: Simulator) -> None:
    sim.share(ANN, with_=BEN, role="reader")
    _, token, _ = follow(api, calendarId=ANN)
    for client, query in (
        (api, {"calendarId": ANN, "singleEvents": True}),
        (api, {"calendarId": ANN, "maxResults": 10}),
        (connect(sim, BEN), {"calendarId": ANN}),
        (connect(sim, BEN), {"calendarId": BEN}),
    ):
        request = client.events().list(syncToken=token, **query)
        assert refusal(request.execute) == (400, "invalid")


@pytest.mark.parametrize("token", ["nonsense", "C", "CAAAA=", "Cé", "x" * 200])
def test_a_malformed_token_is_400_not_410(api: Any, token: str) -> None:
    request = api.events().list(calendarId="primary", syncToken=token)
    error = error_of(request.execute)
    assert (error["http"], error["message"]) == (400, "Invalid sync token value.")


def test_a_page_token_of_another_query_is_refused(api: Any, sim: Simulator) -> None:
    for number in range(3):
        sim.insert_event(ANN, timed(id=f"event{number}"))
    page = api.events().list(calendarId="primary", maxResults=1).execute()["nextPageToken"]
    other = api.events().list(calendarId="primary", maxResults=2, pageToken=page)
    assert refusal(other.execute) == (400, "invalid")


def test_an_expired_token_is_answered_410(api: Any, sim: Simulator, clock: FrozenClock) -> None:
    _, token, _ = follow(api, calendarId="primary")
    sim.faults.expire_sync_tokens(ANN)
    request = api.events().list(calendarId="primary", syncToken=token)
    error = error_of(request.execute)
    assert (error["http"], error["errors"][0]["reason"]) == (410, "fullSyncRequired")
    _, token, _ = follow(api, calendarId="primary")
    clock.advance(timedelta(days=29))
    api = connect(sim)
    request = api.events().list(calendarId="primary", syncToken=token)
    assert refusal(request.execute) == (410, "fullSyncRequired")


def test_a_change_of_sharing_expires_tokens(api: Any, sim: Simulator) -> None:
    _, token, _ = follow(api, calendarId="primary")
    sim.share(ANN, with_=BEN, role="reader")
    request = api.events().list(calendarId="primary", syncToken=token)
    assert refusal(request.execute) == (410, "fullSyncRequired")


def test_a_window_takes_what_touches_it(api: Any, sim: Simulator) -> None:
    sim.insert_event(ANN, timed(id="before", day=24))
    sim.insert_event(
        ANN,
        timed(id="touch", day=24, hour=22)
        | {"end": {"dateTime": "2031-03-25T01:00:00", "timeZone": "Europe/Berlin"}},
    )
    sim.insert_event(ANN, timed(id="inside"))
    sim.insert_event(ANN, all_day(first="2031-03-25", end="2031-03-26", id="1dava"))
    sim.insert_event(ANN, all_day(first="2031-03-26", end="2031-03-27", id="2dava"))
    bounds = {"timeMin": "2031-03-25T00:00:00+01:00", "timeMax": "2031-03-26T00:00:00+01:00"}
    items, token, _ = follow(api, calendarId="primary", **bounds)
    assert sorted(ids(items)) == ["1dava", "inside", "touch"]
    # The token of a windowed list does not hide changes outside the window.
    sim.patch_event(ANN, "before", {"summary": "x"})
    items, _ = changes(api, token)
    assert ids(items) == ["before"]


def test_a_series_is_in_a_window_if_an_instance_is(api: Any, sim: Simulator) -> None:
    sim.insert_event(ANN, timed(id="series", recurrence=["RRULE:FREQ=WEEKLY"]))

    def listed(first: str, last: str) -> list[str]:
        items, _, _ = follow(api, calendarId="primary", timeMin=first, timeMax=last)
        return ids(items)

    assert listed("2031-04-01T00:00:00Z", "2031-04-02T00:00:00Z") == ["series"]
    assert listed("2031-04-02T00:00:00Z", "2031-04-03T00:00:00Z") == []


@pytest.mark.parametrize(
    "query",
    [
        {"timeMin": "2031-03-02T00:00:00Z", "timeMax": "2031-03-01T00:00:00Z"},
        {"timeMin": "2031-03-02T00:00:00"},
        {"timeMax": "tomorrow"},
        {"orderBy": "startTime"},
        {"maxResults": 0},
        {"timeZone": "Mars/Base"},
        {"privateExtendedProperty": "novalue"},
    ],
)
def test_nonsense_queries_are_refused(api: Any, query: dict[str, Any]) -> None:
    assert refusal(api.events().list(calendarId="primary", **query).execute)[0] == 400


def test_filters_find_by_text_uid_type_and_property(api: Any, sim: Simulator) -> None:
    sim.insert_event(ANN, timed("Budget round", id="funds", location="Paris"))
    sim.insert_event(
        ANN,
        timed(
            id="other",
            extendedProperties={"private": {"k": "v"}},
            eventType="focusTime",
            focusTimeProperties={"chatStatus": "available"},
        ),
    )

    def found(**query: Any) -> list[str]:
        items, token, _ = follow(api, calendarId="primary", **query)
        assert (token is None) == ("eventTypes" not in query)
        return ids(items)

    assert found(q="paris budget") == ["funds"]
    assert found(iCalUID="other@google.com") == ["other"]
    assert found(privateExtendedProperty="k=v") == ["other"]
    assert found(eventTypes="default") == ["funds"]


def test_updated_min_lists_later_changes_and_deletions(
    api: Any, sim: Simulator, clock: FrozenClock
) -> None:
    for name in ("first", "later", "gone0"):
        sim.insert_event(ANN, timed(id=name))
    clock.sleep(3600)
    sim.patch_event(ANN, "later", {"summary": "x"})
    sim.delete_event(ANN, "gone0")
    items, token, _ = follow(api, calendarId="primary", updatedMin="2031-03-24T09:30:00Z")
    assert sorted(ids(items)) == ["gone0", "later"]
    assert token is None
    old = api.events().list(calendarId="primary", updatedMin="2031-01-01T00:00:00Z")
    assert refusal(old.execute) == (410, "updatedMinTooLongAgo")


def test_show_deleted_lists_old_tombstones(api: Any, sim: Simulator) -> None:
    sim.insert_event(ANN, timed(id="gone0"))
    sim.delete_event(ANN, "gone0")
    assert follow(api, calendarId="primary")[0] == []
    items, _, _ = follow(api, calendarId="primary", showDeleted=True)
    assert [(item["id"], item["status"]) for item in items] == [("gone0", "cancelled")]


def test_single_events_expand_and_can_be_ordered_by_start(api: Any, sim: Simulator) -> None:
    sim.insert_event(ANN, timed(id="series", recurrence=["RRULE:FREQ=DAILY;COUNT=3"]))
    sim.insert_event(ANN, timed(id="alone", day=26, hour=8))
    sim.delete_event(ANN, "series_20310327T090000Z")
    items, _, _ = follow(api, calendarId="primary", singleEvents=True, orderBy="startTime")
    assert ids(items) == ["series_20310325T090000Z", "alone", "series_20310326T090000Z"]
    assert all(item.get("recurringEventId") in {"series", None} for item in items)


def test_a_delta_of_single_events_explodes_a_touched_series(api: Any, sim: Simulator) -> None:
    sim.insert_event(ANN, timed(id="series", recurrence=["RRULE:FREQ=WEEKLY"]))
    bounds = {"timeMin": "2031-03-24T00:00:00Z", "timeMax": "2031-03-31T00:00:00Z"}
    items, token, _ = follow(api, calendarId="primary", singleEvents=True, **bounds)
    assert len(items) == 1
    sim.patch_event(ANN, "series", {"summary": "New"})
    items, token = changes(api, token, singleEvents=True)
    assert len(items) > 600
    assert max(item["start"]["dateTime"] for item in items) > "2044"
    sim.delete_event(ANN, "series")
    items, _ = changes(api, token, singleEvents=True)
    assert {item["status"] for item in items} == {"cancelled"}
    assert "series" not in ids(items)


def test_a_page_size_above_the_maximum_is_clamped(api: Any, sim: Simulator) -> None:
    for number in range(60):
        sim.insert_event(ANN, timed(id=f"event{number}"))
    _, _, pages = follow(api, calendarId="primary", maxResults=9999)
    assert pages == 1
