"""Lines of the log: where something happened, never what an event or a secret says.

An exception may quote anything: a title, an address, the value that a database refused. So of an
exception the log has its kind and the way to it.
"""

from __future__ import annotations

import logging
import re
import traceback
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_MORE: Final = "\n    "


class Formatter(logging.Formatter):
    """Only an entry begins at the edge: what goes on is indented, so that no text that is logged
    can pass for another entry, nor tell a terminal what to do."""

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # another handler may have put the words of the exception there
        text = super().format(record)
        record.exc_text = None
        return _CONTROL.sub(_spelled, text).rstrip("\n").replace("\n", _MORE)

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the library's name
        return "\n".join(
            f"{''.join(traceback.format_tb(each.__traceback__))}{type(each).__qualname__}"
            for each in _causes(ei[1])
        )


class WithoutWords(logging.Filter):
    """Celery writes what an exception says into the message itself."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, dict) and "exc" in record.args:
            kind = record.exc_info[0] if record.exc_info else None
            said = {"exc": kind.__qualname__ if kind else "an exception", "traceback": ""}
            record.args = {**record.args, **said}
        return True


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The first of them first, as Python prints them."""
    if error is None:
        return
    yield from _causes(error.__cause__ or error.__context__)
    yield error


def _spelled(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()
