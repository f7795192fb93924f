"""The sheet of a form that is only being drawn, as a template tag: what a clerk would see, with trial answers in it.

Templates say `{% load trying %}`.
"""

from collections.abc import Iterable, Mapping

from django import template

from reports import labels
from reports.checks import BLANK, Answer, Cell, Problem
from reports.pages.boxes import Box, Typed, found, named, of_cell
from reports.pages.sheet import Part, labelled
from reports.terms import Terms

register = template.Library()


@register.inclusion_tag("portal/sheet_tried.html")
def tried_sheet(
    terms: Terms,
    answers: Mapping[Cell, Answer],
    problems: Iterable[Problem],
    refused: Mapping[Cell, str],
    *,
    typed: Mapping[Cell, str],
    last_period: str,
    last_year: str,
) -> dict[str, object]:
    """The sections of a form with these answers, what is wrong with them, and what was typed and not taken."""
    all_said = found(terms, problems)
    said = of_cell(all_said)
    parts = []
    for section, items in terms.sections:
        lines = terms.lines(items[0])
        part = Part(section, items, lines, [])
        for place, item in enumerate(items):
            for row, line in enumerate(lines):
                cell = Cell(item.code, line.code)
                answer = answers.get(cell, BLANK)
                part.boxes.append(
                    Box(
                        item,
                        line,
                        named(item, line),
                        labelled(section, cell, place, row),
                        terms.is_typed(item) and not line.is_total,
                        answer=answer,
                        formula=terms.formula_of(item),
                        says=said.get(cell, []),
                        typed=Typed(cell, typed[cell], 0, answer.absence is not None) if cell in refused else None,
                        refused=refused.get(cell, ""),
                    )
                )
        parts.append(part)
    return {
        "parts": parts,
        "found": all_said,
        "may_fill": True,
        "causes": labels.CAUSES,
        "last_period": last_period,
        "last_year": last_year,
    }
