"""The ladders of forms: which there are, and changing one, with what it would tell shown before it is saved."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, OuterRef, Subquery
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.labels import LEVELS
from accounts.requests import PortalRequest
from accounts.roles import Role
from notifications import labels
from notifications.actions import laddering
from notifications.examples import Example, examples
from notifications.ladder import AUDIENCES, FARTHEST, LISTED, MORNING, RUNGS, WHO, Audience, Ladder, Rung
from reports.labels import period_name
from reports.models import Form, FormVersion

CHANGERS = (Role.ADMINISTRATOR, Role.APPROVER)
BEFORE, AFTER = "before", "after"
SIDES = ((BEFORE, gettext_lazy("before the deadline")), (AFTER, gettext_lazy("after the deadline")))
SPARE = 2
"""So many empty rows are offered below a ladder's rungs."""


class RungForm(forms.Form):
    """One row: how many working days before or after, at what hour, and who is told; a row without days is none."""

    count = forms.IntegerField(
        label=gettext_lazy("Days"), min_value=0, max_value=FARTHEST, required=False,
    )  # fmt: skip
    side = forms.ChoiceField(label=gettext_lazy("Before or after"), choices=SIDES)
    hour = forms.TimeField(
        label=gettext_lazy("Hour"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}), initial=MORNING
    )
    audience = forms.MultipleChoiceField(
        label=gettext_lazy("Who is told"),
        required=False,
        choices=[(one.value, labels.AUDIENCES[one]) for one in Audience],
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def clean(self) -> dict[str, Any]:
        """A row that says when also says whom."""
        given = super().clean() or {}
        if given.get("count") is None and given.get("audience"):
            self.add_error("count", _("Give the number of working days, or 0 for the day of the deadline."))
        if given.get("count") is not None and not given.get("audience"):
            self.add_error("audience", _("Tick who is told, or empty the number of days to leave the row out."))
        return given

    @property
    def rung(self) -> Rung | None:
        """The rung that the row says; None for an empty row."""
        given = self.cleaned_data
        if given.get("count") is None:
            return None
        days = -given["count"] if given["side"] == BEFORE else given["count"]
        return Rung(days, tuple(WHO[one] for one in Audience if one in given["audience"]), given["hour"])


class Rows(forms.BaseFormSet):  # type: ignore[type-arg]
    """The rows of a ladder."""

    @property
    def ladder(self) -> Ladder:
        """The rungs that the rows say, in the order of their days."""
        return sorted((form.rung for form in self.forms if form.rung is not None), key=lambda rung: rung.days)

    def clean(self) -> None:
        """The rows make a ladder."""
        if not any(self.errors) and (wrong := laddering.faults(self.ladder)):
            raise ValidationError(wrong)


LadderRows = forms.formset_factory(
    RungForm, formset=Rows, extra=SPARE, max_num=laddering.MOST, absolute_max=laddering.MOST + SPARE
)


def rows_of(ladder: Ladder) -> Rows:
    """The rows that say this ladder."""
    return LadderRows(  # type: ignore[return-value]
        initial=[
            {
                "count": abs(rung.days),
                "side": BEFORE if rung.days <= 0 else AFTER,
                "hour": rung.hour,
                "audience": [AUDIENCES[who].value for who in rung.who],
            }
            for rung in ladder
        ]
    )


@require_safe
def show(request: PortalRequest) -> HttpResponse:
    """The forms whose ladders one may change, and whether they have one of their own; one query."""
    if not any(post.role in CHANGERS for post in request.user.posts(request.at)):
        raise PermissionDenied(_("Only administrators and approvers of the form's owner change its ladder."))
    latest = FormVersion.objects.filter(form=OuterRef("pk")).order_by("-number")
    found = laddering.changeable(by=request.user, at=request.at).order_by("code")
    listed = found.annotate(own=Count("rungs", distinct=True), title=Subquery(latest.values("title")[:1]))
    return render(request, "notifications/ladders.html", {"forms": listed})


@dataclass(frozen=True)
class Told:
    """What is told at one instant of an example: by which rung, and to whom, in words."""

    at: datetime
    days: int
    to: list[str]

    @property
    def distance(self) -> int:
        """How many working days the deadline is away."""
        return abs(self.days)


@dataclass(frozen=True)
class Preview:
    """A ladder as it would be told in the next period."""

    ladder: Ladder
    examples: list[Example]

    @cached_property
    def shown(self) -> list[dict[str, Any]]:
        """One table a level."""
        return [
            {
                "example": one,
                "level": LEVELS[one.level],
                "period": period_name(one.period.code),
                "told": list(told(one)),
            }
            for one in self.examples
        ]


def told(example: Example) -> Iterator[Told]:
    """What is told of an example, rung by rung."""
    for rung in dict.fromkeys(heard.rung for heard in example.heard):
        heard = [one for one in example.heard if one.rung is rung]
        yield Told(heard[0].at, rung.days, [_who(AUDIENCES[one.who], example) for one in heard])


def _who(audience: Audience, example: Example) -> str:
    """An audience with the unit that it means here."""
    unit = example.units[WHO[audience].place]
    if audience is Audience.INSPECTOR or unit is None:
        return str(labels.AUDIENCES[audience])
    facts = {"who": labels.AUDIENCES[audience], "unit": unit.name}
    if audience in LISTED:
        return _("%(who)s (%(unit)s), in one list of all that is overdue") % facts
    return _("%(who)s (%(unit)s)") % facts


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: PortalRequest, code: str) -> HttpResponse:
    """The ladder of a form; posted to, what it would tell, and once confirmed it is saved or taken back."""
    user, at = request.user, request.at
    form = get_object_or_404(Form, code=code)
    if not laddering.changeable(by=user, at=at).filter(pk=form.pk).exists():
        raise PermissionDenied(_("Only administrators and approvers of the form's owner change its ladder."))
    rows, preview, back = rows_of(laddering.ladder_of(form)), None, "default" in request.POST
    if back and "confirm" in request.POST:
        laddering.take_back(form, by=user, at=at)
        messages.success(request, _("%(form)s goes by the ladder of all forms again.") % {"form": form})
        return redirect("ladders")
    if back and "change" not in request.POST:
        preview = Preview(RUNGS, examples(form, RUNGS, at))
    elif request.method == "POST" and not back:
        rows = LadderRows(request.POST)  # type: ignore[assignment]
        if rows.is_valid() and "change" not in request.POST:
            if "confirm" in request.POST:
                laddering.give(form, rows.ladder, by=user, at=at)
                words = ngettext(
                    "The ladder of %(form)s has %(count)d rung.",
                    "The ladder of %(form)s has %(count)d rungs.",
                    len(rows.ladder),
                )
                messages.success(request, words % {"form": form, "count": len(rows.ladder)})
                return redirect("ladders")
            preview = Preview(rows.ladder, examples(form, rows.ladder, at))
    seen = {
        "form": form,
        "title": _title(form),
        "rows": rows,
        "back": back,
        "preview": preview,
        "has_own": form.rungs.exists(),
        "wrong": rows.is_bound and not rows.is_valid(),
    }
    return render(request, "notifications/ladder.html", seen, status=422 if seen["wrong"] else 200)


def _title(form: Form) -> str:
    """What the form's latest version is called."""
    return FormVersion.objects.filter(form=form).order_by("-number").values_list("title", flat=True).first() or ""
