"""Appeals: none, some, one in hand, refused, in a colleague's hand, settled, about a ban."""

from django.urls import reverse

from moderation.appeals import claim
from moderation.author_acts import Measures
from moderation.decisions import database_now
from moderation.models import Appeal
from tests.appeal_data import appealed, remove, removed_by_rule, settled
from tests.author_data import BAN, impose
from tests.desk_data import person
from tests.desk_states.stage import Stage, state
from tests.make import make_held, make_published, make_regular


def _appeal(stage: Stage) -> Appeal:
    parent = make_published("The morning ferry is always full.")
    comment = make_held("Only a fool would pay that.", parent=parent)
    return appealed(remove(comment, by=stage.colleague, also=Measures(strike=True)))


def _go(stage: Stage, appeal: Appeal) -> None:
    stage.go(reverse("moderation:appeal", args=[appeal.public_id]))


@state("appeals")
def no_appeals(stage: Stage) -> None:
    stage.go(reverse("moderation:appeals"))


@state("appeals")
def appeals_that_wait_and_some_that_are_settled(stage: Stage) -> None:
    settled(_appeal(stage), overturns=False)
    claim(appeal=_appeal(stage), moderator=person(), at=database_now())
    appealed(remove(make_held(), by=stage.user))
    stage.go(reverse("moderation:appeals"))


@state("appeal")
def an_appeal_in_hand(stage: Stage) -> None:
    _go(stage, _appeal(stage))


@state("appeal")
def an_appeal_against_a_rule_is_answered(stage: Stage) -> None:
    _go(stage, appealed(removed_by_rule()))
    stage.press("a")
    stage.shows("#reason-overturn")


@state("appeal")
def an_appeal_against_a_ban(stage: Stage) -> None:
    _go(stage, appealed(impose(make_regular(), BAN)))


@state("appeal")
def an_answer_without_a_reason(stage: Stage) -> None:
    _go(stage, _appeal(stage))
    stage.press("r")
    stage.page.get_by_role("button", name="Let the decision stand").click()
    stage.shows("[role=alert]")


@state("appeal")
def an_appeal_in_a_colleagues_hand(stage: Stage) -> None:
    appeal = _appeal(stage)
    claim(appeal=appeal, moderator=person(), at=database_now())
    _go(stage, appeal)


@state("appeal")
def a_settled_appeal(stage: Stage) -> None:
    _go(stage, settled(_appeal(stage), overturns=True, note="We were too strict."))


@state("appeal")
def an_appeal_that_was_just_answered(stage: Stage) -> None:
    waits = _appeal(stage)
    answered = settled(_appeal(stage), overturns=True, by=stage.user)
    address = reverse("moderation:appeal", args=[waits.public_id])
    stage.go(f"{address}?done={answered.public_id}")
