"""Two thousand invented towns whose figures are held against pandas; see tests/reports/test_figures_in_pandas.py.

A number as the argument is the seed; without one it is drawn anew. A figure that differs ends the proof and names the
town.
"""

import secrets
import sys
import time

from bench.ground import empty

TOWNS = 2000

if __name__ == "__main__":
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else secrets.randbelow(10**6)
    towns = int(sys.argv[2]) if len(sys.argv) > 2 else TOWNS
    with empty():
        from django.db import transaction

        from tests.reports.test_figures_in_pandas import try_towns

        begun = time.perf_counter()
        with transaction.atomic():
            seen = try_towns(range(towns), seed)
            transaction.set_rollback(True)
        print(f"seed {seed}, {time.perf_counter() - begun:.0f} s; to the last digit as pandas has them:")
        for name, count in seen.items():
            print(f"  {name.replace('_', ' '):<16} {count:9}")
