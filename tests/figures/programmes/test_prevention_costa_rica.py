"""Titles say what the frames say, and every row of them is drawn."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from citizen_security.figures.programmes import prevention_costa_rica as figures


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


CHANGES = pd.DataFrame(
    {
        "label": ["a", "b", "c"], "first": [2011, 2015, 2019], "last": [2014, 2018, 2019], "rate": [9.4, 11.9, 13.0],
        "change": [-13.0, 26.0, 9.0],
    }
)  # fmt: skip


def test_the_series_is_titled_by_its_windows_and_each_is_named():
    line = pd.DataFrame({"year": [2011, 2012], "line": [12.0, 13.0], "lower": 10.0, "upper": 16.0, "slope": 8.0})
    series = pd.DataFrame({"year": np.arange(2001, 2020), "rate": np.linspace(6, 13, 19)})
    figure = figures.plot_series(series, CHANGES, line, 2001)
    title = figure.get_suptitle().replace("\n", " ")
    assert title.endswith("−13% in 2011–2014, +26% in 2015–2018, +9% in 2019")
    assert {"a", "b", "c"} <= {text.get_text() for text in figure.axes[0].texts}


def parallel():
    rows = [("2011 to 2014", "near", 9.0, 9.5), ("2019 to 2023", "near", -1.0, 7.0)]
    return pd.DataFrame(
        [
            {"years": years, "pool_name": pool, "outcome": outcome, "expected": expected, "observed": 13.0}
            for years, pool, level, log in rows
            for outcome, expected in (("level", level), ("log", log))
        ]
    )


def test_scales_are_titled_where_they_lie_furthest_apart_and_named_on_the_picture():
    figure = figures.plot_scales(parallel())
    title = figure.get_suptitle().replace("\n", " ")
    assert title == (
        "Beside near, 2019 to 2023: parallel rates expect −1.0 per 100,000, parallel logarithms 7.0; there were 13.0"
    )
    axis = figure.axes[0]
    assert {"in rates", "in logarithms", "counted"} == {text.get_text() for text in axis.texts}
    assert [label.get_text() for label in axis.get_yticklabels()] == ["near, 2011 to 2014", "near, 2019 to 2023"]


def estimators(lower=-50.0):
    rows = [(outcome, name) for name in ("one", "two") for outcome in ("level", "log")]
    return pd.DataFrame(rows, columns=["outcome", "estimator_name"]).assign(
        difference=[-2.0, -1.0, 0.5, 1.5], lower=lower, upper=3.0, observed=9.0, p_value=[0.05, 0.5, 0.5, 0.5]
    )


def test_estimators_are_titled_by_their_ends_and_long_intervals_end_in_arrows():
    figure = figures.plot_estimators(estimators(), 0.9)
    title = figure.get_suptitle().replace("\n", " ")
    assert title == "Beside other countries, −2.0 to +1.5 homicides per 100,000; 1 of 4 beyond chance"
    axis = figure.axes[0]
    assert sum(line.get_marker() == "<" for line in axis.get_lines()) == 4
    assert "90% intervals by placebos" in axis.get_xlabel()
    few = figures.plot_estimators(estimators(-np.inf), 0.9)
    assert "give no intervals" in few.axes[0].get_xlabel()


def test_the_path_is_titled_by_the_years_of_the_strategy():
    years = np.arange(2001, 2019)
    paths = pd.DataFrame({"year": years, "observed": 9.0, "level": 11.0, "log": 10.0})
    figure = figures.plot_path(paths, 2011, 2014)
    title = figure.get_suptitle().replace("\n", " ")
    assert title.startswith("2011 to 2014: 9.0 homicides per 100,000 in Costa Rica, 11.0 and 10.0")
    named = {text.get_text().replace("\n", " ") for text in figure.axes[0].texts}
    assert named == {"Costa Rica", "synthetic, in rates", "synthetic, in logarithms"}


def test_earlier_starts_as_large_are_counted_within_each_scale():
    earlier = pd.DataFrame(
        {
            "outcome": ["level"] * 3 + ["log"] * 3, "start": [2005, 2006, 2011] * 2, "own": [False, False, True] * 2,
            "difference": [2.0, 0.5, -1.5, 1.0, 0.5, -1.2],
        }
    )  # fmt: skip
    figure = figures.plot_earlier(earlier)
    assert figure.get_suptitle().startswith("1 of 4 differences at earlier starts are as large")


def test_the_curve_counts_by_scale():
    curve = pd.DataFrame(
        {"outcome": ["level", "level", "log"], "difference": [-3.0, -1.0, 0.5], "found": [True, False, False]}
    )
    names = {("outcome", "level"): "rates", ("outcome", "log"): "logarithms"}
    figure = figures.plot_curve(curve, names, 0.1)
    title = figure.get_suptitle().replace("\n", " ")
    assert title == (
        "Combinations that find fewer homicides beyond chance: 1 of 2 in rates and none of 1 in logarithms"
    )
    above, below = figure.axes
    assert sum(len(line.get_xdata()) for line in above.get_lines() if line.get_marker() == "o") == len(curve)
    assert sum(len(line.get_xdata()) for line in below.get_lines()) == len(curve)
    assert "p at most 0.1" in below.get_xlabel()
