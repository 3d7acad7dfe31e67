"""Responses over the years after: those of a process whose responses are known."""

import numpy as np
import pytest
from linearmodels.panel import PanelOLS
from methods.panel_simulations import dynamic_panel

from citizen_security.methods.panel.local_projections import local_projections
from citizen_security.methods.panel.wide import WidePanel, lag
from citizen_security.methods.regression.least_squares import NotEstimable


def test_a_horizon_is_that_of_linearmodels():
    import pandas as pd

    data = dynamic_panel(1, share_of_gaps=0.1)
    columns = {
        "later": lag(data.outcome, -2), "x": data.driver, "x_before": lag(data.driver), "past": lag(data.outcome),
    }  # fmt: skip
    unit, period = np.nonzero(np.isfinite(np.stack(list(columns.values()))).all(axis=0))
    frame = pd.DataFrame({"unit": unit, "period": period} | {k: v[unit, period] for k, v in columns.items()})
    frame = frame.set_index(["unit", "period"])
    theirs = PanelOLS(frame["later"], frame.drop(columns="later"), entity_effects=True, time_effects=True).fit()
    found = local_projections(data, horizons=3).horizons
    assert found["horizon"].tolist() == [0, 1, 2, 3]
    assert found["estimate"].iloc[2] == pytest.approx(theirs.params["x"], rel=1e-9)
    assert found["observations"].iloc[2] == len(frame)


def test_the_responses_of_an_autoregression_are_found():
    # Outcome 0.6 of its past plus 0.5 of the driver, which keeps 0.7 of itself: after h years news of one unit moves
    # the outcome by 0.5 (0.7^(h+1) − 0.6^(h+1)) / (0.7 − 0.6).
    data = dynamic_panel(2, units=70, periods=40)
    found = local_projections(data, horizons=5).horizons
    horizons = np.arange(6)
    expected = 0.5 * (0.7 ** (horizons + 1) - 0.6 ** (horizons + 1)) / 0.1
    assert expected.max() > 0.6
    # Standard errors are 0.02 to 0.06; unit effects in 40 periods pull later horizons down by about 1/T of their sum.
    np.testing.assert_allclose(found["estimate"], expected, atol=0.2)
    np.testing.assert_allclose(found["estimate"].iloc[:3], expected[:3], atol=0.12)
    assert found["standard_error"].iloc[5] > 1.5 * found["standard_error"].iloc[0]


def test_a_horizon_beyond_the_sample_has_a_reason_and_no_number():
    data = dynamic_panel(3, units=12, periods=9)
    found = local_projections(data, horizons=7).horizons
    assert found["estimate"].notna().iloc[0]
    assert np.isnan(found["estimate"].iloc[7])
    assert "degrees of freedom" in found["problem"].iloc[7] or "units" in found["problem"].iloc[7]


def test_a_sample_without_the_same_year_is_refused():
    data = dynamic_panel(4, units=5)
    with pytest.raises(NotEstimable, match="only 5 units"):
        local_projections(data)
    with pytest.raises(ValueError, match="horizons has -1"):
        local_projections(WidePanel(data.units, data.periods, data.outcome, data.driver), horizons=-1)


def test_five_years_after_are_the_last_that_nobody_has_to_ask_for():
    found = local_projections(dynamic_panel(1))
    assert found.horizons["horizon"].tolist() == [0, 1, 2, 3, 4, 5]
    same_year = found.horizons.loc[0, ["estimate", "lower", "upper"]].tolist()
    assert found.immediate.effects.loc[0, ["estimate", "lower", "upper"]].tolist() == same_year
    assert np.isfinite(found.immediate.residuals).sum() == found.horizons.loc[0, "observations"]
