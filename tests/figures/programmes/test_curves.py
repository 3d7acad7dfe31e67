"""The shared parts of curves fill what is found, give every option a row, and say how many find something."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from citizen_security.figures.programmes import curves

CURVE = pd.DataFrame(
    {"design": ["b", "a", "b"], "start": [2015, 2016, 2016], "change": [-30.0, -4.0, 12.0],
     "found": [True, False, False]}
)  # fmt: skip


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ([False] * 3, "None of 3 cells shows"),
        ([True, False, False], "1 of 3 cells shows"),
        ([True] * 3, "3 of 3 cells show"),
    ],
)
def test_the_title_counts_in_the_right_number(found, said):
    title = curves.title_curve(CURVE.assign(found=found), "cells")
    assert title == f"{said} a fall beyond chance; changes run from −30% to +12%"


@pytest.mark.parametrize(
    ("able", "risen", "said"),
    [
        ([False] * 3, [False] * 3, "None of 3 cells could tell a fall from chance"),
        ([True, True, False], [False] * 3, "1 of 2 cells shows a fall beyond chance, 1 more could not tell"),
        ([True] * 3, [False, False, True], "1 of 3 cells shows a fall beyond chance, 1 a rise"),
    ],
)
def test_the_title_tells_rises_and_what_could_find_nothing(able, risen, said):
    title = curves.title_curve(CURVE.assign(able=able, risen=risen), "cells")
    assert title == f"{said}; changes run from −30% to +12%"


def test_marks_are_filled_where_something_is_found():
    _, axis = plt.subplots()
    curves.plot_found(axis, CURVE["start"], CURVE["change"], CURVE["found"], mark="s", colour="red", label="b")
    hollow, filled = axis.lines
    assert (hollow.get_markerfacecolor(), len(hollow.get_xdata())) == ("none", 3)
    assert (filled.get_markerfacecolor(), list(filled.get_ydata())) == ("red", [-30.0])
    plt.close("all")


def test_every_option_has_a_row_with_a_mark_for_each_combination_that_has_it():
    rows = curves.rows_of_options(CURVE, {"design": "{}", "start": "start {}"})
    assert list(rows.values()) == ["a", "b", "start 2015", "start 2016"]
    figure, above = curves.plot_specifications(CURVE, rows, "change", "beyond chance")
    below = figure.axes[1]
    assert sum(len(line.get_xdata()) for line in below.lines) == 2 * len(CURVE)
    assert above.get_legend_handles_labels()[1] == ["beyond chance", "other"]
    plt.close("all")


def test_more_lines_than_marks_are_drawn_all():
    drawn = [look for _, look in zip(range(20), curves.looks(), strict=False)]
    assert len(drawn) == 20
    assert len(set(drawn)) == len(curves.MARKS)
