"""Makes a month's standing list: announced to its units, open to correction of facts, answered, issued and kept."""

from datetime import date, datetime

from accounts.models import User
from reports.models import Lapse, Objection, StandingList


def announce(month: date, *, by: User, at: datetime) -> StandingList:
    """Announce the list of a month (its first day) that is over; its units have 48 hours to correct facts.

    Raises PermissionDenied for anybody but an inspector, Refused (`month_running`, `already_announced`).
    """
    raise NotImplementedError


def may_object(standing_list: StandingList, lapse: Lapse, *, by: User, at: datetime) -> bool:
    """Whether this person signs for the lapse's unit while the list is open to corrections."""
    raise NotImplementedError


def object_to(standing_list: StandingList, lapse: Lapse, *, text: str, by: User, at: datetime) -> Objection:
    """Say what is wrong with a lapse of an announced list, for the unit whose it is.

    Raises PermissionDenied for who does not sign for the unit, Refused (`too_late`, `not_listed`, `already_objected`),
    ValidationError (`text`).
    """
    raise NotImplementedError


def answer(objection: Objection, *, upheld: bool, answer: str, by: User, at: datetime) -> Objection:
    """Uphold an objection, so that the lapse is set aside, or not; and say why.

    Raises PermissionDenied for anybody but an inspector, Refused for one's own unit (`ones_own`) and what is answered
    (`already_answered`), ValidationError (`answer`).
    """
    raise NotImplementedError


def issue(standing_list: StandingList, *, by: User, at: datetime) -> StandingList:
    """Issue a list whose time for corrections is over and whose objections are answered; from then on it is kept.

    Its content is what record.standing_list gives as of that instant: `lines` are the lapses that count, `set_aside`
    those excused or whose facts were found wrong, `excluded` what was none by rule. Raises PermissionDenied for anybody
    but an inspector, Refused (`still_open`, `objections_open`, `already_issued`).
    """
    raise NotImplementedError
