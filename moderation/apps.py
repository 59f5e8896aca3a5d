from typing import Any

from django.apps import AppConfig
from django.core.management import CommandError
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ModerationConfig(AppConfig):
    name = "moderation"
    verbose_name = _("Moderation")

    def ready(self) -> None:
        """Connect what happens in ``comments`` to screening; rules speak the site's language."""
        from moderation import joined_guests, personal, receivers  # noqa: F401
        from moderation.punctuation import spoken
        from moderation.rules import language

        language.speak(spoken)
        post_migrate.connect(_install_defaults, sender=self)


def _install_defaults(**_: Any) -> None:
    from classifier.thresholds import BadThresholds
    from moderation.defaults import install

    try:
        install()
    except BadThresholds as error:
        raise CommandError(
            "The tables are made, but the first rules are not: they begin where the model proposes,"
            f" and its thresholds cannot be read ({error}). Bring classifier/model/ back as it was"
            " shipped, and migrate again."
        ) from error
