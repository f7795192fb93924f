"""Copies the lives of reports into the database: contents and freezing revision by revision, steps, what it came to."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.db import connection

from reports import content
from reports.actions.demonstration.lives import Life
from reports.chain import MAY_SAY, SAID, link
from reports.models import Revision
from reports.workflow import Action, Status


def write(lives: Sequence[Life], items: dict[str, int]) -> None:
    """Write these lives, of drafts that nobody has touched; `items` are the keys of the form's items by code."""
    lives = [life for life in lives if life.author]
    current: dict[int, Revision] = {life.report.pk: life.report.current for life in lives}
    revisions: dict[tuple[int, int], Revision] = {(life.report.pk, 1): life.report.current for life in lives}
    number = 1
    written: Sequence[Life] = lives
    while written:
        _copy(
            "reports_value",
            ("revision_id", "item_id", '"row"', "number", "text", "absence", "cause", "note", "edit"),
            (
                (
                    *(current[life.report.pk].pk, items[cell.item], cell.row),
                    *(answer.number, answer.text, answer.absence or "", answer.cause, answer.note, 1),
                )
                for life in written
                for cell, answer in life.answers.items()
            ),
        )
        _freeze([(life, current[life.report.pk]) for life in written if len(life.frozen) >= number])
        number += 1
        written = [life for life in written if life.revisions >= number]
        fresh = Revision.objects.bulk_create(
            Revision(report=life.report, number=number, cause=Revision.Cause.RETURN, due_at=life.due[number - 2])
            for life in written
        )
        for life, revision in zip(written, fresh, strict=True):
            current[life.report.pk] = revision
            revisions[life.report.pk, number] = revision
    _write_steps(lives, revisions)
    _write_reports(lives, current)


def _copy(table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """COPY the rows into the table."""
    names = ", ".join(columns)
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _freeze(revisions: list[tuple[Life, Revision]]) -> None:
    rows = []
    for life, revision in revisions:
        snapshot = content.snapshot(life.report, revision, life.answers)
        revision.digest = content.digest(snapshot)
        frozen_at, standing_out = life.frozen[revision.number - 1], json.dumps(life.standing_out)
        rows.append((revision.pk, frozen_at, snapshot, revision.digest, standing_out))
    _update(
        "reports_revision",
        {"frozen_at": "timestamptz", "snapshot": "bytea", "digest": "text", "standing_out": "jsonb"},
        rows,
    )


def _update(table: str, columns: dict[str, str], rows: Iterable[Sequence[object]]) -> None:
    """Set these columns, given with their types, of the rows that are given with their key first."""
    typed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    sets = ", ".join(f"{name} = given.{name}" for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE given (id bigint, {typed}) ON COMMIT DROP")
    _copy("given", ("id", *columns), rows)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {sets} FROM given WHERE {table}.id = given.id")  # noqa: S608  (own words)
        cursor.execute("DROP TABLE given")


def _write_steps(lives: Sequence[Life], revisions: Mapping[tuple[int, int], Revision]) -> None:
    columns = (*SAID, *MAY_SAY, "digest")
    _copy(
        "reports_step",
        [f'"{name}"' for name in columns],
        ([step[name] for name in columns] for life in lives for step in _chained(life, revisions)),
    )
    _copy(
        "reports_author",
        ("report_id", "user_id"),
        ((life.report.pk, life.author.pk) for life in lives if life.author),
    )


def _chained(life: Life, revisions: Mapping[tuple[int, int], Revision]) -> Iterator[dict[str, object]]:
    """The columns of a report's steps, each linked to the one before."""
    digest = ""
    for seq, (action, before, after, by, at, reason, number) in enumerate(life.steps, 1):
        revision = revisions[life.report.pk, number]
        step: dict[str, object] = {
            "report_id": life.report.pk,
            "seq": seq,
            "action": action.value,
            "before": before.value,
            "after": after.value,
            "revision_id": revision.pk,
            "edit": seq + 1,
            "by_id": by.pk,
            "capacity": "head" if action == Action.SUBMIT and life.report.signed else "",
            "at": at,
            "reason": reason,
            "document": "",
            "received_at": None,
            "voids": False,
            "remarks": 0,
            "content": "" if action == Action.HAND_UP else revision.digest,
        }
        digest = link(digest, step)
        yield step | {"digest": digest}


def _write_reports(lives: Sequence[Life], current: dict[int, Revision]) -> None:
    """Move the reports state by state, as the database lets nobody leave one out; then write what it came to."""
    for seq in range(max((len(life.steps) for life in lives), default=0)):
        moved = [(life.report.pk, life.steps[seq]) for life in lives if len(life.steps) > seq]
        accepted = {pk: current[pk].pk for pk, step in moved if step[2] == Status.APPROVED}
        _update(
            "reports_report",
            {"status": "text", "approved_id": "bigint"},
            ((pk, after, accepted.get(pk)) for pk, (_action, _before, after, *_rest) in moved),
        )
    _update(
        "reports_report",
        {"current_id": "bigint", "received_at": "timestamptz", "edit": "integer"},
        (
            (
                *(life.report.pk, current[life.report.pk].pk),
                *(life.frozen[0] if life.frozen else None, 2 + len(life.steps)),
            )
            for life in lives
        ),
    )
