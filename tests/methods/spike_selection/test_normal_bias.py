"""The bias of matching in closed form: against matching in large simulated populations."""

import numpy as np
import pytest

from citizen_security.methods.spike_selection.normal_bias import matching_bias


@pytest.mark.parametrize(("difference", "persistence"), [(1.0, 0.2), (0.8, 0.6), (-1.2, 0.5)])
def test_matching_on_the_last_period_finds_what_the_formula_says(difference, persistence):
    generator = np.random.default_rng(1)
    treated, others = (generator.normal(size=(number, 1)) for number in (20_000, 200_000))
    treated, others = (
        np.hstack([last, persistence * last + np.sqrt(1 - persistence**2) * generator.normal(size=last.shape)]) + level
        for last, level in ((treated, difference), (others, 0.0))
    )
    order = np.argsort(others[:, 0])
    near = order[np.clip(np.searchsorted(others[order, 0], treated[:, 0]), 0, len(others) - 1)]
    effect = ((treated[:, 1] - others[near, 1]) - (treated[:, 0] - others[near, 0])).mean()
    assert effect == pytest.approx(matching_bias(difference, persistence), abs=0.06)


def test_what_is_no_correlation_is_refused():
    with pytest.raises(ValueError, match="persistence"):
        matching_bias(1.0, 1.2)
