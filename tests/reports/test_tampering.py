"""The journal's proof: whoever owns the database can change history, but not so that it does not show.

Every drill does what the database refuses, as its owner with the triggers switched off, after two seals of which the
second was kept; then `verify_journal --seal FILE` names the place.
"""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.models import Unit
from reports import journal, labels, store
from reports.actions import moving, opening, regimes, sealing
from reports.chain import MAY_SAY, SAID, link
from reports.content import digest, snapshot, stored_in
from reports.exchange import seals
from reports.findings import FAULTS, Finding, Place
from reports.models import Attachment, Indicator, Report, Revision, Seal, SealedHead, Source, Step, Value
from reports.periods import PeriodCode
from reports.replaying import Fault
from reports.seals import Head, code_of, digest_of
from reports.workflow import Action
from tests.city import NOW, City
from tests.reports.test_report_once import FORM, save

MAY = "Tháng 5/2022"
PAPER = {"document": "45/BC-UBND", "received_at": NOW, "scan": ("Báo cáo.pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\n%%EOF\n")}
TABLES = ("report", "revision", "value", "attachment", "step", "seal", "sealedhead")
KEY = "a key for tests"


def make_history(city):
    """Reports that went most ways there are: returned, recalled, amended, filed on paper, exempt; two seals within."""
    commune, sibling, department = city.report, city.report_of(city.sibling), city.report_of(city.department)
    city.submit(commune)
    city.give_back(commune)
    city.submit(commune, online=61)
    city.check(commune)
    city.submit(department)
    sealing.seal(at=NOW + timedelta(hours=1))
    city.move(commune, Action.APPROVE, by=city.approver)
    city.move(sibling, Action.RECORD, by=city.reviewer, **PAPER)
    city.move(sibling, Action.KEY_IN, by=city.sibling_head)
    city.fill(sibling)
    city.move(sibling, Action.SUBMIT, by=city.sibling_head)
    exempt = city.report_of(city.far_commune)
    city.move(exempt, Action.EXEMPT, by=city.approver, reason="Sáp nhập.")
    sealing.seal(at=NOW + timedelta(days=1))


@pytest.fixture(scope="module")
def history(django_db_setup, django_db_blocker, tmp_path_factory):
    """The small city with its history, once: each test is undone."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic():
        from django.conf import settings

        patch.setattr(settings, "SEAL_KEY", KEY)
        patch.setattr(settings, "ATTACHMENTS_ROOT", tmp_path_factory.mktemp("store"))
        city = City()
        make_history(city)
        yield city
        transaction.set_rollback(True)


@pytest.fixture
def city(history, db):
    """The same, and every trigger off, as for the owner of the database."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in TABLES:
            cursor.execute(f"ALTER TABLE reports_{table} DISABLE TRIGGER USER")
    history.report, history.now = history.report_of(history.commune), NOW
    return history


@pytest.fixture
def kept(city, tmp_path):
    """The newest seal, as an inspector has downloaded it."""
    return keep(Seal.objects.first(), tmp_path)


def keep(seal, folder):
    path = folder / seals.name_of(seal)
    path.write_text("".join(seals.written(seal)))
    return path


def found(*kept, **options):
    """What the command prints, line by line; nothing where it ends well."""
    out = StringIO()
    try:
        call_command("verify_journal", seals=list(kept), stdout=out, **options)
    except CommandError:
        return out.getvalue().splitlines()
    assert "Everything agrees" in out.getvalue()
    return []


def at(report, **within):
    """The place of a report of 2022-05 in words."""
    return Place("BM-02", "2022-05", f"{report.unit.name} ({report.unit.code})", report.pk, **within)


def said(*findings):
    return [str(Finding(fault, place, facts)) for fault, place, facts in findings]


def rechain(report):
    """Write the digests of all its steps anew, so that they are linked."""
    previous = ""
    for step in Step.objects.filter(report=report).order_by("seq"):
        previous = link(previous, {name: getattr(step, name) for name in (*SAID, *MAY_SAY)})
        Step.objects.filter(pk=step.pk).update(digest=previous)


# Nothing was touched --------------------------------------------------------------------------------------------------


def test_an_untouched_journal_verifies_whole(city, kept):
    outcome = journal.verify([seals.read(kept.read_bytes())], files=True)

    assert outcome.findings == []
    assert (outcome.signed, outcome.count) == (True, 0)
    reports, frozen = Report.objects.count(), Revision.objects.filter(frozen_at__isnull=False)
    assert outcome.read["reports"], outcome.read["steps"] == (reports, Step.objects.count())
    assert outcome.read["revisions"] == frozen.count() == 5
    assert outcome.read["values"] == Value.objects.filter(revision__in=frozen).count()
    assert (outcome.read["seals"], outcome.read["files"]) == (2, 1)
    assert found(kept) == []


def test_every_move_there_is_leaves_a_journal_that_verifies(city):
    commune, sibling, department = city.report, city.report_of(city.sibling), city.report_of(city.department)
    head, by = city.head, city.approver
    city.move(commune, Action.ASK_TO_AMEND, by=head, reason="Sai số.", document="12/UBND")
    city.move(commune, Action.KEEP, by=by, reason="Số đúng.")
    city.move(commune, Action.AMEND, by=by, reason="Sai số.")
    city.fill(commune, online=59)
    city.move(commune, Action.DROP_AMENDMENT, by=head, reason="Số đúng.")
    city.move(commune, Action.AMEND, by=by, reason="Sai số.")
    city.approve(commune, online=58)
    city.move(sibling, Action.EXEMPT, by=by, reason="Trùng.")
    city.move(sibling, Action.UNEXEMPT, by=by, reason="Nhầm.")
    city.move(sibling, Action.RETURN, by=city.reviewer, reason="Không phải báo cáo.", voids=True)
    city.now += timedelta(hours=2)
    city.move(sibling, Action.HAND_UP, by=city.sibling_reporter)
    city.move(sibling, Action.HAND_BACK, by=city.sibling_head, reason="Thiếu.")
    city.move(department, Action.RECALL, by=city.department_head)
    assert department.received_at is None
    city.submit(sibling)
    Unit.objects.filter(pk=city.elsewhere.pk).update(valid=DateRange(city.elsewhere.valid.lower, city.now.date()))
    city.move(city.report_of(city.far_commune), Action.UNEXEMPT, by=by, reason="Nhầm.")
    assert moving.drop_checks(at=city.now) > 0

    assert journal.verify().findings == []
    assert set(Step.objects.values_list("action", flat=True)) == set(Action)


def test_what_comes_from_another_form_is_frozen_as_it_is_stored(city):
    version = regimes.enter_form(FORM)
    source = Indicator.objects.get(code="work_dossiers_opened")
    opening.open_period(version, PeriodCode.parse("2022-05"))
    report = Report.objects.get(form=version.form, unit=city.commune)
    item = version.items.get(code="opened")
    Value.objects.create(revision=report.current, item=item, absence="no_data", note="Chưa có.")
    days = (PeriodCode.parse("2022-05").window("decree").first, None)
    Source.objects.create(indicator=source, level="commune", form=city.form, valid=days)
    save(city, report, "extra", 3)
    city.move(report, Action.SUBMIT, by=city.head)

    assert report.current.values.get(item=item).number == 80
    assert journal.verify().findings == []


# What the owner of the database may try -------------------------------------------------------------------------------


def test_an_edited_value_of_a_submitted_revision_shows(city, kept):
    Value.objects.filter(revision=city.report.current, item__code="online").update(number=75)

    cells = "online “61” → “75”"
    assert found(kept) == said((Fault.VALUES_DIFFER, at(city.report, revision=2), {"cells": cells}))


def test_an_edited_reason_of_a_step_shows(city, kept):
    Step.objects.filter(report=city.report, action=Action.RETURN).update(reason="Đúng hạn.")

    assert found(kept) == said((Fault.STEP_CHANGED, at(city.report, step=2), {}))


def test_a_deleted_last_step_shows(city, kept):
    Step.objects.filter(report=city.report, action=Action.APPROVE).delete()

    assert found(kept) == said(
        (Fault.HEAD_MISSING, at(city.report, step=5), {"seal": 2}),
        (Fault.STATE_DIFFERS, at(city.report), {"stored": "approved", "replayed": "checked"}),
        (Fault.APPROVED_DIFFERS, at(city.report), {}),
    )


def test_a_deleted_step_in_the_middle_shows(city, kept):
    Step.objects.filter(report=city.report, seq=4).delete()

    assert found(kept) == said(
        (Fault.STEP_MISSING, at(city.report, step=4), {}),
        (Fault.HEAD_MISSING, at(city.report, step=4), {"seal": 1}),
    )


def test_a_chain_written_anew_after_an_edit_shows(city, kept):
    Step.objects.filter(report=city.report, action=Action.RETURN).update(reason="Đúng hạn.")
    rechain(city.report)

    assert found(kept) == said(
        (Fault.HEAD_DIFFERS, at(city.report, step=4), {"seal": 1}),
        (Fault.HEAD_DIFFERS, at(city.report, step=5), {"seal": 2}),
    )


def test_a_submission_forged_through_and_through_shows(city, kept):
    report, revision = city.report, city.report.current
    Value.objects.filter(revision=revision, item__code="online").update(number=75)
    answers = {cell: answer for cell, (answer, _edit) in stored_in(revision).items()}
    forged = snapshot(Report.objects.get(pk=report.pk), revision, answers)
    Revision.objects.filter(pk=revision.pk).update(snapshot=forged, digest=digest(forged))
    Step.objects.filter(revision=revision).exclude(content="").update(content=digest(forged))
    rechain(report)

    assert found(kept) == said(
        (Fault.HEAD_DIFFERS, at(report, step=4), {"seal": 1}),
        (Fault.HEAD_DIFFERS, at(report, step=5), {"seal": 2}),
    )


def test_a_deleted_seal_shows_to_who_has_kept_it(city, kept):
    SealedHead.objects.filter(seal__number=2).delete()
    Seal.objects.filter(number=2).delete()
    assert found() == []

    assert found(kept) == said((Fault.KEPT_ABSENT, Place(seal=2), {}))


def test_history_forged_with_its_seal_deleted_shows_to_who_has_kept_it(city, kept):
    SealedHead.objects.filter(seal__number=2).delete()
    Seal.objects.filter(number=2).delete()
    Step.objects.filter(report=city.report, action=Action.APPROVE).update(at=NOW - timedelta(days=9))
    rechain(city.report)

    assert found(kept) == said(
        (Fault.KEPT_ABSENT, Place(seal=2), {}), (Fault.HEAD_DIFFERS, at(city.report, step=5), {"seal": 2})
    )


def test_a_deleted_older_seal_shows(city, kept):
    SealedHead.objects.filter(seal__number=1).delete()
    Seal.objects.filter(number=1).delete()

    assert found() == said((Fault.SEAL_MISSING, Place(seal=1), {}))


def test_an_edited_seal_shows(city, kept):
    Seal.objects.filter(number=1).update(at=NOW - timedelta(days=30))

    assert found(kept) == said((Fault.SEAL_CHANGED, Place(seal=1), {}))


def test_a_seal_made_anew_without_the_key_shows(city, kept):
    step = Step.objects.filter(report=city.report, action=Action.APPROVE)
    step.update(at=NOW - timedelta(days=9))
    rechain(city.report)
    seal = Seal.objects.get(number=2)
    SealedHead.objects.filter(seal=seal, report=city.report).update(digest=step.get().digest)
    listed = [Head(*row) for row in seal.heads.order_by("report_id").values_list("report_id", "seq", "digest")]
    forged = digest_of(seal.number, seal.at, seal.previous, listed)
    Seal.objects.filter(number=2).update(digest=forged, code=code_of(forged, key="another key"))

    assert found() == said((Fault.SEAL_UNSIGNED, Place(seal=2), {}))
    assert found(kept) == said(
        (Fault.SEAL_UNSIGNED, Place(seal=2), {}),
        (Fault.KEPT_DIFFERS, Place(seal=2), {}),
        (Fault.HEAD_DIFFERS, at(city.report, step=5), {"seal": 2}),
    )


def test_a_replaced_head_shows(city, kept):
    SealedHead.objects.filter(seal__number=2, report=city.report).update(digest="0" * 64)

    assert found(kept) == said(
        (Fault.HEAD_DIFFERS, at(city.report, step=5), {"seal": 2}), (Fault.SEAL_CHANGED, Place(seal=2), {})
    )


def test_a_state_changed_along_a_listed_pair_shows(city, kept):
    department = city.report_of(city.department)
    Report.objects.filter(pk=department.pk).update(status="draft")

    facts = {"stored": "draft", "replayed": "submitted"}
    assert found(kept) == said((Fault.STATE_DIFFERS, at(department), facts))


def test_an_earlier_receipt_shows(city, kept):
    Report.objects.filter(pk=city.report.pk).update(received_at=NOW - timedelta(days=2))

    facts = {"stored": NOW - timedelta(days=2), "replayed": NOW}
    assert found(kept) == said((Fault.RECEIVED_DIFFERS, at(city.report), facts))


def test_another_revision_put_into_force_shows(city, kept):
    first = Revision.objects.get(report=city.report, number=1)
    Report.objects.filter(pk=city.report.pk).update(approved=first, current=first)

    assert found(kept) == said(
        (Fault.APPROVED_DIFFERS, at(city.report), {}), (Fault.CURRENT_DIFFERS, at(city.report), {})
    )


def test_a_step_slipped_in_shows(city, kept):
    department = city.report_of(city.department)
    last = Step.objects.get(report=department)
    slipped = Step(
        report=department, seq=2, action="check", before="submitted", after="checked", revision=last.revision,
        edit=last.edit + 1, by=city.reviewer, at=NOW,
    )  # fmt: skip
    slipped.digest = link(last.digest, {name: getattr(slipped, name) for name in (*SAID, *MAY_SAY)})
    slipped.save()

    assert found(kept) == said(
        (Fault.CONTENT_DIFFERS, at(department, step=2), {"named": "", "frozen": last.content}),
        (Fault.STATE_DIFFERS, at(department), {"stored": "submitted", "replayed": "checked"}),
    )


def test_a_step_that_does_not_follow_and_no_move_leads_to_shows(city, kept):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE reports_step DROP CONSTRAINT step_is_a_listed_move")
    department = city.report_of(city.department)
    Step.objects.filter(report=department).update(before="checked")
    rechain(department)

    facts = {"before": "checked", "after": "draft"}
    moved = {"before": "checked", "action": "submit", "after": "submitted"}
    assert found()[:2] == said(
        (Fault.STEP_UNCONNECTED, at(department, step=1), facts), (Fault.STEP_UNLISTED, at(department, step=1), moved)
    )


def test_a_changed_snapshot_shows(city, kept):
    department = city.report_of(city.department)
    changed = bytes(department.current.snapshot).replace(b'"carried":{"number":"20"}', b'"carried":{"number":"21"}')
    Revision.objects.filter(pk=department.current_id).update(snapshot=changed)

    place = at(department, revision=1)
    assert found(kept) == said(
        (Fault.SNAPSHOT_CHANGED, place, {}), (Fault.VALUES_DIFFER, place, {"cells": "carried “21” → “20”"})
    )


def test_a_revision_frozen_by_no_step_shows(city, kept):
    first = Revision.objects.get(report=city.report_of(city.owner))
    says = snapshot(city.report_of(city.owner), first, {})
    Revision.objects.filter(pk=first.pk).update(frozen_at=NOW, snapshot=says, digest=digest(says))

    place = at(first.report)
    assert found(kept) == said(
        (Fault.CURRENT_DIFFERS, place, {}), (Fault.FROZEN_BY_NOBODY, at(first.report, revision=1), {})
    )


def test_a_scan_that_was_exchanged_shows(city, kept):
    sibling = city.report_of(city.sibling)
    scan = Attachment.objects.get(revision__report=sibling)
    store.path_of(scan.sha256).write_bytes(b"%PDF-1.7")
    assert found(kept) == []  # the store is read only when it is asked for
    assert found(kept, files=True) == said((Fault.FILE_CHANGED, at(sibling, revision=1), {"name": scan.name}))
    store.path_of(scan.sha256).unlink()
    assert found(kept, files=True) == said((Fault.FILE_MISSING, at(sibling, revision=1), {"name": scan.name}))
    store.keep(PAPER["scan"][1])

    Attachment.objects.filter(pk=scan.pk).update(sha256="0" * 64)
    cells = f"scans “['{scan.sha256}']” → “['{'0' * 64}']”"
    assert found(kept) == said((Fault.VALUES_DIFFER, at(sibling, revision=1), {"cells": cells}))


def test_a_file_put_beside_those_that_were_submitted_shows(city, kept):
    item = city.version.items.get(code="online")
    Attachment.objects.create(
        revision=city.report.current, item=item, name="bien-ban.pdf", content_type="application/pdf", size=8,
        sha256="0" * 64, by=city.reporter, at=NOW,
    )  # fmt: skip

    assert found(kept) == said((Fault.FILES_DIFFER, at(city.report, revision=2), {"cell": "online"}))


def test_every_fault_has_its_words():
    assert set(FAULTS) == set(Fault)
    assert labels.period_name("2022-05") == MAY
