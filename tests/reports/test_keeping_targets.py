"""Targets and indicators are kept by administrators, in words that say how to mend what is wrong."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from reports.actions import targets
from reports.models import Indicator, LegalBasis, Target
from tests.city import NOW

SHARE = "work_dossiers_online_share"


@pytest.fixture
def target(city):
    """A new target that stands: all levels by 2028."""
    return Target(
        indicator=Indicator.objects.get(code=SHARE),
        origin="all",
        year=2028,
        comparator=">=",
        low=Decimal(85),
        basis=LegalBasis.objects.get(number="4098/QĐ-UBND"),
    )


MILESTONE = {"comparator": "milestone", "low": None, "words": "Hoàn thành"}


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"comparator": "between", "high": Decimal(90)},
        {"comparator": "rank<=", "low": Decimal(3)},
        {"year": None, "due_on": date(2024, 12, 31)},
        MILESTONE,
        MILESTONE | {"year": None},
        MILESTONE | {"reached_on": NOW.date(), "document": "12/QĐ-UBND"},
    ],
)
def test_an_administrator_sets_a_target(city, target, facts):
    vars(target).update(facts)
    targets.save_target(target, by=city.administrator, at=NOW)
    stored = Target.objects.get(pk=target.pk)
    assert all(getattr(stored, name) == value for name, value in facts.items())


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"low": None}, "low"),
        ({"high": Decimal(90)}, "high"),
        ({"comparator": "between"}, "high"),
        ({"comparator": "between", "high": Decimal(80)}, "high"),
        ({"comparator": "rank<=", "low": Decimal("2.5")}, "low"),
        ({"comparator": "rank<=", "low": Decimal(0)}, "low"),
        ({"year": None}, "year"),
        ({"year": 1999}, "year"),
        ({"due_on": date(2029, 1, 1)}, "due_on"),
        ({"row": "nothing"}, "row"),
        ({"reached_on": NOW.date(), "document": "1"}, "reached_on"),
        (MILESTONE | {"words": " "}, "words"),
        (MILESTONE | {"low": Decimal(1)}, "low"),
        (MILESTONE | {"reached_on": date(2022, 5, 17), "document": "1"}, "reached_on"),
        (MILESTONE | {"reached_on": NOW.date()}, "document"),
        (MILESTONE | {"document": "1"}, "reached_on"),
    ],
)
def test_a_target_that_cannot_stand_is_refused_at_its_field(city, target, facts, field):
    vars(target).update(facts)
    with pytest.raises(ValidationError) as refused:
        targets.save_target(target, by=city.administrator, at=NOW)
    assert list(refused.value.message_dict) == [field]


def test_no_new_target_is_set_for_a_retired_indicator(city, target):
    target.indicator.retired_on = NOW.date()
    with pytest.raises(ValidationError) as refused:
        targets.save_target(target, by=city.administrator, at=NOW)
    assert list(refused.value.message_dict) == ["indicator"]


@pytest.mark.parametrize("person", ["approver", "observer", "inspector", "reporter"])
def test_nobody_else_keeps_targets_or_indicators(city, target, person):
    with pytest.raises(PermissionDenied):
        targets.save_target(target, by=getattr(city, person), at=NOW)
    with pytest.raises(PermissionDenied):
        targets.save_indicator(target.indicator, by=getattr(city, person), at=NOW)


# In the admin site


def test_an_administrator_changes_a_target_in_the_admin_site_and_is_told_what_is_wrong(city, signed_in):
    one = Target.objects.get(indicator__code=SHARE, origin="commune", year=2025)
    client, page = signed_in(city.administrator), reverse("admin:reports_target_change", args=[one.pk])
    fields = {
        "indicator": one.indicator_id,
        "origin": "commune",
        "comparator": ">=",
        "year": 2025,
        "basis": one.basis_id,
        "position": one.position,
    }
    assert client.post(page, fields | {"low": "65"}).status_code == 302
    one.refresh_from_db()
    assert one.low == 65
    refused = client.post(page, fields | {"low": "65", "high": "70"})
    assert list(refused.context["adminform"].form.errors) == ["high"]


def test_of_an_indicator_its_name_changes_and_its_meaning_does_not(city, signed_in):
    one = Indicator.objects.get(code=SHARE)
    page = reverse("admin:reports_indicator_change", args=[one.pk])
    inline = {"targets-TOTAL_FORMS": 0, "targets-INITIAL_FORMS": 0}
    fields = {"name": "Tên mới", "better": "higher", "retired_on": "2026-01-01", "code": "other", "decimals": 3}
    assert signed_in(city.administrator).post(page, fields | inline).status_code == 302
    stored = Indicator.objects.get(pk=one.pk)
    assert (stored.name, stored.better, stored.retired_on) == ("Tên mới", "higher", date(2026, 1, 1))
    assert (stored.code, stored.decimals) == (one.code, one.decimals)
