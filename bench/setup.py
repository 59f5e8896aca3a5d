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


def submit_in_bulk(bodies: list[str], *, article_id: int, author_id: int) -> None:
    """Store SUBMITTED comments with their jobs, as ``submit_comment`` would, in one statement."""
    _execute(
        """
        WITH new AS (
            SELECT nextval('comments_comment_id_seq') AS comment,
                   nextval('comments_commentrevision_id_seq') AS revision, body
            FROM unnest(%s::text[]) AS body
        ), comment AS (
            INSERT INTO comments_comment (
                id, public_id, article_id, author_id, depth, author_name, author_email,
                author_website, address_hash, status, version, current_revision_id, submitted_at)
            SELECT comment, gen_random_uuid(), %s, %s, 0, 'Marit Vik', '', '', '', 'submitted', 1,
                   revision, now() FROM new
        ), revision AS (
            INSERT INTO comments_commentrevision (id, comment_id, number, body, created_at)
            SELECT revision, comment, 1, body, now() FROM new
        )
        INSERT INTO moderation_screeningjob (revision_id) SELECT revision FROM new
        """,
        [bodies, article_id, author_id],
    )
    # What autovacuum does on a site that has run for a minute.
    _execute("ANALYZE", [])


def _execute(sql: str, values: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def table(title: str, rows: list[tuple[str, str]]) -> str:
    """Return a two-column Markdown table."""
    lines = [f"| {title} | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)]
    return "\n".join(lines)
