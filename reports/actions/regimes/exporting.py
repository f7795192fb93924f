"""Writes a version of a form as the file it can be entered from."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.db.models import Model, Prefetch

from accounts.models import Unit
from reports.actions.regimes.shapes import (
    INDICATOR,
    ITEM,
    NAMED_UNIT,
    OWNER,
    RESPONDENT,
    ROW,
    RULE,
    SECTION,
    VERSION,
)
from reports.models import FormOwner, FormVersion, Indicator, Item, Respondent, Section
from reports.periods import Frequency, PeriodCode, WindowRule


def export_form(version: FormVersion) -> dict[str, Any]:
    """The file of a version; entered where the form is unknown, it gives a version whose file is the same."""
    version = FormVersion.objects.select_related("form", "basis").get(pk=version.pk)
    sections = list(_sections(version))
    items = [item for section in sections for item in section.items.all()]
    named_units = version.named_units.select_related("unit").order_by("pk")
    return {
        "code": version.form.code,
        "owner": _owner(version),
        "version": _written(version, VERSION, basis=version.basis and version.basis.number, **_span(version)),
        "respondents": [_respondent(one) for one in version.respondents.order_by("pk")],
        **_where_any(named_units=[_written(one, NAMED_UNIT, unit=one.unit.code) for one in named_units]),
        "indicators": [_indicator(one, version) for one in _indicators(items)],
        "sections": [_section(one) for one in sections],
        "rules": [_written(one, RULE) for one in version.rules.order_by("pk")],
    }


def _sections(version: FormVersion) -> Iterable[Section]:
    items = Item.objects.select_related("indicator__numerator", "indicator__denominator").order_by("position")
    units = Unit.objects.order_by("code")
    return version.sections.order_by("position").prefetch_related(
        "rows", Prefetch("items", items.prefetch_related(Prefetch("asked_of", units)))
    )


def _written(row: Model, shape: Mapping[str, Any], **told: Any) -> dict[str, Any]:
    """The keys of a shape from a row's columns; `told` are those that no column holds as the file says them.

    What may be left out is, where it is the column's default, or was told to be nothing.
    """
    written = {}
    for key in shape:
        name = key.rstrip("?")
        value = told[name] if name in told else getattr(row, name)
        usual = (None, [], "") if name in told else (row._meta.get_field(name).get_default(),)  # type: ignore[union-attr]
        if not (key.endswith("?") and value in usual):
            written[name] = value
    return written


def _where_any(**lists: list[Any]) -> dict[str, list[Any]]:
    return {key: value for key, value in lists.items() if value}


def _owner(version: FormVersion) -> dict[str, Any]:
    """Who owns the form on the version's first day; else who owned it last."""
    owners = FormOwner.objects.filter(form=version.form_id).select_related("unit", "stand_in").order_by("valid")
    standing = owners.filter(valid__contains=version.valid.lower) if version.valid else owners
    owner = standing.last() or owners.last()
    if owner is None:
        raise FormOwner.DoesNotExist(f"{version.form.code} has no owner.")
    since = owner.valid.lower.isoformat()
    return _written(owner, OWNER, unit=owner.unit.code, stand_in=owner.stand_in.code, **{"from": since})


def _span(version: FormVersion) -> dict[str, str | None]:
    """The first and the last period that the version holds for."""
    if not version.valid:
        return {"from": None, "until": None}
    terms = Frequency(version.frequency), WindowRule(version.window_rule), version.week_starts_on
    first = PeriodCode.of(version.valid.lower, *terms)
    if first.window(*terms[1:]).first < version.valid.lower:
        first = first.next
    end = version.valid.upper
    return {"from": first.code, "until": PeriodCode.of(end - timedelta(days=1), *terms).code if end else None}


def _respondent(respondent: Respondent) -> dict[str, Any]:
    due = respondent.due_time
    return _written(respondent, RESPONDENT, due_time=due and due.isoformat("minutes" if not due.second else "auto"))


def _indicators(items: Iterable[Item]) -> list[Indicator]:
    """Those that the items ask, in the form's order, each ratio after its parts."""
    found: dict[str, Indicator] = {}
    for item in items:
        asked = item.indicator
        if asked:
            parts = [part for part in (asked.numerator, asked.denominator) if part]
            found |= {one.code: one for one in [*parts, asked] if one.code not in found}
    return list(found.values())


def _indicator(indicator: Indicator, version: FormVersion) -> dict[str, Any]:
    return _written(
        indicator,
        INDICATOR,
        window_rule=None if indicator.window_rule == version.window_rule else indicator.window_rule,
        numerator=indicator.numerator and indicator.numerator.code,
        denominator=indicator.denominator and indicator.denominator.code,
    )


def _section(section: Section) -> dict[str, Any]:
    return _written(
        section,
        SECTION,
        rows=[_written(row, ROW) for row in section.rows.all()],
        items=[
            _written(
                item,
                ITEM,
                indicator=item.indicator and item.indicator.code,
                asked_of=[unit.code for unit in item.asked_of.all()],
            )
            for item in section.items.all()
        ],
    )
