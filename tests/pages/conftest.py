"""Chromium on the screens, without worker and beat: the test's own thread serves them."""

import threading

import pytest
from django.test import Client

from tests.waiting import wait_for


@pytest.fixture
def served_city(shared_city, at):
    """The small city, committed, so that the server's thread sees it."""
    return shared_city


@pytest.fixture
def open_as(browser, live_server, at):
    """`open_as(person)` is a page signed in as that person; a script's error fails the test."""
    contexts, errors = [], []

    def page_of(person, *, width=1366, height=768, scripts=True):
        client = Client()
        client.force_login(person)
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            java_script_enabled=scripts,
            locale="vi-VN",
        )
        session = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None)
        return page

    yield page_of
    for context in contexts:
        context.close()
    wait_for(nothing_is_being_answered)
    assert errors == []


def nothing_is_being_answered():
    """Whether the server has ended every request: one that a closed page left behind would meet an emptied database."""
    return not any("process_request_thread" in thread.name for thread in threading.enumerate())
