"""What is wrong with the questions of a form's file: its sections, rows, items, formulas and rules."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

from django.utils.translation import gettext

from reports import formulas
from reports.checks import NUMERIC, Kind
from reports.formulas import COMPARISONS, RESERVED, Comparison, Formula, FormulaError
from reports.models import Indicator, Section

NAME = re.compile(r"[a-z][a-z0-9_]*")  # what a formula can name
ROW_NAME = re.compile(r"[a-z0-9][a-z0-9_]*")


@dataclass(frozen=True)
class Question:
    """An item of the file, with its section and that section's number."""

    number: int
    section: Mapping[str, Any]
    item: Mapping[str, Any]
    indicator: Indicator | None

    @property
    def code(self) -> str:
        return str(self.item["code"])

    @property
    def place(self) -> str:
        """Where it stands, for a sentence to begin with."""
        return gettext("Section %(section)s, item “%(item)s”") % {"section": self.number, "item": self.code}

    @property
    def is_number(self) -> bool:
        return self.item.get("kind", Kind.NUMBER) in NUMERIC

    @property
    def is_named(self) -> bool:
        """Whether a formula can name it: a ratio is divided on reading and is never stored."""
        return self.is_number and not (self.indicator and self.indicator.numerator_id)

    @property
    def rows(self) -> tuple[str, ...]:
        """The fixed rows of its table."""
        return tuple(row["code"] for row in self.section.get("rows", ()))

    @property
    def has_rows(self) -> bool:
        """Whether a sum can run over its rows: fixed ones, or the tasks that a unit leads."""
        return bool(self.rows) or self.section.get("shape") == Section.Shape.TASKS


def questions(file: Mapping[str, Any], indicators: Mapping[str, Indicator]) -> list[Question]:
    """The items of a file of the right shape, in order."""
    return [
        Question(number, section, item, indicators.get(item.get("indicator", "")))
        for number, section in enumerate(file["sections"], 1)
        for item in section["items"]
    ]


def wrong_content(file: Mapping[str, Any], indicators: Mapping[str, Indicator]) -> Iterator[str]:
    """What is wrong with the questions of a file of the right shape, in sentences that say where.

    `indicators` are all that are known, by code.
    """
    asked = questions(file, indicators)
    yield from _said_twice(file, asked)
    for number, section in enumerate(file["sections"], 1):
        yield from _wrong_rows(gettext("Section %(section)s") % {"section": number}, section)
    for question in asked:
        yield from _wrong_item(question, file["version"]["window_rule"])
    yield from _wrong_formulas(asked)
    yield from _wrong_rules(file["rules"], asked)


def _said_twice(file: Mapping[str, Any], asked: list[Question]) -> Iterator[str]:
    codes = {
        gettext("The code of an item"): [question.code for question in asked],
        gettext("The indicator of an item"): [one.item["indicator"] for one in asked if "indicator" in one.item],
        gettext("The code of a rule"): [rule["code"] for rule in file["rules"]],
        gettext("The level of respondents"): [one["level"] for one in file["respondents"]],
        gettext("The named unit"): [one["unit"] for one in file.get("named_units", ())],
        gettext("The code of an indicator"): [one["code"] for one in file["indicators"]],
    }
    for what, said in codes.items():
        for code in _repeated(said):
            yield gettext("%(what)s “%(code)s” stands in the file more than once.") % {"what": what, "code": code}


def _repeated(codes: Iterable[str]) -> list[str]:
    return [code for code, times in Counter(codes).items() if times > 1]


def _wrong_rows(place: str, section: Mapping[str, Any]) -> Iterator[str]:
    rows = section.get("rows", [])
    is_table = section.get("shape") == Section.Shape.TABLE
    if is_table and all(row.get("is_total") for row in rows):
        yield gettext("%(place)s: A table has at least one row beside its total.") % {"place": place}
    if not is_table and (rows or section.get("rows_across")):
        yield gettext("%(place)s: Only a table has fixed rows.") % {"place": place}
    if sum(bool(row.get("is_total")) for row in rows) > 1:
        yield gettext("%(place)s: A table has one total row.") % {"place": place}
    for code in _repeated(row["code"] for row in rows):
        yield gettext("%(place)s: The row “%(code)s” stands there more than once.") % {"place": place, "code": code}
    for row in rows:
        if not ROW_NAME.fullmatch(row["code"]):
            yield gettext("%(place)s: “%(code)s” is no code of a row. Take small letters, digits and _.") % {
                "place": place,
                "code": row["code"],
            }


def _wrong_item(question: Question, window_rule: str) -> Iterator[str]:
    item, at = question.item, {"place": question.place}
    if not NAME.fullmatch(question.code) or question.code in RESERVED:
        yield (
            gettext(
                "%(place)s: No formula can name this code. Begin with a small letter, then take small letters, digits"
                " and _, and no word of the formulas such as sum."
            )
            % at
        )
    if question.is_number is not ("indicator" in item) or not (question.is_number or item.get("title")):
        yield gettext("%(place)s: A number is of an indicator; a choice, a text or a file has a title.") % at
    if (item.get("kind") == Kind.CHOICE) is not bool(item.get("options")):
        yield gettext("%(place)s: A choice offers at least one answer, and nothing else offers any.") % at
    if item.get("formula") and (not question.is_named or item.get("kind") == Kind.YES_NO):
        yield gettext("%(place)s: Only numbers are computed, and a ratio is divided on reading.") % at
    yield from _wrong_indicator(question, window_rule)


def _wrong_indicator(question: Question, window_rule: str) -> Iterator[str]:
    indicator = question.indicator
    named = {"place": question.place, "indicator": question.item.get("indicator", "")}
    if indicator is None:
        if "indicator" in question.item:
            yield gettext("%(place)s: The indicator “%(indicator)s” is unknown.") % named
    elif indicator.window_rule != window_rule:
        yield (
            gettext(
                "%(place)s: The indicator “%(indicator)s” has another data window than the form. An indicator has one."
            )
            % named
        )
    elif indicator.retired_on:
        yield gettext("%(place)s: The indicator “%(indicator)s” is retired.") % named


def _wrong_formulas(asked: list[Question]) -> Iterator[str]:
    """Formulas that cannot be read, that name what is not there, or that need one another."""
    by_code = {question.code: question for question in asked if question.is_named}
    needs = {}
    for question in asked:
        if question.item.get("formula"):
            formula, wrong = _read(question.item["formula"], question.place, by_code)
            yield from wrong
            needs[question.code] = formula.needs if formula else frozenset()
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as circle:
        codes = list(reversed(circle.args[1]))
        yield gettext("%(place)s: Here computed items need one another in a circle: %(items)s.") % {
            "place": by_code[codes[0]].place,
            "items": " → ".join(codes),
        }


def _wrong_rules(rules: list[dict[str, Any]], asked: list[Question]) -> Iterator[str]:
    by_code = {question.code: question for question in asked if question.is_named}
    signed = [one.code for one in by_code.values() if one.item.get("negative") or one.item.get("formula")]
    for rule in rules:
        place = gettext("Rule “%(rule)s”") % {"rule": rule["code"]}
        left, wrong_left = _read(rule["left"], gettext("%(place)s, left") % {"place": place}, by_code)
        right, wrong_right = _read(rule["right"], gettext("%(place)s, right") % {"place": place}, by_code)
        yield from wrong_left
        yield from wrong_right
        if rule["operator"] not in COMPARISONS:
            yield gettext("%(place)s: “%(operator)s” is no relation. The relations are %(relations)s.") % {
                "place": place,
                "operator": rule["operator"],
                "relations": " ".join(COMPARISONS),
            }
        elif left and right and formulas.never_holds(Comparison(left, rule["operator"], right), signed=signed):
            yield gettext("%(place)s: No answers could ever satisfy it.") % {"place": place}


def _read(text: str, place: str, by_code: Mapping[str, Question]) -> tuple[Formula | None, list[str]]:
    """The formula, if it can be read, and what is wrong with it."""
    try:
        formula = formulas.compile(text)
    except FormulaError as error:
        return None, [_at(place, error.position, gettext(error.message))]
    unknown = [
        _at(place, formula.place(name), gettext("“%(name)s” is no number that this form asks.") % {"name": name})
        for name in sorted(formula.names - set(by_code), key=formula.place)
    ]
    no_table = [
        _at(place, formula.place(name), gettext("“%(name)s” has no rows that could be added.") % {"name": name})
        for name in sorted(formula.over_rows & set(by_code))
        if not by_code[name].has_rows
    ]
    no_row = [
        _at(place, formula.place(name), gettext("“%(name)s” has no row “%(row)s”.") % {"name": name, "row": row})
        for name, row in sorted(formula.rows_named)
        if name in by_code and row not in by_code[name].rows
    ]
    return formula, [*unknown, *no_table, *no_row]


def _at(place: str, position: int, sentence: str) -> str:
    """A sentence about a formula with its place; people count characters from 1."""
    return gettext("%(place)s, at character %(position)s of the formula: %(sentence)s") % {
        "place": place,
        "position": position + 1,
        "sentence": sentence,
    }
