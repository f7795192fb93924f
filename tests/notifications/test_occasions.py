"""Every occasion beside the ladder: who is told, whether at once, once only, and not any more when it is over.

It is the morning of Monday 16 May 2022 in the small city; see tests/city.py.
"""

from datetime import date, datetime, time, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange

from accounts.labels import Kind
from accounts.models import Absence, Unit
from accounts.roles import Capacity, Level, Role
from notifications.actions import directing
from notifications.actions.planning import plan
from notifications.ladder import NoticeKind
from notifications.models import Addressee, Delivery, Notice, Rung
from notifications.occasions import OCCASIONS
from notifications.owing import STATEMENTS, Instant
from reports.actions.discipline import explaining, listing, recording, ruling
from reports.models import Lapse, Report
from reports.workflow import Action
from tests import office
from tests.city import NOW, VIETNAM


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    settings.ATTACHMENTS_ROOT = tmp_path


def may(day, hour=7, minute=30, second=0):
    return datetime(2022, 5, day, hour, minute, second, tzinfo=VIETNAM)


def told(kind, at=None, **of):
    """Who was told it, after planning at that instant where one is given; with a star who is told at once."""
    if at is not None:
        plan(at=at)
    notices = Notice.objects.filter(kind=kind, **of).values_list("person__username", "urgent")
    return sorted({name + "*" * urgent for name, urgent in notices})


def owed(kind, at, **of):
    """Whom the notices of that kind still reach at that instant."""
    notices = list(Notice.objects.filter(kind=kind, **of).select_related("person"))
    still = Instant(at).still_owed(notices)
    return sorted(notice.person.username for notice in notices if notice.pk in still)


def mailed(kind):
    return sorted(Delivery.objects.filter(notice__kind=kind).values_list("person__username", flat=True))


def test_every_kind_of_notice_is_an_occasion_with_a_statement():
    assert [one.kind for one in OCCASIONS] == list(NoticeKind) == sorted(STATEMENTS, key=list(NoticeKind).index)


# Lists of what is overdue ---------------------------------------------------------------------------------------------


def test_on_the_fifth_day_the_owners_reviewers_and_inspectors_get_one_list_a_form_and_deadline(city):
    plan(at=may(23, 7, 29, 59))
    assert told("overdue_list") == []
    assert told("overdue_list", may(23)) == ["inspector*", "owner_reviewer*"]
    assert Notice.objects.filter(kind="overdue_list").count() == 2
    notice = Notice.objects.filter(kind="overdue_list").first()
    assert (notice.form, notice.report, notice.rung, notice.occasion) == (city.form, None, 5, "overdue:5:2022-05-16")
    assert owed("overdue_list", may(23)) == ["inspector", "owner_reviewer"]


def test_a_list_is_owed_as_long_as_one_of_its_reports_is_missing(city):
    plan(at=may(23))
    city.now = may(23, 9)
    for unit in (city.commune, city.sibling, city.far_commune):
        assert owed("overdue_list", city.now) == ["inspector", "owner_reviewer"]
        city.submit(city.report_of(unit))
    assert owed("overdue_list", city.now) == []


# Ladders of forms -----------------------------------------------------------------------------------------------------


def test_a_form_with_rungs_of_its_own_goes_by_them_alone(city):
    Rung.objects.create(form=city.form, days=-1, hour=time(14), audience=["head", "inspector"])
    Rung.objects.create(form=city.form, days=8, audience=["superiors_head"])
    plan(at=may(13, 13, 59))
    assert Notice.objects.count() == 0
    plan(at=may(13, 14))
    assert told("rung") == ["far_head", "head", "sibling_head"]
    assert told("overdue_list") == ["inspector"]
    plan(at=may(26))
    assert told("rung", rung=8) == ["district_head*"]


# Openings -------------------------------------------------------------------------------------------------------------


def test_a_reporter_is_told_that_a_period_was_opened(city):
    city.open("2022-06")
    report = city.report_of(city.commune, "2022-06")
    assert told("opened", datetime(2022, 5, 14, 23, 59, tzinfo=VIETNAM), report=report) == []
    assert told("opened", may(15, 0, 1), report=report) == ["reporter"]
    assert Delivery.objects.get(notice__report=report).due_at == may(16)
    assert owed("opened", may(16)) != []
    city.now = may(16, 9)
    city.fill(report)
    city.move(report, Action.HAND_UP, by=city.reporter)
    assert "reporter" not in owed("opened", city.now)


def test_an_opening_of_last_week_is_not_told(city):
    city.open("2022-06")
    assert told("opened", may(24)) == []


# Corrections ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def returned(city):
    city.submit(city.report)
    city.give_back(city.report)
    return city


def test_reporter_and_head_are_told_at_once_of_a_return_and_once(returned):
    assert told("returned", NOW) == ["head*", "reporter*"]
    plan(at=NOW + timedelta(hours=1))
    assert Notice.objects.filter(kind="returned").count() == 2
    assert owed("returned", NOW) == ["head", "reporter"]
    returned.fill(returned.report)
    returned.move(returned.report, Action.HAND_UP, by=returned.reporter)
    assert owed("returned", NOW) == []


def test_a_second_return_is_another_occasion(returned):
    plan(at=NOW)
    returned.submit(returned.report)
    returned.give_back(returned.report)
    plan(at=NOW)
    assert Notice.objects.filter(kind="returned", person=returned.head).count() == 2
    assert owed("returned", NOW) == ["head", "reporter"]


def test_a_return_of_long_ago_is_not_told(returned):
    assert told("returned", may(24)) == []


def test_a_correction_is_spoken_of_the_day_before_it_is_due_and_that_morning(returned):
    returned.report.refresh_from_db()
    assert returned.report.current.due_at == may(20, 0, 0)  # three working days: 24:00 of Thursday
    assert told("correction_due", may(18, 7, 29)) == []
    assert told("correction_due", may(18)) == ["head", "reporter"]
    assert told("correction_due", may(19), rung=0) == ["head*", "reporter*"]
    assert owed("correction_due", may(19, 23, 59)) == ["head", "reporter"]
    assert owed("correction_due", may(20, 0, 0)) == []


# Waiting for others ---------------------------------------------------------------------------------------------------


def test_the_head_hears_of_a_report_that_waits_for_the_signature_for_more_than_a_working_day(city):
    city.now = may(13, 15)
    city.fill(city.report)
    city.move(city.report, Action.HAND_UP, by=city.reporter)
    assert told("to_sign", may(17, 7, 29)) == []  # the Monday is the one working day
    assert told("to_sign", may(17)) == ["head"]
    assert owed("to_sign", may(17)) == ["head"]
    city.now = may(17, 8)
    city.move(city.report, Action.SUBMIT, by=city.head)
    assert owed("to_sign", may(17, 8)) == []


def test_a_check_beyond_its_days_is_told_to_the_superiors_reviewers_and_then_to_their_head(city):
    city.submit(city.report)  # on Monday; two working days: until 24:00 of Wednesday
    assert told("review_overdue", may(19, 7, 29)) == []
    assert told("review_overdue", may(19)) == ["reviewer"]
    assert told("review_overdue_head") == []
    assert told("review_overdue_head", may(20)) == ["district_head*"]
    city.now = may(20, 9)
    city.check(city.report)
    assert owed("review_overdue", may(20, 9)) == owed("review_overdue_head", may(20, 9)) == []


def test_an_approval_beyond_its_days_is_told_to_the_owners_reviewers_and_approvers(city):
    city.submit(city.report)
    city.check(city.report)  # five working days: until 24:00 of Monday 23
    assert told("review_overdue", may(24)) == ["approver", "owner_reviewer"]
    assert told("review_overdue_head", may(25)) == ["owner_head*"]


def test_the_owners_own_report_is_reviewed_by_its_stand_in(city):
    city.submit(city.report_of(city.owner))
    assert told("review_overdue", may(24)) == ["stand_in_approver"]


# Lapses and lists -----------------------------------------------------------------------------------------------------


@pytest.fixture
def lapsed(city):
    recording.record(at=may(17, 9))
    recording.record(at=may(18, 9))
    return Lapse.objects.select_related("report").get(unit=city.commune, report__period__code="2022-05")


def test_a_lapse_goes_from_its_head_to_the_owners_approvers_and_back(city, lapsed):
    assert told("lapse_asked", may(18, 9), lapse=lapsed) == ["head*"]
    explaining.explain(lapsed, cause="not_signed", text="Đi công tác.", by=city.head, at=may(18, 10))
    assert owed("lapse_asked", may(18, 10), lapse=lapsed) == []
    assert told("lapse_explained", may(18, 11), lapse=lapsed) == ["approver"]
    assert Delivery.objects.get(notice__kind="lapse_explained").due_at == may(19)
    ruling.rule(lapsed, excused=True, reason="Chính đáng.", by=city.approver, at=may(19, 9))
    assert owed("lapse_explained", may(19, 9)) == []
    assert told("lapse_ruled", may(19, 10), lapse=lapsed) == ["head"]
    assert owed("lapse_ruled", may(19, 10)) == ["head"]


def test_heads_of_units_in_a_list_hear_that_it_was_announced_and_issued(city, lapsed):
    june = datetime(2022, 6, 1, 8, tzinfo=VIETNAM)
    announced = listing.announce(date(2022, 5, 1), by=city.inspector, at=june)
    heads = set(
        Lapse.objects.filter(due__gt=may(1, 0, 0), due__lte=datetime(2022, 6, 1, tzinfo=VIETNAM))
        .filter(unit__appointments__role="head")
        .values_list("unit__appointments__user__username", flat=True)
    )
    assert told("list_announced", june) == sorted(f"{head}*" for head in heads)
    assert owed("list_announced", june) == sorted(heads)
    listing.issue(announced, by=city.inspector, at=june + timedelta(days=3))
    assert owed("list_announced", june + timedelta(days=3)) == []
    assert told("list_issued", june + timedelta(days=3)) == sorted(heads)


# Directives -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def directive(city):
    draft = directing.write(
        None,
        number="04/CT-UBND",
        title="Chỉ thị thử nghiệm",
        issuer="UBND thành phố",
        issued_on=date(2021, 2, 9),
        text="",
        pass_on_by=datetime(2022, 5, 24, tzinfo=VIETNAM),
        file=("chi-thi.pdf", office.PDF),
        by=city.inspector,
        at=NOW,
    )
    directing.publish(draft, (), (city.commune, city.department), by=city.inspector, at=NOW)
    draft.refresh_from_db()
    return draft


def test_a_directive_goes_to_everybody_of_its_units_and_to_heads_at_once(city, directive):
    city.appoint(city.add_person("deputy", Role.HEAD, city.district), Role.HEAD, city.commune)
    assert told("directive", NOW) == ["department_head*", "department_reporter", "deputy*", "head*", "reporter"]
    directing.acknowledge(directive, by=city.head, at=NOW)
    assert "head" not in owed("directive", NOW)
    assert "reporter" in owed("directive", NOW)


def test_people_of_a_division_hear_the_directives_of_its_unit(city, directive):
    division = Unit.objects.create(
        level=Level.DIVISION,
        kind=Kind.DIVISION,
        code="SYT-1",
        name="Phòng thử nghiệm",
        parent=city.department,
        valid=DateRange(date(2021, 1, 1), None),
    )
    city.add_person("clerk", Role.REPORTER, division)
    assert "clerk" in told("directive", NOW)


def test_heads_are_reminded_of_a_directive_that_they_have_not_passed_on(city, directive):
    assert told("directive_rung", may(19)) == ["department_head", "head"]
    assert told("directive_rung", may(23), rung=0) == ["department_head*", "head*"]
    directing.certify(
        Addressee.objects.get(directive=directive, unit=city.commune),
        day=date(2022, 5, 20),
        way="Họp",
        people=10,
        of_people=12,
        file=("danh-sach.pdf", office.PDF),
        by=city.head,
        at=may(23, 9),
    )
    assert owed("directive_rung", may(23, 9)) == ["department_head"]
    assert told("directive_rung", may(24), rung=1) == ["department_head*"]


# Absences -------------------------------------------------------------------------------------------------------------


def sign(city, name, capacity, unit=None):
    person = city.add_person(name, Role.HEAD, unit or city.commune, until=NOW + timedelta(days=300))
    document = "12/GUQ" if capacity is Capacity.AUTHORISED else ""
    person.appointments.update(capacity=capacity, document=document)
    return person


def away(person, first=date(2022, 5, 16), last=date(2022, 5, 20)):
    Absence.objects.create(person=person, valid=DateRange(first, last))


def heads_told(city, at=NOW):
    plan(at=at)
    rows = Notice.objects.filter(report=city.report, rung=0).exclude(person=city.reporter)
    return {one.person.username: one.deliveries.exists() for one in rows.select_related("person")}


def test_a_deputy_is_told_nothing_while_the_head_is_there(city):
    sign(city, "deputy", Capacity.DEPUTY)
    assert heads_told(city) == {"head": True}


def test_an_acting_head_is_told_beside_the_head(city):
    sign(city, "acting", Capacity.ACTING)
    assert heads_told(city) == {"head": True, "acting": True}


def test_others_who_sign_stand_in_for_a_head_who_is_away_and_the_head_keeps_the_notice(city):
    sign(city, "deputy", Capacity.DEPUTY)
    sign(city, "authorised", Capacity.AUTHORISED)
    away(city.head)
    assert heads_told(city) == {"head": False, "deputy": True, "authorised": True}


def test_an_acting_head_who_is_there_is_enough(city):
    sign(city, "acting", Capacity.ACTING)
    sign(city, "deputy", Capacity.DEPUTY)
    away(city.head)
    assert heads_told(city) == {"head": False, "acting": True}


def test_where_all_are_away_all_are_told(city):
    away(city.head)
    away(sign(city, "deputy", Capacity.DEPUTY))
    assert heads_told(city) == {"head": True, "deputy": True}


def test_where_nobody_stands_in_the_head_gets_the_mail_though_away(city):
    away(city.head)
    assert heads_told(city) == {"head": True}


def test_an_absence_counts_on_its_days_only(city):
    sign(city, "deputy", Capacity.DEPUTY)
    away(city.head, date(2022, 5, 10), date(2022, 5, 16))
    assert heads_told(city) == {"head": True}


def test_a_head_who_leaves_before_the_mail_goes_out_gets_none_and_the_stand_in_does(city):
    sign(city, "deputy", Capacity.DEPUTY)
    plan(at=NOW)
    away(city.head)
    assert "head" not in owed("rung", NOW)
    assert heads_told(city, NOW + timedelta(minutes=1)) == {"head": True, "deputy": True}


def test_an_expired_appointment_is_no_longer_owed(city):
    plan(at=NOW)
    city.head.appointments.update(valid=DateTimeTZRange(NOW - timedelta(days=9), NOW))
    assert "head" not in owed("rung", NOW)


# Routine --------------------------------------------------------------------------------------------------------------


def test_a_routine_rung_goes_the_same_morning_even_where_the_planner_is_late(city):
    plan(at=may(9, 9, 15))
    assert set(Delivery.objects.values_list("due_at", flat=True)) == {may(9, 9, 15)}
    assert mailed("rung") == ["reporter", "sibling_reporter", "stranger"]


def test_on_a_day_off_routine_waits_for_the_next_working_morning(city):
    city.open("2022-06")
    plan(at=may(15, 10))
    assert set(Delivery.objects.filter(notice__kind="opened").values_list("due_at", flat=True)) == {may(16)}


def test_nothing_is_told_twice_however_often_and_in_whatever_order_it_is_planned(returned):
    instants = [NOW + timedelta(hours=5 * step) for step in range(40)]
    for at in [*instants, *reversed(instants), *instants]:
        plan(at=at)
    keys = Notice.objects.values_list("person", "report", "form", "lapse", "occasion")
    assert keys.count() == len(set(keys))
    assert Report.objects.get(pk=returned.report.pk).notices.filter(person=returned.head).count() == 3
