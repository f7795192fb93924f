"""The nightly proof of the figures: what differs is logged in words, remembered, and shown to administrators."""

import logging
from datetime import timedelta
from io import StringIO

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.urls import reverse

from reports import figures
from reports.actions import proving
from reports.models import Figure, Mark, Period
from tests.city import NOW

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def nothing_remembered(transactional_db):
    """A table of the cache outlives the tests that commit."""
    yield
    cache.delete(proving.KEY)


@pytest.fixture
def tampered(shared_city):
    """The small city with one figure that its values do not give."""
    city = shared_city
    city.approve(city.report, online=60)
    figures.fold_marked()
    Figure.objects.filter(pk=city.figure("work_dossiers_online", "commune").pk).update(total=61)
    return city


def test_a_night_folds_what_is_marked_and_finds_nothing(shared_city, caplog):
    assert proving.last() is None
    shared_city.approve(shared_city.report)
    Mark.objects.create(form=shared_city.version.form, period=shared_city.report.period, unit=shared_city.commune)
    with caplog.at_level(logging.ERROR):
        night = proving.prove(at=NOW)
    assert (night.count, night.findings, night.waiting) == (0, [], 0)
    assert night.compared == Figure.objects.count() > 0
    assert proving.last() == night
    assert caplog.records == []


def test_a_night_says_in_words_which_figure_differs(tampered, caplog):
    with caplog.at_level(logging.ERROR):
        night = proving.prove(at=NOW)
    assert (night.count, proving.last()) == (1, night)
    (finding,) = night.findings
    for said in ("BM-02", "2022-05", "61.000000", "60.000000"):
        assert said in finding
    assert finding in caplog.text


def test_the_administrator_sees_what_the_last_night_found(tampered, signed_in):
    client = signed_in(tampered.administrator)
    assert client.get(reverse("admin:index")).context["proof"] is None
    night = proving.prove(at=NOW)
    shown = client.get(reverse("admin:index"))
    assert "BM-02 2022-05" in shown.text
    assert 'role="alert"' in shown.text
    call_command("figures", "--rebuild", stdout=StringIO(), stderr=StringIO())
    mended = proving.prove(at=NOW + timedelta(days=1))
    assert (night.count, mended.count) == (1, 0)
    assert 'role="alert"' not in client.get(reverse("admin:index")).text


def test_rebuilding_says_how_far_it_is(tampered):
    told = StringIO()
    call_command("figures", "--rebuild", stdout=StringIO(), stderr=told)
    lines = told.getvalue().splitlines()
    cells = Figure.objects.values("form", "period").distinct().count()
    assert lines[0].startswith(f"1 of {cells} ")
    assert lines[-1].startswith(f"{cells} of {cells} ")


def test_figures_of_a_period_that_nobody_was_asked_for_are_found(tampered):
    other = Period.objects.create(
        rule="decree", code="2019-01", frequency="month", first_day="2018-12-15", last_day="2019-01-14"
    )
    strayed = Figure.objects.filter(state="confirmed").first()
    strayed.pk, strayed.period = None, other
    strayed.save()
    night = proving.prove(at=NOW)
    assert any("2019-01" in finding for finding in night.findings)
