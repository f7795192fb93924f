"""Form BM-02: documents in and out, and work dossiers handled online."""

from dataclasses import dataclass
from random import Random

from accounts.roles import Level
from reports.illustration import seasons
from reports.illustration.telling import Asked, Respondent, Teller, Told, numbers
from reports.illustration.temper import Temper


@dataclass(frozen=True, slots=True)
class Habits:
    """The ranges a level's units lie in, a month: documents in and out, work dossiers, their online share."""

    documents_in: tuple[int, int]
    documents_out: tuple[int, int]
    dossiers: tuple[int, int]
    online: tuple[float, float]


HABITS = {
    Level.COMMUNE: Habits((150, 450), (40, 150), (30, 150), (0.35, 0.70)),
    Level.DISTRICT: Habits((1500, 4000), (400, 1200), (400, 1500), (0.65, 0.90)),
    Level.DEPARTMENT: Habits((1000, 5000), (300, 1500), (300, 2000), (0.80, 0.98)),
}


RUSH = 0.08
"""The share of months in which a unit alone has far more documents coming in, such as in a campaign."""


class WorkDossiers(Teller):
    """What is left open at the end of a month is carried over into the next; the online share grows."""

    def __init__(self, unit: Respondent, temper: Temper, random: Random) -> None:
        super().__init__(unit, temper, random)
        habits = HABITS[unit.level]
        self.documents_in = self.near(temper.sized(*habits.documents_in), 0.2)
        self.documents_out = self.near(temper.sized(*habits.documents_out), 0.2)
        self.dossiers = self.near(temper.sized(*habits.dossiers), 0.1)
        self.online = random.uniform(habits.online[0], sum(habits.online) / 2 + 0.02)
        self.gain = (habits.online[1] - self.online) * random.uniform(0.0, 0.6) / 12
        self.unfinished = random.uniform(0.05, 0.13)
        self.left_open = round(self.dossiers * self.unfinished)

    def tell(self, asked: Asked) -> Told:
        """The numbers of a month."""
        season = seasons.WORK.get(asked.code.code, 1.0)
        out, received = round(self.near(self.documents_out * season)), round(self.near(self.documents_in * season))
        rush = Random(f"rush/{self.unit.code}/{asked.code.code}")  # noqa: S311  (no secret; it moves nothing else)
        if rush.random() < RUSH:
            received = round(received * rush.uniform(1.6, 2.4))
        opened = max(1, round(self.near(self.dossiers * season)))
        carried, to_handle = self.left_open, self.left_open + opened
        self.online = min(0.995, self.online + self.gain * self.random.uniform(0.2, 1.8))
        self.left_open = round(self.near(to_handle * self.unfinished))
        return numbers(
            documents_out=out,
            documents_out_signed=min(out, out * (self.online + 0.1)),
            documents_in=received,
            documents_in_electronic=min(received, received * (self.online + 0.15)),
            carried=carried,
            opened=opened,
            online=to_handle * self.online,
            closed=to_handle - self.left_open,
        )
