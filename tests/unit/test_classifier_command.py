"""python -m classifier: JSON lines in and out, in order, whatever stands in them."""

import json

from classifier.__main__ import scored
from classifier.loading import load_classifier

MODEL = load_classifier()


def test_lines_come_back_in_order_and_a_bad_one_is_named() -> None:
    lines = [
        json.dumps({"id": 1, "text": "Thanks, a good article."}),
        "not json",
        json.dumps({"id": 3}),
        json.dumps({"id": 4, "text": "> you stupid idiot\nPlease don't.", "parent": None}),
        json.dumps({"id": 5, "text": 7}),
        json.dumps([1]),
    ]
    out = list(scored(lines, model=MODEL))
    assert [line.get("id") for line in out] == [1, None, None, 4, None, None]
    assert [line.get("line") for line in out] == [None, 2, 3, None, 5, 6]
    assert out[0]["unscored"] is None
    assert out[3]["quoted_scores"]["insult"] > out[3]["own_scores"]["insult"]
    assert out[3]["scores"]["insult"] == out[3]["quoted_scores"]["insult"]
    assert out[0]["model"] == MODEL.version


def test_many_lines_are_read_as_they_come() -> None:
    asked = 0

    def lines() -> object:
        nonlocal asked
        for number in range(2_000):
            asked += 1
            yield json.dumps({"id": number, "text": f"Comment number {number}"})

    out = scored(lines(), model=MODEL)  # type: ignore[arg-type]
    assert next(out)["id"] == 0
    assert asked < 1_000
    assert sum(1 for _ in out) == 1_999
