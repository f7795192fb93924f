"""Five hundred drawn trees of units whose figures are held against adding up by hand.

See tests/reports/test_figures_of_regimes.py; a tree whose figures differ is shown.
"""

import os
import subprocess
import sys
import time

from django.conf import settings

TREES = 500
TEST = "tests/reports/test_figures_of_regimes.py::test_figures_are_what_any_other_way_of_adding_up_gives"

if __name__ == "__main__":
    begun = time.perf_counter()
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", TEST]
    subprocess.run(command, cwd=settings.ROOT, env=os.environ | {"TREES": str(TREES)}, check=True)
    print(f"{TREES} trees tried, no figure differed; {time.perf_counter() - begun:.0f} s")
