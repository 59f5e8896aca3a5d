"""Charts: where lines and bars stand, and which words stand beside them."""

from typing import Any

import pytest

from moderation.charts import (
    BOTTOM,
    HEIGHT,
    LEFT,
    TOP,
    Series,
    bar_chart,
    line_chart,
    round_marks,
    stacked_chart,
)

WORDS: dict[str, Any] = {"slug": "test", "title": "Comments", "description": "Per day."}


@pytest.mark.parametrize(
    ("most", "marks"),
    [
        (0, [0, 1]),
        (1, [0, 1]),
        (3, [0, 1, 2, 3]),
        (7, [0, 2, 4, 6, 8]),
        (100, [0, 50, 100]),
        (857, [0, 500, 1000]),
        (0.9, [0, 0.5, 1]),
    ],
)
def test_marks_are_round_and_reach_the_highest_number(most: float, marks: list[float]) -> None:
    assert round_marks(most) == marks


@pytest.mark.parametrize("most", [1, 2, 4, 5, 9, 11, 49, 51, 99, 1234, 98765])
def test_marks_are_few_whole_and_high_enough(most: int) -> None:
    marks = round_marks(most)
    assert marks[-1] >= most
    assert marks[-1] <= 2.5 * most
    assert 2 <= len(marks) <= 6
    assert all(mark == int(mark) for mark in marks)


def test_a_line_runs_from_edge_to_edge_between_bottom_and_top() -> None:
    chart = line_chart(labels=["Mon", "Tue", "Wed"], series=[Series("Sent", [0, 4, 2])], **WORDS)
    assert chart.paths[0].d == f"M0.0 {HEIGHT - BOTTOM}.0L500.0 {TOP}.0L1000.0 95.0"
    assert chart.grid[0] == (HEIGHT - BOTTOM, "0")
    assert chart.grid[-1] == (TOP, "4")


def test_a_line_breaks_where_there_is_no_number() -> None:
    values = [1, None, 1, 1, None]
    chart = line_chart(labels=list("abcde"), series=[Series("Share", values)], **WORDS)
    assert chart.paths[0].d.count("M") == 2
    assert [x for x, _y in chart.paths[0].alone] == [LEFT]
    assert chart.rows[1] == ("d", ["1"])
    assert chart.rows[0] == ("e", ["–"])


def test_bars_of_one_label_stand_side_by_side_within_the_plot() -> None:
    series = [Series("In", [1, 2]), Series("Out", [2, 0])]
    chart = bar_chart(labels=["Mon", "Tue"], series=series, **WORDS)
    first_in, second_in, first_out = chart.bars
    assert LEFT <= first_in.x < first_out.x < second_in.x
    assert second_in.x + second_in.width <= 100
    assert second_in.y == TOP
    assert first_in.height * 2 == second_in.height
    assert chart.legend == [(0, "In"), (1, "Out")]


def test_stacked_bars_stand_on_each_other_and_what_is_not_drawn_is_told() -> None:
    series = [
        Series("Insults", [1, 2]),
        Series("The others together", [2, 0]),
        Series("Spam", [2, 0], is_drawn=False),
    ]
    chart = stacked_chart(labels=["Mon", "Tue"], series=series, **WORDS)
    insults, insults_on_tuesday, others = chart.bars
    assert (insults.x, insults.width) == (others.x, others.width)
    assert insults.y + insults.height == HEIGHT - BOTTOM
    assert others.y + others.height == pytest.approx(insults.y, abs=0.02)
    assert others.y == TOP
    assert insults_on_tuesday.height == pytest.approx(2 * insults.height, abs=0.02)
    assert chart.legend == [(0, "Insults"), (1, "The others together")]
    assert chart.rows[1] == ("Mon", ["1", "2", "2"])


def test_ninety_days_have_few_words_and_the_last_one_always() -> None:
    labels = [f"day {n}" for n in range(90)]
    chart = bar_chart(labels=labels, series=[Series("In", [1] * 90)], **WORDS)
    assert len(chart.words) <= 6
    assert chart.words[-1][2] == "day 89"
    assert chart.bars[-1].x + chart.bars[-1].width <= 100.001


def test_nothing_is_nothing_to_draw() -> None:
    chart = line_chart(labels=["Mon"], series=[Series("In", [0])], **WORDS)
    assert chart.is_empty
    assert chart.paths[0].d


def test_given_marks_are_used_where_round_numbers_mislead() -> None:
    minutes = [60, 300, 900, 1800, 3600, 7200]
    chart = line_chart(
        labels=["Mon", "Tue"],
        series=[Series("Wait", [1700, 200])],
        ticks=minutes,
        say=lambda seconds: f"{seconds / 60:.0f} min",
        **WORDS,
    )
    assert [words for _y, words in chart.grid] == ["0 min", "5 min", "15 min", "30 min"]


def test_a_share_of_zero_is_something_to_draw() -> None:
    chart = line_chart(labels=["Mon"], series=[Series("Percent", [0])], most=100, **WORDS)
    assert not chart.is_empty
    none = line_chart(labels=["Mon"], series=[Series("Percent", [None])], most=100, **WORDS)
    assert none.is_empty


def test_a_scale_may_begin_where_the_numbers_are() -> None:
    """At 88 % instead of zero; what lies under it stands on the bottom line."""
    chart = line_chart(
        labels=["a", "b", "c"],
        series=[Series("right", [0.5, 0.94, 1.0])],
        say=lambda share: f"{share:.0%}",
        most=1.0,
        least=0.88,
        **WORDS,
    )
    middle = (TOP + HEIGHT - BOTTOM) / 2
    assert [words for _y, words in chart.grid] == ["88%", "93%", "98%"]
    assert chart.paths[0].d == f"M0.0 {HEIGHT - BOTTOM:.1f}L500.0 {middle:.1f}L1000.0 {TOP:.1f}"
