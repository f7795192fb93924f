"""What units have told a form so far: earlier.history_of, kept in memory while a demonstration fills the form."""

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from operator import itemgetter

from reports import formulas
from reports.checks import Answer, Cell, History
from reports.earlier import FEWEST_PEERS, LOOKED_BACK
from reports.models import Report
from reports.outliers import Spread, spread
from reports.terms import Terms

Numbers = Mapping[tuple[str, str], Decimal | None]
Texts = Mapping[tuple[str, str], str]


class Memory:
    """The numbers of reports that stand, period after period; no form of the demonstration looks a year back."""

    def __init__(self) -> None:
        self._last: dict[int, Numbers] = {}
        self._now: dict[int, Numbers] = {}
        self._texts: dict[int, Texts] = {}
        self._texts_now: dict[int, Texts] = {}
        self._known: dict[int, dict[tuple[str, str], list[Decimal]]] = defaultdict(lambda: defaultdict(list))
        self._ratios: dict[tuple[str, Cell], dict[int, Decimal]] = defaultdict(dict)
        self._ratios_now: dict[tuple[str, Cell], dict[int, Decimal]] = defaultdict(dict)

    def history_of(self, report: Report, terms: Terms) -> History:
        """What is known from before about the report's unit and its peers."""
        own = {
            cell: usual
            for cell, numbers in self._known[report.unit_id].items()
            if min(numbers) != max(numbers) and (usual := spread(numbers[-LOOKED_BACK:]))
        }
        peers = {
            cell: usual
            for cell in terms.compared_ratios
            if (usual := _spread_of_others(self._ratios[report.unit.kind, cell], report.unit_id))
        }
        unit = report.unit_id
        return History(self._last.get(unit, {}), {}, own, peers, self._texts.get(unit, {}))

    def remember(self, report: Report, terms: Terms, answers: Mapping[Cell, Answer]) -> None:
        """Keep what a report that stands says."""
        numbers: Numbers = {cell: answer.number for cell, answer in answers.items()}
        self._now[report.unit_id] = numbers
        self._texts_now[report.unit_id] = {cell: answer.text for cell, answer in answers.items() if answer.text}
        for spec in terms.questionnaire.items:
            for row in spec.rows if spec.total is None else (spec.total,):
                number = numbers.get((spec.code, row))
                if number is not None:
                    self._known[report.unit_id][spec.code, row].append(number)
        for cell, text in terms.compared_ratios.items():
            ratio = formulas.compile(text).value(formulas.Known(numbers, cell.row))
            if ratio is not None:
                self._ratios_now[report.unit.kind, cell][report.unit_id] = ratio

    def next_period(self) -> None:
        """What stands now lies one period back from here on."""
        self._last, self._now = self._now, {}
        self._texts, self._texts_now = self._texts_now, {}
        for kind, ratios in self._ratios_now.items():  # in order, as medians are taken of them for each unit
            self._ratios_now[kind] = dict(sorted(ratios.items(), key=itemgetter(1)))
        self._ratios, self._ratios_now = self._ratios_now, defaultdict(dict)


def _spread_of_others(ratios: Mapping[int, Decimal], unit: int) -> Spread | None:
    others = [ratio for other, ratio in ratios.items() if other != unit]
    return spread(others) if len(others) >= FEWEST_PEERS else None
