"""Which comments are drawn for an audit: by chance, and the same for ever."""

import uuid

from django.conf import LazySettings

from moderation.rulebook.audits import chances


def test_a_comment_draws_the_same_again() -> None:
    one, other = uuid.uuid4(), uuid.uuid4()
    assert chances(one) == chances(uuid.UUID(str(one)))
    assert chances(one) != chances(other)


def test_nobody_without_the_sites_key_can_tell(settings: LazySettings) -> None:
    one = uuid.uuid4()
    here = chances(one)
    settings.SECRET_KEY = "another site"
    assert chances(one) != here


def test_a_share_of_five_percent_draws_about_that_many() -> None:
    """Of 20,000 fixed ids; three standard errors are 0.5 %. The place is no part of the draw."""
    found = [chances(uuid.UUID(int=number)) for number in range(20_000)]
    drawn = [place for draw, place in found if draw < 0.05]
    assert abs(len(drawn) / len(found) - 0.05) < 0.005
    assert abs(sum(drawn) / len(drawn) - 0.5) < 0.05
    assert all(0 <= number < 1 for pair in found for number in pair)
