"""Twenty thousand moves at random beside the model that foretells them; see tests/reports/test_moves_at_random.py.

A move that comes out otherwise than foretold, a state that the table does not list, or anything changed by a refusal
ends the proof with the steps that led there. At its end every row of the table was made at least once.
"""

import time

from bench.ground import empty

TO_TRY = 20_000

if __name__ == "__main__":
    with empty():
        from reports.workflow import MOVES
        from tests.city import City
        from tests.foretelling import MADE, REPEATED
        from tests.reports.test_moves_at_random import walk

        begun = time.perf_counter()
        made, heard = walk(City(), TO_TRY)
        taken = time.perf_counter() - begun
        refused = heard.total() - heard[MADE] - heard[REPEATED]
        print(
            f"moves tried {heard.total()}: made {heard[MADE]}, sent twice {heard[REPEATED]}, refused {refused}; "
            f"illegal states 0; {taken:.0f} s"
        )
        for code, times in heard.most_common():
            print(f"  {code:<24} {times:6}")
        for row in MOVES:
            print(f"  {row.before:>10} {row.action:<16} {row.after:<10} {made[row]:6}")
        assert made.keys() == set(MOVES), "not every row of the table was made"
