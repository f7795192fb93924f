"""Two hundred rounds of every kind of race, on real connections; see tests/reports/test_races.py.

Two winners, none, a deadlock, or anything left of the loser ends the proof. How often each came first is printed.
"""

import os
import time

from bench.ground import empty

ROUNDS = 200

if __name__ == "__main__":
    os.environ.setdefault("DXPORTAL_ROUNDS", str(ROUNDS))
    with empty():
        from django.core.management import call_command

        from tests.race import Racers
        from tests.reports.test_races import KINDS, Arena, run

        races, begun = 0, time.perf_counter()
        for kinds in KINDS.values():
            with Racers(2) as racers:
                for name, outcomes in run(Arena(racers), kinds):
                    races += outcomes.total()
                    told = ", ".join(f"{outcome} {times}" for outcome, times in sorted(outcomes.items()))
                    print(f"{name:<28} {told}")
            call_command("flush", verbosity=0, interactive=False)
        print(f"{races} races, each with one winner and no deadlock; {time.perf_counter() - begun:.0f} s")
