"""The language of formulas: what a computed item adds up and what a rule compares, never run as code.

A formula reads `signed / (signed + paper) * 100`: numbers with a decimal point, codes of items, + - * /, a
sign and parentheses. A rule compares two of them, once: `online + in_person <= received`.

| written                     | is                                                                        |
|-----------------------------|---------------------------------------------------------------------------|
| `x`                         | the item's cell in the present row, else the item's cell without a row     |
| `x[row]`                    | the item's cell in that row of its table                                   |
| `sum(a)`                    | a, added up over the rows of the tables named in it; absent where one is   |
| `previous(a)`               | a, of the period before                                                    |
| `same_last_year(a)`         | a, of the same period a year ago                                           |
| `given(a, b)`               | a where it is known, else b: says that an absent value counts as a zero    |
| `min(a, b)`, `max(a, b)`    | the least, the greatest of two or more                                     |
| `abs(a)`                    | a without its sign                                                         |
| `if(condition, a, b)`       | a where the condition is true, else b; the other one need not be known     |

A condition compares, and joins comparisons with `and`, `or` and `not`.
"""

from reports.formulas.bounds import never_holds
from reports.formulas.formula import LARGEST, Comparison, Formula, compile, compile_rule  # noqa: A004 -- as re.compile
from reports.formulas.linear import Weights, weights
from reports.formulas.nodes import COMPARISONS, Cells, Known, Values
from reports.formulas.reading import DEEPEST, LONGEST, LONGEST_NUMBER, RESERVED, FormulaError

__all__ = [
    "COMPARISONS",
    "DEEPEST",
    "LARGEST",
    "LONGEST",
    "LONGEST_NUMBER",
    "RESERVED",
    "Cells",
    "Comparison",
    "Formula",
    "FormulaError",
    "Known",
    "Values",
    "Weights",
    "compile",
    "compile_rule",
    "never_holds",
    "weights",
]
