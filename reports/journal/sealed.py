"""Seals: that each is whole, signed and follows the one before, and that kept ones are still what the chains hold."""

from collections import Counter
from collections.abc import Iterable, Iterator

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from reports.findings import Finding, Place
from reports.journal.streams import AT_ONCE, Beside, place
from reports.models import Seal, SealedHead
from reports.replaying import Fault
from reports.seals import Head, Kept, digest_of, is_signed


def every_seal(read: Counter[str]) -> Iterator[Finding]:
    """Each seal with the heads that it lists; that the chains still hold these is asked where the chains are read."""
    yield from connected(Seal.objects.order_by("number"))
    listed = SealedHead.objects.order_by("seal__number", "report_id").values_list(
        "seal__number", "report_id", "seq", "digest"
    )
    heads = Beside(listed.iterator(AT_ONCE))
    for seal in Seal.objects.order_by("number").iterator():
        read.update(seals=1)
        yield from _sealed(seal, (Head(*head) for _number, *head in heads.of(seal.number)))


def connected(seals: QuerySet[Seal]) -> Iterator[Finding]:
    """Whether the seals are numbered without a gap, and each names the digest of the one before."""
    number, digest = 0, ""
    for seal in seals.iterator():
        yield from (Finding(Fault.SEAL_MISSING, Place(seal=missing)) for missing in range(number + 1, seal.number))
        if seal.number == number + 1 and seal.previous != digest:
            yield Finding(Fault.SEAL_UNCONNECTED, Place(seal=seal.number))
        number, digest = seal.number, seal.digest


def _sealed(seal: Seal, heads: Iterable[Head]) -> Iterator[Finding]:
    """Whether a seal's digest and code are those of what it says."""
    if digest_of(seal.number, seal.at, seal.previous, heads) != seal.digest:
        yield Finding(Fault.SEAL_CHANGED, Place(seal=seal.number))
    if settings.SEAL_KEY and not is_signed(seal.digest, seal.code, key=settings.SEAL_KEY):
        yield Finding(Fault.SEAL_UNSIGNED, Place(seal=seal.number))


def agreement(kept: Kept) -> Iterator[Finding]:
    """Whether a kept seal is genuine, is the portal's of that number, and lists what the chains still hold."""
    of_seal = Place(seal=kept.number)
    if digest_of(kept.number, kept.at, kept.previous, kept.heads) != kept.digest:
        yield Finding(Fault.KEPT_CHANGED, of_seal)
    if settings.SEAL_KEY and not is_signed(kept.digest, kept.code, key=settings.SEAL_KEY):
        yield Finding(Fault.KEPT_UNSIGNED, of_seal)
    seal = Seal.objects.filter(number=kept.number).first()
    if seal is None:
        yield Finding(Fault.KEPT_ABSENT, of_seal)
    elif seal.digest != kept.digest:
        yield Finding(Fault.KEPT_DIFFERS, of_seal)
    else:
        listed = SealedHead.objects.filter(seal=seal).order_by("report_id").values_list("report_id", "seq", "digest")
        yield from _sealed(seal, (Head(*head) for head in listed.iterator(AT_ONCE)))
    yield from _held(kept)


_HELD = """
    SELECT form.code, period.code, unit.name, unit.code, head.report, head.seq, step.digest
    FROM unnest(%(reports)s::bigint[], %(seqs)s::int[], %(digests)s::text[]) AS head (report, seq, digest)
    LEFT JOIN reports_report report ON report.id = head.report
    LEFT JOIN reports_form form ON form.id = report.form_id
    LEFT JOIN reports_period period ON period.id = report.period_id
    LEFT JOIN accounts_unit unit ON unit.id = report.unit_id
    LEFT JOIN reports_step step ON step.report_id = head.report AND step.seq = head.seq
    WHERE step.digest IS DISTINCT FROM head.digest
    ORDER BY head.report, head.seq
"""


def _held(kept: Kept) -> Iterator[Finding]:
    """The heads of a kept seal that the chains no longer hold; asked in one statement."""
    reports, seqs, digests = zip(*kept.heads, strict=True) if kept.heads else ((), (), ())
    with connection.cursor() as cursor:
        cursor.execute(_HELD, {"reports": list(reports), "seqs": list(seqs), "digests": list(digests)})
        for form, period, unit, code, report, seq, digest in cursor.fetchall():
            fault = Fault.HEAD_MISSING if digest is None else Fault.HEAD_DIFFERS
            where = place(form, period, unit, code, report, step=seq) if form else Place(report=report, step=seq)
            yield Finding(fault, where, {"seal": kept.number})
