"""Exceptions that nobody expected: a bug met in one place must not stop the rest of a cycle."""

from __future__ import annotations

import logging
import traceback
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

logger = logging.getLogger(__name__)

SENTENCE = (
    "Something unexpected went wrong here. It is tried again later; the log of the worker says"
    " where it happened."
)
CODE = "unexpected"
ATTEMPTS = 6
"""As if it had failed this often: a bug does not pass in a second, but may pass with a change."""


def log(error: Exception, *, where: str) -> None:
    """Log what happened and the whole way there, but no message: it may quote an event."""
    frames = (text for each in _causes(error) for text in traceback.format_tb(each.__traceback__))
    logger.error("Unexpected %s in %s\n%s", type(error).__name__, where, "".join(frames))


def _causes(error: BaseException) -> Iterator[BaseException]:
    earlier = error.__cause__ or error.__context__
    if earlier is not None:
        yield from _causes(earlier)
    yield error
