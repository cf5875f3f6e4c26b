"""Plain sentences above a view: what it cannot show, and why."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any
    from zoneinfo import ZoneInfo

    from calendars.models import Calendar


@dataclass(frozen=True, slots=True)
class Notice:
    text: str
    url: str = ""
    link: str = ""
    warning: bool = False


_TOO_FAR = (
    "Secretary asks Google for two years before and after today at most. Here it shows of "
    "series what it knows; other events are missing."
)


def notices_of(
    *,
    shown: Sequence[Calendar],
    known_count: int,
    coverage: Mapping[str, Any],
    zone: ZoneInfo,
    is_coming: bool,
) -> list[Notice]:
    """``shown`` of ``known_count`` calendars are read; ``coverage`` is that of the read.

    ``is_coming`` says whether Google is asked for all that is missing.
    """
    if not known_count:
        return [
            Notice("Your calendars are on their way from Google. They appear here by themselves.")
        ]
    if not shown:
        return [
            Notice(
                "All of your calendars are hidden.",
                url=reverse("settings-calendar"),
                link="Choose what to show",
            )
        ]
    if coverage["complete"]:
        return []
    if not is_coming:
        return [Notice(_TOO_FAR, warning=True)]
    return [Notice(_not_covered(coverage, zone), warning=True)]


def _not_covered(coverage: Mapping[str, Any], zone: ZoneInfo) -> str:
    begin, end = coverage["covered_from"], coverage["covered_to"]
    if begin is None or end is None or begin >= end:
        return "This time is not fetched from Google for all calendars yet. It appears by itself."
    return (
        f"Secretary keeps {_day(begin, zone)} to {_day(end, zone)} up to date. The rest is asked "
        "of Google and appears by itself; until then events may be missing here."
    )


def _day(moment: str, zone: ZoneInfo) -> str:
    return f"{dt.datetime.fromisoformat(moment).astimezone(zone):%-d %B %Y}"
