"""Designing forms: drafts are drawn and refused at the place of each fault, and hold from a named period on."""

from copy import deepcopy
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.refusals import Refused
from reports.actions import designing, opening, regimes
from reports.actions.designing import design_of
from reports.checks import NO_HISTORY, Answer, Cell
from reports.models import Form, FormVersion, Indicator, Item, LegalBasis, Report
from tests.city import NOW

TERMS = {"frequency": "month", "window_rule": "calendar"}


def item(code, **more):
    usual = {
        "code": code, "kind": "number", "indicator": code, "title": "", "number": "", "required": True, "formula": "",
        "guidance": "", "detail": False, "negative": False, "options": [], "asked_of": [],
    }  # fmt: skip
    return usual | more


def indicator(code, **more):
    usual = {
        "code": code, "name": code.title(), "unit_of_measure": "hồ sơ", "decimals": 0, "space_fold": "sum",
        "time_fold": "sum", "window_rule": "calendar", "better": "neither", "numerator": None, "denominator": None,
    }  # fmt: skip
    return usual | more


def section(*items, **more):
    usual = {
        "title": "Số liệu", "guidance": "", "shape": "lines", "rows_across": False, "rows_title": "", "rows": [],
        "items": list(items),
    }  # fmt: skip
    return usual | more


def respondent(level="commune", **more):
    usual = {
        "level": level, "everyone": True, "signed": True, "checked_above": False, "synthesised": False,
        "working_days": 3,
        "day_of_month": None, "months_after": 0, "due_time": None,
    }  # fmt: skip
    return usual | more


def rule(code, left, operator, right, **more):
    return {
        "code": code, "left": left, "operator": operator, "right": right, "severity": "error",
        "message": "Số liệu chưa khớp.",
    } | more  # fmt: skip


@pytest.fixture
def draft(city):
    """The draft of a new form of the owner's."""
    return designing.create_form(
        "BM-90", "Báo cáo mới", owner=city.owner, stand_in=city.stand_in, by=city.administrator, at=NOW
    )


@pytest.fixture
def drawn(draft):
    """A small design for it: received = online + paper, asked of the communes every month."""
    design = design_of(draft)
    design["version"] |= TERMS
    design["respondents"] = [respondent()]
    design["indicators"] = [indicator("received"), indicator("online"), indicator("paper")]
    design["sections"] = [section(item("online"), item("paper"), item("received", formula="online + paper"))]
    design["rules"] = [rule("some_online", "online", "<=", "received")]
    return design


def save(city, draft, design, **more):
    return designing.save_draft(draft, design, by=city.administrator, at=NOW, **more)


def put_in_force(city, draft, period="2022-06"):
    return designing.put_in_force(draft, period, by=city.administrator, at=NOW)


def refused(city, draft, design):
    """What a save is refused with, by place."""
    with pytest.raises(ValidationError) as refusal:
        save(city, draft, design)
    return refusal.value.message_dict


def test_what_is_drawn_is_stored_as_it_was_drawn(city, draft, drawn):
    drawn["sections"].append(
        section(
            item("handled", indicator="handled"),
            shape="table",
            title="Theo lĩnh vực",
            rows=[
                {"code": "land", "title": "Đất đai", "is_total": False},
                {"code": "all", "title": "Tổng số", "is_total": True},
            ],
        )
    )
    drawn["indicators"].append(indicator("handled"))
    drawn["sections"][0]["items"].append(
        item("mood", kind="choice", indicator=None, title="Đánh giá", options=["Tốt", "Chưa tốt"], asked_of=["00001"])
    )
    drawn["named_units"] = [{"unit": "00004", "excluded": True}]
    save(city, draft, drawn)
    stored = design_of(draft)
    assert {**stored, "indicators": sorted(one["code"] for one in stored["indicators"])} == {
        **drawn,
        "indicators": ["handled", "online", "paper", "received"],
    }
    again = deepcopy(stored)
    again["sections"].reverse()
    again["sections"][1]["items"].reverse()
    save(city, draft, again)
    assert [one["code"] for part in design_of(draft)["sections"] for one in part["items"]] == [
        "handled", "mood", "received", "paper", "online",
    ]  # fmt: skip


def test_nobody_but_an_administrator_designs(city, draft, drawn):
    for call in (
        lambda: designing.save_draft(draft, drawn, by=city.approver, at=NOW),
        lambda: designing.new_version(city.form, by=city.approver, at=NOW),
        lambda: designing.put_in_force(draft, "2022-06", by=city.approver, at=NOW),
        lambda: designing.retire(city.version, "2022-06", by=city.approver, at=NOW),
        lambda: designing.discard_draft(draft, by=city.approver, at=NOW),
        lambda: designing.create_form("BM-91", "x", owner=city.owner, stand_in=city.stand_in, by=city.approver, at=NOW),
    ):
        with pytest.raises(PermissionDenied):
            call()
    assert FormVersion.objects.filter(form=draft.form).exists()


def test_a_form_has_a_code_of_its_own_and_another_unit_for_the_owners_reports(city, draft):
    with pytest.raises(ValidationError) as refusal:
        designing.create_form("bm-90", " ", owner=city.owner, stand_in=city.owner, by=city.administrator, at=NOW)
    assert set(refusal.value.message_dict) == {"code", "title", "stand_in"}


ONE = ("sections", 0, "items", 2, "formula")


@pytest.mark.parametrize(
    ("formula", "says"),
    [
        ("online + nothing", "At character 10, “nothing”"),
        ("online + + paper", "At character 10, “+ paper”"),
        ("online +", "At the end of the formula"),
        ("online + received", "in a circle: received → received"),
        ("sum(online)", "“online” has no rows"),
        ("online[land]", "“online” has no row “land”"),
        ("secret(online)", "At character 1, “secret(onlin…”"),
    ],
)
def test_a_formula_is_refused_at_its_place_and_character(city, draft, drawn, formula, says):
    drawn["sections"][0]["items"][2]["formula"] = formula
    drawn["rules"] = []
    with_english(city, draft, drawn, "sections.0.items.2.formula", says)


def with_english(city, draft, design, place, says):
    """The refusal has one sentence at that place that says this, in the source language."""
    from django.utils import translation

    with translation.override("en"):
        found = refused(city, draft, design)
    assert list(found) == [place], found
    assert says in found[place][0]


def test_computed_items_need_one_another_in_no_circle(city, draft, drawn):
    drawn["sections"][0]["items"][0]["formula"] = "received - paper"
    with_english(city, draft, drawn, "sections.0.items.0.formula", "in a circle")


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda one: one["sections"][0]["items"][0].update(code="sum"), "sections.0.items.0.code"),
        (lambda one: one["sections"][0]["items"][0].update(code="Có dấu"), "sections.0.items.0.code"),
        (lambda one: one["sections"][0]["items"][0].update(indicator=None), "sections.0.items.0.indicator"),
        (lambda one: one["sections"][0]["items"][0].update(indicator="unknown"), "sections.0.items.0.indicator"),
        (lambda one: one["sections"][0]["items"][1].update(indicator="online"), "sections.0.items.1.indicator"),
        (lambda one: one["sections"][0]["items"][0].update(indicator="documents_in"), "sections.0.items.0.indicator"),
        (lambda one: one["sections"][0]["items"][0].update(options=["Có"]), "sections.0.items.0.options"),
        (lambda one: one["sections"][0]["items"][0].update(asked_of=["XYZ"]), "sections.0.items.0.asked_of"),
        (lambda one: one["sections"][0].update(title=""), "sections.0.title"),
        (lambda one: one["sections"][0].update(shape="circle"), "sections.0.shape"),
        (lambda one: one["rules"].append(rule("some_online", "online", "<=", "received")), "rules.1.code"),
        (lambda one: one["rules"][0].update(message=""), "rules.0.message"),
        (lambda one: one["rules"][0].update(right="received / 0 -"), "rules.0.right"),
        (lambda one: one["indicators"][0].update(code="Received!"), "indicators.0.code"),
        (lambda one: one["indicators"].append(indicator("documents_in")), "indicators.3.code"),
        (lambda one: one["indicators"][0].update(space_fold="ratio"), "indicators.0.numerator"),
        (lambda one: one["version"].update(title=""), "version.title"),
        (lambda one: one["version"].update(kind="periodic"), "version.basis"),
        (lambda one: one["version"].update(basis="1/QĐ"), "version.basis"),
        (lambda one: one["version"].update(frequency="week", window_rule="decree"), "version.window_rule"),
        (lambda one: one["respondents"].append(respondent()), "respondents.1.level"),
        (lambda one: one["respondents"][0].update(day_of_month=5), "respondents.0.working_days"),
        (lambda one: one["respondents"][0].update(working_days=None), "respondents.0.working_days"),
        (lambda one: one["respondents"][0].update(working_days=0), "respondents.0.working_days"),
        (lambda one: one["respondents"][0].update(due_time="25:00"), "respondents.0.due_time"),
        (lambda one: one.update(named_units=[{"unit": "XYZ", "excluded": False}]), "named_units.0.unit"),
    ],
)
def test_each_fault_is_told_at_its_place(city, draft, drawn, change, place):
    change(drawn)
    assert place in refused(city, draft, drawn)
    assert not Item.objects.filter(version=draft).exists()
    assert not Indicator.objects.filter(code="received").exists()


def test_codes_of_items_are_given_once_and_a_table_has_one_total(city, draft, drawn):
    rows = [{"code": "all", "title": "Tổng", "is_total": True}, {"code": "sum_2", "title": "Cộng", "is_total": True}]
    drawn["indicators"].append(indicator("other"))
    drawn["sections"].append(
        section(item("online", indicator="other"), shape="table", rows=[*rows, rows[0] | {"is_total": False}])
    )
    drawn["rules"] = []
    assert set(refused(city, draft, drawn)) == {
        "sections.1.items.0.code",
        "sections.1.rows.1.is_total",
        "sections.1.rows.2.code",
    }


@pytest.mark.parametrize(
    ("left", "operator", "right", "never"),
    [
        ("online", "<", "0", True),
        ("online + 1", "<=", "0 - paper", True),
        ("online", "<", "online", True),
        ("gap", "<", "0", False),
        ("moved", "<", "0", False),
        ("online", "<=", "received", False),
        ("online / 0", "<", "0", False),
    ],
)
def test_a_rule_that_can_never_hold_is_refused(city, draft, drawn, left, operator, right, never):
    drawn["indicators"] += [indicator("gap"), indicator("moved")]
    drawn["sections"][0]["items"] += [item("gap", formula="online - paper"), item("moved", negative=True)]
    drawn["rules"] = [rule("odd", left, operator, right)]
    if never:
        assert list(refused(city, draft, drawn)) == ["rules.0.left"]
    else:
        assert save(city, draft, drawn).rules.count() == 1


def test_a_division_by_zero_is_unknown_and_breaks_nothing(city, draft, drawn):
    drawn["sections"][0]["items"][2]["formula"] = "online / (paper - paper)"
    built = designing.build(draft, drawn, designing.Known.on(NOW.date()))
    cells = {Cell("online"): Answer(Decimal(4)), Cell("paper"): Answer(Decimal(2))}
    assert built.terms.computed({cell: one.number for cell, one in cells.items()}, NO_HISTORY) == {
        Cell("received"): None
    }
    assert built.terms.problems(cells, NO_HISTORY) == []
    save(city, draft, drawn)


@pytest.mark.parametrize(
    ("terms", "deadline", "place"),
    [
        ({"window_rule": "calendar"}, {"working_days": None, "day_of_month": 20}, "respondents.0.day_of_month"),
        ({"window_rule": "calendar"}, {"working_days": None, "day_of_month": 1, "months_after": 1}, None),
        ({"window_rule": "calendar"}, {"working_days": None, "day_of_month": 10, "months_after": 1}, None),
        ({"window_rule": "calendar", "shift": "previous"},
         {"working_days": None, "day_of_month": 2, "months_after": 1}, "respondents.0.day_of_month"),
        ({"frequency": "week"}, {"working_days": None, "day_of_month": 20}, "respondents.0.day_of_month"),
    ],
)  # fmt: skip
def test_a_deadline_before_the_end_of_a_coming_window_is_refused(city, draft, drawn, terms, deadline, place):
    drawn["version"] |= terms
    drawn["respondents"][0] |= deadline
    if place:
        assert list(refused(city, draft, drawn)) == [place]
    else:
        assert save(city, draft, drawn).respondents.count() == 1


def test_a_new_indicator_may_change_its_meaning_until_something_else_rests_on_it(city, draft, drawn):
    save(city, draft, drawn)
    design = design_of(draft)
    online = next(one for one in design["indicators"] if one["code"] == "online")
    online["decimals"] = 2
    save(city, draft, design)
    assert Indicator.objects.get(code="online").decimals == 2
    put_in_force(city, draft)
    second = designing.new_version(draft.form, copy_of=draft, by=city.administrator, at=NOW)
    assert design_of(second)["indicators"] == []
    again = design_of(second) | {"indicators": [online | {"decimals": 3}]}
    assert list(refused(city, second, again)) == ["indicators.0.code"]


def test_a_ratio_is_described_with_its_two_parts(city, draft, drawn):
    share = {"space_fold": "ratio", "numerator": "online", "denominator": "received", "unit_of_measure": "%"}
    drawn["indicators"].insert(0, indicator("share", **share))
    drawn["sections"][0]["items"].append(item("share", required=False))
    save(city, draft, drawn)
    share = Indicator.objects.select_related("numerator", "denominator").get(code="share")
    assert (share.numerator.code, share.denominator.code) == ("online", "received")
    save(city, draft, design_of(draft) | {"rules": []})
    drawn["sections"][0]["items"][2]["formula"] = "online + share"
    assert "sections.0.items.2.formula" in refused(city, draft, drawn)


def test_of_two_who_save_one_draft_the_second_is_told(city, draft, drawn):
    seen = designing.digest(design_of(draft))
    save(city, draft, drawn, seen=seen)
    with pytest.raises(Refused) as refusal:
        save(city, draft, drawn, seen=seen)
    assert refusal.value.code == "changed_meanwhile"


def test_a_draft_in_force_opens_its_periods_and_a_version_in_use_is_left_alone(city, draft, drawn):
    save(city, draft, drawn)
    assert put_in_force(city, draft).valid.lower == date(2022, 6, 1)
    opening.open_due_periods(at=NOW)
    assert not Report.objects.filter(form=draft.form).exists()
    opening.open_due_periods(at=NOW.replace(month=6, day=1))
    report = Report.objects.get(form=draft.form, unit=city.commune)
    assert report.period.code == "2022-06"
    with pytest.raises(Refused) as refusal:
        save(city, draft, drawn)
    assert refusal.value.code == "in_force"
    with pytest.raises(Refused), transaction.atomic():
        designing.discard_draft(draft, by=city.administrator, at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Item.objects.filter(version=draft).update(title="Khác")


def test_what_a_form_in_force_needs_is_asked_when_it_is_put_into_force(city, draft):
    with pytest.raises(ValidationError) as refusal:
        put_in_force(city, draft)
    assert set(refusal.value.message_dict) == {"respondents", "sections"}


@pytest.mark.parametrize("period", ["", "juni", "2022", "2022-W20", "2022-Q3", "2022-13"])
def test_a_version_begins_at_a_period_of_its_own(city, draft, drawn, period):
    save(city, draft, drawn)
    with pytest.raises(ValidationError) as refusal:
        put_in_force(city, draft, period)
    assert list(refusal.value.message_dict) == ["period"]


def test_the_version_before_ends_where_the_next_begins(city):
    second = designing.new_version(city.form, copy_of=city.version, by=city.administrator, at=NOW)
    assert second.number == 2
    assert design_of(second) == design_of(city.version)
    found = designing.consequence(second, "2022-07", by=city.administrator, at=NOW)
    assert (found.ends, found.opens_at_once) == (city.version, [])
    assert [one.code.code for one in found.ahead][:2] == ["2022-07", "2022-08"]
    put_in_force(city, second, "2022-07")
    city.version.refresh_from_db()
    assert city.version.valid.upper == second_lower(second) == date(2022, 6, 15)


def second_lower(version):
    version.refresh_from_db()
    return version.valid.lower


def test_versions_never_overlap(city):
    second = designing.new_version(city.form, copy_of=city.version, by=city.administrator, at=NOW)
    third = designing.new_version(city.form, copy_of=city.version, by=city.administrator, at=NOW)
    put_in_force(city, second, "2022-09")
    for period in ("2022-08", "2022-09"):
        with pytest.raises(ValidationError) as refusal:
            put_in_force(city, third, period)
        assert list(refusal.value.message_dict) == ["period"]
    with pytest.raises(ValidationError):
        designing.retire(city.version, "2022-12", by=city.administrator, at=NOW)
    assert put_in_force(city, third, "2022-10").valid.lower == date(2022, 9, 15)


def test_a_period_that_was_opened_keeps_its_version(city):
    second = designing.new_version(city.form, copy_of=city.version, by=city.administrator, at=NOW)
    for period in ("2022-04", "2022-05"):
        with pytest.raises(ValidationError) as refusal:
            put_in_force(city, second, period)
        assert list(refusal.value.message_dict) == ["period"]
    with pytest.raises(ValidationError):
        designing.retire(city.version, "2022-04", by=city.administrator, at=NOW)


def test_a_version_is_retired_after_its_last_period(city):
    ended = designing.retire(city.version, "2022-06", by=city.administrator, at=NOW)
    assert ended.valid.upper == date(2022, 6, 15)
    opening.open_due_periods(at=NOW.replace(month=8))
    assert Report.objects.filter(form=city.form).order_by("-period__first_day")[0].period.code == "2022-06"
    with pytest.raises(ValidationError):
        designing.retire(city.version, "2021-03", by=city.administrator, at=NOW)


def test_what_would_open_at_once_is_told_before(city, draft, drawn):
    save(city, draft, drawn)
    found = designing.consequence(draft, "2022-03", by=city.administrator, at=NOW)
    assert [code.code for code in found.opens_at_once] == ["2022-03", "2022-04", "2022-05"]
    assert found.ends is None


def test_a_periodic_form_rests_on_an_act(city, draft, drawn):
    drawn["version"] |= {"kind": "periodic", "basis": LegalBasis.objects.first().number}
    assert save(city, draft, drawn).basis is not None


def test_a_draft_is_thrown_away_and_a_form_without_versions_with_it(city, draft, drawn):
    save(city, draft, drawn)
    designing.discard_draft(draft, by=city.administrator, at=NOW)
    assert not Form.objects.filter(code="BM-90").exists()
    second = designing.new_version(city.form, by=city.administrator, at=NOW)
    designing.discard_draft(second, by=city.administrator, at=NOW)
    assert list(city.form.versions.all()) == [city.version]


def test_a_file_is_taken_in_as_a_draft(city, draft, drawn):
    save(city, draft, drawn)
    file = regimes.export_form(draft)
    second = designing.import_draft(file, by=city.administrator, at=NOW)
    assert (second.form, second.number, second.valid) == (draft.form, 2, None)
    third = designing.import_draft({**file, "code": "BM-92"}, by=city.administrator, at=NOW)
    assert third.form.code == "BM-92"
    for wrong in ([], {}, {"code": "BM-93", "version": {}}, {**file, "code": "BM-93", "rules": "none"}):
        with pytest.raises(ValidationError):
            designing.import_draft(wrong, by=city.administrator, at=NOW)
    assert not Form.objects.filter(code="BM-93").exists()
