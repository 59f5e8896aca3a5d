"""Every number that rules may ask is counted, and counted right, from a past made by hand."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Role
from classifier.base import Label, Scores, Text
from comments.models import (
    Article,
    Author,
    Comment,
    CommentRevision,
    ModerationMode,
    Report,
    ReportCategory,
    Section,
    Tag,
)
from moderation.models import ActKind, AuthorAct, CommentFacts
from moderation.rules.catalogue import NUMBERS
from tests.make import StandIn, make_article, make_comment, make_regular, make_user, screen_all

pytestmark = pytest.mark.django_db

LETTER = "Only A Fool would close our school in June, before a single parent has been heard: {}."
LINKS = " ".join(f"https://{n}.example" for n in range(14))
AT = datetime(2026, 3, 4, 17, 45, tzinfo=timezone.get_default_timezone())
OWN = {label: (1 + place) / 64 for place, label in enumerate(Label)}
QUOTED = {label: (17 + place) / 64 for place, label in enumerate(Label)}


def says(text: Text) -> Scores:
    return Scores(model="stand-in-1", language="en", own=OWN, quoted=QUOTED)


def wrote(
    minutes: float, *, body: str = "", author: Author | None = None, **fields: Any
) -> Comment:
    """A comment of so many minutes before ``AT``; a letter, or a text like no other."""
    number = Comment.objects.count()
    body = body or f"{number} {chr(97 + number % 26) * 7} {number * 7919}"
    article = fields.pop("article", None) or Article.objects.get(slug="elsewhere")
    comment = make_comment(body, author=author or make_regular(), article=article)
    at = AT - timedelta(minutes=minutes)
    Comment.objects.filter(pk=comment.pk).update(submitted_at=at, **fields)
    CommentRevision.objects.filter(comment=comment).update(created_at=at)
    return comment


def letter(number: int) -> str:
    return f"{LETTER.format(number)} {LINKS}"


def a_past(author: Author, article: Article) -> None:
    """What happened before: of each kind a number that no other kind has, and some a bit too early,
    too late or elsewhere."""
    for minutes in (5, 20, 30, 120, 180, 240, 25 * 60, -1):  # 1, 3 and 6 letters of their own
        wrote(minutes, body=letter(1), author=author)
    for minutes in (40, 45):  # the fifth within the hour
        wrote(minutes, author=author)
    for minutes in (7, 15, 25, 35, 50, 200, 300, 400, 500, 25 * 60):  # of others: 1, 5 and 9
        wrote(minutes, body=letter(2))
    for minutes in (1, 2, 3, 4, 5, 6, 7, 8, 9, 9.5, 9.9, 11, -1):  # 11 beside it in ten minutes
        wrote(minutes, article=article)
    names = ("Per", "Per", "Per", "Ola", "Ola", "Ola", "Eva", "Eva", "Eva")  # 9 more in the hour
    for minutes, name in zip(range(50, 59), names, strict=True):
        wrote(minutes, address_hash="1.here", author_name=name)
    for minutes, name in ((61, "Ida"), (600, "Jo"), (1400, "Siv"), (25 * 60, "Too early")):
        wrote(minutes, address_hash="1.here", author_name=name)
    wrote(5, address_hash="1.there", author_name="Elsewhere")
    for minutes, name in ((10, "Uwe"), (20, "Uwe"), (120, "Ada"), (25 * 60, "Too early")):
        wrote(minutes, network_hash="1.around", author_name=name)
    wrote(5, network_hash="1.far", author_name="Elsewhere")


def acts_about(author: Author) -> None:
    """Four strikes that count, one that is over, one that was taken back."""
    now, actor = timezone.now(), make_user(Role.MODERATOR)
    made = [
        AuthorAct.objects.create(
            author=author,
            kind=ActKind.STRIKE,
            actor=actor,
            made_at=now,
            until=now + timedelta(days=days),
        )
        for days in (1, 2, 3, 4, 5, -1)
    ]
    AuthorAct.objects.create(
        author=author, kind=ActKind.UNDO, actor=actor, made_at=now, undoes=made[0]
    )


def reports_of(comment: Comment) -> None:
    """Twelve that wait and one that was answered."""
    for number in range(13):
        Report.objects.create(
            comment=comment,
            category=ReportCategory.SPAM,
            reporter_key=str(number),
            created_at=AT,
            resolved_at=AT if number == 0 else None,
        )


def stored(comment: Comment) -> tuple[dict[str, float], CommentFacts]:
    facts = CommentFacts.objects.get(revision=comment.current_revision_id)
    return dict(zip(NUMBERS, facts.numbers, strict=True)), facts


SCORED = {
    **{f"own.{label}": value for label, value in OWN.items()},
    **{f"quoted.{label}": value for label, value in QUOTED.items()},
}
WHEN = {"comment.hour": 17, "comment.day": date(2026, 3, 4).toordinal()}


def test_everything_that_is_known_of_a_comment_is_counted_right() -> None:
    make_article(slug="elsewhere")
    article = make_article(slug="harbour", published_at=AT - timedelta(hours=30, minutes=15))
    article.tags.set([Tag.objects.create(slug="war", name="War")])
    author = make_regular(verified_email="marit@example.org")
    a_past(author, article)
    screen_all(StandIn(says=says))  # whose fingerprints are kept
    acts_about(author)
    comment = wrote(
        0,
        body=letter(3),
        author=author,
        article=article,
        depth=13,
        address_hash="1.here",
        network_hash="1.around",
        author_name="Marit",
        author_email="Marit@example.org",
    )
    reports_of(comment)
    CommentRevision.objects.filter(comment=comment).update(number=2)
    Author.objects.filter(pk=author.pk).update(
        published_count=16,
        removed_count=4,
        approved_count=7,
        first_seen_at=AT - timedelta(days=12, hours=12),
    )
    screen_all(StandIn(says=says))
    numbers, facts = stored(comment)
    letters = sum(map(str.isalpha, letter(3)))
    assert numbers == pytest.approx(
        {
            **SCORED,
            **WHEN,
            "text.length": len(letter(3)),
            "text.capitals": 4 / letters,
            "text.links": 14,
            "repeats.own_5": 1,
            "repeats.own_10": 1,
            "repeats.own_30": 3,
            "repeats.own_60": 3,
            "repeats.own_180": 5,
            "repeats.own_720": 6,
            "repeats.own_1440": 6,
            "repeats.site_5": 1,
            "repeats.site_10": 1 + 1,
            "repeats.site_30": 3 + 3,
            "repeats.site_60": 3 + 5,
            "repeats.site_180": 5 + 5,
            "repeats.site_720": 6 + 9,
            "repeats.site_1440": 6 + 9,
            "author.published": 16,
            "author.approved": 7,
            "author.removed_share": 0.2,
            "author.strikes": 4,
            "author.age_days": 12.5,
            "author.comments_hour": 5,
            "author.signed_in": 0,
            "author.verified": 1,
            "address.comments_hour": 10,
            "address.names_day": 7,
            "network.comments_hour": 3,
            "network.names_day": 3,
            "article.age_hours": 30.25,
            "article.pace": 1.2,
            "article.pre_moderated": 0,
            "comment.depth": 13,
            "comment.reports": 12,
            "comment.edited": 1,
        }
    )
    assert (facts.language, facts.unscored, facts.trust, facts.muted) == ("en", "", "mixed", "")
    assert (facts.article_id, facts.section_id) == (article.pk, article.section_id)
    assert sorted(facts.hosts) == sorted(f"{n}.example" for n in range(14))


def test_of_somebody_new_nothing_is_counted_and_what_is_not_known_is_not_zero() -> None:
    section = Section.objects.create(
        slug="letters", name="Letters", moderation_mode=ModerationMode.PRE
    )
    article = make_article(slug="elsewhere", section=section, published_at=None)
    user = make_user(email="new@example.org")
    user.emailaddress_set.update(verified=False)
    author = make_regular(user=user, published_count=0)
    Author.objects.filter(pk=author.pk).update(first_seen_at=AT)
    comment = wrote(0, body="12345", author=author, article=article)
    screen_all(StandIn(says=says))
    numbers, facts = stored(comment)
    assert numbers == pytest.approx(
        {
            **dict.fromkeys(NUMBERS, 0),
            **SCORED,
            **WHEN,
            "text.length": 5,
            "author.signed_in": 1,
            "article.pace": 0.1,
            "article.pre_moderated": 1,
            **dict.fromkeys(
                (
                    "text.capitals",
                    "author.removed_share",
                    "address.comments_hour",
                    "address.names_day",
                    "network.comments_hour",
                    "network.names_day",
                    "article.age_hours",
                ),
                -1,
            ),
        }
    )
    assert facts.trust == "new"
