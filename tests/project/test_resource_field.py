"""What is stored stays readable, whatever dictionary it was compressed with."""

from __future__ import annotations

import base64

import pytest

from calendars.models.resource_field import pack, unpack

TEXT = (
    '{"kind":"calendar#event","id":"abc","summary":"Käse","status":"confirmed",'
    '"attendees":[{"email":"ann@example.com","responseStatus":"accepted"}]}'
)


@pytest.mark.parametrize(
    "stored",
    [
        "AcOdmMHJNzEpGSUFeR9eUpyKK01jD5bEvDziQya2FgA=",
        "AsNdUoILx8SkZJRSyfvwkuJUXCUm9gyTmJeHlmfwJexaAA==",
    ],
)
def test_rows_of_every_dictionary_can_be_read(stored: str) -> None:
    assert unpack(base64.b64decode(stored)) == TEXT


@pytest.mark.parametrize("text", [TEXT, "{}", '{"summary":"' + "x" * 100_000 + '"}'])
def test_what_is_stored_comes_back(text: str) -> None:
    assert unpack(pack(text)) == text
    assert unpack(memoryview(pack(text))) == text


def test_an_event_takes_a_third_of_its_text() -> None:
    assert len(pack(TEXT)) < len(TEXT) / 3
