"""The body of an article: what editors and imports may put in, and what is taken out."""

import pytest

from comments.article_html import clean_article_html


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("<p>Text <em>so</em></p>", "<p>Text <em>so</em></p>"),
        ("<p onclick='x()'>Text</p>", "<p>Text</p>"),
        ("<p>a</p><script>alert(1)</script>", "<p>a</p>"),
        ("<p>a</p><iframe src='https://evil.example/'>b</iframe>", "<p>a</p>"),
        ("<p style='color:red'>a</p><style>p{}</style>", "<p>a</p>"),
        ("<!-- wp:paragraph --><p>a</p><!-- /wp:paragraph -->", "<p>a</p>"),
        ("<h1>Big</h1>", "Big"),
        ('<a href="javascript:alert(1)">a</a>', '<a rel="noopener">a</a>'),
        ('<img src="/media/pictures/a.jpg" alt="A">', '<img src="/media/pictures/a.jpg" alt="A">'),
        ("<p>nul \0 byte</p>", "<p>nul  byte</p>"),
    ],
)
def test_what_an_article_needs_stays_and_what_could_run_goes(given: str, kept: str) -> None:
    assert clean_article_html(given) == kept


@pytest.mark.parametrize(
    "address",
    ["https://track.example/p.gif", "//track.example/p.gif", "/\\track.example/p.gif", "data:,x"],
)
def test_pictures_from_elsewhere_are_taken_out_with_their_frames(address: str) -> None:
    html = clean_article_html(f'<p>a</p><figure><img src="{address}" alt="x > y"></figure>')
    assert html == "<p>a</p>"


def test_clean_html_comes_back_as_it_is() -> None:
    dirty = '<p>a & b <a href="https://example.org" onclick=x>c</a><img src=x><svg><p>d</p></svg>'
    once = clean_article_html(dirty)
    assert "example.org" in once
    assert clean_article_html(once) == once
