"""Units: their dates, their place in the tree, and what the actions and the database refuse."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.actions import units
from accounts.labels import Kind
from accounts.models import Unit
from accounts.roles import Level
from tests.city import NOW
from tests.race import at_once


def ward(city, **changes):
    """A new ward of the small city's district, not yet entered."""
    terms = {
        "level": Level.COMMUNE,
        "kind": Kind.WARD,
        "code": "00006",
        "name": "Phường Vĩnh Phúc",
        "parent": city.district,
        "valid": DateRange(date(2022, 6, 1), None),
    }
    return Unit(**terms | changes)


def begin(city, **changes):
    return units.begin(ward(city, **changes), by=city.administrator, at=NOW)


def fault(city, **changes):
    """The fields at which the action finds fault, with their sentences."""
    with pytest.raises(ValidationError) as refused:
        begin(city, **changes)
    return refused.value.message_dict


def test_a_new_unit_gets_its_path_from_the_database(city):
    assert begin(city).path == [city.city.pk, city.district.pk, Unit.objects.get(code="00006").pk]


def test_only_an_administrator_enters_and_corrects_units(city):
    for person in (city.head, city.inspector, city.observer):
        with pytest.raises(PermissionDenied):
            units.begin(ward(city), by=person, at=NOW)
        with pytest.raises(PermissionDenied):
            units.correct(city.commune, by=person, at=NOW)


def test_a_code_belongs_to_one_unit_at_a_time(city):
    assert set(fault(city, code=city.commune.code)) == {"code"}
    assert "Phường Phúc Xá" in fault(city, code=city.commune.code)["code"][0]


def test_a_code_can_be_given_again_after_its_unit_has_ended(city):
    city.commune.valid = DateRange(date(2021, 1, 1), date(2022, 6, 1))
    units.correct(city.commune, by=city.administrator, at=NOW)
    again = begin(city, code=city.commune.code)
    assert Unit.objects.in_force(date(2022, 5, 31)).get(code=again.code) == city.commune
    assert Unit.objects.in_force(date(2022, 6, 1)).get(code=again.code) == again


@pytest.mark.parametrize(
    ("days", "field"),
    [
        ((None, None), "first_day"),
        ((date(2022, 6, 1), date(2022, 6, 1)), "last_day"),
        ((date(2022, 6, 1), date(2022, 5, 1)), "last_day"),
        ((date(2020, 1, 1), None), "first_day"),
    ],
    ids=["no first day", "no day at all", "backwards", "before its superior"],
)
def test_the_days_of_a_unit_must_be_possible(city, days, field):
    assert set(fault(city, valid=DateRange(*days))) == {field}


def test_a_unit_does_not_outlive_the_one_above_it(city):
    division = begin(
        city,
        level=Level.DIVISION,
        kind=Kind.DIVISION,
        parent=city.department,
        code="SYT-VP",
        valid=DateRange(date(2022, 1, 1), date(2023, 1, 1)),
    )
    assert division.path[-2] == city.department.pk
    city.department.valid = DateRange(date(2021, 1, 1), date(2022, 12, 31))
    with pytest.raises(ValidationError) as refused:
        units.correct(city.department, by=city.administrator, at=NOW)
    assert set(refused.value.message_dict) == {"last_day"}
    city.department.valid = DateRange(date(2021, 1, 1), date(2023, 1, 1))
    units.correct(city.department, by=city.administrator, at=NOW)
    late = {"level": Level.DIVISION, "kind": Kind.DIVISION, "parent": Unit.objects.get(pk=city.department.pk)}
    assert set(fault(city, code="SYT-TC", **late)) == {"last_day"}


@pytest.mark.parametrize(
    ("level", "kind", "superior", "fields"),
    [
        (Level.COMMUNE, Kind.WARD, None, "parent"),
        (Level.COMMUNE, Kind.WARD, "owner", "parent"),
        (Level.DISTRICT, Kind.TOWN, "district", "parent"),
        (Level.DEPARTMENT, Kind.OFFICE, "owner", "parent"),
        (Level.DIVISION, Kind.DIVISION, "commune", "parent"),
        (Level.CITY, Kind.CITY, "city", "level parent"),
        (Level.CITY, Kind.CITY, None, "level"),
        (Level.COMMUNE, Kind.DEPARTMENT, "district", "kind"),
        (Level.DISTRICT, Kind.WARD, "city", "kind"),
    ],
)
def test_level_kind_and_superior_must_fit(city, level, kind, superior, fields):
    parent = getattr(city, superior) if superior else None
    assert set(fault(city, level=level, kind=kind, parent=parent)) == set(fields.split())


def test_names_and_the_last_day_can_be_corrected(city):
    city.commune.name, city.commune.short_name = "Phường Phúc Xá (mới)", "PX"
    city.commune.valid = DateRange(date(2021, 1, 1), date(2030, 1, 1))
    units.correct(city.commune, by=city.administrator, at=NOW)
    assert Unit.objects.matching("phuc xa (moi) px").get() == city.commune


@pytest.mark.parametrize(
    "change", ["level = 'district'", "code = '99999'", "parent_id = {elsewhere}", "path = '{{1}}'"], ids=str.split
)
def test_the_database_refuses_to_move_a_unit(city, change):
    sql = f"UPDATE accounts_unit SET {change.format(elsewhere=city.elsewhere.pk)} WHERE id = %s"  # noqa: S608
    with pytest.raises(IntegrityError, match="never changes level, code or parent"), transaction.atomic():
        connection.cursor().execute(sql, [city.commune.pk])


def test_the_database_refuses_two_units_with_one_code_on_one_day(city):
    with pytest.raises(IntegrityError, match="unit_code_once_a_day"), transaction.atomic():
        ward(city, code=city.commune.code).save()


def test_search_takes_any_tone_where_none_is_typed_and_just_that_one_where_it_is(city):
    begin(city, name="Phường Phúc Xa")
    assert Unit.objects.matching("phuc xa").count() == 2
    assert Unit.objects.matching("PHÚC XÁ").get() == city.commune
    assert Unit.objects.matching("00001").get() == city.commune
    assert not Unit.objects.matching("phuc%")


def test_the_tree_shows_departments_then_each_district_with_its_communes(city):
    begin(city, level=Level.DIVISION, kind=Kind.DIVISION, parent=city.department, code="SYT-VP", name="Phòng Y")
    begin(city, parent=city.city, name="Xã Mới", kind=Kind.COMMUNE, code="00999")
    assert list(Unit.objects.in_tree_order().values_list("name", flat=True)) == [
        "Thành phố Hà Nội",
        "Sở Thông tin và Truyền thông",
        "Sở Y tế",
        "Phòng Y",
        "Văn phòng Ủy ban nhân dân Thành phố",
        "Quận Ba Đình",
        "Phường Phúc Xá",
        "Phường Trúc Bạch",
        "Huyện Ba Vì",
        "Xã Tản Hồng",
        "Xã Mới",
    ]


def test_of_two_people_who_enter_the_same_unit_at_once_the_second_is_told(shared_city, at):
    city = shared_city

    def enter():
        try:
            return begin(city)
        except ValidationError as fault:
            return set(fault.message_dict)

    outcomes = at_once(enter, enter, enter)
    assert sorted(map(str, outcomes)) == ["Phường Vĩnh Phúc", "{'code'}", "{'code'}"]
