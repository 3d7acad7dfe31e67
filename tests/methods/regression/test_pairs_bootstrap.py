"""Clusters drawn with replacement, against refitting and clustered errors."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from paradox.panels import simulated

from citizen_security.methods.regression.errors import (
    clustered,
)
from citizen_security.methods.regression.pairs_bootstrap import pairs_bootstrap
from citizen_security.paradox.panel.regression import least_squares
from citizen_security.paradox.panel.sample import estimation_sample
from citizen_security.paradox.panel.specification import Specification

DRIVER = Specification("alone", ("driver",))


BOTH = Specification("both", ("driver", "control"))


def taken_apart(panel, specification):
    return least_squares(estimation_sample(panel, specification), specification)


def test_a_country_drawn_twice_counts_as_two():
    panel = simulated(13, countries=10, gaps=0.1)
    fit = taken_apart(panel, BOTH)
    drawn = pairs_bootstrap([fit], draws=3, seed=4)[0]
    random = np.random.default_rng(4)
    counts = random.multinomial(10, np.full(10, 0.1), size=3)
    for estimates, times in zip(drawn, counts, strict=True):
        copies = [
            panel[panel["iso3"] == country].assign(iso3=f"{country}-{copy}")
            for country, number in zip(fit.labels, times, strict=True)
            for copy in range(number)
        ]
        np.testing.assert_allclose(estimates, taken_apart(pd.concat(copies), BOTH).estimates, rtol=1e-7)


def test_the_bootstrap_of_countries_spreads_like_the_clustered_error():
    fit = taken_apart(simulated(14, countries=40), DRIVER)
    spread = pairs_bootstrap([fit], draws=999)[0][:, 0].std()
    # Both estimate one number; with forty countries they differ by little.
    assert spread == pytest.approx(clustered(fit)["standard_error"].iloc[0], rel=0.2)


def test_a_draw_without_the_only_country_that_moves_has_no_estimate():
    panel = simulated(15, countries=9, gaps=0)
    lone = panel.assign(driver=np.where(panel["iso3"] == "C03", panel["driver"], 0.0))
    fit = taken_apart(lone, replace(BOTH, fixed_effects="country"))
    (drawn,) = pairs_bootstrap([fit], draws=60, seed=2)
    times = np.random.default_rng(2).multinomial(9, np.full(9, 1 / 9), size=60)[:, list(fit.labels).index("C03")]
    assert 0 < (times == 0).sum() < 60
    # Without it neither coefficient is told: what is left has a rank too few.
    assert np.isnan(drawn[:, 0]).tolist() == (times == 0).tolist()
