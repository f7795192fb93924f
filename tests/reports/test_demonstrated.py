"""What the demonstration fills: plausible, and within every rule of the portal, in every form."""

import itertools
import json

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import F

from accounts.labels import Kind
from accounts.models import Appointment, Unit
from accounts.roles import Level
from reports import content, proof
from reports.actions import programme, regimes
from reports.checks import Cell
from reports.models import Mark, Report, Request, Revision, Step, Value
from reports.workflow import STANDING
from tests.city import NOW, City
from tests.reports.test_demonstration import fill, staffed_city

FIXTURES = settings.ROOT / "fixtures"
FORMS = ("BM-01", "BM-03", "BM-04", "BM-05", "BM-06", "BM-07")


def add_units(city, codes):
    """Enter these units, by their code, below the city."""
    known = set(Unit.objects.values_list("code", flat=True))
    for code in sorted(set(codes) - known):
        level, kind = (Level.DISTRICT, Kind.URBAN_DISTRICT) if code.isdigit() else (Level.DEPARTMENT, Kind.DEPARTMENT)
        valid = DateRange(NOW.date().replace(year=2021, month=1, day=1), None)
        Unit.objects.create(level=level, kind=kind, code=code, name=f"Đơn vị {code}", parent=city.city, valid=valid)


def enter_all_forms(city):
    """Enter the six other forms and the tasks; the quick count asks only the districts that the small city has."""
    files = [json.loads((FIXTURES / f"forms/{form}.json").read_text(encoding="utf-8")) for form in FORMS]
    tasks = json.loads((FIXTURES / "tasks.json").read_text(encoding="utf-8"))
    items = [item for file in files for section in file["sections"] for item in section["items"]]
    for item in items:
        if len(item.get("asked_of", ())) > 20:
            item["asked_of"] = [city.district.code, city.elsewhere.code]
    units = [code for item in items for code in item.get("asked_of", ())]
    units += [code for group in tasks for task in group["tasks"] for code in (task["lead"], *task["supporting"])]
    add_units(city, [*units, *(file["owner"]["unit"] for file in files)])
    versions = [regimes.enter_form(file) for file in files]
    programme.enter_tasks(tasks)
    return versions


@pytest.fixture(scope="module")
def whole_city(django_db_setup, django_db_blocker):
    """The small city, and the units that the forms name, with every form filled; once, as tests only read."""
    with django_db_blocker.unblock(), transaction.atomic():
        city = City()
        versions = enter_all_forms(city)
        for filed in fill(city.version, *versions, people=staffed_city()):
            assert any(filed.values())
        connection.check_constraints()  # once, and not again when each of the tests ends
        yield city
        transaction.set_rollback(True)


@pytest.fixture
def all_filled(whole_city, db):
    return whole_city


def readings(share=1):
    """Every so many-th report that was filed, as it says now."""
    reports = Report.objects.filter(status__in=STANDING).select_related("unit", "period", "form", "version", "current")
    return [content.Reading(report) for report in reports.order_by("form", "pk")[::share]]


def test_no_report_has_anything_that_would_have_kept_it_from_being_submitted(all_filled):
    for form in ("BM-02", *FORMS):
        assert Report.objects.filter(form__code=form, status__in=STANDING).exists()
    for reading in readings(8):
        assert [problem for problem in reading.problems if problem.blocks] == []


def test_what_a_form_computes_is_what_its_formulas_give(all_filled):
    for reading in readings(16):
        numbers = {cell: answer.number for cell, answer in reading.answers.items()}
        computed = reading.terms.computed(numbers, reading.history)
        assert {cell: numbers[cell] for cell in computed if cell.item in reading.terms.by_code} == {
            cell: number for cell, number in computed.items() if cell.item in reading.terms.by_code
        }


def test_most_reports_need_no_note_and_a_note_says_its_cause(all_filled):
    noted = Value.objects.exclude(note="").exclude(cause="")
    assert 0 < noted.values("revision").distinct().count() < 0.4 * Revision.objects.exclude(frozen_at=None).count()
    assert {"season", "event"} <= set(noted.values_list("cause", flat=True))
    assert not Value.objects.filter(absence="", note="").exclude(cause="").exists()


def test_its_revisions_are_frozen_with_the_digest_of_their_content(all_filled):
    frozen = Revision.objects.exclude(frozen_at=None).order_by("pk")
    assert frozen.filter(number=2).exists()
    for revision in frozen.select_related(*(f"report__{one}" for one in ("unit", "period", "form", "version")))[::25]:
        answers = {cell: answer for cell, (answer, _edit) in content.stored_in(revision).items()}
        again = content.snapshot(revision.report, revision, answers)
        assert (bytes(revision.snapshot), revision.digest) == (again, content.digest(again))


def test_its_steps_lead_to_the_states_and_lie_in_order_and_in_the_past(all_filled):
    for report in Report.objects.prefetch_related("steps"):
        steps = list(report.steps.all())
        assert [step.seq for step in steps] == list(range(1, len(steps) + 1))
        assert report.status == (steps[-1].after if steps else "draft")
        assert all(before.after == after.before for before, after in itertools.pairwise(steps))
        instants = [step.at for step in steps]
        assert instants == sorted(instants)
        assert all(at <= NOW for at in instants)
        assert report.signed or all(step.action != "hand_up" for step in steps)


def test_who_makes_a_step_holds_a_post_from_which_it_may_be_made(all_filled):
    posts = {}
    for user, role, unit in Appointment.objects.values_list("user", "role", "unit__code"):
        posts.setdefault(user, set()).add((role, unit))
    owners = {form: ("SNV" if form == "BM-05" else "STTTT") for form in ("BM-02", *FORMS)}
    for step in Step.objects.select_related("report__unit", "report__form", "report__superior"):
        report = step.report
        owner = owners[report.form.code]
        owner = "VPUBND" if report.unit.code == owner else owner
        above = report.superior.code if report.superior else owner
        sender = "head" if report.signed else "reporter"
        wanted = {
            "hand_up": {("reporter", report.unit.code)},
            "submit": {(sender, report.unit.code)},
            "check": {("reviewer", above)},
            "return": {("reviewer", above), ("approver", above)},
            "approve": {("approver", owner)},
        }[step.action]
        assert wanted & posts[step.by_id]


def test_no_report_is_received_before_its_window_has_ended(all_filled):
    assert Report.objects.exclude(received_at=None).count() > 500
    assert not Report.objects.filter(received_at__date__lte=F("period__last_day")).exists()


def test_a_report_that_is_due_in_the_morning_comes_in_before_it(all_filled):
    quick = Report.objects.filter(form__code="BM-07", period__last_day__lt=NOW.date()).exclude(received_at=None)
    assert quick.filter(received_at__lte=F("deadline")).count() > 0.6 * quick.count() > 0


def test_its_figures_agree_with_its_values(all_filled):
    compared, differences = proof.compare(every=7)
    assert compared > 1_000
    assert differences == []
    assert not Mark.objects.exists()


def test_what_it_carries_over_is_what_was_left_open(all_filled):
    def numbers(form, period):
        report = Report.objects.get(form__code=form, unit=all_filled.commune, period__code=period)
        return {cell: answer.number for cell, (answer, _edit) in content.stored_in(report.current_id).items()}

    months = [numbers("BM-02", f"2021-{month:02}") for month in range(5, 13)]
    for last, this in itertools.pairwise(months):
        assert this[Cell("carried")] == last[Cell("to_handle")] - last[Cell("closed")]
    quarters = [numbers("BM-01", period) for period in ("2021-Q3", "2021-Q4", "2022-Q1")]
    for last, this in itertools.pairwise(quarters):
        for row in ("certification", "civil_status", "total"):
            assert this[Cell("carried", row)] == last[Cell("pending", row)]
            parts = ("handled", "pending", "withdrawn")
            assert this[Cell("received", row)] == sum(this[Cell(part, row)] for part in parts)


def test_fewer_people_come_to_the_counter_in_the_lockdown(all_filled):
    def received(item, period):
        values = Value.objects.filter(item__code=item, row="total", revision__report__approved=F("revision"))
        found = values.filter(revision__report__period__code=period).values_list("revision__report__unit", "number")
        return dict(found)

    locked, after = received("in_person", "2021-Q3"), received("in_person", "2021-Q4")
    both = locked.keys() & after.keys()
    assert sum(locked[unit] for unit in both) < 0.75 * float(sum(after[unit] for unit in both))


def test_what_the_table_of_tasks_asks_of_others_stands_as_requests_some_of_them_answered(all_filled):
    assert Request.objects.exists()
    texts = set(Value.objects.filter(item__code="task_request").exclude(text="").values_list("text", flat=True))
    assert set(Request.objects.values_list("text", flat=True)) <= texts
    assert all(
        request.answered_at is None or request.asked_at < request.answered_at <= NOW
        for request in Request.objects.all()
    )


def test_what_is_asked_of_one_department_alone_is_never_missing(all_filled):
    asked = Report.objects.filter(form__code="BM-04", period__last_day__lt="2022-04-01")
    for unit in ("STTTT", "SKHDT", "SKHCN", "SCT"):
        assert [report.received_at is not None for report in asked.filter(unit__code=unit)] == [True] * 3
