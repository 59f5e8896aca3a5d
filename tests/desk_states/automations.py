"""Automations: none yet, refused, granted, paused; and a comment that checks the rules."""

from django.urls import reverse

from accounts.models import Role
from moderation.decisions import database_now
from moderation.models import Automation, ReviewItem, Rule
from moderation.rule_sets import publish
from moderation.rulebook.automations import watch_all
from tests.audit_data import REMOVES, audit, blind_item, publish_a_removal
from tests.automation_data import acting, ask_for_insults, audited, decided_past
from tests.desk_states.stage import Stage, state


@state("automations", by=Role.SITE_ADMIN)
def no_automation_yet(stage: Stage) -> None:
    stage.go(reverse("moderation:automations"))


@state("automations", by=Role.SITE_ADMIN)
def a_target_that_cannot_be_proven(stage: Stage) -> None:
    stage.go(reverse("moderation:automations"))
    stage.page.locator("[name=target]").fill("100")
    stage.page.get_by_role("button", name="See whether it can be granted").click()
    stage.shows("[role=alert]")


@state("automation", by=Role.SITE_ADMIN)
def an_automation_that_is_refused(stage: Stage) -> None:
    _forget()
    decided_past(stage.colleague, [(0.97, 20, 1), (0.9, 10, 4)])
    _go(stage, ask_for_insults(stage.user))


@state("automation", by=Role.SITE_ADMIN)
def an_automation_that_acts(stage: Stage) -> None:
    automation = _acting(stage)
    audit(100)
    audited(stage.colleague, 12, wrong=0)
    _go(stage, automation)


@state("automation", by=Role.SITE_ADMIN)
def an_automation_that_paused(stage: Stage) -> None:
    automation = _acting(stage)
    audit(100)
    audited(stage.colleague, 12, wrong=4)
    watch_all(at=database_now())
    _go(stage, automation)


@state("rule")
def a_rule_that_removes_by_itself_and_its_audits(stage: Stage) -> None:
    _forget()
    Rule.objects.filter(name=REMOVES).delete()
    publish_a_removal()
    audit(100)
    audited(stage.colleague, 8, wrong=0)  # a wrong one would refuse what is asked for next
    stage.go(reverse("moderation:rule", args=["beyond-doubt-an-insult"]))
    stage.shows(".rule-audits .chart")


@state("automations", by=Role.SITE_ADMIN)
def automations_of_which_one_paused(stage: Stage) -> None:
    automation = _acting(stage)
    automation.state, automation.paused_at = Automation.State.PAUSED, database_now()
    automation.save()
    stage.go(reverse("moderation:automations"))


@state("queue")
def a_comment_that_checks_the_rules(stage: Stage) -> None:
    item = _blind()
    stage.go(f"{reverse('moderation:queue', args=['waiting'])}?item={item.public_id}")
    stage.shows(".blind-why")


@state("comment")
def the_history_of_a_comment_that_checks_the_rules(stage: Stage) -> None:
    item = _blind()
    stage.go(reverse("moderation:comment", args=[item.comment.public_id]))


def _go(stage: Stage, automation: Automation) -> None:
    stage.go(reverse("moderation:automation", args=[automation.public_id]))


def _acting(stage: Stage) -> Automation:
    _forget()
    return acting(stage.user)


def _forget() -> None:
    """Leave nothing of the state before."""
    audit(0)
    Automation.objects.all().delete()
    Rule.objects.exclude(automation="").delete()
    publish(by=None)


def _blind() -> ReviewItem:
    _forget()
    Rule.objects.filter(name=REMOVES).delete()
    publish_a_removal()
    return blind_item()
