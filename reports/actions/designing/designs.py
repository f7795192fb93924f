"""A form's version as plain values, read from the database and built into unsaved rows."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any, Self

from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.models import Unit
from reports.actions.regimes import export_form, shapes
from reports.checks import WHOLE
from reports.models import FormVersion, Indicator, Item, LegalBasis, NamedUnit, Respondent, Row, Rule, Section
from reports.terms import Line, Terms

Design = dict[str, Any]
"""version · respondents · named_units · indicators · sections (each with rows and items) · rules, as in a form's file;
but every key is there, and a place in it reads `sections.0.items.3.formula`."""

NOT_IN_A_DRAFT = ("number", "from", "until")
"""What a form's file says of a version and its design does not."""


def design_of(version: FormVersion) -> Design:
    """What a version says. `indicators` are those that no other version asks for: they may still change."""
    file = export_form(version)
    own = set(own_indicators(version).values_list("code", flat=True))
    window_rule = file["version"]["window_rule"]
    return {
        "version": _full(file["version"], TERMS, FormVersion),
        "respondents": [_full(one, shapes.RESPONDENT, Respondent) for one in file["respondents"]],
        "named_units": [_full(one, shapes.NAMED_UNIT, NamedUnit) for one in file.get("named_units", ())],
        "indicators": [
            _full(one, shapes.INDICATOR, Indicator, window_rule=window_rule, numerator=None, denominator=None)
            for one in file["indicators"]
            if one["code"] in own
        ],
        "sections": [
            _full(one, SECTION, Section)
            | {
                "rows": [_full(row, shapes.ROW, Row) for row in one.get("rows", ())],
                "items": [_full(item, shapes.ITEM, Item, indicator=None, asked_of=[]) for item in one["items"]],
            }
            for one in file["sections"]
        ],
        "rules": [_full(one, shapes.RULE, Rule) for one in file["rules"]],
    }


def _full(row: Mapping[str, Any], shape: Iterable[str], model: type[Model], **usual: Any) -> Design:
    """The row with every key: what a file leaves out is as `usual`, or as a new row of the model has it."""
    full = {}
    for name in _names(shape):
        if name in row:
            full[name] = row[name]
        else:
            full[name] = usual[name] if name in usual else model._meta.get_field(name).get_default()  # type: ignore[union-attr]
    return full


def _names(shape: Iterable[str]) -> list[str]:
    return [key.rstrip("?") for key in shape]


TERMS = [name for name in _names(shapes.VERSION) if name not in NOT_IN_A_DRAFT]
SECTION = [name for name in _names(shapes.SECTION) if name not in ("rows", "items")]


def own_indicators(version: FormVersion) -> Any:
    """The indicators that nothing but this version asks for: as long as it is a draft, they may still change."""
    shared = Item.objects.exclude(version=version).exclude(indicator=None).values("indicator")
    parts = Indicator.objects.exclude(items__version=version).exclude(numerator=None)
    return (
        Indicator.objects.filter(items__version=version, targets=None, sources=None)
        .exclude(pk__in=shared)
        .exclude(pk__in=parts.values("numerator"))
        .exclude(pk__in=parts.values("denominator"))
        .order_by("items__position")
    )


def digest(design: Design) -> str:
    """By what two readings of a draft are told apart."""
    return hashlib.sha256(json.dumps(design, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Known:
    """What a design may name, by code or number: indicators, units in force on a day, legal bases."""

    indicators: Mapping[str, Indicator]
    units: Mapping[str, Unit]
    bases: Mapping[str, LegalBasis]

    @classmethod
    def on(cls, day: date) -> Self:
        """What is known on that day, in three queries."""
        return cls(
            {one.code: one for one in Indicator.objects.select_related("numerator", "denominator")},
            {one.code: one for one in Unit.objects.in_force(day)},
            {one.number: one for one in LegalBasis.objects.all()},
        )


@dataclass
class Built:
    """A design as unsaved rows; sections and new indicators carry keys of no row, so that others can refer to them.

    `asked_of` are the units of each item, in the order of the items.
    """

    version: FormVersion
    respondents: list[Respondent] = field(default_factory=list)
    named_units: list[NamedUnit] = field(default_factory=list)
    indicators: list[Indicator] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    asked_of: list[list[Unit]] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    places: dict[int, str] = field(default_factory=dict)

    @property
    def terms(self) -> Terms:
        """What it would ask of a unit, to be shown and tried; a table of tasks has one task by way of example."""
        lines: dict[int, list[Line]] = {
            section.pk: [] for section in self.sections if section.shape != Section.Shape.LINES
        }
        for row in self.rows:
            if row.section_id in lines:
                lines[row.section_id].append(Line(row.code, row.title, row.is_total))
        for section in self.sections:
            if section.shape == Section.Shape.TASKS:
                lines[section.pk] = [Line("task", _("A task that the unit leads"))]
            elif section.shape == Section.Shape.TABLE and not lines[section.pk]:
                lines[section.pk] = [Line(WHOLE, "")]
        return Terms(self.version, self.items, self.rules, lines)

    @property
    def all(self) -> list[Any]:
        """Every row of it that a person has written."""
        return [
            self.version, *self.respondents, *self.indicators, *self.sections, *self.rows, *self.items, *self.rules
        ]  # fmt: skip


def build(version: FormVersion, design: Design, known: Known) -> Built:
    """The rows that a design stands for, unsaved; what it names and nobody knows is left out."""
    terms = _but(design["version"], "basis")
    basis = known.bases.get(design["version"]["basis"] or "")
    new = FormVersion(pk=version.pk, form=version.form, number=version.number, basis=basis, **terms)
    built = Built(new)
    built.places[id(new)] = "version"

    def placed(row: Any, place: str) -> Any:
        built.places[id(row)] = place
        return row

    for index, one in enumerate(design["respondents"]):
        due = time.fromisoformat(one["due_time"]) if one["due_time"] else None
        respondent = Respondent(version=new, due_time=due, **_but(one, "due_time"))
        built.respondents.append(placed(respondent, f"respondents.{index}"))
    for one in design["named_units"]:
        if one["unit"] in known.units:
            built.named_units.append(NamedUnit(version=new, unit=known.units[one["unit"]], excluded=one["excluded"]))
    measured = dict(known.indicators)
    for index, one in enumerate(design["indicators"]):
        measured[one["code"]] = Indicator(pk=-index - 1, **_but(one, "numerator", "denominator"))
        built.indicators.append(placed(measured[one["code"]], f"indicators.{index}"))
    for one, indicator in zip(design["indicators"], built.indicators, strict=True):
        indicator.numerator = measured.get(one["numerator"] or "")
        indicator.denominator = measured.get(one["denominator"] or "")
    for index, one in enumerate(design["sections"]):
        place = f"sections.{index}"
        section = placed(Section(pk=-index - 1, version=new, position=index + 1, **_but(one, "rows", "items")), place)
        built.sections.append(section)
        for number, row in enumerate(one["rows"]):
            built.rows.append(placed(Row(section=section, position=number + 1, **row), f"{place}.rows.{number}"))
        for number, asked in enumerate(one["items"]):
            item = Item(
                version=new,
                section=section,
                position=len(built.items) + 1,
                indicator=measured.get(asked["indicator"] or ""),
                **_but(asked, "indicator", "asked_of"),
            )
            built.items.append(placed(item, f"{place}.items.{number}"))
            built.asked_of.append([known.units[code] for code in asked["asked_of"] if code in known.units])
    for index, rule in enumerate(design["rules"]):
        built.rules.append(placed(Rule(version=new, **rule), f"rules.{index}"))
    return built


def _but(row: Mapping[str, Any], *keys: str) -> Design:
    return {key: value for key, value in row.items() if key not in keys}
