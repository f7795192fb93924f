"""What is wrong with a design, each fault at its place and in a whole sentence that says how to mend it."""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any, NamedTuple

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _

from accounts.labels import LEVELS
from accounts.roles import Level
from reports import calendars, schedules
from reports.actions.designing.asking import wrong_questions
from reports.actions.designing.designs import Built, Design, Known, build
from reports.actions.designing.wording import Fault, bad_code, repeated, unknown_unit
from reports.actions.regimes.judging import NAME
from reports.calendars import Shift, TooSoon
from reports.models import FormVersion, Indicator, Respondent
from reports.periods import ASKED, Frequency, PeriodCode, PeriodRefused, Window, WindowRule

PERIODS_AHEAD = 12

REFERENCES = ("form", "version", "section", "basis", "indicator", "numerator", "denominator", "valid", "id")
"""Columns that name other rows: what is unknown there is said by name."""


class Ahead(NamedTuple):
    """When a coming period is due: by level, or the level whose deadline cannot be."""

    code: PeriodCode
    window: Window
    due: dict[Level, datetime]
    too_soon: Respondent | None = None


def faults(
    version: FormVersion, design: Design, *, at: datetime, complete: bool = False, first: PeriodCode | None = None
) -> dict[str, list[str]]:
    """All that is wrong, by place.

    A draft may lack things that are still to come; `complete` asks for all that a version in force has. Deadlines are
    looked at from the period `first`, else from that of `at`.
    """
    known = Known.on(at.date())
    try:
        built = build(version, design, known)
    except ValueError:  # of a time of day
        return dict(_times(design))
    found: dict[str, list[str]] = {}
    for place, sentence in _all(built, design, known, at.date(), complete=complete, first=first):
        if sentence not in found.setdefault(place, []):
            found[place].append(sentence)
    return found


def _all(
    built: Built, design: Design, known: Known, today: date, *, complete: bool, first: PeriodCode | None
) -> Iterator[Fault]:
    unclean = [fault for row in built.all for fault in _unclean(row, built.places[id(row)])]
    yield from unclean
    yield from _terms(built.version, design, known)
    yield from _respondents(built, design, known)
    yield from _indicators(built, design)
    yield from wrong_questions(built, design, known)
    if complete:
        yield from _missing(design)
    if not unclean:
        yield from _deadlines(built, today, first)


def _times(design: Design) -> Iterator[tuple[str, list[str]]]:
    for index, one in enumerate(design["respondents"]):
        try:
            time.fromisoformat(one["due_time"] or "10:00")
        except ValueError:
            yield f"respondents.{index}.due_time", [_("Write the time as hours and minutes, such as 10:00.")]


def _unclean(row: Any, place: str) -> Iterator[Fault]:
    """What a row's own columns do not take."""
    try:
        row.clean_fields(exclude=REFERENCES)
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            yield from ((place if name == NON_FIELD_ERRORS else f"{place}.{name}", message) for message in messages)


def _terms(version: FormVersion, design: Design, known: Known) -> Iterator[Fault]:
    number = design["version"]["basis"]
    if number and number not in known.bases:
        yield (
            "version.basis",
            _("There is no legal basis “%(number)s”. Enter it under Legal bases first.") % {"number": number},
        )
    elif version.kind == FormVersion.Kind.PERIODIC and not number:
        yield (
            "version.basis",
            _("A periodic form names its legal basis (Decree 09/2019, article 11). Choose it, or another kind."),
        )
    if version.frequency == Frequency.WEEK and version.window_rule == WindowRule.DECREE:
        yield (
            "version.window_rule",
            _("A weekly form follows the calendar: the decree gives weeks no data window. Choose the other rule."),
        )


def _respondents(built: Built, design: Design, known: Known) -> Iterator[Fault]:
    for place, level in repeated((f"respondents.{n}.level", one.level) for n, one in enumerate(built.respondents)):
        yield place, _("The level “%(level)s” stands here twice.") % {"level": LEVELS.get(level, level)}
    for index, one in enumerate(built.respondents):
        place = f"respondents.{index}"
        if (one.working_days is None) == (one.day_of_month is None):
            yield (
                f"{place}.working_days",
                _("Give the deadline one way: so many working days after the data window, or a fixed day."),
            )
        elif one.working_days == 0:
            yield (
                f"{place}.working_days",
                _("Leave the units at least one working day after the data window (Decree 09/2019, article 8.5)."),
            )
        elif one.day_of_month is not None and not 1 <= one.day_of_month <= 31:
            yield f"{place}.day_of_month", _("A day of the month lies between 1 and 31.")
        elif one.day_of_month is not None and built.version.frequency == Frequency.WEEK:
            yield (
                f"{place}.day_of_month",
                _("A weekly form is due working days after its data window, not on a day of a month."),
            )
        if one.due_time == time(0):
            yield f"{place}.due_time", _("A deadline at midnight is 24:00 of the day before: leave the time empty.")
    for index, named in enumerate(design["named_units"]):
        if named["unit"] not in known.units:
            yield f"named_units.{index}.unit", unknown_unit(named["unit"])
    for place, code in repeated((f"named_units.{n}.unit", one["unit"]) for n, one in enumerate(design["named_units"])):
        yield place, _("The unit “%(code)s” stands here twice.") % {"code": code}


def _indicators(built: Built, design: Design) -> Iterator[Fault]:
    """What is wrong with the indicators created beside."""
    for place, code in repeated((f"indicators.{n}.code", one["code"]) for n, one in enumerate(design["indicators"])):
        yield place, _("A new indicator has the code “%(code)s” already.") % {"code": code}
    for index, (one, indicator) in enumerate(zip(design["indicators"], built.indicators, strict=True)):
        place = f"indicators.{index}"
        if not NAME.fullmatch(one["code"]):
            yield f"{place}.code", bad_code(one["code"])
        if indicator.decimals > 6:
            yield f"{place}.decimals", _("At most 6 decimals are kept.")
        is_ratio = indicator.space_fold == "ratio"
        for part in ("numerator", "denominator"):
            whole: Indicator | None = getattr(indicator, part)
            if is_ratio and (whole is None or whole.space_fold == "ratio"):
                yield (
                    f"{place}.{part}",
                    _("A ratio names two indicators that are known and no ratios themselves."),
                )
            elif not is_ratio and one[part]:
                yield f"{place}.{part}", _("Only a ratio names its numerator and its denominator; leave this empty.")


def _missing(design: Design) -> Iterator[Fault]:
    if not design["respondents"]:
        yield "respondents", _("Nobody answers this form yet. Choose at least one level.")
    if not any(section["items"] for section in design["sections"]):
        yield "sections", _("The form asks nothing yet. Add at least one item.")
    for index, section in enumerate(design["sections"]):
        if not section["items"]:
            yield f"sections.{index}.title", _("This section asks nothing. Add an item, or remove the section.")
        if section["shape"] == "table" and all(row["is_total"] for row in section["rows"]):
            yield f"sections.{index}.shape", _("A table has at least one row beside its total. Add a row.")
    named = [one for one in design["named_units"] if not one["excluded"]]
    for index, one in enumerate(design["respondents"]):
        if not one["everyone"] and not named:
            yield (
                f"respondents.{index}.everyone",
                _("Not all units of this level answer, but none is named. Name the units that do."),
            )


def _deadlines(built: Built, today: date, first: PeriodCode | None) -> Iterator[Fault]:
    for one in ahead(built, today=today, first=first):
        if one.too_soon is not None:
            index = built.respondents.index(one.too_soon)
            place = "working_days" if one.too_soon.working_days is not None else "day_of_month"
            yield (
                f"respondents.{index}.{place}",
                _(
                    "For the period %(period)s this leaves no working day after the data window, which ends on %(day)s"
                    " (Decree 09/2019, article 8.5). Choose a later deadline."
                )
                % {"period": one.code, "day": f"{one.window.last:%d/%m/%Y}"},
            )


def ahead(built: Built, *, today: date, first: PeriodCode | None = None) -> list[Ahead]:
    """The deadlines of the coming periods, from `first` or from the one that holds today.

    Nothing where the terms allow no period yet, or a form is asked by hand.
    """
    version = built.version
    if schedules.is_asked_by_hand(version) or version.frequency not in ASKED:
        return []
    asked = [one for one in built.respondents if (one.working_days is None) != (one.day_of_month is None)]
    try:
        rules = {one.level: one.deadline_rule for one in asked}
        code = first or schedules.period_at(version, today)
        calendar = schedules.working_calendar(today.year, today.year + 13)
    except (ValueError, PeriodRefused):
        return []
    found = []
    for _number in range(PERIODS_AHEAD):
        window = schedules.window_of(version, code)
        try:
            due = calendars.deadlines(
                {Level(level): rule for level, rule in rules.items()},
                code,
                window,
                calendar,
                Shift(version.shift),
                checked=[Level(one.level) for one in asked if one.checked_above],
            )
            found.append(Ahead(code, window, due))
        except TooSoon:
            found.append(Ahead(code, window, {}, _too_soon(asked, code, window, calendar, Shift(version.shift))))
        except ValueError:
            return []
        code = code.next
    return found


def _too_soon(
    asked: list[Respondent], code: PeriodCode, window: Window, calendar: calendars.WorkingCalendar, shift: Shift
) -> Respondent:
    """The level whose own deadline leaves no working day."""
    for one in asked:
        try:
            calendars.deadline(one.deadline_rule, code, window, calendar, shift)
        except TooSoon:
            return one
    return asked[0]
