"""Form BM-06: report regimes and databases, and which of them are connected."""

from random import Random

from reports.checks import Answer, Cell
from reports.illustration import sentences
from reports.illustration.telling import Asked, Respondent, Teller, Told, numbers
from reports.illustration.temper import Temper

IN_FORCE = {"regimes": (6, 40), "periodic": (25, 150), "socioeconomic": (5, 40)}
"""How many report regimes and indicators a department has."""

DATABASES = {"population": 0.7, "land": 0.3, "business": 0.4, "finance": 0.25, "insurance": 0.2}
"""How likely a department has a database that needs the national one."""


class Connections(Teller):
    """What is in force hardly changes; what is connected grows."""

    def __init__(self, unit: Respondent, temper: Temper, random: Random) -> None:
        super().__init__(unit, temper, random)
        self.in_force = {row: round(self.near(temper.sized(*bounds), 0.15)) for row, bounds in IN_FORCE.items()}
        self.needed = {row: random.randint(1, 3) if random.random() < share else 0 for row, share in DATABASES.items()}
        self.city = random.uniform(0.25, 0.60)
        self.government = random.uniform(0.10, 0.40)

    def tell(self, asked: Asked) -> Told:
        """Both tables and a few sentences."""
        told: Told = {}
        for row, in_force in self.in_force.items():
            city, government = round(in_force * self.city), round(in_force * self.government)
            told |= numbers(
                row,
                in_force=in_force,
                connected_city=city,
                connected_government=government,
                connected=round(min(city, government) * 0.8),
            )
        for row, needed in self.needed.items():
            told |= numbers(row, databases_needed=needed, databases_connected=int(needed * (self.city + 0.15)))
        self.city = min(1.0, self.city + self.random.uniform(0.03, 0.10))
        self.government = min(1.0, self.government + self.random.uniform(0.02, 0.08))
        told[Cell("narrative")] = Answer(text=sentences.told(sentences.CONNECTIONS, self.random))
        return told
