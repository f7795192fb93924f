"""The documents of discipline as files: the bulletin of an issued list, and the draft of a proposal."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Unit, User
from accounts.requests import PortalRequest
from accounts.roles import Role
from reports import record
from reports.exchange import bulletins, letters
from reports.models import Proposal, StandingList

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@require_safe
def bulletin(request: PortalRequest, pk: int, kind: str) -> HttpResponse:
    """The bulletin of an issued list, for inspectors and for who sees the whole city."""
    issued = StandingList.objects.filter(issued_at__isnull=False).select_related("issued_by")
    kept = get_object_or_404(issued, pk=pk)
    if not StandingList.objects.readable_by(request.user, request.at).filter(pk=pk).exists():
        raise PermissionDenied(_("The bulletin names every unit: inspectors and the city's own people read it."))
    by, at = kept.issued_by, kept.issued_at
    if by is None or at is None:
        raise Http404("not issued")
    said = bulletins.bulletin(
        kept, _issuer(by, at), record.tallies(kept.month, at=at, to=by), record.reviewing(kept.month, at=at, to=by)
    )
    return _sent(said, f"thong-bao-{kept.month:%Y-%m}", kind, at)


@require_safe
def proposal(request: PortalRequest, pk: int, kind: str) -> HttpResponse:
    """The draft of a proposal, for inspectors."""
    if not request.user.holds(Role.INSPECTOR, request.at):
        raise PermissionDenied(_("Only an inspector reads the drafts of proposals."))
    one = get_object_or_404(Proposal.objects.select_related("unit", "by"), pk=pk)
    return _sent(bulletins.proposal(one, _issuer(one.by, one.at)), f"to-trinh-{one.unit.code}-{one.pk}", kind, one.at)


def _issuer(user: User, at: datetime) -> Unit:
    """The unit for which this person inspected at that instant."""
    post = next(post for post in user.posts(at) if post.role == Role.INSPECTOR)
    return Unit.objects.select_related("parent").get(pk=post.unit_id)


def _sent(said: letters.Letter, name: str, kind: str, at: datetime) -> HttpResponse:
    if kind not in TYPES:
        raise Http404("no such kind of document")
    return HttpResponse(
        letters.as_pdf(said, at=at) if kind == "pdf" else letters.as_docx(said),
        content_type=TYPES[kind],
        headers={"Content-Disposition": content_disposition_header(as_attachment=True, filename=f"{name}.{kind}")},
    )
