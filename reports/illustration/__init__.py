"""How the units of a demonstration behave: what they report and when they file, plausible and reproducible.

Every unit keeps its own size, trend and punctuality, all drawn from one seed; the same seed gives the same city. What a
form is told stands in one module a subject, by the form's own cells; computed cells and totals are left to the form.
"""

from collections.abc import Mapping

from reports.illustration.connections import Connections
from reports.illustration.discipline import Discipline
from reports.illustration.documents import WorkDossiers
from reports.illustration.inspections import Inspections
from reports.illustration.procedures import Procedures, QuickCount
from reports.illustration.programme import Programme
from reports.illustration.telling import Asked, Respondent, Span, Teller, Told
from reports.illustration.temper import Temper, working_hours_after

TELLERS: Mapping[str, type[Teller]] = {
    "BM-01": Procedures,
    "BM-02": WorkDossiers,
    "BM-03": Inspections,
    "BM-04": Programme,
    "BM-05": Discipline,
    "BM-06": Connections,
    "BM-07": QuickCount,
}
"""Who tells what each form asks."""

__all__ = ["TELLERS", "Asked", "Respondent", "Span", "Teller", "Temper", "Told", "working_hours_after"]
