"""What a JSON body may hold."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import RequestFactory

from calendars.api.errors import ApiError
from calendars.api.json_body import read_object


def read(body: bytes, content_type: str = "application/json") -> dict[str, Any]:
    return read_object(RequestFactory().generic("POST", "/", body, content_type=content_type))


def test_an_object_is_read_as_it_is() -> None:
    sent = '{"summary": "Käse 🧀", "n": -1, "x": 1.5, "list": [null, true]}'
    assert read(sent.encode()) == {
        "summary": "Käse 🧀",
        "n": -1,
        "x": 1.5,
        "list": [None, True],
    }


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "application/json"])
def test_an_empty_body_is_an_empty_object(content_type: str) -> None:
    assert read(b" \n", content_type) == {}


def test_an_empty_body_needs_no_content_type() -> None:
    assert read(b"", "text/plain") == {}


def test_another_content_type_is_refused() -> None:
    with pytest.raises(ApiError) as caught:
        read(b"a=1", "application/x-www-form-urlencoded")
    assert caught.value.code == "unsupported_media_type"


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'"text"',
        b"null",
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": 1e999}',
        b'{"a": 9223372036854775808}',
        b'{"a": ' + b"9" * 10_000 + b"}",
        b'{"a": 1, "a": 2}',
        b'{"a": "\\u0000"}',
        b'{"\\u0000": 1}',
        b'{"a": ["\\ud83d"]}',
        b'{"a": "\xff"}',
        b'\xef\xbb\xbf{"a": 1}',
        b'{"a": "\n"}',
        b'{"a":' + b"[" * 40 + b"]" * 40 + b"}",
        b"[" * 200_000,
    ],
    ids=lambda body: body[:20].decode("latin-1"),
)
def test_what_cannot_be_stored_or_printed_again_is_malformed(body: bytes) -> None:
    with pytest.raises(ApiError) as caught:
        read(body)
    assert caught.value.code == "malformed"


def test_a_pair_of_surrogates_is_one_character() -> None:
    assert read(b'{"a": "\\ud83e\\uddc0"}') == {"a": "🧀"}


def test_the_largest_whole_numbers_of_64_bits_are_read() -> None:
    assert read(b'{"a": [9223372036854775807, -9223372036854775808]}') == {
        "a": [2**63 - 1, -(2**63)]
    }


def test_a_body_beyond_the_limit_is_too_large(settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 20
    with pytest.raises(ApiError) as caught:
        read(b'{"a": "0123456789abcdef"}')
    assert caught.value.code == "too_large"
