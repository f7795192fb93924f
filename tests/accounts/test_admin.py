"""The admin site: open to administrators and to nobody else, in few queries, and translating what actions refuse."""

from datetime import date, timedelta

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.labels import CAPACITIES
from accounts.models import Absence, Appointment, Unit, User
from accounts.roles import Capacity, Level, Role
from notifications.models import Attempt, Delivery, Gateway, Notice
from reports.actions import deadlines
from reports.models import (
    CalendarCorrection,
    CalendarDay,
    Indicator,
    LegalBasis,
    Report,
    Revision,
    Source,
    Step,
    Task,
    TaskGroup,
    Value,
)
from reports.workflow import Action
from tests.city import NOW

SITE = admin.site
LIST_CEILING = 10
NO_ROWS = {"appointments-TOTAL_FORMS": "0", "appointments-INITIAL_FORMS": "0"}


@pytest.fixture
def filled(city):
    """The small city with something to look at on every page of the site."""
    city.approve(city.report)
    notice = Notice.objects.create(
        person=city.head,
        kind="rung",
        report=city.report,
        occasion="rung:0:2022-05-16",
        rung=0,
        deadline=NOW,
        owed_at=NOW,
    )
    delivery = Delivery.objects.create(notice=notice, person=city.head, channel="email", due_at=NOW)
    Attempt.objects.create(delivery=delivery, number=1, at=NOW)
    Gateway.objects.create(name="SMS", address="https://example.vn/sms", secret="x" * 24)
    Absence.objects.create(person=city.head, valid=DateRange(NOW.date(), date(2022, 5, 18)))
    city.appoint(city.administrator, Role.OBSERVER, city.city)
    deadlines.correct_day(
        date(2022, 12, 26), working=False, name="Nghỉ bù", document="1/TB", by=city.administrator, at=NOW
    )
    group = TaskGroup.objects.create(position=1, name="Chuyển đổi nhận thức")
    Task.objects.create(
        group=group,
        pillar=Task.Pillar.GOVERNMENT,
        code="NT-01",
        title="Phổ biến Chương trình đến mọi đơn vị",
        lead=city.department,
        deliverable="Kế hoạch",
        starts_on=date(2022, 1, 1),
        due_on=date(2022, 12, 31),
    )
    Source.objects.create(
        indicator=Indicator.objects.first(), level="commune", form=city.form, valid=DateRange(date(2023, 1, 1), None)
    )
    return city


@pytest.fixture
def client(filled, signed_in):
    return signed_in(filled.administrator)


def pages():
    """(model, page) of every list and form, and of an object of every model, by name."""
    return [(model, page) for model in SITE._registry for page in ("changelist", "add", "change", "history", "delete")]


def address(model, page):
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
    if page in {"changelist", "add"}:
        return reverse(name)
    return reverse(name, args=[model._default_manager.order_by("pk").values_list("pk", flat=True)[0]])


def post(client, page, /, *args, **fields):
    return client.post(reverse(f"admin:{page}", args=args), {"_save": "1", **fields})


def errors_of(answer):
    return answer.context["adminform"].form.errors


# Who comes in ---------------------------------------------------------------------------------------------------------


def test_every_page_opens_to_the_administrator_or_is_closed_to_all(client):
    def expected(model, page):
        adds = SITE.get_model_admin(model).may_add
        return {"add": 200 if adds else 403, "delete": 403}.get(page, 200)

    answered = {(model, page): client.get(address(model, page)).status_code for model, page in pages()}
    assert answered == {(model, page): expected(model, page) for model, page in pages()}


@pytest.mark.parametrize("person", ["head", "approver", "inspector", "observer", "closed", "former"])
def test_no_page_opens_to_anybody_else(filled, signed_in, person):
    if person == "closed":
        client = signed_in(filled.administrator)
        User.objects.filter(pk=filled.administrator.pk).update(is_active=False)
    elif person == "former":
        client = signed_in(filled.administrator)
        Appointment.objects.filter(user=filled.administrator).update(valid=DateTimeTZRange(None, NOW))
    else:
        client = signed_in(getattr(filled, person))
    for model, page in pages():
        for answer in (client.get(address(model, page)), client.post(address(model, page), {"post": "yes"})):
            signs_in_anew = person == "closed" and answer.status_code == 302 and "/login/" in answer["Location"]
            assert answer.status_code == 403 or signs_in_anew, (model, page)
    assert client.get(reverse("admin:index")).status_code in {302, 403}


def test_a_stranger_signs_in_where_everybody_does_and_comes_back(filled, at):
    answer = Client().get(reverse("admin:accounts_unit_changelist"), follow=True)
    assert (
        answer.redirect_chain[-1][0] == f"{reverse('account_login')}?next={reverse('admin:accounts_unit_changelist')}"
    )


def test_signing_in_goes_to_no_other_site(client):
    assert client.get(reverse("admin:login"), {"next": "https://elsewhere.example/"})["Location"] == "/admin/"


def test_pages_of_other_apps_and_what_reports_contain_are_not_there():
    assert {model._meta.app_label for model in SITE._registry} == {"accounts", "reports", "notifications"}
    assert not {Value, Revision} & set(SITE._registry)


def test_signing_out_and_changing_ones_password_happen_where_they_do_for_everybody(client):
    assert client.get(reverse("admin:logout"))["Location"] == reverse("account_logout")
    assert client.get(reverse("admin:password_change"))["Location"] == reverse("account_change_password")


def test_numbers_that_a_unit_reported_appear_nowhere(filled, client):
    report = filled.report_of(filled.sibling)
    filled.fill(report, documents_out=778899)
    pages = [reverse("admin:reports_report_change", args=[report.pk]), reverse("admin:reports_report_changelist")]
    assert not any("778899" in client.get(page).content.decode() for page in pages)


def test_what_a_head_says_of_a_draft_appears_nowhere(filled, client):
    report = filled.report_of(filled.sibling)
    filled.fill(report)
    filled.move(report, Action.HAND_UP, by=filled.sibling_reporter)
    step = filled.move(report, Action.HAND_BACK, by=filled.sibling_head, reason="Sửa 45 thành 54.")
    pages = [
        reverse("admin:reports_report_change", args=[report.pk]),
        reverse("admin:reports_step_changelist"),
        reverse("admin:reports_step_change", args=[step.pk]),
    ]
    assert not any("Sửa 45 thành 54." in client.get(page).content.decode() for page in pages)


def test_only_reports_that_the_administrator_may_read_are_listed(filled, signed_in):
    Appointment.objects.filter(user=filled.administrator, role=Role.OBSERVER).delete()
    client = signed_in(filled.administrator)
    listed = client.get(reverse("admin:reports_report_changelist")).context["cl"].queryset
    assert {report.unit for report in listed} == {filled.owner}
    assert client.get(reverse("admin:reports_report_change", args=[filled.report.pk])).status_code == 302
    assert not client.get(reverse("admin:reports_step_changelist")).context["cl"].queryset
    assert not client.get(reverse("admin:notifications_notice_changelist")).context["cl"].queryset


# Lists ----------------------------------------------------------------------------------------------------------------


def many(city):
    """Ten more communes with two people each, and their reports."""
    for number in range(10):
        unit = Unit.objects.create(
            level=Level.COMMUNE,
            kind="ward",
            code=f"9{number}",
            name=f"Phường Số {number}",
            parent=city.district,
            valid=DateRange(date(2021, 1, 1), None),
        )
        for role in (Role.REPORTER, Role.HEAD):
            city.add_person(f"{role}{number}", role, unit)
    city.open("2022-03")
    for report in Report.objects.filter(unit__code__startswith="9", period__code="2022-03")[:5]:
        city.submit(report)


def queries_of_lists(client):
    """How many queries each list takes the second time it is asked for."""
    counted = {}
    for model in SITE._registry:
        page = address(model, "changelist")
        client.get(page)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page).status_code == 200
        counted[model] = len(queries)
    return counted


def test_a_list_takes_few_queries_however_long_it_is(filled, client):
    few = queries_of_lists(client)
    assert {model: count for model, count in few.items() if count > LIST_CEILING} == {}
    many(filled)
    longer = queries_of_lists(client)
    assert {model: count for model, count in longer.items() if count > few[model]} == {}


def units_listed(client, **terms):
    answer = client.get(reverse("admin:accounts_unit_changelist"), terms)
    return [unit.name for unit in answer.context["cl"].result_list]


def test_units_stand_as_a_tree_until_something_is_searched_or_filtered(client):
    whole = units_listed(client)
    assert whole[0] == "Thành phố Hà Nội"
    assert whole[whole.index("Quận Ba Đình") :][:3] == ["Quận Ba Đình", "Phường Phúc Xá", "Phường Trúc Bạch"]
    page = client.get(reverse("admin:accounts_unit_changelist")).content.decode()
    assert '<span class="depth-3">Phường Phúc Xá</span>' in page
    assert units_listed(client, q="phuong") == ["Phường Phúc Xá", "Phường Trúc Bạch"]
    assert units_listed(client, level__exact="district") == ["Quận Ba Đình", "Huyện Ba Vì"]


def test_units_are_filtered_by_district_and_by_day(filled, client):
    assert units_listed(client, district=filled.elsewhere.pk) == ["Huyện Ba Vì", "Xã Tản Hồng"]
    ended = Unit.objects.filter(pk=filled.far_commune.pk)
    ended.update(valid=DateRange(date(2021, 1, 1), date(2022, 5, 16)))
    assert units_listed(client, on="ended") == ["Xã Tản Hồng"]
    assert "Xã Tản Hồng" not in units_listed(client, on="today")
    assert "Xã Tản Hồng" in units_listed(client, on="2022-05-15")
    assert (
        units_listed(client, on="later") == units_listed(client, on="2022-13-45") == units_listed(client, on="x") == []
    )
    assert units_listed(client, district="x") == units_listed(client, district="9" * 30) == []


@pytest.mark.parametrize(
    ("page", "asked"), [("accounts_user", {"role": "a\0b"}), ("reports_calendarday", {"year": "0000"})]
)
def test_a_filter_of_no_such_choice_is_answered_all_the_same(client, page, asked):
    assert client.get(reverse(f"admin:{page}_changelist"), asked).status_code == 200


def test_a_commune_is_told_from_its_namesake_where_it_is_chosen(filled, client):
    unit = filled.far_commune
    Unit.objects.filter(pk=unit.pk).update(valid=DateRange(date(2021, 1, 1), date(2022, 5, 16)))
    answer = client.get(
        reverse("admin:autocomplete"),
        {"term": "tan hong", "app_label": "accounts", "model_name": "appointment", "field_name": "unit"},
    )
    (found,) = answer.json()["results"]
    assert found["text"].startswith("Xã Tản Hồng, Huyện Ba Vì (")
    assert "15/05/2022" in found["text"]


def test_appointments_are_filtered_by_whether_they_give_rights(filled, client):
    filled.appoint(filled.stranger, Role.HEAD, filled.far_commune, since=NOW + timedelta(days=1))
    filled.appoint(filled.stranger, Role.HEAD, filled.far_commune, until=NOW)
    User.objects.filter(pk=filled.far_reviewer.pk).update(is_active=False)

    def people(**terms):
        listed = client.get(reverse("admin:accounts_appointment_changelist"), terms).context["cl"].queryset
        return [appointment.user for appointment in listed]

    assert filled.far_reviewer not in people(state="now")
    assert people(state="later") == [filled.stranger]
    assert set(people(state="none")) == {filled.stranger, filled.far_reviewer}
    assert filled.far_reviewer in people(q="ba vi")
    assert people(q="far reviewer") == [filled.far_reviewer]


# Units ----------------------------------------------------------------------------------------------------------------


def new_unit(city, **fields):
    terms = {
        "level": "commune",
        "kind": "ward",
        "code": "00006",
        "name": "Phường Vĩnh Phúc",
        "parent": city.district.pk,
    }
    return {**terms, "short_name": "", "first_day": "2022-06-01", "last_day": "", **fields}


def test_a_unit_is_added_and_shown_with_its_last_day(filled, client):
    assert post(client, "accounts_unit_add", **new_unit(filled, last_day="2022-12-31")).status_code == 302
    unit = Unit.objects.get(code="00006")
    assert unit.valid == DateRange(date(2022, 6, 1), date(2023, 1, 1))
    assert unit.path == [filled.city.pk, filled.district.pk, unit.pk]
    form = client.get(reverse("admin:accounts_unit_change", args=[unit.pk])).context["adminform"].form
    assert form["last_day"].value() == date(2022, 12, 31)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"last_day": "2022-05-31"}, "last_day"),
        ({"last_day": "9999-12-31"}, "last_day"),
        ({"first_day": ""}, "first_day"),
        ({"first_day": "31/02/2022"}, "first_day"),
        ({"parent": ""}, "parent"),
        ({"code": "00001"}, "code"),
        ({"kind": "board"}, "kind"),
        ({"name": "  "}, "name"),
    ],
)
def test_a_unit_that_cannot_be_is_refused_at_its_field(filled, client, fields, field):
    assert set(errors_of(post(client, "accounts_unit_add", **new_unit(filled, **fields)))) == {field}
    assert not Unit.objects.filter(name="Phường Vĩnh Phúc").exists()


def test_a_unit_is_renamed_and_ended_but_never_moved(filled, client):
    unit = filled.commune
    fields = {"kind": "ward", "name": "Phường Phúc Xá Mới", "short_name": "", "last_day": "2022-05-31", **NO_ROWS}
    moved = {"code": "99999", "level": "district", "parent": filled.elsewhere.pk, "first_day": "2020-01-01"}
    assert post(client, "accounts_unit_change", unit.pk, **fields, **moved).status_code == 302
    stored = Unit.objects.get(pk=unit.pk)
    assert (stored.name, stored.valid) == ("Phường Phúc Xá Mới", DateRange(date(2021, 1, 1), date(2022, 6, 1)))
    assert (stored.code, stored.level, stored.parent, stored.path) == (unit.code, "commune", unit.parent, unit.path)
    assert Unit.objects.matching("phuc xa moi").get() == unit


def test_a_district_with_communes_is_not_ended_before_them(filled, client):
    terms = {"kind": "urban_district", "name": "Quận Ba Đình", "short_name": "", "last_day": "2022-05-31"}
    assert set(errors_of(post(client, "accounts_unit_change", filled.district.pk, **terms, **NO_ROWS))) == {"last_day"}


def test_what_an_administrator_changes_is_kept_with_their_name(filled, client):
    post(client, "accounts_unit_add", **new_unit(filled))
    unit = Unit.objects.get(code="00006")
    entry = LogEntry.objects.get(object_id=unit.pk)
    assert (entry.user, entry.is_addition()) == (filled.administrator, True)
    assert abs(entry.action_time - NOW) < timedelta(minutes=5), "by the portal's clock"
    page = client.get(reverse("admin:accounts_unit_history", args=[unit.pk])).content.decode()
    assert filled.administrator.full_name in page


# Appointments ---------------------------------------------------------------------------------------------------------


def new_appointment(user, unit, role=Role.HEAD, **fields):
    terms = {"user": user.pk, "unit": unit.pk, "role": role, "capacity": Capacity.HEAD, "document": ""}
    return {**terms, "begins": "", "ends": "", **fields}


def test_an_appointment_begins_now_unless_it_says_otherwise(filled, client):
    fields = new_appointment(filled.stranger, filled.far_commune, ends="2022-06-01T00:00")
    assert post(client, "accounts_appointment_add", **fields).status_code == 302
    made = Appointment.objects.get(user=filled.stranger, role=Role.HEAD)
    assert abs(made.valid.lower - NOW) < timedelta(minutes=5)
    assert made.valid.upper == NOW.replace(month=6, day=1, hour=0)


def test_administrators_are_refused_where_they_appoint_themselves(filled, client):
    answer = post(client, "accounts_appointment_add", **new_appointment(filled.administrator, filled.commune))
    assert set(errors_of(answer)) == {"__all__"}
    assert not filled.administrator.appointments.filter(role=Role.HEAD).exists()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"role": Role.REPORTER}, "role"),
        ({"begins": "2022-06-01T08:00", "ends": "2022-06-01T08:00"}, "ends"),
        ({"begins": "2010-06-01T08:00"}, "unit"),
        ({"role": "king"}, "role"),
        ({"unit": ""}, "unit"),
        ({"ends": "never"}, "ends"),
        ({"capacity": "king"}, "capacity"),
        ({"role": Role.REVIEWER, "capacity": Capacity.DEPUTY}, "capacity"),
        ({"capacity": Capacity.AUTHORISED, "ends": "2022-06-01T00:00"}, "document"),
        ({"capacity": Capacity.AUTHORISED, "document": "12/UQ"}, "ends"),
    ],
)
def test_an_appointment_that_cannot_be_is_refused_at_its_field(filled, client, fields, field):
    terms = new_appointment(filled.stranger, filled.far_commune) | fields
    assert set(errors_of(post(client, "accounts_appointment_add", **terms))) == {field}


def test_who_signs_for_a_unit_is_appointed_in_a_capacity_that_the_list_shows(filled, client):
    terms = {"capacity": Capacity.AUTHORISED, "document": "12/UQ-UBND", "ends": "2022-06-01T00:00"}
    fields = new_appointment(filled.stranger, filled.commune, **terms)
    assert post(client, "accounts_appointment_add", **fields).status_code == 302
    made = Appointment.objects.get(user=filled.stranger, unit=filled.commune)
    assert (made.capacity, made.document) == (Capacity.AUTHORISED, "12/UQ-UBND")
    for page in (
        reverse("admin:accounts_appointment_changelist"),
        reverse("admin:accounts_user_change", args=[filled.stranger.pk]),
    ):
        assert f"{CAPACITIES[Capacity.AUTHORISED]} · 12/UQ-UBND" in client.get(page).content.decode()
    assert set(errors_of(post(client, "accounts_appointment_change", made.pk, ends=""))) == {"ends"}


def test_of_a_running_appointment_only_the_end_changes(filled, client):
    running = filled.stranger.appointments.get()
    fields = new_appointment(filled.head, filled.commune, Role.APPROVER, ends="2022-05-20T17:00")
    assert post(client, "accounts_appointment_change", running.pk, **fields).status_code == 302
    stored = Appointment.objects.get(pk=running.pk)
    assert (stored.user, stored.unit, stored.role) == (filled.stranger, filled.far_commune, Role.REPORTER)
    assert stored.valid == DateTimeTZRange(running.valid.lower, NOW.replace(day=20, hour=17))
    assert set(errors_of(post(client, "accounts_appointment_change", running.pk, ends="2022-05-01T00:00"))) == {"ends"}


def test_an_appointment_that_is_over_is_only_looked_at(filled, client):
    over = filled.appoint(filled.stranger, Role.HEAD, filled.far_commune, until=NOW - timedelta(days=1))
    assert client.get(reverse("admin:accounts_appointment_change", args=[over.pk])).status_code == 200
    assert post(client, "accounts_appointment_change", over.pk, ends="").status_code == 403


def test_an_appointment_is_taken_back_before_it_begins_and_never_after(filled, client):
    later = filled.appoint(filled.stranger, Role.HEAD, filled.far_commune, since=NOW + timedelta(days=1))
    page = reverse("admin:accounts_appointment_delete", args=[later.pk])
    assert client.get(page).status_code == 200
    assert client.post(page, {"post": "yes"}).status_code == 302
    assert LogEntry.objects.get(object_id=later.pk).is_deletion()
    assert not Appointment.objects.filter(pk=later.pk).exists()
    running = filled.stranger.appointments.get()
    page = reverse("admin:accounts_appointment_delete", args=[running.pk])
    assert client.post(page, {"post": "yes"}).status_code == 403


# Days off -------------------------------------------------------------------------------------------------------------


def test_a_day_off_is_corrected_by_a_document_and_not_after_it_has_passed(filled, client):
    day = CalendarDay.objects.get(day=date(2022, 9, 2))
    fields = {"name": day.name, "working": "on"}
    assert set(errors_of(post(client, "reports_calendarday_change", day.pk, **fields, document=" "))) == {"document"}
    assert post(client, "reports_calendarday_change", day.pk, **fields, document="12/TB").status_code == 302
    assert CalendarDay.objects.get(pk=day.pk).working
    past = CalendarDay.objects.get(day=date(2022, 1, 1))
    assert post(client, "reports_calendarday_change", past.pk, **fields, document="12/TB").status_code == 403
    fields = {"day": "2022-05-13", "name": "Nghỉ", "document": "12/TB"}
    assert set(errors_of(post(client, "reports_calendarday_add", **fields))) == {"day"}
    assert post(client, "reports_calendarday_add", **fields | {"day": "2022-05-17"}).status_code == 302


def test_a_corrected_day_moves_the_deadlines_to_come_and_is_taken_out_by_a_document_too(filled, client):
    district = filled.report_of(filled.district)
    fields = {"day": "2022-05-17", "name": "Nghỉ", "document": "12/TB"}
    assert post(client, "reports_calendarday_add", **fields).status_code == 302
    moved = Report.objects.get(pk=district.pk).deadline
    assert moved == district.deadline + timedelta(days=1)
    day = CalendarDay.objects.get(day=date(2022, 5, 17))
    again = {"name": "Nghỉ", "take_out": "on"}
    assert set(errors_of(post(client, "reports_calendarday_change", day.pk, **again))) == {"document"}
    assert post(client, "reports_calendarday_change", day.pk, **again, document="13/TB").status_code == 302
    assert not CalendarDay.objects.filter(day=day.day).exists()
    assert Report.objects.get(pk=district.pk).deadline == moved
    assert set(CalendarCorrection.objects.filter(day=day.day).values_list("document", flat=True)) == {"12/TB", "13/TB"}


def test_what_is_only_shown_cannot_be_changed(filled, client):
    for model in (Report, Step, LegalBasis, Notice):
        before = model.objects.order_by("pk").values().first()
        assert client.post(address(model, "change"), {"status": "draft", "number": "1"}).status_code == 403
        assert model.objects.order_by("pk").values().first() == before
