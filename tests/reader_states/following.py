"""Letters about a discussion: asked for, wanted, listed, stopped."""

from typing import Any
from urllib.parse import urlsplit

from accounts.models import Role
from accounts.signed_links import Purpose, sign
from comments.following import stop_address
from comments.models import CommentsMode, Follow
from moderation.decisions import database_now
from tests.desk_data import person
from tests.make import make_article, make_regular
from tests.posting import publish
from tests.reader_states.stage import Stage, state

EMAIL = "a.rather.long.address.of.kari.moe@correspondents.example.org"


def _follow(*, is_wanted: bool = False, **fields: Any) -> Follow:
    at = database_now() if is_wanted else None
    return Follow.objects.create(
        article=fields.pop("article", None) or make_article(),
        email=EMAIL,
        confirmed_at=at,
        told_until=at,
        **fields,
    )


def _go(stage: Stage, follow: Follow) -> None:
    token = sign(purpose=Purpose.FOLLOW, subject=str(follow.public_id))
    stage.go(f"/follows/confirm/{token}/")


@state("comments:follow")
def letters_about_a_thread_with_a_mistake(stage: Stage) -> None:
    comment = publish("The ward saved my mother.", article=make_article())
    stage.go(f"{comment.article.get_absolute_url()}follow/?thread={comment.public_id}")
    stage.fill(email="nobody")
    stage.press("Follow")
    stage.shows("Write an address such as name@example.org.")


@state("comments:follow")
def letters_to_somebody_signed_in(stage: Stage) -> None:
    stage.is_user(person(Role.READER))
    stage.go(f"{make_article().get_absolute_url()}follow/")
    stage.shows("Letters go to")


@state("comments:follow", "comments:article")
def letters_that_were_asked_for(stage: Stage) -> None:
    stage.go(f"{make_article().get_absolute_url()}follow/")
    stage.fill(email=EMAIL)
    stage.press("Follow")
    stage.shows("A letter is on its way to")


@state("comments:confirm_follow")
def letters_to_be_wanted(stage: Stage) -> None:
    _go(stage, _follow())
    stage.shows("Do you want these letters?")


@state("comments:confirm_follow")
def letters_that_are_wanted(stage: Stage) -> None:
    _go(stage, _follow(is_wanted=True))
    stage.shows("You follow this discussion")


@state("comments:confirm_follow")
def a_link_that_is_not_whole(stage: Stage) -> None:
    stage.go("/follows/confirm/lost-a-part/", status=410)


@state("comments:stop_follow")
def letters_to_be_stopped(stage: Stage) -> None:
    stage.go(urlsplit(stop_address(_follow(is_wanted=True))).path)
    stage.shows("No more of these letters?")


@state("comments:stop_follow")
def letters_that_were_stopped(stage: Stage) -> None:
    stage.go(urlsplit(stop_address(_follow(is_wanted=True))).path)
    stage.press("Stop them")
    stage.shows("These letters have ended")


@state("comments:stop_follow")
def a_link_that_stops_letters_and_is_not_whole(stage: Stage) -> None:
    stage.go("/follows/stop/lost-a-part/", status=410)


@state("comments:follow")
def letters_about_a_discussion_that_is_closed(stage: Stage) -> None:
    article = make_article(comments_mode=CommentsMode.CLOSED)
    stage.go(f"{article.get_absolute_url()}follow/")


@state("comments:follows")
def what_one_follows(stage: Stage) -> None:
    reader = make_regular()
    comment = publish("The ward saved my mother.", article=make_article())
    _follow(is_wanted=True, guest_key=reader.key)
    about = {"article": comment.article, "thread": comment}
    _follow(is_wanted=True, guest_key=reader.key, **about)
    stage.is_guest(reader)
    stage.go("/me/follows/")


@state("comments:follows")
def nothing_is_followed(stage: Stage) -> None:
    stage.go("/me/follows/")
