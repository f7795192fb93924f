"""Appointments: rights end at the instant, nobody appoints themselves, and what gave rights is kept."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange

from accounts.actions import appointing, units
from accounts.models import Appointment, User
from accounts.refusals import Refused
from accounts.roles import Capacity, Role
from tests.city import NOW

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


def anew(person):
    """The person as the next request would load them."""
    return User.objects.get(pk=person.pk)


def appoint(city, *, user=None, unit=None, role=Role.REPORTER, since=NOW, until=None, by=None, **terms):
    valid = DateTimeTZRange(since, until)
    return appointing.appoint(
        user or city.stranger, unit or city.commune, role, valid, by=by or city.administrator, at=NOW, **terms
    )


def end(city, appointment, moment, *, by=None, at=NOW):
    return appointing.end_appointment(appointment, moment, by=by or city.administrator, at=at)


def test_an_appointment_gives_its_rights_from_its_first_instant_to_its_last(city):
    appoint(city, role=Role.OBSERVER, since=NOW, until=NOW + DAY)
    assert not anew(city.stranger).holds(Role.OBSERVER, NOW - SECOND)
    assert anew(city.stranger).holds(Role.OBSERVER, NOW)
    assert anew(city.stranger).holds(Role.OBSERVER, NOW + DAY - SECOND)
    assert not anew(city.stranger).holds(Role.OBSERVER, NOW + DAY)


def test_an_ended_appointment_gives_no_rights_from_that_instant(city):
    end(city, city.head.appointments.get(), NOW)
    assert not anew(city.head).posts(NOW)
    assert anew(city.head).posts(NOW - SECOND)


def test_a_closed_account_has_no_rights(city):
    User.objects.filter(pk=city.head.pk).update(is_active=False)
    assert not anew(city.head).posts(NOW)


def test_rights_end_with_the_last_day_of_the_unit(city):
    city.commune.valid = DateRange(city.commune.valid.lower, date(2022, 5, 17))
    units.correct(city.commune, by=city.administrator, at=NOW)
    assert anew(city.head).posts(NOW.replace(hour=23, minute=59))
    assert not anew(city.head).posts(NOW.replace(day=17, hour=0, minute=0))


def test_only_an_administrator_appoints_ends_and_takes_back(city):
    later = appoint(city, since=NOW + DAY)
    for person in (city.head, city.approver, city.inspector):
        with pytest.raises(PermissionDenied):
            appoint(city, by=person)
        with pytest.raises(PermissionDenied):
            end(city, city.reporter.appointments.get(), NOW, by=person)
        with pytest.raises(PermissionDenied):
            appointing.withdraw(later, by=person, at=NOW)


def test_an_administrator_whose_appointment_is_over_appoints_nobody(city):
    Appointment.objects.filter(user=city.administrator).update(valid=DateTimeTZRange(NOW - DAY, NOW))
    with pytest.raises(PermissionDenied):
        appoint(city, by=anew(city.administrator))


def test_administrators_do_not_appoint_themselves(city):
    with pytest.raises(Refused) as refused:
        appoint(city, user=city.administrator, role=Role.APPROVER)
    assert refused.value.code == "own_appointment"


def test_administrators_do_not_prolong_their_own_appointment_but_may_shorten_it(city):
    own = city.administrator.appointments.get()
    end(city, own, NOW + DAY)
    for longer in (NOW + 2 * DAY, None):
        with pytest.raises(Refused) as refused:
            end(city, own, longer)
        assert refused.value.code == "own_appointment"


def test_the_same_role_in_the_same_unit_is_given_once_at_a_time(city):
    appoint(city, until=NOW + DAY)
    with pytest.raises(ValidationError) as refused:
        appoint(city, since=NOW + DAY - SECOND)
    assert set(refused.value.message_dict) == {"role"}
    appoint(city, since=NOW + DAY)
    appoint(city, role=Role.HEAD)
    appoint(city, unit=city.sibling)


def test_the_database_refuses_the_same_role_twice_at_a_time(city):
    with pytest.raises(IntegrityError, match="appointment_once_at_a_time"), transaction.atomic():
        city.appoint(city.reporter, Role.REPORTER, city.commune)


def test_prolonging_into_the_next_appointment_is_refused(city):
    first = appoint(city, until=NOW + DAY)
    appoint(city, since=NOW + 2 * DAY)
    end(city, first, NOW + 2 * DAY)
    with pytest.raises(ValidationError):
        end(city, first, NOW + 3 * DAY)


def test_an_appointment_ends_after_it_begins_and_within_the_life_of_its_unit(city):
    for terms, field in (
        ({"until": NOW}, "valid"),
        ({"since": NOW, "until": NOW - DAY}, "valid"),
        ({"since": NOW - timedelta(days=3650)}, "unit"),
    ):
        with pytest.raises(ValidationError) as refused:
            appoint(city, **terms)
        assert set(refused.value.message_dict) == {field}


def test_what_was_done_under_an_appointment_stands(city):
    running = city.reporter.appointments.get()
    with pytest.raises(ValidationError):
        end(city, running, NOW - timedelta(minutes=1))
    at = NOW + timedelta(seconds=40)
    assert end(city, running, NOW, at=at).valid.upper == at, "the running minute is now"
    with pytest.raises(Refused) as refused:
        end(city, running, None, at=at)
    assert refused.value.code == "ended"


def test_only_what_has_not_begun_can_be_taken_back(city):
    later = appoint(city, since=NOW + SECOND)
    appointing.withdraw(later, by=city.administrator, at=NOW)
    assert not Appointment.objects.filter(user=city.stranger, unit=city.commune).exists()
    begun = appoint(city, since=NOW)
    with pytest.raises(Refused) as refused:
        appointing.withdraw(begun, by=city.administrator, at=NOW)
    assert refused.value.code == "begun"


def test_posts_are_read_once_an_instant(city, django_assert_num_queries):
    person = anew(city.reviewer)
    with django_assert_num_queries(2):
        for at in (NOW, NOW, NOW + SECOND, NOW + SECOND):
            assert person.holds(Role.REVIEWER, at)


# Capacities -----------------------------------------------------------------------------------------------------------


def test_a_unit_has_several_signers_each_in_a_capacity(city):
    deputy = appoint(city, role=Role.HEAD, capacity=Capacity.DEPUTY, document="  45/QĐ-UBND ")
    assert (deputy.capacity, deputy.document) == (Capacity.DEPUTY, "45/QĐ-UBND")
    (post,) = [post for post in anew(city.stranger).posts(NOW) if post.unit_id == city.commune.pk]
    assert post.capacity == Capacity.DEPUTY
    assert anew(city.head).holds(Role.HEAD, NOW), "the head stays"


@pytest.mark.parametrize(
    ("terms", "fields"),
    [
        ({"role": Role.REPORTER, "capacity": Capacity.DEPUTY}, {"capacity"}),
        ({"role": Role.HEAD, "capacity": Capacity.AUTHORISED}, {"document", "valid"}),
        ({"role": Role.HEAD, "capacity": Capacity.AUTHORISED, "document": "1/UQ"}, {"valid"}),
        ({"role": Role.HEAD, "capacity": Capacity.AUTHORISED, "document": " ", "until": NOW + DAY}, {"document"}),
    ],
)
def test_a_capacity_is_a_signers_and_an_authorisation_names_its_document_and_its_last_day(city, terms, fields):
    with pytest.raises(ValidationError) as refused:
        appoint(city, **terms)
    assert set(refused.value.message_dict) == fields


def test_an_authorisation_may_run_longer_but_not_for_ever(city):
    terms = {"role": Role.HEAD, "capacity": Capacity.AUTHORISED, "document": "1/UQ"}
    authorised = appoint(city, until=NOW + DAY, **terms)
    end(city, authorised, NOW + 2 * DAY)
    with pytest.raises(ValidationError) as refused:
        end(city, authorised, None)
    assert set(refused.value.message_dict) == {"valid"}


def test_the_database_refuses_an_authorisation_without_document_or_last_day(city):
    for document, until in (("", NOW + DAY), ("1/UQ", None)):
        with pytest.raises(IntegrityError, match="appointment_authorised_by_document"), transaction.atomic():
            Appointment.objects.create(
                user=city.stranger, unit=city.commune, role=Role.HEAD, capacity=Capacity.AUTHORISED,
                document=document, valid=DateTimeTZRange(NOW, until),
            )  # fmt: skip
