"""Enters a version of a form from its file, or refuses it with all that is wrong."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import chain
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext

from accounts.models import Unit
from reports import calendars
from reports.actions.regimes.foundations import enter_indicators
from reports.actions.regimes.judging import wrong_content
from reports.actions.regimes.refusing import refuse, unclean
from reports.actions.regimes.shapes import FORM, wrong_shape
from reports.models import (
    Form,
    FormOwner,
    FormVersion,
    Indicator,
    Item,
    LegalBasis,
    NamedUnit,
    Respondent,
    Row,
    Rule,
    Section,
)
from reports.periods import Frequency, PeriodCode, PeriodRefused, WindowRule


@transaction.atomic
def enter_form(file: dict[str, Any]) -> FormVersion:
    """Enter a version of a form from its file, or give back the version that stands already under its number.

    Indicators that exist are used again. Raises ValidationError, with a sentence for each thing that is wrong and its
    place, for unknown keys, units, acts and indicators, formulas that cannot be computed, deadlines that leave no
    working day after the data window (Decree 09/2019, article 8.5) and periods that another version holds for.
    """
    refuse(wrong_shape(file, FORM))
    existing = FormVersion.objects.filter(form__code=file["code"], number=file["version"]["number"]).first()
    if existing:
        return existing
    terms = file["version"]
    form, _ = Form.objects.get_or_create(code=file["code"])
    version = FormVersion(
        form=form,
        basis=_basis(terms["basis"]),
        **{key: terms[key] for key in terms if key not in ("basis", "from", "until")},
    )
    refuse(unclean(version, gettext("Version"), but=["form", "basis", "valid"]))
    version.valid = _valid(version, terms)
    refuse(unclean(version, gettext("Version"), constraints=True))
    units = _units(file, version.valid.lower if version.valid else None)
    indicators = enter_indicators(file["indicators"], WindowRule(version.window_rule))
    refuse(wrong_content(file, indicators))
    _enter_owner(form, file["owner"], units, version)
    version.save()
    _enter_respondents(version, file, units)
    _enter_questions(version, file, indicators, units)
    return version


def _basis(number: str | None) -> LegalBasis | None:
    if number is None:
        return None
    basis = LegalBasis.objects.filter(number=number).first()
    if basis is None:
        raise ValidationError([gettext("Version, basis: No act has the number “%(number)s”.") % {"number": number}])
    return basis


def _valid(version: FormVersion, terms: Mapping[str, Any]) -> DateRange | None:
    """From the window's first day of the first period to that after the last; None for a draft."""
    if "from" not in terms:
        if "until" in terms:
            refuse([gettext("Version, until: A version without a first period has no last one.")])
        return None
    first = _begins(version, "from", terms["from"])
    after = _begins(version, "until", terms["until"]) if "until" in terms else None
    if after and after <= first:
        refuse([gettext("Version, until: The last period lies before the first.")])
    return DateRange(first, after)


def _begins(version: FormVersion, key: str, text: str) -> date:
    """The first day of the window of the period that is named, or of the one after it for "until"."""
    try:
        code = PeriodCode.parse(text)
        if code.frequency != version.frequency:
            raise PeriodRefused(gettext("“%(code)s” is no period of this form's frequency.") % {"code": code})
        named = code.next if key == "until" else code
        return named.window(WindowRule(version.window_rule), version.week_starts_on).first
    except PeriodRefused as refused:
        sentence = gettext("Version, %(key)s: %(sentence)s") % {"key": key, "sentence": refused}
        raise ValidationError([sentence]) from refused


def _units(file: Mapping[str, Any], day: date | None) -> dict[str, Unit]:
    """The units that the file names, by code, as in force on that day; of a draft, those without a last day."""
    named = [
        *((gettext("Owner"), file["owner"][key]) for key in ("unit", "stand_in")),
        *((gettext("Named units"), row["unit"]) for row in file.get("named_units", ())),
        *(
            (gettext("Section %(section)s, item “%(item)s”") % {"section": number, "item": item["code"]}, code)
            for number, section in enumerate(file["sections"], 1)
            for item in section["items"]
            for code in item.get("asked_of", ())
        ),
    ]
    standing = Unit.objects.in_force(day) if day else Unit.objects.filter(valid__upper_inf=True)
    units = {unit.code: unit for unit in standing.filter(code__in={code for _place, code in named})}
    refuse(
        gettext("%(place)s: No unit in force has the code “%(code)s”.") % {"place": place, "code": code}
        for place, code in named
        if code not in units
    )
    return units


def _enter_owner(form: Form, owner: Mapping[str, str], units: Mapping[str, Unit], version: FormVersion) -> None:
    """Enter the first owner of a form; a later file does not change who owns it."""
    unit, stand_in = units[owner["unit"]], units[owner["stand_in"]]
    owners = list(form.owners.select_related("unit").order_by("valid"))
    if not owners:
        try:
            valid = DateRange(date.fromisoformat(owner["from"]), None)
        except ValueError as error:
            sentence = gettext("Owner, from: “%(day)s” is no day. Write it as 2021-05-31.") % {"day": owner["from"]}
            raise ValidationError([sentence]) from error
        fresh = FormOwner(form=form, unit=unit, stand_in=stand_in, valid=valid)
        refuse(unclean(fresh, gettext("Owner"), constraints=True))
        fresh.save()
        return
    day = version.valid.lower if version.valid else None
    standing = next((one for one in owners if day and day in one.valid), owners[-1])
    if (standing.unit_id, standing.stand_in_id) != (unit.pk, stand_in.pk):
        refuse(
            [
                gettext("Owner: The form belongs to %(unit)s. A file does not change whose it is.")
                % {"unit": standing.unit}
            ]
        )


def _enter_respondents(version: FormVersion, file: Mapping[str, Any], units: Mapping[str, Unit]) -> None:
    respondents = [Respondent(version=version, **row) for row in file["respondents"]]
    refuse(chain.from_iterable(_wrong_respondent(version, one) for one in respondents))
    Respondent.objects.bulk_create(respondents)
    NamedUnit.objects.bulk_create(
        [NamedUnit(version=version, **{**row, "unit": units[row["unit"]]}) for row in file.get("named_units", ())]
    )


def _wrong_respondent(version: FormVersion, respondent: Respondent) -> Iterator[str]:
    place = gettext("Respondents of the level “%(level)s”") % {"level": respondent.level}
    wrong = list(unclean(respondent, place, but=["version"], constraints=True))
    yield from wrong
    if wrong or not version.valid:
        return
    rule = WindowRule(version.window_rule)
    first = PeriodCode.of(version.valid.lower, Frequency(version.frequency), rule, version.week_starts_on)
    window, shift = first.window(rule, version.week_starts_on), calendars.Shift(version.shift)
    try:
        calendars.deadline(respondent.deadline_rule, first, window, calendars.WorkingCalendar(), shift)
    except ValueError as refused:
        yield gettext("%(place)s: %(sentence)s") % {"place": place, "sentence": gettext(str(refused))}


def _enter_questions(
    version: FormVersion, file: Mapping[str, Any], indicators: Mapping[str, Indicator], units: Mapping[str, Unit]
) -> None:
    """Sections, rows, items and rules, in the file's order."""
    parts = file["sections"]
    sections = [
        Section(version=version, position=number, **_without(part, "rows", "items"))
        for number, part in enumerate(parts, 1)
    ]
    rules = [Rule(version=version, **row) for row in file["rules"]]
    refuse(
        chain(
            _unclean(sections, (gettext("Section %(section)s") % {"section": one.position} for one in sections)),
            _unclean(rules, (gettext("Rule “%(rule)s”") % {"rule": one.code} for one in rules)),
        )
    )
    Rule.objects.bulk_create(rules)
    Section.objects.bulk_create(sections)
    Row.objects.bulk_create(
        Row(section=section, position=number, **row)
        for section, part in zip(sections, parts, strict=True)
        for number, row in enumerate(part.get("rows", ()), 1)
    )
    asked = [(section, row) for section, part in zip(sections, parts, strict=True) for row in part["items"]]
    items = [
        Item(
            version=version,
            section=section,
            position=number,
            **{**_without(row, "asked_of"), "indicator": indicators.get(row.get("indicator", ""))},
        )
        for number, (section, row) in enumerate(asked, 1)
    ]
    refuse(_unclean(items, (gettext("Item “%(item)s”") % {"item": one.code} for one in items)))
    Item.objects.bulk_create(items)
    asked_of = Item.asked_of.through
    asked_of.objects.bulk_create(
        asked_of(item_id=item.pk, unit_id=units[code].pk)
        for item, (_section, row) in zip(items, asked, strict=True)
        for code in dict.fromkeys(row.get("asked_of", ()))
    )


def _unclean(rows: Iterable[Section | Item | Rule], places: Iterable[str]) -> Iterator[str]:
    for row, place in zip(rows, places, strict=True):
        yield from unclean(row, place, but=["version", "section", "indicator", "asked_of"])


def _without(row: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in keys}
