"""What the page for integrators shows does what it says: its program is run against the portal."""

import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from accounts.models import IdempotencyKey
from dxportal.api import STATUS_OF_CODE
from notifications.gateway import post
from notifications.models import Gateway
from tests.city import NUMBERS, PASSWORD
from tests.notifications.receiver import receiving

PAGE = (settings.ROOT / "docs/integration.md").read_text(encoding="utf-8")
PROGRAMS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
SECRET = "một bí mật đủ dài để không ai đoán được"


@pytest.mark.django_db(transaction=True)
def test_the_program_signs_in_pushes_its_numbers_and_hands_up(shared_city, at, live_server):
    program, _receiver = PROGRAMS
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


def test_a_gateway_knows_the_portals_messages_from_others_and_from_old_ones(settings):
    settings.WEBHOOK_ALLOW_PRIVATE_ADDRESSES = True
    _program, receiver = PROGRAMS
    page = {}
    exec(receiver, page)  # noqa: S102
    now = datetime.now(UTC)
    with receiving() as server:
        gateway = Gateway(address=f"http://127.0.0.1:{server.port}/messages", secret=SECRET)
        for at in (now, now - timedelta(minutes=6)):
            post(gateway, {"to": "0912345678", "text": "Đến hạn"}, at=at, reference="notice-7@portal.example")
        (_path, headers, body), (_path, old, same) = server.taken
    assert page["is_the_portals"](SECRET, headers, body)
    assert not page["is_the_portals"](SECRET, headers, body.replace(b"0912", b"0999"))
    assert not page["is_the_portals"](SECRET + ".", headers, body)
    assert not page["is_the_portals"](SECRET, old, same)
    assert (
        json.loads(body).keys() | {"address"} == json.loads(re.search(r"```json\n(.*?)```", PAGE, re.DOTALL)[1]).keys()
    )


def test_codes_with_a_status_of_their_own_are_told():
    assert set(STATUS_OF_CODE) - {"scanner_away", "store_away"} <= set(re.findall(r"`(\w+)`", PAGE))
