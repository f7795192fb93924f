"""The tables of the app, by what they are about."""

from reports.models.figure import Figure, Mark
from reports.models.regime import (
    CalendarDay,
    Form,
    FormOwner,
    FormVersion,
    Indicator,
    Item,
    LegalBasis,
    Respondent,
    Rule,
    Section,
    Target,
)
from reports.models.report import Author, Period, Report, Revision, Step, Value

__all__ = [
    "Author",
    "CalendarDay",
    "Figure",
    "Form",
    "FormOwner",
    "FormVersion",
    "Indicator",
    "Item",
    "LegalBasis",
    "Mark",
    "Period",
    "Report",
    "Respondent",
    "Revision",
    "Rule",
    "Section",
    "Step",
    "Target",
    "Value",
]
