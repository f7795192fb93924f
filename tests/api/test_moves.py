"""Many moves in one request: each report is moved or refused for itself."""

import json

import pytest
from django.urls import reverse

from reports.models import Report, Step
from reports.workflow import Action, Status

pytestmark = pytest.mark.django_db


def send(client, action, *reports, **more):
    body = {"action": action, "reports": [{"id": pk, "edit": edit} for pk, edit in reports], **more}
    return client.post(reverse("api-moves"), json.dumps(body), content_type="application/json")


def test_what_is_refused_of_one_report_holds_no_other_up(city, signed_in):
    done, recalled = city.report_of(city.department), city.report_of(city.district)
    for report in (done, recalled):
        city.submit(report)
    seen = [(report.pk, report.edit) for report in (done, recalled)]
    city.move(recalled, Action.RECALL, by=city.district_head)
    answer = send(signed_in(city.approver), "approve", *seen, (9_999_999, 1))
    assert answer.status_code == 200
    told = answer.json()
    assert told["made"] == [{"id": done.pk, "step": 2, "status": "approved", "edit": done.edit + 1}]
    assert [one["id"] for one in told["refused"]] == [recalled.pk, 9_999_999]
    assert all(one["detail"] for one in told["refused"])
    done.refresh_from_db()
    assert (done.status, done.edit) == (Status.APPROVED, told["made"][0]["edit"])


def test_the_same_request_sent_twice_makes_one_step(city, signed_in):
    city.submit(city.report)
    client, seen = signed_in(city.reviewer), (city.report.pk, city.report.edit)
    assert send(client, "check", seen).json() == send(client, "check", seen).json()
    assert Step.objects.filter(action=Action.CHECK).count() == 1


def test_a_report_that_one_may_not_read_is_refused_like_one_that_is_not_there(city, signed_in):
    far = city.report_of(city.far_commune)
    city.submit(far)
    client = signed_in(city.reviewer)
    (hidden,), (absent,) = (send(client, "check", (pk, far.edit)).json()["refused"] for pk in (far.pk, 9_999_999))
    assert hidden["detail"] == absent["detail"]
    assert Report.objects.get(pk=far.pk).status == Status.SUBMITTED


@pytest.mark.parametrize(
    ("action", "reports", "more"),
    [
        ("return", [(1, 1)], {}),
        ("check", [], {}),
        ("check", [(1, 0)], {}),
        ("check", [(1, 1)], {"reason": "Vì sao."}),
    ],
    ids=["another move", "no report", "no edit", "an unknown name"],
)
def test_a_request_that_cannot_be_is_refused_as_a_whole(city, signed_in, action, reports, more):
    answer = send(signed_in(city.approver), action, *reports, **more)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
