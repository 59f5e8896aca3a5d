"""Django's own applications where this site wants them otherwise."""

from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class AdminConfig(DjangoAdminConfig):
    """Puts ``config.admin.Site`` in the place of Django's own admin site."""

    default_site = "config.admin.Site"
