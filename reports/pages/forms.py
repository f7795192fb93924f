"""Which form a page of figures shows, where a unit has figures of several."""

from collections.abc import Iterable, Sequence

from django.db.models import Exists, OuterRef
from django.http import Http404

from accounts.requests import PortalRequest
from reports.models import Form, Item
from reports.pages import address


def choice_of(request: PortalRequest, known: Iterable[int]) -> tuple[Sequence[Form], Form]:
    """The known forms by code, and the one that is shown; 404 for one that the address names and that is not known.

    It is the one the address names, else the first that asks the indicator it names or one with a target, else the
    first.
    """
    indicator = address.text(request, "indicator")
    asked = Item.objects.filter(version__form=OuterRef("pk"))
    asked = asked.filter(indicator__code=indicator) if indicator else asked.filter(indicator__targets__isnull=False)
    forms = list(Form.objects.filter(pk__in=known).annotate(asked=Exists(asked)))
    code = address.text(request, "form")
    if code:
        found = next((form for form in forms if form.code == code), None)
        if found is None:
            raise Http404(f"no figures of the form {code!r}")
        return forms, found
    return forms, next((form for form in forms if form.asked), forms[0])
