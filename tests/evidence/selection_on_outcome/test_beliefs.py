"""Priors: nodes that miss a moment would put another belief into the model than the one stated."""

import pytest
from scipy import stats

from citizen_security.evidence.selection_on_outcome.beliefs import BetaPrior


@pytest.mark.parametrize(
    "prior", [BetaPrior(0.5, 2), BetaPrior(0.02, 20), BetaPrior(0.34, 200), BetaPrior(0.99, 150)], ids=str
)
def test_the_nodes_have_the_moments_of_the_beta_distribution(prior):
    exact = stats.beta(*prior.shapes)
    points, weights = prior.nodes(16)
    assert points @ weights == pytest.approx(exact.mean(), rel=1e-9)
    assert points**2 @ weights == pytest.approx(exact.moment(2), rel=1e-9)
    points, weights = prior.even_log_odds(501)
    assert points @ weights == pytest.approx(exact.mean(), rel=1e-3)
