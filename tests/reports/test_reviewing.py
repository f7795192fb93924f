"""Remarks: who pins them where, what the unit answers, who ticks them off, and one remark to many."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import ProgrammingError, transaction

from accounts.refusals import Refused
from accounts.roles import Role
from reports.actions import filing, reviewing
from reports.checks import Cell
from reports.models import Part, Remark, Report, Step
from reports.workflow import Action, Status
from tests.kinds import open_form

pytestmark = pytest.mark.django_db

OPENED = Cell("opened")
WORDS = "Số mở mới chưa khớp với hệ thống một cửa."


@pytest.fixture
def report(city):
    """A submitted report that waits for the district."""
    city.submit(city.report)
    return city.report


@pytest.fixture
def pin(city, report):
    """`pin()` pins a remark of the district's reviewer; any part of it may be another."""

    def pinned(cell=OPENED, text=WORDS, *, of=None, by=None, **terms):
        return reviewing.pin(of or report, cell, text, by=by or city.reviewer, at=city.now, **terms)

    return pinned


@pytest.fixture
def sent(city, report, pin):
    """A remark that was sent with a return."""
    remark = pin()
    city.move(report, Action.RETURN, by=city.reviewer)
    remark.refresh_from_db()
    return remark


def answer(city, remark, text="Đã sửa theo một cửa.", by=None):
    return reviewing.answer(remark, text, by=by or city.reporter, at=city.now)


# Pinning --------------------------------------------------------------------------------------------------------------


def test_a_remark_alone_returns_a_report_and_is_sent_with_it(city, report, pin):
    remark = pin()
    assert (remark.revision_id, remark.step_id, remark.is_open) == (report.current_id, None, False)
    step = city.move(report, Action.RETURN, by=city.reviewer)

    remark.refresh_from_db()
    assert (report.status, step.remarks, step.reason, remark.step_id) == (Status.DRAFT, 1, "", step.pk)
    assert remark.is_open


@pytest.mark.parametrize("item", ["opened", "to_handle", "online_share"])
def test_typed_computed_and_ratio_cells_take_remarks(city, pin, item):
    assert pin(Cell(item)).item.code == item


@pytest.mark.parametrize("cell", [Cell("nonsense"), Cell("opened", "land"), Cell("")])
def test_a_cell_that_the_form_has_not_takes_none(pin, cell):
    with pytest.raises(ValidationError) as refused:
        pin(cell)
    assert list(refused.value.message_dict) == ["item"]
    assert Remark.objects.count() == 0


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 2001])
def test_words_are_neither_missing_nor_endless(pin, text):
    with pytest.raises(ValidationError) as refused:
        pin(text=text)
    assert list(refused.value.message_dict) == ["text"]


@pytest.mark.parametrize(
    "person",
    ["reporter", "head", "approver", "owner_reviewer", "far_reviewer", "observer", "inspector", "administrator"],
)
def test_only_who_may_return_the_report_now_remarks_on_it(city, pin, person):
    with pytest.raises(PermissionDenied):
        pin(by=getattr(city, person))


def test_once_checked_the_owner_remarks_and_the_district_no_more(city, report, pin):
    mine = pin()
    city.check(report)
    with pytest.raises(PermissionDenied):
        pin()
    with pytest.raises(PermissionDenied):
        reviewing.unpin(mine, by=city.reviewer, at=city.now)
    pin(by=city.owner_reviewer)
    step = city.move(report, Action.RETURN, by=city.approver)
    assert step.remarks == 2


@pytest.mark.parametrize("state", ["draft", "approved"])
def test_what_nobody_reviews_takes_no_remark(city, pin, state):
    other = city.report_of(city.sibling)
    if state == "approved":
        city.approve(other)
    with pytest.raises(Refused) as refused:
        pin(of=other)
    assert refused.value.code == "not_under_review"


def test_a_remark_on_a_revision_that_was_submitted_anew_is_refused(city, report, pin):
    city.move(report, Action.RECALL, by=city.head)
    city.move(report, Action.SUBMIT, by=city.head)
    with pytest.raises(Refused) as refused:
        pin(revision=1)
    assert refused.value.code == "moved_meanwhile"
    assert pin(revision=2).revision.number == 2


def test_a_revision_takes_a_hundred_remarks(city, report, pin, monkeypatch):
    monkeypatch.setattr(reviewing, "MOST", 2)
    pin()
    pin()
    with pytest.raises(Refused) as refused:
        pin()
    assert refused.value.code == "too_many_remarks"


def test_an_unsent_remark_is_reworded_and_taken_off_by_whoever_may_pin(city, report, pin):
    colleague = city.add_person("colleague", Role.REVIEWER, city.district)
    remark = pin()
    reviewing.reword(remark, "Ngắn hơn.", by=colleague, at=city.now)
    remark.refresh_from_db()
    assert (remark.text, remark.by) == ("Ngắn hơn.", colleague)
    reviewing.unpin(remark, by=city.reviewer, at=city.now)
    assert Remark.objects.count() == 0
    with pytest.raises(Refused) as refused:
        reviewing.reword(remark, "Nữa.", by=colleague, at=city.now)
    assert refused.value.code == "remark_gone"


def test_a_remark_that_the_unit_has_stays_as_it_is(city, sent):
    for change in (
        lambda: reviewing.reword(sent, "Khác.", by=city.reviewer, at=city.now),
        lambda: reviewing.unpin(sent, by=city.reviewer, at=city.now),
    ):
        with pytest.raises(Refused) as refused:
            change()
        assert refused.value.code == "remark_sent"
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        Remark.objects.filter(pk=sent.pk).update(text="Khác.")


def test_an_unsent_remark_comes_along_to_the_revision_that_stands_when_it_is_said_again(city, report, pin):
    remark = pin()
    city.move(report, Action.RECALL, by=city.head)
    city.move(report, Action.SUBMIT, by=city.head)
    assert reviewing.reword(remark, WORDS, by=city.reviewer, at=city.now).revision.number == 2
    assert city.move(report, Action.RETURN, by=city.reviewer).remarks == 1


def test_paragraphs_of_a_text_are_remarked_on_by_their_number(city):
    report = open_form(city)
    filing.save_cells(report, [filing.Entry("narrative", text="Đoạn một.\n\n  Đoạn hai.")], by=city.head, at=city.now)
    filing.answer_nil(report, by=city.head, at=city.now)
    Report.objects.filter(pk=report.pk).update(status=Status.SUBMITTED)

    def pin(paragraph, item="narrative", row=""):
        return reviewing.pin(
            report, Cell(item, row), WORDS, paragraph=paragraph, by=city.reviewer, at=city.now
        ).paragraph

    assert [pin(1), pin(2)] == [1, 2]
    for wrong in ((0,), (3,), (1, "budget"), (1, "online", "land")):
        with pytest.raises(ValidationError) as refused:
            pin(*wrong)
        assert list(refused.value.message_dict) == ["paragraph"]


# Answering ------------------------------------------------------------------------------------------------------------


def test_the_unit_answers_each_remark_and_may_then_submit(city, report, sent):
    with pytest.raises(Refused) as refused:
        city.move(report, Action.SUBMIT, by=city.head)
    assert refused.value.code == "remarks_unanswered"
    answer(city, sent)
    sent.refresh_from_db()
    assert (sent.answer, sent.answered_by, sent.is_open) == ("Đã sửa theo một cửa.", city.reporter, False)
    city.move(report, Action.SUBMIT, by=city.head)
    assert report.status == Status.SUBMITTED


def test_an_answer_is_changed_and_taken_back_until_it_is_submitted(city, report, sent):
    answer(city, sent)
    assert answer(city, sent, "  ").is_open
    assert answer(city, sent, "Số đúng là 80.", by=city.head).answered_by == city.head
    city.move(report, Action.SUBMIT, by=city.head)
    with pytest.raises(Refused) as refused:
        answer(city, sent)
    assert refused.value.code == "not_with_the_unit"
    city.move(report, Action.RECALL, by=city.head)
    with pytest.raises(Refused) as refused:
        answer(city, sent)
    assert refused.value.code == "answer_submitted"


@pytest.mark.parametrize("person", ["sibling_head", "reviewer", "approver", "observer", "stranger", "inspector"])
def test_nobody_else_answers_for_the_unit(city, sent, person):
    with pytest.raises(PermissionDenied):
        answer(city, sent, by=getattr(city, person))


def test_whoever_fills_in_a_part_answers_the_remarks_on_it(city, sent):
    helper = city.add_person("helper", Role.OBSERVER, city.commune)
    with pytest.raises(PermissionDenied):
        answer(city, sent, by=helper)
    Part.objects.create(section=sent.item.section, unit=city.commune, person=helper)
    assert answer(city, sent, by=helper).answered_by == helper


def test_what_was_not_sent_is_not_answered(city, report, pin):
    with pytest.raises(Refused) as refused:
        answer(city, pin())
    assert refused.value.code == "remark_not_sent"


def test_an_answer_is_not_endless(city, sent):
    with pytest.raises(ValidationError) as refused:
        answer(city, sent, "x" * 2001)
    assert list(refused.value.message_dict) == ["answer"]


# Ticking off ----------------------------------------------------------------------------------------------------------


def test_who_reviews_next_ticks_an_answered_remark_off_and_opens_it_again(city, report, sent):
    with pytest.raises(Refused) as refused:
        reviewing.settle(sent, by=city.reviewer, at=city.now)
    assert refused.value.code == "not_under_review"
    answer(city, sent)
    city.move(report, Action.SUBMIT, by=city.head)
    city.check(report)
    with pytest.raises(PermissionDenied):
        reviewing.settle(sent, by=city.reviewer, at=city.now)
    assert reviewing.settle(sent, by=city.approver, at=city.now).settled_by == city.approver
    assert reviewing.settle(sent, by=city.owner_reviewer, at=city.now).settled_by == city.approver
    assert reviewing.settle(sent, settled=False, by=city.approver, at=city.now).settled_at is None


def test_a_remark_that_was_never_answered_is_not_ticked_off(city, report, pin):
    with pytest.raises(Refused) as refused:
        reviewing.settle(pin(), by=city.reviewer, at=city.now)
    assert refused.value.code == "remark_not_answered"


# One remark to many ---------------------------------------------------------------------------------------------------


@pytest.fixture
def alike(city):
    """Three communes that warn of the same cell, two of them beneath the district."""
    reports = []
    for unit in (city.commune, city.sibling, city.far_commune):
        city.approve(city.report_of(unit, "2022-04"))
        report = city.report_of(unit)
        city.fill(report, opened=800, online=600)
        by = city._of(report, Role.HEAD)
        explained = [
            filing.Entry(*one, edit=1, note="Đúng.") for one in (("opened", Decimal(800)), ("online", Decimal(600)))
        ]
        filing.save_cells(report, explained, by=by, at=city.now)
        city.move(report, Action.SUBMIT, by=by)
        reports.append(report)
    return reports


def fault(city, report, by):
    return reviewing.with_fault(report.form_id, report.period_id, "large_change", OPENED, by=by, at=city.now)


def test_reports_with_the_same_fault_are_found_for_who_may_return_them(city, alike):
    first, second, far = alike
    assert ["large_change", "opened", ""] in Report.objects.get(pk=first.pk).current.standing_out
    assert fault(city, first, city.reviewer) == [first, second]
    assert fault(city, first, city.far_reviewer) == [far]
    assert fault(city, first, city.approver) == []
    city.check(first)
    assert fault(city, first, city.approver) == [first]
    assert fault(city, first, city.reviewer) == [second]


def test_finding_them_asks_the_same_however_many_there_are(city, alike, django_assert_num_queries):
    city.reviewer.posts(city.now)
    with django_assert_num_queries(2):
        fault(city, alike[0], city.reviewer)


def test_one_remark_returns_all_of_them_each_with_its_step_and_each_refusal_told(city, alike):
    first, second, far = alike
    stale = {first.pk: first.edit, second.pk: second.edit - 1, far.pk: far.edit, 9_999_999: 1}
    moved = reviewing.return_alike(stale, OPENED, WORDS, by=city.reviewer, at=city.now)

    assert [step.report_id for step in moved.steps] == [first.pk]
    assert set(moved.refused) == {second.pk, far.pk, 9_999_999}
    assert all(words.endswith(".") for words in moved.refused.values())
    assert list(Remark.objects.values_list("report", "text", "step")) == [(first.pk, WORDS, moved.steps[0].pk)]
    assert Step.objects.filter(action=Action.RETURN).count() == 1
    assert Report.objects.get(pk=second.pk).status == Status.SUBMITTED


def test_a_cell_that_one_unit_is_not_asked_for_is_told_of_that_unit(city, alike):
    moved = reviewing.return_alike({alike[0].pk: alike[0].edit}, Cell("nonsense"), WORDS, by=city.reviewer, at=city.now)
    assert moved.steps == []
    assert list(moved.refused) == [alike[0].pk]


def test_nothing_is_returned_without_words_or_too_many_at_once(city, alike):
    with pytest.raises(ValidationError):
        reviewing.return_alike({alike[0].pk: alike[0].edit}, OPENED, " ", by=city.reviewer, at=city.now)
    with pytest.raises(Refused) as refused:
        reviewing.return_alike(dict.fromkeys(range(1, 102), 1), OPENED, WORDS, by=city.reviewer, at=city.now)
    assert refused.value.code == "too_many_at_once"
