"""Word lists: filled, searched, tried, compared with what is live; two who edit one at once."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role, User
from moderation.models import Rule, RuleChange, WordList, WordListSnapshot
from moderation.rule_sets import publish
from tests.desk_data import client_of, person
from tests.rules_data import asks, make_rule

pytestmark = pytest.mark.django_db


@pytest.fixture
def senior() -> User:
    return person(Role.SENIOR_MODERATOR, name="Ingrid Moe")


@pytest.fixture
def client(senior: User) -> Client:
    return client_of(senior)


def make_list(name: str = "Spam", *entries: str, use: str = "banned") -> WordList:
    return WordList.objects.create(
        key=name.lower().replace(" ", "-"), name=name, use=use, entries="\n".join(entries)
    )


def address(name: str, word_list: WordList) -> str:
    return reverse(f"moderation:{name}", args=[word_list.key])


def fill(client: Client, word_list: WordList, entries: str = "", **fields: Any) -> tuple[int, str]:
    """Send entries as the page would; returns the status, and what it or the next page says."""
    sent = {"entries": entries, "how": "add", "seen": word_list.edits, **fields}
    response = client.post(address("fill_word_list", word_list), sent)
    status = response.status_code
    if status == 302:
        response = client.get(response["Location"])
    return status, response.content.decode()


def change_of_a_list() -> RuleChange:
    return RuleChange.objects.get(what="list")


def words_of(word_list: WordList) -> list[str]:
    return WordList.objects.get(pk=word_list.pk).words()


def file(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


class TestMaking:
    def test_a_list_is_made_empty_under_a_key_of_its_own(
        self, client: Client, senior: User
    ) -> None:
        make_list("Night shift")
        fields = {"name": "Night  shift", "use": "suspect"}
        response = client.post(reverse("moderation:add_word_list"), fields)
        made = WordList.objects.get(key="night-shift-2")
        assert response["Location"] == address("word_list", made)
        assert (made.use, made.entries, made.changed_by) == ("suspect", "", senior)
        change = RuleChange.objects.get(what="list", about=made.key)
        assert (change.by, change.before) == (senior, None)
        assert change.after["name"] == "Night  shift"

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"name": "", "use": "banned"}, "Give the list a name."),
            ({"name": "Spam", "use": "banned"}, "There is a list of this name already."),
            ({"name": "New", "use": "elsewhere"}, "Choose what the list is for."),
        ],
    )
    def test_what_cannot_be_made_is_said_beside_the_field(
        self, client: Client, fields: dict[str, str], said: str
    ) -> None:
        make_list("Spam")
        response = client.post(reverse("moderation:add_word_list"), fields)
        assert response.status_code == 422
        assert said in response.content.decode()
        assert not RuleChange.objects.filter(what="list").exists()


class TestFilling:
    def test_entries_are_added_and_what_is_there_already_is_told(
        self, client: Client, senior: User
    ) -> None:
        spam = make_list("Spam", "cialis", "casino bonus")
        status, page = fill(client, spam, "scam*\r\n\r\nC1ALIS\r\n/vi+agra/\r\nScam*\r\n")
        assert status == 302
        assert words_of(spam) == ["cialis", "casino bonus", "scam*", "/vi+agra/"]
        assert "2 came. The list has 4 entries now." in page
        assert "2 were there already and are kept once: “C1ALIS”, “Scam*”." in page
        change = change_of_a_list()
        assert (change.by, change.about) == (senior, "spam")
        assert (change.before["number"], change.after["number"]) == (2, 4)
        assert change.after["added"] == {"number": 2, "entries": ["scam*", "/vi+agra/"]}
        assert change.after["taken_out"] == {"number": 0, "entries": []}
        kept = WordListSnapshot.objects.get(pk=change.before["sha256"])
        assert kept.entries == "cialis\ncasino bonus"
        log = client.get(reverse("moderation:rule_changes")).content.decode()
        assert "Spam (Banned words): 2 entries" in log
        assert "2 added: “scam*”, “/vi+agra/”" in log
        assert "taken out" not in log

    def test_entries_are_put_in_the_place_of_what_is_there(self, client: Client) -> None:
        spam = make_list("Spam", "cialis", "casino")
        fill(client, spam, "poker\ncasino", how="instead")
        assert words_of(spam) == ["poker", "casino"]
        after = change_of_a_list().after
        assert after["taken_out"] == {"number": 1, "entries": ["cialis"]}

    def test_refused_lines_are_shown_and_nothing_is_stored_until_they_are_left_out(
        self, client: Client
    ) -> None:
        spam = make_list("Spam", "cialis")
        typed = "poker\n*\n/(abc/\ncialis\nthe"
        status, page = fill(client, spam, typed)
        assert (status, words_of(spam)) == (422, ["cialis"])
        assert "Nothing was stored yet: 3 lines cannot be entries." in page
        assert "Line 2" in page
        assert "A star needs a letter or a digit beside it." in page
        assert "A bracket ( is not closed. RE2 says: missing ): (abc" in page
        assert "It would be found in nearly everything." in page
        assert "1 other line is there already and would be kept once." in page
        assert f">\n{typed}</textarea>" in page
        status, page = fill(client, spam, typed, leave_out="on")
        assert (status, words_of(spam)) == (302, ["cialis", "poker"])
        assert "3 lines were left out." in page

    def test_nothing_to_add_is_said(self, client: Client) -> None:
        spam = make_list("Spam", "cialis")
        status, page = fill(client, spam, " \n ")
        assert (status, words_of(spam)) == (422, ["cialis"])
        assert "Type some entries, or choose a file." in page

    def test_a_list_of_hosts_takes_hosts(self, client: Client) -> None:
        hosts = make_list("Shorteners", "bit.ly", use="shorteners")
        status, page = fill(client, hosts, "https://www.T.co/abc\n*.link\nno host", leave_out="on")
        assert (status, words_of(hosts)) == (302, ["bit.ly", "t.co", "*.link"])
        assert "example.org stands for itself" in page


class TestFiles:
    @pytest.mark.parametrize(
        ("name", "content", "words"),
        [
            ("words.txt", b"\xef\xbb\xbfcialis\r\npoker\r\n", ["cialis", "poker"]),
            ("words.txt", "épique\nпокер".encode(), ["épique", "покер"]),
            ("words.txt", "épique\npoker".encode("utf-16"), ["épique", "poker"]),
            ("words.CSV", b'word,since\ncialis,2020\n"buy, now",2021\n', ["cialis", "buy, now"]),
            ("words.csv", b"cialis;2020\npoker;2021\n", ["cialis", "poker"]),
            ("words.csv", b'"open\npoker,1\n', ["open", "poker"]),
        ],
    )
    def test_a_file_is_read(
        self, client: Client, name: str, content: bytes, words: list[str]
    ) -> None:
        spam = make_list()
        status, _page = fill(client, spam, file=file(name, content))
        assert status == 302
        assert words_of(spam) == words

    def test_what_is_not_utf_8_is_read_as_latin_1_and_that_is_said(self, client: Client) -> None:
        spam = make_list()
        _status, page = fill(client, spam, file=file("words.txt", "épique".encode("latin-1")))
        assert words_of(spam) == ["épique"]
        assert "The file is not UTF-8 and was read as Latin-1." in page

    def test_a_file_that_is_no_text_or_too_large_is_refused(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        spam = make_list()
        status, page = fill(client, spam, file=file("words.txt", b"\x89PNG\x00\x01"))
        assert status == 422
        assert "This is not a file of text." in page
        monkeypatch.setattr("moderation.rulebook.list_forms.LARGEST_FILE", 10)
        status, page = fill(client, spam, file=file("words.txt", b"more than ten"))
        assert status == 422
        assert "The file is larger than 20 MB." in page
        assert words_of(spam) == []

    def test_a_hundred_thousand_entries_go_in_and_no_more(self, client: Client) -> None:
        spam = make_list()
        text = "\n".join(f"word{number}x" for number in range(100_001)).encode()
        status, page = fill(client, spam, file=file("words.txt", text))
        assert (status, words_of(spam)) == (422, [])
        assert "A list holds 100,000 entries" in page
        assert "choose the file once more" in page
        upload = file("words.txt", text.rpartition(b"\n")[0])
        assert fill(client, spam, file=upload)[0] == 302
        listed = client.get(reverse("moderation:word_lists")).content.decode()
        assert '<td class="number">100,000</td>' in listed


class TestTwoAtOnce:
    def test_the_second_is_told_who_was_first_and_keeps_what_was_typed(
        self, client: Client
    ) -> None:
        spam = make_list("Spam", "cialis")
        other = client_of(person(Role.SITE_ADMIN, name="Solveig Dahl"))
        assert fill(other, spam, "poker")[0] == 302
        status, page = fill(client, spam, "bingo & more")
        assert (status, words_of(spam)) == (409, ["cialis", "poker"])
        assert "Solveig Dahl changed this list after you opened it:" in page
        assert ">\nbingo &amp; more</textarea>" in page
        assert 'name="seen" value="1"' in page
        now = WordList.objects.get(pk=spam.pk)
        assert fill(client, now, "bingo & more")[0] == 302
        assert words_of(spam) == ["cialis", "poker", "bingo & more"]

    @pytest.mark.parametrize("sent", [{"seen": "4"}, {"seen": ""}, {}])
    @pytest.mark.parametrize(
        "what", ["take_out_of_word_list", "rename_word_list", "delete_word_list"]
    )
    def test_nothing_else_is_done_to_a_list_that_was_not_read(
        self, client: Client, what: str, sent: dict[str, str]
    ) -> None:
        spam = make_list("Spam", "cialis")
        fields = {"entry": "cialis", "name": "Ham", "use": "suspect", **sent}
        assert client.post(address(what, spam), fields).status_code == 409
        now = WordList.objects.get(pk=spam.pk)
        assert (now.name, now.words()) == ("Spam", ["cialis"])
        assert not RuleChange.objects.filter(what="list").exists()


class TestOneList:
    def test_entries_are_searched_and_taken_out(self, client: Client) -> None:
        spam = make_list("Spam", "casino", "Casino bonus", "cialis", "poker")
        page = client.get(address("word_list", spam), {"q": "CASINO"}).content.decode()
        assert "2 entries have “CASINO” in them." in page
        assert 'value="Casino bonus"' in page
        assert 'value="poker"' not in page
        fields = {"entry": ["cialis", "nowhere"], "seen": 0}
        client.post(address("take_out_of_word_list", spam), fields)
        assert words_of(spam) == ["casino", "Casino bonus", "poker"]
        fields = {"q": "casino", "everything": "on", "seen": 1}
        page = client.post(
            address("take_out_of_word_list", spam), fields, follow=True
        ).content.decode()
        assert words_of(spam) == ["poker"]
        assert "2 entries taken out." in page

    def test_a_list_is_handed_out_as_text_and_edited_as_a_whole(self, client: Client) -> None:
        spam = make_list("Spam", "casino", "<b>", "épique")
        response = client.get(address("download_word_list", spam))
        assert response.content.decode() == "casino\n<b>\népique\n"
        assert response["Content-Disposition"] == 'attachment; filename="spam.txt"'
        page = client.get(address("word_list", spam), {"edit": "all"}).content.decode()
        assert ">\ncasino\n&lt;b&gt;\népique</textarea>" in page

    def test_a_name_and_a_use_change_and_the_key_stays(self, client: Client) -> None:
        spam = make_list("Spam", "cialis")
        make_list("Ham")
        fields = {"name": "Ham", "use": "banned", "seen": 0}
        response = client.post(address("rename_word_list", spam), fields)
        assert response.status_code == 422
        assert "There is a list of this name already." in response.content.decode()
        fields = {"name": "Ads", "use": "suspect", "seen": 0}
        assert client.post(address("rename_word_list", spam), fields).status_code == 302
        now = WordList.objects.get(pk=spam.pk)
        assert (now.key, now.name, now.use, now.edits) == ("spam", "Ads", "suspect", 1)
        change = change_of_a_list()
        assert (change.before["name"], change.after["name"]) == ("Spam", "Ads")

    def test_words_do_not_become_hosts(self, client: Client) -> None:
        spam, empty = make_list("Spam", "cialis"), make_list("Empty")
        fields = {"name": "Spam", "use": "blocked_hosts", "seen": 0}
        response = client.post(address("rename_word_list", spam), fields)
        assert response.status_code == 422
        assert "Words and hosts do not share a list." in response.content.decode()
        assert WordList.objects.get(pk=spam.pk).use == "banned"
        fields["name"] = "Empty"
        assert client.post(address("rename_word_list", empty), fields).status_code == 302
        assert WordList.objects.get(pk=empty.pk).is_of_hosts

    def test_a_list_that_a_rule_asks_stays(self, client: Client) -> None:
        spam, unused = make_list("Spam", "cialis"), make_list("Old", "poker")
        make_rule("No <ads>", asks("words", "in_list", "spam"))
        response = client.post(address("delete_word_list", spam), {"seen": 0})
        assert response.status_code == 409
        page = response.content.decode()
        assert "Not deleted: rules ask this list." in page
        assert "<b>No &lt;ads&gt;</b>" in page
        response = client.post(address("delete_word_list", unused), {"seen": 0}, follow=True)
        assert "“Old” is deleted from the draft." in response.content.decode()
        assert list(WordList.objects.filter(pk__in=[spam.pk, unused.pk])) == [spam]
        change = change_of_a_list()
        assert (change.about, change.after) == ("old", None)


class TestAllLists:
    def test_each_is_shown_with_its_rules_and_how_it_stands_to_the_live_version(
        self, client: Client
    ) -> None:
        WordList.objects.all().delete()
        Rule.objects.all().delete()
        spam, same = make_list("Spam", "cialis"), make_list("Same", "poker")
        make_list("Unused")
        for one in (spam, same):
            make_rule(f"No {one.name}", asks("words", "in_list", one.key))
        publish(by=None)
        fill(client, spam, "casino")
        page = client.get(reverse("moderation:word_lists")).content.decode()
        rows = {row.split("</a>")[0].rpartition(">")[2]: row for row in page.split("<tr>")[2:]}
        assert "Differs from the live version." in rows["Spam"]
        assert "No Spam" in rows["Spam"]
        assert '<td class="number">2</td>' in rows["Spam"]
        assert "As it is live." in rows["Same"]
        assert "Not live: no published rule asks it." in rows["Unused"]
        assert "no rule" in rows["Unused"]

    def test_many_lists_and_entries_cost_what_one_does(self, client: Client) -> None:
        def queries(address: str) -> int:
            with CaptureQueriesContext(connection) as asked:
                client.get(address)
            return len(asked)

        spam, everything = make_list("Spam", "cialis"), reverse("moderation:word_lists")
        few = queries(everything), queries(address("word_list", spam))
        for number in range(30):
            make_list(f"List {number}", *(f"word{n}" for n in range(300)))
        make_rule("Another", asks("words", "in_list", "list-7"))
        many = WordList.objects.get(key="list-7")
        assert (queries(everything), queries(address("word_list", many))) == few


class TestTrying:
    TEXT = "Buy C1alis\r\nat https://www.short.example/x & a casino bonus"

    def tried(self, client: Client, text: str, **fields: str) -> str:
        response = client.post(reverse("moderation:try_word_lists"), {"text": text, **fields})
        assert response.status_code == 200
        return response.content.decode()

    def test_all_lists_say_what_hits_and_where(self, client: Client) -> None:
        make_list("Spam", "cialis", "casino bonus", "/ALIS/")
        make_list("Mild", "casino*", use="suspect")
        make_list("Short", "short.example", use="shorteners")
        page = self.tried(client, self.TEXT)
        assert '<mark title="cialis">C1</mark><mark title="cialis, /ALIS/">alis</mark>\nat' in page
        assert '<mark title="short.example">short.example</mark>/x &amp; a ' in page
        assert '<mark title="casino bonus, casino*">casino</mark>' in page
        rows = [" ".join(row.split()) for row in page.split("<tbody>")[1].split("</tr>")[:-1]]
        assert [row.partition("</th>")[0].rpartition(">")[2] for row in rows] == [
            "cialis",
            "/ALIS/",
            "short.example",
            "casino bonus",
            "casino*",
        ]
        assert "<td>5 to 10</td>" in rows[0]

    def test_one_list_is_tried_alone_and_follows_its_changes(self, client: Client) -> None:
        spam = make_list("Spam", "cialis")
        make_list("Mild", "casino*", use="suspect")
        assert "<mark" not in self.tried(client, "a casino", list="spam")
        assert "No entry of this list hits it." in self.tried(client, "a casino", list="spam")
        fill(client, spam, "casino")
        assert '<mark title="casino">casino</mark>' in self.tried(client, "a casino", list="spam")

    def test_htmx_gets_the_part_alone_and_too_long_a_text_is_said(self, client: Client) -> None:
        make_list("Spam", "cialis")
        url, headers = reverse("moderation:try_word_lists"), {"HX-Request": "true"}
        part = client.post(url, {"text": "cialis"}, headers=headers).content.decode()
        assert "<mark" in part
        assert "<html" not in part
        response = client.post(url, {"text": "x" * 20_001}, headers=headers)
        assert response.status_code == 422
        assert "The text has 20001 characters; 20000 can be tried at once." in (
            response.content.decode()
        )
        assert client.post(url, {"text": "x", "list": "nowhere"}).status_code == 404


def test_a_new_site_has_the_lists_that_its_rules_ask_and_the_known_shorteners() -> None:
    lists = {one.key: one for one in WordList.objects.all()}
    assert lists.keys() == {"banned-words", "suspect-words", "link-shorteners"}
    assert "bit.ly" in lists["link-shorteners"].words()
    assert lists["link-shorteners"].is_of_hosts
