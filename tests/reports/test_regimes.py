"""Forms, targets and tasks come in from files: whole, once, or not at all and with the place of what is wrong."""

import copy
import json
import re
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import override

from accounts.actions.founding import found
from accounts.labels import Kind
from accounts.models import Unit
from accounts.roles import Level
from reports import calendars, checks, formulas
from reports.actions import programme, regimes
from reports.models import Form, FormVersion, Indicator, Item, Respondent, Row, Rule, Target, Task, TaskGroup
from reports.periods import PeriodCode, WindowRule
from reports.targets import Comparator

FIXTURES = Path(settings.ROOT) / "fixtures"


def read(name):
    return json.loads((FIXTURES / name).read_text(encoding="utf-8"))


FILES = {path.stem: read(f"forms/{path.name}") for path in sorted((FIXTURES / "forms").glob("*.json"))}


@pytest.fixture
def units(db):
    """The real units and legal bases, and no form."""
    found(
        FIXTURES / "units/hanoi_units_2021-03-01.csv",
        FIXTURES / "units/hanoi_departments_2021.csv",
        since=date(2021, 3, 1),
    )
    regimes.enter_legal_bases(read("legal_bases.json"))


@pytest.fixture
def few_units(db):
    """The units that BM-03 and its changed forms name, and legal bases."""
    since = DateRange(date(2021, 1, 1), None)
    city = Unit.objects.create(level=Level.CITY, kind=Kind.CITY, code="01", name="Thành phố Hà Nội", valid=since)
    for code, name in (("STTTT", "Sở Thông tin và Truyền thông"), ("VPUBND", "Văn phòng"), ("SYT", "Sở Y tế")):
        Unit.objects.create(
            level=Level.DEPARTMENT, kind=Kind.DEPARTMENT, code=code, name=name, parent=city, valid=since
        )
    regimes.enter_legal_bases(read("legal_bases.json"))


@pytest.fixture
def seeded(db):
    call_command("seed", stdout=StringIO())


def refused(file):
    """The sentences, in English, with which a file is refused; nothing of it may remain."""
    before = (Form.objects.count(), Indicator.objects.count(), Item.objects.count())
    with override("en"), pytest.raises(ValidationError) as refusal:
        regimes.enter_form(file)
    assert (Form.objects.count(), Indicator.objects.count(), Item.objects.count()) == before
    return refusal.value.messages


def changed(form="BM-03", **parts):
    return {**copy.deepcopy(FILES[form]), **parts}


# What the portal holds on its first day


def test_seeding_loads_seven_forms_the_targets_and_the_tasks_of_the_programme(seeded):
    assert list(Form.objects.values_list("code", flat=True)) == [f"BM-0{number}" for number in range(1, 8)]
    assert Target.objects.count() == len(read("targets.json")) == 44
    assert TaskGroup.objects.count() == 7
    assert all(2 <= group.tasks.count() <= 3 for group in TaskGroup.objects.all())
    assert not Task.objects.filter(illustration=False).exists()
    assert set(Task.objects.values_list("lead__level", flat=True)) == {Level.DEPARTMENT}


def test_seeding_again_changes_nothing(seeded):
    tables = (FormVersion, Respondent, Row, Item, Item.asked_of.through, Rule, Indicator, Target, Task)
    before = [list(table.objects.order_by("pk").values()) for table in tables]
    call_command("seed", stdout=StringIO())
    assert [list(table.objects.order_by("pk").values()) for table in tables] == before


def test_seeding_asks_the_database_some_hundred_times_whatever_the_number_of_units(
    units, django_assert_max_num_queries
):
    with django_assert_max_num_queries(600):
        call_command("seed", stdout=StringIO())


def test_only_bm_01_is_periodic_for_it_alone_rests_on_a_normative_act(seeded):
    assert list(FormVersion.objects.filter(kind="periodic").values_list("form__code", flat=True)) == ["BM-01"]


def test_each_form_says_where_its_definitions_are_provisional(seeded):
    silent = FormVersion.objects.exclude(note__contains="tạm thời, chờ hướng dẫn")
    assert list(silent.values_list("form__code", flat=True)) == ["BM-01"]


DUE = (
    # form   level         period      due
    ("BM-01", "commune", "2022-Q2", "2022-06-16"),
    ("BM-01", "district", "2022-Q2", "2022-06-20"),
    ("BM-02", "commune", "2022-05", "2022-05-16"),
    ("BM-03", "department", "2022-Q2", "2022-06-20"),
    ("BM-04", "district", "2022-Q2", "2022-06-20"),
    ("BM-05", "commune", "2022-04", "2022-05-04"),
    ("BM-05", "department", "2022-04", "2022-05-05"),
    ("BM-06", "department", "2022-H1", "2022-06-21"),
    ("BM-07", "district", "2022-W19", "2022-05-16"),
)


def test_each_form_is_due_when_its_act_says(seeded):
    days_off = frozenset(day for day, working, _name in calendars.seed([2022]) if not working)
    due = []
    for form, level, period, _day in DUE:
        version = FormVersion.objects.get(form__code=form)
        rule = version.respondents.get(level=level).deadline_rule
        code = PeriodCode.parse(period)
        window = code.window(WindowRule(version.window_rule))
        instant = calendars.deadline(rule, code, window, calendars.WorkingCalendar(days_off))
        due.append((form, level, period, calendars.due_day(instant).isoformat()))
    assert tuple(due) == DUE


def test_the_weekly_form_is_due_on_monday_at_ten_and_is_not_signed(seeded):
    version = FormVersion.objects.get(form__code="BM-07")
    assert {(one.level, one.signed, str(one.due_time)) for one in version.respondents.all()} == {
        ("department", False, "10:00:00"),
        ("district", False, "10:00:00"),
    }
    assert [one.unit.code for one in version.named_units.all()] == ["VPUBND"]
    assert version.items.get(code="received").asked_of.count() == 30


def test_the_columns_of_bm_01_bear_the_numbers_of_the_official_form(seeded):
    items = Item.objects.filter(version__form__code="BM-01").exclude(number="")
    assert [item.number for item in items] == [f"({number})" for number in range(3, 14)]
    assert Row.objects.filter(section__version__form__code="BM-01", is_total=True).count() == 1


def test_the_economy_society_and_ranks_are_asked_of_their_lead_department_alone(seeded):
    asked = Item.objects.filter(version__form__code="BM-04", indicator__space_fold="none")
    assert asked.count() == 11
    assert {item.asked_of.count() for item in asked} == {1}


def test_the_targets_stand_in_the_order_of_the_programme(seeded):
    targets = list(Target.objects.select_related("indicator"))
    assert targets[0].indicator.code == "procedures_on_phone_share"
    assert targets[-1].year is None
    assert [target.position for target in targets] == sorted(target.position for target in targets)
    assert {target.comparator for target in targets} == {comparator.value for comparator in Comparator}


def test_targets_of_tables_read_the_total_row_and_e_government_is_due_before_2025(seeded):
    assert set(Target.objects.exclude(row="").values_list("indicator__code", "row")) == {
        ("reports_connected_share", "total"),
        ("databases_connected_share", "total"),
    }
    early = Target.objects.get(due_on__isnull=False)
    assert (early.indicator.code, early.year, early.due_on) == ("digital_government", 2025, date(2024, 12, 31))


@pytest.mark.parametrize("code", FILES)
def test_every_formula_of_a_form_can_be_computed_in_an_order(code):
    items = [item for section in FILES[code]["sections"] for item in section["items"]]
    specs = [
        checks.ItemSpec(item["code"], computed=formulas.compile(item["formula"]) if "formula" in item else None)
        for item in items
    ]
    assert {spec.code for spec in checks.order(specs)} == {item["code"] for item in items if "formula" in item}
    for rule in FILES[code]["rules"]:
        named = formulas.compile(rule["left"]).names | formulas.compile(rule["right"]).names
        assert named <= {item["code"] for item in items}


# A form is one file


@pytest.mark.parametrize("code", FILES)
def test_a_form_comes_out_as_the_file_it_was_entered_from(units, code):
    file = copy.deepcopy(FILES[code])
    assert regimes.export_form(regimes.enter_form(file)) == FILES[code]
    assert file == FILES[code]


def test_the_command_writes_a_form_that_it_can_enter_elsewhere(units, tmp_path):
    regimes.enter_form(FILES["BM-05"])
    written = StringIO()
    call_command("form", "--export", "BM-05", "--version", "1", stdout=written)
    path = tmp_path / "form.json"
    path.write_text(written.getvalue().replace("BM-05", "BM-95"), encoding="utf-8")
    said = StringIO()
    call_command("form", f"--import={path}", stdout=said)
    assert "is entered" in said.getvalue()
    elsewhere = regimes.export_form(FormVersion.objects.get(form__code="BM-95"))
    assert {**elsewhere, "code": "BM-05"} == FILES["BM-05"]
    call_command("form", f"--import={path}", stdout=said)
    assert "left as it is" in said.getvalue()


def test_the_command_refuses_what_it_cannot_read_or_find(units, tmp_path):
    with pytest.raises(CommandError, match="no form 'BM-99'"):
        call_command("form", "--export", "BM-99")
    path = tmp_path / "form.json"
    path.write_text("{", encoding="utf-8")
    with pytest.raises(CommandError, match="cannot be read as JSON"):
        call_command("form", f"--import={path}")
    path.write_text(json.dumps(changed(rules=[], colour="red")), encoding="utf-8")
    with override("en"), pytest.raises(CommandError, match="“colour” is no key here"):
        call_command("form", f"--import={path}")


def test_a_new_version_begins_where_the_old_one_ends_and_comes_out_with_its_last_period(few_units):
    first = regimes.enter_form(FILES["BM-03"])
    FormVersion.objects.filter(pk=first.pk).update(valid=DateRange(first.valid.lower, date(2021, 12, 15)))
    second = changed(version=FILES["BM-03"]["version"] | {"number": 2, "from": "2022-Q1", "until": "2022-Q4"})
    version = regimes.enter_form(second)
    assert version.valid == DateRange(date(2021, 12, 15), date(2022, 12, 15))
    assert regimes.export_form(version) == second
    assert regimes.export_form(first)["version"]["until"] == "2021-Q4"
    assert Indicator.objects.count() == len(FILES["BM-03"]["indicators"])


def test_a_draft_names_no_period(few_units):
    terms = {key: value for key, value in FILES["BM-03"]["version"].items() if key != "from"}
    version = regimes.enter_form(changed(version=terms))
    assert version.valid is None
    assert regimes.export_form(version)["version"] == terms


def test_a_version_that_does_not_watch_changes_says_so_in_its_file(few_units):
    terms = {**FILES["BM-03"]["version"], "change_percent": None}
    exported = regimes.export_form(regimes.enter_form(changed(version=terms)))["version"]
    assert exported == terms


# What is refused, and where


def test_versions_never_overlap(few_units):
    regimes.enter_form(FILES["BM-03"])
    (said,) = refused(changed(version=FILES["BM-03"]["version"] | {"number": 2, "from": "2022-Q1"}))
    assert said == "Version: Another version of the form already holds for some of these periods."


def test_a_file_does_not_change_who_owns_a_form(few_units):
    regimes.enter_form(FILES["BM-03"])
    terms = {**FILES["BM-03"]["version"], "number": 2}
    del terms["from"]
    (said,) = refused(changed(version=terms, owner={**FILES["BM-03"]["owner"], "unit": "SYT"}))
    assert said.startswith("Owner: The form belongs to Sở Thông tin và Truyền thông.")


def test_unknown_and_missing_keys_and_wrong_types_are_all_told_at_once(few_units):
    file = changed(colour="red", respondents=[{"level": "department", "working_days": "4"}])
    file["sections"][1]["items"][2]["color"] = "red"
    del file["sections"][0]["title"]
    said = refused(file)
    assert "respondents 1, working_days: a whole number belongs here." in said
    assert "sections 1: the key “title” is missing." in said
    assert any(one.startswith("The file: “colour” is no key here.") for one in said)
    assert any(one.startswith("sections 2, items 3: “color” is no key here. The keys are code, kind,") for one in said)


def in_item(section, number, **keys):
    def change(file):
        item = file["sections"][section - 1]["items"][number - 1]
        item |= keys
        for key in [key for key, value in keys.items() if value is None]:
            del item[key]

    return change


def in_version(**keys):
    return lambda file: file["version"].update(keys)


def in_rule(**keys):
    return lambda file: file["rules"][0].update(keys)


def in_indicator(number, **keys):
    return lambda file: file["indicators"][number - 1].update(keys)


def in_respondent(**keys):
    return lambda file: file["respondents"][0].update(keys)


ROW = {"code": "a", "title": "A"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (in_version(basis="1/QĐ"), "Version, basis: No act has the number “1/QĐ”."),
        (in_version(kind="odd"), "Version, kind: Value 'odd' is not a valid choice."),
        (in_version(kind="periodic", basis=None), "Version: A periodic form names its legal basis"),
        (in_version(**{"from": "2021-07"}), "Version, from: “2021-07” is no period of this form's frequency."),
        (in_version(**{"from": "soon"}), "Version, from: “soon” is not a period"),
        (in_version(until="2021-Q2"), "Version, until: The last period lies before the first."),
        (
            in_indicator(1, window_rule="calendar"),
            "Section 1, item “planned”: The indicator “inspections_planned” has another data window than the form.",
        ),
        (lambda file: file["owner"].update(unit="NOBODY"), "Owner: No unit in force has the code “NOBODY”."),
        (lambda file: file["owner"].update({"from": "today"}), "Owner, from: “today” is no day."),
        (lambda file: file.update(named_units=[{"unit": "X"}]), "Named units: No unit in force has the code “X”."),
        (in_respondent(level="planet"), "Respondents of the level “planet”, level: Value 'planet' is not a valid"),
        (in_respondent(working_days=0), "Respondents of the level “department”: A deadline is a fixed day, or at"),
        (lambda file: file["respondents"].append(file["respondents"][0]), "The level of respondents “department” st"),
        (in_indicator(1, space_fold="odd"), "Indicator “inspections_planned”, space_fold: Value 'odd' is not a"),
        (in_indicator(8, numerator="nothing"), "Indicator “inspections_wholly_digital_share”: its part “nothing”"),
        (in_item(1, 1, indicator="odd"), "Section 1, item “planned”: The indicator “odd” is unknown."),
        (in_item(1, 1, indicator=None), "Section 1, item “planned”: A number is of an indicator; a choice, a text"),
        (in_item(1, 1, code="sum"), "Section 1, item “sum”: No formula can name this code."),
        (in_item(1, 2, code="planned"), "The code of an item “planned” stands in the file more than once."),
        (in_item(1, 2, indicator="inspections_planned"), "The indicator of an item “inspections_planned” stands in"),
        (in_item(1, 1, asked_of=["SYT", "X"]), "Section 1, item “planned”: No unit in force has the code “X”."),
        (in_item(1, 1, options=["Có"]), "Section 1, item “planned”: A choice offers at least one answer, and"),
        (in_item(2, 7, formula="planned"), "Section 2, item “systems”: Only numbers are computed"),
        (in_item(2, 5, formula="planned"), "Section 2, item “wholly_digital_share”: Only numbers are computed"),
        (in_item(1, 3, formula="planned + "), "Section 1, item “inspections”, at character 11 of the formula: "),
        (
            in_item(1, 3, formula="planned + odd"),
            "Section 1, item “inspections”, at character 11 of the formula: “odd” is no number that this form asks.",
        ),
        (
            in_item(1, 3, formula="sum(planned)"),
            "Section 1, item “inspections”, at character 5 of the formula: “planned” has no rows that could be added.",
        ),
        (
            in_item(1, 3, formula="planned[total]"),
            "Section 1, item “inspections”, at character 1 of the formula: “planned” has no row “total”.",
        ),
        (in_item(1, 1, formula="inspections"), "in a circle: "),
        (in_rule(left="digital_share"), "Rule “digital_adds_up”, left, at character 1 of the formula: “digital_share”"),
        (in_rule(operator="=="), "Rule “digital_adds_up”: “==” is no relation."),
        (in_rule(left="planned + 1", operator="<", right="0"), "Rule “digital_adds_up”: No answers could ever satisf"),
        (in_rule(severity="fatal"), "Rule “digital_adds_up”, severity: Value 'fatal' is not a valid choice."),
        (lambda file: file["sections"][0].update(shape="table"), "Section 1: A table has at least one row beside its"),
        (lambda file: file["sections"][0].update(rows=[ROW]), "Section 1: Only a table has fixed rows."),
        (
            lambda file: file["sections"][0].update(shape="heap"),
            "Section 1, shape: Value 'heap' is not a valid choice.",
        ),
        (
            lambda file: file["sections"][0].update(shape="table", rows=[ROW, ROW]),
            "Section 1: The row “a” stands there more than once.",
        ),
    ],
)
def test_a_bad_file_is_refused_with_a_sentence_that_says_where(few_units, change, said):
    file = changed()
    change(file)
    assert any(said in one for one in refused(file))


def test_a_deadline_leaves_a_working_day_after_the_data_window(few_units):
    (said,) = refused(changed(respondents=[{"level": "department", "day_of_month": 14}]))
    assert said.startswith("Respondents of the level “department”: ")


def test_a_weekly_form_is_not_due_on_a_day_of_a_month(units):
    (said,) = refused(changed("BM-07", respondents=[{"level": "district", "day_of_month": 20}]))
    assert said.startswith("Respondents of the level “district”: A weekly form is due working days after its window")


def test_an_indicator_that_exists_with_another_meaning_is_not_used_again(few_units):
    regimes.enter_form(FILES["BM-03"])
    file = changed(code="BM-93")
    file["indicators"][0]["time_fold"] = "last"
    (said,) = refused(file)
    assert said == (
        "Indicator “inspections_planned” exists with another meaning: its fold over time is “sum”, not “last”."
        " Give the new one a code of its own."
    )


def test_an_indicator_of_another_form_is_used_again_under_the_name_it_has(few_units):
    regimes.enter_form(FILES["BM-03"])
    file = changed(code="BM-93")
    file["indicators"][0]["name"] = "Another name"
    version = regimes.enter_form(file)
    assert version.items.get(code="planned").indicator.name == "Cuộc kiểm tra theo kế hoạch"


def test_a_retired_indicator_is_not_asked_again(few_units):
    regimes.enter_form(FILES["BM-03"])
    Indicator.objects.filter(code="inspections_planned").update(retired_on=date(2022, 1, 1))
    (said,) = refused(changed(code="BM-93"))
    assert said == "Section 1, item “planned”: The indicator “inspections_planned” is retired."


def test_a_target_of_an_unknown_indicator_is_refused(few_units):
    with (
        override("en"),
        pytest.raises(ValidationError, match=re.escape("Target 1: “procedures_on_phone_share” is unknown.")),
    ):
        regimes.enter_targets(read("targets.json")[:1])


def test_a_task_led_by_an_unknown_unit_or_due_before_it_starts_is_refused(units):
    groups = read("tasks.json")
    task = groups[0]["tasks"][0]
    with (
        override("en"),
        pytest.raises(ValidationError, match=re.escape("Task “NV-1.1”: No unit in force has the code “X”.")),
    ):
        programme.enter_tasks([{"name": "A", "tasks": [task | {"lead": "X"}]}])
    with (
        override("en"),
        pytest.raises(ValidationError, match=re.escape("Task “NV-1.1”: A task is due after it starts.")),
    ):
        programme.enter_tasks([{"name": "A", "tasks": [task | {"due_on": "2021-01-01"}]}])
    with override("en"), pytest.raises(ValidationError, match=re.escape("Task “NV-1.1”: “soon” is no day.")):
        programme.enter_tasks([{"name": "A", "tasks": [task | {"starts_on": "soon"}]}])
    assert not Task.objects.exists()


def test_a_form_names_units_as_they_stand_on_its_first_day(few_units):
    ended = Unit.objects.get(code="SYT")
    Unit.objects.filter(pk=ended.pk).update(valid=DateRange(date(2021, 1, 1), date(2021, 6, 1)))
    file = changed()
    file["sections"][0]["items"][0]["asked_of"] = ["SYT"]
    assert refused(file) == ["Section 1, item “planned”: No unit in force has the code “SYT”."]
    successor = Unit.objects.create(
        level=ended.level,
        kind=ended.kind,
        code="SYT",
        name="Sở Y tế mới",
        parent=ended.parent,
        valid=DateRange(date(2021, 6, 1), None),
    )
    version = regimes.enter_form(file)
    assert version.items.get(code="planned").asked_of.get() == successor
