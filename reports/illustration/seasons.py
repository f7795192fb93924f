"""What moved the whole city: Tết and the other holidays, the lockdown of 24/7 to 21/9/2021, the peaks of the year."""

from reports.periods import Frequency, PeriodCode

# By month of the decree: Tết of 2022 falls into the window of February, the lockdown into those of August to October.
WORK = {"2021-06": 1.10, "2021-07": 1.10, "2021-08": 0.60, "2021-09": 0.55, "2022-02": 0.45, "2022-03": 1.15}
"""How much of a common month's work there was; 1 where nothing is said."""

IN_PERSON = WORK | {"2021-08": 0.38, "2021-09": 0.25, "2021-10": 0.80}
"""The same for what people come to the counter for."""

ONLINE = WORK | {"2021-08": 0.95, "2021-09": 0.90, "2021-10": 1.05}
"""The same for what they send from home."""

WEEKS = {"2022-W15": 0.85, "2022-W18": 0.66}
"""Weeks with days off: the Hùng Kings' day, and 30 April with 1 May."""

EVENT = "event"
SEASON = "season"

MOVED = {
    EVENT: ("2021-08", "2021-09", "2021-10", "2021-11", "2021-Q3", "2021-Q4"),
    SEASON: ("2022-02", "2022-03", "2022-04", "2022-Q1", "2022-Q2"),
}
"""Periods whose numbers differ from the ones before, by the cause (a key of labels.CAUSES) that everybody knows."""


def months(code: PeriodCode) -> list[str]:
    """The codes of the months that make up a quarter or a half-year."""
    length = {Frequency.QUARTER: 3, Frequency.HALF: 6}[code.frequency]
    first = (code.number - 1) * length + 1
    return [f"{code.year}-{month:02}" for month in range(first, first + length)]


def cause(code: PeriodCode) -> str | None:
    """Why the numbers of a period differ in the whole city; None where nothing special happened."""
    if code.frequency == Frequency.WEEK:
        return SEASON
    return next((cause for cause, codes in MOVED.items() if code.code in codes), None)
