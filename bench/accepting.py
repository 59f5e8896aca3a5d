"""Taking a comment: validated, CSRF checked, durable; with screening and without, in turns.

"With" stores the screening job and wakes a worker; "without" has the receiver disconnected. At
most 1.1 times as long is wanted.
"""

import statistics
import time

from bench.corpus import comments
from bench.setup import prepare, table

prepare()

from django.conf import settings  # noqa: E402
from django.test import Client  # noqa: E402

from comments.forms import form_key  # noqa: E402
from comments.models import Comment  # noqa: E402
from comments.signals import comment_submitted  # noqa: E402
from moderation.models import ScreeningJob  # noqa: E402
from moderation.receivers import queue_for_screening  # noqa: E402
from tests.make import make_article  # noqa: E402

ROUNDS, EACH = 12, 50


class Reader:
    """A guest with a browser: one cookie jar, one CSRF token."""

    def __init__(self) -> None:
        self.article = make_article()
        self.client = Client(enforce_csrf_checks=True)
        self.client.get(self.article.get_absolute_url())
        self.token = self.client.cookies["csrftoken"].value
        self.post(comments(1)[0])

    def post(self, body: str) -> float:
        """Send one comment; return the milliseconds until it was taken."""
        data = {
            **form_key(),
            "name": "Marit Vik",
            "email": "marit@example.org",
            "body": body,
            "csrfmiddlewaretoken": self.token,
        }
        start = time.perf_counter()
        response = self.client.post(f"{self.article.get_absolute_url()}comments/", data)
        seconds = time.perf_counter() - start
        assert response.status_code == 303, response.content
        return seconds * 1000


def main() -> None:
    settings.COMMENT_MIN_SECONDS = 0
    settings.COMMENTS_PER_MINUTE = settings.COMMENTS_PER_HOUR = 10**6
    reader, bodies = Reader(), iter(comments(2 * ROUNDS * EACH, seed=2))
    took: dict[str, list[float]] = {"with": [], "without": []}
    for _ in range(ROUNDS):
        for way in took:
            change = comment_submitted.connect if way == "with" else comment_submitted.disconnect
            change(queue_for_screening)
            took[way] += [reader.post(next(bodies)) for _ in range(EACH)]
    assert Comment.objects.count() == 2 * ROUNDS * EACH + 1
    assert ScreeningJob.objects.count() == ROUNDS * EACH + 1
    medians = {way: statistics.median(times) for way, times in took.items()}
    ratios = [
        statistics.median(took["with"][at : at + EACH])
        / statistics.median(took["without"][at : at + EACH])
        for at in range(0, ROUNDS * EACH, EACH)
    ]
    print(
        table(
            f"Taking a comment, {ROUNDS} turns of {EACH}",
            [
                ("with screening, median", f"{medians['with']:.2f} ms"),
                ("without, median", f"{medians['without']:.2f} ms"),
                ("with / without (at most 1.1)", f"{statistics.median(ratios):.2f}"),
            ],
        )
    )


if __name__ == "__main__":
    main()
