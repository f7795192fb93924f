"""What a process keeps for good: only what was committed, only so much, and never past a change that matters."""

import pytest
from django.db import transaction

from reports import content
from reports.checks import Cell
from reports.models import Indicator, Item, NotApplicable
from reports.shelf import Shelf
from reports.terms import Terms
from reports.workflow import Action
from tests.city import NOW


@pytest.fixture
def shelf():
    return Shelf(most=2)


def test_a_thing_is_kept_once_its_transaction_is_committed(shelf, transactional_db):
    with transaction.atomic():
        shelf.keep("a", 1)
        assert shelf.get("a") is None
    assert shelf.get("a") == 1


def test_what_is_rolled_back_is_never_kept(shelf, transactional_db):
    with transaction.atomic():
        shelf.keep("a", 1)
        transaction.set_rollback(True)
    assert shelf.get("a") is None


def test_the_oldest_makes_room_for_the_newest(shelf, transactional_db):
    for number, key in enumerate("abac"):
        shelf.keep(key, number)
    assert [shelf.get(key) for key in "abc"] == [2, None, 3]


def test_the_terms_of_a_version_in_use_are_read_once(shared_city, django_assert_num_queries):
    report = content_of(shared_city)
    Terms.of(report)
    with django_assert_num_queries(1):
        again = Terms.of(report)
    assert again is Terms.of(content_of(shared_city, shared_city.sibling))
    with django_assert_num_queries(2):
        assert Terms.asked(report.version, None, report.period.first_day, report.period.last_day) is not again


def test_a_corrected_name_of_an_indicator_is_read_at_once(shared_city):
    report = content_of(shared_city)
    Terms.of(report)
    Indicator.objects.filter(code="documents_in").update(name="Văn bản đến, đã sửa tên")
    assert Terms.of(report).by_code["documents_in"].name == "Văn bản đến, đã sửa tên"


def test_what_does_not_concern_a_unit_sets_it_apart_at_once(shared_city):
    report, sibling = content_of(shared_city), content_of(shared_city, shared_city.sibling)
    assert Terms.of(report).set_aside == Terms.of(sibling).set_aside == frozenset()
    NotApplicable.objects.create(
        indicator=Indicator.objects.get(code="documents_in"),
        unit=report.unit,
        valid=report.version.valid,
        reason="Không có văn thư",
        by=shared_city.approver,
        at=NOW,
    )
    assert Terms.of(report).set_aside == {"documents_in"}
    assert Terms.of(sibling).set_aside == frozenset()


def test_an_item_asked_of_others_only_is_not_asked(shared_city):
    report = content_of(shared_city)
    Item.objects.get(code="documents_in").asked_of.add(shared_city.sibling)
    assert "documents_in" not in Terms.of(report).by_code
    assert "documents_in" in Terms.of(content_of(shared_city, shared_city.sibling)).by_code


def test_peers_are_read_anew_when_one_of_them_has_moved(shared_city, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr("reports.earlier.FEWEST_PEERS", 1)
    monkeypatch.setattr("reports.outliers.FEWEST", 1)
    sibling = shared_city.report_of(shared_city.sibling, "2022-04")
    report = content_of(shared_city)

    def median():
        return content.Reading(report).history.peers[Cell("online_share")].median

    shared_city.submit(sibling, online=50)
    assert median() == 50
    with django_assert_num_queries(2):
        assert median() == 50
    shared_city.move(sibling, Action.RECALL, by=shared_city.sibling_head)
    shared_city.submit(sibling, online=100)
    assert median() == 100


def test_what_is_usual_is_read_in_one_query_from_the_latest_reports(city, django_assert_num_queries, monkeypatch):
    monkeypatch.setattr("reports.outliers.FEWEST", 1)
    city.approve(city.report_of(city.commune, "2022-04"))
    says = content.Reading(content_of(city))
    assert says.terms
    with django_assert_num_queries(1):
        known = says.history
    assert known.previous[Cell("documents_in")] == 300
    assert known.own[Cell("documents_in")].median == 300
    assert Cell("to_handle") not in known.own
    monkeypatch.setattr("reports.earlier.LOOKED_BACK", 0)
    assert content.Reading(content_of(city)).history.own == {}


def content_of(city, unit=None):
    return city.report_of(unit or city.commune)
