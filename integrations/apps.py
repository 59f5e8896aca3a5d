from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntegrationsConfig(AppConfig):
    name = "integrations"
    verbose_name = _("Integrations")

    def ready(self) -> None:
        """Connect what happens on the desk to those who are told of it."""
        from integrations import personal  # noqa: F401
        from integrations.webhooks import receivers  # noqa: F401
