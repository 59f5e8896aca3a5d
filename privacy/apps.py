from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    """What is held of people, handed out, erased, and forgotten in time."""

    name = "privacy"
    verbose_name = _("Privacy")

    def ready(self) -> None:
        """Say what the outbox holds; the rooms above say what they do."""
        from privacy import outbox  # noqa: F401
