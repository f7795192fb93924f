"""What an approval would change, through the API."""

import pytest

from reports import figures
from reports.workflow import Action

pytestmark = pytest.mark.django_db

ONLINE = "work_dossiers_online"


@pytest.fixture
def amended(city):
    """The commune's approved report with an amendment that waits: 60 online have become 75."""
    city.approve(city.report, online=60)
    city.move(city.report, Action.AMEND, by=city.approver, reason="Sai.")
    city.submit(city.report, online=75)
    city.check(city.report)
    figures.fold_marked()
    return city.report


def test_the_api_gives_it_to_those_who_approve(city, amended, program):
    rows = program(city.approver).get(f"reports/{amended.pk}/impact/").json()["results"]
    first = next(row for row in rows if row["indicator"] == ONLINE)
    assert (first["unit"]["code"], first["period"], first["origin"]) == ("01", "2022-05", "all")
    assert (first["before"], first["after"]) == ("60", "75")
    assert program(city.reviewer).get(f"reports/{amended.pk}/impact/").status_code == 403
    assert program(city.stranger).get(f"reports/{amended.pk}/impact/").status_code == 404
