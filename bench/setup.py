"""What every benchmark needs: Django on the throwaway database, and rows in bulk."""

import os
import sys
from typing import Any

import django
from django.core.management import call_command
from django.db import connection


def prepare() -> None:
    """Set Django up and migrate. Refuses to run on anything but a throwaway database."""
    if "ORDSTYRER_TEST_FOLDER" not in os.environ:
        sys.exit("Start it with python -m bench NAME: it fills and empties its database.")
    django.setup()
    call_command("migrate", verbosity=0)


def submit_in_bulk(
    bodies: list[str],
    *,
    article_ids: list[int],
    author_ids: list[int],
    answers: list[int | None] | None = None,
) -> None:
    """Store SUBMITTED comments with their jobs, as ``submit_comment`` would, in one statement.

    The lists go with ``bodies``; ``answers`` names the top-level comment that each one answers.
    """
    _execute(
        """
        WITH new AS (
            SELECT nextval('comments_comment_id_seq') AS comment,
                   nextval('comments_commentrevision_id_seq') AS revision, typed.*
            FROM unnest(%s::text[], %s::bigint[], %s::bigint[], %s::bigint[])
                AS typed(body, article, author, parent)
        ), comment AS (
            INSERT INTO comments_comment (
                id, public_id, article_id, author_id, parent_id, root_id, depth, author_name,
                author_email, author_website, address_hash, status, version, current_revision_id,
                submitted_at)
            SELECT comment, gen_random_uuid(), article, author, parent, parent,
                   (parent IS NOT NULL)::int, 'Marit Vik', '', '', '', 'submitted', 1, revision,
                   now() FROM new
        ), revision AS (
            INSERT INTO comments_commentrevision (id, comment_id, number, body, created_at)
            SELECT revision, comment, 1, body, now() FROM new
        )
        INSERT INTO moderation_screeningjob (revision_id) SELECT revision FROM new
        """,
        [bodies, article_ids, author_ids, answers or [None] * len(bodies)],
    )
    # What autovacuum does on a site that has run for a minute.
    _execute("ANALYZE comments_comment, comments_commentrevision, moderation_screeningjob", [])


def _execute(sql: str, values: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def table(title: str, rows: list[tuple[str, str]]) -> str:
    """Return a two-column Markdown table."""
    lines = [f"| {title} | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)]
    return "\n".join(lines)
