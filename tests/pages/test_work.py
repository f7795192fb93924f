"""My work: what waits for each role, in what order, until when; and how little the database is asked."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse

from accounts.models import Unit
from accounts.roles import Level, Role
from reports.models import Remark, Report, Revision
from reports.pages.turns import Task
from reports.pages.work import AT_MOST
from reports.standing import Standing
from reports.workflow import Action, Status
from tests.city import NOW, VIETNAM

pytestmark = pytest.mark.django_db


def groups(client):
    """The groups of the page: {task: reports in their order}."""
    shown = client.get("/").context["groups"]
    return {group.task: [line.report for line in group.lines] for group in shown}


def first_turn(client, task):
    return next(group for group in client.get("/").context["groups"] if group.task == task).turns[0]


def test_a_reporter_fills_in_and_the_oldest_deadline_comes_first(city, signed_in):
    april = city.report_of(city.commune, "2022-04")
    assert groups(signed_in(city.reporter)) == {Task.FILL_IN: [april, city.report]}


def test_what_is_overdue_and_due_today_is_counted(city, signed_in):
    seen = signed_in(city.reporter).get("/").context
    assert (seen["total"], seen["overdue"], seen["due_today"]) == (2, 1, 1)


def test_one_click_leads_to_the_report(city, signed_in):
    assert f'href="{reverse("report", args=[city.report.pk])}"' in signed_in(city.reporter).get("/").content.decode()


def test_a_report_handed_up_waits_for_the_head_alone(city, signed_in):
    city.fill(city.report)
    city.move(city.report, Action.HAND_UP, by=city.reporter)
    assert city.report in groups(signed_in(city.head))[Task.SIGN]
    assert city.report not in groups(signed_in(city.reporter))[Task.FILL_IN]


def test_a_report_handed_back_is_to_be_corrected_until_its_own_deadline(city, signed_in):
    city.fill(city.report)
    city.move(city.report, Action.HAND_UP, by=city.reporter)
    city.move(city.report, Action.HAND_BACK, by=city.head, reason="Kiểm tra lại số văn bản đi.")
    client = signed_in(city.reporter)
    assert groups(client)[Task.CORRECT] == [city.report]
    assert first_turn(client, Task.CORRECT).due == city.report.deadline


def test_a_returned_report_comes_with_its_reason_and_its_correction_deadline(city, signed_in):
    city.submit(city.report)
    city.give_back(city.report, reason="Số liệu chưa khớp.")
    client = signed_in(city.reporter)
    assert groups(client)[Task.CORRECT] == [city.report]
    assert first_turn(client, Task.CORRECT).due == datetime(2022, 5, 20, tzinfo=VIETNAM)
    assert "Số liệu chưa khớp." in client.get("/").content.decode()


def test_remarks_of_a_returned_report_are_counted_until_they_are_answered(city, signed_in):
    city.submit(city.report)
    remark = Remark(report=city.report, revision=city.report.current, text="Xem lại.", by=city.reviewer, at=NOW)
    remark.item = city.version.items.first()
    remark.save()
    city.give_back(city.report, reason="")
    (line,) = [one for group in signed_in(city.reporter).get("/").context["groups"] for one in group.lines][:1]
    assert (line.report, line.report.unanswered) == (city.report, 1)


def test_the_term_of_a_correction_stays_as_it_was_given(city, signed_in):
    city.submit(city.report)
    city.give_back(city.report)
    given = datetime(2022, 5, 24, tzinfo=VIETNAM)
    Revision.objects.filter(pk=city.report.current_id).update(due_at=given)
    city.move(city.report, Action.HAND_UP, by=city.reporter)
    assert first_turn(signed_in(city.head), Task.SIGN).due == given


def test_a_report_filed_on_paper_is_keyed_in_by_its_unit_within_two_working_days(city, signed_in, settings, tmp_path):
    settings.ATTACHMENTS_ROOT = tmp_path
    scan = ("bao-cao.pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\n%%EOF\n")
    city.move(city.report, Action.RECORD, by=city.reviewer, document="12/BC-UBND", received_at=NOW, scan=scan)
    due = datetime(2022, 5, 19, tzinfo=VIETNAM)
    for person in (city.reporter, city.head):
        assert groups(signed_in(person))[Task.KEY_IN] == [city.report]
    assert first_turn(signed_in(city.head), Task.KEY_IN).due == due
    assert groups(signed_in(city.reviewer)) == {}
    city.now = NOW + timedelta(days=1)
    city.move(city.report, Action.KEY_IN, by=city.reporter)
    assert groups(signed_in(city.reporter))[Task.KEY_IN] == [city.report]
    assert first_turn(signed_in(city.reporter), Task.KEY_IN).due == city.report.current.due_at == due


def test_a_wish_to_amend_waits_for_the_approver_and_the_amendment_for_the_unit(city, signed_in):
    city.approve(city.report)
    city.move(city.report, Action.ASK_TO_AMEND, by=city.head, reason="Sai số liệu.", document="34/UBND")
    client = signed_in(city.approver)
    assert groups(client) == {Task.DECIDE: [city.report]}
    assert first_turn(client, Task.DECIDE).due == datetime(2022, 5, 24, tzinfo=VIETNAM)
    page = client.get("/").content.decode()
    assert "Sai số liệu." in page
    assert "34/UBND" in page
    city.move(city.report, Action.AMEND, by=city.approver, reason="Đồng ý.")
    assert groups(client) == {}
    turn = first_turn(signed_in(city.reporter), Task.AMEND)
    assert (turn.report, turn.due) == (city.report.pk, city.report.current.due_at)


def test_an_exempt_report_waits_for_nobody_and_is_counted_nowhere(city, signed_in):
    april = city.report_of(city.commune, "2022-04")
    before = signed_in(city.observer).get("/").context
    for report in (april, city.report):
        city.move(report, Action.EXEMPT, by=city.approver, reason="Đơn vị mới thành lập.")
    assert groups(signed_in(city.reporter)) == {}
    after = signed_in(city.observer).get("/").context
    assert after["area"]["overdue"] == before["area"]["overdue"] - 1
    assert april not in [line["report"] for line in after["longest"]]
    assert sum(due.expected for due in after["dues"]) == sum(due.expected for due in before["dues"]) - 1


def test_a_submitted_report_waits_for_the_superior_two_working_days(city, signed_in):
    city.submit(city.report)
    client = signed_in(city.reviewer)
    assert groups(client) == {Task.CHECK: [city.report]}
    assert first_turn(client, Task.CHECK).due == datetime(2022, 5, 19, tzinfo=VIETNAM)
    assert f"{reverse('report', args=[city.report.pk])}?queue=BM-02:2022-05" in client.get("/").content.decode()


def test_a_checked_report_waits_for_the_owner_five_working_days(city, signed_in):
    city.submit(city.report)
    city.check(city.report)
    client = signed_in(city.approver)
    assert groups(client) == {Task.APPROVE: [city.report]}
    assert first_turn(client, Task.APPROVE).due == datetime(2022, 5, 24, tzinfo=VIETNAM)


def test_a_stage_kept_too_long_is_overdue(city, signed_in, at):
    city.submit(city.report)
    at.set(NOW + timedelta(days=3))
    turn = first_turn(signed_in(city.reviewer), Task.CHECK)
    assert (turn.stand.standing, turn.stand.days) == (Standing.MISSING, 1)


def test_the_owner_s_own_report_waits_for_its_stand_in(city, signed_in):
    own = city.report_of(city.owner)
    city.submit(own)
    assert groups(signed_in(city.stand_in_approver)) == {Task.APPROVE: [own]}
    assert Task.APPROVE not in groups(signed_in(city.approver))


def test_one_person_with_several_posts_sees_one_merged_list(city, signed_in):
    city.submit(city.report_of(city.sibling))
    city.appoint(city.reporter, Role.REVIEWER, city.district)
    city.appoint(city.reporter, Role.REPORTER, city.far_commune)
    seen = groups(signed_in(city.reporter))
    assert set(seen) == {Task.FILL_IN, Task.CHECK}
    assert {report.unit_id for report in seen[Task.FILL_IN]} == {city.commune.pk, city.far_commune.pk}


def test_a_report_that_is_open_early_says_when_it_can_be_submitted(city, signed_in):
    city.open("2022-06")
    assert "15/06/2022" in signed_in(city.reporter).get("/").content.decode()


def test_nothing_of_another_unit_is_shown(city, signed_in):
    seen = groups(signed_in(city.stranger))
    assert {report.unit_id for reports in seen.values() for report in reports} == {city.far_commune.pk}


def test_an_expired_appointment_leaves_nothing(city, signed_in):
    person = city.add_person("former", Role.REPORTER, city.commune, until=NOW)
    assert groups(signed_in(person)) == {}


@pytest.mark.parametrize("person", ["observer", "inspector", "administrator"])
def test_who_has_no_task_has_a_useful_home(city, signed_in, person):
    response = signed_in(getattr(city, person)).get("/")
    assert response.context["groups"] == []
    assert reverse("city") in response.content.decode()


def test_an_observer_sees_how_many_are_late_and_which_the_longest(city, signed_in):
    city.submit(city.report_of(city.commune))
    seen = signed_in(city.observer).get("/").context
    area = seen["area"]
    assert area["overdue"] == Report.objects.filter(period__code="2022-04").count()
    assert area["due_today"] == 2
    assert area["in_review"] == 1
    assert {line["report"].period.code for line in seen["longest"]} == {"2022-04"}


def test_the_small_calendar_marks_deadlines_and_days_off(city, signed_in):
    seen = signed_in(city.reviewer).get("/").context
    days = {day.date: day for week in seen["weeks"] for day in week}
    assert [day for day in days if days[day].due] == [date(2022, 5, 16), date(2022, 5, 18)]
    assert not days[date(2022, 5, 2)].working
    assert days[date(2022, 5, 16)].today
    assert [(due.day.day, due.expected) for due in seen["dues"]] == [(16, 2), (18, 1)]


def test_the_totals_of_the_month_follow_the_reports(city, signed_in):
    city.approve(city.report)
    city.submit(city.report_of(city.sibling))
    due = signed_in(city.reviewer).get("/").context["dues"][0]
    assert (due.expected, due.submitted, due.approved) == (2, 2, 1)


@pytest.mark.parametrize(
    "person", ["reporter", "head", "reviewer", "approver", "inspector", "observer", "administrator"]
)
def test_my_work_asks_ten_times_at_most(city, signed_in, person, django_assert_max_num_queries):
    city.submit(city.report)
    client = signed_in(getattr(city, person))
    with django_assert_max_num_queries(10):
        client.get("/")


def test_many_reports_are_counted_but_not_all_shown_nor_asked_for(city, signed_in, django_assert_max_num_queries):
    Unit.objects.bulk_create(
        Unit(
            level=Level.DISTRICT,
            kind="urban_district",
            code=f"9{n:02}",
            name=f"Quận {n}",
            parent=city.city,
            valid=city.city.valid,
        )
        for n in range(40)
    )
    city.open("2022-03")
    report = city.report_of(city.department, "2022-03")
    city.submit(report)
    step = report.steps.get()
    for other in Report.objects.filter(period__code="2022-03", unit__level=Level.DISTRICT):
        step.pk, step.report, step.revision = None, other, other.current
        step.save(force_insert=True)
        Report.objects.filter(pk=other.pk).update(status=Status.SUBMITTED, received_at=NOW)
    client = signed_in(city.approver)
    with django_assert_max_num_queries(10):
        response = client.get("/")
    (group,) = response.context["groups"]
    assert (len(group.turns), len(group.lines), group.hidden) == (43, AT_MOST, 43 - AT_MOST)
    assert f'href="{reverse("review")}"' in response.content.decode()
