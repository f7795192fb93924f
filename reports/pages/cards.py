"""A figure at a glance: what it is, what it was, and how it stands to its targets."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext as _

from reports import labels
from reports.models import Indicator
from reports.pages.aims import Aim, is_nothing, pace_of
from reports.pages.readings import Pair, measured
from reports.pages.spans import Span
from reports.pages.ways import Way

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class Compared(NamedTuple):
    """The same figure of another period; of none where there is no such period."""

    span: Span | None
    pair: Pair

    def change_to(self, pair: Pair) -> Decimal | None:
        """From this figure to another one; None where one of the two is not known."""
        if pair.reading is None or self.pair.reading is None:
            return None
        return pair.reading - self.pair.reading


class Change(NamedTuple):
    """By how much a figure changed, None where it is not known, and the same in words."""

    size: Decimal | None
    words: str


@dataclass(frozen=True)
class Card:
    """One figure at a glance; `before` and `last_year` are what it is compared with, `to_date` the year's beginning."""

    heading: "str | StrPromise"
    origin: str
    indicator: Indicator
    pair: Pair
    before: Compared
    last_year: Compared
    to_date: Compared
    aims: Sequence[Aim]
    pace: Decimal | None
    lead: Decimal | None
    way: Way

    @property
    def change(self) -> Decimal | None:
        """Against the previous period; None where one of the two is not known."""
        return self.before.change_to(self.pair)

    @property
    def changes(self) -> "list[Change]":
        """What changed on the previous period and on the same period last year, in words; only where it is known."""
        if self.pair.reading is None:
            return []
        found = [Change(self.change, self._change_words(self.change, self.before))]
        change = self.last_year.change_to(self.pair)
        if change is not None and self.last_year.span != self.before.span:
            found.append(Change(change, self._change_words(change, self.last_year)))
        return found

    @property
    def change_words(self) -> str:
        """The change on the previous period; nothing where there is no confirmed figure to compare."""
        return self.changes[0].words if self.changes else ""

    def _change_words(self, change: Decimal | None, compared: Compared) -> str:
        if change is None or compared.span is None:
            return _("No comparison with the previous period")
        facts = {
            "size": measured(abs(change), self.indicator),
            "period": labels.period_name(compared.span.code).lower(),
        }
        if change > 0:
            return _("Up %(size)s on %(period)s") % facts
        if change < 0:
            return _("Down %(size)s on %(period)s") % facts
        return _("As in %(period)s") % facts

    @property
    def lead_words(self) -> str:
        """Where the figure stands on the way to the next target; nothing where no way is drawn."""
        if self.lead is None:
            return ""
        if is_nothing(self.lead, self.indicator):
            return _("On the trajectory")
        size = {"size": measured(abs(self.lead), self.indicator)}
        return (
            _("%(size)s ahead of the trajectory") % size
            if self.lead > 0
            else _("%(size)s behind the trajectory") % size
        )

    @property
    def pace_words(self) -> str:
        """What changed a month of late."""
        if self.pace is None:
            return ""
        return _("Present pace: %(pace)s a month") % {"pace": pace_of(self.pace, self.indicator)}
