"""What a draft would be like: its deadlines, its page as a clerk sees it, and what its rules say to typed values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from accounts.labels import LEVELS
from accounts.roles import Level
from reports import labels, schedules
from reports.actions.designing import Ahead, Built, Design, Known, ahead, build
from reports.checks import NO_HISTORY, NUMERIC, Absence, Answer, Cell, Kind, Problem
from reports.models import FormVersion, Item
from reports.numbers import NumberRefused, parse
from reports.periods import PeriodRefused
from reports.terms import Terms


@dataclass
class Trial:
    """A draft as it would be asked, with what was typed into it by way of trial."""

    built: Built
    today: date
    posted: Mapping[str, str]

    @classmethod
    def of(cls, version: FormVersion, design: Design, posted: Mapping[str, str], at: datetime) -> "Trial | None":
        """The trial of a design; None where a time of day cannot be read."""
        try:
            return cls(build(version, design, Known.on(at.date())), at.date(), posted)
        except ValueError:
            return None

    @cached_property
    def terms(self) -> Terms:
        return self.built.terms

    @cached_property
    def ahead(self) -> list[Ahead]:
        return ahead(self.built, today=self.today)

    @property
    def levels(self) -> list[Level]:
        return [level for level in Level if any(level in one.due for one in self.ahead)]

    @property
    def level_words(self) -> list[str]:
        return [str(LEVELS[level]) for level in self.levels]

    @property
    def deadlines(self) -> list[tuple[Ahead, list[datetime | None]]]:
        """Each coming period with its deadlines in the order of the levels."""
        return [(one, [one.due.get(level) for level in self.levels]) for one in self.ahead]

    @cached_property
    def typed(self) -> dict[Cell, str]:
        """What was typed, by cell, under the names that the report's page gives its cells."""
        named = {cell: f"cell-{cell.item}.{cell.row}" if cell.row else f"cell-{cell.item}" for cell in self.terms.typed}
        return {cell: self.posted[name] for cell, name in named.items() if self.posted.get(name, "").strip()}

    @cached_property
    def read(self) -> tuple[dict[Cell, Answer], dict[Cell, str]]:
        """The typed answers, and in words why the others are not taken."""
        answers, refused = {}, {}
        for cell in self.terms.typed:
            item, text = self.terms.by_code[cell.item], self.typed.get(cell, "")
            about = self._about(cell)
            try:
                answers[cell] = _answer(item, text, about)
            except NumberRefused as refusal:
                refused[cell] = labels.typing_words(refusal.code, text, item.decimals)
        return answers, refused

    @property
    def refused(self) -> dict[Cell, str]:
        return self.read[1]

    @cached_property
    def answers(self) -> dict[Cell, Answer]:
        """The typed answers and what is worked out from them; typed ones alone where a formula cannot be read."""
        typed = self.read[0]
        numbers: dict[tuple[str, str], Decimal | None] = {cell: one.number for cell, one in typed.items()}
        try:
            worked_out = self.terms.with_ratios(numbers | dict(self.terms.computed(numbers, NO_HISTORY).items()))
        except ValueError:  # a formula or a kind that cannot be read yet
            return typed
        return {**{cell: Answer(number) for cell, number in worked_out.items()}, **typed}

    @cached_property
    def problems(self) -> list[Problem]:
        """What the rules and checks say; of blank cells nothing, as nobody has answered yet."""
        try:
            found = self.terms.problems(self.read[0], NO_HISTORY)
        except ValueError:  # a formula or a kind that cannot be read yet
            return []
        return [problem for problem in found if problem.code != "unanswered"]

    @property
    def last_period(self) -> str:
        """The code of the period before today's, to stand at the head of a column."""
        try:
            return schedules.period_at(self.built.version, self.today).previous.code
        except (ValueError, PeriodRefused):
            return str(self.today.year)

    @property
    def last_year(self) -> str:
        try:
            return schedules.period_at(self.built.version, self.today).same_last_year.code
        except (ValueError, PeriodRefused):
            return str(self.today.year)

    def _about(self, cell: Cell) -> Answer:
        """What was typed beside the answer: why there is none, a cause, a note."""
        key = f"{cell.item}.{cell.row}" if cell.row else cell.item
        cause = self.posted.get(f"cause-{key}", "")
        return Answer(
            absence=Absence.NO_DATA if self.posted.get(f"absent-{key}") else None,
            cause=cause if cause in labels.CAUSES else "",
            note=self.posted.get(f"note-{key}", ""),
        )


def _answer(item: Item, text: str, about: Answer) -> Answer:
    """What was typed as an answer; raises NumberRefused."""
    if about.absence or not text.strip():
        return about
    number: Decimal | None = None
    if item.kind == Kind.YES_NO:
        number = Decimal(text == "1")
    elif item.kind in NUMERIC:
        number = parse(text, item.decimals, negative=item.negative)
    return Answer(number, text if number is None else "", cause=about.cause, note=about.note)
