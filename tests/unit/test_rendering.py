"""The text of a comment as HTML: what it may become, and that nothing breaks out of it."""

import time
from html.parser import HTMLParser

import pytest
from django.utils.safestring import SafeString
from hypothesis import given, settings
from hypothesis import strategies as st

from comments.rendering import render_body

ALLOWED = {"p", "br", "a", "strong", "em", "blockquote"}


class Outline(HTMLParser):
    """Collects what a browser would make of HTML, and refuses what is not closed."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str | None]] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == [], f"not closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError("a comment in the HTML")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError("a declaration in the HTML")


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("One line.", "<p>One line.</p>"),
        ("One\nand two\n\nThree", "<p>One<br>and two</p><p>Three</p>"),
        ("One\r\n\r\n\r\n  \r\nTwo", "<p>One</p><p>Two</p>"),
        ("", ""),
        (" \n ", ""),
        ("> said\nanswered", "<blockquote><p>said</p></blockquote><p>answered</p>"),
        (
            ">> first\n> second\n\nthird",
            "<blockquote><blockquote><p>first</p></blockquote><p>second</p></blockquote><p>third</p>",
        ),
        (
            ">>>>>>>> deep",
            "<blockquote><blockquote><blockquote><p>deep</p></blockquote></blockquote></blockquote>",
        ),
        ("2 > 1", "<p>2 &gt; 1</p>"),
        ("*so* and _so_ and **so**", "<p><em>so</em> and <em>so</em> and <strong>so</strong></p>"),
        ("(*so*), **so**!", "<p>(<em>so</em>), <strong>so</strong>!</p>"),
        ("**a *b* c**", "<p><strong>a <em>b</em> c</strong></p>"),
        ("2*3*4 and snake_case_name", "<p>2*3*4 and snake_case_name</p>"),
        ("* a list\n* of things", "<p>* a list<br>* of things</p>"),
        ("*never closed", "<p>*never closed</p>"),
        ("**never closed*", "<p>**never closed*</p>"),
        ("*over\nlines*", "<p>*over<br>lines*</p>"),
        ("*a **b* c**", "<p>*a <strong>b* c</strong></p>"),
        ("__init__", "<p>__init__</p>"),
    ],
)
def test_marks_become_elements_and_nothing_else_does(typed: str, html: str) -> None:
    assert render_body(typed) == html


LINK = '<a href="{0}" rel="nofollow ugc noopener">{1}</a>'


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("https://example.org/a", LINK.format("https://example.org/a", "example.org/a")),
        ("HTTP://Example.org/", LINK.format("http://Example.org/", "Example.org")),
        ("(https://example.org).", f"({LINK.format('https://example.org', 'example.org')})."),
        (
            "https://example.org/wiki/Bread_(food)",
            LINK.format("https://example.org/wiki/Bread_(food)", "example.org/wiki/Bread_(food)"),
        ),
        (
            "https://example.org/a_b_c*d*e",
            LINK.format("https://example.org/a_b_c*d*e", "example.org/a_b_c*d*e"),
        ),
        (
            "*see https://example.org now*",
            f"<em>see {LINK.format('https://example.org', 'example.org')} now</em>",
        ),
        (
            "https://example.org/?a=1&b=2",
            LINK.format("https://example.org/?a=1&amp;b=2", "example.org/?a=1&amp;b=2"),
        ),
        (
            "https://example.org/" + "x" * 60,
            LINK.format("https://example.org/" + "x" * 60, "example.org/" + "x" * 35 + "…"),
        ),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("ftp://example.org/a", "ftp://example.org/a"),
        ("https://localhost/a", "https://localhost/a"),
        ("https://[", "https://["),
        ("https://bank.example@evil.example/", "https://bank.example@evil.example/"),
        ('https://example.org/"onclick=', LINK.format("https://example.org/", "example.org")
         + "&quot;onclick="),
    ],
)  # fmt: skip
def test_only_web_addresses_become_links_that_pass_nothing_on(typed: str, html: str) -> None:
    assert render_body(typed) == f"<p>{html}</p>"


def test_an_invisible_character_ends_an_address_so_that_it_cannot_hide_where_it_leads() -> None:
    assert 'href="https://example.org/a"' in render_body("https://example.org/a\u202egro.live")


def test_piled_up_accents_are_cut_and_those_of_languages_stay() -> None:
    assert render_body("Z" + "\u0335" * 50 + "algo") == "<p>Z\u0335\u0335algo</p>"
    vietnamese = "Tie\u0302\u0301ng Vie\u0323\u0302t"
    assert render_body(vietnamese) == f"<p>{vietnamese}</p>"


def test_control_characters_are_left_out() -> None:
    assert render_body("a\0b\x0bc\x1b[31md\tok") == "<p>abc[31md\tok</p>"


def test_the_result_is_marked_safe_because_everything_in_it_is_escaped() -> None:
    result = render_body("<script>alert('1')</script> & \"co\"")
    assert isinstance(result, SafeString)
    assert result == "<p>&lt;script&gt;alert(&#x27;1&#x27;)&lt;/script&gt; &amp; &quot;co&quot;</p>"


MARKS = (
    "*",
    "**",
    "_",
    ">",
    "\n",
    "\n\n",
    " ",
    "<",
    "&",
    '"',
    "'",
    "(",
    ")",
    "\0",
    "\u202e",
    "\u0301",
)
WORDS = ("a", "b c", "é", "https://example.org/x_y", "http://a.b", "://", "</p>", "<!--", "&lt;")
PIECES = st.sampled_from(MARKS + WORDS)


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.lists(PIECES, max_size=40).map("".join), st.text(max_size=200)))
def test_whatever_is_typed_the_html_is_whole_and_holds_nothing_but_the_marks(typed: str) -> None:
    outline = Outline(render_body(typed))
    assert set(outline.tags) <= ALLOWED
    for tag, name, value in outline.attributes:
        assert tag == "a"
        assert value is not None
        assert name in ("href", "rel")
        assert name == "rel" or value.startswith(("http://", "https://"))


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="*_>\0"), max_size=200))
def test_text_without_marks_is_read_as_it_was_typed(typed: str) -> None:
    letters = [c for c in "".join(Outline(render_body(typed)).text) if c.isalnum()]
    if "://" not in typed:
        assert letters == [c for c in typed if c.isalnum()]


HOSTILE = {
    "stars": "*" * 1_000_000,
    "quotes": ">" * 1_000_000,
    "quoted lines": "> a\n>> b\n" * 110_000,
    "openings": "*a **b _c " * 100_000,
    "strong inside out": "**a*" * 250_000,
    "addresses": "https://a.b/(" * 77_000,
    "brackets after an address": "https://a.b/" + ")" * 1_000_000,
    "almost hosts": "https://" + "a." * 500_000 + "@",
    "empty lines": "\n" * 1_000_000,
    "spaces before the end": "*a" + " " * 1_000_000 + "*",
    "accents": "a" + "\u0301" * 1_000_000,
    "one word": "a" * 1_000_000,
    "to escape": "<&\"'" * 250_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_megabyte_of_anything_takes_no_longer_than_its_length(text: str) -> None:
    start = time.process_time()
    render_body(text)
    # Linear work takes a fraction of a second; anything that grows faster takes minutes.
    assert time.process_time() - start < 5
