"""A reader's own place: their comments, the link to them, their data, and leaving."""

from accounts.models import Role
from accounts.signed_links import Purpose, sign_once, use_up
from comments.models import Author, Comment
from comments.submission import Writer, withdraw_comment
from comments.views.my_data import LINK_HOLDS
from privacy.erasing import ask
from privacy.registry import Person
from tests.appeal_data import remove
from tests.desk_data import person
from tests.make import make_held, make_regular, make_user
from tests.posting import publish
from tests.reader_states.stage import Stage, state

EMAIL = "marit@example.org"


def _with_comments() -> Author:
    """A guest with a comment of each kind."""
    author = make_regular(email=EMAIL)
    publish("The morning ferry is always full.", author=author)
    remove(make_held("Only a fool would pay.", author=author, email=EMAIL), by=person())
    gone = publish("I take this back.", author=author)
    withdraw_comment(comment=gone, writer=Writer(guest_key=author.key), seen_version=gone.version)
    make_held("Only a fool would wait.", author=author, email=EMAIL)
    return author


@state("comments:me")
def ones_own_comments(stage: Stage) -> None:
    stage.is_guest(_with_comments())
    stage.go("/me/")
    stage.shows("Withdrawn by you")


@state("comments:me")
def no_comment_is_known(stage: Stage) -> None:
    stage.go("/me/")
    stage.shows("We know of no comment of yours")


@state("comments:ask_for_link")
def a_link_to_be_mailed(stage: Stage) -> None:
    stage.go("/me/link/")
    stage.fill(email="nobody")
    stage.press("Send me a link")
    stage.shows("Write an address such as name@example.org.")


@state("comments:ask_for_link")
def a_link_that_was_mailed(stage: Stage) -> None:
    stage.go("/me/link/")
    stage.fill(email=EMAIL)
    stage.press("Send me a link")
    stage.shows("Look into your mail")


@state("comments:open_link")
def a_mailed_link(stage: Stage) -> None:
    stage.go(f"/me/link/{sign_once(purpose=Purpose.MANAGE, subject=EMAIL)}/")
    stage.shows("Open your comments here?")


@state("comments:open_link")
def a_mailed_link_that_was_used(stage: Stage) -> None:
    token = sign_once(purpose=Purpose.MANAGE, subject=EMAIL)
    use_up(purpose=Purpose.MANAGE, token=token, max_age=LINK_HOLDS)
    stage.go(f"/me/link/{token}/", status=410)


@state("comments:join_guests")
def comments_to_take_over_and_some_that_are_not_ones_own(stage: Stage) -> None:
    user = person(Role.READER, name="Marit Vik")
    for name in ("Marit", "Somebody else"):
        author = make_regular(name=name, email=user.email)
        comment = publish("Written without an account.", author=author, email=user.email)
        assert Comment.objects.filter(pk=comment.pk, author_email=user.email).exists()
    stage.is_user(user)
    stage.go("/me/join/")
    stage.page.get_by_role("button", name="Not mine (Somebody else)").click()
    stage.page.locator(".not-mine summary").click()
    stage.shows("They are mine after all")


@state("comments:join_guests")
def nothing_to_take_over(stage: Stage) -> None:
    stage.is_user(person(Role.READER))
    stage.go("/me/join/")


@state("comments:my_data")
def ones_own_data(stage: Stage) -> None:
    stage.is_user(make_user())
    stage.go("/me/data/")
    stage.press("Download it")
    stage.shows("Write the password.")


@state("comments:my_data")
def nobodys_data(stage: Stage) -> None:
    stage.go("/me/data/")
    stage.shows("Nothing here is known to be yours.")


@state("comments:erase")
def everything_to_be_erased(stage: Stage) -> None:
    stage.is_user(make_user())
    stage.go("/me/erase/")
    stage.press("Erase everything")
    stage.shows("Write the password.")


@state("comments:erase")
def an_erasure_that_can_be_called_off(stage: Stage) -> None:
    user = make_user()
    ask(person=Person(user_id=user.pk), comments_stay=True, grace_days=14)
    stage.is_user(user)
    stage.go("/me/erase/")
    stage.shows("until then you can call it off")


@state("comments:erase_confirm")
def an_erasure_to_be_confirmed_by_link(stage: Stage) -> None:
    token = sign_once(purpose=Purpose.ERASE, subject=str(make_user().pk))
    stage.go(f"/me/erase/confirm/{token}/")
    stage.shows("Erase everything of yours?")


@state("comments:erase_confirm")
def a_link_to_erase_that_is_not_whole(stage: Stage) -> None:
    stage.go("/me/erase/confirm/lost-a-part/", status=410)


@state("comments:erased")
def an_erasure_under_way(stage: Stage) -> None:
    wish = ask(person=Person(author_id=-1), comments_stay=True)
    stage.go(f"/erased/{wish.public_id}/")
    stage.shows("It is under way")
