"""Small drawings for cards: the marks of a figure in the page's colours, and nothing to read."""

import re
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import numpy as np
import pytest

from citizen_security.book.thumbnails import HIGH, LARGEST_DOT, WIDE, thumbnail
from citizen_security.figures import theme
from citizen_security.figures.drawing import drawing


@pytest.fixture(autouse=True)
def figure():
    theme.apply()
    drawn = plt.figure()
    yield drawn
    plt.close(drawn)


def small(figure) -> ElementTree.Element:
    return ElementTree.fromstring(thumbnail(drawing(figure), 'with "quotes" & <signs>'))


def paths(element: ElementTree.Element) -> list[ElementTree.Element]:
    return [it for it in element.iter("path") if it.get("class") != "edges"]


def dots(element: ElementTree.Element) -> list[tuple[float, float]]:
    found = [it.get("d", "") for it in paths(element) if it.get("class") == "dots"]
    return [(float(x), float(y)) for it in found for x, y in re.findall(r"M(-?[\d.]+) (-?[\d.]+)h0", it)]


def test_there_is_nothing_to_read_and_the_words_for_who_does_not_see_it(figure):
    axes = figure.subplots()
    axes.plot([1, 2, 3], [2, 1, 4], color=theme.BLUE, label="a name")
    axes.set_title("A finding")
    axes.set_xlabel("Year")
    axes.legend()
    axes.annotate("a place", (2, 1), (1.5, 3), arrowprops={"arrowstyle": "-"})
    drawn = small(figure)
    assert "".join(drawn.itertext()) == ""
    assert drawn.get("aria-label") == 'with "quotes" & <signs>'
    # The line alone: no line of the grid, no frame, no mark of the legend.
    [line] = paths(drawn)
    assert theme.BLUE.lower() in line.get("style", "")


def test_marks_fill_the_card_and_keep_their_order(figure):
    axes = figure.subplots()
    axes.set_title("A title\nof several\nlines")
    axes.scatter([0, 5, 10], [0, 8, 10], s=20, color=theme.VERMILION)
    places = dots(small(figure))
    across, down = zip(*places, strict=True)
    assert len(places) == 3
    assert sorted(across) == list(across)
    assert max(across) - min(across) > 0.85 * WIDE
    # Up on the figure is up on the card, to scale.
    assert down[0] > down[1] > down[2]
    assert (down[0] - down[1]) / (down[0] - down[2]) == pytest.approx(0.8, abs=0.02)
    assert max(down) - min(down) > 0.85 * HIGH


def test_what_leaves_most_of_a_panel_to_letters_is_cut_to_its_marks(figure):
    axes = figure.subplots()
    axes.set_xlim(-3, 3)
    axes.scatter([0, 1], [0, 1], s=20)
    (left, _), (right, _) = dots(small(figure))
    assert right - left > 0.75 * WIDE


def test_each_panel_stands_where_it_stood_and_cuts_what_leaves_it(figure):
    left, right = figure.subplots(1, 2)
    for axes in (left, right):
        axes.set_ylim(0, 1)
        axes.plot([0, 1], [0, 9], color=theme.GREEN)
    drawn = small(figure)
    first, second = drawn.findall("svg")
    assert float(first.get("x", 0)) + float(first.get("width", 0)) < float(second.get("x", 0))
    assert float(second.get("x", 0)) + float(second.get("width", 0)) <= WIDE
    # A drawing within a drawing shows nothing beyond its sides unless a style says so.
    assert "overflow" not in ElementTree.tostring(drawn, "unicode")


def test_ink_is_the_pages_and_data_keep_their_colours(figure):
    axes = figure.subplots()
    axes.axhline(0, color=theme.INK)
    axes.bar([1, 2], [1, -2], color=theme.SKY)
    styles = " ".join(it.get("style", "") for it in paths(small(figure)))
    assert "var(--drawing-ink)" in styles
    assert theme.SKY.lower() in styles
    assert theme.INK.lower() not in styles


def test_points_that_hide_each_other_are_drawn_once_and_stay_small(figure):
    axes = figure.subplots()
    axes.scatter(np.repeat([0.0, 1.0], 500), np.repeat([0.0, 1.0], 500), s=80, color=theme.BLUE)
    drawn = small(figure)
    assert len(dots(drawn)) == 2
    [width] = re.findall(r"stroke-width: ([\d.]+)", paths(drawn)[0].get("style", ""))
    assert float(width) <= LARGEST_DOT


def test_a_hollow_point_has_the_colour_of_its_edge(figure):
    figure.subplots().plot([0, 1], [0, 1], "o", markerfacecolor="white", markeredgecolor=theme.PURPLE)
    [path] = paths(small(figure))
    assert theme.PURPLE.lower() in path.get("style", "")


def test_points_lie_on_lines_and_lines_on_areas(figure):
    axes = figure.subplots()
    axes.plot([0, 1, 2], [1, 1, 1], "o", color=theme.BLUE)
    axes.plot([0, 1, 2], [0, 1, 2], color=theme.GREEN)
    axes.fill_between([0, 1, 2], 0, 2, color=theme.GREY, alpha=0.3)
    styles = [it.get("style", "").lower() for it in paths(small(figure))]
    order = [next(at for at, it in enumerate(styles) if colour.lower() in it) for colour in (theme.GREY, theme.GREEN)]
    assert order == [0, 1]
    assert theme.BLUE.lower() in styles[-1]


def test_a_line_of_many_points_on_one_spot_is_short(figure):
    figure.subplots().plot(np.linspace(0, 1, 2_000), np.ones(2_000))
    assert len(thumbnail(drawing(figure), "")) < 900


def test_a_drawing_without_panels_has_no_marks(figure):
    figure.text(0.5, 0.5, "words")
    assert paths(small(figure)) == []
