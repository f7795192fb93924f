"""The inbox: one's own notices only, newest first, read when opened."""

from datetime import timedelta

import pytest
from django.urls import reverse

from notifications.actions import reading
from notifications.actions.planning import plan
from notifications.models import Notice
from notifications.pages.inbox import A_PAGE
from notifications.tasks import deliver, remind
from tests.city import NOW


@pytest.fixture
def told(city):
    """Everybody has heard the rung -2 on the 13th, and that of the day on the 16th."""
    plan(at=NOW - timedelta(days=3))
    plan(at=NOW)
    return city


def shown(client, query=""):
    return [notice.pk for notice in client.get(reverse("inbox") + query).context["page"]]


def test_the_inbox_shows_ones_own_notices_newest_first(told, signed_in):
    own = list(told.head.notices.order_by("-owed_at").values_list("pk", flat=True))
    assert len(own) == 2
    assert shown(signed_in(told.head)) == own


def test_the_unread_ones_can_be_seen_alone(told, signed_in):
    latest, first = told.head.notices.all()
    reading.read(latest, by=told.head, at=NOW)
    assert shown(signed_in(told.head), "?show=unread") == [first.pk]
    assert Notice.objects.unread_of(told.head).count() == 1


def test_opening_a_notice_marks_it_read_and_leads_to_its_report(told, signed_in):
    notice = told.head.notices.first()
    answer = signed_in(told.head).get(reverse("notice", args=[notice.pk]))
    assert answer["Location"] == reverse("report", args=[told.report.pk])
    notice.refresh_from_db()
    assert notice.read_at is not None
    assert list(Notice.objects.exclude(read_at=None)) == [notice]


def test_a_notice_keeps_the_instant_of_its_first_reading(told):
    notice = told.head.notices.first()
    reading.read(notice, by=told.head, at=NOW)
    reading.read(notice, by=told.head, at=NOW + timedelta(hours=1))
    notice.refresh_from_db()
    assert notice.read_at == NOW


@pytest.mark.parametrize("other", ["reporter", "stranger", "inspector", "administrator"])
def test_anybody_elses_notice_is_not_found_and_stays_unread(told, signed_in, other):
    notice = told.head.notices.first()
    answer = signed_in(getattr(told, other)).get(reverse("notice", args=[notice.pk]))
    assert answer.status_code == 404
    notice.refresh_from_db()
    assert notice.read_at is None


def test_all_can_be_marked_as_read_at_once_and_only_ones_own(told, signed_in):
    client = signed_in(told.head)
    answer = client.post(reverse("inbox"))
    assert answer["Location"] == reverse("inbox")
    assert Notice.objects.unread_of(told.head).count() == 0
    assert Notice.objects.unread_of(told.reporter).count() == 2
    assert shown(client, "?show=unread") == []


def test_reading_does_not_answer_to_a_link(told, signed_in):
    notice = told.head.notices.first()
    assert signed_in(told.head).post(reverse("notice", args=[notice.pk])).status_code == 405


def test_an_empty_inbox_says_what_will_come(city, signed_in):
    page = signed_in(city.inspector).get(reverse("inbox"))
    assert page.status_code == 200
    assert 'class="empty"' in page.content.decode()


def test_a_stranger_to_the_portal_is_asked_to_sign_in(client):
    assert client.get(reverse("inbox")).status_code == 302


def fill(city, count):
    Notice.objects.bulk_create(
        Notice(
            person=city.head,
            kind="rung",
            report=city.report,
            occasion=f"rung:0:{number}",
            rung=0,
            deadline=city.report.deadline,
            owed_at=NOW - timedelta(days=number),
        )
        for number in range(count)
    )


def test_older_notices_are_on_further_pages(city, signed_in):
    fill(city, A_PAGE + 3)
    client = signed_in(city.head)
    assert len(shown(client)) == A_PAGE
    assert len(shown(client, "?page=2")) == 3
    assert len(shown(client, "?page=99")) == 3
    assert len(shown(client, "?page=x")) == A_PAGE


def test_the_inbox_takes_as_many_queries_for_a_full_page_as_for_one_notice(city, signed_in, django_assert_num_queries):
    client = signed_in(city.head)
    fill(city, A_PAGE + 3)
    with django_assert_num_queries(6):
        client.get(reverse("inbox"))


def test_the_tasks_read_the_clock_and_do_it(city, at, post):
    assert remind() == 12
    assert remind() == 0
    assert deliver() == 12
    assert len(post.mails) == 12
