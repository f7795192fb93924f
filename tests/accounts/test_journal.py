"""The journal: the database writes down every change of what the portal works by, with who made it and when."""

import importlib
import inspect
import json
import pkgutil
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, InternalError, ProgrammingError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange
from django.urls import reverse

import accounts.actions
import notifications.actions
import reports.actions
from accounts import journal
from accounts.actions import absences, appointing, people, units
from accounts.labels import Kind
from accounts.models import Absence, JournalEntry, Unit, User
from accounts.roles import Level, Role
from notifications.actions import feeding, gateways, preferring, resending
from notifications.models import Delivery, Gateway, Notice
from reports.actions import applicability, deadlines, designing, parts, sources, targets, tasks
from reports.models import (
    CalendarDay,
    Indicator,
    Item,
    LegalBasis,
    Section,
    Source,
    Target,
    Task,
    TaskGroup,
)
from reports.pages.changes import tables
from tests.city import FORM, NOW, PASSWORD

LATER = NOW + timedelta(hours=1)

KEPT_OTHERWISE = {
    # The course of reports and what they contain: steps, chains and frozen revisions of their own.
    *("reports.Report reports.Revision reports.Value reports.Attachment reports.Author reports.Step".split()),
    *("reports.Remark reports.Request reports.PartDone reports.IssuedDocument reports.Synthesis".split()),
    *("reports.SynthesisEntry reports.Seal reports.SealedHead".split()),
    # What follows from them.
    *("reports.Period reports.Figure reports.Mark".split()),
    # Messages, each with its attempts.
    *("notifications.Notice notifications.Attempt".split()),
    # What is only ever added, or goes with a directive that is.
    *("notifications.Addressee notifications.PassedOn notifications.Acknowledgement reports.Lapse".split()),
    # The journal, and what answers a repeated request.
    *("accounts.JournalEntry accounts.IdempotencyKey".split()),
}
"""Models of which no journal is kept, and why."""

ALL, UPDATE = 28, 16
"""What a trigger fires on, as pg_trigger says it."""

ONLY_SIGNED = {"notifications_delivery"}
"""Tables that the portal itself writes all day: of those, what somebody signed is kept."""

OURS = ("accounts", "reports", "notifications")


def entries(model, row):
    """What the journal says of a row, oldest first."""
    return list(JournalEntry.objects.filter(table=model._meta.db_table, key=row.pk).order_by("pk"))


def unsigned():
    """As at the beginning of a transaction: nobody has signed yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('dxportal.person', '', true), set_config('dxportal.at', '', true)")


# What is written ------------------------------------------------------------------------------------------------------


def test_every_model_is_journalled_or_says_what_keeps_its_changes_instead():
    ours = {model._meta.label for model in apps.get_models() if model._meta.app_label in OURS}
    assert ours - {model._meta.label for model in tables().values()} == KEPT_OTHERWISE


def test_every_journalled_table_has_its_trigger_in_the_database(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgtype & 1, tgtype & 28 FROM pg_trigger"
            " WHERE tgname LIKE 'pgtrigger_is_journalled_%'"
        )
        found = set(cursor.fetchall())
    expected = {(table, 1, UPDATE if table in ONLY_SIGNED else ALL) for table in tables()}
    assert found == expected, "for each row, on insert, update and delete"


def test_a_new_a_changed_and_a_deleted_row_are_written_down(db):
    basis = LegalBasis.objects.create(number="1/QĐ", issued_on=date(2022, 1, 1), issuer="UBND", title="Quyết định")
    basis.title = "Quyết định sửa đổi"
    basis.save()
    row = {"id": basis.pk, "number": "1/QĐ", "issued_on": "2022-01-01", "issuer": "UBND"}
    LegalBasis.objects.filter(pk=basis.pk).delete()
    new, changed, gone = JournalEntry.objects.filter(table="reports_legalbasis", key=row["id"]).order_by("pk")
    assert (new.before, new.after) == (None, row | {"title": "Quyết định"})
    assert (changed.before["title"], changed.after) == ("Quyết định", row | {"title": "Quyết định sửa đổi"})
    assert (gone.before, gone.after) == (row | {"title": "Quyết định sửa đổi"}, None)


def test_a_change_that_changes_nothing_is_no_entry(city):
    before = JournalEntry.objects.count()
    city.commune.save()
    User.objects.filter(pk=city.head.pk).update(last_login=NOW)
    Unit.objects.update(search_key="x")
    assert JournalEntry.objects.count() == before


def test_what_is_written_in_bulk_or_by_hand_is_written_down_too(city):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_unit SET short_name = 'PX' WHERE id = %s", [city.commune.pk])
    last = entries(Unit, city.commune)[-1]
    assert (last.before["short_name"], last.after["short_name"], last.by) == ("", "PX", None)
    groups = TaskGroup.objects.bulk_create([TaskGroup(position=7, name="Bảy"), TaskGroup(position=8, name="Tám")])
    assert [len(entries(TaskGroup, group)) for group in groups] == [1, 1]


def test_passwords_and_what_is_derived_are_never_in_it(city):
    city.head.set_password("mot-mat-khau-khac")
    city.head.save()
    last = entries(User, city.head)[-1]
    assert last.after["password"] == journal.CHANGED
    assert "password" not in last.before
    told = json.dumps(list(JournalEntry.objects.values_list("before", "after")))
    assert "argon2" not in told
    assert not {"sort_key", "search_key", "path", "last_login"} & {
        name for entry in JournalEntry.objects.all() for name in entry.after or {}
    }


def test_an_entry_is_never_changed_or_deleted(city):
    entry = JournalEntry.objects.first()
    for change in (entry.delete, lambda: JournalEntry.objects.filter(pk=entry.pk).update(at=NOW)):
        with pytest.raises((InternalError, ProgrammingError, IntegrityError)), transaction.atomic():
            change()
    assert JournalEntry.objects.filter(pk=entry.pk).values().get() == JournalEntry.objects.values().get(pk=entry.pk)


# Who and when ---------------------------------------------------------------------------------------------------------


def test_a_change_is_signed_inside_of_its_transaction_and_not_beyond_it(shared_city):
    with pytest.raises(transaction.TransactionManagementError):
        journal.sign(by=shared_city.administrator, at=NOW)
    with transaction.atomic():
        journal.sign(by=shared_city.administrator, at=NOW)
        Unit.objects.filter(pk=shared_city.commune.pk).update(short_name="A")
    Unit.objects.filter(pk=shared_city.commune.pk).update(short_name="B")
    signed, nobodys = entries(Unit, shared_city.commune)[-2:]
    assert (signed.by, signed.at) == (shared_city.administrator, NOW)
    assert nobodys.by is None
    assert nobodys.at > NOW, "by the database's clock"


def _new_unit(city):
    return Unit(
        level=Level.COMMUNE, kind=Kind.WARD, code="00007", name="Phường Cống Vị", parent=city.district,
        valid=DateRange(date(2022, 6, 1), None),
    )  # fmt: skip


def _correct(city):
    city.commune.short_name = "PX"
    return units.correct(city.commune, by=city.administrator, at=LATER)


def _rename(city):
    city.head.full_name = "Tên Khác"
    return people.store(city.head, by=city.administrator, at=LATER)


def _away(city):
    days = DateRange(LATER.date(), LATER.date() + timedelta(days=2))
    return absences.store(Absence(person=city.head, valid=days), by=city.head, at=LATER)


def _given_up(city):
    notice = Notice.objects.create(
        person=city.head, kind="rung", report=city.report, occasion="rung:0:2022-05-16", rung=0, owed_at=NOW
    )
    return Delivery.objects.create(notice=notice, person=city.head, channel="email", state="dead", due_at=NOW)


def _retire(city):
    indicator = Indicator.objects.first()
    indicator.retired_on = LATER.date()
    return targets.save_indicator(indicator, by=city.administrator, at=LATER)


def _later(city):
    return appointing.appoint(
        city.stranger, city.commune, Role.HEAD, DateTimeTZRange(LATER + timedelta(days=1), None),
        by=city.administrator, at=NOW,
    )  # fmt: skip


def _source(city):
    item = Item.objects.filter(version=city.version, indicator__isnull=False).first()
    day = date(2023, 1, 1)
    return Source(indicator=item.indicator, level="commune", form=city.form, valid=DateRange(day, None))


def _incident(city):
    terms = {"title": "Mất điện", "began_at": NOW - timedelta(hours=2), "ended_at": NOW - timedelta(hours=1)}
    return deadlines.report_incident(**terms, by=city.administrator, at=LATER)


def _set_aside(city, at=LATER):
    indicator = applicability.decided_for(city.commune, by=city.approver, at=at).first()
    return applicability.set_not_applicable(
        indicator, city.commune, date(2022, 6, 1), "Không có.", by=city.approver, at=at
    )


def _part(city):
    section = Section.objects.filter(version=city.version).first()
    return parts.assign_part(section, city.commune, person=city.reporter, by=city.reporter, at=LATER)


def _task(city, group):
    task = Task(
        group=group, pillar="society", code="NV-9", title="Nhiệm vụ", lead=city.department, deliverable="Kế hoạch",
        starts_on=NOW.date(), due_on=NOW.date(),
    )  # fmt: skip
    return tasks.save_task(task, [], by=city.administrator, at=LATER)


def _form(city):
    return designing.create_form(
        "BM-99", "Biểu thử", owner=city.owner, stand_in=city.stand_in, by=city.administrator, at=LATER
    )


def _copy(city):
    return designing.new_version(city.form, copy_of=city.version, by=city.administrator, at=LATER)


def _lowered(city, target):
    target.low -= 1
    return targets.save_target(target, by=city.administrator, at=LATER)


def _prepared(make: Callable[..., Any], change: Callable[..., Any]) -> Callable[..., Any]:
    """The change alone, after something has been made ready for it."""

    def act(city):
        made = make(city)
        unsigned()
        JOURNAL_FROM.append(JournalEntry.objects.order_by("-pk").values_list("pk", flat=True)[0])
        return change(city, made)

    return act


JOURNAL_FROM: list[int] = []

SIGNED: dict[Callable[..., Any], Callable[..., Any]] = {
    appointing.appoint: lambda city: appointing.appoint(
        city.stranger, city.commune, Role.HEAD, DateTimeTZRange(LATER, None), by=city.administrator, at=LATER
    ),
    appointing.end_appointment: lambda city: appointing.end_appointment(
        city.head.appointments.get(), LATER, by=city.administrator, at=LATER
    ),
    appointing.withdraw: _prepared(
        _later, lambda city, later: appointing.withdraw(later, by=city.administrator, at=LATER)
    ),
    people.store: _rename,
    people.set_password: lambda city: people.set_password(city.head, "khac-hoan-toan", by=city.head, at=LATER),
    units.begin: lambda city: units.begin(_new_unit(city), by=city.administrator, at=LATER),
    units.correct: _correct,
    absences.store: _away,
    absences.take_back: _prepared(_away, lambda city, away: absences.take_back(away, by=city.head, at=LATER)),
    preferring.prefer: lambda city: preferring.prefer(by=city.head, at=LATER, routine_email=False),
    preferring.give_phone: lambda city: preferring.give_phone("0912345678", by=city.head, at=LATER),
    feeding.make: lambda city: feeding.make(by=city.head, at=LATER),
    feeding.end: _prepared(
        lambda city: feeding.make(by=city.head, at=NOW), lambda city, _secret: feeding.end(by=city.head, at=LATER)
    ),
    resending.resend: _prepared(_given_up, lambda city, one: resending.resend(one, by=city.administrator, at=LATER)),
    resending.drop: _prepared(_given_up, lambda city, one: resending.drop(one, by=city.administrator, at=LATER)),
    gateways.store: lambda city: gateways.store(
        Gateway(name="SMS", address="https://8.8.8.8/sms", secret="x" * 24), by=city.administrator, at=LATER
    ),
    applicability.set_not_applicable: _set_aside,
    applicability.end_not_applicable: _prepared(
        _set_aside,
        lambda city, row: applicability.end_not_applicable(row, date(2022, 8, 1), by=city.approver, at=LATER),
    ),
    deadlines.grant_extension: lambda city: deadlines.grant_extension(
        city.form,
        city.report.period,
        until=NOW + timedelta(days=9),
        reason="Mưa lớn",
        document="1/TB",
        by=city.approver,
        at=LATER,
    ),
    deadlines.report_incident: _incident,
    deadlines.confirm_incident: _prepared(
        _incident, lambda city, incident: deadlines.confirm_incident(incident, by=city.inspector, at=LATER)
    ),
    deadlines.correct_day: lambda city: deadlines.correct_day(
        date(2022, 5, 17), working=False, name="Nghỉ", document="1/TB", by=city.administrator, at=LATER
    ),
    sources.enter_source: lambda city: sources.enter_source(_source(city), by=city.administrator, at=LATER),
    sources.end_source: _prepared(
        lambda city: sources.enter_source(_source(city), by=city.administrator, at=NOW),
        lambda city, source: sources.end_source(source, date(2023, 12, 31), by=city.administrator, at=LATER),
    ),
    tasks.save_task: _prepared(lambda city: TaskGroup.objects.create(position=9, name="Chín"), _task),
    targets.save_target: _prepared(
        lambda city: Target.objects.filter(low__isnull=False).first(),
        _lowered,
    ),
    targets.save_indicator: _retire,
    parts.assign_part: _part,
    parts.unassign_part: _prepared(_part, lambda city, part: parts.unassign_part(part, by=city.reporter, at=LATER)),
    designing.create_form: _form,
    designing.new_version: _copy,
    designing.import_draft: lambda city: designing.import_draft(
        {**FORM, "code": "BM-98", "indicators": []}, by=city.administrator, at=LATER
    ),
    designing.save_draft: _prepared(
        _copy,
        lambda city, draft: designing.save_draft(
            draft, designing.design_of(draft) | {"rules": []}, by=city.administrator, at=LATER
        ),
    ),
    designing.discard_draft: _prepared(
        _copy, lambda city, draft: designing.discard_draft(draft, by=city.administrator, at=LATER)
    ),
    designing.put_in_force: _prepared(
        _copy, lambda city, draft: designing.put_in_force(draft, "2022-07", by=city.administrator, at=LATER)
    ),
    designing.retire: lambda city: designing.retire(city.version, "2022-12", by=city.administrator, at=LATER),
}
"""How each action is made that changes what is journalled."""


def signatures(city, change):
    """Whether nobody is named, and when, of all that one action changes; nothing of it stays."""
    with transaction.atomic():
        unsigned()
        JOURNAL_FROM[:] = [JournalEntry.objects.order_by("-pk").values_list("pk", flat=True)[0]]
        change(city)
        found = {(entry.by_id is None, entry.at) for entry in JournalEntry.objects.filter(pk__gt=JOURNAL_FROM[-1])}
        transaction.set_rollback(True)
    for held in (city.administrator, city.head, city.commune):
        held.refresh_from_db()
    return found


def test_every_action_signs_all_that_it_changes(city):
    found = {f"{action.__module__}.{action.__name__}": signatures(city, change) for action, change in SIGNED.items()}
    assert found == {name: {(False, LATER)} for name in found}


def writes_journalled_rows(module):
    """Whether its source makes rows of a journalled model, or stores what a function was given of one."""
    source = inspect.getsource(module)
    names = "|".join(name for name, one in vars(module).items() if one in tables().values())
    if not names:
        return False
    makes = re.search(rf"\b({names})(\((?!\))|\.objects\.(bulk_|update_or_|get_or_)?create\()", source)
    given = re.search(rf"^def [a-z]\w+\(\s*(\w+: \w+, )*(?!by)\w+: ({names})\b", source, re.MULTILINE)
    return bool(makes or (given and re.search(r"\.(save|delete|update)\(", source)))


def test_every_action_that_changes_what_is_journalled_is_tried_above():
    found = set()
    for package in (accounts.actions, reports.actions, notifications.actions):
        for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(info.name)
            for name, action in inspect.getmembers(module, inspect.isfunction):
                public = action.__module__ == module.__name__ and not name.startswith("_")
                if public and {"by", "at"} <= inspect.signature(action).parameters.keys():
                    atomic = "atomic" in inspect.getsource(action).partition("def ")[0]
                    if atomic and writes_journalled_rows(module):
                        found.add(f"{module.__name__}.{name}")
    tried = {f"{action.__module__}.{action.__name__}" for action in SIGNED}
    assert found - tried == CHANGES_NOTHING_JOURNALLED
    assert tried <= found


CHANGES_NOTHING_JOURNALLED = {
    "reports.actions.parts.mark_done",
    "reports.actions.parts.mark_undone",
    "reports.actions.requests.answer",
    "reports.actions.requests.pass_on",
}
"""Actions beside others that do; what they change is of a report."""


# The screens ----------------------------------------------------------------------------------------------------------


def test_a_change_in_the_admin_site_and_of_ones_own_password_is_signed(city, signed_in):
    client = signed_in(city.administrator)
    fields = {"day": "2022-05-17", "name": "Nghỉ", "document": "12/TB", "_save": "1"}
    assert client.post(reverse("admin:reports_calendarday_add"), fields).status_code == 302
    assert entries(CalendarDay, CalendarDay.objects.get(day=date(2022, 5, 17)))[-1].by == city.administrator
    secret = {"password1": "mot-mat-khau-khac", "password2": "mot-mat-khau-khac"}
    page = reverse("admin:auth_user_password_change", args=[city.head.pk])
    assert client.post(page, secret).status_code == 302
    assert entries(User, city.head)[-1].by == city.administrator
    own = {"oldpassword": PASSWORD, **secret}
    assert signed_in(city.reporter).post(reverse("account_change_password"), own).status_code == 302
    last = entries(User, city.reporter)[-1]
    assert (last.by, last.after["password"]) == (city.reporter, journal.CHANGED)
    assert abs(last.at - NOW) < timedelta(minutes=5), "by the portal's clock"
