"""Files of a report over the API: listed, attached, sent and taken off, by the same rules as on the screen."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from reports.models import Attachment
from reports.workflow import Action
from tests import clamd, office
from tests.programme import Programme

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme(city, settings, tmp_path):
    settings.ATTACHMENTS_ROOT = tmp_path
    return Programme(city)


@pytest.fixture
def reporter(program, city):
    return program(city.department_reporter)


def attach(one, report, data=office.PDF, name="Biên bản.pdf", item="evidence", **terms):
    """Send a file as a form does; None sends none."""
    file = {} if data is None else {"file": SimpleUploadedFile(name, data)}
    return one.client.post(f"/api/v1/reports/{report.pk}/files/", {"item": item, **file}, **terms)


def test_a_file_is_attached_listed_sent_and_taken_off(programme, city, reporter):
    report = programme.report()
    made = attach(reporter, report)
    assert made.status_code == 201
    file = made.json()
    assert {name: file[name] for name in file if name not in ("id", "at")} == {
        "revision": 1,
        "item": "evidence",
        "row": "",
        "name": "Biên bản.pdf",
        "content_type": "application/pdf",
        "size": len(office.PDF),
        "sha256": hashlib.sha256(office.PDF).hexdigest(),
        "by": {"id": city.department_reporter.pk, "full_name": city.department_reporter.full_name},
    }
    assert reporter.get(f"reports/{report.pk}/files/").json()["results"] == [file]

    path = f"reports/{report.pk}/files/{file['id']}/"
    sent = reporter.client.get(f"/api/v1/{path}", headers={"Accept": "application/pdf"})
    assert b"".join(sent.streaming_content) == office.PDF
    assert (sent["Content-Type"], sent["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    assert sent["Content-Disposition"].startswith("attachment; filename*=utf-8''Bi%C3%AAn")
    assert sent["Cache-Control"] == "private, no-store"
    head = reporter.client.head(f"/api/v1/{path}")
    assert head["Content-Length"] == str(len(office.PDF))
    assert b"".join(head.streaming_content) == b""

    gone = reporter.client.delete(f"/api/v1/{path}")
    assert (gone.status_code, gone.content) == (204, b"")
    assert reporter.get(f"reports/{report.pk}/files/").json()["results"] == []


def test_the_same_file_sent_twice_is_attached_once(programme, city, reporter, at):
    first = attach(reporter, programme.report())
    at.set(city.now.replace(minute=59))
    second = attach(reporter, programme.report(), name="Bản khác.pdf")
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()


def test_what_is_no_file_to_be_taken_is_refused_at_its_field(programme, reporter, problem):
    report = programme.report()
    for data in (b"MZ", b"", office.docx({"word/vbaProject.bin": b"x"}), None):
        assert set(problem(attach(reporter, report, data), 400, "invalid")["errors"]) == {"file"}
    assert set(problem(attach(reporter, report, item="results"), 400, "invalid")["errors"]) == {"file"}
    as_text = reporter.client.post(f"/api/v1/reports/{report.pk}/files/", {"item": "evidence", "file": "a.pdf"})
    assert set(problem(as_text, 400, "invalid")["errors"]) == {"file"}
    as_json = reporter.post(f"reports/{report.pk}/files/", {"item": "evidence"})
    assert "multipart/form-data" in problem(as_json, 415, "unsupported_media_type")["detail"]
    assert not Attachment.objects.exists()


def test_a_scanner_that_is_away_and_a_virus_are_told_apart(programme, reporter, problem, settings, tmp_path):
    report = programme.report()
    with clamd.scanner() as server:
        settings.CLAMD_SOCKET = server.name
        found = attach(reporter, report, office.PDF + clamd.EICAR + b"%%EOF")
    (words,) = problem(found, 400, "invalid")["errors"]["file"]
    assert clamd.SIGNATURE in words
    away = attach(reporter, report)
    problem(away, 503, "scanner_away")
    assert away["Retry-After"]


def test_files_are_attached_and_read_by_whom_the_content_is(programme, city, program, reporter, problem):
    report = programme.report()
    file = attach(reporter, report).json()["id"]
    owner, stranger = program(city.approver), program(city.stranger)
    problem(attach(owner, report, office.PNG, "a.png"), 403, "not_permitted")
    problem(attach(stranger, report, office.PNG, "a.png"), 404, "not_found")
    assert owner.get(f"reports/{report.pk}/files/").json()["results"] == []
    problem(owner.get(f"reports/{report.pk}/files/{file}/"), 404, "not_found")

    programme.send(report)
    assert [one["id"] for one in owner.get(f"reports/{report.pk}/files/").json()["results"]] == [file]
    assert b"".join(owner.get(f"reports/{report.pk}/files/{file}/").streaming_content) == office.PDF
    problem(stranger.get(f"reports/{report.pk}/files/{file}/"), 404, "not_found")
    problem(owner.client.delete(f"/api/v1/reports/{report.pk}/files/{file}/"), 403, "not_permitted")
    problem(attach(reporter, report, office.PNG, "a.png"), 409, "not_a_draft")

    city.move(report, Action.RETURN, by=city.approver, reason="Bổ sung.")
    problem(reporter.client.delete(f"/api/v1/reports/{report.pk}/files/{file}/"), 400, "invalid")
    problem(owner.get(f"reports/{report.pk}/files/{file}/"), 404, "not_found")


def test_a_list_of_files_asks_no_more_for_more_of_them(programme, reporter, django_assert_max_num_queries):
    report = programme.report()
    for place in range(4):
        attach(reporter, report, office.PDF + str(place).encode())
    with django_assert_max_num_queries(6):
        assert len(reporter.get(f"reports/{report.pk}/files/").json()["results"]) == 4
