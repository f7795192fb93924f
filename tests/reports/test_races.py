"""Of two people who act at once one wins, the other is told so, and nothing is done twice: on real connections."""

from decimal import Decimal
from functools import partial
from threading import Event

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from accounts.refusals import Refused
from accounts.roles import Role
from reports import figures, proof
from reports.actions import designing, filing, moving, opening
from reports.actions.grounds import Grounds
from reports.models import Figure, FormVersion, Mark, Report, Revision, Step
from reports.periods import PeriodCode
from reports.workflow import Action, Status
from tests.race import at_once

MONTHS = [f"2021-{month:02}" for month in range(8, 13)] + [f"2022-{month:02}" for month in range(1, 4)]


def reports_of(city, unit):
    """One report for each round."""
    for code in MONTHS:
        city.open(code)
    return list(Report.objects.filter(unit=unit, period__code__in=MONTHS).select_related("unit", "current", "superior"))


def mover(city, report, action, by, edit, reason=""):
    return partial(moving.move, report, action, by=by, at=city.now, edit=edit, grounds=Grounds(reason=reason))


def one_winner(outcomes):
    """The Step of the one that won; the other was told that the report had moved."""
    won = [outcome for outcome in outcomes if isinstance(outcome, Step)]
    lost = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    assert (len(won), len(lost)) == (1, 1)
    assert lost[0].code == "moved_meanwhile"
    return won[0]


def prepare(city, report, *, upto):
    """Bring a draft to the state where the race begins; return the edit that both racers saw."""
    city.fill(report)
    if upto in ("submitted", "checked"):
        city.move(report, Action.SUBMIT, by=city.head)
    if upto == "checked":
        city.check(report)
    report.refresh_from_db()
    return report.edit


@pytest.mark.parametrize(
    ("upto", "first", "second"),
    [
        ("draft", (Action.HAND_UP, "reporter", ""), (Action.SUBMIT, "head", "")),
        ("submitted", (Action.CHECK, "reviewer", ""), (Action.RECALL, "head", "")),
        ("submitted", (Action.CHECK, "reviewer", ""), (Action.RETURN, "second_reviewer", "Sai số.")),
        ("checked", (Action.APPROVE, "approver", ""), (Action.RETURN, "owner_reviewer", "Sai số.")),
        ("checked", (Action.APPROVE, "approver", ""), (Action.APPROVE, "second_approver", "")),
    ],
    ids=["hand up or submit", "check or recall", "check or return", "approve or return", "approve twice"],
)
def test_of_two_moves_at_once_one_wins(shared_city, upto, first, second):
    city = shared_city
    city.second_reviewer = city.add_person("second_reviewer", Role.REVIEWER, city.district)
    city.second_approver = city.add_person("second_approver", Role.APPROVER, city.owner)
    for report in reports_of(city, city.commune):
        edit = prepare(city, report, upto=upto)
        steps = report.steps.count()
        acts = [mover(city, report, act, getattr(city, who), edit, why) for act, who, why in (first, second)]
        step = one_winner(at_once(*acts))
        report.refresh_from_db()
        assert (report.status, report.edit, report.steps.count()) == (step.after, edit + 1, steps + 1)
        assert report.revisions.filter(frozen_at=None).count() == (report.status in {Status.DRAFT, Status.TO_SIGN})
    figures.fold_marked()
    assert proof.compare()[1] == []


def test_a_submit_sent_twice_at_once_gives_one_receipt(shared_city):
    city = shared_city
    for report in reports_of(city, city.commune):
        edit = prepare(city, report, upto="draft")
        submit = mover(city, report, Action.SUBMIT, city.head, edit)
        one, two = at_once(submit, submit)
        assert one.pk == two.pk
        assert report.steps.count() == 1


def test_a_save_and_a_submit_at_once_leave_no_value_outside_the_snapshot(shared_city):
    city = shared_city
    for report in reports_of(city, city.commune):
        edit = prepare(city, report, upto="draft")
        stored = dict(report.current.values.values_list("item__code", "edit"))
        entry = filing.Entry("closed", Decimal(71), edit=stored["closed"])
        saved, step = at_once(
            partial(filing.save_cells, report, [entry], by=city.reporter, at=city.now),
            mover(city, report, Action.SUBMIT, city.head, edit),
        )
        revision = Revision.objects.get(report=report, number=1)
        closed = revision.values.get(item__code="closed").number
        if isinstance(step, Step):
            assert (saved.code, closed) == ("not_a_draft", 70)
            assert b'"closed":{"number":"70"}' in bytes(revision.snapshot)
        else:
            assert (step.code, closed, revision.frozen_at) == ("moved_meanwhile", 71, None)


def test_two_saves_of_one_cell_at_once_lose_neither_silently(shared_city):
    city = shared_city
    for report in reports_of(city, city.commune):
        prepare(city, report, upto="draft")
        seen = report.current.values.get(item__code="closed").edit
        saves = [
            partial(filing.save_cells, report, [filing.Entry("closed", Decimal(number), seen)], by=by, at=city.now)
            for number, by in ((61, city.reporter), (62, city.head))
        ]
        outcomes = at_once(*saves)
        stands = report.current.values.get(item__code="closed")
        assert sorted(len(saved.stale) for saved in outcomes) == [0, 1]
        loser = next(saved for saved in outcomes if saved.stale)
        assert (loser.stale[0].number, loser.stale[0].edit) == (stands.number, stands.edit)


def test_who_waits_too_long_for_a_report_is_told_so_and_nothing_changes(shared_city):
    city = shared_city
    edit = prepare(city, city.report, upto="draft")
    held, told = Event(), Event()

    def hold():
        with transaction.atomic():
            Report.objects.locked(city.report.pk)
            held.set()
            told.wait(timeout=20)

    def impatient(act):
        held.wait(timeout=20)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '100ms'")
            return act()

    def both():
        entry = filing.Entry("closed", Decimal(71), edit=1)
        acts = [
            mover(city, city.report, Action.SUBMIT, city.head, edit),
            partial(filing.save_cells, city.report, [entry], by=city.reporter, at=city.now),
        ]
        codes = []
        for act in acts:
            with pytest.raises(Refused) as refused:
                impatient(act)
            codes.append(refused.value.code)
        told.set()
        return codes

    assert at_once(hold, both)[1] == ["busy", "busy"]
    city.report.refresh_from_db()
    assert (city.report.status, city.report.edit) == ("draft", edit)


def test_two_openings_at_once_create_each_report_once(shared_city):
    city = shared_city
    for code in MONTHS:
        created = at_once(*[partial(opening.open_period, city.version, PeriodCode.parse(code))] * 2)
        assert sum(created) == Report.objects.filter(period__code=code).count() == 8
    assert Revision.objects.count() == Report.objects.count()
    assert Mark.objects.exclude(period__code__in=["2022-05"]).count() >= 8 * len(MONTHS)


def test_a_period_opens_by_the_version_that_holds_for_it_whoever_comes_first(shared_city):
    city = shared_city
    second = designing.new_version(city.form, copy_of=city.version, by=city.administrator, at=city.now)
    for number, code in enumerate(["2022-07", "2022-08", "2022-09", "2022-10", "2022-11", "2022-12"]):
        stale = FormVersion.objects.get(pk=city.version.pk)
        opened, began = at_once(
            lambda stale=stale, code=code: opening.open_period(stale, PeriodCode.parse(code)),
            lambda second=second, code=code: begin(city, second, code),
        )
        reports = Report.objects.filter(form=city.form, period__code=code).select_related("version", "period")
        if isinstance(began, FormVersion):  # it began first: the older version opens nothing any more
            assert isinstance(opened, Refused)
            assert not reports.exists()
            return
        assert opened == len(reports) > 0
        assert all(report.period.first_day in report.version.valid for report in reports), number


def begin(city, version, code):
    """The version in force from that period, or None where it has been opened already."""
    try:
        return designing.put_in_force(version, code, by=city.administrator, at=city.now)
    except ValidationError:
        return None


def test_two_folds_and_an_approval_at_once_end_exact(shared_city):
    city = shared_city
    for report in reports_of(city, city.commune):
        edit = prepare(city, report, upto="checked")
        at_once(mover(city, report, Action.APPROVE, city.approver, edit), figures.fold_marked, figures.fold_marked)
        figures.fold_marked()
        assert not Mark.objects.exists()
    assert proof.compare()[1] == []
    assert Figure.objects.filter(scope=city.city, state="confirmed", origin="commune", approved=1).exists()
