"""Stored facts say of a comment what its facts said when they were stored."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from django.db import connection

from comments.models import Article, Section, Tag
from moderation.facts import Facts, table_of
from moderation.gathering import store_facts
from moderation.models import CommentFacts
from moderation.rescoring import Period
from moderation.rulebook.stored import Chunk, number_stored, tables
from moderation.rules.catalogue import NUMBERS
from moderation.rules.documents import parse_rule
from moderation.rules.evaluation import RuleSet, evaluate_all
from moderation.rules.word_lists import Lists
from tests.make import make_article, make_comment, make_regular
from tests.rule_chance import FRIDAY_AT_FIVE, LISTS, Chance

pytestmark = pytest.mark.django_db

WEEK = Period(FRIDAY_AT_FIVE, FRIDAY_AT_FIVE + timedelta(days=7))


def articles() -> list[Article]:
    """Articles in two sections, about two things, about one, and about nothing."""
    tags = {slug: Tag.objects.create(name=slug, slug=slug) for slug in "ab"}
    made = []
    for number, about in enumerate(("", "a", "ab")):
        slug = "ab"[number % 2]
        section, _ = Section.objects.get_or_create(slug=slug, defaults={"name": slug})
        made.append(make_article(section=section, slug=f"story-{number}"))
        made[-1].tags.set([tags[one] for one in about])
    return made


def stored(chance: Chance, number: int) -> list[Facts]:
    """Random facts over a week, stored; in the order in which they are read."""
    under, rows = articles(), []
    for n in range(number):
        article = chance.random.choice(under)
        told = chance.facts()
        text = told.text.replace("\0", "")  # which PostgreSQL holds in no text
        # Some in the same instant.
        at = FRIDAY_AT_FIVE + timedelta(hours=n // 2)
        told = replace(
            told,
            text=text,
            written_at=at,
            article_section=article.section.slug,
            article_slug=article.slug,
            article_tags=frozenset(tag.slug for tag in article.tags.all()),
        )
        comment = make_comment(text or "-", article=article, author=make_regular())
        rows.append((comment.current_revision_id, article.pk, article.section_id, told))
    store_facts(rows)
    return [told for _revision, _article, _section, told in rows]


def read(chunks: Sequence[Chunk], rule_set: RuleSet) -> list[tuple[list[bool], int]]:
    """What each rule says of each comment, and what becomes of it."""
    return [
        (evaluation.held[:, row].tolist(), int(evaluation.strictness[row]))
        for chunk in chunks
        for evaluation in [evaluate_all(rule_set, chunk.table)]
        for row in range(len(chunk))
    ]


@pytest.mark.parametrize("seed", range(2))
def test_they_are_judged_by_random_rules_exactly_as_what_they_were_stored_from(seed: int) -> None:
    chance = Chance(seed)
    told = stored(chance, 60)
    chunks = list(tables(period=WEEK, chunk=7))
    assert [len(chunk) for chunk in chunks] == [7] * 8 + [4]
    for _ in range(100):
        entries = [chance.entry(number) for number in range(chance.random.randint(1, 6))]
        rule_set = RuleSet(1, tuple(parse_rule(entry) for entry in entries), Lists(LISTS))
        at_once = evaluate_all(rule_set, table_of(told))
        assert read(chunks, rule_set) == [
            (at_once.held[:, row].tolist(), int(at_once.strictness[row])) for row in range(60)
        ]
        evaluation, row = evaluate_all(rule_set, chunks[0].table), chance.random.randrange(7)
        assert evaluation.verdict(row) == at_once.verdict(row)


def test_a_row_of_an_older_catalogue_knows_nothing_of_newer_facts() -> None:
    stored(Chance(1), 4)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE moderation_commentfacts SET numbers = numbers[1:10]")
    (chunk,) = tables(period=WEEK)
    assert np.isnan(chunk.table.numbers[:, 10:]).all()
    assert chunk.table.numbers.shape == (4, len(NUMBERS))


def test_a_period_ends_before_its_end_and_a_section_narrows_it() -> None:
    told = stored(Chance(3), 20)
    day = Period(FRIDAY_AT_FIVE, told[10].written_at or FRIDAY_AT_FIVE)
    (chunk,) = tables(period=day)
    assert (len(chunk), number_stored(day)) == (10, 10)
    section = Section.objects.get(slug="a")
    in_it = Period(WEEK.start, WEEK.end, section.pk)
    (chunk,) = tables(period=in_it)
    assert len(chunk) == number_stored(in_it) == [t.article_section for t in told].count("a")
    assert set(chunk.section_ids.tolist()) == {section.pk}


def test_reading_goes_on_behind_a_position() -> None:
    stored(Chance(4), 9)
    first, *rest = tables(period=WEEK, chunk=4)
    again = list(tables(period=WEEK, chunk=4, after=first.last))
    assert [c.revision_ids.tolist() for c in again] == [c.revision_ids.tolist() for c in rest]
    CommentFacts.objects.all().delete()
    assert list(tables(period=WEEK)) == []
