"""Pictures of a specification curve: they count what they say they count, and stay small enough for a page."""

import json

import numpy as np
import pandas as pd
import pytest

from citizen_security.figures import embed
from citizen_security.figures.paradox.specification_curve import (
    CHOICE_LABELS,
    DRIVER_LABELS,
    interactive_curve,
    option_density,
    plot_changes,
    plot_curve,
    plot_drivers,
    plot_importance,
    plot_permutations,
    rank_effects,
    title_curve,
    title_drivers,
)
from citizen_security.paradox.specification_curve.multiverse import DRIVERS
from citizen_security.tables import catalog


@pytest.fixture
def options():
    rows = [("lag", "0", "same year"), ("lag", "1", "a year before"), ("controls", "income", "log income")]
    return pd.DataFrame(rows, columns=["choice", "option", "label"])


@pytest.fixture
def estimates():
    effect = np.linspace(-1, 1, 1_000)
    return pd.DataFrame(
        {
            "effect": effect,
            "effect_lower": effect - 0.5,
            "effect_upper": effect + 0.5,
            "p_value": np.where(np.abs(effect) > 0.5, 0.01, 0.5),
            "observations": 300,
            "countries": 20,
            "main": np.arange(1_000) == 700,
            "lag": np.where(effect > 0, "1", "0"),
            "controls": np.tile(["none", "income"], 500),
        }
    ).sample(frac=1, random_state=1, ignore_index=True)


def test_every_choice_and_driver_has_a_label():
    assert set(catalog.load("specification_choices")["choice"]) == set(CHOICE_LABELS)
    assert set(DRIVERS) == set(DRIVER_LABELS)


def test_the_title_says_the_median_with_its_sign_and_counts_no_intervals(estimates):
    assert title_curve(estimates.assign(effect=estimates["effect"] - 0.5), "poverty") == (
        "1,000 specifications: the median effect of poverty is −0.50\nNine in ten effects lie between −1.40 and +0.40"
    )


def test_drivers_are_drawn_in_order_with_signs_in_the_title():
    drivers = pd.DataFrame(
        {
            "driver": ["poverty", "growth"], "median_effect": [0.123, -0.2], "lower": [0.0, -0.3], "upper": [0.2, -0.1],
            "low": [-0.5, -0.6], "high": [0.5, 0.1], "permutation_p": [0.4, 0.02],
        }
    )  # fmt: skip
    assert title_drivers(drivers) == "Median effects: poverty +0.12, growth −0.20"
    axis = plot_drivers(drivers, 0.8).axes[0]
    labels = [label.get_text() for label in axis.get_yticklabels()]
    assert labels == ["Growth\njoint test p = 0.020", "Poverty\njoint test p = 0.400"]
    dots = next(line for line in axis.lines if line.get_marker() == "o")
    assert dots.get_xdata().tolist() == [-0.2, 0.123]
    assert any("80% interval" in text.get_text() for text in axis.get_legend().get_texts())


def test_density_is_one_where_an_option_is_as_common_as_everywhere(estimates, options):
    density = option_density(rank_effects(estimates), options, 10).set_index(["choice", "option"])
    lagged = density.loc[("lag", "1")].sort_values("start")["density"]
    assert lagged.tolist() == [0.0] * 5 + [2.0] * 5
    np.testing.assert_allclose(density.loc[("controls", "income")]["density"], 1.0)


def test_options_that_tell_nothing_apart_are_left_out(estimates, options):
    density = option_density(rank_effects(estimates.assign(lag="0")), options, 10)
    assert set(density["choice"]) == {"controls"}


def test_the_curve_is_drawn_in_order_with_the_main_specification_on_it(estimates, options):
    above, below, *_ = plot_curve(estimates, options, "poverty", 0.95).axes
    curve = next(line for line in above.lines if len(line.get_xdata()) == len(estimates))
    assert (np.diff(curve.get_ydata()) >= 0).all()
    main = next(line for line in above.lines if line.get_marker() == "D")
    assert main.get_ydata() == pytest.approx(estimates.loc[estimates["main"], "effect"].to_numpy())
    labels = [label.get_text() for label in below.get_yticklabels()]
    assert labels == ["Lag: same year", "Lag: a year before", "Controls: log income"]


def test_the_page_s_chart_is_small_and_says_what_each_point_chose(estimates, options):
    large = pd.concat([estimates] * 20, ignore_index=True)
    chart = interactive_curve(large, options, "poverty", 0.95)
    dark = interactive_curve(large, options, "poverty", 0.95, dark=True)
    shown = embed.show(chart, "a curve", dark=dark)
    assert len(shown.html) < 400_000
    specification = chart.to_dict()
    rows = [row for rows in specification["datasets"].values() for row in rows if "choices" in row]
    assert 100 <= len(rows) <= 300
    assert all(set(row["choices"].split("|")) <= {"lag=0", "lag=1", "controls=none", "controls=income"} for row in rows)
    text = json.dumps(specification)
    assert '"highlight"' in text
    assert '"part"' in text


def test_importance_and_changes_say_the_finding(options):
    importance = pd.DataFrame(
        {"choice": ["period", "control: young_men", "choices together"], "share_of_variance": [0.5, 0.1, 0.4],
         "widest": [0.3, 0.1, 0.0]}
    )  # fmt: skip
    assert plot_importance(importance).axes[0].get_title(loc="left").endswith("by itself: period")
    changes = pd.DataFrame(
        {"changed": ["main", "lag=1"], "effect": [0.1, -0.2], "effect_lower": [-0.1, -0.4], "effect_upper": [0.3, -0.1],
         "observations": [300, 290]}
    )  # fmt: skip
    figure = plot_changes(changes, options, 0.95)
    assert "from −0.20 to +0.10" in figure.get_suptitle()
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels == ["Lag: a year before  (n = 290)", "Main specification  (n = 300)"]


def test_permutations_mark_the_observed_median():
    tested = pd.DataFrame(
        {"statistic": ["median_effect"], "observed": [0.4], "p_value": [0.6], "lower": [0.5], "upper": [0.7]}
    )
    permuted = pd.DataFrame({"median_effect": np.linspace(-1, 1, 99)})
    axis = plot_permutations(permuted, tested, 1600).axes[0]
    assert axis.lines[0].get_xdata() == [0.4, 0.4]
    assert axis.get_title(loc="left") == (
        "Median effect of 1,600 specifications +0.400\nAgainst exchanged paths p = 0.600, 0.500 to 0.700"
    )
