"""Stacked experiments: both regressions by another library, and weights that make an average of them."""

import numpy as np
import pandas as pd
import pyfixest as pf
import pytest
from methods.staggered_panels import NAN, as_rows, linear_panel

from citizen_security.methods.panel.rows import NotAPanel
from citizen_security.methods.staggered_adoption.stacked import stacked

PANEL = linear_panel(1, units=42, groups=(4, 4, 6, 9, NAN), effect=lambda time, start: 0.3 * (time + 1))
TIMES = [-3, -2, 0, 1, 2]


def stack(panel, before, after):
    """Rows of the experiments, with dummies for the treated's event times and the corrected weights."""
    rows = as_rows(panel)
    parts = []
    for start in (4, 6, 9):
        inside = rows["period"].between(start - before, start + after)
        clean = (rows["start"] == start) | (rows["start"] == 0) | (rows["start"] > start + after)
        own = rows[inside & clean]
        parts.append(own.assign(experiment=start, own=(own["start"] == start).astype(int), time=own["period"] - start))
    stack = pd.concat(parts)
    sizes = stack[stack["time"] == 0].groupby(["experiment", "own"]).size().unstack()
    weight = (sizes[1] / sizes[1].sum()) / (sizes[0] / sizes[0].sum())
    stack["weight"] = np.where(stack["own"] == 1, 1.0, stack["experiment"].map(weight))
    for place, time in enumerate(TIMES):
        stack[f"time{place}"] = ((stack["time"] == time) & (stack["own"] == 1)).astype(int)
    return stack.assign(
        row=stack["unit"] * 100 + stack["experiment"], column=stack["period"] * 100 + stack["experiment"]
    )


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("weights", "effects"), [("corrected", "own + time"), ("least_squares", "row + column")])
def test_estimates_and_errors_are_those_of_a_regression_on_the_stack(weights, effects):
    formula = f"outcome ~ {' + '.join(f'time{place}' for place in range(5))} | {effects}"
    fit = pf.feols(
        formula, stack(PANEL, 3, 2), vcov={"CRV1": "unit"}, ssc=pf.ssc(k_adj=False, G_adj=False),
        weights="weight" if weights == "corrected" else None,
    ).tidy()  # fmt: skip
    found = stacked(PANEL, before=3, after=2, weights=weights)
    assert found.effects.labels["event_time"].tolist() == TIMES
    assert found.effects.estimate == pytest.approx(fit["Estimate"].to_numpy(), abs=1e-8)
    assert found.effects.standard_error == pytest.approx(fit["Std. Error"].to_numpy(), abs=1e-8)
    assert found.overall.estimate[0] == pytest.approx(fit["Estimate"].to_numpy()[2:].mean(), abs=1e-8)


def test_corrected_weights_give_the_mean_over_treated_units_and_least_squares_another():
    # Without noise: 18 units start at 4 with an effect of 4, 8 at 6 and 8 at 9 with none.
    panel = linear_panel(
        1, units=42, groups=(4, 4, 6, 9, NAN), noise=0.0, effect=lambda time, start: 4.0 * (start == 4)
    )
    ours, least_squares = (stacked(panel, 3, 2, it).overall.estimate[0] for it in ("corrected", "least_squares"))
    assert ours == pytest.approx(4 * 18 / 34)
    assert abs(least_squares - ours) > 0.01


def test_starts_without_a_whole_window_or_clean_comparison_are_named():
    assert stacked(PANEL, before=5, after=2).left_out == (4,)
    assert stacked(PANEL, before=3, after=5).left_out == (9,)
    assert stacked(linear_panel(1, groups=(4, 6, 9)), before=3, after=2).left_out == (9,)
    with pytest.raises(NotAPanel, match="before = 10 and after = 2: no start of 4, 6, 9 has so long a window"):
        stacked(PANEL, before=10, after=2)
    with pytest.raises(ValueError, match="before has 0"):
        stacked(PANEL, before=0, after=2)
