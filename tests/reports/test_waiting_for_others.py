"""Who waits too long for a report is told so; and of a version that begins and a period that opens one is first."""

from decimal import Decimal
from functools import partial
from threading import Event

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from accounts.refusals import Refused
from reports.actions import designing, filing, moving, opening
from reports.models import FormVersion, Report
from reports.periods import PeriodCode
from reports.workflow import Action
from tests.race import at_once


def test_who_waits_too_long_for_a_report_is_told_so_and_nothing_changes(shared_city):
    city = shared_city
    city.fill(city.report)
    edit = Report.objects.get(pk=city.report.pk).edit
    held, told = Event(), Event()

    def hold():
        with transaction.atomic():
            Report.objects.locked(city.report.pk)
            held.set()
            told.wait(timeout=20)

    def impatient(act):
        held.wait(timeout=20)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '100ms'")
            return act()

    def both():
        entry = filing.Entry("closed", Decimal(71), edit=1)
        acts = [
            partial(moving.move, city.report, Action.SUBMIT, by=city.head, at=city.now, edit=edit),
            partial(filing.save_cells, city.report, [entry], by=city.reporter, at=city.now),
        ]
        codes = []
        for act in acts:
            with pytest.raises(Refused) as refused:
                impatient(act)
            codes.append(refused.value.code)
        told.set()
        return codes

    assert at_once(hold, both)[1] == ["busy", "busy"]
    city.report.refresh_from_db()
    assert (city.report.status, city.report.edit) == ("draft", edit)


def test_a_period_opens_by_the_version_that_holds_for_it_whoever_comes_first(shared_city):
    city = shared_city
    second = designing.new_version(city.form, copy_of=city.version, by=city.administrator, at=city.now)
    for number, code in enumerate(["2022-07", "2022-08", "2022-09", "2022-10", "2022-11", "2022-12"]):
        stale = FormVersion.objects.get(pk=city.version.pk)
        opened, began = at_once(
            lambda stale=stale, code=code: opening.open_period(stale, PeriodCode.parse(code)),
            lambda second=second, code=code: begin(city, second, code),
        )
        reports = Report.objects.filter(form=city.form, period__code=code).select_related("version", "period")
        if isinstance(began, FormVersion):  # it began first: the older version opens nothing any more
            assert isinstance(opened, Refused)
            assert not reports.exists()
            return
        assert opened == len(reports) > 0
        assert all(report.period.first_day in report.version.valid for report in reports), number


def begin(city, version, code):
    """The version in force from that period, or None where it has been opened already."""
    try:
        return designing.put_in_force(version, code, by=city.administrator, at=city.now)
    except ValidationError:
        return None
