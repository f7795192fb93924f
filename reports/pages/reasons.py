"""Why a report in a review queue needs eyes: reasons as keys that are cheap to count, and in people's words.

A key is a word of Why or, for what stands out, the problem's code, item and row: "large_change:online:total".
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from reports.checks import Cell
from reports.models import Item, Revision, Row, Step
from reports.pages.parts import instant_words
from reports.workflow import Action

if TYPE_CHECKING:
    from reports.pages.queue import Entry

NAMED = 3
"""How many items a reason of one report names; the others are counted."""


class Why(StrEnum):
    """What makes a report other than clean, beside what stands out in it."""

    ASKED = "asked"
    AMENDMENT = "amendment"
    PAPER = "paper"
    RETURNED = "returned"
    RECALLED = "recalled"
    UNSETTLED = "unsettled"
    UNSENT = "unsent"


WHY = {
    Why.ASKED: gettext_lazy("Asks to amend its approved figures"),
    Why.AMENDMENT: gettext_lazy("Amends its approved figures"),
    Why.PAPER: gettext_lazy("Filed on paper, keyed in afterwards"),
    Why.RETURNED: gettext_lazy("Sent again after a return"),
    Why.RECALLED: gettext_lazy("Recalled by the unit and sent again"),
    Why.UNSETTLED: gettext_lazy("Remarks to be ticked off"),
    Why.UNSENT: gettext_lazy("Remarks not sent yet"),
}

STANDS_OUT = {
    "large_change": gettext_lazy("Large change from the last period: %(items)s"),
    "unusual": gettext_lazy("Unusual beside the unit's earlier figures: %(items)s"),
    "unlike_peers": gettext_lazy("Unlike units of the same kind: %(items)s"),
    "rule_broken": gettext_lazy("A rule of the form does not hold: %(items)s"),
    "obstacle_unchanged": gettext_lazy("Copied unchanged from the last period: %(items)s"),
}
"""What stands out, by the code of the problem."""
FACTS = (
    *("current__cause", "current__standing_out", "approved_id", "amendment_asked"),
    *("recorded", "unsettled", "unsent"),
)
"""What is read of a report to know its reasons."""

TOLD = (Action.RETURN, Action.RECORD, Action.ASK_TO_AMEND, Action.AMEND)
"""The steps that a reason quotes."""


def keys_of(facts: Mapping[str, Any]) -> tuple[str, ...]:
    """The reasons of one report, from its FACTS; one key a cell for what stands out. None for a clean report."""
    if facts["amendment_asked"]:
        return (Why.ASKED,)
    holds = {
        Why.AMENDMENT: facts["approved_id"] is not None,
        Why.PAPER: facts["recorded"],
        Why.RETURNED: facts["current__cause"] == Revision.Cause.RETURN,
        Why.RECALLED: facts["current__cause"] == Revision.Cause.RECALL,
        Why.UNSETTLED: facts["unsettled"] > 0,
        Why.UNSENT: facts["unsent"] > 0,
    }
    stands_out = (f"{code}:{item}:{row}" for code, item, row in facts["current__standing_out"])
    return (*(why for why, holds_here in holds.items() if holds_here), *stands_out)


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason in words; `quote` is what somebody wrote about it."""

    words: str
    quote: str = ""


def cell_of(key: str) -> tuple[str, Cell] | None:
    """The code of the problem and the cell that a key names; none where it is no key of what stands out."""
    code, *cell = key.split(":")
    return (code, Cell(*cell)) if len(cell) == 2 else None


def stands_out(code: str, items: str) -> str:
    """What is said of cells that stand out; a check that has no words of its own here only names them."""
    return str(STANDS_OUT.get(code, _("Stands out: %(items)s"))) % {"items": items}


@dataclass(frozen=True, slots=True)
class Fault:
    """A reason that several reports share, with how many have it."""

    key: str
    words: str
    count: int

    @property
    def in_a_cell(self) -> bool:
        """Whether it lies in a cell, so that one remark can be sent to all who have it."""
        return cell_of(self.key) is not None


@dataclass(frozen=True)
class Wording:
    """Puts keys into words: the items and rows by their codes, and the last step of each kind by report and action."""

    items: Mapping[str, Item] = field(default_factory=dict)
    rows: Mapping[tuple[int, str], str] = field(default_factory=dict)
    steps: Mapping[tuple[int, str], Step] = field(default_factory=dict)

    @classmethod
    def of(cls, version: int, keys: Iterable[str], shown: Iterable["Entry"] = ()) -> "Wording":
        """The words for these keys of one version, and the details of the reports shown; three queries at most."""
        cells = {told[1] for key in keys if (told := cell_of(key))}
        items = Item.objects.filter(version=version, code__in={cell.item for cell in cells})
        rows = Row.objects.filter(section__version=version, code__in={cell.row for cell in cells}, is_total=False)
        told_of = [entry.pk for entry in shown if any(cell_of(key) is None for key in entry.why)]
        steps = Step.objects.filter(report__in=told_of, action__in=TOLD).order_by("report_id", "action", "-seq")
        return cls(
            {item.code: item for item in items.select_related("indicator")},
            {(row.section_id, row.code): row.title for row in rows},
            {(step.report_id, step.action): step for step in steps.distinct("report_id", "action")},
        )

    def faults(self, entries: Iterable["Entry"]) -> list[Fault]:
        """What these reports have, the most frequent first; what stands out in a single one is not listed."""
        counted = Counter(key for entry in entries for key in set(entry.why))
        return [
            Fault(key, self.words(key), count)
            for key, count in counted.most_common()
            if count > 1 or cell_of(key) is None
        ]

    def words(self, key: str) -> str:
        """What one key says, of whatever report."""
        told = cell_of(key)
        return stands_out(told[0], self.name(told[1])) if told else str(WHY[Why(key)])

    def name(self, cell: Cell) -> str:
        """What people read beside a cell; the row of a total goes without saying."""
        item = self.items.get(cell.item)
        if item is None:
            return cell.item
        row = self.rows.get((item.section_id, cell.row))
        return f"{item.name}, {row}" if row else item.name

    def reasons(self, entry: "Entry") -> list[Reason]:
        """The reasons of one report, with their details."""
        found: list[Reason] = []
        cells: dict[str, list[Cell]] = {}
        for key in entry.why:
            if told := cell_of(key):
                cells.setdefault(told[0], []).append(told[1])
            else:
                found.append(self._told(entry, Why(key)))
        return [
            *found,
            *(Reason(stands_out(code, self._named(of))) for code, of in cells.items()),
        ]

    def _named(self, cells: list[Cell]) -> str:
        names = [self.name(cell) for cell in cells]
        shown, more = "; ".join(names[:NAMED]), len(names) - NAMED
        if more <= 0:
            return shown
        words = ngettext("%(items)s and %(count)d more", "%(items)s and %(count)d more", more)
        return words % {"items": shown, "count": more}

    def _told(self, entry: "Entry", why: Why) -> Reason:
        match why:
            case Why.ASKED:
                return self._by_paper(why, self.steps.get((entry.pk, Action.ASK_TO_AMEND)))
            case Why.AMENDMENT:
                return self._by_paper(why, self._granted(entry.pk))
            case Why.PAPER:
                return self._by_paper(why, self.steps.get((entry.pk, Action.RECORD)))
            case Why.RETURNED if step := self.steps.get((entry.pk, Action.RETURN)):
                words = _("Returned at %(instant)s, sent again") % {"instant": instant_words(step.at)}
                return Reason(words, step.reason)
            case Why.UNSETTLED:
                count = entry.unsettled
                words = ngettext("%(count)d remark to be ticked off", "%(count)d remarks to be ticked off", count)
                return Reason(words % {"count": count})
            case Why.UNSENT:
                count = entry.unsent
                words = ngettext("%(count)d remark not sent yet", "%(count)d remarks not sent yet", count)
                return Reason(words % {"count": count})
            case _:
                return Reason(str(WHY[why]))

    def _granted(self, report: int) -> Step | None:
        """The step that an amendment rests on: the wish that was granted, or what the approver began."""
        asked, granted = (self.steps.get((report, action)) for action in (Action.ASK_TO_AMEND, Action.AMEND))
        return asked if asked and granted and asked.seq + 1 == granted.seq else granted

    def _by_paper(self, why: Why, step: Step | None) -> Reason:
        """With the number of the paper that it rests on."""
        if step is None or not step.document:
            return Reason(str(WHY[why]), step.reason if step else "")
        words = _("%(what)s (document %(number)s)") % {"what": WHY[why], "number": step.document}
        return Reason(words, step.reason)
