"""Forms BM-01 and BM-07: dossiers of administrative procedures, by field of work, and the quick count of a week."""

from random import Random

from accounts.roles import Level
from reports.illustration import seasons
from reports.illustration.telling import Asked, Respondent, Teller, Told, numbers
from reports.illustration.temper import Temper

Range = tuple[float, float]

MONTHLY: dict[str, Range] = {
    "ward": (600, 2000),
    "commune": (150, 700),
    "township": (300, 1000),
    "urban_district": (2000, 6000),
    "rural_district": (800, 3000),
    "town": (1500, 3500),
}
"""Dossiers received a month, by kind of unit."""

BUSY: Range = (8000, 30000)
COMMON: Range = (100, 1500)
DEPARTMENTS_MONTHLY: dict[str, Range] = {
    **dict.fromkeys(("SGTVT", "SKHDT", "STNMT", "STP"), BUSY),
    **dict.fromkeys(("SLDTBXH", "SYT", "SCT", "SXD"), (1500, 5000)),
    **dict.fromkeys(("TTTP", "BDT"), (0, 5)),
}
"""The same for departments that are not common ones."""

Shares = dict[str, Range]

FIELDS: dict[Level, Shares] = {
    Level.COMMUNE: {
        "certification": (0.60, 0.78),
        "civil_status": (0.12, 0.22),
        "social_protection": (0.04, 0.09),
        "land": (0.01, 0.04),
        "other": (0.01, 0.03),
    },
    Level.DISTRICT: {
        "justice": (0.25, 0.35),
        "land": (0.20, 0.35),
        "household_business": (0.15, 0.25),
        "labour": (0.06, 0.12),
        "construction": (0.04, 0.10),
        "other": (0.03, 0.06),
    },
}
"""The fields' shares of a level's dossiers."""

DEPARTMENTS_FIELDS: dict[str, Shares] = {
    "SGTVT": {"transport": (0.97, 1.0), "other": (0.0, 0.03)},
    "SKHDT": {"investment": (0.97, 1.0), "other": (0.0, 0.03)},
    "STNMT": {"land": (0.90, 0.97), "other": (0.03, 0.10)},
    "STP": {"justice": (0.80, 0.88), "civil_status": (0.08, 0.15), "other": (0.01, 0.03)},
    "SXD": {"construction": (0.9, 1.0), "other": (0.0, 0.1)},
    "SQHKT": {"construction": (0.9, 1.0), "other": (0.0, 0.1)},
    "SLDTBXH": {"labour": (0.6, 0.7), "social_protection": (0.3, 0.4)},
    "BQLKCN": {"investment": (0.5, 0.6), "labour": (0.2, 0.3), "construction": (0.1, 0.2)},
    **{code: {"culture": (0.9, 1.0), "other": (0.0, 0.1)} for code in ("SYT", "SGDDT", "SVHTT", "SDL")},
}
OTHER_FIELDS: Shares = {"other": (1.0, 1.0)}

ONLINE: dict[Level, Range] = {
    Level.COMMUNE: (0.10, 0.28),
    Level.DISTRICT: (0.20, 0.42),
    Level.DEPARTMENT: (0.40, 0.88),
}
WITHIN_TIME: dict[Level, Range] = {
    Level.COMMUNE: (0.98, 0.999),
    Level.DISTRICT: (0.95, 0.995),
    Level.DEPARTMENT: (0.93, 0.995),
}
PENDING: dict[Level, Range] = {
    Level.COMMUNE: (0.01, 0.05),
    Level.DISTRICT: (0.08, 0.20),
    Level.DEPARTMENT: (0.10, 0.30),
}
"""Pending at the end of a quarter, of a month's dossiers."""

LAND_WITHIN_TIME: Range = (0.80, 0.92)

EASILY_SENT = {"certification": 0.7, "civil_status": 1.9, "social_protection": 1.6}
"""How much more or less of a field comes online than of the unit's dossiers in all."""


class Procedures(Teller):
    """A quarter of BM-01, field by field: what is pending at its end is carried over into the next."""

    def __init__(self, unit: Respondent, temper: Temper, random: Random) -> None:
        super().__init__(unit, temper, random)
        monthly = DEPARTMENTS_MONTHLY.get(unit.code, MONTHLY.get(unit.kind, COMMON))
        shares = DEPARTMENTS_FIELDS.get(unit.code, FIELDS.get(unit.level, OTHER_FIELDS))
        drawn = {name: random.uniform(*share) for name, share in shares.items()}
        size = self.near(temper.sized(*monthly), 0.1)
        self.monthly = {name: size * share / sum(drawn.values()) for name, share in drawn.items()}
        self.online = 0.985 if unit.code == "SKHDT" else random.uniform(*ONLINE[unit.level])
        self.gain = random.uniform(0.01, 0.03)
        self.overdue = 1 - random.uniform(*WITHIN_TIME[unit.level])
        self.land_overdue = 1 - random.uniform(*LAND_WITHIN_TIME) if unit.code == "STNMT" else self.overdue
        self.early = random.uniform(0.25, 0.7)
        self.withdrawn = random.uniform(0.002, 0.01)
        self.apologised = random.uniform(0.4, 0.95)
        self.pending = random.uniform(*PENDING[unit.level])
        self.carried = {name: round(monthly * self.pending) for name, monthly in self.monthly.items()}

    def tell(self, asked: Asked) -> Told:
        """A row for each field; a field that the unit does not deal with is nil."""
        told = {cell: answer for row in {cell.row for cell in asked.typed} for cell, answer in _quarter(row).items()}
        months = seasons.months(asked.code)
        for field in self.monthly:
            told |= self._field(field, months)
        self.online = min(0.99, self.online + self.gain)
        return told

    def _field(self, field: str, months: list[str]) -> Told:
        monthly = self.monthly[field]
        share = min(0.99, self.online * EASILY_SENT.get(field, 1.0))
        carried = self.carried[field]
        online = round(sum(self.near(monthly * share * seasons.ONLINE.get(month, 1.0)) for month in months))
        in_person = round(sum(self.near(monthly * (1 - share) * seasons.IN_PERSON.get(month, 1.0)) for month in months))
        withdrawn = round(self.near((online + in_person) * self.withdrawn))
        there = carried + online + in_person - withdrawn
        pending = min(there, round(self.near(monthly * self.pending)))
        handled = there - pending
        late = self.near(self.land_overdue if field == "land" else self.overdue)
        overdue = round(handled * late)
        early = round((handled - overdue) * self.near(self.early))
        pending_overdue = round(pending * late)
        self.carried[field] = pending
        return _quarter(
            field,
            online=online,
            in_person=in_person,
            carried=carried,
            early=early,
            on_time=handled - overdue - early,
            overdue=overdue,
            pending_within_time=pending - pending_overdue,
            pending_overdue=pending_overdue,
            withdrawn=withdrawn,
            apologised=int(overdue * self.apologised),
        )


def _quarter(
    row: str,
    *,
    online: int = 0,
    in_person: int = 0,
    carried: int = 0,
    early: int = 0,
    on_time: int = 0,
    overdue: int = 0,
    pending_within_time: int = 0,
    pending_overdue: int = 0,
    withdrawn: int = 0,
    apologised: int = 0,
) -> Told:
    """One row of BM-01."""
    return numbers(
        row,
        online=online,
        in_person=in_person,
        carried=carried,
        early=early,
        on_time=on_time,
        overdue=overdue,
        pending_within_time=pending_within_time,
        pending_overdue=pending_overdue,
        withdrawn=withdrawn,
        apologised=apologised,
    )


WEEKLY: dict[str, Range] = {"urban_district": (3500, 6500), "rural_district": (2200, 5500), "town": (2500, 4500)}
"""Dossiers that a district and its communes receive a week."""

ELIGIBLE = 1682
"""Procedures of the city that could be offered online at level 4."""


class QuickCount(Teller):
    """A week of BM-07: the dossiers of a district with its communes, or the city's procedures offered online."""

    def __init__(self, unit: Respondent, temper: Temper, random: Random) -> None:
        super().__init__(unit, temper, random)
        self.weekly = self.near(temper.sized(*WEEKLY.get(unit.kind, (0, 0))), 0.1)
        self.online = random.uniform(0.24, 0.45)
        self.gain = random.uniform(0.0, 0.006)
        self.level_four, self.on_phone = 1204, 961

    def tell(self, asked: Asked) -> Told:
        """Both parts; each is asked only of whom it concerns."""
        received = round(self.near(self.weekly * seasons.WEEKS.get(asked.code.code, 1.0)))
        self.online += self.gain * self.random.uniform(0.3, 1.7)
        self.level_four += self.random.randint(3, 14)
        self.on_phone += self.random.randint(4, 13)
        return numbers(
            received=received,
            online=received * self.online,
            eligible=ELIGIBLE,
            level_four=self.level_four,
            on_phone=self.on_phone,
        )
