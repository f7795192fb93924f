"""Whoever still owes a report is told, once, that its deadline was moved: in the inbox and by mail."""

from datetime import date, datetime, timedelta

from notifications.actions.delivering import deliver
from notifications.actions.planning import plan
from notifications.models import Notice
from reports.actions import deadlines
from reports.models import DeadlineChange, Period
from tests.city import NOW, VIETNAM

MORNING = datetime(2022, 5, 17, 7, 30, tzinfo=VIETNAM)
UNTIL = datetime(2022, 5, 21, tzinfo=VIETNAM)


def extend(city, until=UNTIL, at=NOW):
    return deadlines.grant_extension(
        city.form, Period.objects.get(code="2022-05"), unit=city.commune, until=until, reason="Mưa lũ",
        document="12/TB", by=city.approver, at=at,
    )  # fmt: skip


def told():
    return sorted(Notice.objects.filter(kind="moved").values_list("person__username", flat=True))


def test_reporter_and_head_are_told_once_of_each_change(city):
    extend(city)
    plan(at=NOW)
    plan(at=NOW + timedelta(hours=1))
    assert told() == ["head", "reporter"]
    notice = Notice.objects.filter(kind="moved").first()
    assert (notice.occasion, notice.deadline) == (f"moved:{DeadlineChange.objects.get().pk}", UNTIL)
    extend(city, until=UNTIL + timedelta(days=3), at=NOW + timedelta(hours=2))
    plan(at=NOW + timedelta(hours=2))
    assert told() == ["head", "head", "reporter", "reporter"]


def test_a_unit_that_owes_nothing_more_is_not_told(city):
    city.submit(city.report)
    extend(city)
    plan(at=NOW)
    assert told() == []


def test_of_several_changes_only_the_one_that_counts_is_told(city):
    extend(city)
    extend(city, until=UNTIL + timedelta(days=3))
    plan(at=NOW)
    assert set(Notice.objects.filter(kind="moved").values_list("deadline", flat=True)) == {UNTIL + timedelta(days=3)}


def test_of_a_deadline_that_has_passed_nobody_is_told(city):
    extend(city)
    plan(at=UNTIL + timedelta(seconds=1))
    assert told() == []


def test_a_corrected_calendar_tells_every_unit_whose_deadline_moved(city):
    deadlines.correct_day(
        date(2022, 5, 17), working=False, name="Nghỉ", document="12/TB", by=city.administrator, at=NOW
    )
    plan(at=NOW)
    assert set(told()) == {
        *("district_reporter", "district_head", "owner_reporter", "owner_head"),
        *("department_reporter", "department_head"),
    }


def test_the_mail_says_that_there_is_more_time_and_until_when(city, post):
    extend(city)
    plan(at=NOW)
    assert deliver(at=MORNING - timedelta(seconds=1)) == 11  # the rungs of that day
    deliver(at=MORNING)
    (mail,) = [mail for mail in post.mails if mail["To"] == "head@example.vn"]
    assert "24:00 ngày 20/05/2022" in mail["Subject"]
    assert "24:00 ngày 20/05/2022" in mail.get_body(("plain",)).get_content()


def test_a_mail_about_a_change_that_no_longer_counts_is_dropped(city, post):
    extend(city)
    plan(at=NOW)
    extend(city, until=UNTIL + timedelta(days=3))
    deliver(at=MORNING)
    states = set(Notice.objects.filter(kind="moved", deadline=UNTIL).values_list("deliveries__state", flat=True))
    assert states == {"dropped"}
