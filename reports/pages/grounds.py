"""What a move asks to be told, as fields of its dialog: each move asks only for what its row of the table needs."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from reports.actions.grounds import LONGEST_DOCUMENT, LONGEST_REASON, Grounds
from reports.filetypes import LARGEST, TYPES
from reports.pages.fields import day_field, hour_field, instant_of
from reports.workflow import WITHIN, Action, Move, Needs

REASONS = Needs.REASON | Needs.REASON_OR_REMARK


class GroundsForm(forms.Form):
    """The fields of one move; whether they suffice is the action's to say."""

    reason = forms.CharField(
        label=gettext_lazy("Reason (the unit reads it)"),
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    document = forms.CharField(
        label=gettext_lazy("Document number"),
        required=False,
        max_length=LONGEST_DOCUMENT,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    received_day = day_field(gettext_lazy("Received on"))
    received_hour = hour_field()
    scan = forms.FileField(
        label=gettext_lazy("Scan of the report"),
        required=False,
        help_text=gettext_lazy("PDF, PNG, JPEG, DOCX or XLSX, at most 10 MB."),
        widget=forms.FileInput(attrs={"accept": ",".join(ending for kind in TYPES for ending in kind.endings)}),
    )
    voids = forms.BooleanField(
        label=gettext_lazy("This is no report at all: its receipt shall not count, so the unit is late if it is"),
        required=False,
    )

    def __init__(self, move: Move, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        wanted = {
            "reason": bool(move.needs & REASONS),
            "document": Needs.DOCUMENT in move.needs,
            "received_day": Needs.PAPER in move.needs,
            "received_hour": Needs.PAPER in move.needs,
            "scan": Needs.PAPER in move.needs,
            "voids": move.action == Action.RETURN,
        }
        for name, needed in wanted.items():
            if not needed:
                del self.fields[name]
        self.needs_reason = Needs.REASON in move.needs
        if move.action in WITHIN:
            self.fields["reason"].label = gettext_lazy("Reason (your unit reads it)")
        if "received_day" in self.fields:
            self.fields["received_day"].required = False
            self.fields["received_hour"].help_text = gettext_lazy("As stamped on the paper; empty: the end of the day.")

    @property
    def checks(self) -> list[forms.BoundField]:
        """The fields that are ticked."""
        return [field for field in self if field.name == "voids"]

    @property
    def written(self) -> list[forms.BoundField]:
        """All others."""
        return [field for field in self if field.name != "voids"]

    def grounds(self) -> Grounds:
        """What was given, as the action takes it; the form has been found valid."""
        given = self.cleaned_data
        day = given.get("received_day")
        scan = given.get("scan")
        return Grounds(
            reason=given.get("reason", "").replace("\0", ""),
            document=given.get("document", "").replace("\0", ""),
            received_at=instant_of(day, given.get("received_hour")) if day else None,
            scan=(scan.name, scan.read(LARGEST + 1)) if scan else None,
            voids=given.get("voids", False),
        )

    def refuse(self, errors: dict[str, list[str]]) -> None:
        """Show what the action does not take at the field that it speaks of."""
        places = {"received_at": "received_day", "file": "scan"}
        for name, sentences in errors.items():
            self.add_error(places.get(name, name if name in self.fields else None), sentences)
