"""What somebody gets who asks for everything that is theirs: all of it, and nothing of others."""

import io
import json
import re
import uuid
import zipfile
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from comments.models import Author
from moderation.models import Action, Policy
from tests.make import make_user
from tests.personal_fields import personal_fields
from tests.posting import known_as, publish
from tests.traces import (
    CANARY,
    EMAIL,
    NAME,
    decided,
    keys_of,
    leave_all_traces,
    leave_traces,
    values_in,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_hurry")]


def _downloaded(client: Client, **data: str) -> tuple[dict[str, Any], str]:
    answer = client.post("/me/data/", {"sure": "yes", **data})
    assert answer["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:  # type: ignore[attr-defined]
        return json.loads(archive.read("data.json")), archive.read("data.html").decode()


def test_everything_that_is_theirs_is_in_the_file_and_nothing_of_anybody_else(
    client: Client,
) -> None:
    comments = leave_traces(client)
    decided(comments["answer"], Action.REMOVE, policy=Policy.objects.first())
    data, page = _downloaded(client)
    assert data["format"] == "ordstyrer.personal-data"
    assert len(data["comments"]) == 5
    first = data["comments"][0]
    assert [text["text"] for text in first["texts"]] == [
        f"A published {CANARY}tekst.",
        f"Edited {CANARY}tekst.",
    ]
    assert data["author"][0]["email"] == EMAIL
    assert data["reports"][0]["words"] == f"Says {CANARY}."
    assert data["appeals"][0]["your_words"] == f"But {CANARY} meant it well."
    assert data["letters"][0]["subject"] == f"To {CANARY}"
    assert {one["status_after"] for one in data["decisions"]} >= {"published", "held", "removed"}
    whole = json.dumps(data) + page
    notes = (f"{CANARY} is known", f"The {CANARY} again")
    for others in ("A stranger answers", "Main Street", "Marit", *notes):
        assert others not in whole
    assert not {user.name for user in User.objects.all()} & set(whole.split('"'))
    assert f"Edited {CANARY}tekst." in page


# What a person does not get: what is made from what they get, keys that open doors, and what
# colleagues wrote for each other.
_MADE, _KEY, _DESK = "made from the text", "opens a door", "the desk's own words"
NOT_DOWNLOADED = {
    **dict.fromkeys(
        ("moderation.CommentFacts.folded", "moderation.CommentFacts.hosts"),
        _MADE,
    ),
    **dict.fromkeys(
        (
            *("account.EmailConfirmation.key", "accounts.User.password", "comments.Author.key"),
            *("comments.Comment.submission_key", "comments.Disagreement.reader_key"),
            *("comments.Follow.guest_key", "comments.HintGiven.digest"),
            *("comments.HintGiven.submission_key", "comments.Mute.reader_key"),
            *("comments.Report.reporter_key", "comments.Visit.reader_key"),
            *("mailing.Letter.unsubscribe_url", "mfa.Authenticator.data"),
            *("socialaccount.SocialToken.token", "socialaccount.SocialToken.token_secret"),
            *("axes.AccessAttempt.get_data", "axes.AccessAttempt.post_data"),
            "axes.AccessLog.session_hash",
        ),
        _KEY,
    ),
    **dict.fromkeys(
        (
            *("admin.LogEntry.change_message", "admin.LogEntry.object_repr"),
            *("moderation.AnswerTakenBack.note", "moderation.Appeal.note"),
            "moderation.AuditDraw.matched",
            *("moderation.AuditDraw.shadow", "moderation.AuthorAct.note"),
            *("moderation.Batch.criterion", "moderation.Batch.note"),
            *("moderation.Decision.matched", "moderation.Decision.note"),
            *("moderation.Decision.reason", "moderation.Decision.shadow"),
            *("moderation.DoubleReview.note", "moderation.ReviewItem.reason"),
            "moderation.SavedFilter.query",
        ),
        _DESK,
    ),
}


@pytest.mark.parametrize("has_account", [True, False])
def test_each_field_of_theirs_is_in_the_file_or_said_not_to_be(
    client: Client, has_account: bool
) -> None:
    user = make_user(email=EMAIL, name=NAME) if has_account else None
    if user is not None:
        client.force_login(user)
    comments = leave_all_traces(client, user=user)
    words = [CANARY, *keys_of(comments, user)]
    data, _page = _downloaded(client)
    whole = json.dumps(data, ensure_ascii=False)
    left_out = [
        field
        for field in personal_fields()
        if (values := values_in(field, words)) and not any(value in whole for value in values)
    ]
    assert not {*left_out} - {*NOT_DOWNLOADED}
    assert f"{CANARY} is gone" not in whole, "what another filed is not theirs"


def test_the_page_speaks_the_sites_language_and_the_file_keeps_its_names(
    client: Client, settings: Any
) -> None:
    user = make_user(email=EMAIL, name=NAME)
    client.force_login(user)
    comments = leave_all_traces(client, user=user)
    decided(comments["answer"], Action.REMOVE, policy=Policy.objects.first())
    english, english_page = _downloaded(client)
    settings.LANGUAGE_CODE = "nb"
    data, page = _downloaded(client)
    names = _names_in(data)
    assert names == _names_in(english)
    assert {one["status"] for one in data["comments"]} >= {"published", "removed"}
    said, said_in_english = (set(re.findall("<dt>(.*?)</dt>", one)) for one in (page, english_page))
    assert len(said) > 50
    assert said & names == set()
    assert said & said_in_english == set()
    values = {"held", "published", "removed", "reader", "abuse", "webauthn", "statement", "own"}
    assert values & set(re.findall("<d(?:d|iv)>(.*?)</d", page)) == set()
    assert "<dt>Hvor det står</dt><dd>Fjernet</dd>" in page


def _names_in(part: Any) -> set[str]:
    if isinstance(part, dict):
        return set(part).union(*map(_names_in, part.values()))
    return set().union(*map(_names_in, part)) if isinstance(part, list) else set()


def test_a_stranger_downloads_nothing(client: Client) -> None:
    publish("Somebody's")
    assert client.post("/me/data/", {"sure": "yes"})["Content-Type"].startswith("text/html")
    other = known_as(Author.objects.create(name="Per", key=uuid.uuid4()))
    data, _page = _downloaded(other)
    assert data["comments"] == []
