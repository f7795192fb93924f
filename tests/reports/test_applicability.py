"""What does not concern a unit, and which form an indicator comes from: said by who decides, and folded anew."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse

from accounts.roles import Level
from reports import figures
from reports.actions import applicability, sources, tasks
from reports.models import Form, Indicator, Mark, NotApplicable, Report, Source, Task
from reports.terms import Terms
from tests.programme import Programme

pytestmark = pytest.mark.django_db

FROM = date(2022, 4, 15)
"""The first day of the data window of 2022-05."""


@pytest.fixture
def staff(city):
    """An indicator that the quarterly form asks departments and districts for."""
    city.programme = Programme(city)
    return Indicator.objects.get(code="staff")


def online(city):
    return city.version.items.get(code="online").indicator


def set_aside(city, unit=None, *, by=None, first=FROM, reason="Xã không có bộ phận một cửa."):
    return applicability.set_not_applicable(
        online(city), unit or city.commune, first, reason, by=by or city.approver, at=city.now
    )


def aside_in(city, code):
    report = Report.objects.select_related("unit", "period", "version").get(pk=city.report_of(city.commune, code).pk)
    return Terms.of(report).set_aside


def test_an_approver_of_the_owner_sets_an_indicator_aside_from_a_day_on(city):
    row = set_aside(city)

    assert (row.by, row.at, row.valid.lower, row.valid.upper) == (city.approver, city.now, FROM, None)
    assert (aside_in(city, "2022-04"), aside_in(city, "2022-05")) == (frozenset(), {"online"})


def test_it_is_decided_by_nobody_else_and_for_nobody_s_own_unit(city):
    for person in (city.owner_reviewer, city.head, city.reviewer, city.administrator, city.stand_in_approver):
        with pytest.raises(PermissionDenied):
            set_aside(city, by=person)
    with pytest.raises(PermissionDenied):
        set_aside(city, city.owner, by=city.approver)
    assert set_aside(city, city.owner, by=city.stand_in_approver).unit == city.owner


def test_only_what_a_form_asks_of_the_unit_s_level_can_be_set_aside(city, staff):
    assert staff in applicability.decided_for(city.district, by=city.approver, at=city.now)
    assert staff not in applicability.decided_for(city.commune, by=city.approver, at=city.now)
    assert online(city) in applicability.decided_for(city.commune, by=city.approver, at=city.now)


def test_it_is_said_once_and_with_a_reason(city):
    with pytest.raises(ValidationError):
        set_aside(city, reason="  ")
    set_aside(city)
    with pytest.raises(ValidationError):
        set_aside(city, first=date(2023, 1, 1))


def test_the_figures_above_leave_the_unit_out_and_take_it_back(city):
    for unit in (city.commune, city.sibling):
        city.approve(city.report_of(unit))
    assert city.figure("work_dossiers_online", scope=city.district).expected == 3
    row = set_aside(city)
    assert set(Mark.objects.values_list("unit", "period__code")) == {(city.commune.pk, "2022-05")}
    assert city.figure("work_dossiers_online", scope=city.district).expected == 2

    applicability.end_not_applicable(row, date(2022, 1, 1), by=city.approver, at=city.now)

    assert city.figure("work_dossiers_online", scope=city.district).expected == 3
    assert not applicability.of_unit(city.commune).exists()


def test_it_ends_for_periods_that_begin_later(city):
    row = set_aside(city, first=date(2022, 3, 15))
    figures.fold_marked()
    ended = applicability.end_not_applicable(row, date(2022, 3, 31), by=city.approver, at=city.now)
    assert ended.valid.upper == date(2022, 4, 1)
    assert set(Mark.objects.values_list("period__code", flat=True)) == {"2022-05"}
    with pytest.raises(PermissionDenied):
        applicability.end_not_applicable(row, date(2022, 3, 20), by=city.head, at=city.now)
    with pytest.raises(ValidationError):
        applicability.end_not_applicable(row, date(2022, 4, 30), by=city.approver, at=city.now)


def test_the_owner_sets_it_aside_and_ends_it_on_the_unit_s_screen(city, signed_in):
    address = reverse("unit-applicability", args=[city.commune.pk])
    client = signed_in(city.approver)
    assert client.get(address).context["may_decide"]
    assert not signed_in(city.head).get(address).context["may_decide"]

    sent = {"indicator": online(city).pk, "first_day": "2022-04-15", "reason": "Không có hồ sơ."}
    assert signed_in(city.head).post(address, sent).status_code == 403
    assert client.post(address, sent | {"reason": ""}).status_code == 422
    assert client.post(address, sent).status_code == 302
    row = NotApplicable.objects.get()
    assert client.post(address, sent).status_code == 422
    client.post(address, {"row": row.pk, "last_day": "2022-12-31"})
    row.refresh_from_db()
    assert row.valid.upper == date(2023, 1, 1)


def source_of(city, indicator, form, *, first=FROM, level=Level.DEPARTMENT):
    return Source(indicator=indicator, level=level, form=form, valid=DateRange(first, None))


def test_an_administrator_says_which_form_an_indicator_comes_from(city, staff):
    form = Form.objects.get(code="BM-90")
    source = sources.enter_source(source_of(city, staff, form), by=city.administrator, at=city.now)
    assert source.pk
    with pytest.raises(PermissionDenied):
        sources.enter_source(source_of(city, staff, form, level=Level.DISTRICT), by=city.approver, at=city.now)
    for wrong in (
        source_of(city, staff, form, first=date(2023, 1, 1)),
        source_of(city, staff, form, level=Level.COMMUNE),
        source_of(city, staff, city.form, level=Level.DISTRICT),
        source_of(city, staff, form, first=None, level=Level.DISTRICT),
    ):
        with pytest.raises(ValidationError):
            sources.enter_source(wrong, by=city.administrator, at=city.now)


def test_a_source_that_ends_marks_the_periods_after_it(city, staff):
    form = Form.objects.get(code="BM-90")
    figures.fold_marked()
    source = sources.enter_source(
        source_of(city, staff, form, first=date(2021, 1, 1)), by=city.administrator, at=city.now
    )
    assert set(Mark.objects.values_list("period__code", flat=True)) == {"2021-Q4", "2022-Q1"}
    figures.fold_marked()

    ended = sources.end_source(source, date(2021, 12, 1), by=city.administrator, at=city.now)

    assert ended.valid.upper == date(2021, 12, 2)
    assert set(Mark.objects.values_list("period__code", flat=True)) == {"2022-Q1"}


def test_sources_and_tasks_are_kept_in_the_admin_site(city, staff, signed_in):
    client = signed_in(city.administrator)
    form = Form.objects.get(code="BM-90")
    sent = {"indicator": staff.pk, "level": "district", "form": form.pk, "first_day": "2022-04-15", "last_day": ""}
    assert client.post(reverse("admin:reports_source_add"), sent | {"level": "commune"}).status_code == 200
    assert client.post(reverse("admin:reports_source_add"), sent).status_code == 302
    source = Source.objects.get()
    assert (
        client.post(reverse("admin:reports_source_change", args=[source.pk]), {"last_day": "2022-12-31"}).status_code
        == 302
    )
    source.refresh_from_db()
    assert source.valid.upper == date(2023, 1, 1)

    task = Task.objects.get(code="NV-1")
    changed = {
        "group": task.group_id, "pillar": "society", "title": "Tên mới", "lead": city.district.pk,
        "supporting": [city.owner.pk], "deliverable": "Kế hoạch", "starts_on": "2021-10-01", "due_on": "2022-12-31",
        "weight": "2",
    }  # fmt: skip
    address = reverse("admin:reports_task_change", args=[task.pk])
    assert client.post(address, changed | {"due_on": "2020-01-01"}).status_code == 200
    assert client.post(address, changed).status_code == 302
    task.refresh_from_db()
    assert (task.title, task.lead, list(task.supporting.all()), task.code) == (
        "Tên mới", city.district, [city.owner], "NV-1",
    )  # fmt: skip
    assert client.get(reverse("admin:reports_task_changelist")).status_code == 200
    new = client.post(reverse("admin:reports_task_add"), changed | {"code": "NV-9"})
    assert new.status_code == 302
    assert Task.objects.get(code="NV-9").supporting.get() == city.owner


def test_a_task_is_led_by_a_unit_that_reports_and_does_not_support_itself(city, staff):
    task = Task.objects.get(code="NV-1")
    division, _reporter = city.programme.add_division()
    with pytest.raises(PermissionDenied):
        tasks.save_task(task, [], by=city.approver, at=city.now)
    with pytest.raises(ValidationError):
        tasks.save_task(task, [city.department], by=city.administrator, at=city.now)
    task.lead = division
    with pytest.raises(ValidationError):
        tasks.save_task(task, [], by=city.administrator, at=city.now)
