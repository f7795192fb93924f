"""The journal's proof: every chain of steps, every frozen content and every seal computed anew from what is stored.

Everything is read once, as streams in the order of reports, revisions and seals, on one snapshot of the database: the
memory that this takes does not grow with the journal.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain

from django.conf import settings
from django.db import connection, transaction

from reports.chain import MAY_SAY, SAID
from reports.findings import Finding
from reports.journal.contents import contents, files_of_reports, frozen_by_nobody
from reports.journal.sealed import agreement, connected, every_seal
from reports.journal.streams import AT_ONCE, Beside, place
from reports.models import Report, Seal, SealedHead, Step
from reports.replaying import Sealed, Standing, Told, faults
from reports.seals import Kept

FIRST = 1000
"""How many findings are kept; of more only the number is."""


@dataclass
class Outcome:
    """What a verification read and found: counts by what was read, the first findings, and how many there are.

    `signed` says whether the codes of the seals were checked: without the key nobody can.
    """

    signed: bool
    read: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    count: int = 0

    def take(self, found: Iterable[Finding]) -> "Outcome":
        """Note what is found, each thing once as long as findings are kept."""
        for finding in found:
            if len(self.findings) >= FIRST:
                self.count += 1
            elif finding not in self.findings:
                self.count += 1
                self.findings.append(finding)
        return self


def verify(kept: Iterable[Kept] = (), *, files: bool = False) -> Outcome:
    """Verify the whole journal, and that it agrees with these kept seals; with `files` also the bytes in the store."""
    outcome = Outcome(signed=bool(settings.SEAL_KEY))
    with _one_snapshot():
        parts = [_chains(outcome.read), contents(outcome.read), frozen_by_nobody(), every_seal(outcome.read)]
        outcome.take(
            chain.from_iterable([*parts, *map(agreement, kept), files_of_reports(outcome.read) if files else ()])
        )
    return outcome


def agrees(kept: Kept) -> Outcome:
    """Verify one kept seal, at once: that it is genuine, is the portal's, and that every chain still has its head."""
    outcome = Outcome(signed=bool(settings.SEAL_KEY), read=Counter(heads=len(kept.heads)))
    with _one_snapshot():
        earlier = connected(Seal.objects.filter(number__lte=kept.number).order_by("number"))
        return outcome.take(chain(agreement(kept), earlier))


@contextmanager
def _one_snapshot() -> Iterator[None]:
    """A transaction that sees one instant and may take its time; within another one, that one's."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SET LOCAL statement_timeout = 0")
        yield


def _chains(read: Counter[str]) -> Iterator[Finding]:
    """Each report with its steps and with what the seals list of it."""
    said = (*SAID, *MAY_SAY)
    stored = Step.objects.order_by("report_id", "seq").values_list("report_id", "digest", "revision__digest", *said)
    sealed = SealedHead.objects.order_by("report_id", "seq").values_list("report_id", "seal__number", "seq", "digest")
    steps, heads = Beside(stored.iterator(AT_ONCE)), Beside(sealed.iterator(AT_ONCE))
    rows = Report.objects.order_by("pk").values_list(
        *("pk", "form__code", "period__code", "unit__name", "unit__code"),
        *("status", "current_id", "current__frozen_at", "approved_id", "received_at"),
    )
    for pk, form, period, unit, code, status, current, frozen_at, approved, received_at in rows.iterator(AT_ONCE):
        told = [Told(dict(zip(said, says, strict=True)), digest, frozen) for _pk, digest, frozen, *says in steps.of(pk)]
        read.update(reports=1, steps=len(told))
        row = Standing(status, current, frozen_at is None, approved, received_at)
        for fault, seq, facts in faults(row, told, [Sealed(*head) for _pk, *head in heads.of(pk)]):
            yield Finding(fault, place(form, period, unit, code, pk, step=seq), facts)
