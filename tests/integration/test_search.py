"""Search: each term, scope, pages, the words that were found, and what the database does."""

import csv
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role, User
from classifier.base import Label
from comments.models import Comment, Section
from moderation.decisions import database_now, decide
from moderation.models import Action, Policy
from moderation.selectors import search as searching
from moderation.selectors.search import Place, everything_found, pieces, search_page
from moderation.selectors.search_terms import SearchFilters, split_words
from tests.desk_data import assigned, client_of, person, publish_plain_rules
from tests.make import (
    StandIn,
    make_article,
    make_comment,
    make_held,
    make_published,
    make_regular,
    make_user,
    screen_all,
)

pytestmark = pytest.mark.django_db


def found(user: User | None = None, **terms: Any) -> list[str]:
    """The texts that are found, newest first."""
    page = search_page(user=user or person(), filters=SearchFilters(**terms))
    return [one.comment.current_revision.body for one in page.found]


def removed(comment: Comment, *, by: User, policy: str = "insults") -> None:
    comment.refresh_from_db()
    decide(
        comment=comment,
        action=Action.REMOVE,
        actor=by,
        seen_version=comment.version,
        at=database_now(),
        policy=Policy.objects.get(slug=policy),
    )


class TestWords:
    @pytest.mark.parametrize(
        ("words", "expected"),
        [
            ("ferry", ["A late ferry and a bus.", "The ferry is late."]),
            ("FERRY late", ["A late ferry and a bus.", "The ferry is late."]),
            ('"ferry is late"', ["The ferry is late."]),
            ("ferry -bus", ["The ferry is late."]),
            ("bus or tram", ["No tram.", "A late ferry and a bus."]),
            ("fer*", ["A late ferry and a bus.", "The ferry is late."]),
            ("late -bu*", ["The ferry is late."]),
            ("fer", []),
            ("'", []),
            ("*", []),
            ('"', []),
            ("b'u\\s*", []),
            ("-", []),
        ],
    )
    def test_are_found_as_a_search_engine_reads_them(self, words: str, expected: list[str]) -> None:
        for body in ("The ferry is late.", "A late ferry and a bus.", "No tram."):
            make_published(body)
        assert found(words=words) == expected

    def test_what_was_decided_and_what_waits_is_found_alike(self) -> None:
        anna, waits = person(), make_held("A zebra waits.")
        gone = make_published("A zebra, removed.")
        removed(gone, by=anna)
        make_published("A zebra on the page.")
        assert len(found(words="zebra")) == 3
        assert found(words="zebra", status="removed") == ["A zebra, removed."]
        assert found(words="zebra", queue="waiting") == [waits.current_revision.body]

    def test_are_those_of_the_text_as_it_is_now(self) -> None:
        comment = make_published("A zebra before.")
        revision = comment.revisions.create(
            number=2, body="A lion since.", created_at=timezone.now()
        )
        Comment.objects.filter(pk=comment.pk).update(current_revision=revision)
        assert found(words="zebra") == []
        assert found(words="lion") == ["A lion since."]

    def test_are_marked_in_what_is_found(self) -> None:
        make_published("A zebra & a \ue000lion\ue001, 1 < 2 <script>alert(1)</script>")
        page = search_page(user=person(), filters=SearchFilters(words="zebra"))
        assert [text for text, hit in page.found[0].pieces if hit] == ["zebra"]
        shown = client_of(person()).get(reverse("moderation:search"), {"words": "zebra"})
        assert "<mark>zebra</mark> &amp; a lion" in shown.content.decode()
        assert "<script>alert" not in shown.content.decode()

    def test_pieces_of_a_marked_text(self) -> None:
        assert pieces("a \ue000b\ue001 c") == [("a ", False), ("b", True), (" c", False)]
        assert pieces("\ue000b\ue001") == [("b", True)]
        assert pieces("a") == [("a", False)]

    def test_beginnings_are_taken_out_except_inside_quotation_marks(self) -> None:
        plain, beginnings = split_words('a* "b* c" -d* e')
        assert plain.split() == ['"b*', 'c"', "e"]
        assert beginnings == [(False, "a"), (True, "d")]


class TestTerms:
    def test_author_by_a_part_of_the_name_or_the_whole_address(self) -> None:
        marit = make_regular(name="Marit Vik", email="marit@example.org")
        signed_in = make_regular(user=make_user(email="ola@example.org"), name="Ola Nordmann")
        make_published("By Marit.", author=marit)
        make_published("By Ola.", author=signed_in)
        assert found(author="rit v") == ["By Marit."]
        assert found(author="MARIT@example.org") == ["By Marit."]
        assert found(author="ola@example.org") == ["By Ola."]
        assert found(author="marit@example") == []
        assert found(author="%") == []

    def test_a_name_that_many_have_is_still_found(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("moderation.selectors.search_terms.MOST_NAMED", 1)
        for name in ("Kari One", "Kari Two", "Per"):
            make_published(f"By {name}.", author=make_regular(name=name))
        assert found(author="kari") == ["By Kari Two.", "By Kari One."]

    def test_title_of_the_article(self, monkeypatch: pytest.MonkeyPatch) -> None:
        make_published("Here.", article=make_article(title="Ferry prices 100% up"))
        make_published("There.", article=make_article(title="Bus prices"))
        assert found(article="100% up") == ["Here."]
        monkeypatch.setattr("moderation.selectors.search_terms.MOST_NAMED", 0)
        assert found(article="FERRY") == ["Here."]

    def test_score_within_its_range(self) -> None:
        for body, score in (("Low.", 0.2), ("Middle.", 0.5), ("High.", 0.9)):
            make_comment(body)
            screen_all(StandIn({body: {Label.SPAM: score}}))
        assert found(label="spam", min_score=0.4) == ["High.", "Middle."]
        assert found(label="spam", min_score=0.4, max_score=0.6) == ["Middle."]
        assert found(label="insult", min_score=0.4) == []

    def test_rule_that_matched(self) -> None:
        publish_plain_rules()
        make_held("Only a fool.")
        make_published("Fine.")
        assert found(rule="High insult") == ["Only a fool."]
        assert found(rule="High") == []

    def test_decision_moderator_and_reason(self) -> None:
        anna, per = person(name="Anna"), person(name="Per")
        one, other = make_published("One."), make_published("Other.")
        removed(one, by=anna)
        removed(other, by=per, policy="spam")
        assert found(action="remove") == ["Other.", "One."]
        assert found(moderator_id=anna.pk) == ["One."]
        assert found(moderator_id=anna.pk, action="approve") == []
        assert found(policy_id=Policy.objects.get(slug="spam").pk) == ["Other."]

    def test_period_and_section(self) -> None:
        sports = Section.objects.create(name="Sports", slug="sports")
        old, _new = make_published("Old."), make_published("New.")
        make_published("Sport.", article=make_article(section=sports))
        long_ago = timezone.now() - timedelta(days=9)
        Comment.objects.filter(pk=old.pk).update(submitted_at=long_ago)
        assert found(until=timezone.now() - timedelta(days=1)) == ["Old."]
        assert found(since=timezone.now() - timedelta(days=1)) == ["Sport.", "New."]
        assert found(section_id=sports.pk) == ["Sport."]

    def test_all_that_is_asked_must_hold(self) -> None:
        anna = person()
        gone = make_published("A zebra, removed.", author=make_regular(name="Kari"))
        removed(gone, by=anna)
        make_published("A zebra, published.", author=make_regular(name="Kari"))
        asked = {"words": "zebra", "author": "kari", "status": "removed", "moderator_id": anna.pk}
        assert found(**asked) == ["A zebra, removed."]
        assert found(**(asked | {"words": "lion"})) == []


class TestScope:
    def test_nothing_of_another_section_is_found(self) -> None:
        make_published("A zebra in the news.")
        here, there = assigned(person(), "News"), assigned(person(), "Harbour")
        news = Section.objects.get(slug="news")
        assert found(here, words="zebra") == ["A zebra in the news."]
        for terms in ({"words": "zebra"}, {"author": "marit"}, {"section_id": news.pk}):
            assert found(there, **terms) == []

    def test_a_reader_finds_nothing(self) -> None:
        make_published("A zebra.")
        assert found(person(Role.READER), words="zebra") == []


class TestPages:
    @pytest.mark.parametrize("terms", [{"words": "zebra"}, {"status": "published"}])
    @pytest.mark.parametrize("size", [1, 2, 5])
    def test_together_are_everything_once(self, terms: dict[str, str], size: int) -> None:
        made = [make_published(f"A zebra, number {n}.") for n in range(5)]
        same = made[0].submitted_at
        Comment.objects.filter(pk__in=[c.pk for c in made[:3]]).update(submitted_at=same)
        user, after, seen = person(), None, []
        while True:
            page = search_page(user=user, filters=SearchFilters(**terms), after=after, size=size)
            seen += [one.comment.pk for one in page.found]
            after = page.next
            if after is None:
                break
        assert seen == [comment.pk for comment in reversed(made)]

    def test_a_long_walk_stops_and_goes_on(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(searching, "WALKED", 2)
        gone = make_published("Gone.")
        removed(gone, by=person())
        for n in range(4):
            make_published(f"Kept {n}.")
        filters, user = SearchFilters(status="removed"), person()
        first = search_page(user=user, filters=filters)
        assert (first.found, first.stopped) == ([], True)
        assert first.next is not None
        second = search_page(user=user, filters=filters, after=first.next)
        third = search_page(user=user, filters=filters, after=second.next)
        assert [one.comment for one in third.found] == [gone]
        assert [one.comment for one in everything_found(user=user, filters=filters, most=9)] == [
            gone
        ]
        shown = client_of(user).get(reverse("moderation:search"), {"status": "removed"})
        assert "Look further back" in shown.content.decode()

    def test_a_place_is_read_as_it_was_written(self) -> None:
        place = Place(timezone.now(), 17)
        assert Place.parse(str(place)) == place

    @pytest.mark.parametrize("text", ["", "x", "1", ".", "1.2.3", "-1.2", "9" * 18 + ".1", "².1"])
    def test_a_place_that_was_typed_over_is_none(self, text: str) -> None:
        assert Place.parse(text) is None

    def test_a_page_costs_the_same_at_5_rows_and_at_50(self) -> None:
        user = person()

        def cost() -> int:
            client = client_of(user)
            with CaptureQueriesContext(connection) as queries:
                assert (
                    client.get(reverse("moderation:search"), {"words": "zebra"}).status_code == 200
                )
            return len(queries)

        for n in range(5):
            make_comment(f"A zebra, number {n}.")
        screen_all()
        few = cost()
        for n in range(50):
            make_comment(f"A zebra, number {n} of many.")
        screen_all()
        assert cost() == few <= 27


class TestPage:
    def test_offers_what_one_sees_and_selects_by_public_id(self) -> None:
        comment = make_published("A zebra.")
        Section.objects.create(name="Sports", slug="sports")
        page = client_of(assigned(person(), "News")).get(
            reverse("moderation:search"), {"words": "zebra"}
        )
        text = page.content.decode()
        assert "Sports" not in text
        assert '<form id="found"' in text
        assert f'name="comment" value="{comment.public_id}"' in text
        assert reverse("moderation:comment", args=[comment.public_id]) in text

    @pytest.mark.parametrize(
        ("terms", "said"),
        [
            ({"words": "nowhere"}, "Nothing matches."),
            ({}, "Fill in one field or several"),
            ({"min": "0.5"}, "Choose the score that is meant."),
            ({"label": "spam", "min": "0.5", "max": "0.1"}, "This is less than the score"),
            ({"since": "2026-03-02", "until": "2026-03-01"}, "The last day is before"),
            ({"since": "yesterday"}, "Write the day as year, month and day"),
            ({"since": "0001-01-01"}, "Choose a day after 1969."),
            ({"until": "9999-12-31", "words": "nowhere"}, "Nothing matches."),
            ({"section": "99999999999999999999"}, "Fill in one field or several"),
        ],
    )
    def test_says_what_it_could_not_do(self, terms: dict[str, str], said: str) -> None:
        page = client_of(person()).get(reverse("moderation:search"), terms)
        assert page.status_code == 200
        assert said in page.content.decode()


def rows_of(answer: Any) -> list[list[str]]:
    assert answer.status_code == 200
    lines = b"".join(answer.streaming_content).decode().splitlines(keepends=True)
    return list(csv.reader(lines))


class TestExport:
    def export(self, user: User, **terms: str) -> list[list[str]]:
        return rows_of(client_of(user).get(reverse("moderation:search_export"), terms))

    def test_holds_what_is_found_with_its_last_decision(self) -> None:
        anna = person(name="Anna")
        removed(make_published("A zebra,\nremoved."), by=anna)
        make_published("A lion.")
        head, row = self.export(anna, words="zebra")
        told = dict(zip(head, row, strict=True))
        assert told["text"] == "A zebra,\nremoved."
        assert (told["status"], told["decision"], told["by"]) == ("Removed", "Removed", "Anna")
        assert told["comment"].startswith("http://testserver/desk/comments/")

    @pytest.mark.parametrize("role", [Role.MODERATOR, Role.SENIOR_MODERATOR, Role.SITE_ADMIN])
    def test_names_no_address_to_anybody(self, role: Role) -> None:
        author = make_regular(email="marit@example.org")
        comment = make_published("A zebra.", author=author)
        Comment.objects.filter(pk=comment.pk).update(author_email="marit@example.org")
        rows = self.export(person(role), words="zebra")
        assert rows[1][6] == "A zebra."
        assert "marit@example.org" not in str(rows)

    @pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t="])
    def test_holds_no_formula(self, start: str) -> None:
        body = f'{start}HYPERLINK("https://evil.example","zebra")'
        make_published(body)
        rows = self.export(person(), words="zebra")
        assert rows[1][6] == f"'{body}"
        assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for cell in rows[1])

    def test_holds_nothing_of_another_section(self) -> None:
        make_published("A zebra.")
        assert len(self.export(assigned(person(), "Harbour"), words="zebra")) == 1

    def test_reads_a_page_at_a_time_and_stops(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for n in range(3):
            make_published(f"A zebra, number {n}.")
        monkeypatch.setattr("moderation.views.searching.MOST_EXPORTED", 2)
        assert len(self.export(person(), words="zebra")) == 3  # its head and the newest two


def fill(number: int) -> None:
    """Comments made by the database: one in a thousand holds a rare word, each a common one."""
    first = make_published("A first one.")
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO comments_comment (public_id, depth, author_name, author_email,
                author_website, address_hash, status, version, submitted_at, article_id, author_id,
                current_revision_id)
            SELECT gen_random_uuid(), 0, 'Reader', '', '', '', 'published', 2,
                now() - n * interval '1 minute', %(article)s, %(author)s, 1000000 + n
            FROM generate_series(1, %(number)s) n
            """,
            {"article": first.article_id, "author": first.author_id, "number": number},
        )
        cursor.execute(
            """
            INSERT INTO comments_commentrevision (id, comment_id, number, body, created_at)
            SELECT current_revision_id, id, 1, 'The morning ferry is always full, number '
                || current_revision_id
                || CASE WHEN current_revision_id %% 1000 = 0 THEN ' zebra' ELSE '' END, now()
            FROM comments_comment WHERE current_revision_id > %(first)s
            """,
            {"first": 1_000_000},
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; ANALYZE")


def plans_of(run: Callable[[], object]) -> str:
    """What the database did for each query of ``run`` that looks for comments."""
    with CaptureQueriesContext(connection) as queries:
        run()
    asked = [q["sql"] for q in queries if "comment.submitted_at, comment.id" in q["sql"]]
    told = []
    with connection.cursor() as cursor:
        for query in asked:
            cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF) {query}")
            told += [row[0] for row in cursor.fetchall()]
    return "\n".join(told)


class TestPlans:
    def test_among_many_each_term_is_found_through_its_index(self) -> None:
        fill(30_000)
        user = person()

        def plan(**terms: Any) -> str:
            return plans_of(lambda: search_page(user=user, filters=SearchFilters(**terms)))

        rare = plan(words="zebra")
        assert "revision_words" in rare
        assert "CTE candidate" in rare
        assert "Seq Scan" not in rare

        common = plan(words="ferry")
        assert "CTE candidate" not in common  # 30,000 matches are not listed first
        assert "comment_submitted" in common
        assert "Seq Scan" not in common

        plain = plan(status="published")
        assert "comment_submitted" in plain
        assert "Seq Scan" not in plain

        both = plan(words="zebra", status="published", label="spam", min_score=0.5)
        assert "revision_words" in both
        assert "Seq Scan on comments" not in both
