"""Falls that are put in are found where they are large, and the least is the smallest that is found so often."""

import numpy as np
import pandas as pd
import pytest

from citizen_security.programmes.country_panels import country_panel
from citizen_security.programmes.prevention_costa_rica import comparisons, detectable, windows
from citizen_security.programmes.prevention_costa_rica.parameters import PreventionCostaRica


def test_the_least_fall_by_hand_with_difference_in_differences(world, region):
    asked = PreventionCostaRica(estimator="difference_in_differences", power=0.6)
    falls = detectable.least_falls(world, region, asked).set_index(["pool", "outcome"])
    window = windows.windows(asked)[0]
    rates = comparisons.rates_of(world, region, window, asked)
    donors = country_panel(rates, "CRI", 2011).donor_outcomes
    moved = donors[:, 10:].mean(axis=1) - donors[:, :10].mean(axis=1)
    number = len(moved)
    allowed = asked.significance
    least = np.nan
    for fall in detectable.FALLS:
        found = 0
        for place in range(number):
            others = np.delete(np.arange(number), place)
            effect = moved[place] + np.log1p(-fall) - moved[others].mean()
            gaps = [moved[one] - moved[np.setdiff1d(others, [one])].mean() for one in others]
            p_value = (1 + sum(abs(gap) >= abs(effect) for gap in gaps)) / (1 + len(gaps))
            found += p_value <= allowed + 1e-9 and effect < 0
        if found / number < asked.power:
            least = np.nan
        elif np.isnan(least):
            least = -100 * fall
    assert falls.loc[("region", "log"), "fall"] == pytest.approx(least)


def test_too_few_donors_find_no_fall(world, region, parameters):
    falls = detectable.least_falls(world, region, parameters).set_index(["pool", "outcome"])
    few = falls.loc["region_low"]
    assert (few["floor"] > parameters.significance).all()
    assert few["fall"].isna().all()


def test_more_power_asks_for_a_deeper_fall(world, region):
    low, high = (
        detectable.least_falls(world, region, PreventionCostaRica(power=power)).set_index(["pool", "outcome"])["fall"]
        for power in (0.5, 0.9)
    )
    both = pd.concat([low, high], axis=1).dropna()
    assert len(both)
    assert (both.iloc[:, 1] <= both.iloc[:, 0]).all()
