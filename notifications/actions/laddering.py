"""Gives a form a ladder of its own, and takes it back to the one that every form goes by."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts import journal
from accounts.models import User
from accounts.roles import Role
from notifications import models
from notifications.ladder import AUDIENCES, FARTHEST, IN_LISTS, RUNGS, Ladder
from reports import doorbell
from reports.models import Form

MOST = 12
"""How many rungs a ladder has at most."""


def changeable(*, by: User, at: datetime) -> QuerySet[Form]:
    """The forms whose ladders this person may change: an administrator all, an approver those that their unit owns."""
    posts = by.posts(at)
    if any(post.role == Role.ADMINISTRATOR for post in posts):
        return Form.objects.all()
    units = [post.unit_id for post in posts if post.role == Role.APPROVER]
    return Form.objects.filter(owners__unit__in=units, owners__valid__contains=at.date()).distinct()


def ladder_of(form: Form) -> Ladder:
    """The ladder by which a form goes: its own, or the one that every form goes by."""
    return [row.rule for row in form.rungs.order_by("days")] or RUNGS


@transaction.atomic
def give(form: Form, ladder: Ladder, *, by: User, at: datetime) -> None:
    """Have a form go by just these rungs from now on; rungs that stay as they are stay untouched.

    Raises PermissionDenied for whoever may not, and ValidationError keyed `ladder`.
    """
    journal.sign(by=by, at=at)
    _refuse_others(form, by, at)
    if wrong := faults(ladder):
        raise ValidationError({"ladder": wrong})
    Form.objects.select_for_update().get(pk=form.pk)
    asked = {rung.days: (rung.hour, [str(AUDIENCES[who]) for who in rung.who]) for rung in ladder}
    form.rungs.exclude(days__in=asked).delete()
    for row in form.rungs.all():
        hour, audience = asked.pop(row.days)
        if (row.hour, row.audience) != (hour, audience):
            row.hour, row.audience = hour, audience
            row.save(update_fields=["hour", "audience"])
    models.Rung.objects.bulk_create(
        models.Rung(form=form, days=days, hour=hour, audience=audience) for days, (hour, audience) in asked.items()
    )
    doorbell.ring("notifications.tasks.remind")


@transaction.atomic
def take_back(form: Form, *, by: User, at: datetime) -> None:
    """Have a form go by the ladder of every form again. Raises PermissionDenied for whoever may not."""
    journal.sign(by=by, at=at)
    _refuse_others(form, by, at)
    form.rungs.all().delete()
    doorbell.ring("notifications.tasks.remind")


def faults(ladder: Ladder) -> list[str]:
    """What is wrong with a ladder, in whole sentences."""
    wrong = []
    days = [rung.days for rung in ladder]
    if not ladder:
        wrong.append(_("A ladder has at least one rung; to have none of your own, go back to the ladder of all forms."))
    if len(ladder) > MOST:
        wrong.append(_("A ladder has at most %(count)d rungs: more reminders are not read.") % {"count": MOST})
    if len(set(days)) < len(days):
        wrong.append(_("Two rungs lie on the same day: put them into one."))
    if any(abs(day) > FARTHEST for day in days):
        words = _("A rung lies at most %(count)d working days before or after the deadline.")
        wrong.append(words % {"count": FARTHEST})
    if any(not rung.who for rung in ladder):
        wrong.append(_("A rung is told to somebody: tick who is told."))
    if any(rung.days < 1 and not IN_LISTS.isdisjoint(rung.who) for rung in ladder):
        wrong.append(
            _("Reviewers of the owner and inspectors get the list of what is overdue, so only after the deadline.")
        )
    return wrong


def _refuse_others(form: Form, by: User, at: datetime) -> None:
    if not changeable(by=by, at=at).filter(pk=form.pk).exists():
        raise PermissionDenied(_("Only administrators and approvers of the form's owner change its ladder."))
