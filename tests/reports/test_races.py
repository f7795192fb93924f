"""Of two people who act at once one wins, the other is told so, and nothing is done twice: on real connections.

Each kind of race is run in a month of its own, and each of its rounds with the report of another ward.
"""

from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import NamedTuple

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange

from accounts.labels import Kind
from accounts.models import Appointment, Unit
from accounts.refusals import Refused
from accounts.roles import Level, Role
from reports import figures, journal, proof
from reports.actions import deadlines, filing, moving, opening, regimes, reviewing, sealing, synthesising
from reports.actions.grounds import Grounds
from reports.chain import link
from reports.checks import Cell
from reports.models import Author, Mark, Remark, Report, Revision, Seal, Step, Value
from reports.periods import PeriodCode
from reports.replaying import EFFECTS
from reports.workflow import OWED, Action, Effect
from tests.city import PEOPLE, VIETNAM, City
from tests.race import ROUNDS, Racers

HAND_UP, HAND_BACK, SUBMIT, RECORD, RECALL = (
    *(Action.HAND_UP, Action.HAND_BACK, Action.SUBMIT, Action.RECORD, Action.RECALL),
)
CHECK, RETURN, APPROVE, AMEND, ASK = Action.CHECK, Action.RETURN, Action.APPROVE, Action.AMEND, Action.ASK_TO_AMEND
KEEP, DROP, EXEMPT, UNEXEMPT, KEY_IN = (
    *(Action.KEEP, Action.DROP_AMENDMENT, Action.EXEMPT, Action.UNEXEMPT, Action.KEY_IN),
)

NOW = datetime(2024, 5, 16, 8, 0, tzinfo=VIETNAM)
MONTHS = [f"{year}-{month:02}" for year in (2022, 2023) for month in range(1, 13)][:16]
GROUNDS = Grounds(
    reason="Vì sao đó.",
    document="12/UBND",
    received_at=NOW - timedelta(hours=1),
    scan=("Báo cáo.pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\n%%EOF\n"),
)
"""What does for every move."""

WAYS = {
    "draft": (),
    "to sign": ((HAND_UP, "reporter"),),
    "submitted": ((SUBMIT, "head"),),
    "checked": ((SUBMIT, "head"), (CHECK, "reviewer")),
    "approved": ((SUBMIT, "head"), (CHECK, "reviewer"), (APPROVE, "approver")),
    "asked": ((SUBMIT, "head"), (CHECK, "reviewer"), (APPROVE, "approver"), (ASK, "head")),
    "amending": ((SUBMIT, "head"), (CHECK, "reviewer"), (APPROVE, "approver"), (AMEND, "approver")),
    "on paper": ((RECORD, "reviewer"),),
    "exempt": ((EXEMPT, "approver"),),
}
"""By which moves a draft comes to where a race begins."""

FILING = {
    "hand up or submit": ("draft", (HAND_UP, "reporter"), (SUBMIT, "head")),
    "hand up twice": ("draft", (HAND_UP, "reporter"), (HAND_UP, "second_reporter")),
    "submit twice, by two": ("draft", (SUBMIT, "head"), (SUBMIT, "second_head")),
    "submit or hand back": ("to sign", (SUBMIT, "head"), (HAND_BACK, "second_head")),
    "submit or record": ("draft", (SUBMIT, "head"), (RECORD, "second_reviewer")),
    "record twice": ("draft", (RECORD, "reviewer"), (RECORD, "owner_reviewer")),
}
REVIEWING = {
    "key in or return": ("on paper", (KEY_IN, "head"), (RETURN, "reviewer")),
    "check or recall": ("submitted", (CHECK, "reviewer"), (RECALL, "head")),
    "check or return": ("submitted", (CHECK, "reviewer"), (RETURN, "second_reviewer")),
    "check twice": ("submitted", (CHECK, "reviewer"), (CHECK, "second_reviewer")),
    "recall or return": ("submitted", (RECALL, "head"), (RETURN, "reviewer")),
    "approve or return": ("checked", (APPROVE, "approver"), (RETURN, "owner_reviewer")),
    "approve twice": ("checked", (APPROVE, "approver"), (APPROVE, "second_approver")),
}
DECIDING = {
    "submit or exempt": ("draft", (SUBMIT, "head"), (EXEMPT, "approver")),
    "approve or exempt": ("checked", (APPROVE, "approver"), (EXEMPT, "second_approver")),
    "unexempt twice": ("exempt", (UNEXEMPT, "approver"), (UNEXEMPT, "second_approver")),
    "amend or keep": ("asked", (AMEND, "approver"), (KEEP, "second_approver")),
    "amend or ask for it": ("approved", (AMEND, "approver"), (ASK, "head")),
    "drop or submit an amendment": ("amending", (DROP, "head"), (SUBMIT, "second_head")),
}
"""The state in which two people see a report, and what each of them then does."""


class Arena:
    """The small city with a ward for each round, all staffed by the same people, and two of every kind."""

    def __init__(self, racers):
        self.city = City()
        self.city.now = NOW
        self.racers = racers
        self.months = iter(MONTHS)
        self.turn = False
        regimes.enter_days_off(range(2021, 2026))
        self.wards = Unit.objects.bulk_create(
            Unit(
                level=Level.COMMUNE,
                kind=Kind.WARD,
                code=f"9{number:04}",
                name=f"Phường {number}",
                parent=self.city.district,
                valid=DateRange(date(2021, 1, 1), None),
            )
            for number in range(ROUNDS)
        )
        for name, role, unit in PEOPLE:
            if name in ("reporter", "head", "reviewer", "approver"):
                setattr(self.city, f"second_{name}", self.city.add_person(f"second_{name}", role, self.unit(unit)))
        Appointment.objects.bulk_create(
            Appointment(
                user=self.person(name),
                role=role,
                unit=ward,
                valid=DateTimeTZRange(datetime(2021, 1, 1, tzinfo=VIETNAM), None),
            )
            for name, role in (
                ("reporter", Role.REPORTER),
                ("second_reporter", Role.REPORTER),
                ("head", Role.HEAD),
                ("second_head", Role.HEAD),
            )
            for ward in self.wards
        )

    def unit(self, name):
        return getattr(self.city, name)

    def person(self, name):
        return getattr(self.city, name)

    def brought_to(self, state):
        """The wards' reports of the next month, filled in and brought to that state."""
        period = self.city.open(next(self.months))
        found = Report.objects.filter(period=period, unit__in=self.wards)
        self.fill(list(found.select_related("current")))
        for action, name in WAYS[state]:
            edits = dict(found.values_list("pk", "edit"))
            if action in (CHECK, APPROVE):
                moving.move_all(edits, action, by=self.person(name), at=NOW)
            else:
                for pk, edit in edits.items():
                    self.mover(Report(pk=pk), action, name, edit)()
        return list(found.select_related("unit", "period", "current", "superior", "version", "form"))

    def fill(self, reports):
        """Fill the first one in, and write the same into the others."""
        self.city.fill(reports[0], by=self.city.reporter)
        typed = reports[0].current.values.values("item_id", "row", "number", "edit")
        others = reports[1:]
        Value.objects.bulk_create(Value(revision_id=one.current_id, **value) for one in others for value in typed)
        Author.objects.bulk_create(Author(report=one, user=self.city.reporter) for one in others)

    def mover(self, report, action, name, edit=None):
        """A function by which the person makes that move, having seen the report as it is given."""
        edit = report.edit if edit is None else edit
        return partial(moving.move, report, action, by=self.person(name), at=NOW, edit=edit, grounds=GROUNDS)

    def prove(self):
        """After all races the figures are those of the values, and the journal agrees with itself."""
        figures.fold_marked()
        assert proof.compare()[1] == []
        assert journal.verify().findings == []

    def at_once(self, *acts):
        """Run two acts side by side, each of them first in turns; return what came of them in their order."""
        self.turn = not self.turn
        outcomes = self.racers.at_once(*(acts if self.turn else reversed(acts)))
        return outcomes if self.turn else outcomes[::-1]


LOOK = """
    SELECT status, edit, current_id, approved_id, received_at,
           (SELECT count(*) FROM reports_step WHERE report_id = report.id),
           (SELECT count(*) FROM reports_revision WHERE report_id = report.id),
           (SELECT count(*) FROM reports_revision WHERE report_id = report.id AND frozen_at IS NULL),
           (SELECT count(*) FROM reports_remark WHERE report_id = report.id),
           (SELECT count(*) FROM reports_attachment file JOIN reports_revision revision ON revision.id = revision_id
            WHERE report_id = report.id)
    FROM reports_report report WHERE id = %s
"""


class Look(NamedTuple):
    """A report as it stands, with how many of what belongs to it."""

    status: str
    edit: int
    current: int
    approved: int | None
    received_at: datetime | None
    steps: int
    revisions: int
    open: int
    remarks: int
    files: int


def look(report):
    with connection.cursor() as cursor:
        cursor.execute(LOOK, [report.pk])
        return Look(*cursor.fetchone())


def check_winner(report, before, step):
    """The report is where the one step brought it, and nothing remains of anything else that was tried."""
    after = look(report)
    effect = EFFECTS[step.before, step.action, step.after]
    assert after._replace(current=0, approved=0, received_at=None) == Look(
        status=step.after,
        edit=before.edit + 1,
        current=0,
        approved=0,
        received_at=None,
        steps=before.steps + 1,
        revisions=before.revisions + (effect is Effect.REOPENS),
        open=step.after in OWED or (step.action == EXEMPT and step.before in OWED),
        remarks=before.remarks,
        files=before.files + (step.action == RECORD),
    )
    assert after.current == before.current or effect in (Effect.REOPENS, Effect.DROPS)
    assert after.approved == (before.current if effect is Effect.ACCEPTS else before.approved)
    steps = list(report.steps.order_by("seq").values())
    previous = steps[-2]["digest"] if steps[1:] else ""
    assert steps[-1]["digest"] == link(previous, steps[-1]) == step.digest


# The kinds of races: each runs its rounds and returns how often each outcome came -------------------------------------


def race_moves(state, first, second, arena):
    """Two moves of one report: one is made, and who tried the other is told that the report has moved."""
    won = Counter()
    for report in arena.brought_to(state):
        before = look(report)
        outcomes = arena.at_once(*(arena.mover(report, *act) for act in (first, second)))
        steps = [outcome for outcome in outcomes if isinstance(outcome, Step)]
        assert [outcome.code for outcome in outcomes if isinstance(outcome, Refused)] == ["moved_meanwhile"]
        check_winner(report, before, steps[0])
        won[f"{steps[0].action} by {steps[0].by.username}"] += 1
    return won


def submit_sent_twice(arena):
    """One request sent twice gives one receipt."""
    for report in arena.brought_to("draft"):
        before = look(report)
        submit = arena.mover(report, SUBMIT, "head")
        one, two = arena.at_once(submit, submit)
        assert one.pk == two.pk
        check_winner(report, before, one)
    return Counter({"one receipt": ROUNDS})


def save_or_submit(arena):
    """No value is left outside the snapshot."""
    won = Counter()
    for report in arena.brought_to("draft"):
        seen = report.current.values.get(item__code="closed").edit
        entry = filing.Entry("closed", Decimal(71), seen)
        saved, step = arena.at_once(
            partial(filing.save_cells, report, [entry], by=arena.city.reporter, at=NOW),
            arena.mover(report, SUBMIT, "head"),
        )
        revision = Revision.objects.get(report=report)
        closed = revision.values.get(item__code="closed").number
        if isinstance(step, Step):
            assert (saved.code, closed) == ("not_a_draft", 70)
            assert b'"closed":{"number":"70"}' in bytes(revision.snapshot)
            won["submit"] += 1
        else:
            assert (step.code, closed, revision.frozen_at) == ("moved_meanwhile", 71, None)
            won["save"] += 1
    return won


def two_saves(arena):
    """Of two who save one cell, the second is shown what the first has saved."""
    won = Counter()
    for report in arena.brought_to("draft"):
        seen = report.current.values.get(item__code="closed").edit
        outcomes = arena.at_once(
            *(
                partial(filing.save_cells, report, [filing.Entry("closed", Decimal(number), seen)], by=by, at=NOW)
                for number, by in ((61, arena.city.reporter), (62, arena.city.head))
            )
        )
        stands = report.current.values.get(item__code="closed")
        assert sorted(len(saved.stale) for saved in outcomes) == [0, 1]
        loser = next(saved for saved in outcomes if saved.stale)
        assert (loser.stale[0].number, loser.stale[0].edit) == (stands.number, stands.edit)
        won[f"{stands.number:f}"[:2]] += 1
    return won


def bulk_or_single_approval(arena):
    """A report that is approved with others and by itself is approved once."""
    won = Counter()
    for report in arena.brought_to("checked"):
        before = look(report)
        bulk = partial(moving.move_all, {report.pk: report.edit}, APPROVE, by=arena.city.second_approver, at=NOW)
        moved, step = arena.at_once(bulk, arena.mover(report, APPROVE, "approver"))
        if isinstance(step, Step):
            assert (moved.steps, list(moved.refused)) == ([], [report.pk])
        else:
            assert (step.code, len(moved.steps), moved.refused) == ("moved_meanwhile", 1, {})
        check_winner(report, before, report.steps.last())
        won["single" if isinstance(step, Step) else "bulk"] += 1
    return won


def two_bulks(arena):
    """Of two who approve the same reports, in opposite order, each report is approved once and nobody is stuck."""
    won = Counter()
    reports = arena.brought_to("checked")
    befores = {report.pk: look(report) for report in reports}
    for some in range(0, len(reports), 4):
        batch = reports[some : some + 4]
        edits = [(report.pk, report.edit) for report in batch]
        one, two = arena.at_once(
            partial(moving.move_all, dict(edits), APPROVE, by=arena.city.approver, at=NOW),
            partial(moving.move_all, dict(edits[::-1]), APPROVE, by=arena.city.second_approver, at=NOW),
        )
        assert sorted(step.report_id for step in (*one.steps, *two.steps)) == sorted(pk for pk, _edit in edits)
        for made, other in ((one, two), (two, one)):
            assert {step.report_id for step in made.steps} == set(other.refused)
        for report in batch:
            check_winner(report, befores[report.pk], report.steps.last())
        won["the first"] += len(one.steps)
        won["the second"] += len(two.steps)
    return won


def return_or_remark(arena):
    """A remark is sent with the return, or comes too late; none stays behind unsent."""
    won = Counter()
    for report in arena.brought_to("submitted"):
        step, remark = arena.at_once(
            arena.mover(report, RETURN, "reviewer"),
            partial(reviewing.pin, report, Cell("online"), "Số sai.", by=arena.city.second_reviewer, at=NOW),
        )
        sent = Remark.objects.filter(report=report)
        if isinstance(remark, Remark):
            assert (step.remarks, [one.step_id for one in sent]) == (1, [step.pk])
        else:
            assert (remark.code, step.remarks, sent.count()) == ("not_under_review", 0, 0)
        won["in time" if isinstance(remark, Remark) else "too late"] += 1
    return won


def extension_and_submit(arena):
    """Neither loses what the other does."""
    for report in arena.brought_to("draft"):
        until = NOW + timedelta(days=2)
        extend = partial(
            deadlines.grant_extension,
            *(report.form, report.period),
            unit=report.unit,
            until=until,
            reason="Vì sao đó.",
            document="12/UBND",
            by=arena.city.approver,
            at=NOW,
        )
        before = look(report)
        extended, step = arena.at_once(extend, arena.mover(report, SUBMIT, "head"))
        check_winner(report, before, step)
        report.refresh_from_db()
        assert (extended.reports, report.deadline) == (1, until)
    return Counter({"both": ROUNDS})


def synthesis_or_return(arena):
    """What a synthesis holds is the revision that was checked; a return before it leaves nothing to sign."""
    won = Counter()
    for report in arena.brought_to("checked"):
        Report.objects.filter(pk=report.pk).update(synthesised=True)
        sign = partial(synthesising.sign, report.form, report.period, arena.city.district)
        synthesis, step = arena.at_once(
            partial(sign, by=arena.city.district_head, at=NOW), arena.mover(report, RETURN, "owner_reviewer")
        )
        assert step.action == RETURN
        if isinstance(synthesis, Refused):
            assert synthesis.code == "nothing_to_bring_together"
        else:
            assert [entry.revision_id for entry in synthesis.entries.all()] == [step.revision_id]
        won["too late" if isinstance(synthesis, Refused) else "in time"] += 1
    return won


def two_openings(arena):
    """Each report of a period is opened once."""
    won = Counter()
    for month in range(ROUNDS):
        code = f"{2024 + month // 12}-{month % 12 + 1:02}"
        one, two = arena.at_once(*[partial(opening.open_period, arena.city.version, PeriodCode.parse(code))] * 2)
        reports = Report.objects.filter(period__code=code)
        assert one + two == reports.count() == Revision.objects.filter(report__in=reports).count() > ROUNDS
        assert Mark.objects.filter(period__code=code).count() == one + two
        won["the first" if one else "the second"] += 1
    return won


def fold_and_approval(arena):
    """The figures end exact."""
    for report in arena.brought_to("checked"):
        step, _folded = arena.at_once(arena.mover(report, APPROVE, "approver"), figures.fold_marked)
        assert step.action == APPROVE
    arena.prove()
    assert not Mark.objects.exists()
    return Counter({"exact": ROUNDS})


def seal_and_approval(arena):
    """A step is sealed at once or with the next seal, and the journal agrees with itself."""
    won = Counter()
    for report in arena.brought_to("checked"):
        seal, step = arena.at_once(partial(sealing.seal, at=NOW), arena.mover(report, APPROVE, "approver"))
        won["sealed at once" if seal.heads.filter(digest=step.digest).exists() else "sealed next"] += 1
    sealing.seal(at=NOW)
    assert Seal.objects.filter(heads__digest=step.digest).count() == 1
    return won


KINDS = {
    "filing": {name: partial(race_moves, *terms) for name, terms in FILING.items()}
    | {"submit sent twice": submit_sent_twice, "save or submit": save_or_submit, "two saves of one cell": two_saves},
    "reviewing": {name: partial(race_moves, *terms) for name, terms in REVIEWING.items()},
    "deciding": {name: partial(race_moves, *terms) for name, terms in DECIDING.items()}
    | {"bulk or single approval": bulk_or_single_approval, "two bulks": two_bulks},
    "beside": {
        "return or remark": return_or_remark,
        "extension and submit": extension_and_submit,
        "synthesis or return": synthesis_or_return,
        "fold and approval": fold_and_approval,
        "seal and approval": seal_and_approval,
        "two openings": two_openings,
    },
}
"""The kinds of races by what they are about."""


def run(arena, kinds):
    """Run all rounds of these kinds; yield each with how often every outcome came."""
    for name, kind in kinds.items():
        try:
            outcomes = kind(arena)
            assert outcomes.total() == ROUNDS
        except Exception as error:
            error.add_note(f"in a race of the kind “{name}”")
            raise
        yield name, outcomes
    arena.prove()


@pytest.mark.parametrize("kinds", KINDS)
def test_of_two_who_act_at_once_one_wins_and_nothing_is_done_twice(transactional_db, settings, tmp_path, kinds):
    settings.ATTACHMENTS_ROOT = tmp_path
    with Racers(2) as racers:
        assert [name for name, _outcomes in run(Arena(racers), KINDS[kinds])] == list(KINDS[kinds])
