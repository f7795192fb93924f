"""Enters and changes single tasks of the programme; reports key their answers by a task's code, so that one stays."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import journal
from accounts.models import Unit, User
from accounts.roles import Level, Role
from reports.models import Task


@transaction.atomic
def save_task(task: Task, supporting: Iterable[Unit], *, by: User, at: datetime) -> Task:
    """Enter a new task or store a changed one with its supporting units.

    Raises PermissionDenied for anybody but an administrator, and ValidationError by field as `check` does.
    """
    journal.sign(by=by, at=at)
    if not by.holds(Role.ADMINISTRATOR, at):
        raise PermissionDenied(_("Only an administrator enters and changes the tasks of the programme."))
    units = list(supporting)
    check(task, units)
    task.save()
    task.supporting.set(units)
    return task


def check(task: Task, supporting: Iterable[Unit]) -> None:
    """Raise ValidationError by field where a task cannot be so: its lead reports on it, so it has to be able to."""
    wrong = {}
    if task.lead.level in (Level.DIVISION, Level.CITY) or task.starts_on not in task.lead.valid:
        wrong["lead"] = _("Choose a unit that reports itself and is in force when the task starts.")
    if any(unit.pk == task.lead_id for unit in supporting):
        wrong["supporting"] = _("The lead unit does not support itself; take it out here.")
    if task.pk and Task.objects.filter(pk=task.pk).exclude(code=task.code).exists():
        wrong["code"] = _("Reports key their answers by the task's code; it does not change.")
    if wrong:
        raise ValidationError(wrong)
