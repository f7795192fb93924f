"""The frame of every page, signing in, and the pages of errors."""

import re

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, reverse
from django.views import defaults

from accounts.labels import ROLES
from accounts.models import User
from accounts.roles import Role
from notifications.models import Notice
from reports import labels
from reports.standing import Stand, Standing
from tests.city import NOW, PASSWORD

pytestmark = pytest.mark.django_db


def places(response):
    """Where the navigation of the rail leads, in order."""
    return [place["url"] for place in response.context["places"]]


def sign_in(client, name, password=PASSWORD, **more):
    return client.post(reverse("account_login"), {"login": name, "password": password, **more})


# The frame ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("person", "extra"),
    [
        ("reporter", {"/discipline/"}),
        ("inspector", {"/discipline/", "/incidents/", "/journal/"}),
        ("reviewer", {"/discipline/", "/review/", "/syntheses/"}),
        ("approver", {"/discipline/", "/review/", "/syntheses/", "/extensions/", "/ladders/"}),
        ("administrator", {"/ladders/", "/incidents/", "/journal/", "/outbox/", "/admin/"}),
    ],
)
def test_the_navigation_shows_what_a_person_may_use(city, signed_in, person, extra):
    shown = places(signed_in(getattr(city, person)).get("/"))
    assert set(shown) == {"/", "/reports/", "/city/", "/programme/", "/requests/", "/directives/", "/inbox/"} | extra
    assert shown[0] == "/"


def test_the_present_place_is_marked_once_in_each_navigation(city, signed_in):
    page = signed_in(city.reporter).get("/reports/").content.decode()
    assert re.findall(r'href="([^"]+)" aria-current="page"', page) == ["/reports/", "/reports/"]


def test_an_expired_appointment_takes_its_places_away(city, signed_in, at):
    person = city.add_person("short", Role.REVIEWER, city.district, until=NOW)
    assert "/review/" not in places(signed_in(person).get("/"))


def test_unread_notices_are_counted_at_the_bell(city, signed_in):
    Notice.objects.create(
        person=city.reporter,
        kind="rung",
        report=city.report,
        occasion="rung:0:2022-05-16",
        rung=0,
        owed_at=NOW,
        deadline=city.report.deadline,
    )
    client = signed_in(city.reporter)
    assert client.get("/").context["unread"]() == 1
    Notice.objects.update(read_at=NOW)
    assert client.get("/").context["unread"]() == 0


def test_the_person_menu_says_each_role_once(city, signed_in):
    city.appoint(city.reporter, Role.REPORTER, city.sibling)
    city.appoint(city.reporter, Role.OBSERVER, city.district)
    said = signed_in(city.reporter).get("/").context["roles"]
    assert said == [ROLES[Role.REPORTER], ROLES[Role.OBSERVER]]


@pytest.mark.parametrize("address", ["/", "/reports/", "/accounts/password/change/"])
def test_every_page_says_that_it_is_a_demonstration_and_shows_its_clock(city, signed_in, address):
    page = signed_in(city.reporter).get(address).content.decode()
    assert re.search(r'datetime="2022-05-16T08:00:[\d.]+\+07:00" data-clock>16/05/2022 08:00<', page)


def test_without_a_demonstration_there_is_no_such_line(city, client, settings):
    settings.DEMO_CLOCK = ""
    client.force_login(city.reporter)
    assert "data-clock" not in client.get("/").content.decode()


def test_a_page_keeps_the_content_security_policy(city, signed_in):
    response = signed_in(city.reviewer).get("/")
    page = response.content.decode()
    assert "unsafe" not in response["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=|hx-on|javascript:", page)


def test_a_name_with_markup_is_shown_as_it_is_written(city, signed_in):
    User.objects.filter(pk=city.reporter.pk).update(full_name="<b>Lan</b>")
    page = signed_in(city.reporter).get("/").content.decode()
    assert "&lt;b&gt;Lan" in page
    assert "<b>Lan" not in page


# Signing in -----------------------------------------------------------------------------------------------------------


def test_after_the_sign_in_comes_my_work(city, at, client):
    assert sign_in(client, "reporter").url == "/"


def test_after_the_sign_in_comes_the_page_that_was_asked_for(city, at, client):
    asked = client.get("/reports/?status=draft")
    assert asked.status_code == 302
    assert sign_in(client, "reporter", next="/reports/?status=draft").url == "/reports/?status=draft"


def test_the_sign_in_leads_to_no_other_site(city, at, client):
    assert sign_in(client, "reporter", next="https://elsewhere.example/").url == "/"


def test_a_wrong_password_and_an_unknown_name_are_refused_in_the_same_words(city, at, client):
    wrong = sign_in(client, "reporter", "wrong").context["form"].non_field_errors()
    unknown = sign_in(client, "nobody", "wrong").context["form"].non_field_errors()
    assert wrong
    assert wrong == unknown


def test_guessing_is_limited_by_account_and_not_by_address(city, at, client):
    for _ in range(5):
        sign_in(client, "reporter", "wrong")
    assert sign_in(client, "reporter").status_code == 200
    assert sign_in(Client(REMOTE_ADDR="10.9.8.7"), "reporter").status_code == 200
    assert sign_in(client, "head").url == "/"


def test_a_whole_city_behind_one_address_signs_in(city, at):
    names = User.objects.values_list("username", flat=True)
    assert {sign_in(Client(), name).status_code for name in [*names, *names]} == {302}


def test_a_closed_account_does_not_sign_in(city, at, client):
    User.objects.filter(username="reporter").update(is_active=False)
    sign_in(client, "reporter")
    assert client.get("/").status_code == 302


def test_the_password_can_be_changed_and_the_session_stays(city, signed_in, client):
    own = signed_in(city.reporter)
    fresh = "mot-mat-khau-khac-han"
    sent = {"oldpassword": PASSWORD, "password1": fresh, "password2": fresh}
    assert own.post(reverse("account_change_password"), sent).url == "/"
    assert own.get("/").status_code == 200
    assert sign_in(client, "reporter", fresh).url == "/"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"oldpassword": "wrong"}, "oldpassword"),
        ({"password1": "ngan", "password2": "ngan"}, "password1"),
        ({"password2": "mot-mat-khau-khac-nua"}, "password2"),
    ],
)
def test_a_password_that_will_not_do_is_said_beside_its_field(city, signed_in, changed, field):
    fresh = "mot-mat-khau-khac-han"
    sent = {"oldpassword": PASSWORD, "password1": fresh, "password2": fresh} | changed
    response = signed_in(city.reporter).post(reverse("account_change_password"), sent)
    assert response.context["form"].errors[field]
    assert f'id="id_{field}_error"' in response.content.decode()


def test_signing_out_takes_a_post(city, signed_in):
    client = signed_in(city.reporter)
    assert client.get(reverse("account_logout")).status_code == 200
    assert client.get("/").status_code == 200
    assert client.post(reverse("account_logout")).url == reverse("account_login")
    assert client.get("/").status_code == 302


@pytest.mark.parametrize("name", ["account_signup", "account_reset_password", "account_email", "account_set_password"])
def test_what_the_office_does_not_use_is_not_reachable(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


# Errors ---------------------------------------------------------------------------------------------------------------


def test_an_unknown_address_is_answered_in_the_portal_s_words(city, signed_in):
    response = signed_in(city.reporter).get("/no-such-page/")
    assert response.status_code == 404
    assert 'href="/"' in response.content.decode()


def test_what_is_denied_says_why(city, at):
    response = defaults.permission_denied(_request(), PermissionDenied("Only <heads> do this."))
    assert (response.status_code, "Only &lt;heads&gt; do this." in response.content.decode()) == (403, True)


def test_a_request_that_makes_no_sense_is_answered(city):
    assert defaults.bad_request(_request(), SuspiciousOperation()).status_code == 400


def test_a_mistake_of_the_portal_is_answered_without_the_database(city, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = defaults.server_error(_request())
    assert response.status_code == 500
    assert "<h1>" in response.content.decode()


def test_a_form_without_its_token_is_refused_in_words(city, at):
    response = Client(enforce_csrf_checks=True).post(reverse("account_login"), {"login": "reporter"})
    assert response.status_code == 403
    assert "<h1>" in response.content.decode()


def test_a_browser_that_asks_at_the_root_gets_the_sign(client):
    response = client.get("/favicon.ico")
    assert response.status_code == 301
    assert response.url.endswith("favicon.svg")


def _request():
    request = RequestFactory().get("/")
    request.resolver_match = None
    return request


# The parts ------------------------------------------------------------------------------------------------------------


def written(template, **context):
    return Template("{% load portal %}" + template).render(Context(context))


@pytest.mark.parametrize(
    ("template", "value", "expected"),
    [
        ("{{ value|number:2 }}", 1234567.891, "1.234.567,89"),
        ("{{ value|number }}", 412, "412"),
        ("{{ value|number }}", None, "–"),
        ("{{ value|percent }}", None, "–"),
    ],
)
def test_numbers_are_written_the_vietnamese_way(template, value, expected):
    assert written(template, value=value) == expected


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("2022-05", {"number": 5, "year": 2022}),
        ("2022-Q3", {"number": "III", "year": 2022}),
        ("2022-W07", {"number": 7, "year": 2022}),
    ],
)
def test_a_period_is_named_by_its_number_and_year(code, name):
    assert f"{name['number']}/{name['year']}" in labels.period_name(code)


@pytest.mark.parametrize("code", ["2022-H1", "2022-H2", "2022"])
def test_a_half_and_a_year_are_named_by_their_year(code):
    assert "2022" in labels.period_name(code)


def test_the_halves_of_a_year_have_two_names():
    assert labels.period_name("2022-H1") != labels.period_name("2022-H2")


def test_a_deadline_says_its_exact_instant_to_the_eye_and_the_ear(city):
    chip = written("{% standing_chip stand report.deadline %}", stand=Stand(Standing.DUE_SOON, 0), report=city.report)
    assert chip.count("24:00 16/05/2022") == 2
    assert 'class="chip soon"' in chip


@pytest.mark.parametrize("standing", Standing)
def test_every_standing_has_a_colour_an_icon_and_a_word(city, standing):
    chip = written("{% standing_chip stand at %}", stand=Stand(standing, 3), at=NOW)
    words = labels.stand_words(Stand(standing, 3))
    assert words
    assert words in chip
    assert "<use " in chip


def test_a_returned_draft_is_told_from_a_fresh_one(city):
    fresh = written("{% status_chip report %}", report=city.report)
    city.submit(city.report)
    city.give_back(city.report)
    assert written("{% status_chip report %}", report=city.report) != fresh


def test_whose_turn_it_is_follows_the_report(city):
    turns = []
    report = city.report
    for step in (lambda: None, lambda: city.submit(report), lambda: city.check(report)):
        step()
        turns.append(written("{% turn_chip report %}", report=report))
    assert len(set(turns)) == 3


def test_the_coverage_bar_counts_in_words_too():
    bar = written("{% coverage 579 412 390 %}")
    assert "412/579" in bar
    assert 'class="approved" width="390"' in bar


def test_a_coverage_of_nothing_divides_by_nothing():
    assert "0/0" in written("{% coverage 0 0 0 %}")


def test_no_browser_keeps_what_a_signed_in_person_was_shown(city, signed_in):
    assert signed_in(city.reporter).get("/reports/")["Cache-Control"] == "private, no-store"
