"""Series to occurrences. Pure: standard library only.

``rule`` reads one rule, ``walls`` says which wall times it names, ``lines`` reads the lines of a
resource, ``expansion`` gives a window's occurrences, ``ending`` says when a series is over,
``kinds`` follows a change between days and times, ``validation`` judges input.
"""

from calendars.recurrence.ending import ends_at
from calendars.recurrence.expansion import DEFAULT_BUDGET, Occurrence, expand
from calendars.recurrence.kinds import in_new_kind
from calendars.recurrence.rule import RecurrenceError
from calendars.recurrence.slots import occurrence_at
from calendars.recurrence.validation import validate_rules

__all__ = [
    "DEFAULT_BUDGET",
    "Occurrence",
    "RecurrenceError",
    "ends_at",
    "expand",
    "in_new_kind",
    "occurrence_at",
    "validate_rules",
]
