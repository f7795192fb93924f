"""Form BM-05: administrative discipline, in three groups of people."""

from random import Random

from accounts.roles import Level
from reports.checks import Answer, Cell
from reports.illustration import sentences
from reports.illustration.telling import Asked, Respondent, Teller, Told, numbers
from reports.illustration.temper import Temper

OFFICIALS, PUBLIC_EMPLOYEES, WORKERS = "officials", "public_employees", "workers"
GROUPS = (OFFICIALS, PUBLIC_EMPLOYEES, WORKERS)

Staffed = dict[str, tuple[int, int]]

KINDS: dict[str, Staffed] = {
    "ward": {OFFICIALS: (13, 17), PUBLIC_EMPLOYEES: (0, 0), WORKERS: (6, 12)},
    "commune": {OFFICIALS: (19, 23), PUBLIC_EMPLOYEES: (0, 0), WORKERS: (8, 14)},
    "township": {OFFICIALS: (18, 22), PUBLIC_EMPLOYEES: (0, 0), WORKERS: (7, 13)},
}
LEVELS: dict[Level, Staffed] = {
    Level.DISTRICT: {OFFICIALS: (120, 180), PUBLIC_EMPLOYEES: (2000, 5000), WORKERS: (60, 200)},
    Level.DEPARTMENT: {OFFICIALS: (60, 300), PUBLIC_EMPLOYEES: (20, 600), WORKERS: (8, 60)},
}
"""How many people of each group a unit has."""

BREACHES = {Level.COMMUNE: 0.1, Level.DISTRICT: 0.75, Level.DEPARTMENT: 0.5}
"""How likely a month brings a breach at all; at most three."""

FOUND = ("breaches_hours", "breaches_attitude", "breaches_dossiers", "breaches_reports", "breaches_other")
LIGHTLY = ("reminded", "criticised")
BY_STATUTE = ("reprimanded", "warned", "pay_lowered", "demoted", "removed", "recalled", "dismissed")
PUBLISHED = ("published_television", "published_hanoimoi", "published_kinhtedothi")


class Discipline(Teller):
    """Nearly everybody is briefed in time; what is not handled in the month in which it was found stays open."""

    def __init__(self, unit: Respondent, temper: Temper, random: Random) -> None:
        super().__init__(unit, temper, random)
        staffed = KINDS.get(unit.kind) or LEVELS[unit.level]
        self.people = {group: round(temper.sized(*bounds)) for group, bounds in staffed.items()}
        self.unbriefed = random.uniform(0.02, 0.25)
        self.uncommitted = self.unbriefed + random.uniform(0.0, 0.1)
        self.keenness = random.uniform(0.5, 0.85)
        self.briefing = random.uniform(0.10, 0.35)
        self.checking = random.uniform(0.2, 0.6)
        self.open = dict.fromkeys(GROUPS, 0)

    def tell(self, asked: Asked) -> Told:
        """The numbers of a month and, now and then, a few sentences."""
        told: Told = {}
        at_fault = self._at_fault()
        for group in GROUPS:
            told |= self._briefed(group)
            told |= self._breaches(group, at_fault.count(group))
        self.unbriefed *= self.keenness
        self.uncommitted *= self.keenness
        told |= numbers(**{item: self.random.randint(1, 6) for item in PUBLISHED})
        if self.random.random() < 0.25:
            told[Cell("narrative")] = Answer(text=sentences.told(sentences.DISCIPLINE, self.random))
        return told

    def _briefed(self, group: str) -> Told:
        if self.people[group] > 5 and self.random.random() < 0.06:
            self.people[group] += self.random.choice((-1, 1))
        in_post = self.people[group]
        return numbers(
            group,
            in_post=in_post,
            briefed=min(in_post, self.near(in_post * self.briefing)),
            briefed_so_far=in_post - round(in_post * self.unbriefed),
            commitments=in_post - round(in_post * self.uncommitted),
            own_checks=self.near(in_post * self.checking),
        )

    def _at_fault(self) -> list[str]:
        """The groups of the people found at fault in a month, one entry a breach."""
        if self.random.random() >= BREACHES[self.unit.level]:
            return []
        groups = [group for group in GROUPS if self.people[group]]
        most = 1 if self.unit.level == Level.COMMUNE else 3
        return [self.random.choice(groups) for _breach in range(self.random.randint(1, most))]

    def _breaches(self, group: str, found: int) -> Told:
        """Most are settled at once by a reminder; a statute's measure is rare."""
        before = self.open[group]
        kinds = [self.random.choice(FOUND) for _breach in range(found)]
        settled = before + sum(self.random.random() < 0.7 for _breach in range(found))
        self.open[group] = before + found - settled
        measures = [
            self.random.choice(BY_STATUTE[:2] if self.random.random() < 0.1 else LIGHTLY) for _breach in range(settled)
        ]
        return numbers(
            group,
            **{kind: kinds.count(kind) for kind in FOUND},
            breaches_open_before=before,
            **{measure: measures.count(measure) for measure in (*LIGHTLY, *BY_STATUTE)},
        )
