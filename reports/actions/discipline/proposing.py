"""Proposes to the Chair how to handle a unit, from lapses of issued lists; people choose, and the Chair decides."""

from collections.abc import Collection
from datetime import date, datetime

from accounts.models import Unit, User
from reports.models import Lapse, Proposal


def propose(unit: Unit, lapses: Collection[Lapse], *, measure: str, reason: str, by: User, at: datetime) -> Proposal:
    """Draft a proposal of handling a unit for some of its lapses; its facts are compiled from them.

    Raises PermissionDenied for anybody but an inspector, Refused for one's own unit (`ones_own`), for a lapse that
    stands in no issued list (`not_issued`) or does not count any more (`set_aside`), ValidationError (`lapses`,
    `measure`, `reason`).
    """
    raise NotImplementedError


def send(proposal: Proposal, *, number: str, day: date, by: User, at: datetime) -> Proposal:
    """Enter the number and date of the document by which a proposal was sent to the Chair.

    Raises PermissionDenied for anybody but an inspector, Refused (`already_sent`), ValidationError (`number`, `day`).
    """
    raise NotImplementedError


def decide(proposal: Proposal, *, measure: str, number: str, day: date, by: User, at: datetime) -> Proposal:
    """Record what the Chair decided on a proposal that was sent, with the number and date of the decision; once.

    Raises PermissionDenied for anybody but an inspector, Refused (`not_sent`, `already_decided`), ValidationError
    (`measure`, `number`, `day`).
    """
    raise NotImplementedError
