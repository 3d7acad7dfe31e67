"""Legendre rules: an integral off in a late digit would move every probability of the averaged models."""

import numpy as np
import pytest

from citizen_security.methods.publication_bias.quadrature import (
    integrals_upto_nodes,
    legendre_rule,
    unit_legendre_rule,
)


@pytest.mark.parametrize("degree", [0, 3, 13])
def test_a_rule_of_seven_nodes_is_exact_up_to_degree_thirteen(degree):
    nodes, weights = legendre_rule(7, -1.0, 3.0)
    exact = (3.0 ** (degree + 1) - (-1.0) ** (degree + 1)) / (degree + 1)
    # Rounding alone: sums of seven products.
    assert weights @ nodes**degree == pytest.approx(exact, rel=1e-12)


def test_integrals_up_to_each_node_are_those_of_a_polynomial():
    nodes, _ = unit_legendre_rule(9)
    found = integrals_upto_nodes(9) @ (3 * nodes**2 + 1)
    # Rounding alone: the interpolating polynomial is the integrand itself.
    np.testing.assert_allclose(found, nodes**3 + nodes + 2, atol=1e-12)
