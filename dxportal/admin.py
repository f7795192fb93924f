"""The admin site of the portal: for people with an administrator's appointment in force, signed in as everywhere."""

from functools import update_wrapper
from typing import TYPE_CHECKING, Any, cast

from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.requests import PortalRequest
from accounts.roles import Role

if TYPE_CHECKING:
    from accounts.admin.access import PortalModelAdmin


class Choices(AutocompleteJsonView):
    """What can be chosen where one types to choose, named as on its own pages."""

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        return super().serialize_result(obj, to_field_name) | {
            "text": cast("PortalModelAdmin", self.model_admin).title_of(obj)
        }


class PortalAdminSite(AdminSite):
    """Asks for the appointment instead of a flag on the person."""

    site_title = gettext_lazy("Administration")
    site_header = gettext_lazy("Administration of the portal")
    index_title = gettext_lazy("Units, people and forms")
    empty_value_display = "–"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Only pages made for this site: those of other apps ask for Django's permissions, which nobody has here."""
        from accounts.admin.access import PortalModelAdmin  # loaded after the site itself

        if admin_class is not None and issubclass(admin_class, PortalModelAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: PortalRequest) -> bool:  # type: ignore[override]
        return request.user.is_authenticated and request.user.holds(Role.ADMINISTRATOR, request.at)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Send strangers to the sign-in, but tell a signed-in person who has no such appointment."""
        shown = super().admin_view(view, cacheable)

        def asked(request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied(_("Only people with an administrator's appointment in force come in here."))
            return cast(HttpResponse, shown(request, *args, **kwargs))

        return update_wrapper(asked, shown)

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Go by the portal's own sign-in to the page that was asked for."""
        page = request.GET.get(REDIRECT_FIELD_NAME, "")
        if not url_has_allowed_host_and_scheme(page, allowed_hosts=None):
            page = resolve_url("admin:index")
        return redirect(page) if request.user.is_authenticated else redirect_to_login(page)

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # type: ignore[override]
        return redirect("account_logout")

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # type: ignore[override]
        return redirect("account_change_password")

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        return cast(HttpResponse, Choices.as_view(admin_site=self)(request))

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """With what the last nightly proof of the figures came to."""
        from reports.actions import proving  # loaded after the site itself

        return super().index(request, {"proof": proving.last(), **(extra_context or {})})

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """In the order of registration: an app imports what it builds on, so units and people come first."""
        return [*self._build_app_dict(request, app_label).values()]
