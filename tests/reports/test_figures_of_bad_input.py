"""What nobody should enter, and what nobody should change: no figure is wrong for it, and the proof sees it."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.refusals import Refused
from reports import figures, proof
from reports.models import Figure, Indicator
from reports.workflow import Action

pytestmark = pytest.mark.django_db

ONLINE, SHARE = "work_dossiers_online", "work_dossiers_online_share"


def of(indicator, code, origin="commune", state="confirmed"):
    figures.fold_marked()
    return Figure.objects.get(
        scope__level="city", origin=origin, indicator__code=indicator, period__code=code, state=state
    )


def test_the_proof_sees_a_figure_of_a_longer_period_that_was_tampered_with(city):
    city.approve(city.report)
    figure = of(ONLINE, "2022-Q2")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE reports_figure SET total = total + 0.000001 WHERE id = %s", [figure.pk])
    (difference,) = proof.compare()[1]
    assert difference.key[0] == figure.period_id
    assert (difference.measure, difference.stored, difference.recomputed) == (
        "total",
        Decimal("60.000001"),
        Decimal("60.000000"),
    )
    assert figures.rebuild() == 1
    assert proof.compare()[1] == []


@pytest.mark.parametrize("code", ["2022-05", "2022-Q2", "2022"])
def test_a_ratio_whose_denominator_is_0_is_empty_in_every_period(city, code):
    city.approve(city.report, carried=0, opened=0, online=0, closed=0)
    share = of(SHARE, code)
    assert (share.numerator, share.denominator, share.units, share.reading, share.exact) == (0, 0, 1, None, None)


def test_a_longer_period_in_which_all_units_are_silent_says_how_many_were_asked(city):
    silent = of(ONLINE, "2022-Q2")
    assert (silent.total, silent.units, silent.count, silent.without_data, silent.reading) == (None, 0, 0, 0, None)
    assert (silent.expected, silent.submitted, silent.approved) == (6, 0, 0)


@pytest.mark.parametrize("changed", [{"space_fold": "mean"}, {"time_fold": "last"}, {"unit_of_measure": "%"}])
def test_how_an_indicator_folds_never_changes(city, changed):
    with pytest.raises(DatabaseError, match="Cannot update rows"), transaction.atomic():
        Indicator.objects.filter(code=ONLINE).update(**changed)


def test_a_report_with_approved_figures_is_never_exempt(city):
    city.approve(city.report, online=60)
    with pytest.raises(Refused) as refused:
        city.move(city.report, Action.EXEMPT, by=city.approver, reason="Mới thành lập.")
    assert refused.value.code == "no_such_move"
    city.move(city.report, Action.AMEND, by=city.approver, reason="Sai.")
    with pytest.raises(Refused) as refused:
        city.move(city.report, Action.EXEMPT, by=city.approver, reason="Mới thành lập.")
    assert refused.value.code == "approved_in_force"
    assert of(ONLINE, "2022-05").total == of(ONLINE, "2022-Q2").total == 60
