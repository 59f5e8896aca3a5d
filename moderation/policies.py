"""Policies as pages: every change is a version of its own, and the newest is what holds."""

from moderation.defaults_of_policies import PAGES
from moderation.models import Policy, PolicyVersion


def first_version(policy: Policy) -> PolicyVersion:
    """Keep a policy that is new as its own first version."""
    return PolicyVersion.objects.create(
        policy=policy,
        number=1,
        name=policy.name,
        summary=policy.text,
        text=str(PAGES.get(policy.slug, "")),
    )
