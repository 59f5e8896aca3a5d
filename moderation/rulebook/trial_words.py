"""What the pages of trials say, in words."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moderation.models import Surprise, Trial
from moderation.quality_words import percent
from moderation.rulebook.trial_results import Share
from moderation.rules.evaluation import RuleAction

BECOMES = {
    RuleAction.PUBLISH.value: gettext_lazy("published"),
    RuleAction.HOLD.value: gettext_lazy("held"),
    RuleAction.REMOVE.value: gettext_lazy("removed"),
}
# Rules that stand above every other, whatever the site wrote.
ALWAYS = {
    "not-scored": gettext_lazy("Not scored"),
    "pre-moderated": gettext_lazy("Pre-moderated article"),
    "muted": gettext_lazy("Muted author"),
}


def title(trial: Trial) -> str:
    """Return what was tried: “Insults” in the live version, or the draft."""
    if trial.rule_key:
        return _("Tried: “%(rule)s”") % {"rule": trial.rule_name}
    return _("Tried: the whole draft")


def heading(kind: Surprise) -> str:
    """Return what findings of a kind have in common."""
    if kind == Surprise.REMOVES:
        return _("Moderators approved these, and this would remove them")
    return _("Moderators removed these, and this would publish them")


def share(found: Share) -> str:
    """Return a share with its interval: "84 % (79 to 88 %)", or a dash of nothing."""
    if not found.whole:
        return "–"
    low, high = found.interval
    return _("%(share)s (%(low)d to %(high)d %%)") % {
        "share": percent(found.value),
        "low": round(100 * low),
        "high": round(100 * high),
    }
