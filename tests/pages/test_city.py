"""The reading of figures: the city beside its targets, a unit's figures down to each value, a unit's profile."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Unit
from accounts.roles import Role
from reports import figures
from reports.exchange.tables import as_csv
from reports.models import Figure, Report, Target
from reports.workflow import Action
from tests.city import NOW

SHARE = "work_dossiers_online_share"
CEILING = 14


def text_of(response):
    """What a person reads, in one line."""
    page = re.sub(r"<(script|style).*?</\1>", "", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def rows_of(response):
    return list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))


@pytest.fixture
def filed(city):
    """2022-04: the district's 30 %, a commune's 60 %, its sibling only submitted with 40 %, a department's 95 %."""
    city.approve(city.report_of(city.district, "2022-04"), carried=0, opened=100, online=30, closed=0)
    city.approve(city.report_of(city.commune, "2022-04"), carried=0, opened=100, online=60, closed=0)
    city.submit(city.report_of(city.sibling, "2022-04"), carried=0, opened=100, online=40, closed=0)
    city.approve(city.report_of(city.department, "2022-04"), carried=0, opened=100, online=95, closed=0)
    figures.fold_marked()
    return city


@pytest.fixture
def get(signed_in):
    """`get(person, name, pk, **query)` is the page of that name as that person sees it."""

    def page(person, name, pk=None, **query):
        return signed_in(person).get(reverse(name, args=[pk] if pk else []), query)

    return page


def card(response, origin):
    return next(one for topic in response.context["topics"] for one in topic.cards if one.origin == origin)


# The city


def test_a_card_shows_the_confirmed_figure_the_provisional_one_and_the_coverage(filed, get):
    page = get(filed.observer, "city")
    commune = card(page, "commune")
    assert (commune.pair.reading, commune.pair.provisional_reading) == (60, 50)
    words = text_of(page)
    assert "60,0 %" in words
    assert "2/3" in words
    assert commune.pair.confirmed.expected == 3


def test_a_figure_with_less_than_full_coverage_says_so(filed, get):
    words = text_of(get(filed.observer, "city"))
    assert words.count("Not complete") + words.count("Chưa đủ") == 3
    for unit in (filed.sibling, filed.far_commune):
        report = filed.report_of(unit, "2022-04")
        if report.status == "draft":
            filed.submit(report)
        filed.check(report)
        filed.move(report, Action.APPROVE, by=filed.approver)
    figures.fold_marked()
    page = get(filed.observer, "city")
    assert card(page, "commune").pair.confirmed.is_whole
    words = text_of(page)
    assert words.count("Not complete") + words.count("Chưa đủ") == 2


def test_a_target_says_whether_it_is_reached_and_by_how_many_points(filed, get):
    page = get(filed.observer, "city")
    reached = [(one.target.year, one.is_met) for one in card(page, "department").aims]
    assert reached == [(2025, True), (2030, False)]
    near, far = card(page, "district").aims
    assert not near.is_met
    assert "50,0" in near.gap_words
    assert "70,0" in far.gap_words


@pytest.mark.parametrize(("online", "met"), [(6_000, True), (5_996, False)])
def test_a_figure_exactly_on_its_target_reaches_it_and_one_that_is_only_rounded_to_it_does_not(city, get, online, met):
    city.approve(city.report, carried=0, opened=10_000, online=online, closed=0)
    figures.fold_marked()
    shown = card(get(city.observer, "city"), "commune")
    assert (str(shown.pair.reading), shown.aims[0].is_met) == ("60.0", met)
    assert ("0,1" in shown.aims[0].gap_words) is not met


def test_the_change_is_told_in_points_against_the_previous_period(filed, get):
    filed.approve(filed.report, carried=0, opened=100, online=65, closed=0)
    figures.fold_marked()
    page = get(filed.observer, "city")
    assert page.context["period"].chosen.code == "2022-05"
    assert card(page, "commune").change == 5
    assert "5,0" in card(page, "commune").change_words
    assert card(page, "district").change is None


def test_the_latest_period_with_an_approved_report_is_shown_unless_another_is_asked(filed, get):
    assert get(filed.observer, "city").context["period"].chosen.code == "2022-04"
    assert get(filed.observer, "city", period="2022-05").context["period"].chosen.code == "2022-05"
    assert get(filed.observer, "city", period="2031-01").status_code == 404
    assert get(filed.observer, "city", period="<b>").status_code == 404


def test_before_anything_is_answered_the_latest_period_is_shown_and_every_target_listed_without_a_figure(city, get):
    figures.fold_marked()
    page = get(city.observer, "city")
    assert page.context["period"].chosen.code == "2022-05"
    assert page.context["topics"] == []
    assert {other.target for other in page.context["others"]} == set(Target.objects.all())
    assert not any(other.is_reached for other in page.context["others"])


def test_what_is_only_submitted_has_a_card_without_a_confirmed_figure(city, get):
    city.submit(city.report)
    figures.fold_marked()
    page = get(city.observer, "city")
    assert card(page, "commune").pair.reading is None
    assert card(page, "commune").pair.provisional_reading == 60
    assert "–" in text_of(page)


def test_the_city_without_any_period_says_what_to_expect(city, get):
    Figure.objects.all().delete()
    assert get(city.observer, "city").status_code == 200


def test_the_trend_has_a_mark_for_each_reading_and_the_same_numbers_as_a_table(filed, get):
    page = get(filed.observer, "city")
    (topic,) = page.context["topics"]
    wide, narrow = topic.trends
    assert [len(one.marks) for one in wide.drawn] == [len(one.marks) for one in narrow.drawn] == [1, 1, 1]
    assert len({one.marks[0].shape.split(" ")[-1] for one in wide.drawn}) == 3
    assert page.content.decode().count('role="img"') == 2
    table = re.search(r"<caption.*?</table>", page.content.decode(), re.DOTALL)[0]
    assert all(number in table for number in ("95,0", "30,0", "60,0", "50,0"))


def test_a_period_with_provisional_figures_only_is_drawn_hollow(filed, get):
    filed.submit(filed.report, carried=0, opened=100, online=70, closed=0)
    figures.fold_marked()
    page = get(filed.observer, "city", period="2022-05")
    communes = page.context["topics"][0].trends[0].drawn[-1]
    assert [mark.hollow for mark in communes.marks] == [False, True]


def test_the_league_ranks_districts_and_sorts_by_every_column(filed, get):
    filed.approve(filed.report_of(filed.far_commune, "2022-04"), carried=0, opened=100, online=90, closed=0)
    figures.fold_marked()

    def order(sort):
        return [(rank, one.unit) for rank, one in get(filed.observer, "city", sort=sort).context["districts"]]

    assert order("") == order("-communes") == [(1, filed.elsewhere), (2, filed.district)]
    assert order("communes") == [(2, filed.district), (1, filed.elsewhere)]
    assert order("-own") == order("own") == [(1, filed.district), (None, filed.elsewhere)]
    assert order("name") == [(2, filed.district), (1, filed.elsewhere)]
    assert order("-coverage") == [(1, filed.elsewhere), (2, filed.district)]
    assert [one for _rank, one in order("; drop table")] == [filed.district, filed.elsewhere]


def test_the_league_can_be_kept_to_districts_of_one_kind(filed, get):
    page = get(filed.observer, "city", kind="rural_district")
    assert [one.unit for _rank, one in page.context["districts"]] == [filed.elsewhere]


def test_the_league_can_be_had_as_a_file(filed, get):
    response = get(filed.observer, "city", export="csv", period="2022-04")
    assert response["Content-Disposition"] == 'attachment; filename="districts-2022-04.csv"'
    heads, first, second = rows_of(response)
    assert len(heads) == len(first)
    assert first == ["1", "001", "Quận Ba Đình", "30,0", "30,0", "60,0", "50,0", "2", "2", "1"]
    assert second[2:] == ["Huyện Ba Vì", "", "", "", "", "1", "0", "0"]


def test_no_cell_of_a_file_is_a_formula():
    lines = b"".join(as_csv([["=1+1", "+84", "-", "@SUM(A1)", "\t=1", "Quận", 5]])).decode("utf-8-sig")
    assert next(csv.reader(io.StringIO(lines))) == ["'=1+1", "'+84", "'-", "'@SUM(A1)", "'\t=1", "Quận", "5"]


# Who reads which figures


@pytest.mark.parametrize("person", ["reporter", "reviewer", "stranger", "department_head", "administrator"])
def test_everybody_reads_the_citys_confirmed_figures_and_is_told_why_not_the_provisional_ones(filed, get, person):
    page = get(getattr(filed, person), "city")
    assert card(page, "commune").pair.reading == 60
    assert card(page, "commune").pair.provisional is None
    assert not page.context["provisional"]
    words = text_of(page)
    assert "confirmed figures only" in words or "chỉ xem được số chính thức" in words


@pytest.mark.parametrize("person", ["observer", "inspector", "approver", "owner_reviewer"])
def test_who_reads_the_whole_city_reads_its_provisional_figures(filed, get, person):
    assert card(get(getattr(filed, person), "city"), "commune").pair.provisional_reading == 50


def test_the_league_shows_only_districts_that_one_may_read_and_says_so(filed, get):
    page = get(filed.reviewer, "city")
    assert [one.unit for _rank, one in page.context["districts"]] == [filed.district]
    assert page.context["some_hidden"]
    (_rank, own) = page.context["districts"][0]
    assert own.communes.provisional_reading == 50
    assert get(filed.department_head, "city").context["districts"] == []
    assert not get(filed.observer, "city").context["some_hidden"]


@pytest.mark.parametrize(
    ("person", "unit", "status"),
    [
        ("observer", "city", 200),
        ("observer", "far_commune", 200),
        ("reporter", "city", 200),
        ("reporter", "district", 200),
        ("reporter", "commune", 200),
        ("reporter", "sibling", 404),
        ("reporter", "elsewhere", 404),
        ("reporter", "department", 404),
        ("reviewer", "sibling", 200),
        ("reviewer", "far_commune", 404),
        ("far_reviewer", "district", 404),
        ("department_head", "department", 200),
        ("department_head", "owner", 404),
        ("approver", "district", 200),
        ("approver", "commune", 200),
        ("owner_reporter", "district", 404),
        ("inspector", "commune", 200),
    ],
)
def test_a_scope_that_one_may_not_read_is_not_found(filed, get, person, unit, status):
    assert get(getattr(filed, person), "figures", getattr(filed, unit).pk).status_code == status


def test_an_appointment_that_has_ended_reads_nothing(filed, get):
    ended = filed.add_person("ended", Role.OBSERVER, filed.city, until=NOW - timedelta(seconds=1))
    assert get(ended, "figures", filed.district.pk).status_code == 404
    assert "topics" not in get(ended, "city").context


# A unit's figures


def test_a_district_shows_its_own_report_and_its_communes_apart(filed, get):
    page = get(filed.reviewer, "figures", filed.district.pk)
    assert [(one.origin, one.pair.reading) for one in page.context["topics"][0].cards] == [
        ("district", 30),
        ("commune", 60),
    ]
    assert [origin for origin, _words in page.context["origins"]] == ["all", "district", "commune"]


def test_all_indicators_stand_in_the_order_of_the_form_with_sum_coverage_and_without_data(filed, get):
    page = get(filed.reviewer, "figures", filed.district.pk, origin="commune")
    lines = {line.indicator.code: line for line in page.context["lines"]}
    items = filed.version.items.order_by("position").values_list("indicator__code", flat=True)
    assert list(lines) == list(items)
    assert lines["work_dossiers_to_handle"].pair.reading == 100
    assert lines["work_dossiers_to_handle"].pair.provisional_reading == 200
    confirmed = lines[SHARE].pair.confirmed
    assert (confirmed.count, confirmed.expected, confirmed.without_data) == (1, 2, 0)
    assert lines["documents_out_signed"].detail
    assert not lines["documents_out"].detail


@pytest.mark.parametrize("origin", ["all", "department", "district", "commune"])
@pytest.mark.parametrize("indicator", [SHARE, "documents_in"])
@pytest.mark.parametrize("unit", ["city", "district"])
def test_the_parts_of_a_figure_add_up_to_it(filed, get, unit, indicator, origin):
    if (unit, origin) == ("district", "department"):
        return
    page = get(filed.observer, "figures", getattr(filed, unit).pk, origin=origin, indicator=indicator, period="2022-04")
    breakdown = page.context["breakdown"]
    assert breakdown.line.indicator.code == indicator
    for state in ("confirmed", "provisional"):
        whole = getattr(breakdown.line.pair, state)
        parts = [getattr(part.pair, state) for part in breakdown.parts]
        for measure in ("total", "numerator", "denominator", "count", "expected", "submitted", "approved"):
            numbers = [number for part in parts if (number := getattr(part, measure)) is not None]
            assert sum(numbers) == (getattr(whole, measure) or 0), (state, measure)
    assert breakdown.hidden == 0


def test_the_way_leads_from_the_city_to_the_report(filed, get):
    page = get(filed.observer, "city").content.decode()
    assert f'href="/figures/{filed.district.pk}/?period=2022-04"' in page
    page = get(filed.observer, "figures", filed.city.pk, origin="commune", indicator=SHARE).content.decode()
    assert (
        f"/figures/{filed.district.pk}/?period=2022-04&amp;form=BM-02&amp;origin=commune&amp;indicator={SHARE}#parts"
        in page
    )
    page = get(filed.observer, "figures", filed.district.pk, origin="commune").content.decode()
    report = filed.report_of(filed.commune, "2022-04")
    assert f'href="/figures/{filed.commune.pk}/?period=2022-04"' in page
    assert f'href="/reports/{report.pk}/"' in page
    page = get(filed.observer, "figures", filed.commune.pk).content.decode()
    assert f'href="/reports/{report.pk}/"' in page
    assert re.findall(r'href="(/(?:city|figures)[^"]*)">(?:Thành phố|Quận)', page) == [
        "/city/?period=2022-04",
        f"/figures/{filed.district.pk}/?period=2022-04",
    ]


def test_a_reader_of_a_unit_above_is_told_how_many_reports_are_not_listed(filed, get):
    page = get(filed.reporter, "figures", filed.district.pk, origin="commune", period="2022-04")
    breakdown = page.context["breakdown"]
    assert [part.unit for part in breakdown.parts] == [filed.commune]
    assert breakdown.hidden == 1
    assert str(filed.sibling) not in text_of(page)
    assert get(filed.reporter, "figures", filed.city.pk, origin="department").context["breakdown"].parts == []


@pytest.mark.parametrize(
    "query", [{"origin": "nobody"}, {"indicator": "nothing"}, {"indicator": "a\0b"}, {"period": "2030-01"}]
)
def test_what_there_is_not_is_not_found(filed, get, query):
    assert get(filed.observer, "figures", filed.district.pk, **query).status_code == 404


def test_the_parts_of_a_figure_can_be_had_as_a_file(filed, get):
    query = {"origin": "commune", "indicator": SHARE, "period": "2022-04", "export": "csv"}
    rows = rows_of(get(filed.reviewer, "figures", filed.district.pk, **query))
    assert [row[1:6] for row in rows[1:]] == [
        ["Phường Phúc Xá", "60,000000", "100,000000", "60,0", "60,0"],
        ["Phường Trúc Bạch", "", "", "", "40,0"],
        ["Quận Ba Đình", "60,000000", "100,000000", "60,0", "50,0"],
    ]


# A unit with none beneath it


def test_a_communes_values_are_read_from_its_reports_approved_or_else_submitted(filed, get):
    filed.submit(filed.report, carried=0, opened=100, online=77, closed=0)
    page = get(filed.reporter, "figures", filed.commune.pk, period="2022-05")
    shares = next(line.pairs for line in page.context["lines"] if line.indicator.code == SHARE)
    assert [(pair.reading, pair.provisional_reading) for pair in shares] == [(None, 77), (60, 60)]
    assert "77,0" in text_of(page)


def test_what_a_commune_only_typed_is_in_nobodys_figures(filed, get):
    filed.fill(filed.report, online=13)
    for person in (filed.reporter, filed.reviewer, filed.observer):
        page = get(person, "figures", filed.commune.pk, period="2022-05")
        shares = next(line.pairs for line in page.context["lines"] if line.indicator.code == SHARE)
        assert shares[0].provisional_reading is None


def test_a_communes_values_can_be_had_as_a_file(filed, get):
    rows = rows_of(get(filed.reporter, "figures", filed.commune.pk, period="2022-04", export="csv"))
    assert rows[0][2:] == ["2022-04"]
    assert rows[-1][2:] == ["60,0"]


# A unit's profile


@pytest.mark.parametrize("person", ["reporter", "stranger", "department_head", "observer"])
def test_everybody_reads_who_works_where_and_what_a_unit_owes(filed, get, person):
    page = get(getattr(filed, person), "unit", filed.district.pk)
    names = [(user.username, len(roles)) for user, roles in page.context["people"]]
    assert names == [("district_reporter", 1), ("district_head", 1), ("reviewer", 1)]
    assert [one.version.form.code for one in page.context["owed"]] == ["BM-02"]
    assert page.context["children"] == [filed.commune, filed.sibling]


def test_people_whose_appointment_has_ended_are_not_named(filed, get):
    filed.add_person("former", Role.HEAD, filed.district, until=NOW - timedelta(days=1))
    assert "former" not in {
        user.username for user, _roles in get(filed.reporter, "unit", filed.district.pk).context["people"]
    }


def test_the_record_is_for_those_who_may_read_the_reports(filed, get):
    filed.now = filed.report_of(filed.far_commune, "2022-04").deadline + timedelta(days=1)
    filed.submit(filed.report_of(filed.far_commune, "2022-04"))
    record = get(filed.observer, "unit", filed.far_commune.pk).context["record"]
    assert [(one.report.period.code, str(one.stand.standing)) for one in record] == [
        ("2022-05", "due_soon"),
        ("2022-04", "late"),
    ]
    hidden = get(filed.reporter, "unit", filed.far_commune.pk)
    assert hidden.context["record"] == []
    assert f"/reports/{record[0].report.pk}/" not in hidden.content.decode()


@pytest.mark.parametrize("person", ["reporter", "reviewer", "department_head", "observer", "approver", "inspector"])
@pytest.mark.parametrize("unit", ["city", "district", "commune", "far_commune", "department"])
def test_a_profile_leads_to_the_figures_where_these_may_be_read_and_nowhere_else(filed, get, person, unit):
    person, unit = getattr(filed, person), getattr(filed, unit)
    offered = get(person, "unit", unit.pk).context["figures_open"]
    assert offered == (get(person, "figures", unit.pk).status_code == 200)


@pytest.mark.parametrize(
    ("asked", "found"), [("truc bach", ["sibling"]), ("00001", ["commune"]), ("không có", []), ("00001\0", ["commune"])]
)
def test_units_beneath_can_be_searched(filed, get, asked, found):
    page = get(filed.observer, "unit", filed.district.pk, q=asked)
    assert page.context["children"] == [getattr(filed, name) for name in found]


def test_an_ended_unit_keeps_its_profile_and_says_so(filed, get):
    Unit.objects.filter(pk=filed.sibling.pk).update(valid=DateRange(filed.sibling.valid.lower, NOW.date()))
    page = get(filed.observer, "unit", filed.sibling.pk)
    assert not page.context["in_force"]
    assert f"{NOW.date() - timedelta(days=1):%d/%m/%Y}" in text_of(page)


# What a page costs


def test_no_page_asks_more_than_fourteen_queries_however_many_units_there_are(filed, signed_in):
    client = signed_in(filed.observer)
    pages = [
        reverse("city"),
        reverse("figures", args=[filed.city.pk]),
        reverse("figures", args=[filed.district.pk]) + "?origin=commune",
        reverse("figures", args=[filed.commune.pk]),
        reverse("unit", args=[filed.district.pk]),
    ]

    def cost(page):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page).status_code == 200
        return len(queries)

    before = [cost(page) for page in pages]
    assert max(before) <= CEILING
    for number in range(12):
        Unit.objects.create(
            level="commune",
            kind="ward",
            code=f"9{number:04}",
            name=f"Phường {number}",
            parent=filed.district,
            valid=DateRange(filed.district.valid.lower),
        )
    for code in ("2022-01", "2022-02", "2022-03", "2022-04"):
        filed.open(code)
    for report in Report.objects.filter(unit__code__startswith="9", period__code="2022-04")[:4]:
        filed.approve(report)
    figures.fold_marked()
    assert [cost(page) for page in pages] == before
