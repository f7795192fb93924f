"""The journal: every step of every report, and every other change of what the portal works by; filtered and paged.

Pages are told by the row that they follow or precede, so that the last page costs what the first one does.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice
from typing import Any, Generic, Self, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.dateparse import parse_date
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.labels import CAPACITIES
from accounts.models import JournalEntry, Unit, User
from accounts.requests import PortalRequest
from accounts.roles import Role
from reports import labels
from reports.calendars import ZONE
from reports.models import Form, FormVersion, Step
from reports.pages import address, changes, downloads
from reports.workflow import WITHIN

Row = TypeVar("Row", Step, JournalEntry)

PAGE = 50
AT_ONCE = 500
"""Of how many entries a file names at once what they refer to."""


class Tab(StrEnum):
    """The two halves of the journal."""

    STEPS = "steps"
    CHANGES = "changes"


WORDS = {
    Tab.STEPS: gettext_lazy("Steps of reports"),
    Tab.CHANGES: gettext_lazy("Other changes"),
}
OPEN_TO = {
    Role.INSPECTOR: (Tab.STEPS, Tab.CHANGES),
    Role.ADMINISTRATOR: (Tab.CHANGES,),
}


@dataclass(frozen=True)
class Wanted:
    """What the address asks for; what it asks in vain is left out. `key` is of one row of the table."""

    tab: str = ""
    since: str = ""
    until: str = ""
    person: str = ""
    unit: str = ""
    form: str = ""
    action: str = ""
    table: str = ""
    key: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> Self:
        """The known parts of the address's query."""
        given = {one.name: address.text(request, one.name) for one in fields(cls)}
        for name, known in (("tab", list(Tab)), ("action", labels.ACTIONS), ("table", changes.tables())):
            given[name] = given[name] if given[name] in known else ""
        for name in ("since", "until"):
            given[name] = given[name] if _day(given[name]) else ""
        given["key"] = given["key"] if _number(given["key"]) and given["table"] else ""
        return cls(**given)

    @property
    def narrows(self) -> bool:
        """Whether anything but the tab is asked for."""
        return any(getattr(self, one.name) for one in fields(self) if one.name != "tab")

    def steps(self) -> QuerySet[Step]:
        """The steps that are asked for, the latest first."""
        found = Step.objects.filter(self._between(), self._by())
        if self.unit:
            named = Unit.objects.matching(self.unit).order_by().values("pk")
            below = Q(parent__in=named, parent__parent__isnull=False)
            found = found.filter(report__unit__in=_keys(Unit.objects.filter(Q(pk__in=named) | below)))
        if self.form:
            found = found.filter(report__form__in=_keys(Form.objects.filter(code=self.form)))
        if self.action:
            found = found.filter(action=self.action)
        return found.order_by("-at", "-pk")

    def entries(self) -> QuerySet[JournalEntry]:
        """The other changes that are asked for, the latest first."""
        found = JournalEntry.objects.filter(self._between(), self._by())
        if self.table:
            found = found.filter(table=self.table)
        if self.key:
            found = found.filter(key=int(self.key))
        return found.order_by("-at", "-pk")

    def _between(self) -> Q:
        first, last = _day(self.since), _day(self.until)
        after = Q(at__gte=datetime.combine(first, time(), ZONE)) if first else Q()
        return after & Q(at__lt=datetime.combine(last + timedelta(days=1), time(), ZONE)) if last else after

    def _by(self) -> Q:
        return Q(by__in=_keys(User.objects.get_queryset().matching(self.person))) if self.person else Q()


@dataclass(frozen=True)
class Slice(Generic[Row]):
    """The rows of a page, the latest first, and whether there are later and earlier ones."""

    rows: Sequence[Row]
    later: bool
    earlier: bool

    @property
    def first(self) -> int:
        """The key of the latest row."""
        return self.rows[0].pk

    @property
    def last(self) -> int:
        """The key of the earliest row."""
        return self.rows[-1].pk


def show(request: PortalRequest) -> HttpResponseBase:
    """The journal, for inspectors, and of it the other changes for administrators; as a file with `?export=…`."""
    open_to = [
        tab
        for tab in Tab
        if any(tab in seen and request.user.holds(role, request.at) for role, seen in OPEN_TO.items())
    ]
    wanted = Wanted.of(request)
    tab = Tab(wanted.tab) if wanted.tab else open_to[0] if open_to else None
    if tab not in open_to:
        raise PermissionDenied(_("Only inspectors read the journal, and administrators its other changes."))
    export = address.text(request, "export")
    if export in ("csv", "xlsx"):
        name = f"nhat-ky-{request.at:%Y-%m-%d}"
        table = steps_table(wanted.steps()) if tab == Tab.STEPS else changes_table(wanted.entries())
        return downloads.csv(name, table) if export == "csv" else downloads.xlsx(name, table, title=_("Journal"))
    seen: dict[str, Any] = {"wanted": wanted, "tab": tab.value}
    if tab == Tab.STEPS:
        related = ("by", "revision", "report__form", "report__period", "report__unit__parent")
        page = sliced(wanted.steps().select_related(*related).defer("revision__snapshot"), request)
        seen |= {"lines": page.rows, "page": page}
    else:
        page_of_changes = sliced(wanted.entries().select_related("by"), request)
        seen |= {"lines": changes.read(page_of_changes.rows), "page": page_of_changes}
    if request.htmx and not request.htmx.history_restore_request:
        response = render(request, "portal/journal_results.html", seen)
    else:
        tabs = [{"key": one.value, "words": WORDS[one]} for one in open_to]
        response = render(request, "portal/journal.html", seen | {"tabs": tabs} | choices(tab))
    patch_vary_headers(response, ["HX-Request"])
    return response


def sliced(found: QuerySet[Row], request: HttpRequest) -> Slice[Row]:
    """The page that the address asks for: `before` or `after` the row of that key; else the first one."""
    before, after = (_number(address.text(request, name)) for name in ("before", "after"))
    place = found.model._default_manager.filter(pk=after or before or 0).values_list("at", "pk").first()
    if place and after:
        later = found.filter(at__gte=place[0]).exclude(at=place[0], pk__lte=place[1]).reverse()
        rows = list(later[: PAGE + 1])
        if len(rows) > PAGE:
            return Slice(rows[PAGE - 1 :: -1], later=True, earlier=True)
        place = None  # so near to the top that the first page is meant
    if place:
        found = found.filter(at__lte=place[0]).exclude(at=place[0], pk__gte=place[1])
    rows = list(found[: PAGE + 1])
    return Slice(rows[:PAGE], later=place is not None, earlier=len(rows) > PAGE)


def choices(tab: Tab) -> dict[str, Any]:
    """What the filters offer."""
    if tab == Tab.CHANGES:
        named = ((table, capfirst(str(model._meta.verbose_name))) for table, model in changes.tables().items())
        return {"tables": sorted(named, key=lambda pair: pair[1])}
    versions = FormVersion.objects.order_by("form__code", "-number").distinct("form__code")
    return {"forms": versions.values_list("form__code", "title"), "actions": labels.ACTIONS.items()}


def steps_table(found: QuerySet[Step]) -> Iterator[list[str]]:
    """The heads of the columns, then one row a step."""
    yield [
        *(_("Instant"), _("Person"), _("Signed as"), _("Unit code"), _("Unit"), _("Form"), _("Period"), _("Action")),
        *(_("From"), _("To"), _("Reason"), _("Document"), _("Revision"), _("SHA-256 of the chain")),
    ]
    facts = found.values_list(
        *("at", "by__full_name", "capacity", "report__unit__code", "report__unit__name", "report__form__code"),
        *("report__period__code", "action", "before", "after", "reason", "document", "revision__number", "digest"),
    )
    for at, by, capacity, code, unit, form, period, action, before, after, reason, *last in facts.iterator():
        yield [
            *(written(at), by or _("The portal"), str(CAPACITIES.get(capacity, ""))),
            *(code, unit, form, labels.period_name(period), str(labels.ACTIONS[action])),
            *(str(labels.STATUSES[before]), str(labels.STATUSES[after]), "" if action in WITHIN else reason),
            *(str(one) for one in last),
        ]


def changes_table(found: QuerySet[JournalEntry]) -> Iterator[list[str]]:
    """The heads of the columns, then one row for each column that changed."""
    yield [
        *(_("Instant"), _("Person"), _("Subject"), _("Name"), _("Number"), _("What was done")),
        *(_("Column"), _("Before"), _("After")),
    ]
    stored = found.select_related("by").iterator()
    while some := list(islice(stored, AT_ONCE)):
        for change in changes.read(some):
            entry = change.entry
            head = [written(entry.at), str(entry.by or _("The installation")), change.what, change.name, str(entry.key)]
            for column in change.columns:
                yield [*head, str(changes.KINDS[change.kind]), column.words, column.before, column.after]


def written(instant: datetime) -> str:
    """An instant that spreadsheets can sort."""
    return f"{timezone.localtime(instant):%Y-%m-%d %H:%M:%S}"


def _keys(rows: "QuerySet[Any]") -> list[int]:
    """Their keys, asked beforehand: the planner then knows how many steps they have, and whether to begin with them."""
    return list(rows.order_by().values_list("pk", flat=True))


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _number(text: str) -> int:
    """The key that is written there; 0 where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
