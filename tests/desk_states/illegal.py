"""Notices of illegal content: none, those that wait, one of them, refused, answered, on a card."""

from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from moderation.models import Action, IllegalContentNotice
from tests.desk_data import open_item_of
from tests.desk_states.stage import Stage, state
from tests.illegal_data import make_notice
from tests.make import make_published


def _notice(**fields: str) -> IllegalContentNotice:
    return make_notice(make_published("Drive them out of town!"), **fields)


def _open(stage: Stage, notice: IllegalContentNotice) -> None:
    stage.go(reverse("moderation:illegal_notice", args=[notice.public_id]))


@state("illegal_notices", by=Role.MODERATOR)
def notices_that_wait_and_answered_ones(stage: Stage) -> None:
    answered = _notice()
    stage.decided(open_item_of(answered.comment), Action.REMOVE)
    _notice(kind="defamation")
    stage.go(reverse("moderation:illegal_notices"))
    stage.shows(".line")


@state("illegal_notice", by=Role.MODERATOR)
def a_notice_that_is_answered_without_a_reason(stage: Stage) -> None:
    notice = _notice(legal_ground="Penal Code, section 185")
    make_notice(notice.comment, name="Nils", email="nils@example.org")
    _open(stage, notice)
    stage.page.get_by_role("button", name="Decide and answer").click()
    stage.shows("[role=alert]")


@state("illegal_notice", by=Role.MODERATOR)
def a_notice_that_was_answered(stage: Stage) -> None:
    notice = _notice()
    stage.decided(open_item_of(notice.comment), Action.APPROVE)
    _open(stage, notice)


@state("queue")
def a_comment_with_a_notice(stage: Stage) -> None:
    item = open_item_of(_notice().comment)
    stage.go(f"{reverse('moderation:queue', args=['reported'])}?item={item.public_id}&view=focus")
    stage.shows(".illegal-notices")


@state("eu_statements", by=Role.SITE_ADMIN)
def statements_of_this_month(stage: Stage) -> None:
    stage.decided(open_item_of(_notice().comment), Action.REMOVE)
    stage.go(f"{reverse('moderation:eu_statements')}?period={timezone.localdate():%Y-%m}")
    stage.shows("text=Download the file")
