"""Figures of invented towns are, to the last digit, what pandas makes of the same answers by the definition.

A hundred towns are tried here, always the same; `make proof` tries many more (bench/proof_figures.py).
"""

from collections import Counter
from random import Random

import pgtrigger
import pytest
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import F

from accounts.labels import Kind
from accounts.models import Unit, User
from reports import figures, proof
from reports.models import (
    Figure,
    Form,
    FormVersion,
    Indicator,
    Item,
    Mark,
    NotApplicable,
    Period,
    Report,
    Revision,
    Row,
    Section,
    Source,
    Value,
)
from tests import in_pandas
from tests.city import NOW
from tests.invented import MEASURES, Place, Town, invent

SEED = 4098
TOWNS, AT_ONCE = 100, 10

KINDS = {"department": Kind.DEPARTMENT, "district": Kind.RURAL_DISTRICT, "commune": Kind.COMMUNE}
STATUSES = {"silent": "draft", "amending": "draft", "returned": "draft", "amended": "submitted"}
FIRST_KEY = 10**9
"""Keys of reports and revisions, chosen here because each names the other; no sequence comes so far."""


@pytest.mark.django_db
@pytest.mark.parametrize("first", range(0, TOWNS, AT_ONCE))
def test_figures_are_what_pandas_makes_of_the_same_answers(first):
    seen = try_towns(range(first, first + AT_ONCE), SEED)
    assert seen["figures"] > 1000


def try_towns(numbers, seed):
    """Hold so many towns against pandas; return how much was compared. The message of a failure names the town."""
    seen: Counter[str] = Counter()
    top, by = enter_indicators()
    for number in numbers:
        with transaction.atomic():
            seen += try_town(invent(Random(f"{seed}-{number}"), top), by, f"town {number} of seed {seed}")
            transaction.set_rollback(True)
    return seen


def try_town(town, by, name):
    """Write a town, move some of its reports, fold, and compare all that is stored.

    Of some towns everything is folded before reports move, and then along their lines alone.
    """
    forms = write(town, by)
    if town.folded_before:
        figures.fold_marked()
    moved = move_on(town)
    figures.fold_marked()
    assert not Mark.objects.exists(), f"{name}: a cell was not folded"
    expected = in_pandas.figures(town)
    columns = ("form", "period__code", "scope", "origin", "indicator__code", "row", "state")
    rows = Figure.objects.filter(form__in=forms).values_list(*columns, *in_pandas.COLUMNS)
    stored = {(forms.index(form), *key): tuple(rest) for form, *both in rows for key, rest in [(both[:6], both[6:])]}
    compared = stored.keys() | expected.keys()
    differing = [key for key in compared if stored.get(key) != expected.get(key)]
    assert not differing, f"{name}: {len(differing)} of {len(compared)} differ\n" + "\n".join(
        f"{key}\n  stored {shown(stored.get(key))}\n  pandas {shown(expected.get(key))}"
        for key in sorted(differing)[:5]
    )
    asked = {(form, span.code) for form, spans in enumerate(town.forms) for span, _version in spans}
    return Counter(
        towns=1,
        reports=len(town.reports),
        moved=moved if town.folded_before else 0,
        versions=len({id(version) for spans in town.forms for _span, version in spans}),
        figures=len(compared),
        longer=sum(key[:2] not in asked for key in compared),
        with_a_number=sum(expected[key][:5] != (None,) * 5 for key in compared),
    )


def shown(figure):
    return figure and {name: str(one) for name, one in zip(in_pandas.COLUMNS, figure, strict=True)}


def enter_indicators():
    """The city's own unit, somebody who decides, and all indicators; used by every town."""
    city = Unit.objects.create(
        level="city", kind=Kind.CITY, code="01", name="Thành phố", valid=DateRange(NOW.date().replace(year=2021))
    )
    by = User.objects.create(username="decides")
    entered = {}
    for code, one in MEASURES.items():
        upper, lower = (entered[part] for part in one.parts or (None, None)) if one.parts else (None, None)
        entered[code] = Indicator.objects.create(
            code=code, name=code, unit_of_measure="x", decimals=6, space_fold=one.space, time_fold=one.time,
            numerator=upper, denominator=lower,
        )  # fmt: skip
    return Place(city.pk, "city", (city.pk,)), by


def write(town: Town, by):
    """Enter a town's units, forms and reports as they were before; return the keys of its forms."""
    indicators = {one.code: one for one in Indicator.objects.all()}
    Unit.objects.bulk_create(
        Unit(
            pk=one.pk, level=one.level, kind=KINDS[one.level], code=f"U{one.pk}", name=f"U{one.pk}",
            parent_id=one.path[-2], valid=DateRange(NOW.date().replace(year=2021), one.ends),
        )
        for one in town.units[1:]
    )  # fmt: skip
    forms = Form.objects.bulk_create(Form(code=f"BM-{at}") for at in range(len(town.forms) + 1))
    items: dict[tuple[int, str], int] = {}
    periods: dict[str, Period] = {}
    for form, spans in zip(forms, town.forms, strict=False):
        write_versions(form, spans, indicators, items)
        for span, _version in spans:
            if span.code not in periods:
                periods[span.code] = Period(
                    code=span.code, rule="decree", frequency=span.frequency, first_day=span.first, last_day=span.last
                )
    Period.objects.bulk_create(periods.values())
    NotApplicable.objects.bulk_create(
        NotApplicable(
            indicator=indicators[code], unit_id=unit, valid=DateRange(first, last), reason="Không có.", by=by, at=NOW
        )
        for code, unit, first, last in town.aside
    )
    Source.objects.bulk_create(
        Source(indicator=indicators[code], level=level, form=forms[form], valid=DateRange(first, last))
        for code, level, form, first, last in town.sources
    )
    write_reports(town, forms, periods, items)
    return [form.pk for form in forms]


def write_versions(form, spans, indicators, items):
    """The versions of one form; keys of their items come into `items` by (version, code)."""
    versions = list({id(version): version for _span, version in spans}.values())
    begins = [next(span.first for span, one in spans if one is version) for version in versions]
    for number, version in enumerate(versions):
        stored = FormVersion.objects.create(
            form=form, number=number + 1, title="Biểu", kind="thematic", frequency=version.frequency,
            valid=DateRange(begins[number], begins[number + 1] if number + 1 < len(versions) else None),
        )  # fmt: skip
        version.pk = stored.pk
        sections = Section.objects.bulk_create(
            Section(version=stored, position=at, title="Phần", shape="table" if table.rows else "lines")
            for at, table in enumerate(version.tables)
        )
        Row.objects.bulk_create(
            Row(section=section, position=at, code=row, title=row, is_total=row == "total")
            for section, table in zip(sections, version.tables, strict=True)
            if table.rows
            for at, row in enumerate(table.all_rows)
        )
        asked = Item.objects.bulk_create(
            Item(
                version=stored, section=sections[one.section], position=at, code=code, kind=one.kind,
                indicator=indicators[code], formula=one.formula.text if one.formula else "", negative=True,
            )
            for at, (code, one) in enumerate(version.items.items())
        )  # fmt: skip
        items |= {(version.pk, one.code): one.pk for one in asked}
        through = Item.asked_of.through
        through.objects.bulk_create(
            through(item_id=one.pk, unit_id=unit) for one in asked for unit in version.items[one.code].only
        )


def write_reports(town, forms, periods, items):
    """The reports with all their revisions and values, as they stood before some of them moved on."""
    reports, revisions, values = [], [], []
    for at, one in enumerate(town.reports):
        one.pk = FIRST_KEY + 2 * at
        reports.append(
            Report(
                pk=one.pk, unit_id=one.unit.pk, form=forms[one.form], version_id=one.version.pk,
                period=periods[one.period.code], signed=True, first_deadline=NOW, deadline=NOW,
                **standing(one, one.was),
            )
        )  # fmt: skip
        for number, content in enumerate((one.first, one.later)):
            revisions.append(
                Revision(
                    pk=one.pk + number, report_id=one.pk, number=number + 1, frozen_at=NOW, snapshot=b"{}", digest="0"
                )
            )
            values += [
                Value(revision_id=one.pk + number, item_id=items[one.version.pk, code], row=row, number=amount)
                for (code, row), amount in content.items()
            ]
    Report.objects.bulk_create(reports)
    Revision.objects.bulk_create(revisions)
    with pgtrigger.ignore("reports.Value:value_stays_frozen_insert"):
        Value.objects.bulk_create(values, batch_size=5000)
    mark(reports)


def standing(one, fate):
    """The columns of a report that its fate decides."""
    return {
        "status": STATUSES.get(fate, fate),
        "current_id": one.pk + (fate in {"returned", "amending", "amended"}),
        "approved_id": one.pk if fate in {"approved", "amending", "amended"} else None,
    }


def move_on(town):
    """Give every report the fate that the facts say; return how many have moved."""
    moved = [one for one in town.reports if one.was != one.fate]
    with pgtrigger.ignore("reports.Report:report_moves_as_listed"):
        for one in moved:
            Report.objects.filter(pk=one.pk).update(edit=F("edit") + 1, **standing(one, one.fate))
    mark(Report.objects.filter(pk__in=[one.pk for one in moved]))
    return len(moved)


def mark(reports):
    Mark.objects.bulk_create(Mark(form_id=one.form_id, period_id=one.period_id, unit_id=one.unit_id) for one in reports)


@pytest.mark.django_db
def test_the_proof_agrees_and_a_full_rebuild_changes_nothing_after_folds_along_a_line():
    top, by = enter_indicators()
    for number in range(12):
        with transaction.atomic():
            town = invent(Random(f"line-{number}"), top)
            write(town, by)
            figures.fold_marked()
            for one in town.reports:
                one.was, one.fate = one.fate, one.was
            move_on(town)
            figures.fold_marked()
            assert figures.rebuild() == 0, f"town {number}"
            compared, differences = proof.compare()
            assert compared
            assert [str(one) for one in differences[:5]] == [], f"town {number}"
            transaction.set_rollback(True)
