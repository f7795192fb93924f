"""The demonstration: reproducible, safe to break off, loaded by one command. What it fills: test_demonstrated.py."""

import io
import itertools
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.actions.staffing import staff, staffed
from accounts.labels import Kind
from accounts.models import Appointment, Unit, User
from accounts.roles import Capacity, Level, Role
from reports import content
from reports.actions import demonstration, opening, regimes
from reports.actions.demonstration import agenda
from reports.models import Report, Step, Value
from tests.city import BASES, FORM, NOW, UNITS


def staffed_city():
    return staff(
        "x",
        reviewing=("STTTT", "VPUBND", "SNV"),
        inspecting=("VPUBND",),
        administering="STTTT",
        since=NOW - timedelta(days=730),
    )


def fill(*versions, people, seed=7, periods=None):
    """Fill these forms, or some of their periods only; how many reports were filed in each."""
    given = demonstration.Demonstration(people, seed, kept_open="00001", at=NOW)
    filed = [dict(itertools.islice(demonstration.fill(version, given), periods)) for version in versions]
    demonstration.settle()
    return filed


def told(form="BM-02"):
    """Everything that a demonstration tells to a form, apart from keys."""
    place = ("revision__report__unit__code", "revision__report__period__code")
    values = Value.objects.filter(item__version__form__code=form).values_list(
        *place, "revision__number", "item__code", "row", "number", "text", "absence", "cause", "note"
    )
    steps = Step.objects.filter(report__form__code=form).values_list(
        "report__unit__code", "report__period__code", "seq", "action", "at", "by__username", "reason"
    )
    return sorted(values, key=str), sorted(steps)


@pytest.fixture
def filled(city):
    """The small city with form BM-02 filled."""
    (filed,) = fill(city.version, people=staffed_city())
    assert sum(filed.values()) > 50
    return city


def test_the_same_seed_gives_the_same_city_and_another_seed_another(city):
    outcomes = []
    for seed in (7, 7, 8):
        with transaction.atomic():
            fill(city.version, people=staffed_city(), seed=seed)
            outcomes.append(told())
            transaction.set_rollback(True)
    assert outcomes[0] == outcomes[1] != outcomes[2]


def test_loading_that_was_broken_off_goes_on_to_the_same_end(city):
    outcomes = []
    for broken_off_after in (None, 5):
        with transaction.atomic():
            people = staffed_city()
            if broken_off_after:
                fill(city.version, people=people, periods=broken_off_after)
                assert Report.objects.filter(status="approved").exists()
            fill(city.version, people=people)
            outcomes.append(told())
            transaction.set_rollback(True)
    assert outcomes[0] == outcomes[1]


def test_a_period_in_which_somebody_has_done_something_is_left_as_it_is(city):
    opening.open_period(city.version, demonstration.periods_of(city.version, at=NOW)[0])
    report = Report.objects.get(unit=city.commune, period__code="2021-05")
    city.fill(report, opened=1)
    fill(city.version, people=staffed_city(), periods=2)
    assert not Report.objects.filter(period__code="2021-05").exclude(status="draft").exists()
    assert Report.objects.filter(period__code="2021-06", status="approved").exists()


def test_most_reports_are_filed_and_the_shown_communes_one_is_left_to_file(filled):
    closed = Report.objects.filter(period__code__lt="2022-05")
    assert closed.filter(status="approved").count() > 0.8 * closed.count()
    filled.report.refresh_from_db()
    assert (filled.report.status, filled.report.current.values.count()) == ("draft", 0)


def test_what_is_left_to_file_raises_no_warning_when_it_is_filed_as_the_month_before(filled):
    before = {
        cell.item: answer.number
        for cell, (answer, _edit) in content.stored_in(
            Report.objects.get(unit=filled.commune, period__code="2022-04").current_id
        ).items()
    }
    numbers = {**before, "carried": before["to_handle"] - before["closed"]}
    del numbers["to_handle"]
    saved = filled.fill(filled.report, **numbers)
    assert saved.problems == []


# The command ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def founded(at, db):
    """The small city's units, and one that owns the form on discipline, with form BM-02; nobody works there yet."""
    entered = {}
    for name, level, kind, code, title, above in (
        *UNITS,
        ("discipline", Level.DEPARTMENT, Kind.DEPARTMENT, "SNV", "Sở Nội vụ", "city"),
    ):
        valid = DateRange(NOW.date().replace(year=2021, month=1, day=1), None)
        parent = entered.get(above)
        entered[name] = Unit.objects.create(level=level, kind=kind, code=code, name=title, parent=parent, valid=valid)
    regimes.enter_days_off([2021, 2022])
    regimes.enter_legal_bases(BASES)
    return regimes.enter_form(FORM)


def demonstrate(*options):
    said = io.StringIO()
    call_command("demonstration", *options, stdout=said)
    return said.getvalue()


def test_what_is_looked_at_first_is_loaded_first_and_the_rest_is_noted(founded, tmp_path):
    said = demonstrate("--first", f"--sign-ins={tmp_path / 'sign-ins'}")
    assert "baocao.00001" in (tmp_path / "sign-ins").read_text(encoding="utf-8")
    assert "BM-02 14/14, 2022-06: 0 reports are filed." in said
    left = agenda.left()
    assert (left.forms[0], left.seed, left.progress) == ("BM-07", 2022, "BM-07 0")
    assert Report.objects.filter(status="approved").exists()


def test_the_rest_is_loaded_once_and_then_nothing_is_left(founded):
    demonstrate("--first")
    assert demonstrate("--rest").endswith("The demonstration is loaded.\n")
    assert agenda.left() is None
    assert demonstrate("--rest") == ""


def test_it_begins_only_where_nobody_works_yet(founded):
    demonstrate("--first")
    with pytest.raises(CommandError, match="a demonstration begins with a new one"):
        demonstrate()


def test_without_the_demonstrations_clock_there_is_no_demonstration(founded, settings):
    settings.DEMO_CLOCK = ""
    with pytest.raises(CommandError, match="production has none"):
        demonstrate()
    assert not User.objects.exists()


def test_the_people_it_has_created_are_found_again_and_nobody_else(founded):
    created = staffed_city()
    head = created[Role.HEAD, "00001"]
    other = User.objects.create(username="khac", full_name="Khác", email="khac@example.vn", password="!")
    Appointment.objects.create(
        user=other, role=Role.REVIEWER, unit=Unit.objects.get(code="00001"), valid=Appointment.objects.first().valid
    )
    assert staffed() == created
    assert staffed()[Role.HEAD, "00001"].user == head.user


def test_districts_and_owners_of_forms_have_a_deputy_beside_their_head(founded):
    created = staffed_city()
    deputies = Appointment.objects.filter(role=Role.HEAD, capacity=Capacity.DEPUTY)
    present = set(Unit.objects.filter(level=Level.DISTRICT).values_list("code", flat=True))
    owning = Unit.objects.filter(code__in=["STTTT", "VPUBND", "SNV"]).values_list("code", flat=True)
    assert {one.unit.code for one in deputies.select_related("unit")} == present | set(owning)
    assert {one.user.username for one in deputies.select_related("user")} >= {"pholanhdao.001", "pholanhdao.stttt"}
    assert created[Role.HEAD, "001"].user.username == "lanhdao.001"
    assert not {staff.user for staff in created.values()} & {one.user for one in deputies}


def test_every_page_says_how_far_the_loading_is(city, signed_in):
    client = signed_in(city.reporter)
    assert "BM-05 3/12" not in client.get("/").content.decode()
    agenda.note(agenda.Agenda(seed=1, at=NOW, forms=("BM-05",), progress="BM-05 3/12"))
    assert "BM-05 3/12" in client.get("/").content.decode()
    agenda.finish()
    assert "BM-05 3/12" not in client.get("/").content.decode()
