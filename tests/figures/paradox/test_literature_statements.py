"""Pictures of how firmly an estimate stands: what is drawn is what was computed."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from citizen_security.figures import theme
from citizen_security.figures.paradox.literature_statements import (
    plot_attenuation,
    plot_drivers,
    plot_equivalence,
    plot_influence,
    title_attenuation,
    title_drivers,
    title_equivalence,
)

mpl.use("agg")


def intervals(axis):
    """Two-point horizontal lines as (low, high, row)."""
    data = [line.get_xydata() for line in axis.lines if len(line.get_xydata()) == 2]
    return sorted((float(e[0, 0]), float(e[1, 0]), float(e[0, 1])) for e in data if e[0, 1] == e[1, 1])


def test_equivalence_draws_every_finite_interval_against_the_band():
    table = pd.DataFrame(
        {
            "method": ["clustered", "jackknife", "wild bootstrap"],
            "estimate": 0.1,
            "lower": [-0.1, -0.2, -np.inf],
            "upper": [0.3, 0.4, np.inf],
            "verdict": ["undecided", "undecided", "undecided"],
            "smallest_effect": 0.25,
        }
    )
    axis = plot_equivalence(table, significance=0.05).axes[0]
    assert intervals(axis) == [(-0.2, 0.4, 1.0), (-0.1, 0.3, 0.0)]
    band = axis.patches[0].get_extents().transformed(axis.transData.inverted())
    assert (band.x0, band.x1) == pytest.approx((-0.25, 0.25))
    assert "90% intervals" in axis.get_xlabel()
    assert title_equivalence(table) == "Poverty: undecided, whichever errors are trusted"
    mixed = table.assign(verdict=["undecided", "undecided", "not estimable: too few years"])
    assert title_equivalence(mixed) == "Poverty: undecided by 2 of 3; not estimable by 1 of 3"


def test_influence_colours_what_changes_sides():
    table = pd.DataFrame({"iso3": ["A", "B", "C"], "estimate": [0.3, -0.1, 0.2], "change": [0.1, -0.3, 0.0]})
    figure = plot_influence(table, "gini", 0.2, 0.0, 0.4)
    axis = figure.axes[0]
    assert [label.get_text() for label in axis.get_yticklabels()] == ["B", "C", "A"]
    dots = axis.collections[-1]
    assert dots.get_offsets()[:, 0].tolist() == [-0.1, 0.2, 0.3]
    red, blue = (mpl.colors.to_rgba(colour) for colour in (theme.VERMILION, theme.BLUE))
    assert [tuple(colour) for colour in dots.get_facecolors()] == [red, blue, blue]
    assert "most without B" in figure.get_suptitle()


def test_attenuation_draws_three_bars_a_comparison():
    table = pd.DataFrame(
        {
            "comparison": ["between countries", "within countries"],
            "control": ["poverty_685", "infant_mortality"],
            **{
                f"{kind}{end}": [1.0 + shift, 2.0 + shift]
                for kind, shift in (("without", 0), ("with", 3), ("change", 6))
                for end in ("", "_lower", "_upper")
            },
        }
    )
    table[["change_lower", "change_upper"]] = [[-1.0, 9.0], [0.5, 9.0]]
    axis = plot_attenuation(table).axes[0]
    drawn = [
        line.get_xdata().tolist() for line in axis.lines if len(line.get_xdata()) == 2 and line.get_marker() != "None"
    ]
    assert drawn == [[1.0, 2.0], [4.0, 5.0], [7.0, 8.0]]
    assert axis.get_yticklabels()[0].get_text() == "Between countries,\npoverty below 6.85 USD"
    assert title_attenuation(table).startswith("1 of 2 intervals")


def test_drivers_are_coloured_after_adjustment_for_their_number():
    table = pd.DataFrame(
        {
            "regressor": ["gini", "rule_of_law", "trust_police"],
            "estimate": [1.0, -9.0, np.nan],
            "lower": [0.1, -15.0, np.nan],
            "upper": [1.9, -3.0, np.nan],
            "per_standard_deviation": [2.0, -1.8, np.nan],
            "holm_p_value": [0.06, 0.01, np.nan],
            "observations": [10, 20, np.nan],
            "countries": [2, 3, np.nan],
            "confidence_level": 0.95,
        }
    )
    axis = plot_drivers(table).axes[0]
    np.testing.assert_allclose(intervals(axis), [(-3.0, -0.6, 1.0), (0.2, 3.8, 0.0)])
    colours = [line.get_color() for line in axis.lines if line.get_marker() == "o"]
    assert colours == [theme.GREY, theme.BLUE]
    assert [label.get_text() for label in axis.get_yticklabels()] == [
        "Inequality (Gini) (10, 2)",
        "Rule of law (20, 3)",
    ]
    assert "Rule of law" in title_drivers(table)
    assert title_drivers(table.assign(holm_p_value=1.0)).startswith("None of 2 drivers")
