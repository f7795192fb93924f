"""The journal: the database writes down every change of what the portal works by, with who made it and when."""

import importlib
import inspect
import json
import pkgutil
import re
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, InternalError, ProgrammingError, connection, transaction
from django.urls import reverse

import accounts.actions
import notifications.actions
import reports.actions
from accounts import journal
from accounts.models import JournalEntry, Unit, User
from reports.models import CalendarDay, LegalBasis, TaskGroup
from reports.pages.changes import tables
from tests.accounts.signed import LATER, SIGNED, signatures
from tests.city import NOW, PASSWORD

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


def named(action):
    return f"{action.__module__}.{action.__name__}"


def test_every_action_signs_all_that_it_changes(city, settings, tmp_path):
    settings.ATTACHMENTS_ROOT = tmp_path
    found = {named(action): signatures(city, change) for action, change in SIGNED.items()}
    assert found == {name: {(False, LATER)} for name in found}


def writes_journalled_rows(module):
    """Whether its source makes rows of a journalled model, or stores what a function was given of one."""
    source = inspect.getsource(module)
    names = "|".join(name for name, one in vars(module).items() if one in tables().values())
    if not names:
        return False
    makes = re.search(rf"\b({names})(\((?!\))|\.objects\.(bulk_|update_or_|get_or_)?create\()", source)
    given = re.search(rf"^def [a-z]\w+\(\s*(\w+: \w+, )*(?!by)\w+: ({names})\b", source, re.MULTILINE)
    return bool(makes or (given and re.search(r"\.(save|delete|update|bulk_update)\(", source)))


def test_every_action_that_changes_what_is_journalled_is_tried_above():
    found = set()
    for package in (accounts.actions, reports.actions, notifications.actions):
        for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(info.name)
            for name, action in inspect.getmembers(module, inspect.isfunction):
                public = action.__module__ == module.__name__ and not name.startswith("_")
                changes = "transaction.atomic" in inspect.getsource(action) and writes_journalled_rows(module)
                if public and changes and {"by", "at"} <= inspect.signature(action).parameters.keys():
                    found.add(named(action))
    tried = {named(action) for action in SIGNED}
    assert found - tried == CHANGES_NOTHING_JOURNALLED
    assert tried <= found


CHANGES_NOTHING_JOURNALLED = {
    "notifications.actions.directing.certify",
    "reports.actions.parts.mark_done",
    "reports.actions.parts.mark_undone",
    "reports.actions.requests.answer",
    "reports.actions.requests.pass_on",
}
"""Actions beside others that do; what they change is of a report, or only ever added."""


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
