"""The calendar of one's deadlines, read by a real reader of iCalendar: stable names, later days, and 304 in between."""

from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from accounts.roles import Role
from notifications.actions import feeding
from notifications.models import Feed
from reports.actions import deadlines
from reports.models import Report
from tests.city import NOW


@pytest.fixture
def path(city, at):
    """The reporter's calendar."""
    return f"/calendar/{feeding.make(by=city.reporter, at=NOW)}.ics"


def read(path):
    answer = Client().get(path)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    return Calendar.from_ical(answer.content)


def day_of(report, path):
    (event,) = [event for event in read(path).events if event.uid.startswith(f"report-{report.pk}@")]
    return event


def extend(city, until):
    deadlines.grant_extension(
        city.report.form, city.report.period, until=until, unit=city.report.unit, reason="Mưa lũ", document="12/QĐ",
        by=city.approver, at=NOW,
    )  # fmt: skip


def test_each_report_of_ones_units_is_a_whole_day_on_the_day_it_is_due(city, path):
    events = read(path).events
    own = Report.objects.filter(unit=city.report.unit, deadline__gt=NOW - timedelta(days=31))
    assert {event.uid.split("@")[0] for event in events} == {f"report-{report.pk}" for report in own}
    event = day_of(city.report, path)
    assert (event.start, event.end) == (date(2022, 5, 16), date(2022, 5, 17))
    assert city.report.form.code in event["SUMMARY"]
    assert city.report.unit.name in event["SUMMARY"]
    assert "24:00" in event["DESCRIPTION"]
    assert urlsplit(event["URL"]).path == f"/reports/{city.report.pk}/"
    assert event["TRANSP"] == "TRANSPARENT"
    assert event.DTSTAMP.utcoffset() == timedelta()


def test_nothing_is_in_it_that_one_only_reviews_or_watches(city, at):
    for person in (city.reviewer, city.approver, city.inspector, city.observer):
        assert read(f"/calendar/{feeding.make(by=person, at=NOW)}.ics").events == []


def test_a_moved_deadline_keeps_its_name_and_counts_on(city, path):
    before = day_of(city.report, path)
    extend(city, NOW + timedelta(days=4))
    after = day_of(city.report, path)
    assert after.uid == before.uid
    assert after.start == date(2022, 5, 20)
    assert after["SEQUENCE"] == before["SEQUENCE"] + 1
    assert after.DTSTAMP > before.DTSTAMP
    assert "08:00" in after["DESCRIPTION"]


def test_a_report_that_was_received_says_so(city, path):
    before = day_of(city.report, path)
    city.fill(city.report)
    city.submit(city.report)
    after = day_of(city.report, path)
    assert (after.uid, after.start) == (before.uid, before.start)
    assert after["SEQUENCE"] == before["SEQUENCE"] + 1
    assert after["SUMMARY"] != before["SUMMARY"]


def test_an_exempt_report_is_no_longer_in_it(city, path):
    Report.objects.filter(pk=city.report.pk).update(status="exempt")
    assert f"report-{city.report.pk}" not in [event.uid.split("@")[0] for event in read(path).events]


def test_deadlines_of_long_ago_are_not_in_it(city, path, at):
    at.set(NOW + timedelta(days=32))
    assert f"report-{city.report.pk}" not in [event.uid.split("@")[0] for event in read(path).events]


def test_whoever_has_the_same_calendar_is_told_so(city, path, at):
    first = Client().get(path)
    assert first["Cache-Control"] == "private, no-cache"
    at.set(NOW + timedelta(minutes=10))
    again = Client().get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    extend(city, NOW + timedelta(days=4))
    changed = Client().get(path, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


def test_no_line_is_longer_than_programs_take_and_words_are_escaped(city, path):
    city.report.unit.name = "Phường A, B; C\\D " + "rất dài " * 20
    city.report.unit.save()
    content = Client().get(path).content
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    assert city.report.unit.name.strip() in day_of(city.report, path)["SUMMARY"]


def test_what_it_costs_does_not_grow_with_reports(city, path):
    for code in ("2022-03", "2022-06", "2022-07"):
        city.open(code)
    city.appoint(city.reporter, Role.REPORTER, city.sibling)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        Client().get(path)
    assert len(asked) <= 5


def test_when_it_was_read_is_noted_by_the_hour(city, path, at):
    noted = []
    for minutes in (0, 10, 120):
        at.set(NOW + timedelta(minutes=minutes))
        Client().get(path)
        noted.append(Feed.objects.get().read_at)
    assert noted[0] == noted[1]
    assert noted[2] - noted[0] > timedelta(minutes=119)


def test_who_lost_the_account_has_none(city, path):
    city.reporter.is_active = False
    city.reporter.save()
    assert Client().get(path).status_code == 404


@pytest.mark.parametrize("secret", ["x", "x" * 43, "%00", "../x"])
def test_a_guessed_secret_opens_nothing(city, path, secret):
    assert Client().get(f"/calendar/{secret}.ics").status_code == 404


def test_nothing_is_posted_to_it(city, path):
    assert Client().post(path).status_code == 405
