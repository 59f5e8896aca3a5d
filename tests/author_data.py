"""What tests of mutes, bans and strikes need again and again."""

from datetime import datetime, timedelta

from accounts.models import Role, User
from comments.models import Author, Restriction, RestrictionKind
from moderation.author_acts import Terms, restrict
from moderation.decisions import database_now
from moderation.models import AuthorAct, Policy
from tests.desk_data import person

MUTE, BAN = RestrictionKind.MUTE, RestrictionKind.BAN
WEEK = timedelta(days=7)


def newest_act(author: Author) -> int:
    """The act that whoever looks at the author now has seen."""
    return (
        AuthorAct.objects.filter(author=author).order_by("-id").values_list("pk", flat=True).first()
        or 0
    )


def impose(
    author: Author,
    kind: RestrictionKind = BAN,
    *,
    by: User | None = None,
    length: timedelta | None = WEEK,
    policy: str = "insults",
    note: str = "",
    holds_new_names: bool = False,
) -> AuthorAct:
    """Mute or ban an author, as a senior moderator unless somebody is named."""
    at = database_now()
    return restrict(
        author=author,
        by=by or person(Role.SENIOR_MODERATOR),
        terms=Terms(
            kind=kind,
            until=at + length if length is not None else None,
            policy=Policy.objects.get(slug=policy),
            note=note,
            holds_new_names=holds_new_names,
        ),
        at=at,
        seen=newest_act(author),
    )


def restricted(author: Author, kind: RestrictionKind, *, until: datetime | None) -> Restriction:
    """A restriction as it stands in the database, whatever time it is: it began ten days ago."""
    return Restriction.objects.create(
        author=author,
        kind=kind,
        from_at=database_now() - timedelta(days=10),
        until=until,
        words="Be kind to each other.",
    )
