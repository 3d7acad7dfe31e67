"""Two lines, a rise up to a break and a fall after it."""

import numpy as np
import pytest
import statsmodels.api as sm
from paradox.income_panels import INCOME_ALONE

from citizen_security.paradox.income_turning_point.answers import fit_splines
from citizen_security.paradox.income_turning_point.two_lines import tabulate_two_lines, two_lines


def test_two_lines_find_a_hump_and_agree_with_a_regression_by_hand(sample):
    fitted = fit_splines(sample, INCOME_ALONE, 5)["pooled"]
    found = two_lines(sample, INCOME_ALONE, fitted)
    assert found.holds
    assert abs(found.break_at - 0.1) < 0.4
    frame = sample.frame
    distance = frame["log_gdp_per_capita"] - found.break_at
    for after, column, slope in ((distance > 0, 0, found.slope_low), (distance >= 0, 1, found.slope_high)):
        design = np.column_stack([distance.clip(upper=0), distance.clip(lower=0), after, np.ones(len(frame))])
        reference = sm.OLS(frame["rate"].to_numpy(), design.astype(float)).fit()
        assert slope == pytest.approx(reference.params[column], rel=1e-8)
    table = tabulate_two_lines(
        sample, INCOME_ALONE, {"pooled": fitted, "between": fit_splines(sample, INCOME_ALONE, 5)["between"]}
    )
    assert table.loc[table["shape"] == "inverted U", "holds"].all()
    assert not table.loc[table["shape"] == "U", "holds"].any()
