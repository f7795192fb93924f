"""Enters the tasks of the programme from their file; what exists is left as it is."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from accounts.models import Unit
from reports.actions.regimes.refusing import refuse, unclean
from reports.actions.regimes.shapes import wrong_shape
from reports.models import Task, TaskGroup

TASK = {
    "code": str,
    "pillar": str,
    "title": str,
    "lead": str,
    "supporting": [str],
    "deliverable": str,
    "starts_on": str,
    "due_on": str,
    "weight?": int,
    "illustration?": bool,
}

GROUP = {"name": str, "tasks": [TASK]}


@transaction.atomic
def enter_tasks(groups: list[dict[str, Any]]) -> int:
    """Enter the groups, in their order, and their tasks; return how many tasks were new.

    Units are named by their codes as in force on the task's first day. Raises ValidationError, with sentences that say
    where, for keys and units that are unknown and for days that are none.
    """
    refuse(wrong_shape(groups, [GROUP], gettext("groups")))
    TaskGroup.objects.bulk_create(
        [TaskGroup(position=number, name=group["name"]) for number, group in enumerate(groups, 1)],
        ignore_conflicts=True,
    )
    stored = {group.name: group for group in TaskGroup.objects.all()}
    known = set(Task.objects.values_list("code", flat=True))
    rows = [(stored[group["name"]], row) for group in groups for row in group["tasks"] if row["code"] not in known]
    units = _units([row for _group, row in rows])
    tasks = [
        Task(group=group, **{**row, "lead": units[row["code"], row["lead"]]})
        for group, row in ((group, {key: row[key] for key in row if key != "supporting"}) for group, row in rows)
    ]
    refuse(
        sentence
        for task in tasks
        for sentence in unclean(task, _place(task.code), but=["group", "lead"], constraints=True)
    )
    Task.objects.bulk_create(tasks)
    supporting = Task.supporting.through
    supporting.objects.bulk_create(
        supporting(task_id=task.pk, unit_id=units[task.code, code].pk)
        for task, (_group, row) in zip(tasks, rows, strict=True)
        for code in dict.fromkeys(row["supporting"])
    )
    return len(tasks)


def _units(rows: list[dict[str, Any]]) -> dict[tuple[str, str], Unit]:
    """The units that tasks name, by the task's code and their own."""
    named = [(row, code) for row in rows for code in (row["lead"], *row["supporting"])]
    candidates = list(Unit.objects.filter(code__in={code for _row, code in named}))
    found = {
        (row["code"], code): unit
        for row, code in named
        for unit in candidates
        if unit.code == code and _day(row) in unit.valid
    }
    refuse(
        gettext("%(place)s: No unit in force has the code “%(code)s”.") % {"place": _place(row["code"]), "code": code}
        for row, code in named
        if (row["code"], code) not in found
    )
    return found


def _day(row: dict[str, Any]) -> date:
    try:
        return date.fromisoformat(row["starts_on"])
    except ValueError as error:
        named = {"place": _place(row["code"]), "day": row["starts_on"]}
        raise ValidationError([gettext("%(place)s: “%(day)s” is no day. Write it as 2021-05-31.") % named]) from error


def _place(code: str) -> str:
    return gettext("Task “%(task)s”") % {"task": code}
