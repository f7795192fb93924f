"""The outbox, for administrators: what waits, what fails and why, what was given up, and sending it anew."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Min, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from accounts.refusals import Refused
from accounts.requests import PortalRequest
from accounts.roles import Role
from notifications.actions import resending
from notifications.choices import Channel
from notifications.labels import CHANNELS, OUTCOMES
from notifications.models import Attempt, Delivery

A_PAGE = 25
LONG_AGO = timedelta(days=7)
"""For how long an attempt of which nobody knows the outcome is listed."""
LATELY = timedelta(days=1)
STUCK = timedelta(minutes=10)
"""A message that was to go out longer ago than this waits for a deliverer that does not run."""

KINDS = {
    "given-up": gettext_lazy("Given up"),
    "failing": gettext_lazy("Failing"),
    "unclear": gettext_lazy("Unclear"),
    "waiting": gettext_lazy("Waiting"),
}


@dataclass(frozen=True)
class Line:
    """A message: its first delivery, how many notices it gathers, and what came of its last attempt."""

    delivery: Delivery
    notices: int
    attempts: int
    last: Attempt | None
    outcome: str
    may_resend: bool
    may_drop: bool


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: PortalRequest) -> HttpResponse:
    """How the outbox does, and its messages of one kind; posted to, one message is sent anew or dropped."""
    if not request.user.holds(Role.ADMINISTRATOR, request.at):
        raise PermissionDenied(_("Only an administrator looks after messages that did not go out."))
    if request.method == "POST":
        return _act(request)
    at = request.at
    lists = {
        "given-up": Delivery.objects.given_up().order_by("-due_at", "-pk"),
        "failing": Delivery.objects.failing().order_by("due_at", "pk"),
        "unclear": Delivery.objects.unclear_since(at - LONG_AGO).order_by("-pk"),
        "waiting": Delivery.objects.waiting(at).order_by("due_at", "pk"),
    }
    counts = {kind: rows.one_a_message().count() for kind, rows in lists.items()}
    asked = request.GET.get("show", "")
    chosen = asked if asked in KINDS else next((kind for kind, count in counts.items() if count), "given-up")
    page = Paginator(lists[chosen].one_a_message(), A_PAGE).get_page(request.GET.get("page"))
    shown = {
        "kinds": [{"key": key, "words": words, "count": counts[key]} for key, words in KINDS.items()],
        "chosen": chosen,
        "page": page,
        "lines": _lines(page.object_list, at),
        "channels": _channels(at),
        "stuck": Delivery.objects.waiting(at - STUCK).aggregate(oldest=Min("due_at"))["oldest"],
    }
    return render(request, "notifications/outbox.html", shown)


def _act(request: PortalRequest) -> HttpResponse:
    key, do = request.POST.get("message", ""), request.POST.get("do")
    if not (key.isascii() and key.isdigit() and len(key) < 16) or do not in {"resend", "drop"}:
        raise BadRequest("A message is named by its number, and what is to be done by a word.")
    delivery = get_object_or_404(Delivery, pk=int(key))
    try:
        if do == "resend":
            count = resending.resend(delivery, by=request.user, at=request.at)
            words = ngettext(
                "The message with %(count)d notice is sent anew.",
                "The message with %(count)d notices is sent anew.",
                count,
            )
        else:
            count = resending.drop(delivery, by=request.user, at=request.at)
            words = ngettext(
                "The message with %(count)d notice is dropped; it stays in the inbox.",
                "The message with %(count)d notices is dropped; they stay in the inbox.",
                count,
            )
        messages.success(request, words % {"count": count})
    except Refused as refusal:
        messages.error(request, refusal.message)
    kind = request.POST.get("show", "")
    return redirect(reverse("outbox") + (f"?show={kind}" if kind in KINDS else ""))


def _lines(deliveries: Iterable[Delivery], at: datetime) -> list[Line]:
    """The messages that these deliveries begin, with what their rows show; the same few queries for any number."""
    keys = [one.pk for one in deliveries]
    named = Delivery.objects.select_related("notice", "person").prefetch_related("attempts").in_bulk(keys)
    batches = [one.batch_id for one in named.values() if one.batch_id]
    together = dict(
        Delivery.objects.filter(batch__in=batches).order_by().values_list("batch").annotate(count=Count("pk"))
    )
    lines = []
    for one in (named[key] for key in keys):
        attempts = list(one.attempts.all())
        last = attempts[-1] if attempts else None
        lines.append(
            Line(
                one,
                notices=together.get(one.batch_id, 1),
                attempts=len(attempts),
                last=last,
                outcome=str(OUTCOMES[last.outcome]) if last else "",
                may_resend=resending.may_resend(one),
                may_drop=resending.may_drop(one, at=at),
            )
        )
    return lines


def _channels(at: datetime) -> list[dict[str, Any]]:
    """Each channel with what waits, since when, what fails, what was given up, and what was accepted of late."""
    columns = {
        "waiting": _by_channel(Delivery.objects.waiting(at)),
        "failing": _by_channel(Delivery.objects.failing()),
        "given_up": _by_channel(Delivery.objects.given_up()),
        "accepted": _by_channel(Delivery.objects.accepted_since(at - LATELY)),
    }
    oldest = dict(Delivery.objects.waiting(at).order_by().values_list("channel").annotate(oldest=Min("due_at")))
    return [
        {"name": CHANNELS[one], "oldest": oldest.get(one)}
        | {name: column.get(one.value, 0) for name, column in columns.items()}
        for one in Channel
    ]


def _by_channel(deliveries: "QuerySet[Delivery]") -> dict[str, int]:
    return dict(deliveries.order_by().values_list("channel").annotate(count=Count("pk")))
