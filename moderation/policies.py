"""Policies as pages: every change is a version of its own, and the newest is what holds."""

from dataclasses import dataclass

from django.db import transaction

from accounts.models import User
from moderation.models import Policy, PolicyVersion, RuleChange
from moderation.policy_pages import PAGES


class ReworkedMeanwhile(Exception):
    """Somebody else published a version since the form was shown."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What a policy says: its name, the sentence in a notice, the text of its page."""

    name: str
    summary: str
    text: str


def first_version(policy: Policy) -> PolicyVersion:
    """Keep a policy that is new as its own first version."""
    return PolicyVersion.objects.create(
        policy=policy,
        number=1,
        name=policy.name,
        summary=policy.text,
        text=str(PAGES.get(policy.slug, "")),
    )


def newest_version(policy: Policy) -> PolicyVersion:
    """Return the version that holds."""
    return PolicyVersion.objects.filter(policy=policy).order_by("-number")[0]


def publish_version(
    *, policy: Policy, wording: Wording, note: str, by: User, seen: int
) -> PolicyVersion:
    """Have a policy say something else from now on. ``seen``: the version that ``by`` changed.

    What was decided before goes on naming the version of then. Raises ReworkedMeanwhile.
    """
    with transaction.atomic():
        policy = Policy.objects.select_for_update().get(pk=policy.pk)
        before = newest_version(policy)
        if before.number != seen:
            raise ReworkedMeanwhile
        policy.name, policy.text = wording.name, wording.summary
        policy.save(update_fields=["name", "text"])
        made = PolicyVersion.objects.create(
            policy=policy,
            number=before.number + 1,
            name=wording.name,
            summary=wording.summary,
            text=wording.text,
            changed_by=by,
            note=note,
        )
        RuleChange.objects.create(
            by=by,
            what=RuleChange.What.POLICY,
            about=policy.slug,
            before=_told(before),
            after=_told(made),
            note=note,
        )
    return made


def _told(version: PolicyVersion) -> dict[str, object]:
    return {
        "version": version.number,
        "name": version.name,
        "in one sentence": version.summary,
        "page": version.text,
    }
