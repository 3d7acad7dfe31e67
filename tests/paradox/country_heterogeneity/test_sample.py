"""Country-years in the units of the model."""

import numpy as np
import pandas as pd
import pytest
from paradox.slope_panels import SPECIFICATION, simulate_panel

from citizen_security.paradox.country_heterogeneity.sample import describe_sample, prepare_slopes


def test_a_driver_that_stands_still_everywhere_is_refused():
    panel, _ = simulate_panel(2)
    with pytest.raises(ValueError, match="gdp_growth moves within no country"):
        prepare_slopes(panel.assign(gdp_growth=panel["iso3"].str[1:].astype(float)), SPECIFICATION)


def test_drivers_are_measured_from_the_countrys_mean_and_gaps_are_counted(sample):
    frame = pd.DataFrame(sample.driver_values).groupby(sample.country_index)
    np.testing.assert_allclose(frame.mean(), 0, atol=1e-12)
    years = sample.estimation.frame["year"].to_numpy()
    later = ~sample.first
    np.testing.assert_array_equal(sample.gap[later], years[later] - years[sample.previous[later]])
    assert sample.first.sum() == len(sample.countries)
    assert sample.gap[later].max() > 1


def test_a_sample_says_how_large_it_is_and_whom_it_does_without(sample):
    assert describe_sample(sample) == f"{sample.rows} country-years of 9 countries; left out: none"
