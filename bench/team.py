"""The pages of the team, of quality and of one's own day over 90 days of 1,000,000 comments.

Comments are spread evenly over the days and five sections; rules settle three of four, the rest
waits for one of fourteen moderators. Measured are whole answers of the site, queries included.
"""

import time
from datetime import timedelta

from bench.setup import prepare, table

prepare()

from django.db import connection  # noqa: E402
from django.db.models import Max  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from accounts.models import Role, User  # noqa: E402
from comments.models import Article, Author, Section  # noqa: E402
from moderation.decisions import database_now  # noqa: E402
from moderation.figures import rebuild, roll_up  # noqa: E402
from moderation.models import Decision, Figure  # noqa: E402

COMMENTS = 1_000_000
DAYS = 90
PEOPLE = 14
ROUNDS = 7

# Numbers of comments run from 1; each is n / COMMENTS of the way through the days.
FILL = [
    "SET session_replication_role = replica",  # no triggers, no foreign keys: rows fit as made
    """
    INSERT INTO comments_commentrevision (id, comment_id, number, body, created_at)
    SELECT n, n, 1, 'The morning ferry is always full.', now() FROM generate_series(1, %(all)s) n
    """,
    """
    INSERT INTO comments_comment (
        id, public_id, article_id, author_id, depth, author_name, author_email, author_website,
        address_hash, status, version, current_revision_id, submitted_at)
    SELECT n, gen_random_uuid(), (%(articles)s::bigint[])[1 + n %% 5], %(author)s, 0, 'Marit Vik',
        '', '', '', 'published', 2 + (n %% 4 = 0)::int, n,
        now() - %(days)s * interval '1 day' * (1 - n::float8 / %(all)s)
    FROM generate_series(1, %(all)s) n
    """,
    """
    INSERT INTO moderation_decision (
        public_id, comment_id, revision_id, version, action, from_status, to_status, from_queue,
        made_by, matched, reason, note, decided_at)
    SELECT gen_random_uuid(), c.id, c.id, 2,
        CASE WHEN c.id %% 4 = 0 THEN 'hold' WHEN c.id %% 21 = 0 THEN 'remove' ELSE 'approve' END,
        'submitted', 'held', '', 'rule', '[]',
        CASE WHEN c.id %% 4 = 0 OR c.id %% 21 = 0 THEN 'High insult: insult 0.71' ELSE '' END,
        '', c.submitted_at + interval '1 second'
    FROM comments_comment c ORDER BY c.id
    """,
    """
    INSERT INTO moderation_reviewitem (
        public_id, comment_id, article_id, section_id, queue, urgency, reason, top_label,
        top_score, is_open, opened_at, closed_at)
    SELECT gen_random_uuid(), c.id, c.article_id, a.section_id, 'waiting', 100,
        'High insult: insult 0.71', 'insult', 0.71, c.id > %(all)s - 80000,
        c.submitted_at + interval '1 second',
        CASE WHEN c.id <= %(all)s - 80000 THEN least(now(),
            c.submitted_at + interval '1 second' * (5 + exp(7 + 3 * random()))) END
    FROM comments_comment c JOIN comments_article a ON a.id = c.article_id
    WHERE c.id %% 4 = 0 ORDER BY c.id
    """,
    """
    INSERT INTO moderation_decision (
        public_id, comment_id, revision_id, version, action, from_status, to_status, from_queue,
        made_by, actor_id, policy_id, matched, reason, note, decided_at, taken_at)
    SELECT gen_random_uuid(), i.comment_id, i.comment_id, 3,
        CASE WHEN i.id %% 5 = 0 THEN 'remove' ELSE 'approve' END, 'held',
        CASE WHEN i.id %% 5 = 0 THEN 'removed' ELSE 'published' END, 'waiting', 'moderator',
        (%(people)s::bigint[])[1 + i.id %% %(number)s],
        CASE WHEN i.id %% 5 = 0 THEN 1 + i.id %% 9 END, '[]', '', '', i.closed_at,
        i.closed_at - interval '1 second' * (2 + 20 * random())
    FROM moderation_reviewitem i WHERE NOT i.is_open ORDER BY i.closed_at
    """,
    """
    INSERT INTO moderation_doublereview (
        public_id, decision_id, comment_id, state, drawn_at, skipped_by, second_by_id,
        second_action, second_policy_id, answered_at, same_action, reference_action, note)
    SELECT gen_random_uuid(), d.id, d.comment_id,
        CASE WHEN d.id %% 10 = 0 THEN 'disagreed' ELSE 'agreed' END, d.decided_at, '{}',
        (SELECT p FROM unnest(%(people)s::bigint[]) p WHERE p <> d.actor_id
         OFFSET d.id %% (%(number)s - 1) LIMIT 1),
        CASE WHEN (d.action = 'remove') <> (d.id %% 10 = 0) THEN 'remove' ELSE 'approve' END,
        CASE WHEN (d.action = 'remove') <> (d.id %% 10 = 0) THEN coalesce(d.policy_id, 1) END,
        d.decided_at + interval '1 hour', d.id %% 10 <> 0, '', ''
    FROM moderation_decision d WHERE d.made_by = 'moderator' AND d.id %% 33 = 0
    """,
    """
    INSERT INTO moderation_queuecount (queue, section_id, open_items)
    SELECT 'waiting', section_id, count(*) FROM moderation_reviewitem WHERE is_open GROUP BY 2
    """,
    "SET session_replication_role = origin",
    "VACUUM ANALYZE",
]


def fill() -> list[User]:
    """Store the 90 days; returns the moderators."""
    people = [
        User.objects.create(email=f"m{n}@example.org", name=f"M {n}", role=Role.MODERATOR)
        for n in range(PEOPLE)
    ]
    sections = [Section.objects.create(slug=f"s{n}", name=f"Section {n}") for n in range(5)]
    articles = [
        Article.objects.create(section=s, slug=s.slug, title=s.name, published_at=database_now())
        for s in sections
    ]
    values = {
        "all": COMMENTS,
        "days": DAYS,
        "articles": [article.pk for article in articles],
        "author": Author.objects.create(name="Marit Vik").pk,
        "people": [user.pk for user in people],
        "number": PEOPLE,
    }
    with connection.cursor() as cursor:
        for statement in FILL:
            cursor.execute(statement, values)
    return people


def asked(user: User, address: str) -> str:
    """Ask for a page seven times; returns the middle time and the number of queries."""
    client = Client()
    client.force_login(user, backend="accounts.known.Backend")
    client.get(address)
    times = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        times.append(time.perf_counter() - begin)
        if answer.status_code != 200:
            raise SystemExit(f"{address} answered {answer.status_code}")
    return f"{1000 * sorted(times)[ROUNDS // 2]:.0f} ms, {len(queries)} queries"


def timed(what: str) -> tuple[str, str]:
    """Add up all hours; returns what, and how long it took."""
    begin = time.perf_counter()
    changed = rebuild(at=database_now())
    return what, f"{time.perf_counter() - begin:.1f} s, {changed:,} rows changed"


def main() -> None:
    people = fill()
    admin = User.objects.create(email="a@example.org", name="A", role=Role.SITE_ADMIN)
    day = (database_now() - timedelta(days=60)).date().isoformat()
    rows = [
        ("90 days, team's page, before any hour is added up", asked(admin, "/desk/team/?period=90"))
    ]
    rows += [timed("adding everything up, first time"), timed("adding everything up again")]
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE moderation_figure")
    begin = time.perf_counter()
    roll_up(at=database_now() + timedelta(hours=1))
    rows += [
        ("adding up the last hours (every hour)", f"{1000 * (time.perf_counter() - begin):.0f} ms"),
        ("rows of figures", f"{Figure.objects.count():,}"),
        *(
            (f"team's page, {days} days", asked(admin, f"/desk/team/?period={days}"))
            for days in (1, 7, 30, 90)
        ),
        ("team's page, 90 days, one section", asked(admin, "/desk/team/?period=90&section=s1")),
        ("team's page, from 60 days ago", asked(admin, f"/desk/team/?period=chosen&first={day}")),
        ("quality, 90 days", asked(admin, "/desk/quality/?period=90")),
        ("a moderator's own day", asked(people[3], "/desk/your-day/")),
        ("their overturned decisions", asked(people[3], "/desk/your-day/?overturned=on")),
    ]
    newest = Decision.objects.aggregate(newest=Max("id"))["newest"]
    print(table(f"{COMMENTS:,} comments, {newest:,} decisions in {DAYS} days", rows))


if __name__ == "__main__":
    main()
