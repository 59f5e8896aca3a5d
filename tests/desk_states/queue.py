"""The queue, and the card in it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.urls import reverse

from accounts.models import Role, User
from classifier.base import Label
from comments.submission import Writer, edit_comment, report_comment
from moderation.decisions import database_now, decide
from moderation.models import (
    Action,
    DeskPreferences,
    Policy,
    ReviewItem,
)
from moderation.review import claim
from tests.desk_data import held_item, item_with_evidence, open_item_of, person, unscored_item
from tests.desk_states.stage import Stage, state
from tests.make import StandIn, make_published, screen_all


def queue(name: str = "waiting", *, item: ReviewItem | None = None, more: str = "") -> str:
    query = "&".join([*([f"item={item.public_id}"] if item else []), *([more] if more else [])])
    return f"{reverse('moderation:queue', args=[name])}?{query}"


def marked_item() -> ReviewItem:
    return item_with_evidence(
        "And who pays for it? You parasites, freeloaders and scoundrels.",
        *("You parasites", "freeloaders", "scoundrels"),
    )


@state("desk")
def the_way_in(stage: Stage) -> None:
    stage.go(reverse("moderation:desk"))


@state("queue")
def one_at_a_time(stage: Stage) -> None:
    parent = make_published("The morning ferry is always full.")
    item = held_item("> always full\n\nOnly a fool would say that.", parent=parent)
    stage.go(queue(item=item, more="view=focus"))


@state("queue")
def words_are_marked(stage: Stage) -> None:
    stage.go(queue(item=marked_item(), more="view=focus"))


@state("queue")
def as_a_list(stage: Stage) -> None:
    stage.go(queue(item=marked_item(), more="view=list"))


@state("queue")
def empty_queue(stage: Stage) -> None:
    stage.go(queue(more="label=threat&view=focus"))


@state("queue")
def empty_list(stage: Stage) -> None:
    stage.go(queue(more="label=threat&view=list"))


@state("queue")
def a_question_is_asked(stage: Stage) -> None:
    stage.go(queue(item=held_item(), more="view=focus"))
    stage.press("f")
    stage.shows("#question")


@state("queue")
def a_policy_is_chosen(stage: Stage) -> None:
    stage.go(queue(item=held_item(), more="view=focus"))
    stage.press("r")
    stage.shows("details[open] .policies")


@state("queue")
def all_keys(stage: Stage) -> None:
    stage.go(queue(item=held_item(), more="view=focus"))
    stage.press("?")
    stage.shows("#keys")


@state("queue", by=Role.SITE_ADMIN)
def a_menu_is_open(stage: Stage) -> None:
    stage.go(queue(item=held_item(), more="view=focus"))
    stage.page.locator(".rooms details.menu > summary").click()


@state("queue")
def ones_own_menu_is_open(stage: Stage) -> None:
    stage.go(queue(item=held_item(), more="view=focus"))
    stage.page.locator("details.menu-me > summary").click()


@state("queue")
def somebody_was_quicker(stage: Stage) -> None:
    item = held_item()
    stage.go(queue(item=item, more="view=focus"))
    decide(
        comment=item.comment,
        action=Action.REMOVE,
        actor=stage.colleague,
        seen_version=item.comment.version,
        at=database_now(),
        policy=Policy.objects.get(slug="insults"),
    )
    stage.press("a")
    stage.shows(".trouble")


@state("queue")
def a_colleague_has_it(stage: Stage) -> None:
    item = claim(item=held_item(), moderator=stage.colleague, at=database_now())
    stage.go(queue(item=item, more="view=focus"))
    stage.shows(".locked")


@state("queue")
def decided_by_a_colleague(stage: Stage) -> None:
    item = held_item()
    stage.decided(item, Action.APPROVE)
    stage.go(queue(item=item, more="view=focus"))


@state("queue")
def not_scored(stage: Stage) -> None:
    stage.go(queue("unscored", item=unscored_item(), more="view=focus"))


@state("queue")
def escalated_with_a_question(stage: Stage) -> None:
    item = held_item()
    stage.decided(item, Action.FLAG, note="Is this an insult?")
    stage.go(queue("escalated", item=open_item_of(item.comment), more="view=focus"))


@state("queue", by=Role.MODERATOR)
def escalated_and_not_ones_own(stage: Stage) -> None:
    item = held_item()
    stage.decided(item, Action.FLAG, note="Is this an insult?")
    stage.go(queue("escalated", item=open_item_of(item.comment), more="view=focus"))
    stage.shows(".locked")


@state("queue")
def reported_again(stage: Stage) -> None:
    comment = make_published("Go home.")
    for reader in ("one", "two", "three"):
        report_comment(comment=comment, category="abuse", words="Daily", reporter_key=reader)
    stage.go(queue("reported", item=open_item_of(comment), more="view=focus"))


@state("queue")
def its_author_changed_it(stage: Stage) -> None:
    comment = make_published("Only a friend would say that.")
    edit_comment(
        comment=comment,
        writer=Writer(guest_key=comment.author.key),
        body="Only a fool would say that.",
        seen_version=comment.version,
    )
    screen_all(StandIn({"fool": {Label.INSULT: 0.8}}))
    stage.go(queue(item=open_item_of(comment), more="view=focus"))
    for summary in stage.page.locator("#focus details:not(.act) > summary").all():
        summary.click()


@state("queue")
def after_a_decision(stage: Stage) -> None:
    stage.go(queue(item=held_item(), more="view=focus"))
    stage.press("a")
    stage.shows("#done:has-text('Approved')")


@state("queue")
def after_undo(stage: Stage) -> None:
    stage.go(queue(item=held_item(), more="view=focus"))
    stage.press("a")
    stage.shows("#done:has-text('Approved')")
    stage.press("u")
    stage.shows("#done:has-text('Taken back')")


@state("queue")
def a_removal_without_a_policy(stage: Stage) -> None:
    item = held_item()
    stage.go(queue(item=item, more="view=focus"))
    stage.page.evaluate(
        """() => {
            const form = [...document.querySelectorAll("#actions form")]
                .find((form) => form.elements.action?.value === "remove");
            form.removeAttribute("hx-boost");
            form.closest("[hx-boost]")?.removeAttribute("hx-boost");
            HTMLFormElement.prototype.submit.call(form);
        }"""
    )
    stage.shows("details[open] .policies")


@state("item")
def a_card_by_its_own_address(stage: Stage) -> None:
    stage.go(reverse("moderation:item", args=[held_item().public_id]))


@state("look")
def a_closer_look_is_asked_for(stage: Stage) -> None:
    stage.go(queue(item=marked_item(), more="view=focus"))
    stage.press("l")
    stage.shows(".look, #look")


@state("above")
def the_branch_above(stage: Stage) -> None:
    above = make_published("The morning ferry is always full.")
    for n in range(4):
        above = make_published(f"It is, {n}.", parent=above)
    item = held_item(parent=above)
    stage.go(reverse("moderation:above", args=[item.comment.public_id]))


@state("alike")
def near_duplicates(stage: Stage) -> None:
    stage.go(reverse("moderation:alike", args=[_letters().comment.public_id]))


def _letters() -> ReviewItem:
    """One of three letters that say nearly the same."""
    letter = (
        "Only a fool would close our school in June. Write to the council before Friday, it takes"
        " five minutes, and every letter is counted. Yours, the parents of {}."
    )
    return [held_item(letter.format(who)) for who in ("Ada", "Bo", "Ciri")].pop()


@contextmanager
def _wishing(user: User, **wishes: object) -> Iterator[None]:
    """Preferences of a person, for one state."""
    DeskPreferences.objects.update_or_create(user=user, defaults=wishes)
    yield
    DeskPreferences.objects.filter(user=user).delete()


@state("queue")
def near_duplicates_beside_the_card(stage: Stage) -> None:
    item = _letters()
    stage.go(queue(item=item, more="view=focus"))
    stage.press("d")


@state("queue")
def a_text_is_blurred(stage: Stage) -> None:
    with _wishing(stage.user, blurs=True):
        stage.go(queue(item=marked_item(), more="view=focus"))
        stage.shows("[data-key=b]")


@state("queue")
def some_are_selected(stage: Stage) -> None:
    stage.go(queue(item=held_item(), more="view=list"))
    stage.press("x", "j", "x")


@state("questions", by=Role.MODERATOR)
def a_question_was_answered(stage: Stage) -> None:
    item = held_item()
    stage.decided(item, Action.FLAG, by=stage.user, note="Is this an insult?")
    senior = person(Role.SENIOR_MODERATOR, name="Ingvild Aas")
    stage.decided(open_item_of(item.comment), Action.REMOVE, by=senior, note="It is.")
    stage.go(reverse("moderation:questions"))


@state("article")
def an_article_at_the_desk(stage: Stage) -> None:
    stage.go(reverse("moderation:article", args=[held_item().article.slug]))


@state("by_score")
def by_score(stage: Stage) -> None:
    held_item()
    stage.go(f"{reverse('moderation:by_score')}?label=insult&low=0.5&high=1")


@state("by_score")
def by_score_and_nothing_waits(stage: Stage) -> None:
    stage.go(f"{reverse('moderation:by_score')}?label=threat&low=0.99&high=1")
