"""Remarks on the screen of a report, what is shown of revisions, and in whose hands the time has passed."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from reports.actions import filing, reviewing
from reports.checks import Cell
from reports.models import Remark, Report
from reports.workflow import Action, Status
from tests.city import NUMBERS
from tests.kinds import open_form

pytestmark = pytest.mark.django_db

WORDS = "Chưa khớp với <một> cửa."


@pytest.fixture
def report(city):
    city.submit(city.report)
    return city.report


@pytest.fixture
def sent(city, report):
    """A remark that the unit has."""
    remark = reviewing.pin(report, Cell("opened"), WORDS, by=city.reviewer, at=city.now)
    city.move(report, Action.RETURN, by=city.reviewer)
    return remark


def page(client, report, query="", **terms):
    return client.get(reverse("report", args=[report.pk]) + query, **terms)


def text(response):
    return response.content.decode()


def pin(client, report, cell="opened", words=WORDS, revision=1):
    sent = {"remark": cell, "text": words, "revision": revision}
    return client.post(reverse("report-remarks", args=[report.pk]), sent)


def do(client, remark, what, words=""):
    return client.post(reverse("report-remark", args=[remark.report_id, remark.pk]), {"do": what, "text": words})


def states(response):
    return [note.state for note in response.context["checklist"].notes]


# Pinning --------------------------------------------------------------------------------------------------------------


def test_a_reviewer_pins_a_remark_at_a_cell_and_the_unit_reads_it_only_once_it_is_sent(city, signed_in, report):
    reviewer, reporter = signed_in(city.reviewer), signed_in(city.reporter)
    dialog = page(reviewer, report, "?remark=opened", headers={"HX-Request": "true"})
    assert "<html" not in text(dialog)
    assert 'name="remark" value="opened"' in text(dialog)
    answer = pin(reviewer, report)
    assert answer.url == reverse("report", args=[report.pk]) + "#cell-opened"

    shown = page(reviewer, report)
    assert states(shown) == ["unsent"]
    assert text(shown).count("Chưa khớp với &lt;một&gt; cửa.") == 3  # at its cell, in the list, and to be reworded
    assert "Chưa khớp" not in text(page(reporter, report))
    assert states(page(reporter, report)) == states(page(signed_in(city.observer), report)) == []
    assert "Chưa khớp" in text(page(reviewer, report, "?move=return", headers={"HX-Request": "true"}))

    move = {"action": "return", "edit": Report.objects.get(pk=report.pk).edit}
    assert reviewer.post(reverse("report-steps", args=[report.pk]), move).status_code == 302
    assert states(page(reporter, report)) == states(page(signed_in(city.observer), report)) == ["open"]


@pytest.mark.parametrize(
    ("cell", "words", "revision", "status"),
    [("opened", " ", 1, 422), ("opened", "x" * 2001, 1, 422), ("nowhere", WORDS, 1, 422), ("opened", WORDS, 2, 409)],
)
def test_what_cannot_be_pinned_comes_back_with_what_was_written(city, signed_in, report, cell, words, revision, status):
    answer = pin(signed_in(city.reviewer), report, cell, words, revision)
    assert answer.status_code == status
    assert 'role="alert"' in text(answer)
    assert words in answer.context["kept"].reason
    assert Remark.objects.count() == 0


def test_nobody_else_is_offered_or_let_to_pin(city, signed_in, report):
    for person in (city.reporter, city.observer, city.approver):
        client = signed_in(person)
        assert "remarks-on" not in text(page(client, report, "?remark=opened"))
        assert pin(client, report).status_code == 403
    assert pin(signed_in(city.stranger), report).status_code == 404
    assert pin(signed_in(city.reviewer), report, revision="x").status_code == 400


def test_each_paragraph_of_a_text_takes_a_remark_and_is_quoted(city, signed_in):
    report = open_form(city)
    filing.save_cells(report, [filing.Entry("narrative", text="Đoạn một.\nĐoạn hai.")], by=city.head, at=city.now)
    Report.objects.filter(pk=report.pk).update(status=Status.SUBMITTED)
    client = signed_in(city.reviewer)
    assert text(page(client, report)).count('class="paragraph"') == 2
    assert "Đoạn hai." in text(page(client, report, "?remark=narrative:2", headers={"HX-Request": "true"}))
    assert pin(client, report, "narrative:2").status_code == 302
    assert [note.said.quote for note in page(client, report).context["checklist"].notes] == ["Đoạn hai."]


def test_an_unsent_remark_is_reworded_and_taken_off(city, signed_in, report):
    client = signed_in(city.reviewer)
    pin(client, report)
    remark = Remark.objects.get()
    do(client, remark, "reword", "Khác.")
    assert Remark.objects.get().text == "Khác."
    assert do(signed_in(city.reporter), remark, "unpin").status_code == 404
    assert do(client, remark, "unpin").url.endswith("#remarks")
    assert Remark.objects.count() == 0


# Answering and ticking off --------------------------------------------------------------------------------------------


def test_the_unit_answers_with_one_click_or_in_words_and_the_reviewer_ticks_it_off(city, signed_in, report, sent):
    reporter, reviewer = signed_in(city.reporter), signed_in(city.reviewer)
    assert f'form="mend-{sent.pk}"' in text(page(reporter, report))
    do(reporter, sent, "mended")
    sent.refresh_from_db()
    with override("vi"):
        assert sent.answer == _("Mended.")
    do(reporter, sent, "answer", "")
    do(reporter, sent, "answer", "Đã đối chiếu.\r\nSố đúng.")
    sent.refresh_from_db()
    assert sent.answer == "Đã đối chiếu.\nSố đúng."
    assert "Đã đối chiếu." not in text(page(reviewer, report))

    city.move(report, Action.SUBMIT, by=city.head)
    assert states(page(reviewer, report)) == ["answered"]
    assert "Đã đối chiếu." in text(page(reviewer, report))
    do(reviewer, sent, "settle")
    assert states(page(reviewer, report)) == ["settled"]
    do(reviewer, sent, "unsettle")
    assert states(page(reviewer, report)) == ["answered"]


def test_a_submission_says_which_remarks_are_not_answered(city, signed_in, report, sent):
    dialog = text(page(signed_in(city.head), report, "?move=submit", headers={"HX-Request": "true"}))
    assert "#cell-opened" in dialog
    assert "Chưa khớp" in dialog
    assert "button primary" not in dialog


def test_others_neither_answer_nor_tick_off(city, signed_in, sent):
    assert do(signed_in(city.stranger), sent, "mended").status_code == 404
    assert do(signed_in(city.reviewer), sent, "mended").status_code == 403
    assert do(signed_in(city.reporter), sent, "settle").status_code == 409
    assert do(signed_in(city.reporter), sent, "nonsense").status_code == 400
    sent.refresh_from_db()
    assert sent.is_open


# Revisions ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def again(city, report, sent):
    """Submitted again, the remark answered, with some figures changed."""
    reviewing.answer(sent, "Đã sửa.", by=city.reporter, at=city.now)
    city.fill(report, **(NUMBERS | {"opened": 90}))
    city.move(report, Action.SUBMIT, by=city.head)
    return report


def test_a_reviewer_opens_on_what_differs_from_the_last_submission(city, signed_in, again):
    changes = page(signed_in(city.reviewer), again).context["changes"]
    assert changes.before.number == 1
    assert [(row.key, row.before, row.after, row.change) for row in changes.rows] == [
        ("opened", "80", "90", "+10"),
        ("to_handle", "100", "110", "+10"),
        ("online_share", "60,0", "54,5", changes.rows[2].change),
    ]
    assert changes.rows[2].change.startswith("−5,5 ")
    assert page(signed_in(city.reporter), again).context["changes"] is None


def compare(client, report, **asked):
    return client.get(reverse("compare", args=[report.pk]), asked)


def test_two_revisions_are_compared_with_the_remarks_and_steps_between_them(city, signed_in, again):
    shown = compare(signed_in(city.observer), again)
    assert [row.key for row in shown.context["rows"]] == ["opened", "to_handle", "online_share"]
    assert [len(row.remarks) for row in shown.context["rows"]] == [1, 0, 0]
    assert [step.action for step in shown.context["steps"]] == [Action.RETURN, Action.SUBMIT]
    assert "Đã sửa." in text(shown)


def test_a_cell_that_was_remarked_on_is_shown_though_it_stayed_as_it_was(city, signed_in, report, sent):
    reviewing.answer(sent, "Số đúng.", by=city.reporter, at=city.now)
    city.move(report, Action.SUBMIT, by=city.head)
    rows = compare(signed_in(city.reviewer), report).context["rows"]
    assert [(row.key, row.differs) for row in rows] == [("opened", False)]


@pytest.mark.parametrize("asked", [{"from": "9"}, {"to": "x"}, {"from": "1", "to": "3"}])
def test_a_revision_that_one_may_not_read_is_not_there(city, signed_in, again, asked):
    city.give_back(again)  # the third revision is a draft now
    assert compare(signed_in(city.reviewer), again, **asked).status_code == 404
    assert compare(signed_in(city.reporter), again, **{"from": "1", "to": "3"}).status_code == 200
    assert compare(signed_in(city.reporter), again, **{"from": "3", "to": "1"}).context["before"].number == 1


def test_one_revision_alone_has_nothing_to_be_compared_with(city, signed_in, report):
    for person in (city.reporter, city.reviewer):
        assert "rows" not in compare(signed_in(person), report).context


# In whose hands -------------------------------------------------------------------------------------------------------


def test_the_history_says_in_whose_hands_the_time_has_passed(city, signed_in, report, at):
    at.set(city.now + timedelta(days=4))
    held = page(signed_in(city.reporter), report).context["held"]
    assert [(part.share.hand, part.share.days) for part in held.parts] == [("reporter", 20), ("superior", 4)]
    assert [one.held.hand for one in held.overrun] == ["superior"]
    assert sum(one.width for one in held.stretches) in (999, 1000, 1001)


# Costs ----------------------------------------------------------------------------------------------------------------


def test_a_page_asks_the_same_however_many_remarks_there_are(city, signed_in, report, django_assert_max_num_queries):
    client = signed_in(city.reviewer)
    reviewing.pin(report, Cell("opened"), WORDS, by=city.reviewer, at=city.now)
    with django_assert_max_num_queries(18) as few:
        page(client, report)
    for item in NUMBERS:
        reviewing.pin(report, Cell(item), WORDS, by=city.reviewer, at=city.now)
    with django_assert_max_num_queries(len(few)):
        page(client, report)


# In a browser ---------------------------------------------------------------------------------------------------------


@pytest.mark.browser
def test_a_remark_travels_from_the_reviewer_s_dialog_to_the_unit_s_one_click(served_city, open_as):
    city = served_city
    city.submit(city.report)
    address = reverse("report", args=[city.report.pk])
    page = open_as(city.reviewer)
    page.goto(address)
    page.locator('a.remarks-on[href*="remark=opened"]').click()
    page.locator("dialog[open] textarea").fill(WORDS)
    page.locator("dialog[open] button.primary").click()
    page.wait_for_url("**#cell-opened")
    assert WORDS in page.locator(".sheet .remark").inner_text()
    page.locator('a[href*="move=return"]').click()
    page.locator("dialog[open] button.danger").click()
    page.wait_for_function("!document.querySelector('.remarks-on')")

    unit = open_as(city.reporter, width=390, height=844)
    unit.goto(address)
    unit.locator("#cell-carried").fill("21")
    place = unit.locator('.sheet .remark button[form^="mend-"]')
    place.scroll_into_view_if_needed()
    place.click()
    unit.locator("#remarks .is-answered").wait_for()
    assert unit.locator("#cell-carried").input_value() == "21"  # saved before the page was read anew
    assert unit.locator("#says-opened .remark.is-answered").count() == 1
    assert Remark.objects.get().answered_by == city.reporter
