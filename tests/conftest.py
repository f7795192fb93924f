"""What every test may ask for: the small city, its clock, and signed-in clients."""

import pytest
from django.test import Client

from accounts import clock
from tests.city import NOW, City


@pytest.fixture
def city(db):
    """The small city; see tests/city.py."""
    return City()


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
def shared_city(transactional_db):
    """The small city, committed: other connections see it."""
    return City()
