"""Titles say what the frames say, and every picture draws."""

import pandas as pd

from citizen_security.figures.programmes import focused_deterrence as figures

BOTH = {"first": "2016-01", "last": "2016-08", "points": 25, "files": 19}


def curve(found):
    return pd.DataFrame(
        {"year": [2020.0, 2020.5], "design": "synthetic", "design_name": "synthetic", "change": [-10.0, 5.0],
         "found": found}
    )  # fmt: skip


def test_sources_are_drawn_apart():
    series = pd.DataFrame(
        {"source": ["points", "points", "files", "files"], "year": [2015.0, 2016.0, 2016.0, 2017.0],
         "homicides": [5, 6, 3, 4]}
    )  # fmt: skip
    figure = figures.plot_sources(series, BOTH)
    assert [axis.get_title(loc="left") for axis in figure.axes] == ["points", "files"]
    assert "25 points and 19 files" in figures.title_sources(BOTH)


def test_sectors_are_told_by_place():
    changes = pd.DataFrame(
        {"sector": ["A", "PLATEROS", "C"], "own": [False, True, False], "change": [-60.0, -50.0, 10.0],
         "place": [1, 2, 3]}
    )  # fmt: skip
    assert figures.title_sectors(changes, (2019, 2023)) == (
        "2 of 3 sectors fell from 2019 to 2023; Plateros is number 2 by depth"
    )
    assert len(figures.plot_sectors(changes, -58, (2019, 2023)).axes[0].patches) == 3


def test_the_path_sums_from_the_start():
    paths = pd.DataFrame(
        {"year": [2019.0, 2020.0, 2020.25], "counted": [9.0, 3.0, 4.0], "synthetic": [9.0, 6.0, 5.0], "rest": 6.0}
    )
    assert figures.title_path(paths, 2020.0) == "7 files since the start, where weighted sectors give 11"
    assert len(figures.plot_path(paths, 2020.0).axes[0].lines) == 4


def test_bends_have_a_panel_for_each_line():
    bends = pd.DataFrame(
        {"line": ["alone", "alone", "beside_city"], "line_name": ["own", "own", "beside"], "bend": [0.0, 1.0, 0.0],
         "lower_effect": [-50.0, -60.0, -20.0], "upper_effect": [-50.0, -40.0, -20.0], "lower": [-70.0, -80.0, -50.0],
         "upper": [-20.0, -10.0, 30.0]}
    )  # fmt: skip
    assert (
        figures.title_bends(bends)
        == "In logarithms, against own −50% (−70% to −20%); against beside −20% (−50% to +30%)"
    )
    assert len(figures.plot_bends(bends).axes) == 2


def test_the_curve_counts_what_is_found():
    assert figures.title_curve(curve([False, False])).startswith("None of 2 starts and designs shows")
    assert figures.title_curve(curve([True, False])).startswith("1 of 2 starts and designs shows")
    assert len(figures.plot_curve(curve([True, False])).axes[0].lines) == 3
