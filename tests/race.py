"""Runs functions at the same instant, each on a connection of its own."""

import os
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connections

from accounts.refusals import Refused

ROUNDS = int(os.environ.get("DXPORTAL_ROUNDS", "20"))
"""How often each kind of race is run; bench/proof_races.py runs them more often."""


class Racers:
    """A few runners, each with a thread and a connection that stays open from race to race."""

    def __init__(self, count):
        self.start = Barrier(count, timeout=10)
        self.pool = ThreadPoolExecutor(count)

    def __enter__(self):
        return self

    def __exit__(self, *_raised):
        # The barrier gives each runner one of the calls.
        list(self.pool.map(lambda _one: (self.start.wait(), connections.close_all()), range(self.start.parties)))
        self.pool.shutdown()

    def at_once(self, *acts):
        """Run the functions side by side; return what each gave, or the Refused that it raised."""
        return list(self.pool.map(lambda act: _outcome(self.start, act), acts))


def at_once(*acts):
    """Run the functions side by side, once; return what each gave, or the Refused that it raised.

    Whoever is done gives its connection back, as the portal has fewer of them than may wait.
    """
    start = Barrier(len(acts), timeout=10)

    def run(act):
        try:
            return _outcome(start, act)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def _outcome(start, act):
    start.wait()
    try:
        return act()
    except Refused as refused:
        return refused
