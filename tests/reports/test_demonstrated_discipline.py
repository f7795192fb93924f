"""The year of discipline that a demonstration shows: plausible, reproducible, as the portal itself would keep it."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.db import transaction

from accounts.models import JournalEntry
from reports import lapses, record
from reports.actions import demonstration
from reports.actions.discipline import listing, recording
from reports.illustration import causes
from reports.models import CalendarDay, Explanation, Lapse, Objection, Proposal, Report, Ruling, StandingList
from tests.city import NOW
from tests.reports.test_demonstration import fill, staffed_city


def loaded(city, seed=7):
    people = staffed_city()
    fill(city.version, people=people, seed=seed)
    demonstration.discipline(people, seed, at=NOW)
    demonstration.enlist(people, seed, "VPUBND", at=NOW)
    return people


def told():
    lapse = ("lapse__unit__code", "lapse__report__period__code")
    return (
        sorted(Lapse.objects.values_list("unit__code", "report__period__code", "recorded_at", "asked_at"), key=str),
        sorted(Explanation.objects.values_list(*lapse, "cause", "text", "by__username", "at")),
        sorted(Ruling.objects.values_list(*lapse, "excused", "reason", "by__username", "at")),
        sorted(Objection.objects.values_list(*lapse, "upheld", "at")),
        sorted(StandingList.objects.values_list("month", "announced_at", "issued_at"), key=str),
    )


@pytest.fixture
def disciplined(city):
    loaded(city)
    return city


def test_the_same_seed_tells_the_same_year(city):
    outcomes = []
    for seed in (7, 7, 8):
        with transaction.atomic():
            loaded(city, seed)
            outcomes.append(told())
            transaction.set_rollback(True)
    assert outcomes[0] == outcomes[1] != outcomes[2]


def test_what_it_records_is_what_the_portal_would_have_recorded(disciplined):
    before = told()
    assert recording.record(at=NOW) == 0
    assert told() == before
    assert Lapse.objects.count() > 5


def test_lists_of_past_months_are_issued_and_the_last_one_is_open(disciplined):
    *issued, last = StandingList.objects.order_by("month")
    assert issued[-1].month == date(2022, 3, 1)
    assert all(listing.digest(one.content) == one.sha256 for one in issued)
    assert (last.month, last.issued_at) == (date(2022, 4, 1), None)
    assert last.announced_at < NOW < last.correct_by
    assert not Objection.objects.filter(answered_at=None).exists()


def test_one_proposal_is_decided_and_one_waits_for_it(disciplined):
    assert Counter(Proposal.objects.values_list("decided", flat=True)) == {"criticise": 1, "": 1}
    for proposal in Proposal.objects.all():
        assert {lapse.unit_id for lapse in proposal.lapses.all()} == {proposal.unit_id}
        assert proposal.number


def test_the_journal_names_who_said_it_and_when(disciplined):
    for said in (*Explanation.objects.all(), *Ruling.objects.all()):
        entry = JournalEntry.objects.get(table=said._meta.db_table, key=said.pk)
        assert (entry.by_id, entry.at, entry.before) == (said.by_id, said.at, None)
        assert entry.after["lapse_id"] == said.lapse_id


def test_it_is_told_once(disciplined):
    before = told()
    people = {}
    demonstration.enlist(people, 7, "VPUBND", at=NOW)
    assert demonstration.discipline(people, 7, at=NOW) == 0
    assert told() == before


def test_the_causes_share_a_hundred():
    assert sum(one.share for one in causes.CAUSES.values()) == 100


def test_what_is_searched_for_lapses_leaves_none_out(disciplined):
    calendar = CalendarDay.objects.as_calendar()
    read = record.recorded(Report.objects.all())
    for at in (NOW, NOW - timedelta(days=100), NOW + timedelta(days=60)):
        bounds = record.Bounds(NOW - timedelta(days=500), at)
        found = [
            (pk, one.kind, one.since)
            for pk, (_facts, of_report) in read.items()
            for one in lapses.lapses(of_report, at, calendar)
        ]
        assert sorted((one.report, one.kind, one.since) for one in record.due_between(bounds, at=at)) == sorted(found)
    assert len(found) > 20
