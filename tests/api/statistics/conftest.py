"""A city whose figures are folded over more than one month, and a way to take them away."""

import pytest

from reports import figures
from reports.exchange import statistics


@pytest.fixture
def folded(city):
    """Two communes and a department over two months, folded: months, a quarter, a half, a year and the year to date."""
    city.approve(city.report_of(city.commune, "2022-04"), online=15, carried=10, opened=20, closed=8)
    city.approve(city.report, online=14, carried=22, opened=9, closed=5)
    city.submit(city.report_of(city.sibling), online=31)
    city.approve(city.report_of(city.department), online=53)
    figures.fold_marked()
    return city


@pytest.fixture
def take(program):
    """`take(person, format, **asked)` is the file's bytes."""

    def taken(person, kind, **asked):
        answer = program(person).get("figures/export/", format=kind, **asked)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert answer.status_code == 200, body
        assert answer["Content-Type"] == statistics.FORMATS[kind].content_type
        return body

    return taken
