"""The fields of each part of a design, with a sentence of help each; what they hold is judged by the action."""

import re
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.labels import LEVELS
from reports import labels
from reports.actions.designing import Design
from reports.models import FormVersion, Indicator, Item, LegalBasis, Respondent, Row, Rule, Section

SHORT = forms.TextInput
PERIOD_HELP = gettext_lazy("How often the form is asked; each period is one report of each unit.")


class PartForm(forms.ModelForm):  # type: ignore[type-arg]
    """One part of a design: a field is called by its place, such as sections.0.items.3.formula."""

    use_required_attribute = False
    must: ClassVar[tuple[str, ...]] = ()

    def __init__(self, data: Any = None, *, prefix: str) -> None:
        super().__init__(data, prefix=prefix, auto_id="id_%s", label_suffix="")
        for name, field in self.fields.items():
            field.required = False
            if name in self.must:
                field.widget.attrs["aria-required"] = "true"
            field.label = str(field.label)[:1].upper() + str(field.label)[1:]

    def add_prefix(self, field_name: str) -> str:
        return f"{self.prefix}.{field_name}"

    def _post_clean(self) -> None:
        """The action judges the design as a whole."""

    def values(self) -> Design:
        """What the fields hold, by name; what cannot be read is nothing."""
        nothing = {name: getattr(field, "empty_value", None) for name, field in self.fields.items()}
        if not self.is_bound:  # it has just been added, or nothing is known of it yet
            return {name: self[name].value() or nothing[name] for name in self.fields}
        self.is_valid()
        return {name: self.cleaned_data.get(name, nothing[name]) for name in self.fields}

    def tell(self, name: str, messages: list[str]) -> None:
        """Show what is wrong at a field, unless the field has said so itself."""
        place = name if name in self.fields else None
        if place is None or place not in self.errors:
            self.add_error(place, list(messages))

    @property
    def heading(self) -> str:
        """What a person knows it by."""
        first = next((self[name].value() for name in ("title", "message", "unit", "code") if name in self.fields), "")
        return str(first or "")[:60]

    @property
    def card(self) -> str:
        """The id of the element that holds it."""
        return f"card_{self.prefix}"


def basis_choices() -> list[tuple[str, str]]:
    """The legal bases, by number."""
    none = ("", _("None"))
    return [none, *((one.number, f"{one.number} · {one.title}"[:90]) for one in LegalBasis.objects.all())]


class TermsForm(PartForm):
    """What holds for a whole version."""

    must = ("title",)
    basis = forms.ChoiceField(
        label=gettext_lazy("legal basis"),
        choices=basis_choices,
        help_text=gettext_lazy("The act that orders the report. A periodic form must name one."),
    )

    class Meta:
        model = FormVersion
        fields = (
            "title", "kind", "basis", "recipient", "note", "frequency", "window_rule", "week_starts_on", "shift",
            "opens_after", "superior_days", "owner_days", "correction_days", "change_percent",
        )  # fmt: skip
        widgets = {"title": SHORT, "recipient": SHORT, "note": forms.Textarea(attrs={"rows": 2})}
        help_texts = {
            "title": gettext_lazy("The name of the report, as the act gives it."),
            "kind": gettext_lazy("Periodic only where a normative act of the city or above orders it; else thematic."),
            "recipient": gettext_lazy("Who receives the report in the end, as printed at its foot."),
            "note": gettext_lazy("Shown above the figures to everybody who fills the form in."),
            "frequency": PERIOD_HELP,
            "window_rule": gettext_lazy("Which days' data a period holds. All indicators of the form have the same."),
            "week_starts_on": gettext_lazy("Matters to weekly forms only."),
            "shift": gettext_lazy("Where a deadline goes that falls on a day off."),
            "opens_after": gettext_lazy("0: units can fill the report in from the first day of the data window."),
            "superior_days": gettext_lazy("So many working days a superior unit has to check a report."),
            "owner_days": gettext_lazy("So many working days the owner has to approve a report."),
            "correction_days": gettext_lazy("So many working days a unit has to correct a returned report."),
            "change_percent": gettext_lazy("Empty: changes are never asked about."),
        }

    def values(self) -> Design:
        found = super().values()
        return found | {"basis": found["basis"] or None}


class RespondentForm(PartForm):
    """Whether a level answers, by what route and until when."""

    @property
    def level(self) -> str:
        return str(self.prefix).rpartition(".")[2]

    @property
    def heading(self) -> str:
        return str(LEVELS[self.level])

    answers = forms.BooleanField(
        label=gettext_lazy("answers this form"), help_text=gettext_lazy("Units of this level send the report.")
    )

    class Meta:
        model = Respondent
        fields = (
            "answers",
            "everyone",
            "signed",
            "checked_above",
            "synthesised",
            "working_days",
            "day_of_month",
            "months_after",
            "due_time",
        )
        widgets = {"due_time": forms.TimeInput(format="%H:%M", attrs={"placeholder": "24:00"})}
        help_texts = {
            "everyone": gettext_lazy("Not ticked: only the units named below answer."),
            "signed": gettext_lazy("The head of the unit signs before the report is sent."),
            "checked_above": gettext_lazy("The superior unit checks the report before the owner approves it."),
            "synthesised": gettext_lazy("The superior signs one synthesis over the reports it has checked."),
            "working_days": gettext_lazy("1 is the first working day after the data window. Or give a fixed day."),
            "day_of_month": gettext_lazy("Such as 20. Leave empty where the deadline counts working days."),
            "months_after": gettext_lazy("In which month the fixed day lies."),
            "due_time": gettext_lazy("Such as 10:00. Empty is 24:00 of that day."),
        }

    def values(self) -> Design:
        found = super().values()
        due = found["due_time"]
        return found | {"due_time": f"{due:%H:%M}" if due else None, "level": self.level}


class NamedUnitForm(PartForm):
    """A unit that answers though not all of its level do, or that does not though they do."""

    must = ("unit",)
    unit = forms.CharField(
        label=gettext_lazy("unit"),
        widget=forms.TextInput(attrs={"list": "units", "autocomplete": "off"}),
        help_text=gettext_lazy("Type a part of its name and choose it; its code is taken."),
    )
    excluded = forms.TypedChoiceField(
        label=gettext_lazy("what it does"),
        choices=[("", gettext_lazy("answers")), ("yes", gettext_lazy("does not answer"))],
        coerce=bool,
        empty_value=None,
        help_text=gettext_lazy("Whether this unit answers the form or is left out."),
    )

    class Meta:
        model = FormVersion
        fields = ()

    def values(self) -> Design:
        found = super().values()
        return {"unit": found["unit"].partition(" ")[0], "excluded": bool(found["excluded"])}


class SectionForm(PartForm):
    """The head of a section."""

    must = ("title",)

    class Meta:
        model = Section
        fields = ("title", "shape", "guidance", "rows_title", "rows_across")
        widgets = {"title": SHORT, "rows_title": SHORT, "guidance": forms.Textarea(attrs={"rows": 1})}
        help_texts = {
            "title": gettext_lazy("The heading of this part of the form."),
            "shape": gettext_lazy("Lines one below the other, a table with fixed rows, or a row for each task."),
            "guidance": gettext_lazy("How to fill this part in; shown below its heading."),
            "rows_title": gettext_lazy("What the rows of the table are, such as: fields of procedure."),
            "rows_across": gettext_lazy("The rows stand side by side and the items one below the other."),
        }


class RowForm(PartForm):
    """A fixed row of a table."""

    must = ("code", "title")

    class Meta:
        model = Row
        fields = ("title", "code", "is_total")
        widgets = {"code": SHORT, "title": SHORT}
        help_texts = {
            "title": gettext_lazy("What people read at the head of the row."),
            "code": gettext_lazy("Small letters, digits and _; the key under which its values are kept."),
            "is_total": gettext_lazy("Adds the other rows up; nobody types it in."),
        }


class ItemForm(PartForm):
    """One thing asked, and beside it the indicator it is of where that is new."""

    indicator_name = ""

    must = ("code",)
    indicator = forms.CharField(
        label=gettext_lazy("indicator"),
        widget=forms.TextInput(attrs={"list": "indicators", "autocomplete": "off"}),
        help_text=gettext_lazy("What a number measures. Choose one, or type a new code and describe it below."),
    )
    options = forms.CharField(
        label=gettext_lazy("answers to choose from"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("One a line; for a choice only."),
    )
    asked_of = forms.CharField(
        label=gettext_lazy("asked only of"),
        help_text=gettext_lazy("Codes of units with commas between, such as STTTT, SNV. Empty: asked of all."),
    )
    new_name = forms.CharField(
        label=gettext_lazy("name of the new indicator"),
        help_text=gettext_lazy("Empty where the indicator exists. What is described here becomes a new indicator."),
    )
    new_unit_of_measure = forms.CharField(
        label=gettext_lazy("unit of measure"), help_text=gettext_lazy("Such as hồ sơ, văn bản, triệu đồng, %.")
    )
    new_decimals = forms.IntegerField(
        label=gettext_lazy("decimals"), min_value=0, help_text=gettext_lazy("0 where whole things are counted.")
    )
    new_space_fold = Indicator._meta.get_field("space_fold").formfield(
        help_text=gettext_lazy("How the city's figure comes from those of the units.")
    )
    new_time_fold = Indicator._meta.get_field("time_fold").formfield(
        help_text=gettext_lazy("How the figure of a quarter or a year comes from those of its months.")
    )
    new_better = Indicator._meta.get_field("better").formfield(help_text=gettext_lazy("Which way is progress."))
    new_numerator = forms.CharField(
        label=gettext_lazy("numerator"),
        widget=forms.TextInput(attrs={"list": "indicators", "autocomplete": "off"}),
        help_text=gettext_lazy("The code of an indicator; for a ratio only."),
    )
    new_denominator = forms.CharField(
        label=gettext_lazy("denominator"),
        widget=forms.TextInput(attrs={"list": "indicators", "autocomplete": "off"}),
        help_text=gettext_lazy("The code of an indicator; for a ratio only."),
    )

    class Meta:
        model = Item
        fields = (
            "title", "code", "kind", "indicator", "formula", "number", "required", "detail", "negative", "guidance",
            "options", "asked_of",
        )  # fmt: skip
        widgets = {
            "title": SHORT,
            "code": SHORT,
            "formula": SHORT,
            "number": SHORT,
            "guidance": forms.Textarea(attrs={"rows": 1}),
        }
        help_texts = {
            "title": gettext_lazy("What people read. Empty: the name of the indicator."),
            "code": gettext_lazy("Small letters, digits and _; formulas and rules name the item by it."),
            "kind": gettext_lazy("What people answer with."),
            "formula": gettext_lazy("Such as: online + in_person. The number is then computed; empty: it is typed in."),
            "number": gettext_lazy("Its number in the official form, such as (3)."),
            "required": gettext_lazy("The report cannot be sent while it is blank."),
            "detail": gettext_lazy("Stands indented below the line above, as a part of it."),
            "negative": gettext_lazy("Numbers below zero are taken."),
            "guidance": gettext_lazy("What counts and what does not; shown beside the question."),
        }

    NEW = ("name", "unit_of_measure", "decimals", "space_fold", "time_fold", "better", "numerator", "denominator")

    def values(self) -> Design:
        found = {name: value for name, value in super().values().items() if not name.startswith("new_")}
        return found | {
            "indicator": found["indicator"] or None,
            "options": [line.strip() for line in (found["options"] or "").splitlines() if line.strip()],
            "asked_of": [code for code in re.split(r"[\s,;]+", found["asked_of"] or "") if code],
        }

    def new_indicator(self, window_rule: str) -> Design | None:
        """The indicator described beside, where one is."""
        found = {name: self.cleaned_data.get(f"new_{name}") for name in self.NEW} if self.is_valid_enough() else {}
        if not (found.get("name") or found.get("unit_of_measure")):
            return None
        return found | {
            "code": self.cleaned_data.get("indicator") or "",
            "decimals": found["decimals"] or 0,
            "window_rule": window_rule,
            "numerator": found["numerator"] or None,
            "denominator": found["denominator"] or None,
        }

    def is_valid_enough(self) -> bool:
        """Whether it was sent at all; a part that cannot be read is told beside it."""
        return self.is_bound and self.is_valid() is not None

    @property
    def describes(self) -> bool:
        """Whether a new indicator is described, or something of it is wrong."""
        described = [self.add_prefix(f"new_{name}") for name in ("name", "unit_of_measure")]
        sent = self.is_bound and any(self.data.get(name) for name in described)
        return sent or any(name.startswith("new_") for name in self.errors)

    @property
    def heading(self) -> str:
        """What the closed card shows: the title, else what stands for it."""
        title, new_name, code = (self[name].value() or "" for name in ("title", "new_name", "code"))
        words = [title, new_name, self.indicator_name, code]
        return next((word for word in words if word), _("New item"))


class RuleForm(PartForm):
    """What must hold between the items."""

    must = ("code", "left", "right", "message")
    operator = forms.ChoiceField(
        label=gettext_lazy("relation"),
        choices=tuple(labels.OPERATORS.items()),
        help_text=gettext_lazy("How the two sides must stand to each other."),
    )

    class Meta:
        model = Rule
        fields = ("left", "operator", "right", "severity", "message", "code")
        widgets = dict.fromkeys(("left", "right", "code"), SHORT) | {"message": forms.Textarea(attrs={"rows": 1})}
        help_texts = {
            "left": gettext_lazy("A formula of items, such as: online + in_person."),
            "right": gettext_lazy("A formula of items, such as: received."),
            "severity": gettext_lazy("Blocks where it must never be broken; warns where a note can explain it."),
            "message": gettext_lazy("What people read when the rule is broken, as a whole sentence."),
            "code": gettext_lazy("Small letters, digits and _; tells this rule from the others."),
        }
