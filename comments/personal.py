"""What ``comments`` holds of a person: what they may download, how it goes, and when."""

from collections.abc import Iterator, Mapping

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from comments import erasing
from comments.models import (
    Author,
    Comment,
    CommentRevision,
    NotMine,
    Outcome,
    Report,
    ReportCategory,
    Restriction,
    RestrictionKind,
    Status,
)
from comments.retention_rules import RULES
from privacy.registry import Eraser, Person, Room, Row, Share, register


def _addresses(person: Person) -> set[str]:
    """Return what the person's authors showed to be theirs, or gave as theirs.

    What a guest only typed may be somebody else's: where another has the same, it is not this
    one's to ask for, and letters to it stay that other's.
    """
    authors = erasing.authors_of(person)
    own = Author.objects.filter(pk__in=authors)
    typed = {email.lower() for email in own.values_list("email", flat=True) if email}
    proven = {email.lower() for email in own.values_list("verified_email", flat=True) if email}
    same = Q(email__in=typed) | Q(verified_email__in=typed)
    others = Author.objects.filter(same).exclude(pk__in=authors)
    users = User.objects.filter(email__in=typed).exclude(pk=person.user_id or 0)
    taken = {
        email.lower() for pair in others.values_list("email", "verified_email") for email in pair
    }
    return proven | typed - taken - set(users.values_list("email", flat=True))


def _authors(person: Person) -> Iterator[Row]:
    for author in Author.objects.filter(pk__in=erasing.authors_of(person)):
        yield {
            "name": author.name,
            "email": author.email,
            "address_shown_to_be_yours": author.verified_email,
            "known_to_an_import_as": author.imported_from,
            "first_seen_at": author.first_seen_at,
            "published_comments": author.published_count,
            "removed_comments": author.removed_count,
        }


def _comments(person: Person) -> Iterator[Row]:
    found = (
        Comment.objects.filter(author__in=erasing.authors_of(person))
        .select_related("article", "parent")
        .defer("article__body", "article__lead")  # the text of an article is nobody's own
        .prefetch_related("revisions")
        .order_by("id")
    )
    for comment in found.iterator(chunk_size=500):
        yield {
            "id": str(comment.public_id),
            "address": f"{settings.SITE_URL}{comment.get_absolute_url()}",
            "article": comment.article.title,
            "in_reply_to": str(comment.parent.public_id) if comment.parent else None,
            "status": comment.status,
            "status_since": comment.status_changed_at,
            "name": comment.author_name,
            "email": comment.author_email,
            "website": comment.author_website,
            "network_address_hash": comment.address_hash,
            "network_hash": comment.network_hash,
            "submitted_at": comment.submitted_at,
            "edited_at": comment.edited_at,
            "withdrawn_at": comment.withdrawn_at,
            "texts": [
                {"number": text.number, "written_at": text.created_at, "text": text.body}
                for text in comment.revisions.all()
            ],
        }


def _reports(person: Person) -> Iterator[Row]:
    made = Report.objects.filter(reporter_key__in=erasing.reporter_keys_of(person))
    for report in made.select_related("comment").order_by("id").iterator():
        yield {
            "comment": f"{settings.SITE_URL}{report.comment.get_absolute_url()}",
            "category": report.category,
            "words": report.words,
            "sent_at": report.created_at,
            "answered_at": report.resolved_at,
            "outcome": report.outcome,
        }


def _not_mine(person: Person) -> Iterator[Row]:
    said = NotMine.objects.filter(user=person.user_id or 0)
    for row in said.select_related("guest").order_by("id"):
        yield {"written_as": row.guest.name, "said_at": row.said_at}


def _restrictions(person: Person) -> Iterator[Row]:
    theirs = Restriction.objects.filter(author__in=erasing.authors_of(person))
    for restriction in theirs.order_by("id"):
        yield {
            "kind": restriction.kind,
            "from": restriction.from_at,
            "until": restriction.until,
            "lifted_at": restriction.lifted_at,
            "reason": restriction.words,
            "network_address_hashes": restriction.addresses,
            "new_names_held_until": restriction.names_held_until,
        }


def _erase_log(person: Person, stays: bool) -> Mapping[str, int]:
    """Empty what the engine room's log calls the person's rows: names, and beginnings of texts."""
    authors = erasing.authors_of(person)
    comments = Comment.objects.filter(author__in=authors)
    theirs = {
        Author: Author.objects.filter(pk__in=authors),
        Comment: comments,
        CommentRevision: CommentRevision.objects.filter(comment__in=comments),
        Report: Report.objects.filter(comment__in=comments),
        Restriction: Restriction.objects.filter(author__in=authors),
    }
    emptied = 0
    for model, rows in theirs.items():
        kind = ContentType.objects.get_for_model(model)
        logged = LogEntry.objects.filter(content_type=kind).exclude(object_repr="")
        named = set(logged.values_list("object_id", flat=True)) & {
            str(pk) for pk in rows.values_list("pk", flat=True)
        }
        emptied += logged.filter(object_id__in=named).update(object_repr="", change_message="")
    return {"log": emptied}


_OF_AUTHORS = {
    "address_shown_to_be_yours": _("Address that you showed to be yours"),
    "first_seen_at": _("First seen"),
    "known_to_an_import_as": _("Called in another system"),
    "published_comments": _("Published comments"),
    "removed_comments": _("Removed comments"),
}
_OF_COMMENTS = {
    "address": _("Address of the page"),
    "edited_at": _("Edited"),
    "id": _("Number"),
    "in_reply_to": _("In reply to"),
    "status": _("Where it stands"),
    "status_since": _("Since"),
    "submitted_at": _("Sent"),
    "texts": _("Texts"),
    "website": _("Website"),
    "withdrawn_at": _("Withdrawn"),
}
_OF_REPORTS = {
    "answered_at": _("Answered"),
    "category": _("Category"),
    "words": _("Your words"),
}
_OF_RESTRICTIONS = {
    "from": _("From"),
    "lifted_at": _("Lifted"),
    "network_address_hashes": _("Hashes of network addresses"),
    "new_names_held_until": _("New names are held until"),
    "until": _("Until"),
}
_WORDS = {
    "category": dict(ReportCategory.choices),
    "outcome": dict(Outcome.choices),
    "status": dict(Status.choices),
}
_NEWSROOM = "the newsroom's own words and names"

register(
    Room(
        name="comments",
        personal={
            "comments.Author": ("key", "name", "email", "verified_email", "imported_from"),
            "comments.Comment": (
                *("author_name", "author_email", "author_website"),
                *("address_hash", "network_hash", "submission_key"),
            ),
            "comments.CommentRevision": ("body",),
            "comments.Report": ("words", "reporter_key"),
            "comments.Restriction": ("addresses",),
        },
        impersonal={
            "comments.Comment": {
                "public_id": "a random address of the comment, not of its author",
                "imported_from": "number of the comment in the old system and its article",
            },
            "comments.Restriction": {
                "public_id": "random",
                "words": "the text of a policy of the site",
            },
        },
        impersonal_models={
            "comments.Article": _NEWSROOM,
            "comments.Section": _NEWSROOM,
            "comments.Tag": _NEWSROOM,
            "comments.SiteSettings": _NEWSROOM,
            "comments.AddressKey": "random; destroyed in time",
            "comments.AddressLink": "two hashes of nobody's in particular; gone with their key",
        },
        addresses=_addresses,
        shares=(
            Share("author", _("Your name here"), _authors, called=_OF_AUTHORS),
            Share("comments", _("Your comments"), _comments, called=_OF_COMMENTS, words=_WORDS),
            Share("reports", _("What you reported"), _reports, called=_OF_REPORTS, words=_WORDS),
            Share(
                "not_mine",
                _("What you said is not yours"),
                _not_mine,
                called={"written_as": _("Written as")},
            ),
            Share(
                "restrictions",
                _("What was restricted"),
                _restrictions,
                called=_OF_RESTRICTIONS,
                words={"kind": dict(RestrictionKind.choices)},
            ),
        ),
        erasers=(
            Eraser(step=20, erase=erasing.erase_comments),
            Eraser(step=40, erase=_erase_log),
            Eraser(step=90, erase=erasing.erase_author),
        ),
        rules=RULES,
    )
)
