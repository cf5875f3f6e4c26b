"""What is stored stays readable, whatever dictionary it was compressed with."""

from __future__ import annotations

import base64
import datetime as dt
import json

import pytest

from calendars.models.resource_field import pack, unpack
from tests.benchmarks.resources import Maker

TEXT = (
    '{"kind":"calendar#event","id":"abc","summary":"Käse","status":"confirmed",'
    '"attendees":[{"email":"ann@example.com","responseStatus":"accepted"}]}'
)


@pytest.mark.parametrize(
    "stored",
    [
        "ASCRZQEAI8EDP9g0D/IzKPW/ZiiJgVV5CPz3tAaydZjURYprLaDbDKsBnzx1VpO8hQE=",
    ],
)
def test_rows_of_every_dictionary_can_be_read(stored: str) -> None:
    assert unpack(base64.b64decode(stored)) == TEXT


def test_a_row_of_a_later_release_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="Codec 9"):
        unpack(b"\x09abc")


@pytest.mark.parametrize("text", [TEXT, "{}", '{"summary":"' + "x" * 100_000 + '"}'])
def test_what_is_stored_comes_back(text: str) -> None:
    assert unpack(pack(text)) == text
    assert unpack(memoryview(pack(text))) == text


@pytest.mark.parametrize(
    "eid",
    [
        "YWJjIGFubkBleGFtcGxlLmNvbQ",
        "YWJjIGFubkBleGFtcGxlLmNvbQ==",
        "YWJjIGFubkBleGFtcGxlLmNvbR",
        "YWJjIGFub",
        "not base64",
        "YWIBYw",
        "-_-_",
        "",
    ],
)
def test_links_come_back_as_they_were(eid: str) -> None:
    text = f'{{"id":"abc","htmlLink":"https://www.google.com/calendar/event?eid={eid}","etag":"1"}}'
    assert unpack(pack(text)) == text
    assert unpack(pack(text[:-12])) == text[:-12]


def test_events_take_a_quarter_of_their_text() -> None:
    maker = Maker(owner="ann@example.test", first=dt.date(2026, 1, 5))
    texts = [json.dumps(each, separators=(",", ":")) for each in maker.calendar(100)]
    assert sum(len(pack(text)) for text in texts) < sum(map(len, texts)) / 4
