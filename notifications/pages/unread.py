"""How many notices are unread, for the frame of a page that stays open."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from accounts.models import User
from notifications.models import Notice


@login_not_required  # where the session has ended the page stays as it is: something may be typed in it
@require_safe
def count(request: HttpRequest) -> HttpResponse:
    """The signs that carry the number, or nothing where it is still the one that the page shows."""
    person = request.user
    if not isinstance(person, User):
        return HttpResponse(status=204)
    unread = Notice.objects.unread_of(person).count()
    if request.GET.get("shown") == str(unread):
        return HttpResponse(status=204)
    return HttpResponse(render_to_string("notifications/unread.html", {"count": unread}))
