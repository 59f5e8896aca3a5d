"""What readers are told and may object to: statements, appeals, policies, notices, numbers."""

from datetime import timedelta
from urllib.parse import urlsplit

from comments.models import Author
from moderation.appeal_links import path_to_appeal
from moderation.decisions import database_now
from moderation.illegal_content import letters
from moderation.models import Action, AuthorAct, Decision, Policy, Statement
from moderation.policies import Wording, newest_version, publish_version
from moderation.review import resolve
from moderation.statement_words import link_for_letter, path_for_author
from tests.appeal_data import appealed, removed, settled
from tests.author_data import BAN, MUTE, impose
from tests.desk_data import open_item_of, person
from tests.illegal_data import make_notice
from tests.make import make_published, make_regular
from tests.reader_states.stage import Stage, state


def _path(link: str) -> str:
    return urlsplit(link).path


def _removed() -> Decision:
    return removed(body="Only a fool would pay that much for the ferry.")


def _banned() -> tuple[Author, AuthorAct]:
    author = make_regular()
    return author, impose(author, BAN)


def _reworded() -> None:
    """The rule about spam as it reads since today, after another wording."""
    policy = Policy.objects.get(slug="spam")
    words = Wording(policy.name, "We publish no advertising.", "Nor *links* to shops.")
    seen = newest_version(policy).number
    publish_version(policy=policy, wording=words, note="Shorter", by=person(), seen=seen)


@state("readers:statement")
def why_a_comment_was_removed_by_the_link_of_the_letter(stage: Stage) -> None:
    stage.go(_path(link_for_letter(_removed().statement)))
    stage.page.locator("summary", has_text="The whole text of this rule").click()
    stage.shows("aimed at the person")


@state("readers:statement")
def a_link_to_a_decision_that_is_not_whole(stage: Stage) -> None:
    stage.go("/statements/lost-a-part/", status=404)


@state("readers:own_statement")
def why_one_was_banned(stage: Stage) -> None:
    author, _act = _banned()
    stage.is_guest(author)
    stage.go(path_for_author(Statement.objects.get(author=author)))
    stage.shows("How long:")


@state("readers:own_statement")
def that_a_comment_is_back(stage: Stage) -> None:
    overturned = settled(appealed(_removed()), overturns=True)
    author = overturned.author
    stage.is_guest(author)
    stage.go(path_for_author(Statement.objects.filter(author=author).latest("id")))
    stage.shows("This ends an earlier decision.")


@state("readers:decisions")
def what_was_decided_about_ones_comments(stage: Stage) -> None:
    author, _act = _banned()
    impose(author, MUTE)
    stage.is_guest(author)
    stage.go("/me/decisions/")
    stage.shows("Write to me when a comment")


@state("readers:decisions")
def nothing_was_decided(stage: Stage) -> None:
    stage.go("/me/decisions/")
    stage.shows("Nothing was decided against you here.")


@state("readers:appeal")
def an_appeal_without_words(stage: Stage) -> None:
    stage.go(path_to_appeal(_removed()))
    stage.press("Send the appeal")
    stage.page.locator(".appeal .invalid-feedback, .appeal .alert").first.wait_for()


@state("readers:appeal")
def a_ban_to_object_to(stage: Stage) -> None:
    stage.go(path_to_appeal(_banned()[1]))
    stage.shows("You cannot write comments")


@state("readers:appeal")
def an_appeal_that_arrived(stage: Stage) -> None:
    decision = _removed()
    appealed(decision)
    stage.go(path_to_appeal(decision))
    stage.shows("You get an answer with a reason")


@state("readers:appeal")
def an_appeal_that_was_answered(stage: Stage) -> None:
    decision = _removed()
    settled(appealed(decision), overturns=False)
    stage.go(path_to_appeal(decision))
    stage.shows("It was settled")


@state("readers:appeal")
def too_late_for_an_appeal(stage: Stage) -> None:
    stage.site(appeal_days=0)
    stage.go(path_to_appeal(_removed()))
    stage.shows("This cannot be appealed now")


@state("readers:appeal")
def a_link_to_an_appeal_that_is_not_whole(stage: Stage) -> None:
    stage.go("/appeals/lost-a-part/", status=404)


@state("readers:policies")
def the_rules_of_the_discussion(stage: Stage) -> None:
    stage.go("/policies/")


@state("readers:policy")
def a_rule_as_it_holds(stage: Stage) -> None:
    _reworded()
    stage.go("/policies/spam/")
    stage.shows("What this version changed")


@state("readers:policy_version")
def a_rule_as_it_was(stage: Stage) -> None:
    _reworded()
    stage.go("/policies/spam/1/")
    stage.shows("This is how it read before.")


@state("readers:illegal_notice")
def a_notice_with_mistakes(stage: Stage) -> None:
    stage.go("/notices/illegal/")
    stage.press("Send the notice")
    stage.shows("Write why you think that it is illegal.")


@state("readers:illegal_receipt")
def a_notice_that_arrived(stage: Stage) -> None:
    stage.go(letters.receipt_path(make_notice(make_published("Drive them out of town!"))))
    stage.shows("Your notice has arrived.")


@state("readers:illegal_receipt")
def a_notice_that_was_answered(stage: Stage) -> None:
    comment = make_published("Drive them out of town!")
    notice = make_notice(comment)
    comment.refresh_from_db()
    resolve(
        item=open_item_of(comment),
        moderator=person(),
        action=Action.REMOVE,
        seen_version=comment.version,
        at=database_now(),
        policy=Policy.objects.get(slug="illegal"),
    )
    letters.tell(at=database_now() + timedelta(hours=1))
    stage.go(letters.receipt_path(notice))
    stage.shows("If you do not agree")


@state("readers:illegal_receipt")
def a_link_to_a_notice_that_is_not_whole(stage: Stage) -> None:
    stage.go("/notices/illegal/lost-a-part/", status=404)


@state("readers:transparency")
def the_numbers_of_a_month(stage: Stage) -> None:
    stage.site(shows_transparency=True)
    last_month = database_now().replace(day=1) - timedelta(days=2)
    make_notice(make_published(), filed_at=last_month)
    stage.go("/transparency/")
    stage.shows("People who moderate")
