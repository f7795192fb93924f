"""The parts that every screen is built of: one chip, bar, number or name each, as template tags and filters.

Templates say `{% load portal %}`. What stands here is looked up by many rows at once, so it never queries.
"""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import template
from django.forms import BoundField
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from reports import labels, numbers
from reports.calendars import due_day
from reports.models import Report, Revision, Section, Target
from reports.pages.controls import answer
from reports.pages.icons import icon
from reports.standing import Stand, Standing
from reports.workflow import OWED, Status, turn

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

register = template.Library()

#   status            tone    icon
STATUS_SIGNS = {
    Status.DRAFT: ("wait", "pencil"),
    Status.TO_SIGN: ("soon", "writing-sign"),
    Status.SUBMITTED: ("info", "send"),
    Status.CHECKED: ("info", "clipboard-check"),
    Status.APPROVED: ("good", "circle-check"),
    Status.EXEMPT: ("wait", "circle-minus"),
}
STANDING_SIGNS = {
    Standing.NOT_DUE: ("wait", "clock"),
    Standing.DUE_SOON: ("soon", "clock"),
    Standing.ON_TIME: ("good", "check"),
    Standing.LATE: ("bad", "alert-triangle"),
    Standing.MISSING: ("bad", "alert-circle"),
    Standing.EXEMPT: ("wait", "minus"),
}


register.simple_tag(icon)


def _chip(tone: str, sign: str, words: "str | StrPromise", title: str = "") -> SafeString:
    """Colour, icon and word; the title is read aloud as well as shown on hover."""
    if not title:
        return format_html('<span class="chip {}">{}{}</span>', tone, icon(sign), words)
    return format_html(
        '<span class="chip {}" title="{}">{}{}<span class="hidden"> ({})</span></span>',
        tone,
        title,
        icon(sign),
        words,
        title,
    )


@register.simple_tag
def status_chip(report: Report) -> SafeString:
    """Where the report stands; a draft that was opened again says why. Reads `report.current`: select it as well."""
    if report.on_paper and report.status == Status.SUBMITTED:
        return _chip("soon", "file-import", _("Filed on paper, figures to come"))
    if report.amendment_asked:
        return _chip("soon", "file-pencil", _("Approved, amendment asked for"))
    if report.status in OWED and report.current is not None:
        match report.current.cause:
            case Revision.Cause.RETURN:
                return _chip("bad", "arrow-back-up", _("Returned for correction"))
            case Revision.Cause.AMENDMENT:
                return _chip("soon", "file-pencil", _("Being amended"))
            case Revision.Cause.KEYING:
                return _chip("soon", "file-import", _("Being keyed in from paper"))
    return _chip(*STATUS_SIGNS[Status(report.status)], labels.STATUSES[report.status])


@register.simple_tag
def standing_chip(stand: Stand, deadline: datetime) -> SafeString:
    """How a report, or a stage of its review, stands against its deadline; the exact instant as title."""
    title = _("Deadline: %(instant)s") % {"instant": instant_words(deadline)}
    return _chip(*STANDING_SIGNS[stand.standing], labels.stand_words(stand), title)


@register.simple_tag
def turn_chip(report: Report) -> SafeString:
    """In whose hands the report lies; empty once it is approved."""
    who = turn(Status(report.status), report.route, on_paper=report.on_paper)
    return _chip("plain", "user", labels.TURNS[who]) if who else SafeString("")


@register.inclusion_tag("portal/parts/coverage.html")
def coverage(expected: int, submitted: int, approved: int, of_reports: bool = False) -> dict[str, object]:
    """How much of the units a figure speaks for: a bar, and "đã nhận 412/579 đơn vị".

    A longer period counts every report of its units: it speaks of reports.
    """
    return {
        "of_reports": of_reports,
        "expected": expected,
        "submitted": submitted,
        "approved": approved,
        "width": max(expected, 1),
        "whole": bool(expected) and approved == expected,
    }


@register.simple_tag
def period(code: str, first: Any, last: Any) -> SafeString:
    """A period's name with its data window beside it."""
    return format_html(
        '<span class="period">{} <span class="window">({})</span></span>',
        labels.period_name(code),
        labels.window_words(first, last),
    )


register.filter("period_name", labels.period_name)
register.filter("rule_words", labels.rule_words)


@register.filter
def number(value: Decimal | int | None, decimals: int = 0) -> str:
    """1.234.567,89; a dash where there is no number."""
    return "–" if value is None else numbers.written(Decimal(value), decimals)


@register.simple_tag
def bound(target: Target, unit_of_measure: str) -> str:
    """What a target asks for, such as ≥ 60%; empty for a milestone."""
    return "" if target.low is None else labels.bound_words(target.comparator, target.low, target.high, unit_of_measure)


register.simple_tag(answer)


@register.filter
def percent(share: Decimal | None, decimals: int = 1) -> str:
    """A share of 1 as a percentage: 0.625 is 62,5%; a dash where there is none."""
    return "–" if share is None else f"{numbers.written(share * 100, decimals)}%"


@register.filter
def instant(value: datetime) -> str:
    """An instant as people say it; midnight is 24:00 of the day before."""
    return instant_words(value)


def instant_words(value: datetime) -> str:
    """24:00 16/05/2022 for the midnight that ends 16 May; 10:00 17/05/2022 for any other time."""
    local = timezone.localtime(value)
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        return f"24:00 {due_day(value):%d/%m/%Y}"
    return f"{local:%H:%M %d/%m/%Y}"


@register.filter
def fills(fillable: frozenset[int] | None, section: Section) -> bool:
    """Whether a section is among those that a person fills in; None stands for all of them."""
    return fillable is None or section.pk in fillable


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """The input of a form's field, without a placeholder that only repeats its label."""
    return field.as_widget(attrs={"placeholder": ""})


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: object) -> str:
    """The address's query with some parts changed, and the page forgotten unless it is what changes."""
    request: HttpRequest = context["request"]
    parts = request.GET.copy()
    for name, value in ({"page": None, "export": None} | changes).items():
        if value in (None, ""):
            parts.pop(name, None)
        else:
            parts[name] = str(value)
    return f"?{parts.urlencode()}"
