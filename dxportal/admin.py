"""The admin site of the portal: for people with an administrator's appointment in force, signed in as everywhere."""

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.requests import PortalRequest
from accounts.roles import Role


class PortalAdminSite(AdminSite):
    """Asks for the appointment instead of a flag on the person."""

    site_title = _("dxportal")
    site_header = _("Administration of the portal")
    index_title = _("Units, people and forms")

    def has_permission(self, request: PortalRequest) -> bool:  # type: ignore[override]
        return request.user.is_authenticated and request.user.holds(Role.ADMINISTRATOR, request.at)

    def login(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        return redirect_to_login(request.get_full_path())
