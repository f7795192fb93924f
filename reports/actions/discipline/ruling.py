"""Rules on lapses: the form's owner excuses one or does not, with its reason; what is ruled later counts."""

from datetime import datetime

from accounts.models import User
from reports.models import Lapse, Ruling


def may_rule(lapse: Lapse, *, by: User, at: datetime) -> bool:
    """Whether this person rules on the lapse, and the time has come."""
    raise NotImplementedError


def rule(lapse: Lapse, *, excused: bool, reason: str, by: User, at: datetime) -> Ruling:
    """Excuse a lapse or not, once it is explained or the time to explain it is over.

    An approver of the form's owner rules; on a lapse of the owner itself, one of its stand-in. Raises PermissionDenied
    for anybody else, Refused for one's own unit (`ones_own`) and before its time (`not_explained`), ValidationError
    (`reason`).
    """
    raise NotImplementedError
