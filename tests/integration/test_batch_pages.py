"""The pages on which many comments are decided as one."""

import re
import uuid
from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from comments.models import Article, Comment, Section, Status
from moderation.batch_steps import take_chunk
from moderation.decisions import database_now, decide
from moderation.models import Action, Batch, BatchState, Policy, Queue, SectionAssignment
from moderation.review import claim
from tests.desk_data import client_of, held_items, open_item_of, person, publish_plain_rules
from tests.make import make_article, make_held, make_published

pytestmark = pytest.mark.django_db

START = "/desk/batches/start/"
LIST = "/desk/batches/"


@pytest.fixture
def anna() -> User:
    publish_plain_rules()
    return person(Role.MODERATOR, name="Anna Lie")


def words(answer: HttpResponse) -> str:
    return " ".join(answer.content.decode().split())


def hidden(answer: HttpResponse) -> dict[str, list[str]]:
    """What the form that asks "really?" carries."""
    fields: dict[str, list[str]] = {}
    found = re.findall(
        r'<input type="hidden" name="([^"]+)" value="([^"]*)">', answer.content.decode()
    )
    for name, value in found:
        if value not in fields.setdefault(name, []) and name != "csrfmiddlewaretoken":
            fields[name].append(value)
    return fields


def address_of(batch: Batch, verb: str = "") -> str:
    return reverse(f"moderation:{verb}batch", args=[batch.public_id])


def confirmed(client: Client, fields: dict[str, object], **more: str) -> Batch:
    asked = client.post(START, fields)
    assert asked.status_code == 200
    answer = client.post(START, hidden(asked) | more)
    batch = Batch.objects.latest("id")
    assert (answer.status_code, answer["Location"]) == (302, address_of(batch))
    return batch


def run(batch: Batch) -> Batch:
    while take_chunk():
        pass
    batch.refresh_from_db()
    return batch


class TestAsking:
    def test_cancel_goes_back_to_where_one_came_from(self, anna: User) -> None:
        item, desk = held_items(1)[0], client_of(anna)
        fields = {"action": "remove", "comment": str(item.comment.public_id), "selected": "queue=x"}
        page = "http://testserver/desk/queues/waiting/?sort=newest"
        asked = desk.post(START, fields, headers={"Referer": page})
        assert f'<a href="{page}" class="button quiet">Cancel</a>' in words(asked)
        again = desk.post(START, hidden(asked), headers={"Referer": f"http://testserver{START}"})
        assert again.status_code == 422
        assert f'<a href="{page}" class="button quiet">Cancel</a>' in words(again)
        assert hidden(again)["selected"] == ["queue=x"]

    def test_cancel_never_leads_to_another_site(self, anna: User) -> None:
        item = held_items(1)[0]
        fields = {"action": "approve", "comment": str(item.comment.public_id)}
        fields["next"] = "https://elsewhere.example/"
        asked = client_of(anna).post(START, fields, headers={"Referer": fields["next"]})
        assert '<a href="/desk/" class="button quiet">Cancel</a>' in words(asked)

    def test_it_says_how_many_and_what_follows_before_anything_begins(self, anna: User) -> None:
        items = held_items(3)
        ids = [str(item.comment.public_id) for item in items[:2]]
        page = client_of(anna).post(START, {"comment": ids, "action": "remove"})
        assert page.status_code == 200
        assert "Remove 2 comments?" in words(page)
        assert "Every one of them is hidden from readers" in words(page)
        assert "says number 0" in words(page)
        assert "says number 2" not in words(page)
        assert not Batch.objects.exists()

    def test_confirmed_it_begins_and_shows_how_far_it_is(self, anna: User) -> None:
        items = held_items(3)
        client = client_of(anna)
        ids = [str(item.comment.public_id) for item in items[:2]]
        batch = confirmed(
            client, {"comment": ids, "action": "remove"}, policy="insults", note="A raid."
        )
        assert (batch.action, str(batch.policy), batch.note) == ("remove", "Insults", "A raid.")
        page = words(client.get(address_of(batch)))
        assert "Remove 2 comments: Insults" in page
        assert "0 of 2" in page
        assert 'hx-trigger="every 1s"' in page
        page = words(client.get(address_of(run(batch))))
        assert "Done" in page
        assert "Take all 2 back" in page
        assert "hx-trigger" not in page.partition('id="batch"')[2].partition("</section>")[0]
        assert open_item_of(items[2].comment)

    def test_a_removal_without_a_policy_is_asked_again_and_nothing_is_lost(
        self, anna: User
    ) -> None:
        item = held_items(1)[0]
        client = client_of(anna)
        fields = {"comment": str(item.comment.public_id), "action": "remove"}
        again = client.post(START, hidden(client.post(START, fields)) | {"note": "Seen twice."})
        assert again.status_code == 422
        assert "Choose the policy that the authors are told about." in words(again)
        assert "Seen twice." in words(again)
        assert not Batch.objects.exists()

    def test_the_same_form_sent_twice_is_one_batch(self, anna: User) -> None:
        held_items(2)
        client = client_of(anna)
        form = hidden(client.post(START, {"queue": "waiting", "action": "approve"}))
        first, second = client.post(START, form), client.post(START, form)
        assert first["Location"] == second["Location"]
        assert Batch.objects.count() == 1

    def test_the_key_of_somebody_elses_batch_is_not_found(self, anna: User) -> None:
        held_items(1)
        form = hidden(client_of(anna).post(START, {"queue": "waiting", "action": "approve"}))
        client_of(anna).post(START, form)
        held_items(1)
        assert client_of(person()).post(START, form | {"up_to": "999999"}).status_code == 404

    def test_what_came_after_the_question_is_left_out(self, anna: User) -> None:
        held_items(2)
        client = client_of(anna)
        form = hidden(client.post(START, {"queue": "waiting", "action": "approve"}))
        late = make_held()
        client.post(START, form)
        assert run(Batch.objects.get()).decided == 2
        late.refresh_from_db()
        assert late.status == Status.HELD

    @pytest.mark.parametrize(
        "fields",
        [
            {"comment": "nonsense"},
            {"comment": str(uuid.uuid4())},
            {"author": str(uuid.uuid4())},
            {"under": "no-such-article"},
            {"queue": "nowhere"},
            {},
        ],
    )
    def test_nothing_to_decide_says_so(self, fields: dict[str, str], anna: User) -> None:
        page = client_of(anna).post(START, fields | {"action": "approve"})
        assert page.status_code == 422
        assert "Nothing to decide here" in words(page)

    def test_who_is_in_the_way_is_said_before(self, anna: User) -> None:
        flagged, held, _free = held_items(3)
        decide(
            comment=flagged.comment,
            action=Action.FLAG,
            actor=anna,
            seen_version=flagged.comment.version,
            at=database_now(),
        )
        claim(item=held, moderator=person(), at=database_now())
        ids = [str(c.public_id) for c in Comment.objects.all()]
        page = words(client_of(anna).post(START, {"comment": ids, "action": "approve"}))
        assert "1 of them is in the hands of a colleague" in page
        assert "1 of them waits for a senior moderator" in page

    def test_without_an_action_both_are_offered_with_their_numbers(self, anna: User) -> None:
        held_items(2)
        published = make_published()
        ids = [str(c.public_id) for c in Comment.objects.all()]
        page = words(client_of(anna).post(START, {"comment": ids}))
        assert "Approve 2 comments…" in page
        assert "Remove 3 comments…" in page
        assert published.author_name in page

    def test_asking_costs_the_same_for_more(
        self,
        anna: User,
        django_assert_num_queries: Callable[..., object],
        django_assert_max_num_queries: Callable[..., object],
    ) -> None:
        held_items(2)
        client = client_of(anna)
        fields = {"queue": "waiting", "action": "remove"}
        with django_assert_max_num_queries(22) as few:  # type: ignore[attr-defined]
            client.post(START, fields)
        held_items(10)
        with django_assert_num_queries(len(few)):  # type: ignore[attr-defined]
            client.post(START, fields)


class TestChoosing:
    def test_a_queue_as_it_is_filtered(self, anna: User) -> None:
        war = make_article(section=Section.objects.create(name="War", slug="war"))
        inside = make_held(article=war)
        held_items(2)
        fields = {"queue": "waiting", "section": str(war.section_id), "action": "approve"}
        batch = run(confirmed(client_of(anna), fields))
        assert [m.comment_id for m in batch.members.all()] == [inside.pk]
        assert batch.criterion["query"] == f"queue=waiting&section={war.section_id}"

    def test_what_an_author_has_waiting_or_wrote(self, anna: User) -> None:
        held, other = held_items(2)
        author = held.comment.author
        published = make_published(author=author)
        client = client_of(anna)
        fields = {"author": str(author.key), "action": "remove"}
        page = words(client.post(START, fields))
        assert "Remove 1 comment?" in page
        batch = run(confirmed(client, fields | {"everything": "1"}, policy="insults"))
        taken = {m.comment_id for m in batch.members.all()}
        assert taken == {held.comment_id, published.pk}
        assert other.comment_id not in taken

    def test_what_waits_under_an_article(self, anna: User) -> None:
        article = make_article()
        inside, published = make_held(article=article), make_published(article=article)
        make_held()
        fields = {"under": article.slug, "action": "remove"}
        batch = confirmed(client_of(anna), fields, policy="insults")
        assert [m.comment_id for m in batch.members.all()] == [inside.pk]
        assert published.pk != inside.pk

    def test_what_scored_inside_a_range(self, anna: User) -> None:
        items = held_items(2)  # insult 0.8 each
        low = make_held("An ass, says he.")
        from moderation.models import SCORED, ReviewItem

        scores = [0] * len(SCORED)
        scores[SCORED.index("insult")] = 7999
        ReviewItem.objects.filter(comment=low).update(scores=scores)
        fields = {"queue": "waiting", "score_label": "insult", "low": "0.8", "high": "1"}
        batch = confirmed(client_of(anna), fields | {"action": "approve"})
        assert {m.comment_id for m in batch.members.all()} == {i.comment_id for i in items}
        below = confirmed(
            client_of(anna), fields | {"action": "approve", "low": "0.1", "high": "0.8"}
        )
        assert [m.comment_id for m in below.members.all()] == [low.pk]

    def test_the_sections_of_a_moderator_narrow_every_way_of_choosing(self, anna: User) -> None:
        item = held_items(1)[0]
        other = Section.objects.create(name="War", slug="war")
        SectionAssignment.objects.create(user=anna, section=other)
        client = client_of(anna)
        for fields in (
            {"comment": str(item.comment.public_id)},
            {"queue": "waiting"},
            {"queue": "waiting", "score_label": "insult", "low": "0", "high": "1"},
            {"author": str(item.comment.author.key), "everything": "1"},
            {"under": item.article.slug, "everything": "1"},
        ):
            page = client.post(START, fields | {"action": "approve"})
            assert page.status_code == 422, fields


class TestWatching:
    def test_what_was_passed_over_is_listed_with_who_was_first(self, anna: User) -> None:
        items = held_items(3)
        client = client_of(anna)
        batch = confirmed(client, {"queue": "waiting", "action": "approve"})
        bjorn = person(name="Bjørn Dahl")
        decide(
            comment=items[0].comment,
            action=Action.REMOVE,
            actor=bjorn,
            seen_version=items[0].comment.version,
            at=database_now(),
            policy=Policy.objects.get(slug="insults"),
        )
        claim(item=items[1], moderator=bjorn, at=database_now())
        page = words(client.get(address_of(run(batch))))
        assert "Bjørn Dahl removed this: Insults" in page
        assert "Bjørn Dahl had it in hand." in page
        assert "<b>1</b> somebody else decided first" in page
        assert "says number 0" in page
        assert "says number 2" not in page

    def test_in_sections_of_others_they_are_counted_and_not_shown(self, anna: User) -> None:
        item = held_items(1)[0]
        batch = confirmed(client_of(anna), {"queue": "waiting", "action": "approve"})
        decide(
            comment=item.comment,
            action=Action.FLAG,
            actor=anna,
            seen_version=item.comment.version,
            at=database_now(),
        )
        run(batch)
        war = Section.objects.create(name="War", slug="war")
        Article.objects.update(section=war)
        SectionAssignment.objects.create(user=anna, section=item.section)
        page = words(client_of(anna).get(address_of(batch)))
        assert "1 more is in a section of others." in page
        assert "says number 0" not in page

    def test_stop_go_on_and_take_back(self, anna: User, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("moderation.batch_steps.CHUNK", 2)
        held_items(5)
        client = client_of(anna)
        batch = confirmed(client, {"queue": "waiting", "action": "approve"})
        take_chunk()
        client.post(address_of(batch, "stop_"))
        batch.refresh_from_db()
        assert (batch.state, batch.decided) == (BatchState.STOPPED, 2)
        assert "What was decided stays." in words(client.get(address_of(batch)))
        client.post(address_of(batch, "go_on_"))
        client.post(address_of(run(batch), "undo_"))
        run(batch)
        assert (batch.state, batch.undone) == (BatchState.UNDONE, 5)
        assert "taken back" in words(client.get(LIST))

    def test_somebody_else_may_watch_and_not_steer(self, anna: User) -> None:
        held_items(1)
        batch = confirmed(client_of(anna), {"queue": "waiting", "action": "approve"})
        other = client_of(person())
        page = words(other.get(address_of(batch)))
        assert "Whoever began it, or a senior moderator" in page
        assert 'id="batch-stop"' not in page
        assert other.post(address_of(batch, "undo_")).status_code == 403

    def test_the_part_that_is_asked_for_every_second_is_small(
        self, anna: User, django_assert_max_num_queries: Callable[..., object]
    ) -> None:
        held_items(2)
        client = client_of(anna)
        batch = confirmed(client, {"queue": "waiting", "action": "approve"})
        with django_assert_max_num_queries(10):
            part = client.get(
                address_of(batch), headers={"HX-Request": "true", "HX-Target": "batch"}
            )
        assert part.content.strip().startswith(b'<section id="batch"')

    def test_the_list_says_who_what_and_how_far(self, anna: User) -> None:
        assert "Nothing was decided in bulk yet." in words(client_of(anna).get(LIST))
        held_items(2)
        fields = {"queue": Queue.WAITING.value, "action": "approve"}
        run(confirmed(client_of(anna), fields))
        page = words(client_of(person()).get(LIST))
        assert "Approve 2 comments" in page
        assert "everything in “Waiting”, as it was filtered" in page
        assert "2 of 2 decided" in page
        assert "Anna Lie" in page


class TestWhereABatchIsNamed:
    def test_a_decision_of_a_batch_leads_to_it(self, anna: User) -> None:
        items = held_items(2)
        client = client_of(anna)
        fields: dict[str, object] = {"comment": [str(i.comment.public_id) for i in items]}
        batch = confirmed(client, {**fields, "action": "approve"})
        take_chunk()
        decide(
            comment=(alone := make_published("Decided alone.")),
            action=Action.APPROVE,
            actor=anna,
            seen_version=alone.version,
            at=database_now(),
        )
        link = f'<a href="{address_of(batch)}">as one of 2, batch of '
        assert words(client.get(reverse("moderation:decided"))).count(link) == 2
        history = reverse("moderation:comment", args=[items[0].comment.public_id])
        assert words(client.get(history)).count(link) == 1

    def test_what_a_search_found_is_decided_as_marked(self, anna: User) -> None:
        items, client = held_items(3), client_of(anna)
        page = client.get(reverse("moderation:search"), {"words": "fool"}).content.decode()
        form = page.partition('id="found"')[2].partition("</form>")[0]
        assert f'action="{START}"' in form
        assert form.count('name="comment"') == 3
        assert 'value="remove" formaction' in form
        marked = [str(item.comment.public_id) for item in items[:2]]
        asked = client.post(START, {"comment": marked, "action": "approve"})
        assert "Approve 2 comments?" in words(asked)
