"""Writing, answering, reporting, editing, withdrawing, disagreeing, muting, with mistakes."""

from datetime import timedelta
from unittest.mock import patch

from django.utils import timezone

from comments import hints
from comments.hints import Hint
from comments.models import Article, Comment, CommentsMode
from comments.mutes import mute
from comments.readers import key_of_guest
from comments.submission import Writer, edit_comment, withdraw_comment
from tests.appeal_data import remove
from tests.author_data import impose
from tests.desk_data import person
from tests.make import (
    make_article,
    make_held,
    make_published,
    make_regular,
    screen_all,
)
from tests.posting import publish
from tests.reader_states.stage import Stage, state


def _write(stage: Stage, article: Article, body: str) -> None:
    stage.go(article.get_absolute_url())
    stage.fill(name="Marit Vik", email="marit@example.org", body=body)
    stage.press("Send")


def _own(stage: Stage, body: str = "Only a fool would pay that.") -> Comment:
    """A held comment whose author sits before the page."""
    comment = make_held(body)
    stage.is_guest(comment.author)
    return comment


@state("comments:article", "comments:submit")
def a_comment_with_mistakes(stage: Stage) -> None:
    stage.go(make_article().get_absolute_url())
    stage.fill(email="nobody", body="x" * 5214)
    stage.press("Send")
    stage.shows("Your comment is 214 characters too long.")


@state("comments:article")
def a_comment_that_has_just_arrived(stage: Stage) -> None:
    _write(stage, make_article(), "The ward saved my mother.")
    stage.shows("Your comment has arrived.")


@state("comments:article")
def a_word_that_will_have_it_held(stage: Stage) -> None:
    told = Hint(("idiot",), ("insult",))
    with patch.object(hints, "_estimate", lambda wanted: told):
        _write(stage, make_article(), "Only an idiot closes it.")
        stage.shows("Not posted yet: one thing first.")


@state("comments:article")
def a_reader_who_was_banned_while_writing(stage: Stage) -> None:
    author = make_regular()
    stage.is_guest(author)
    stage.go(make_article().get_absolute_url())
    impose(author)
    stage.fill(name="Marit Vik", email="marit@example.org", body="I have more to say.")
    stage.press("Send")
    stage.shows("You cannot write comments here until")


@state("comments:article")
def a_discussion_that_closed_while_somebody_wrote(stage: Stage) -> None:
    article = make_article()
    stage.go(article.get_absolute_url())
    article.comments_mode = CommentsMode.CLOSED
    article.save()
    stage.fill(name="Marit Vik", email="marit@example.org", body="I have more to say.")
    stage.press("Send")
    stage.shows("This discussion has closed")


@state("comments:article")
def a_draft_that_was_kept(stage: Stage) -> None:
    article = make_article()
    stage.go(article.get_absolute_url())
    stage.page.locator("#write textarea").press_sequentially("I began to write")
    stage.go(article.get_absolute_url())
    stage.shows("You began to write here")


@state("comments:article")
def a_reply_and_a_report_under_comments(stage: Stage) -> None:
    first = publish("What became of it?", article=make_article())
    publish("It was sold.", article=first.article)
    stage.go(first.article.get_absolute_url())
    stage.page.locator('[data-do="reply"]').first.click()
    stage.page.locator('[data-do="report"]').last.click()
    stage.shows("What you answer")
    stage.page.locator(".report form").wait_for()


@state("comments:article")
def a_reply_without_scripts(stage: Stage) -> None:
    parent = publish("What became of it?", article=make_article())
    stage.go(f"{parent.article.get_absolute_url()}?reply={parent.public_id}&quote=1")
    stage.shows("Reply to Marit Vik")


@state("403_csrf")
def a_form_that_was_open_for_too_long(stage: Stage) -> None:
    stage.go(make_article().get_absolute_url())
    stage.fill(name="Marit Vik", email="marit@example.org", body="Typed before I signed in.")
    stage.page.context.clear_cookies(name="csrftoken")
    stage.press("Send")
    stage.shows("Please send that once more")


@state("comments:report")
def a_report(stage: Stage) -> None:
    stage.go(f"{publish('Look at this').get_absolute_url()}report/")
    stage.press("Send the report")
    stage.shows("Choose what is wrong with it.")


@state("comments:report")
def a_report_of_what_is_against_the_law(stage: Stage) -> None:
    stage.go(f"{publish('Look at this').get_absolute_url()}report/")
    stage.page.get_by_label("Against the law").check()
    stage.press("Send the report")
    stage.shows("A moderator will look at this comment.")


@state("comments:edit")
def ones_own_text_to_edit(stage: Stage) -> None:
    stage.go(f"{_own(stage).get_absolute_url()}edit/")
    stage.shows("Edit your comment")


@state("comments:edit")
def too_late_to_edit(stage: Stage) -> None:
    comment = _own(stage)
    long_ago = timezone.now() - timedelta(hours=1)
    Comment.objects.filter(pk=comment.pk).update(submitted_at=long_ago)
    stage.go(f"{comment.get_absolute_url()}edit/")
    stage.shows("You could edit this comment until")


@state("comments:edit")
def a_comment_that_was_removed_while_it_was_edited(stage: Stage) -> None:
    comment = _own(stage)
    stage.go(f"{comment.get_absolute_url()}edit/")
    remove(comment, by=person())
    stage.fill(body="Only the county would pay that.")
    stage.press("Send the new text")
    stage.shows("What you wrote, to copy")


@state("comments:withdraw")
def ones_own_comment_to_withdraw(stage: Stage) -> None:
    stage.go(f"{_own(stage).get_absolute_url()}withdraw/")
    stage.shows("Withdraw your comment?")


@state("comments:withdraw")
def a_comment_that_was_withdrawn_already(stage: Stage) -> None:
    comment = _own(stage)
    stage.go(f"{comment.get_absolute_url()}withdraw/")
    withdraw_comment(
        comment=comment,
        writer=Writer(guest_key=comment.author.key),
        seen_version=comment.version,
    )
    stage.press("Withdraw it")
    stage.shows("This comment has been withdrawn already.")


@state("comments:history")
def what_was_edited(stage: Stage) -> None:
    stage.site(edit_history=True)
    comment = make_published("The ward closes in May, and nobody was asked.")
    edit_comment(
        comment=comment,
        writer=Writer(guest_key=comment.author.key),
        body="The ward closes in June, and the county was asked.",
        seen_version=comment.version,
    )
    screen_all()
    stage.go(f"{comment.get_absolute_url()}history/")
    stage.shows("First published")


@state("comments:disagree")
def an_opinion_before_it_is_given(stage: Stage) -> None:
    stage.go(f"{publish('It was sold.').get_absolute_url()}disagree/")
    stage.shows("It is an opinion, not a report")


@state("comments:disagree")
def an_opinion_that_was_given(stage: Stage) -> None:
    stage.site(disagreeing="shown")
    stage.go(f"{publish('It was sold.').get_absolute_url()}disagree/")
    stage.press("I disagree")
    stage.shows("You disagree with this comment.")


@state("comments:disagree")
def an_opinion_about_ones_own_comment(stage: Stage) -> None:
    own = publish("It was sold.")
    stage.is_guest(own.author)
    stage.go(f"{own.get_absolute_url()}disagree/")
    stage.shows("This comment is your own.")


@state("comments:mute")
def somebody_to_mute(stage: Stage) -> None:
    stage.go(f"{publish('It was sold.').get_absolute_url()}mute/")
    stage.shows("nor the newsroom is told")


@state("comments:article")
def a_discussion_with_somebody_muted(stage: Stage) -> None:
    comment, reader = publish("An old word"), make_regular(name="Kari Moe")
    publish("Another word", article=comment.article)
    stage.is_guest(reader)
    writer = Writer(guest_key=reader.key)
    mute(comment=comment, writer=writer, reader_key=key_of_guest(reader.key))
    stage.go(comment.article.get_absolute_url())
    stage.shows("Comment by a reader you muted")


@state("comments:mutes")
def whom_one_muted(stage: Stage) -> None:
    comment, reader = publish("An old word", author=make_regular(name="M" * 80)), make_regular()
    stage.is_guest(reader)
    writer = Writer(guest_key=reader.key)
    mute(comment=comment, writer=writer, reader_key=key_of_guest(reader.key))
    stage.go("/me/mutes/")
    stage.shows("folded away for you alone")


@state("comments:mutes")
def nobody_is_muted(stage: Stage) -> None:
    stage.go("/me/mutes/")
    stage.shows("You have muted nobody.")
