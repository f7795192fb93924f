"""`manage.py explain`: why a unit is or is not expected to send a report, in words."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts import clock
from reports import expectations, labels
from reports.expectations import Explanation
from reports.models import Form
from reports.periods import PeriodCode, PeriodRefused


class Command(BaseCommand):
    help = "Tells why a unit is or is not expected to send a report, by which act, until when, and what moved that."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--form", required=True, help="the form's code, such as BM-02")
        parser.add_argument("--unit", required=True, help="the unit's code, such as 00001")
        parser.add_argument("--period", required=True, help="2026-W07, 2026-07, 2026-Q3, 2026-H1, 2026 or 2026-05-20")

    def handle(self, **options: str) -> None:
        at = clock.now()
        form = Form.objects.filter(code__iexact=options["form"]).first()
        if form is None:
            known = ", ".join(Form.objects.values_list("code", flat=True)) or "there are none yet"
            raise CommandError(f"There is no form {options['form']!r}; the forms are: {known}.")
        unit = expectations.unit_of(options["unit"], at)
        if unit is None:
            raise CommandError(f"No unit has or had the code {options['unit']!r}; `manage.py seed` loads them.")
        try:
            code = PeriodCode.parse(options["period"])
        except PeriodRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        told = expectations.explain(form, unit, code, at=at)
        if told is None:
            raise CommandError(f"{form.code} has no version yet, so nothing is asked by it.")
        self.stdout.write(f"{form.code} – {told.version.title}")
        self.stdout.write(f"{unit.name} · {labels.period_name(code.code)} · {labels.window_words(*told.facts.window)}")
        self.stdout.write(_("The report is expected.") if told.is_expected else _("The report is not expected."))
        for line in _lines(told):
            self.stdout.write(f"- {line}")


def _lines(told: Explanation) -> list[str]:
    """Every reason, then the legal basis, the deadline and what moved it."""
    lines = [f"{sentence} [{reason}]" for sentence, reason in zip(told.sentences, told.reasons, strict=True)]
    if told.basis:
        lines.append(_("Legal basis: %(act)s") % {"act": f"{told.basis.number}, {told.basis.title}"})
    if told.is_expected and told.rule:
        lines.append(_("Deadline by rule: %(rule)s") % {"rule": labels.rule_words(told.rule)})
    if told.is_expected and told.deadline:
        lines.append(_("Deadline: %(deadline)s") % {"deadline": labels.deadline_words(told.deadline)})
    lines += [labels.deadline_change_words(change.cause, change.before, change.after) for change in told.changes]
    return lines
