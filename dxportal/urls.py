"""Every address of the portal. Of the account pages only those that the office uses are open."""

from allauth.account import views as account
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path, re_path
from drf_spectacular.views import SpectacularAPIView

from dxportal import api, pages

handler500 = pages.fault
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("reports.urls")),
    path("", include("notifications.urls")),
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("accounts/password/change/", account.password_change, name="account_change_password"),
    path("api/v1/", include("reports.api.urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/", api.docs, name="api-docs"),
    re_path(r"^api/(?P<rest>.+/)$", login_not_required(api.nothing), name="api-nothing"),
    path("admin/", admin.site.urls),
    path("favicon.ico", login_not_required(pages.favicon), name="favicon"),
    path("livez", login_not_required(pages.livez), name="livez"),
    path("readyz", login_not_required(pages.readyz), name="readyz"),
]
