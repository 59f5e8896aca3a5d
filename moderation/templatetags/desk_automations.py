"""What site admins are told on every page of the desk: that an automation paused itself."""

from typing import Any

from django import template

from moderation.models import Automation
from moderation.rulebook.automations import rule_name

register = template.Library()


@register.inclusion_tag("moderation/rules/_paused.html", takes_context=True)
def paused_automations(context: dict[str, Any]) -> dict[str, Any]:
    """Name the automations that paused, for site admins. One query, and none for anybody else."""
    request = context.get("request")
    if request is None or not request.user.is_site_admin:
        return {"paused": []}
    found = Automation.objects.filter(state=Automation.State.PAUSED).select_related("section")
    return {"paused": [(rule_name(one), one) for one in found]}
