"""Figures: what the city reads is exactly what the values say, whoever folds, whenever, and how often."""

import threading
from contextlib import contextmanager
from decimal import Decimal

import pgtrigger
import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.models import Unit
from reports import figures, proof
from reports.models import Figure, Item, Mark, Report, Revision, Value
from reports.workflow import Action
from tests.city import NOW

SHARE, ONLINE, TO_HANDLE = "work_dossiers_online_share", "work_dossiers_online", "work_dossiers_to_handle"

CELLS = 5
"""What May's reports move: the month's own figures, those of its quarter, half and year, and of the year to date."""


def agree():
    """Fold what is marked and hold every figure against the values."""
    figures.fold_marked()
    compared, differences = proof.compare()
    assert compared
    assert [str(one) for one in differences] == []


def counts(figure):
    return figure.expected, figure.submitted, figure.approved, figure.without_data


# What a figure reads


def test_confirmed_figures_read_approved_reports_and_provisional_ones_whatever_is_submitted(city):
    city.approve(city.report, online=60)
    city.submit(city.report_of(city.sibling), online=40)
    confirmed = city.figure(ONLINE, "commune")
    assert (confirmed.total, confirmed.count, counts(confirmed)) == (60, 1, (3, 2, 1, 0))
    provisional = city.figure(ONLINE, "commune", state="provisional")
    assert (provisional.total, provisional.count, counts(provisional)) == (100, 2, (3, 2, 1, 0))


def test_a_checked_report_is_still_provisional(city):
    city.submit(city.report)
    city.check(city.report)
    assert city.figure(ONLINE, state="provisional").total == 60
    assert city.figure(ONLINE).total is None


def test_a_returned_report_leaves_the_provisional_figure(city):
    city.submit(city.report)
    assert counts(city.figure(ONLINE, state="provisional")) == (8, 1, 0, 0)
    city.give_back(city.report)
    figure = city.figure(ONLINE, state="provisional")
    assert (figure.total, counts(figure)) == (None, (8, 0, 0, 0))


def test_a_recalled_report_leaves_the_provisional_figure_and_comes_back_with_its_new_numbers(city):
    city.submit(city.report)
    city.move(city.report, Action.RECALL, by=city.head)
    assert city.figure(ONLINE, state="provisional").total is None
    city.submit(city.report, online=55)
    assert city.figure(ONLINE, state="provisional").total == 55


def test_what_is_typed_into_a_draft_moves_no_figure(city):
    figures.fold_marked()
    before = list(Figure.objects.order_by("pk").values())
    city.fill(city.report)
    figures.fold_marked()
    assert list(Figure.objects.order_by("pk").values()) == before


def test_silence_is_counted_and_never_added(city):
    city.approve(city.report, online=60)
    figure = city.figure(ONLINE, "commune")
    assert (figure.total, figure.lowest, figure.highest) == (60, 60, 60)
    assert figure.expected - figure.submitted == 2


def test_a_blank_is_counted_as_without_data_and_a_zero_is_not(city):
    city.approve(city.report, documents_in=0, documents_in_electronic=0)
    write_off(city.report_of(city.sibling), {"documents_out": 5})
    zero = city.figure("documents_in", "commune")
    assert (zero.total, zero.count, zero.without_data) == (0, 1, 1)


def test_a_figure_of_nobody_is_empty_and_says_how_many_are_expected(city):
    figure = city.figure(SHARE, "district")
    assert (figure.total, figure.numerator, figure.denominator, counts(figure)) == (None, None, None, (2, 0, 0, 0))


# Ratios


def test_a_ratio_folds_both_parts_and_divides_on_reading(city):
    city.approve(city.report, carried=20, opened=80, online=60)
    city.approve(city.report_of(city.sibling), carried=0, opened=300, online=90)
    figure = city.figure(SHARE, "commune")
    assert (figure.numerator, figure.denominator, figure.total) == (150, 400, None)
    assert figure.reading == Decimal("37.5")


def test_a_report_enters_a_ratio_only_with_both_parts(city):
    city.approve(city.report, carried=20, opened=80, online=60)
    write_off(city.report_of(city.sibling), {"to_handle": 900})
    figure = city.figure(SHARE, "commune")
    assert (figure.numerator, figure.denominator, figure.count, figure.without_data) == (60, 100, 1, 1)
    assert city.figure(TO_HANDLE, "commune").total == 1000


def test_a_ratio_over_a_denominator_of_0_is_empty(city):
    city.approve(city.report, carried=0, opened=0, online=0, closed=0)
    figure = city.figure(SHARE, "commune")
    assert (figure.numerator, figure.denominator, figure.count) == (0, 0, 1)
    assert figure.reading is None


def test_a_quotient_is_rounded_half_up(city):
    city.approve(city.report, carried=0, opened=2000, online=1999, closed=0)  # 99.95 %
    assert city.figure(SHARE, "commune").reading == Decimal("100.0")
    city.approve(city.report_of(city.sibling), carried=0, opened=2000, online=1998, closed=0)  # 99.925 %
    assert city.figure(SHARE, "commune").reading == Decimal("99.9")


# Origins and scopes


def test_the_city_keeps_one_figure_for_each_level_of_origin_and_one_for_all(city):
    city.approve(city.report, online=10)
    city.approve(city.report_of(city.district), online=20)
    city.approve(city.report_of(city.department), online=40)
    totals = {origin: city.figure(ONLINE, origin).total for origin in ("commune", "district", "department", "all")}
    assert totals == {"commune": 10, "district": 20, "department": 40, "all": 70}
    expected = {origin: city.figure(ONLINE, origin).expected for origin in totals}
    assert expected == {"commune": 3, "district": 2, "department": 3, "all": 8}


def test_a_districts_figures_include_its_own_report_beside_those_of_its_communes(city):
    city.approve(city.report_of(city.district), online=20)
    city.approve(city.report, online=10)
    city.approve(city.report_of(city.far_commune), online=40)
    totals = {
        origin: city.figure(ONLINE, origin, scope=city.district).total for origin in ("commune", "district", "all")
    }
    assert totals == {"commune": 10, "district": 20, "all": 30}
    assert city.figure(ONLINE, "all", scope=city.elsewhere).total == 40


def test_a_unit_with_none_beneath_it_has_no_stored_figure(city):
    city.approve(city.report)
    figures.fold_marked()
    assert set(Figure.objects.values_list("scope__code", flat=True)) == {"01", "001", "271"}


def test_a_unit_that_is_added_beneath_another_later_changes_no_past_figure(city):
    city.approve(city.report)
    agree()
    Unit.objects.create(
        level="division",
        kind="division",
        code="VP",
        name="Văn phòng",
        parent=city.department,
        valid=DateRange(NOW.date()),
    )
    agree()


def test_a_figure_can_be_followed_down_to_the_values_it_is_made_of(city):
    for unit, online in ((city.commune, 11), (city.sibling, 13)):
        city.approve(city.report_of(unit), online=online)
    values = Value.objects.filter(
        revision__in=Report.objects.filter(unit__path__contains=[city.district.pk]).values("approved"),
        item__indicator__code=ONLINE,
    )
    assert sum(value.number for value in values) == city.figure(ONLINE, scope=city.district).total


# Marks


def test_a_move_marks_its_own_unit_and_the_fold_changes_the_figures_above_it_and_no_others(city):
    figures.fold_marked()
    before = {figure.pk: figure for figure in Figure.objects.all()}
    city.submit(city.report, online=60)
    city.check(city.report)
    figures.fold_marked()
    city.move(city.report, Action.APPROVE, by=city.approver)
    assert list(Mark.objects.values_list("unit", "form", "period")) == [
        (city.commune.pk, city.report.form_id, city.report.period_id)
    ]
    assert figures.fold_marked() == CELLS
    assert not Mark.objects.exists()
    moved = {
        (figure.scope_id, figure.origin)
        for figure in Figure.objects.all()
        if figure.approved != before[figure.pk].approved
    }
    assert moved == {(scope.pk, origin) for scope in (city.city, city.district) for origin in ("commune", "all")}
    agree()


def test_a_step_that_keeps_the_content_marks_nothing(city):
    city.submit(city.report)
    figures.fold_marked()
    city.check(city.report)
    assert not Mark.objects.exists()


def test_many_marks_of_one_period_are_folded_once(city):
    for unit in (city.commune, city.sibling, city.far_commune):
        city.submit(city.report_of(unit))
    assert Mark.objects.filter(period=city.report.period).count() > 3
    Mark.objects.exclude(period=city.report.period).delete()
    assert figures.fold_marked() == CELLS
    assert figures.fold_marked() == 0


def test_a_fold_writes_only_what_has_changed(city):
    city.submit(city.report)
    figures.fold_marked()
    city.submit(city.report_of(city.sibling))
    figures.fold_marked()
    assert figures.fold(city.report.form_id, city.report.period_id) == 0
    assert figures.rebuild() == 0


def test_a_figure_whose_row_nobody_gives_any_more_goes(city):
    city.submit(city.report)
    figures.fold_marked()
    stale = city.figure(ONLINE)
    stale.pk, stale.row = None, "withdrawn"
    stale.save()
    Mark.objects.create(form=city.form, period=city.report.period, unit=city.commune)
    figures.fold_marked()
    assert not Figure.objects.filter(row="withdrawn").exists()
    agree()


def test_everything_can_be_folded_anew_from_nothing(city):
    city.approve(city.report)
    city.submit(city.report_of(city.department))
    figures.fold_marked()
    kept = set(Figure.objects.values_list("scope", "origin", "indicator", "period", "state", "total", "numerator"))
    Figure.objects.all().delete()
    assert figures.rebuild() == len(kept)
    assert (
        set(Figure.objects.values_list("scope", "origin", "indicator", "period", "state", "total", "numerator")) == kept
    )


# The proof


@pytest.mark.django_db(transaction=True)
def test_verifying_agrees_and_fails_loudly_once_a_figure_has_been_tampered_with(city, capsys):
    city.approve(city.report)
    figures.fold_marked()
    call_command("figures", "--verify")
    assert "agree with the values" in capsys.readouterr().out
    figure = city.figure(ONLINE, "commune")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE reports_figure SET total = total + 0.000001 WHERE id = %s", [figure.pk])
    with pytest.raises(CommandError, match=r"^1 of "):
        call_command("figures", "--verify")
    assert "total is 60.000001, the values give 60.000000" in capsys.readouterr().out
    call_command("figures", "--rebuild")
    call_command("figures", "--verify")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "tampering", ["DELETE FROM reports_figure WHERE id = %s", "UPDATE reports_figure SET row = 'x' WHERE id = %s"]
)
def test_verifying_sees_figures_that_are_missing_or_too_many(city, tampering):
    figures.fold_marked()
    with connection.cursor() as cursor:
        cursor.execute(tampering, [city.figure(ONLINE, "commune").pk])
    with pytest.raises(CommandError):
        call_command("figures", "--verify")


# Content written directly


def write_off(report, numbers, fate="approved", later=None):
    """Give a report its content and its fate directly, round the moves and the checks of content.

    Numbers are by item code, or by (code, row).
    """
    items = {item.code: item for item in Item.objects.filter(version=report.version_id)}

    def write(revision, content, *, frozen):
        cells = [(cell if isinstance(cell, tuple) else (cell, ""), number) for cell, number in content.items()]
        Value.objects.bulk_create(
            Value(revision=revision, item=items[code], row=row, number=number) for (code, row), number in cells
        )
        if frozen:
            Revision.objects.filter(pk=revision.pk).update(frozen_at=NOW, snapshot=b"{}", digest="0")

    write(report.current, numbers, frozen=fate != "silent")
    if fate in {"approved", "amending", "amended"}:
        report.approved = report.current
    if fate in {"returned", "amending", "amended"}:
        report.current = Revision.objects.create(report=report, number=2)
        write(report.current, later or {}, frozen=fate == "amended")
    report.status = {"silent": "draft", "amending": "draft", "returned": "draft", "amended": "submitted"}.get(
        fate, fate
    )
    with pgtrigger.ignore("reports.Report:report_moves_as_listed"):
        report.save()
    Mark.objects.create(form_id=report.form_id, period_id=report.period_id, unit_id=report.unit_id)


# Folds at once


@contextmanager
def another_connection(work):
    """Run `work` in a thread, which has a connection of its own; give the list of what it raised."""
    raised = []

    def run():
        try:
            work()
        except Exception as error:  # noqa: BLE001  (whatever it is, the test wants to see it)
            raised.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield raised
    finally:
        thread.join(30)
    assert not thread.is_alive()


@pytest.mark.django_db(transaction=True)
def test_a_fold_that_is_broken_off_leaves_its_marks_and_its_figures_as_they_were(city):
    figures.fold_marked()
    city.submit(city.report)
    marks = set(Mark.objects.values_list("pk", flat=True))
    folded, ended = threading.Event(), threading.Event()
    backend = []

    def fold():
        with transaction.atomic():
            assert figures.fold_marked() == CELLS
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                backend.extend(cursor.fetchone())
            folded.set()
            ended.wait(30)
            Mark.objects.count()

    with another_connection(fold) as raised:
        assert folded.wait(30)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", backend)
        ended.set()
    assert [type(error) for error in raised] == [OperationalError]
    assert set(Mark.objects.values_list("pk", flat=True)) == marks
    assert city.figure(ONLINE, state="provisional", fold=False).total is None
    assert city.figure(ONLINE, state="provisional").total == 60
    agree()


@pytest.mark.django_db(transaction=True)
def test_of_two_folds_of_one_cell_the_later_sees_what_the_earlier_saw_and_more(city):
    figures.fold_marked()
    first, second = city.report, city.report_of(city.sibling)
    city.submit(first, online=1)
    folded, may_commit = threading.Event(), threading.Event()

    def slow_fold():
        with transaction.atomic():
            assert figures.fold_marked() == CELLS
            folded.set()
            may_commit.wait(30)

    with another_connection(slow_fold) as slow:
        assert folded.wait(30)
        city.submit(second, online=2)
        with another_connection(figures.fold_marked) as quick:
            wait_for_a_lock()
            may_commit.set()
    assert slow == quick == []
    assert not Mark.objects.exists()
    assert city.figure(ONLINE, "commune", state="provisional", fold=False).total == 3
    agree()


def wait_for_a_lock():
    """Until some connection waits for an advisory lock."""
    for _ in range(3000):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
            if cursor.fetchone()[0]:
                return
        threading.Event().wait(0.01)
    raise AssertionError("Nobody waits for the lock.")


@pytest.mark.django_db(transaction=True)
def test_approvals_and_folds_all_at_once_end_exact(city):
    reports = [city.report_of(unit) for unit in (city.department, city.stand_in, city.district, city.elsewhere)]
    for number, report in enumerate(reports):
        city.submit(report, online=10 + number)
    ready = threading.Barrier(len(reports))

    def approve_and_fold(report):
        ready.wait(30)
        city.move(report, Action.APPROVE, by=city.approver)
        figures.fold_marked()

    def all_at_once(rest):
        if not rest:
            return []
        with another_connection(lambda: approve_and_fold(rest[0])) as raised:
            others = all_at_once(rest[1:])
        return [*raised, *others]

    assert all_at_once(reports) == []
    agree()
    assert city.figure(ONLINE).total == 10 + 11 + 12 + 13


def test_a_cell_that_cannot_be_folded_keeps_its_marks_and_lets_the_others_be_folded(city, caplog):
    other = city.report_of(city.commune, "2022-04")
    city.approve(other)
    city.submit(city.report)
    figures.fold_marked()
    city.check(city.report)
    city.move(city.report, Action.APPROVE, by=city.approver)
    Mark.objects.create(form=city.form, period=other.period, unit=city.commune)
    with pgtrigger.ignore("reports.Report:report_moves_as_listed"):
        Report.objects.filter(pk=other.pk).update(status="checked", approved=None)
    with connection.cursor() as cursor:  # from here on no figure of 2022-04 can be written
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            f"ALTER TABLE reports_figure ADD CONSTRAINT broken CHECK (period_id <> {other.period_id}) NOT VALID"
        )
    assert figures.fold_marked() == CELLS
    assert "figures not folded" in caplog.text
    assert set(Mark.objects.values_list("period", flat=True)) == {other.period_id}
    assert city.figure("documents_out", "commune", fold=False).approved == 1
