"""Frozen contents: that values and files are still those of the snapshot, and the snapshot that of the digest."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet

from reports import content, store
from reports.checks import Absence, Answer, Cell, Kind
from reports.filetypes import listing
from reports.findings import Finding, Place
from reports.journal.streams import AT_ONCE, REPORT, Beside, place
from reports.models import Attachment, IssuedDocument, Item, Revision, Step, Value
from reports.replaying import EFFECTS, FREEZING, Fault
from reports.terms import Answers

NAMED = 3
"""How many cells that differ are named."""


def contents(read: Counter[str]) -> Iterator[Finding]:
    """Each frozen revision with its values and attached files."""
    items = {pk: (code, kind == Kind.FILE) for pk, code, kind in Item.objects.values_list("pk", "code", "kind")}
    stored = Value.objects.order_by("revision_id").values_list(
        "revision_id", "item_id", "row", "number", "text", "absence", "cause", "note"
    )
    attached = Attachment.objects.order_by("revision_id").values_list("revision_id", "item_id", "row", "sha256", "name")
    values, attachments = Beside(stored.iterator(AT_ONCE)), Beside(attached.iterator(AT_ONCE))
    for revision in _frozen().iterator(AT_ONCE):
        answers: dict[Cell, Answer] = {}
        named: dict[Cell, set[str]] = defaultdict(set)
        for _pk, item, row, number, text, absence, cause, note in values.of(revision.pk):
            code, is_file = items[item]
            answers[Cell(code, row)] = Answer(number, text, Absence(absence) if absence else None, cause, note)
            if is_file and text:
                named[Cell(code, row)].update(text.split("\n"))
        scans: list[str] = []
        for _pk, item, row, sha256, name in attachments.of(revision.pk):
            if item is None:
                scans.append(sha256)
            else:
                named[Cell(items[item][0], row)] ^= {listing([(sha256, name)])}
        read.update(revisions=1, values=len(answers))
        yield from _content(revision, answers, scans)
        for cell in sorted(cell for cell, differing in named.items() if differing):
            yield Finding(Fault.FILES_DIFFER, _place_of(revision), {"cell": _cell(cell)})


def _frozen() -> QuerySet[Revision]:
    """The frozen revisions with just what their snapshots speak of."""
    return (
        Revision.objects.filter(frozen_at__isnull=False)
        .select_related("report__form", "report__version", "report__period", "report__unit")
        .only(
            *("number", "snapshot", "digest", "report__form__code", "report__version__number", "report__period__code"),
            *("report__unit__code", "report__unit__name"),
        )
        .order_by("pk")
    )


def _content(revision: Revision, answers: Answers, scans: list[str]) -> Iterator[Finding]:
    frozen = bytes(revision.snapshot or b"")
    if content.digest(frozen) != revision.digest:
        yield Finding(Fault.SNAPSHOT_CHANGED, _place_of(revision))
    stored = content.snapshot(revision.report, revision, answers, scans)
    if stored != frozen:
        yield Finding(Fault.VALUES_DIFFER, _place_of(revision), {"cells": _differing(frozen, stored)})


def _place_of(revision: Revision) -> Place:
    report = revision.report
    return place(
        *(report.form.code, report.period.code, report.unit.name, report.unit.code, report.pk), revision=revision.number
    )


def _differing(frozen: bytes, stored: bytes) -> str:
    """The first cells that differ, each with what was frozen and what is stored now."""
    was, now = _parts(frozen), _parts(stored)
    names = [name for name in sorted(was.keys() | now.keys()) if was.get(name) != now.get(name)]
    pairs = (f"{name} “{was.get(name, '')}” → “{now.get(name, '')}”" for name in names[:NAMED])
    return "; ".join(pairs) + ("; …" if len(names) > NAMED else "")


def _parts(snapshot: bytes) -> dict[str, str]:
    """What a snapshot says by cell, and of whom; nothing where it can no longer be read."""
    try:
        said = json.loads(snapshot)
        cells = said.pop("values")
        answers = {name: ", ".join(parts.values()) for name, parts in cells.items()}
        return {name: str(part) for name, part in said.items()} | answers
    except (ValueError, LookupError, AttributeError, TypeError):
        return {}


def _cell(cell: Cell) -> str:
    return f"{cell.item}[{cell.row}]" if cell.row else cell.item


def frozen_by_nobody() -> Iterator[Finding]:
    """Frozen revisions of which no step says that it froze them; asked in one statement."""
    actions = {action for (_before, action, _after), effect in EFFECTS.items() if effect in FREEZING}
    froze = Step.objects.filter(revision=OuterRef("pk"), action__in=sorted(actions))
    found = Revision.objects.filter(~Exists(froze), frozen_at__isnull=False).order_by("pk")
    for number, *report in found.values_list("number", *(f"report__{name}" for name in REPORT)).iterator():
        yield Finding(Fault.FROZEN_BY_NOBODY, place(*report, revision=number))


def files_of_reports(read: Counter[str]) -> Iterator[Finding]:
    """The bytes of every file that a report names, each once."""
    for model in (Attachment, IssuedDocument):
        named = model._default_manager.exclude(sha256="").order_by("sha256", "pk").distinct("sha256")
        within = (f"revision__report__{name}" for name in REPORT)
        for sha256, name, number, *report in named.values_list(
            "sha256", "name", "revision__number", *within
        ).iterator():
            read.update(files=1)
            try:
                with store.path_of(sha256).open("rb") as file:
                    is_whole = hashlib.file_digest(file, "sha256").hexdigest() == sha256
            except FileNotFoundError:
                yield Finding(Fault.FILE_MISSING, place(*report, revision=number), {"name": name})
                continue
            if not is_whole:
                yield Finding(Fault.FILE_CHANGED, place(*report, revision=number), {"name": name})
