"""Quality and care, what site admins look after, what is not there or not allowed."""

import uuid
from datetime import timedelta

from django.urls import reverse

from accounts.models import Role
from comments.models import HintGiven, SiteSettings
from integrations.webhooks.messages import facts_of_test
from integrations.webhooks.models import Endpoint, Fact, Kind
from integrations.webhooks.outbox import put
from moderation.decisions import database_now
from moderation.models import Action, Rescoring, RescoringState
from privacy.erasing import ask, erase_next
from privacy.registry import Person
from privacy.retention import retain
from tests.desk_data import held_item, person
from tests.desk_states.stage import Stage, state
from tests.quality_data import drawn, looked_at


# --- Quality and care ----------------------------------------------------------------------------
@state("quality")
def agreement(stage: Stage) -> None:
    for action in (Action.APPROVE, Action.REMOVE, Action.APPROVE):
        looked_at(stage.colleague, person(name="Aisha Khan"), action, action)
    stage.go(reverse("moderation:quality"))


@state("quality", by=Role.MODERATOR)
def ones_own_agreement(stage: Stage) -> None:
    stage.go(reverse("moderation:quality"))


@state("hints", by=Role.SENIOR_MODERATOR)
def hints_and_what_came_of_them(stage: Stage) -> None:
    comment = held_item().comment
    HintGiven.objects.create(
        submission_key=uuid.uuid4(),
        article=comment.article,
        comment=comment,
        is_changed=True,
        posted_at=database_now(),
    )
    stage.go(reverse("moderation:hints"))


@state("second_look")
def a_second_look(stage: Stage) -> None:
    drawn(stage.colleague, Action.REMOVE)
    stage.go(reverse("moderation:second_look"))


@state("second_look", by=Role.SITE_ADMIN)
def no_second_look_waits(stage: Stage) -> None:
    stage.go(reverse("moderation:second_look"))


@state("disagreements")
def disagreements(stage: Stage) -> None:
    looked_at(stage.colleague, person(name="Berit Moen"), Action.APPROVE, Action.REMOVE)
    stage.go(reverse("moderation:disagreements"))


@state("disagreement")
def a_disagreement(stage: Stage) -> None:
    look = looked_at(stage.colleague, person(name="Carl Ness"), Action.APPROVE, Action.REMOVE)
    stage.go(reverse("moderation:disagreement", args=[look.public_id]))


@state("your_day")
def ones_own_day(stage: Stage) -> None:
    drawn(stage.user, Action.REMOVE)
    stage.go(reverse("moderation:your_day"))


@state("team")
def the_team(stage: Stage) -> None:
    drawn(stage.user, Action.REMOVE)
    drawn(stage.colleague, Action.APPROVE)
    stage.go(reverse("moderation:team"))


@state("preferences")
def preferences(stage: Stage) -> None:
    stage.go(reverse("moderation:preferences"))


@state("preferences")
def a_preference_that_is_no_number(stage: Stage) -> None:
    stage.go(reverse("moderation:preferences"))
    stage.page.locator("[name=hard_from]").fill("7")
    stage.page.locator("form.preferences [type=submit]").click()
    stage.shows("[role=alert]")


# --- Site admins ---------------------------------------------------------------------------------
@state("learning", by=Role.SITE_ADMIN)
def nothing_learned_yet(stage: Stage) -> None:
    stage.go(reverse("moderation:learning"))


@state("rescorings", by=Role.SITE_ADMIN)
def scoring_again(stage: Stage) -> None:
    _run(RescoringState.DONE)
    stage.go(reverse("moderation:rescorings"))


@state("rescorings", by=Role.SITE_ADMIN)
def a_period_that_ends_before_it_begins(stage: Stage) -> None:
    period = "posted_from=2026-03-02&posted_to=2026-03-01"
    stage.go(f"{reverse('moderation:rescorings')}?{period}", status=422)


@state("rescoring", by=Role.SITE_ADMIN)
def a_run_that_is_done(stage: Stage) -> None:
    stage.go(reverse("moderation:rescoring", args=[_run(RescoringState.DONE).public_id]))


@state("rescoring", by=Role.SITE_ADMIN)
def a_run_that_was_stopped(stage: Stage) -> None:
    stage.go(reverse("moderation:rescoring", args=[_run(RescoringState.STOPPED).public_id]))


@state("embed", by=Role.SITE_ADMIN)
def nobody_may_embed_yet(stage: Stage) -> None:
    stage.go(reverse("moderation:embed"))


def _run(how_far: RescoringState) -> Rescoring:
    now = database_now()
    return Rescoring.objects.create(
        period_from=now - timedelta(days=1), period_to=now, state=how_far
    )


# --- What is not there, and not allowed ----------------------------------------------------------
@state("queue")
def not_found(stage: Stage) -> None:
    stage.go("/desk/queues/nowhere/", status=404)


@state("rescorings")
def not_allowed(stage: Stage) -> None:
    stage.go(reverse("moderation:rescorings"), status=403)


# --- Notices -------------------------------------------------------------------------------------
@state("notices:notices", by=Role.SITE_ADMIN)
def notices(stage: Stage) -> None:
    _endpoint()
    stage.go(reverse("notices:notices"))


@state("notices:notice", by=Role.SITE_ADMIN)
def a_notice_with_a_delivery(stage: Stage) -> None:
    endpoint = _endpoint()
    put(endpoint, fact=Fact.TEST, facts=facts_of_test(), at=database_now())
    stage.go(reverse("notices:notice", args=[endpoint.public_id]))


def _endpoint() -> Endpoint:
    return Endpoint.objects.create(
        name="Night desk", kind=Kind.GENERIC, url="https://example.org/hook"
    )


@state("privacy", by=Role.SITE_ADMIN)
def what_is_kept(stage: Stage) -> None:
    list(retain(settings=SiteSettings.current()))
    ask(person=Person(author_id=-1), comments_stay=True)
    erase_next()
    erase_next(at=database_now() + timedelta(minutes=2))
    stage.go(reverse("moderation:privacy"))
