from __future__ import annotations

import datetime as dt
from unittest.mock import patch

import pytest

from accounts import login_limit
from accounts.login_limit import TRIES_PER_ADDRESS, TRIES_PER_USERNAME

NOW = dt.datetime(2026, 3, 10, 9, 5, tzinfo=dt.UTC)  # five minutes into a window


def wait(
    username: str = "alice", address: str = "192.0.2.1", now: dt.datetime = NOW
) -> dt.timedelta | None:
    return login_limit.wait_before_try(username=username, address=address, now=now)


def use_up(count: int, address: str = "192.0.2.1") -> None:
    for _ in range(count):
        assert wait(address=address) is None


def test_one_try_too_many_has_to_wait_for_the_end_of_the_window() -> None:
    use_up(TRIES_PER_USERNAME)
    assert wait() == dt.timedelta(minutes=10)


def test_after_the_wait_a_try_is_allowed_again() -> None:
    use_up(TRIES_PER_USERNAME)
    assert wait(now=NOW + dt.timedelta(minutes=9, seconds=59)) is not None
    assert wait(now=NOW + dt.timedelta(minutes=10)) is None


def test_nobody_can_lock_a_member_out_from_another_address() -> None:
    use_up(TRIES_PER_USERNAME)
    assert wait() is not None
    assert wait(address="192.0.2.2") is None


@pytest.mark.parametrize("name", ["ALICE", "\N{FULLWIDTH LATIN SMALL LETTER A}lice"])
def test_another_spelling_of_the_username_is_the_same_username(name: str) -> None:
    use_up(TRIES_PER_USERNAME)
    assert wait(username=name) is not None


def test_an_address_that_tries_many_usernames_has_to_wait() -> None:
    for number in range(TRIES_PER_ADDRESS):
        assert wait(username=f"member{number}") is None
    assert wait(username="one more") is not None


def test_addresses_of_one_ipv6_household_count_together() -> None:
    use_up(TRIES_PER_USERNAME, address="2001:db8::1")
    assert wait(address="2001:db8::ffff:1") is not None
    assert wait(address="2001:db8:0:1::1") is None


def test_a_right_password_starts_the_username_afresh() -> None:
    use_up(TRIES_PER_USERNAME)
    login_limit.forget_tries(username="alice", address="192.0.2.1", now=NOW)
    use_up(TRIES_PER_USERNAME)
    assert wait() is not None


def test_right_passwords_do_not_use_up_the_address() -> None:
    for _ in range(TRIES_PER_ADDRESS + 1):
        assert wait() is None
        login_limit.forget_tries(username="alice", address="192.0.2.1", now=NOW)


@pytest.mark.parametrize("address", ["", "unix:", "not an address"])
def test_an_unknown_address_is_limited_too(address: str) -> None:
    use_up(TRIES_PER_USERNAME, address=address)
    assert wait(address=address) is not None


def test_members_can_log_in_while_the_cache_is_down() -> None:
    with patch("accounts.login_limit.cache") as cache:
        cache.add.side_effect = cache.delete.side_effect = ConnectionError
        assert wait() is None
        login_limit.forget_tries(username="alice", address="192.0.2.1", now=NOW)


@pytest.mark.parametrize(("seconds", "shown"), [(1, 1), (60, 1), (61, 2), (900, 15)])
def test_a_wait_is_shown_in_whole_minutes_rounded_up(seconds: int, shown: int) -> None:
    assert login_limit.minutes(dt.timedelta(seconds=seconds)) == shown
