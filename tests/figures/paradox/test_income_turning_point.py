"""Pictures of homicide over income: what is drawn is what was computed, and titles say what the tests say."""

import numpy as np
import pandas as pd
import pytest

from citizen_security.figures.paradox.income_turning_point import (
    BEYOND,
    METHOD_LABELS,
    plot_countries,
    plot_curves,
    plot_highest_points,
    plot_slopes,
    plot_turning_points,
    source_line,
    title_countries,
    title_curves,
    title_highest_points,
    title_slopes,
    title_turning_points,
)

COMPARISONS = ("pooled", "between", "within")


def curves(**more):
    incomes = np.geomspace(3_000, 40_000, 11)
    frames = [
        pd.DataFrame({"comparison": name, "income": incomes, "estimate": np.linspace(0, shift, 11)}).assign(
            band_lower=-3.0, band_upper=3.0, lower=-2.0, upper=2.0, **more
        )
        for shift, name in enumerate(COMPARISONS)
    ]
    return pd.concat(frames, ignore_index=True)


def u_tests(verdict):
    return pd.DataFrame(
        {
            "comparison": np.repeat(COMPARISONS, 2),
            "shape": ["inverted U", "U"] * 3,
            "p_value": [0.011, 0.5, 0.02, 0.5, 0.03, 0.5],
            "verdict": [verdict, "U: both slopes"] * 3,
            "observations": [800, 800, 31, 31, 800, 800],
        }
    )


def verdicts(**shapes):
    """Shape by method, the same in no other comparison than those named: parabola={"between": "inverted U"}."""
    return pd.DataFrame(
        [
            {"comparison": comparison, "method": method, "shape": found.get(comparison, "none")}
            for method, found in shapes.items()
            for comparison in COMPARISONS
        ]
    )


def turning(kinds):
    rows = [
        {"comparison": name, "method": method, "kind": kind}
        for name, kind in zip(COMPARISONS, kinds, strict=True)
        for method in ("delta", "Fieller", "bootstrap")
    ]
    table = pd.DataFrame(rows).assign(turns="maximum", estimate=10_000.0, lower=8_000.0, upper=20_000.0)
    table.loc[table["method"] != "Fieller", "kind"] = "interval"
    return table.assign(low_income=4_000.0, high_income=40_000.0)


def test_curves_show_each_comparison_with_its_own_points_and_test():
    points = pd.DataFrame({"comparison": ["pooled", "between", "within"], "income": [5e3, 6e3, 7e3], "outcome": 1.0})
    figure = plot_curves(points, curves(), curves(), u_tests("no"), verdicts(parabola={}), outcome="rate")
    titles = [axis.get_title(loc="left") for axis in figure.axes]
    assert titles[1] == "Between countries, N = 31\ninverted U: p = 0.02"
    assert [axis.collections[0].get_offsets()[0, 0] for axis in figure.axes] == [5e3, 6e3, 7e3]
    assert [line.get_ydata()[-1] for line in figure.axes[2].lines] == [2.0, 2.0]
    assert "Homicides per 100,000" in figure.axes[0].get_ylabel()
    # Names stand beside the ends of the lines, and not in a legend below.
    assert [axis.get_legend() for axis in figure.axes] == [None] * 3
    assert {text.get_text() for text in figure.axes[2].texts} == {"spline, with its\nband", "parabola"}


def test_the_title_claims_an_inverted_u_only_where_the_verdict_does():
    assert title_curves(verdicts(parabola={"within": "U"}, spline={"pooled": "inverted U"})).endswith(
        "\nin no comparison"
    )
    found = verdicts(parabola={"between": "inverted U", "within": "inverted U"})
    assert title_curves(found).endswith("rises with income and then falls\nbetween countries and within countries")


def test_unbounded_sets_are_drawn_to_the_edge_with_arrows_and_two_rays_leave_a_gap():
    figure = plot_turning_points(turning(["interval", "two rays", "every income"]))
    axis = figure.axes[0]
    low, high = 4_000 / BEYOND, 40_000 * BEYOND
    assert axis.get_xlim() == pytest.approx((low, high))
    drawn = [(tuple(line.get_xdata()), float(line.get_ydata()[0])) for line in axis.lines if len(line.get_xdata()) == 2]
    fieller = [ends for ends, height in drawn if height in (0.0, 1.0, 2.0)]
    assert fieller == [(8_000, 20_000), (low, 8_000), (20_000, high), (low, high)]
    arrows = [line.get_marker() for line in axis.lines if line.get_marker() in "<>"]
    assert sorted(arrows) == ["<", "<", ">", ">"]
    assert axis.get_yticklabels()[0].get_text() == "Pooled\n(a maximum)"
    # Each method is named once, beside its first set, and there is no legend.
    assert axis.get_legend() is None
    names = [text.get_text().replace("\n", " ") for text in axis.texts]
    assert names == ["observed incomes", *METHOD_LABELS.values()]


def test_the_title_of_turning_points_names_closed_sets_only():
    assert "has no end" in title_turning_points(turning(["two rays", "every income", "two rays"]))
    assert title_turning_points(turning(["two rays", "interval", "two rays"])).endswith("interval between countries")


def test_a_set_of_nothing_is_not_drawn():
    table = turning(["interval"] * 3)
    table.loc[table["method"] == "bootstrap", ["kind", "lower", "upper"]] = ["none", np.nan, np.nan]
    axis = plot_turning_points(table).axes[0]
    assert sum(len(line.get_xdata()) == 2 for line in axis.lines) == 6
    assert METHOD_LABELS["bootstrap"] not in [text.get_text().replace("\n", " ") for text in axis.texts]


def test_slopes_draw_both_bands_and_say_what_they_establish():
    words = {"pooled": "a fall, and no rise", "between": "a rise and then a fall: an inverted U", "within": "a U"}
    found = verdicts(spline={"between": "inverted U", "within": "U"})
    figure = plot_slopes(curves(), words, found, outcome="log_rate", confidence_level=0.9)
    axis = figure.axes[0]
    heights = [np.abs(band.get_paths()[0].vertices[:, 1]).max() for band in axis.collections]
    assert heights == [3.0, 2.0]
    assert figure.axes[0].get_title(loc="left") == "Pooled\na fall, and no rise"
    # Names stand beside the ends of the lines of the last panel.
    assert [axis.get_legend() for axis in figure.axes] == [None] * 3
    labels = {text.get_text().replace("\n", " ") for text in figure.axes[2].texts}
    assert labels == {"90% for the whole curve at once", "90% at each income", "slope of the spline"}
    assert title_slopes(found).endswith("\nbetween countries")
    assert title_slopes(verdicts(spline={"within": "U"})).endswith("\nin no comparison")


def test_highest_points_are_percentages_of_the_draws_with_the_ends_in_another_colour():
    draws = pd.DataFrame(
        {
            "comparison": np.repeat(COMPARISONS, 4),
            "income": [3_000.0, 9_000, 9_000, 40_000] * 3,
            "inside": [False, True, True, False] * 3,
        }
    )
    figure = plot_highest_points(draws, dict.fromkeys(COMPARISONS, 9_000.0))
    axis = figure.axes[0]
    # Stacked bars: the second container stands on the first.
    totals = [sum(bar.get_height() for bar in container) for container in axis.containers]
    assert totals == pytest.approx([50, 50])
    assert axis.get_title(loc="left") == "Pooled\n50% inside"
    assert title_highest_points(draws).count("50%") == 3
    # Bars are named where they are tallest, here in the first panel, and explained below.
    assert {text.get_text() for text in axis.texts} == {"at an end", "inside"}
    assert "where they begin or stop" in figure.axes[1].get_xlabel()


def test_countries_are_counted_and_sure_only_at_95_per_cent():
    beyond = pd.DataFrame(
        {
            "comparison": "within",
            "iso3": ["HTI", "BRA", "GUY"],
            "year": 2023,
            "income": [3_000.0, 19_000, 49_000],
            "turning_point": 15_000.0,
            "turns": "minimum",
            "above": [False, True, True],
            "share_above": [0.0, 0.9, 0.97],
        }
    )
    title = title_countries(beyond)
    assert title.startswith("2 of 3 countries lie beyond the minimum")
    assert title.endswith("or more, 1")
    axis = plot_countries(beyond, comparison="within").axes[0]
    assert [label.get_text() for label in axis.get_yticklabels()] == ["HTI, 2023", "BRA, 2023", "GUY, 2023"]
    assert axis.collections[0].get_array().tolist() == pytest.approx([0, 90, 97])
    assert axis.lines[0].get_xdata()[0] == 15_000
    far = plot_countries(beyond.assign(turning_point=1e9), comparison="within").axes[0]
    assert not far.lines


def test_the_source_names_the_release_of_the_homicide_rates():
    assert source_line("2024").startswith("UNODC (2024 release); World Bank ")
