"""What of the desk a person sees: everything, or the sections they are assigned to.

Every read narrows through here, so that an object of another section is not found (404), as one
that does not exist.
"""

from django.db.models import Q, QuerySet, prefetch_related_objects

from accounts.models import User
from comments.models import Article, Comment, Section
from moderation.models import Appeal, Decision, ReviewItem


def sections_of(user: User) -> frozenset[int] | None:
    """Return the ids of the sections that this person works on, or None for all of them.

    Seniors are narrowed as moderators are; site admins never. At most one query for each ``user``
    object: it remembers the answer, as a request does.
    """
    if user.is_site_admin:
        return None
    prefetch_related_objects([user], "section_assignments")
    return frozenset(a.section_id for a in user.section_assignments.all()) or None


def items_visible_to(user: User) -> QuerySet[ReviewItem]:
    """Return the items that this person may open."""
    if not user.is_moderator:
        return ReviewItem.objects.none()
    sections = sections_of(user)
    items = ReviewItem.objects.all()
    return items if sections is None else items.filter(section__in=sections)


def comments_visible_to(user: User) -> QuerySet[Comment]:
    """Return the comments that this person may open on the desk."""
    if not user.is_moderator:
        return Comment.objects.none()
    sections = sections_of(user)
    comments = Comment.objects.all()
    return comments if sections is None else comments.filter(article__section__in=sections)


def decisions_visible_to(user: User) -> QuerySet[Decision]:
    """Return the decisions that this person may read."""
    if not user.is_moderator:
        return Decision.objects.none()
    sections = sections_of(user)
    decisions = Decision.objects.all()
    return (
        decisions if sections is None else decisions.filter(comment__article__section__in=sections)
    )


def appeals_visible_to(user: User) -> QuerySet[Appeal]:
    """Return the appeals of the sections that this person works on; mutes and bans are of none."""
    if not user.is_moderator:
        return Appeal.objects.none()
    sections = sections_of(user)
    appeals = Appeal.objects.all()
    if sections is None:
        return appeals
    theirs = Q(decision__comment__article__section__in=sections)
    return appeals.filter(Q(decision=None) | theirs)


def articles_visible_to(user: User) -> QuerySet[Article]:
    """Return the articles whose discussions this person works on."""
    sections = sections_of(user) if user.is_moderator else frozenset()
    articles = Article.objects.all()
    return articles if sections is None else articles.filter(section__in=sections)


def sections_visible_to(user: User) -> QuerySet[Section]:
    """Return the sections that this person works on, in the site's order."""
    sections = sections_of(user) if user.is_moderator else frozenset()
    return Section.objects.all() if sections is None else Section.objects.filter(pk__in=sections)
