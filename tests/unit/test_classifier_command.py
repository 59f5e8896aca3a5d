"""python -m classifier: JSON lines in and out, in order, whatever stands in them."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from classifier import lines
from classifier.base import Label, Scores, Span, Text, Unscored

ROOT = Path(__file__).parents[2]


class Letters:
    """A model that finds nothing but fools, and keeps what it was asked."""

    version = "letters-1"

    def __init__(self) -> None:
        self.asked: list[Text] = []

    def score(self, texts: Sequence[Text]) -> list[Scores]:
        self.asked += texts
        return [self._one(text) for text in texts]

    def _one(self, text: Text) -> Scores:
        own, _, quoted = text.body.partition(">")
        at = text.body.find("fool")
        return Scores(
            model=self.version,
            language="en",
            own={Label.INSULT: 0.9 if "fool" in own else 0.1},
            quoted={Label.INSULT: 0.9 if "fool" in quoted else 0.1} if quoted else {},
            spans=(Span(at, at + 4, Label.INSULT, 2.5),) if at >= 0 else (),
        )


def run(data: bytes, model: Letters | None = None) -> tuple[list[dict[str, Any]], str]:
    out, notes = io.BytesIO(), io.StringIO()
    lines.score_lines(io.BytesIO(data), out, model=model or Letters(), notes=notes)
    return [json.loads(line) for line in out.getvalue().splitlines()], notes.getvalue()


def as_lines(*given: object) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in given)


def test_an_answer_has_what_is_documented() -> None:
    answers, _ = run(as_lines({"id": 1, "text": "Well. >fool"}))
    assert answers == [
        {
            "id": 1,
            "scores": {"insult": 0.9},
            "own_scores": {"insult": 0.1},
            "quoted_scores": {"insult": 0.9},
            "language": "en",
            "unscored": None,
            "spans": [{"start": 7, "end": 11, "label": "insult", "weight": 2.5}],
            "model": "letters-1",
        }
    ]


def test_what_a_comment_answers_reaches_the_model() -> None:
    model = Letters()
    run(as_lines({"text": "Yes.", "parent": "No?", "article_title": None}), model)
    assert model.asked == [Text("Yes.", parent="No?")]


BAD = {
    b"{broken": "not JSON",
    b"": "an empty line",
    b'{"text": "\xff"}': "not UTF-8 at byte 11",
    b"[1]": "not an object",
    b'"text"': "not an object",
    b'{"id": 1}': "text is missing",
    b'{"text": null}': "text must be a string",
    b'{"text": 7}': "text must be a string",
    b'{"text": "a", "parent": ["b"]}': "parent must be a string",
    b'{"text": "a", "article_title": 1}': "article_title must be a string",
    b'{"text": "a", "id": {"b": 1}}': "id must be a string or a number",
    b'{"text": "a", "id": true}': "id must be a string or a number",
    b'{"text": "a", "id": 1e999}': "id must be a string or a number",
    b'{"text": "a", "id": NaN}': "not JSON: NaN",
    b'{"text": "a", "id": ' + b"9" * 5000 + b"}": "not JSON",
    b"[" * 100_000: "nested too deeply",
    b'{"text": "a\0b"}': "not JSON",
}


@pytest.mark.parametrize("line", BAD, ids=range(len(BAD)))
def test_a_bad_line_is_named_and_the_rest_goes_on(line: bytes) -> None:
    good = as_lines({"id": "a", "text": "fool"})
    answers, notes = run(good + line + b"\n" + good)
    assert [answers[0]["id"], answers[2]["id"]] == ["a", "a"]
    assert answers[1].keys() - {"id"} == {"line", "error"}
    assert answers[1]["line"] == 2
    assert BAD[line] in answers[1]["error"]
    assert "1 could not be read" in notes


def test_a_bad_line_gives_its_id_back_where_one_could_be_read() -> None:
    answers, _ = run(
        as_lines(
            {"id": "a", "text": 7},
            {"id": 0},
            {"id": 1.5, "text": "a", "parent": []},
            {"id": None, "text": 7},
            {"id": [1], "text": 7},
            {"text": 7},
        )
    )
    assert [answer.get("id", "none") for answer in answers] == ["a", 0, 1.5, *["none"] * 3]
    assert [answer["line"] for answer in answers] == [1, 2, 3, 4, 5, 6]
    assert all("error" in answer for answer in answers)


def test_help_and_docs_name_every_key_of_an_answer() -> None:
    answers, _ = run(as_lines({"id": 1, "text": "fool"}, {"id": 2}))
    said = subprocess.run(
        [sys.executable, "-m", "classifier", "score", "--help"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        timeout=60,
    ).stdout.decode()
    page = (ROOT / "docs" / "scoring.md").read_text("utf-8")
    keys = {*answers[0], *answers[0]["spans"][0], *answers[1], "text", "parent", "article_title"}
    reasons = set(Unscored)
    for name in keys | reasons:
        assert name in said
        assert f"`{name}`" in page or f'"{name}"' in page


def test_odd_lines_that_can_be_read_are_scored() -> None:
    model = Letters()
    answers, _ = run(
        b'\xef\xbb\xbf{"id": "\\ud800", "text": "a\\u0000 \\udfff fool"}\r\n'
        b'{"id": 12345678901234567890123, "text": ""}\n'
        b'{"id": 12345678901234567890123, "text": "no line end"}',
        model,
    )
    assert [answer["id"] for answer in answers] == ["\ud800", *[12345678901234567890123] * 2]
    assert model.asked[0].body == "a\0 \ufffd fool"  # as long as it came: offsets stay right
    assert answers[0]["spans"][0]["start"] == 5


def test_a_monstrous_line_is_read_past_and_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "LONGEST_LINE", 1_000_000)
    asked: list[int] = []

    class Watched(io.BytesIO):
        def readline(self, size: int | None = -1, /) -> bytes:
            asked.append(size or -1)
            return super().readline(size)

    monster = b'{"text": "' + b"a" * 3_500_000 + b'"}\n'
    out = io.BytesIO()
    source = Watched(monster + as_lines({"id": 2, "text": "a"}) + monster[:-1])
    lines.score_lines(source, out, model=Letters(), notes=io.StringIO())
    answers = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [answer.get("line") for answer in answers] == [1, None, 3]
    assert answers[1]["id"] == 2
    assert 0 < min(asked) <= max(asked) <= 1_000_001


def test_long_lines_make_small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []

    class Counting(Letters):
        def score(self, texts: Sequence[Text]) -> list[Scores]:
            sizes.append(len(texts))
            return super().score(texts)

    monkeypatch.setattr(lines, "_BATCH_BYTES", 10_000)
    answers, _ = run(as_lines(*({"id": n, "text": "a" * 3_000} for n in range(50))), Counting())
    assert [answer["id"] for answer in answers] == list(range(50))
    assert max(sizes) <= 4


def test_lines_are_answered_as_they_come() -> None:
    out, seen = io.BytesIO(), []

    class Slow(io.BytesIO):
        def readline(self, size: int | None = -1, /) -> bytes:
            seen.append(out.getvalue().count(b"\n"))
            return super().readline(size)

    source = Slow(as_lines(*({"id": n, "text": "a"} for n in range(2_000))))
    notes = io.StringIO()
    lines.score_lines(source, out, model=Letters(), notes=notes)
    assert seen[300] >= 256
    last = notes.getvalue().splitlines()[-1]
    assert last.startswith("2,000 lines, ")
    assert last.endswith(" a second")


# --- The command itself, with the model's place taken -------------------------------------------

PROGRAM = """
import sys, time
from classifier import __main__ as command
from tests.unit.test_classifier_command import Letters
class Model(Letters):
    def score(self, texts):
        time.sleep({pause})
        return super().score(texts)
command.load_classifier = lambda **_: Model()
sys.argv[1:] = {arguments}
sys.exit(command.main())
"""


def start(*arguments: str, pause: float = 0.0, **pipes: Any) -> subprocess.Popen[bytes]:
    program = PROGRAM.format(arguments=list(arguments), pause=pause)
    return subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stderr=subprocess.PIPE, **pipes
    )


@pytest.mark.parametrize("name", ["same", "linked", "stdin"])
def test_the_input_is_never_emptied_to_be_the_output(tmp_path: Path, name: str) -> None:
    data = tmp_path / "data.jsonl"
    data.write_bytes(as_lines({"text": "a"}))
    target = data
    if name == "linked":
        target = tmp_path / "other.jsonl"
        os.link(data, target)
    with data.open("rb") as stdin:
        source = [] if name == "stdin" else ["--input", str(data)]
        process = start("score", *source, "--output", str(target), stdin=stdin)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert b"is the input" in said
    assert data.read_bytes() == as_lines({"text": "a"})


def test_an_input_that_is_not_there_leaves_the_output_alone(tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    target.write_bytes(b"kept\n")
    process = start("score", "--input", str(tmp_path / "none"), "--output", str(target))
    _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert b"No such file" in said
    assert target.read_bytes() == b"kept\n"


def test_a_reader_that_has_had_enough_ends_it_quietly(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_bytes(as_lines(*({"id": n, "text": "a"} for n in range(20_000))))
    process = start("score", "--input", str(source), stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert json.loads(process.stdout.readline())["id"] == 0
    process.stdout.close()
    assert process.stderr is not None
    said = process.stderr.read()
    assert process.wait(timeout=60) == 1
    assert b"Traceback" not in said


def test_ctrl_c_leaves_whole_lines(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(as_lines(*({"id": n, "text": "a"} for n in range(100_000))))
    process = start("score", "--input", str(source), "--output", str(target), pause=0.02)
    end = time.monotonic() + 60
    while not (target.exists() and target.stat().st_size):
        assert time.monotonic() < end
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in said
    written = target.read_bytes()
    assert written.endswith(b"\n")
    ids = [json.loads(line)["id"] for line in written.splitlines()]
    assert ids == list(range(len(ids)))
    assert 0 < len(ids) < 100_000


def test_explain_leaves_words_out_of_the_real_model() -> None:
    body = "The ferry was late again. You are a complete idiot, and that is putting it kindly."
    said = subprocess.run(
        [sys.executable, "-m", "classifier", "explain", "--occlude", body],
        cwd=ROOT,
        capture_output=True,
        check=True,
        timeout=120,
    ).stdout.decode()
    marked = [line for line in said.splitlines() if line.startswith("insult ") and " at " in line]
    assert any("'idiot' at 45" in line and "+" in line for line in marked), said
    assert "ferry" not in said
