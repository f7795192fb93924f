"""How entries of the journal read: the row by its name, and the columns that changed in the words of their screens."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib.postgres.fields import DateRangeField, DateTimeRangeField
from django.db import models
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.journal import CHANGED, journalled
from accounts.models import Appointment, JournalEntry, Unit, User
from reports import numbers
from reports.models import (
    CalendarCorrection,
    Extension,
    Form,
    FormVersion,
    Incident,
    Indicator,
    Lapse,
    LegalBasis,
    Period,
    Report,
    Section,
    StandingList,
    TaskGroup,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

ROWS: Mapping[str, tuple[str, ...]] = {
    # table                       the columns that its rows are known by
    "accounts_absence": ("person_id",),
    "accounts_unit": ("name",),
    "accounts_user": ("full_name", "username"),
    "accounts_appointment": ("user_id", "role", "unit_id"),
    "notifications_delivery": ("person_id", "channel"),
    "notifications_directive": ("number", "title"),
    "notifications_feed": ("person_id",),
    "notifications_gateway": ("name",),
    "notifications_preference": ("person_id",),
    "notifications_rung": ("form_id", "days"),
    "reports_calendarcorrection": ("day", "document"),
    "reports_calendarday": ("day", "name"),
    "reports_deadlinechange": ("report_id",),
    "reports_deputyform": ("form_id", "appointment_id"),
    "reports_explanation": ("lapse_id",),
    "reports_extension": ("form_id", "period_id", "document"),
    "reports_form": ("code",),
    "reports_formowner": ("form_id", "unit_id"),
    "reports_formversion": ("form_id", "number", "title"),
    "reports_incident": ("title",),
    "reports_indicator": ("code", "name"),
    "reports_item": ("version_id", "code"),
    "reports_legalbasis": ("number",),
    "reports_namedunit": ("version_id", "unit_id"),
    "reports_notapplicable": ("indicator_id", "unit_id"),
    "reports_objection": ("lapse_id",),
    "reports_part": ("section_id", "unit_id"),
    "reports_proposal": ("unit_id", "measure"),
    "reports_respondent": ("version_id", "level"),
    "reports_row": ("section_id", "code", "title"),
    "reports_rule": ("version_id", "code"),
    "reports_ruling": ("lapse_id",),
    "reports_section": ("version_id", "title"),
    "reports_source": ("indicator_id", "level"),
    "reports_standinglist": ("month",),
    "reports_target": ("indicator_id", "origin", "year"),
    "reports_task": ("code", "title"),
    "reports_taskgroup": ("name",),
}

NAMES: Mapping[type[models.Model], tuple[str, ...]] = {
    # what rows refer to          what it is known by there
    Appointment: ("user__full_name", "unit__name"),
    CalendarCorrection: ("document",),
    Extension: ("document",),
    Form: ("code",),
    FormVersion: ("form__code", "number"),
    Incident: ("title",),
    Indicator: ("name",),
    Lapse: ("report__form__code", "report__period__code", "unit__name"),
    LegalBasis: ("number",),
    Period: ("code",),
    Report: ("form__code", "period__code", "unit__name"),
    Section: ("version__form__code", "title"),
    StandingList: ("month",),
    TaskGroup: ("name",),
    Unit: ("name",),
    User: ("full_name",),
}

BOUNDS = re.compile(r'[\[(]"?([^",]*)"?,"?([^",]*)"?[\])]')

Names = Mapping[type[models.Model], Mapping[int, str]]
"""The names of rows that others refer to, by their keys."""


@dataclass(frozen=True)
class Column:
    """What a column said before and says after; empty where it said nothing."""

    words: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """An entry as people read it: `kind` is added, changed or deleted; of a change only the columns that differ."""

    entry: JournalEntry
    kind: str
    what: str
    name: str
    columns: Sequence[Column]


KINDS: Mapping[str, "StrPromise"] = {
    "added": gettext_lazy("Added"),
    "changed": gettext_lazy("Changed"),
    "deleted": gettext_lazy("Deleted"),
}


@cache
def tables() -> Mapping[str, type[models.Model]]:
    """The models of which the database keeps the journal, by their tables."""
    name = journalled().name
    return {
        model._meta.db_table: model
        for model in apps.get_models()
        if any(trigger.name == name for trigger in getattr(model._meta, "triggers", ()))
    }


def read(entries: Iterable[JournalEntry]) -> list[Change]:
    """The entries with the names of what they refer to; one query for each model that is referred to."""
    rows = list(entries)
    names = _names(rows)
    return [_read(row, names) for row in rows]


def _read(entry: JournalEntry, names: Names) -> Change:
    before, after = entry.before or {}, entry.after or {}
    fields, model = _fields(entry.table), tables().get(entry.table)

    def said(column: str, row: Mapping[str, Any]) -> str:
        return _words(fields.get(column), row.get(column), names)

    by = (said(column, after or before) for column in ROWS.get(entry.table, ()))
    columns = (
        Column(_heading(column, fields), said(column, before), said(column, after))
        for column in dict.fromkeys((*before, *after))
        if column != "id" and before.get(column) != after.get(column)
    )
    return Change(
        entry,
        "added" if entry.before is None else "deleted" if entry.after is None else "changed",
        str(model._meta.verbose_name) if model else entry.table,
        " · ".join(one for one in by if one) or _("no. %(key)s") % {"key": entry.key},
        [one for one in columns if one.before or one.after],
    )


@cache
def _fields(table: str) -> Mapping[str, "models.Field[Any, Any]"]:
    model = tables().get(table)
    return {str(field.column): field for field in model._meta.concrete_fields} if model else {}


def _heading(column: str, fields: Mapping[str, "models.Field[Any, Any]"]) -> str:
    return capfirst(str(fields[column].verbose_name)) if column in fields else column


def _names(entries: Iterable[JournalEntry]) -> Names:
    """The names of everything that these entries refer to."""
    wanted: dict[type[models.Model], set[int]] = defaultdict(set)
    for entry in entries:
        for column, field in _fields(entry.table).items():
            if field.related_model in NAMES:
                said = {row.get(column) for row in (entry.before, entry.after) if row}
                wanted[field.related_model].update(said - {None})  # type: ignore[index]
    return {
        model: {
            pk: " · ".join(f"{one:%d/%m/%Y}" if isinstance(one, date) else str(one) for one in by)
            for pk, *by in model._default_manager.filter(pk__in=keys).values_list("pk", *NAMES[model])
        }
        for model, keys in wanted.items()
    }


def _words(field: "models.Field[Any, Any] | None", value: Any, names: Names) -> str:
    """A stored value as a screen would say it."""
    if value is None or value in ("", []):
        return ""
    if field is None:
        return str(value)
    if value == CHANGED and field.column == "password":
        return _("changed; it is never shown")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    match field:
        case models.ForeignKey():
            known = names.get(field.related_model, {})
            return known.get(value, _("no. %(key)s") % {"key": value})
        case models.BooleanField():
            return _("Yes") if value else _("No")
        case DateRangeField() | DateTimeRangeField():
            return _range(value)
        case models.DateTimeField():
            return _instant(value)
        case models.DateField():
            return f"{date.fromisoformat(value):%d/%m/%Y}"
        case models.DecimalField():
            exact = Decimal(str(value)).normalize()
            return numbers.written(exact, max(0, -int(exact.as_tuple().exponent)))
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)


def _range(text: str) -> str:
    """Of days the first and the last, of instants the first and the end; an open end is three dots."""
    found = BOUNDS.fullmatch(text)
    if not found:
        return "–"
    first, end = found.groups()
    if ":" in text:
        return f"{_instant(first) if first else '…'} – {_instant(end) if end else '…'}"
    last = date.fromisoformat(end) - timedelta(days=1) if end else None
    return f"{date.fromisoformat(first):%d/%m/%Y} – {f'{last:%d/%m/%Y}' if last else '…'}" if first else "…"


def _instant(text: str) -> str:
    return f"{timezone.localtime(datetime.fromisoformat(text)):%H:%M:%S %d/%m/%Y}"
