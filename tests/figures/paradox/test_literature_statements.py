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
    plot_rows,
    plot_without_countries,
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
    assert title_equivalence(mixed) == ("Poverty: undecided by the errors that are quoted;\nby others: not estimable")


ROWS = pd.DataFrame(
    {
        "regressor": ["gini"] * 3 + ["gdp_growth"] * 3,
        "iso3": ["A", "B", "C"] * 2,
        "year": [2000, 2001, 2002] * 2,
        "partial_leverage": [0.2, 0.5, 0.3, 0.1, 0.1, 0.8],
        "change": [0.1, -0.3, 0.0, 0.0, 0.2, 0.4],
        "deciding_interval": [True, True, False, False, False, False],
    }
)
NAMES = pd.Series({"A": "Aland", "B": "Beland", "C": "Celand"})


def test_rows_that_decide_are_coloured_and_named():
    figure = plot_rows(ROWS, NAMES)
    first, second = figure.axes[:2]
    others, deciding = first.collections[-2:]
    assert deciding.get_offsets().tolist() == [[20.0, 0.1], [50.0, -0.3]]
    assert others.get_offsets().tolist() == [[30.0, 0.0]]
    assert {text.get_text() for text in first.texts} == {"Aland 2000", "Beland 2001", "Celand 2002"}
    assert "GDP growth" in {second.get_title(loc=side) for side in ("left", "center")}
    assert figure.get_suptitle() == (
        "Whether the interval includes zero hangs on\nInequality (Gini): Aland 2000 and Beland 2001\n"
        "GDP growth: no small set found"
    )


def test_countries_that_turn_the_interval_are_coloured():
    table = pd.DataFrame(
        {
            "regressor": "gini",
            "iso3": ["A", "B", "C"],
            "estimate": [0.3, -0.1, 0.2],
            "lower": [0.1, -0.3, np.nan],
            "upper": [0.5, 0.1, np.nan],
            "turns": [True, False, False],
            "estimate_all": 0.2,
            "lower_all": -0.1,
            "upper_all": 0.4,
        }
    )
    figure = plot_without_countries(table, NAMES)
    axis = figure.axes[0]
    # What cannot be estimated is not drawn.
    assert [label.get_text() for label in axis.get_yticklabels()] == ["Beland", "Aland"]
    red, blue = (mpl.colors.to_rgba(colour) for colour in (theme.VERMILION, theme.BLUE))
    dots = axis.collections[-1]
    assert dots.get_offsets()[:, 0].tolist() == [-0.1, 0.3]
    assert [tuple(colour) for colour in dots.get_facecolors()] == [blue, red]
    assert figure.get_suptitle().endswith("Inequality (Gini): Aland")


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
    assert title_attenuation(table).endswith("leaves out zero\nwithin countries, infant mortality")
    table["change_lower"] = -1.0
    assert title_attenuation(table) == "What poverty takes out of inequality's effect: every interval includes zero"


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
