"""Signatures are those of Standard Webhooks."""

import base64
import hashlib
import hmac
import uuid
from datetime import UTC, datetime

import pytest
from django.conf import LazySettings

from integrations.webhooks.signing import BadSecret, derived_secret, headers, new_seed, signature

ENDPOINT = uuid.UUID(int=1)
# The example of the specification's reference libraries.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MESSAGE = "msg_p5jXN8AQM9LWM0D4loKWxJek"
BODY = b'{"test": 2432232314}'
SIGNED = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_published_vector() -> None:
    signed = signature(secret=SECRET, message_id=MESSAGE, timestamp=1614265330, body=BODY)
    assert signed == SIGNED


def test_a_secret_without_its_prefix_is_the_same() -> None:
    bare = SECRET.removeprefix("whsec_")
    signed = signature(secret=bare, message_id=MESSAGE, timestamp=1614265330, body=BODY)
    assert signed == SIGNED


def test_the_headers_carry_one_signature_for_each_secret() -> None:
    other = derived_secret(seed=new_seed(), endpoint=ENDPOINT)
    at = datetime.fromtimestamp(1614265330, UTC)
    made = headers(secret_list=[other, SECRET], message_id=MESSAGE, at=at, body=BODY)
    assert made["webhook-id"] == MESSAGE
    assert made["webhook-timestamp"] == "1614265330"
    first, second = made["webhook-signature"].split(" ")
    assert second == SIGNED
    key = base64.b64decode(other.removeprefix("whsec_"))
    digest = hmac.new(key, f"{MESSAGE}.1614265330.".encode() + BODY, hashlib.sha256).digest()
    assert first == f"v1,{base64.b64encode(digest).decode()}"


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_c2hvcnQ=", "whsec_not base64", "secret"])
def test_a_secret_that_signs_nothing_is_refused(secret: str) -> None:
    with pytest.raises(BadSecret):
        signature(secret=secret, message_id=MESSAGE, timestamp=0, body=BODY)


def test_no_two_secrets_are_the_same() -> None:
    made = {derived_secret(seed=new_seed(), endpoint=ENDPOINT) for _one in range(100)}
    made |= {derived_secret(seed="a", endpoint=uuid.uuid4()) for _one in range(100)}
    assert len(made) == 200
    assert all(len(base64.b64decode(s.removeprefix("whsec_"))) == 32 for s in made)


def test_a_secret_is_the_same_each_time_and_another_on_another_site(settings: LazySettings) -> None:
    here = derived_secret(seed="a", endpoint=ENDPOINT)
    assert derived_secret(seed="a", endpoint=ENDPOINT) == here
    settings.SECRET_KEY = "the key of another site"
    assert derived_secret(seed="a", endpoint=ENDPOINT) != here
