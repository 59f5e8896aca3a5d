"""What Celery runs for readers: their privacy, and what they read. Thin, and safe to run twice."""

from celery import shared_task
from django.utils import timezone

from comments.following import forget_unconfirmed
from comments.models import SiteSettings
from comments.news import AT_ONCE, tell_followers
from comments.reads import store_reads
from privacy.erasing import erase_next
from privacy.retention import retain

LONGEST_RETENTION_SECONDS = 3600


@shared_task(name="comments.store_reads")
def store_counted_reads() -> None:
    """Store how many opened which discussion: once a minute."""
    store_reads(at=timezone.now())


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


@shared_task(name="comments.tell_followers")
def tell() -> None:
    """Have letters written about what is new: every half minute. Some hundred at a time."""
    while tell_followers() == AT_ONCE:
        pass


@shared_task(name="comments.forget_unconfirmed")
def forget() -> None:
    """Delete addresses that nobody confirmed: once a day."""
    forget_unconfirmed()
