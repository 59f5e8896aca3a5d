"""Word lists: all of them, one of them, what was refused, who was first, a text tried."""

from django.urls import reverse

from moderation.models import WordList
from moderation.rulebook.lists import fill_list
from tests.desk_states.stage import Stage, state
from tests.rules_data import asks, make_rule

WORDS = ("cialis", "casino bonus", "scam*", "*coin", "cr*pto", "/vi+agra/")


def _list(*entries: str, use: str = "banned") -> WordList:
    number = WordList.objects.count() + 1
    return WordList.objects.create(
        key=f"spam-{number}", name=f"Spam {number}", use=use, entries="\n".join(entries)
    )


def _open(stage: Stage, word_list: WordList, *, query: str = "", status: int = 200) -> None:
    address = reverse("moderation:word_list", args=[word_list.key])
    stage.go(address + query, status=status)


def _send(stage: Stage, entries: str) -> None:
    stage.page.locator("#fill-entries").fill(entries)
    stage.page.locator(".list-fill [type=submit]:not([name])").click()
    stage.page.wait_for_load_state()


@state("word_lists")
def all_word_lists(stage: Stage) -> None:
    spam = _list(*WORDS)
    make_rule(f"No {spam.name}", asks("words", "in_list", spam.key))
    _list("bit.ly", "t.co", use="shorteners")
    stage.go(reverse("moderation:word_lists"))


@state("word_lists")
def a_list_without_a_name(stage: Stage) -> None:
    stage.go(reverse("moderation:word_lists"))
    stage.page.get_by_role("button", name="Make the list").click()
    stage.shows("[role=alert]")


@state("word_list")
def an_empty_list(stage: Stage) -> None:
    _open(stage, _list())


@state("word_list")
def a_list_that_a_rule_asks(stage: Stage) -> None:
    spam = _list(*WORDS, *(f"word{number}x" for number in range(300)))
    make_rule(f"No {spam.name}", asks("words", "in_list", spam.key))
    _open(stage, spam, query="?q=word")


@state("word_list")
def a_list_that_was_filled(stage: Stage) -> None:
    _open(stage, _list(*WORDS))
    _send(stage, "poker\nC1ALIS\nscam*")
    stage.shows(".kept")


@state("word_list")
def refused_lines(stage: Stage) -> None:
    _open(stage, _list(*WORDS))
    _send(stage, "poker\n*\n/(abc/\ncialis\nthe")
    stage.shows(".refused")


@state("word_list")
def a_list_that_somebody_else_changed(stage: Stage) -> None:
    spam = _list(*WORDS)
    _open(stage, spam)
    fill_list(pk=spam.pk, seen=0, by=stage.colleague, entries=["poker"])
    _send(stage, "bingo")
    stage.shows(".trouble")


@state("word_list")
def a_text_tried_on_a_list(stage: Stage) -> None:
    _open(stage, _list(*WORDS))
    stage.page.locator("#try-text").fill("Buy c1alis with bitcoins or cryppto, scammers!")
    stage.shows(".tried mark")


@state("try_word_lists")
def a_text_tried_on_all_lists(stage: Stage) -> None:
    _list(*WORDS)
    _list("t.co", use="shorteners")
    stage.go(reverse("moderation:try_word_lists"))
    stage.page.locator("#try-text").fill("Buy c1alis at https://t.co/x and a casino bonus")
    stage.shows(".tried mark")
