"""Copies the lives of reports into the database: contents and freezing revision by revision, steps, what it came to."""

from collections.abc import Iterable, Sequence

from django.db import connection

from reports import content
from reports.actions.demonstration.lives import Life
from reports.models import Revision
from reports.workflow import Status


def write(lives: Sequence[Life], items: dict[str, int]) -> None:
    """Write these lives, of drafts that nobody has touched; `items` are the keys of the form's items by code."""
    lives = [life for life in lives if life.author]
    current: dict[int, Revision] = {life.report.pk: life.report.current for life in lives}
    at_step: dict[tuple[int, int], int] = {(life.report.pk, 1): life.report.current_id for life in lives}
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
            Revision(report=life.report, number=number, cause=Revision.Cause.RETURN) for life in written
        )
        for life, revision in zip(written, fresh, strict=True):
            current[life.report.pk] = revision
            at_step[life.report.pk, number] = revision.pk
    _write_steps(lives, at_step)
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
        rows.append((revision.pk, life.frozen[revision.number - 1], snapshot, content.digest(snapshot)))
    _update(
        "reports_revision",
        {"frozen_at": "timestamptz", "snapshot": "bytea", "digest": "text"},
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


def _write_steps(lives: Sequence[Life], at_step: dict[tuple[int, int], int]) -> None:
    _copy(
        "reports_step",
        ("report_id", "seq", "action", "before", "after", "revision_id", "edit", "by_id", '"at"', "reason"),
        (
            (life.report.pk, seq, action, before, after, at_step[life.report.pk, revision], seq + 1, by.pk, at, reason)
            for life in lives
            for seq, (action, before, after, by, at, reason, revision) in enumerate(life.steps, 1)
        ),
    )
    _copy(
        "reports_author",
        ("report_id", "user_id"),
        ((life.report.pk, life.author.pk) for life in lives if life.author),
    )


def _write_reports(lives: Sequence[Life], current: dict[int, Revision]) -> None:
    _update(
        "reports_report",
        {
            "status": "text",
            "current_id": "bigint",
            "approved_id": "bigint",
            "received_at": "timestamptz",
            "edit": "integer",
        },
        (
            (
                *(life.report.pk, life.status, current[life.report.pk].pk),
                current[life.report.pk].pk if life.status == Status.APPROVED else None,
                life.frozen[0] if life.frozen else None,
                2 + len(life.steps),
            )
            for life in lives
        ),
    )
