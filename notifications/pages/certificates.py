"""The form in which a head certifies when, how and to how many people a directive was passed on."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from notifications.actions.directing import LONGEST_WAY
from notifications.models import Addressee
from reports.pages.fields import day_field

WAYS = (
    gettext_lazy("At a meeting of the whole unit"),
    gettext_lazy("At meetings of its divisions"),
    gettext_lazy("Through the document system, with a signed list"),
)
"""What is offered while one types how it was passed on."""

MOST_PEOPLE = 100_000


class CertificateForm(forms.Form):
    """When, how, to how many of how many people, and the list they signed; `of` is the addressee."""

    day = day_field(gettext_lazy("Passed on on"))
    way = forms.CharField(label=gettext_lazy("How it was passed on"), max_length=LONGEST_WAY)
    people = forms.IntegerField(label=gettext_lazy("People reached"), min_value=0, max_value=MOST_PEOPLE)
    of_people = forms.IntegerField(label=gettext_lazy("People of the unit"), min_value=1, max_value=MOST_PEOPLE)
    file = forms.FileField(
        label=gettext_lazy("The list they signed, scanned"),
        help_text=gettext_lazy("PDF, PNG, JPEG, DOCX or XLSX, at most 10 MB."),
    )

    ways = WAYS

    def __init__(self, *args: Any, of: Addressee, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", "prefix": f"certificate-{of.pk}", **kwargs})
        self.of = of
        self.fields["way"].widget.attrs |= {"list": "ways", "autocomplete": "off"}
