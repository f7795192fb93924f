"""Server milliseconds and queries of each page and of a submit, over the demonstration's data.

The floor of a page is the time its own queries take in PostgreSQL: the ratio says what Python adds to it.
"""

import time
from collections.abc import Callable
from contextlib import contextmanager

from bench.ground import demonstration, seconds

PAGES = (
    # name                         who               address
    ("my work, commune", "baocao.00001", "/"),
    ("my work, approver", "duyet.stttt", "/"),
    ("reports, approver", "duyet.stttt", "/reports/?period=2022-04"),
    ("review queue", "duyet.stttt", "/review/?period=2022-04"),
    ("report, filling in", "baocao.00001", "/reports/{report}/"),
    ("city", "quansat.01", "/city/"),
    ("district", "quansat.01", "/figures/{district}/"),
    ("commune", "quansat.01", "/figures/{commune}/"),
    ("unit", "quansat.01", "/units/{district}/"),
    ("inbox", "baocao.00001", "/inbox/"),
    ("units, admin", "quantri.stttt", "/admin/accounts/unit/"),
    ("API: 640 reports", "quansat.01", "/api/v1/reports/?period=2022-04&per_page=640"),
    ("API: figures", "quansat.01", "/api/v1/figures/?unit={city}&form=BM-02&period=2022-04"),
)


@contextmanager
def counting():
    """Count the queries and the seconds that they take."""
    from django.db import connection

    counted = {"queries": 0, "seconds": 0.0}

    def around(execute, sql, params, many, context):
        begun = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            counted["queries"] += 1
            counted["seconds"] += time.perf_counter() - begun

    with connection.execute_wrapper(around):
        yield counted


def line(name: str, act: Callable[[], object]) -> None:
    wall = seconds(act)
    with counting() as counted:
        act()
    floor = max(counted["seconds"], 1e-6)
    print(
        f"{name:<22} {wall * 1000:7.1f} ms {counted['queries']:3} queries"
        f" {floor * 1000:7.1f} ms in them   ratio {wall / floor:5.1f}"
    )


def pages() -> None:
    from django.test import Client

    from accounts.models import Unit, User
    from reports.models import Report

    places = {
        "report": Report.objects.get(unit__code="00001", period__code="2022-05").pk,
        "city": Unit.objects.get(code="01").pk,
        "district": Unit.objects.get(code="001").pk,
        "commune": Unit.objects.get(code="00001").pk,
    }
    for name, who, address in PAGES:
        client = Client()
        client.force_login(User.objects.get(username=who))
        place = address.format(**places)

        def get(client: Client = client, place: str = place) -> None:
            answer = client.get(place)
            assert answer.status_code == 200, (place, answer.status_code)

        line(name, get)


def submits() -> None:
    """A submit through HTTP, of a new report each time."""
    from django.test import Client

    from accounts.models import User
    from reports.models import Report

    reports = iter(
        Report.objects.filter(period__code="2022-05", status="draft", unit__level="commune").exclude(
            current__values=None
        )
    )

    client = Client()

    def submit() -> None:
        report = next(reports)
        client.force_login(User.objects.get(username=f"lanhdao.{report.unit.code}"))
        address = f"/reports/{report.pk}/steps/"
        with counting() as counted:
            begun = time.perf_counter()
            answer = client.post(address, {"action": "submit", "edit": report.edit})
            taken.append((time.perf_counter() - begun, counted["queries"], counted["seconds"]))
        assert answer.status_code == 302, answer.content[:500]

    taken: list[tuple[float, int, float]] = []
    seconds(submit, rounds=15)
    wall, queries, floor = sorted(taken)[len(taken) // 2]
    print(
        f"{'submit':<22} {wall * 1000:7.1f} ms {queries:3} queries {floor * 1000:7.1f} ms in them"
        f"   ratio {wall / floor:5.1f}"
    )


if __name__ == "__main__":
    with demonstration():
        pages()
        submits()
