"""In which terms, items and rules two versions of a form differ, as sentences to read from top to bottom."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.labels import LEVELS
from reports.actions.designing import Design
from reports.models import FormVersion, Item, Respondent, Row, Rule, Section


@dataclass(frozen=True)
class Difference:
    """What was added, removed, changed or moved; `before` and `after` are what a changed thing said and says."""

    tone: str
    what: str
    before: str = ""
    after: str = ""


ADDED, REMOVED, CHANGED, MOVED = "added", "removed", "changed", "moved"


def differences(old: Design, new: Design, names: Mapping[str, str]) -> list[Difference]:
    """All of them, from the terms to the rules, in the order of the new version; `names` are those of indicators."""
    return [
        *_of(FormVersion, _("Terms"), old["version"], new["version"]),
        *_lists(Respondent, _("Respondents"), _by(old["respondents"], "level"), _by(new["respondents"], "level")),
        *_lists(None, _("Named unit"), _by(old["named_units"], "unit"), _by(new["named_units"], "unit")),
        *_lists(Section, _("Section"), _sections(old), _sections(new)),
        *_lists(Row, _("Row"), _rows(old), _rows(new)),
        *_lists(Item, _("Item"), _named(_items(old), names), _named(_items(new), names)),
        *_order(old, new),
        *_lists(Rule, _("Rule"), _by(old["rules"], "code"), _by(new["rules"], "code")),
    ]


def _by(rows: list[Design], key: str) -> dict[str, Design]:
    return {row[key]: row for row in rows}


def _sections(design: Design) -> dict[str, Design]:
    return {
        one["title"]: {name: value for name, value in one.items() if name not in ("rows", "items")}
        for one in design["sections"]
    }


def _rows(design: Design) -> dict[str, Design]:
    return {f"{one['title']}: {row['code']}": row for one in design["sections"] for row in one["rows"]}


def _items(design: Design) -> dict[str, Design]:
    return {item["code"]: item for one in design["sections"] for item in one["items"]}


def _named(items: Mapping[str, Design], names: Mapping[str, str]) -> dict[str, Design]:
    """The items, each with its indicator by name."""
    return {code: item | {"indicator": names.get(item["indicator"], item["indicator"])} for code, item in items.items()}


def _lists(
    model: type[Model] | None, what: str, old: Mapping[str, Design], new: Mapping[str, Design]
) -> Iterator[Difference]:
    for key, row in new.items():
        name = f"{what} “{_name(key, row)}”"
        if key in old:
            yield from _of(model, name, old[key], row)
        else:
            yield Difference(ADDED, name)
    for key, row in old.items():
        if key not in new:
            yield Difference(REMOVED, f"{what} “{_name(key, row)}”")


def _name(key: str, row: Design) -> str:
    """What people know it by."""
    if "level" in row:
        return str(LEVELS.get(key, key))
    return str(row.get("title") or row.get("message") or row.get("indicator") or key)


def _of(model: type[Model] | None, name: str, old: Design, new: Design) -> Iterator[Difference]:
    for key, value in new.items():
        if old.get(key) != value:
            column = _field(model, key)
            yield Difference(
                CHANGED,
                f"{name}: {column.verbose_name if column else key}",
                _written(column, old.get(key)),
                _written(column, value),
            )


def _order(old: Design, new: Design) -> Iterator[Difference]:
    """That the items which both ask stand in another order."""
    before, after = list(_items(old)), list(_items(new))
    both = [code for code in after if code in before]
    if both != [code for code in before if code in after]:
        yield Difference(MOVED, _("The items stand in another order."), after=", ".join(both))


def _field(model: type[Model] | None, key: str) -> Any:
    names = {field.name for field in model._meta.get_fields()} if model else set()
    return model._meta.get_field(key) if model and key in names else None


def _written(column: Any, value: object) -> str:
    """A value as the screen says it."""
    choices = dict(column.flatchoices) if column is not None and getattr(column, "choices", None) else {}
    if value in choices and value is not None:
        return str(choices[value])
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(str(one) for one in value) or "–"
    return "–" if value in (None, "") else str(value)
