"""Moving a report: every row of the table, every refusal, and what the database itself holds."""

import hashlib
import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.models import Appointment, Unit, User
from accounts.refusals import Refused
from accounts.roles import Capacity, Place, Role
from reports import proof
from reports.actions import moving
from reports.chain import link
from reports.models import DeputyForm, Form, Mark, Report, Revision, Step
from reports.workflow import MOVES, Action, Status, When, moves_from
from tests.city import NOW, VIETNAM

pytestmark = pytest.mark.django_db

HAND_UP, HAND_BACK, SUBMIT, RECALL = Action.HAND_UP, Action.HAND_BACK, Action.SUBMIT, Action.RECALL
CHECK, RETURN, APPROVE, RECORD = Action.CHECK, Action.RETURN, Action.APPROVE, Action.RECORD
AMEND, ASK, DROP, EXEMPT = Action.AMEND, Action.ASK_TO_AMEND, Action.DROP_AMENDMENT, Action.EXEMPT
WAYS = {
    Status.DRAFT: (),
    Status.TO_SIGN: (HAND_UP,),
    Status.SUBMITTED: (SUBMIT,),
    Status.CHECKED: (SUBMIT, CHECK),
    Status.APPROVED: (SUBMIT, CHECK, APPROVE),
    Status.EXEMPT: (EXEMPT,),
}
PAPER = {"document": "45/BC-UBND", "received_at": NOW, "scan": ("Báo cáo.pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\n%%EOF\n")}
GROUNDS = {"reason": "Vì sao đó.", **PAPER}


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    """Where scans are kept."""
    settings.ATTACHMENTS_ROOT = tmp_path


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
        EXEMPT: city.approver,
    }
    city.fill(report, by=people[Place.OWN][Role.REPORTER])
    for action in WAYS[status]:
        if action != CHECK or report.superior_id:
            city.move(report, action, by=who[action], reason="Vì sao đó." if action == EXEMPT else "")
    assert report.status == status
    return report


def brought_before(city, report, row):
    """Bring a draft to where that row of the table is open: its state, and what it must have behind it."""
    if row.action == Action.UNEXEMPT:
        brought_to(city, report, row.after)
        city.move(report, EXEMPT, by=city.approver, reason="Vì sao đó.")
    elif When.ON_PAPER in row.when:
        city.move(report, RECORD, by=city.owner_reviewer, **PAPER)
    elif When.AMENDING in row.when:
        brought_to(city, report, Status.APPROVED)
        city.move(report, AMEND, by=city.approver, reason="Vì sao đó.")
    else:
        brought_to(city, report, row.before)
    if When.ASKED_TO_AMEND in row.when:
        city.move(report, ASK, by=actors(city, report)[Place.OWN][Role.HEAD], reason="Sai số.", document="12/UBND")
    if When.CHECK_OVERDUE in row.when:
        city.now += timedelta(days=5)


def refused(city, report, action, *, by, edit=None, at=None, **grounds):
    city.now = at or city.now
    with pytest.raises(Refused) as refusal:
        city.move(report, action, by=by, edit=edit, **grounds)
    return refusal.value


@pytest.mark.parametrize(
    "row",
    [row for row in MOVES if row.who],
    ids=lambda row: f"{row.before}-{row.action}-{'-'.join(sorted(names(row)))}",
)
def test_every_row_of_the_table_can_be_made_by_whom_it_names_and_by_nobody_else(city, row):
    report = report_on(city, row)
    brought_before(city, report, row)
    people = actors(city, report)
    also = [other for other in moves_from(row.before, report.route) if other.action == row.action and other != row]
    elsewhere = {people[who.place][who.role] for other in also for who in other.who}
    allowed = [people[who.place][who.role] for who in row.who if report.superior_id or who.place != Place.SUPERIOR]
    strangers = [person for place in people.values() for person in place.values()]
    others = [person for person in strangers if person not in allowed and person not in elsewhere] + [
        city.stranger,
        city.far_reviewer,
        city.inspector,
        city.observer,
        city.administrator,
        city.stand_in_approver,
    ]

    for person in others:
        with pytest.raises(PermissionDenied):
            city.move(report, row.action, by=person, **GROUNDS)
        open_to_them = moving.moves_open(report, by=person, at=city.now)
        assert row.action not in [move.action for move in open_to_them]
    for person in allowed:
        assert row in moving.moves_open(report, by=person, at=city.now)
    step = city.move(report, row.action, by=allowed[-1], **GROUNDS)

    assert (step.before, step.action, step.after, report.status) == (row.before, row.action, row.after, row.after)
    assert (step.by, step.at, step.reason) == (allowed[-1], city.now, "Vì sao đó.")
    signs = allowed[-1] in people[Place.OWN].values() and allowed[-1].holds(Role.HEAD, city.now)
    assert step.capacity == (Capacity.HEAD if signs else "")


@pytest.mark.parametrize("status", Status)
def test_what_the_table_does_not_list_is_closed_with_a_sentence(city, status):
    brought_to(city, city.report, status)
    listed = {move.action for move in moves_from(status, city.report.route)}

    for action in set(Action) - listed:
        refusal = refused(city, city.report, action, by=city.head, **GROUNDS)
        assert (refusal.code, refusal.message[-1]) == ("no_such_move", ".")


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


def test_only_of_a_paper_the_window_asks_when_it_was_received(city):
    city.fill(city.report)
    during, after = datetime(2022, 5, 14, 9, tzinfo=VIETNAM), NOW
    assert refused(city, city.report, SUBMIT, by=city.head, at=during, received_at=after).code == "window_open"
    paper = PAPER | {"received_at": during}
    assert refused(city, city.report, RECORD, by=city.reviewer, at=after, **paper).code == "window_open"

    assert city.move(city.report, SUBMIT, by=city.head, received_at=during).counted_at == after


def test_the_day_on_which_a_paper_was_received_is_hanois(city):
    past_midnight = datetime(2022, 5, 15, 0, 30, tzinfo=VIETNAM).astimezone(UTC)

    assert city.move(city.report, RECORD, by=city.reviewer, **PAPER | {"received_at": past_midnight}).pk


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
        """INSERT INTO reports_step (report_id, seq, action, before, after, revision_id, edit, by_id, at, reason,
                                     digest)
           SELECT report_id, 9, 'approve', 'draft', 'approved', revision_id, 99, by_id, at, '', 'x' FROM reports_step
           WHERE report_id = %s""",
        """INSERT INTO reports_step (report_id, seq, action, before, after, revision_id, edit, by_id, at, reason,
                                     digest)
           SELECT report_id, 9, 'return', 'submitted', 'draft', revision_id, 99, by_id, at, '', 'x' FROM reports_step
           WHERE report_id = %s""",
        """INSERT INTO reports_step (report_id, seq, action, before, after, revision_id, edit, by_id, at, reason,
                                     digest)
           SELECT report_id, 9, 'burn', 'submitted', 'draft', revision_id, 99, by_id, at, '', 'x' FROM reports_step
           WHERE report_id = %s""",
        """INSERT INTO reports_step (report_id, seq, action, before, after, revision_id, edit, by_id, at, reason,
                                     digest)
           SELECT report_id, seq, action, before, after, revision_id, 99, by_id, at, '', 'x' FROM reports_step
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
    with django_assert_max_num_queries(14):  # the savepoint's two, and the reading of the report itself, among them
        city.move(city.report, SUBMIT, by=city.head)


def test_what_is_listed_but_not_now_is_refused_with_its_own_code(city):
    city.submit(city.report)
    assert refused(city, city.report, Action.KEY_IN, by=city.head).code == "not_on_paper"
    assert refused(city, city.report, CHECK, by=city.owner_reviewer).code == "superior_still_checks"
    city.check(city.report)
    city.move(city.report, APPROVE, by=city.approver)
    assert refused(city, city.report, Action.KEEP, by=city.approver, reason="Vì.").code == "not_asked"
    city.move(city.report, ASK, by=city.head, reason="Sai số.", document="12/UBND")
    assert refused(city, city.report, ASK, by=city.head, reason="Sai số.", document="12/UBND").code == "asked_already"
    city.move(city.report, AMEND, by=city.approver, reason="Đồng ý.")
    assert refused(city, city.report, EXEMPT, by=city.approver, reason="Vì.").code == "approved_in_force"
    fresh = city.report_of(city.sibling)
    assert refused(city, fresh, DROP, by=city.sibling_head, reason="Vì.").code == "not_an_amendment"


def test_the_approved_revision_stays_in_force_until_the_next_approval(city):
    city.approve(city.report)
    approved = city.report.approved
    city.move(city.report, AMEND, by=city.approver, reason="Đơn vị báo nhầm.")
    assert city.report.current.cause == "amend"
    assert city.report.current.due_at == datetime(2022, 5, 20, 0, 0, tzinfo=VIETNAM)  # three working days on
    city.fill(city.report, online=50)
    assert city.report.approved == approved
    assert city.figure("work_dossiers_online").total == 60
    assert city.figure("work_dossiers_online", state="provisional").total == 60
    city.move(city.report, SUBMIT, by=city.head)
    assert city.report.approved == approved
    assert city.figure("work_dossiers_online").total == 60
    assert city.figure("work_dossiers_online", state="provisional").total == 50
    city.check(city.report)
    city.move(city.report, APPROVE, by=city.approver)

    assert city.report.approved.number == 2
    assert city.figure("work_dossiers_online").total == 50


def test_a_dropped_amendment_goes_back_to_what_was_approved_and_keeps_what_was_typed(city):
    city.approve(city.report)
    approved = city.report.approved
    city.move(city.report, AMEND, by=city.approver, reason="Đơn vị báo nhầm.")
    city.fill(city.report, online=50)
    step = city.move(city.report, DROP, by=city.head, reason="Số cũ là đúng.")

    assert (city.report.status, city.report.current, city.report.approved) == (Status.APPROVED, approved, approved)
    dropped = city.report.revisions.get(number=2)
    assert (dropped.dropped, dropped.digest, dropped.values.get(item__code="online").number) == (True, step.content, 50)
    city.move(city.report, AMEND, by=city.approver, reason="Lần nữa.")
    assert (city.report.current.number, city.report.current.values.get(item__code="online").number) == (3, 60)


def test_asking_to_amend_marks_the_report_until_the_approver_decides(city):
    city.approve(city.report)
    with pytest.raises(ValidationError) as error:
        city.move(city.report, ASK, by=city.head, reason="Sai số.")
    assert set(error.value.message_dict) == {"document"}
    step = city.move(city.report, ASK, by=city.head, reason="Sai số.", document="12/UBND")
    assert (step.document, city.report.amendment_asked) == ("12/UBND", True)
    assert Report.objects.awaiting(city.approver, city.now).filter(pk=city.report.pk).exists()
    city.move(city.report, Action.KEEP, by=city.approver, reason="Số đã khớp.")

    assert not city.report.amendment_asked
    assert not Report.objects.awaiting(city.approver, city.now).filter(pk=city.report.pk).exists()


@pytest.mark.parametrize("status", [Status.DRAFT, Status.TO_SIGN, Status.SUBMITTED, Status.CHECKED])
def test_an_exempted_report_is_not_expected_and_comes_back_as_it_was(city, status):
    brought_to(city, city.report, status)
    expected = city.figure("work_dossiers_online").expected
    content = city.report.current
    city.move(city.report, EXEMPT, by=city.approver, reason="Đơn vị mới thành lập.")
    assert city.figure("work_dossiers_online").expected == expected - 1
    assert not Report.objects.awaiting(city.reporter, city.now).filter(pk=city.report.pk).exists()
    city.move(city.report, Action.UNEXEMPT, by=city.approver, reason="Miễn nhầm.")

    assert (city.report.status, city.report.current) == (status, content)
    assert city.figure("work_dossiers_online").expected == expected
    assert proof.compare()[1] == []


def test_nobody_exempts_their_own_unit(city):
    city.appoint(city.approver, Role.OBSERVER, city.commune)
    assert refused(city, city.report, EXEMPT, by=city.approver, reason="Vì.").code == "ones_own"


@pytest.mark.parametrize(
    ("lacks", "place"),
    [
        ({"document": ""}, "document"),
        ({"received_at": None}, "received_at"),
        ({"received_at": NOW + timedelta(seconds=1)}, "received_at"),
        ({"scan": None}, "scan"),
        ({"scan": ("bao-cao.pdf", b"MZ\x90\x00")}, "file"),
    ],
    ids=["no number", "no instant", "later than now", "no scan", "no PDF"],
)
def test_recording_off_system_needs_number_scan_and_instant(city, lacks, place):
    with pytest.raises(ValidationError) as error:
        city.move(city.report, RECORD, by=city.reviewer, **(PAPER | lacks))

    assert set(error.value.message_dict) == {place}
    assert not Step.objects.exists()


def test_a_report_filed_on_paper_stands_from_the_day_it_came_in_and_waits_for_its_figures(city):
    city.now = NOW + timedelta(days=3)  # two days late by now, in time on paper
    step = city.move(city.report, RECORD, by=city.reviewer, **PAPER)
    assert city.report.received_at == step.counted_at == NOW
    assert refused(city, city.report, CHECK, by=city.reviewer).code == "figures_missing"
    assert refused(city, city.report, RECALL, by=city.head).code == "figures_missing"
    for person in (city.reporter, city.head):
        assert Report.objects.awaiting(person, city.now).filter(pk=city.report.pk).exists()
    city.move(city.report, Action.KEY_IN, by=city.reviewer)
    city.fill(city.report, by=city.reviewer)
    with pytest.raises(PermissionDenied):
        city.move(city.report, SUBMIT, by=city.reviewer)
    city.move(city.report, SUBMIT, by=city.head)

    assert (city.report.received_at, city.report.on_paper) == (NOW, False)
    assert refused(city, city.report, CHECK, by=city.reviewer).code == "four_eyes"
    assert json.loads(bytes(city.report.revisions.get(number=1).snapshot))["scans"] == [
        hashlib.sha256(PAPER["scan"][1]).hexdigest()
    ]


def test_a_paper_that_is_sent_twice_is_recorded_once(city):
    edit = city.report.edit
    one, two = (city.move(city.report, RECORD, by=city.reviewer, edit=edit, **PAPER) for _time in range(2))

    assert one.pk == two.pk
    assert city.report.revisions.get(number=1).attachments.count() == 1


def test_what_was_no_report_does_not_count_as_received(city):
    city.submit(city.report)
    city.move(city.report, RETURN, by=city.reviewer, reason="Tệp trống.", voids=True)
    assert city.report.received_at is None
    city.now += timedelta(days=1)
    city.move(city.report, SUBMIT, by=city.head)

    assert city.report.received_at == city.now


def test_the_earliest_receipt_counts_whenever_it_is_entered(city):
    city.now = NOW + timedelta(days=3)
    city.submit(city.report)
    city.give_back(city.report)
    city.move(city.report, RECORD, by=city.reviewer, **PAPER)
    assert city.report.received_at == NOW
    city.move(city.report, RETURN, by=city.reviewer, reason="Không phải báo cáo.", voids=True)

    assert city.report.received_at == city.now


def test_the_owner_checks_in_the_superiors_place_once_its_days_are_over(city):
    city.submit(city.report)
    city.now = datetime(2022, 5, 19, 0, 0, tzinfo=VIETNAM)  # two working days after Monday end here, and not before
    assert refused(city, city.report, CHECK, by=city.owner_reviewer).code == "superior_still_checks"
    city.now += timedelta(seconds=1)

    assert city.move(city.report, CHECK, by=city.owner_reviewer).after == Status.CHECKED


def test_the_portal_drops_the_check_of_a_superior_that_has_ended(city):
    city.submit(city.report)
    Unit.objects.filter(pk=city.district.pk).update(valid=DateRange(date(2021, 1, 1), date(2022, 5, 17)))
    assert moving.drop_checks(at=NOW) == 0
    later = NOW + timedelta(days=1)
    assert moving.drop_checks(at=later) == Report.objects.filter(unit__parent=city.district).count()
    assert moving.drop_checks(at=later) == 0
    city.report.refresh_from_db()
    step = city.report.steps.last()

    assert (step.action, step.by, city.report.superior, city.report.status) == ("drop_check", None, None, "submitted")
    city.now = later
    assert city.move(city.report, APPROVE, by=city.approver).after == Status.APPROVED


def test_a_deputy_signs_only_the_forms_named_and_the_step_says_so(city):
    deputy = city.add_person("deputy", Role.HEAD, city.commune)
    post = deputy.appointments.get()
    Appointment.objects.filter(pk=post.pk).update(capacity=Capacity.DEPUTY)
    other = Form.objects.create(code="BM-99")
    limit = DeputyForm.objects.create(appointment=post, form=other)
    city.fill(city.report)
    with pytest.raises(PermissionDenied):
        city.move(city.report, SUBMIT, by=deputy)
    DeputyForm.objects.filter(pk=limit.pk).update(form=city.form)
    deputy = User.objects.get(pk=deputy.pk)

    assert city.move(city.report, SUBMIT, by=deputy).capacity == Capacity.DEPUTY


def test_many_are_approved_in_one_act_and_each_failure_is_told(city, django_assert_max_num_queries):
    reports = [city.report_of(unit) for unit in (city.commune, city.sibling, city.department, city.far_commune)]
    for report in reports[:3]:
        city.submit(report)
        if report.superior_id:
            city.check(report)
    city.submit(reports[3])
    edits = {report.pk: report.edit for report in Report.objects.filter(pk__in=[one.pk for one in reports])}
    stale = reports[1]
    edits[stale.pk] -= 1
    with django_assert_max_num_queries(12):
        moved = moving.move_all(edits, APPROVE, by=city.approver, at=city.now)

    assert {step.report_id for step in moved.steps} == {reports[0].pk, reports[2].pk}
    assert set(moved.refused) == {stale.pk, reports[3].pk}
    for report in reports:
        report.refresh_from_db()
    assert [report.status for report in reports] == ["approved", "checked", "approved", "submitted"]
    assert reports[0].approved == reports[0].current
    assert city.figure("work_dossiers_online", "department").total == 60
    with pytest.raises(Refused):
        moving.move_all(edits, RETURN, by=city.approver, at=city.now)


def test_every_step_carries_the_digest_of_the_one_before(city):
    city.approve(city.report)
    previous = ""
    for step in city.report.steps.order_by("seq").values():
        assert step["digest"] == link(previous, step)
        assert link("", step) != step["digest"] or not previous
        previous = step["digest"]
    assert [step.content != "" for step in city.report.steps.order_by("seq")] == [True, True, True]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE reports_report SET status = 'approved', approved_id = current_id WHERE id = %s",
        "UPDATE reports_report SET status = 'checked' WHERE id = %s",
        "DELETE FROM reports_report WHERE id = %s",
        """INSERT INTO reports_report (unit_id, form_id, version_id, period_id, superior_id, signed, status, edit,
                                       first_deadline, deadline, current_id)
           SELECT unit_id, form_id, version_id, period_id, superior_id, signed, 'draft', 1, deadline, deadline,
                  (SELECT max(id) FROM reports_revision)
           FROM reports_report WHERE id = %s""",
    ],
    ids=["approve a draft", "check a draft", "delete", "a second report"],
)
def test_the_database_itself_refuses_what_no_move_does_to_a_report(city, statement):
    before = list(Report.objects.order_by("pk").values())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [city.report.pk])

    assert list(Report.objects.order_by("pk").values()) == before
