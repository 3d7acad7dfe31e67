"""The log density is that of the model on the page, and so is its gradient."""

import numpy as np
import pytest
from paradox.slope_panels import (
    DESIGNS,
    density,
    marginal,
    random_positions,
)
from scipy import stats

from citizen_security.paradox.country_heterogeneity.positions import (
    expand,
    layout,
    positions,
)


def written_out(position, sample, design):
    """The log density by scipy: priors one by one, and a multivariate normal for each country."""
    found = expand(position, sample, design.data())
    at = {name: position[place] for name, place in layout(sample).items()}
    total = sum(stats.norm.logpdf(at[name]).sum() for name in ("level", "average", "step", "spread", "own_spread"))
    total += (stats.halfnorm.logpdf(np.exp(at["log_deviation"])) + at["log_deviation"]).sum()
    total += stats.logistic.logpdf(at["persistence"][0])
    for c in range(len(sample.countries)):
        rows = np.flatnonzero(sample.country_index == c)
        total += stats.multivariate_normal.logpdf(sample.outcome[rows], *marginal(sample, found, rows))
    return total


@pytest.mark.slow
@pytest.mark.parametrize("design", DESIGNS.values(), ids=DESIGNS)
def test_the_density_is_that_of_the_model_on_the_page_gaps_included(design, sample):
    places = random_positions(sample)
    fast = np.array([density(place, sample, design)[0] for place in places])
    slow = np.array([written_out(place, sample, design) for place in places])
    # Constants are left out, so differences are compared; both are sums of a few hundred terms in double precision.
    np.testing.assert_allclose(np.diff(fast), np.diff(slow), rtol=1e-9)


@pytest.mark.parametrize("design", DESIGNS.values(), ids=DESIGNS)
def test_the_gradient_is_that_of_the_density(design, sample):
    place = random_positions(sample, 1)[0]
    steps = 1e-5 * np.eye(len(place))
    differences = [
        (density(place + s, sample, design)[0] - density(place - s, sample, design)[0]) / 2e-5 for s in steps
    ]
    gradient = density(place, sample, design)[1]
    # Central differences err by the square of the step times third derivatives, of the gradient's own size.
    np.testing.assert_allclose(gradient, differences, atol=1e-7 * np.abs(gradient).max())


def test_a_step_that_goes_astray_is_refused_and_ends_no_run(sample):
    design = DESIGNS["varying slopes"]
    for place, far in ((-1, 60.0), (3, 800.0), (-2, -2_000.0)):
        position = np.zeros(positions(sample))
        position[place] = far
        assert not density(position, sample, design)[0] > -1e5
