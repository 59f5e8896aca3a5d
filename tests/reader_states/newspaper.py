"""The newspaper and its discussions: what everybody finds, and how an article may stand."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import Role
from comments.models import Article, CommentsMode, RestrictionKind, Tag, Visit
from comments.picks import pick
from comments.readers import key_of_user
from comments.submission import Writer, withdraw_comment
from moderation.decisions import database_now
from tests.author_data import restricted
from tests.desk_data import person
from tests.framing import allow
from tests.make import make_article, make_held, make_regular
from tests.posting import publish
from tests.reader_states.stage import Stage, state

LONG_WORD = "W" * 400 + "\u0335" * 40
HOST = "https://paper.example"


def _on_paper(stage: Stage) -> None:
    """Frames have no ground of their own; this is that of the page around."""
    stage.page.evaluate("document.documentElement.style.background = 'Canvas'")


def discussed() -> Article:
    """An article with all that one can hold, and a discussion with all that one can be."""
    article = make_article(
        title="Ferry prices rise again",
        kicker="Transport",
        lead="A return ticket for a car will cost 412 kroner.",
        body="<p>Eight per cent.</p><h2>Fewer boats</h2><table><tr><th>Year</th><td>412</td></tr>"
        "</table><blockquote>It is our road.</blockquote>",
        byline="Ingrid Solheim",
        source_line="Sources: the county",
        picture_caption="The quay.",
        picture_credit="Photo: Ola Berg",
    )
    article.tags.add(Tag.objects.get_or_create(slug="ferries", defaults={"name": "Ferries"})[0])
    author = make_regular(name="كريم منصور")
    parent = publish("> said\n\nA *first* word: https://example.org", article=article)
    for level in range(5):
        parent = publish(f"Level {level}", parent=parent, author=author)
    gone = publish("Gone", article=article, author=author)
    publish("Still here", parent=gone, author=author)
    gone.refresh_from_db()
    withdraw_comment(comment=gone, writer=Writer(guest_key=author.key), seen_version=gone.version)
    publish(LONG_WORD, article=article, author=make_regular(name="M" * 80))
    picked = publish("The best word", article=article)
    pick(comment=picked, by=person(), at=database_now())
    return article


@state("comments:index")
def the_front_page(stage: Stage) -> None:
    for number in range(8):
        make_article(title=f"Ferry prices rise again, {number}", lead="412 kroner.", kicker="Sea")
    stage.go("/")


@state("comments:section")
def a_section(stage: Stage) -> None:
    discussed()
    stage.go("/sections/news/")


@state("comments:tag")
def a_tag(stage: Stage) -> None:
    discussed()
    stage.go("/tags/ferries/")


@state("comments:article")
def an_article_with_a_discussion(stage: Stage) -> None:
    stage.go(discussed().get_absolute_url())


@state("comments:article")
def an_article_about_which_nobody_wrote(stage: Stage) -> None:
    stage.go(make_article().get_absolute_url())
    stage.shows("Nobody has written yet.")


@state("comments:article")
def the_picks_of_the_editors(stage: Stage) -> None:
    stage.go(f"{discussed().get_absolute_url()}?sort=picks")
    stage.shows("The best word")


@state("comments:article")
def a_discussion_that_was_closed(stage: Stage) -> None:
    article = make_article()
    publish("The last word", article=article)
    article.comments_mode = CommentsMode.CLOSED
    article.save()
    stage.go(article.get_absolute_url())
    stage.shows("This discussion is closed.")


@state("comments:article")
def a_discussion_in_the_archive(stage: Stage) -> None:
    article = make_article()
    publish("A word from then", article=article)
    article.comments_mode = CommentsMode.ARCHIVED
    article.save()
    stage.go(article.get_absolute_url())
    stage.shows("This discussion is in the archive.")


@state("comments:article")
def a_banned_reader(stage: Stage) -> None:
    article, author = make_article(), make_regular()
    publish("Before the ban", article=article, author=author)
    restricted(author, RestrictionKind.BAN, until=timezone.now() + timedelta(days=3))
    stage.is_guest(author)
    stage.go(article.get_absolute_url())
    stage.shows("You cannot write comments here until")


@state("comments:article")
def what_is_new_for_somebody_signed_in(stage: Stage) -> None:
    article, user = make_article(), person(Role.READER, name="Per Leser")
    publish("An old word", article=article)
    ago = database_now()
    Visit.objects.create(reader_key=key_of_user(user), article=article, since=ago, seen_at=ago)
    publish("A new word", article=article)
    stage.is_user(user)
    stage.go(article.get_absolute_url())
    stage.shows("You write as Per Leser.")


@state("comments:comment")
def a_comment_in_its_thread(stage: Stage) -> None:
    parent = publish("What became of it?", article=make_article())
    answer = publish("It was sold.", parent=parent)
    stage.go(answer.get_absolute_url())


@state("comments:comment")
def ones_own_comment_that_waits(stage: Stage) -> None:
    held = make_held()
    stage.is_guest(held.author)
    stage.go(held.get_absolute_url())
    stage.shows("Waiting for a moderator")


@state("comments:privacy")
def what_is_kept_of_readers(stage: Stage) -> None:
    stage.go("/privacy/")


@state("404")
def nothing_at_this_address(stage: Stage) -> None:
    stage.go("/nowhere/", status=404)


@state("embed:article")
def a_discussion_in_a_frame(stage: Stage) -> None:
    allow(HOST)
    stage.go(f"/embed/articles/{discussed().slug}/?from={HOST}")
    _on_paper(stage)


@state("embed:comment")
def a_comment_in_a_frame(stage: Stage) -> None:
    allow(HOST)
    comment = publish("What became of it?", article=make_article())
    stage.go(f"/embed/comments/{comment.public_id}/?from={HOST}")
    _on_paper(stage)


@state("embed:page")
def no_discussion_in_a_frame(stage: Stage) -> None:
    allow(HOST)
    stage.go(f"/embed/?from={HOST}&url=https://elsewhere.example/", status=404)
    stage.shows("There is no discussion here")
    _on_paper(stage)


@state("embed:sign_in")
def signed_in_from_a_frame(stage: Stage) -> None:
    stage.is_user(person(Role.READER))
    stage.go("/embed/sign-in/")
