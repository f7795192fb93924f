"""Sealing: what a seal lists, that there is one a day, its file, and what a night's verification leaves behind."""

import hashlib
import hmac
import logging
from datetime import UTC, timedelta
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from accounts.refusals import Refused
from reports import journal
from reports.actions import moving, sealing, verifying
from reports.exchange import seals
from reports.models import Seal, SealedHead, Step
from reports.workflow import Action
from tests.city import NOW
from tests.race import at_once

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def heads(seal):
    return list(seal.heads.order_by("report_id").values_list("report_id", "seq", "digest"))


def last_steps(*reports):
    found = [Step.objects.filter(report=report).order_by("seq").last() for report in reports]
    return [(step.report_id, step.seq, step.digest) for step in sorted(found, key=lambda step: step.report_id)]


def file_of(seal):
    return "".join(seals.written(seal)).encode()


# Seals ----------------------------------------------------------------------------------------------------------------


def test_a_seal_lists_the_last_step_of_every_chain_that_has_moved(city):
    sibling = city.report_of(city.sibling)
    city.submit(city.report)
    city.submit(sibling)
    first = sealing.seal(at=NOW)
    assert (first.number, first.previous) == (1, "")
    assert heads(first) == last_steps(city.report, sibling)

    city.check(city.report)
    second = sealing.seal(at=NOW + DAY)
    assert (second.number, second.previous) == (2, first.digest)
    assert heads(second) == last_steps(city.report)


def test_a_day_without_moves_has_its_seal_and_only_one(city):
    first = sealing.seal(at=NOW)
    assert heads(first) == []
    assert sealing.seal(at=NOW + timedelta(hours=15)).number == 1
    assert sealing.seal(at=NOW + timedelta(hours=17)).number == 2  # past midnight in Hanoi, the same day in UTC

    city.submit(city.report)
    assert sealing.seal(at=NOW + timedelta(hours=18)).number == 3


def test_without_a_key_nothing_is_sealed_and_the_verification_says_that_codes_were_not_checked(city, settings, capsys):
    settings.SEAL_KEY = "a key"
    sealing.seal(at=NOW)
    settings.SEAL_KEY = ""
    with pytest.raises(Refused) as refusal:
        sealing.seal(at=NOW + DAY)
    assert refusal.value.code == "no_key"
    assert journal.verify().signed is False
    call_command("verify_journal")
    assert "not checked by HMAC" in capsys.readouterr().err


def test_the_database_keeps_seals_as_they_are(city):
    city.submit(city.report)
    sealing.seal(at=NOW)
    for change in (
        partial(Seal.objects.update, code="0" * 64),
        partial(SealedHead.objects.update, digest="0" * 64),
        SealedHead.objects.all().delete,
    ):
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            change()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_seal_at_once_one_does_and_what_raced_meanwhile_verifies(shared_city):
    city, sibling = shared_city, shared_city.report_of(shared_city.sibling)
    city.submit(city.report)
    city.submit(sibling)
    for day in range(1, 4):
        seal = partial(sealing.seal, at=NOW + day * DAY)
        act = (Action.RECALL, city.head) if day % 2 else (Action.SUBMIT, city.head)
        city.report.refresh_from_db()
        race = partial(moving.move, city.report, act[0], by=act[1], at=city.now, edit=city.report.edit)
        one, two, *moved = at_once(seal, seal, race, race)
        assert {one.number, two.number} <= {seal.number for seal in Seal.objects.all()}
        assert sum(isinstance(step, Step) for step in moved) >= 1
    sealing.seal(at=NOW + 9 * DAY)

    assert journal.verify([seals.read(file_of(seal)) for seal in Seal.objects.all()]).findings == []
    assert not connection.in_atomic_block
    listed = SealedHead.objects.values_list("report_id", "seq")
    assert len(set(listed)) == len(listed)
    assert {pk for pk, _seq, _digest in last_steps(city.report, sibling)} <= {pk for pk, _seq in listed}


# Files ----------------------------------------------------------------------------------------------------------------


def test_anybody_can_compute_the_digest_of_a_kept_file_and_the_code_needs_the_key(city, settings):
    city.submit(city.report)
    seal = sealing.seal(at=NOW)
    lines = file_of(seal).splitlines(keepends=True)

    assert hashlib.sha256(b"".join(lines[3:])).hexdigest() == seal.digest
    assert hmac.new(settings.SEAL_KEY.encode(), seal.digest.encode(), "sha256").hexdigest() == seal.code
    assert lines[0] == b"dxportal-seal 1\n"
    assert lines[3:6] == [b"number 1\n", b"at 2022-05-16T01:00:00.000000+00:00\n", b"previous -\n"]
    (head,) = last_steps(city.report)
    assert lines[6:] == ["{} {} {}\n".format(*head).encode()]
    assert seals.name_of(seal) == "niem-phong-00001-2022-05-16.txt"


def test_a_file_is_read_as_it_was_written(city):
    city.submit(city.report)
    for seal in (sealing.seal(at=NOW), sealing.seal(at=NOW + DAY)):
        kept = seals.read(file_of(seal))
        assert (kept.number, kept.at, kept.previous) == (seal.number, seal.at.astimezone(UTC), seal.previous)
        assert (kept.digest, kept.code, list(map(tuple, kept.heads))) == (seal.digest, seal.code, heads(seal))
        assert journal.agrees(kept).findings == []


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda text: b"", 1),
        (lambda text: b"\xff" + text, 1),
        (lambda text: text.replace(b"\n", b"\r\n"), 1),
        (lambda text: text.replace(b"seal 1", b"seal 2", 1), 1),
        (lambda text: b"\n".join(text.split(b"\n")[:4]), 5),
        (lambda text: text.replace(b"number 1", b"number 01"), 4),
        (lambda text: text.replace(b"2022-05-16T", b"2022-05-32T"), 5),
        (lambda text: text.replace(b"previous -", b"previous"), 6),
        (lambda text: text + text.splitlines(keepends=True)[6], 8),
        (lambda text: text + b"one more line\n", 8),
        (lambda text: text + b"\xc3\xa0\n", 8),
    ],
)
def test_what_is_not_as_it_was_written_is_refused_and_its_line_named(city, change, line):
    city.submit(city.report)
    text = file_of(sealing.seal(at=NOW))
    with pytest.raises(ValidationError, match=rf"\b{line}\b"):
        seals.read(change(text))


def test_a_file_cut_short_is_refused_and_one_that_was_edited_is_no_seal(city):
    city.submit(city.report)
    text = file_of(sealing.seal(at=NOW))
    with pytest.raises(ValidationError):
        seals.read(text[:-1])

    edited = seals.read(text.replace(b"at 2022-05-16", b"at 2022-05-15"))
    assert {finding.fault for finding in journal.agrees(edited).findings} == {"kept_changed"}


def test_a_file_that_was_sealed_with_another_key_is_no_seal(city, settings):
    seal = sealing.seal(at=NOW)
    settings.SEAL_KEY = "another key"
    found = {finding.fault for finding in journal.agrees(seals.read(file_of(seal))).findings}
    assert found == {"kept_unsigned", "seal_unsigned"}


def test_the_command_names_a_file_that_it_cannot_read(city, tmp_path):
    with pytest.raises(CommandError, match=r"none\.txt"):
        call_command("verify_journal", seals=[tmp_path / "none.txt"])
    (tmp_path / "one.txt").write_text("no seal")
    with pytest.raises(CommandError, match=r"one\.txt"):
        call_command("verify_journal", seals=[tmp_path / "one.txt"])


# Nights ---------------------------------------------------------------------------------------------------------------


def test_a_night_is_remembered_and_what_it_finds_is_logged_in_words(city, caplog):
    assert verifying.last() is None
    city.submit(city.report)
    with caplog.at_level(logging.ERROR):
        night = verifying.verify(at=NOW)
    assert (night.count, night.findings, night.read["steps"]) == (0, [], 1)
    assert verifying.last() == night
    assert caplog.records == []

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE reports_step DISABLE TRIGGER USER")
    Step.objects.update(capacity="deputy")
    with caplog.at_level(logging.ERROR):
        night = verifying.verify(at=NOW + DAY)
    assert (night.count, verifying.last()) == (1, night)
    assert "Phường Phúc Xá (00001)" in night.findings[0]
    assert night.findings[0] in caplog.text
