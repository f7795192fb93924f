"""Records lapses as they are found, and asks heads to explain them; the portal itself does, again and again."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from django.db import connection, transaction
from django.db.models import Max, Min

from accounts import journal
from reports import doorbell, lapses
from reports.calendars import ZONE
from reports.models import CalendarDay, Lapse, Report
from reports.record import Bounds, Line, due_between, repeats

ASKED_BACK_DAYS = 20
"""A lapse due more working days ago is recorded, but nobody is asked any more: the portal was given the past."""

LOOKED_BACK = timedelta(days=35)
"""How far before what was last recorded the portal looks for what became a lapse later; more than ASKED_BACK_DAYS."""


@transaction.atomic
def record(*, at: datetime) -> int:
    """Record every lapse that is not yet on record, and ask for what is to be explained; return how many are new.

    A lapse is recorded once and asked about at most once, maybe later: when it has lasted longer than is tolerated.
    Safe to repeat, and at once by two.
    """
    since = _since()
    if since is None:
        return 0
    journal.sign(by=None, at=at)
    lines = [line for line in due_between(Bounds(since, at), at=at) if line.excluded is None]
    new = _insert([line for line in lines if line.lapse is None], at)
    calendar = CalendarDay.objects.as_calendar()
    oldest = datetime.combine(calendar.after(at.astimezone(ZONE).date(), -ASKED_BACK_DAYS), time(), ZONE)
    unasked = [line for line in lines if line.asked is None and line.due > oldest]
    earlier = repeats(unasked, at=at)
    asked = [line for line, count in zip(unasked, earlier, strict=True) if lapses.asks(line, count)]
    if asked:
        _ask(asked, at, lapses.explain_by(at, calendar))
        doorbell.ring("notifications.tasks.remind")
    return new


def _since() -> datetime | None:
    """From when on to look: a while before the last record, or the first deadline; None where nothing is owed."""
    last: datetime | None = Lapse.objects.aggregate(last=Max("recorded_at"))["last"]
    if last is not None:
        return last - LOOKED_BACK
    first: datetime | None = Report.objects.aggregate(first=Min("first_deadline"))["first"]
    return first and first - timedelta(seconds=1)


_KEYS = "unnest(%s::bigint[], %s::bigint[], %s::text[], %s::timestamptz[]"


def _keys(lines: Sequence[Line]) -> list[list[object]]:
    return [list(column) for column in zip(*(line.key for line in lines), strict=True)]


def _insert(lines: Sequence[Line], at: datetime) -> int:
    if not lines:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO reports_lapse (report_id, unit_id, kind, since, due, recorded_at)
            SELECT *, %s FROM {_KEYS}, %s::timestamptz[])
            ON CONFLICT (report_id, unit_id, kind, since) DO NOTHING
            """,  # noqa: S608  (own words)
            [at, *_keys(lines), [line.due for line in lines]],
        )
        new: int = cursor.rowcount
    return new


def _ask(lines: Sequence[Line], at: datetime, until: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE reports_lapse lapse SET asked_at = %s, explain_by = %s
            FROM {_KEYS}) AS found (report, unit, kind, since)
            WHERE (lapse.report_id, lapse.unit_id, lapse.kind, lapse.since)
                = (found.report, found.unit, found.kind, found.since) AND lapse.asked_at IS NULL
            """,  # noqa: S608  (own words)
            [at, until, *_keys(lines)],
        )
