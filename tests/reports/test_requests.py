"""Requests of units: asked by a submission, answered or passed on by the addressee, never overwritten."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.refusals import Refused
from reports.actions import requests
from reports.checks import Severity
from reports.content import Reading
from reports.models import Report, Request
from reports.workflow import Action
from tests.programme import Programme

pytestmark = pytest.mark.django_db

ASKED = "Đề nghị Sở cấp tài khoản kết nối trục dữ liệu."


@pytest.fixture
def programme(city):
    return Programme(city)


@pytest.fixture
def request_of(programme):
    programme.send(programme.report(), request=ASKED)
    return Request.objects.get()


def test_what_a_submitted_report_asks_is_addressed_to_the_owner_of_the_form(programme, city):
    report = programme.report()
    programme.say(report, request=ASKED)
    assert not Request.objects.exists()

    programme.send(report, request=f"  {ASKED} ")

    asked = Request.objects.get()
    assert (asked.text, asked.task, asked.report, asked.asked_at) == (ASKED, programme.first, report, city.now)
    assert asked.addressee == city.owner
    assert asked.is_open


def test_the_owners_own_request_goes_to_its_stand_in(programme, city):
    programme.first.lead = city.owner
    programme.first.save()
    report = programme.report(unit=city.owner)
    programme.say(report, by=city.owner_reporter, percent=10, state="Chậm", request=ASKED)
    city.move(report, Action.SUBMIT, by=city.owner_head)
    assert Request.objects.get().addressee == city.stand_in


def test_a_corrected_text_changes_the_open_request_and_one_left_out_is_withdrawn(programme, city, request_of):
    report = programme.report()
    city.move(report, Action.RECALL, by=programme.head)
    programme.send(report, request="Đề nghị cấp hai tài khoản.")
    assert [one.text for one in Request.objects.all()] == ["Đề nghị cấp hai tài khoản."]

    city.move(report, Action.RECALL, by=programme.head)
    programme.send(report, request="")

    left = Request.objects.get()
    assert (left.text, left.withdrawn_at) == ("Đề nghị cấp hai tài khoản.", city.now)
    assert not left.is_open
    assert not Request.objects.open().exists()


def test_an_answered_request_stays_as_it_was_whatever_a_later_revision_says(programme, city, request_of):
    report = programme.report()
    requests.answer(request_of, "Đã cấp ngày 10/5.", by=city.approver, at=city.now)
    city.move(report, Action.RETURN, by=city.approver, reason="Bổ sung.")
    programme.send(report, request=ASKED)
    assert Request.objects.count() == 1

    city.move(report, Action.RETURN, by=city.approver, reason="Bổ sung.")
    programme.send(report, request="Đề nghị cấp thêm một tài khoản.")

    answered, asked = Request.objects.order_by("pk")
    assert (answered.text, answered.answer) == (ASKED, "Đã cấp ngày 10/5.")
    assert (asked.text, asked.is_open) == ("Đề nghị cấp thêm một tài khoản.", True)


def test_the_addressees_reviewers_approvers_and_heads_answer_it_once(programme, city, request_of):
    for person in (city.owner_reporter, city.department_head, city.inspector, city.administrator):
        with pytest.raises(PermissionDenied):
            requests.answer(request_of, "Đồng ý.", by=person, at=city.now)
    with pytest.raises(ValidationError):
        requests.answer(request_of, "  ", by=city.owner_reviewer, at=city.now)
    with pytest.raises(ValidationError):
        requests.answer(request_of, "a" * (requests.LONGEST_ANSWER + 1), by=city.owner_reviewer, at=city.now)

    answered = requests.answer(request_of, " Đồng ý. ", by=city.owner_reviewer, at=city.now)

    assert (answered.answer, answered.answered_by, answered.answered_at) == ("Đồng ý.", city.owner_reviewer, city.now)
    with pytest.raises(Refused) as refusal:
        requests.answer(request_of, "Không.", by=city.approver, at=city.now)
    assert refusal.value.code == "not_open"


def test_a_request_passed_on_is_answered_by_the_other_unit_and_says_who_passed_it_on(programme, city, request_of):
    passed = requests.pass_on(request_of, city.stand_in, by=city.approver, at=city.now)

    assert (passed.addressee, passed.passed_from, passed.passed_by) == (city.stand_in, city.owner, city.approver)
    with pytest.raises(PermissionDenied):
        requests.answer(passed, "Đồng ý.", by=city.approver, at=city.now)
    assert requests.answer(passed, "Đồng ý.", by=city.stand_in_approver, at=city.now).answered_at == city.now


def test_a_request_is_passed_neither_to_who_asks_nor_to_who_has_it_nor_to_a_division(programme, city, request_of):
    division, _reporter = programme.add_division()
    for unit in (city.department, city.owner, division):
        with pytest.raises(ValidationError):
            requests.pass_on(request_of, unit, by=city.approver, at=city.now)


def test_requests_are_read_by_who_answers_them_and_by_who_reads_the_report(programme, city, request_of):
    def reads(person):
        return Request.objects.readable_by(person, city.now).exists()

    requests.pass_on(request_of, city.district, by=city.approver, at=city.now)
    readers = (
        city.district_head,
        city.reviewer,
        city.department_reporter,
        city.approver,
        city.inspector,
        city.observer,
    )
    assert all(reads(person) for person in readers)
    assert not any(reads(person) for person in (city.district_reporter, city.head, city.far_head, city.owner_reporter))
    assert not Request.objects.addressed_to(city.approver, city.now).exists()
    assert Request.objects.addressed_to(city.reviewer, city.now).get() == request_of


def obstacles(report):
    report = Report.objects.select_related("unit", "period", "version").get(pk=report.pk)
    return [problem for problem in Reading(report).problems if problem.code == "obstacle_unchanged"]


def test_an_obstacle_copied_from_the_last_period_asks_for_a_note(programme, city):
    programme.send(programme.report("2021-Q4"), obstacle="Chưa có kinh phí.")
    report = programme.report()
    programme.say(report, percent=50, state="Chậm", obstacle=" Chưa có  kinh phí. ")

    (found,) = obstacles(report)
    assert (found.item, found.row, found.severity, found.blocks) == (
        "task_obstacle", "NV-1", Severity.WARNING, True,
    )  # fmt: skip
    programme.say(report, obstacle="Chưa có kinh phí cho phần mềm.")
    assert obstacles(report) == []


def test_that_there_is_still_no_obstacle_needs_no_note(programme):
    programme.send(programme.report("2021-Q4"), obstacle="Không có.")
    report = programme.report()
    programme.say(report, obstacle="Không có.")
    assert obstacles(report) == []
