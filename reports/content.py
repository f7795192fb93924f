"""What a revision says: its values against the items and rules of its form, and what is wrong with them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from reports import checks, formulas
from reports.models import FormVersion, Item, Report, Revision, Rule, Value


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

    def computed(self, numbers: Mapping[str, Decimal | None]) -> dict[str, Decimal | None]:
        """The computed items' numbers, given the typed ones."""
        return checks.computed(self.specs, numbers)

    def problems(self, numbers: Mapping[str, Decimal | None]) -> list[checks.Problem]:
        """Everything that is wrong with these numbers."""
        answers = {checks.Cell(code): checks.Answer(number) for code, number in numbers.items()}
        return checks.problems(self.specs, self.rule_specs, answers)


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
