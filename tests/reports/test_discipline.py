"""The way of a lapse: recorded, asked about, explained, ruled, listed, objected to, issued, proposed, decided."""

import json
from datetime import date, datetime, timedelta
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, ProgrammingError, transaction
from django.db.models import F

from accounts.models import JournalEntry
from accounts.refusals import Refused
from accounts.roles import Capacity, Role
from reports import store
from reports.actions import deadlines
from reports.actions.discipline import explaining, listing, proposing, recording, ruling
from reports.models import DeputyForm, Lapse, Period, StandingList
from reports.workflow import Action
from tests.city import NOW, VIETNAM
from tests.office import PDF
from tests.race import at_once

MAY, APRIL = date(2022, 5, 1), date(2022, 4, 1)
JUNE_1 = datetime(2022, 6, 1, 8, tzinfo=VIETNAM)


def may(day, hour=8):
    return datetime(2022, 5, day, hour, tzinfo=VIETNAM)


EXPLAINED, RULED = may(18, 10), may(19)


def lapse_of(unit, code="2022-05", kind="filing"):
    return Lapse.objects.select_related("report").get(unit=unit, report__period__code=code, kind=kind)


def refusal(code):
    return pytest.raises(Refused, check=lambda refused: refused.code == code)


@pytest.fixture
def lapsed(city):
    """The commune's lapse of 2022-05, recorded and asked about on the second working day after the deadline."""
    recording.record(at=may(17, 9))
    recording.record(at=may(18, 9))
    return lapse_of(city.commune)


def explain(lapse, city, *, at=EXPLAINED, **more):
    given = {"cause": "not_signed", "text": "Lãnh đạo đi công tác.", "by": city.head}
    return explaining.explain(lapse, **given | more, at=at)


def rule(lapse, city, *, at=RULED, **more):
    given = {"excused": True, "reason": "Có lý do chính đáng.", "by": city.approver}
    return ruling.rule(lapse, **given | more, at=at)


# Recording ------------------------------------------------------------------------------------------------------------


def test_what_is_missing_is_recorded_once_and_asked_about_once_it_lasts(city):
    city.now = may(16, 20)
    city.submit(city.report_of(city.sibling))
    assert recording.record(at=may(17, 0)) == 8  # of April: nobody has filed
    assert recording.record(at=may(17, 1)) == 2  # the two other communes
    lapse = lapse_of(city.commune)
    assert (lapse.since, lapse.due, lapse.recorded_at) == (
        datetime(2022, 4, 15, tzinfo=VIETNAM),
        may(17, 0),
        may(17, 1),
    )
    assert recording.record(at=may(17, 2)) == 0
    assert not Lapse.objects.filter(unit=city.sibling, report__period__code="2022-05").exists()


def test_a_first_lapse_is_asked_about_when_it_lasts_longer_than_a_day_and_another_at_once(city):
    for unit in (city.commune, city.far_commune):
        city.now = datetime(2022, 4, 15, 9, tzinfo=VIETNAM)
        if unit == city.commune:
            city.submit(city.report_of(unit, "2022-04"))
    recording.record(at=may(17, 9))
    assert lapse_of(city.commune).asked_at is None
    assert lapse_of(city.far_commune).asked_at == may(17, 9)
    recording.record(at=may(18, 9))
    first = lapse_of(city.commune)
    assert (first.asked_at, first.explain_by) == (may(18, 9), may(24, 0))
    recording.record(at=may(19, 9))
    assert lapse_of(city.commune).asked_at == may(18, 9)


def test_an_excused_lapse_does_not_make_the_next_one_a_lapse_again(city):
    recording.record(at=NOW)
    april = lapse_of(city.commune, "2022-04")
    explain(april, city, at=NOW)
    rule(april, city, at=NOW)
    recording.record(at=may(17, 9))
    assert lapse_of(city.commune).asked_at is None
    assert lapse_of(city.sibling).asked_at == may(17, 9)


def test_a_portal_that_was_given_the_past_records_it_and_asks_nobody(city):
    later = datetime(2022, 8, 1, 8, tzinfo=VIETNAM)
    assert recording.record(at=later) == 16
    assert not Lapse.objects.filter(asked_at__isnull=False).exists()


def test_what_an_extension_or_an_exemption_excludes_is_not_recorded(city):
    deadlines.grant_extension(
        city.form,
        Period.objects.get(code="2022-05"),
        unit=city.commune,
        until=may(25),
        reason="Mưa lũ",
        document="12/TB",
        by=city.approver,
        at=NOW,
    )
    city.move(city.report_of(city.sibling), Action.EXEMPT, by=city.approver, reason="Không phát sinh.")
    recording.record(at=may(18))
    assert [lapse.unit for lapse in Lapse.objects.filter(report__period__code="2022-05")] == [city.far_commune]
    recording.record(at=may(25, 9))
    assert lapse_of(city.commune).due == may(25)


def test_a_review_that_takes_too_long_is_a_lapse_of_the_superior_and_of_the_owner(city):
    city.submit(city.report)
    recording.record(at=may(19))
    (superior,) = Lapse.objects.filter(kind="review")
    assert (superior.unit, superior.since, superior.due) == (city.district, NOW, may(19, 0))
    city.now = may(20)
    city.check(city.report)
    recording.record(at=may(30))
    owner = Lapse.objects.get(kind="review", since=may(20))
    assert (owner.unit, owner.due) == (city.owner, may(28, 0))


def test_the_owner_s_own_report_is_reviewed_in_time_by_its_stand_in(city):
    city.submit(city.report_of(city.owner))
    recording.record(at=may(30))
    assert lapse_of(city.stand_in, kind="review").report.unit == city.owner


@pytest.mark.django_db(transaction=True)
def test_sweeps_at_once_record_each_lapse_once_and_ask_about_it_once(city):
    """The database refuses to ask a second time, so whoever came second found it asked."""
    known = 0
    for instant in (NOW, may(17, 1), may(18, 9), may(20), may(30)):
        sweeps = [partial(recording.record, at=instant + timedelta(seconds=late)) for late in range(3)]
        known += sum(at_once(*sweeps))
        assert Lapse.objects.count() == known
    asked = Lapse.objects.filter(asked_at__isnull=False)
    assert asked.count() == known == 16
    assert {lapse.asked_at.replace(second=0) for lapse in asked} <= {NOW, may(17, 1), may(18, 9), may(20), may(30)}


def test_a_lapse_stays_as_it_was_recorded(lapsed):
    for change in ({"due": may(30)}, {"asked_at": None, "explain_by": None}, {"explain_by": may(30)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Lapse.objects.filter(pk=lapsed.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        lapsed.delete()


# Explaining -----------------------------------------------------------------------------------------------------------


def test_the_head_explains_with_evidence_and_the_last_word_counts(city, lapsed):
    first = explain(lapsed, city)
    said = explain(lapsed, city, text="Lãnh đạo đi công tác, đã ký.", file=("don.pdf", PDF), at=may(30))
    assert (said.capacity, said.name, said.content_type) == ("head", "don.pdf", "application/pdf")
    assert store.path_of(said.sha256).read_bytes() == PDF
    assert list(lapsed.explanations.all()) == [first, said]
    assert said.at > lapsed.explain_by  # late, and taken
    entry = JournalEntry.objects.get(table="reports_explanation", key=said.pk)
    assert (entry.by, entry.at) == (city.head, may(30))


@pytest.mark.parametrize("who", ["reporter", "sibling_head", "district_head", "approver", "inspector"])
def test_only_the_unit_s_own_signers_explain(city, lapsed, who):
    assert not explaining.may_explain(lapsed, by=getattr(city, who), at=NOW)
    with pytest.raises(PermissionDenied):
        explain(lapsed, city, by=getattr(city, who))


def test_a_deputy_explains_only_for_the_forms_that_it_covers(city, lapsed):
    deputy = city.add_person("deputy", Role.HEAD, city.commune)
    deputy.appointments.update(capacity=Capacity.DEPUTY)
    assert explain(lapsed, city, by=deputy).capacity == "deputy"
    other = type(city.form).objects.create(code="BM-99")
    DeputyForm.objects.create(appointment=deputy.appointments.get(), form=other)
    with pytest.raises(PermissionDenied):
        explain(lapsed, city, by=deputy)


def test_what_nobody_asked_is_not_explained_nor_what_is_ruled(city):
    city.now = datetime(2022, 4, 15, 9, tzinfo=VIETNAM)
    city.submit(city.report_of(city.commune, "2022-04"))
    recording.record(at=may(17, 9))
    lapse = lapse_of(city.commune)
    with refusal("not_asked"):
        explain(lapse, city)
    recording.record(at=may(18, 9))
    lapse.refresh_from_db()
    assert explaining.may_explain(lapse, by=city.head, at=may(18, 10))
    explain(lapse, city)
    rule(lapse, city)
    assert not explaining.may_explain(lapse, by=city.head, at=may(19))
    with refusal("already_ruled"):
        explain(lapse, city)


@pytest.mark.parametrize("wrong", [{"cause": "weather"}, {"text": "  "}, {"text": "x" * 4001}])
def test_an_explanation_has_a_cause_and_a_text(city, lapsed, wrong):
    with pytest.raises(ValidationError) as raised:
        explain(lapsed, city, **wrong)
    assert set(raised.value.message_dict) == set(wrong)


# Ruling ---------------------------------------------------------------------------------------------------------------


def test_the_owner_rules_once_it_is_explained_or_its_time_is_over(city, lapsed):
    with refusal("not_explained"):
        rule(lapsed, city)
    assert not ruling.may_rule(lapsed, by=city.approver, at=lapsed.explain_by)
    assert ruling.may_rule(lapsed, by=city.approver, at=lapsed.explain_by + timedelta(seconds=1))
    explain(lapsed, city)
    first = rule(lapsed, city)
    second = rule(lapsed, city, excused=False, reason="Xem xét lại.", at=may(20))
    assert list(lapsed.rulings.all()) == [first, second]


@pytest.mark.parametrize("who", ["owner_reviewer", "owner_head", "stand_in_approver", "head", "inspector"])
def test_nobody_else_rules(city, lapsed, who):
    explain(lapsed, city)
    with pytest.raises(PermissionDenied):
        rule(lapsed, city, by=getattr(city, who))


def test_on_a_lapse_of_the_owner_its_stand_in_rules_and_nobody_on_their_own_unit_s(city):
    recording.record(at=NOW)
    own = lapse_of(city.owner, "2022-04")
    explain(own, city, by=city.owner_head, at=NOW)
    with refusal("ones_own"):
        rule(own, city)
    rule(own, city, by=city.stand_in_approver)
    with refusal("ones_own"):
        rule(lapse_of(city.stand_in, "2022-04"), city, by=city.stand_in_approver)


def test_a_ruling_gives_its_reason(city, lapsed):
    explain(lapsed, city)
    with pytest.raises(ValidationError, match="reason"):
        rule(lapsed, city, reason=" ")


# Listing --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def announced(city, lapsed):
    return listing.announce(MAY, by=city.inspector, at=JUNE_1)


def issued(city, announced):
    return listing.issue(announced, by=city.inspector, at=announced.correct_by)


def object_to(announced, lapse, city, **more):
    given = {"text": "Đã nộp bản giấy ngày 16/5.", "by": city.head, "at": JUNE_1}
    return listing.object_to(announced, lapse, **given | more)


def test_a_list_is_announced_after_its_month_by_an_inspector_and_once(city, lapsed):
    with refusal("month_running"):
        listing.announce(MAY, by=city.inspector, at=datetime(2022, 5, 31, 23, 59, 59, tzinfo=VIETNAM))
    with pytest.raises(PermissionDenied):
        listing.announce(MAY, by=city.approver, at=JUNE_1)
    announced = listing.announce(MAY, by=city.inspector, at=JUNE_1)
    assert announced.correct_by == JUNE_1 + timedelta(hours=48)
    with refusal("already_announced"):
        listing.announce(MAY, by=city.inspector, at=JUNE_1)


def test_a_unit_objects_within_48_hours_and_an_inspector_answers(city, lapsed, announced):
    with pytest.raises(PermissionDenied):
        object_to(announced, lapsed, city, by=city.sibling_head)
    with refusal("too_late"):
        object_to(announced, lapsed, city, at=announced.correct_by + timedelta(seconds=1))
    with refusal("not_listed"):
        object_to(announced, lapse_of(city.commune, "2022-04"), city)
    with pytest.raises(ValidationError, match="text"):
        object_to(announced, lapsed, city, text="")
    objection = object_to(announced, lapsed, city, at=announced.correct_by)
    with refusal("already_objected"):
        object_to(announced, lapsed, city)
    with refusal("objections_open"):
        issued(city, announced)
    with pytest.raises(PermissionDenied):
        listing.answer(objection, upheld=True, answer="Đúng.", by=city.head, at=JUNE_1)
    with pytest.raises(ValidationError, match="answer"):
        listing.answer(objection, upheld=True, answer="", by=city.inspector, at=JUNE_1)
    listing.answer(objection, upheld=True, answer="Đã đối chiếu sổ văn thư.", by=city.inspector, at=JUNE_1)
    with refusal("already_answered"):
        listing.answer(objection, upheld=False, answer="Sai.", by=city.inspector, at=JUNE_1)
    made = issued(city, announced)
    assert [line["lapse"] for line in made.content["set_aside"]] == [lapsed.pk]
    assert lapsed.pk not in [line["lapse"] for line in made.content["lines"]]


def test_an_inspector_answers_no_objection_of_their_own_unit(city, lapsed, announced):
    recording.record(at=may(20))
    own = lapse_of(city.stand_in)
    head = city.add_person("stand_in_head", Role.HEAD, city.stand_in)
    objection = object_to(announced, own, city, by=head)
    with refusal("ones_own"):
        listing.answer(objection, upheld=True, answer="Đúng.", by=city.inspector, at=JUNE_1)


def test_an_issued_list_leaves_out_what_is_excused_and_never_changes(city, lapsed, announced):
    with refusal("still_open"):
        listing.issue(announced, by=city.inspector, at=announced.correct_by - timedelta(seconds=1))
    explain(lapsed, city, at=JUNE_1)
    rule(lapsed, city, at=JUNE_1)
    with pytest.raises(PermissionDenied):
        listing.issue(announced, by=city.observer, at=announced.correct_by)
    made = issued(city, announced)
    assert lapsed.pk in [line["lapse"] for line in made.content["set_aside"]]
    assert {line["unit"]["code"] for line in made.content["lines"]} >= {"00004", "09619"}
    again = StandingList.objects.get(pk=made.pk)
    assert listing.digest(again.content) == made.sha256
    assert json.dumps(again.content, sort_keys=True) == json.dumps(made.content, sort_keys=True)
    with refusal("already_issued"):
        issued(city, announced)
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        StandingList.objects.filter(pk=made.pk).update(sha256=F("sha256"))


# Proposing ------------------------------------------------------------------------------------------------------------


def propose(city, lapses, **more):
    given = {"measure": "remind", "reason": "Chậm hai kỳ liên tiếp.", "by": city.inspector, "at": JUNE_1}
    return proposing.propose(city.commune, lapses, **given | more)


def test_a_proposal_rests_on_issued_lists_and_is_decided_once_by_number(city, lapsed, announced):
    with refusal("not_issued"):
        propose(city, [lapsed])
    made = issued(city, announced)
    proposal = propose(city, [lapsed])
    (line,) = proposal.facts["lines"]
    assert (line["lapse"], line["list"], line["list_sha256"]) == (lapsed.pk, "2022-05", made.sha256)
    assert list(proposal.lapses.all()) == [lapsed]
    decision = {"measure": "criticise", "number": "99/QĐ", "day": date(2022, 6, 10), "by": city.inspector}
    later = datetime(2022, 6, 10, 9, tzinfo=VIETNAM)
    with refusal("not_sent"):
        proposing.decide(proposal, **decision, at=later)
    with pytest.raises(ValidationError):
        proposing.send(proposal, number="", day=date(2022, 6, 11), by=city.inspector, at=later)
    proposal = proposing.send(proposal, number="12/TTr", day=date(2022, 6, 3), by=city.inspector, at=later)
    with refusal("already_sent"):
        proposing.send(proposal, number="13/TTr", day=date(2022, 6, 3), by=city.inspector, at=later)
    decided = proposing.decide(proposal, **decision, at=later)
    assert (decided.measure, decided.decided, decided.decision_number) == ("remind", "criticise", "99/QĐ")
    with refusal("already_decided"):
        proposing.decide(proposal, **decision, at=later)
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        type(decided).objects.filter(pk=decided.pk).update(reason="x")


def test_a_proposal_names_lapses_of_the_unit_that_are_not_excused_a_measure_and_a_reason(city, lapsed, announced):
    issued(city, announced)
    for wrong in ({"measure": "dismiss"}, {"reason": ""}):
        with pytest.raises(ValidationError) as raised:
            propose(city, [lapsed], **wrong)
        assert set(raised.value.message_dict) == set(wrong)
    for lapses in ([], [lapse_of(city.sibling)]):
        with pytest.raises(ValidationError, match="lapses"):
            propose(city, lapses)
    with pytest.raises(PermissionDenied):
        propose(city, [lapsed], by=city.approver)
    explain(lapsed, city, at=JUNE_1)
    rule(lapsed, city, at=JUNE_1)
    with refusal("set_aside"):
        propose(city, [lapsed])


def test_nobody_proposes_how_to_handle_their_own_unit(city, lapsed, announced):
    recording.record(at=may(20))
    issued(city, announced)
    with refusal("ones_own"):
        proposing.propose(
            city.stand_in,
            [lapse_of(city.stand_in)],
            measure="remind",
            reason="Chậm.",
            by=city.inspector,
            at=JUNE_1,
        )
