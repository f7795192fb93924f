"""The parts of a report on its screen: given, filled in, done, and warned of when they are not."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils.translation import gettext

from reports.actions import parts, requests
from reports.models import Part, PartDone, Request
from tests.programme import Programme

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme(city):
    return Programme(city)


@pytest.fixture
def division(programme):
    """The division's reporter, to whose division the section on staff is given."""
    unit, reporter = programme.add_division()
    city = programme.city
    parts.assign_part(
        programme.section("Nhân lực"), city.department, division=unit, by=city.department_head, at=city.now
    )
    return reporter


def screen(programme):
    return reverse("report", args=[programme.report().pk])


def send(client, programme, do, title="Nhân lực", **more):
    section = programme.section(title).position
    return client.post(f"{screen(programme)}parts/", {"do": do, "section": section, **more})


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_a_part_is_given_and_taken_back_on_the_screen_of_the_draft(programme, city, signed_in, division):
    client = signed_in(city.department_reporter)
    page = client.get(f"{screen(programme)}parts/")
    assert [share.section.title for share in page.context["parts"].given] == ["Nhân lực"]
    assert division in page.context["people"]
    assert signed_in(division).get(f"{screen(programme)}parts/").status_code == 403
    assert signed_in(city.approver).get(f"{screen(programme)}parts/").status_code == 403

    send(client, programme, "assign", "Thuyết minh", assignee=f"person:{division.pk}")
    assert Part.objects.get(section=programme.section("Thuyết minh")).person == division
    send(client, programme, "assign", "Thuyết minh", assignee="")
    assert not Part.objects.filter(section=programme.section("Thuyết minh")).exists()
    refused = send(client, programme, "assign", "Thuyết minh", assignee=f"person:{city.stranger.pk}")
    assert said(refused)[-1] == gettext("Choose somebody who is appointed in your unit or in one of its divisions.")
    assert not Part.objects.filter(person=city.stranger).exists()
    assert send(client, programme, "assign", "Thuyết minh", assignee="").status_code == 302
    assert send(signed_in(division), programme, "assign", assignee="").status_code == 403
    assert send(client, programme, "shred").status_code == 400


def test_a_division_types_into_its_own_part_and_reads_the_rest(programme, signed_in, division):
    def typed(person):
        page = signed_in(person).get(screen(programme)).content.decode()
        return {name for name in ("staff", "results", "task_percent.NV-1") if f'name="cell-{name}"' in page}

    assert typed(division) == {"staff"}
    assert typed(programme.city.department_reporter) == {"staff", "results", "task_percent.NV-1"}
    assert typed(programme.city.approver) == set()


def test_a_part_done_is_shown_with_who_said_so_and_can_be_undone(programme, city, signed_in, division):
    client = signed_in(division)
    send(client, programme, "done")
    panel = signed_in(city.department_head).get(screen(programme)).context["parts"]
    assert (panel.done, panel.unfinished, panel.given[0].done.by) == (1, [], division)
    send(client, programme, "undone")
    assert not PartDone.objects.exists()


def test_other_people_do_not_see_who_fills_in_what(programme, city, signed_in, division):
    for person in (city.approver, city.inspector, city.observer):
        assert signed_in(person).get(screen(programme)).context["parts"] is None


def test_handing_up_before_all_parts_are_done_says_which_are_not(programme, city, signed_in, division):
    report = programme.report()
    for row in ("NV-1", "NV-2"):
        programme.say(report, row=row, percent=10, state="Chậm")
    report.refresh_from_db()
    answer = signed_in(city.department_reporter).post(
        reverse("report-steps", args=[report.pk]), {"action": "hand_up", "edit": report.edit}
    )
    report.refresh_from_db()
    assert report.status == "to_sign"
    assert any("Nhân lực" in words for words in said(answer))


def test_the_answer_to_a_request_stands_on_the_report_of_who_asked(programme, city, signed_in):
    programme.send(programme.report(), request="Đề nghị cấp tài khoản.")
    requests.answer(Request.objects.get(), "Đã cấp ngày 10/5.", by=city.approver, at=city.now)
    page = signed_in(city.department_reporter).get(screen(programme)).content.decode()
    assert "Đã cấp ngày 10/5." in page
