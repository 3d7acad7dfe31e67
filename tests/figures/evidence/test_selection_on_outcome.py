"""Pictures of a filter on the result: titles count what is drawn, and nothing is left out."""

import pandas as pd

from citizen_security.figures import theme
from citizen_security.figures.evidence.selection_on_outcome import (
    plot_bounds,
    plot_overturning,
    plot_posteriors,
    plot_predictions,
    plot_sensitivity,
    plot_shown_shares,
    title_overturning,
    title_predictions,
)

FILTERS = ["ignored", "publication", "leaky_rule", "full_rule"]


def summary():
    return pd.DataFrame(
        {"filter": FILTERS, "label": FILTERS, "median": [0.9, 0.8, 0.6, 0.5], "lower": 0.1, "upper": 0.95}
    )


def test_each_filter_has_a_panel_with_prior_and_posterior():
    densities = pd.concat(
        [
            pd.DataFrame({"filter": name, "label": name, "theta": [0.25, 0.75], "density": [0.5, 1.5], "prior": 1.0})
            for name in FILTERS
        ]
    )
    figure = plot_posteriors(densities, summary(), credible_level=0.95)
    assert [axis.get_title(loc="left").split(":")[0] for axis in figure.axes] == list(FILTERS)
    for axis in figure.axes:
        # Bars are the posterior, steps the prior: exchanged, the picture would say that nothing was learnt.
        assert [bar.get_height() for bar in axis.patches] == [0.5, 1.5]
        assert {line.get_label(): list(line.get_ydata()) for line in axis.lines}["prior"] == [1.0, 1.0]
    assert "90% effective" in figure.get_suptitle()
    theme.source(figure, "test")


def test_each_bound_has_a_row():
    bounds = pd.DataFrame(
        {
            "population": "interventions listed",
            "assumption": ["all results believed", "no result believed"],
            "n": 1300,
            "lower": [0.065, 0.0],
            "upper": [0.999, 1.0],
        }
    )
    figure = plot_bounds(bounds)
    assert len(figure.axes[0].get_yticks()) == 2
    assert "6.5% and 99.9%" in figure.get_suptitle()


def test_the_tipping_points_are_marked_and_named():
    curve = pd.DataFrame({"hidden": [0, 50], "share": [0.9, 0.5], "interval": [0.8, 0.4], "posterior": [1.0, 0.5]})
    figure = plot_overturning(
        curve,
        {"share": 50, "interval": None, "posterior": 20},
        threshold=0.5,
        confidence_level=0.95,
        credible_level=0.95,
    )
    assert [text.get_text() for axis in figure.axes for text in axis.texts] == ["50", "20"]
    assert title_overturning({"share": 50, "interval": None, "posterior": 20}, 0.5).startswith("20 to 50")
    assert title_overturning({"share": 7}, 0.5).startswith("7 non-positive")
    assert title_overturning({"share": None}, 0.5).startswith("No number")


def test_the_shares_shown_say_what_a_filter_makes_of_nothing():
    rows = [
        {
            "label": label,
            "ratio": ratio,
            "effective": effective,
            "shown": share,
            "lower": share,
            "upper": share,
            "expected": share,
        }
        for label, ratio in (("a", 1.0), ("b", 0.0))
        for effective, share in ((0.0, 0.2 if ratio else 1.0), (1.0, 0.7 if ratio else 1.0))
    ]
    figure = plot_shown_shares(pd.DataFrame(rows), observed=0.98, band_share=0.95)
    assert "100% of the evaluations" in figure.get_suptitle().replace("\n", " ")


def test_the_title_of_predictions_sets_shares_beside_ranges():
    table = pd.DataFrame(
        {
            "collection": ["x"] * 2 + ["y"] * 2,
            "filter": ["ignored", "publication"] * 2,
            "label": "l",
            "observed": [0.6, 0.6, 0.9, 0.9],
            "median": 0.85,
            "lower": [0.8, 0.5, 0.8, 0.5],
            "upper": 1.0,
        }
    )
    assert title_predictions(table) == (
        "Positive in later collections: 60% and 90%; whoever ignores the filter predicts 80% to 100% and 80% to 100%"
    )
    first, second = plot_predictions(table, credible_level=0.95).axes
    for axis, observed in ((first, 0.6), (second, 0.9)):
        *medians, seen = (list(line.get_xdata()) for line in axis.lines)
        assert (medians, seen) == ([[0.85], [0.85]], [observed, observed])
        ends = [segment[:, 0].tolist() for drawn in axis.collections for segment in drawn.get_segments()]
        assert ends == [[0.8, 1.0], [0.5, 1.0]]


def test_each_prior_has_a_row_in_each_panel():
    table = pd.concat([summary().assign(prior=name) for name in ("given", "sceptic", "optimist")])
    figure = plot_sensitivity(table, credible_level=0.95)
    assert [len(axis.lines) for axis in figure.axes] == [1, 1, 1, 1]
    assert len(figure.axes[0].lines[0].get_xdata()) == 3
