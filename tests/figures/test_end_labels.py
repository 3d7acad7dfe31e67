"""Names beside the ends of lines: each at its line, none on another."""

import itertools

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_rgb

from citizen_security.figures.end_labels import BESIDE, label_ends, spread

PLACES = st.lists(st.floats(0, 1), min_size=1, max_size=8)


@given(PLACES)
def test_labels_stand_apart_in_their_order(places):
    moved = spread(places, 0.1)
    order = sorted(range(len(places)), key=lambda at: places[at])
    assert all(moved[b] - moved[a] >= 0.1 - 1e-9 for a, b in itertools.pairwise(order))


@given(PLACES)
def test_labels_move_only_as_far_as_they_must(places):
    ordered = sorted(places)
    if all(b - a >= 0.1 for a, b in itertools.pairwise(ordered)):
        assert spread(places, 0.1) == pytest.approx(places)
    assert sum(spread(places, 0.1)) == pytest.approx(sum(places))


@pytest.fixture
def axis():
    figure, made = plt.subplots()
    yield made
    plt.close(figure)


def labels(axis):
    """Name → height of it, as a share of the axes."""
    return {text.get_text(): text.get_position()[1] for text in axis.texts}


def test_each_named_line_has_its_name_at_the_height_of_its_end(axis):
    axis.plot([0, 1], [0, 10], label="up")
    axis.plot([0, 1], [10, 2], label="down")
    axis.axhline(5)
    axis.set(xlim=(0, 1), ylim=(0, 10))
    label_ends(axis)
    assert labels(axis) == {"up": pytest.approx(1.0), "down": pytest.approx(0.2)}
    assert {text.get_position()[0] for text in axis.texts} == {BESIDE}


def test_names_of_lines_that_end_together_stand_apart_and_are_tied_to_them(axis):
    for name in ("a", "b"):
        (line,) = axis.plot([0, 1], [0, 5], label=name)
    axis.set_ylim(0, 10)
    label_ends(axis, apart=0.1)
    assert labels(axis) == {"a": pytest.approx(0.45), "b": pytest.approx(0.55)}
    assert {text.xy for text in axis.texts} == {(1.0, 5.0)}
    assert axis.texts[1].arrow_patch.get_edgecolor()[:3] == to_rgb(line.get_color())


def test_the_end_is_the_last_figure_there_is_whichever_way_the_axis_runs(axis):
    axis.plot([0, 1, 2], [1, 2, np.nan], label="stops")
    axis.plot([0, 1], [np.nan, np.nan], label="none")
    axis.set_ylim(0, 10)
    label_ends(axis)
    assert labels(axis) == {"stops": pytest.approx(0.2)}
    axis.texts[0].remove()
    axis.set_xlim(2, 0)
    label_ends(axis)
    assert labels(axis) == {"stops": pytest.approx(0.1)}


def test_the_height_follows_a_logarithmic_axis(axis):
    axis.plot([0, 1], [1, 10], label="tenfold")
    axis.set(yscale="log", ylim=(1, 100))
    label_ends(axis)
    assert labels(axis) == {"tenfold": pytest.approx(0.5)}


def test_a_long_name_stands_in_several_lines(axis):
    axis.plot([0, 1], [1, 1], label="countries with figures only")
    label_ends(axis)
    assert list(labels(axis)) == ["countries with\nfigures only"]
