"""What the page for integrators shows does what it says: its program is run against the portal."""

import json
import os
import re
import subprocess
import sys

import pytest
from django.conf import settings

from accounts.models import IdempotencyKey
from dxportal.api import STATUS_OF_CODE
from tests.city import NUMBERS, PASSWORD

PAGE = (settings.ROOT / "docs/integration.md").read_text(encoding="utf-8")


@pytest.mark.django_db(transaction=True)
def test_the_program_signs_in_pushes_its_numbers_and_hands_up(shared_city, at, live_server):
    (program,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    known = {"PORTAL": live_server.url, "USER_NAME": "reporter", "PASSWORD": PASSWORD, "PATH": os.environ["PATH"]}
    ran = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps({item: str(number) for item, number in NUMBERS.items()}),
        env=known,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("Handed up to be signed at 2022-05-16T08:")
    shared_city.report.refresh_from_db()
    assert shared_city.report.status == "to_sign"
    assert list(IdempotencyKey.objects.order_by("pk").values_list("status", flat=True)) == [200, 201]


def test_codes_with_a_status_of_their_own_are_told():
    assert set(STATUS_OF_CODE) - {"scanner_away", "store_away"} <= set(re.findall(r"`(\w+)`", PAGE))
