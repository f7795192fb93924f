"""What figures mean: their forms with legal basis, indicators, periods with windows, states, coverage, and for whom."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.translation import gettext as _

from reports import labels
from reports.exchange.statistics.facts import COLUMNS, Survey
from reports.exchange.tables import Cell
from reports.models import FormVersion, Indicator, Period

Facts = dict[str, Any]


def metadata_of(survey: Survey, *, at: datetime) -> Facts:
    """What stands beside the figures: texts, and lists of things by name; `at` is the instant of extraction."""
    periods = Period.objects.filter(pk__in=survey.periods).order_by("first_day", "last_day", "pk")
    indicators = Indicator.objects.filter(pk__in=survey.indicators).select_related("numerator", "denominator")
    return {
        "title": _("Figures of the digital transformation"),
        "illustrative": bool(settings.DEMO_CLOCK),
        "marking": marking(),
        "extracted_at": timezone.localtime(at).isoformat(timespec="seconds"),
        "figures": survey.count,
        "licence": _(
            "For use within the appointments by which they were read. Whether they are published as open data is"
            " decided by the owner of the form (Decree 47/2020/NĐ-CP)."
        ),
        "numbers": _("Numbers are exact; only what is divided is rounded, half up, to the decimals of its indicator."),
        "states": {
            "confirmed": _("Folded from approved reports alone."),
            "provisional": _(
                "Folded from the latest content of each report that was submitted and stands, else the approved one."
            ),
        },
        "coverage": _(
            "Coverage counts reports: those owed (expected), submitted and standing, approved, answered with a number,"
            " and read without one. Who has not reported is counted and never added; exempt reports are not expected."
        ),
        "columns": {name: str(column.meaning) for name, column in COLUMNS.items()},
        "forms": list(_forms(survey, list(periods))),
        "indicators": [_indicator(one) for one in indicators],
        "periods": [
            {
                "code": one.code,
                "name": labels.period_name(one.code),
                "frequency": one.frequency,
                "window_rule": one.rule,
                "window_from": one.first_day.isoformat(),
                "window_to": one.last_day.isoformat(),
            }
            for one in periods
        ],
    }


def marking() -> str:
    """What must stand on figures of a demonstration; nothing on others."""
    return _("Illustrative data") if settings.DEMO_CLOCK else ""


def _forms(survey: Survey, periods: Sequence[Period]) -> Iterator[Facts]:
    """The versions of the forms that hold for these periods."""
    if not periods:
        return
    span = DateRange(min(one.first_day for one in periods), max(one.last_day for one in periods), "[]")
    versions = FormVersion.objects.filter(form__in=survey.forms, valid__overlap=span).select_related("form", "basis")
    for version in versions.order_by("form__code", "number"):
        basis = version.basis
        yield {
            "code": version.form.code,
            "version": version.number,
            "title": version.title,
            "frequency": version.frequency,
            "window_rule": version.window_rule,
            "legal_basis": basis.number if basis else None,
            "legal_basis_title": basis.title if basis else None,
            "issued_by": basis.issuer if basis else None,
            "issued_on": basis.issued_on.isoformat() if basis else None,
        }


def _indicator(one: Indicator) -> Facts:
    return {
        "code": one.code,
        "name": one.name,
        "unit_of_measure": one.unit_of_measure,
        "decimals": one.decimals,
        "space_fold": one.space_fold,
        "time_fold": one.time_fold,
        "better": one.better,
        "numerator": one.numerator.code if one.numerator else None,
        "denominator": one.denominator.code if one.denominator else None,
    }


def sheet_of(told: Mapping[str, Any]) -> Iterator[Sequence[Cell]]:
    """The same as rows of a sheet: what is single first, then each list under its name with heads of its own."""
    yield [_("Subject"), _("What it says")]
    for name, said in told.items():
        if isinstance(said, str | int) and said != "":
            yield [name, str(said).lower() if isinstance(said, bool) else said]
    for name, said in told.items():
        if isinstance(said, Mapping):
            yield []
            yield [name]
            yield from ([str(one), str(words)] for one, words in said.items())
        elif isinstance(said, list) and said:
            yield []
            yield [name]
            yield list(said[0])
            yield from (list(one.values()) for one in said)
