"""The replay of a form's record under another policy: what is asked, and what would have come of it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.labels import LEVELS
from accounts.models import Unit
from accounts.requests import PortalRequest
from accounts.roles import Level
from notifications import labels
from notifications.actions import laddering
from notifications.ladder import Audience, Ladder
from notifications.pages.ladders import LadderRows, Rows, rows_of
from notifications.policies import Both
from notifications.replays import Outcome, Policy, Replay, may_replay, replayable_by
from reports import schedules
from reports.calendars import DayOfMonth, DeadlineRule, TooSoon, WorkingDaysAfter
from reports.exchange import tables
from reports.labels import rule_words
from reports.models import Form, FormVersion
from reports.pages import address, downloads
from reports.pages.fields import day_field

LONGEST = timedelta(days=731)
"""Of how long a span a page replays the record; the command line takes any."""
SHOWN = 50
BETWEEN_DAYS = re.compile(r"[\s,;]+")
AS_IT_IS, DAYS, THIS, NEXT = "", "days", "this", "next"
RULES = (
    (AS_IT_IS, gettext_lazy("as it is")),
    (DAYS, gettext_lazy("working days after the data window")),
    (THIS, gettext_lazy("on that day of the period's last month")),
    (NEXT, gettext_lazy("on that day of the month after")),
)


class DaysField(forms.CharField):
    """Days with commas between them, as offices write them: 02/09/2022."""

    def clean(self, value: Any) -> frozenset[date]:
        text = super().clean(value)
        try:
            return frozenset(datetime.strptime(one, "%d/%m/%Y").date() for one in BETWEEN_DAYS.split(text) if one)  # noqa: DTZ007  (a day has no zone)
        except ValueError as wrong:
            raise ValidationError(_("Write each day as 02/09/2022, with commas between them.")) from wrong


class ReplayForm(forms.Form):
    """The span, the deadline of each level, and the days that are off or worked."""

    first = day_field(gettext_lazy("Periods that end from"))
    last = day_field(gettext_lazy("to"))
    days_off = DaysField(
        label=gettext_lazy("More days off"), required=False, max_length=1000, help_text=gettext_lazy("02/09/2022, …")
    )
    working = DaysField(
        label=gettext_lazy("More working days, in exchange"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy("10/09/2022, …"),
    )

    def __init__(self, *args: Any, levels: Sequence[Level], **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.levels = levels
        for level in levels:
            self.fields[f"{level}_rule"] = forms.ChoiceField(label=LEVELS[level], choices=RULES, required=False)
            self.fields[f"{level}_number"] = forms.IntegerField(
                label=_("Number for %(level)s") % {"level": LEVELS[level]}, min_value=1, max_value=60, required=False
            )

    def clean(self) -> dict[str, Any]:
        """With `rules`, the deadline of each level that has another one."""
        given = super().clean() or {}
        first, last = given.get("first"), given.get("last")
        if first and last and not timedelta() <= last - first <= LONGEST:
            self.add_error("last", _("A span ends after it begins, and is at most two years long."))
        given["rules"] = {level: rule for level in self.levels if (rule := self._rule(level, given)) is not None}
        return given

    def _rule(self, level: Level, given: dict[str, Any]) -> DeadlineRule | None:
        kind, number = given.get(f"{level}_rule"), given.get(f"{level}_number")
        if not kind:
            return None
        if number is None or (kind != DAYS and number > 31):
            self.add_error(f"{level}_number", _("Give the number of working days, or the day of the month."))
            return None
        return WorkingDaysAfter(number) if kind == DAYS else DayOfMonth(number, int(kind == NEXT))

    @property
    def of_levels(self) -> Iterator[tuple[forms.BoundField, forms.BoundField]]:
        """The two fields of each level."""
        return ((self[f"{level}_rule"], self[f"{level}_number"]) for level in self.levels)


@dataclass(frozen=True)
class Asked:
    """What the address asks to be replayed, and how its fields were typed."""

    form: Form
    fields: ReplayForm
    rows: Rows
    own: Ladder
    at: datetime

    @property
    def is_valid(self) -> bool:
        return self.fields.is_bound and self.fields.is_valid() and (not self.rows.is_bound or self.rows.is_valid())

    @property
    def ladder(self) -> Ladder:
        return self.rows.ladder if self.rows.is_bound else self.own

    def outcome(self) -> Outcome:
        """Replay it. Raises TooSoon."""
        given = self.fields.cleaned_data
        policy = Policy(self.ladder, given["rules"], given["days_off"], given["working"])
        return Replay(self.form, given["first"], given["last"], policy, self.at).run(self.own)


@require_safe
def show(request: PortalRequest) -> HttpResponseBase:
    """The policy as it is asked; with `go` what would have come of it, worked out once the page stands."""
    if not may_replay(request.user.posts(request.at)):
        raise PermissionDenied(_("Only inspectors, approvers of a form's owner and who observes the city replay it."))
    offered = list(replayable_by(request.user, request.at).order_by("code"))
    if not offered:
        return render(request, "notifications/replay.html", {"offered": offered})
    code = address.text(request, "form")
    form = get_object_or_404(replayable_by(request.user, request.at), code=code) if code else offered[0]
    asked = _asked(request, form)
    if asked.is_valid and request.GET.get("export") == "csv":
        return downloads.csv(f"thu-chinh-sach-{form.code}", unit_rows(asked.outcome()))
    seen: dict[str, Any] = {"form": form, "offered": offered, "asked": asked, "title": _version(form).title}
    alone = request.htmx and not request.htmx.history_restore_request
    if asked.is_valid and (alone or "whole" in request.GET):
        seen |= _results(asked)
    response = render(
        request,
        "notifications/replay_results.html" if alone else "notifications/replay.html",
        seen,
        status=422 if asked.fields.is_bound and not asked.is_valid and not alone else 200,
    )
    patch_vary_headers(response, ["HX-Request"])
    return response


def _asked(request: PortalRequest, form: Form) -> Asked:
    own = laddering.ladder_of(form)
    levels = [Level(one.level) for one in _version(form).respondents.all()]
    goes = "go" in request.GET
    last = request.at.date()
    initial = {"first": last - timedelta(days=365), "last": last}
    rows: Any = LadderRows(request.GET) if goes and "form-TOTAL_FORMS" in request.GET else rows_of(own)
    return Asked(form, ReplayForm(request.GET if goes else None, initial=initial, levels=levels), rows, own, request.at)


def _version(form: Form) -> FormVersion:
    """The version of a form that holds last."""
    return schedules.versions_of(form)[-1]


def _results(asked: Asked) -> dict[str, Any]:
    """What the page says of the outcome; what cannot be due so is said instead."""
    try:
        outcome = asked.outcome()
    except TooSoon:
        return {"too_soon": True}
    differing = sorted(
        ((pk, both) for pk, both in outcome.units.items() if both.differs), key=lambda one: -abs(one[1].more)
    )
    units = Unit.objects.select_related("parent").in_bulk([pk for pk, _both in differing[:SHOWN]])
    rungs = sorted({*outcome.told, *outcome.would_tell}, key=lambda one: (one[0], list(Audience).index(one[1])))
    rules = asked.fields.cleaned_data["rules"]
    return {
        "outcome": outcome,
        "levels": [
            (LEVELS[level], outcome.levels[level], rule_words(rules[level]) if level in rules else "")
            for level in Level
            if level in outcome.levels
        ],
        "units": [(units[pk], both) for pk, both in differing[:SHOWN]],
        "hidden": max(0, len(differing) - SHOWN),
        "rungs": [
            (days, abs(days), labels.AUDIENCES[who], outcome.told[days, who], outcome.would_tell[days, who])
            for days, who in rungs
        ],
        "told": outcome.told.total(),
        "would_tell": outcome.would_tell.total(),
    }


def unit_rows(outcome: Outcome) -> Iterator[Sequence[tables.Cell]]:
    """The heads of the columns, then one row a unit."""
    yield [
        *(_("Unit code"), _("Unit"), _("Level"), _("Reports"), _("Late"), _("Late under the policy")),
        *(_("Missing"), _("Missing under the policy")),
    ]
    for unit in Unit.objects.filter(pk__in=outcome.units).in_tree_order():
        both: Both = outcome.units[unit.pk]
        yield [
            *(unit.code, unit.name, str(LEVELS[unit.level]), both.was.expected, both.was.late, both.would.late),
            *(both.was.missing, both.would.missing),
        ]
