"""Form BM-03: inspections, and how many of them went through the digital environment."""

from random import Random

from accounts.roles import Level
from reports.checks import Answer, Cell
from reports.illustration import seasons, sentences
from reports.illustration.telling import Asked, Respondent, Teller, Told, numbers
from reports.illustration.temper import Temper

A_QUARTER = {Level.DISTRICT: (10, 60), Level.DEPARTMENT: (3, 25)}
"""Inspections that a unit concludes in a quarter."""


class Inspections(Teller):
    """Hardly any of them are digital at first; each quarter a few more."""

    def __init__(self, unit: Respondent, temper: Temper, random: Random) -> None:
        super().__init__(unit, temper, random)
        self.quarterly = temper.sized(*A_QUARTER[unit.level])
        self.planned = random.uniform(0.55, 0.85)
        self.wholly = random.uniform(0.0, 0.05)
        self.partly = random.uniform(0.02, 0.15)
        self.gain = random.uniform(0.01, 0.05)
        self.subjects = random.uniform(1.2, 3.0)
        self.signed = random.uniform(0.3, 0.8)
        self.systems = random.sample(sentences.SYSTEMS, 2)

    def tell(self, asked: Asked) -> Told:
        """The numbers of a quarter, the systems used and a few sentences."""
        months = seasons.months(asked.code)
        season = sum(seasons.WORK.get(month, 1.0) for month in months) / len(months)
        inspections = round(self.near(self.quarterly * season))
        planned = round(inspections * self.planned)
        wholly = min(inspections, round(self.near(inspections * self.wholly)))
        partly = min(inspections - wholly, round(self.near(inspections * self.partly)))
        self.wholly += self.gain
        self.partly += self.gain
        told = numbers(
            planned=planned,
            unplanned=inspections - planned,
            wholly_digital=wholly,
            partly_digital=partly,
            not_digital=inspections - wholly - partly,
            subjects=inspections * self.subjects,
            conclusions_signed=min(inspections, round(inspections * self.signed)),
        )
        if wholly + partly:
            told[Cell("systems")] = Answer(text=", ".join(self.systems))
        told[Cell("narrative")] = Answer(text=sentences.told(sentences.INSPECTIONS, self.random))
        return told
