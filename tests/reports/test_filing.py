"""Filling a report in: each cell by itself, nothing overwritten unseen, nothing written after the draft."""

from datetime import timedelta
from decimal import Decimal

import pgtrigger
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.refusals import Refused
from accounts.roles import Role
from reports.actions import filing
from reports.actions.filing import Entry
from reports.models import Author, Item, Report, Value
from reports.workflow import Action

pytestmark = pytest.mark.django_db


def save(city, *entries, by=None, at=None):
    return filing.save_cells(Report.objects.get(pk=city.report.pk), entries, by=by or city.reporter, at=at or city.now)


def entry(item, number, edit=0, row=""):
    return Entry(item, None if number is None else Decimal(str(number)), edit, row)


def stored(city):
    city.report.refresh_from_db()
    return dict(city.report.current.values.values_list("item__code", "number"))


def cells_of(saved):
    return {cell.item: (cell.number, cell.edit) for cell in saved.cells}


def compute(city, formula):
    """Let the form compute `to_handle` by another formula, as if it had always been so."""
    with pgtrigger.ignore("reports.Item:version_in_use_stays"):
        Item.objects.filter(version=city.version, code="to_handle").update(formula=formula)


def wrong(city, *entries):
    with pytest.raises(ValidationError) as refusal:
        save(city, *entries)
    return refusal.value.message_dict


def test_a_saved_cell_counts_its_own_edit_and_the_reports(city):
    first = save(city, entry("online", 3))
    second = save(city, entry("online", 4, edit=1))

    assert (cells_of(first)["online"], cells_of(second)["online"]) == ((3, 1), (4, 2))
    assert (first.edit, second.edit) == (2, 3)
    assert stored(city)["online"] == 4


def test_computed_cells_follow_what_is_typed_and_are_given_back(city):
    saved = save(city, entry("carried", 20), entry("opened", 80))

    assert cells_of(saved)["to_handle"] == (100, 1)
    assert saved.numbers["to_handle", ""] == 100
    assert [cell.item for cell in saved.stands][-2:] == ["online", "closed"]
    assert stored(city)["to_handle"] == 100


def test_a_computed_cell_with_endless_decimals_changes_only_with_its_parts(city):
    compute(city, "opened / carried")
    first = save(city, entry("opened", 10), entry("carried", 3))
    again = save(city, entry("opened", 10, edit=1), entry("carried", 3, edit=1))
    assert stored(city)["to_handle"] == again.numbers["to_handle", ""] == Decimal("3.333333")
    assert again.edit == first.edit


def test_a_computed_cell_too_large_to_be_stored_is_unknown(city):
    compute(city, "opened * opened")
    assert save(city, entry("opened", 10**14)).numbers["to_handle", ""] is None


def test_a_computed_cell_is_unknown_while_a_part_of_it_is_blank(city):
    save(city, entry("carried", 20), entry("opened", 80))
    saved = save(city, entry("opened", None, edit=1))

    assert saved.numbers["to_handle", ""] is None
    assert stored(city)["to_handle"] is None


def test_a_blanked_cell_keeps_its_row_and_moves_its_edit(city):
    save(city, entry("online", 3))
    saved = save(city, entry("online", None, edit=1))

    assert cells_of(saved)["online"] == (None, 2)
    assert Value.objects.get(revision=city.report.current, item__code="online").number is None


def test_saving_what_stands_already_changes_nothing(city):
    before = save(city, entry("online", 3))
    again = save(city, entry("online", 3, edit=1), by=city.head)

    assert (again.edit, cells_of(again)["online"]) == (before.edit, (3, 1))
    assert not Author.objects.filter(report=city.report, user=city.head).exists()


def test_blanking_a_cell_that_was_never_filled_leaves_no_trace(city):
    saved = save(city, entry("online", None))

    assert (saved.edit, stored(city)) == (1, {})


def test_a_cell_given_twice_takes_the_later_number(city):
    save(city, entry("online", 3), entry("online", 5))

    assert stored(city)["online"] == 5


def test_a_stale_cell_is_given_back_with_the_value_that_stands_and_does_not_block_the_others(city):
    save(city, entry("online", 3))
    save(city, entry("online", 4, edit=1), by=city.head)
    saved = save(city, entry("online", 5, edit=1), entry("closed", 7))

    assert [(cell.item, cell.number, cell.edit) for cell in saved.stale] == [("online", 4, 2)]
    assert cells_of(saved)["closed"] == (7, 1)
    assert (stored(city)["online"], stored(city)["closed"]) == (4, 7)


def test_a_save_of_nothing_but_stale_cells_moves_no_edit(city):
    save(city, entry("online", 3))
    before = save(city, entry("online", 4, edit=1))
    saved = save(city, entry("online", 5, edit=1))

    assert saved.edit == before.edit


def test_two_who_type_the_same_number_do_not_collide(city):
    save(city, entry("online", 3))
    save(city, entry("online", 4, edit=1), by=city.head)
    saved = save(city, entry("online", 4, edit=1))

    assert (saved.stale, cells_of(saved)["online"]) == ([], (4, 2))


def test_a_page_of_the_last_revision_does_not_overwrite_what_changed_since(city):
    city.fill(city.report)
    city.fill(city.report, online=50, by=city.head)
    city.move(city.report, Action.SUBMIT, by=city.head)
    city.give_back(city.report)
    saved = save(city, entry("online", 61, edit=1), entry("closed", 71, edit=1))

    assert [(cell.item, cell.number) for cell in saved.stale] == [("online", 50)]
    assert stored(city)["closed"] == 71


def test_a_save_says_what_is_wrong_with_the_content(city):
    saved = city.fill(city.report, online=101)

    assert [(problem.item, problem.code) for problem in saved.problems] == [("online", "rule_broken")]
    assert {problem.code for problem in save(city, entry("online", None, edit=1)).problems} == {"unanswered"}


@pytest.mark.parametrize("code", ["nonsense", "", "online;--"])
def test_a_cell_that_the_form_does_not_have_is_refused_by_name(city, code):
    assert list(wrong(city, entry(code, 1), entry("online", 1))) == [code]


@pytest.mark.parametrize("code", ["to_handle", "online_share"])
def test_a_computed_cell_is_never_typed_in(city, code):
    assert list(wrong(city, entry(code, 1))) == [code]


@pytest.mark.parametrize("number", ["-1", "0.5", "1e15", "9" * 40, "NaN", "Infinity", "-Infinity"])
def test_a_number_that_the_item_does_not_take_is_refused_and_nothing_is_saved(city, number):
    assert list(wrong(city, entry("online", number), entry("closed", 1))) == ["online"]
    assert stored(city) == {}


def test_the_reporter_and_the_head_of_the_unit_fill_it_in_and_nobody_else(city):
    for person in (city.reporter, city.head):
        assert filing.may_fill(city.report, by=person, at=city.now)
    for name in ("sibling_reporter", "reviewer", "approver", "inspector", "observer", "administrator", "stranger"):
        person = getattr(city, name)
        assert not filing.may_fill(city.report, by=person, at=city.now)
        with pytest.raises(PermissionDenied):
            save(city, entry("online", 1), by=person)


def test_an_expired_appointment_fills_nothing_in_from_that_instant(city):
    gone = city.add_person("gone", Role.REPORTER, city.commune, until=city.now)
    save(city, entry("online", 1), by=gone, at=city.now - timedelta(seconds=1))

    with pytest.raises(PermissionDenied):
        save(city, entry("online", 2, edit=1), by=gone)


@pytest.mark.parametrize("action", [Action.HAND_UP, Action.SUBMIT])
def test_figures_change_only_in_a_draft(city, action):
    city.fill(city.report)
    city.move(city.report, action, by=city.reporter if action == Action.HAND_UP else city.head)

    with pytest.raises(Refused) as refusal:
        save(city, entry("online", 1, edit=1))
    assert refusal.value.code == "not_a_draft"
    assert not filing.may_fill(city.report, by=city.reporter, at=city.now)


def test_who_filled_in_is_remembered_once(city):
    save(city, entry("online", 1))
    save(city, entry("online", 2, edit=1))
    save(city, entry("closed", 2), by=city.head)

    assert set(Author.objects.values_list("report", "user")) == {
        (city.report.pk, city.reporter.pk),
        (city.report.pk, city.head.pk),
    }


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE reports_value SET number = 1 WHERE revision_id = %s",
        "DELETE FROM reports_value WHERE revision_id = %s",
        "UPDATE reports_value SET revision_id = %s + 1000 WHERE revision_id = %s",
        """INSERT INTO reports_value (revision_id, item_id, row, number, edit)
           SELECT %s, max(id), 'x', 1, 1 FROM reports_item""",
        "UPDATE reports_revision SET digest = 'x' WHERE id = %s",
        "UPDATE reports_revision SET frozen_at = NULL, snapshot = NULL, digest = '' WHERE id = %s",
        "DELETE FROM reports_revision WHERE id = %s",
    ],
)
def test_the_database_itself_refuses_to_change_a_submitted_revision(city, statement):
    city.submit(city.report)
    before = stored(city)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [city.report.current_id] * statement.count("%s"))
    assert stored(city) == before


def test_values_cannot_slip_from_a_submitted_revision_into_a_draft(city):
    city.submit(city.report)
    city.give_back(city.report)
    frozen, draft = city.report.revisions.order_by("number")
    draft.values.all().delete()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE reports_value SET revision_id = %s WHERE revision_id = %s", [draft.pk, frozen.pk])


def test_filling_in_costs_the_same_number_of_queries_however_many_cells(city, django_assert_max_num_queries):
    with django_assert_max_num_queries(15):
        save(city, *(entry(code, 1) for code in ("online", "closed", "carried", "opened", "documents_in")))
