"""The tables of the app, by what they are about."""

from reports.models.basis import LegalBasis
from reports.models.calendar import CalendarCorrection, CalendarDay, DeadlineChange, Extension, Incident
from reports.models.discipline import Explanation, Lapse, Objection, Proposal, Ruling, StandingList
from reports.models.figure import Figure, Mark
from reports.models.indicator import Indicator, NotApplicable, Source, Target
from reports.models.programme import Request, Task, TaskGroup
from reports.models.regime import Form, FormOwner, FormVersion, Item, NamedUnit, Respondent, Row, Rule, Section
from reports.models.remark import Remark
from reports.models.report import Part, PartDone, Period, Report
from reports.models.revision import Attachment, Author, Revision, Value
from reports.models.seal import Seal, SealedHead
from reports.models.step import DeputyForm, IssuedDocument, Step
from reports.models.synthesis import Synthesis, SynthesisEntry

__all__ = [
    "Attachment",
    "Author",
    "CalendarCorrection",
    "CalendarDay",
    "DeadlineChange",
    "DeputyForm",
    "Explanation",
    "Extension",
    "Figure",
    "Form",
    "FormOwner",
    "FormVersion",
    "Incident",
    "Indicator",
    "IssuedDocument",
    "Item",
    "Lapse",
    "LegalBasis",
    "Mark",
    "NamedUnit",
    "NotApplicable",
    "Objection",
    "Part",
    "PartDone",
    "Period",
    "Proposal",
    "Remark",
    "Report",
    "Request",
    "Respondent",
    "Revision",
    "Row",
    "Rule",
    "Ruling",
    "Seal",
    "SealedHead",
    "Section",
    "Source",
    "StandingList",
    "Step",
    "Synthesis",
    "SynthesisEntry",
    "Target",
    "Task",
    "TaskGroup",
    "Value",
]
