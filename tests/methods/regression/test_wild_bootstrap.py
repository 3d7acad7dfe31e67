"""The wild cluster bootstrap: refitting every sign change, and the ends of its interval."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from paradox.panels import simulated

from citizen_security.methods.regression.errors import clustered
from citizen_security.methods.regression.wild_bootstrap import wild_bootstrap
from citizen_security.methods.resampling import bootstrap_multipliers
from citizen_security.paradox.panel.regression import least_squares
from citizen_security.paradox.panel.sample import estimation_sample
from citizen_security.paradox.panel.specification import Specification

DRIVER = Specification("alone", ("driver",))


BOTH = Specification("both", ("driver", "control"))


def taken_apart(panel, specification):
    return least_squares(estimation_sample(panel, specification), specification)


def brute_force(panel, specification, tested):
    """Wild bootstrap by refitting, with all sign changes: t statistics of the sample and of each draw."""
    sample = estimation_sample(panel, specification)
    frame = sample.frame
    dummies = [pd.get_dummies(frame[name], dtype=float) for name in ("iso3", "year")]
    held = np.hstack([*(part.to_numpy() for part in dummies), frame[["control"]].to_numpy()])
    driver, rate = frame["driver"].to_numpy(), frame["rate"].to_numpy()
    projection = held @ np.linalg.pinv(held)
    restricted = (rate - tested * driver) - projection @ (rate - tested * driver)
    fitted = rate - restricted
    codes, countries = pd.factorize(frame["iso3"], sort=True)
    left = driver - projection @ driver
    full = np.column_stack([driver, held])
    hat = full @ np.linalg.pinv(full)

    def statistic(outcome):
        estimate = left @ outcome / (left @ left)
        residuals = outcome - hat @ outcome
        scores = np.array([left[codes == code] @ residuals[codes == code] for code in range(len(countries))])
        return (estimate - tested) * (left @ left) / np.sqrt((scores**2).sum())

    signs = product([1.0, -1.0], repeat=len(countries))
    return statistic(rate), np.array([statistic(fitted + np.array(sign)[codes] * restricted) for sign in signs])


@pytest.mark.parametrize("tested", [0.0, 0.8])
def test_the_bootstrap_is_that_of_refitting_every_sign_change(tested):
    panel = simulated(7, countries=8, years=10, gaps=0.1)
    sample, drawn = brute_force(panel, BOTH, tested)
    test = wild_bootstrap(taken_apart(panel, BOTH), "driver", draws=256, weights="rademacher")
    assert test.enumerated
    assert drawn.size == 256
    # Ties with the sample itself are rounding apart.
    tie = 1e-7
    assert test.p_value(tested) == (np.abs(drawn) >= abs(sample) - tie).mean()
    assert test.p_value(tested, "greater") == (drawn >= sample - tie).mean()
    assert test.p_value(tested, "less") == (drawn <= sample + tie).mean()


@pytest.mark.parametrize("weights", ["webb", "rademacher"])
def test_the_ends_of_the_interval_are_where_the_test_begins_to_reject(weights):
    test = wild_bootstrap(taken_apart(simulated(8), BOTH), "driver", draws=999, weights=weights, seed=3)
    assert test.standard_error == clustered(taken_apart(simulated(8), BOTH)).loc[0, "standard_error"]
    # At three quarters a p-value of 999 draws may be the significance itself, which does not reject.
    for level in (0.75, 0.8, 0.95):
        low, high = test.interval(level)
        assert low < test.estimate < high
        for end, outward in ((low, -1), (high, 1)):
            assert test.p_value(end) >= 1 - level - 1e-12
            assert test.p_value(end + outward * 1e-6 * test.standard_error) < 1 - level


def test_random_signs_agree_with_all_of_them():
    fit = taken_apart(simulated(9, countries=12), DRIVER)
    everything = wild_bootstrap(fit, "driver", draws=4096, weights="rademacher")
    some = wild_bootstrap(fit, "driver", draws=4095, weights="rademacher", seed=5)
    assert everything.enumerated
    assert not some.enumerated
    # Four Monte Carlo standard errors of a share estimated from 4,095 draws.
    p = everything.p_value(0.4)
    assert some.p_value(0.4) == pytest.approx(p, abs=4 * np.sqrt(p * (1 - p) / 4095))


def test_webb_s_six_points_have_mean_zero_and_variance_one():
    drawn, enumerated = bootstrap_multipliers(5, 40_000, "webb", 1)
    assert not enumerated
    assert len(np.unique(drawn)) == 6
    # Four standard errors of a mean of 200,000 draws; the square has variance 1/6.
    assert drawn.mean() == pytest.approx(0, abs=4 / np.sqrt(drawn.size))
    assert (drawn**2).mean() == pytest.approx(1, abs=4 * np.sqrt(1 / 6 / drawn.size))


def test_too_few_countries_for_the_level_give_an_interval_without_end():
    # With 2^8 sign changes no p-value is below 2/256, so nothing is rejected at 99.9%: better said than a number.
    panel = simulated(10, countries=8)
    test = wild_bootstrap(taken_apart(panel, DRIVER), "driver", draws=256, weights="rademacher")
    assert test.interval(0.999) == (-np.inf, np.inf)


def test_nobody_who_asks_for_nothing_gets_other_draws_than_the_book_s():
    fit = taken_apart(simulated(8), DRIVER)
    unasked, asked = wild_bootstrap(fit, "driver"), wild_bootstrap(fit, "driver", 9_999, "webb", 2020)
    assert (unasked.numerator == asked.numerator).all()
    assert unasked.numerator.shape == (2, 9_999)
