"""Sentences and findings that several kinds of fault share."""

from collections import Counter
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

Fault = tuple[str, str]
"""A place of the design, and the sentence."""


def repeated(said: Iterable[tuple[str, str]]) -> Iterator[Fault]:
    """The places at which something is said that was said before, with what it is."""
    seen: Counter[str] = Counter()
    for place, what in said:
        seen[what] += 1
        if what and seen[what] > 1:
            yield place, what


def unknown_unit(code: str) -> str:
    """That no unit in force has a code."""
    return _("No unit in force has the code “%(code)s”. Choose one of the list.") % {"code": code}


def bad_code(code: str) -> str:
    """That a code cannot be named in a formula."""
    return _("“%(code)s” cannot be a code. Begin with a small letter; then take small letters, digits and _.") % {
        "code": code
    }
