"""What Celery runs for the privacy of readers. Thin, and safe to run twice."""

from celery import shared_task

from comments.models import SiteSettings
from privacy.erasing import erase_next
from privacy.retention import retain

LONGEST_RETENTION_SECONDS = 3600


@shared_task(name="privacy.erase")
def erase() -> None:
    """Erase those whose day has come. Beat asks for it, so a lost wake-up costs a minute."""
    while erase_next():
        pass


@shared_task(
    name="privacy.retain",
    soft_time_limit=LONGEST_RETENTION_SECONDS,
    time_limit=LONGEST_RETENTION_SECONDS + 60,
)
def retain_all() -> None:
    """Empty what was kept long enough, once a night; what is left goes the next night."""
    for _outcome in retain(settings=SiteSettings.current()):
        pass
