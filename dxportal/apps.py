"""The admin app with the portal's own site in place of Django's."""

from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    """Puts the portal's own site in place of Django's."""

    default_site = "dxportal.admin.PortalAdminSite"
