"""Reading exports: every version, odd ones, broken ones, hostile ones."""

import tracemalloc
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from integrations.wordpress.keys import article_key, author_key, comment_keys, site_of
from integrations.wordpress.reading import (
    Counted,
    Item,
    NotAnExport,
    Site,
    UnreadableExport,
    read_items,
)

COURIER = Path(__file__).parent.parent / "fixtures" / "wordpress" / "courier.wxr.xml"


def read(data: bytes, site: Site | None = None) -> Iterator[Item]:
    return read_items(Counted(BytesIO(data), told=lambda _bytes: None), site=site or Site())


def export(items: str, version: str = "1.2", scheme: str = "http") -> bytes:
    return (
        f'<?xml version="1.0"?><rss xmlns:wp="{scheme}://wordpress.org/export/{version}/" '
        f'xmlns:excerpt="{scheme}://wordpress.org/export/{version}/excerpt/">'
        f"<channel><link>https://old.example</link>{items}</channel></rss>"
    ).encode()


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2", "1.3"])
def test_every_version_of_the_format_is_read(version: str, scheme: str) -> None:
    items = (
        "<item><title>T</title><wp:post_id>7</wp:post_id><excerpt:encoded>E</excerpt:encoded>"
        "<wp:comment><wp:comment_id>3</wp:comment_id></wp:comment></item>"
    )
    (item,) = read(export(items, version, scheme))
    assert (item.number, item.title, item.excerpt, item.comments[0].number) == ("7", "T", "E", "3")


def test_an_ordinary_export_is_read_with_its_site_and_its_writers() -> None:
    site = Site()
    items = list(read(COURIER.read_bytes(), site))
    assert site.address == "https://old.example/"
    assert site.names == {"kari": "Kari Vik"}
    assert [item.kind for item in items] == ["post", "post", "page", "attachment", "post", "post"]
    assert items[0].categories[0] == ("category", "local", "Local")
    assert items[5].thumbnail == "13"


def test_a_file_that_ends_too_early_gives_what_it_has_and_says_where() -> None:
    whole = export("<item><title>One</title></item><item><title>Two</title></item>")
    items = read(whole[: whole.index(b"Two")])
    assert next(items).title == "One"
    with pytest.raises(UnreadableExport, match=r"line 1, column \d+: no element found"):
        next(items)


def test_broken_xml_names_line_and_column() -> None:
    with pytest.raises(UnreadableExport, match="line 3, column"):
        list(read(b"<rss>\n<channel>\n<item></channel></rss>"))


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE rss [<!ENTITY % p SYSTEM "https://elsewhere.example/x.dtd"> %p;]>',
    ],
    ids=["bomb", "file", "elsewhere"],
)
def test_entities_of_the_files_own_making_are_refused(doctype: str) -> None:
    text = f"{doctype}<rss><channel><item><title>&b;</title></item></channel></rss>"
    with pytest.raises(UnreadableExport, match="entities"):
        list(read(text.encode()))


def test_something_else_is_said_to_be_something_else() -> None:
    with pytest.raises(NotAnExport, match="begins with <html>"):
        list(read(b"<html></html>"))
    with pytest.raises(UnreadableExport):
        list(read(b""))
    with pytest.raises(UnreadableExport):
        list(read(b"\x00\x01\x02 not XML at all"))


def test_control_characters_become_spaces_and_are_counted() -> None:
    file = Counted(BytesIO(export("<item><title>a\x0bb\x08c</title></item>")), told=lambda _: None)
    assert [item.title for item in read_items(file, site=Site())] == ["a b c"]
    assert file.replaced == 2


def test_utf_16_is_read_too() -> None:
    text = export("<item><title>Ærlig</title></item>").decode()
    data = text.replace('<?xml version="1.0"?>', '<?xml version="1.0" encoding="UTF-16"?>')
    assert [item.title for item in read(data.encode("utf-16"))] == ["Ærlig"]


class Endless:
    """A file of a great many posts that is never in memory as a whole."""

    def __init__(self, posts: int) -> None:
        words = "words " * 200
        comment = f"<wp:comment><wp:comment_content>{words}</wp:comment_content></wp:comment>"
        self._post = f"<item><title>T</title>{comment * 4}</item>".encode()
        whole = export("<!-- here -->").split(b"<!-- here -->")
        self._parts = iter([whole[0], *(self._post for _ in range(posts)), whole[1]])
        self._left = b""

    def read(self, size: int = -1) -> bytes:
        while len(self._left) < size:
            part = next(self._parts, None)
            if part is None:
                break
            self._left += part
        data, self._left = self._left[:size], self._left[size:]
        return data


def test_memory_does_not_grow_with_the_file() -> None:
    file = Counted(Endless(posts=2_000), told=lambda _bytes: None)  # type: ignore[arg-type]
    items = read_items(file, site=Site())
    for _ in range(100):
        next(items)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    read_on = sum(1 for _item in items)
    grown = tracemalloc.get_traced_memory()[0] - before
    peak = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    assert read_on == 1_900  # some 9 MB of XML
    assert grown < 200_000
    assert peak < 2_000_000


def test_a_number_that_is_only_in_the_address_is_found() -> None:
    (item,) = read(export("<item><link>https://old.example/?p=4</link></item>"))
    assert article_key(site="old.example", item=item) == "wordpress:old.example:4"


def test_the_site_is_named_without_scheme_and_case() -> None:
    (item,) = read(export("<item><link>https://Other.example/x</link></item>"))
    assert site_of(address="HTTPS://Old.Example/blog/", item=item) == "old.example/blog"
    assert site_of(address="", item=item) == "other.example"


def test_comments_that_share_a_number_but_not_a_word_are_two() -> None:
    items = "".join(
        "<wp:comment><wp:comment_id>5</wp:comment_id>"
        f"<wp:comment_content>{text}</wp:comment_content></wp:comment>"
        for text in ("One", "Two", "One")
    )
    (item,) = read(export(f"<item>{items}</item>"))
    first, second, third = comment_keys(article="a", comments=item.comments)
    assert first != second
    assert first == third


def test_an_authors_key_tells_nothing_of_the_address() -> None:
    key = author_key(site="old.example", email="Kari@Example.org", name="Kari", address="")
    assert key == author_key(site="old.example", email="kari@example.org", name="K", address="1")
    assert "kari" not in key.lower()
    long = author_key(site="x" * 300, email="kari@example.org", name="", address="")
    assert len(long) <= 250
