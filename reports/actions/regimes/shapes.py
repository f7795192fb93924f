"""The file of a form: which keys stand where and what they take. Entering and exporting read the same tables."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

# A key that ends in "?" may be left out; an export leaves it out where it says what would hold anyway.

OWNER = {"unit": str, "stand_in": str, "from": str}

VERSION = {
    "number": int,
    "title": str,
    "kind": str,
    "basis": (str, type(None)),
    "recipient?": str,
    "frequency": str,
    "window_rule": str,
    "week_starts_on?": int,
    "shift?": str,
    "opens_after?": int,
    "superior_days?": int,
    "owner_days?": int,
    "correction_days?": int,
    "change_percent?": (int, type(None)),
    "from?": str,
    "until?": str,
    "note?": str,
}
"""Its first and, where it has ended, last period by their codes; a draft has none."""

RESPONDENT = {
    "level": str,
    "everyone?": bool,
    "signed?": bool,
    "checked_above?": bool,
    "synthesised?": bool,
    "working_days?": int,
    "day_of_month?": int,
    "months_after?": int,
    "due_time?": str,
}

NAMED_UNIT = {"unit": str, "excluded?": bool}

INDICATOR = {
    "code": str,
    "name": str,
    "unit_of_measure": str,
    "decimals?": int,
    "space_fold": str,
    "time_fold": str,
    "window_rule?": str,
    "better?": str,
    "numerator?": str,
    "denominator?": str,
}

ROW = {"code": str, "title": str, "is_total?": bool}

ITEM = {
    "code": str,
    "kind?": str,
    "indicator?": str,
    "title?": str,
    "number?": str,
    "required?": bool,
    "formula?": str,
    "guidance?": str,
    "detail?": bool,
    "negative?": bool,
    "options?": [str],
    "asked_of?": [str],
}

SECTION = {
    "title": str,
    "guidance?": str,
    "shape?": str,
    "rows_across?": bool,
    "rows_title?": str,
    "rows?": [ROW],
    "items": [ITEM],
}

RULE = {"code": str, "left": str, "operator": str, "right": str, "severity": str, "message": str}

FORM = {
    "code": str,
    "owner": OWNER,
    "version": VERSION,
    "respondents": [RESPONDENT],
    "named_units?": [NAMED_UNIT],
    "indicators": [INDICATOR],
    "sections": [SECTION],
    "rules": [RULE],
}

TYPES = {
    str: _("a text"),
    int: _("a whole number"),
    bool: _("true or false"),
    type(None): _("null"),
    list: _("a list"),
    dict: _("an object with keys"),
}


def wrong_shape(value: Any, shape: Any, place: str = "") -> Iterator[str]:
    """What is wrong with the keys of a file and with the types of their values, in sentences that say where."""
    if not isinstance(shape, dict | list):
        yield from _wrong_type(value, shape if isinstance(shape, tuple) else (shape,), place)
    elif type(value) is not type(shape):
        yield from _wrong_type(value, (type(shape),), place)
    elif isinstance(shape, list):
        for number, part in enumerate(value, 1):
            yield from wrong_shape(part, shape[0], f"{place} {number}")
    else:
        named = {key.rstrip("?"): inner for key, inner in shape.items()}
        for key in value:
            if key in named:
                yield from wrong_shape(value[key], named[key], f"{place}, {key}" if place else key)
            else:
                yield gettext("%(place)s: “%(key)s” is no key here. The keys are %(keys)s.") % {
                    "place": place or gettext("The file"),
                    "key": key,
                    "keys": ", ".join(named),
                }
        for key in shape:
            if key in named and key not in value:
                yield gettext("%(place)s: the key “%(key)s” is missing.") % {
                    "place": place or gettext("The file"),
                    "key": key,
                }


def _wrong_type(value: Any, types: tuple[type, ...], place: str) -> Iterator[str]:
    if type(value) not in types:
        yield gettext("%(place)s: %(wanted)s belongs here.") % {
            "place": place or gettext("The file"),
            "wanted": " / ".join(str(TYPES[one]) for one in types),
        }
