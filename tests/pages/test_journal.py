"""The screen of the journal: who reads what of it, what its filters find, how it is paged and taken away as a file."""

import csv
import io
import zipfile
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import gettext

from accounts import journal
from accounts.actions import appointing, units
from accounts.labels import CAPACITIES, ROLES
from accounts.models import JournalEntry, Unit
from accounts.roles import Capacity, Role
from reports.models import LegalBasis, Step, TaskGroup
from reports.pages import changes
from reports.workflow import Action
from tests.city import NOW

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
def moved(city):
    """The small city with two reports on their way: six steps on two days."""
    city.approve(city.report)
    city.now = NOW + timedelta(days=1)
    report = city.report_of(city.sibling)
    city.submit(report)
    city.give_back(report, reason="=1+1 là số liệu lạ.")
    city.now = NOW
    return city


@pytest.fixture
def inspector(moved, signed_in):
    return signed_in(moved.inspector)


def ask(client, **query):
    return client.get(reverse("journal"), query)


def steps(client, **query):
    return [step.pk for step in ask(client, tab="steps", **query).context["lines"]]


def told(client, **query):
    return ask(client, tab="changes", **query).context["lines"]


# Who ------------------------------------------------------------------------------------------------------------------


def test_inspectors_read_all_of_it_and_administrators_the_other_changes_only(moved, signed_in, inspector):
    assert [tab["key"] for tab in ask(inspector).context["tabs"]] == ["steps", "changes"]
    administrator = signed_in(moved.administrator)
    answer = ask(administrator)
    assert ([tab["key"] for tab in answer.context["tabs"]], answer.context["tab"]) == (["changes"], "changes")
    assert ask(administrator, tab="steps").status_code == 403
    assert ask(administrator, tab="steps", export="csv").status_code == 403
    for person in (moved.head, moved.approver, moved.observer):
        assert ask(signed_in(person)).status_code == 403
        assert reverse("journal") not in signed_in(person).get(reverse("work")).content.decode()
    assert reverse("journal") in inspector.get(reverse("work")).content.decode()


# Steps ----------------------------------------------------------------------------------------------------------------


def test_every_step_stands_there_the_latest_first_with_its_report(moved, inspector):
    assert steps(inspector) == list(Step.objects.order_by("-at", "-pk").values_list("pk", flat=True))
    page = ask(inspector).content.decode()
    assert reverse("report", args=[moved.report.pk]) in page
    step = Step.objects.get(report=moved.report, action=Action.SUBMIT)
    assert step.digest in page
    assert str(CAPACITIES[Capacity.HEAD]) in page


def test_steps_are_found_by_day_person_unit_form_and_action(moved, inspector):
    def found(**query):
        return list(Step.objects.filter(**query).order_by("-at", "-pk").values_list("pk", flat=True))

    later = found(report__unit=moved.sibling)
    assert steps(inspector, since="2022-05-17") == later
    assert steps(inspector, until="2022-05-16") == found(report__unit=moved.commune)
    assert steps(inspector, since="2022-05-17", until="2022-05-16") == []
    assert steps(inspector, person="sibling head") == found(by=moved.sibling_head)
    assert steps(inspector, unit="truc bach") == later
    assert steps(inspector, unit="ba dinh") == found(), "a district with its communes"
    assert steps(inspector, form="BM-02", action="return") == found(action="return")
    assert steps(inspector, form="BM-09") == []
    assert steps(inspector, since="xx", action="king", before="-1", after="99999999") == found(), "what means nothing"


def test_a_reason_between_people_of_the_unit_is_not_told(moved, inspector):
    moved.fill(moved.report_of(moved.sibling), opened=81, by=moved.sibling_reporter)
    report = moved.report_of(moved.sibling)
    moved.move(report, Action.HAND_UP, by=moved.sibling_reporter)
    moved.move(report, Action.HAND_BACK, by=moved.sibling_head, reason="Chỉ nội bộ biết.")
    assert "Chỉ nội bộ biết." not in ask(inspector).content.decode()
    assert "Chỉ nội bộ biết." not in b"".join(ask(inspector, export="csv").streaming_content).decode()


# Other changes --------------------------------------------------------------------------------------------------------


def test_a_change_says_what_it_was_and_is_in_the_words_of_the_screens(moved, inspector):
    moved.commune.short_name = "PX"
    moved.commune.valid = DateRange(moved.commune.valid.lower, date(2022, 7, 1))
    units.correct(moved.commune, by=moved.administrator, at=NOW)
    (change,) = told(inspector, person="administrator")
    assert (change.kind, change.what, change.name) == ("changed", Unit._meta.verbose_name, moved.commune.name)
    assert {(one.before, one.after) for one in change.columns} == {
        ("", "PX"),
        ("01/01/2021 – …", "01/01/2021 – 30/06/2022"),
    }
    end = NOW + timedelta(days=3)
    appointment = appointing.appoint(
        moved.stranger, moved.commune, Role.HEAD, DateTimeTZRange(NOW, end), capacity=Capacity.AUTHORISED,
        document="1/UQ", by=moved.administrator, at=NOW + timedelta(seconds=1),
    )  # fmt: skip
    new = told(inspector, person="administrator")[0]
    assert new.name == f"{moved.stranger.full_name} · {ROLES[Role.HEAD]} · {moved.commune.name}"
    assert {one.after for one in new.columns} >= {
        str(CAPACITIES[Capacity.AUTHORISED]), "1/UQ", "08:00:00 16/05/2022 – 08:00:00 19/05/2022",
    }  # fmt: skip
    appointing.end_appointment(appointment, NOW + timedelta(days=2), by=moved.administrator, at=NOW)
    row = told(inspector, table="accounts_appointment", key=appointment.pk)
    assert [change.kind for change in row] == ["added", "changed"]


def test_what_a_row_refers_to_is_named_as_long_as_it_is_there(moved, inspector):
    draft = LegalBasis.objects.create(number="9/QĐ", issued_on=NOW.date(), issuer="UBND", title="Quyết định")
    LegalBasis.objects.filter(pk=draft.pk).delete()
    entry = JournalEntry(
        table="accounts_appointment", key=5, before=None, at=NOW,
        after={"id": 5, "user_id": moved.head.pk, "unit_id": 9_999_999, "role": "head"},
    )  # fmt: skip
    (change,) = changes.read([entry])
    gone = gettext("no. %(key)s") % {"key": 9_999_999}
    assert change.name == f"{moved.head.full_name} · {ROLES[Role.HEAD]} · {gone}"
    deleted, added = told(inspector, table="reports_legalbasis", key=draft.pk)
    assert (deleted.kind, added.kind, deleted.name) == ("deleted", "added", "9/QĐ")


def test_every_journalled_row_is_known_by_columns_that_it_has():
    assert changes.ROWS.keys() == changes.tables().keys()
    for table, model in changes.tables().items():
        assert set(changes.ROWS[table]) <= {field.column for field in model._meta.concrete_fields}, table


def test_a_column_that_is_no_more_is_told_by_its_name(db):
    entry = JournalEntry(table="reports_gone", key=1, before={"id": 1, "colour": "red"}, after=None, at=NOW)
    (change,) = changes.read([entry])
    assert (change.what, [(one.words, one.before) for one in change.columns]) == ("reports_gone", [("colour", "red")])


# Pages ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def long(inspector):
    """A journal of 120 changes of one table."""
    journal.sign(by=None, at=NOW)
    TaskGroup.objects.bulk_create(TaskGroup(position=n, name=f"Nhóm {n}") for n in range(1, 121))
    return inspector


def test_pages_follow_each_other_in_both_directions_without_gap_or_overlap(long):
    keys = list(JournalEntry.objects.filter(table="reports_taskgroup").order_by("-pk").values_list("pk", flat=True))

    def page(**query):
        answer = ask(long, tab="changes", table="reports_taskgroup", **query)
        return [change.entry.pk for change in answer.context["lines"]], answer.context["page"]

    first, at_first = page()
    second, at_second = page(before=at_first.last)
    third, at_third = page(before=at_second.last)
    assert (first, second, third) == (keys[:50], keys[50:100], keys[100:])
    assert [(one.later, one.earlier) for one in (at_first, at_second, at_third)] == [
        (False, True),
        (True, True),
        (True, False),
    ]
    assert page(after=at_third.first)[0] == second
    assert page(after=at_second.first)[0] == first


def test_a_page_asks_the_same_number_of_queries_however_many_rows_it_has(long):
    def queries(**query):
        with CaptureQueriesContext(connection) as asked:
            ask(long, **query)
        return len(asked)

    few = queries(tab="changes", table="reports_taskgroup", key=JournalEntry.objects.first().key)
    assert queries(tab="changes", table="reports_taskgroup") == few
    assert queries(tab="steps") == queries(tab="steps", action="check")
    assert few <= 9


def test_a_script_is_given_the_rows_alone(inspector):
    answer = inspector.get(reverse("journal"), headers={"HX-Request": "true"})
    assert "<html" not in answer.content.decode()
    assert answer["Vary"].startswith("HX-Request") or "HX-Request" in answer["Vary"]


# Files ----------------------------------------------------------------------------------------------------------------


def in_csv(answer):
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def in_xlsx(answer):
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as book:
        assert book.testzip() is None
        for name in book.namelist():
            ElementTree.fromstring(book.read(name))  # noqa: S314  (written by ourselves)
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314
    assert not list(sheet.iter(f"{MAIN}f")), "no formula"
    return [["".join(cell.itertext()) for cell in row.iter(f"{MAIN}c")] for row in sheet.iter(f"{MAIN}row")]


@pytest.mark.parametrize("read", [in_csv, in_xlsx])
def test_what_is_shown_is_taken_away_as_a_file_in_which_nothing_is_a_formula(moved, inspector, read):
    kind = read.__name__.removeprefix("in_")
    heads, *rows = read(ask(inspector, tab="steps", since="2022-05-17", export=kind))
    assert len(heads) == 14
    assert [row[0] for row in rows] == ["2022-05-17 08:00:00"] * 2
    assert "'=1+1 là số liệu lạ." in rows[0]
    heads, *rows = read(ask(inspector, tab="changes", table="accounts_unit", key=moved.commune.pk, export=kind))
    assert len(heads) == 9
    assert ["", moved.commune.name] in [row[-2:] for row in rows]


# The screen -----------------------------------------------------------------------------------------------------------


@pytest.mark.browser
def test_axe_finds_nothing_and_a_filter_finds_without_a_click(served_city, open_as):
    city = served_city
    city.approve(city.report)
    for width, height in ((1366, 768), (390, 844)):
        page = open_as(city.inspector, width=width, height=height)
        for path in ("/journal/", "/journal/?tab=changes"):
            page.goto(path)
            found = Axe().run(page).response["violations"]
            assert [(path, one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.goto("/journal/")
    page.locator("#choice-action").select_option("approve")
    page.wait_for_url("**action=approve**")
    page.wait_for_function("document.querySelectorAll('.journal tbody tr').length === 1")
