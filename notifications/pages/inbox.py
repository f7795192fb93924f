"""The inbox."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import PortalRequest
from notifications import telling
from notifications.actions import reading
from notifications.models import Notice
from reports.models import Report

A_PAGE = 20


@require_http_methods(["GET", "HEAD", "POST"])
def inbox(request: PortalRequest) -> HttpResponse:
    """Every notice to this person, newest first, or only the unread ones; posted to, all of them are read."""
    if request.method == "POST":
        read = reading.read_all(by=request.user, at=request.at)
        words = ngettext("%(count)d notice is marked as read.", "%(count)d notices are marked as read.", read)
        messages.success(request, words % {"count": read})
        return redirect("inbox")
    unread_only = request.GET.get("show") == "unread"
    chosen = Notice.objects.unread_of(request.user) if unread_only else Notice.objects.of(request.user)
    page = Paginator(chosen.with_names(), A_PAGE).get_page(request.GET.get("page"))
    told_of = [notice.report_id for notice in page if notice.report_id]
    readable = set(
        Report.objects.visible_to(request.user, request.at).filter(pk__in=told_of).values_list("pk", flat=True)
    )
    rows = [(notice, telling.tell(notice)) for notice in page]
    shown = {"page": page, "rows": rows, "unread_only": unread_only, "readable": readable}
    return render(request, "notifications/inbox.html", shown)


@require_safe
def notice(request: PortalRequest, pk: int) -> HttpResponse:
    """Open a notice: it is read, and what it speaks of is shown."""
    opened = get_object_or_404(Notice.objects.of(request.user).with_names(), pk=pk)
    reading.read(opened, by=request.user, at=request.at)
    return redirect(telling.tell(opened).page)
