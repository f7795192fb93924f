"""What counts as a lapse of a unit, which lapses it is asked to explain, and what excludes one by rule."""

from enum import StrEnum


class LapseKind(StrEnum):
    """What was missed: the report's own deadline, that of its correction, or the days allowed for a review."""

    FILING = "filing"
    CORRECTION = "correction"
    REVIEW = "review"


class LapseCause(StrEnum):
    """What the head of a unit gives as the cause of a lapse, beside the text of the explanation."""

    WAITING_FOR_FIGURES = "waiting_for_figures"
    NOT_SIGNED = "not_signed"
    FIGURES_DISAGREED = "figures_disagreed"
    STAFF_CHANGED = "staff_changed"
    BEING_CORRECTED = "being_corrected"
    NETWORK = "network"
    OTHER = "other"


class Measure(StrEnum):
    """What an inspector proposes to the Chair, and what the Chair decides on; chosen by people, never by the portal."""

    REMIND = "remind"
    CRITICISE = "criticise"
    REVIEW_CONDUCT = "review_conduct"
    CONSIDER_DISCIPLINE = "consider_discipline"
    NONE = "none"


EXPLAIN_DAYS = 3
"""Within how many working days the head explains a lapse."""

TOLERATED_DAYS = 1
"""A report late by no more working days is not asked to be explained, unless it is late again."""

CORRECTION_HOURS = 48
"""For how long the units may correct facts after a standing list was announced, before it is issued."""
