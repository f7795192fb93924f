"""What the screens of discipline ask: to explain, to rule, to object and to answer, to propose, to send, to decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from reports.actions.grounds import LONGEST_DOCUMENT, LONGEST_REASON
from reports.labels.discipline import LAPSE_CAUSES, MEASURES
from reports.lapses import Measure
from reports.pages.fields import day_field
from reports.pages.files import ACCEPTED

CHOOSE = ("", gettext_lazy("Choose"))
EITHER, MEASURE = gettext_lazy("Choose one of the two."), gettext_lazy("Choose a measure.")
PROPOSED = [CHOOSE, *((one.value, MEASURES[one]) for one in Measure if one != Measure.NONE)]
DECIDED = [CHOOSE, *((one.value, MEASURES[one]) for one in Measure)]


def _words(label: Any, missing: Any, rows: int = 4, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=LONGEST_REASON,
        help_text=help_text,
        error_messages={"required": missing},
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def _number(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=LONGEST_DOCUMENT,
        error_messages={"required": gettext_lazy("Give the number of the document.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def _choice(label: Any, choices: Any, missing: Any, widget: Any = None) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, error_messages={"required": missing}, widget=widget)


class Asked(forms.Form):
    """A form of these screens; `name` is what its button sends as `do`, and goes before its fields."""

    name = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", "prefix": self.name, **kwargs})


class ExplainForm(Asked):
    """Why the unit was late, in the words of its head, with evidence."""

    name = "explain"
    cause = _choice(
        gettext_lazy("Cause"), [CHOOSE, *LAPSE_CAUSES.items()], gettext_lazy("Choose a cause."), forms.Select
    )
    text = _words(
        gettext_lazy("What happened, and what the unit does so that it does not happen again"),
        gettext_lazy("Say what the cause was and what your unit does about it."),
        5,
    )
    file = forms.FileField(
        label=gettext_lazy("Evidence, where there is some"),
        required=False,
        help_text=gettext_lazy("PDF, PNG, JPEG, DOCX or XLSX, at most 10 MB."),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )


class RuleForm(Asked):
    """Whether the lapse is excused, and why."""

    name = "rule"
    excused = _choice(
        gettext_lazy("Your decision"),
        [
            ("yes", gettext_lazy("Excused: the lapse is not held against the unit")),
            ("no", gettext_lazy("Not excused: the lapse stays on the standing list")),
        ],
        EITHER,
        forms.RadioSelect,
    )
    reason = _words(
        gettext_lazy("Reason, which the unit will read"), gettext_lazy("Say why: the unit will read your reason."), 3
    )


class ObjectForm(Asked):
    """Which fact of the announced list is wrong."""

    name = "object"
    text = _words(
        gettext_lazy("Which fact is wrong, and what is right"),
        gettext_lazy("Say which fact is wrong, and how it was."),
        3,
        gettext_lazy("The deadline, the instant of receipt, the days, the unit. Reasons for the delay belong above."),
    )


class AnswerForm(Asked):
    """Whether an objection is upheld, and why."""

    name = "answer"
    upheld = _choice(
        gettext_lazy("Your answer"),
        [
            ("yes", gettext_lazy("Upheld: the fact was wrong, and the lapse leaves the list")),
            ("no", gettext_lazy("Not upheld: the fact stands")),
        ],
        EITHER,
        forms.RadioSelect,
    )
    answer = _words(
        gettext_lazy("Answer, which the unit will read"), gettext_lazy("Say why: the unit will read your answer."), 3
    )


class ProposeForm(Asked):
    """Which lapses are put before the Chair, which measure is proposed, and why; nothing is chosen beforehand."""

    name = "propose"
    lapses = forms.MultipleChoiceField(
        label=gettext_lazy("Lapses that the proposal rests on"),
        error_messages={"required": gettext_lazy("Tick at least one lapse.")},
        widget=forms.CheckboxSelectMultiple,
    )
    measure = _choice(gettext_lazy("Measure proposed"), PROPOSED, MEASURE, forms.Select)
    reason = _words(
        gettext_lazy("Reason, which stands in the document"), gettext_lazy("Say why you propose this measure.")
    )

    def __init__(self, *args: Any, offered: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lapses"].choices = offered  # type: ignore[attr-defined]


class SendForm(Asked):
    """By which document a proposal was sent to the Chair."""

    name = "send"
    number = _number(gettext_lazy("Document number"))
    day = day_field(gettext_lazy("Date of the document"))


class DecideForm(Asked):
    """What the Chair decided, and by which document."""

    name = "decide"
    measure = _choice(gettext_lazy("Measure decided"), DECIDED, MEASURE, forms.Select)
    number = _number(gettext_lazy("Number of the decision"))
    day = day_field(gettext_lazy("Date of the decision"))
