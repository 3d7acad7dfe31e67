"""Titles say what the frames say, and every row of them is drawn."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from citizen_security.figures.programmes import synthetic_sao_paulo as figures


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


@pytest.fixture
def paths():
    years = np.arange(1990, 2010)
    synthetic = np.full(20, 30.0)
    rows = {"year": years, "observed": np.linspace(40, 15, 20), "synthetic": synthetic}
    return pd.DataFrame({**rows, "lower": synthetic - 1, "upper": synthetic + 1, "after": years >= 1999})


def test_the_path_is_titled_by_its_last_year_and_marks_the_start(paths):
    figure = figures.plot_path(paths)
    assert figure.get_suptitle() == "São Paulo: 15 homicides per 100,000 in 2009, 30 in its synthetic control"
    assert "from 1999" in " ".join(text.get_text() for text in figure.axes[0].texts)


def test_the_interactive_path_reads_out_every_year_and_names_its_lines(paths):
    chart = figures.interactive_path(paths).to_dict()
    assert chart["title"] == figures.title_path(paths)
    texts = [layer["mark"].get("text") for layer in chart["layer"] if isinstance(layer["mark"], dict)]
    assert {"São Paulo", "synthetic control"} <= set(texts)
    assert figures.interactive_path(paths, dark=True).to_dict() != chart


def test_every_state_has_its_line_among_the_placebos():
    years, gaps = np.arange(1990, 2010), np.random.default_rng(0).normal(size=(5, 20))
    figure = figures.plot_placebos(years, gaps, 1999, 2)
    assert figure.get_suptitle() == "Of 5 states put to the same test, São Paulo's gap has rank 2"
    drawn = [line for line in figure.axes[0].get_lines() if len(line.get_xdata()) == len(years)]
    assert len(drawn) == 5


def estimators(lower=-5_000.0):
    rows = {"label": ["one", "two"], "averted": [-1_200.0, 50_000.0], "p_value": [0.04, 0.5]}
    return pd.DataFrame({**rows, "lower": lower, "upper": 80_000.0})


def test_estimators_are_titled_by_their_ends():
    figure = figures.plot_estimators(estimators(), 20_331, 0.95)
    assert figure.get_suptitle() == "The same years and donors, by estimator: −1,200 to 50,000 lives"
    labels = [it.get_text() for it in figure.axes[0].get_yticklabels()]
    assert labels == ["one (p 0.04)", "two (p 0.50)"]
    assert "95% intervals by placebos" in figure.get_supxlabel()


def test_intervals_that_do_not_exist_are_not_drawn():
    figure = figures.plot_estimators(estimators(-np.inf), 20_331, 0.98)
    assert "no intervals" in figure.get_supxlabel()


def test_weights_are_titled_by_the_donor_that_differs_most():
    rows = {"donor": ["Rio", "Minas"], "printed": [0.2, 0.0], "searched": [0.1, 0.3], "lower": 0.05, "upper": 0.4}
    figure = figures.plot_weights(pd.DataFrame(rows))
    assert figure.get_suptitle() == "Weights that fit better: Minas 30% where 0% is printed"


def test_the_curve_shows_each_specification_once_above_and_once_for_each_choice_below():
    rows = {"estimator": ["a", "b", "a"], "start": [1999, 1999, 2000], "averted": [1.0, 2.0, 3.0]}
    curve = pd.DataFrame({**rows, "found": [False, True, True]})
    names = {("estimator", "a"): "A", ("estimator", "b"): "B", ("start", "1999"): "1999", ("start", "2000"): "2000"}
    figure = figures.plot_curve(curve, names, 20_331, 0.05)
    assert figure.get_suptitle() == "2 of 3 specifications find fewer homicides with a placebo p of at most 0.05"
    above, below = figure.axes
    marks = sum(len(line.get_xdata()) for line in below.get_lines())
    assert marks == 2 * len(curve)
    assert {it.get_text() for it in below.get_yticklabels()} == set(names.values())
    points = [line for line in above.get_lines() if line.get_marker() == "o"]
    assert sum(len(line.get_xdata()) for line in points) == len(curve)
