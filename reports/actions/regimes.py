"""Enters report regimes, legal bases, targets and days off from their files; what exists is left as it is."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.models import Unit
from reports import calendars
from reports.models import (
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
from reports.periods import PeriodCode, WindowRule


def enter_days_off(years: Iterable[int]) -> int:
    """Fill the table of days off and swapped working days; corrected days stay. Return how many rows were new."""
    rows = [CalendarDay(day=day, working=working, name=name) for day, working, name in calendars.seed(years)]
    before = CalendarDay.objects.count()
    CalendarDay.objects.bulk_create(rows, ignore_conflicts=True)
    return CalendarDay.objects.count() - before


def enter_legal_bases(rows: Iterable[dict[str, str]]) -> None:
    """Enter acts by their number."""
    LegalBasis.objects.bulk_create([LegalBasis(**row) for row in rows], ignore_conflicts=True)


def enter_targets(rows: Iterable[dict[str, Any]]) -> None:
    """Enter targets; indicators and legal bases are named by code and number."""
    indicators = {indicator.code: indicator for indicator in Indicator.objects.all()}
    bases = {basis.number: basis for basis in LegalBasis.objects.all()}
    Target.objects.bulk_create(
        [Target(**{**row, "indicator": indicators[row["indicator"]], "basis": bases[row["basis"]]}) for row in rows],
        ignore_conflicts=True,
    )


@transaction.atomic
def enter_form(file: dict[str, Any]) -> FormVersion:
    """Enter a form with one version from its file, or give back the version that stands already."""
    form, _ = Form.objects.get_or_create(code=file["code"])
    terms = file["version"]
    existing = FormVersion.objects.filter(form=form, number=terms["number"]).first()
    if existing:
        return existing
    owner = file["owner"]
    FormOwner.objects.create(
        form=form,
        unit=Unit.objects.get(code=owner["unit"]),
        stand_in=Unit.objects.get(code=owner["stand_in"]),
        valid=DateRange(date.fromisoformat(owner["from"]), None),
    )
    rule = WindowRule(terms["window_rule"])
    version = FormVersion.objects.create(
        form=form,
        number=terms["number"],
        title=terms["title"],
        kind=terms["kind"],
        basis=LegalBasis.objects.get(number=terms["basis"]),
        frequency=terms["frequency"],
        window_rule=rule,
        valid=DateRange(PeriodCode.parse(terms["from"]).window(rule).first, None),
        note=terms.get("note", ""),
    )
    Respondent.objects.bulk_create([Respondent(version=version, **row) for row in file["respondents"]])
    Rule.objects.bulk_create([Rule(version=version, **row) for row in file["rules"]])
    _enter_items(version, file["sections"], _enter_indicators(file["indicators"]))
    return version


def _enter_indicators(rows: list[dict[str, Any]]) -> dict[str, Indicator]:
    """Indicators by code; ratios follow the indicators that they divide."""
    known = {indicator.code: indicator for indicator in Indicator.objects.all()}
    for ratios in (False, True):
        fresh = [
            Indicator(
                **{
                    **row,
                    "numerator": known.get(row.get("numerator", "")),
                    "denominator": known.get(row.get("denominator", "")),
                }
            )
            for row in rows
            if ("numerator" in row) is ratios and row["code"] not in known
        ]
        known |= {indicator.code: indicator for indicator in Indicator.objects.bulk_create(fresh)}
    return known


def _enter_items(version: FormVersion, sections: list[dict[str, Any]], indicators: dict[str, Indicator]) -> None:
    """Sections and items in the file's order."""
    stored = Section.objects.bulk_create(
        [Section(version=version, position=number, title=row["title"]) for number, row in enumerate(sections, 1)]
    )
    rows = [(section, row) for section, part in zip(stored, sections, strict=True) for row in part["items"]]
    Item.objects.bulk_create(
        [
            Item(
                version=version,
                section=section,
                position=number,
                **{**row, "indicator": indicators[row["indicator"]]},
            )
            for number, (section, row) in enumerate(rows, 1)
        ]
    )
