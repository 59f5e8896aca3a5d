"""Bands from the live version to what is tried."""

import re

import pytest

from moderation.rulebook.trial_bands import ACROSS, HEIGHT, LEAST, bands


def test_bands_are_as_thick_as_they_count_and_fill_their_blocks() -> None:
    drawn = bands([[500, 0, 0], [100, 200, 100], [0, 0, 100]])
    assert [(b.action, b.number, b.height) for b in drawn.left] == [
        ("publish", 500, HEIGHT / 2),
        ("hold", 400, HEIGHT * 0.4),
        ("remove", 100, HEIGHT / 10),
    ]
    assert [(b.action, b.number, b.height) for b in drawn.right] == [
        ("publish", 600, HEIGHT * 0.6),
        ("hold", 200, HEIGHT / 5),
        ("remove", 200, HEIGHT / 5),
    ]


def test_what_changes_is_drawn_over_what_does_not() -> None:
    drawn = bands([[5, 1, 0], [0, 5, 1], [0, 0, 5]])
    assert [band.is_change for band in drawn.bands] == [False] * 3 + [True] * 2


def test_a_handful_among_a_million_is_seen_and_nothing_is_not_drawn() -> None:
    drawn = bands([[999_997, 0, 3], [0, 0, 0], [0, 0, 0]])
    assert [(band.before, band.after, band.number) for band in drawn.bands] == [
        ("publish", "publish", 999_997),
        ("publish", "remove", 3),
    ]
    assert drawn.right[2].height == LEAST


@pytest.mark.parametrize("moves", [[[0] * 3] * 3, [[1] * 3] * 3, [[0, 0, 10**7], [0] * 3, [0] * 3]])
def test_everything_stays_inside_the_picture(moves: list[list[int]]) -> None:
    drawn = bands(moves)
    for band in drawn.bands:
        numbers = [float(n) for n in re.findall(r"[\d.]+", band.d)]
        assert min(numbers) >= 0
        assert max(numbers) <= ACROSS
    for block in (*drawn.left, *drawn.right):
        assert 0 < block.words_y < block.y
        assert block.y + block.height <= drawn.height
