"""The desk at 10,000 comments and at 1,000,000: its reads, whole pages, a decision, a search.

Two databases that differ in nothing but size, asked in turns. One in fifty comments waits, as on a
bad day, so that the large queue holds 20,000; another tenth was reviewed before. Everything is
made by the database itself, with the constraints' triggers off while it is filled; each text that
waits has three like it, and fingerprints of its own making.
"""

import statistics
import sys
import time
from collections.abc import Callable

from bench.setup import prepare, table

prepare()

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.models import F  # noqa: E402
from django.test import Client  # noqa: E402

from accounts.known import SessionStore  # noqa: E402
from accounts.models import Role, User  # noqa: E402
from comments.models import Author, CommentRevision  # noqa: E402
from moderation import selectors  # noqa: E402
from moderation.decisions import database_now  # noqa: E402
from moderation.figures import roll_up  # noqa: E402
from moderation.models import Queue, ReviewItem  # noqa: E402
from moderation.near_duplicates import keep  # noqa: E402
from moderation.review_items import recount  # noqa: E402
from moderation.selectors import Position, QueueFilters, Sort  # noqa: E402

SMALL, LARGE = 10_000, 1_000_000
WAITING_EVERY = 50
REVIEWED_EVERY = 10
ALIKE = 3  # comments that say what one that waits says
ROUNDS = 6
CALLS = 12  # of each kind in each round
DECISIONS = 3  # the same of decisions, which use the small queue up
MOST = 1.5  # times as long at the larger size; what looks at everything that waits has no bound
UNBOUND = ("search", "by score", "an author's", "what was decided")

FILL = """
SET session_replication_role = replica;
INSERT INTO comments_section (id, name, slug, position, moderation_mode)
    SELECT n, 'Section ' || n, 'section-' || n, n, 'inherit' FROM generate_series(1, 8) n;
INSERT INTO comments_article (id, slug, title, kicker, lead, body, picture, picture_alt,
        picture_caption, picture_credit, byline, source_line, published_at, updated_at,
        comments_mode, moderation_mode, is_listed, discussion_version, published_count, section_id)
    SELECT n, 'article-' || n, 'Ferry prices rise again, part ' || n, '', 'A lead of some length.',
        '', '', '', '', '', '', '', now() - n * interval '1 hour', now(), 'open', 'inherit', true,
        0, 0, 1 + n %% 8
    FROM generate_series(1, %(comments)s / 200) n;
INSERT INTO comments_author (id, key, name, email, first_seen_at, published_count, removed_count)
    SELECT n, gen_random_uuid(), 'Reader ' || n, '', now(), 20, 1
    FROM generate_series(1, %(comments)s / 20) n;
INSERT INTO comments_comment (id, public_id, depth, author_name, author_email, author_website,
        address_hash, status, version, submitted_at, article_id, author_id, current_revision_id)
    SELECT n, gen_random_uuid(), 0, 'Reader ' || 1 + n %% (%(comments)s / 20), '', '', '',
        CASE WHEN n %% %(every)s = 0 THEN 'held' ELSE 'published' END, 2,
        now() - (%(comments)s - n) * interval '1 second',
        1 + n %% (%(comments)s / 200), 1 + n %% (%(comments)s / 20), n
    FROM generate_series(1, %(comments)s) n;
INSERT INTO comments_commentrevision (id, comment_id, number, body, created_at)
    SELECT n, n, 1, 'The ferry, ' || (
            SELECT string_agg(translate((1000 + (hashint8(letter * 64 + k) & 2047))::text,
                '0123456789', 'abdeginost'), ' ')
            FROM generate_series(1, 12 + 5 * (letter %% 9)) k
        ) || CASE WHEN n %% 100 = 7 THEN ' Ask the harbourmaster.' ELSE '' END,
        now()
    FROM (
        SELECT n, CASE WHEN n %% %(every)s <= %(alike)s THEN n - n %% %(every)s ELSE n END AS letter
        FROM generate_series(1, %(comments)s) n
    ) AS texts;
INSERT INTO moderation_fingerprint (revision_id, bands)
    SELECT n, ARRAY[
        hashint8extended(n, 1), hashint8extended(n, 2), hashint8extended(n, 3),
        hashint8extended(n, 4), hashint8extended(n, 5), hashint8extended(n, 6),
        hashint8extended(n, 7), hashint8extended(n, 8)]
    FROM generate_series(1, %(comments)s) n WHERE n %% %(every)s > %(alike)s;
INSERT INTO moderation_classification
        (id, revision_id, model, language, own, quoted, spans, unscored, created_at)
    SELECT n, n, 'bench-1', 'en', '{"insult": 0.7, "toxicity": 0.6}', '{}', '[]', '', now()
    FROM generate_series(1, %(comments)s) n;
INSERT INTO moderation_decision (id, public_id, comment_id, revision_id, version, action,
        from_status, to_status, from_queue, made_by, rule_set_id, classification_id, matched,
        reason, note, decided_at)
    SELECT n, gen_random_uuid(), n, n, 2,
        CASE WHEN n %% %(every)s = 0 THEN 'hold' ELSE 'approve' END,
        'submitted', CASE WHEN n %% %(every)s = 0 THEN 'held' ELSE 'published' END, '', 'rule',
        (SELECT min(id) FROM moderation_ruleset), n, '[]', '', '', now()
    FROM generate_series(1, %(comments)s) n;
INSERT INTO moderation_reviewitem (id, public_id, queue, urgency, top_label, top_score, scores,
        reason, is_open, opened_at, article_id, comment_id, section_id)
    SELECT n, gen_random_uuid(), CASE WHEN n %% 700 = 0 THEN 'unscored' ELSE 'waiting' END,
        (hashint8(n) & 1023) %% 1001, (ARRAY['insult', 'toxicity', 'spam', 'threat'])[1 + n %% 4],
        (hashint8(n) & 1023) / 1024.0,
        array_fill((10000 * ((hashint8(n) & 1023) / 1024.0))::smallint, ARRAY[8]),
        'Insults: insult 0.70', n %% %(every)s = 0,
        now() - (%(comments)s - n) * interval '1 second', 1 + n %% (%(comments)s / 200), n,
        1 + (1 + n %% (%(comments)s / 200)) %% 8
    FROM generate_series(1, %(comments)s) n WHERE n %% %(every)s = 0 OR n %% %(reviewed)s = 0;
SET session_replication_role = DEFAULT;
"""
SEQUENCES = (
    "comments_comment",
    "comments_commentrevision",
    "moderation_reviewitem",
    "moderation_decision",
    "moderation_classification",
)
Times = dict[int, dict[str, list[float]]]


def fill(comments: int) -> None:
    """Fill the database that is connected."""
    values = {
        "comments": comments,
        "every": WAITING_EVERY,
        "reviewed": REVIEWED_EVERY,
        "alike": ALIKE,
    }
    with connection.cursor() as cursor:
        for statement in FILL.split(";\n"):
            if statement.strip():
                cursor.execute(statement, values)
        keep_fingerprints()
        for name in SEQUENCES:
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), max(id)) FROM {name}"
            )
        cursor.execute("VACUUM ANALYZE")
    with transaction.atomic():
        recount()
    roll_up(at=database_now())


def keep_fingerprints() -> None:
    """Fingerprints of what waits, and of what is like it, as screening makes them."""
    texts = CommentRevision.objects.annotate(place=F("pk") % WAITING_EVERY)
    asked = list(texts.filter(place__lte=ALIKE).values_list("pk", "body"))
    with transaction.atomic():
        for at in range(0, len(asked), 5_000):
            keep(asked[at : at + 5_000])


def use(database: str) -> None:
    """Turn to another database of the same server."""
    connection.close()
    connection.settings_dict["NAME"] = database
    connection.ensure_connection()


def sign_in() -> Client:
    """A browser of a moderator, in the database that is connected."""
    user = User.objects.filter(role=Role.MODERATOR).first()
    if user is None:
        user = User.objects.create_user("bench@example.org", name="Bench", role=Role.MODERATOR)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "accounts.known.Backend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
    return client


def reads(comments: int) -> dict[str, Callable[[], object]]:
    """What is measured, by its name in the table."""
    user = User.objects.get(role=Role.MODERATOR)
    client, at = sign_in(), database_now()
    middle = ReviewItem.objects.filter(is_open=True, queue=Queue.WAITING).order_by(
        "-urgency", "-id"
    )
    deep = Position.of(middle[comments // WAITING_EVERY // 2])
    urgent, newest = QueueFilters(), QueueFilters(sort=Sort.NEWEST)
    spam = QueueFilters(label="spam")

    def page_of(filters: QueueFilters, after: Position | None = None) -> Callable[[], object]:
        def read() -> object:
            found = selectors.queue_page(user=user, filters=filters, at=at, after=after)
            assert len(found.items) == selectors.queues.PAGE_SIZE
            return found

        return read

    def whole_page() -> object:
        answer = client.get("/desk/queues/waiting/")
        assert answer.status_code == 200
        assert answer.content.count(b'class="row"') == selectors.queues.PAGE_SIZE
        return answer

    def get(address: str, *, holding: bytes = b"") -> Callable[[], object]:
        def read() -> object:
            answer = client.get(address)
            assert answer.status_code == 200
            assert holding in answer.content
            return answer

        return read

    def got_ready() -> object:
        item = selectors.first_item(user=user, filters=urgent, at=at)
        assert item is not None
        headers = {"HX-Request": "true", "HX-Target": "focus"}
        answer = client.get(f"/desk/items/{item.public_id}/ahead/?queue=waiting", headers=headers)
        assert answer.status_code == 200
        return answer

    def decision() -> object:
        item = selectors.first_item(user=user, filters=urgent, at=at)
        assert item is not None
        answer = client.post(
            f"/desk/items/{item.public_id}/decide/?queue=waiting",
            {"action": "approve", "version": str(item.comment.version)},
            headers={"HX-Request": "true", "HX-Target": "focus"},
        )
        assert answer.status_code == 200
        return answer

    return {
        "next 50, most urgent": page_of(urgent),
        "next 50, from the middle": page_of(urgent, deep),
        "next 50, newest": page_of(newest),
        "next 50 of one label": page_of(spam),
        "next item": lambda: selectors.next_item(user=user, filters=urgent, after=deep, at=at),
        "counts and oldest": lambda: selectors.queue_states(user=user),
        "poll for what is new": get("/desk/counts/?queue=waiting&seen=0"),
        "the whole queue page": whole_page,
        "the next card, got ready": got_ready,
        "a decision, and the next card on the page": decision,
        "what was decided, page": get("/desk/decided/"),
        "an author's page": get(f"/desk/authors/{Author.objects.earliest('id').key}/"),
        "search, a word of one comment in 100": get(
            "/desk/search/?words=harbourmaster", holding=b"harbourmaster"
        ),
        "search, a word of every comment": get("/desk/search/?words=ferry", holding=b"ferry"),
        "search, two words that never meet": get("/desk/search/?words=ferry+xylophone"),
        "by score, over all that waits": get("/desk/by-score/?label=insult&low=0.5&high=1"),
    }


def measure(databases: dict[int, str]) -> Times:
    """Ask both databases in turns; seconds of each call."""
    times: Times = {size: {} for size in databases}
    for turn in range(ROUNDS + 1):
        for size, database in databases.items():
            use(database)
            for name, read in reads(size).items():
                read()
                for _ in range(DECISIONS if "decision" in name else CALLS):
                    start = time.perf_counter()
                    read()
                    if turn:  # the first turn fills the caches
                        times[size].setdefault(name, []).append(time.perf_counter() - start)
    return times


def report(times: Times) -> tuple[str, list[str]]:
    """The medians and their ratios as a table, and the names of what is above its bound."""
    rows, above = [], []
    for name in times[SMALL]:
        small, large = (statistics.median(times[size][name]) * 1000 for size in (SMALL, LARGE))
        bound = "" if name.startswith(UNBOUND) else f" (at most {MOST})"
        rows.append((name, f"{small:.2f} ms, {large:.2f} ms: {large / small:.2f} times{bound}"))
        if bound and large > MOST * small:
            above.append(name)
    return table(f"the queue at {SMALL:,} and at {LARGE:,} comments", rows), above


def main() -> None:
    """Fill two databases, measure, print."""
    small = str(connection.settings_dict["NAME"])
    large = f"{small}_large"
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM comments_comment)")
        row = cursor.fetchone()
        if row and row[0]:
            sys.exit("This database is not empty.")
    connection.close()
    use("postgres")
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{large}"')
        cursor.execute(f'CREATE DATABASE "{large}" TEMPLATE "{small}"')
    for size, database in ((SMALL, small), (LARGE, large)):
        use(database)
        started = time.monotonic()
        fill(size)
        sign_in()
        print(f"filled {size} in {time.monotonic() - started:.0f} s", file=sys.stderr)
    printed, above = report(measure({SMALL: small, LARGE: large}))
    print(printed)
    use("postgres")
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{large}"')
    if above:
        sys.exit(f"More than {MOST} times as long at {LARGE:,} comments: {'; '.join(above)}.")


if __name__ == "__main__":
    main()
