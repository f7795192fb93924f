"""Proves the figures night by night, says aloud which differ, and remembers the last outcome for administrators.

The outcome is kept in the cache, as that of the journal is: a page may lose it, but the log and the next night do not.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import structlog
from django.core.cache import cache
from django.utils.translation import gettext as _

from accounts.models import Unit
from reports import figures, labels, proof
from reports.models import Figure, Form, Indicator, Mark, Period

logger = structlog.get_logger(__name__)

KEY = "proof-of-the-figures"
SHOWN = 100
"""How many differences are remembered in words, and logged one by one."""


@dataclass(frozen=True)
class Night:
    """What a proof came to: when, how long it took in seconds, how many figures were compared, and what differs.

    `count` is of all differences, `findings` are the first of them in words. `waiting` marks were still to be folded,
    so that figures that differ may be on their way.
    """

    at: datetime
    seconds: float
    compared: int
    count: int
    findings: list[str]
    waiting: int


def prove(*, at: datetime) -> Night:
    """Fold what is marked, compare every figure with the values; log each difference as an error, and remember all."""
    began = time.monotonic()
    figures.fold_marked()
    compared, differences = proof.verify()
    words = _in_words(differences[:SHOWN])
    night = Night(at, time.monotonic() - began, compared, len(differences), words, Mark.objects.count())
    cache.set(KEY, vars(night), timeout=None)
    for one in words:
        logger.error("a figure is not what the values give", finding=one, waiting=night.waiting)
    if night.count > SHOWN:
        logger.error("more figures are not what the values give", count=night.count)
    return night


def _in_words(differences: Sequence[proof.Difference]) -> list[str]:
    """Each difference as a sentence, with the names that people know instead of keys."""
    periods, forms, scopes, indicators = (
        model.objects.in_bulk({one.key[place] for one in differences})
        for place, model in ((0, Period), (1, Form), (2, Unit), (4, Indicator))
    )
    measures = {field.name: field.verbose_name for field in Figure._meta.fields}
    said = _(
        "%(form)s %(period)s, %(scope)s, level of origin %(origin)s, %(indicator)s %(row)s (%(state)s):"
        " %(measure)s is stored as %(stored)s, the values give %(recomputed)s."
    )
    return [
        said
        % {
            "form": forms.get(form, form),
            "period": periods.get(period, period),
            "scope": scopes.get(scope, scope),
            "origin": dict(labels.ORIGINS).get(origin, origin),
            "indicator": indicators.get(indicator, indicator),
            "row": row,
            "state": dict(labels.STATES).get(state, state),
            "measure": measures[one.measure],
            "stored": _number(one.stored),
            "recomputed": _number(one.recomputed),
        }
        for one in differences
        for period, form, scope, origin, indicator, row, state in [one.key]
    ]


def _number(found: object) -> str:
    return _("absent") if found in {None, "absent"} else f"{found}"


def last() -> Night | None:
    """What the last proof came to; None where none is remembered."""
    kept = cast("dict[str, Any] | None", cache.get(KEY))
    return Night(**kept) if kept else None
