"""From a missed deadline to the Chair's decision, in a browser: explained, ruled, announced, issued, proposed."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from reports.models import Explanation, Lapse, Proposal, Ruling, StandingList
from tests.city import VIETNAM
from tests.office import PDF
from tests.waiting import wait_for

pytestmark = pytest.mark.slow

ASKED = datetime(2022, 5, 18, 8, tzinfo=VIETNAM)
JUNE = datetime(2022, 6, 1, 8, tzinfo=VIETNAM)


def lapses_of(unit):
    return Lapse.objects.filter(unit=unit, report__period__code="2022-05", asked_at__isnull=False)


def opened_from_work(page, lapse):
    """Open the lapse from the list of what is mine to do."""
    page.goto("/")
    page.locator(f'.tasks a[href="{reverse("lapse", args=[lapse.pk])}"]').click()
    page.wait_for_url(f"**{reverse('lapse', args=[lapse.pk])}")


def ruled(page, lapse, value):
    opened_from_work(page, lapse)
    page.locator(f'input[name="rule-excused"][value="{value}"]').check()
    page.locator("#id_rule-reason").fill("Đã xem xét giải trình và minh chứng.")
    page.locator("button[value=rule]").click()
    wait_for(lambda: Ruling.objects.filter(lapse=lapse, excused=value == "yes").exists())


def test_from_a_missed_deadline_to_the_chairs_decision(portal, sign_in):
    city = portal.city

    # The communes file nothing; on the second working day after the deadline their heads are asked to explain.
    portal.set_clock(ASKED)
    wait_for(lambda: lapses_of(city.commune).exists() and lapses_of(city.far_commune).exists(), seconds=60)
    excused, held = lapses_of(city.commune).get(), lapses_of(city.far_commune).get()

    # Both heads explain, one with a file.
    head = sign_in(city.head)
    opened_from_work(head, excused)
    head.locator("#id_explain-cause").select_option("network")
    head.locator("#id_explain-text").fill("Mất điện toàn phường hai ngày, có xác nhận của điện lực.")
    head.locator("#id_explain-file").set_input_files(
        {"name": "xac-nhan.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    head.locator("button[value=explain]").click()
    expect(head.locator(".course")).to_contain_text("xac-nhan.pdf")
    far_head = sign_in(city.far_head, "phone")
    opened_from_work(far_head, held)
    far_head.locator("#id_explain-cause").select_option("not_signed")
    far_head.locator("#id_explain-text").fill("Lãnh đạo xã đi công tác.")
    far_head.locator("button[value=explain]").click()
    wait_for(lambda: Explanation.objects.filter(lapse=held).exists())

    # The owner reads the file, excuses the one and not the other.
    approver = sign_in(city.approver)
    opened_from_work(approver, excused)
    with approver.expect_download() as download:
        approver.get_by_text("xac-nhan.pdf").click()
    assert download.value.path().read_bytes() == PDF
    ruled(approver, excused, "yes")
    ruled(approver, held, "no")

    # The month is over: an inspector announces its list, and after 48 hours issues it.
    portal.set_clock(JUNE)
    inspector = sign_in(city.inspector)
    inspector.goto("/discipline/?month=2022-05")
    inspector.locator("#stage summary").click()
    inspector.locator("button[value=announce]").click()
    expect(inspector.locator("#stage button[value=issue]")).to_have_count(0)
    wait_for(StandingList.objects.exists)
    portal.set_clock(JUNE + timedelta(hours=48, minutes=5))
    inspector.goto("/discipline/?month=2022-05")
    inspector.locator("#stage summary").click()
    inspector.locator("button[value=issue]").click()
    with inspector.expect_download() as download:
        inspector.locator('#stage a[href$="pdf"]').click()
    assert download.value.path().read_bytes().startswith(b"%PDF")
    kept = StandingList.objects.get().content
    listed = {line["unit"]["code"] for line in kept["lines"]}
    assert ("00001" in listed, "09619" in listed) == (False, True)

    # They propose handling of the one whose lapse counts, and record what the Chair decides.
    inspector.goto(reverse("discipline-unit", args=[city.far_commune.pk]))
    assert inspector.locator("#propose input[type=checkbox]:checked").count() == 0
    inspector.locator("#propose input[type=checkbox]").first.check()
    inspector.locator("#id_propose-measure").select_option("criticise")
    inspector.locator("#id_propose-reason").fill("Không gửi báo cáo, giải trình không có căn cứ.")
    inspector.locator("button[value=propose]").click()
    with inspector.expect_download() as download:
        inspector.locator('#proposals a[href$="docx"]').click()
    assert download.value.path().read_bytes().startswith(b"PK")
    one = Proposal.objects.get()
    for name, fill in (("send", {}), ("decide", {"measure": "remind"})):
        box = inspector.locator(f"#proposal-{one.pk}")
        box.locator("summary").click()
        if fill:
            box.locator("select").select_option(fill["measure"])
        box.locator("input[type=text]").fill(f"{len(name)}/VP")
        box.locator("input[type=date]").fill("2022-06-03")
        box.locator(f"button[value={name}]").click()
        expect(inspector.locator(f"#proposal-{one.pk} .chip")).not_to_have_class("chip soon")
    wait_for(lambda: Proposal.objects.filter(pk=one.pk, decided="remind", decision_number="6/VP").exists())
    assert [page.errors for page in (head, far_head, approver, inspector)] == [[], [], [], []]
