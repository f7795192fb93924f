"""Enters what forms and figures rest on: days off, legal bases, indicators and targets."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext

from reports import calendars
from reports.actions.regimes.refusing import refuse, unclean
from reports.actions.regimes.shapes import INDICATOR, wrong_shape
from reports.models import CalendarDay, Indicator, LegalBasis, Target
from reports.periods import WindowRule

FROZEN = ("unit_of_measure", "decimals", "space_fold", "time_fold", "window_rule", "numerator", "denominator")
"""What makes an indicator mean what it means, beside its code."""


def enter_days_off(years: Iterable[int]) -> int:
    """Fill the table of days off and swapped working days; corrected days stay. Return how many rows were new."""
    rows = [CalendarDay(day=day, working=working, name=name) for day, working, name in calendars.seed(years)]
    before = CalendarDay.objects.count()
    CalendarDay.objects.bulk_create(rows, ignore_conflicts=True)
    return CalendarDay.objects.count() - before


def enter_legal_bases(rows: Iterable[dict[str, str]]) -> None:
    """Enter acts by their number."""
    LegalBasis.objects.bulk_create([LegalBasis(**row) for row in rows], ignore_conflicts=True)


def enter_indicators(rows: list[dict[str, Any]], window_rule: WindowRule = WindowRule.DECREE) -> dict[str, Indicator]:
    """Enter indicators; those that exist are used again if they mean the same. Return all that are known, by code.

    `window_rule` holds where a row names none. Raises ValidationError where an indicator exists with another meaning,
    a ratio names a part that is unknown or a ratio itself, or a row is no indicator.
    """
    refuse(wrong_shape(rows, [INDICATOR], gettext("indicators")))
    known = {one.code: one for one in Indicator.objects.select_related("numerator", "denominator")}
    asked = {row["code"]: row for row in rows}
    refuse(
        gettext("Indicator “%(indicator)s”: its part “%(part)s” is unknown, or is a ratio itself.")
        % {"indicator": row["code"], "part": row[part]}
        for row in rows
        for part in ("numerator", "denominator")
        if part in row and _is_no_part(row[part], asked, known)
    )
    for ratios in (False, True):
        fresh = [
            _indicator(row, known, window_rule)
            for code, row in asked.items()
            if ("numerator" in row or "denominator" in row) is ratios and code not in known
        ]
        refuse(sentence for indicator in fresh for sentence in _wrong_words(indicator))
        known |= {indicator.code: indicator for indicator in Indicator.objects.bulk_create(fresh)}
    refuse(_other_meanings(rows, known, window_rule))
    return known


def enter_targets(rows: Iterable[dict[str, Any]]) -> None:
    """Enter targets; indicators and legal bases are named by code and number.

    Raises ValidationError for an indicator or a legal basis that is unknown.
    """
    rows = list(rows)
    indicators = {indicator.code: indicator for indicator in Indicator.objects.all()}
    bases = {basis.number: basis for basis in LegalBasis.objects.all()}
    refuse(
        gettext("Target %(number)s: “%(name)s” is unknown.") % {"number": number, "name": row[key]}
        for number, row in enumerate(rows, 1)
        for key, known in (("indicator", indicators), ("basis", bases))
        if row[key] not in known
    )
    Target.objects.bulk_create(
        [Target(**{**row, "indicator": indicators[row["indicator"]], "basis": bases[row["basis"]]}) for row in rows],
        ignore_conflicts=True,
    )


def _is_no_part(code: str, asked: Mapping[str, dict[str, Any]], known: Mapping[str, Indicator]) -> bool:
    """Whether an indicator cannot be part of a ratio: it is unknown, or is a ratio itself."""
    if code in known:
        return known[code].numerator_id is not None
    return code not in asked or "numerator" in asked[code]


def _indicator(row: dict[str, Any], known: Mapping[str, Indicator], window_rule: WindowRule) -> Indicator:
    parts = {part: known.get(row.get(part, "")) for part in ("numerator", "denominator")}
    return Indicator(**{"window_rule": window_rule.value, **row, **parts})


def _wrong_words(indicator: Indicator) -> Iterable[str]:
    """What the table does not take, such as a fold that is none."""
    place = gettext("Indicator “%(indicator)s”") % {"indicator": indicator.code}
    return unclean(
        indicator, place, but=["code", "numerator", "denominator"], constraints=indicator.space_fold == "ratio"
    )


def _other_meanings(
    rows: list[dict[str, Any]], known: Mapping[str, Indicator], window_rule: WindowRule
) -> Iterable[str]:
    for row in rows:
        asked, stands = _indicator(row, known, window_rule), known[row["code"]]
        for field in FROZEN:
            if getattr(asked, field) != getattr(stands, field):
                yield gettext(
                    "Indicator “%(indicator)s” exists with another meaning: its %(field)s is “%(stands)s”, not"
                    " “%(asked)s”. Give the new one a code of its own."
                ) % {
                    "indicator": row["code"],
                    "field": getattr(Indicator, field).field.verbose_name,
                    "stands": _word(stands, field),
                    "asked": _word(asked, field),
                }


def _word(indicator: Indicator, field: str) -> object:
    value = getattr(indicator, field)
    return value.code if isinstance(value, Indicator) else value
