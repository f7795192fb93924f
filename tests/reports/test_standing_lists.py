"""The standing list of a month: who reads what of it, and that the list of a past day comes out the same today."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext

from accounts.models import Unit
from reports import record
from reports.actions import deadlines, moving
from reports.actions.discipline import explaining, listing, recording, ruling
from reports.actions.freezing import first_receipt
from reports.lapses import deadline_as_of, first_receipt_as_of, lapses, standing_as_of
from reports.models import CalendarDay, Lapse, Period, Report
from reports.standing import Standing
from reports.workflow import Action
from tests.city import NOW, VIETNAM
from tests.office import PDF

APRIL, MAY = date(2022, 4, 1), date(2022, 5, 1)
JUNE_1 = datetime(2022, 6, 1, 8, tzinfo=VIETNAM)


def may(day, hour=8):
    return datetime(2022, 5, day, hour, tzinfo=VIETNAM)


def told(lines):
    return [f"{line.unit.code} {line.kind} {line.days}" + (" -" if line.excluded else "") for line in lines]


def of_may(city, at, to=None, **more):
    return record.standing_list(MAY, at=at, to=to or city.inspector, **more)


@pytest.fixture
def worked(city):
    """A month with everything in it: on time, late, returned, recalled, extended, exempt, on paper."""
    city.submit(city.report)
    city.now = may(17, 9)
    city.give_back(city.report)
    sibling, far = city.report_of(city.sibling), city.report_of(city.far_commune)
    city.now = may(18, 9)
    city.submit(sibling)
    city.move(sibling, Action.RECALL, by=city.sibling_head)
    city.now = may(19, 10)
    city.submit(sibling)
    recording.record(at=may(19, 11))
    city.now = may(20, 9)
    paper = {"document": "7/BC", "received_at": may(16, 15), "scan": ("scan.pdf", PDF)}
    city.move(far, Action.RECORD, by=city.far_reviewer, **paper)
    city.move(city.report_of(city.elsewhere), Action.EXEMPT, by=city.approver, reason="Không phát sinh.")
    city.now = may(24, 9)
    city.move(city.report, Action.SUBMIT, by=city.head)
    return city


def test_a_month_lists_what_was_due_in_it_with_what_excludes_it(worked):
    assert told(of_may(worked, may(30))) == [
        "001 filing 8",  # Ba Đình: the units by their names
        "001 review 5",  # it kept the report of Trúc Bạch, received on Thursday 19, beyond Monday 23
        "001 review 2",  # and that of Phúc Xá, received on Tuesday 24, beyond Thursday 26
        "271 filing 8 -",  # Ba Vì: exempt
        "00001 correction 2",  # Phúc Xá: returned on Tuesday 17, to be corrected by Friday 20
        "STTTT filing 8",
        "SYT filing 8",
        "09619 filing 4 -",  # Tản Hồng: on paper in time
        "00004 filing 3",  # Trúc Bạch: the receipt before it was recalled does not count
        "VPUBND filing 8",
    ]


@pytest.mark.parametrize(
    ("who", "units"),
    [
        ("inspector", {"001", "271", "00001", "00004", "09619", "STTTT", "SYT", "VPUBND"}),
        ("observer", {"001", "271", "00001", "00004", "09619", "STTTT", "SYT", "VPUBND"}),
        ("approver", {"001", "271", "00001", "00004", "09619", "STTTT", "SYT", "VPUBND"}),
        ("owner_head", {"STTTT"}),
        ("stand_in_approver", {"STTTT", "VPUBND"}),
        ("reviewer", {"001", "00001", "00004"}),
        ("head", {"00001"}),
        ("reporter", {"00001"}),
        ("stranger", {"09619"}),
    ],
)
def test_each_reads_the_units_below_and_an_owner_those_of_its_form(worked, who, units):
    person = getattr(worked, who)
    listed = of_may(worked, may(30), person)
    assert {line.unit.code for line in listed} == units
    recording.record(at=may(30))
    kept = Lapse.objects.visible_to(person, may(30)).filter(pk__in=[one.lapse for one in of_may(worked, may(30))])
    assert {lapse.unit.code for lapse in kept} == units, "as of rows"


def test_the_reader_s_rights_are_those_of_now_not_of_the_day_asked_about(worked):
    newcomer = worked.add_person("newcomer", "inspector", worked.department, since=may(30))
    assert of_may(worked, may(20), newcomer) == []
    assert of_may(worked, may(20), newcomer, now=may(31)) == of_may(worked, may(20))


INSTANTS = [may(16), may(17, 0), may(18), may(19, 10), may(20), may(24), may(30)]


def test_the_list_as_of_a_past_day_comes_out_the_same_today(worked):
    recording.record(at=may(25))
    taken = {at: of_may(worked, at) for at in INSTANTS}
    tallied = {at: record.tallies(MAY, at=at, to=worked.inspector) for at in INSTANTS}
    reviewed = {at: record.reviewing(MAY, at=at, to=worked.inspector) for at in INSTANTS}

    worked.now = may(30, 9)  # life goes on
    recording.record(at=worked.now)
    by_unit = {line.unit.code: line.lapse for line in of_may(worked, worked.now) if line.asked}
    sibling = Lapse.objects.get(pk=by_unit["00004"])
    explaining.explain(sibling, cause="network", text="Mất mạng.", by=worked.sibling_head, at=worked.now)
    ruling.rule(sibling, excused=True, reason="Có xác nhận.", by=worked.approver, at=worked.now)
    deadlines.grant_extension(
        worked.form,
        Period.objects.get(code="2022-05"),
        until=JUNE_1,
        reason="Mưa lũ",
        document="12/TB",
        by=worked.approver,
        at=worked.now,
    )
    worked.move(worked.report_of(worked.sibling), Action.RECALL, by=worked.sibling_head)
    worked.move(worked.report, Action.RETURN, by=worked.reviewer, reason="Chưa phải báo cáo.", voids=True)
    worked.move(worked.report_of(worked.department), Action.EXEMPT, by=worked.approver, reason="Nhầm.")
    announced = listing.announce(MAY, by=worked.inspector, at=JUNE_1)
    objection = listing.object_to(announced, sibling, text="Sai.", by=worked.sibling_head, at=JUNE_1)
    listing.answer(objection, upheld=True, answer="Đúng.", by=worked.inspector, at=JUNE_1)
    listing.issue(announced, by=worked.inspector, at=announced.correct_by)

    assert of_may(worked, JUNE_1) != taken[may(30)]
    for at in INSTANTS:
        assert of_may(worked, at, now=JUNE_1) == taken[at]
        assert record.tallies(MAY, at=at, to=worked.inspector, now=JUNE_1) == tallied[at]
        assert record.reviewing(MAY, at=at, to=worked.inspector, now=JUNE_1) == reviewed[at]


def test_what_was_said_is_known_from_when_it_was_said(worked):
    (line,) = [one for one in of_may(worked, may(20)) if one.unit.code == "00004"]
    lapse = Lapse.objects.get(pk=line.lapse)
    assert (line.asked, line.explain_by, line.explanation, line.ruling) == (may(19, 11), may(25, 0), None, None)
    explaining.explain(lapse, cause="network", text="Mất mạng.", by=worked.sibling_head, at=may(20))
    ruling.rule(lapse, excused=True, reason="Có xác nhận.", by=worked.approver, at=may(23))

    def at(instant):
        (line,) = [one for one in of_may(worked, instant) if one.unit.code == "00004"]
        return line

    assert at(may(19, 10)).lapse is None
    assert at(may(19, 23)).explanation is None
    assert (at(may(20)).explanation.text, at(may(20)).explanation.by) == ("Mất mạng.", "Sibling Head")
    assert at(may(22)).counts
    assert at(may(23)).course.excused
    assert not at(may(23)).counts


def test_earlier_lapses_of_the_unit_with_the_form_are_counted(worked):
    recording.record(at=may(20))
    repeats = {line.unit.code: line.repeats for line in of_may(worked, may(30)) if line.kind == "filing"}
    assert repeats == dict.fromkeys(["001", "271", "STTTT", "09619", "00004", "SYT", "VPUBND"], 1)  # that of April
    assert {line.repeats for line in record.standing_list(APRIL, at=may(30), to=worked.inspector)} == {0}


def test_the_pure_rule_and_the_database_name_the_same_first_receipt(worked):
    calendar = CalendarDay.objects.as_calendar()
    read = record.recorded(Report.objects.all())
    for report in Report.objects.all():
        _facts, of_report = read[report.pk]
        assert first_receipt_as_of(of_report, worked.now) == first_receipt(report) == report.received_at
        assert deadline_as_of(of_report, worked.now) == report.deadline
        stand = standing_as_of(of_report, worked.now, calendar).standing
        assert report in Report.objects.standing_as(stand, worked.now, calendar)


def test_what_may_be_a_lapse_leaves_none_out(worked):
    worked.now = may(30)
    worked.check(worked.report)
    calendar = CalendarDay.objects.as_calendar()
    for at in (*INSTANTS, JUNE_1, JUNE_1 + timedelta(days=30)):
        for month in (APRIL, MAY, date(2022, 6, 1)):
            bounds = record.Bounds.of_month(month)
            listed = record.standing_list(month, at=at, to=worked.inspector)
            found = [
                (pk, one.kind, one.due)
                for pk, (_facts, of_report) in record.recorded(Report.objects.all()).items()
                for one in lapses(of_report, at, calendar)
                if one.due in bounds
            ]
            assert sorted((line.report, line.kind, line.due) for line in listed) == sorted(found)


def test_a_check_that_the_portal_dropped_stays_the_lapse_of_the_superior_that_ended(city):
    city.submit(city.report)  # to be checked by 24:00 of Wednesday 18
    before = of_may(city, may(19))
    Unit.objects.filter(pk=city.district.pk).update(valid=DateRange(date(2021, 1, 1), date(2022, 5, 20)))
    moving.drop_checks(at=may(20))
    assert of_may(city, may(19), now=may(20)) == before
    assert [one for one in told(of_may(city, JUNE_1)) if "review" in one] == ["001 review 2", "STTTT review 3"]
    measured = [(one.unit.code, one.hand, one.overran) for one in record.reviewing(MAY, at=JUNE_1, to=city.inspector)]
    assert measured == [("001", "superior", 1), ("STTTT", "owner", 1)]


# Beside the list ------------------------------------------------------------------------------------------------------


def test_reviewers_are_measured_beside_reporters(worked):
    worked.now = may(27, 9)
    worked.check(worked.report)
    told = [(one.unit.code, one.hand, one.reports, one.median, one.overran) for one in of_reviews(worked, JUNE_1)]
    assert told == [("001", "superior", 4, 2, 2)]  # of 1, 1, 3 and 8 days


def of_reviews(city, at, to=None):
    return record.reviewing(MAY, at=at, to=to or city.inspector)


@pytest.mark.parametrize(
    ("who", "reviewers"),
    [
        ("inspector", {"001", "271", "STTTT", "VPUBND"}),
        ("observer", {"001", "271", "STTTT", "VPUBND"}),
        ("approver", {"001", "271", "STTTT", "VPUBND"}),
        ("stand_in_approver", {"STTTT", "VPUBND"}),
        ("owner_head", {"STTTT"}),
        ("reviewer", {"001"}),
        ("far_reviewer", {"271"}),
        ("head", set()),
        ("department_head", set()),
    ],
)
def test_each_reads_how_the_units_below_review_and_an_owner_how_its_form_is_reviewed(worked, who, reviewers):
    """Never the totals of another district beside one's own."""
    worked.now = may(20, 10)
    worked.submit(worked.report_of(worked.owner))  # which the stand-in reviews
    worked.submit(worked.report_of(worked.department))
    worked.submit(worked.report_of(worked.far_commune, "2022-04"))
    reviews = of_reviews(worked, datetime(2022, 7, 1, tzinfo=VIETNAM), getattr(worked, who))
    assert {one.unit.code for one in reviews} == reviewers


def test_the_measure_of_reviewers_counts_the_lapses_that_the_list_names(worked):
    worked.now = may(20)
    worked.approve(worked.report_of(worked.district, "2022-04"))
    worked.submit(worked.report_of(worked.owner))
    for at in (*INSTANTS, JUNE_1, JUNE_1 + timedelta(days=30)):
        for month in (MAY, date(2022, 6, 1)):
            listed = [one for one in record.standing_list(month, at=at, to=worked.inspector) if one.kind == "review"]
            counted = record.reviewing(month, at=at, to=worked.inspector)
            assert sum(one.overran for one in counted) == len(listed)
            assert {one.unit for one in counted if one.overran} == {one.unit for one in listed}


def test_right_first_time_stands_beside_on_time(worked):
    worked.now = may(30)
    worked.check(worked.report)
    worked.move(worked.report, Action.APPROVE, by=worked.approver)
    worked.check(worked.report_of(worked.sibling))
    worked.move(worked.report_of(worked.sibling), Action.APPROVE, by=worked.approver)
    tallies = {one.unit.code: one for one in record.tallies(MAY, at=may(31), to=worked.inspector)}
    returned, late = tallies["00001"], tallies["00004"]
    assert (returned.on_time, returned.late, returned.approved, returned.right_first_time) == (1, 0, 1, 0)
    assert (late.on_time, late.late, late.approved, late.right_first_time) == (0, 1, 1, 1)
    assert (tallies["09619"].on_time, tallies["271"].exempt, tallies["271"].expected) == (1, 1, 0)
    assert tallies["SYT"].missing == 1
    assert {one.unit.code for one in record.tallies(MAY, at=may(31), to=worked.reviewer)} == {"001", "00001", "00004"}


def test_tallies_stand_as_the_pure_rule_says(worked):
    calendar = CalendarDay.objects.as_calendar()
    read = record.recorded(Report.objects.all())
    for at in INSTANTS:
        tallies = record.tallies(MAY, at=at, to=worked.inspector)
        stands = [
            standing_as_of(of_report, at, calendar).standing
            for _facts, of_report in read.values()
            if deadline_as_of(of_report, at) in record.Bounds.of_month(MAY)
        ]
        assert sum(one.late for one in tallies) == stands.count(Standing.LATE)
        assert sum(one.missing for one in tallies) == stands.count(Standing.MISSING)
        assert sum(one.on_time for one in tallies) == stands.count(Standing.ON_TIME)
        assert sum(one.exempt for one in tallies) == stands.count(Standing.EXEMPT)


def test_a_list_takes_the_same_queries_however_many_lapses_it_holds(worked):
    recording.record(at=may(25))
    worked.inspector.posts(NOW)  # whoever is signed in brings them along
    with CaptureQueriesContext(connection) as few:
        of_may(worked, may(17, 1), now=NOW)
    with CaptureQueriesContext(connection) as many:
        of_may(worked, may(30), now=NOW)
    assert len(few) == len(many) == 11
