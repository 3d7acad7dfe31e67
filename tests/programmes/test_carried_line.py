"""The line of the years before, by a second path."""

import numpy as np
import pytest
import statsmodels.api as sm

from citizen_security.programmes.carried_line import carried_line

YEARS, RATES = np.arange(2015, 2022), np.array([100.0, 85, 60, 52, 38, 22, 17])


def test_it_is_a_prediction_of_least_squares():
    found = carried_line(YEARS, RATES, 2023, 0.9)
    fit = sm.OLS(np.log(RATES), sm.add_constant(YEARS.astype(float))).fit()
    frame = fit.get_prediction([[1.0, 2023.0]]).summary_frame(alpha=0.1)
    expected = np.exp(frame[["mean", "obs_ci_lower", "obs_ci_upper"]].iloc[0])
    assert [found.level, found.lower, found.upper] == pytest.approx(list(expected))
    assert found.slope == pytest.approx(100 * np.expm1(fit.params[1]))


def test_what_cannot_be_carried_is_refused():
    with pytest.raises(ValueError, match="3 years; a line with an interval takes at least 4"):
        carried_line(YEARS[:3], RATES[:3], 2022, 0.9)
    with pytest.raises(ValueError, match="values"):
        carried_line(YEARS, RATES - 17, 2022, 0.9)
