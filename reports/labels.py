"""The words people see for every state, action, rule and problem, in one place."""

from django.utils.translation import gettext_lazy as _

from accounts.labels import words
from accounts.roles import Level
from reports.folds import SpaceFold, TimeFold
from reports.periods import Frequency, WindowRule
from reports.standing import Standing
from reports.workflow import Action, State, Status

STATUSES = words(
    {
        Status.DRAFT: _("Draft"),
        Status.TO_SIGN: _("Waiting for signature"),
        Status.SUBMITTED: _("Submitted"),
        Status.CHECKED: _("Checked"),
        Status.APPROVED: _("Approved"),
    }
)

ACTIONS = words(
    {
        Action.HAND_UP: _("Hand up for signature"),
        Action.HAND_BACK: _("Hand back"),
        Action.SUBMIT: _("Sign and submit"),
        Action.RECALL: _("Recall"),
        Action.CHECK: _("Check"),
        Action.RETURN: _("Return"),
        Action.APPROVE: _("Approve"),
    }
)

STANDINGS = words(
    {
        Standing.NOT_DUE: _("Not due"),
        Standing.DUE_SOON: _("Due soon"),
        Standing.ON_TIME: _("On time"),
        Standing.LATE: _("Late"),
        Standing.MISSING: _("Missing"),
        Standing.EXEMPT: _("Exempt"),
    }
)

FREQUENCIES = words(
    {
        Frequency.WEEK: _("Weekly"),
        Frequency.MONTH: _("Monthly"),
        Frequency.QUARTER: _("Quarterly"),
        Frequency.HALF: _("Half-yearly"),
        Frequency.YEAR: _("Yearly"),
        Frequency.ONCE: _("Once"),
    }
)

WINDOW_RULES = words(
    {
        WindowRule.DECREE: _("From the 15th to the 14th (Decree 09/2019, article 12)"),
        WindowRule.CALENDAR: _("The period's own days"),
    }
)

SPACE_FOLDS = words(
    {
        SpaceFold.SUM: _("Sum"),
        SpaceFold.MEAN: _("Mean of the reporting units"),
        SpaceFold.MIN: _("Lowest"),
        SpaceFold.MAX: _("Highest"),
        SpaceFold.COUNT: _("Count of yes"),
        SpaceFold.NONE: _("One answering unit"),
        SpaceFold.RATIO: _("Ratio of two indicators"),
    }
)

TIME_FOLDS = words(
    {
        TimeFold.SUM: _("Sum"),
        TimeFold.FIRST: _("First known"),
        TimeFold.LAST: _("Last known"),
        TimeFold.MEAN: _("Mean"),
    }
)

ALL_LEVELS = "all"

ORIGINS = {
    **words(
        {
            Level.DEPARTMENT: _("Departments"),
            Level.DISTRICT: _("Districts"),
            Level.COMMUNE: _("Communes"),
        }
    ),
    ALL_LEVELS: _("All levels"),
}

STATES = words(
    {
        State.CONFIRMED: _("Confirmed"),
        State.PROVISIONAL: _("Provisional"),
    }
)
