"""Runs functions at the same instant, each on a connection of its own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connections

from accounts.refusals import Refused


def at_once(*acts):
    """Run the functions side by side; return what each gave, or the Refused that it raised."""
    start = Barrier(len(acts), timeout=10)

    def run(act):
        try:
            start.wait()
            return act()
        except Refused as refused:
            return refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))
