"""The review queue: clean, needs eyes with its reasons, not yet in, done; many moves in one act, one remark to many."""

import re
from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Unit
from accounts.roles import Level, Role
from reports.models import Remark, Report, Revision, Step
from reports.pages.queue import Part
from reports.pages.reasons import WHY, Why
from reports.pages.review import PAGE
from reports.standing import Standing
from reports.workflow import Action, Status
from tests.city import NOW, VIETNAM

pytestmark = pytest.mark.django_db

MAY, APRIL = "BM-02:2022-05", "BM-02:2022-04"


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    """Where scans are kept."""
    settings.ATTACHMENTS_ROOT = tmp_path


def look(client, part="", queue=MAY, **more):
    return client.get(reverse("review"), {"queue": queue, "part": part, **more})


def shown(client, part, queue=MAY, **more):
    return [line.report.unit for line in look(client, part, queue, **more).context["lines"]]


def counts(client, queue=MAY):
    return [part["count"] for part in look(client, queue=queue).context["parts"]]


def make_stand_out(*reports, cells=(("large_change", "online", ""),)):
    """Give reports what the checks find at submission; a frozen revision takes it in no other way."""
    for report in reports:
        report.refresh_from_db()
        submission = report.current
        fresh = Revision.objects.create(
            report=report, number=submission.number + 1, cause=submission.cause, frozen_at=submission.frozen_at,
            snapshot=submission.snapshot, digest=submission.digest, standing_out=[list(one) for one in cells],
        )  # fmt: skip
        Report.objects.filter(pk=report.pk).update(current=fresh)
        report.refresh_from_db()


def reasons(client, queue=MAY):
    """What each report that needs eyes says of itself: {unit: [words, …]}."""
    lines = look(client, Part.EYES, queue).context["lines"]
    return {line.report.unit: [f"{reason.words} {reason.quote}".strip() for reason in line.reasons] for line in lines}


def seen(*reports):
    """The reports as a form carries them, with their edits as they stand."""
    return [f"{one.pk}:{one.edit}" for one in Report.objects.filter(pk__in=[report.pk for report in reports])]


@pytest.mark.parametrize("person", ["reporter", "head", "inspector", "observer", "administrator"])
def test_only_who_checks_or_approves_has_a_queue(city, signed_in, person):
    assert signed_in(getattr(city, person)).get(reverse("review")).status_code == 403


def test_a_district_sees_its_communes_and_nothing_else(city, signed_in):
    client = signed_in(city.reviewer)
    assert set(shown(client, Part.NOT_IN)) == {city.commune, city.sibling}
    assert counts(client) == [0, 0, 2, 0]


def test_a_submitted_report_waits_for_the_district_and_is_not_yet_with_the_owner(city, signed_in):
    city.submit(city.report)
    assert shown(signed_in(city.reviewer), Part.CLEAN) == [city.commune]
    assert city.commune in shown(signed_in(city.approver), Part.NOT_IN)


def test_a_checked_report_is_done_for_the_district_and_waits_for_the_owner(city, signed_in):
    city.submit(city.report)
    city.check(city.report)
    assert shown(signed_in(city.reviewer), Part.DONE) == [city.commune]
    assert shown(signed_in(city.approver), Part.CLEAN) == [city.commune]
    assert shown(signed_in(city.owner_reviewer), Part.CLEAN) == [city.commune]


def test_an_approved_report_is_done_for_both(city, signed_in):
    city.approve(city.report)
    assert shown(signed_in(city.reviewer), Part.DONE) == [city.commune]
    assert shown(signed_in(city.approver), Part.DONE) == [city.commune]


def test_a_returned_report_is_not_yet_in_again(city, signed_in):
    city.submit(city.report)
    city.give_back(city.report)
    assert city.commune in shown(signed_in(city.reviewer), Part.NOT_IN)


def test_an_exempt_report_is_done_and_no_longer_expected(city, signed_in):
    before = look(signed_in(city.approver)).context["expected"]
    city.move(city.report, Action.EXEMPT, by=city.approver, reason="Đơn vị mới thành lập.")
    context = look(signed_in(city.approver), Part.DONE).context
    (line,) = context["lines"]
    assert (line.report, line.stand.standing) == (city.report, Standing.EXEMPT)
    assert context["expected"] == before - 1


def test_a_report_filed_on_paper_is_not_in_until_its_figures_are(city, signed_in):
    scan = ("bao-cao.pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\n%%EOF\n")
    paper = {"document": "45/BC-UBND", "received_at": NOW, "scan": scan}
    city.move(city.report, Action.RECORD, by=city.owner_reviewer, **paper)
    client = signed_in(city.reviewer)
    assert city.commune in shown(client, Part.NOT_IN)
    city.move(city.report, Action.KEY_IN, by=city.reporter)
    city.submit(city.report)
    ((unit, (words,)),) = reasons(client).items()
    assert unit == city.commune
    assert words.startswith(str(WHY[Why.PAPER]))
    assert "45/BC-UBND" in words


# What needs eyes ---------------------------------------------------------------------------------------------------


def test_what_stands_out_is_told_by_the_names_of_the_items(city, signed_in):
    city.submit(city.report)
    city.submit(city.report_of(city.sibling))
    make_stand_out(
        city.report, cells=[("large_change", "online", ""), ("large_change", "closed", ""), ("unusual", "opened", "")]
    )
    client = signed_in(city.reviewer)
    names = {item.code: item.name for item in city.version.items.select_related("indicator")}
    changed, unusual = reasons(client)[city.commune]
    assert names["online"] in changed
    assert names["closed"] in changed
    assert names["opened"] in unusual
    assert shown(client, Part.CLEAN) == [city.sibling]
    assert counts(client) == [1, 1, 0, 0]


def test_a_note_explains_but_does_not_make_a_report_clean(city, signed_in):
    city.approve(city.report_of(city.commune, "2022-04"))
    city.fill(city.report, online=10)
    item = city.version.items.get(code="online")
    city.report.current.values.filter(item=item).update(note="Đã kiểm tra lại.")
    city.report.current.values.exclude(item=item).update(note="Đã kiểm tra lại.")
    city.move(city.report, Action.SUBMIT, by=city.head)
    assert city.report.current.standing_out
    assert shown(signed_in(city.reviewer), Part.EYES) == [city.commune]


def test_a_late_report_is_as_clean_as_any_and_shows_that_it_is_late(city, signed_in):
    april = city.report_of(city.commune, "2022-04")
    city.submit(april)
    (line,) = look(signed_in(city.reviewer), Part.CLEAN, APRIL).context["lines"]
    assert (line.report, line.received.standing) == (april, Standing.LATE)


def test_a_report_that_came_back_says_when_and_why_and_what_is_to_be_ticked_off(city, signed_in):
    city.submit(city.report)
    item = city.version.items.get(code="online")
    Remark.objects.create(
        report=city.report, revision=city.report.current, item=item, text="Xem lại.", by=city.reviewer, at=NOW
    )
    client = signed_in(city.reviewer)
    assert reasons(client) == {city.commune: [_("%(count)d remark not sent yet") % {"count": 1}]}
    city.give_back(city.report, reason="Chưa khớp với hệ thống một cửa.")
    Remark.objects.update(answer="Đã sửa.", answered_by=city.reporter, answered_at=NOW)
    city.submit(city.report)
    returned, remarks = reasons(client)[city.commune]
    assert returned.endswith("Chưa khớp với hệ thống một cửa.")
    assert "08:00 16/05/2022" in returned
    assert remarks == _("%(count)d remark to be ticked off") % {"count": 1}
    Remark.objects.update(settled_by=city.reviewer, settled_at=NOW)
    assert len(reasons(client)[city.commune]) == 1


def test_a_recalled_report_that_is_sent_again_needs_eyes(city, signed_in):
    city.submit(city.report)
    city.move(city.report, Action.RECALL, by=city.head)
    city.submit(city.report)
    assert reasons(signed_in(city.reviewer)) == {city.commune: [str(WHY[Why.RECALLED])]}


def test_a_wish_to_amend_waits_for_the_approver_alone_and_then_the_amendment_names_its_paper(city, signed_in):
    city.approve(city.report)
    city.move(city.report, Action.ASK_TO_AMEND, by=city.head, reason="Sai số liệu.", document="34/UBND-VP")
    client = signed_in(city.approver)
    (words,) = reasons(client)[city.commune]
    assert words.startswith(str(WHY[Why.ASKED]))
    assert "34/UBND-VP" in words
    assert "Sai số liệu." in words
    assert shown(signed_in(city.owner_reviewer), Part.EYES) == []
    city.move(city.report, Action.AMEND, by=city.approver, reason="Đồng ý.")
    city.submit(city.report)
    assert "34/UBND-VP" in reasons(signed_in(city.reviewer))[city.commune][0]


def test_reasons_are_counted_and_each_leads_to_its_units(city, signed_in):
    reports = [city.report_of(unit) for unit in (city.department, city.district, city.elsewhere)]
    for report in reports:
        city.submit(report)
    make_stand_out(*reports[:2])
    make_stand_out(reports[2], cells=[("unusual", "opened", "")])
    client = signed_in(city.approver)
    (fault,) = look(client, Part.EYES).context["faults"]
    assert (fault.key, fault.count) == ("large_change:online:", 2)
    assert set(shown(client, Part.EYES, why=fault.key)) == {city.department, city.district}
    page = look(client, Part.EYES, why=fault.key).content.decode()
    assert f"{reverse('review-alike')}?queue=BM-02%3A2022-05&amp;part=eyes&amp;why=large_change%3Aonline%3A" in page


def test_a_report_in_a_synthesis_waits_only_once_it_is_brought_together(city, signed_in):
    city.submit(city.report)
    city.check(city.report)
    Report.objects.filter(pk=city.report.pk).update(synthesised=True)
    client = signed_in(city.approver)
    assert city.commune in shown(client, Part.NOT_IN)
    assert next(queue for queue in look(client).context["queues"] if queue.key == MAY).waiting == 0


def test_the_owner_s_own_report_is_in_its_stand_in_s_queue_only(city, signed_in):
    city.submit(city.report_of(city.owner))
    assert shown(signed_in(city.stand_in_approver), Part.CLEAN) == [city.owner]
    assert city.owner not in {
        *shown(signed_in(city.approver), Part.CLEAN),
        *shown(signed_in(city.approver), Part.NOT_IN),
    }


def test_every_report_of_the_form_is_in_just_one_part_of_the_owner_s_queue(city, signed_in):
    city.approve(city.report)
    city.submit(city.report_of(city.sibling))
    city.submit(city.report_of(city.district))
    assert counts(signed_in(city.approver)) == [1, 0, 5, 1]


def test_missing_units_come_before_what_another_reviewer_holds(city, signed_in):
    city.submit(city.report)
    assert shown(signed_in(city.approver), Part.NOT_IN)[-1] == city.commune


def test_missing_units_show_how_they_stand(city, signed_in):
    (line, _other) = look(signed_in(city.reviewer), Part.NOT_IN, APRIL).context["lines"]
    assert (line.stand.standing, line.stand.days) == (Standing.MISSING, 19)


def test_what_arrived_first_comes_first(city, signed_in):
    city.now = NOW - timedelta(days=1)
    city.submit(city.report_of(city.sibling, "2022-04"))
    city.now = NOW
    city.submit(city.report_of(city.commune, "2022-04"))
    assert shown(signed_in(city.reviewer), Part.CLEAN, APRIL) == [city.sibling, city.commune]


def test_the_newest_queue_with_work_is_opened_and_others_are_named(city, signed_in):
    city.submit(city.report_of(city.commune, "2022-04"))
    client = signed_in(city.reviewer)
    assert client.get(reverse("review")).context["queue"].key == APRIL
    may = look(client, Part.CLEAN)
    assert [queue.key for queue in may.context["elsewhere"]] == [APRIL]
    assert f"?queue={APRIL}" in may.content.decode()


def test_without_a_part_the_first_that_holds_something_is_shown(city, signed_in):
    assert look(signed_in(city.reviewer)).context["part"] == Part.NOT_IN


@pytest.mark.parametrize(
    "query", [{"queue": "none"}, {"why": ""}, {"part": "none"}, {"page": "99"}, {"q": "\0"}, {"queue": "BM-02:1"}]
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
    assert f'href="{reverse("report", args=[city.report.pk])}?queue=BM-02%3A2022-05&amp;part=clean"' in page


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
    with django_assert_max_num_queries(10) as few:
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


# Many moves in one act ---------------------------------------------------------------------------------------------


def test_all_clean_reports_are_chosen_by_one_link_whatever_page_shows_them(city, signed_in, monkeypatch):
    monkeypatch.setattr("reports.pages.review.PAGE", 1)
    for unit in (city.commune, city.sibling):
        city.submit(city.report_of(unit))
    client = signed_in(city.reviewer)
    page = look(client, Part.CLEAN).content.decode()
    assert 'id="tick-all"' in page
    assert " checked" not in page
    page = look(client, Part.CLEAN, all=1).content.decode()
    named = re.findall(r'name="check" value="([0-9: ]+)"', page)
    assert sorted(named) == sorted(seen(city.report, city.report_of(city.sibling)))
    assert page.count(" checked") == 1


def test_first_is_said_what_follows_from_it_and_nothing_is_done(city, signed_in):
    reports = [city.report_of(city.department), city.report_of(city.district)]
    for report in reports:
        city.submit(report)
    response = signed_in(city.approver).post(reverse("review-moves"), {"action": "approve", "approve": seen(*reports)})
    context = response.context
    assert [report.unit for report in context["reports"]] == [
        report.unit for report in Report.objects.filter(pk__in=[one.pk for one in reports])
    ]
    assert (context["before"], context["after"], context["expected"]) == (0, 2, 8)
    assert city.version.items.get(code="opened").indicator.name in context["figures"]
    assert not Report.objects.filter(status=Status.APPROVED).exists()


def test_what_was_confirmed_is_done_each_with_its_own_step_and_each_failure_told(
    city, signed_in, django_assert_max_num_queries
):
    reports = [city.report_of(unit) for unit in (city.department, city.district, city.elsewhere)]
    for report in reports:
        city.submit(report)
    sent = seen(*reports)
    city.move(reports[1], Action.RECALL, by=city.district_head)
    client = signed_in(city.approver)
    with django_assert_max_num_queries(24):
        response = client.post(
            reverse("review-moves"), {"action": "approve", "approve": " ".join([*sent, "9999999:1"]), "confirmed": "1"}
        )
    assert {report.unit for report in response.context["done"]} == {city.department, city.elsewhere}
    assert Step.objects.filter(action=Action.APPROVE).count() == 2
    failure, unknown = response.context["failures"]
    assert failure.report == reports[1]
    assert failure.words
    assert reverse("report", args=[reports[1].pk]) in response.content.decode()
    assert unknown.report is None


def test_the_same_confirmation_sent_twice_is_answered_alike(city, signed_in):
    report = city.report_of(city.department)
    city.submit(report)
    client, form = signed_in(city.approver), {"action": "approve", "approve": seen(report), "confirmed": "1"}
    for _time in range(2):
        response = client.post(reverse("review-moves"), form)
        assert (response.context["done"], response.context["failures"]) == ([report], [])
    assert Step.objects.filter(action=Action.APPROVE).count() == 1


def test_a_district_checks_its_own_reports_at_once_and_learns_nothing_of_others(city, signed_in):
    far = city.report_of(city.far_commune)
    for report in (city.report, far):
        city.submit(report)
    form = {"action": "check", "check": seen(city.report, far), "confirmed": "1"}
    response = signed_in(city.reviewer).post(reverse("review-moves"), form)
    assert response.context["done"] == [city.report]
    assert [failure.report for failure in response.context["failures"]] == [None]
    far.refresh_from_db()
    assert far.status == Status.SUBMITTED


def test_no_tick_asks_for_one(city, signed_in):
    response = signed_in(city.reviewer).post(reverse("review-moves"), {"action": "check", "confirmed": "1"})
    assert response.status_code == 200
    assert response.context["reports"] == []


@pytest.mark.parametrize(
    "form", [{"action": "return"}, {"action": "check", "check": "one"}, {"action": "check", "check": "1:x"}]
)
def test_a_form_that_no_page_sends_is_refused(city, signed_in, form):
    assert signed_in(city.reviewer).post(reverse("review-moves"), form).status_code == 400


def test_who_only_reviews_for_the_owner_is_offered_no_approval(city, signed_in):
    city.submit(city.report_of(city.department))
    assert look(signed_in(city.owner_reviewer), Part.CLEAN).context["bulks"] == []


# One remark to many ------------------------------------------------------------------------------------------------


def alike(client, **form):
    address = f"{reverse('review-alike')}?queue={MAY}&part=eyes&why=large_change:online:"
    return client.post(address, form) if form else client.get(address)


def test_one_remark_goes_to_all_units_with_the_same_fault(city, signed_in):
    reports = [city.report, city.report_of(city.sibling)]
    for report in reports:
        city.submit(report)
    make_stand_out(*reports)
    client = signed_in(city.reviewer)
    asked = alike(client).context
    assert [(report.unit, ticked) for report, ticked in asked["units"]] == [(city.commune, True), (city.sibling, True)]
    assert asked["due"] == datetime(2022, 5, 20, tzinfo=VIETNAM)
    sent = seen(*reports)
    city.move(reports[1], Action.RECALL, by=city.sibling_head)
    response = alike(client, seen=sent, text="Kiểm tra lại số hồ sơ trực tuyến.")
    assert response.context["done"] == [city.report]
    assert [failure.report for failure in response.context["failures"]] == [reports[1]]
    city.report.refresh_from_db()
    assert (city.report.status, city.report.current.cause) == (Status.DRAFT, Revision.Cause.RETURN)
    remark = Remark.objects.get()
    assert (remark.item.code, remark.text, remark.step.action) == (
        "online",
        "Kiểm tra lại số hồ sơ trực tuyến.",
        "return",
    )


def test_a_remark_without_words_is_refused_and_the_ticks_stay(city, signed_in):
    reports = [city.report, city.report_of(city.sibling)]
    for report in reports:
        city.submit(report)
    make_stand_out(*reports)
    response = alike(signed_in(city.reviewer), seen=seen(city.report), text=" ")
    assert response.status_code == 409
    assert response.context["refused"]
    assert [ticked for _report, ticked in response.context["units"]] == [True, False]


def test_a_queue_or_fault_that_is_none_is_not_found(city, signed_in):
    client = signed_in(city.reviewer)
    assert client.get(reverse("review-alike"), {"queue": MAY, "why": "returned"}).status_code == 404
    assert (
        client.get(reverse("review-alike"), {"queue": "BM-99:2022-05", "why": "large_change:online:"}).status_code
        == 404
    )


# A report that was opened from the queue ---------------------------------------------------------------------------


def opened(client, report, part="clean"):
    return client.get(reverse("report", args=[report.pk]), {"queue": MAY, "part": part})


def test_a_report_knows_its_place_and_leads_to_the_ones_beside_it(city, signed_in):
    reports = [city.report_of(unit) for unit in (city.department, city.district, city.elsewhere)]
    for report in reports:
        city.submit(report)
    client = signed_in(city.approver)
    order = [line.report.pk for line in look(client, Part.CLEAN).context["lines"]]
    place = opened(client, Report.objects.get(pk=order[1])).context["place"]
    assert (place.number, place.total, place.previous, place.next) == (2, 3, order[0], order[2])
    assert opened(client, Report.objects.get(pk=order[0])).context["place"].previous is None
    assert client.get(reverse("report", args=[order[0]])).context["place"] is None
    assert opened(client, city.report).context["place"].number == 0
    assert opened(signed_in(city.department_head), reports[0]).context["place"] is None


def test_a_report_that_needs_eyes_says_so_where_it_was_opened(city, signed_in):
    city.submit(city.report)
    make_stand_out(city.report)
    place = opened(signed_in(city.reviewer), city.report, "eyes").context["place"]
    assert len(place.reasons) == 1
    assert city.version.items.get(code="online").indicator.name in place.reasons[0].words


def test_a_move_made_in_the_queue_leads_on_to_the_next_report_and_at_last_back(city, signed_in):
    reports = [city.report, city.report_of(city.sibling)]
    for report in reports:
        city.submit(report)
    client = signed_in(city.reviewer)
    first, second = (line.report for line in look(client, Part.CLEAN).context["lines"])
    carried = "?queue=BM-02%3A2022-05&part=clean"
    for report, onward in ((first, reverse("report", args=[second.pk])), (second, reverse("review"))):
        assert (
            f'action="{reverse("report-steps", args=[report.pk])}{carried.replace("&", "&amp;")}"'
            in opened(client, report).content.decode()
        )
        address = reverse("report-steps", args=[report.pk]) + carried
        response = client.post(address, {"action": "check", "edit": report.edit})
        assert response.url == onward + carried
