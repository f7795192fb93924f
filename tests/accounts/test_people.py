"""People in the admin site and on the command line: entered, corrected, closed, appointed; never deleted."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.actions import people
from accounts.models import Appointment, User
from accounts.refusals import Refused
from accounts.roles import Role
from tests.city import NOW, PASSWORD

NEW_PASSWORD = "mat-khau-khac-2022"


@pytest.fixture
def client(city, signed_in):
    return signed_in(city.administrator)


def new_person(**fields):
    passwords = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    return {"username": "nguyen.an", "full_name": "Nguyễn Văn An", "email": "an@example.vn", **passwords, **fields}


def errors_of(answer):
    return answer.context["adminform"].form.errors


def page_of(person):
    return reverse("admin:accounts_user_change", args=[person.pk])


def form_of(client, person, **fields):
    """What the browser would send back of a person's page as it stands, with some fields typed over."""
    sent = {}
    context = client.get(page_of(person)).context
    formsets = [inline.formset for inline in context["inline_admin_formsets"]]
    for form in [
        context["adminform"].form,
        *(formset.management_form for formset in formsets),
        *(form for formset in formsets for form in formset),
    ]:
        for bound in form:
            value = bound.value()
            if value is not None and value is not False:
                sent[bound.html_name] = "on" if value is True else bound.field.widget.format_value(value)
    return {**{name: value for name, value in sent.items() if value is not None}, **fields}


def test_a_person_is_entered_with_a_password_and_signs_in(client, city):
    answer = client.post(reverse("admin:accounts_user_add"), new_person())
    person = User.objects.get(username="nguyen.an")
    assert answer["Location"] == page_of(person), "the next thing is an appointment"
    assert person.check_password(NEW_PASSWORD)
    assert person.is_active


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"username": "HEAD"}, "username"),
        ({"username": "có dấu cách"}, "username"),
        ({"full_name": ""}, "full_name"),
        ({"email": "khong-phai-thu"}, "email"),
        ({"password2": "khac-han-2022"}, "password2"),
        ({"password1": "ngan", "password2": "ngan"}, "password2"),
        ({"password1": "nguyen.an2", "password2": "nguyen.an2"}, "password2"),
    ],
)
def test_a_person_that_cannot_be_is_refused_at_the_field(client, fields, field):
    assert set(errors_of(client.post(reverse("admin:accounts_user_add"), new_person(**fields)))) == {field}
    assert not User.objects.filter(full_name="Nguyễn Văn An").exists()


def test_people_are_found_with_and_without_diacritics(client):
    client.post(reverse("admin:accounts_user_add"), new_person())
    client.post(reverse("admin:accounts_user_add"), new_person(username="an2", full_name="Nguyễn Vân Ân"))

    def found(text):
        answer = client.get(reverse("admin:accounts_user_changelist"), {"q": text})
        return [person.full_name for person in answer.context["cl"].queryset]

    assert found("nguyen van an") == ["Nguyễn Văn An", "Nguyễn Vân Ân"]
    assert found("Văn An") == ["Nguyễn Văn An"]
    assert found("an@example") == found("nguyen van an")
    assert found("AN2") == ["Nguyễn Vân Ân"]


def test_people_are_filtered_by_their_role_now(client, city):
    def found(role):
        answer = client.get(reverse("admin:accounts_user_changelist"), {"role": role})
        return set(answer.context["cl"].queryset)

    assert found("inspector") == {city.inspector}
    city.inspector.appointments.all().delete()
    assert found("inspector") == set()
    assert found("none") == {city.inspector}


def test_an_account_is_closed_but_not_ones_own(client, city):
    assert client.post(page_of(city.head), form_of(client, city.head, is_active="")).status_code == 302
    assert not User.objects.get(pk=city.head.pk).is_active
    own = client.post(page_of(city.administrator), form_of(client, city.administrator, is_active=""))
    assert set(errors_of(own)) == {"__all__"}
    assert User.objects.get(pk=city.administrator.pk).is_active
    city.administrator.is_active = False
    with pytest.raises(Refused) as refused:
        people.store(city.administrator, by=User.objects.get(pk=city.administrator.pk), at=NOW)
    assert refused.value.code == "own_account"


def test_a_person_is_appointed_and_their_appointment_ended_on_one_page(client, city):
    old = city.stranger.appointments.get()
    new = {"appointments-2-0-unit": city.sibling.pk, "appointments-2-0-role": "head"}
    sent = form_of(client, city.stranger, **new, **{"appointments-0-ends": "2022-05-31T17:00"})
    assert client.post(page_of(city.stranger), sent).status_code == 302
    assert Appointment.objects.get(pk=old.pk).valid.upper == NOW.replace(day=31, hour=17)
    assert Appointment.objects.get(user=city.stranger, unit=city.sibling).role == Role.HEAD


def test_saving_a_page_unchanged_changes_nothing(client, city):
    city.appoint(city.stranger, Role.HEAD, city.far_commune, until=NOW + timedelta(seconds=90061))
    city.appoint(city.stranger, Role.HEAD, city.commune, until=NOW - timedelta(seconds=90061))
    before = list(Appointment.objects.order_by("pk").values())
    assert client.post(page_of(city.stranger), form_of(client, city.stranger)).status_code == 302
    assert list(Appointment.objects.order_by("pk").values()) == before


def test_nothing_of_a_page_is_stored_where_one_part_is_refused(client, city):
    sent = form_of(client, city.stranger, full_name="Tên Khác", **{"appointments-0-ends": "2020-05-31T17:00"})
    answer = client.post(page_of(city.stranger), sent)
    assert set(answer.context["inline_admin_formsets"][0].formset.errors[0]) == {"ends"}
    assert User.objects.get(pk=city.stranger.pk).full_name != "Tên Khác"


def test_administrators_are_refused_where_they_appoint_themselves_on_their_own_page(client, city):
    new = {"appointments-2-0-unit": city.commune.pk, "appointments-2-0-role": "approver"}
    answer = client.post(page_of(city.administrator), form_of(client, city.administrator, **new))
    assert answer.context["inline_admin_formsets"][1].formset.forms[0].non_field_errors()
    assert city.administrator.appointments.get().role == Role.ADMINISTRATOR


def test_a_new_password_signs_the_person_out_everywhere(client, city, signed_in):
    theirs = signed_in(city.head)
    page = reverse("admin:auth_user_password_change", args=[city.head.pk])
    assert client.get(page).status_code == 200
    assert client.post(page, {"password1": "ngan", "password2": "ngan"}).context["form"].errors
    assert client.post(page, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}).status_code == 302
    assert User.objects.get(pk=city.head.pk).check_password(NEW_PASSWORD)
    assert theirs.get(reverse("work")).status_code == 302
    assert signed_in(city.approver).post(page, {"password1": PASSWORD, "password2": PASSWORD}).status_code == 403


# The command line -----------------------------------------------------------------------------------------------------


def appoint(*arguments, password=NEW_PASSWORD, monkeypatch=None, **options):
    if monkeypatch:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    told = io.StringIO()
    call_command("appoint", *arguments, stdout=told, **options)
    return told.getvalue()


@pytest.mark.usefixtures("at")
def test_the_first_administrator_is_made_on_the_command_line(city, monkeypatch):
    told = appoint("root", "administrator", "stttt", full_name="Quản trị", password_stdin=True, monkeypatch=monkeypatch)
    person = User.objects.get(username="root")
    assert person.check_password(NEW_PASSWORD)
    assert person.appointments.get().unit == city.owner
    assert "Quản trị" in told


@pytest.mark.usefixtures("at")
def test_somebody_known_is_appointed_without_a_password(city):
    appoint("STRANGER", "observer", "01")
    assert city.stranger.appointments.filter(role=Role.OBSERVER, unit=city.city).exists()


@pytest.mark.parametrize(
    ("arguments", "options", "words"),
    [
        (("stranger", "king", "01"), {}, "'king'.*administrator"),
        (("stranger", "head", "nowhere"), {}, "'nowhere'"),
        (("somebody", "head", "01"), {}, "--full-name"),
        (("somebody", "head", "01"), {"full_name": "Ai Đó", "email": "not an address"}, "e-mail|email|thư"),
        (("stranger", "reporter", "09619"), {}, "."),
    ],
    ids=["role", "unit", "name", "e-mail", "twice"],
)
@pytest.mark.usefixtures("city", "at")
def test_the_command_line_says_what_is_wrong_and_enters_nobody(arguments, options, words, monkeypatch):
    before = User.objects.count(), Appointment.objects.count()
    with pytest.raises(CommandError, match=words):
        appoint(*arguments, password_stdin=True, monkeypatch=monkeypatch, **options)
    assert (User.objects.count(), Appointment.objects.count()) == before


@pytest.mark.usefixtures("city", "at")
def test_the_command_line_refuses_a_weak_password(monkeypatch):
    with pytest.raises(CommandError):
        appoint(
            "root", "head", "01", full_name="Ai Đó", password_stdin=True, password="12345678", monkeypatch=monkeypatch
        )
    assert not User.objects.filter(username="root").exists()
