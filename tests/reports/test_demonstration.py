"""The demonstration: plausible, reproducible, and within every rule of the portal."""

import itertools
from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import F

from accounts.actions.staffing import staff
from reports import content, proof
from reports.actions import demonstration, opening
from reports.models import Item, Mark, Report, Revision, Step, Value
from tests.city import NOW


def fill(city, seed=7):
    """The small city's thirteen months; the number of filed reports."""
    people = staff("x", owner="STTTT", stand_in="VPUBND", inspectors=("VPUBND",), since=NOW - timedelta(days=700))
    opening.open_due_periods(at=NOW)
    return demonstration.fill(city.version, people, seed=seed, kept_open="00001", at=NOW)


def told():
    """Everything that a demonstration tells, apart from keys."""
    values = Value.objects.values_list(
        "revision__report__unit__code", "revision__report__period__code", "item__code", "number"
    )
    steps = Step.objects.values_list("report__unit__code", "report__period__code", "seq", "action", "at")
    return sorted(values), sorted(steps)


def test_the_same_seed_gives_the_same_city_and_another_seed_another(city):
    outcomes = []
    for seed in (7, 7, 8):
        with transaction.atomic():
            fill(city, seed)
            outcomes.append(told())
            transaction.set_rollback(True)
    assert outcomes[0] == outcomes[1] != outcomes[2]


@pytest.fixture
def filled(city):
    assert fill(city) > 50
    return city


def test_most_reports_are_filed_and_the_shown_communes_one_is_left_to_file(filled):
    closed = Report.objects.filter(period__code__lt="2022-05")
    assert closed.filter(status="approved").count() > 0.8 * closed.count()
    filled.report.refresh_from_db()
    assert (filled.report.status, filled.report.current.values.count()) == ("draft", 0)


def test_its_reports_break_no_rule(filled):
    terms = content.Terms.of(filled.version)
    for revision in Revision.objects.exclude(frozen_at=None):
        numbers = content.numbers_of(revision)
        assert terms.problems(numbers) == []
        assert numbers["to_handle"] == numbers["carried"] + numbers["opened"]


def test_its_revisions_are_frozen_with_the_digest_of_their_content(filled):
    for revision in Revision.objects.exclude(frozen_at=None).select_related("report__unit", "report__period")[:20]:
        again = content.snapshot(revision.report, revision, content.numbers_of(revision))
        assert (bytes(revision.snapshot), revision.digest) == (again, content.digest(again))


def test_its_steps_lead_to_the_states_and_lie_in_order_and_in_the_past(filled):
    for report in Report.objects.prefetch_related("steps"):
        steps = list(report.steps.all())
        assert [step.seq for step in steps] == list(range(1, len(steps) + 1))
        assert report.status == (steps[-1].after if steps else "draft")
        assert all(before.after == after.before for before, after in itertools.pairwise(steps))
        instants = [step.at for step in steps]
        assert instants == sorted(instants)
        assert all(at <= NOW for at in instants)


def test_no_report_is_received_before_its_window_has_ended(filled):
    assert not Report.objects.filter(received_at__date__lte=F("period__last_day")).exists()


def test_its_figures_agree_with_its_values(filled):
    compared, differences = proof.compare()
    assert compared > 1000
    assert differences == []
    assert not Mark.objects.exists()


def test_what_it_carries_over_is_what_was_left_open(filled):
    assert Item.objects.filter(code="carried").exists()
    months = [f"2021-{month:02}" for month in range(5, 13)]
    for before, after in itertools.pairwise(months):
        last = Report.objects.get(unit=filled.commune, period__code=before)
        this = Report.objects.get(unit=filled.commune, period__code=after)
        left = content.numbers_of(last.current_id)
        assert content.numbers_of(this.current_id)["carried"] == left["to_handle"] - left["closed"]
