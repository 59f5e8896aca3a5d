"""A long past to try rules on: stored facts and decisions, made by SQL out of some thousands."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from bench.corpus import comments
from bench.rulebook import LANGUAGES, SECTIONS
from classifier.base import Label
from comments.models import Article, Section
from moderation.facts import Facts
from moderation.gathering import stored_numbers
from tests.make import make_article

DIFFERENT = 8_192  # texts and facts; the past repeats them
ARTICLES = 500
START = datetime(2026, 1, 1, tzinfo=UTC)

_SAMPLE = """
CREATE TEMPORARY TABLE sample (
    k bigint PRIMARY KEY, language text, trust text, numbers real[], hosts text[], folded text)
"""
_FILL = """
SET session_replication_role = replica;
INSERT INTO moderation_commentfacts (revision_id, written_at, article_id, section_id, language,
        unscored, trust, muted, numbers, hosts, folded)
    SELECT n, %(start)s + n * interval '10 seconds', (%(articles)s::bigint[])[1 + n %% %(under)s],
        (%(sections)s::bigint[])[1 + n %% %(under)s %% %(several)s], language, '', trust, '',
        numbers, hosts, folded
    FROM generate_series(1, %(number)s::bigint) n JOIN sample ON k = n %% %(different)s;
INSERT INTO moderation_decision (public_id, comment_id, revision_id, version, action, from_status,
        to_status, from_queue, made_by, actor_id, matched, shadow, reason, note, decided_at)
    SELECT gen_random_uuid(), n, n, 2, CASE WHEN n %% 30 = 0 THEN 'remove' ELSE 'approve' END,
        'held', 'published', 'waiting', CASE WHEN n %% 10 = 0 THEN 'moderator' ELSE 'rule' END,
        %(actor)s, '[]', '[]', '', '', %(start)s + n * interval '10 seconds'
    FROM generate_series(1, %(number)s::bigint) n;
INSERT INTO comments_comment (id, public_id, article_id, author_id, depth, author_name,
        author_email, author_website, address_hash, status, version, current_revision_id,
        submitted_at)
    SELECT n, gen_random_uuid(), (%(articles)s::bigint[])[1 + n %% %(under)s], 1, 0, 'Marit Vik',
        '', '', '', 'published', 2, n, %(start)s + n * interval '10 seconds'
    FROM generate_series(10, %(number)s::bigint, 10) n;
INSERT INTO comments_commentrevision (id, comment_id, number, body, created_at)
    SELECT n, n, 1, 'Short.', %(start)s + n * interval '10 seconds'
    FROM generate_series(10, %(number)s::bigint, 10) n;
SET session_replication_role = DEFAULT;
"""


def known(number: int, *, seed: int = 1) -> list[Facts]:
    """Return facts of different comments: most harmless, some not."""
    chance = random.Random(seed)
    return [_facts(text, chance) for text in comments(number, seed=seed)]


def fill(number: int, *, actor_id: int) -> None:
    """Store the facts and decisions of so many comments; people decided every tenth.

    Only those stand in the tables of comments: a trial reads no others there.
    """
    sections = [
        Section.objects.get_or_create(slug=slug, defaults={"name": slug})[0] for slug in SECTIONS
    ]
    articles: list[Article] = [make_article(section=sections[n % 5]) for n in range(ARTICLES)]
    rows = [
        (k, one.language, one.author_trust, stored_numbers(one), list(one.hosts), one.folded.text)
        for k, one in enumerate(known(DIFFERENT))
    ]
    with connection.cursor() as cursor:
        cursor.execute(_SAMPLE)
        cursor.executemany("INSERT INTO sample VALUES (%s, %s, %s, %s, %s, %s)", rows)
        cursor.execute(
            _FILL,
            {
                "start": START,
                "number": number,
                "different": DIFFERENT,
                "articles": [article.pk for article in articles],
                "sections": [section.pk for section in sections],
                "under": ARTICLES,
                "several": len(sections),
                "actor": actor_id,
            },
        )
        cursor.execute(
            "VACUUM ANALYZE moderation_commentfacts, moderation_decision,"
            " comments_comment, comments_commentrevision"
        )


def _facts(text: str, chance: random.Random) -> Facts:
    def scores() -> dict[Label, float]:
        return {label: round(chance.random() ** 4, 4) for label in Label}

    more: dict[str, Any] = {
        "author_published": chance.randrange(40),
        "author_removed_share": chance.choice([None, chance.random() / 4]),
        "author_age_days": chance.random() * 900,
        "author_comments_hour": chance.randrange(6),
        "author_trust": chance.choice(["new", "mixed", "reliable"]),
        "article_section": chance.choice(SECTIONS),
        "article_tags": frozenset(chance.sample(LANGUAGES, 1)),
        "article_age_hours": chance.random() * 72,
        "article_pace": chance.random() * 3,
        "comment_depth": chance.randrange(4),
        "written_at": START + timedelta(minutes=chance.randrange(500_000)),
    }
    return Facts(
        text=text,
        own=scores(),
        quoted=scores(),
        language=chance.choice(LANGUAGES),
        **more,
    )
