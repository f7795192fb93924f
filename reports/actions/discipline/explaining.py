"""Explains lapses: the head of the unit says what the cause was, with evidence if there is any."""

from datetime import datetime

from accounts.models import User
from reports.models import Explanation, Lapse


def may_explain(lapse: Lapse, *, by: User, at: datetime) -> bool:
    """Whether this person signs for the unit whose lapse it is, and it was asked about and is not ruled on."""
    raise NotImplementedError


def explain(
    lapse: Lapse, *, cause: str, text: str, file: tuple[str, bytes] | None = None, by: User, at: datetime
) -> Explanation:
    """Explain a lapse: a preset cause, the text, and evidence (name and bytes); the last explanation counts.

    One that comes late is taken, and its instant shows it. Raises PermissionDenied for anybody who does not sign for
    the unit, Refused where nobody asked (`not_asked`) or the owner has ruled (`already_ruled`), ValidationError by
    field (`cause`, `text`), and as attaching.keep for the file.
    """
    raise NotImplementedError
