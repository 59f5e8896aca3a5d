"""The worker of ``bench.screening``: the site's own, and what it must beat."""

from config.celery import app


@app.task(name="bench.screen_one")
def screen_one() -> None:
    """Screen one comment in a task of its own."""
    from moderation.screening import screen_batch

    screen_batch(limit=1)
