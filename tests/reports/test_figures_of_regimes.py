"""Figures of a regime that asks everything a form can ask: each unit its own part, in rows, folded in every way."""

import os
from collections import defaultdict
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

import pytest
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.models import Unit
from reports import figures, folds
from reports.actions import opening
from reports.folds import SpaceFold
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
    Respondent,
    Row,
    Section,
    Source,
)
from reports.periods import PeriodCode
from tests.city import NOW
from tests.reports.test_figures import agree, counts, write_off


class Measure(NamedTuple):
    """An indicator of the regime: how it folds, the section it is asked in, and the parts of a ratio."""

    fold: str
    section: str = "lines"
    parts: tuple[str, ...] = ()


MEASURES = {
    "amount": Measure("sum"),
    "average": Measure("mean"),
    "least": Measure("min"),
    "most": Measure("max"),
    "agreed": Measure("count"),
    "only": Measure("none"),
    "only_of": Measure("none"),
    "cell": Measure("sum", "table"),
    "cell_of": Measure("sum", "table"),
    "progress": Measure("mean", "tasks"),
    "share": Measure("ratio", "lines", ("amount", "average")),
    "agreed_share": Measure("ratio", "lines", ("agreed", "amount")),
    "only_share": Measure("ratio", "lines", ("only", "only_of")),
    "cell_share": Measure("ratio", "lines", ("cell", "cell_of")),
}
ROWS = {"lines": ("",), "table": ("a", "b", "total"), "tasks": ("T1", "T2")}
CELLS = [(code, row) for code, one in MEASURES.items() if not one.parts for row in ROWS[one.section]]
FIRST_DAY = date(2022, 4, 15)
HOLDS = DateRange(FIRST_DAY, date(2022, 4, 16))
IS_OVER = DateRange(date(2022, 1, 1), FIRST_DAY)


def rows_section(code):
    """The section whose rows a measure has: a ratio those of its numerator."""
    return MEASURES[(*MEASURES[code].parts, code)[0]].section


def enter_regime(asked_of=None, without=()):
    """A form that asks all measures but `without`, those of `asked_of` of these units only, opened for 2022-05."""
    plain = [
        Indicator(code=code, name=code, unit_of_measure="x", decimals=1, space_fold=one.fold)
        for code, one in MEASURES.items()
        if not one.parts
    ]
    indicators = {one.code: one for one in Indicator.objects.bulk_create(plain)}
    for code, one in MEASURES.items():
        if one.parts:
            upper, lower = (indicators[part] for part in one.parts)
            indicators[code] = Indicator.objects.create(
                code=code,
                name=code,
                unit_of_measure="x",
                decimals=1,
                space_fold=one.fold,
                numerator=upper,
                denominator=lower,
            )
    form = Form.objects.create(code="BM-X")
    version = FormVersion.objects.create(
        form=form, number=1, title="Biểu thử", kind="thematic", valid=DateRange(date(2022, 1, 15), None)
    )
    Respondent.objects.bulk_create(
        Respondent(version=version, level=level, working_days=3) for level in ("department", "district", "commune")
    )
    sections = {
        shape: Section.objects.create(version=version, position=position, title=shape, shape=shape)
        for position, shape in enumerate(ROWS)
    }
    Row.objects.bulk_create(
        Row(section=sections["table"], position=position, code=row, title=row, is_total=row == "total")
        for position, row in enumerate(ROWS["table"])
    )
    items = Item.objects.bulk_create(
        Item(
            version=version,
            section=sections[MEASURES[code].section],
            position=position,
            code=code,
            kind="yes_no" if indicators[code].space_fold == "count" else "number",
            indicator=indicators[code],
        )
        for position, code in enumerate(MEASURES)
        if code not in without
    )
    Item.objects.create(
        version=version, section=sections["lines"], position=99, code="remarks", kind="text", title="Nhận xét"
    )
    asking = Item.asked_of.through
    asking.objects.bulk_create(
        asking(item_id=item.pk, unit_id=unit.pk) for item in items for unit in (asked_of or {}).get(item.code, ())
    )
    opening.open_period(version, PeriodCode.parse("2022-05"))
    return version


def set_aside(code, unit, days, by):
    return NotApplicable.objects.create(
        indicator=Indicator.objects.get(code=code),
        unit=unit,
        valid=days,
        reason="Không có nhiệm vụ này.",
        by=by,
        at=NOW,
    )


def name_source(code, level, form, days=HOLDS):
    return Source.objects.create(indicator=Indicator.objects.get(code=code), level=level, form=form, valid=days)


def report_of(unit):
    return Report.objects.get(unit=unit, form__code="BM-X")


def figure(city, code, origin="all", *, row="", scope=None, state="confirmed"):
    figures.fold_marked()
    return Figure.objects.get(
        scope=scope or city.city, origin=origin, indicator__code=code, row=row, state=state, form__code="BM-X",
        period__code="2022-05",
    )  # fmt: skip


def is_kept(code, **terms):
    figures.fold_marked()
    return Figure.objects.filter(indicator__code=code, form__code="BM-X", **terms).exists()


# Whom a figure expects


def test_a_figure_expects_only_the_units_that_are_asked(city):
    enter_regime({"amount": [city.department, city.district]})
    write_off(report_of(city.district), {"amount": 5})
    write_off(report_of(city.commune), {"amount": 7})
    everybody = figure(city, "amount")
    assert (everybody.total, counts(everybody)) == (5, (2, 1, 1, 0))
    assert counts(figure(city, "average")) == (8, 2, 2, 2)
    assert not is_kept("amount", origin="commune")
    agree()


def test_what_does_not_concern_a_unit_leaves_the_figure_and_every_count(city):
    enter_regime()
    write_off(report_of(city.commune), {"amount": 7, "average": 2})
    set_aside("amount", city.commune, HOLDS, city.approver)
    set_aside("amount", city.sibling, IS_OVER, city.approver)
    communes = figure(city, "amount", "commune")
    assert (communes.total, counts(communes)) == (None, (2, 0, 0, 0))
    assert counts(figure(city, "share", "commune")) == (2, 0, 0, 0)
    assert figure(city, "average", "commune").total == 2
    agree()


def test_an_answer_that_says_no_data_counts_as_without_data(city):
    enter_regime()
    write_off(report_of(city.commune), {"amount": None})
    communes = figure(city, "amount", "commune")
    assert (communes.total, counts(communes)) == (None, (3, 1, 1, 1))


def test_figures_read_the_source_only(city):
    enter_regime()
    write_off(report_of(city.commune), {"amount": 7, "average": 2})
    write_off(report_of(city.district), {"amount": 5})
    name_source("amount", "commune", city.form)
    name_source("amount", "district", Form.objects.get(code="BM-X"))
    name_source("average", "commune", city.form, IS_OVER)
    assert not is_kept("amount", origin="commune")
    everybody = figure(city, "amount")
    assert (everybody.total, everybody.expected) == (5, 5)
    assert figure(city, "average", "commune").total == 2
    agree()


# Folds


def test_one_answering_unit_speaks_for_every_scope_above_it_with_the_city_as_its_origin(city):
    enter_regime({"only": [city.commune], "only_of": [city.commune]})
    write_off(report_of(city.commune), {"only": 30, "only_of": 120})
    origins = Figure.objects.filter(indicator__code__in=["only", "only_share"]).values_list("scope__code", "origin")
    figures.fold_marked()
    assert set(origins) == {("01", "city"), ("001", "city")}
    for scope in (city.city, city.district):
        one = figure(city, "only", "city", scope=scope)
        assert (one.reading, one.is_whole) == (30, True)
        assert figure(city, "only_share", "city", scope=scope).reading == Decimal("0.3")
    agree()


def test_two_answers_where_one_unit_should_answer_give_no_figure(city):
    enter_regime()
    for unit, number in ((city.commune, 30), (city.department, 50)):
        write_off(report_of(unit), {"only": number, "only_of": 100})
    one = figure(city, "only", "city")
    assert (one.reading, one.count, one.lowest, one.highest) == (None, 2, 30, 50)
    assert figure(city, "only_share", "city").reading is None
    assert figure(city, "only", "city", scope=city.district).reading == 30
    agree()


def test_a_count_counts_the_yeses_and_not_the_answers(city):
    enter_regime()
    for unit, answer in ((city.commune, 1), (city.sibling, 0), (city.far_commune, 1)):
        write_off(report_of(unit), {"agreed": answer})
    communes = figure(city, "agreed", "commune")
    assert (communes.reading, communes.count, communes.without_data) == (2, 3, 0)
    agree()


# Rows


def test_every_fixed_row_of_a_table_has_its_figure_also_when_nobody_answers(city):
    enter_regime()
    assert {row: counts(figure(city, "cell", row=row)) for row in ROWS["table"]} == dict.fromkeys(
        ROWS["table"], (8, 0, 0, 0)
    )
    write_off(report_of(city.commune), {("cell", "a"): 1, ("cell_of", "a"): 4, ("cell", "total"): 1})
    answered = figure(city, "cell", row="a", origin="commune")
    assert (answered.total, counts(answered)) == (1, (3, 1, 1, 0))
    assert counts(figure(city, "cell", row="b", origin="commune")) == (3, 1, 1, 1)
    assert figure(city, "cell_share", row="a").reading == Decimal("0.3")
    assert figure(city, "cell_share", row="b").reading is None
    assert not is_kept("cell_share", row="")
    agree()


@pytest.mark.parametrize("part", ["cell", "cell_of", "only", "only_of"])
def test_a_ratio_of_which_the_form_asks_one_part_only_has_no_figure(city, part):
    enter_regime(without=[part])
    answers = {("cell", "a"): 1, ("cell_of", "a"): 4, ("only", ""): 1, ("only_of", ""): 4}
    write_off(report_of(city.commune), {cell: number for cell, number in answers.items() if cell[0] != part})
    assert not is_kept(f"{part.removesuffix('_of')}_share")
    agree()


def test_tasks_have_figures_only_where_somebody_answers_for_them(city):
    enter_regime()
    assert not is_kept("progress")
    write_off(report_of(city.department), {("progress", "T1"): 40})
    figures.fold_marked()
    assert set(Figure.objects.filter(indicator__code="progress").values_list("row", "scope", "origin")) == {
        ("T1", city.city.pk, origin) for origin in ("department", "all")
    }
    agree()


# Marks


def test_what_is_set_aside_marks_the_reports_that_ask_it_in_those_periods(city):
    enter_regime()
    write_off(report_of(city.commune), {"amount": 7})
    assert figure(city, "amount").total == 7
    aside = set_aside("amount", city.commune, HOLDS, city.approver)
    figures.mark(aside.indicator, aside.valid, unit=aside.unit)
    assert list(Mark.objects.values_list("form__code", "period__code", "unit")) == [
        ("BM-X", "2022-05", city.commune.pk)
    ]
    assert figure(city, "amount").total is None
    agree()


def test_a_source_marks_every_report_of_its_level_in_both_forms(city):
    enter_regime()
    write_off(report_of(city.commune), {"amount": 7})
    assert figure(city, "amount").total == 7
    source = name_source("amount", "commune", city.form)
    figures.mark(source.indicator, DateRange(None, FIRST_DAY), level="commune")
    assert not Mark.objects.exists()
    figures.mark(source.indicator, source.valid, level=source.level)
    assert set(Mark.objects.values_list("unit__code", flat=True)) == {"00001", "00004", "09619"}
    assert figure(city, "amount").total is None
    agree()


# Random cities

FATES = ("silent", "submitted", "checked", "approved", "returned", "amending", "amended")
NUMBERS = st.none() | st.sampled_from([Decimal(0), Decimal(1)]) | st.decimals(-(10**9), 10**9, places=2)
CONTENT = st.dictionaries(st.sampled_from(CELLS), NUMBERS, max_size=len(CELLS))
REPORT = st.tuples(st.sampled_from(FATES), CONTENT, CONTENT)
TREE = st.fixed_dictionaries(
    {
        "departments": st.lists(REPORT, max_size=2),
        "districts": st.lists(st.tuples(REPORT, st.lists(REPORT, max_size=2)), max_size=2),
    }
)
CODE = st.sampled_from(list(MEASURES))
WHO = st.integers(0, 9)
TERMS = st.fixed_dictionaries(
    {
        "asked_of": st.dictionaries(CODE, st.sets(WHO, min_size=1, max_size=4), max_size=4),
        "aside": st.dictionaries(st.tuples(CODE, WHO), st.booleans(), max_size=5),
        "sources": st.dictionaries(
            st.tuples(CODE, st.sampled_from(["department", "district", "commune"])),
            st.tuples(st.booleans(), st.booleans()),
            max_size=3,
        ),
    }
)


def by_hand(reports, is_asked):
    """The answers, and whose they are, that fates and contents give: by (scope, origin, code, row, state)."""
    above = {scope for unit, *_rest in reports for scope in unit.path[:-1]}
    asked, found = defaultdict(list), defaultdict(list)
    for unit, fate, first, later in reports:
        approved = first if fate in {"approved", "amending", "amended"} else None
        standing = {"silent": None, "returned": None, "amended": later}.get(fate, first)
        for code, one in MEASURES.items():
            parts = one.parts or (code,)
            if not all(is_asked(part, unit) for part in (code, *parts)):
                continue
            single = any(MEASURES[part].fold == "none" for part in parts)
            places = [(scope, o) for scope in unit.path for o in (["city"] if single else [unit.level, "all"])]
            for scope, origin in places:
                if scope in above:
                    for row in ROWS[rows_section(code)]:
                        said = [(content or {}).get((parts[0], row)) for content in (approved, standing)]
                        if rows_section(code) == "tasks" and said == [None, None]:
                            continue  # only who speaks of a task is expected to
                        asked[scope, origin, code, row].append((standing is not None, approved is not None))
                        for state, content in (("confirmed", approved), ("provisional", standing)):
                            numbers = tuple((content or {}).get((part, row)) for part in parts)
                            found[scope, origin, code, row, state].append(None if None in numbers else numbers)
    return asked, found


def read_by_hand(code, answers):
    """What a figure of these answers is to read; None where there are none, or too many."""
    one = MEASURES[code]
    parts = one.parts or (code,)
    if not answers or (len(answers) > 1 and any(MEASURES[part].fold == "none" for part in parts)):
        return None
    if not one.parts:
        return folds.over_units(SpaceFold(one.fold), [answer[0] for answer in answers])
    yes = [MEASURES[part].fold == "count" for part in parts]
    upper, lower = (
        sum(Decimal(answer[at] != 0) if yes[at] else answer[at] for answer in answers) for at in range(len(parts))
    )
    return upper / lower if lower else None


def rounded(number, code):
    """As it is read: what is divided has one decimal, half up."""
    if number is None or MEASURES[code].fold not in {"mean", "ratio"}:
        return number
    return number.quantize(Decimal("0.1"), ROUND_HALF_UP)


def place_units(city, tree):
    """Enter the units of a random tree; give them with their fates and contents, and the city's own as silent ones."""

    def place(level, kind, number, parent):
        unit = Unit.objects.create(
            level=level,
            kind=kind,
            code=f"{level}{number}",
            name=level,
            parent=parent,
            valid=DateRange(date(2021, 1, 1)),
        )
        unit.refresh_from_db()
        return unit

    reports = [
        (place("department", "department", number, city.city), *fate) for number, fate in enumerate(tree["departments"])
    ]
    for number, (own, communes) in enumerate(tree["districts"]):
        district = place("district", "rural_district", number, city.city)
        reports.append((district, *own))
        reports += [
            (place("commune", "commune", f"{number}-{one}", district), *fate) for one, fate in enumerate(communes)
        ]
    known = {unit.pk for unit, *_rest in reports}
    return reports + [(unit, "silent", {}, {}) for unit in Unit.objects.exclude(level="city").exclude(pk__in=known)]


@pytest.mark.django_db
@given(tree=TREE, terms=TERMS)
@settings(
    max_examples=int(os.environ.get("TREES", "12")),  # bench/proof_trees.py tries more
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_figures_are_what_any_other_way_of_adding_up_gives(city, tree, terms):
    figures.fold_marked()
    with transaction.atomic():
        reports = place_units(city, tree)
        units = [unit for unit, *_rest in reports]
        asked_of = {code: {units[at % len(units)] for at in who} for code, who in terms["asked_of"].items()}
        version = enter_regime(asked_of)
        aside = {(code, units[at % len(units)].pk): holds for (code, at), holds in terms["aside"].items()}
        for (code, unit), holds in aside.items():
            set_aside(code, Unit(pk=unit), HOLDS if holds else IS_OVER, city.approver)
        for (code, level), (ours, holds) in terms["sources"].items():
            name_source(code, level, version.form if ours else city.form, HOLDS if holds else IS_OVER)
        for unit, fate, first, later in reports:
            if fate != "silent" or first:
                write_off(report_of(unit), first, fate, later)
        agree()

        def is_asked(code, unit):
            ours, holds = terms["sources"].get((code, unit.level), (True, True))
            return (
                (code not in asked_of or unit in asked_of[code])
                and not aside.get((code, unit.pk))
                and (ours or not holds)
            )

        asked, found = by_hand(reports, is_asked)
        expected = {}
        for (scope, origin, code, row, state), given_or_not in found.items():
            answers = [answer for answer in given_or_not if answer is not None]
            submitted, approved = (sum(one) for one in zip(*asked[scope, origin, code, row], strict=True))
            read = approved if state == "confirmed" else submitted
            if answers or rows_section(code) != "tasks":
                expected[scope, origin, code, row, state] = (
                    *(len(given_or_not), submitted, approved, read - len(answers)),
                    rounded(read_by_hand(code, answers), code),
                )
        period = Period.objects.get(code="2022-05")
        stored = Figure.objects.filter(form=version.form, period=period).select_related("indicator")
        assert {
            (one.scope_id, one.origin, one.indicator.code, one.row, one.state): (*counts(one), one.reading)
            for one in stored
        } == expected
        transaction.set_rollback(True)
