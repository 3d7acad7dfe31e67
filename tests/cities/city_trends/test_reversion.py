"""Cities without trends fall as reversion to the mean says."""

import numpy as np
import pytest
from cities.city_panels import simulate

from citizen_security.cities.city_trends.deviations import Deviations
from citizen_security.cities.city_trends.fitting import CountryFit
from citizen_security.cities.city_trends.reversion import expected_reversion


def test_cities_without_trends_fall_as_reversion_says():
    # With no trends of their own, the group's fall is reversion and nothing else: over 30 panels the expected fall is
    # right on average, and the intervals hold as many cities as they say.
    still = Deviations(0.4, 0.0, 0.5, 0.1, 0.1, 0.7)
    generator = np.random.default_rng(6)
    gaps, outside = [], []
    for number in range(30):
        panel, log_rates = simulate(generator, still, cities=40)
        known = CountryFit(panel, (still,) * 200, 0.1, 500, panel.years, log_rates[None].astype(np.float32))
        found = expected_reversion([known], 2001, 2, 0.2, 0.9, number)
        gaps.append(found.observed - found.expected)
        change = found.cities["change"]
        outside.append(((change < found.cities["expected_lower"]) | (change > found.cities["expected_upper"])).mean())
        assert found.backwards > 0
    # Eight cities' mean change deviates by about 0.2, so thirty panels leave a standard error of 0.04.
    assert np.mean(gaps) == pytest.approx(0, abs=0.12)
    assert np.mean(outside) == pytest.approx(0.1, abs=0.03)
