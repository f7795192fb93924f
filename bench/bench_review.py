"""The review queue of 640 reports with all seven forms loaded, and approving all of it in one act.

The floor is the time that the queries of each take in PostgreSQL. A page is to take less than 100 ms.
"""

import io
import time

from bench.bench_pages import counting, line
from bench.ground import demonstration

QUEUE = "BM-02:2022-04"
WHO = "duyet.stttt"


def wait_for_approval() -> None:
    """Bring every approved report of the queue's period back to where it waited, a third of them standing out."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # the triggers, which refuse just this, stay silent
        cursor.execute(
            """
            UPDATE reports_report SET status = CASE WHEN superior_id IS NULL THEN 'submitted' ELSE 'checked' END,
                                      approved_id = NULL, edit = edit + 1
            FROM reports_period WHERE reports_period.id = period_id AND reports_period.code = '2022-04'
                                  AND status = 'approved'
            """
        )
        cursor.execute(
            """
            UPDATE reports_revision SET standing_out = '[["large_change", "online", ""], ["unusual", "opened", ""]]'
            WHERE id IN (SELECT current_id FROM reports_report WHERE status IN ('submitted', 'checked')) AND id % 3 = 0
            """
        )
        cursor.execute("SET session_replication_role = origin")


def pages() -> None:
    from django.test import Client

    from accounts.models import User
    from reports.models import Report

    client = Client()
    client.force_login(User.objects.get(username=WHO))
    first = Report.objects.filter(period__code="2022-04", form__code="BM-02", status="checked").first()
    assert first
    for name, address in (
        ("clean", f"/review/?queue={QUEUE}&part=clean"),
        ("clean, all ticked", f"/review/?queue={QUEUE}&part=clean&all=1"),
        ("needs eyes", f"/review/?queue={QUEUE}&part=eyes"),
        ("not yet in", f"/review/?queue={QUEUE}&part=not_in"),
        ("one remark to many", f"/review/alike/?queue={QUEUE}&part=eyes&why=large_change:online:"),
        ("report in its queue", f"/reports/{first.pk}/?queue={QUEUE}"),
    ):

        def get(address: str = address) -> None:
            answer = client.get(address)
            assert answer.status_code == 200, (address, answer.status_code)

        line(name, get)


def approval() -> None:
    """First what follows from approving all that waits, then the act itself, which can be done once only."""
    from django.test import Client

    from accounts.models import User
    from reports.models import Report

    client = Client()
    client.force_login(User.objects.get(username=WHO))
    waiting = Report.objects.filter(period__code="2022-04", form__code="BM-02", status__in=["submitted", "checked"])
    form = {"action": "approve", "approve": " ".join(f"{one.pk}:{one.edit}" for one in waiting)}

    def post(**more: str) -> None:
        answer = client.post("/review/moves/", form | more)
        assert answer.status_code == 200, answer.content[:500]

    line("what follows from it", post)
    with counting() as counted:
        begun = time.perf_counter()
        post(confirmed="1")
        wall = time.perf_counter() - begun
    name = f"approve {len(form['approve'].split()) - waiting.all().count()} reports"
    print(
        f"{name:<22} {wall * 1000:7.1f} ms {counted['queries']:3} queries"
        f" {counted['seconds'] * 1000:7.1f} ms in them   ratio {wall / counted['seconds']:5.1f}"
    )


if __name__ == "__main__":
    with demonstration():
        from django.core.management import call_command

        call_command("demonstration", "--rest", verbosity=0, stdout=io.StringIO())
        wait_for_approval()
        pages()
        approval()
