"""The words people see for every state, action, rule and problem, in one place."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.labels import LEVELS, words
from accounts.roles import Level
from reports.calendars import END_OF_DAY, DayOfMonth, DeadlineRule, OnDay, Shift, WorkingDaysAfter, due_day
from reports.checks import Absence, Kind, Problem
from reports.explaining import Facts, Reason
from reports.folds import SpaceFold, TimeFold
from reports.numbers import written
from reports.periods import Frequency, PeriodCode, WindowRule
from reports.standing import Hand, Stand, Standing
from reports.targets import Better, Comparator
from reports.workflow import APPROVER, HEAD, OWN, OWNER, REPORTER, REVIEWER, SUPERIOR, Action, State, Status

STATUSES = words(
    {
        Status.DRAFT: _("Draft"),
        Status.TO_SIGN: _("Waiting for signature"),
        Status.SUBMITTED: _("Submitted"),
        Status.CHECKED: _("Checked"),
        Status.APPROVED: _("Approved"),
        Status.EXEMPT: _("Exempt"),
    }
)

ACTIONS = words(
    {
        Action.HAND_UP: _("Hand up for signature"),
        Action.HAND_BACK: _("Hand back"),
        Action.SUBMIT: _("Sign and submit"),
        Action.RECALL: _("Recall"),
        Action.CHECK: _("Check"),
        Action.RETURN: _("Return"),
        Action.APPROVE: _("Approve"),
        Action.RECORD: _("Record off-system"),
        Action.KEY_IN: _("Key in the figures"),
        Action.ASK_TO_AMEND: _("Ask to amend"),
        Action.AMEND: _("Amend"),
        Action.KEEP: _("Keep as approved"),
        Action.DROP_AMENDMENT: _("Drop the amendment"),
        Action.EXEMPT: _("Exempt"),
        Action.UNEXEMPT: _("Unexempt"),
        Action.DROP_CHECK: _("Drop the superior's check"),
    }
)

DONE = words(
    {
        Action.HAND_UP: _("The report was handed up. The head of the unit signs and submits it next."),
        Action.HAND_BACK: _("The report was handed back. Its reporters can change the figures again."),
        Action.SUBMIT: _("The report was submitted. It can be recalled until somebody has checked or approved it."),
        Action.RECALL: _("The report was recalled. Correct the figures, then submit it again."),
        Action.CHECK: _("The report was checked. The owner of the form approves it next."),
        Action.RETURN: _("The report was returned to the unit, with your reason."),
        Action.APPROVE: _("The report was approved. Its figures are now confirmed."),
        Action.RECORD: _(
            "The report was recorded as filed on paper. Its figures are to be keyed in within two working days."
        ),
        Action.KEY_IN: _("Key in the figures from the paper; the head of the unit confirms them by submitting."),
        Action.ASK_TO_AMEND: _(
            "The amendment was asked for. The owner of the form decides; until then nothing changes."
        ),
        Action.AMEND: _("The report can be amended. What was approved stays in force until the next approval."),
        Action.KEEP: _("The report stays as it was approved, and the unit reads your reason."),
        Action.DROP_AMENDMENT: _("The amendment was dropped. The approved figures stay in force."),
        Action.EXEMPT: _("The unit need not report this time, and is no longer counted among those expected."),
        Action.UNEXEMPT: _("The unit is expected to report again; the report is where it was before."),
        Action.DROP_CHECK: _("The superior has ended, so the report goes to the owner of the form directly."),
    }
)
"""What was done and what can follow, by the action."""

STANDINGS = words(
    {
        Standing.NOT_DUE: _("Not due"),
        Standing.DUE_SOON: _("Due soon"),
        Standing.ON_TIME: _("On time"),
        Standing.LATE: _("Late"),
        Standing.MISSING: _("Missing"),
        Standing.EXEMPT: _("Exempt"),
    }
)

HANDS = words(
    {
        Hand.REPORTER: _("The unit's reporters"),
        Hand.HEAD: _("The unit's head"),
        Hand.SUPERIOR: _("The superior who checks"),
        Hand.OWNER: _("The owner of the form"),
    }
)
"""In whose hands a report lies."""

FREQUENCIES = words(
    {
        Frequency.WEEK: _("Weekly"),
        Frequency.MONTH: _("Monthly"),
        Frequency.QUARTER: _("Quarterly"),
        Frequency.HALF: _("Half-yearly"),
        Frequency.YEAR: _("Yearly"),
        Frequency.ONCE: _("Once"),
    }
)
"""How often forms are asked."""

SPANS = FREQUENCIES | words({Frequency.TO_DATE: _("From the beginning of the year")})
"""What kinds of period figures speak of."""

SEGMENTS = words(
    {
        Frequency.WEEK: _("Week"),
        Frequency.MONTH: _("Month"),
        Frequency.QUARTER: _("Quarter"),
        Frequency.HALF: _("Six months"),
        Frequency.YEAR: _("Year"),
        Frequency.TO_DATE: _("Year to date"),
        Frequency.ONCE: _("Round"),
    }
)
"""The same in a word, to choose among."""

WINDOW_RULES = words(
    {
        WindowRule.DECREE: _("From the 15th to the 14th (Decree 09/2019, article 12)"),
        WindowRule.CALENDAR: _("The period's own days"),
    }
)

SPACE_FOLDS = words(
    {
        SpaceFold.SUM: _("Sum"),
        SpaceFold.MEAN: _("Mean of the reporting units"),
        SpaceFold.MIN: _("Lowest"),
        SpaceFold.MAX: _("Highest"),
        SpaceFold.COUNT: _("Count of yes"),
        SpaceFold.NONE: _("One answering unit"),
        SpaceFold.RATIO: _("Ratio of two indicators"),
    }
)

TIME_FOLDS = words(
    {
        TimeFold.SUM: _("Sum"),
        TimeFold.FIRST: _("First known"),
        TimeFold.LAST: _("Last known"),
        TimeFold.MEAN: _("Mean"),
    }
)

BETTER = words({Better.HIGHER: _("Higher"), Better.LOWER: _("Lower"), Better.NEITHER: _("Neither")})

COMPARATORS = words(
    {
        Comparator.AT_LEAST: _("At least (≥)"),
        Comparator.MORE_THAN: _("More than (>)"),
        Comparator.EQUAL: _("Exactly (=)"),
        Comparator.ABOUT: _("About (≈)"),
        Comparator.BETWEEN: _("Between"),
        Comparator.RANK_AT_MOST: _("Rank at most (≤)"),
        Comparator.MILESTONE: _("Milestone"),
    }
)

COMPARATOR_SIGNS = {
    Comparator.AT_LEAST: "≥",
    Comparator.MORE_THAN: ">",
    Comparator.EQUAL: "=",
    Comparator.ABOUT: "≈",
}

KINDS = words(
    {
        Kind.NUMBER: _("Number"),
        Kind.MONEY: _("Money"),
        Kind.PERCENT: _("Percentage"),
        Kind.YES_NO: _("Yes or no"),
        Kind.CHOICE: _("Choice"),
        Kind.TEXT: _("Text"),
        Kind.FILE: _("File"),
    }
)

OPERATORS = {"<=": "≤", ">=": "≥", "=": "=", "<": "<", ">": ">", "!=": "≠"}

ABSENCES = words({Absence.NO_DATA: _("No data"), Absence.NOT_APPLICABLE: _("Not applicable")})

CAUSES = {
    "season": _("Season, holidays"),
    "change_of_work": _("Change of tasks or of organisation"),
    "new_system": _("New or changed software"),
    "correction": _("Correction of earlier figures"),
    "event": _("Epidemic, disaster or another event"),
    "other": _("Another cause"),
}
"""Why a figure stands out, as a person may answer a warning."""

DEADLINE_CAUSES = {
    "extension": _("Extension"),
    "incident": _("Incident of the portal"),
    "calendar": _("Correction of the working calendar"),
}

REASONS = words(
    {
        Reason.LEVEL_ANSWERS: _("All units of the level “%(level)s” answer this form."),
        Reason.NAMED: _("The form names this unit among those that answer."),
        Reason.CHOSEN: _("The unit was asked for this report by hand."),
        Reason.NO_SUCH_PERIOD: _("The form is not asked for such a period; it is asked so often: %(frequency)s."),
        Reason.NO_VERSION: _("No version of the form holds for a data window that begins on %(first)s."),
        Reason.DRAFT_VERSION: _("A version of the form is being prepared; nothing is asked by a draft."),
        Reason.UNIT_NOT_BEGUN: _("The unit exists only from %(begins)s, after the data window's last day, %(last)s."),
        Reason.UNIT_ENDED: _("The unit's last day was %(ended)s, before the data window's last day, %(last)s."),
        Reason.OTHER_LEVEL: _("The form does not ask units of the level “%(level)s”."),
        Reason.NOT_NAMED: _("Of this level the form asks only the units that it names, and this is none of them."),
        Reason.EXCLUDED: _("The form names this unit among those that do not answer."),
        Reason.NOT_CHOSEN: _("The form is asked by hand, and this unit has not been asked for this period."),
        Reason.NOT_OPEN_YET: _("The period opens on %(opens)s; the report exists from then on."),
        Reason.NOT_OPENED: _(
            "The report is missing because the unit was entered after the deadline; an administrator can open it."
        ),
    }
)
"""Why a unit is or is not expected to send a report."""

SHIFTS = words(
    {
        Shift.NEXT: _("to the next working day (Civil Code 2015, article 148)"),
        Shift.PREVIOUS: _("to the working day before"),
        Shift.NONE: _("not at all"),
    }
)

WEEKDAYS = {
    0: _("Monday"),
    1: _("Tuesday"),
    2: _("Wednesday"),
    3: _("Thursday"),
    4: _("Friday"),
    5: _("Saturday"),
    6: _("Sunday"),
}

MONTHS_AFTER = {0: _("the period's last month"), 1: _("the month after")}

ALL_LEVELS = "all"

ORIGINS = {
    **words(
        {
            Level.CITY: _("City as a whole"),
            Level.DEPARTMENT: _("Departments"),
            Level.DISTRICT: _("Districts"),
            Level.COMMUNE: _("Communes"),
        }
    ),
    ALL_LEVELS: _("All levels"),
}

STATES = words(
    {
        State.CONFIRMED: _("Confirmed"),
        State.PROVISIONAL: _("Provisional"),
    }
)

TURNS = {
    REPORTER @ OWN: _("Unit's reporter"),
    HEAD @ OWN: _("Unit's head"),
    REVIEWER @ SUPERIOR: _("Superior unit"),
    APPROVER @ OWNER: _("Owner of the form"),
}
"""In whose hands a report lies."""

ROMAN = ("I", "II", "III", "IV")


def period_name(code: str) -> str:
    """The name of a period as offices say it: "2022-05" is "Tháng 5/2022", "2022-Q3" is "Quý III/2022"."""
    period = PeriodCode.parse(code)
    year, number = period.year, period.number
    match period.frequency:
        case Frequency.WEEK:
            return gettext("Week %(number)s/%(year)s") % {"number": number, "year": year}
        case Frequency.MONTH:
            return gettext("Month %(number)s/%(year)s") % {"number": number, "year": year}
        case Frequency.QUARTER:
            return gettext("Quarter %(number)s/%(year)s") % {"number": ROMAN[number - 1], "year": year}
        case Frequency.HALF if number == 1:
            return gettext("First half of %(year)s") % {"year": year}
        case Frequency.HALF:
            return gettext("Second half of %(year)s") % {"year": year}
        case Frequency.TO_DATE:
            return gettext("First %(number)s months of %(year)s") % {"number": number, "year": year}
        case Frequency.ONCE:
            return gettext("Round of %(day)s") % {"day": f"{period.end:%d/%m/%Y}"}
        case _year:
            return gettext("Year %(year)s") % {"year": year}


def window_words(first: date, last: date) -> str:
    """The data window of a period, to stand beside its name: "15/04/2022 – 14/05/2022"."""
    return f"{first:%d/%m/%Y} – {last:%d/%m/%Y}"


def reason_words(reason: Reason, facts: Facts) -> str:
    """Why a unit is or is not expected, in a whole sentence."""
    return str(REASONS[reason]) % {
        "level": LEVELS[facts.level],
        "frequency": ", ".join(str(FREQUENCIES[one]) for one in facts.frequencies),
        "first": f"{facts.window.first:%d/%m/%Y}",
        "last": f"{facts.window.last:%d/%m/%Y}",
        "begins": f"{facts.begins:%d/%m/%Y}",
        "ended": f"{facts.last_day:%d/%m/%Y}" if facts.last_day else "",
        "opens": f"{facts.opens_on:%d/%m/%Y}",
    }


def rule_words(rule: DeadlineRule) -> str:
    """A deadline rule as one reads it: "5 ngày làm việc sau khi hết kỳ số liệu, đến 24:00"."""
    match rule:
        case WorkingDaysAfter(days=days):
            words = ngettext(
                "%(days)d working day after the data window", "%(days)d working days after the data window", days
            ) % {"days": days}
        case DayOfMonth(day=day, months_after=0):
            words = gettext("day %(day)d of the period's last month") % {"day": day}
        case DayOfMonth(day=day):
            words = gettext("day %(day)d of the month after") % {"day": day}
        case OnDay(day=day):
            words = f"{day:%d/%m/%Y}"
    if rule.at == END_OF_DAY:
        return gettext("%(rule)s, until 24:00") % {"rule": words}
    hours, minutes = divmod(rule.at // timedelta(minutes=1), 60)
    return gettext("%(rule)s, until %(time)s") % {"rule": words, "time": f"{hours:02}:{minutes:02}"}


def deadline_words(deadline: datetime) -> str:
    """24:00 ngày 16/05/2022 for the midnight that ends 16 May; 10:00 ngày 17/05/2022 for any other time."""
    local = timezone.localtime(deadline)
    end_of_day = (local.hour, local.minute, local.second) == (0, 0, 0)
    return gettext("%(time)s on %(day)s") % {
        "time": "24:00" if end_of_day else f"{local:%H:%M}",
        "day": f"{due_day(deadline):%d/%m/%Y}",
    }


def deadline_change_words(cause: str, before: datetime, after: datetime) -> str:
    """What moved a deadline, from when to when."""
    return gettext("%(cause)s: from %(before)s to %(after)s") % {
        "cause": DEADLINE_CAUSES[cause],
        "before": deadline_words(before),
        "after": deadline_words(after),
    }


def calendar_day_words(working: bool, name: str) -> str:
    """What the working calendar says of a day: "Ngày nghỉ: Tết Nguyên Đán"."""
    return f"{gettext('Working day') if working else gettext('Day off')}: {name}"


def stand_words(stand: Stand) -> str:
    """What a standing means in days: "còn 2 ngày làm việc"."""
    days = {"days": stand.days}
    match stand.standing:
        case Standing.MISSING:
            return ngettext("%(days)d working day overdue", "%(days)d working days overdue", stand.days) % days
        case Standing.LATE:
            return ngettext("%(days)d working day late", "%(days)d working days late", stand.days) % days
        case Standing.ON_TIME | Standing.EXEMPT:
            return str(STANDINGS[stand.standing])
        case _ if stand.days == 0:
            return gettext("Due today")
        case _:
            return ngettext("%(days)d working day left", "%(days)d working days left", stand.days) % days


PROBLEMS = {
    "unanswered": _("This cell is still empty: type a number, or 0 if there was nothing."),
    "below_minimum": _("%(number)s is too low: this cell takes %(minimum)s or more. Correct the number."),
    "too_precise": _("%(number)s has too many decimals: this cell takes %(decimals)s. Round the number."),
    "too_long": _("The number is too long: at most %(digits)s digits stand before the comma. Correct the number."),
    "text_too_long": _("The text is too long: write at most %(characters)s characters."),
    "no_such_choice": _("“%(text)s” is not among the answers to choose from. Choose one of the list."),
    "no_reason": _("Say why there are no data."),
    "large_change": _(
        "%(number)s differs from the last period's %(previous)s by more than %(percent)s%%."
        " Choose the cause or correct it."
    ),
    "unusual": _(
        "%(number)s is unusual for your unit, whose figure is mostly about %(median)s. Choose the cause or correct it."
    ),
    "unlike_peers": _(
        "%(number)s stands apart from units of the same kind, which mostly reach about %(median)s."
        " Choose the cause or correct it."
    ),
    "obstacle_unchanged": _(
        "This was only copied from the last period. Say what has changed since, or note why it still stands as it was."
    ),
}
"""What is wrong with an answer and how to mend it, by the code of a problem."""

TYPING = {
    "blank": _("Nothing was typed: type a number, or 0 if there was nothing."),
    "not_a_number": _("“%(typed)s” is not a number. Type digits only, such as 1.234, or a sum such as =12+30."),
    "decimal_point": _(
        "“%(typed)s” can be read in two ways. Dots group thousands by three and a comma begins the decimals: 1.234,5."
    ),
    "negative": _("“%(typed)s” is less than 0. Type 0 or more, or check the sum."),
    "not_whole": _("“%(typed)s” has decimals, but whole things are counted here. Type a number without a comma."),
    "too_precise": _(
        "“%(typed)s” has too many decimals: at most %(decimals)s stand after the comma. Round the number."
    ),
    "too_long": _("“%(typed)s” has more than 15 digits. Check whether two numbers have run together."),
}
"""Why a typed text is not taken and how to mend it, by the code of a NumberRefused."""


FORMULA_FAULTS = (
    _("The formula is empty."),
    _("The formula is too long."),
    _("The formula is nested too deeply."),
    _("The formula ends too early."),
    _("This character has no meaning in a formula."),
    _("This number is too long."),
    _("There is no function of this name."),
    _("Something is missing before this place."),
    _("Only a rule or the condition of an if compares, and only once."),
    _("Only the condition of an if joins comparisons, with and, or and not."),
    _("No comma can stand here; decimals follow a point."),
    _("A sum cannot stand inside another sum."),
    _("This sum names no item whose rows it could add up."),
    _("An earlier period cannot be asked for inside another one."),
)
"""What the language of formulas says of a text that it cannot read; named here so that it is translated."""


def problem_words(problem: Problem, messages: Mapping[str, str]) -> str:
    """What is wrong at a cell, in a whole sentence; `messages` are those of the form's rules by code."""
    facts = {name: _plain(fact) if isinstance(fact, Decimal) else fact for name, fact in problem.parameters.items()}
    if problem.code == "rule_broken":
        return gettext("%(message)s Now it is %(left)s against %(right)s.") % {
            "message": messages[str(facts["rule"])],
            **facts,
        }
    return str(PROBLEMS[problem.code]) % facts


def typing_words(code: str, typed: str, decimals: int) -> str:
    """Why what was typed is not taken, in a whole sentence."""
    return str(TYPING[code]) % {"typed": typed.strip()[:40], "decimals": decimals}


def bound_words(comparator: str, low: Decimal, high: Decimal | None, unit_of_measure: str) -> str:
    """What a figure is to reach: "≥ 60%", "from 7 to 7,5%", "rank ≤ 5"."""
    unit = unit_of_measure if unit_of_measure == "%" else f" {unit_of_measure}" if unit_of_measure else ""
    match Comparator(comparator):
        case Comparator.BETWEEN:
            bounds = {"low": _plain(low), "high": _plain(high or low), "unit": unit}
            return gettext("from %(low)s to %(high)s%(unit)s") % bounds
        case Comparator.RANK_AT_MOST:
            return gettext("rank ≤ %(rank)s") % {"rank": _plain(low)}
        case known:
            return f"{COMPARATOR_SIGNS[known]}\u00a0{_plain(low)}{unit}"


def _plain(number: Decimal) -> str:
    """The number with just the decimals that it has, at most two."""
    exponent = number.normalize().as_tuple().exponent
    return written(number, min(2, max(0, -exponent)) if isinstance(exponent, int) else 0)


def time_of_day(value: time | None) -> timedelta:
    """A time of day counted from midnight; none is 24:00."""
    return END_OF_DAY if value is None else timedelta(hours=value.hour, minutes=value.minute, seconds=value.second)
