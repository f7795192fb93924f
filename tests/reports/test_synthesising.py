"""Syntheses: one signature of the district over the checked reports of its communes, accepted by the owner as one."""

import hashlib
import json
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from accounts.refusals import Refused
from reports import proof
from reports.actions import synthesising
from reports.models import Period, Report, Synthesis
from reports.workflow import Action
from tests.city import VIETNAM
from tests.race import at_once

pytestmark = pytest.mark.django_db

AFTER = datetime(2022, 5, 17, 0, 0, 1, tzinfo=VIETNAM)


@pytest.fixture
def asked(city):
    """The small city, whose communes' reports are accepted within their district's synthesis."""
    return ask(city)


def ask(city):
    Report.objects.filter(unit__level="commune").update(synthesised=True)
    city.period = Period.objects.get(code="2022-05")
    for unit in (city.commune, city.sibling):
        city.submit(city.report_of(unit))
    city.check(city.report)
    city.report.refresh_from_db()
    return city


def sign(city, *, by=None, at=AFTER):
    return synthesising.sign(city.form, city.period, city.district, by=by or city.district_head, at=at)


def refused(act):
    with pytest.raises(Refused) as refusal:
        act()
    return refusal.value.code


def test_only_a_head_of_the_district_signs_and_not_before_the_communes_deadline(asked):
    assert refused(lambda: sign(asked, at=asked.now)) == "communes_still_due"
    for person in (asked.reviewer, asked.head, asked.far_reviewer, asked.approver):
        with pytest.raises(PermissionDenied):
            sign(asked, by=person)
    synthesis = sign(asked)
    assert (synthesis.number, synthesis.capacity) == (1, "head")
    assert [unit.pk for unit in synthesis.missing.all()] == [asked.sibling.pk]
    content = json.loads(bytes(synthesis.snapshot))
    assert content["reports"] == {"00001": {"revision": 1, "digest": asked.report.current.digest}}
    assert synthesis.digest == hashlib.sha256(bytes(synthesis.snapshot)).hexdigest()
    assert refused(lambda: sign(asked)) == "nothing_to_bring_together"


def test_when_all_have_come_in_nobody_waits_for_the_deadline(asked):
    asked.check(asked.report_of(asked.sibling))
    assert sign(asked, at=asked.now).entries.count() == 2


def test_the_owner_approves_no_report_that_its_superior_has_not_brought_together(asked):
    def approve():
        return asked.move(asked.report, Action.APPROVE, by=asked.approver)

    assert refused(approve) == "not_in_synthesis"
    sign(asked)
    assert approve().after == "approved"


def test_accepted_as_one_each_report_gets_its_own_step_and_a_returned_one_follows_in_a_supplement(asked):
    sibling = asked.report_of(asked.sibling)
    asked.check(sibling)
    first = sign(asked)
    asked.now = AFTER + timedelta(hours=1)
    asked.move(sibling, Action.RETURN, by=asked.owner_reviewer, reason="Sai số.")
    moved = synthesising.accept(first, by=asked.approver, at=asked.now)
    assert [step.report_id for step in moved.steps] == [asked.report.pk]
    assert moved.refused == {}
    asked.submit(sibling)
    asked.check(sibling)
    second = sign(asked, at=asked.now)
    assert (second.number, second.missing.count()) == (2, 0)
    assert len(synthesising.accept(second, by=asked.approver, at=asked.now).steps) == 1
    assert asked.figure("work_dossiers_online", "commune").total == 120
    assert proof.compare()[1] == []


def test_a_synthesis_never_changes(asked):
    synthesis = sign(asked)
    for statement in (
        "UPDATE reports_synthesis SET digest = 'x' WHERE id = %s",
        "DELETE FROM reports_synthesis WHERE id = %s",
        "DELETE FROM reports_synthesisentry WHERE synthesis_id = %s",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [synthesis.pk])


def test_the_screens_of_the_district_and_of_the_owner(asked, signed_in, at, django_assert_max_num_queries):
    at.set(AFTER)
    head, approver = signed_in(asked.district_head), signed_in(asked.approver)
    with django_assert_max_num_queries(9):
        shown = head.get(reverse("syntheses")).content.decode()
    assert asked.sibling.name in shown
    key = f"{asked.form.pk}:{asked.period.pk}:{asked.district.pk}"
    assert approver.post(reverse("syntheses"), {"of": key}).status_code == 403
    assert head.post(reverse("syntheses"), {"of": "nonsense"}).status_code == 400
    answer = head.post(reverse("syntheses"), {"of": key})
    synthesis = Synthesis.objects.get()
    assert answer.headers["Location"] == reverse("synthesis", args=[synthesis.pk])
    assert head.post(reverse("syntheses"), {"of": key}).status_code == 409
    assert head.post(reverse("synthesis", args=[synthesis.pk])).status_code == 403
    assert signed_in(asked.far_reviewer).get(reverse("synthesis", args=[synthesis.pk])).status_code == 404
    assert approver.post(reverse("synthesis", args=[synthesis.pk])).status_code == 302
    asked.report.refresh_from_db()
    assert asked.report.status == "approved"
    assert asked.commune.name in approver.get(reverse("synthesis", args=[synthesis.pk])).content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_two_heads_who_sign_at_once_the_second_finds_nothing_left(shared_city):
    city = ask(shared_city)
    deputy = city.add_person("deputy", "head", city.district)
    outcomes = at_once(lambda: sign(city), lambda: sign(city, by=deputy))
    assert sorted(type(one).__name__ for one in outcomes) == ["Refused", "Synthesis"]
    assert Synthesis.objects.count() == 1
