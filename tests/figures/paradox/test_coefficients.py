"""Coefficient plots: what is drawn is what was estimated."""

import numpy as np
import pandas as pd
import pytest

from citizen_security import measures
from citizen_security.figures.paradox.coefficients import (
    plot_coefficients,
    plot_partial,
    style_coefficients,
    style_family,
    style_intervals,
    style_published,
    style_scales,
    title_coefficients,
)


@pytest.fixture
def coefficients():
    rows = [
        ("alone", "gini", 0.7, -0.7, 2.1, 694, 31),
        ("alone", "gdp_growth", -0.3, -0.5, -0.1, 875, 33),
        ("all together", "gini", -0.2, -1.9, 1.5, 344, 20),
    ]
    names = ["specification", "regressor", "estimate", "lower", "upper", "observations", "countries"]
    return pd.DataFrame(rows, columns=names).assign(outcome="rate", confidence_level=0.95)


def lines(axis):
    """Interval lines, without the zero line, as (low, high, row)."""
    data = [line.get_xydata() for line in axis.lines[1:] if len(line.get_xydata()) == 2]
    return sorted((float(ends[0, 0]), float(ends[1, 0]), float(ends[0, 1])) for ends in data)


def test_every_interval_is_drawn_in_its_driver_s_panel_and_its_model_s_row(coefficients):
    axes = plot_coefficients(coefficients).axes
    assert [axis.get_title(loc="left") for axis in axes] == ["Inequality (Gini)", "GDP growth"]
    assert lines(axes[0]) == [(-1.9, 1.5, 1.0), (-0.7, 2.1, 0.0)]
    assert lines(axes[1]) == [(-0.5, -0.1, 0.0)]


def test_a_marker_is_filled_only_where_the_interval_leaves_out_zero(coefficients):
    axes = plot_coefficients(coefficients).axes
    faces = {
        axis: [line.get_markerfacecolor() for line in axis.lines if line.get_marker() not in (None, "None", "")]
        for axis in axes
    }
    assert set(faces[axes[0]]) == {"white"}
    assert "white" not in faces[axes[1]]


def test_the_title_says_for_how_many_drivers_it_hangs_on_the_row_and_counts_no_row(coefficients):
    # Rows of one driver are one finding asked in several ways.
    title = title_coefficients(coefficients)
    assert title.startswith("Chance is ruled out for GDP growth, whatever the other drivers held constant\n")
    mixed = coefficients.assign(upper=[2.1, -0.1, -0.1], method=coefficients["specification"])
    assert (
        title_coefficients(mixed, "method")
        .replace("\n", " ")
        .startswith(
            "Whether chance is ruled out hangs on the rule for the error in 1 of 2 drivers; it is ruled out for "
            "GDP growth, whatever the rule for the error"
        )
    )
    nothing = title_coefficients(coefficients.assign(lower=-9, upper=9), "method")
    assert nothing.startswith("Chance is ruled out for no driver, whatever the rule for the error\n")
    assert "90% intervals" in title_coefficients(coefficients.assign(confidence_level=0.9))


def test_panels_stand_three_in_a_row(coefficients):
    six = pd.concat([coefficients.iloc[:1].assign(regressor=name) for name in list(measures.EFFECTS)[:6]])
    axes = plot_coefficients(six).axes
    assert [axis.get_subplotspec().rowspan.start for axis in axes] == [0, 0, 0, 1, 1, 1]


def test_the_table_of_drivers_alone_says_how_much_stands_behind_each():
    alone = pd.DataFrame(
        {"regressor": ["gini"], "estimate": [0.7], "lower": [-0.7], "upper": [2.1], "p_value": [0.0312]}
        | {"holm_p_value": [0.1248], "degrees_of_freedom": [9.84], "effective_clusters": [10.6], "countries": [31]}
        | {"observations": [694]}
    )
    assert style_family(alone).iloc[0].tolist() == [
        *("Inequality (Gini), per Gini point", "+0.70 (−0.70 to +2.10)", "0.031", "0.12", "9.8", "10.6", 31, 694)
    ]


def test_scales_stand_side_by_side_and_what_cannot_be_carried_is_empty():
    nan = float("nan")
    rows = [
        ("gini", "levels", "rate", 0.7, -0.7, 2.1, nan, nan, nan),
        ("gini", "levels", "log rate", 0.05, 0.0, 0.1, 5.13, 0.34, 10.24),
        ("gini", "levels", "Poisson", nan, nan, nan, nan, nan, nan),
        ("gini", "long differences", "log rate", -0.05, -0.1, 0.0, -4.88, -9.52, 0.2),
    ]
    names = ["regressor", "form", "scale", "estimate", "lower", "upper", "percent", "percent_lower", "percent_upper"]
    table = style_scales(pd.DataFrame(rows, columns=names))
    assert table["Comparison"].tolist() == ["levels", "long differences"]
    assert table["Victims per 100,000"].tolist() == ["+0.70 (−0.70 to +2.10)", ""]
    assert table["Rate in logs, %"].tolist() == ["+5.1 (+0.3 to +10.2)", "−4.9 (−9.5 to +0.2)"]
    assert table["Poisson, %"].tolist() == ["", ""]


def test_the_table_holds_each_estimate_with_its_interval(coefficients):
    table = style_coefficients(coefficients)
    assert table.loc["Inequality (Gini), per Gini point", "all together"] == "−0.20 (−1.90 to +1.50)"
    assert table.loc["GDP growth, per point", "all together"] == ""
    assert table.loc["Country-years", "alone"] == "694 to 875"
    assert table.loc["Countries", "all together"] == "20"


def test_what_has_too_few_degrees_of_freedom_is_marked_in_tables_and_pictures(coefficients):
    marked = coefficients.assign(trusted=[True, False, np.nan])
    table = style_coefficients(marked)
    assert table.loc["GDP growth, per point", "alone"] == "−0.30 (−0.50 to −0.10) †"
    assert table.loc["Inequality (Gini), per Gini point"].tolist() == [
        "+0.70 (−0.70 to +2.10)",
        "−0.20 (−1.90 to +1.50)",
    ]
    figure = plot_coefficients(marked)
    assert [[text.get_text() for text in axis.texts] for axis in figure.axes] == [[], ["†"]]
    assert figure.axes[1].texts[0].xy == (-0.3, 0)
    assert title_coefficients(marked).endswith("† too few degrees of freedom to be trusted")
    assert "†" not in title_coefficients(coefficients)
    in_percent = coefficients.assign(
        form="levels", scale=["log rate", "log rate", "Poisson"], percent=5.13, percent_lower=-1.0, percent_upper=9.0
    ).assign(trusted=[True, True, False])
    scales = style_scales(pd.concat([in_percent, in_percent.assign(scale="rate", trusted=True)[1:2]]))
    assert scales["Poisson, %"].tolist()[0] == "+5.1 (−1.0 to +9.0) †"
    assert scales["Rate in logs, %"].tolist()[0] == "+5.1 (−1.0 to +9.0)"


def test_kinds_of_intervals_stand_below_each_other_with_their_ends():
    rows = [
        ("gini", "bias-reduced", 0.0123, -0.0456, 0.07, 0.02, 0.0312, "", False),
        ("gini", "wild bootstrap", 0.0123, -np.inf, np.inf, 0.02, 0.5, "", True),
        ("gini", "jackknife", 0.0123, np.nan, np.nan, np.nan, np.nan, "one country decides", True),
    ]
    names = ["regressor", "method", "estimate", "lower", "upper", "standard_error", "p_value", "problem", "trusted"]
    table = style_intervals(pd.DataFrame(rows, columns=names).assign(outcome="log_rate"))
    assert table["Effect (interval)"].tolist() == ["+0.012 (−0.046 to +0.070) †", "+0.012 (−∞ to ∞)", "+0.012"]
    assert table["p"].tolist() == ["0.031", "0.500", ""]
    assert table["Problem"].tolist()[2] == "one country decides"


def test_the_partial_plot_s_line_is_the_weighted_least_squares_line():
    random = np.random.default_rng(2)
    driver = random.normal(size=50)
    partial = pd.DataFrame(
        {
            "iso3": ["BRA"] * 50,
            "year": range(50),
            "regressor": driver,
            "outcome": 2 * driver + random.normal(size=50),
            "weight": random.uniform(0.5, 2, 50),
        }
    )
    axis = plot_partial(partial, "gini", "rate", pd.Series({"BRA": "Brazil"})).axes[0]
    horizontal, vertical = axis.lines[-1].get_data()
    slope = (vertical[1] - vertical[0]) / (horizontal[1] - horizontal[0])
    expected = np.polyfit(partial["regressor"], partial["outcome"], 1, w=np.sqrt(partial["weight"]))
    through_origin = (partial.eval("weight * regressor * outcome").sum()) / partial.eval(
        "weight * regressor ** 2"
    ).sum()
    assert slope == pytest.approx(through_origin)
    # Fifty draws around zero: the line through the origin is close to the one with an intercept.
    assert slope == pytest.approx(expected[0], abs=0.2)
    assert axis.get_title(loc="left").endswith("most are of\nBrazil")
    assert {text.get_text().rsplit(" ", 1)[0] for text in axis.texts} == {"Brazil"}


def test_published_effects_have_headers_and_words():
    row = {"regressor": "gini", "estimator": "first differences", "published": -0.24, "estimate": -0.5, "lower": -0.9,
           "upper": -0.1, "holds_published": True, "holds_zero": False}  # fmt: skip
    table = style_published(pd.DataFrame([row]))
    assert table.iloc[0].tolist() == [
        *("Inequality (Gini), per Gini point", "first differences", -0.24, "−0.50 (−0.90 to −0.10)", "yes", "no")
    ]
    assert not set(row) & set(table.columns)
