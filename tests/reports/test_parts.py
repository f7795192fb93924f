"""Parts of a report: given to people and divisions of the unit, filled in by them alone, and said to be done."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import Appointment
from accounts.refusals import Refused
from accounts.roles import Role
from reports import content
from reports.actions import filing, parts
from reports.models import Part, PartDone, Report
from reports.workflow import Action
from tests.programme import Programme

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme(city):
    return Programme(city)


@pytest.fixture
def division(programme):
    """The division's reporter, to whose division the section on staff is given."""
    unit, reporter = programme.add_division()
    give(programme, "Nhân lực", division=unit)
    return reporter


def give(programme, title, **to):
    city = programme.city
    return parts.assign_part(
        programme.section(title), city.department, by=to.pop("by", city.department_head), at=city.now, **to
    )


def staff(programme, number, *, by, edit=0):
    entries = [filing.Entry("staff", Decimal(number), edit)]
    return filing.save_cells(programme.report(), entries, by=by, at=programme.city.now)


def test_the_units_reporters_and_heads_give_a_part_to_a_division_or_to_a_person_of_theirs(programme, city, division):
    part = give(programme, "Thuyết minh", person=city.department_reporter, by=city.department_reporter)
    assert part.person == city.department_reporter

    again = give(programme, "Thuyết minh", person=division)

    assert (again.pk, again.person) == (part.pk, division)
    for person in (city.approver, city.reporter, division, city.administrator):
        with pytest.raises(PermissionDenied):
            give(programme, "Thuyết minh", person=city.department_reporter, by=person)


def test_a_part_goes_to_nobody_outside_the_unit(programme, city, division):
    for outside in ({"person": city.reporter}, {"division": city.owner}, {}, {"division": city.department}):
        with pytest.raises(ValidationError):
            give(programme, "Thuyết minh", **outside)


def test_a_reporter_of_a_division_reads_the_draft_of_the_report_that_it_has_a_part_of(programme, city, division):
    def visible(person):
        return list(Report.objects.visible_to(person, city.now).filter(form=programme.version.form))

    assert programme.report() in visible(division)
    assert {report.unit for report in visible(division)} == {city.department}
    assert not Report.objects.visible_to(division, city.now).exclude(form=programme.version.form).exists()
    report = programme.report()
    assert content.readable(report, by=division, at=city.now) == report.current_id

    parts.unassign_part(Part.objects.get(), by=city.department_head, at=city.now)
    assert visible(division) == []


def test_a_division_fills_in_its_own_part_and_nothing_else(programme, city, division):
    report = programme.report()
    assert filing.fillable_sections(report, by=division, at=city.now) == {programme.section("Nhân lực").pk}
    assert filing.fillable_sections(report, by=city.department_reporter, at=city.now) is None
    assert filing.fillable_sections(report, by=city.reporter, at=city.now) == frozenset()
    assert filing.may_fill(report, by=division, at=city.now)

    assert staff(programme, 3, by=division).numbers["staff", ""] == 3
    with pytest.raises(PermissionDenied):
        programme.say(report, by=division, percent=10)
    with pytest.raises(PermissionDenied):
        staff(programme, 4, by=city.reporter)


def test_nil_for_the_whole_report_answers_only_ones_own_part(programme, city, division):
    give(programme, "Nhiệm vụ được giao chủ trì", person=city.department_reporter)
    saved = filing.answer_nil(programme.report(), by=division, at=city.now)
    assert {cell.item for cell in saved.cells} == {"staff"}


def test_a_person_keeps_a_part_only_as_long_as_they_work_there(programme, city, division):
    observer = city.add_person("department_observer", Role.OBSERVER, city.department)
    give(programme, "Thuyết minh", person=observer)
    assert filing.may_fill(programme.report(), by=observer, at=city.now)
    Appointment.objects.filter(user=observer).update(valid=(city.now - timedelta(days=9), city.now))
    again = type(observer).objects.get(pk=observer.pk)
    assert not filing.may_fill(programme.report(), by=again, at=city.now)


def test_whoever_fills_in_a_part_marks_it_done_and_undoes_it(programme, city, division):
    section = programme.section("Nhân lực")
    report = programme.report()
    assert [part.section for part in parts.unfinished(report)] == [section]

    done = parts.mark_done(report, section, by=division, at=city.now)

    assert (done.by, done.at) == (division, city.now)
    assert parts.mark_done(report, section, by=city.department_head, at=city.now).by == division
    assert parts.unfinished(report) == []
    parts.mark_undone(report, section, by=division, at=city.now)
    assert not PartDone.objects.exists()


def test_nobody_else_marks_a_part_done(programme, city, division):
    report, section = programme.report(), programme.section("Nhân lực")
    give(programme, "Thuyết minh", person=city.department_reporter)
    for person in (city.reporter, city.approver):
        with pytest.raises(PermissionDenied):
            parts.mark_done(report, section, by=person, at=city.now)
    with pytest.raises(PermissionDenied):
        parts.mark_done(report, programme.section("Thuyết minh"), by=division, at=city.now)
    with pytest.raises(ValidationError):
        parts.mark_done(report, programme.section("Nhiệm vụ được giao chủ trì"), by=programme.head, at=city.now)
    programme.send(report)
    with pytest.raises(Refused) as refusal:
        parts.mark_done(report, section, by=division, at=city.now)
    assert refusal.value.code == "not_a_draft"


def test_a_part_that_somebody_else_changes_is_no_longer_done(programme, city, division):
    report, section = programme.report(), programme.section("Nhân lực")
    staff(programme, 3, by=division)
    parts.mark_done(report, section, by=division, at=city.now)
    staff(programme, 4, by=division, edit=1)
    programme.say(report, percent=10)
    assert PartDone.objects.exists()

    staff(programme, 5, by=city.department_reporter, edit=2)

    assert not PartDone.objects.exists()


def test_an_unfinished_part_waits_for_its_people_and_keeps_nobody_from_handing_up(programme, city, division):
    def waits():
        return Report.objects.awaiting(division, city.now).filter(pk=report.pk).exists()

    report = programme.report()
    assert waits()
    parts.mark_done(report, programme.section("Nhân lực"), by=division, at=city.now)
    assert not waits()
    parts.mark_undone(report, programme.section("Nhân lực"), by=division, at=city.now)
    for row in ("NV-1", "NV-2"):
        programme.say(report, row=row, percent=10, state="Chậm")
    city.move(report, Action.HAND_UP, by=city.department_reporter)
    assert report.status == "to_sign"
    assert not waits()
