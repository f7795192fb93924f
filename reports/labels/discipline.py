"""The words people see for lapses, what excludes one, causes and measures."""

from django.utils.translation import gettext_lazy as _

from accounts.labels import words
from reports.lapses import Excludes, LapseCause, LapseKind, Measure

LAPSE_KINDS = words(
    {
        LapseKind.FILING: _("Not received by the deadline"),
        LapseKind.CORRECTION: _("Not corrected in time"),
        LapseKind.REVIEW: _("Not reviewed in time"),
    }
)

LAPSE_CAUSES = words(
    {
        LapseCause.WAITING_FOR_FIGURES: _("Figures of a division were awaited"),
        LapseCause.NOT_SIGNED: _("The head had not signed yet"),
        LapseCause.FIGURES_DISAGREED: _("Figures disagreed with the one-stop shop"),
        LapseCause.STAFF_CHANGED: _("The person in charge had changed"),
        LapseCause.BEING_CORRECTED: _("The report was being corrected as reviewed"),
        LapseCause.NETWORK: _("The network or the portal failed"),
        LapseCause.OTHER: _("Another cause"),
    }
)

MEASURES = words(
    {
        Measure.REMIND: _("Reminder"),
        Measure.CRITICISE: _("Criticism"),
        Measure.REVIEW_CONDUCT: _("Review of conduct"),
        Measure.CONSIDER_DISCIPLINE: _("Consideration of discipline"),
        Measure.NONE: _("No measure"),
    }
)

EXCLUSIONS = words(
    {
        Excludes.EXTENSION: _("An extension was granted"),
        Excludes.INCIDENT: _("An incident of the portal was confirmed"),
        Excludes.CALENDAR: _("The working calendar was corrected"),
        Excludes.EXEMPTED: _("The report was exempted"),
        Excludes.ON_PAPER: _("Received on paper in time, recorded later"),
        Excludes.ELSEWHERE: _("The time passed in somebody else's hands"),
        Excludes.ENDED: _("The unit had ended before"),
    }
)
