"""Comments and bodies of WordPress, turned into ours."""

import time

import pytest

from integrations.wordpress.blocks import Kind, blocks_of
from integrations.wordpress.captions import source_of, split_caption
from integrations.wordpress.dates import first_date
from integrations.wordpress.plain_text import plain_text
from integrations.wordpress.threads import parents_first


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("One line\nand the next\n\nA paragraph", "One line\nand the next\n\nA paragraph"),
        ("<p>One</p>\n<p>Two</p>", "One\n\nTwo"),
        ("<em>soft</em> and <strong>loud</strong>", "*soft* and **loud**"),
        ("<i>soft </i>then", "*soft* then"),
        ("<em>over\nlines</em>", "over\nlines"),
        ("<strong></strong>nothing", "nothing"),
        ('<a href="https://a.example/x">https://a.example/x</a>', "https://a.example/x"),
        ('<a href="https://a.example/x/">a.example/x</a>', "https://a.example/x/"),
        ('<a href="https://a.example/x">there</a>', "there (https://a.example/x)"),
        ('<a href="javascript:alert(1)">here</a>', "here"),
        ("<blockquote>Said\nso</blockquote>No.", "> Said\n> so\n\nNo."),
        (
            "<blockquote>Out<blockquote>In</blockquote></blockquote>",
            "> Out\n>\n> > In",
        ),
        ("<blockquote><p>A</p><p>B</p></blockquote>", "> A\n>\n> B"),
        ("a &lt; b &amp;&amp; c&nbsp;d &#8211; &hellip;", "a < b && c d – …"),
        ("2 < 3 and 5 > 4", "2 < 3 and 5 > 4"),
        ("<ul><li>one</li><li>two</li></ul>", "- one\n\n- two"),
        ("<script>alert(1)</script>after", "after"),
        ("a<br>b<br />c", "a\nb\nc"),
        ('<img src="https://a.example/i.png" alt="A boat">', "A boat"),
        ("<u>under</u> <span style='x'>span</span>", "under span"),
        ("\tindented by a theme", "indented by a theme"),
        ("nul\0byte", "nulbyte"),
        ("<blockquote>left open", "> left open"),
        ("", ""),
    ],
)
def test_a_comments_html_becomes_what_a_reader_could_have_typed(html: str, text: str) -> None:
    assert plain_text(html) == text


@pytest.mark.parametrize(
    "hostile",
    [
        "<blockquote>" * 20_000,
        "<em>" * 50_000,
        "<a href='https://a.no'>" * 20_000,
        "<" * 50_000,
    ],
    ids=["quotations", "emphasis", "links", "brackets"],
)
def test_hostile_html_takes_no_longer_than_its_length(hostile: str) -> None:
    begin = time.process_time()
    plain_text(hostile)
    blocks_of(hostile)
    assert time.process_time() - begin < 5


def html_of(body: str) -> list[str]:
    return [block.html for block in blocks_of(body)[0]]


def test_blank_lines_are_paragraphs_and_line_ends_are_breaks() -> None:
    assert html_of("One\ntwo\n\nThree") == ["<p>One<br>\ntwo</p>", "<p>Three</p>"]


def test_paragraphs_that_are_there_stay_and_the_block_editors_notes_go() -> None:
    body = "<!-- wp:paragraph -->\n<p>One\ntwo</p>\n<!-- /wp:paragraph --><p>Three</p>"
    assert html_of(body) == ["<p>One\ntwo</p>", "<p>Three</p>"]


def test_lists_quotations_and_headings_stay_whole() -> None:
    body = "Before\n<ul>\n<li>a<ul><li>b</li></ul></li>\n</ul>\nAfter\n<h1>Head</h1><h5>Small</h5>"
    assert html_of(body) == [
        "<p>Before</p>",
        "<ul>\n<li>a<ul><li>b</li></ul></li>\n</ul>",
        "<p>After</p>",
        "<h2>Head</h2>",
        "<h4>Small</h4>",
    ]


def test_wrappers_are_forgotten_and_their_paragraphs_kept() -> None:
    body = '<div class="wp-block-columns"><div><p>Left</p></div><div>Right</div></div>'
    assert html_of(body) == ["<p>Left</p>", "<p>Right</p>"]


@pytest.mark.parametrize(
    "body",
    [
        '[caption id="a" width="9"]<a href="x">{IMG}</a> Quay[/caption]',
        '[caption caption="Quay"]{IMG}[/caption]',
        "<figure>{IMG}<figcaption>Quay</figcaption></figure>",
        '<figure class="wp-block-image"><figcaption>Quay</figcaption>{IMG}</figure>',
    ],
    ids=["shortcode", "old shortcode", "figure", "caption first"],
)
def test_a_captioned_picture_is_one_block_however_it_is_written(body: str) -> None:
    picture = '<img src="https://a.no/q.jpg" alt="Q" />'
    blocks, taken_out = blocks_of(body.replace("{IMG}", picture))
    assert [block.kind for block in blocks] == [Kind.PICTURE]
    assert blocks[0].images[0].caption == "Quay"
    assert blocks[0].images[0].source == "https://a.no/q.jpg"
    assert blocks[0].images[0].alt == "Q"
    assert taken_out == 0


def test_pictures_become_links_because_a_page_asks_nobody_else() -> None:
    blocks, _ = blocks_of('Look: <img src="https://a.example/b.gif" alt="A boat"> there')
    html = "".join(block.html for block in blocks)
    assert "<img" not in html
    assert '<a href="https://a.example/b.gif">A boat</a>' in html


def test_players_become_links_and_scripts_go() -> None:
    body = '<iframe src="//video.example/1"></iframe>\n\n<script>x()</script>Text'
    html = "".join(html_of(body))
    assert '<a href="https://video.example/1">' in html
    assert "x()" not in html
    assert "Text" in html


def test_shortcodes_are_taken_out_and_counted_but_brackets_are_not() -> None:
    body = '[gallery ids="1"]\n\nHe said [sic] that […]\n\n[foo bar="1"]\n\n[embed]https://a.example/v[/embed]'
    blocks, taken_out = blocks_of(body)
    assert taken_out == 2
    assert [block.words for block in blocks] == ["He said [sic] that […]", "https://a.example/v"]
    assert '<a href="https://a.example/v">' in blocks[1].html


@pytest.mark.parametrize(
    ("line", "caption", "credit"),
    [
        (
            "Kyiv - Ukraine. Photo: AP Photo / R. Abd",
            "Kyiv - Ukraine",
            "AP Photo / R. Abd",
        ),
        (
            "The minister leaves the hall after the vote. Foto: Kari Vik",
            "The minister leaves the hall after the vote.",
            "Kari Vik",
        ),
        ("The quay (Photo: Nils Berg)", "The quay", "Nils Berg"),
        ("Photo: Nils Berg", "", "Nils Berg"),
        ("Photo by: Nils Berg", "", "Nils Berg"),
        ("The quay © Nils Berg", "The quay", "© Nils Berg"),
        ("A photo of the quay", "A photo of the quay", ""),
        ("", "", ""),
    ],
)
def test_captions_and_credits_are_told_apart(line: str, caption: str, credit: str) -> None:
    assert split_caption(line) == (caption, credit)


@pytest.mark.parametrize(
    ("paragraph", "source"),
    [
        ("Source: © Agency / #Paper", "© Agency / #Paper"),
        ("Kilde: Kommunen", "Kommunen"),
        ("© Agency", "© Agency"),
        ("Sources close to the mayor: all is well.", ""),
        ("The source of the river is far away.", ""),
    ],
)
def test_a_source_line_is_known_by_its_first_word(paragraph: str, source: str) -> None:
    assert source_of(paragraph) == source


def test_the_first_date_that_is_one_counts() -> None:
    date = first_date("0000-00-00 00:00:00", "", "nonsense", "Wed, 30 Mar 2022 10:00:00 +0200")
    assert date is not None
    assert date.isoformat() == "2022-03-30T08:00:00+00:00"
    assert first_date("", "0000-00-00 00:00:00") is None


def test_parents_come_first_even_if_they_were_written_later() -> None:
    order = parents_first(parents=[2, None, 1], wanted=[0, 1, 2])
    assert order.places == [1, 2, 0]
    assert order.cycles == 0


def test_a_circle_is_cut_once_and_everybody_is_placed() -> None:
    order = parents_first(parents=[1, 2, 0, 0], wanted=[0, 1, 2, 3])
    assert sorted(order.places) == [0, 1, 2, 3]
    assert order.cycles == 1
    placed: set[int] = set()
    for place in order.places:
        parent = order.parents[place]
        assert parent is None or parent in placed
        placed.add(place)


def test_ten_thousand_replies_deep_needs_no_recursion() -> None:
    parents = [number + 1 for number in range(10_000)] + [None]
    assert parents_first(parents=parents, wanted=range(10_001)).places[0] == 10_000
