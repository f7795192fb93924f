"""Opening: one report for every unit that owes one, with all its terms pinned."""

import io
import json
from datetime import date, datetime, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.models import Unit
from accounts.refusals import Refused
from reports import schedules
from reports.actions import opening
from reports.models import CalendarDay, Form, FormOwner, FormVersion, NamedUnit, Period, Report, Respondent, Revision
from reports.periods import PeriodCode, Window
from tests.city import NOW, VIETNAM


def new_form(city, code="BM-99", *, levels=("district",), working_days=2, since=date(2022, 5, 1), **terms):
    """A form of the owner's with one version; its respondents' terms are alike."""
    form = Form.objects.create(code=code)
    FormOwner.objects.create(
        form=form, unit=city.owner, stand_in=city.stand_in, valid=DateRange(date(2021, 1, 1), None)
    )
    valid = None if since is None else DateRange(since, None)
    version = FormVersion.objects.create(
        form=form, number=1, title="Báo cáo thử", kind=terms.pop("kind", "thematic"), valid=valid, **terms
    )
    for level in levels:
        Respondent.objects.create(version=version, level=level, working_days=working_days)
    return version


def asked_of(version, **terms):
    return set(Report.objects.filter(version=version, **terms).values_list("unit__code", flat=True))


def test_every_unit_in_force_gets_one_report(city):
    reports = Report.objects.filter(period__code="2022-05")
    assert set(reports.values_list("unit__code", flat=True)) == set(
        Unit.objects.exclude(level="city").values_list("code", flat=True)
    )
    assert Revision.objects.filter(report__in=reports, number=1, frozen_at=None).count() == reports.count()


def test_a_communes_report_is_due_one_working_day_after_the_window_and_checked_by_its_district(city):
    assert city.report.deadline == datetime(2022, 5, 17, 0, 0, tzinfo=VIETNAM)
    assert city.report.superior == city.district
    assert (city.report.period.first_day, city.report.period.last_day) == (date(2022, 4, 15), date(2022, 5, 14))


def test_a_departments_report_is_due_three_working_days_after_the_window_and_goes_straight_to_the_owner(city):
    report = city.report_of(city.department)
    assert report.deadline == datetime(2022, 5, 19, 0, 0, tzinfo=VIETNAM)
    assert report.superior is None


def test_tet_pushes_the_deadline(city):
    city.open("2022-02")  # the window ends on 14 February 2022; nothing is off then
    city.open("2022-01")
    assert city.report_of(city.commune, "2022-02").deadline == datetime(2022, 2, 16, tzinfo=VIETNAM)


def test_opening_again_changes_nothing(city):
    before = list(Report.objects.order_by("pk").values())
    city.open("2022-05")
    assert list(Report.objects.order_by("pk").values()) == before


def test_a_unit_added_later_is_caught_up(city):
    late = Unit.objects.create(
        level="commune",
        kind="ward",
        code="00099",
        name="Phường Mới",
        parent=city.district,
        valid=DateRange(date(2022, 5, 1), None),
    )
    opening.open_due_periods(at=NOW - timedelta(days=3))
    assert Report.objects.filter(unit=late).values_list("period__code", flat=True).get() == "2022-05"


def test_a_unit_that_ended_before_the_window_closed_is_not_asked(city):
    Unit.objects.filter(pk=city.sibling.pk).update(valid=DateRange(date(2021, 1, 1), date(2022, 6, 1)))
    city.open("2022-06")
    assert not Report.objects.filter(unit=city.sibling, period__code="2022-06").exists()
    assert Report.objects.filter(unit=city.commune, period__code="2022-06").exists()


def test_the_sweep_opens_every_period_since_the_form_began_and_the_running_one(city):
    opening.open_due_periods(at=NOW)
    reports = Report.objects.filter(unit=city.commune).order_by("period__first_day")
    assert list(reports.values_list("period__code", flat=True)) == [f"2021-{month:02}" for month in range(5, 13)] + [
        f"2022-{month:02}" for month in range(1, 7)
    ]
    assert opening.open_due_periods(at=NOW) == 0


def test_a_unit_added_while_the_report_can_still_be_sent_in_time_is_caught_up(city):
    late = Unit.objects.create(
        level="commune", kind="ward", code="00099", name="Phường Mới", parent=city.district,
        valid=DateRange(date(2022, 4, 1), None),
    )  # fmt: skip
    opening.open_due_periods(at=NOW)  # the window of 2022-05 has ended, its deadline is tonight
    codes = set(Report.objects.filter(unit=late).values_list("period__code", flat=True))
    assert codes == {"2022-05", "2022-06", *(code for code in codes if code < "2022-04")}
    assert "2022-04" not in codes  # opened long ago, and its deadline has passed


def test_of_a_level_that_does_not_answer_as_a_whole_only_the_named_units_are_asked(city):
    version = new_form(city, frequency="week", window_rule="calendar")
    version.respondents.update(everyone=False)
    NamedUnit.objects.create(version=version, unit=city.district)
    opening.open_period(version, PeriodCode.parse("2022-W20"))
    assert asked_of(version) == {"001"}


def test_an_excluded_unit_is_not_asked(city):
    version = new_form(city)
    NamedUnit.objects.create(version=version, unit=city.elsewhere, excluded=True)
    opening.open_period(version, PeriodCode.parse("2022-06"))
    assert asked_of(version) == {"001"}


def test_a_named_unit_of_a_level_that_does_not_answer_is_not_asked(city):
    version = new_form(city)
    NamedUnit.objects.create(version=version, unit=city.department)
    opening.open_period(version, PeriodCode.parse("2022-06"))
    assert asked_of(version) == {"001", "271"}


def test_a_draft_is_never_opened(city):
    version = new_form(city, since=None)
    opening.open_due_periods(at=NOW)
    assert asked_of(version) == set()
    with pytest.raises(Refused) as refusal:
        opening.open_period(version, PeriodCode.parse("2022-05"))
    assert refusal.value.code == "draft_version"


def test_the_deadline_follows_the_fixed_day_the_hour_and_the_shift_of_the_form(city):
    version = new_form(city, levels=(), window_rule="calendar", shift="previous")
    terms = {"day_of_month": 5, "months_after": 1, "due_time": time(10)}
    Respondent.objects.create(version=version, level="district", **terms)
    opening.open_period(version, PeriodCode.parse("2022-05"))  # 5 June 2022 is a Sunday
    assert Report.objects.filter(version=version).values_list("deadline", flat=True).distinct().get() == datetime(
        2022, 6, 3, 10, tzinfo=VIETNAM
    )


def test_a_week_begins_on_the_forms_weekday_and_opens_after_its_days(city):
    version = new_form(
        city, frequency="week", window_rule="calendar", week_starts_on=4, opens_after=3, since=date(2022, 5, 13)
    )  # a Friday; it opens on Monday 16
    opening.open_due_periods(at=NOW - timedelta(days=1))
    assert asked_of(version) == set()
    opening.open_due_periods(at=NOW)
    period = Period.objects.get(reports__version=version, reports__unit=city.district)
    assert (period.code, period.first_day, period.last_day) == ("2022-W20", date(2022, 5, 13), date(2022, 5, 19))


def test_weeks_of_different_weekdays_are_different_periods(city):
    for number, starts_on in enumerate((0, 6)):
        version = new_form(city, f"BM-9{number}", frequency="week", window_rule="calendar", week_starts_on=starts_on)
        opening.open_period(version, PeriodCode.parse("2022-W20"))
    days = Period.objects.filter(code="2022-W20").values_list("first_day", flat=True)
    assert set(days) == {date(2022, 5, 15), date(2022, 5, 16)}


def test_a_form_whose_rule_leaves_no_working_day_holds_no_other_up(city, caplog):
    version = new_form(city, levels=(), since=date(2022, 4, 15))
    Respondent.objects.create(version=version, level="district", day_of_month=2)
    assert opening.open_due_periods(at=NOW) > 0
    assert asked_of(version) == set()
    assert "period not opened" in caplog.text


def test_the_sweep_asks_few_questions_however_many_periods_there_are(city, django_assert_max_num_queries):
    new_form(city, frequency="week", window_rule="calendar", since=date(2021, 5, 3))
    opening.open_due_periods(at=NOW)
    with django_assert_max_num_queries(9):
        assert opening.open_due_periods(at=NOW) == 0


def test_a_version_opens_no_period_for_which_it_does_not_hold(city):
    with pytest.raises(Refused) as refusal:
        opening.open_period(city.version, PeriodCode.parse("2021-04"))
    assert refusal.value.code == "no_such_period"


# By hand --------------------------------------------------------------------------------------------------------------

SPAN = Window(date(2022, 5, 1), date(2022, 5, 20))
CHOSEN = datetime(2022, 5, 25, 17, tzinfo=VIETNAM)


def by_hand(city, version, window=SPAN, **terms):
    return opening.open_by_hand(version, window, **{"deadline": CHOSEN, "by": city.approver, "at": NOW} | terms)


def once(city, **terms):
    return new_form(city, levels=("department", "district", "commune"), frequency="once", kind="ad_hoc", **terms)


def test_what_is_asked_once_is_opened_by_hand_for_the_chosen_units_until_the_chosen_instant(city):
    version = once(city)
    assert opening.open_due_periods(at=NOW) > 0
    assert asked_of(version) == set()
    assert by_hand(city, version, units=[city.district, city.department]) == 2
    report = Report.objects.get(version=version, unit=city.district)
    assert (report.period.code, report.period.first_day, report.deadline) == ("2022-05-20", SPAN.first, CHOSEN)
    assert by_hand(city, version, units=[city.district, city.commune]) == 1
    assert by_hand(city, version) == len(Unit.objects.exclude(level="city")) - 3


def test_where_a_superior_checks_first_the_upper_level_has_one_working_day_more(city):
    version = once(city)
    version.respondents.filter(level="commune").update(checked_above=True)
    by_hand(city, version)
    due = dict(Report.objects.filter(version=version).values_list("unit__code", "deadline"))
    assert due["00001"] == CHOSEN
    assert due["001"] == CHOSEN + timedelta(days=1)


def test_a_chosen_deadline_leaves_at_least_one_working_day_after_the_window(city):
    version = once(city)
    for deadline in (datetime(2022, 5, 20, 17, tzinfo=VIETNAM), datetime(2022, 5, 22, 17, tzinfo=VIETNAM)):
        with pytest.raises(ValidationError) as refusal:
            by_hand(city, version, deadline=deadline)
        assert set(refusal.value.message_dict) == {"deadline"}
    assert by_hand(city, version, deadline=datetime(2022, 5, 23, 8, tzinfo=VIETNAM)) > 0


def test_units_that_the_form_does_not_ask_are_refused_by_name(city):
    version = once(city)
    NamedUnit.objects.create(version=version, unit=city.sibling, excluded=True)
    with pytest.raises(ValidationError, match=city.sibling.name):
        by_hand(city, version, units=[city.commune, city.sibling])
    assert asked_of(version) == set()


def test_only_an_approver_of_the_forms_owner_asks_by_hand(city):
    version = once(city)
    for person in (city.owner_reviewer, city.stand_in_approver, city.administrator, city.head):
        with pytest.raises(PermissionDenied):
            by_hand(city, version, by=person)


def test_a_form_with_a_rhythm_is_not_opened_by_hand(city):
    with pytest.raises(Refused) as refusal:
        by_hand(city, city.version)
    assert refusal.value.code == "has_rhythm"


# The commands ---------------------------------------------------------------------------------------------------------


def command(name, **options):
    out = io.StringIO()
    call_command(name, stdout=out, **options)
    return out.getvalue()


def listed(form="BM-02", first="2022", last="2022"):
    return json.loads(command("deadlines", form=form, first=first, last=last, shape="json"))


def test_the_deadlines_of_a_form_are_listed_by_period_and_level(city):
    rows = listed()
    assert len(rows) == 12 * 3
    assert rows[4 * 3 :][:3] == [
        {
            "period": "2022-05",
            "window_start": "2022-04-15",
            "window_end": "2022-05-14",
            "level": level,
            "deadline": f"2022-05-{day}T00:00:00+07:00",
        }
        for level, day in (("department", 19), ("district", 19), ("commune", 17))
    ]


def test_every_version_is_honoured_and_the_last_one_where_none_holds(city):
    FormVersion.objects.filter(pk=city.version.pk).update(valid=DateRange(date(2021, 4, 15), date(2022, 4, 15)))
    later = FormVersion.objects.create(
        form=city.form,
        number=2,
        title="Sửa đổi",
        kind="thematic",
        valid=DateRange(date(2022, 4, 15), date(2022, 7, 15)),
    )
    Respondent.objects.create(version=later, level="district", working_days=7)
    FormVersion.objects.create(form=city.form, number=3, title="Dự thảo", kind="thematic")
    levels = {}
    for row in listed():
        levels.setdefault(row["period"], []).append(row["level"])
    assert levels["2022-04"] == ["department", "district", "commune"]
    assert levels["2022-05"] == levels["2022-12"] == ["district"]
    assert next(row["deadline"] for row in listed() if row["period"] == "2022-05") == "2022-05-25T00:00:00+07:00"


def test_years_of_which_the_table_says_nothing_follow_the_laws_holidays(city):
    assert not CalendarDay.objects.filter(day__year=2026).exists()
    row = next(
        row for row in listed(first="2026", last="2026") if row["period"] == "2026-02" and row["level"] == "commune"
    )
    assert row["deadline"] == "2026-02-24T00:00:00+07:00"


def test_the_deadlines_come_as_a_table_and_as_csv_too(city):
    table = command("deadlines", form="bm-02", first="2022", last="2022").splitlines()
    assert table[0].split() == ["period", "window_start", "window_end", "level", "deadline"]
    text = command("deadlines", form="BM-02", first="2022", last="2022", shape="csv")
    assert text.splitlines()[0] == "period,window_start,window_end,level,deadline"
    assert len(text.splitlines()) == len(table) == 37


def test_what_was_asked_by_hand_is_listed_as_announced(city):
    version = once(city)
    by_hand(city, version, units=[city.district])
    assert [(row["period"], row["window_start"], row["deadline"]) for row in listed("BM-99")] == [
        ("2022-05-20", "2022-05-01", CHOSEN.isoformat())
    ]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"form": "BM-77"}, "BM-02"),
        ({"first": "22x"}, "no year"),
        ({"first": "2023", "last": "2022"}, "after the last"),
        ({"last": "9999"}, "no year"),
    ],
)
def test_a_question_that_makes_no_sense_is_answered_in_one_sentence(city, asked, words):
    with pytest.raises(CommandError, match=words):
        listed(**asked)


def test_the_command_opens_one_period_or_all_that_is_due(city, at):
    command("open")
    Unit.objects.create(
        level="commune", kind="ward", code="00099", name="Phường Mới", parent=city.district,
        valid=DateRange(date(2022, 1, 1), None),
    )  # fmt: skip
    assert command("open", form="BM-02", period="2022-04").startswith("1 ")
    for form, period in (("BM-02", "2022-08"), ("BM-02", "2021-01"), ("BM-02", "2022-Q1"), ("BM-7", "2022-04")):
        with pytest.raises(CommandError):
            command("open", form=form, period=period)


def test_a_week_lists_its_iso_years_weeks(city):
    version = new_form(city, frequency="week", window_rule="calendar", working_days=1)
    assert len(schedules.schedule(version.form, 2026, 2026)) == 53
