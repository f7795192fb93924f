"""What every test may ask for: the small city, its clock, and signed-in clients."""

import os

import pytest
from django.db import connection
from django.test import Client

from accounts import clock
from reports import shelf
from tests import browser
from tests.city import NOW, City
from tests.kept import Kept

# Playwright's synchronous API keeps a loop of its own in this thread; the tests' queries do not run in it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def browser_type_launch_args():
    """What pytest-playwright starts: the Chromium that this machine has, or the one that npm brought."""
    return browser.launch_options()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The database of this run; at its end nobody may be left in it, such as a process that a test has killed."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(autouse=True)
def bare_shelves():
    """What a process keeps of one test's database says nothing of the next one's."""
    yield
    shelf.clear_all()


@pytest.fixture(scope="session")
def kept_city(django_db_setup, django_db_blocker):
    """The small city, built once; see tests/city.py."""
    with django_db_blocker.unblock():
        return Kept(City)


@pytest.fixture
def city(kept_city, db):
    """The small city; see tests/city.py."""
    return kept_city.put_back()


@pytest.fixture
def at(settings, tmp_path):
    """The portal's clock at the small city's instant; `at.set(instant)` moves it. For tests that go through an edge."""
    settings.DEMO_CLOCK = str(tmp_path / "clock")

    class Clock:
        def set(self, instant):
            clock.set_to(instant)

    clock.set_to(NOW)
    return Clock()


@pytest.fixture
def signed_in(at):
    """`signed_in(person)` is a client with that person's session, on the small city's clock."""

    def client_of(person):
        client = Client()
        client.force_login(person)
        return client

    return client_of


@pytest.fixture
def shared_city(kept_city, transactional_db):
    """The small city, committed: other connections see it."""
    return kept_city.put_back()
