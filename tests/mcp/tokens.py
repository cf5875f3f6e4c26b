"""What a text costs a language model."""

from __future__ import annotations

import re


def tokens_of(text: str) -> int:
    """An upper estimate: a token for each word of up to six letters, each mark, and each character
    beyond ASCII.
    """
    return sum(
        -(-len(part) // 6) if part[0].isalnum() and part.isascii() else 1
        for part in re.findall(r"[A-Za-z0-9]+|[!-/:-@\\[-`{-~]+|[^\s\x00-\x7f]", text)
    )
