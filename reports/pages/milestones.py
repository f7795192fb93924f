"""The targets that no card shows: milestones, and those whose indicator no report has answered yet."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from reports import labels
from reports.models import Target
from reports.pages.aims import bound_of
from reports.pages.topics import Topic

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True)
class Other:
    """One of them, with what is known of it on that day."""

    target: Target
    today: date

    @property
    def bound(self) -> str:
        return bound_of(self.target)

    @property
    def origin_words(self) -> "str | StrPromise":
        return labels.ORIGINS[self.target.origin]

    @property
    def when(self) -> str:
        """Its year, or the day where the act names one; nothing where it is not dated."""
        if self.target.due_on:
            return f"{self.target.due_on:%d/%m/%Y}"
        return str(self.target.year or "")

    @property
    def is_reached(self) -> bool:
        return self.target.reached_on is not None and self.target.reached_on <= self.today

    @property
    def is_overdue(self) -> bool:
        """Whether its day has passed without it."""
        return not self.is_reached and self.target.due is not None and self.target.due < self.today

    @property
    def words(self) -> str:
        """What is known of it."""
        if self.is_reached and self.target.reached_on:
            facts = {"day": f"{self.target.reached_on:%d/%m/%Y}", "document": self.target.document}
            return _("Reached on %(day)s, document %(document)s") % facts
        if self.target.low is not None:
            return _("No figure yet")
        return _("Its day has passed") if self.is_overdue else _("Not reached yet")


def others(targets: Iterable[Target], topics: Iterable[Topic], today: date) -> list[Other]:
    """Every target that no card shows, in the order of the programme."""
    shown: Container[int] = {aim.target.pk for topic in topics for card in topic.cards for aim in card.aims}
    return [Other(one, today) for one in targets if one.pk not in shown]
