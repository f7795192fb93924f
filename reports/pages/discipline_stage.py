"""How far the list of a month has come: announced, open to corrections, issued; and who may take it on or have it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self

from accounts.requests import PortalRequest
from accounts.roles import Level, Role
from reports.lapses import CORRECTION_HOURS
from reports.models import Objection, StandingList
from reports.pages.discipline_rows import COUNTING, Row
from reports.record import Bounds


@dataclass(frozen=True)
class Stage:
    """How far the list of a month has come, and what this person may do with it now."""

    standing_list: StandingList | None
    units: int
    counting: int
    objections: int
    inspects: bool
    over: bool
    now: datetime
    reads_files: bool

    @classmethod
    def of(cls, month: date, rows: Sequence[Row], request: PortalRequest) -> Self:
        """Two queries at most; the rows are those of the whole month."""
        standing_list = StandingList.objects.filter(month=month).select_related("announced_by", "issued_by").first()
        counting = [row for row in rows if row.state in COUNTING]
        open_ones = Objection.objects.filter(standing_list=standing_list, answered_at=None)
        return cls(
            standing_list,
            len({row.line.unit.pk for row in counting}),
            len(counting),
            open_ones.count() if standing_list and not standing_list.issued_at else 0,
            request.user.holds(Role.INSPECTOR, request.at),
            request.at >= Bounds.of_month(month).until,
            request.at,
            reads_lists(request),
        )

    @property
    def correct_by(self) -> datetime:
        """Until when facts could be corrected if the list were announced now."""
        return self.now + timedelta(hours=CORRECTION_HOURS)

    @property
    def may_announce(self) -> bool:
        return self.inspects and self.over and self.standing_list is None

    @property
    def may_issue(self) -> bool:
        """Once the time for corrections is over; open objections are said in the place of the button."""
        kept = self.standing_list
        return self.inspects and kept is not None and kept.issued_at is None and self.now > kept.correct_by


def reads_lists(request: PortalRequest) -> bool:
    """Whether this person may have a list as a document, which names every unit: inspectors, and who sees the city."""
    posts = request.user.posts(request.at)
    return any(post.role == Role.INSPECTOR or post.level == Level.CITY for post in posts)
