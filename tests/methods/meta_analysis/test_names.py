"""Names that a parameter offers are names that the methods know."""

from typing import get_args

import pytest

from citizen_security.methods.meta_analysis.names import Estimator, Test
from citizen_security.methods.meta_analysis.pooling import pool


@pytest.mark.parametrize("estimator", get_args(Estimator))
@pytest.mark.parametrize("test", get_args(Test))
def test_every_choice_pools(estimator, test):
    fit = pool([0.1, 0.4, -0.2, 0.3], [0.1, 0.05, 0.02, 0.1], estimator=estimator, test=test)
    assert fit.interval[0] < fit.effect < fit.interval[1]
