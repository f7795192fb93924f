"""Numbers as Vietnamese offices write them: 1.234.567,89."""

import re
from decimal import ROUND_HALF_UP, Context, Decimal

LONGEST = 15  # digits before the decimal comma
TOO_LONG = Decimal(10) ** LONGEST
LONGEST_TEXT = 200  # characters of one typed text
FINEST = Decimal("0.000001")  # how finely a number is stored

ROOMY = Context(prec=LONGEST_TEXT * 2, rounding=ROUND_HALF_UP)
OPERATIONS = {"+": ROOMY.add, "-": ROOMY.subtract}

SPACES = str.maketrans(dict.fromkeys("\u00a0\u2009\u202f\t\r\n", " "))
MINUSES = str.maketrans("\u2212\u2013", "--")
VIETNAMESE = str.maketrans(",.", ".,")

GROUPED = r"[1-9][0-9]{0,2}(?P<gap>[. ])[0-9]{3}(?:(?P=gap)[0-9]{3})*"
WRITTEN = re.compile(rf"(?P<whole>{GROUPED}|[0-9]+)(?:,(?P<part>[0-9]+))?")
NUMERIC = re.compile(r"[0-9., ]*[0-9][0-9., ]*")


class NumberRefused(ValueError):
    """A typed text that is not a number this item takes; `code` says why.

    | code          | why                                                                  |
    |---------------|----------------------------------------------------------------------|
    | blank         | nothing was typed                                                    |
    | not_a_number  | letters or other signs                                               |
    | decimal_point | dots group thousands by three, decimals take a comma: 1.234,5        |
    | negative      | less than nothing                                                    |
    | not_whole     | decimals where the item counts whole things                          |
    | too_precise   | more decimals than the item takes                                    |
    | too_long      | more than 15 digits before the comma                                 |
    """

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text[:40]!r}")
        self.code = code


def parse(text: str, decimals: int, *, negative: bool = False) -> Decimal:
    """The number a person typed, with exactly that many decimals: 1234,5 or 1.234,5 or 1 234,5.

    A text that begins with = is a sum, as in a spreadsheet: =12+30,5-2; its result obeys the same rule. `negative` says
    whether it may be less than nothing. Raises NumberRefused.
    """
    typed = text.translate(SPACES).translate(MINUSES).strip()
    if not typed:
        raise NumberRefused("blank", text)
    if len(typed) > LONGEST_TEXT:
        raise NumberRefused("not_a_number", text)
    number = _sum(typed[1:]) if typed.startswith("=") else _signed(typed)
    rounded = _rounded(number, decimals)
    if number < 0 and not negative:
        raise NumberRefused("negative", text)
    if abs(number) >= TOO_LONG:
        raise NumberRefused("too_long", text)
    if number != rounded:
        raise NumberRefused("too_precise" if decimals else "not_whole", text)
    return rounded


def kept(number: Decimal | None) -> Decimal | None:
    """The number as it is stored, half up and never -0: only so cut is a computed one compared with what stands."""
    return None if number is None else ROOMY.plus(number.quantize(FINEST, ROUND_HALF_UP))


def written(number: Decimal, decimals: int) -> str:
    """The number as screens and documents show it, rounded half up to that many decimals: 1.234.567,89."""
    return f"{_rounded(number, decimals):,f}".translate(VIETNAMESE)


def _sum(typed: str) -> Decimal:
    """The terms of a sum added up; a sign may stand before the first of them."""
    first, *rest = re.split(r"([+-])", typed)
    terms = rest if rest and not first.strip() else ["+", first, *rest]
    total = Decimal()
    for sign, term in zip(terms[::2], terms[1::2], strict=True):
        total = OPERATIONS[sign](total, _magnitude(term.strip()))
    return total


def _signed(typed: str) -> Decimal:
    return ROOMY.minus(_magnitude(typed[1:].strip())) if typed.startswith("-") else _magnitude(typed)


def _magnitude(typed: str) -> Decimal:
    """One number without a sign."""
    if not NUMERIC.fullmatch(typed):
        raise NumberRefused("not_a_number", typed)
    shape = WRITTEN.fullmatch(typed)
    if shape is None:
        raise NumberRefused("decimal_point", typed)
    whole = shape["whole"].replace(".", "").replace(" ", "")
    return Decimal(f"{whole}.{shape['part'] or 0}")


def _rounded(number: Decimal, decimals: int) -> Decimal:
    """Half up, and never -0."""
    return ROOMY.plus(ROOMY.quantize(number, Decimal(1).scaleb(-decimals)))
