"""How sure an estimate is, computed in four ways that fail differently.

Errors clustered by country allow a country's years to hang together in any way, but trust in many countries; the
jackknife and the wild bootstrap need fewer; Driscoll and Kraay's allow countries to move together, but trust in many
years.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from citizen_security.paradox.estimators import LeastSquares, generalized_inverse, least_squares
from citizen_security.paradox.panel import NotEstimable, PanelFit
from citizen_security.paradox.parameters import BootstrapWeights

if TYPE_CHECKING:
    from numpy.typing import NDArray

Alternative = Literal["different", "greater", "less"]

METHODS = ("clustered", "jackknife", "wild bootstrap", "Driscoll–Kraay")

# The six points of Webb's distribution are these and their negatives.
WEBB = np.sqrt(np.array([1.5, 1.0, 0.5]))

# Draws whose statistic equals the sample's up to rounding count as at least as extreme.
TIE = 1e-9

# A generalized inverse times its matrix is the identity in the rows of what is identified, up to rounding.
UNIDENTIFIED = 1e-6

# Draws that are refitted at a time, so that memory does not grow with their number.
BLOCK = 1_000

# Bounds searched for in inverting the bootstrap: this many doublings of the standard error, then halvings.
DOUBLINGS = 12
HALVINGS = 50


def clustered_covariance(fit: LeastSquares) -> "NDArray[np.float64]":
    """Covariance of the regressors' coefficients, clustered by country (CRV1).

    Parameters
    ----------
    fit : LeastSquares

    Returns
    -------
    numpy.ndarray, shape (regressors, regressors)

    References
    ----------
    Liang and Zeger (1986), Biometrika 73(1); Cameron and Miller (2015), Journal of Human Resources 50(2).
    """
    scores = fit.by_country(fit.design * fit.residuals[:, None])
    clusters, rows = fit.clusters, fit.observations
    correction = clusters / (clusters - 1) * (rows - 1) / (rows - fit.parameters)
    return correction * _sandwich(fit, scores.T @ scores)


def clustered(fit: LeastSquares, confidence_level: float = 0.95) -> pd.DataFrame:
    """Estimates with errors clustered by country, t with one degree of freedom fewer than countries.

    Parameters
    ----------
    fit : LeastSquares
    confidence_level : float

    Returns
    -------
    pandas.DataFrame
        regressor, estimate, standard_error, lower, upper, p_value.
    """
    error = np.sqrt(np.diag(clustered_covariance(fit)))
    return t_table(fit.regressors, fit.estimates, error, fit.clusters - 1, confidence_level)


def leave_one_out(fit: LeastSquares) -> "NDArray[np.float64]":
    """Estimates without each country in turn, the fixed effects estimated anew.

    Parameters
    ----------
    fit : LeastSquares

    Returns
    -------
    numpy.ndarray, shape (countries, regressors)

    Raises
    ------
    NotEstimable
        If a coefficient cannot be estimated without some country.
    """
    grams, products = country_products(fit)
    without = grams.sum(axis=0) - grams
    inverses = generalized_inverse(without)
    _refuse_unidentified(fit, inverses @ without)
    coefficients = np.einsum("gij,gj->gi", inverses, products.sum(axis=0) - products)
    chosen: NDArray[np.float64] = coefficients[:, : len(fit.regressors)]
    return chosen


def jackknife(fit: LeastSquares, confidence_level: float = 0.95) -> pd.DataFrame:
    """Estimates with the cluster jackknife (CRV3), which is more cautious than CRV1 where countries are few.

    Parameters
    ----------
    fit : LeastSquares
    confidence_level : float

    Returns
    -------
    pandas.DataFrame
        regressor, estimate, standard_error, lower, upper, p_value.

    Raises
    ------
    NotEstimable
        If a coefficient cannot be estimated without some country.

    References
    ----------
    MacKinnon, Nielsen and Webb (2023), Journal of Applied Econometrics 38(5).
    """
    departures = leave_one_out(fit) - fit.estimates
    variance = (fit.clusters - 1) / fit.clusters * (departures**2).sum(axis=0)
    return t_table(fit.regressors, fit.estimates, np.sqrt(variance), fit.clusters - 1, confidence_level)


def automatic_lags(years: int) -> int:
    """Lags of the Bartlett kernel for a number of years: 4 (T / 100)^(2/9), rounded down (Newey and West 1994)."""
    return int(4 * (years / 100) ** (2 / 9))


def driscoll_kraay(fit: LeastSquares, confidence_level: float = 0.95, lags: int | None = None) -> pd.DataFrame:
    """Estimates with Driscoll and Kraay's errors, which allow all countries of neighbouring years to move together.

    Bartlett kernel over calendar years, no correction for degrees of freedom, t with one degree fewer than years, as
    Stata's xtscc.

    Parameters
    ----------
    fit : LeastSquares
    confidence_level : float
    lags : int, optional
        Years over which errors may be correlated; `automatic_lags` where none is given.

    Returns
    -------
    pandas.DataFrame
        regressor, estimate, standard_error, lower, upper, p_value.

    Raises
    ------
    NotEstimable
        If the lags reach beyond the years.

    References
    ----------
    Driscoll and Kraay (1998), Review of Economics and Statistics 80(4); Hoechle (2007), Stata Journal 7(3).
    """
    years = np.arange(fit.year.min(), fit.year.max() + 1)
    observed = len(np.unique(fit.year))
    reach = automatic_lags(observed) if lags is None else lags
    if reach >= observed - 1:
        raise NotEstimable(
            f"Driscoll and Kraay's errors with {reach} lags need more than {reach + 1} years; the sample has "
            f"{observed}. Lengthen the period or lower the lags."
        )
    # Calendar years without any row have a score of zero, so that a lag is always a number of years.
    scores = np.equal.outer(years, fit.year).astype(float) @ (fit.design * fit.residuals[:, None])
    meat = scores.T @ scores
    for lag in range(1, reach + 1):
        product = scores[lag:].T @ scores[:-lag]
        meat += (1 - lag / (reach + 1)) * (product + product.T)
    error = np.sqrt(np.diag(_sandwich(fit, meat)))
    return t_table(fit.regressors, fit.estimates, error, observed - 1, confidence_level)


@dataclass(frozen=True)
class WildBootstrap:
    """The bootstrap distribution of one coefficient's t statistic, as a function of the value that is tested.

    Attributes
    ----------
    estimate : float
    standard_error : float
        Clustered by country, which scales the search for the interval.
    enumerated : bool
        Whether the draws are all sign changes there are.
    numerator, denominator : numpy.ndarray, shape (2, draws) and (3, draws)
        Coefficients of the tested value in each draw's numerator and in its squared denominator.
    spread : float
        Denominator of the sample's own statistic.
    scale : float
        Sum of squares of the regressor once all else is taken out.
    """

    estimate: float
    standard_error: float
    enumerated: bool
    numerator: "NDArray[np.float64]"
    denominator: "NDArray[np.float64]"
    spread: float
    scale: float

    def p_value(self, tested: float = 0.0, alternative: Alternative = "different") -> float:
        """Probability of a statistic at least as extreme as the sample's if the coefficient were `tested`.

        Parameters
        ----------
        tested : float
        alternative : {"different", "greater", "less"}
            Against which the value is tested.

        Returns
        -------
        float
        """
        sample = (self.estimate - tested) * self.scale / self.spread
        drawn = self._statistics(tested)
        if alternative == "different":
            sample, drawn = abs(sample), np.abs(drawn)
        elif alternative == "less":
            sample, drawn = -sample, -drawn
        extreme = int((drawn >= sample - TIE * max(abs(sample), 1.0)).sum())
        # The sample is itself one of the sign changes when all are counted (Phipson and Smyth 2010).
        return extreme / drawn.size if self.enumerated else (extreme + 1) / (drawn.size + 1)

    def interval(self, confidence_level: float = 0.95) -> tuple[float, float]:
        """Values that the two-sided test does not reject.

        Parameters
        ----------
        confidence_level : float

        Returns
        -------
        tuple of float
            An end is infinite where the test rejects nothing however far: too few countries for the level.
        """
        return self._end(-1, 1 - confidence_level), self._end(1, 1 - confidence_level)

    def _statistics(self, tested: float) -> "NDArray[np.float64]":
        numerator = self.numerator[0] - tested * self.numerator[1]
        squared = self.denominator[0] - 2 * tested * self.denominator[1] + tested**2 * self.denominator[2]
        statistics: NDArray[np.float64] = numerator / np.sqrt(np.maximum(squared, np.finfo(float).tiny))
        return statistics

    def _end(self, direction: int, significance: float) -> float:
        kept = 0.0
        for doubling in range(DOUBLINGS):
            rejected = 2.0**doubling
            if self.p_value(self.estimate + direction * rejected * self.standard_error) < significance:
                break
            kept = rejected
        else:
            return direction * np.inf
        for _ in range(HALVINGS):
            middle = (kept + rejected) / 2
            if self.p_value(self.estimate + direction * middle * self.standard_error) < significance:
                rejected = middle
            else:
                kept = middle
        return float(self.estimate + direction * kept * self.standard_error)


def wild_bootstrap(
    fit: LeastSquares,
    regressor: str,
    draws: int = 9_999,
    weights: BootstrapWeights = "webb",
    seed: int = 2020,
) -> WildBootstrap:
    """Wild cluster bootstrap of one coefficient's t statistic, the tested value imposed (WCR).

    In each draw the residuals of every country are multiplied by one random weight. All that a draw needs are sums by
    country, linear in the tested value, so that inverting the test costs no new fit.

    Parameters
    ----------
    fit : LeastSquares
    regressor : str
    draws : int
        Random draws; all 2^countries sign changes instead where Rademacher weights are asked for and these are no more.
    weights : {"webb", "rademacher"}
        Six-point weights of Webb, or signs.
    seed : int

    Returns
    -------
    WildBootstrap

    References
    ----------
    Cameron, Gelbach and Miller (2008), Review of Economics and Statistics 90(3); Roodman, Nielsen, MacKinnon and Webb
    (2019), Stata Journal 19(1); Webb (2023), Canadian Journal of Economics 56(3).
    """
    position = fit.regressors.index(regressor)
    others = np.delete(fit.design, position, axis=1)
    both = np.column_stack([fit.outcome, fit.design[:, position]])
    both = both - others @ (generalized_inverse(others.T @ others) @ (others.T @ both))
    driver = both[:, 1]
    multipliers, enumerated = bootstrap_multipliers(fit.clusters, draws, weights, seed)
    own = fit.by_country(both * driver[:, None])
    scores = [fit.by_country(fit.design * both[:, [column]]) for column in (0, 1)]
    parts = [
        own[:, [column]] * multipliers - scores[1] @ (fit.inverse @ (scores[column].T @ multipliers))
        for column in (0, 1)
    ]
    sample_scores = fit.by_country(driver * fit.residuals)
    return WildBootstrap(
        estimate=float(fit.estimates[position]),
        standard_error=float(np.sqrt(clustered_covariance(fit)[position, position])),
        enumerated=enumerated,
        numerator=own.T @ multipliers,
        denominator=np.stack(
            [(parts[0] ** 2).sum(axis=0), (parts[0] * parts[1]).sum(axis=0), (parts[1] ** 2).sum(axis=0)]
        ),
        spread=float(np.sqrt((sample_scores**2).sum())),
        scale=float(driver @ driver),
    )


def bootstrap_multipliers(
    clusters: int, draws: int, weights: BootstrapWeights, seed: int
) -> "tuple[NDArray[np.float64], bool]":
    """Weights of each country in each draw, and whether they are all there are; shape (clusters, draws)."""
    if weights == "rademacher" and 2**clusters <= draws:
        codes = np.arange(2**clusters)
        return 1.0 - 2.0 * ((codes >> np.arange(clusters)[:, None]) & 1).astype(np.float64), True
    random = np.random.default_rng(seed)
    values: NDArray[np.float64] = np.array([-1.0, 1.0]) if weights == "rademacher" else np.concatenate([-WEBB, WEBB])
    return values[random.integers(len(values), size=(clusters, draws))], False


def every_interval(
    fit: LeastSquares,
    confidence_level: float = 0.95,
    *,
    draws: int = 9_999,
    weights: BootstrapWeights = "webb",
    lags: int | None = None,
    seed: int = 2020,
) -> pd.DataFrame:
    """Every regressor's estimate with the intervals of all four methods side by side.

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
        method, regressor, estimate, standard_error, lower, upper, p_value, observations, countries, confidence_level,
        problem. The bootstrap's standard error is that of CRV1, which it studentizes with; an end of its interval is
        infinite where it rejects nothing. A method that the sample cannot carry has missing numbers and says why in
        `problem`.
    """
    methods: dict[str, Callable[[], pd.DataFrame]] = {
        "clustered": lambda: clustered(fit, confidence_level),
        "jackknife": lambda: jackknife(fit, confidence_level),
        "wild bootstrap": lambda: _bootstrapped(fit, confidence_level, draws, weights, seed),
        "Driscoll–Kraay": lambda: driscoll_kraay(fit, confidence_level, lags),
    }
    tables = [_or_problem(fit, method).assign(method=name) for name, method in methods.items()]
    table = pd.concat(tables)
    table = table.assign(observations=fit.observations, countries=fit.clusters, confidence_level=confidence_level)
    return table.reset_index(drop=True)


def intervals_side_by_side(
    fits: Iterable[PanelFit],
    *,
    draws: int = 9_999,
    weights: BootstrapWeights = "webb",
    lags: int | None = None,
    seed: int = 2020,
) -> pd.DataFrame:
    """Every interval of every regressor of several fits, each at the fit's own level.

    Parameters
    ----------
    fits : iterable of PanelFit
    draws, weights, lags, seed
        Of `every_interval`.

    Returns
    -------
    pandas.DataFrame
        As `every_interval`, with outcome.
    """
    tables = [
        every_interval(
            least_squares(fit.sample, fit.specification),
            fit.confidence_level,
            draws=draws,
            weights=weights,
            lags=lags,
            seed=seed,
        ).assign(outcome=fit.specification.outcome)
        for fit in fits
    ]
    return pd.concat(tables, ignore_index=True)


def country_products(fit: LeastSquares) -> "tuple[NDArray[np.float64], NDArray[np.float64]]":
    """Cross-products of the design, and with the outcome, within each country; (G, K, K) and (G, K)."""
    rows = [fit.design[fit.cluster == country] for country in range(fit.clusters)]
    outcomes = [fit.outcome[fit.cluster == country] for country in range(fit.clusters)]
    return (
        np.stack([part.T @ part for part in rows]),
        np.stack([part.T @ outcome for part, outcome in zip(rows, outcomes, strict=True)]),
    )


def pairs_bootstrap(fits: "list[LeastSquares]", draws: int = 1_999, seed: int = 2020) -> "list[NDArray[np.float64]]":
    """Estimates of several regressions on the same rows, countries drawn with replacement, all from the same draws.

    A country drawn twice counts as two countries, each with its own effect. Draws that leave a coefficient without
    identification hold missing numbers.

    Parameters
    ----------
    fits : list of LeastSquares
        On the same sample.
    draws : int
    seed : int

    Returns
    -------
    list of numpy.ndarray, shape (draws, regressors)
        One for each fit.
    """
    clusters = fits[0].clusters
    random = np.random.default_rng(seed)
    counts = random.multinomial(clusters, np.full(clusters, 1 / clusters), size=draws).astype(float)
    return [_refitted(fit, counts) for fit in fits]


def t_table(
    regressors: tuple[str, ...],
    estimate: "NDArray[np.float64]",
    error: "NDArray[np.float64]",
    degrees: float,
    confidence_level: float,
) -> pd.DataFrame:
    """Estimates with t intervals: regressor, estimate, standard_error, lower, upper, p_value."""
    from scipy.stats import t

    half = t.ppf((1 + confidence_level) / 2, degrees) * error
    return pd.DataFrame(
        {
            "regressor": list(regressors),
            "estimate": estimate,
            "standard_error": error,
            "lower": estimate - half,
            "upper": estimate + half,
            "p_value": 2 * t.sf(np.abs(estimate / error), degrees),
        }
    )


def _sandwich(fit: LeastSquares, meat: "NDArray[np.float64]") -> "NDArray[np.float64]":
    rows = fit.inverse[: len(fit.regressors)]
    covariance: NDArray[np.float64] = rows @ meat @ rows.T
    return covariance


def _or_problem(fit: LeastSquares, method: "Callable[[], pd.DataFrame]") -> pd.DataFrame:
    try:
        return method().assign(problem="")
    except NotEstimable as reason:
        return pd.DataFrame({"regressor": fit.regressors, "estimate": fit.estimates, "problem": str(reason)})


def _bootstrapped(fit: LeastSquares, level: float, draws: int, weights: BootstrapWeights, seed: int) -> pd.DataFrame:
    tests = [wild_bootstrap(fit, regressor, draws, weights, seed) for regressor in fit.regressors]
    intervals = [test.interval(level) for test in tests]
    return clustered(fit, level).assign(
        lower=[low for low, _ in intervals],
        upper=[high for _, high in intervals],
        p_value=[test.p_value() for test in tests],
    )


def _refuse_unidentified(fit: LeastSquares, projections: "NDArray[np.float64]") -> None:
    size = len(fit.regressors)
    off = np.abs(projections[:, :size, :] - np.eye(projections.shape[-1])[:size]).max(axis=(1, 2))
    if (off > UNIDENTIFIED).any():
        lost = ", ".join(fit.countries[off > UNIDENTIFIED])
        raise NotEstimable(
            f"without {lost} the effect of {', '.join(fit.regressors)} cannot be estimated: the estimate rests on one "
            "country. Add countries or leave out the regressor that only it has moved in."
        )


def _refitted(fit: LeastSquares, counts: "NDArray[np.float64]") -> "NDArray[np.float64]":
    grams, products = country_products(fit)
    blocks = np.array_split(counts, -(-len(counts) // BLOCK))
    return np.concatenate([_refitted_block(block, grams, products, len(fit.regressors)) for block in blocks])


def _refitted_block(
    counts: "NDArray[np.float64]", grams: "NDArray[np.float64]", products: "NDArray[np.float64]", size: int
) -> "NDArray[np.float64]":
    gram = np.tensordot(counts, grams, axes=1)
    inverse = generalized_inverse(gram)
    coefficients = np.einsum("bij,bj->bi", inverse, counts @ products)[:, :size]
    off = np.abs((inverse @ gram)[:, :size, :] - np.eye(gram.shape[-1])[:size]).max(axis=(1, 2))
    refitted: NDArray[np.float64] = np.where(off[:, None] < UNIDENTIFIED, coefficients, np.nan)
    return refitted
