"""The screens of the programme: tasks with how far they have come, requests and their answers."""

import pytest
from django.urls import reverse

from reports.actions import requests
from reports.models import Report, Request
from reports.workflow import Action
from tests.programme import Programme

pytestmark = pytest.mark.django_db

ASKED = "Đề nghị Sở cấp tài khoản kết nối trục dữ liệu."


@pytest.fixture
def programme(city):
    return Programme(city)


@pytest.fixture
def asked(programme):
    """A request of the department to the owner."""
    programme.send(programme.report(), request=ASKED)
    return Request.objects.get()


def lines(response):
    return {line.task.code: line for group in response.context["groups"] for line in group.lines}


def text(response):
    return response.content.decode()


def test_a_task_shows_what_its_lead_last_reported_and_whether_it_is_late(programme, city, signed_in):
    programme.send(programme.report("2021-Q4"), percent=(20, 5))
    programme.send(programme.report(), percent=(40, 100))

    shown = lines(signed_in(city.department_reporter).get("/programme/"))

    assert (shown["NV-1"].done, shown["NV-1"].is_late) == (40, True)
    assert (shown["NV-2"].done, shown["NV-2"].is_done, shown["NV-2"].is_late) == (100, True, False)
    assert (shown["NV-1"].said.period, shown["NV-1"].said.is_open) == ("2022-Q1", True)


def test_everybody_sees_what_is_approved_and_only_readers_what_is_not(programme, city, signed_in):
    stranger = signed_in(city.stranger)
    programme.send(programme.report("2021-Q4"), percent=(20, 5))
    city.move(programme.report("2021-Q4"), Action.APPROVE, by=city.approver)
    programme.send(programme.report(), percent=(40, 30))

    shown = lines(stranger.get("/programme/"))["NV-1"]
    assert (shown.done, shown.said.period, shown.said.is_open, shown.said.approved) == (20, "2021-Q4", False, True)
    assert reverse("report", args=[shown.said.report]) not in text(stranger.get("/programme/"))
    assert lines(signed_in(city.approver).get("/programme/"))["NV-1"].done == 40


def test_a_draft_says_nothing_of_a_task(programme, city, signed_in):
    programme.say(programme.report(), percent=40, state="Chậm")
    shown = lines(signed_in(city.department_reporter).get("/programme/"))["NV-1"]
    assert (shown.done, shown.said, shown.is_late) == (None, None, True)


def test_tasks_are_found_by_unit_pillar_and_state_and_given_as_a_file(programme, city, signed_in):
    programme.send(programme.report(), percent=(40, 100))
    client = signed_in(city.observer)

    def found(**query):
        return set(lines(client.get("/programme/", query)))

    assert found(q="so y te") == found() == {"NV-1", "NV-2"}
    assert found(q="Quy chế") == {"NV-1"}
    assert found(shown="late") == {"NV-1"}
    assert found(shown="done") == {"NV-2"}
    assert found(pillar="society") == set()
    exported = b"".join(client.get("/programme/", {"export": "csv"}).streaming_content).decode("utf-8-sig")
    assert exported.count("\n") == 3
    assert "NV-2" in exported


def test_the_page_of_tasks_asks_no_more_however_many_there_are(
    programme, city, signed_in, django_assert_max_num_queries
):
    programme.send(programme.report())
    client = signed_in(city.observer)
    with django_assert_max_num_queries(8):
        client.get("/programme/")


def test_who_answers_finds_the_request_in_their_work(programme, city, signed_in, asked):
    address = reverse("request", args=[asked.pk])
    assert address in text(signed_in(city.owner_reviewer).get("/"))
    assert address not in text(signed_in(city.department_head).get("/"))
    requests.answer(asked, "Đã cấp.", by=city.approver, at=city.now)
    assert address not in text(signed_in(city.owner_reviewer).get("/"))


def test_the_list_tells_open_from_answered_and_ours_from_others(programme, city, signed_in, asked):
    client = signed_in(city.approver)

    def found(**query):
        return [one.pk for one in client.get("/requests/", query).context["lines"]]

    assert found() == found(side="to") == found(state="open", q="NV-1") == found(q="so y te") == [asked.pk]
    assert found(side="from") == found(state="answered") == []
    assert signed_in(city.stranger).get("/requests/").context["total"] == 0
    requests.answer(asked, "Đã cấp.", by=city.approver, at=city.now)
    assert found(state="answered") == found() == [asked.pk]
    exported = b"".join(client.get("/requests/", {"export": "csv", "state": "answered"}).streaming_content)
    assert ASKED in exported.decode("utf-8-sig")


def test_an_answer_is_sent_from_its_screen_and_read_by_who_asked(programme, city, signed_in, asked):
    address = reverse("request", args=[asked.pk])
    client = signed_in(city.owner_reviewer)

    empty = client.post(address, {"answer": " "})
    assert empty.status_code == 422
    assert client.post(address, {"answer": "Đã cấp ngày 10/5."}).status_code == 302
    again = client.post(address, {"answer": "Không cấp."})

    assert again.status_code == 409
    assert "Đã cấp ngày 10/5." in text(signed_in(city.department_reporter).get(address))
    assert signed_in(city.department_reporter).post(address, {"answer": "Tự trả lời."}).status_code == 403
    assert signed_in(city.stranger).get(address).status_code == 404


def test_a_request_is_passed_on_from_its_screen(programme, city, signed_in, asked):
    address = reverse("request", args=[asked.pk])
    client = signed_in(city.approver)
    assert client.post(address, {"unit": ""}).status_code == 422
    assert client.post(address, {"unit": str(city.department.pk)}).status_code == 422

    assert client.post(address, {"unit": str(city.stand_in.pk)}).status_code == 302

    asked.refresh_from_db()
    assert (asked.addressee, asked.passed_from) == (city.stand_in, city.owner)
    assert Report.objects.get(pk=asked.report_id).unit == city.department
