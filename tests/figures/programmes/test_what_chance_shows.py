"""Falls and rises are drawn apart, each panel in its own part, and titles have the numbers of the sentences."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from citizen_security.figures.programmes import what_chance_shows as figures
from citizen_security.programmes.what_chance_shows import sentences as said
from citizen_security.programmes.what_chance_shows.labels import DESIGNS, PANELS, RULES
from citizen_security.programmes.what_chance_shows.parameters import WhatChanceShows
from citizen_security.programmes.what_chance_shows.rates import least_falls


def table(falls, rises, least, panel="mexican_municipalities"):
    rows = pd.DataFrame(
        [
            {"panel": panel, "panel_name": PANELS[panel], "rule": "high", "rule_name": RULES["high"], "design": design,
             "design_name": DESIGNS[design], "before": 12, "draws": 120, "found_fall": fall, "found_rise": rise,
             "least_fall": one}
            for design, fall, rise, one in zip(("before_and_after", "equal_moments"), falls, rises, least, strict=True)
        ]
    )  # fmt: skip
    ends = {f"{way}_{end}": rows[f"found_{way}"] + shift for way in ("fall", "rise")
            for end, shift in (("lower", -0.02), ("upper", 0.05))}  # fmt: skip
    return rows.assign(**ends)


ROWS = pd.concat(
    [
        table([0.1, 0.02], [0.3, 0.0], [-50.0, -88.4]),
        table([0.25, 0.02], [0.0, 0.0], [-36.0, np.nan], "brazilian_cities"),
    ],
    ignore_index=True,
)
BOTH = WhatChanceShows(rules=["high"], left_out=[name for name in DESIGNS if name not in set(ROWS["design"])])


def test_rises_do_not_stand_for_falls_in_the_title():
    assert figures.title_rates(ROWS, 0.05) == (
        "Nothing was done, and up to 25% of draws show a fall, up to 30% a rise; 2.5% of each would be right"
    )


def test_falls_are_drawn_to_the_left_and_rises_to_the_right_of_each_panel():
    figure = figures.plot_rates(ROWS, 0.05)
    mexico, brazil = figure.axes
    titles = ["".join(axis.get_title(loc) for loc in ("left", "center")) for axis in figure.axes]
    assert titles == ["Mexican municipalities", "Brazilian cities"]
    marks = [line for line in mexico.lines if line.get_marker() == "s"]
    assert list(marks[0].get_xdata()) == pytest.approx([-10, -2])
    assert list(marks[1].get_xdata()) == pytest.approx([30, 0])
    assert next(line for line in brazil.lines if line.get_marker() == "s").get_xdata()[0] == pytest.approx(-25)
    plt.close("all")


def test_the_least_falls_of_title_and_sentence_are_the_same_and_say_where():
    title = figures.title_least_falls(least_falls(ROWS, BOTH), 0.8)
    assert title == (
        "Falls that a sound design finds in 80% of draws: 88% or more in Mexican municipalities; "
        "none that was tried in Brazilian cities"
    )
    sentence = said.least_fall_sentence(ROWS, BOTH)
    assert "a fall of 88% or more, in 80% of draws" in sentence
    assert "In Brazilian cities, none of the designs" in sentence


def test_what_is_not_found_is_marked_as_none():
    figure = figures.plot_least_falls(ROWS, least_falls(ROWS, BOTH), 0.8)
    hollow = [line for line in figure.axes[1].lines if line.get_markerfacecolor() == "none"]
    assert list(hollow[0].get_xdata()) == [figures.NONE_FOUND]
    plt.close("all")


def test_own_falls_say_whose_they_are():
    falls = pd.DataFrame({"rule": ["high"], "rule_name": [RULES["high"]], "change": [-25.0]})
    assert figures.title_own_falls(falls, "Brazilian cities") == (
        "Brazilian cities chosen for standing highest go on to change by −25%"
    )
