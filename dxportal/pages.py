"""What the frame of every page shows, what stands in place of a page that failed, and the pages for machines."""

import sys
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.defaults import server_error

from accounts.labels import ROLES
from accounts.roles import Post, Role
from dxportal import patience
from notifications.models import Addressee, Notice
from notifications.replays import may_replay
from reports.actions.demonstration import agenda

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

REVIEWING = frozenset({Role.REVIEWER, Role.APPROVER})
ADMINISTERING = frozenset({Role.ADMINISTRATOR})
APPROVING = frozenset({Role.APPROVER})
WATCHING = frozenset({Role.ADMINISTRATOR, Role.INSPECTOR})
BRINGING_TOGETHER = frozenset({Role.HEAD, Role.REVIEWER, Role.APPROVER})
CONCERNED = frozenset(Role) - ADMINISTERING
EVERYONE = frozenset(Role)
RECORD = ("lapse", "discipline-unit", "replay")
DIRECTIVE = ("directive", "directive-new", "directive-draft", "directive-change", "directive-certify")


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the navigation: where it leads, who has it, and which addresses belong to it."""

    address: str
    icon: str
    words: "StrPromise"
    roles: frozenset[Role] = EVERYONE
    within: tuple[str, ...] = ()


PLACES = (
    Place("work", "list-check", gettext_lazy("My work")),
    Place("reports", "file-text", gettext_lazy("Reports"), within=("report", "receipt")),
    Place("review", "shield-check", gettext_lazy("Review and approval"), REVIEWING),
    Place("syntheses", "writing-sign", gettext_lazy("Syntheses"), BRINGING_TOGETHER, within=("synthesis",)),
    Place("city", "chart-bar", gettext_lazy("City"), within=("figures", "unit", "explain")),
    Place("discipline", "clipboard-check", gettext_lazy("Discipline"), CONCERNED, within=RECORD),
    Place("programme", "target", gettext_lazy("Programme")),
    Place("requests", "message", gettext_lazy("Requests"), within=("request",)),
    Place("directives", "book", gettext_lazy("Directives"), within=DIRECTIVE),
    Place("inbox", "inbox", gettext_lazy("Inbox"), within=("notice", "preferences")),
    Place("extensions", "clock", gettext_lazy("Extensions"), APPROVING, within=("openings",)),
    Place("ladders", "bell", gettext_lazy("Ladders of reminders"), APPROVING | ADMINISTERING, within=("ladder",)),
    Place("incidents", "alert-triangle", gettext_lazy("Incidents"), WATCHING),
    Place("journal", "history", gettext_lazy("Journal"), WATCHING, within=("seals",)),
    Place("outbox", "send", gettext_lazy("Outbox"), ADMINISTERING),
    Place("admin:index", "adjustments", gettext_lazy("Administration"), ADMINISTERING),
)
ON_THE_PHONE = 3
"""How many places stand at the bottom of a phone's screen, before "More"."""


def frame(request: HttpRequest) -> dict[str, object]:
    """The parts of the frame that depend on the person and the clock.

    One query for the person's posts; unread notices and waiting directives are asked for only where a page shows them.
    """
    at = getattr(request, "at", None)
    shown: dict[str, object] = {"demonstration": bool(settings.DEMO_CLOCK) and at is not None, "at": at}
    if shown["demonstration"] and (left := agenda.left()):
        shown["loading"] = left.progress
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or at is None:
        return shown
    posts = user.posts(at)
    places = _places(request, posts)
    return shown | {
        "places": places,
        "first_places": places[:ON_THE_PHONE],
        "more_places": places[ON_THE_PHONE:],
        "roles": [ROLES[role] for role in Role if any(post.role == role for post in posts)],
        "unread": cache(lambda: Notice.objects.unread_of(user).count()),
        "may_replay": may_replay(posts),
        "directives_waiting": cache(lambda: list(Addressee.objects.waiting_for(user, at))),
    }


def _places(request: HttpRequest, posts: tuple[Post, ...]) -> list[dict[str, object]]:
    """The entries of the navigation that this person has, the present one marked."""
    held = {post.role for post in posts}
    here = request.resolver_match.view_name if request.resolver_match else ""
    if here.startswith("admin:"):
        here = "admin:index"
    return [
        {
            "url": reverse(place.address),
            "icon": place.icon,
            "words": place.words,
            "current": here == place.address or here in place.within,
            "inbox": place.address == "inbox",
        }
        for place in PLACES
        if place.roles & held or place.roles is EVERYONE
    ]


def fault(request: HttpRequest) -> HttpResponse:
    """In place of a page that failed: where the database has ended a wait, that one should try again in a moment.

    Asks the database nothing, and so knows nobody.
    """
    error = sys.exception()
    refusal = patience.given_up(error) if error else None
    if refusal is None:
        return server_error(request)
    later = {"Retry-After": str(patience.SECONDS)}
    if request.content_type == "application/json":  # from a page's script, which says it in the page
        return JsonResponse({"code": refusal.code, "words": refusal.message}, status=503, headers=later)
    return HttpResponse(render_to_string("503.html", {"words": refusal.message}), status=503, headers=later)


def favicon(request: HttpRequest) -> HttpResponse:
    """Lead browsers that ask at the root to the portal's sign."""
    return HttpResponsePermanentRedirect(static("portal/favicon.svg"))


def livez(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("alive\n", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers too. Redis is not asked: filing goes on without it."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("the database does not answer\n", status=503, content_type="text/plain")
    return HttpResponse("ready\n", content_type="text/plain")
