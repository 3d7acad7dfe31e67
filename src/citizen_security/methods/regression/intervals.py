"""Every kind of interval of one regression side by side: five that fail differently."""

from collections.abc import Callable

import pandas as pd

from .. import require
from .bias_reduced import bias_reduced
from .errors import clustered, driscoll_kraay, jackknife
from .least_squares import LeastSquares
from .names import BootstrapWeights
from .or_problem import each_or_problem
from .wild_bootstrap import wild_bootstrap

METHODS = ("bias-reduced", "clustered", "jackknife", "wild bootstrap", "Driscoll–Kraay")


def every_interval(
    fit: LeastSquares,
    confidence_level: float = 0.95,
    *,
    draws: int = 9_999,
    weights: BootstrapWeights = "webb",
    lags: int | None = None,
    seed: int = 2020,
) -> pd.DataFrame:
    """Every regressor's estimate with the intervals of all five methods side by side.

    Parameters
    ----------
    fit : LeastSquares
    confidence_level : float
    draws, weights, seed
        Of `wild_bootstrap`.
    lags : int, optional
        Of `driscoll_kraay`.

    Returns
    -------
    pandas.DataFrame
        regressor, estimate, standard_error, lower, upper, p_value, degrees_of_freedom and effective_clusters (of the
        first, which is quoted), problem, method, observations, clusters, confidence_level. The bootstrap's standard
        error is that of CRV1, which it studentizes with; an end of its interval is infinite where it rejects nothing.
        A method that the sample cannot carry has missing numbers and says why in `problem`.

    Raises
    ------
    ValueError
        If the level is no probability, or the lags are negative.
    """
    require.level("confidence_level", confidence_level)
    methods: dict[str, Callable[[], pd.DataFrame]] = {
        "bias-reduced": lambda: bias_reduced(fit, confidence_level),
        "clustered": lambda: clustered(fit, confidence_level),
        "jackknife": lambda: jackknife(fit, confidence_level),
        "wild bootstrap": lambda: _bootstrapped(fit, confidence_level, draws, weights, seed),
        "Driscoll–Kraay": lambda: driscoll_kraay(fit, confidence_level, lags),
    }
    known = pd.DataFrame({"regressor": fit.regressors, "estimate": fit.estimates})
    table = each_or_problem(methods, "method", known)
    return table.assign(observations=fit.observations, clusters=fit.clusters, confidence_level=confidence_level)


def _bootstrapped(
    fit: LeastSquares, confidence_level: float, draws: int, weights: BootstrapWeights, seed: int
) -> pd.DataFrame:
    tests = [wild_bootstrap(fit, regressor, draws, weights, seed) for regressor in fit.regressors]
    intervals = [test.interval(confidence_level) for test in tests]
    return clustered(fit, confidence_level).assign(
        lower=[low for low, _ in intervals],
        upper=[high for _, high in intervals],
        p_value=[test.p_value() for test in tests],
    )
