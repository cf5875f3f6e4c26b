"""The address of a calendar in what people copy from Google: itself, or one of its links. Pure."""

from __future__ import annotations

import base64
import binascii
from typing import Final
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

_HOSTS: Final = frozenset({"calendar.google.com", "www.google.com"})


def address_in(text: str) -> str:
    """The address; empty for a link that names no calendar. What is no link stays as it is.

    Google's pages offer three: to share (``cid``, mostly in base 64), to embed (``src``) and to
    read elsewhere (``…/ical/ADDRESS/…/basic.ics``).
    """
    text = text.strip()
    if not text.lower().startswith(("https://", "http://", "webcal://")):
        return text
    link = _parts(text)
    if link is None or link.hostname not in _HOSTS:
        return ""
    query = parse_qs(link.query)
    before, ical, after = link.path.partition("/ical/")
    found = after.partition("/")[0] if ical and before.startswith("/calendar") else ""
    named = unquote(found) or next(iter(query.get("src", [])), "")
    named = named or _decoded(next(iter(query.get("cid", [])), ""))
    return named if "@" in named else ""


def _parts(text: str) -> SplitResult | None:
    try:
        return urlsplit(text)
    except ValueError:
        return None


def _decoded(cid: str) -> str:
    if "@" in cid:
        return cid
    try:
        return base64.urlsafe_b64decode(cid + "=" * (-len(cid) % 4)).decode()
    except (binascii.Error, ValueError):
        return ""
