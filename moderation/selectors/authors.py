"""What colleagues know of an author: where they stand, what was done, what became of comments."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, F, Q
from django.http import Http404

from accounts.models import User
from comments.models import Author, Comment, Outcome, Report, SiteSettings, Status
from moderation.author_acts import addresses_of
from moderation.models import Action, ActKind, AuthorAct, Decision
from moderation.scope import comments_visible_to, sections_of

SHOWN_ACTS = 200
SHOWN_MARKS = 30
SHOWN_NAMES = 5
MOST_NAMES = 50  # counting stops there
_LATEST = 2000  # comments from an address: enough for a hint, and never slow


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds for an author now: the longest ban and mute, strikes that count, notes, trust."""

    ban: AuthorAct | None
    mute: AuthorAct | None
    strikes: list[AuthorAct]
    notes: list[AuthorAct]
    trust: AuthorAct | None = None  # set by hand

    @property
    def restrictions(self) -> list[AuthorAct]:
        """The ban and the mute, where there are any."""
        return [act for act in (self.ban, self.mute) if act is not None]


@dataclass(frozen=True, slots=True)
class OtherNames:
    """Who else wrote from an author's network address lately, the latest first; a hint, no more.

    ``shown`` are (key, name); the key is None where this person may not open that author.
    """

    days: int
    number: int
    shown: list[tuple[uuid.UUID | None, str]]

    @property
    def is_capped(self) -> bool:
        """Whether there are more than were counted."""
        return self.number > MOST_NAMES


@dataclass(frozen=True, slots=True)
class Reported:
    """How often readers reported an author in one category, and how moderators answered."""

    category: str
    number: int
    agreed: int
    disagreed: int


@dataclass(frozen=True, slots=True)
class AuthorDrawer:
    """An author as moderators see them. The numbers are of the whole site.

    ``acts``, ``by_policy`` and ``reports`` come newest or most frequent first; ``marks`` are the
    statuses of the latest comments, oldest first; ``other_names`` is None for whoever is no senior.
    """

    author: Author
    acts: list[AuthorAct]
    standing: Standing
    marks: list[str]
    by_policy: list[tuple[str | None, int]]
    reports: list[Reported]
    reports_open: int
    other_names: OtherNames | None

    @property
    def seen(self) -> int:
        """The newest act that is shown; whoever acts next says that they saw it."""
        return self.acts[0].pk if self.acts else 0


def author_for(*, user: User, key: uuid.UUID) -> Author:
    """Return an author by the key in addresses. Two queries at most.

    Raises Http404, also for an author who wrote nothing in the sections that this person sees.
    """
    author = Author.objects.select_related("user").filter(key=key).first()
    if author is None or not _is_seen_by(user, author):
        raise Http404
    return author


def author_standing(author: Author, *, at: datetime) -> Standing:
    """Return what holds for an author. One query."""
    acts = AuthorAct.objects.filter(author=author, undone_by=None).exclude(kind=ActKind.UNDO)
    return _standing(list(acts.select_related("restriction").order_by("-id")[:SHOWN_ACTS]), at)


def author_drawer(*, user: User, author: Author, at: datetime) -> AuthorDrawer:
    """Gather what the drawer shows. Five queries, four more for seniors."""
    acts = list(
        AuthorAct.objects.filter(author=author)
        .select_related(
            "actor",
            "policy",
            "restriction",
            "decision__comment__article",
            "undone_by__actor",
            "undoes__restriction",
        )
        .order_by("-id")[:SHOWN_ACTS]
    )
    latest = Comment.objects.filter(author=author, withdrawn_at=None).order_by("-id")
    reports = list(
        Report.objects.filter(comment__author=author)
        .values("category")
        .annotate(
            number=Count("id"),
            agreed=Count("id", filter=Q(outcome=Outcome.AGREED)),
            disagreed=Count("id", filter=Q(outcome=Outcome.DISAGREED)),
            unanswered=Count("id", filter=Q(resolved_at=None)),
        )
        .order_by("-number", "category")
    )
    return AuthorDrawer(
        author=author,
        acts=acts,
        standing=_standing(acts, at),
        marks=list(latest.values_list("status", flat=True)[:SHOWN_MARKS])[::-1],
        by_policy=_removed_by_policy(author),
        reports=[
            Reported(row["category"], row["number"], row["agreed"], row["disagreed"])
            for row in reports
        ],
        reports_open=sum(row["unanswered"] for row in reports),
        other_names=_other_names(author, user=user, at=at) if user.is_senior else None,
    )


def act_for(*, user: User, public_id: uuid.UUID) -> AuthorAct:
    """Return one act with its author, what it restricts and what took it back. Raises Http404."""
    act = (
        AuthorAct.objects.filter(public_id=public_id)
        .select_related("author__user", "restriction", "undone_by", "undoes__restriction")
        .first()
    )
    if act is None or not _is_seen_by(user, act.author):
        raise Http404
    return act


def came_with(decision: Decision) -> list[AuthorAct]:
    """Return what a removal brought its author. One query."""
    return list(
        AuthorAct.objects.filter(decision=decision).select_related("restriction").order_by("id")
    )


def _is_seen_by(user: User, author: Author) -> bool:
    if sections_of(user) is None:
        return True
    return comments_visible_to(user).filter(author=author).exists()


def _standing(acts: list[AuthorAct], at: datetime) -> Standing:
    holding = [act for act in acts if act.holds(at=at)]
    return Standing(
        ban=_longest(holding, ActKind.BAN),
        mute=_longest(holding, ActKind.MUTE),
        strikes=[act for act in holding if act.kind == ActKind.STRIKE],
        notes=[act for act in holding if act.kind == ActKind.NOTE],
        trust=next((act for act in holding if act.kind == ActKind.TRUST), None),
    )


def _longest(acts: list[AuthorAct], kind: ActKind) -> AuthorAct | None:
    def ends(act: AuthorAct) -> tuple[bool, datetime]:
        until = act.restriction.until if act.restriction is not None else None
        return (until is None, until or act.made_at)

    return max((act for act in acts if act.kind == kind), key=ends, default=None)


def _removed_by_policy(author: Author) -> list[tuple[str | None, int]]:
    """Return how many comments are removed under each policy, by the last word on each."""
    last = Decision.objects.filter(
        comment__author=author,
        comment__status=Status.REMOVED,
        comment__withdrawn_at=None,
        action=Action.REMOVE,
        version=F("comment__version"),
    )
    counted = last.values_list("policy__name").annotate(number=Count("id"))
    return list(counted.order_by("-number", "policy__name"))


def _other_names(author: Author, *, user: User, at: datetime) -> OtherNames:
    days = SiteSettings.current().address_days
    since = at - timedelta(days=days)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT author.key, author.name FROM (
                SELECT author_id, submitted_at FROM comments_comment
                WHERE address_hash IN (
                        SELECT same.hash FROM unnest(%s::varchar[]) AS one(hash),
                            same_address(one.hash) AS same(hash))
                    AND submitted_at > %s AND author_id <> %s
                ORDER BY submitted_at DESC LIMIT %s
            ) AS latest JOIN comments_author author ON author.id = latest.author_id
            GROUP BY author.id ORDER BY max(latest.submitted_at) DESC LIMIT %s
            """,
            [addresses_of(author.pk, since=since), since, author.pk, _LATEST, MOST_NAMES + 1],
        )
        names = cursor.fetchall()
    shown = names[:SHOWN_NAMES]
    if sections_of(user) is not None:
        theirs = comments_visible_to(user).filter(author__key__in=[key for key, _name in shown])
        may_open = set(theirs.values_list("author__key", flat=True))
        shown = [(key if key in may_open else None, name) for key, name in shown]
    return OtherNames(days=days, number=len(names), shown=shown)
