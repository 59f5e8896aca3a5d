"""The rules of the discussion as pages: each policy, how it read before, and what changed."""

from collections.abc import Sequence
from typing import NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from comments.word_diff import Piece, word_diff
from moderation.models import Policy, PolicyVersion


class Shown(NamedTuple):
    """A version, until when it held (None: it holds), and what it changed in the one before."""

    version: PolicyVersion
    until: PolicyVersion | None
    changes: Sequence[Piece]


@require_safe
def policies(request: HttpRequest) -> HttpResponse:
    """Show every policy that is in use, in its sentence."""
    found = Policy.objects.filter(is_active=True)
    return render(request, "readers/policies.html", {"policies": found})


@require_safe
def policy(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    """Show a policy as it holds, or as it held (``number``); one out of use stays readable."""
    found = get_object_or_404(Policy, slug=slug)
    versions = list(PolicyVersion.objects.filter(policy=found).order_by("-number"))
    shown = shown_version(versions, number=number)
    if shown is None:
        raise Http404
    context = {"policy": found, "shown": shown, "versions": versions}
    return render(request, "readers/policy.html", context)


def shown_version(versions: Sequence[PolicyVersion], *, number: int | None) -> Shown | None:
    """Return a version among all of its policy (newest first), or None where there is none."""
    place = next(
        (n for n, one in enumerate(versions) if number is None or one.number == number), None
    )
    if place is None:
        return None
    version = versions[place]
    before = versions[place + 1] if place + 1 < len(versions) else None
    changes = word_diff(_whole(before), _whole(version)) if before is not None else ()
    return Shown(version, versions[place - 1] if place else None, changes)


def _whole(version: PolicyVersion) -> str:
    return "\n\n".join(filter(None, (version.name, version.summary, version.text)))
