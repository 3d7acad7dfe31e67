"""Figures of claims and chance say what the numbers do."""

import numpy as np
import pandas as pd

from citizen_security.figures.evidence.claimed_and_evaluated import (
    plot_claims,
    plot_claims_in_chance,
    plot_falls,
    plot_persistence,
    title_claims,
    title_claims_in_chance,
)


def compared():
    rows = pd.DataFrame(
        {
            "label": ["A, B", "C, D", "E, F"],
            "claimed": [-50.0, -58.0, np.nan],
            "evaluated": [-20.0, np.nan, 0.0],
            "missing": ["", "no estimate in percent", "claim without a number"],
            "evaluation_as_stated": ["-20", np.nan, "0"],
            "evaluated_lower": [-30.0, np.nan, np.nan],
            "evaluated_upper": [-10.0, np.nan, np.nan],
        }
    )
    for name in ("claimed", "evaluated"):
        for end in ("low", "high"):
            rows[f"{name}_change_percent_{end}"] = rows[name]
    return rows


def test_programmes_without_a_number_are_named_on_the_picture():
    figure = plot_claims(compared())
    texts = " ".join(text.get_text() for text in figure.axes[0].texts)
    assert "no estimate in percent" in texts
    assert "result not read" in texts
    assert title_claims(compared()).startswith("The fall announced was larger than the fall estimated in 1 of 1")
    assert title_claims(compared().iloc[1:]).startswith("No programme")


MARKS = ("announced", "estimated")


def test_claims_are_counted_among_the_places_of_chance():
    changes = np.array([-60.0, -55.0, -40.0, 10.0])
    marks = compared().dropna(subset="claimed")
    assert "25" not in title_claims_in_chance(changes, marks.iloc[:0])
    assert "25.0% to 50.0%" not in title_claims_in_chance(changes, marks.iloc[:1])
    assert title_claims_in_chance(changes, marks).startswith("With no programme at all, 25.0% to 50.0%")
    _, rows = plot_claims_in_chance(changes, marks, band_share=0.9).axes
    drawn = {
        label: [x for line in rows.lines if line.get_label() == label for x in line.get_xdata()] for label in MARKS
    }
    np.testing.assert_equal(drawn, {"announced": marks["claimed"].tolist(), "estimated": marks["evaluated"].tolist()})


def test_falls_and_their_persistence_are_drawn_for_each_rule():
    falls = pd.DataFrame(
        [
            {"rule": rule, "population": size, "quantile": quantile, "fall": 10 * quantile}
            for rule in ("high_level", "spike")
            for size in (10, 20)
            for quantile in (0.5, 0.9)
        ]
    )
    observed = falls[falls["population"] == 10].assign(lower=4.0, upper=10.0)
    figure = plot_falls(falls, observed, confidence_level=0.95)
    assert len(figure.axes) == 2
    assert "top 10%" in figure.get_suptitle()
    fitted = pd.DataFrame({"lag": [0, 4], "lasting": 0.2, "total": [0.5, 0.3]})
    drawn = plot_persistence(pd.DataFrame({"lag": [0, 4], "covariance": [0.5, 0.3]}), fitted)
    assert drawn.get_suptitle() == "Of the variance among cities 40% has faded 4 years later"
