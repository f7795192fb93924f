"""What one chooses about being told: on the page, by the address in a mail, and nobody for anybody else."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import reverse

from accounts.actions import absences
from accounts.models import Absence, JournalEntry
from accounts.roles import Role
from notifications.actions import preferring
from notifications.models import Feed, Gateway, Preference
from tests.city import NOW

PAGE = "/preferences/"
TODAY = NOW.date()


@pytest.fixture
def gateway(city):
    return Gateway.objects.create(name="SMS", address="https://example.vn/sms", secret="bí mật", is_active=True)


def post(client, do, **fields):
    return client.post(PAGE, {"do": do, **fields})


def away(person, first, last, *, by=None):
    """Away from one day to another, counted from today, both of them included."""
    days = DateRange(TODAY + timedelta(days=first), TODAY + timedelta(days=last + 1))
    return absences.store(Absence(person=person, valid=days), by=by or person, at=NOW)


def path_of(person):
    return preferring.unsubscribe_address(person).removeprefix("http://127.0.0.1:8000")


# Channels -------------------------------------------------------------------------------------------------------------


def test_who_never_chose_sees_what_holds_for_them(city, signed_in):
    form = signed_in(city.reporter).get(PAGE).context["choices"]
    assert form["routine_email"].initial is True
    assert "phone" not in form.fields
    assert not Preference.objects.exists()


def test_a_choice_is_kept_and_stands_in_the_journal_under_its_person(city, signed_in):
    client = signed_in(city.reporter)
    assert post(client, "choose", quiet_from="21:00", quiet_until="06:30").status_code == 302
    chosen = Preference.objects.get()
    assert (chosen.person, chosen.routine_email) == (city.reporter, False)
    assert (f"{chosen.quiet_from:%H:%M}", f"{chosen.quiet_until:%H:%M}") == ("21:00", "06:30")
    assert JournalEntry.objects.get(table="notifications_preference").by == city.reporter
    assert client.get(PAGE).context["choices"]["routine_email"].initial is False


@pytest.mark.parametrize("hours", [("21:00", ""), ("", "06:00"), ("06:00", "06:00"), ("25:00", "06:00")])
def test_quiet_hours_are_two_different_ones_or_none(city, signed_in, hours):
    answer = post(signed_in(city.reporter), "choose", quiet_from=hours[0], quiet_until=hours[1])
    assert answer.status_code == 422
    assert answer.context["choices"].errors
    assert not Preference.objects.exists()


def test_short_messages_are_offered_where_a_gateway_is_in_use(city, signed_in, gateway):
    client = signed_in(city.reporter)
    assert post(client, "choose", urgent_gateway="on", phone="0912345678").status_code == 302
    city.reporter.refresh_from_db()
    assert city.reporter.phone == "0912345678"
    assert Preference.objects.get().urgent_gateway


@pytest.mark.parametrize("phone", ["", "không có", "12", "0912 345 678"])
def test_short_messages_need_a_number_to_go_to(city, signed_in, gateway, phone):
    answer = post(signed_in(city.reporter), "choose", urgent_gateway="on", phone=phone)
    assert answer.status_code == 422
    assert list(answer.context["choices"].errors) == ["phone"]
    assert not Preference.objects.exists()


def test_a_wrong_choice_beside_it_keeps_the_number_out_too(city, signed_in, gateway):
    assert post(signed_in(city.reporter), "choose", phone="0912345678", quiet_from="21:00").status_code == 422
    city.reporter.refresh_from_db()
    assert city.reporter.phone == ""


@pytest.mark.parametrize("do", ["", "everything"])
def test_a_change_is_named(city, signed_in, do):
    assert post(signed_in(city.reporter), do).status_code == 400


def test_the_page_leads_from_the_menu_and_the_inbox(city, signed_in):
    client = signed_in(city.reporter)
    for page, links in (("/", 1), ("/inbox/", 2)):
        assert client.get(page).content.decode().count(f'href="{PAGE}"') == links


# Days away ------------------------------------------------------------------------------------------------------------


def test_an_absence_is_noted_with_both_its_days(city, signed_in):
    client = signed_in(city.head)
    assert post(client, "away", first="2022-05-20", last="2022-05-22").status_code == 302
    absence = Absence.objects.get()
    assert absence.valid == DateRange(date(2022, 5, 20), date(2022, 5, 23))
    assert absence.last_day == date(2022, 5, 22)
    assert list(client.get(PAGE).context["absences"]) == [absence]


@pytest.mark.parametrize(
    ("first", "last"),
    [("2022-05-22", "2022-05-20"), ("2022-05-01", "2022-05-15"), ("", ""), ("1922-05-20", "2022-06-01")],
)
def test_days_that_are_over_or_run_backwards_are_refused(city, signed_in, first, last):
    answer = post(signed_in(city.head), "away", first=first, last=last)
    assert answer.status_code == 422
    assert answer.context["away"].errors
    assert not Absence.objects.exists()


def test_a_day_is_noted_once(city, signed_in):
    client = signed_in(city.head)
    post(client, "away", first="2022-05-20", last="2022-05-22")
    answer = post(client, "away", first="2022-05-22", last="2022-05-23")
    assert answer.status_code == 422
    assert answer.context["away"].non_field_errors()


def test_days_to_come_are_taken_back_whole_and_days_begun_stay_up_to_today(city, signed_in):
    begun = away(city.head, 0, 3)
    Absence.objects.filter(pk=begun.pk).update(valid=DateRange(TODAY - timedelta(days=2), TODAY + timedelta(days=3)))
    coming = away(city.head, 9, 9)
    client = signed_in(city.head)
    for absence in (begun, coming):
        assert post(client, "stay", absence=absence.pk).status_code == 302
    assert [absence.valid for absence in Absence.objects.all()] == [DateRange(TODAY - timedelta(days=2), TODAY)]


def test_nobody_takes_back_another_persons_days(city, signed_in):
    absence = away(city.head, 0, 0)
    assert post(signed_in(city.reporter), "stay", absence=absence.pk).status_code == 404
    assert post(signed_in(city.reporter), "stay", absence="x").status_code == 400
    assert Absence.objects.exists()


def test_an_administrator_notes_it_for_who_has_fallen_ill_and_nobody_else_does(city, signed_in):
    client = signed_in(city.administrator)
    given = {"person": city.head.pk, "first": "16/05/2022", "last": "18/05/2022", "_save": "1"}
    assert client.post(reverse("admin:accounts_absence_add"), given).status_code == 302
    absence = Absence.objects.get()
    assert (absence.person, absence.last_day) == (city.head, TODAY + timedelta(days=2))
    change = reverse("admin:accounts_absence_change", args=[absence.pk])
    assert client.post(change, given | {"last": "17/05/2022"}).status_code == 302
    absence.refresh_from_db()
    assert absence.last_day == TODAY + timedelta(days=1)
    backwards = client.post(change, given | {"last": "15/05/2022"})
    assert list(backwards.context["adminform"].form.errors) == ["last"]
    again = client.post(reverse("admin:accounts_absence_add"), given | {"first": "17/05/2022"})
    assert again.context["adminform"].form.non_field_errors()
    with pytest.raises(PermissionDenied):
        away(city.head, 9, 9, by=city.reporter)
    with pytest.raises(PermissionDenied):
        absences.take_back(absence, by=city.reporter, at=NOW)


def test_a_head_sees_who_stands_in(city, signed_in):
    unit = city.report.unit
    client = signed_in(city.head)
    assert client.get(PAGE).context["stand_ins"] == [{"unit": unit.name, "names": ""}]
    deputy = city.add_person("deputy", Role.HEAD, unit)
    assert client.get(PAGE).context["stand_ins"] == [{"unit": unit.name, "names": deputy.full_name}]
    assert signed_in(city.reporter).get(PAGE).context["stand_ins"] == []


# The address in a mail ------------------------------------------------------------------------------------------------


def test_a_mailbox_declines_routine_mail_for_its_person_by_one_post(city, at):
    client = Client(enforce_csrf_checks=True)
    answer = client.post(path_of(city.reporter), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    chosen = Preference.objects.get()
    assert (chosen.person, chosen.routine_email) == (city.reporter, False)
    assert JournalEntry.objects.get(table="notifications_preference").by == city.reporter


def test_looking_at_the_address_changes_nothing(city, at):
    answer = Client().get(path_of(city.reporter))
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert not Preference.objects.exists()


def test_short_messages_need_a_number_whoever_asks_for_them(city):
    with pytest.raises(ValidationError) as refused:
        preferring.prefer(by=city.reporter, at=NOW, phone="", routine_gateway=True)
    assert list(refused.value.message_dict) == ["phone"]
    assert not Preference.objects.exists()


def test_it_can_be_taken_back_there_and_leaves_the_other_choices(city, at):
    preferring.prefer(by=city.reporter, at=NOW, phone="0912345678", urgent_gateway=True)
    client = Client()
    client.post(path_of(city.reporter))
    client.post(path_of(city.reporter), {"again": "yes"})
    chosen = Preference.objects.get()
    assert (chosen.routine_email, chosen.urgent_gateway) == (True, True)


@pytest.mark.parametrize("change", [lambda key: key[:-1], lambda key: "9" + key, lambda key: key.split(":")[0]])
def test_a_key_that_the_portal_did_not_give_opens_nothing(city, at, change):
    key = path_of(city.reporter).split("/")[2]
    address = reverse("unsubscribe", args=[change(key)])
    assert Client().post(address).status_code == 404
    assert not Preference.objects.exists()


def test_a_closed_account_is_asked_nothing(city, at):
    city.reporter.is_active = False
    city.reporter.save()
    assert Client().get(path_of(city.reporter)).status_code == 404


# The calendar's address -----------------------------------------------------------------------------------------------


def test_the_secret_address_is_shown_once_and_kept_as_its_digest(city, signed_in):
    client = signed_in(city.reporter)
    answer = post(client, "feed")
    address = answer.context["address"]
    assert address in answer.content.decode()
    secret = address.split("/calendar/")[1].removesuffix(".ics")
    assert len(secret) >= 40
    assert secret not in Feed.objects.get().sha256
    assert address not in client.get(PAGE).content.decode()
    entry = JournalEntry.objects.get(table="notifications_feed")
    assert "sha256" not in entry.after


def test_a_new_address_ends_the_old_and_closing_ends_all(city, signed_in):
    client = signed_in(city.reporter)
    first, second = (post(client, "feed").context["address"].removeprefix("http://127.0.0.1:8000") for _ in range(2))
    assert [Client().get(address).status_code for address in (first, second)] == [404, 200]
    assert post(client, "end-feed").status_code == 302
    assert Client().get(second).status_code == 404


def test_the_action_refuses_what_no_form_sends(city):
    with pytest.raises(ValidationError):
        preferring.prefer(by=city.reporter, at=NOW, quiet_from=None, quiet_until=NOW.time())
