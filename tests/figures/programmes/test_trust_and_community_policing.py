"""Titles say what the frame says; figures draw what they are given."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from citizen_security.figures.programmes import trust_and_community_policing as figures

NAMES = {"MEX": "Mexico", "SLV": "El Salvador", "GTM": "Guatemala"}
LABELS = {"pnvcc": "quadrants"}


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_waves_share_an_axis_that_holds_all_of_them():
    rows = pd.DataFrame(
        {"iso3": ["GTM", "GTM", "MEX", "MEX"], "year": [2008, 2009] * 2, "trust": [10.0, 12.0, 80.0, 85.0]}
    )
    rows = rows.assign(lower=rows["trust"] - 3, upper=rows["trust"] + 3)
    register = pd.DataFrame(
        {"iso3": ["MEX", "GTM"], "start_year": [2009, 2009], "design": ["every estimator", "none: a city"]}
    )
    summary = {"beyond": 1.0, "changes": 2.0}
    figure = figures.plot_waves(rows, register, NAMES, summary, "trust in the police")
    assert figures.title_waves(summary) == "1 of 2 changes from wave to wave are larger than sampling gives"
    shown = [axis for axis in figure.axes if axis.get_visible()]
    assert [axis.get_title(loc="left") for axis in shown] == ["Guatemala", "Mexico"]
    assert shown[0].get_ylim()[1] > 88
    # The trust and, where waves allow a design, the start.
    assert [len(axis.get_lines()) for axis in shown] == [1, 2]


def test_surveys_name_those_apart_without_overlap():
    pairs = pd.DataFrame(
        {"iso3": ["GTM", "SLV", "MEX"], "latinobarometro": [20.0, 22.0, 60.0], "lapop": [30.0, 31.0, 60.0],
         "beyond": [True, True, False]}
    )  # fmt: skip
    agreement = {"correlation": 0.9, "lower": 0.2, "upper": 0.95}
    axis = figures.plot_surveys(pairs, NAMES, agreement).axes[0]
    told = {text.get_text(): text.get_ha() for text in axis.texts}
    assert told == {"Guatemala": "right", "El Salvador": "left"}
    assert "0.90 (0.20 to 0.95)" in figures.title_surveys(agreement)


def test_homicide_draws_each_interval_that_is_known():
    table = pd.DataFrame(
        {"scale": ["levels", "changes", "changes"], "method": ["a", "a", "b"], "estimate": [-4.0, -6.0, -6.0],
         "lower": [-9.0, -11.0, float("-inf")], "upper": [1.0, -1.0, 2.0]}
    )  # fmt: skip
    figure = figures.plot_homicide(table, {"levels": "levels", "changes": "changes"}, 2.0, "a")
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels == ["levels, a", "changes, a"]
    assert "−4.0 points in levels, −6.0 from wave to wave" in figures.title_homicide(table, "a")


def test_programmes_stand_among_placebos():
    effects = pd.DataFrame(
        {"programme_id": ["pnvcc"] * 2, "outcome": ["police", "judiciary"], "estimator": "difference_in_differences",
         "start_year": 2010, "effect": [-8.0, 1.0], "lower": [-20.0, 0.0], "upper": [6.0, 2.0], "p_value": [0.4, 0.9]}
    )  # fmt: skip
    placebos = pd.DataFrame(
        {"programme_id": "pnvcc", "iso3": ["COL", "PER", "URY"], "effect": [-8.0, 3.0, 2.0],
         "treated": [True, False, False]}
    )  # fmt: skip
    axis = figures.plot_programmes(placebos, effects, LABELS).axes[0]
    assert [len(points.get_offsets()) for points in axis.collections] == [2, 1]
    assert figures.title_programmes(effects, LABELS).endswith("quadrants −8.0 (p 0.40)")


def test_printed_effects_have_a_panel_for_each_metric():
    printed = pd.DataFrame(
        {"study": "Author, Other 2020", "outcome": ["trust", "crime"], "on_trust": [True, False],
         "metric_name": ["points", "percent"], "estimate": [12.0, 3.0], "lower": [None, 1.0], "upper": [None, 5.0],
         "favours": [True, False], "has_interval": [False, True]}
    ).astype({"lower": float, "upper": float})  # fmt: skip
    figure = figures.plot_printed(printed)
    assert [axis.get_xlabel().strip() for axis in figure.axes] == ["points", "percent"]
    assert figure.axes[0].get_yticklabels()[0].get_text() == "trust · Author 2020"
    assert figures.title_printed(printed) == "1 of 2 printed effects point to a gain, 1 with an interval"
    assert "none with an interval" in figures.title_printed(printed.assign(has_interval=False))
