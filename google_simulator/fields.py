"""Partial answers: the `fields` parameter, `items(id,summary),nextPageToken`."""

from __future__ import annotations

import re
from typing import Any

from google_simulator.discovery import document
from google_simulator.errors import ApiError

Selection = dict[str, Any]
"""Field name to what is wanted of it: another selection, or {} for all."""
_TOKEN = re.compile(r"[A-Za-z0-9_*\-]+|[(),/]")


def select(value: Any, text: str, *, schema: str) -> Any:
    """The part of an answer that was asked for; 400 for a selector that means nothing.

    A selection without the token fields strips the tokens (google-calendar-api.md 5.1.3).
    """
    tokens = _TOKEN.findall(text)
    too_deep = text.count("(") + text.count("/") > 50
    if too_deep or "".join(tokens) != text.replace(" ", ""):
        raise _bad(text)
    selection = _parse(tokens, text)
    if tokens:
        raise _bad(text)
    _check(selection, {"$ref": schema}, text)
    return _cut(value, selection)


def _bad(text: str) -> ApiError:
    return ApiError(400, "invalidParameter", f"Invalid field selection {text[:100]}", "fields")


def _parse(tokens: list[str], text: str) -> Selection:
    selection: Selection = {}
    while True:
        if not tokens or tokens[0] in "(),/":
            raise _bad(text)
        _parse_path(tokens, selection, text)
        if not tokens or tokens[0] != ",":
            return selection
        tokens.pop(0)


def _parse_path(tokens: list[str], selection: Selection, text: str) -> None:
    inner: Selection = selection.setdefault(tokens.pop(0), {})
    if tokens and tokens[0] == "/":
        tokens.pop(0)
        if not tokens or tokens[0] in "(),/":
            raise _bad(text)
        _parse_path(tokens, inner, text)
    elif tokens and tokens[0] == "(":
        tokens.pop(0)
        inner.update(_parse(tokens, text))
        if not tokens or tokens.pop(0) != ")":
            raise _bad(text)


def _check(selection: Selection, schema: dict[str, Any], text: str) -> None:
    if "$ref" in schema:
        schema = document()["schemas"][schema["$ref"]]
    if schema.get("type") == "array":
        _check(selection, schema["items"], text)
        return
    known, others = schema.get("properties", {}), schema.get("additionalProperties")
    for name, inner in selection.items():
        if name == "*":
            continue
        found = known.get(name, others)
        if found is None:
            raise _bad(text)
        _check(inner, found, text)


def _cut(value: Any, selection: Selection) -> Any:
    if not selection or "*" in selection:
        return value
    if isinstance(value, list):
        return [_cut(item, selection) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: _cut(value[name], inner) for name, inner in selection.items() if name in value}
