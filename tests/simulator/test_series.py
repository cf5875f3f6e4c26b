"""Series, instances and exceptions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.simulator.conftest import ANN, BEN, all_day, connect, follow, timed
from tests.simulator.reasons import refusal

if TYPE_CHECKING:
    from google_simulator import Simulator

DAILY = ["RRULE:FREQ=DAILY;COUNT=5"]


@pytest.fixture
def series(sim: Simulator) -> str:
    """25 to 29 March 2031 at 10:00 in Berlin (09:00 UTC)."""
    made = sim.insert_event(ANN, timed(id="series", recurrence=DAILY))
    return str(made["id"])


def patch(api: Any, event_id: str, body: dict[str, Any]) -> dict[str, Any]:
    return api.events().patch(calendarId="primary", eventId=event_id, body=body).execute()


def starts(api: Any, event_id: str, **query: Any) -> list[str]:
    answer = api.events().instances(calendarId="primary", eventId=event_id, **query).execute()
    return [item["start"].get("dateTime", item["start"].get("date")) for item in answer["items"]]


def expanded(sim: Simulator, api: Any, body: dict[str, Any]) -> list[str]:
    made = sim.insert_event(ANN, body)
    return starts(api, made["id"], timeMax="2036-01-01T00:00:00Z")


def moved_to(hour: int, day: int = 26) -> dict[str, Any]:
    return {which: timed(day=day, hour=hour)[which] for which in ("start", "end")}


def test_an_untouched_instance_can_be_read_by_its_id(api: Any, series: str) -> None:
    found = api.events().get(calendarId="primary", eventId=f"{series}_20310326T090000Z").execute()
    assert found["recurringEventId"] == series
    assert found["originalStartTime"] == found["start"]
    assert "recurrence" not in found
    for wrong in (f"{series}_20310326T100000Z", f"{series}_20310404T090000Z", f"{series}_20310326"):
        request = api.events().get(calendarId="primary", eventId=wrong)
        assert refusal(request.execute) == (404, "notFound")


def test_a_changed_instance_becomes_an_exception_that_keeps_its_id(api: Any, series: str) -> None:
    changed = patch(api, f"{series}_20310326T090000Z", moved_to(15))
    assert changed["id"] == f"{series}_20310326T090000Z"
    assert changed["originalStartTime"]["dateTime"] == "2031-03-26T10:00:00+01:00"
    assert changed["start"]["dateTime"] == "2031-03-26T15:00:00+01:00"
    assert changed["sequence"] == 1
    items, _, _ = follow(api, calendarId="primary")
    assert {item["id"] for item in items} == {series, changed["id"]}


def test_a_series_is_one_version_group(api: Any, series: str) -> None:
    _, token, _ = follow(api, calendarId="primary")
    first = patch(api, f"{series}_20310326T090000Z", {"summary": "One"})
    patch(api, f"{series}_20310327T090000Z", {"summary": "Two"})
    items, _, _ = follow(api, calendarId="primary", syncToken=token)
    assert len(items) == 3
    assert len({item["etag"] for item in items}) == 1
    request = api.events().patch(
        calendarId="primary", eventId=f"{series}_20310326T090000Z", body={"summary": "x"}
    )
    request.headers["If-Match"] = first["etag"]
    assert refusal(request.execute) == (412, "conditionNotMet")


def test_a_deleted_instance_is_a_stub_and_its_series_comes_along(api: Any, series: str) -> None:
    _, token, _ = follow(api, calendarId="primary")
    gone = f"{series}_20310328T090000Z"
    api.events().delete(calendarId="primary", eventId=gone).execute()
    items, _, _ = follow(api, calendarId="primary", syncToken=token)
    by_id = {item["id"]: item for item in items}
    assert set(by_id) == {series, gone}
    assert set(by_id[gone]) == {
        "kind", "etag", "id", "status", "recurringEventId", "originalStartTime",
    }  # fmt: skip
    assert "EXDATE" not in str(by_id[series]["recurrence"])
    again = api.events().delete(calendarId="primary", eventId=gone)
    assert refusal(again.execute) == (410, "deleted")


def test_a_plain_list_shows_cancelled_instances_but_not_deleted_events(
    api: Any, sim: Simulator, series: str
) -> None:
    sim.insert_event(ANN, timed(id="alone"))
    sim.delete_event(ANN, "alone")
    sim.delete_event(ANN, f"{series}_20310328T090000Z")
    items, _, _ = follow(api, calendarId="primary")
    assert sorted(item["id"] for item in items) == [series, f"{series}_20310328T090000Z"]


def test_a_deleted_instance_comes_back_by_status(api: Any, sim: Simulator, series: str) -> None:
    sim.delete_event(ANN, f"{series}_20310328T090000Z")
    back = patch(api, f"{series}_20310328T090000Z", {"status": "confirmed"})
    assert back["start"]["dateTime"] == "2031-03-28T10:00:00+01:00"
    assert len(starts(api, series)) == 5


def test_deleting_the_series_leaves_its_stub_alone(api: Any, sim: Simulator, series: str) -> None:
    sim.patch_event(ANN, f"{series}_20310326T090000Z", {"summary": "Other"})
    _, token, _ = follow(api, calendarId="primary")
    api.events().delete(calendarId="primary", eventId=series).execute()
    items, _, _ = follow(api, calendarId="primary", syncToken=token)
    assert [(item["id"], set(item)) for item in items] == [
        (series, {"kind", "etag", "id", "status"})
    ]
    request = api.events().get(calendarId="primary", eventId=f"{series}_20310327T090000Z")
    assert refusal(request.execute) == (404, "notFound")


def test_a_trim_turns_later_exceptions_into_bare_stubs(
    api: Any, sim: Simulator, series: str
) -> None:
    sim.patch_event(ANN, f"{series}_20310326T090000Z", {"summary": "Kept"})
    sim.patch_event(ANN, f"{series}_20310328T090000Z", moved_to(15, day=28))
    sim.delete_event(ANN, f"{series}_20310329T090000Z")
    _, token, _ = follow(api, calendarId="primary")
    patch(api, series, {"recurrence": ["RRULE:FREQ=DAILY;UNTIL=20310327T225959Z"]})
    items, _, _ = follow(api, calendarId="primary", syncToken=token)
    by_id = {item["id"]: item for item in items}
    assert by_id[f"{series}_20310326T090000Z"]["summary"] == "Kept"
    for gone in (f"{series}_20310328T090000Z", f"{series}_20310329T090000Z"):
        assert set(by_id[gone]) == {"kind", "etag", "id", "status"}
    assert len(starts(api, series)) == 3


def test_an_instance_that_its_series_has_again_is_no_stub_any_more(
    api: Any, sim: Simulator, series: str
) -> None:
    changed = f"{series}_20310328T090000Z"
    sim.patch_event(ANN, changed, {"summary": "Forgotten"})
    _, token, _ = follow(api, calendarId="primary")
    rule = api.events().get(calendarId="primary", eventId=series).execute()["recurrence"]
    patch(api, series, {"recurrence": ["RRULE:FREQ=DAILY;UNTIL=20310327T225959Z"]})
    patch(api, series, {"recurrence": rule})
    items, _, _ = follow(api, calendarId="primary", syncToken=token)
    assert changed not in {item["id"] for item in items}
    instance = api.events().get(calendarId="primary", eventId=changed).execute()
    assert (instance["status"], instance["summary"] == "Forgotten") == ("confirmed", False)


def test_an_exception_keeps_its_own_fields_and_follows_the_rest(
    api: Any, sim: Simulator, series: str
) -> None:
    exception = f"{series}_20310326T090000Z"
    sim.patch_event(ANN, exception, {"summary": "Own"})
    patch(api, series, {"summary": "All", "location": "Room 2"})
    found = sim.get_event(ANN, exception)
    assert (found["summary"], found["location"]) == ("Own", "Room 2")


def test_a_stricter_visibility_of_one_instance_spreads_to_the_series(
    api: Any, sim: Simulator, series: str
) -> None:
    patch(api, f"{series}_20310326T090000Z", {"visibility": "private"})
    assert sim.get_event(ANN, series)["visibility"] == "private"
    patch(api, f"{series}_20310326T090000Z", {"visibility": "public"})
    assert sim.get_event(ANN, series)["visibility"] == "private"


def test_instances_of_an_instance_are_just_that_one(api: Any, series: str) -> None:
    assert starts(api, f"{series}_20310326T090000Z") == ["2031-03-26T10:00:00+01:00"]


def test_instances_can_be_bounded_and_paged(api: Any, sim: Simulator, series: str) -> None:
    sim.delete_event(ANN, f"{series}_20310327T090000Z")
    request = api.events().instances(
        calendarId="primary", eventId=series, timeMin="2031-03-26T00:00:00Z", maxResults=2
    )
    found = []
    while request is not None:
        answer = request.execute()
        found += [item["start"]["dateTime"][:10] for item in answer["items"]]
        request = api.events().instances_next(request, answer)
    assert found == ["2031-03-26", "2031-03-28", "2031-03-29"]
    deleted = api.events().instances(calendarId="primary", eventId=series, showDeleted=True)
    assert len(deleted.execute()["items"]) == 5


def test_instances_of_split_masters_are_numbered_from_the_base(api: Any, sim: Simulator) -> None:
    split = sim.insert_event(ANN, timed(recurrence=DAILY), raw_id="base0_R20310325T100000")
    found = api.events().get(calendarId="primary", eventId="base0_20310326T090000Z").execute()
    assert found["recurringEventId"] == split["id"]
    whole = api.events().get(calendarId="primary", eventId=split["id"]).execute()
    assert whole["recurrence"] == DAILY


def test_all_day_instances_are_numbered_by_date(api: Any, sim: Simulator) -> None:
    made = sim.insert_event(
        ANN, all_day(first="2031-03-25", end="2031-03-27", recurrence=["RRULE:FREQ=WEEKLY"])
    )
    found = api.events().get(calendarId="primary", eventId=f"{made['id']}_20310401").execute()
    assert (found["start"], found["end"]) == ({"date": "2031-04-01"}, {"date": "2031-04-03"})


def test_wall_time_is_kept_over_a_change_of_clocks(api: Any, sim: Simulator) -> None:
    found = expanded(sim, api, timed(day=29, recurrence=["RRULE:FREQ=DAILY;COUNT=3"]))
    assert [text[11:] for text in found] == ["10:00:00+01:00", "10:00:00+02:00", "10:00:00+02:00"]


def test_lord_howes_half_hour_shift_is_known(sim: Simulator) -> None:
    cleo = connect(sim, "cleo@example.test")
    made = (
        cleo.events()
        .insert(
            calendarId="primary",
            body={
                "start": {"dateTime": "2031-04-05T09:00:00", "timeZone": "Australia/Lord_Howe"},
                "end": {"dateTime": "2031-04-05T10:00:00", "timeZone": "Australia/Lord_Howe"},
                "recurrence": ["RRULE:FREQ=DAILY;COUNT=2"],
            },
        )
        .execute()
    )
    assert starts(cleo, made["id"]) == [
        "2031-04-05T09:00:00+11:00",
        "2031-04-06T09:00:00+10:30",
    ]


def test_the_exact_length_is_kept_over_a_night_with_a_shift(api: Any, sim: Simulator) -> None:
    body = {
        "start": {"dateTime": "2031-03-28T22:00:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2031-03-29T06:00:00", "timeZone": "Europe/Berlin"},
        "recurrence": ["RRULE:FREQ=DAILY;COUNT=2"],
    }
    made = sim.insert_event(ANN, body)
    items = api.events().instances(calendarId="primary", eventId=made["id"]).execute()["items"]
    assert items[1]["end"]["dateTime"] == "2031-03-30T07:00:00+02:00"


def test_an_instance_in_a_gap_comes_an_hour_later(api: Any, sim: Simulator) -> None:
    body = {
        "start": {"dateTime": "2031-03-29T02:30:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2031-03-29T03:00:00", "timeZone": "Europe/Berlin"},
        "recurrence": ["RRULE:FREQ=DAILY;COUNT=3"],
    }
    found = expanded(sim, api, body)
    assert [text[11:16] for text in found] == ["02:30", "03:30", "02:30"]


def test_the_rule_runs_in_the_events_own_zone(api: Any, sim: Simulator) -> None:
    body = {
        "start": {"dateTime": "2031-03-25T23:00:00", "timeZone": "America/Chicago"},
        "end": {"dateTime": "2031-03-25T23:30:00", "timeZone": "America/Chicago"},
        "recurrence": ["RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=2"],
    }
    # Tuesday night in Chicago is Wednesday in Berlin, where the calendar lives.
    assert expanded(sim, api, body) == ["2031-03-26T05:00:00+01:00", "2031-04-02T06:00:00+02:00"]


@pytest.mark.parametrize(
    ("lines", "days"),
    [
        # A start that the rule does not match is listed, and does not count.
        (["RRULE:FREQ=WEEKLY;BYDAY=WE;COUNT=2"], ["03-25", "03-26", "04-02"]),
        # Days of the first week before the start neither show nor count.
        (["RRULE:FREQ=WEEKLY;BYDAY=MO,TU;COUNT=3"], ["03-25", "03-31", "04-01"]),
        (["RRULE:FREQ=DAILY;UNTIL=20310327"], ["03-25", "03-26", "03-27"]),
        (["RRULE:FREQ=DAILY;UNTIL=20310327T085959Z"], ["03-25", "03-26"]),
        (["RRULE:FREQ=DAILY;UNTIL=20310327T090000Z"], ["03-25", "03-26", "03-27"]),
        (
            ["RRULE:FREQ=DAILY;COUNT=3", "EXDATE;TZID=Europe/Berlin:20310326T100000"],
            ["03-25", "03-27"],
        ),
        (["RRULE:FREQ=DAILY;COUNT=3", "EXDATE:20310326T090000Z"], ["03-25", "03-27"]),
        # A date takes nothing out of a timed series.
        (["RRULE:FREQ=DAILY;COUNT=2", "EXDATE;VALUE=DATE:20310326"], ["03-25", "03-26"]),
        (["RDATE;VALUE=DATE:20310401,20310403"], ["03-25", "04-01", "04-03"]),
        (["RDATE;TZID=America/New_York:20310401T040000"], ["03-25", "04-01"]),
        (
            ["RRULE:FREQ=MONTHLY;BYDAY=1TU,FR;UNTIL=20310411T220000Z"],
            ["03-25", "03-28", "04-01", "04-04", "04-11"],
        ),
        (["RRULE:FREQ=WEEKLY;BYDAY=MO,TU,FR;BYSETPOS=-1;COUNT=2"], ["03-25", "03-28", "04-04"]),
        (["RRULE:FREQ=WEEKLY;BYDAY=MO,TU,FR;BYSETPOS=2;COUNT=2"], ["03-25", "04-01"]),
        (["RRULE:FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=2"], ["03-25", "03-31", "04-30"]),
        (["RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"], ["03-25"]),
        (["RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"], ["03-25"]),
        (["RRULE:FREQ=DAILY;BYSETPOS=2"], ["03-25"]),
        (["RRULE:FREQ=YEARLY;COUNT=2"], ["03-25", "03-25"]),
        (["RRULE:FREQ=DAILY;INTERVAL=2;COUNT=3", "EXRULE:FREQ=DAILY;INTERVAL=4"], ["03-27"]),
        (["RRULE:FREQ=MONTHLY;UNTIL=99991231T000000Z;BYMONTH=3,4;INTERVAL=1;BYMONTHDAY=25"], None),
    ],
)  # fmt: skip
def test_rules_are_expanded_as_google_does(
    api: Any, sim: Simulator, lines: list[str], days: list[str] | None
) -> None:
    found = [text[5:10] for text in expanded(sim, api, timed(recurrence=lines))]
    if days is None:
        assert found[:3] == ["03-25", "04-25", "03-25"]
    else:
        assert found == days


@pytest.mark.parametrize(
    "line",
    [
        "RRULE:FREQ=MINUTELY",
        "RRULE:FREQ=DAILY;COUNT=0",
        "RRULE:FREQ=DAILY;COUNT=2;UNTIL=20310401",
        "RRULE:FREQ=DAILY;UNTIL=soon",
        "RRULE:FREQ=DAILY;BYDAY=XX",
        "RRULE:FREQ=DAILY;BYDAY=",
        "RRULE:FREQ=MONTHLY;BYMONTHDAY=32",
        "RRULE:FREQ=DAILY;INTERVAL=99999999999",
        "RRULE:FREQ=DAILY;NONSENSE=1",
        "RRULE:FREQ=YEARLY;BYSETPOS=1;BYHOUR="
        + ",".join(str(n) for n in range(24))
        + ";BYMINUTE=1,2",
        "RRULE:",
        "RRULE",
        "EXDATE:20310325T090000Z",
        "RDATE:tomorrow",
        "RDATE;TZID=Mars/Base:20310401T100000",
        "",
    ],
)
def test_bad_rules_are_refused(api: Any, line: str) -> None:
    request = api.events().insert(calendarId="primary", body=timed(recurrence=[line]))
    assert refusal(request.execute) == (400, "invalid")


def test_somebody_invited_to_one_instance_has_it_without_its_series(
    api: Any, sim: Simulator, series: str
) -> None:
    instance = f"{series}_20310326T090000Z"
    patch(api, instance, {"attendees": [{"email": ANN}, {"email": BEN}]})
    (seen,) = sim.live_events(BEN)
    assert (seen["id"], seen["recurringEventId"]) == (instance, series)
    request = connect(sim, BEN).events().get(calendarId="primary", eventId=series)
    assert refusal(request.execute) == (404, "notFound")
