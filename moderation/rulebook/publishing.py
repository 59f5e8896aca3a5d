"""Making the draft live, going back to an old version, throwing the draft away.

Whoever does it has looked at a draft and at a live version; where either is another one by then,
nothing happens and they are told.
"""

from django.db import transaction

from accounts.models import User
from moderation.models import RuleSet, WordListSnapshot
from moderation.rule_sets import draft_document, lock, publish_document
from moderation.rulebook.differences import aligned, differences
from moderation.rulebook.drafts import (
    Document,
    Draft,
    DraftChanged,
    read_draft,
    replace_draft,
    stamp_of,
)
from moderation.rules.documents import upgraded

NOTHING: Document = {"format": 2, "rules": [], "lists": {}}


class NothingToPublish(ValueError):
    """It is what is live already."""


class PublishedMeanwhile(Exception):
    """Somebody published after the page was opened."""

    def __init__(self, live: RuleSet) -> None:
        super().__init__(f"version {live.number} is live")
        self.live = live


def live_version() -> RuleSet | None:
    """Return the live version; None on a site that never published one."""
    return RuleSet.objects.select_related("published_by").order_by("-number").first()


def publish_draft(*, by: User, note: str, seen_live: int, seen_draft: str) -> RuleSet:
    """Make the draft live as it was seen.

    Raises PublishedMeanwhile, DraftChanged, NothingToPublish, BadRuleSet.
    """
    with transaction.atomic():
        live = _locked(seen_live)
        document = draft_document()
        if stamp_of(document) != seen_draft:
            raise DraftChanged
        if not differences(before=live.document if live else NOTHING, after=document):
            raise NothingToPublish
        return publish_document(document, by=by, note=note)


def as_draft(version: RuleSet) -> Draft:
    """Return an old version as the draft that it would become, with its lists as they were.

    Raises BadRuleSet for a format that is not known here.
    """
    document = upgraded(aligned(version.document, like=read_draft().document))
    stored = WordListSnapshot.objects.filter(pk__in=set(document.get("lists", {}).values()))
    return Draft(document, {row.pk: row.entries.splitlines() for row in stored}, stamp="")


def publish_again(*, version: RuleSet, by: User, note: str, seen_live: int) -> RuleSet:
    """Make an old version live under a new number, and the draft the same.

    Raises PublishedMeanwhile, NothingToPublish, BadRuleSet.
    """
    with transaction.atomic():
        live = _locked(seen_live)
        document = as_draft(version).document
        if live is not None and not differences(before=live.document, after=document):
            raise NothingToPublish
        published = publish_document(document, by=by, note=note)
        replace_draft(document=document, lists={}, by=by, note=note)
        return published


def discard_draft(*, by: User, note: str, seen_draft: str) -> None:
    """Make the draft what is live. Raises DraftChanged, NothingToPublish."""
    with transaction.atomic():
        live = live_version()
        draft = read_draft()
        if draft.stamp != seen_draft:
            raise DraftChanged
        document = aligned(live.document, like=draft.document) if live else NOTHING
        if not differences(before=document, after=draft.document, entries=draft.entries):
            raise NothingToPublish
        replace_draft(document=document, lists={}, by=by, note=note)


def _locked(seen_live: int) -> RuleSet | None:
    lock()
    live = live_version()
    if (live.number if live else 0) != seen_live and live is not None:
        raise PublishedMeanwhile(live)
    return live
