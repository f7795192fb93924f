"""Reads what was recorded of reports' time out of the database, and tells of a month as of any instant.

Sets of reports are read by a constant number of queries, as plain rows; what follows from them lapses.py says.
"""

from reports.record.lines import Explained, Line, Objected, Ruled, due_between, repeats, standing_list
from reports.record.measures import Reviewing, Tally, reviewing, tallies
from reports.record.reading import Bounds, Facts, Named, recorded

__all__ = [
    "Bounds",
    "Explained",
    "Facts",
    "Line",
    "Named",
    "Objected",
    "Reviewing",
    "Ruled",
    "Tally",
    "due_between",
    "recorded",
    "repeats",
    "reviewing",
    "standing_list",
    "tallies",
]
