"""The report screen: filing to the receipt, every refusal in words, and who sees what."""

import json
from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from accounts.roles import Role
from reports.models import Report, Value
from reports.workflow import Action, Status
from tests.city import NUMBERS, VIETNAM

pytestmark = pytest.mark.django_db


def page(client, report, query=""):
    return client.get(reverse("report", args=[report.pk]) + query)


def text(response):
    return response.content.decode()


def save(client, report, *cells):
    """Send cells as the grid does: (item, typed, edit)."""
    body = {"cells": [{"item": item, "typed": typed, "edit": edit} for item, typed, edit in cells]}
    return client.post(reverse("report-cells", args=[report.pk]), json.dumps(body), content_type="application/json")


def save_one(client, report, item, typed, edit=0):
    return save(client, report, (item, typed, edit)).json()


def send_form(client, report, **cells):
    """Send the sheet as a page without JavaScript does, changing some of its cells."""
    shown = dict(report.current.values.values_list("item__code", "number"))
    edits = dict(report.current.values.values_list("item__code", "edit"))
    sent = {}
    for item in NUMBERS:
        was = "" if shown.get(item) is None else f"{shown[item]:.0f}"
        sent |= {f"cell-{item}": was, f"was-{item}": was, f"edit-{item}": edits.get(item, 0)}
    return client.post(
        reverse("report-cells", args=[report.pk]), {**sent, **{f"cell-{item}": typed for item, typed in cells.items()}}
    )


def move(client, report, action, *, reason="", edit=None):
    edit = Report.objects.get(pk=report.pk).edit if edit is None else edit
    sent = {"action": action, "edit": edit, "reason": reason}
    return client.post(reverse("report-steps", args=[report.pk]), sent)


def stored(report):
    return dict(Value.objects.filter(revision=report.current_id).values_list("item__code", "number"))


# Filing ---------------------------------------------------------------------------------------------------------------


def test_a_report_is_filled_in_handed_up_submitted_and_receipted(city, signed_in):
    reporter, head = signed_in(city.reporter), signed_in(city.head)
    saved = save(reporter, city.report, *((item, str(number), 0) for item, number in NUMBERS.items())).json()

    assert {one["item"]: one["written"] for one in saved["computed"]} == {"to_handle": "100", "online_share": "60,0"}
    assert saved["progress"] == {"done": 8, "asked": 8}
    assert (saved["problems"], saved["blank"], saved["saved_at"]) == ([], [], "08:00:00")
    assert move(reporter, city.report, "hand_up").url == reverse("report", args=[city.report.pk])
    assert "60,0" in text(page(head, city.report, "?move=submit"))

    answer = move(head, city.report, "submit")
    receipt = head.get(answer.url)
    city.report.refresh_from_db()

    assert answer.url == reverse("receipt", args=[city.report.pk, 1])
    assert city.report.status == Status.SUBMITTED
    assert "BM-02/2022-05/00001/1" in text(receipt)
    assert "08:00:" in text(receipt)
    digest = city.report.current.digest
    assert all(digest[place : place + 8] in text(receipt) for place in range(0, 64, 8))
    assert city.head.full_name in text(receipt)


def test_the_district_returns_with_a_reason_and_the_unit_reads_it_first(city, signed_in):
    city.submit(city.report)
    move(signed_in(city.reviewer), city.report, "return", reason="Ô 3 chưa khớp <với> một cửa.")
    shown = text(page(signed_in(city.reporter), city.report))

    assert "Ô 3 chưa khớp &lt;với&gt; một cửa." in shown
    assert city.reviewer.full_name in shown
    assert shown.index("sent-back") < shown.index('id="sheet"')
    assert reverse("receipt", args=[city.report.pk, 1]) in shown


def test_the_way_goes_on_to_the_approval(city, signed_in):
    city.submit(city.report)
    assert move(signed_in(city.reviewer), city.report, "check").status_code == 302
    assert move(signed_in(city.approver), city.report, "approve").status_code == 302
    city.report.refresh_from_db()
    assert city.report.status == Status.APPROVED


# What is typed --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("1234", "1.234"),
        ("1.234", "1.234"),
        ("1 234", "1.234"),
        (" 007 ", "7"),
        ("=12+30", "42"),
        ("=50-8", "42"),
        ("0", "0"),
    ],
)
def test_a_number_is_given_back_as_it_is_written(city, signed_in, typed, written):
    saved = save_one(signed_in(city.reporter), city.report, "opened", typed)

    (cell,) = [cell for cell in saved["cells"] if cell["item"] == "opened"]
    assert (cell["written"], cell["edit"], saved["refused"]) == (written, 1, [])


@pytest.mark.parametrize(
    "typed",
    [
        "ba mươi",
        "12a",
        "-5",
        "1.234,5",
        "1234.5",
        "1.23",
        "9" * 40,
        "=",
        "=1+",
        "=5-8",
        "1e5",
        "<b>1</b>",
        "½",
        "٣x",
        "9" * 5000,
    ],
)
def test_what_is_no_number_of_the_item_is_refused_at_its_cell_and_does_not_block_the_others(city, signed_in, typed):
    saved = save(signed_in(city.reporter), city.report, ("opened", typed, 0), ("carried", "7", 0)).json()

    (refused,) = saved["refused"]
    assert refused["item"] == "opened"
    assert len(refused["words"]) > 20
    assert refused["words"].endswith((".", "1.234,5."))
    assert stored(city.report) == {"carried": 7}


@pytest.mark.parametrize("item", ["to_handle", "online_share", "nonsense", ""])
def test_a_cell_that_is_not_typed_in_or_not_there_is_refused_and_does_not_block_the_others(city, signed_in, item):
    saved = save(signed_in(city.reporter), city.report, (item, "5", 0), ("carried", "7", 0)).json()

    assert [one["item"] for one in saved["refused"]] == [item]
    assert stored(city.report) == {"carried": 7}


def test_an_emptied_cell_is_blank_again(city, signed_in):
    client = signed_in(city.reporter)
    save_one(client, city.report, "opened", "7")
    saved = save_one(client, city.report, "opened", "  ", edit=1)

    assert (saved["refused"], saved["progress"]["done"]) == ([], 0)
    assert stored(city.report)["opened"] is None


def test_a_stale_cell_tells_both_values_and_who_else_fills_in(city, signed_in):
    save_one(signed_in(city.reporter), city.report, "opened", "7")
    save_one(signed_in(city.head), city.report, "opened", "8", edit=1)
    saved = save(signed_in(city.reporter), city.report, ("opened", "9", 1), ("carried", "5", 0)).json()

    (stale,) = saved["stale"]
    assert (stale["item"], stale["written"], stale["edit"]) == ("opened", "8", 2)
    assert "9" in stale["words"]
    assert city.head.full_name in stale["words"]
    assert stored(city.report) == {"opened": 8, "carried": 5, "to_handle": 13}
    assert save_one(signed_in(city.reporter), city.report, "opened", "9", edit=2)["stale"] == []


def test_broken_rules_are_told_at_their_cell_with_the_numbers(city, signed_in):
    city.fill(city.report)
    saved = save_one(signed_in(city.reporter), city.report, "online", "1234", edit=1)

    (problem,) = saved["problems"]
    assert (problem["item"], problem["severity"]) == ("online", "error")
    assert "1.234" in problem["words"]
    assert "100" in problem["words"]
    assert problem["words"] in text(page(signed_in(city.reporter), city.report))


@pytest.mark.parametrize(
    "body",
    [
        "[]",
        "{}",
        '{"cells": 3}',
        '{"cells": [3]}',
        '{"cells": [{}]}',
        '{"cells": [{"item": "opened", "typed": 5, "edit": 0}]}',
        '{"cells": [{"item": "opened", "typed": "5", "edit": true}]}',
        '{"cells": [{"item": null, "typed": "5", "edit": 0}]}',
        '{"cells": [{"item": "opened", "typed": "5", "edit": ' + "9" * 5000 + "}]}",
        '{"cells": ' + "[" * 100_000,
        b"\xff\xfe",
    ],
)
def test_cells_of_another_shape_are_answered_with_400(city, signed_in, body):
    answer = signed_in(city.reporter).post(
        reverse("report-cells", args=[city.report.pk]), body, content_type="application/json"
    )

    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


def test_saving_is_refused_in_words_for_whom_and_when_it_is_not_open(city, signed_in):
    city.submit(city.report)
    for person, status, code in (
        (city.reporter, 409, "not_a_draft"),
        (city.reviewer, 403, "forbidden"),
        (city.approver, 403, "forbidden"),
        (city.stranger, 404, "not_found"),
    ):
        answer = save(signed_in(person), city.report, ("opened", "7", 1))
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert answer.json()["words"].endswith(".")


def test_without_javascript_the_sheet_is_saved_by_a_button(city, signed_in):
    client = signed_in(city.reporter)
    answer = send_form(client, city.report, opened="1.234", carried="6")

    assert answer.url == reverse("report", args=[city.report.pk])
    assert stored(city.report) == {"opened": 1234, "carried": 6, "to_handle": 1240}
    assert "08:00:00" in text(client.get(answer.url))


def test_without_javascript_what_was_typed_and_not_taken_is_shown_again(city, signed_in):
    answer = send_form(signed_in(city.reporter), city.report, opened="nhiều", carried="6")
    shown = text(answer)

    assert answer.status_code == 422
    assert 'value="nhiều"' in shown
    assert 'id="says-opened"' in shown
    assert stored(city.report) == {"carried": 6}


def test_without_javascript_untouched_cells_are_not_sent_over_a_colleagues(city, signed_in):
    city.fill(city.report)
    sheet = {f"{part}-online": "60" for part in ("cell", "was")} | {"edit-online": "1"}
    city.fill(city.report, online=50, by=city.head)
    answer = signed_in(city.reporter).post(
        reverse("report-cells", args=[city.report.pk]),
        {**sheet, "cell-opened": "81", "was-opened": "80", "edit-opened": "1"},
    )

    assert answer.status_code == 302
    assert (stored(city.report)["online"], stored(city.report)["opened"]) == (50, 81)


def test_without_javascript_a_stale_cell_is_kept_when_it_is_sent_once_more(city, signed_in):
    city.fill(city.report)
    city.fill(city.report, online=50, by=city.head)
    sent = {"cell-online": "55", "was-online": "60", "edit-online": "1"}
    answer = signed_in(city.reporter).post(reverse("report-cells", args=[city.report.pk]), sent)
    again = signed_in(city.reporter).post(
        reverse("report-cells", args=[city.report.pk]), sent | {"edit-online": "2", "was-online": "50"}
    )

    assert (answer.status_code, again.status_code) == (422, 302)
    assert 'name="edit-online" value="2"' in text(answer)
    assert stored(city.report)["online"] == 55


def test_without_javascript_nothing_typed_is_lost_when_the_report_has_moved_on(city, signed_in):
    city.submit(city.report)
    sent = {"cell-online": "5555", "was-online": "60", "edit-online": "1"}
    answer = signed_in(city.reporter).post(reverse("report-cells", args=[city.report.pk]), sent)

    assert answer.status_code == 409
    assert "<b>5555</b>" in text(answer)


# Moves ----------------------------------------------------------------------------------------------------------------


def test_a_submission_sent_twice_leads_to_the_same_receipt(city, signed_in):
    city.fill(city.report)
    client = signed_in(city.head)
    edit = Report.objects.get(pk=city.report.pk).edit
    first = move(client, city.report, "submit", edit=edit)
    again = move(client, city.report, "submit", edit=edit)

    assert first.url == again.url
    assert text(client.get(first.url)).count("BM-02/2022-05/00001/1") >= 1
    assert city.report.steps.count() == 1


def test_submitting_before_the_windows_end_is_refused_with_the_day(city, signed_in, at):
    city.fill(city.report)
    at.set(datetime(2022, 5, 14, 23, 59, tzinfo=VIETNAM))
    answer = move(signed_in(city.head), city.report, "submit")

    assert answer.status_code == 409
    assert "14/05/2022" in text(answer)
    assert "<dialog" in text(answer)
    asked = text(page(signed_in(city.head), city.report, "?move=submit"))
    assert "14/05/2022" in asked
    assert 'name="action" value="submit"' in asked


def test_submitting_with_errors_is_refused_and_lists_them(city, signed_in):
    city.fill(city.report, online=101, closed=None)
    answer = move(signed_in(city.head), city.report, "submit")

    assert answer.status_code == 409
    assert "#cell-online" in text(answer)
    assert "#cell-closed" in text(answer)


@pytest.mark.parametrize(("reason", "status"), [("", 409), ("   ", 409), ("\0", 400)])
def test_a_return_without_a_reason_is_refused_at_its_dialog(city, signed_in, reason, status):
    city.submit(city.report)
    answer = move(signed_in(city.reviewer), city.report, "return", reason=reason)

    assert answer.status_code == status
    assert 'name="reason"' in text(answer)
    assert 'aria-invalid="true"' in text(answer)


def test_a_reason_that_was_typed_is_kept_when_a_colleague_was_first(city, signed_in):
    city.submit(city.report)
    edit = city.report.edit
    second = city.add_person("second", Role.REVIEWER, city.district)
    move(signed_in(second), city.report, "check")
    answer = move(signed_in(city.reviewer), city.report, "return", reason="Tôi đã viết rất dài.", edit=edit)

    assert answer.status_code == 409
    assert "Tôi đã viết rất dài." in text(answer)
    assert "Second" in text(answer)


def test_four_eyes_are_told_at_the_button(city, signed_in):
    both = city.add_person("both", Role.REPORTER, city.commune)
    city.appoint(both, Role.REVIEWER, city.district)
    city.fill(city.report, by=both)
    city.move(city.report, Action.SUBMIT, by=city.head)
    answer = move(signed_in(both), city.report, "check")

    assert answer.status_code == 409
    assert 'role="alert"' in text(answer)


def test_a_move_that_the_table_does_not_have_is_409_and_one_of_another_role_403(city, signed_in):
    assert move(signed_in(city.head), city.report, "approve").status_code == 409
    city.fill(city.report)
    answer = move(signed_in(city.reporter), city.report, "submit", reason="Ghi chú.")
    assert answer.status_code == 403
    assert "Ghi chú." in text(answer)


@pytest.mark.parametrize("sent", [{}, {"action": "burn", "edit": "1"}, {"action": "submit", "edit": "x"}])
def test_a_move_without_a_known_action_and_edit_is_400(city, signed_in, sent):
    answer = signed_in(city.head).post(reverse("report-steps", args=[city.report.pk]), sent)
    assert answer.status_code == 400


def test_an_expired_appointment_reads_and_moves_nothing(city, signed_in, at):
    gone = city.add_person("gone", Role.HEAD, city.commune, until=city.now + timedelta(hours=1))
    client = signed_in(gone)
    assert page(client, city.report).status_code == 200
    at.set(city.now + timedelta(hours=1))

    assert page(client, city.report).status_code == 404
    assert move(client, city.report, "submit", edit=1).status_code == 404
    assert save(client, city.report, ("opened", "1", 0)).status_code == 404


def test_reloading_an_answer_leads_back_to_the_report(city, signed_in):
    client = signed_in(city.reporter)
    for name in ("report-cells", "report-steps"):
        assert client.get(reverse(name, args=[city.report.pk])).url == reverse("report", args=[city.report.pk])


def test_the_dialog_says_what_late_means(city, signed_in, at):
    city.fill(city.report)
    client = signed_in(city.head)
    assert "24:00 16/05/2022" in text(page(client, city.report, "?move=submit"))
    at.set(datetime(2022, 5, 18, 9, 0, tzinfo=VIETNAM))
    late = client.get(reverse("report", args=[city.report.pk]) + "?move=submit", headers={"HX-Request": "true"})

    assert "notice error" in text(late)
    assert "<html" not in text(late)
    assert "HX-Request" in late["Vary"]


# Who sees what --------------------------------------------------------------------------------------------------------


def test_figures_not_yet_submitted_are_seen_by_their_own_unit_only(city, signed_in):
    city.fill(city.report, opened=987654)
    for name in ("reporter", "head"):
        assert "987.654" in text(page(signed_in(getattr(city, name)), city.report))
    for name in ("reviewer", "owner_reviewer", "approver", "inspector", "observer"):
        answer = page(signed_in(getattr(city, name)), city.report)
        assert answer.status_code == 200
        assert "987.654" not in text(answer)
        assert "987654" not in text(answer)
        assert "24:00 16/05/2022" in text(answer)


def test_a_submitted_report_is_read_above_and_hidden_again_while_it_is_corrected(city, signed_in):
    city.submit(city.report, opened=987654)
    assert "987.654" in text(page(signed_in(city.reviewer), city.report))
    city.give_back(city.report)
    assert "987.654" not in text(page(signed_in(city.reviewer), city.report))


def test_why_a_draft_was_handed_back_stays_in_the_unit(city, signed_in):
    city.fill(city.report)
    city.move(city.report, Action.HAND_UP, by=city.reporter)
    city.move(city.report, Action.HAND_BACK, by=city.head, reason="Sửa 45 thành 54.")

    assert "Sửa 45 thành 54." in text(page(signed_in(city.reporter), city.report))
    assert "Sửa 45 thành 54." not in text(page(signed_in(city.reviewer), city.report))


def test_another_districts_report_is_not_there(city, signed_in):
    city.submit(city.report)
    for name in ("stranger", "far_head", "far_reviewer", "sibling_reporter", "department_head"):
        client = signed_in(getattr(city, name))
        assert page(client, city.report).status_code == 404
        assert client.get(reverse("receipt", args=[city.report.pk, 1])).status_code == 404
        assert move(client, city.report, "check").status_code == 404
        assert send_form(client, city.report, opened="1").status_code == 404


def test_who_is_not_signed_in_is_led_to_the_sign_in(city, client, at):
    for name in ("report", "report-cells", "report-steps"):
        assert reverse("account_login") in client.get(reverse(name, args=[city.report.pk])).url


def test_only_who_may_make_a_move_has_its_button(city, signed_in):
    city.fill(city.report)
    shown = {name: text(page(signed_in(getattr(city, name)), city.report)) for name in ("reporter", "head", "observer")}
    assert 'value="hand_up"' in shown["reporter"]
    assert "?move=submit" in shown["head"]
    assert "?move=submit" not in shown["reporter"]
    assert "data-move" not in shown["observer"]
    assert 'name="cell-online"' not in shown["observer"]


def test_a_receipt_is_only_of_what_was_submitted_and_says_when_it_no_longer_counts(city, signed_in):
    client = signed_in(city.head)
    receipt = reverse("receipt", args=[city.report.pk, 1])
    city.fill(city.report)
    assert client.get(receipt).status_code == 404
    city.move(city.report, Action.SUBMIT, by=city.head)
    assert "notice warning" not in text(client.get(receipt))
    city.move(city.report, Action.RECALL, by=city.head)
    assert "notice warning" in text(client.get(receipt))
    assert client.get(reverse("receipt", args=[city.report.pk, 2])).status_code == 404


# Comparisons ----------------------------------------------------------------------------------------------------------


def test_each_line_stands_beside_the_last_period_last_year_and_its_target(city, signed_in):
    city.open("2021-05")
    city.approve(city.report_of(city.commune, "2022-04"), opened=80, carried=20, online=50)
    city.submit(city.report_of(city.commune, "2021-05"), opened=4321, carried=0)
    city.fill(city.report, opened=100, carried=20, online=90)
    shown = text(page(signed_in(city.reporter), city.report))

    assert "4.321" in shown
    assert "+25,0%" in shown
    assert "+25,0" in shown.split('data-line="online_share"')[1]
    assert "≥\N{NO-BREAK SPACE}60%" in shown
    assert "(2025)" in shown


def test_another_periods_draft_is_not_compared_with(city, signed_in):
    city.fill(city.report_of(city.commune, "2022-04"), opened=4321)
    assert "4.321" not in text(page(signed_in(city.reporter), city.report))


# Costs ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["reporter", "head", "reviewer", "approver", "inspector", "observer"])
def test_the_screen_costs_at_most_17_queries(city, signed_in, django_assert_max_num_queries, name):
    city.approve(city.report_of(city.commune, "2022-04"))
    city.submit(city.report)
    city.give_back(city.report)
    city.move(city.report, Action.SUBMIT, by=city.head)
    client = signed_in(getattr(city, name))
    with django_assert_max_num_queries(17):
        page(client, city.report)


def test_a_draft_and_a_dialog_stay_within_the_ceiling(city, signed_in, django_assert_max_num_queries):
    city.fill(city.report)
    client = signed_in(city.head)
    with django_assert_max_num_queries(15):
        page(client, city.report)
    with django_assert_max_num_queries(16):
        client.get(reverse("report", args=[city.report.pk]) + "?move=submit", headers={"HX-Request": "true"})


def test_saving_costs_the_same_however_many_cells(city, signed_in, django_assert_max_num_queries):
    client = signed_in(city.reporter)
    with django_assert_max_num_queries(20):
        save(client, city.report, *((item, str(number), 0) for item, number in NUMBERS.items()))
