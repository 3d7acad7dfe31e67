"""Options are counted by hand, and the decisive choice is the one whose options differ most."""

import pandas as pd

from citizen_security.programmes import curve_options

ROWS = [("a", "level", True, -3.0, 0.01), ("a", "log", False, -1.0, 0.3)]
ROWS += [("b", "level", True, -5.0, 0.03), ("b", "log", False, 1.0, 0.5)]
CURVE = pd.DataFrame(ROWS, columns=["estimator", "outcome", "found", "difference", "p_value"])


def test_options_are_counted_with_their_medians():
    options = curve_options.by_option(CURVE, ["estimator", "outcome"], "difference").set_index("option")
    assert options["choice"].tolist() == ["estimator", "estimator", "outcome", "outcome"]
    assert options.loc["level"].drop("choice").tolist() == [2, 2, 1.0, -4.0, 0.02]
    assert options.loc["a", "share"] == 0.5


def test_the_decisive_choice_parts_the_cells_most():
    decisive = curve_options.decisive(curve_options.by_option(CURVE, ["estimator", "outcome"], "difference"))
    assert decisive["option"].tolist() == ["level", "log"]
    assert decisive["share"].tolist() == [1.0, 0.0]
