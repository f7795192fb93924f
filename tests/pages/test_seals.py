"""The page of seals: what the last night found, seals to download, and kept ones that are tried."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reports.actions import sealing, verifying
from reports.exchange import seals
from reports.models import Step
from tests.city import NOW

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def client(city, signed_in):
    """An inspector's."""
    cache.clear()
    city.submit(city.report)
    return signed_in(city.inspector)


def page(client, **query):
    return client.get(reverse("seals"), query)


def download(client, number):
    answer = client.get(reverse("seal", args=[number]))
    return b"".join(answer.streaming_content), answer


def tried(client, data):
    return client.post(reverse("seals"), {"file": SimpleUploadedFile("seal.txt", data)})


def edit_history():
    """As the owner of the database."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE reports_step DISABLE TRIGGER USER")
    Step.objects.update(reason="Lý do khác.", digest="0" * 64)


def test_a_seal_is_downloaded_kept_and_found_in_agreement(client):
    seal = sealing.seal(at=NOW)
    data, answer = download(client, 1)
    assert seals.name_of(seal) in answer["Content-Disposition"]
    assert data.decode() == "".join(seals.written(seal))
    assert seal.digest in page(client).text

    answer = tried(client, data)
    assert (answer.status_code, answer.context["outcome"].count) == (200, 0)
    assert "notice success" in answer.text


def test_a_kept_seal_tells_where_history_has_changed_since(client):
    sealing.seal(at=NOW)
    data, _answer = download(client, 1)
    edit_history()

    answer = tried(client, data)
    (finding,) = answer.context["outcome"].findings
    assert (finding.fault, finding.place.step) == ("head_differs", 1)
    for words in (str(finding.place), finding.words, "Phường Phúc Xá (00001)"):
        assert words in answer.text
    assert "notice success" not in answer.text


def test_what_is_no_seal_is_refused_with_its_line(client):
    answer = tried(client, b"dxportal-seal 1\nno digest\n")
    assert answer.status_code == 422
    assert "2" in answer.context["form"].errors["file"][0]
    assert client.post(reverse("seals")).status_code == 422


def test_the_last_night_is_shown_with_its_findings_and_when_it_is_long_ago(client):
    assert page(client).context["night"] is None
    sealing.seal(at=NOW)
    verifying.verify(at=NOW)
    shown = page(client)
    assert (shown.context["night"].count, shown.context["night_is_late"]) == (0, False)

    edit_history()
    night = verifying.verify(at=NOW - 2 * DAY)
    shown = page(client)
    assert shown.context["night_is_late"] is True
    assert all(finding.split(": ")[0] in shown.text for finding in night.findings)
    assert night.count == 2


def test_days_without_a_seal_show(client, at):
    for day in (0, 1, 4):
        sealing.seal(at=NOW + day * DAY)
    at.set(NOW + 8 * DAY)
    shown = page(client)
    assert [(line.seal.number, line.heads, line.unsealed) for line in shown.context["lines"]] == [
        (3, 0, 2),
        (2, 0, 0),
        (1, 1, 0),
    ]
    assert shown.context["seal_is_late"] is True


def test_seals_are_paged_and_cost_the_same_however_many_there_are(client):
    sealing.seal(at=NOW - 40 * DAY)
    page(client)
    with CaptureQueriesContext(connection) as few:
        page(client)
    for day in range(39):
        sealing.seal(at=NOW - (39 - day) * DAY)
    with CaptureQueriesContext(connection) as many:
        first = page(client)
    assert len(many) == len(few) <= 9
    assert [line.seal.number for line in first.context["lines"]] == list(range(40, 9, -1))
    assert "?before=10" in first.text
    earlier = page(client, before="10")
    assert [line.seal.number for line in earlier.context["lines"]] == list(range(9, 0, -1))
    assert earlier.context["earlier"] is False
    assert page(client, before="nonsense").context["lines"][0].seal.number == 40


def test_the_journal_leads_inspectors_to_the_seals_and_nobody_else(client, city, signed_in):
    assert reverse("seals") in client.get(reverse("journal")).text
    assert reverse("seals") not in signed_in(city.administrator).get(reverse("journal")).text
