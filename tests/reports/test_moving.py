"""Moving a report: every row of the table, every refusal, and what the database itself holds."""

import hashlib
import json
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from accounts.refusals import Refused
from accounts.roles import Place, Role
from reports.actions import moving
from reports.models import Mark, Report, Revision, Step
from reports.workflow import MOVES, Action, Status
from tests.city import VIETNAM

pytestmark = pytest.mark.django_db

HAND_UP, HAND_BACK, SUBMIT, RECALL, CHECK, RETURN, APPROVE = (
    Action.HAND_UP, Action.HAND_BACK, Action.SUBMIT, Action.RECALL, Action.CHECK, Action.RETURN, Action.APPROVE
)
WAYS = {
    Status.DRAFT: (),
    Status.TO_SIGN: (HAND_UP,),
    Status.SUBMITTED: (SUBMIT,),
    Status.CHECKED: (SUBMIT, CHECK),
    Status.APPROVED: (SUBMIT, CHECK, APPROVE),
}


def report_on(city, row):
    """A report that takes the row's route: a commune's, a department's, or one that asks for no signature."""
    report = city.report if "CHECKED_ABOVE" in names(row) else city.report_of(city.department)
    if "UNSIGNED" in names(row):
        Report.objects.filter(pk=report.pk).update(signed=False)
        report.refresh_from_db()
    return report


def names(row):
    """The route that a row needs, by name; without one, that of a commune."""
    one = {flag.name for flag in row.only}
    chosen = {"CHECKED_ABOVE"} if "CHECKED_ABOVE" in one else {"NOT_CHECKED_ABOVE"}
    return chosen | ({"SIGNED"} if "SIGNED" in one else {"UNSIGNED"})


def actors(city, report):
    """Who stands where for this report."""
    own = {
        city.commune.pk: {Role.REPORTER: city.reporter, Role.HEAD: city.head},
        city.department.pk: {Role.REPORTER: city.department_reporter, Role.HEAD: city.department_head},
    }[report.unit_id]
    return {
        Place.OWN: own,
        Place.SUPERIOR: {Role.REVIEWER: city.reviewer},
        Place.OWNER: {Role.REVIEWER: city.owner_reviewer, Role.APPROVER: city.approver},
    }


def brought_to(city, report, status):
    """Fill a draft in and bring it to that state by its route."""
    people = actors(city, report)
    who = {
        HAND_UP: people[Place.OWN][Role.REPORTER],
        SUBMIT: people[Place.OWN][Role.HEAD if report.signed else Role.REPORTER],
        CHECK: city.reviewer,
        APPROVE: city.approver,
    }
    city.fill(report, by=people[Place.OWN][Role.REPORTER])
    for action in WAYS[status]:
        if action != CHECK or report.superior_id:
            city.move(report, action, by=who[action])
    assert report.status == status
    return report


def refused(city, report, action, *, by, reason="", edit=None, at=None):
    city.now = at or city.now
    with pytest.raises(Refused) as refusal:
        city.move(report, action, by=by, reason=reason, edit=edit)
    return refusal.value


@pytest.mark.parametrize("row", MOVES, ids=lambda row: f"{row.before}-{row.action}-{'-'.join(sorted(names(row)))}")
def test_every_row_of_the_table_can_be_made_by_whom_it_names_and_by_nobody_else(city, row):
    report = report_on(city, row)
    brought_to(city, report, row.before)
    people = actors(city, report)
    allowed = [people[who.place][who.role] for who in row.who]
    others = [person for place in people.values() for person in place.values() if person not in allowed] + [
        city.stranger,
        city.far_reviewer,
        city.inspector,
        city.observer,
        city.administrator,
        city.stand_in_approver,
    ]

    for person in others:
        with pytest.raises(PermissionDenied):
            city.move(report, row.action, by=person, reason="Vì sao đó.")
        open_to_them = moving.moves_open(report, by=person, at=city.now)
        assert row.action not in [move.action for move in open_to_them]
    for person in allowed:
        assert row in moving.moves_open(report, by=person, at=city.now)
    step = city.move(report, row.action, by=allowed[-1], reason="Vì sao đó.")

    assert (step.before, step.action, step.after, report.status) == (row.before, row.action, row.after, row.after)
    assert (step.by, step.at, step.reason) == (allowed[-1], city.now, "Vì sao đó.")


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("action", Action)
def test_what_the_table_does_not_list_is_closed_with_a_sentence(city, status, action):
    if any(row.before == status and row.action == action and row.fits(city.report.route) for row in MOVES):
        return
    brought_to(city, city.report, status)

    refusal = refused(city, city.report, action, by=city.head, reason="Vì sao đó.")

    assert refusal.code == "no_such_move"
    assert refusal.message.endswith(".")


def test_a_return_and_a_hand_back_need_a_reason(city):
    brought_to(city, city.report, Status.TO_SIGN)
    assert refused(city, city.report, HAND_BACK, by=city.head, reason="  \n").code == "reason_missing"
    city.move(city.report, SUBMIT, by=city.head)
    assert refused(city, city.report, RETURN, by=city.reviewer).code == "reason_missing"


@pytest.mark.parametrize(
    ("instant", "open_window"),
    [
        (datetime(2022, 5, 14, 23, 59, 59, tzinfo=VIETNAM), True),
        (datetime(2022, 5, 15, 0, 0, tzinfo=VIETNAM), False),
    ],
)
def test_submitting_waits_for_the_end_of_the_data_window_and_handing_up_does_not(city, instant, open_window):
    city.now = instant
    city.fill(city.report)
    city.move(city.report, HAND_UP, by=city.reporter)
    if open_window:
        refusal = refused(city, city.report, SUBMIT, by=city.head)
        assert refusal.code == "window_open"
        assert "14/05/2022" in refusal.message
    else:
        assert city.move(city.report, SUBMIT, by=city.head).after == Status.SUBMITTED


@pytest.mark.parametrize("action", [HAND_UP, SUBMIT])
def test_errors_stop_handing_up_and_submitting(city, action):
    city.fill(city.report, online=101, closed=None)
    by = city.reporter if action == HAND_UP else city.head

    refusal = refused(city, city.report, action, by=by)

    assert refusal.code == "has_errors"
    assert {problem["code"] for problem in refusal.details["problems"]} == {"rule_broken", "unanswered"}


@pytest.mark.parametrize("done", ["filled", "submitted"])
def test_four_eyes_who_filled_in_or_submitted_neither_checks_nor_approves(city, done):
    both = city.add_person("both", Role.HEAD, city.commune)
    city.appoint(both, Role.REVIEWER, city.district)
    city.appoint(both, Role.APPROVER, city.owner)
    city.fill(city.report, by=both if done == "filled" else city.reporter)
    city.move(city.report, SUBMIT, by=both if done == "submitted" else city.head)

    assert refused(city, city.report, CHECK, by=both).code == "four_eyes"
    city.check(city.report)
    assert refused(city, city.report, APPROVE, by=both).code == "four_eyes"


def test_four_eyes_look_at_every_revision(city):
    both = city.add_person("both", Role.REPORTER, city.commune)
    city.appoint(both, Role.REVIEWER, city.district)
    city.fill(city.report, by=both)
    city.move(city.report, SUBMIT, by=city.head)
    city.give_back(city.report)
    city.move(city.report, SUBMIT, by=city.head)

    assert refused(city, city.report, CHECK, by=both).code == "four_eyes"


def test_the_owners_own_report_is_decided_by_its_stand_in(city):
    own = city.report_of(city.owner)
    city.submit(own)
    with pytest.raises(PermissionDenied):
        city.move(own, APPROVE, by=city.approver)

    assert city.move(own, APPROVE, by=city.stand_in_approver).after == Status.APPROVED


def test_an_expired_appointment_moves_nothing_from_that_instant(city):
    gone = city.add_person("gone", Role.HEAD, city.commune, until=city.now)
    city.fill(city.report)

    with pytest.raises(PermissionDenied):
        city.move(city.report, SUBMIT, by=gone)


def test_a_submission_sent_twice_gives_the_same_step(city):
    city.fill(city.report)
    edit = Report.objects.get(pk=city.report.pk).edit
    first = city.move(city.report, SUBMIT, by=city.head, edit=edit)
    city.now += timedelta(seconds=3)
    again = city.move(city.report, SUBMIT, by=city.head, edit=edit)
    city.check(city.report)
    later = city.move(city.report, SUBMIT, by=city.head, edit=edit)

    assert first.pk == again.pk == later.pk
    assert (city.report.status, city.report.steps.count()) == (Status.CHECKED, 2)


def test_of_two_who_act_at_once_the_second_hears_who_was_first_and_when(city):
    city.submit(city.report)
    edit = Report.objects.get(pk=city.report.pk).edit
    city.move(city.report, CHECK, by=city.reviewer, edit=edit)

    refusal = refused(city, city.report, RETURN, by=city.reviewer, reason="Chậm mất rồi.", edit=edit)

    assert refusal.code == "moved_meanwhile"
    assert city.reviewer.full_name in refusal.message
    assert "08:00:00" in refusal.message
    assert refusal.details == {"edit": edit + 1, "status": Status.CHECKED}


def test_a_move_on_figures_that_changed_since_is_refused(city):
    city.fill(city.report)
    edit = Report.objects.get(pk=city.report.pk).edit
    city.fill(city.report, online=1, by=city.head)

    assert refused(city, city.report, SUBMIT, by=city.head, edit=edit).code == "moved_meanwhile"


def test_a_submission_freezes_the_revision_with_its_bytes_and_digest(city):
    step = city.submit(city.report)
    revision = Revision.objects.get(pk=city.report.current_id)
    content = json.loads(bytes(revision.snapshot))

    assert revision.frozen_at == step.at == city.report.received_at
    assert revision.digest == hashlib.sha256(bytes(revision.snapshot)).hexdigest()
    assert (content["unit"], content["period"], content["revision"]) == ("00001", "2022-05", 1)
    assert content["values"]["to_handle"] == {"number": "100"}
    assert "online_share" not in content["values"]


def test_a_return_opens_the_next_revision_and_keeps_the_last_with_its_digest(city):
    city.submit(city.report)
    last = Revision.objects.get(pk=city.report.current_id)
    step = city.give_back(city.report)
    city.fill(city.report, online=55)
    fresh = Revision.objects.get(pk=city.report.current_id)

    assert (fresh.number, fresh.cause, fresh.frozen_at, step.revision) == (2, "return", None, last)
    assert Revision.objects.get(pk=last.pk).digest == last.digest
    assert last.values.get(item__code="online").number == 60
    assert fresh.values.get(item__code="online").number == 55
    assert city.report.received_at is not None


def test_a_recalled_receipt_no_longer_counts_and_a_returned_one_does(city):
    city.submit(city.report)
    first = city.report.received_at
    city.give_back(city.report)
    city.now += timedelta(days=3)
    city.move(city.report, SUBMIT, by=city.head)
    city.move(city.report, RECALL, by=city.head)
    assert city.report.received_at == first

    other = city.report_of(city.sibling)
    city.submit(other)
    city.move(other, RECALL, by=city.sibling_head)
    assert other.received_at is None
    city.now += timedelta(minutes=1)
    city.move(other, SUBMIT, by=city.sibling_head)
    assert other.received_at == city.now


def test_an_approval_puts_the_revision_into_force(city):
    city.approve(city.report)

    assert city.report.approved_id == city.report.current_id
    assert city.report.status == Status.APPROVED


@pytest.mark.parametrize("action", [SUBMIT, RECALL, RETURN, APPROVE])
def test_moves_that_change_what_stands_mark_the_figures(city, action):
    report = city.report_of(city.department)
    before = {SUBMIT: Status.DRAFT, RECALL: Status.SUBMITTED, RETURN: Status.SUBMITTED, APPROVE: Status.SUBMITTED}[
        action
    ]
    brought_to(city, report, before)
    Mark.objects.all().delete()
    who = {
        SUBMIT: city.department_head,
        RECALL: city.department_head,
        RETURN: city.owner_reviewer,
        APPROVE: city.approver,
    }[action]
    city.move(report, action, by=who, reason="Vì sao đó.")

    assert list(Mark.objects.values_list("form", "period", "unit")) == [
        (report.form_id, report.period_id, report.unit_id)
    ]


@pytest.mark.parametrize("action", [HAND_UP, CHECK])
def test_moves_that_change_nothing_that_stands_mark_nothing(city, action):
    brought_to(city, city.report, Status.DRAFT if action == HAND_UP else Status.SUBMITTED)
    Mark.objects.all().delete()
    city.move(city.report, action, by=city.reporter if action == HAND_UP else city.reviewer)

    assert not Mark.objects.exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE reports_step SET reason = 'khác' WHERE report_id = %s",
        "DELETE FROM reports_step WHERE report_id = %s",
        "UPDATE reports_step SET at = now() WHERE report_id = %s",
        # an approval of what was not submitted, a return without a reason, an unknown action
        """INSERT INTO reports_step (report_id, seq, action, before, after, revision_id, edit, by_id, at, reason)
           SELECT report_id, 9, 'approve', 'draft', 'approved', revision_id, 99, by_id, at, '' FROM reports_step
           WHERE report_id = %s""",
        """INSERT INTO reports_step (report_id, seq, action, before, after, revision_id, edit, by_id, at, reason)
           SELECT report_id, 9, 'return', 'submitted', 'draft', revision_id, 99, by_id, at, '' FROM reports_step
           WHERE report_id = %s""",
        """INSERT INTO reports_step (report_id, seq, action, before, after, revision_id, edit, by_id, at, reason)
           SELECT report_id, 9, 'burn', 'submitted', 'draft', revision_id, 99, by_id, at, '' FROM reports_step
           WHERE report_id = %s""",
        """INSERT INTO reports_step (report_id, seq, action, before, after, revision_id, edit, by_id, at, reason)
           SELECT report_id, seq, action, before, after, revision_id, 99, by_id, at, '' FROM reports_step
           WHERE report_id = %s""",
    ],
)
def test_the_database_itself_keeps_steps_and_refuses_unlisted_ones(city, statement):
    city.submit(city.report)
    before = list(Step.objects.values())

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [city.report.pk])

    assert list(Step.objects.values()) == before


def test_a_refused_move_leaves_nothing_behind(city):
    city.fill(city.report, online=101)
    before = Report.objects.filter(pk=city.report.pk).values().get()
    refused(city, city.report, SUBMIT, by=city.head)

    assert Report.objects.filter(pk=city.report.pk).values().get() == before
    assert not Step.objects.exists()


def test_a_move_costs_few_queries(city, django_assert_max_num_queries):
    city.fill(city.report)
    with django_assert_max_num_queries(18):
        city.move(city.report, SUBMIT, by=city.head)
