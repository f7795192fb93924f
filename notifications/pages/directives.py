"""Directives: the list, and one of them with its text, what one has to do about it, and how far it was passed on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Self

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.labels import LEVELS, ROLES
from accounts.models import Unit
from accounts.requests import PortalRequest
from accounts.vietnamese import folded
from notifications import coverage
from notifications.actions import directing
from notifications.coverage import Coverage, Line
from notifications.models import Addressee, Directive, PassedOn
from notifications.pages.certificates import CertificateForm
from reports.exchange import files, tables
from reports.pages import address, downloads
from reports.pages.listing import PAGE, page_number, pager, written

WAITING, CERTIFIED, UNREAD = "waiting", "certified", "unread"
TABS = {
    WAITING: gettext_lazy("Units that have not certified"),
    CERTIFIED: gettext_lazy("Units that have certified"),
    UNREAD: gettext_lazy("People who have not acknowledged"),
}


@require_safe
def show(request: PortalRequest) -> HttpResponse:
    """Every directive that one may read, the latest first, with how far it was passed on; two queries and the page."""
    q = address.text(request, "q")
    found = Directive.objects.visible_to(request.user, request.at)
    if q:
        found = found.filter(Q(number__icontains=q) | Q(title__icontains=q) | Q(issuer__icontains=q))
    total, number = found.count(), page_number(request)
    listed = found.with_coverage(request.user, request.at)
    waiting = {one.directive_id for one in Addressee.objects.waiting_for(request.user, request.at)}
    seen = {
        "q": q,
        "lines": [(one, one.pk in waiting) for one in listed[(number - 1) * PAGE : number * PAGE]],
        "total": total,
        "pager": pager(number, total),
        "may_publish": directing.may_publish(by=request.user, at=request.at),
    }
    return render(request, "notifications/directives.html", seen)


@dataclass(frozen=True)
class Wanted:
    """What the address asks for of one directive; what it asks in vain is left out."""

    tab: str = ""
    level: str = ""
    q: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> Self:
        """The known parts of the address's query."""
        given = {one.name: address.text(request, one.name) for one in fields(cls)}
        for name, known in (("tab", TABS), ("level", LEVELS)):
            given[name] = given[name] if given[name] in known else ""
        return cls(**given)

    @property
    def narrows(self) -> bool:
        """Whether anything but the tab is asked for."""
        return bool(self.level or self.q)

    def of_units(self, lines: Sequence[Line]) -> list[Line]:
        """The lines whose unit is asked for."""
        asked = folded(self.q)
        return [
            line
            for line in lines
            if (not self.level or line.level == self.level) and asked in line.addressee.unit.search_key
        ]


def get(request: PortalRequest, pk: int) -> Directive:
    """The directive, if this person may read it; else it is not found."""
    return get_object_or_404(Directive.objects.visible_to(request.user, request.at).select_related("made_by"), pk=pk)


@require_safe
def one(request: PortalRequest, pk: int) -> HttpResponseBase:
    """A directive; its results alone where a script asks for them, as a file with `?export=csv` or `xlsx`."""
    directive = get(request, pk)
    if directive.published_at is None:
        return redirect("directive-draft", pk)
    return page(request, directive)


def page(
    request: PortalRequest, directive: Directive, certificate: CertificateForm | None = None, status: int = 200
) -> HttpResponseBase:
    """The page of a published directive; `certificate` is the form as it was typed, where it was refused."""
    user, at = request.user, request.at
    readable = Addressee.objects.readable_by(user, at)
    every = coverage.lines(directive, readable, at)
    wanted = Wanted.of(request)
    lines = wanted.of_units(every)
    export = request.GET.get("export")
    seen = _results(request, directive, wanted, lines)
    if export in ("csv", "xlsx"):
        return _sent(directive, seen, at, export)
    if request.htmx and not request.htmx.history_restore_request:
        response = render(request, "notifications/directive_results.html", seen)
    else:
        mine = Addressee.objects.filter(directive=directive).of(user, at)
        seen |= {
            "covered": Coverage.of(every),
            "levels": [(LEVELS[level], of_level) for level, of_level in coverage.by_level(every).items()],
            "level_choices": [(level, LEVELS[level]) for level in coverage.by_level(every)],
            "unacknowledged": mine.exclude(acknowledgements__person=user).exists(),
            "mine": list(_mine(request, directive, certificate)),
            "overdue": at > directive.pass_on_by,
        }
        response = render(request, "notifications/directive.html", seen, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _mine(
    request: PortalRequest, directive: Directive, typed: CertificateForm | None
) -> Iterator[tuple[Addressee, list[PassedOn], CertificateForm]]:
    """The addressees of which this person is the head, with what was certified, the latest first, and the form."""
    headed = Addressee.objects.filter(directive=directive).headed_by(request.user, request.at)
    for one in headed.select_related("unit").prefetch_related("passed_on__by"):
        form = typed if typed is not None and typed.of == one else CertificateForm(of=one)
        yield one, list(one.passed_on.all())[::-1], form


def _results(request: PortalRequest, directive: Directive, wanted: Wanted, lines: list[Line]) -> dict[str, Any]:
    """The rows of the tab that is asked for, of these units: those that have not certified, unless there are none."""
    rows: dict[str, Any] = {
        WAITING: [line for line in lines if line.passed_on is None],
        CERTIFIED: [line for line in lines if line.passed_on is not None],
        UNREAD: coverage.unread(directive, [line.addressee for line in lines], request.at),
    }
    counts = {name: len(rows[name]) for name in (WAITING, CERTIFIED)}
    counts[UNREAD] = sum(line.accounts.all - line.accounts.read for line in lines)
    tab = wanted.tab or next((name for name in (WAITING, CERTIFIED) if counts[name]), WAITING)
    number = min(page_number(request), max(1, -(-counts[tab] // PAGE)))
    return {
        "directive": directive,
        "wanted": wanted,
        "tab": tab,
        "tabs": [{"key": name, "words": words, "count": counts[name]} for name, words in TABS.items()],
        "rows": rows[tab],
        "shown": rows[tab][(number - 1) * PAGE : number * PAGE],
        "total": counts[tab],
        "pager": pager(number, counts[tab]),
    }


def _sent(directive: Directive, seen: dict[str, Any], at: datetime, shape: str) -> HttpResponseBase:
    """All rows of a tab as a file."""
    rows = people_rows(seen["rows"]) if seen["tab"] == UNREAD else unit_rows(seen["rows"])
    name = f"chi-thi-{folded(directive.number).replace('/', '-').replace(' ', '-')}-{at:%Y-%m-%d}"
    if shape == "xlsx":
        return downloads.xlsx(name, rows, title=str(TABS[seen["tab"]])[:31])
    return downloads.csv(name, rows)


def unit_rows(lines: Sequence[Line]) -> Iterator[Sequence[tables.Cell]]:
    """The heads of the columns, then one row a unit."""
    yield [
        *(_("Unit code"), _("Unit"), _("Unit above"), _("Level"), _("Passed on on"), _("How"), _("People reached")),
        *(_("People of the unit"), _("Certified by"), _("Certified at"), _("Accounts"), _("Acknowledged")),
    ]
    for line in lines:
        unit, said = line.addressee.unit, line.passed_on
        yield [
            *(unit.code, unit.name, _above(unit), str(LEVELS[unit.level])),
            *((f"{said.day:%d/%m/%Y}", said.way, said.people, said.of_people) if said else ("", "", None, None)),
            *((str(said.by), written(said.at)) if said else ("", "")),
            *(line.accounts.all, line.accounts.read),
        ]


def people_rows(posts: Any) -> Iterator[Sequence[tables.Cell]]:
    """The heads of the columns, then one row a person."""
    yield [_("Unit"), _("Person"), _("User name"), _("Role")]
    for post in posts:
        yield [post.home_name, post.user.full_name, post.user.username, str(ROLES[post.role])]


def _above(unit: Unit) -> str:
    return unit.parent.name if unit.parent else ""


@require_safe
def send(request: PortalRequest, pk: int) -> HttpResponseBase:
    """The file of a directive, to be saved."""
    readable = Directive.objects.visible_to(request.user, request.at).exclude(sha256="")
    return files.sent(get_object_or_404(readable, pk=pk))


@require_safe
def send_list(request: PortalRequest, pk: int, certificate: int) -> HttpResponseBase:
    """The list that the people of a unit have signed, to be saved by who reads how that unit passed it on."""
    units = Addressee.objects.readable_by(request.user, request.at).filter(directive=pk)
    lists = PassedOn.objects.filter(addressee__in=units).exclude(sha256="")
    return files.sent(get_object_or_404(lists, pk=certificate))
