"""The real stack for journeys: web server, worker and beat on the test's own database, mail on loopback, Chromium."""

import json
import os
import socket
from datetime import date
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pgtrigger
import pytest
from aiosmtpd.controller import Controller
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client

from accounts import clock
from dxportal import serve
from dxportal.embedded.valkey import valkey
from reports.models import FormVersion
from tests.city import NOW, PASSWORD

SIZES = {"desktop": (1366, 768), "phone": (390, 844)}


class Postbox:
    """Keeps the mails that arrive."""

    def __init__(self):
        self.mails = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  (aiosmtpd's name)
        self.mails.append(envelope)
        return "250 Kept"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def postbox():
    box = Postbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    box.url = f"smtp://127.0.0.1:{controller.port}"
    yield box
    controller.stop()


class Portal:
    """The running portal: its address, its processes, its clock, its people."""

    def __init__(self, address, processes, city, postbox, broker):
        self.address = address
        self.processes = processes
        self.city = city
        self.postbox = postbox
        self.broker = broker

    def post(self, person, path, content):
        """POST JSON as that person would over HTTP; return the status and what was answered."""
        client = Client()
        client.force_login(person)
        token = "a" * 32
        request = Request(  # noqa: S310  (our own address)
            self.address + path,
            data=json.dumps(content).encode(),
            headers={
                "Content-Type": "application/json",
                "Cookie": f"sessionid={client.cookies['sessionid'].value}; csrftoken={token}",
                "X-CSRFToken": token,
            },
        )
        try:
            with urlopen(request, timeout=20) as answer:  # noqa: S310
                return answer.status, json.load(answer)
        except HTTPError as refused:
            return refused.code, json.load(refused)

    def step(self, person, report, action, reason=""):
        """Make a move through the API, with the edit as it stands."""
        report.refresh_from_db()
        path = f"/api/v1/reports/{report.pk}/steps/"
        status, answer = self.post(person, path, {"action": action, "edit": report.edit, "reason": reason})
        assert status == 201, answer
        return answer

    def set_clock(self, instant):
        clock.set_to(instant)
        self.city.now = instant


def database_url():
    """The address of the database that this test works in."""
    address = urlsplit(os.environ["DATABASE_URL"])
    return address._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


@pytest.fixture
def portal(shared_city, postbox, tmp_path, settings):
    """Web server, worker and beat, sweeping every two seconds, with the small city's clock running from 08:00."""
    settings.DEMO_CLOCK = str(tmp_path / "clock")
    clock.set_to(NOW)
    with pgtrigger.ignore("reports.FormVersion:version_in_use_stays"):  # nothing older for beat to open
        FormVersion.objects.update(valid=DateRange(date(2022, 3, 15), None))
    port = free_port()
    broker = valkey(tmp_path, durable=False)
    environment = os.environ | {
        "DXPORTAL_ENV": "test",
        "DJANGO_SETTINGS_MODULE": "dxportal.settings",
        "DATABASE_URL": database_url(),
        "REDIS_URL": broker.use(),
        "EMAIL_URL": postbox.url,
        "DEMO_CLOCK": settings.DEMO_CLOCK,
        "SWEEP_SECONDS": "2",
        "PORTAL_ADDRESS": f"http://127.0.0.1:{port}",
    }
    with serve.together(tmp_path / "log", environment) as processes:
        processes.start("web server", serve.web(port))
        processes.start("worker", serve.worker())
        processes.start("beat", serve.beat(tmp_path))
        processes.await_page(f"http://127.0.0.1:{port}/livez")
        yield Portal(f"http://127.0.0.1:{port}", processes, shared_city, postbox, broker)
    broker.leave()


@pytest.fixture
def sign_in(portal, new_context):
    """`sign_in(person, size)` is a page of the portal's home in a browser of its own, with that person signed in."""

    def page_of(person, size="desktop"):
        width, height = SIZES[size]
        context = new_context(base_url=portal.address, viewport={"width": width, "height": height}, locale="vi-VN")
        page = context.new_page()
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.on("console", lambda said: page.errors.append(said.text) if said.type == "error" else None)
        page.goto("/accounts/login/")
        page.get_by_label("Tên đăng nhập").fill(person.username)
        page.get_by_label("Mật khẩu").fill(PASSWORD)
        page.get_by_role("button", name="Đăng nhập").click()
        page.wait_for_url(f"{portal.address}/")
        return page

    return page_of
