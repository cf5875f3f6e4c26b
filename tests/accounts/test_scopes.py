from __future__ import annotations

import pytest

from accounts.scopes import REQUIRED_SCOPES, explain_missing, missing_scopes

PREFIX = "https://www.googleapis.com/auth/"


@pytest.mark.parametrize(
    ("granted", "missing"),
    [
        (REQUIRED_SCOPES, []),
        ([PREFIX + "calendar"], []),
        ([PREFIX + "calendar.readonly"], ["calendar.events"]),
        (
            [PREFIX + "calendar.events"],
            ["calendar.calendarlist.readonly", "calendar.freebusy"],
        ),
        (
            [PREFIX + "calendar.events.readonly"],
            ["calendar.events", "calendar.calendarlist.readonly", "calendar.freebusy"],
        ),
        (
            [
                PREFIX + "calendar.events",
                PREFIX + "calendar.calendarlist",
                PREFIX + "calendar.events.freebusy",
            ],
            [],
        ),
    ],
)
def test_a_wider_scope_covers_a_narrower_one_but_never_the_other_way(
    granted: list[str], missing: list[str]
) -> None:
    assert missing_scopes(granted) == [PREFIX + name for name in missing]


def test_nothing_is_said_to_be_missing_where_nothing_is_known() -> None:
    assert missing_scopes([]) == []


def test_each_missing_scope_is_explained_by_a_sentence_of_its_own() -> None:
    sentences = explain_missing(["openid"])
    assert len(set(sentences)) == len(REQUIRED_SCOPES)
    assert all(sentence.startswith("Secretary may not") for sentence in sentences)
