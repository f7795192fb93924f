"""Form BM-04: how far the programme has come: the leads' indicators, the tasks, and what stands in the way."""

from datetime import timedelta
from decimal import Decimal
from random import Random

from reports.checks import Absence, Answer, Cell
from reports.illustration import sentences
from reports.illustration.telling import Asked, Respondent, Span, Teller, Told
from reports.illustration.temper import Temper

A_QUARTER = timedelta(days=92)

PUBLISHED = {
    "digital_economy_share": ("", "16.7", "16.7", "17.2"),
    "productivity_growth": ("", "2.6", "2.6", "5.1"),
    "households_broadband_share": ("68.4", "70.1", "71.9", "73.2"),
    "communes_broadband_share": ("98.8", "99.1", "99.5", "99.8"),
    "electronic_payment_share": ("31.5", "33.8", "36.2", "38.4"),
    "rank_digital_transformation": ("34", "34", "40", "40"),
    "rank_information_technology": ("8", "8", "7", "7"),
    "rank_competitiveness": ("9", "9", "10", "10"),
    "rank_innovation": ("", "", "", ""),
    "rank_information_security": ("11", "11", "9", "9"),
    "rank_digital_government": ("12", "12", "10", "10"),
}
"""The latest number known in each quarter of the demonstration; empty where nothing was published yet. Made up."""

UNPUBLISHED = Answer(absence=Absence.NO_DATA, note="Cơ quan có thẩm quyền chưa công bố số liệu của kỳ này.")

NOT_BEGUN, ON_TRACK, AT_RISK, BEHIND, DONE = (
    "Chưa thực hiện",
    "Đúng tiến độ",
    "Có nguy cơ chậm",
    "Chậm",
    "Hoàn thành",
)
"""The states of a task that the form offers."""


class Programme(Teller):
    """Each task advances at a pace of its own, judged against the time that has passed."""

    def __init__(self, unit: Respondent, temper: Temper, random: Random) -> None:
        super().__init__(unit, temper, random)
        self.quarter = 0
        self.paces: dict[str, float] = {}
        self.percents: dict[str, float] = {}

    def tell(self, asked: Asked) -> Told:
        """What is published, a row for each task that the unit leads, and a few sentences."""
        told: Told = {}
        for item, known in PUBLISHED.items():
            number = known[min(self.quarter, len(known) - 1)]
            told[Cell(item)] = Answer(Decimal(number)) if number else UNPUBLISHED
        self.quarter += 1
        for task, span in asked.tasks.items():
            told |= self._task(task, span, asked)
        told[Cell("results")] = Answer(text=sentences.told(sentences.RESULTS, self.random))
        told[Cell("obstacles")] = Answer(text=self.random.choice(sentences.OBSTACLES))
        if self.random.random() < 0.4:
            told[Cell("requests")] = Answer(text=self.random.choice(sentences.REQUESTS))
        return told

    def _task(self, task: str, span: Span, asked: Asked) -> Told:
        pace = self.paces.setdefault(task, self.random.uniform(0.75, 1.15))
        passed = max(0.0, min(1.0, (asked.last_day - span.first) / (span.last - span.first or A_QUARTER)))
        percent = max(self.percents.get(task, 0.0), min(100.0, 100 * passed * self.random.uniform(0.95, 1.05) * pace))
        self.percents[task] = percent
        state = _state(round(percent), 100 * passed)
        told = {
            Cell("task_percent", task): Answer(Decimal(round(percent))),
            Cell("task_state", task): Answer(text=state),
            Cell("task_result", task): Answer(text=self.random.choice(sentences.TASK_RESULTS[state == NOT_BEGUN])),
        }
        if state in (AT_RISK, BEHIND):
            told[Cell("task_obstacle", task)] = Answer(text=self.random.choice(sentences.OBSTACLES))
            told[Cell("task_request", task)] = Answer(text=self.random.choice(sentences.REQUESTS))
        return told


def _state(percent: int, due: float) -> str:
    """How a task stands that has come so far when so much of its time has passed, both in per cent."""
    if percent >= 100:
        return DONE
    if percent == 0:
        return NOT_BEGUN
    if percent >= due * 0.9:
        return ON_TRACK
    return AT_RISK if percent >= due * 0.8 else BEHIND
