"""Pictures of slopes that vary by country: what is drawn is what was computed."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from citizen_security.figures.paradox.country_heterogeneity import (
    DISCREPANCY_LABELS,
    plot_average_slopes,
    plot_checks,
    plot_prior_slopes,
    plot_shrunken_slopes,
    source_line,
    title_checks,
    title_errors,
    title_priors,
    title_shrinkage,
)

mpl.use("agg")

DRIVERS = ["unemployment_youth", "gdp_growth"]


@pytest.fixture
def averages():
    return pd.DataFrame(
        {
            "fit": ["independent errors", "independent errors", "autoregressive errors", "autoregressive errors"],
            "driver": DRIVERS * 2,
            "estimate": [0.4, 0.1, -0.05, 0.02],
            "lower": [0.1, -0.2, -0.15, -0.1],
            "upper": [0.7, 0.4, 0.05, 0.14],
        }
    )


@pytest.fixture
def slopes():
    return pd.DataFrame(
        {
            "country": ["Brazil", "Mexico"] * 2,
            "driver": np.repeat(DRIVERS, 2),
            "estimate": [0.3, 0.1, 0.0, -0.1],
            "lower": [0.1, -0.2, -0.3, -0.4],
            "upper": [0.5, 0.4, 0.3, 0.2],
            "alone": [0.9, -0.6, 0.2, -0.3],
        }
    )


def test_each_model_has_its_interval_and_only_sure_signs_are_filled(averages):
    figure = plot_average_slopes(averages, outcome="rate", title="A title")
    first = figure.axes[0]
    segments = [segment.tolist() for segment in first.collections[0].get_segments()]
    assert segments == [[[0.1, 0.0], [0.7, 0.0]], [[-0.15, 1.0], [0.05, 1.0]]]
    faces = first.collections[1].get_facecolor()
    assert not np.allclose(faces[0], 1)
    assert np.allclose(faces[1], 1)
    assert [label.get_text() for label in first.get_yticklabels()] == ["independent errors", "autoregressive errors"]


def test_titles_say_what_the_tables_say(averages, slopes):
    title = title_errors(averages)
    assert "an average slope of +0.40 (" in title
    assert ") with independent errors,\n−0.05 (" in title
    assert title.endswith(") with autoregressive errors")
    assert title_priors(averages).endswith("moves from −0.05 to 0.40 over 2 choices of priors")
    assert "1 of 2 countries'" in title_shrinkage(slopes, "unemployment_youth")
    assert "no country's" in title_shrinkage(slopes, "gdp_growth")


def test_countries_stand_in_the_order_of_their_first_slope_with_both_estimates(averages, slopes):
    figure = plot_shrunken_slopes(slopes, averages.iloc[:2], outcome="rate")
    left = figure.axes[0]
    assert [label.get_text() for label in left.get_yticklabels()] == ["Mexico", "Brazil"]
    alone, pooled = (line for line in left.lines if len(line.get_xdata()) == 2 and line.get_marker() in "so")
    assert list(alone.get_xdata()) == [-0.6, 0.9]
    assert list(pooled.get_xdata()) == [0.1, 0.3]


def test_every_model_and_discrepancy_has_its_panel():
    generator = np.random.default_rng(1)
    frame = pd.concat(
        pd.DataFrame({"discrepancy": name, "observed": 0.8, "replicated": generator.normal(0, 0.1, 50)})
        for name in DISCREPANCY_LABELS
    )
    figure = plot_checks({"one": frame, "two": frame})
    assert len(figure.axes) == 2 * len(DISCREPANCY_LABELS)
    assert "0.80 in the data" in title_checks({"one": frame})


def test_prior_slopes_are_held_against_the_regression():
    generator = np.random.default_rng(2)
    drawn = pd.DataFrame({"driver": np.repeat(DRIVERS, 500), "country": generator.normal(0, 1, 1_000)})
    reference = pd.DataFrame({"driver": DRIVERS, "estimate": [0.3, -0.1]})
    figure = plot_prior_slopes(drawn, reference, credible_level=0.9, outcome="log_rate")
    marked = [axes.lines[0].get_xdata()[0] for axes in figure.axes]
    assert marked == [0.3, -0.1]
    assert all("90% from −" in axes.get_title("left") for axes in figure.axes)


def test_the_source_names_the_release_of_the_homicide_rates():
    assert source_line("2024").startswith("UNODC (2024 release); World Bank ")
