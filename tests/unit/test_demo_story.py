"""What the demo tells, before it is told to a database."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image

from integrations.demo import pictures, story
from moderation.defaults import POLICIES

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
FATES = {"", "leave", "remove", "flag", "undo", "withdraw"}


def told() -> list[story.Remark]:
    return [r for one in story.stories() for r in story.remarks(story=one, now=NOW)]


def test_there_is_a_newspaper_full_of_it() -> None:
    stories = story.stories()
    assert len(stories) == 8
    assert len(told()) >= 150
    assert len({remark.by for remark in told()}) >= 40
    sections = {entry["name"] for entry in story.paper()["sections"]}
    assert {one.section for one in stories} == sections


@pytest.mark.parametrize("one", story.stories(), ids=lambda one: one.slug)
def test_an_article_lacks_nothing(one: story.Story) -> None:
    assert {"title", "kicker", "lead", "byline", "picture_alt", "picture_caption"} <= set(
        one.fields
    )
    assert one.fields["picture_credit"]
    assert one.tags
    assert one.body.count("<p>") >= 5
    assert len(one.slug) <= 120


def test_one_is_pre_moderated_one_closed_one_long_and_one_silent() -> None:
    by_article = Counter(remark.article for remark in told())
    stories = {one.slug: one for one in story.stories()}
    assert [s for s, one in stories.items() if one.fields.get("moderation_mode") == "pre"]
    assert [s for s, one in stories.items() if one.fields.get("comments_mode") == "closed"]
    assert by_article["the-ferry-to-skarvoya"] >= 60
    assert [slug for slug in stories if by_article[slug] == 0]


def test_every_fate_and_policy_is_one_that_the_site_knows() -> None:
    policies = {slug for slug, _name, _text in POLICIES}
    for remark in told():
        assert remark.then in FATES
        if remark.then in {"remove", "undo"}:
            assert remark.policy in policies
    assert {remark.then for remark in told()} == FATES


@pytest.mark.parametrize("hour", range(0, 24, 5))
def test_everybody_writes_after_the_article_and_whom_they_answer(hour: int) -> None:
    now = NOW.replace(hour=hour)
    for one in story.stories():
        published = now - timedelta(days=one.days_ago)
        told_here = {r.key: r for r in story.remarks(story=one, now=now)}
        for remark in told_here.values():
            assert published < remark.at < now
            if remark.to:
                assert told_here[remark.to].at + timedelta(minutes=30) < remark.at


def test_keys_are_used_once_in_an_article() -> None:
    keys = Counter((remark.article, remark.key) for remark in told())
    assert max(keys.values()) == 1


@pytest.mark.parametrize("one", story.stories(), ids=lambda one: one.slug)
def test_a_picture_is_small_and_always_the_same(one: story.Story) -> None:
    data = pictures.draw(one.picture)
    assert data == pictures.draw(one.picture)
    assert len(data) < 120_000
    with Image.open(BytesIO(data)) as picture:
        assert (picture.size, picture.format) == ((1600, 900), "JPEG")
