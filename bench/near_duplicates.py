"""What near-duplicates cost: a fingerprint at screening, and finding others with 1,000,000 kept.

The fingerprints of the large table are random: as many bands as a real site's, shared by nobody.
"""

import statistics
import time

from bench.corpus import comments
from bench.setup import prepare, submit_in_bulk, table

prepare()

from django.db import connection, transaction  # noqa: E402

from accounts.models import Role, User  # noqa: E402
from classifier.text import fold  # noqa: E402
from comments.models import Comment, CommentRevision  # noqa: E402
from moderation.fingerprints import fingerprints  # noqa: E402
from moderation.models import Fingerprint  # noqa: E402
from moderation.near_duplicates import alike, keep  # noqa: E402
from tests.make import make_article, make_regular  # noqa: E402

BATCHES = (64, 512)
COUNT = 4_096
SMALL, LARGE = 10_000, 1_000_000
CALLS = 60
COPIES = 14  # of one letter, among the others

FILL = """
SET session_replication_role = replica;
INSERT INTO moderation_fingerprint (revision_id, bands)
    SELECT 1000000000 + n, ARRAY[
        hashint8extended(n, 1), hashint8extended(n, 2), hashint8extended(n, 3),
        hashint8extended(n, 4), hashint8extended(n, 5), hashint8extended(n, 6),
        hashint8extended(n, 7), hashint8extended(n, 8)]
    FROM generate_series(%s::bigint + 1, %s::bigint) n;
SET session_replication_role = DEFAULT;
"""


def making(size: int) -> str:
    """What it takes to make fingerprints of texts that were just folded for the model."""
    texts = comments(COUNT)

    def batches() -> float:
        spent = 0.0
        for at in range(0, COUNT, size):
            batch = texts[at : at + size]
            for text in batch:
                fold(text)
            start = time.process_time()
            fingerprints(batch)
            spent += time.process_time() - start
        return spent

    return f"{min(batches() for _ in range(3)) / COUNT * 1e6:,.0f} µs"


def storing(size: int) -> str:
    """Making and storing, by the clock: the database's part included."""
    rows = list(CommentRevision.objects.order_by("id").values_list("id", "body")[:COUNT])
    Fingerprint.objects.all().delete()
    start = time.perf_counter()
    for at in range(0, COUNT, size):
        with transaction.atomic():
            keep(rows[at : at + size])
    return f"{(time.perf_counter() - start) / COUNT * 1e6:,.0f} µs"


def finding(kept: int) -> float:
    """Seconds to find COPIES of a letter, and none of another, among ``kept`` fingerprints."""
    already = Fingerprint.objects.count()
    with connection.cursor() as cursor:
        cursor.execute(FILL, [already, kept])
        cursor.execute("VACUUM ANALYZE moderation_fingerprint")
    user = User.objects.get(role=Role.MODERATOR)
    asked = Comment.objects.select_related("current_revision").order_by("-id")
    other, letter = asked[:2]
    times = []
    for _ in range(CALLS):
        start = time.perf_counter()
        assert alike(letter, user=user).number == COPIES
        assert alike(other, user=user).number == 0
        times.append((time.perf_counter() - start) / 2)
    return statistics.median(times)


def main() -> None:
    User.objects.create_user("bench@example.org", name="Bench", role=Role.MODERATOR)
    articles = [make_article().pk for _ in range(20)]
    authors = [make_regular().pk for _ in range(20)]
    rows = [
        (f"making a fingerprint, batches of {size}, processor time (at most 60 µs)", making(size))
        for size in BATCHES
    ]
    submit_in_bulk(
        comments(COUNT, seed=2),
        article_ids=[articles[n % 20] for n in range(COUNT)],
        author_ids=[authors[n % 20] for n in range(COUNT)],
    )
    rows += [(f"making and storing, batches of {size}", storing(size)) for size in BATCHES]
    letter = "Write to the council before Friday, it takes five minutes. Yours, family number {}."
    bodies = [*(letter.format(n) for n in range(COPIES + 1)), "Nobody but me says just this here."]
    submit_in_bulk(bodies, article_ids=articles[: len(bodies)], author_ids=authors[: len(bodies)])
    newest = CommentRevision.objects.order_by("-id").values_list("id", "body")
    keep(newest[: len(bodies)])
    small, large = finding(SMALL), finding(LARGE)
    rows.append(
        (
            f"finding {COPIES}, and none, at {SMALL:,} and at {LARGE:,} (at most 1.5 times)",
            f"{small * 1e3:.2f} ms, {large * 1e3:.2f} ms: {large / small:.2f} times",
        )
    )
    print(table("Near-duplicates", rows))


if __name__ == "__main__":
    main()
