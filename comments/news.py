"""What is new for those who follow, and the letters that tell them.

News is a comment that became public for the first time. A letter holds no text until the moment it
is sent: what was removed, withdrawn or hidden meanwhile is not in it, and its reader may have
stopped it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.following import by_public_id, stop_address
from comments.models import Article, Comment, Follow, SiteSettings, Status
from comments.permalinks import discussion_link, permalink
from comments.rendering import clean_text
from mailing.letters import Text, post

KIND = "follow"
# A decision is dated when its transaction begins, and seen when it ends.
SETTLED_AFTER = timedelta(seconds=5)
AT_ONCE = 500  # follows looked after in one go
MOST_IN_LETTER = 20
EXCERPT = 400  # characters of each comment; the rest is one link away

_NEWS = """
FROM comments_publication news
JOIN comments_article article ON article.id = news.article_id
JOIN comments_comment comment ON comment.id = news.comment_id
JOIN comments_author author ON author.id = comment.author_id
LEFT JOIN accounts_user account ON account.id = author.user_id
WHERE news.article_id = follow.article_id AND news.is_first
    AND news.published_at > {since} AND news.published_at <= %(until)s
    AND comment.status = 'published' AND article.published_at <= clock_timestamp()
    AND (follow.thread_id IS NULL OR follow.thread_id IN (comment.id, comment.root_id))
    AND (author.key = follow.guest_key OR account.id = follow.user_id
        OR account.email = follow.email) IS NOT TRUE
    AND NOT EXISTS (
        SELECT FROM comments_mute mute WHERE mute.muted_id = comment.author_id
            AND mute.reader_key IN ('user:' || follow.user_id,
                'guest:' || replace(follow.guest_key::text, '-', '')))
"""
_FOLLOWS_WITH_NEWS = f"""
SELECT follow.id, clock_timestamp(), %(until)s::timestamptz FROM comments_follow follow
WHERE follow.confirmed_at IS NOT NULL
    AND (follow.letter_at IS NULL OR follow.letter_at
        <= clock_timestamp() - make_interval(mins => %(pause)s))
    AND EXISTS (SELECT {_NEWS.format(since="follow.told_until")})
ORDER BY follow.letter_at NULLS FIRST, follow.id LIMIT %(most)s
FOR UPDATE OF follow SKIP LOCKED
"""  # noqa: S608, put together of its own words
_NEWS_OF_ONE = f"""
SELECT news.id FROM comments_follow follow
CROSS JOIN LATERAL (SELECT comment.id, news.published_at {_NEWS.format(since="%(since)s")}) AS news
WHERE follow.id = %(follow)s ORDER BY news.published_at, news.id
"""  # noqa: S608, the same


def tell_followers() -> int:
    """Have a letter written to each who follows something with news, and is due; returns how many.

    At most one in ``SiteSettings.follow_minutes`` for each follow: what comes meanwhile waits for
    the next one.
    """
    minutes = SiteSettings.current().follow_minutes
    if not minutes:
        return 0
    with transaction.atomic():
        for pk, now, until in (due := _due(pause=minutes)):
            follow = Follow.objects.get(pk=pk)
            assert follow.told_until is not None  # noqa: S101, it is confirmed
            post(
                to=follow.email,
                subject="",
                body="",
                kind=KIND,
                key=_key(follow, since=follow.told_until, until=until),
                unsubscribe_url=stop_address(follow),
            )
            Follow.objects.filter(pk=pk).update(letter_at=now, told_until=until)
    return len(due)


def write(key: str) -> Text | None:
    """Return the letter of a key as it is true now, or None where nothing is left to tell."""
    _kind, subject, since, until = key.split("|")
    follow = by_public_id(subject)
    if follow is None or follow.confirmed_at is None:
        return None
    ids = _news_of(follow, datetime.fromisoformat(since), datetime.fromisoformat(until))
    if not ids:
        return None
    found = Comment.objects.published().filter(pk__in=ids[:MOST_IN_LETTER])
    comments = {one.pk: one for one in found.select_related("current_revision")}
    shown = [comments[pk] for pk in ids[:MOST_IN_LETTER] if pk in comments]
    with translation.override(settings.LANGUAGE_CODE):
        return _text(follow, shown, more=len(ids) - len(shown))


def _due(*, pause: int) -> list[tuple[int, datetime, datetime]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        until = cursor.fetchone()[0] - SETTLED_AFTER
        cursor.execute(_FOLLOWS_WITH_NEWS, {"until": until, "pause": pause, "most": AT_ONCE})
        rows: list[tuple[int, datetime, datetime]] = cursor.fetchall()
        return rows


def _news_of(follow: Follow, since: datetime, until: datetime) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_NEWS_OF_ONE, {"follow": follow.pk, "since": since, "until": until})
        return [row[0] for row in cursor.fetchall()]


def _key(follow: Follow, *, since: datetime, until: datetime) -> str:
    return "|".join((KIND, str(follow.public_id), since.isoformat(), until.isoformat()))


def _text(follow: Follow, comments: Sequence[Comment], *, more: int) -> Text:
    count = len(comments) + more
    subject = _subject(follow, count)
    site = SiteSettings.current()
    parts = [f"{subject}\n", *(_entry(one, follow.article, site) for one in comments)]
    if more:
        words = ngettext("And %(count)d more:", "And %(count)d more:", more) % {"count": more}
        parts.append(f"{words}\n{_all_of_it(follow, site)}\n")
    about = _("this thread") if follow.thread_id else _("this discussion")
    parts.append(
        _("You get this letter because you follow %(this)s. To get no more of them:")
        % {"this": about}
        + f"\n{stop_address(follow)}\n"
    )
    return Text(subject=subject, body="\n".join(parts))


def _subject(follow: Follow, count: int) -> str:
    if follow.thread_id:
        words = ngettext(
            "A new comment in %(thread)s", "%(count)d new comments in %(thread)s", count
        )
        return words % {"count": count, "thread": follow.about}
    words = ngettext("A new comment on “%(title)s”", "%(count)d new comments on “%(title)s”", count)
    return words % {"count": count, "title": follow.article.title}


def _all_of_it(follow: Follow, site: SiteSettings) -> str:
    thread, article = follow.thread, follow.article
    if thread is not None and thread.status == Status.PUBLISHED:
        return permalink(comment=thread, article=article, site=site)
    return discussion_link(article=article, site=site)


def _entry(comment: Comment, article: Article, site: SiteSettings) -> str:
    body = clean_text(comment.current_revision.body).strip()
    if len(body) > EXCERPT:
        body = f"{body[:EXCERPT].rsplit(None, 1)[0]} …"
    name = " ".join(clean_text(comment.author_name).split())
    when = date_format(timezone.localtime(comment.submitted_at), "MONTH_DAY_TIME_FORMAT")
    address = permalink(comment=comment, article=article, site=site)
    if "#" not in address:
        address = f"{address}#c-{comment.public_id}"  # a thread can be long
    return f"{name}, {when}:\n{body}\n{address}\n"
