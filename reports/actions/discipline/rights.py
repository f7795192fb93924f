"""Who speaks for a unit in matters of discipline, and who may not as the matter is their own unit's."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.refusals import Refused
from accounts.roles import Capacity, Post, Role
from reports.actions.grounds import LONGEST_DOCUMENT, LONGEST_REASON
from reports.models import DeputyForm, Lapse


def signer(lapse: Lapse, *, by: User, at: datetime) -> Post | None:
    """The post by which this person signs for the lapse's unit; a deputy's covers only some forms."""
    posts = [post for post in by.posts(at) if post.role == Role.HEAD and post.unit_id == lapse.unit_id]
    if any(post.capacity == Capacity.DEPUTY for post in posts):
        mine = by.appointments.in_force(at).filter(unit=lapse.unit_id, capacity=Capacity.DEPUTY)
        forms = set(DeputyForm.objects.filter(appointment__in=mine).values_list("form", flat=True))
        if forms and lapse.report.form_id not in forms:
            posts = [post for post in posts if post.capacity != Capacity.DEPUTY]
    return next(iter(posts), None)


def refuse_own_unit(unit: int, *, by: User, at: datetime) -> None:
    """Refuse (`ones_own`) whoever holds any post in that unit."""
    if any(post.unit_id == unit for post in by.posts(at)):
        raise Refused("ones_own", _("Nobody decides this for their own unit."))


def refuse_no_inspector(*, by: User, at: datetime) -> None:
    """Raise PermissionDenied for anybody but an inspector."""
    if not by.holds(Role.INSPECTOR, at):
        raise PermissionDenied(_("Only an inspector keeps the standing lists and the proposals."))


def fault_of_text(text: str, missing: str) -> str:
    """What is wrong with a text that somebody has to write: nothing there, for which `missing` is said, or too long."""
    if not text.strip():
        return missing
    if len(text.strip()) > LONGEST_REASON:
        return _("The text is too long: write at most %(count)d characters.") % {"count": LONGEST_REASON}
    return ""


def fault_of_number(number: str) -> str:
    """What is wrong with a document's number."""
    if not number.strip():
        return _("Give the number of the document.")
    if len(number.strip()) > LONGEST_DOCUMENT:
        return _("The number is too long: write at most %(count)d characters.") % {"count": LONGEST_DOCUMENT}
    return ""
