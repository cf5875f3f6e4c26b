from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from calendars.sync.core.retry import QUICK_TRIES, later_delay, quick_delay


def test_a_cycle_asks_again_a_few_times_and_then_gives_up() -> None:
    delays = [quick_delay(tries=n, retry_after=None, jitter=0.5) for n in range(1, 5)]
    assert [delay is not None for delay in delays] == [n < QUICK_TRIES for n in range(1, 5)]


def test_what_google_asks_to_wait_is_waited() -> None:
    assert quick_delay(tries=1, retry_after=3.0, jitter=0.0) == 3.0
    assert later_delay(attempts=1, retry_after=120.0, jitter=0.0) == 120.0


def test_a_long_wait_is_left_to_a_later_cycle() -> None:
    assert quick_delay(tries=1, retry_after=60.0, jitter=0.0) is None


@given(st.integers(0, 10_000), st.floats(0, 1))
@settings(derandomize=True)
def test_delays_grow_stay_bounded_and_vary_by_a_quarter(attempts: int, jitter: float) -> None:
    delay = later_delay(attempts=attempts, retry_after=None, jitter=jitter)
    middle = later_delay(attempts=attempts, retry_after=None, jitter=0.5)
    assert 0.75 * middle <= delay <= 1.25 * middle
    assert middle <= 900
    assert later_delay(attempts=attempts + 1, retry_after=None, jitter=0.5) >= middle
