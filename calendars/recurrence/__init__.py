"""Series to occurrences. Pure: standard library only.

``rule`` reads one rule, ``walls`` says which wall times it names, ``lines`` reads the lines of a
resource, ``expansion`` gives a window's occurrences, ``ending`` says when a series is over,
``kinds`` follows a change between days and times, ``validation`` judges input, ``repeat`` is the
form in which people choose a rule (``forms`` is its JSON), ``words`` the sentence in which they
read it, and ``phrases`` reads theirs.
"""

from calendars.recurrence.cutting import (
    Cut,
    cut,
    cut_between,
    has_earlier,
    has_tail,
    is_before,
    times_at,
)
from calendars.recurrence.ending import ends_at
from calendars.recurrence.expansion import DEFAULT_BUDGET, Occurrence, expand
from calendars.recurrence.forms import form_of, read_form
from calendars.recurrence.kinds import in_new_kind
from calendars.recurrence.moving import moved_lines
from calendars.recurrence.phrases import read_phrase
from calendars.recurrence.repeat import Repeat, repeat_of, with_repeat
from calendars.recurrence.rule import RecurrenceError
from calendars.recurrence.slots import next_starts, occurrence_at
from calendars.recurrence.validation import first_day, validate_rules
from calendars.recurrence.words import in_words

__all__ = [
    "DEFAULT_BUDGET",
    "Cut",
    "Occurrence",
    "RecurrenceError",
    "Repeat",
    "cut",
    "cut_between",
    "ends_at",
    "expand",
    "first_day",
    "form_of",
    "has_earlier",
    "has_tail",
    "in_new_kind",
    "in_words",
    "is_before",
    "moved_lines",
    "next_starts",
    "occurrence_at",
    "read_form",
    "read_phrase",
    "repeat_of",
    "times_at",
    "validate_rules",
    "with_repeat",
]
