"""People who do anything to reports, in any order, beside a model that foretells what comes of it.

Every move is foretold by tests/foretelling.py, and compared with what the portal offers, does and keeps. A thousand
moves are tried here; `make proof` tries many more (bench/proof_moves.py).
"""

import json
from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count

import hypothesis
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from accounts.models import Appointment, Unit
from accounts.refusals import Refused
from accounts.roles import Capacity, Role
from reports import content, figures, journal, proof
from reports.actions import filing, moving, reviewing, sealing, synthesising
from reports.actions.grounds import Grounds
from reports.chain import link
from reports.checks import Cell, Severity
from reports.models import DeputyForm, Form, Period, Remark, Report, Step
from reports.workflow import IN_BULK, MOVES, ONWARD, OWED, Action, Effect, Move, Status
from tests.city import NUMBERS, PEOPLE, VIETNAM
from tests.foretelling import FORBIDDEN, MADE, NOT_THEIRS, REPEATED, Office, Post, Sheet

WALKS, STEPS = 3, 60
"""So many walks are made with one seed, each of so many steps."""

REPORTS = (
    # name       unit          month      signed
    ("commune", "commune", "2022-05", True),
    ("earlier", "commune", "2022-04", True),
    ("unsigned", "sibling", "2022-05", False),
    ("direct", "department", "2022-05", True),
    ("open", "stand_in", "2022-05", False),
    ("own", "owner", "2022-05", True),
    ("far", "far_commune", "2022-05", True),  # accepted within its district's synthesis
)
FILLED = {
    "commune": "reporter",
    "earlier": "reporter_reviewer",
    "unsigned": "sibling_reporter",
    "direct": "department_reporter",
    "own": "owner_reporter",
    "far": "stranger",
}
"""Which of them are filled in when a walk begins, and by whom."""

TWO_ROLES = (
    ("reporter_reviewer", (Role.REPORTER, "commune"), (Role.REVIEWER, "district")),
    ("head_approver", (Role.HEAD, "commune"), (Role.APPROVER, "owner")),
    ("reviewer_approver", (Role.REVIEWER, "district"), (Role.APPROVER, "owner")),
    ("reviewer_twice", (Role.REVIEWER, "district"), (Role.REVIEWER, "owner")),
    ("head_reviewer", (Role.HEAD, "department"), (Role.REVIEWER, "owner")),
    ("observing_approver", (Role.OBSERVER, "commune"), (Role.APPROVER, "owner")),
    ("owners_both", (Role.HEAD, "owner"), (Role.APPROVER, "owner")),
    ("both_approver", (Role.APPROVER, "owner"), (Role.APPROVER, "stand_in")),
    ("stand_in_reporter", (Role.REPORTER, "stand_in"), (Role.REVIEWER, "stand_in")),
    ("far_district_head", (Role.HEAD, "elsewhere")),
    ("deputy", (Role.HEAD, "commune")),
    ("other_deputy", (Role.HEAD, "sibling")),  # signs another form only
)
BEGINS = datetime(2022, 5, 14, 20, 0, tzinfo=VIETNAM)
"""Four hours before the data window of the month ends."""

SECOND = timedelta(seconds=1)
ENDS = datetime(2022, 8, 20, tzinfo=VIETNAM)
"""Until then no holiday falls on a working day."""

PDF = ("Báo cáo.pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\n%%EOF\n")
LACKS = (
    *({"reason": text} for text in ("", " \n", "x" * 4001)),
    *({"document": text} for text in ("", "x" * 101)),
    *({"scan": scan} for scan in (None, ("a.pdf", b"MZ\x90\x00"))),
    *({"ago": ago} for ago in (None, timedelta(minutes=-1), timedelta(days=3))),
    {"voids": True},
)
"""How grounds may fall short of what would do for every move."""

IMAGE = """
    SELECT report.id, json_build_object(
        'report', to_json(report),
        'steps', (SELECT json_agg(step ORDER BY seq) FROM reports_step step WHERE report_id = report.id),
        'remarks', (SELECT json_agg(remark ORDER BY id) FROM reports_remark remark WHERE report_id = report.id),
        'authors', (SELECT json_agg(user_id ORDER BY id) FROM reports_author WHERE report_id = report.id),
        'revisions', (SELECT json_object_agg(number, json_build_array(
            revision,
            (SELECT json_agg(value ORDER BY id) FROM reports_value value WHERE revision_id = revision.id),
            (SELECT json_agg(file ORDER BY id) FROM reports_attachment file WHERE revision_id = revision.id)
        )) FROM reports_revision revision WHERE report_id = report.id)
    )::text
    FROM reports_report report WHERE id = ANY(%s)
    UNION ALL SELECT 0, count(*)::text FROM reports_mark
"""
"""Every row that belongs to these reports, as texts by their keys; and under 0 how many marks there are."""


def set_out(city):
    """What every walk begins with: the routes, what is filled in, and who is appointed where, which is returned.

    The city gets people of two roles, and a deputy each for this form and for another.
    """
    office = {name: [Post(role, unit)] for name, role, unit in PEOPLE}
    for name, first, *more in TWO_ROLES:
        person = city.add_person(name, first[0], getattr(city, first[1]))
        for role, unit in more:
            city.appoint(person, role, getattr(city, unit))
        setattr(city, name, person)
        office[name] = [Post(role, unit, signs=name != "other_deputy") for role, unit in (first, *more)]
    for name, form in (("deputy", city.form), ("other_deputy", Form.objects.create(code="BM-99"))):
        posts = Appointment.objects.filter(user=getattr(city, name))
        posts.update(capacity=Capacity.DEPUTY)
        DeputyForm.objects.create(appointment=posts.get(), form=form)
    for _name, unit, month, signed in REPORTS:
        Report.objects.filter(unit=getattr(city, unit), period__code=month).update(signed=signed)
    Report.objects.filter(unit=city.far_commune, period__code="2022-05").update(synthesised=True)
    for name, unit, month, _signed in REPORTS:
        if name in FILLED:
            city.fill(city.report_of(getattr(city, unit), month), by=getattr(city, FILLED[name]))
    return office


class Walk(RuleBasedStateMachine):
    """One walk: whatever the rules draw is foretold, done, and looked at. Nothing of it is kept."""

    city = people = None
    made: Counter[Move] = Counter()
    heard: Counter[str] = Counter()

    def __init__(self):
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.now = BEGINS
        self.office = Office(self.people)
        self.city.now = self.now
        self.month = Period.objects.get(code="2022-05")
        self.keys, self.sheets, self.reports, self.frozen = {}, {}, {}, {}
        for name, unit, month, signed in REPORTS:
            report = self.city.report_of(getattr(self.city, unit), month)
            superior = {"commune": "district", "sibling": "district", "far_commune": "elsewhere"}.get(unit)
            self.keys[name] = report.pk
            sheet = self.sheets[name] = Sheet(unit, superior, report.period.last_day, signed, report.synthesised)
            if name in FILLED:
                sheet.write({item: (number, None, 0) for item, number in NUMBERS.items()}, FILLED[name])
            self.frozen[name] = {}
        self.others_below = (
            Report.objects.filter(superior=self.city.district).exclude(pk__in=self.keys.values()).count()
        )
        self.images = self.look()
        self.sound = True

    def teardown(self):
        try:
            if self.sound:
                self.prove()
        finally:
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    # The rules -------------------------------------------------------------------------------------------------------

    @rule(chance=st.randoms(use_true_random=True))
    def something_happens(self, chance):
        """One of ACTS. Their choice is even, where Hypothesis would prefer a few rules and few numbers."""
        happens = chance.choices(list(self.ACTS), self.ACTS.values())[0]
        hypothesis.note(f"{self.now:%d/%m %H:%M:%S} {happens}")
        self.sound = False
        getattr(self, happens)(chance)
        self.sound = True

    ACTS = {
        "a_report_is_moved_some_steps": 12,
        "somebody_fills_a_report_in": 4,
        "somebody_pins_a_remark": 2,
        "somebody_answers_remarks": 2,
        "somebody_moves_all_in_one_act": 1,
        "a_district_signs_its_synthesis": 1,
        "time_passes": 3,
        "the_district_will_end": 0.5,
        "the_portal_drops_the_checks_of_who_has_ended": 1,
        "the_journal_is_sealed": 0.2,
    }
    """What may happen, and how often in proportion."""

    def a_report_is_moved_some_steps(self, chance):
        """Mostly on, by moves that are open to somebody; else by anything that anybody may try."""
        name = chance.choice(sorted(self.sheets))
        self.now += SECOND
        for _move in range(chance.randint(1, 8)):
            by_action = self.open_to_somebody(name)
            if by_action and chance.random() < 0.8:
                onward = [action for action in by_action if action in ONWARD]
                action = chance.choice([*onward * 3, *by_action])
                wrote = [person for person in by_action[action] if person in self.sheets[name].written]
                person = chance.choice(wrote if wrote and chance.random() < 0.1 else by_action[action])
            else:
                action = chance.choice(list(Action))
                person = chance.choice(sorted(self.people))
            edit = self.sheets[name].edit - chance.choice([0] * 20 + [1, 2])
            if self.sheets[name].steps and chance.random() < 0.04:
                edit, (action, person) = chance.choice(list(self.sheets[name].steps.items()))
            grounds, is_shown = self.draw_grounds(chance), chance.random() < 0.5
            self.try_move(name, action, person or "inspector", edit, grounds, is_shown=is_shown)

    def open_to_somebody(self, name):
        """Who may make each move of the report, by action."""
        found = {}
        for person in sorted(self.people):
            for row in self.sheets[name].open_to(person, self.office, self.now):
                found.setdefault(row.action, []).append(person)
        return found

    def somebody_moves_all_in_one_act(self, chance):
        action = chance.choice(IN_BULK)
        person = chance.choice(["reviewer", "approver", *sorted(self.people)])
        late = chance.choice(["", *sorted(self.sheets)])
        self.now += SECOND
        edits = {name: sheet.edit - (name == late) for name, sheet in self.sheets.items()}
        told = {name: self.foretell(name, action, person, Grounds(), edits[name]) for name in self.sheets}
        moved = moving.move_all(
            {self.keys[name]: edit for name, edit in edits.items()}, action, by=self.person(person), at=self.now
        )
        won = {name for name, (outcome, _row) in told.items() if outcome in (MADE, REPEATED)}
        assert {step.report_id for step in moved.steps} == {self.keys[name] for name in won}
        assert set(moved.refused) == {self.keys[name] for name in self.sheets.keys() - won}
        for name, (outcome, row) in told.items():
            if outcome != "no_such_move":
                self.count(outcome, row)
            if outcome == MADE:
                self.sheets[name].take(row, person, Grounds(), self.now)
        self.compare({name for name, (outcome, _row) in told.items() if outcome == MADE})

    def somebody_fills_a_report_in(self, chance):
        """The whole report, with one number that may break a rule, or one cell as it was seen a while ago."""
        name, person = self.report_and_person(chance, (), Role.REPORTER, Role.HEAD)
        sheet = self.sheets[name]
        number = chance.choice([60, 60, 61, 62, 20, 101, None])
        entries = {"online": (number, None, self.seen(chance, sheet, "online"))}
        if chance.random() < 0.7:
            note = chance.choice(["Đã rà soát.", None])
            entries = {
                item: (value, note, sheet.cells[item].edit if item in sheet.cells else 0)
                for item, value in NUMBERS.items()
            } | entries
        self.now += SECOND
        foretold = sheet.foretell_save(person, self.office, self.now)
        cells = [
            filing.Entry(item, None if number is None else Decimal(number), edit, note=note)
            for item, (number, note, edit) in entries.items()
        ]
        outcome, saved = self.outcome(
            lambda: filing.save_cells(self.report(name), cells, by=self.person(person), at=self.now), "saved"
        )
        assert outcome == foretold
        if outcome == "saved":
            assert {cell.item for cell in saved.stale} == sheet.write(entries, person)
            stored = {cell.item: (cell.number, cell.answer.note, cell.edit) for cell in saved.stands}
            assert {item: stored[item] for item in entries} == {
                item: (cell.number, cell.note, cell.edit) for item, cell in sheet.cells.items() if item in entries
            }
        self.compare({name} if outcome == "saved" else set())

    def somebody_pins_a_remark(self, chance):
        name, person = self.report_and_person(chance, (), Role.REVIEWER, Role.APPROVER)
        self.now += SECOND
        sheet = self.sheets[name]
        outcome, _remark = self.outcome(
            lambda: reviewing.pin(self.report(name), Cell("online"), "Số sai.", by=self.person(person), at=self.now),
            "pinned",
        )
        assert outcome == sheet.foretell_remark(person, self.office, self.now)
        if outcome == "pinned":
            sheet.unsent[sheet.revision] = sheet.unsent.get(sheet.revision, 0) + 1
        self.compare({name} if outcome == "pinned" else set())

    def somebody_answers_remarks(self, chance):
        """All of a report's, mostly by one of its unit."""
        asked = [name for name, sheet in self.sheets.items() if sheet.unanswered]
        name, person = self.report_and_person(chance, asked, Role.REPORTER, Role.HEAD)
        self.now += SECOND
        sheet = self.sheets[name]
        if not sheet.fills(person, self.office, self.now):
            foretold = FORBIDDEN
        else:
            foretold = "answered" if sheet.status in OWED else "not_with_the_unit"
        for remark in Remark.objects.filter(report=self.keys[name]).open():
            outcome, _remark = self.outcome(
                lambda remark=remark: reviewing.answer(remark, "Đã sửa.", by=self.person(person), at=self.now),
                "answered",
            )
            assert outcome == foretold
            sheet.unanswered -= outcome == "answered"
        self.compare({name} if foretold == "answered" else set())

    def a_district_signs_its_synthesis(self, chance):
        """Over its only commune's report, once that is checked."""
        person = chance.choice([*["far_district_head"] * 3, *sorted(self.people)])
        self.now += SECOND
        sheet = self.sheets["far"]
        outcome, _synthesis = self.outcome(
            lambda: synthesising.sign(
                self.city.form, self.month, self.city.elsewhere, by=self.person(person), at=self.now
            ),
            "signed",
        )
        assert outcome == sheet.foretell_synthesis(person, self.office, self.now)
        if outcome == "signed":
            sheet.composed.add(sheet.revision)
        self.compare(set())

    def time_passes(self, chance):
        self.now = min(self.now + timedelta(hours=chance.choice([1, 10, 24, 24, 48, 96])), ENDS)

    def the_district_will_end(self, chance):
        if not self.office.ends:
            last = self.now.date() + timedelta(days=chance.randint(1, 4))
            self.office.ends["district"] = last
            Unit.objects.filter(pk=self.city.district.pk).update(valid=DateRange(self.city.district.valid.lower, last))
            self.reports.clear()

    def the_portal_drops_the_checks_of_who_has_ended(self, _chance):
        self.now += SECOND
        waiting = {
            name
            for name, sheet in self.sheets.items()
            if sheet.status in (*OWED, Status.SUBMITTED)
            and sheet.superior
            and not self.office.exists(sheet.superior, self.now)
        }
        ended = not self.office.exists("district", self.now)
        assert moving.drop_checks(at=self.now) == len(waiting) + self.others_below * ended
        self.others_below *= not ended
        for name in waiting:
            (row,) = [row for row in self.sheets[name].listed() if row.action == Action.DROP_CHECK]
            self.count(MADE, row)
            self.sheets[name].take(row, None, Grounds(), self.now)
        self.compare(waiting)

    def the_journal_is_sealed(self, _chance):
        self.now += SECOND
        sealing.seal(at=self.now)
        self.compare(set())

    # One move --------------------------------------------------------------------------------------------------------

    def try_move(self, name, action, person, edit, grounds, *, is_shown=True):
        """Foretell the move, make it or be refused, and compare what has become of it."""
        sheet = self.sheets[name]
        report, by = self.report(name), self.person(person)
        offered = sheet.open_to(person, self.office, self.now)
        if is_shown:
            assert moving.moves_open(report, by=by, at=self.now) == offered
        foretold, row = self.foretell(name, action, person, grounds, edit)
        hypothesis.note(f"{self.now} {name}: {action} by {person}, {foretold} foretold")
        outcome, step = self.outcome(
            lambda: moving.move(report, action, by=by, at=self.now, edit=edit, grounds=grounds), MADE
        )
        if edit == sheet.edit:
            assert (outcome in NOT_THEIRS) == (action not in [move.action for move in offered])
        if foretold == REPEATED and outcome == MADE:
            outcome = REPEATED
            assert (step.edit, step.action, step.by_id) == (edit, action, by.pk)
        assert outcome == foretold, (name, action, person, grounds)
        self.count(outcome, row)
        if outcome == MADE:
            own = {getattr(self.city, post.unit).pk for post in self.office.posts(person, self.now)}
            assert action not in (Action.CHECK, Action.APPROVE) or person not in sheet.written
            assert action not in (Action.EXEMPT, Action.UNEXEMPT, Action.RECORD) or report.unit_id not in own
            assert (step.before, step.action, step.after) == (row.before, row.action, row.after)
            sheet.take(row, person, grounds, self.now)
            marks = row.effect is not Effect.KEEPS
        else:
            marks = False
        self.compare({name} if outcome == MADE else set(), marks=marks)

    def foretell(self, name, action, person, grounds, edit):
        sheet = self.sheets[name]
        terms = (action, person, grounds, edit, self.office, self.now)
        outcome, row = sheet.foretell(*terms, warned=False)
        if outcome == MADE and action == Action.SUBMIT:
            problems = content.Reading(self.report(name)).problems
            assert not [problem for problem in problems if problem.severity == Severity.ERROR]
            outcome, row = sheet.foretell(*terms, warned=any(problem.blocks for problem in problems))
        return outcome, row

    def draw_grounds(self, chance):
        """What would do for every move, short of what is drawn."""
        given = {"reason": "Vì sao đó.", "document": "12/UBND", "scan": PDF, "ago": timedelta(hours=4), "voids": False}
        if chance.random() < 0.2:
            given |= chance.choice(LACKS)
        ago = given.pop("ago")
        return Grounds(**given, received_at=None if ago is None else self.now - ago)

    def outcome(self, act, done):
        """`done` and what the act gave, or why it was refused."""
        try:
            return done, act()
        except Refused as refused:
            return refused.code, None
        except PermissionDenied:
            return FORBIDDEN, None
        except ValidationError as error:
            return f"invalid: {' '.join(sorted(error.message_dict))}", None

    def count(self, outcome, row):
        self.heard[outcome] += 1
        if outcome == MADE:
            self.made[row] += 1

    # What is drawn and looked up -------------------------------------------------------------------------------------

    def report(self, name):
        """The report as it was after the last move; read anew where it has changed."""
        if name not in self.reports:
            named = Report.objects.select_related("unit", "form", "version", "period", "current", "superior")
            self.reports[name] = named.get(pk=self.keys[name])
        return self.reports[name]

    def person(self, name):
        return getattr(self.city, name)

    def report_and_person(self, chance, asked, *roles):
        """One of these reports, or of all where there are none; and somebody who mostly has such a role there."""
        name = chance.choice(sorted(asked or self.sheets))
        near = {self.sheets[name].unit, self.sheets[name].superior, self.office.owner}
        fit = [
            person
            for person, posts in sorted(self.people.items())
            if any(post.role in roles and post.unit in near for post in posts)
        ]
        return name, chance.choice(fit if chance.random() < 0.8 else sorted(self.people))

    def seen(self, chance, sheet, item):
        edit = sheet.cells[item].edit if item in sheet.cells else 0
        return max(0, edit - chance.choice([0, 0, 0, 1]))

    # What must hold --------------------------------------------------------------------------------------------------

    def look(self):
        with connection.cursor() as cursor:
            cursor.execute(IMAGE, [list(self.keys.values())])
            return dict(cursor.fetchall())

    def compare(self, changed, *, marks=None):
        """Nothing but these reports has changed, and what they have become is what the model foretold."""
        before, self.images = self.images, self.look()
        keys = {self.keys[name] for name in changed}
        assert {key for key in before.keys() - {0} if self.images[key] != before[key]} <= keys
        if marks is not None:
            assert int(self.images[0]) - int(before[0]) == marks
        for name in changed:
            self.reports.pop(name, None)
            image = json.loads(self.images[self.keys[name]])
            self.check_row(name, image)
            self.check_content(name, image)
            self.check_steps(name)

    def check_row(self, name, image):
        sheet, row = self.sheets[name], image["report"]
        numbers = {revision["id"]: revision["number"] for revision, _values, _files in image["revisions"].values()}
        superior = getattr(self.city, sheet.superior).pk if sheet.superior else None
        told = (sheet.status, sheet.edit, sheet.on_paper, sheet.asked, sheet.revision, sheet.approved, superior)
        assert told == (
            *(row["status"], row["edit"], row["on_paper"], row["amendment_asked"]),
            *(numbers[row["current_id"]], numbers.get(row["approved_id"]), row["superior_id"]),
        )
        received = row["received_at"] and datetime.fromisoformat(row["received_at"])
        assert received == sheet.received_at
        assert set(image["authors"] or ()) <= {getattr(self.city, person).pk for person in sheet.written}

    def check_content(self, name, image):
        """What is frozen stays as it was when it was frozen, to the byte; one is open just while it is owed."""
        sheet, revisions = self.sheets[name], image["revisions"]
        opened = {int(number) for number, (revision, *_rest) in revisions.items() if revision["frozen_at"] is None}
        assert opened == ({sheet.revision} if sheet.is_open else set())
        assert len(revisions) == sheet.revisions
        for number in sheet.frozen:
            kept = self.frozen[name].setdefault(number, revisions[str(number)])
            assert kept[0]["digest"]
            assert revisions[str(number)] == kept

    def check_steps(self, name):
        """The steps are linked, listed, without a gap, and lead from a draft to where the report is."""
        steps = list(Step.objects.filter(report=self.keys[name]).order_by("seq").values())
        status, digest = Status.DRAFT, ""
        for seq, step in enumerate(steps, 1):
            assert (step["seq"], step["before"]) == (seq, status)
            assert any((row.before, row.action, row.after) == (status, step["action"], step["after"]) for row in MOVES)
            assert step["digest"] == link(digest, step)
            status, digest = step["after"], step["digest"]
        assert status == self.sheets[name].status
        assert len(steps) == len(self.sheets[name].steps)

    def prove(self):
        """The figures are those of the values, and the journal agrees with itself."""
        figures.fold_marked()
        assert proof.compare()[1] == []
        assert journal.verify().findings == []
        connection.check_constraints()


def walk(city, to_try):
    """Walk until so many moves were tried; return how often each row was made, and how often each thing was heard."""
    Walk.city, Walk.people = city, set_out(city)
    Walk.made, Walk.heard = Counter(), Counter()
    terms = hypothesis.settings(
        max_examples=WALKS,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    seeds = count()
    while Walk.heard.total() < to_try:
        run_state_machine_as_test(hypothesis.seed(next(seeds))(Walk), settings=terms)
    return Walk.made, Walk.heard


@pytest.mark.slow
def test_whatever_people_do_reports_move_as_foretold_and_nothing_else_changes(shared_city, settings, tmp_path):
    settings.ATTACHMENTS_ROOT = tmp_path
    made, heard = walk(shared_city, 1000)

    assert heard[MADE] == made.total() > 300
    assert len(made.keys() & set(MOVES)) > len(MOVES) * 3 / 4
    assert len(heard) > 15
