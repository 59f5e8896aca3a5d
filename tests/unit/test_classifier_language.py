"""English is assumed unless there is real evidence of another language."""

import socket

import pytest

from classifier import language
from classifier.language import detect


@pytest.mark.parametrize(
    "text",
    [
        "lol",
        "STUPID IDIOTS EVERYWHERE!!!! SHUT UP NOW YOU MORONS",
        "Jonas Gahr Støre, Erna Solberg, Sylvi Listhaug",
        "y0u 4r3 4n 1d10t s0 5hut up n0w",
        "Idioten!",  # too short to tell
        "Gahr Støre",
        "ha ha ha ha ha ha ha ha ha ha ha ha",
        "Lol omg wtf bro smh tbh ngl",
        "asdfgh qwerty zxcv poiu lkjh mnbv",
        "Wirecard Bundesbank Volkswagen Merkel Scholz",
        "The minister said that the Hurtigruten ships sail from Bergen to Kirkenes every day.",
    ],
)
def test_short_shouted_named_and_disguised_english_is_english(text: str) -> None:
    assert detect(text) == "en"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Das ist doch alles völliger Unsinn, was die Regierung hier erzählt.", "de"),
        ("Je ne suis pas du tout d'accord avec ce que vous avez écrit.", "fr"),
        ("No estoy de acuerdo con lo que dice el artículo de hoy.", "es"),
        ("Jeg skjønner ikke hvorfor de ikke gjør noe med strømprisene.", "no"),
        ("Du bist ein Idiot", "de"),
        ("Vi skal drepe deg", "no"),
        ("And the rest of you: ihr seid doch alle völlig verblödet und dumm wie Brot.", "de"),
        ("Привет", "ru"),
        ("你是白痴", "zh"),
    ],
)
def test_another_language_is_told(text: str, code: str) -> None:
    assert detect(text) == code


@pytest.mark.parametrize("text", ["", " \n ", "😀😀", "12345", "!!!", "\0"])
def test_without_a_letter_there_is_no_language(text: str) -> None:
    assert detect(text) == "und"


def test_nothing_is_fetched_from_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("tried to use the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    language._detector.cache_clear()
    assert detect("Das ist doch alles völliger Unsinn, was die Regierung hier erzählt.") == "de"
