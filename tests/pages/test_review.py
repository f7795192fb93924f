"""The review queue: three parts of a form and period, the oldest first, for those who check or approve."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Unit
from accounts.roles import Level, Role
from reports.models import Report
from reports.pages.review import PAGE, Part
from reports.standing import Standing
from reports.workflow import Status
from tests.city import NOW

pytestmark = pytest.mark.django_db

MAY, APRIL = "BM-02:2022-05", "BM-02:2022-04"


def look(client, part="", queue=MAY, **more):
    return client.get(reverse("review"), {"queue": queue, "part": part, **more})


def shown(client, part, queue=MAY):
    return [line.report.unit for line in look(client, part, queue).context["lines"]]


def counts(client, queue=MAY):
    return [part["count"] for part in look(client, queue=queue).context["parts"]]


@pytest.mark.parametrize("person", ["reporter", "head", "inspector", "observer", "administrator"])
def test_only_who_checks_or_approves_has_a_queue(city, signed_in, person):
    assert signed_in(getattr(city, person)).get(reverse("review")).status_code == 403


def test_a_district_sees_its_communes_and_nothing_else(city, signed_in):
    client = signed_in(city.reviewer)
    assert set(shown(client, Part.NOT_IN)) == {city.commune, city.sibling}
    assert counts(client) == [0, 2, 0]


def test_a_submitted_report_waits_for_the_district_and_is_not_yet_with_the_owner(city, signed_in):
    city.submit(city.report)
    assert shown(signed_in(city.reviewer), Part.WAITING) == [city.commune]
    assert city.commune in shown(signed_in(city.approver), Part.NOT_IN)


def test_a_checked_report_is_done_for_the_district_and_waits_for_the_owner(city, signed_in):
    city.submit(city.report)
    city.check(city.report)
    assert shown(signed_in(city.reviewer), Part.DONE) == [city.commune]
    assert shown(signed_in(city.approver), Part.WAITING) == [city.commune]
    assert shown(signed_in(city.owner_reviewer), Part.WAITING) == [city.commune]


def test_an_approved_report_is_done_for_both(city, signed_in):
    city.approve(city.report)
    assert shown(signed_in(city.reviewer), Part.DONE) == [city.commune]
    assert shown(signed_in(city.approver), Part.DONE) == [city.commune]


def test_a_returned_report_is_not_yet_in_again(city, signed_in):
    city.submit(city.report)
    city.give_back(city.report)
    assert city.commune in shown(signed_in(city.reviewer), Part.NOT_IN)


def test_the_owner_s_own_report_is_in_its_stand_in_s_queue_only(city, signed_in):
    city.submit(city.report_of(city.owner))
    assert shown(signed_in(city.stand_in_approver), Part.WAITING) == [city.owner]
    assert city.owner not in {
        *shown(signed_in(city.approver), Part.WAITING),
        *shown(signed_in(city.approver), Part.NOT_IN),
    }


def test_every_report_of_the_form_is_in_just_one_part_of_the_owner_s_queue(city, signed_in):
    city.approve(city.report)
    city.submit(city.report_of(city.sibling))
    city.submit(city.report_of(city.district))
    assert counts(signed_in(city.approver)) == [1, 5, 1]


def test_missing_units_come_before_what_another_reviewer_holds(city, signed_in):
    city.submit(city.report)
    assert shown(signed_in(city.approver), Part.NOT_IN)[-1] == city.commune


def test_missing_units_show_how_they_stand(city, signed_in):
    (entry, _other) = (line.entry for line in look(signed_in(city.reviewer), Part.NOT_IN, APRIL).context["lines"])
    assert (entry.stand.standing, entry.stand.days) == (Standing.MISSING, 19)


def test_what_arrived_first_comes_first(city, signed_in):
    city.now = NOW - timedelta(days=1)
    city.submit(city.report_of(city.sibling, "2022-04"))
    city.now = NOW
    city.submit(city.report_of(city.commune, "2022-04"))
    assert shown(signed_in(city.reviewer), Part.WAITING, APRIL) == [city.sibling, city.commune]


def test_the_newest_queue_with_work_is_opened_and_others_are_named(city, signed_in):
    city.submit(city.report_of(city.commune, "2022-04"))
    client = signed_in(city.reviewer)
    assert client.get(reverse("review")).context["queue"].key == APRIL
    may = look(client, Part.WAITING)
    assert [queue.key for queue in may.context["elsewhere"]] == [APRIL]
    assert f"?queue={APRIL}" in may.content.decode()


def test_without_a_part_the_first_that_holds_something_is_shown(city, signed_in):
    assert look(signed_in(city.reviewer)).context["part"] == Part.NOT_IN


@pytest.mark.parametrize(
    "query", [{"queue": "none"}, {"part": "none"}, {"page": "99"}, {"q": "\0"}, {"queue": "BM-02:1"}]
)
def test_what_makes_no_sense_in_the_address_is_left_out(city, signed_in, query):
    response = signed_in(city.reviewer).get(reverse("review"), query)
    assert response.status_code == 200
    assert len(response.context["lines"]) == 2


def test_units_are_found_with_and_without_diacritics_or_by_their_district(city, signed_in):
    client = signed_in(city.approver)
    for q in ("phuc xa", "Phúc Xá", "00001"):
        assert [line.report.unit for line in look(client, Part.NOT_IN, q=q).context["lines"]] == [city.commune]
    assert len(look(client, Part.NOT_IN, q="ba dinh").context["lines"]) == 3


def test_each_line_opens_the_report_in_the_queue(city, signed_in):
    city.submit(city.report)
    page = look(signed_in(city.reviewer)).content.decode()
    assert f'href="{reverse("report", args=[city.report.pk])}?queue=1"' in page


def test_a_person_who_reviews_in_two_places_has_both(city, signed_in):
    city.appoint(city.reviewer, Role.REVIEWER, city.elsewhere)
    assert set(shown(signed_in(city.reviewer), Part.NOT_IN)) == {city.commune, city.sibling, city.far_commune}


def test_a_reviewer_of_units_that_owe_nothing_yet_is_told_so(city, signed_in):
    person = city.add_person("early", Role.REVIEWER, city.department)
    response = signed_in(person).get(reverse("review"))
    assert response.context["queue"] is None
    assert 'class="paper empty"' in response.content.decode()


def test_a_script_gets_the_part_alone(city, signed_in):
    response = signed_in(city.reviewer).get(reverse("review"), headers={"HX-Request": "true"})
    assert "<html" not in response.content.decode()


def test_a_great_queue_is_paged_and_asks_no_more(city, signed_in, django_assert_max_num_queries):
    client = signed_in(city.approver)
    with django_assert_max_num_queries(8) as few:
        look(client)
    Unit.objects.bulk_create(
        Unit(
            level=Level.COMMUNE,
            kind="ward",
            code=f"8{n:04}",
            name=f"Phường {n}",
            parent=city.district,
            valid=city.city.valid,
        )
        for n in range(PAGE)
    )
    city.open("2022-05")
    with django_assert_max_num_queries(len(few)):
        response = look(client)
    total = Report.objects.filter(period__code="2022-05").exclude(unit=city.owner).count()
    assert response.context["total"] == total
    assert len(response.context["lines"]) == PAGE
    assert len(look(client, page=2).context["lines"]) == total - PAGE
    assert Report.objects.filter(status=Status.SUBMITTED).count() == 0
