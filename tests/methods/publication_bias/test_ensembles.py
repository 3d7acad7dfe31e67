"""Ensembles: prior probabilities that do not add up would favour an answer."""

import pytest

from citizen_security.methods.publication_bias.ensembles import (
    ENSEMBLES,
    NO_SELECTION,
)


@pytest.mark.parametrize("name", list(ENSEMBLES))
def test_prior_probabilities_of_an_ensemble_make_one_with_half_on_no_selection(name):
    ensemble = ENSEMBLES[name]
    assert 4 * len(ensemble) == {"one_sided_step": 8, "two_sided_steps": 12, "steps_and_regressions": 36}[name]
    assert sum(selection.prior_probability for selection in ensemble) == pytest.approx(1)
    assert ensemble[0] == NO_SELECTION
    assert NO_SELECTION.prior_probability == 0.5
