"""Output schemas: what stands in the structured answers, as far as it is worth its tokens.

Only ``status`` is promised, for a refusal has the same schema; what says nothing is left out.
"""

from __future__ import annotations

from typing import Any, Final

_ANY: Final[dict[str, Any]] = {}
_TEXT: Final = {"type": "string"}
_NUMBER: Final = {"type": "integer"}
_YES_NO: Final = {"type": "boolean"}
_LIST: Final = {"type": "array"}
_OBJECT: Final = {"type": "object"}


def _answer(**properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"status": _TEXT, **properties},
        "required": ["status"],
    }


ANY: Final = _answer()
EVENT: Final = _answer(event=_OBJECT)
EVENTS: Final = _answer(
    events=_LIST, complete=_YES_NO, not_covered=_TEXT, synced=_TEXT, next_cursor=_ANY
)
CALENDARS: Final = _answer(calendars=_LIST)
STATUS: Final = _answer(synced=_TEXT, stale=_YES_NO, accounts=_LIST)
OPERATIONS: Final = _answer(operations=_LIST, next_cursor=_ANY)
SPANS: Final = _answer(busy=_LIST, free=_LIST, unknown=_LIST)
SLOTS: Final = _answer(slots=_LIST, problem=_TEXT)
CHANGE: Final = _answer(operation_id=_NUMBER, event=_OBJECT, confirm_token=_TEXT)
