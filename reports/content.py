"""What a revision says: its values against the items and rules of its form, and what is wrong with them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from accounts.models import User
from reports import checks, formulas
from reports.models import FormVersion, Item, Report, Revision, Rule, Value
from reports.workflow import STANDING


@dataclass
class Terms:
    """The items and rules of a form's version, ready to be evaluated."""

    items: list[Item]
    rules: list[Rule]

    @classmethod
    def of(cls, version: FormVersion | int) -> "Terms":
        """Two queries: the items with their indicators and sections, the rules."""
        items = Item.objects.filter(version=version).select_related(
            "section", "indicator__numerator", "indicator__denominator"
        )
        return cls(list(items), list(Rule.objects.filter(version=version)))

    @cached_property
    def by_code(self) -> dict[str, Item]:
        return {item.code: item for item in self.items}

    @cached_property
    def specs(self) -> list[checks.ItemSpec]:
        """The stored items; a ratio is not one of them, as it is never stored."""
        return [
            checks.ItemSpec(
                code=item.code,
                required=item.required,
                computed=formulas.compile(item.formula) if item.formula else None,
                decimals=item.indicator.decimals,
            )
            for item in self.items
            if item.indicator.numerator_id is None
        ]

    @cached_property
    def rule_specs(self) -> list[checks.RuleSpec]:
        return [
            checks.RuleSpec(
                code=rule.code,
                left=formulas.compile(rule.left),
                operator=rule.operator,
                right=formulas.compile(rule.right),
                severity=checks.Severity(rule.severity),
            )
            for rule in self.rules
        ]

    def formula_of(self, item: Item) -> str:
        """How an item that is never typed in comes about; empty for one that is, and for a ratio without its parts.

        A ratio divides the items that ask for its two parts, in per cent where that is its unit of measure.
        """
        ratio = item.indicator
        if ratio.numerator_id is None:
            return item.formula
        asking = {other.indicator_id: other.code for other in self.items}
        above, below = asking.get(ratio.numerator_id), asking.get(ratio.denominator_id or 0)
        if above is None or below is None:
            return ""
        return f"{above} / {below} * 100" if ratio.unit_of_measure == "%" else f"{above} / {below}"

    def is_typed(self, item: Item) -> bool:
        """Whether a person types this item in, as it is neither computed nor a ratio."""
        return not item.formula and item.indicator.numerator_id is None

    def with_ratios(self, numbers: Mapping[str, Decimal | None]) -> dict[str, Decimal | None]:
        """These numbers and the ratios, which are never stored; not rounded, None where a part is not known."""
        ratios = {item.code: self.formula_of(item) for item in self.items if item.indicator.numerator_id is not None}
        return {
            **numbers,
            **{code: formulas.compile(text).value(numbers) if text else None for code, text in ratios.items()},
        }

    def computed(self, numbers: Mapping[str, Decimal | None]) -> dict[str, Decimal | None]:
        """The computed items' numbers, given the typed ones."""
        return checks.computed(self.specs, numbers)

    def problems(self, numbers: Mapping[str, Decimal | None]) -> list[checks.Problem]:
        """Everything that is wrong with these numbers."""
        answers = {checks.Cell(code): checks.Answer(number) for code, number in numbers.items()}
        return checks.problems(self.specs, self.rule_specs, answers)


def is_own(report: Report, *, by: User, at: datetime) -> bool:
    """Whether this person works in the unit that owes the report: what is not yet submitted is read only there."""
    return any(post.unit_id == report.unit_id for post in by.posts(at))


def readable(report: Report, *, by: User, at: datetime) -> int | None:
    """The key of the revision whose content this person may read now, or None where there is none yet.

    The unit's own people read the current one; everybody else the latest that is submitted and stands.
    """
    if report.status in STANDING or is_own(report, by=by, at=at):
        return report.current_id
    return report.approved_id


def numbers_of(revision: Revision | int) -> dict[str, Decimal | None]:
    """The stored numbers of a revision by item code."""
    return dict(Value.objects.filter(revision=revision).values_list("item__code", "number"))


def snapshot(report: Report, revision: Revision, numbers: Mapping[str, Decimal | None]) -> bytes:
    """The canonical bytes of a revision: JSON with sorted keys, numbers as shortest plain decimals, in UTF-8."""
    content = {
        "form": report.form.code,
        "version": report.version.number,
        "period": report.period.code,
        "unit": report.unit.code,
        "revision": revision.number,
        "values": {code: format(number.normalize(), "f") for code, number in numbers.items() if number is not None},
    }
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(content: bytes) -> str:
    """The SHA-256 of a snapshot, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
