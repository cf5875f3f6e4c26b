"""Which occurrences of a recurring event a change is meant for."""

from __future__ import annotations

from enum import StrEnum


class Scope(StrEnum):
    INSTANCE = "instance"
    SERIES = "series"
    THIS_AND_FOLLOWING = "this_and_following"
