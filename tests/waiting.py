"""Waits for what other processes do."""

import time


def wait_for(true, seconds=10.0):
    """Ask again and again until it is true; return how many seconds that took, or fail."""
    begun = time.monotonic()
    while not true():
        assert time.monotonic() - begun < seconds, f"not true within {seconds} seconds"
        time.sleep(0.02)
    return time.monotonic() - begun
