"""Characters that JSON can spell and no database stores."""

from __future__ import annotations

import json
import re
from typing import Any

_SUSPECT = re.compile(rb"\\u(?:d[89a-f]|0000)", re.IGNORECASE)


def storable(content: bytes) -> bytes:
    """An answer without NUL characters and without halves of surrogate pairs.

    UTF-8 cannot write the one and PostgreSQL takes neither: one odd title would keep a whole
    calendar out of step. What is no JSON stays as it is.
    """
    if not _SUSPECT.search(content):
        return content
    try:
        answer = json.loads(content)
    except ValueError:
        return content
    return json.dumps(_without_nul(answer), ensure_ascii=False).encode("utf-8", "replace")


def _without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, list):
        return [_without_nul(each) for each in value]
    if isinstance(value, dict):
        return {_without_nul(key): _without_nul(each) for key, each in value.items()}
    return value
