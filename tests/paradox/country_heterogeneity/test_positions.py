"""Levels and slopes drawn given everything else."""

import numpy as np
import pytest
from paradox.slope_panels import (
    DESIGNS,
    marginal,
    random_positions,
)

from citizen_security.paradox.country_heterogeneity.positions import (
    effect_moments,
    expand,
)


@pytest.mark.parametrize("design", DESIGNS.values(), ids=DESIGNS)
def test_given_the_deviations_levels_and_slopes_are_drawn_from_the_exact_gaussian_posterior(design, sample):
    found = expand(random_positions(sample, 1)[0], sample, design.data())
    mean, root = effect_moments(found, sample)
    deviation = np.append(found["level_deviation"], found["slope_deviation"])
    for c in range(len(sample.countries)):
        rows = np.flatnonzero(sample.country_index == c)
        centre, total = marginal(sample, found, rows)
        # Conditioning a joint normal of effects and outcomes: another road than precisions and news.
        joint = deviation[:, None] * np.vstack([np.ones(len(rows)), sample.driver_values[rows].T])
        gain = np.linalg.solve(total, joint.T).T
        np.testing.assert_allclose(mean[c], gain @ (sample.outcome[rows] - centre), atol=1e-9)
        np.testing.assert_allclose(root[c] @ root[c].T, np.eye(len(deviation)) - gain @ joint.T, atol=1e-9)
