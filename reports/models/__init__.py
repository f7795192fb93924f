"""The tables of the app, by what they are about."""

from reports.models.basis import LegalBasis
from reports.models.calendar import CalendarCorrection, CalendarDay, DeadlineChange, Extension, Incident
from reports.models.figure import Figure, Mark
from reports.models.indicator import Indicator, NotApplicable, Source, Target
from reports.models.programme import Request, Task, TaskGroup
from reports.models.regime import Form, FormOwner, FormVersion, Item, NamedUnit, Respondent, Row, Rule, Section
from reports.models.report import Part, PartDone, Period, Report
from reports.models.revision import Attachment, Author, Revision, Step, Value

__all__ = [
    "Attachment",
    "Author",
    "CalendarCorrection",
    "CalendarDay",
    "DeadlineChange",
    "Extension",
    "Figure",
    "Form",
    "FormOwner",
    "FormVersion",
    "Incident",
    "Indicator",
    "Item",
    "LegalBasis",
    "Mark",
    "NamedUnit",
    "NotApplicable",
    "Part",
    "PartDone",
    "Period",
    "Report",
    "Request",
    "Respondent",
    "Revision",
    "Row",
    "Rule",
    "Section",
    "Source",
    "Step",
    "Target",
    "Task",
    "TaskGroup",
    "Value",
]
