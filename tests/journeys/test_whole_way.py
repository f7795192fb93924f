"""The whole way, in a browser and by Celery: from a due report to a city figure."""

import email
import email.policy
import os
import re
import subprocess
import sys
from datetime import timedelta

from django.conf import settings
from playwright.sync_api import expect

from reports import proof
from reports.models import Figure, Report
from tests.city import NOW, NUMBERS
from tests.journeys.conftest import database_url
from tests.waiting import wait_for


def open_task(page, name):
    """Open the report of 2022-05 from the list of what is mine to do."""
    page.goto("/")
    page.get_by_role("link", name=re.compile(f"{name}.*5.2022")).first.click()
    page.wait_for_url(re.compile(r"/reports/\d+/"))


def confirm(page, action):
    """Press the move's button, then confirm it in the dialog."""
    page.get_by_role("link", name=action).click()
    page.get_by_role("dialog").get_by_role("button", name=action).click()
    page.wait_for_load_state()


def type_in(page, **numbers):
    for item, number in numbers.items():
        page.locator(f"#cell-{item}").fill(str(number))
    page.keyboard.press("Tab")
    page.wait_for_function("document.querySelectorAll('[data-pending]').length === 0")


def saved(report, item):
    return report.current.values.filter(item__code=item).values_list("number", flat=True).first()


def test_from_a_due_report_to_the_city_figure(portal, sign_in):
    city, report = portal.city, portal.city.report

    # The reporter sees what is due today, fills it in and hands it up.
    reporter = sign_in(city.reporter)
    expect(reporter.get_by_text("Hạn hôm nay").first).to_be_visible()
    open_task(reporter, "Phường Phúc Xá")
    type_in(reporter, documents_out="không rõ")
    expect(reporter.locator("#says-documents_out")).not_to_be_empty()
    type_in(reporter, **NUMBERS)
    expect(reporter.get_by_text(re.compile(r"Đã lưu \d\d:\d\d:\d\d")).first).to_be_visible()
    expect(reporter.locator("#cell-to_handle")).to_have_text("100")
    expect(reporter.locator("#cell-online_share")).to_have_text(re.compile("60,0"))
    wait_for(lambda: saved(report, "closed") == NUMBERS["closed"])
    type_in(reporter, online="101")
    expect(reporter.locator("#says-online")).to_contain_text("không được lớn hơn")
    type_in(reporter, online="60")
    reporter.get_by_role("button", name="Trình ký").click()
    wait_for(lambda: Report.objects.get(pk=report.pk).status == "to_sign")

    # The head submits it and gets a receipt.
    head = sign_in(city.head)
    open_task(head, "Phường Phúc Xá")
    confirm(head, "Ký, gửi báo cáo")
    wait_for(lambda: Report.objects.get(pk=report.pk).status == "submitted")
    head.goto(f"/reports/{report.pk}/receipts/1/")
    expect(head.get_by_text("BM-02/2022-05/00001/1").first).to_be_visible()

    # The district returns it with a reason; the unit mends it; the first revision stays as it was.
    reviewer = sign_in(city.reviewer)
    open_task(reviewer, "Phường Phúc Xá")
    reviewer.get_by_role("link", name="Trả lại").click()
    reviewer.get_by_role("dialog").get_by_role("textbox").fill("Số hồ sơ đã kết thúc chưa khớp.")
    reviewer.get_by_role("dialog").get_by_role("button", name="Trả lại").click()
    wait_for(lambda: Report.objects.get(pk=report.pk).status == "draft")
    head.goto(f"/reports/{report.pk}/")
    expect(head.get_by_text("Số hồ sơ đã kết thúc chưa khớp.").first).to_be_visible()
    type_in(head, closed="71")
    report.refresh_from_db()
    wait_for(lambda: saved(report, "closed") == 71)
    head.reload()
    confirm(head, "Ký, gửi báo cáo")
    wait_for(lambda: Report.objects.get(pk=report.pk).status == "submitted")
    assert [(one.number, one.frozen_at is None) for one in report.revisions.all()] == [(1, False), (2, False)]
    assert b'"closed":{"number":"70"}' in bytes(report.revisions.get(number=1).snapshot)

    # The district checks it, the department approves it, and within two seconds the city figure has moved.
    open_task(reviewer, "Phường Phúc Xá")
    reviewer.get_by_role("button", name="Thẩm tra").click()
    wait_for(lambda: Report.objects.get(pk=report.pk).status == "checked")
    approver = sign_in(city.approver)
    open_task(approver, "Phường Phúc Xá")
    confirm(approver, "Chấp nhận số liệu")
    wait_for(lambda: Report.objects.get(pk=report.pk).status == "approved", seconds=5)
    share = Figure.objects.filter(
        scope=city.city,
        period=report.period,
        origin="commune",
        state="confirmed",
        indicator__code="work_dossiers_online_share",
    )
    wait_for(lambda: share.get().approved == 1, seconds=2)
    assert (share.get().numerator, share.get().denominator) == (60, 100)

    # The observer reads it on the city's page and follows it down to the report.
    observer = sign_in(city.observer)
    observer.goto("/city/?period=2022-05")
    expect(observer.get_by_text("60,0").first).to_be_visible()
    expect(observer.get_by_text(re.compile("đã nhận 1/3 đơn vị")).first).to_be_visible()
    observer.get_by_role("link", name="Quận Ba Đình").first.click()
    observer.get_by_role("link", name="Phường Phúc Xá").first.click()
    observer.goto(f"/reports/{report.pk}/")
    expect(observer.locator("#cell-closed")).to_have_text("71")

    # Nobody of another district finds it.
    stranger = sign_in(city.stranger)
    assert stranger.goto(f"/reports/{report.pk}/").status == 404

    for page in (reporter, head, reviewer, approver, observer):
        assert page.errors == []
    wait_for(lambda: proof.verify()[1] == [])
    verified = subprocess.run(
        [sys.executable, "manage.py", "figures", "--verify"],
        cwd=settings.ROOT,
        env=os.environ | {"DATABASE_URL": database_url(), "DXPORTAL_ENV": "test"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert verified.returncode == 0, verified.stdout + verified.stderr


def reminders_to(portal, person):
    """What reminded the person of their report of May; of April, long overdue, they hear as well."""
    to_them = [mail for mail in portal.postbox.mails if person.email in mail.rcpt_tos]
    read = [email.message_from_bytes(mail.content, policy=email.policy.default) for mail in to_them]
    return [mail for mail in read if "tháng 5/2022" in mail.get_body(("plain",)).get_content().lower()]


def test_those_who_still_owe_are_reminded_once_on_the_day_and_once_after(portal, sign_in):
    city = portal.city
    wait_for(
        lambda: reminders_to(portal, city.sibling_reporter) and reminders_to(portal, city.sibling_head), seconds=30
    )
    page = sign_in(city.sibling_reporter)
    page.goto("/inbox/")
    expect(page.get_by_text(re.compile("5.2022")).first).to_be_visible()
    city.submit(city.report)
    portal.set_clock(NOW + timedelta(days=1))
    wait_for(lambda: len(reminders_to(portal, city.sibling_head)) == 2, seconds=30)
    assert len(reminders_to(portal, city.sibling_reporter)) == 1
    assert len(reminders_to(portal, city.head)) == 1
    assert reminders_to(portal, city.reviewer) == []
