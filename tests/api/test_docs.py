"""docs/api.md says what is there."""

from __future__ import annotations

import re
from pathlib import Path

from calendars.api.errors import STATUS_OF

_TEXT = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")


def test_the_documented_codes_and_their_statuses_are_the_real_ones() -> None:
    rows = re.findall(r"^\| `([a-z_]+)` \| (\d{3}) \|", _TEXT, re.MULTILINE)
    assert {code: int(status) for code, status in rows} == dict(STATUS_OF)
