"""What is wrong with the questions of a design: rows, items, formulas and rules, each at its place."""

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from django.utils.translation import gettext as _

from reports import formulas
from reports.actions.designing.designs import Built, Design, Known
from reports.actions.designing.wording import Fault, bad_code, repeated, unknown_unit
from reports.actions.regimes.judging import NAME, ROW_NAME
from reports.checks import NUMERIC, Kind
from reports.formulas import COMPARISONS, RESERVED, Comparison, Formula, FormulaError
from reports.models import Item, Section

COMPUTABLE = (Kind.NUMBER, Kind.MONEY, Kind.PERCENT)
PIECE = 12  # characters of a formula that are shown where it fails


def wrong_questions(built: Built, design: Design, known: Known) -> Iterator[Fault]:
    """All of it, in the order of the page."""
    yield from _sections(design)
    for item in built.items:
        yield from _item(built, item, design)
    yield from _twice(built, design)
    for item, asked in _asked(built, design):
        for code in asked["asked_of"]:
            if code not in known.units:
                yield f"{built.places[id(item)]}.asked_of", unknown_unit(code)
    named = {item.code: item for item in built.items if item.kind in NUMERIC and not _is_ratio(item)}
    rows = {item.code: _rows(built, item) for item in built.items}
    read, wrong = _formulas(built, named, rows)
    yield from wrong
    yield from _circle(built, named, read)
    yield from _rules(built, named, rows, read)


def _asked(built: Built, design: Design) -> list[tuple[Item, Design]]:
    rows = [item for section in design["sections"] for item in section["items"]]
    return list(zip(built.items, rows, strict=True))


def _rows(built: Built, item: Item) -> list[str]:
    if item.section.shape == Section.Shape.TASKS:
        return ["task"]
    return [row.code for row in built.rows if row.section_id == item.section_id]


def _is_ratio(item: Item) -> bool:
    return item.indicator is not None and item.indicator.space_fold == "ratio"


def _sections(design: Design) -> Iterator[Fault]:
    for index, section in enumerate(design["sections"]):
        place = f"sections.{index}"
        if section["shape"] != Section.Shape.TABLE and (section["rows"] or section["rows_across"]):
            yield f"{place}.shape", _("Only a table has fixed rows. Choose “table”, or remove the rows.")
        totals = [number for number, row in enumerate(section["rows"]) if row["is_total"]]
        for number in totals[1:]:
            yield f"{place}.rows.{number}.is_total", _("A table has one total row. Take the mark off this one.")
        for number, row in enumerate(section["rows"]):
            if not ROW_NAME.fullmatch(row["code"]):
                yield f"{place}.rows.{number}.code", bad_code(row["code"])
        codes = ((f"{place}.rows.{number}.code", row["code"]) for number, row in enumerate(section["rows"]))
        for where, code in repeated(codes):
            yield where, _("Another row of this table has the code “%(code)s”.") % {"code": code}


def _twice(built: Built, design: Design) -> Iterator[Fault]:
    places = built.places
    for place, code in repeated((f"{places[id(item)]}.code", item.code) for item in built.items):
        yield place, _("Another item of this form has the code “%(code)s”.") % {"code": code}
    asked = ((f"{places[id(item)]}.indicator", row["indicator"] or "") for item, row in _asked(built, design))
    for place, code in repeated(asked):
        yield place, _("Another item of this form asks the indicator “%(code)s” already.") % {"code": code}
    for place, code in repeated((f"{places[id(rule)]}.code", rule.code) for rule in built.rules):
        yield place, _("Another rule has the code “%(code)s”.") % {"code": code}


def _item(built: Built, item: Item, design: Design) -> Iterator[Fault]:
    place = built.places[id(item)]
    if item.code in RESERVED:
        yield (
            f"{place}.code",
            _("“%(code)s” is a word of the formulas and cannot be the code of an item.") % {"code": item.code},
        )
    elif not NAME.fullmatch(item.code):
        yield f"{place}.code", bad_code(item.code)
    is_number = item.kind in NUMERIC
    named = next(row["indicator"] for one, row in _asked(built, design) if one is item)
    if is_number and not named:
        yield f"{place}.indicator", _("A number is of an indicator. Choose one of the list, or describe a new one.")
    elif is_number and item.indicator is None:
        yield (
            f"{place}.indicator",
            _("There is no indicator “%(code)s”. Choose one of the list, or describe a new one.") % {"code": named},
        )
    elif not is_number and named:
        yield f"{place}.indicator", _("A choice, a text or a file has no indicator. Leave this empty.")
    if not is_number and not item.title:
        yield f"{place}.title", _("Give this question a title.")
    if item.indicator and item.indicator.window_rule != built.version.window_rule:
        yield (
            f"{place}.indicator",
            _("The indicator “%(code)s” has another data window than this form; an indicator has one.")
            % {"code": named},
        )
    if item.indicator and item.indicator.retired_on:
        yield f"{place}.indicator", _("The indicator “%(code)s” is retired.") % {"code": named}
    if item.kind == Kind.CHOICE and not item.options:
        yield f"{place}.options", _("A choice offers at least one answer. Write one a line.")
    elif item.kind != Kind.CHOICE and item.options:
        yield f"{place}.options", _("Only a choice offers answers. Leave this empty, or choose the kind “choice”.")
    if item.formula and item.kind not in COMPUTABLE:
        yield f"{place}.formula", _("Only numbers are computed. Leave the formula empty, or choose another kind.")
    elif item.formula and _is_ratio(item):
        yield f"{place}.formula", _("A ratio is divided from its two parts by itself. Leave the formula empty.")


def _formulas(
    built: Built, named: Mapping[str, Item], rows: Mapping[str, list[str]]
) -> tuple[dict[str, Formula], list[Fault]]:
    """The formulas of computed items that can be read, by code, and what is wrong with them."""
    read: dict[str, Formula] = {}
    found: list[Fault] = []
    for item in built.items:
        if item.formula:
            formula, wrong = _read(item.formula, f"{built.places[id(item)]}.formula", named, rows)
            found += wrong
            if formula:
                read[item.code] = formula
    return read, found


def _read(
    text: str, place: str, named: Mapping[str, Item], rows: Mapping[str, list[str]]
) -> tuple[Formula | None, list[Fault]]:
    """The formula, where it can be read, and what is wrong with it."""
    try:
        formula = formulas.compile(text)
    except FormulaError as error:
        return None, [(place, _at(text, error.position, _(error.message)))]
    found = []
    for name in sorted(formula.names, key=formula.place):
        at = formula.place(name)
        if name not in named:
            words = _("“%(name)s” is no number that this form asks.")
            found.append((place, _at(text, at, words % {"name": name})))
        elif name in formula.over_rows and not rows[name]:
            found.append((place, _at(text, at, _("“%(name)s” has no rows that could be added.") % {"name": name})))
    for name, row in sorted(formula.rows_named):
        if name in named and row not in rows[name]:
            words = _("“%(name)s” has no row “%(row)s”.")
            found.append((place, _at(text, formula.place(name), words % {"name": name, "row": row})))
    return formula, found


def _at(text: str, position: int, sentence: str) -> str:
    """A sentence about a formula with its place; people count characters from 1."""
    piece = text[position : position + PIECE]
    if not piece:
        return _("At the end of the formula: %(sentence)s") % {"sentence": sentence}
    return _("At character %(position)d, “%(piece)s”: %(sentence)s") % {
        "position": position + 1,
        "piece": piece + ("…" if len(text) > position + PIECE else ""),
        "sentence": sentence,
    }


def _circle(built: Built, named: Mapping[str, Item], read: Mapping[str, Formula]) -> Iterator[Fault]:
    try:
        TopologicalSorter({code: formula.needs for code, formula in read.items()}).prepare()
    except CycleError as circle:
        codes = list(reversed(circle.args[1]))
        words = _("Here computed items need one another in a circle: %(items)s. Take one of them out of a formula.")
        yield f"{built.places[id(named[codes[0]])]}.formula", words % {"items": " → ".join(codes)}


def _rules(
    built: Built, named: Mapping[str, Item], rows: Mapping[str, list[str]], read: Mapping[str, Formula]
) -> Iterator[Fault]:
    signed = _signed(named, read)
    for rule in built.rules:
        place = built.places[id(rule)]
        if not NAME.fullmatch(rule.code):
            yield f"{place}.code", bad_code(rule.code)
        left, wrong_left = _read(rule.left, f"{place}.left", named, rows)
        right, wrong_right = _read(rule.right, f"{place}.right", named, rows)
        yield from wrong_left
        yield from wrong_right
        if left and right and rule.operator in COMPARISONS and not (wrong_left or wrong_right):
            if formulas.never_holds(Comparison(left, rule.operator, right), signed=signed):
                yield f"{place}.left", _("No answers could ever satisfy this rule: every report would break it.")
            elif not left.names | right.names:
                yield f"{place}.left", _("This rule names no item, so no answer could change it.")


def _signed(named: Mapping[str, Item], read: Mapping[str, Formula]) -> set[str]:
    """The items whose numbers may lie below zero: by their own leave, or computed with a minus or from such ones."""
    signed = {code for code, item in named.items() if item.negative}
    signed |= {code for code, formula in read.items() if "-" in formula.text}
    grown = True
    while grown:
        more = {code for code, formula in read.items() if formula.names & signed} - signed
        signed |= more
        grown = bool(more)
    return signed
