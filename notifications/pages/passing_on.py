"""What people of an addressed unit do: acknowledge a directive, and as its head certify how it was passed on."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.refusals import Refused
from accounts.requests import PortalRequest
from notifications.actions import directing
from notifications.models import Addressee
from notifications.pages import directives as screen
from notifications.pages.certificates import CertificateForm
from reports.filetypes import LARGEST


@require_POST
def acknowledge(request: PortalRequest, pk: int) -> HttpResponse:
    """One click: this person has read the directive."""
    directive = screen.get(request, pk)
    if directing.acknowledge(directive, by=request.user, at=request.at):
        messages.success(request, _("Your acknowledgement of %(number)s is on record.") % {"number": directive.number})
    else:
        messages.info(request, _("You had acknowledged %(number)s already.") % {"number": directive.number})
    return redirect("directive", pk)


@require_POST
def certify(request: PortalRequest, pk: int, addressee: int) -> HttpResponseBase:
    """Certify for one unit; what is refused is said at its field on the directive's page."""
    directive = screen.get(request, pk)
    readable = Addressee.objects.readable_by(request.user, request.at).select_related("directive", "unit")
    of = get_object_or_404(readable, pk=addressee, directive=directive)
    form = CertificateForm(request.POST, request.FILES, of=of)
    directing.refuse_other_than_head(of, by=request.user, at=request.at)
    if form.is_valid():
        given = form.cleaned_data
        file = given.pop("file")
        try:
            directing.certify(of, **given, file=(file.name, file.read(LARGEST + 1)), by=request.user, at=request.at)
        except Refused as refusal:
            form.add_error(None, refusal.message)
        except ValidationError as error:
            for name, sentences in error.message_dict.items():
                form.add_error(name, sentences)
        else:
            messages.success(request, _("It is on record how %(unit)s passed the directive on.") % {"unit": of.unit})
            return redirect("directive", pk)
    return screen.page(request, directive, form, status=422)
