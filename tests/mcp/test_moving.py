"""An event that is moved without saying its end stays as long as it is."""

from __future__ import annotations

import pytest

from mcp_bridge.moving import end_for

BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"
TIMED = {
    "start": {"dateTime": "2026-03-10T10:00:00+01:00", "timeZone": BERLIN},
    "end": {"dateTime": "2026-03-10T11:30:00+01:00", "timeZone": BERLIN},
}
DAYS = {"start": {"date": "2026-03-10"}, "end": {"date": "2026-03-13"}}


@pytest.mark.parametrize(
    ("start", "zone_name", "end"),
    [
        ("2026-03-12T15:00", BERLIN, "2026-03-12T16:30:00"),
        ("2026-03-12T15:00:00+01:00", NEW_YORK, "2026-03-12T16:30:00+01:00"),
        ("2026-03-12T15:00:00Z", BERLIN, "2026-03-12T16:30:00+00:00"),
        ("2026-03-29T01:30", BERLIN, "2026-03-29T04:00:00"),
        ("2026-03-08T01:30", NEW_YORK, "2026-03-08T04:00:00"),
        ("2026-10-25T01:30", BERLIN, "2026-10-25T02:00:00+01:00"),
    ],
)
def test_in_hours(start: str, zone_name: str, end: str) -> None:
    assert end_for(start, TIMED, zone_name=zone_name) == end


def test_in_days() -> None:
    assert end_for("2026-03-28", DAYS, zone_name=BERLIN) == "2026-03-31"


@pytest.mark.parametrize(
    ("start", "event"),
    [
        ("2026-03-12", TIMED),
        ("2026-03-12T15:00", DAYS),
        ("tomorrow at ten", TIMED),
        ("2026-03-12T15:00", {"start": TIMED["start"]}),
        ("9999-12-31T23:30", TIMED),
    ],
)
def test_is_left_to_rest_where_it_cannot_be_said(start: str, event: dict[str, object]) -> None:
    assert end_for(start, event, zone_name=BERLIN) is None
