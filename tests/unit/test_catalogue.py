"""The Norwegian catalogue: every sentence of the site is in it, whole, and compiled."""

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.translation.template import templatize

ROOT = Path(__file__).parent.parent.parent
CATALOGUE = ROOT / "locale" / "nb" / "LC_MESSAGES" / "django.po"
ROOMS = ("accounts", "background", "classifier", "comments", "config", "integrations", "mailing")
ROOMS += ("moderation", "privacy")
ONE = {"_", "gettext", "gettext_lazy", "gettext_noop"}
MANY = {"ngettext", "ngettext_lazy"}
IN_CONTEXT = {"pgettext", "pgettext_lazy"}
STRING = r"""u?('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
CALLS = re.compile(rf"\b(gettext|_|ngettext|pgettext)\({STRING}(?:,\s*{STRING})?")
PLACES = re.compile(r"%%|%\(\w+\)[-\d.]*[a-z]|%[sd]|\{\w*\}|</?\w+")


@pytest.fixture(scope="module")
def known() -> dict[str, str]:
    """What the compiled catalogue has: a sentence (after its context, if any) -> Norwegian."""
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        catalog = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    found = {}
    for key, said in catalog.items():
        msgid, form = key if isinstance(key, tuple) else (key, 0)
        found[msgid if form == 0 else f"{msgid}\0{form}"] = said
    return {msgid: said for msgid, said in found.items() if msgid}


def said_in_python() -> Iterator[tuple[str, str]]:
    """Where, and what: every sentence that a module hands to gettext."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if "migrations" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and (told := _told(node)) is not None:
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", told


def _told(call: ast.Call) -> str | None:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    words = [arg.value for arg in call.args if isinstance(arg, ast.Constant)]
    texts = [word for word in words if isinstance(word, str)]
    if name in IN_CONTEXT and len(texts) == 2:
        return "\x04".join(texts)
    return texts[0] if name in ONE | MANY and texts and call.args[0] in _constants(call) else None


def _constants(call: ast.Call) -> list[ast.expr]:
    return [arg for arg in call.args if isinstance(arg, ast.Constant)]


def said_in_templates() -> Iterator[tuple[str, str]]:
    """Where, and what: every sentence of a template."""
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.suffix not in (".html", ".txt"):
            continue
        for call, first, second in CALLS.findall(templatize(path.read_text())):
            texts = [ast.literal_eval(text) for text in (first, second) if text]
            told = "\x04".join(texts) if call == "pgettext" else texts[0]
            yield str(path.relative_to(ROOT)), told


def test_every_sentence_has_its_norwegian(known: dict[str, str]) -> None:
    said = [*said_in_python(), *said_in_templates()]
    assert len(said) > 2000
    missing = {f"{where}: {told}" for where, told in said if told and not known.get(told)}
    assert not missing, "docs/languages.md says how to bring them in: " + "\n".join(sorted(missing))


def test_no_translation_loses_or_invents_a_placeholder() -> None:
    wrong = [
        (given, said)
        for given, said in entries()
        if not any(sorted(PLACES.findall(said)) == sorted(PLACES.findall(one)) for one in given)
    ]
    assert not wrong


def test_what_is_compiled_is_what_is_written(known: dict[str, str]) -> None:
    written = {said for _given, said in entries()}
    assert written == set(known.values())


def entries() -> Iterator[tuple[list[str], str]]:
    """The written catalogue: what is said in English (one form or two), and each Norwegian form."""
    for block in CATALOGUE.read_text().split("\n\n")[1:]:
        texts: dict[str, str] = {}
        key = ""
        for line in block.splitlines():
            if found := re.match(r"(msg\w+(?:\[\d\])?) (.*)", line):
                key, line = found[1], found[2]
                texts[key] = ""
            if line.startswith('"'):
                texts[key] += ast.literal_eval(line)
        given = [texts[name] for name in ("msgid", "msgid_plural") if name in texts]
        for name, said in texts.items():
            if name.startswith("msgstr"):
                yield given, said
