"""Why a unit is or is not expected to send a report: the reasons, the act, the deadline and what moved it."""

from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.models import Unit
from accounts.requests import PortalRequest
from reports import expectations, labels, schedules
from reports.models import Form, Period, Report
from reports.pages import address
from reports.pages.place import line_above
from reports.periods import Frequency, PeriodCode, PeriodRefused

YEAR = timedelta(days=365)
AHEAD = timedelta(days=62)


@require_safe
def show(request: PortalRequest, pk: int) -> HttpResponse:
    """One unit, form and period, for everybody signed in; what moved the deadline, for those who may read the report.

    Without a form in the address the first one, without a period the one that is running.
    """
    at = request.at
    unit = get_object_or_404(Unit.objects.select_related("parent__parent__parent"), pk=pk)
    forms = list(Form.objects.all())
    form = next((one for one in forms if one.code == address.text(request, "form")), next(iter(forms), None))
    seen: dict[str, Any] = {"unit": unit, "line": line_above(unit), "forms": forms, "form": form}
    if form is not None:
        codes = _codes(form, at)
        code = _asked(request) or _running(form, codes, at)
        if code is not None:
            told = expectations.explain(form, unit, code, at=at)
            readable = Report.objects.visible_to(request.user, at)
            seen |= {
                "told": told,
                "rule": labels.rule_words(told.rule) if told and told.rule else "",
                "readable": bool(told and told.report and readable.filter(pk=told.report.pk).exists()),
                "code": code.code,
                "period_name": labels.period_name(code.code),
            }
        seen["periods"] = [
            (one.code, labels.period_name(one.code)) for one in sorted({*codes, *([code] if code else [])})
        ]
    return render(request, "portal/expected.html", seen)


def _asked(request: PortalRequest) -> PeriodCode | None:
    text = address.text(request, "period")
    if not text:
        return None
    try:
        return PeriodCode.parse(text)
    except PeriodRefused as refusal:
        raise Http404(str(refusal)) from refusal


def _codes(form: Form, at: datetime) -> list[PeriodCode]:
    """The form's periods of the last year and of the next two months, and those of it that were asked by hand."""
    today = at.date()
    codes = [
        code
        for version in schedules.versions_of(form)
        if not schedules.is_asked_by_hand(version)
        for code in schedules.codes_of(version, since=today - YEAR, until=today + AHEAD)
    ]
    by_hand = Period.objects.filter(frequency=Frequency.ONCE, reports__form=form, last_day__gt=today - YEAR).distinct()
    return [*codes, *(PeriodCode.parse(period.code) for period in by_hand)]


def _running(form: Form, codes: list[PeriodCode], at: datetime) -> PeriodCode | None:
    """The last period that was opened, else the last there is."""
    opened = Period.objects.filter(reports__form=form, first_day__lte=at.date()).order_by("-last_day").first()
    return PeriodCode.parse(opened.code) if opened else next(reversed(codes), None)
