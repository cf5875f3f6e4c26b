"""Geometry of the views. Pure: instants and dates in; rows, columns and lanes out, from 1.

``placed`` says on which dates something is, ``days`` draws days with hours, ``lanes`` bars over
several days, ``month`` a month of weeks; ``dragged`` says where something is put.
"""

from calendars.web.layout.days import (
    LEAST_ROWS,
    ROW_SECONDS,
    ROWS_OF_LONGEST_DAY,
    Block,
    Cluster,
    DayColumn,
    Grid,
    Slot,
    clock_change,
    day_column,
    grid,
    row_at,
    rows_between,
    rows_of,
)
from calendars.web.layout.dragged import (
    Days,
    Edge,
    Hours,
    Place,
    Shift,
    When,
    dragged,
    place_of,
)
from calendars.web.layout.lanes import Bar, bars
from calendars.web.layout.month import MOST_LANES, MonthBar, MonthDay, MonthWeek, month, weeks_of
from calendars.web.layout.placed import Placed, dates_of, day_span, is_lane_item, week_of

__all__ = [
    "LEAST_ROWS",
    "MOST_LANES",
    "ROWS_OF_LONGEST_DAY",
    "ROW_SECONDS",
    "Bar",
    "Block",
    "Cluster",
    "DayColumn",
    "Days",
    "Edge",
    "Grid",
    "Hours",
    "MonthBar",
    "MonthDay",
    "MonthWeek",
    "Place",
    "Placed",
    "Shift",
    "Slot",
    "When",
    "bars",
    "clock_change",
    "dates_of",
    "day_column",
    "day_span",
    "dragged",
    "grid",
    "is_lane_item",
    "month",
    "place_of",
    "row_at",
    "rows_between",
    "rows_of",
    "week_of",
    "weeks_of",
]
