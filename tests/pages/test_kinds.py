"""Cells of every kind: tables, texts and choices, what explains them, and nothing to report."""

import json
from decimal import Decimal

import pytest
from django.urls import reverse

from reports.actions import filing
from reports.models import Report, Value
from tests.kinds import TASK, open_form

pytestmark = pytest.mark.django_db

ROW = f"progress.{TASK.replace(' ', '%20')}"


@pytest.fixture
def report(city):
    return open_form(city)


def save(client, report, *cells, **sent):
    body = {"cells": [{"row": "", "edit": 0, "typed": ""} | cell for cell in cells]} | sent
    return client.post(
        reverse("report-cells", args=[report.pk]), json.dumps(body), content_type="application/json"
    ).json()


def send_form(client, report, **sent):
    return client.post(reverse("report-cells", args=[report.pk]), sent)


def shown(client, report, query=""):
    return client.get(reverse("report", args=[report.pk]) + query).content.decode()


def stands(report, item, row=""):
    report.refresh_from_db()
    return Value.objects.get(revision=report.current_id, item__code=item, row=row)


@pytest.mark.parametrize(
    ("item", "row", "typed", "number", "text"),
    [
        ("online", "land", "1.234", 1234, ""),
        ("on_phone", "a", "7", 7, ""),
        ("budget", "", "1.234,5", 1234.5, ""),
        ("balance", "", "-2,5", -2.5, ""),
        ("has_desk", "", "1", 1, ""),
        ("has_desk", "", "0", 0, ""),
        ("place", "", "Nơi khác", None, "Nơi khác"),
        ("narrative", "", " Dòng một\r\n  Dòng hai\0 ", None, "Dòng một\n  Dòng hai"),
        ("progress", TASK, "40", 40, ""),
        ("result", TASK, "Xong \ud800 nửa", None, "Xong  nửa"),
    ],
)
def test_each_kind_takes_its_answer(city, signed_in, report, item, row, typed, number, text):
    client = signed_in(city.reporter)
    saved = save(client, report, {"item": item, "row": row, "typed": typed})

    assert saved["refused"] == []
    value = stands(report, item, row)
    assert (value.number, value.text) == (number, text)
    assert f'id="cell-{item}' in shown(client, report)


@pytest.mark.parametrize(
    ("item", "row", "typed"),
    [
        ("online", "land", "nhiều"),
        ("online", "total", "5"),
        ("online", "nowhere", "5"),
        ("received", "land", "5"),
        ("share", "land", "5"),
        ("budget", "", "-1"),
        ("quality", "", "12,34"),
        ("has_desk", "", "2"),
        ("place", "", "Trên mây"),
    ],
)
def test_what_a_kind_does_not_take_is_refused_at_its_cell(city, signed_in, report, item, row, typed):
    saved = save(signed_in(city.reporter), report, {"item": item, "row": row, "typed": typed})

    (refused,) = saved["refused"]
    assert (refused["item"], refused["row"]) == (item, row)
    assert refused["words"]
    assert not Value.objects.filter(revision=report.current_id).exclude(number=None, text="").exists()


def test_totals_and_computed_columns_follow(city, signed_in, report):
    cells = [("online", "land", "8"), ("paper", "land", "2"), ("online", "births", "5"), ("paper", "births", "5")]
    saved = save(signed_in(city.reporter), report, *({"item": i, "row": r, "typed": t} for i, r, t in cells))

    worked = {(one["item"], one["row"]): one["written"] for one in saved["computed"]}
    assert worked["received", "land"] == "10"
    assert worked["received", "total"] == "20"
    assert worked["online", "total"] == "13"
    assert worked["share", "total"] == "65,0"
    assert worked["handled", "total"] == ""


def test_no_data_needs_its_reason_and_counts_as_an_answer(city, signed_in, report):
    client = signed_in(city.reporter)
    cell = {"item": "budget", "absence": "no_data"}
    refused = save(client, report, cell | {"note": " "})
    saved = save(client, report, cell | {"note": "Kho bạc chưa đối chiếu."})

    assert [one["item"] for one in refused["refused"]] == ["budget"]
    assert saved["refused"] == []
    assert saved["progress"]["done"] == 1
    assert (stands(report, "budget").absence, stands(report, "budget").number) == ("no_data", None)
    typed = save(client, report, {"item": "budget", "typed": "5", "edit": 1})
    assert typed["refused"] == []
    assert (stands(report, "budget").absence, stands(report, "budget").number) == ("", 5)


def test_a_warning_is_answered_by_a_cause_and_stays_listed(city, signed_in, report):
    client = signed_in(city.reporter)
    cells = {"item": "online", "row": "land", "typed": "1"}, {"item": "paper", "row": "land", "typed": "9"}
    (warned,) = save(client, report, *cells)["problems"]
    (noted,) = save(client, report, cells[0] | {"edit": 1, "cause": "season", "note": "Tết"})["problems"]

    assert (warned["item"], warned["row"], warned["tone"]) == ("online", "land", "warning")
    assert noted["tone"] == "noted"
    assert "Tết" in shown(client, report)


def test_a_computed_cell_takes_a_note_and_keeps_its_number(city, signed_in, report):
    client = signed_in(city.reporter)
    for row in ("land", "births"):
        save(client, report, {"item": "online", "row": row, "typed": "8"})
    seen = stands(report, "online", "total").edit
    save(client, report, {"item": "paper", "row": "land", "typed": "8"})
    saved = save(
        client, report, {"item": "online", "row": "total", "edit": seen - 1, "note": "Mùa vụ", "cause": "season"}
    )

    value = stands(report, "online", "total")
    assert (saved["stale"], saved["refused"]) == ([], [])
    assert (value.number, value.note, value.cause) == (16, "Mùa vụ", "season")


def test_submitting_is_refused_at_the_first_warning_that_nobody_explained(city, signed_in, report):
    client = signed_in(city.head)
    filing.answer_nil(report, by=city.head, at=city.now)
    save(
        client,
        report,
        *({"item": "online", "row": row, "typed": "1", "edit": 1} for row in ("land", "births")),
        *({"item": "paper", "row": row, "typed": "9", "edit": 1} for row in ("land", "births")),
        {"item": "has_desk", "typed": "1"},
        {"item": "place", "typed": "Tại UBND"},
        {"item": "progress", "row": TASK, "typed": "10"},
    )
    report.refresh_from_db()
    sent = {"action": "submit", "edit": report.edit}
    refused = client.post(reverse("report-steps", args=[report.pk]), sent)
    assert refused.status_code == 409
    assert '#cell-online.land" data-jump>' in refused.content.decode()
    for row in ("land", "births", "total"):
        edit = stands(report, "online", row).edit
        typed = "" if row == "total" else "1"
        save(client, report, {"item": "online", "row": row, "typed": typed, "edit": edit, "cause": "event"})
    report.refresh_from_db()
    client.post(reverse("report-steps", args=[report.pk]), {"action": "submit", "edit": report.edit})
    assert Report.objects.get(pk=report.pk).status == "submitted"


def test_nothing_to_report_says_how_many_cells_it_answers_and_answers_them(city, signed_in, report):
    client = signed_in(city.reporter)
    save(client, report, {"item": "online", "row": "land", "typed": "3"})
    table = report.version.sections.order_by("position").first().pk
    asked = shown(client, report, f"?nil={table}")
    assert "<b>5</b>" in asked
    assert f'name="nil" value="{table}"' in asked
    assert "<b>9</b>" in shown(client, report, "?nil=all")
    answer = client.post(reverse("report-cells", args=[report.pk]), {"nil": table})

    assert answer.status_code == 302
    assert stands(report, "online", "land").number == 3
    assert stands(report, "handled", "births").number == 0
    assert not Value.objects.filter(revision=report.current_id, item__code="budget").exists()
    client.post(reverse("report-cells", args=[report.pk]), {"nil": "all"})
    assert stands(report, "budget").number == 0
    assert not Value.objects.filter(revision=report.current_id, item__code="has_desk").exists()


def test_nothing_to_report_is_refused_to_who_does_not_fill_in(city, signed_in, report):
    assert signed_in(city.reviewer).post(reverse("report-cells", args=[report.pk]), {"nil": "all"}).status_code == 403
    assert signed_in(city.stranger).post(reverse("report-cells", args=[report.pk]), {"nil": "all"}).status_code == 404
    assert not Value.objects.filter(revision=report.current_id).exists()


def test_without_javascript_every_kind_and_its_note_are_saved_by_a_button(city, signed_in, report):
    client = signed_in(city.reporter)
    assert 'name="note-budget"' in shown(client, report, "?cell=budget")
    assert 'name="note-handled.land"' in shown(client, report, "?cell=.land")
    assert 'name="note-' not in shown(client, report).split("<template")[0]
    answer = send_form(
        client,
        report,
        **{
            "cell-online.land": "4",
            f"cell-{ROW}": "30",
            "cell-has_desk": "1",
            "cell-place": "Nơi khác",
            "cell-narrative": "Một\r\nHai",
            "cell-budget": "",
            "absent-budget": "on",
            "note-budget": "Chưa quyết toán.",
        },
    )

    assert answer.status_code == 302
    assert stands(report, "progress", TASK).number == 30
    assert stands(report, "narrative").text == "Một\nHai"
    assert (stands(report, "budget").absence, stands(report, "budget").note) == ("no_data", "Chưa quyết toán.")
    again = send_form(
        client,
        report,
        **{"cell-budget": "", "edit-budget": "1", "note-budget": "", "was-note-budget": "Chưa quyết toán."},
    )
    assert again.status_code == 302
    assert stands(report, "budget").absence == ""


def test_who_reads_a_report_sees_texts_absences_and_what_explains_them(city, signed_in, report):
    reporter = signed_in(city.reporter)
    filing.answer_nil(report, by=city.head, at=city.now)
    save(
        reporter,
        report,
        {"item": "budget", "edit": 1, "absence": "no_data", "note": "Kho bạc chưa đối chiếu."},
        {"item": "has_desk", "typed": "1"},
        {"item": "place", "typed": "Nơi khác"},
        {"item": "narrative", "typed": "Rất thuận lợi <b>"},
        {"item": "progress", "row": TASK, "typed": "10"},
    )
    report.refresh_from_db()
    signed_in(city.head).post(reverse("report-steps", args=[report.pk]), {"action": "submit", "edit": report.edit})
    read = shown(signed_in(city.reviewer), report)

    assert "Rất thuận lợi &lt;b&gt;" in read
    assert "Kho bạc chưa đối chiếu." in read
    assert "Nơi khác" in read
    assert 'name="cell-' not in read


def test_only_what_is_new_to_the_sheet_is_told(city, signed_in, report):
    client = signed_in(city.reporter)
    first = save(client, report, {"item": "online", "row": "land", "typed": "3"}, edit=report.edit)
    filing.save_cells(report, [filing.Entry("paper", Decimal(5), row="land")], by=city.head, at=city.now)
    second = save(client, report, {"item": "handled", "row": "land", "typed": "2"}, edit=first["edit"])

    assert [one["item"] for one in first["cells"]] == ["online"]
    assert {(one["item"], one["row"]): one["written"] for one in second["cells"]}["paper", "land"] == "5"


def test_the_screen_costs_the_same_queries_whether_it_is_empty_or_filled_in(
    city, signed_in, report, django_assert_max_num_queries
):
    client = signed_in(city.reporter)
    with django_assert_max_num_queries(19):
        shown(client, report)
    filing.answer_nil(report, by=city.head, at=city.now)
    with django_assert_max_num_queries(19):
        shown(client, report)
