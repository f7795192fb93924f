"""The designer's page as fields in their order, of a stored design or of what was posted, and what is done to it."""

import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from accounts.labels import LEVELS
from accounts.roles import Level
from reports.actions.designing import Design
from reports.admin.designer.fields import (
    ItemForm,
    NamedUnitForm,
    PartForm,
    RespondentForm,
    RowForm,
    RuleForm,
    SectionForm,
    TermsForm,
)
from reports.models import Indicator

ANSWERING = [level for level in Level if level != Level.DIVISION]

Faults = Mapping[str, list[str]]
"""Sentences by the place of the design that they are about."""

KINDS: dict[str, type[PartForm]] = {
    "items": ItemForm,
    "rows": RowForm,
    "rules": RuleForm,
    "named_units": NamedUnitForm,
}
"""The parts that a list takes, by the last word of its place."""


@dataclass
class SectionPart:
    """A section with its rows and items."""

    form: SectionForm
    rows: list[PartForm] = field(default_factory=list)
    items: list[PartForm] = field(default_factory=list)

    @property
    def prefix(self) -> str:
        return str(self.form.prefix)

    @property
    def is_wrong(self) -> bool:
        return any(one.errors for one in (self.form, *self.rows, *self.items))


class Drawing:
    """All fields of a draft; lists are in the order of the page, whatever their keys."""

    def __init__(self, posted: QueryDict) -> None:
        self.posted = posted
        self.wrong: dict[str, list[str]] = {}
        self.terms = TermsForm(posted, prefix="version")
        self.respondents = [self._respondent(f"respondents.{level}") for level in ANSWERING]
        self.named_units = self._list("named_units")
        self.rules = self._list("rules")
        self.sections = [
            SectionPart(SectionForm(posted, prefix=prefix), self._list(f"{prefix}.rows"), self._list(f"{prefix}.items"))
            for prefix in self._prefixes("sections")
        ]

    @classmethod
    def of(cls, design: Design) -> "Drawing":
        """The page of a stored design."""
        posted = QueryDict(mutable=True)
        for name, value in flat(design):
            posted.appendlist(name, value)
        return cls(posted)

    def _prefixes(self, place: str) -> list[str]:
        """The parts of a list, in the order in which their fields were sent."""
        shape = re.compile(rf"{re.escape(place)}\.(\w+)\.")
        found = (shape.match(name) for name in self.posted)
        return list(dict.fromkeys(one[0].rstrip(".") for one in found if one))

    def _respondent(self, prefix: str) -> RespondentForm:
        """The fields of a level; of one that nothing is known of yet, as they usually are."""
        known = any(name.startswith(f"{prefix}.") for name in self.posted)
        return RespondentForm(self.posted if known else None, prefix=prefix)

    def _list(self, place: str) -> list[PartForm]:
        kind = KINDS[place.rpartition(".")[2]]
        return [kind(self.posted, prefix=prefix) for prefix in self._prefixes(place)]

    @property
    def levels(self) -> list[tuple[str, RespondentForm]]:
        """The levels in words, with their fields."""
        return [(str(LEVELS[level]), form) for level, form in zip(ANSWERING, self.respondents, strict=True)]

    @property
    def answering(self) -> list[RespondentForm]:
        return [one for one in self.respondents if one.values()["answers"]]

    @property
    def items(self) -> list[ItemForm]:
        return [item for part in self.sections for item in part.items if isinstance(item, ItemForm)]

    def name(self, indicators: Iterable[Indicator]) -> None:
        """Let items that have no title of their own be called by their indicator's name."""
        names = {one.code: one.name for one in indicators}
        for item in self.items:
            item.indicator_name = names.get(item["indicator"].value() or "", "")

    @property
    def describing(self) -> list[ItemForm]:
        """The items beside which a new indicator is described."""
        return [one for one in self.items if one.values() and one.new_indicator("")]

    def design(self) -> Design:
        """What the page says, as plain values."""
        terms = self.terms.values()
        window_rule = str(terms["window_rule"])
        return {
            "version": terms,
            "respondents": [_but(one.values(), "answers") for one in self.answering],
            "named_units": [one.values() for one in self.named_units],
            "indicators": [one.new_indicator(window_rule) for one in self.describing],
            "sections": [
                part.form.values()
                | {"rows": [one.values() for one in part.rows], "items": [one.values() for one in part.items]}
                for part in self.sections
            ],
            "rules": [one.values() for one in self.rules],
        }

    @property
    def unreadable(self) -> bool:
        """Whether something typed is not even of its kind, such as letters where days are counted."""
        return any(bool(one.errors) for one in self.parts())

    def parts(self) -> Iterator[PartForm]:
        """Every part with fields."""
        yield self.terms
        yield from (*self.answering, *self.named_units, *self.rules)
        for part in self.sections:
            yield from (part.form, *part.rows, *part.items)

    def tell(self, faults: Faults) -> None:
        """Show each fault at its field; what belongs to none stands above its list, in `wrong`."""
        for place, sentences in faults.items():
            part, name = self._field(place)
            if part is None:
                self.wrong.setdefault(place, []).extend(sentences)
            else:
                part.tell(name, sentences)

    def listed(self, faults: Faults) -> list[tuple[str, str, str]]:
        """The faults, with what is typed and cannot be read: whose they are, where on the page, and the sentence."""
        told: list[tuple[PartForm | None, str, list[str]]] = [
            (part, name, [str(one) for one in part.errors[name]]) for part in self.parts() for name in part.errors
        ]
        told += [(*self._field(place), sentences) for place, sentences in faults.items()]
        found = []
        for part, name, sentences in told:
            field = part[name] if part and name in part.fields else None
            label = f"{part.heading} · {field.label}" if part and field else part.heading if part else ""
            anchor = f"#{field.id_for_label}" if field else f"#{part.card}" if part else ""
            found += [(label, anchor, sentence) for sentence in sentences]
        return list(dict.fromkeys(found))

    def _field(self, place: str) -> tuple[PartForm | None, str]:
        """The part and the name of the field at a place that counts by position."""
        whole = self._at(place)
        if whole is not None:
            return whole, ""
        head, _dot, name = place.rpartition(".")
        if head.startswith("indicators."):
            item = _nth(self.describing, head.rpartition(".")[2])
            return item, "indicator" if name == "code" else f"new_{name}"
        return self._at(head), name

    def _at(self, place: str) -> PartForm | None:
        """The part at a place that counts by position, such as sections.0.items.3."""
        part: PartForm | None = None
        match place.split("."):
            case ["version"]:
                part = self.terms
            case ["respondents", number]:
                part = _nth(self.answering, number)
            case ["named_units", number]:
                part = _nth(self.named_units, number)
            case ["rules", number]:
                part = _nth(self.rules, number)
            case ["sections", number]:
                within = _nth(self.sections, number)
                part = within.form if within else None
            case ["sections", number, ("rows" | "items") as kind, inner]:
                within = _nth(self.sections, number)
                part = _nth(getattr(within, kind), inner) if within else None
        return part

    def do(self, what: str) -> None:
        """Do to a part what its button says, such as "up:sections.0.items.3" or "add:rules"; nothing if it is gone."""
        verb, _colon, place = what.partition(":")
        if verb == "add":
            self._add(place)
            return
        parts = self._siblings(place)
        prefixes = [_prefix(one) for one in parts]
        if place not in prefixes:
            return
        here = prefixes.index(place)
        there = here + {"up": -1, "down": 1}.get(verb, 0)
        if verb == "remove":
            del parts[here]
        elif 0 <= there < len(parts):
            parts[here], parts[there] = parts[there], parts[here]

    def _siblings(self, place: str) -> list[Any]:
        """The list in which the part stands."""
        place_of_list = place.rpartition(".")[0]
        if place_of_list == "sections":
            return self.sections
        if place_of_list in ("named_units", "rules"):
            found: list[Any] = getattr(self, place_of_list)
            return found
        section, _dot, kind = place_of_list.rpartition(".")
        parts = next((one for one in self.sections if one.prefix == section), None)
        return getattr(parts, kind) if parts and kind in ("rows", "items") else []

    def _add(self, place: str) -> None:
        fresh = new_part(place)
        if fresh is not None:
            self._siblings(f"{place}.new").append(fresh)


def new_part(place: str) -> PartForm | SectionPart | None:
    """A blank part for the list of that place; None where there is no such list."""
    prefix = f"{place}.n{secrets.token_hex(4)}"
    if place == "sections":
        return SectionPart(SectionForm(prefix=prefix))
    kind = KINDS.get(place.rpartition(".")[2])
    if kind is None or not re.fullmatch(r"named_units|rules|sections\.\w+\.(rows|items)", place):
        return None
    return kind(prefix=prefix)


def flat(design: Design) -> Iterator[tuple[str, str]]:
    """A design as the names and values of a page's fields; an unticked box has none."""
    yield from _fields("version", design["version"])
    for one in design["respondents"]:
        yield from _fields(f"respondents.{one['level']}", {**_but(one, "level"), "answers": True})
    new = {one["code"]: one for one in design["indicators"]}
    for index, section in enumerate(design["sections"]):
        place = f"sections.{index}"
        yield from _fields(place, _but(section, "rows", "items"))
        for number, row in enumerate(section["rows"]):
            yield from _fields(f"{place}.rows.{number}", row)
        for number, item in enumerate(section["items"]):
            described = new.get(item["indicator"] or "", {})
            yield from _fields(
                f"{place}.items.{number}",
                {
                    **item,
                    "options": "\n".join(item["options"]),
                    "asked_of": ", ".join(item["asked_of"]),
                    **{f"new_{name}": value for name, value in _but(described, "code", "window_rule").items()},
                },
            )
    for kind in ("named_units", "rules"):
        for index, one in enumerate(design[kind]):
            yield from _fields(f"{kind}.{index}", one)


def _fields(place: str, values: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for name, value in values.items():
        if value is True:
            yield f"{place}.{name}", "yes" if name == "excluded" else "on"
        elif value is not False:
            yield f"{place}.{name}", "" if value is None else str(value)


def _but(values: Mapping[str, Any], *names: str) -> Design:
    return {name: value for name, value in values.items() if name not in names}


def _nth(parts: list[Any], number: str) -> Any:
    return parts[int(number)] if number.isdigit() and int(number) < len(parts) else None


def _prefix(part: PartForm | SectionPart) -> str:
    return str(part.prefix)
