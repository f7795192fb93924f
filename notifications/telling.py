"""Says in words what a notice tells of: what it is about, until when, what to do and where; as true at an instant."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications.labels import LETTERS, NOW_MISSING, OTHERWISE, headline
from notifications.ladder import NoticeKind
from notifications.models import Directive, Notice
from reports.calendars import WorkingCalendar, due_day
from reports.labels import STATUSES, deadline_words, period_name, stand_words, window_words
from reports.labels.discipline import LAPSE_KINDS
from reports.models import Form, Lapse, Report, StandingList
from reports.standing import Standing, standing
from reports.workflow import Status

MOST_NAMED = 30
"""How many units a list of what is overdue names at most; it counts all of them."""


@dataclass
class Telling:
    """A notice in words: what it is `about`, and `of` whom and when; `facts` have names; `page` is where it leads.

    `tone` is how much it presses: "bad" where something was missed, "warn" where something is due.
    """

    headline: str
    opening: str
    to_do: str
    button: str
    about: str = ""
    of: str = ""
    page: str = ""
    facts: list[tuple[str, str]] = field(default_factory=list)
    deadline: str = ""
    stand: str = ""
    otherwise: str = ""
    tone: str = "warn"
    subject: str = ""


Missing = dict[int, list[str]]
"""The names of the units whose reports are missing, by notice."""


def missing_of(notices: Collection[Notice]) -> Missing:
    """Which units still owe the reports that each list among the notices speaks of; one query."""
    lists = [one for one in notices if one.form_id is not None and one.deadline is not None]
    if not lists:
        return {}
    deadlines = {one.deadline for one in lists}
    owed = (
        Report.objects.owed()
        .filter(received_at=None, form__in={one.form_id for one in lists})
        .filter(deadline__gt=min(map(_day_before, deadlines)), deadline__lte=max(map(_day_after, deadlines)))
        .order_by("unit__sort_key")
        .values_list("form", "deadline", "unit__name")
    )
    by_day: dict[tuple[int, object], list[str]] = {}
    for form, deadline, name in owed:
        by_day.setdefault((form, due_day(deadline)), []).append(name)
    return {one.pk: by_day.get((cast(int, one.form_id), due_day(one.deadline)), []) for one in lists if one.deadline}


def tell(notice: Notice, missing: Missing | None = None) -> Telling:
    """A notice in words that stay true; no query, where the notice was read with its names."""
    kind = NoticeKind(notice.kind)
    words, to_do, button = LETTERS[kind]
    telling = Telling(headline(kind, notice.rung), str(words), str(to_do), str(button))
    telling.deadline = notice.deadline_words
    telling.tone = "bad" if (notice.rung or 0) > 0 else "warn"
    if notice.lapse is not None:
        _tell_of_lapse(telling, notice.lapse)
    elif notice.standing_list is not None:
        _tell_of_list(telling, notice.standing_list)
    elif notice.directive is not None:
        _tell_of_directive(telling, notice.directive)
    elif notice.form is not None:
        _tell_of_form(telling, notice.form, notice, (missing or {}).get(notice.pk, []))
    elif notice.report is not None:
        _tell_of_report(telling, notice.report, kind)
    telling.subject = telling.subject or f"{telling.headline}: {telling.about}"
    return telling


def tell_now(
    notice: Notice, *, at: datetime, calendar: WorkingCalendar, unit: str, missing: Missing | None = None
) -> Telling:
    """A notice in words as true at that instant; `unit` is the name of the unit for which its person hears it."""
    telling = tell(notice, missing)
    if notice.kind == NoticeKind.RUNG:
        _press(telling, cast(Report, notice.report), at=at, calendar=calendar, unit=unit)
    return telling


def _tell_of_report(telling: Telling, report: Report, kind: NoticeKind) -> None:
    period = period_name(report.period.code)
    telling.about, telling.of = f"{report.form.code} – {report.version.title}", f"{report.unit.name} · {period}"
    telling.page = reverse("report", args=[report.pk])
    telling.opening %= {"unit": report.unit.name}
    telling.facts = [
        (_("Report"), f"{report.form.code} – {report.version.title}"),
        (_("Unit"), report.unit.name),
        (_("Period"), f"{period} ({_window(report)})"),
        (_("State"), str(STATUSES[report.status])),
    ]
    telling.subject = _("[%(form)s] %(headline)s: the report of %(period)s, %(unit)s") % {
        "form": report.form.code,
        "headline": telling.headline,
        "period": inside_a_sentence(period),
        "unit": report.unit.name,
    }
    if kind is NoticeKind.MOVED:
        moved = _("[%(form)s] New deadline: the report of %(period)s, %(unit)s – until %(deadline)s")
        telling.subject = _subject(moved, report, telling.deadline)


def _press(telling: Telling, report: Report, *, at: datetime, calendar: WorkingCalendar, unit: str) -> None:
    """What a rung says of a report depends on how it stands, and on who hears it."""
    stand = standing(report.deadline, None, at, calendar)
    telling.deadline, telling.stand = deadline_words(report.deadline), inside_a_sentence(stand_words(stand))
    if stand.standing is Standing.MISSING:
        telling.tone = "bad"
        opening = _("The portal has not received the report below from %(unit)s, and its deadline has passed.")
        subject = _("[%(form)s] Overdue: the report of %(period)s, %(unit)s – was due at %(deadline)s")
    elif stand.standing is Standing.DUE_SOON and stand.days == 0:
        opening = _("Today is the last day for %(unit)s to submit the report below.")
        subject = _("[%(form)s] Due today: the report of %(period)s, %(unit)s – until %(deadline)s")
    else:
        opening = _("%(unit)s still owes the report below, and its deadline is near.")
        subject = _("[%(form)s] Reminder of the report of %(period)s, %(unit)s – until %(deadline)s")
    telling.opening = opening % {"unit": report.unit.name}
    telling.subject = _subject(subject, report, telling.deadline)
    telling.otherwise = str(OTHERWISE if stand.standing is not Standing.MISSING else NOW_MISSING)
    telling.to_do = " ".join(_what_to_do(report, at=at, is_above=bool(unit) and unit != report.unit.name))


def _what_to_do(report: Report, *, at: datetime, is_above: bool) -> Iterator[str]:
    if is_above:
        yield _("What to do: urge the unit to send its report, and find out what keeps it.")
        return
    if report.status == Status.TO_SIGN:
        yield _("What to do: the report is filled in and only waits for the head of the unit to sign and submit it.")
    elif report.signed:
        yield _("What to do: fill in the figures and hand the report up; the head of the unit signs and submits it.")
    else:
        yield _("What to do: fill in the figures and submit the report.")
    if at.date() <= report.period.last_day:
        yield _(
            "Figures can be typed in now; the report can be submitted from %(day)s, when its data window has ended."
        ) % {"day": f"{report.period.last_day + timedelta(days=1):%d/%m/%Y}"}


def _tell_of_lapse(telling: Telling, lapse: Lapse) -> None:
    report = lapse.report
    period = period_name(report.period.code)
    telling.tone = "bad"
    telling.about, telling.of = f"{report.form.code} – {report.version.title}", f"{lapse.unit.name} · {period}"
    telling.page = reverse("lapse", args=[lapse.pk])
    telling.subject = _("[%(form)s] %(headline)s: the report of %(period)s, %(unit)s") % {
        "form": report.form.code,
        "headline": telling.headline,
        "period": inside_a_sentence(period),
        "unit": lapse.unit.name,
    }
    telling.opening %= {"unit": lapse.unit.name}
    telling.facts = [
        (_("Lapse"), str(LAPSE_KINDS[lapse.kind])),
        (_("Unit"), lapse.unit.name),
        (_("Report"), f"{report.form.code} – {report.version.title}"),
        (_("Period"), f"{period} ({_window(report)})"),
        (_("Was due"), deadline_words(lapse.due)),
    ]


def _tell_of_list(telling: Telling, listed: StandingList) -> None:
    month = f"{listed.month:%m/%Y}"
    telling.tone = "bad"
    telling.about = _("the list of %(month)s") % {"month": month}
    telling.page = f"{reverse('discipline')}?month={listed.month:%Y-%m}"
    telling.opening %= {"month": month}
    telling.facts = [(_("Month"), month)]


def _tell_of_directive(telling: Telling, directive: Directive) -> None:
    telling.about = f"{directive.number} – {directive.title}"
    telling.of = directive.issuer
    telling.page = reverse("directive", args=[directive.pk])
    telling.facts = [
        (_("Directive"), f"{directive.number} – {directive.title}"),
        (_("Issued by"), f"{directive.issuer}, {directive.issued_on:%d/%m/%Y}"),
    ]


def _tell_of_form(telling: Telling, form: Form, notice: Notice, missing: list[str]) -> None:
    telling.tone = "bad"
    telling.about = f"{form.code} · {telling.deadline}"
    telling.page = f"{reverse('reports')}?form={form.code}&standing={Standing.MISSING}"
    telling.facts = [(_("Form"), form.code)]
    if not missing:
        return
    count = len(missing)
    names = ", ".join(missing[:MOST_NAMED])
    if count > MOST_NAMED:
        names = _("%(names)s and %(more)d more") % {"names": names, "more": count - MOST_NAMED}
    telling.stand = ngettext("%(count)d report is missing", "%(count)d reports are missing", count) % {"count": count}
    telling.facts.append((_("Not received from"), names))


def _subject(words: str, report: Report, deadline: str) -> str:
    return words % {
        "form": report.form.code,
        "period": inside_a_sentence(period_name(report.period.code)),
        "unit": report.unit.name,
        "deadline": deadline,
    }


def _window(report: Report) -> str:
    window = window_words(report.period.first_day, report.period.last_day)
    return _("data window %(window)s") % {"window": window}


def inside_a_sentence(words: str) -> str:
    """The words as they stand within a sentence."""
    return words[:1].lower() + words[1:]


def _day_before(deadline: datetime | None) -> datetime:
    return cast(datetime, deadline) - timedelta(days=1)


def _day_after(deadline: datetime | None) -> datetime:
    return cast(datetime, deadline) + timedelta(days=1)
