"""Running a coroutine from an ordinary test, whatever else this process has run."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

T = TypeVar("T")


def run(coroutine: Coroutine[Any, Any, T], *, seconds: float = 60) -> T:
    """The coroutine's result. It runs in a loop and on a thread of its own: once Playwright was
    used, the thread of the tests has a loop that never ends.
    """

    async def within_time() -> T:
        return await asyncio.wait_for(coroutine, seconds)

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(within_time())).result()
