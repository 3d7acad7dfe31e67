"""Titles say what the frames say, and every row of them is drawn."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from citizen_security.figures.programmes import pacification as figures


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


def test_the_series_is_titled_by_its_first_lowest_and_last_year():
    years = pd.DataFrame(
        {"year": [2007, 2013, 2021], "homicides": [100, 20, 50], "killings_by_police": [90, 10, 60],
         "units": [0, 36, 38]}
    )  # fmt: skip
    figure = figures.plot_series(years, 2014)
    assert figure.get_suptitle().endswith("190 in 2007, 30 in 2013, 110 in 2021")


@pytest.mark.parametrize(("scale", "end"), [("ratio", "−50% to −20%"), ("counts", "−50.00 to −20.00 deaths per unit")])
def test_the_event_study_is_titled_by_its_effects(scale, end):
    study = pd.DataFrame(
        {"months": [-6, -3, 0, 3], "effect": [5.0, 1.0, -50.0, -20.0], "lower": -60.0, "upper": [10, 10, np.nan, 0],
         "before": [True, True, False, False]}
    )  # fmt: skip
    assert end.replace("% to", " to") in figures.plot_event_study(study, scale, "quarter").get_suptitle()


def test_estimators_beyond_the_axis_say_so():
    table = pd.DataFrame(
        {"label": ["a", "b"], "deaths": [-0.5, 1.0], "deaths_lower": [-np.inf, 0.5], "deaths_upper": [np.inf, 1.5],
         "percent": [-20.0, np.inf], "percent_lower": [-100.0, 50.0], "percent_upper": np.inf, "p_value": [0.5, 0.01]}
    )  # fmt: skip
    figure = figures.plot_estimators(table, "quarter", 0.05)
    assert figure.get_suptitle() == "One table, 2 estimators: −0.50 to +1.00 deaths per unit and quarter"
    assert "beyond" in {text.get_text() for text in figure.axes[1].texts}


def test_outcomes_are_titled_by_ratios():
    rows = pd.DataFrame(
        {"outcome": ["homicides", "homicides", "killings_by_police"], "scale": ["ratio", "counts", "ratio"],
         "outcome_name": "x", "scale_name": "y", "percent": [-33.0, 1.0, -72.0], "percent_lower": -90.0,
         "percent_upper": np.inf, "early_percent": 5.0, "early_percent_lower": -10.0, "early_percent_upper": 20.0}
    )  # fmt: skip
    title = figures.plot_outcomes(rows).get_suptitle()
    assert title == "In ratios: homicides −33%, killings by police −72% from the installation on"
    moved = figures.plot_outcomes(rows, 2).get_suptitle()
    assert moved.replace("\n", " ").endswith("from two months before the installation on")


def test_phases_are_titled_by_killings_by_police():
    rows = pd.DataFrame(
        {"outcome": ["homicides"] * 3 + ["killings_by_police"] * 3, "phase": ["a to b", "c to d", "e to f"] * 2,
         "per_month": [1.0, 2.0, 3.0, 13.0, 4.0, 12.5], "lower": 0.5, "upper": 14.0}
    )  # fmt: skip
    title = figures.plot_phases(rows).get_suptitle().replace("\n", " ")
    assert title == "Killings by police a month: 13.0 before the first unit, 4.0 while units came, up to 12.5 after"
