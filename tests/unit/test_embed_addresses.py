"""Origins, addresses of pages, links in frames, and the colours that the frame repeats."""

import re
from pathlib import Path

import pytest

from comments.embedding.links import Links
from comments.origins import NotAnOrigin, page_address, read_origin, read_origins

CSS = Path(__file__).parents[2] / "static" / "css"
ID = "6f1f3c3e-8a55-4c9e-9d53-3f2f6f5f0a11"
PAGE = "https://p.example/1"


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("https://example.org", "https://example.org"),
        ("HTTPS://Example.ORG:443/", "https://example.org"),
        ("https://avisa.example:8443", "https://avisa.example:8443"),
        ("https://blåbær.example", "https://xn--blbr-roah.example"),
        ("http://localhost:8000", "http://localhost:8000"),
    ],
)
def test_an_origin_is_written_as_browsers_write_it(written: str, origin: str) -> None:
    assert read_origin(written) == origin


@pytest.mark.parametrize(
    "written",
    [
        *("*", "https://*.example.org", "example.org", "//example.org", "https://", "null"),
        *("https://example.org/blog", "https://example.org?x", "https://u:p@example.org"),
        *("http://example.org", "javascript:alert(1)", "data:,x", "https://example.org; x 'self'"),
        *("https://example.org,https://b.example", "https://exa mple.org", "https://e.org:port"),
        *("https://example.org'", "https://[::1]", "https://-a.example", "https://a..example"),
    ],
)
def test_what_is_no_origin_is_refused_in_words(written: str) -> None:
    with pytest.raises(NotAnOrigin, match="“"):
        read_origin(written)


def test_a_list_has_each_origin_once() -> None:
    text = "\n https://a.example \r\n\nhttps://b.example\nhttps://A.example:443\n"
    assert read_origins(text) == ["https://a.example", "https://b.example"]


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("HTTPS://A.example:443/x?id=7&utm_source=y#z", "https://a.example/x?id=7"),
        ("https://a.example", "https://a.example/"),
        ("https://a.example/1,234;x'y.html?q=%20a+b", "https://a.example/1,234;x'y.html?q=%20a+b"),
        ('https://a.example/"><script>', None),
        ("javascript://a.example/%0aalert(1)", None),
        ("https://a.example/\n", None),
        (f"https://a.example/{'x' * 500}", None),
        ("/path", None),
    ],
)
def test_a_page_has_one_address(written: str, address: str | None) -> None:
    assert page_address(written) == address


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ('<a href="?page=2#x">', '<a href="?page=2&amp;from=h#x">'),
        ('<a href="#c-1">', '<a href="#c-1">'),
        (f'<a href="/comments/{ID}/edit/">', f'<a href="/embed/comments/{ID}/edit/?from=h">'),
        ('<a class="x" href="/articles/y/#z">', '<a class="x" href="/embed/articles/y/?from=h#z">'),
        ("<form novalidate>", '<form novalidate action="/here?x=1&amp;y=2">'),
        (
            '<form action="/articles/y/comments/">',
            '<form action="/embed/articles/y/comments/?from=h">',
        ),
        ('<a href="/desk/">', '<a href="/desk/" target="_blank" rel="noopener">'),
        (
            '<a href="/articles/../desk/">',
            '<a href="/articles/../desk/" target="_blank" rel="noopener">',
        ),
        ('<a href="//e.example/" rel="ugc">', '<a href="//e.example/" rel="ugc" target="_blank">'),
        (
            f'<a class="when" href="/comments/{ID}/">',
            f'<a class="when" href="/comments/{ID}/" target="_blank" rel="noopener">',
        ),
        (
            f'<a href="/comments/{ID}/" data-do="share">',
            f'<a href="{PAGE}#comment-{ID}" data-do="share" target="_blank" rel="noopener">',
        ),
        ("<article id='a'>", "<article id='a'>"),
    ],
)
def test_links_are_written_for_the_frame(tag: str, expected: str) -> None:
    links = Links(here="/here?x=1&y=2", query="from=h", page_url=PAGE)
    assert links.written_into(tag.encode()).decode() == expected


def test_the_frames_colours_are_those_of_the_site() -> None:
    tokens, frame = (CSS / "tokens.css").read_text(), (CSS / "embed.css").read_text()
    light, dark = (
        {
            name: value
            for part in re.findall(start + r"[^{]*\{([^}]*)\}", tokens)
            for name, value in re.findall(r"(--[\w-]+): (#\w+)", part)
        }
        for start in (r"(?:\A|\n):root", r"prefers-color-scheme: dark\) \{\s*:root")
    )
    assert len(light) > 10
    for name, colours in (("light", light), ("dark", dark)):
        [part] = re.findall(rf'\[data-scheme="{name}"\] \{{([^}}]*)\}}', frame)
        assert dict(re.findall(r"(--[\w-]+): (#\w+)", part)) == colours
