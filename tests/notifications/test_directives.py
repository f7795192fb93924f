"""Directives: published to units as they are then, certified by heads, acknowledged by people, and counted."""

import io
import json
import os
from datetime import date, datetime, timedelta

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import ProgrammingError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.actions.staffing import staff
from accounts.labels import Kind
from accounts.models import JournalEntry, Unit
from accounts.refusals import Refused
from accounts.roles import Level, Role
from notifications import coverage
from notifications.actions import directing, illustrating
from notifications.models import Acknowledgement, Addressee, Directive, PassedOn
from reports import store
from tests import office
from tests.city import NOW, UNITS, VIETNAM

LATER = datetime(2022, 6, 1, tzinfo=VIETNAM)
WORDS = {
    "number": "04/CT-UBND",
    "title": "Chỉ thị về kỷ luật, kỷ cương hành chính",
    "issuer": "UBND thành phố Hà Nội",
    "issued_on": date(2021, 2, 9),
    "text": "Quán triệt đến toàn thể cán bộ.",
    "pass_on_by": LATER,
    "file": ("chi-thi.pdf", office.PDF),
}
CERTIFIED = {
    "day": NOW.date(),
    "way": "Họp toàn thể cơ quan",
    "people": 20,
    "of_people": 25,
    "file": ("danh-sach-ky.pdf", office.PDF),
}


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    settings.ATTACHMENTS_ROOT = tmp_path


def draft(city, **other):
    return directing.write(None, **{**WORDS, **other}, by=city.inspector, at=NOW)


def published(city, levels=("district", "commune"), units=()):
    directive = draft(city)
    directing.publish(directive, levels, units, by=city.inspector, at=NOW)
    directive.refresh_from_db()
    return directive


def addressee(directive, unit):
    return Addressee.objects.get(directive=directive, unit=unit)


def certify(city, directive, **other):
    given = {**CERTIFIED, **other}
    return directing.certify(addressee(directive, city.commune), **given, by=city.head, at=NOW)


def covered(city, directive, person=None):
    readable = Addressee.objects.readable_by(person or city.inspector, NOW)
    return coverage.lines(directive, readable, NOW)


def faults(wrong):
    return set(wrong.value.message_dict)


# Publishing -----------------------------------------------------------------------------------------------------------


def test_a_directive_goes_to_the_units_of_its_levels_and_to_those_named(city):
    directive = published(city, ["commune"], [city.department])
    units = set(directive.addressees.values_list("unit__code", flat=True))
    assert units == {"00001", "00004", "09619", "SYT"}
    assert (directive.published_at, directive.made_by, directive.name) == (NOW, city.inspector, "chi-thi.pdf")


def test_its_addressees_stay_as_they_were_when_it_was_published(city):
    directive = published(city, ["commune"])
    Unit.objects.create(
        level=Level.COMMUNE, kind=Kind.WARD, code="00005", name="Phường Mới", parent=city.district,
        valid=DateRange(date(2021, 1, 1), None),
    )  # fmt: skip
    assert directive.addressees.count() == 3


def test_only_units_in_force_are_addressed(city):
    Unit.objects.filter(pk=city.sibling.pk).update(valid=DateRange(date(2021, 1, 1), date(2022, 1, 1)))
    assert set(directing.audience(["commune"], [city.sibling], NOW.date())) == {city.commune, city.far_commune}


@pytest.mark.parametrize("level", ["city", "division", "nothing"])
def test_no_other_level_is_addressed_as_a_whole(city, level):
    with pytest.raises(ValidationError) as wrong:
        directing.publish(draft(city), [level], [], by=city.inspector, at=NOW)
    assert faults(wrong) == {"levels"}


@pytest.mark.parametrize("person", ["head", "approver", "reviewer", "observer"])
def test_only_administrators_and_inspectors_publish(city, person):
    with pytest.raises(PermissionDenied):
        directing.write(None, **WORDS, by=getattr(city, person), at=NOW)
    with pytest.raises(PermissionDenied):
        directing.publish(draft(city), ["commune"], [], by=getattr(city, person), at=NOW)


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"number": " "}, "number"),
        ({"number": "9" * 101}, "number"),
        ({"title": ""}, "title"),
        ({"issuer": ""}, "issuer"),
        ({"issued_on": date(2022, 5, 17)}, "issued_on"),
        ({"pass_on_by": NOW}, "pass_on_by"),
        ({"file": None}, "file"),
        ({"file": ("x.exe", b"MZ")}, "file"),
    ],
)
def test_what_is_wrong_with_a_draft_is_said_by_field(city, other, field):
    with pytest.raises(ValidationError) as wrong:
        draft(city, **other)
    assert faults(wrong) == {field}
    assert not Directive.objects.exists()


def test_a_number_is_entered_once(city):
    draft(city)
    with pytest.raises(ValidationError) as wrong:
        draft(city)
    assert faults(wrong) == {"number"}


def test_a_draft_may_be_changed_and_discarded_but_not_what_was_published(city):
    first = draft(city)
    changed = directing.write(first, **{**WORDS, "title": "Khác", "file": None}, by=city.administrator, at=NOW)
    assert (changed.title, changed.name, changed.made_by) == ("Khác", "chi-thi.pdf", city.inspector)
    directing.discard(first, by=city.inspector, at=NOW)
    directive = published(city)
    for act in (
        lambda: directing.write(directive, **WORDS, by=city.inspector, at=NOW),
        lambda: directing.discard(directive, by=city.inspector, at=NOW),
        lambda: directing.publish(directive, ["commune"], [], by=city.inspector, at=NOW),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "published"
    with pytest.raises(ProgrammingError), transaction.atomic():
        Directive.objects.filter(pk=directive.pk).update(title="Khác")


def test_the_journal_tells_who_published_what(city):
    directive = published(city)
    entries = JournalEntry.objects.filter(table="notifications_directive", key=directive.pk)
    assert set(entries.values_list("by", flat=True)) == {city.inspector.pk}


def test_directives_of_before_are_entered_once_to_the_units_of_their_day(city):
    row = {
        **{name: WORDS[name] for name in ("number", "title", "issuer", "text")},
        "issued_on": "2021-02-09", "published_on": "2021-03-01", "pass_on_by": "2021-04-01T00:00",
        "levels": ["department", "commune"],
    }  # fmt: skip
    assert (directing.enter([row]), directing.enter([row])) == (1, 0)
    directive = Directive.objects.get()
    assert (directive.addressees.count(), directive.made_by) == (6, None)
    assert directive.pass_on_by == datetime(2021, 4, 1, tzinfo=VIETNAM)


def test_the_directive_of_the_fixtures_is_entered_to_all_levels_of_units(city):
    rows = json.loads((settings.ROOT / "fixtures/directives.json").read_text(encoding="utf-8"))
    Unit.objects.exclude(level=Level.CITY).update(valid=DateRange(date(2021, 3, 1), None))
    directing.enter(rows)
    directive = Directive.objects.get(number="04/CT-UBND")
    assert (directive.issued_on, directive.addressees.count()) == (date(2021, 2, 9), len(UNITS) - 1)


# Certifying -----------------------------------------------------------------------------------------------------------


def test_the_head_certifies_and_the_last_certificate_counts(city):
    directive = published(city)
    certify(city, directive)
    certify(city, directive, people=25)
    (line,) = [one for one in covered(city, directive) if one.passed_on]
    assert (line.addressee.unit, line.passed_on.people, PassedOn.objects.count()) == (city.commune, 25, 2)


@pytest.mark.parametrize("person", ["reporter", "sibling_head", "district_head", "inspector"])
def test_nobody_but_the_unit_s_own_head_certifies(city, person):
    one = addressee(published(city), city.commune)
    with pytest.raises(PermissionDenied):
        directing.certify(one, **CERTIFIED, by=getattr(city, person), at=NOW)


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"day": date(2022, 5, 17)}, "day"),
        ({"day": date(2021, 2, 8)}, "day"),
        ({"way": "  "}, "way"),
        ({"way": "x" * 501}, "way"),
        ({"people": 26}, "people"),
        ({"of_people": 0}, "of_people"),
        ({"file": None}, "file"),
    ],
)
def test_what_is_wrong_with_a_certificate_is_said_by_field(city, other, field):
    directive = published(city)
    with pytest.raises(ValidationError) as wrong:
        certify(city, directive, **other)
    assert faults(wrong) == {field}
    assert not PassedOn.objects.exists()


# Acknowledging --------------------------------------------------------------------------------------------------------


def test_people_of_an_addressed_unit_acknowledge_once(city):
    directive = published(city)
    assert directing.acknowledge(directive, by=city.reporter, at=NOW) == 1
    assert directing.acknowledge(directive, by=city.reporter, at=NOW + timedelta(days=1)) == 0
    assert Acknowledgement.objects.get().at == NOW


def test_whoever_belongs_to_two_addressees_acknowledges_for_both_at_once(city):
    directive = published(city)
    city.appoint(city.reporter, Role.REPORTER, city.sibling)
    assert directing.acknowledge(directive, by=city.reporter, at=NOW) == 2


def test_a_division_s_people_belong_to_the_unit_above_it(city):
    division = Unit.objects.create(
        level=Level.DIVISION, kind=Kind.DIVISION, code="001-P1", name="Phòng Nội vụ", parent=city.district,
        valid=DateRange(date(2021, 1, 1), None),
    )  # fmt: skip
    division.refresh_from_db()
    person = city.add_person("division", Role.REPORTER, division)
    directive = published(city)
    assert directing.acknowledge(directive, by=person, at=NOW) == 1
    (line,) = [one for one in covered(city, directive) if one.addressee.unit == city.district]
    assert line.accounts == (4, 1)


def test_whom_a_directive_does_not_reach_has_nothing_to_acknowledge(city):
    directive = published(city, ["commune"])
    for person in (city.district_head, city.inspector):
        with pytest.raises(PermissionDenied):
            directing.acknowledge(directive, by=person, at=NOW)
    with pytest.raises(PermissionDenied):
        directing.acknowledge(draft(city, number="2/CT"), by=city.reporter, at=NOW)


# Coverage -------------------------------------------------------------------------------------------------------------


def test_coverage_adds_up_by_level_and_in_all(city):
    directive = published(city)
    certify(city, directive)
    directing.acknowledge(directive, by=city.reporter, at=NOW)
    listed = covered(city, directive)
    levels = coverage.by_level(listed)
    assert list(levels) == ["district", "commune"]
    assert levels["commune"] == coverage.Coverage(3, 1, 20, 25, 6, 1)
    assert levels["district"] == coverage.Coverage(2, 0, 0, 0, 4, 0)
    assert coverage.Coverage.of(listed) == coverage.Coverage(5, 1, 20, 25, 10, 1)


def test_only_people_in_post_count(city):
    directive = published(city)
    directing.acknowledge(directive, by=city.reporter, at=NOW)
    city.reporter.is_active = False
    city.reporter.save()
    assert coverage.Coverage.of(covered(city, directive)).accounts == 9
    assert coverage.Coverage.of(covered(city, directive)).read == 0


def test_who_has_not_acknowledged_is_named_once_with_the_unit(city):
    directive = published(city, ["commune"])
    directing.acknowledge(directive, by=city.reporter, at=NOW)
    city.appoint(city.head, Role.CLERK, city.commune)
    readable = Addressee.objects.readable_by(city.district_head, NOW)
    unread = coverage.unread(directive, readable.filter(directive=directive), NOW)
    assert [post.user for post in unread] == [city.head, city.sibling_head, city.sibling_reporter]


def test_a_unit_reads_of_itself_and_those_beneath_it(city):
    directive = published(city)
    read = {
        person: {line.addressee.unit.code for line in covered(city, directive, getattr(city, person))}
        for person in ("reporter", "district_head", "observer", "approver")
    }
    assert read["reporter"] == {"00001"}
    assert read["district_head"] == {"001", "00001", "00004"}
    assert len(read["observer"]) == 5
    assert read["approver"] == set()


def test_who_may_read_a_directive(city):
    directive, unfinished = published(city, ["commune"]), draft(city, number="2/CT")
    for person in (city.reporter, city.district_reporter, city.observer):
        assert list(Directive.objects.visible_to(person, NOW)) == [directive]
    assert list(Directive.objects.visible_to(city.approver, NOW)) == []
    assert set(Directive.objects.visible_to(city.administrator, NOW)) == {directive, unfinished}


def test_what_waits_for_a_person_goes_as_it_is_done(city):
    directive = published(city, ["commune"])

    def waits(person):
        return [(one.unread, one.uncertified) for one in Addressee.objects.waiting_for(person, NOW)]

    assert (waits(city.reporter), waits(city.head), waits(city.approver)) == ([(True, False)], [(True, True)], [])
    directing.acknowledge(directive, by=city.head, at=NOW)
    assert waits(city.head) == [(False, True)]
    certify(city, directive)
    assert (waits(city.head), waits(city.reporter)) == ([], [(True, False)])


def test_the_questions_asked_do_not_grow_with_the_units(city, django_assert_num_queries):
    directive = published(city)
    with django_assert_num_queries(3):
        assert len(covered(city, directive)) == 5


# Files and illustration -----------------------------------------------------------------------------------------------


def test_files_of_directives_and_lists_are_named_to_whoever_clears_the_store(city):
    certify(city, published(city), file=("danh-sach.png", office.PNG))
    for path in store.kept():
        os.utime(path, (0, 0))
    call_command("attachments", "--unused", "--delete", stdout=io.StringIO())
    assert len(list(store.kept())) == 2


def told():
    """Everything that a demonstration tells of directives, apart from keys."""
    certified = PassedOn.objects.values_list("addressee__unit__code", "at", "day", "way", "people", "of_people")
    read = Acknowledgement.objects.values_list("addressee__unit__code", "person__username", "at")
    return sorted(certified), sorted(read)


def test_a_demonstration_passes_directives_on_and_the_same_seed_does_it_alike(city):
    published_at = NOW - timedelta(days=300)
    directive = draft(city)
    Directive.objects.filter(pk=directive.pk).update(pass_on_by=NOW - timedelta(days=250))
    directing._publish(directive, Unit.objects.exclude(level=Level.CITY), published_at)
    outcomes = []
    for seed in (7, 7, 8):
        with transaction.atomic():
            people = staff(
                "x", reviewing=("STTTT",), inspecting=("VPUBND",), administering="STTTT",
                since=NOW - timedelta(days=730),
            )  # fmt: skip
            illustrating.pass_on(people, seed, kept_open="00001", at=NOW)
            outcomes.append(told())
            transaction.set_rollback(True)
    assert outcomes[0] == outcomes[1] != outcomes[2]
    certified, read = outcomes[0]
    assert len(certified) > 4
    assert len(read) > 8
    assert "00001" not in {code for code, *_rest in [*certified, *read]}
    assert all(published_at < at <= NOW and people <= of for _code, at, _day, _way, people, of in certified)
