"""What every form's telling is made of: who tells, what is asked of it, and answers in the form's cells."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from random import Random
from typing import NamedTuple

from accounts.roles import Level
from reports.checks import Answer, Cell
from reports.illustration.temper import Temper
from reports.periods import PeriodCode

Told = dict[Cell, Answer]

NIL = Answer(Decimal())


class Span(NamedTuple):
    """From when to when a task of the programme runs."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Respondent:
    """A unit as its size and habits follow from it: its code, its level, and what the law calls it (ward, town …)."""

    code: str
    level: Level
    kind: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form asks for one period: the cells to type in, its window's last day, and the tasks the unit leads."""

    code: PeriodCode
    last_day: date
    typed: Collection[Cell]
    tasks: Mapping[str, Span] = field(default_factory=dict)


class Teller(ABC):
    """What one unit tells one form, period by period in their order: each goes on where the last one ended."""

    def __init__(self, unit: Respondent, temper: Temper, random: Random) -> None:
        self.unit = unit
        self.temper = temper
        self.random = random

    @abstractmethod
    def tell(self, asked: Asked) -> Told:
        """The answers for the next period; cells that are not asked of the unit may be among them."""

    def near(self, number: float, share: float = 0.08) -> float:
        """That number, or a little more or less."""
        return number * self.random.uniform(1 - share, 1 + share)


def whole(number: float) -> Answer:
    """A whole number that is not negative."""
    return Answer(Decimal(round(number))) if number >= 0.5 else NIL


def numbers(row: str = "", /, **answers: float) -> Told:
    """Whole numbers by item, in one row."""
    return {Cell(item, row): whole(number) for item, number in answers.items()}
