"""An indicator that two forms ask is entered once: shown in the other, frozen with it, and read from its source."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange

from reports import content, figures
from reports.actions import filing, moving, opening, regimes
from reports.checks import Cell
from reports.models import Figure, Indicator, Report, Source
from reports.periods import PeriodCode
from reports.workflow import Action

pytestmark = pytest.mark.django_db

OPENED = "work_dossiers_opened"
FORM = {
    "code": "BM-92",
    "owner": {"unit": "STTTT", "stand_in": "VPUBND", "from": "2021-01-01"},
    "version": {
        "number": 1,
        "title": "Báo cáo có chỉ tiêu của biểu khác",
        "kind": "thematic",
        "basis": None,
        "frequency": "month",
        "window_rule": "decree",
        "from": "2022-05",
        "change_percent": None,
    },
    "respondents": [{"level": "commune", "working_days": 1}],
    "indicators": [
        {"code": f"once_{name}", "name": name, "unit_of_measure": "hồ sơ", "space_fold": "sum", "time_fold": "sum"}
        for name in ("extra", "whole")
    ],
    "sections": [
        {
            "title": "Số liệu",
            "items": [
                {"code": "opened", "indicator": OPENED},
                {"code": "extra", "indicator": "once_extra"},
                {"code": "whole", "indicator": "once_whole", "formula": "opened + extra"},
            ],
        }
    ],
    "rules": [],
}


@pytest.fixture
def other(city):
    """The commune's report of the other form, whose `opened` comes from BM-02."""
    version = regimes.enter_form(FORM)
    Source.objects.create(
        indicator=Indicator.objects.get(code=OPENED),
        level="commune",
        form=city.form,
        valid=DateRange(PeriodCode.parse("2022-05").window("decree").first, None),
    )
    opening.open_period(version, PeriodCode.parse("2022-05"))
    return Report.objects.get(form=version.form, unit=city.commune)


def save(city, report, item, number):
    return filing.save_cells(report, [filing.Entry(item, Decimal(number))], by=city.reporter, at=city.now)


def submit(city, report):
    report.refresh_from_db()
    moving.move(report, Action.SUBMIT, by=city.head, at=city.now, edit=report.edit)
    report.refresh_from_db()


def stored(report):
    return {value.item.code: value.number for value in report.current.values.select_related("item")}


def test_the_number_is_shown_from_its_source_and_names_it(city, other):
    says = content.Reading(other)
    assert says.terms.elsewhere == {"opened": "BM-02"}
    assert says.given == {Cell("opened"): None}
    city.submit(city.report, opened=80)
    assert content.Reading(other).given == {Cell("opened"): 80}


def test_it_is_typed_in_at_its_source_only(city, other):
    with pytest.raises(ValidationError) as refusal:
        save(city, other, "opened", 5)
    assert "BM-02" in refusal.value.message_dict["opened"][0]


def test_what_is_computed_follows_the_source_until_the_report_is_frozen(city, other):
    city.submit(city.report, opened=80)
    saved = save(city, other, "extra", 7)
    assert saved.numbers["whole", ""] == 87
    city.give_back(city.report)
    city.submit(city.report, opened=90, carried=20)
    submit(city, other)
    assert stored(other) == {"opened": 90, "extra": 7, "whole": 97}
    assert b'"whole":{"number":"97"}' in bytes(other.current.snapshot)


def test_a_frozen_number_stays_when_its_source_changes(city, other):
    city.submit(city.report, opened=80)
    save(city, other, "extra", 7)
    submit(city, other)
    city.give_back(city.report)
    city.submit(city.report, opened=90)
    assert stored(other)["opened"] == 80
    assert content.Reading(other).answers[Cell("opened")].number == 80


def test_figures_read_the_source_only(city, other):
    city.submit(city.report, opened=80)
    save(city, other, "extra", 7)
    submit(city, other)
    figures.fold_marked()
    rows = Figure.objects.filter(
        scope=city.city, indicator__code=OPENED, state="provisional", origin="commune", period__code="2022-05"
    )
    assert [(figure.form.code, figure.total) for figure in rows if figure.total is not None] == [("BM-02", 80)]
