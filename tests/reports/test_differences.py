"""What differs between two revisions, who may compare which, and which remarks they read."""

from decimal import Decimal

import pytest

from reports import content, reviews
from reports.actions import filing, reviewing
from reports.checks import Absence, Answer, Cell
from reports.differences import Difference, differences, paragraphs, reworded
from reports.models import Report
from reports.workflow import Action
from tests.city import NUMBERS
from tests.kinds import open_form

A, B, C = Cell("a"), Cell("b", "land"), Cell("c")


# The pure part --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "differs", "change"),
    [
        (Answer(Decimal(1)), Answer(Decimal("1.0")), False, None),
        (Answer(Decimal(1)), Answer(Decimal(3)), True, Decimal(2)),
        (Answer(Decimal(5)), Answer(), True, None),
        (Answer(), Answer(Decimal(0)), True, None),
        (Answer(), Answer(absence=Absence.NO_DATA, note="Chưa có."), True, None),
        (Answer(text="Một"), Answer(text="Hai"), True, None),
        (Answer(Decimal(1)), Answer(Decimal(1), note="Vì sao."), True, Decimal(0)),
    ],
)
def test_a_cell_differs_in_its_answer_or_in_what_explains_it(before, after, differs, change):
    found = differences([A, B], {A: before, B: before}, {A: after, B: before})
    assert found == ([Difference(A, before, after)] if differs else [])
    assert [one.change for one in found] == [change][: len(found)]


def test_differences_come_in_the_order_of_the_form_and_without_notes_if_asked():
    before, after = {A: Answer(Decimal(1)), C: Answer()}, {A: Answer(Decimal(1), cause="season"), C: Answer(Decimal(2))}
    assert [one.cell for one in differences([C, B, A], before, after)] == [C, A]
    assert [one.cell for one in differences([C, B, A], before, after, notes=False)] == [C]


def test_paragraphs_are_the_lines_that_say_something():
    assert paragraphs("Một.\n\n  Hai. \r\nBa.\n ") == ["Một.", "Hai.", "Ba."]
    assert paragraphs(" \n ") == []


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("Một.\nHai.", "Một.\nHai.", ["kept Một.", "kept Hai."]),
        ("Một.\nHai.\nBa.", "Một.\nHai sửa.\nBa.", ["kept Một.", "gone Hai.", "new Hai sửa.", "kept Ba."]),
        ("", "Một.", ["new Một."]),
        ("Một.\nHai.", "Hai.", ["gone Một.", "kept Hai."]),
    ],
)
def test_two_wordings_are_told_paragraph_by_paragraph(before, after, told):
    assert [f"{fate} {text}" for fate, text in reworded(before, after)] == told


# Reading --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def resubmitted(city):
    """Submitted, returned, then submitted again with two of its figures changed."""
    city.submit(city.report)
    city.give_back(city.report)
    city.submit(city.report, opened=90, online=77)
    return city.report


def changed(report, before=1):
    current = Report.objects.select_related("unit", "period", "version", "current").get(pk=report.pk)
    first = report.revisions.get(number=before)
    found = reviews.compared(content.Reading(current), first.pk)
    return {one.cell.item: (one.before.number, one.after.number) for one in found}


@pytest.mark.django_db
def test_two_revisions_differ_in_typed_cells_and_in_all_that_follows_from_them(resubmitted):
    assert changed(resubmitted) == {
        "opened": (80, 90),
        "to_handle": (100, 110),
        "online": (60, 77),
        "online_share": (60, 70),
    }


@pytest.mark.django_db
def test_a_draft_is_compared_as_it_stands_now(city, resubmitted):
    city.move(resubmitted, Action.RETURN, by=city.reviewer, reason="Lần nữa.")
    city.fill(resubmitted, opened=NUMBERS["opened"], online=NUMBERS["online"], closed=75)
    assert changed(resubmitted) == {"closed": (70, 75)}


def numbers(city, person, report):
    found = reviews.revisions_of(Report.objects.select_related("current").get(pk=report.pk), by=person, at=city.now)
    return [one.number for one in found]


@pytest.mark.django_db
def test_the_unit_reads_all_of_its_revisions_and_others_what_was_submitted_and_stands(city, resubmitted):
    city.move(resubmitted, Action.RECALL, by=city.head)  # the second, so the third is a draft
    assert numbers(city, city.reporter, resubmitted) == [3, 2, 1]
    for person in (city.reviewer, city.approver, city.observer, city.inspector):
        assert numbers(city, person, resubmitted) == [1]
    city.move(resubmitted, Action.SUBMIT, by=city.head)
    assert numbers(city, city.reviewer, resubmitted) == [3, 1]


@pytest.mark.django_db
def test_an_amendment_that_was_given_up_is_read_in_its_unit_only(city):
    city.approve(city.report)
    city.move(city.report, Action.AMEND, by=city.approver, reason="Sửa số.")
    city.move(city.report, Action.DROP_AMENDMENT, by=city.head, reason="Thôi.")
    assert numbers(city, city.head, city.report) == [2, 1]
    assert numbers(city, city.reviewer, city.report) == [1]


@pytest.mark.django_db
def test_the_submissions_of_a_report_are_told_from_its_steps(city, resubmitted):
    def told():
        return [one.number for one in reviews.submitted_in(list(resubmitted.steps.select_related("revision")))]

    assert told() == [2, 1]
    city.move(resubmitted, Action.RECALL, by=city.head)
    assert told() == [1]


# Remarks --------------------------------------------------------------------------------------------------------------


def read(city, person, *, reviews_it=False):
    report = Report.objects.select_related("current").get(pk=city.report.pk)
    found = reviews.remarks_of(report, by=person, at=city.now, reviews=reviews_it)
    return [(one.remark.text, one.answer) for one in found]


@pytest.mark.django_db
def test_unsent_remarks_are_for_reviewers_and_answers_leave_the_unit_with_the_report(city):
    city.submit(city.report)
    remark = reviewing.pin(city.report, Cell("opened"), "Xem lại.", by=city.reviewer, at=city.now)
    assert read(city, city.reviewer, reviews_it=True) == [("Xem lại.", "")]
    assert read(city, city.reporter) == read(city, city.observer) == []

    city.move(city.report, Action.RETURN, by=city.reviewer)
    reviewing.answer(remark, "Đã sửa.", by=city.reporter, at=city.now)
    assert read(city, city.head) == [("Xem lại.", "Đã sửa.")]
    assert read(city, city.reviewer) == read(city, city.observer) == [("Xem lại.", "")]

    city.move(city.report, Action.SUBMIT, by=city.head)
    assert read(city, city.reviewer, reviews_it=True) == read(city, city.observer) == [("Xem lại.", "Đã sửa.")]
    city.give_back(city.report)
    assert read(city, city.reviewer) == [("Xem lại.", "Đã sửa.")]


@pytest.mark.django_db
def test_remarks_are_read_in_the_same_queries_however_many_there_are(city, django_assert_num_queries):
    city.submit(city.report)
    for item in ("opened", "online", "closed"):
        reviewing.pin(city.report, Cell(item), "Xem lại.", by=city.reviewer, at=city.now)
    report = Report.objects.select_related("current").get(pk=city.report.pk)
    city.reviewer.posts(city.now)
    with django_assert_num_queries(1):
        found = reviews.remarks_of(report, by=city.reviewer, at=city.now, reviews=True)
        assert [one.cell.item for one in found] == ["opened", "online", "closed"]
        assert [one.remark.by for one in found] == [city.reviewer] * 3


@pytest.mark.django_db
def test_a_remark_on_a_paragraph_quotes_it(city, django_assert_num_queries):
    report = open_form(city)
    filing.save_cells(report, [filing.Entry("narrative", text="Đoạn một.\nĐoạn hai.")], by=city.head, at=city.now)
    Report.objects.filter(pk=report.pk).update(status="submitted")
    for paragraph in (1, 2):
        reviewing.pin(report, Cell("narrative"), "Nói rõ.", paragraph=paragraph, by=city.reviewer, at=city.now)
    report.refresh_from_db()
    city.reviewer.posts(city.now)
    with django_assert_num_queries(2):
        found = reviews.remarks_of(report, by=city.reviewer, at=city.now, reviews=True)
    assert [one.quote for one in found] == ["Đoạn một.", "Đoạn hai."]
