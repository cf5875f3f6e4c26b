"""Series to occurrences. Pure: standard library only.

``rule`` reads one rule, ``walls`` says which wall times it names, ``lines`` reads the lines of a
resource, ``expansion`` gives a window's occurrences, ``validation`` judges input.
"""

from calendars.recurrence.expansion import DEFAULT_BUDGET, Occurrence, expand
from calendars.recurrence.rule import RecurrenceError
from calendars.recurrence.slots import occurrence_at
from calendars.recurrence.validation import validate_rules

__all__ = [
    "DEFAULT_BUDGET",
    "Occurrence",
    "RecurrenceError",
    "expand",
    "occurrence_at",
    "validate_rules",
]
