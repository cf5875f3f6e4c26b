"""Series to occurrences. Pure: standard library only.

``rule`` reads one rule, ``walls`` says which wall times it names, ``lines`` reads the lines of a
resource, ``expansion`` gives a window's occurrences, ``ending`` says when a series is over,
``kinds`` follows a change between days and times, ``validation`` judges input.
"""

from calendars.recurrence.cutting import Cut, cut, has_earlier, is_before, times_at
from calendars.recurrence.ending import ends_at
from calendars.recurrence.expansion import DEFAULT_BUDGET, Occurrence, expand
from calendars.recurrence.kinds import in_new_kind
from calendars.recurrence.moving import moved_lines
from calendars.recurrence.rule import RecurrenceError
from calendars.recurrence.slots import occurrence_at
from calendars.recurrence.validation import validate_rules
from calendars.recurrence.words import in_words

__all__ = [
    "DEFAULT_BUDGET",
    "Cut",
    "Occurrence",
    "RecurrenceError",
    "cut",
    "ends_at",
    "expand",
    "has_earlier",
    "in_new_kind",
    "in_words",
    "is_before",
    "moved_lines",
    "occurrence_at",
    "times_at",
    "validate_rules",
]
