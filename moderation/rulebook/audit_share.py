"""The share of what rules would remove that people are shown instead: changed here alone."""

from decimal import Decimal

from django.db import transaction

from accounts.models import User
from comments.models import SiteSettings
from moderation.decisions import database_now
from moderation.models import Automation, RuleChange
from moderation.rulebook.automations import watch_all


def change_share(*, percent: Decimal, by: User) -> list[Automation]:
    """Change the share of audits. Returns the automations that paused: with 0 nothing shows whether
    they are right, so none acts on.
    """
    with transaction.atomic():
        SiteSettings.objects.get_or_create(pk=1)
        site = SiteSettings.objects.select_for_update().get(pk=1)
        before = site.audit_percent
        if before == percent:
            return []
        site.audit_percent = percent
        site.save(update_fields=["audit_percent"])
        RuleChange.objects.create(
            by=by,
            what=RuleChange.What.AUDITS,
            about="share",
            before={"percent": float(before)},
            after={"percent": float(percent)},
        )
        return [] if percent else watch_all(at=database_now())
