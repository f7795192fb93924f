"""How far the list of a month has come: announced, open to corrections, issued; and who may take it on or have it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self

from accounts.requests import PortalRequest
from reports.actions.discipline import listing
from reports.lapses import CORRECTION_HOURS
from reports.models import Objection, StandingList
from reports.pages.discipline_rows import Row


@dataclass(frozen=True)
class Stage:
    """How far the list of a month has come, and what this person may do with it now."""

    standing_list: StandingList | None
    units: int
    counting: int
    objections: int
    over: bool
    now: datetime
    may_announce: bool
    may_issue: bool
    reads_files: bool

    @classmethod
    def of(cls, month: date, rows: Sequence[Row], request: PortalRequest) -> Self:
        """Two queries at most; the rows are those of the whole month."""
        user, at = request.user, request.at
        standing_list = StandingList.objects.filter(month=month).select_related("announced_by", "issued_by").first()
        counting = [row for row in rows if row.line.counts]
        open_ones = Objection.objects.filter(standing_list=standing_list, answered_at=None)
        return cls(
            standing_list,
            len({row.line.unit.pk for row in counting}),
            len(counting),
            open_ones.count() if standing_list and not standing_list.issued_at else 0,
            listing.is_over(month, at),
            at,
            standing_list is None and listing.may_announce(month, by=user, at=at),
            standing_list is not None and listing.may_issue(standing_list, by=user, at=at),
            standing_list is not None and StandingList.objects.readable_by(user, at).exists(),
        )

    @property
    def correct_by(self) -> datetime:
        """Until when facts could be corrected if the list were announced now."""
        return self.now + timedelta(hours=CORRECTION_HOURS)
