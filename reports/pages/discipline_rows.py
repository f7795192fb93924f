"""Lapses as the screens of discipline show them: in what state each is, in which words, and as rows of a file."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports import labels
from reports.courses import State
from reports.exchange.tables import Cell
from reports.labels import discipline as words
from reports.lapses import Exclusion
from reports.record import Line

STATES = {
    #                   words                                                tone    icon
    State.NOTED: (gettext_lazy("No explanation asked for"), "wait", "minus"),
    State.TO_EXPLAIN: (gettext_lazy("To be explained"), "soon", "pencil"),
    State.UNEXPLAINED: (gettext_lazy("Not explained in time"), "bad", "alert-circle"),
    State.EXPLAINED: (gettext_lazy("Explained, to be decided"), "info", "message"),
    State.NOT_EXCUSED: (gettext_lazy("Not excused"), "bad", "x"),
    State.EXCUSED: (gettext_lazy("Excused"), "good", "circle-check"),
    State.SET_ASIDE: (gettext_lazy("Facts corrected, set aside"), "good", "circle-check"),
    State.EXCLUDED: (gettext_lazy("Excluded by rule"), "wait", "circle-minus"),
}


@dataclass(frozen=True)
class Row:
    """A line of the standing list with its words; `above` is the district of a commune."""

    line: Line
    state: State
    above: str = ""

    @classmethod
    def of(cls, line: Line, at: datetime) -> "Row":
        """The line as it stands at that instant."""
        return cls(line, line.course.state(at))

    @property
    def state_chip(self) -> tuple[Any, str, str]:
        return STATES[self.state]

    @property
    def kind_words(self) -> str:
        return str(words.LAPSE_KINDS[self.line.kind])

    @property
    def of_another(self) -> bool:
        """Whether the report is another unit's, which this one reviewed."""
        return self.line.unit.pk != self.line.respondent.pk

    @property
    def excluded_words(self) -> str:
        return exclusion_words(self.line.excluded)

    @property
    def remark(self) -> str:
        """What was said last: the ruling's reason, else the explanation."""
        if self.line.ruling:
            return self.line.ruling.reason
        return self.line.explanation.text if self.line.explanation else ""

    @property
    def contested(self) -> bool:
        """Whether an objection to its facts waits for an answer."""
        return self.line.objection is not None and self.line.objection.upheld is None


def exclusion_words(excluded: Exclusion | None) -> str:
    """Why something is no lapse, with what that rests on."""
    if excluded is None:
        return ""
    why = str(words.EXCLUSIONS[excluded.why])
    return f"{why}: {excluded.words}" if excluded.words else why


def table(rows: Iterable[Row]) -> Iterator[Sequence[Cell]]:
    """The heads of the columns, then a row each."""
    yield [
        *(_("Unit code"), _("Unit"), _("Form"), _("Period"), _("Report of"), _("Kind of lapse"), _("Deadline")),
        *(_("Received or passed on"), _("Working days over"), _("Repeats"), _("State"), _("Cause"), _("Explanation")),
        *(_("Decision's reason"), _("Why it does not count")),
    ]
    for row in rows:
        one = row.line
        said = one.explanation
        yield [
            *(one.unit.code, one.unit.name, one.form.code, labels.period_name(one.period), one.respondent.name),
            *(row.kind_words, written(one.due), written(one.until), one.days, one.repeats, str(STATES[row.state][0])),
            *(str(words.LAPSE_CAUSES[said.cause]) if said else "", said.text if said else ""),
            *(one.ruling.reason if one.ruling else "", row.excluded_words),
        ]


def written(instant: datetime | None) -> str:
    """An instant that spreadsheets can sort."""
    return f"{timezone.localtime(instant):%Y-%m-%d %H:%M:%S}" if instant else ""
