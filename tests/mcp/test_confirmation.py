"""A confirm token is good for one call of one caller, for a few minutes."""

from __future__ import annotations

import pytest

from mcp_bridge.confirmation import VALID_SECONDS, is_valid, token_for

NOW = 1_772_000_000.0
ARGUMENTS = {"event_id": "abcde", "notify": "all", "scope": None}
TOKEN = token_for(ARGUMENTS, tool="delete", secret="alice", now=NOW)


def test_is_valid_for_the_same_call() -> None:
    later = NOW + VALID_SECONDS - 1
    assert is_valid(TOKEN, ARGUMENTS, tool="delete", secret="alice", now=later)


def test_takes_a_missing_argument_for_none() -> None:
    given = {"notify": "all", "event_id": "abcde"}
    assert is_valid(TOKEN, given, tool="delete", secret="alice", now=NOW)


@pytest.mark.parametrize(
    ("arguments", "tool", "secret", "now"),
    [
        ({**ARGUMENTS, "event_id": "other"}, "delete", "alice", NOW),
        ({**ARGUMENTS, "notify": "none"}, "delete", "alice", NOW),
        (ARGUMENTS, "update", "alice", NOW),
        (ARGUMENTS, "delete", "bob", NOW),
        (ARGUMENTS, "delete", "alice", NOW + VALID_SECONDS + 1),
        (ARGUMENTS, "delete", "alice", NOW - VALID_SECONDS),
    ],
    ids=["other event", "other notify", "other tool", "other caller", "too old", "from the future"],
)
def test_is_not_valid_for_anything_else(
    arguments: dict[str, object], tool: str, secret: str, now: float
) -> None:
    assert not is_valid(TOKEN, arguments, tool=tool, secret=secret, now=now)


@pytest.mark.parametrize("garbage", ["", ".", "x.y", "9" * 40 + ".a", "1772000600.", "é.\ud83d"])
def test_garbage_is_not_valid(garbage: str) -> None:
    assert not is_valid(garbage, ARGUMENTS, tool="delete", secret="alice", now=NOW)
