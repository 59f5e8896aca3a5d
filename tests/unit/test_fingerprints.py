"""Texts that say nearly the same have something in common; others hardly ever."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.corpus import comments
from moderation.fingerprints import BANDS, are_alike, fingerprints, similarity, words_of

LETTER = (
    "Dear neighbours, the county wants to close our school in June. Write to the council before"
    " Friday, it takes five minutes, and every letter is counted. Yours, the parents of Lysdal."
)

FERRY = [-5587449563328349872, -8014668872283301572]


def share(one: str, other: str) -> bool:
    ours, theirs = fingerprints([one, other])
    return bool(set(ours) & set(theirs))


def alike(one: str, other: str) -> bool:
    return share(one, other) and are_alike(words_of(one), words_of(other))


@pytest.mark.parametrize(
    "other",
    [
        LETTER.upper(),
        LETTER.replace("the parents", "Kari"),
        "Hello! " + LETTER,
        LETTER.replace("school", "sch00l").replace("a", "а"),  # Cyrillic
        LETTER.replace(" ", "  ").replace(",", " –"),
        "> Will they really close it?\n\n" + LETTER,
    ],
)
def test_small_changes_and_disguises_make_no_other_text(other: str) -> None:
    assert alike(LETTER, other)


@pytest.mark.parametrize(
    "other",
    [
        "Dear neighbours, I disagree with you about the school, and so does half of the valley.",
        " ".join(reversed(LETTER.split())),
        "The county wants to close our school.",
    ],
)
def test_the_same_subject_is_not_the_same_text(other: str) -> None:
    assert not alike(LETTER, other)


def test_two_answers_to_one_comment_are_not_alike_for_what_they_quote() -> None:
    quoted = "> " + LETTER.replace(". ", ".\n> ")
    assert not alike(
        f"{quoted}\n\nNo, it takes an hour.", f"{quoted}\n\nThank you, I just did that."
    )


@pytest.mark.parametrize("text", ["", "Thank you", "Thank you!!! ❤", "So true.", "> " + LETTER])
def test_what_anybody_says_has_no_fingerprint(text: str) -> None:
    assert fingerprints([text]) == [[]]


def test_so_short_a_text_has_one_when_it_holds_a_link() -> None:
    assert alike("Look: https://pills.example", "look https://pills.example !")


def test_of_a_short_text_nearly_everything_must_be_the_same() -> None:
    assert alike("I agree with every word.", "I agree with every word!!")
    assert not alike("I agree with every word.", "I agree with every word of hers.")


def test_signs_of_scripts_without_spaces_are_words() -> None:
    assert alike("この学校を閉めないでください。", "この学校を閉めないでください！")
    assert not alike("この学校を閉めないでください。", "明日の天気はとてもいいですね。")


@given(texts=st.lists(st.text(max_size=60), max_size=6))
def test_a_text_has_the_same_bands_in_any_company(texts: list[str]) -> None:
    together = fingerprints(texts)
    assert together == [fingerprints([text])[0] for text in texts]
    assert all(len(bands) in (0, BANDS) for bands in together)
    assert all(-(2**63) <= band < 2**63 for bands in together for band in bands)


def test_stored_bands_are_found_again_by_every_later_version() -> None:
    """They are compared with what is in the database: another seed would lose all of it."""
    assert fingerprints(["The morning ferry is always full."])[0][:2] == FERRY


def test_what_overlaps_enough_shares_a_band_as_often_as_promised() -> None:
    chance = random.Random(7)
    found = tried = 0
    for text in comments(400, seed=5):
        words = text.split()
        for at in chance.sample(range(len(words)), k=max(1, len(words) // 9)):
            words[at] = f"other{at}"
        changed = " ".join(words)
        if similarity(words_of(text), words_of(changed)) >= 0.6:
            tried += 1
            found += share(text, changed)
    assert tried > 200
    assert found / tried > 0.9


def test_texts_that_share_nothing_hardly_ever_share_a_band() -> None:
    chance = random.Random(11)
    letters = "abcdefghijklmnopqrstuvwxyz"
    texts = [
        " ".join("".join(chance.choices(letters, k=6)) for _ in range(30)) for _ in range(1000)
    ]
    bands = [band for found in fingerprints(texts) for band in found]
    assert len(set(bands)) == len(bands)
