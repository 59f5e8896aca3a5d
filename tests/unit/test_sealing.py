"""What is sealed with the site's key."""

from datetime import timedelta

import pytest
from django.conf import LazySettings

from accounts.sealing import SealBroken, seal, unseal


def test_what_is_sealed_opens_for_its_purpose_alone_and_for_a_while() -> None:
    sealed = seal("a secret", purpose="one")
    assert "secret" not in sealed
    assert unseal(sealed, purpose="one", max_age=timedelta(hours=1)) == "a secret"
    for purpose, token, age in (
        ("another", sealed, None),
        ("one", sealed[:-1], None),
        ("one", "", None),
        ("one", sealed, timedelta(seconds=-1)),
    ):
        with pytest.raises(SealBroken):
            unseal(token, purpose=purpose, max_age=age)


def test_an_earlier_key_of_the_site_still_opens(settings: LazySettings) -> None:
    earlier = settings.SECRET_KEY
    sealed = seal("a secret", purpose="one")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key", [earlier]
    assert unseal(sealed, purpose="one") == "a secret"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(SealBroken):
        unseal(sealed, purpose="one")
