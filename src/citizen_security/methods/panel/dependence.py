"""Whether what a regression leaves still moves together: across units in one period, or within a unit over time."""

from dataclasses import dataclass

import numpy as np

from .. import require
from ..arrays import Flags, Floats
from ..regression.least_squares import NotEstimable
from .fixed_effects import PanelEstimate
from .wide import lag

# Periods that two units need in common for a correlation.
LEAST_COMMON = 5

# White noise, differenced, has this correlation from one period to the next.
OF_DIFFERENCED_NOISE = -0.5

# Simulated errors are no more persistent than this, so that they have a variance.
MOST_PERSISTENT = 0.98


@dataclass(frozen=True)
class CrossSection:
    """Pairwise correlations of residuals over the periods that two units share.

    Attributes
    ----------
    statistic, p_value : float
        Pesaran's CD, standard normal where units are independent. With period effects residuals sum to nearly zero in
        every period, which alone draws it far below zero: there the simulated p-value is the one to read.
    mean, mean_absolute : float
        Of the correlations, each weighted by the root of the number of shared periods.
    expected_absolute, simulated_p : float
        Mean of the absolute correlations, and share of simulations at or above the observed, where errors are
        independent across units, as persistent as the residuals, and pass through the same regression.
    pairs : int
    """

    statistic: float
    p_value: float
    mean: float
    mean_absolute: float
    expected_absolute: float
    simulated_p: float
    pairs: int


@dataclass(frozen=True)
class SerialCorrelation:
    """The test of Wooldridge that errors are not correlated from one period to the next.

    Attributes
    ----------
    coefficient : float
        Of residuals (or their changes) on those of the period before.
    without : float
        What it would be without serial correlation: −1/2 for changes, zero for residuals of changes.
    statistic, p_value : float
        t with one degree of freedom fewer than units, clustered by unit.
    observations : int
    """

    coefficient: float
    without: float
    statistic: float
    p_value: float
    observations: int


def cross_section_dependence(estimate: PanelEstimate, draws: int = 199, seed: int = 2020) -> CrossSection:
    """Test of independence across units, for panels with gaps, after any estimator.

    Parameters
    ----------
    estimate : PanelEstimate
    draws : int
        Simulated panels of independent errors.
    seed : int

    Returns
    -------
    CrossSection

    Raises
    ------
    NotEstimable
        If no two units share enough periods.

    References
    ----------
    Pesaran (2004), Cambridge Working Papers in Economics 0435; Pesaran (2015), Econometric Reviews 34(6–10); Pesaran
    (2021), Empirical Economics 60(1); Juodis and Reese (2022), Journal of Business and Economic Statistics 40(3), on
    period effects.
    """
    require.some("draws", draws)
    from scipy.stats import norm

    statistic, mean, absolute, pairs = (float(found[0]) for found in correlations(estimate.residuals[None]))
    if not pairs:
        raise NotEstimable(f"no two units share {LEAST_COMMON} periods. Lengthen the period.")
    simulated = _independent(estimate, draws, seed)
    _, _, by_chance, _ = correlations(simulated)
    return CrossSection(
        statistic=statistic,
        p_value=float(2 * norm.sf(abs(statistic))),
        mean=mean,
        mean_absolute=absolute,
        expected_absolute=float(by_chance.mean()),
        simulated_p=(1 + int((by_chance >= absolute).sum())) / (draws + 1),
        pairs=int(pairs),
    )


def correlations(residuals: Floats, least: int = LEAST_COMMON) -> tuple[Floats, Floats, Floats, Floats]:
    """Pesaran's CD, mean correlation and mean absolute correlation of many panels with the same gaps.

    Parameters
    ----------
    residuals : numpy.ndarray, shape (panels, units, periods)
    least : int
        Periods that two units need in common.

    Returns
    -------
    statistic, mean, mean_absolute, pairs : numpy.ndarray, shape (panels,)
    """
    observed = np.isfinite(residuals[0])
    shared = observed.astype(float) @ observed.T.astype(float)
    first, second = np.triu_indices(len(observed), 1)
    kept = shared[first, second] >= max(least, 2)
    first, second = first[kept], second[kept]
    count = shared[first, second]
    values = np.where(observed, residuals, 0.0)
    flags = observed.T.astype(float)
    sums, squares = values @ flags, (values**2) @ flags
    products = values @ values.transpose(0, 2, 1)
    mixed = products[:, first, second] - sums[:, first, second] * sums[:, second, first] / count
    one = squares[:, first, second] - sums[:, first, second] ** 2 / count
    other = squares[:, second, first] - sums[:, second, first] ** 2 / count
    scale = np.sqrt(one * other)
    correlation = np.where(scale > 0, mixed / np.where(scale > 0, scale, 1.0), 0.0)
    weight = np.sqrt(count)
    pairs = np.full(len(residuals), float(len(count)))
    if not len(count):
        return (np.full(len(residuals), np.nan),) * 3 + (pairs,)
    statistic = (correlation @ weight) / np.sqrt(len(count))
    return statistic, correlation @ weight / weight.sum(), np.abs(correlation) @ weight / weight.sum(), pairs


def serial_correlation(estimate: PanelEstimate) -> SerialCorrelation:
    """Test of errors for correlation from one period to the next, in short panels with unit effects and gaps.

    Unit effects correlate residuals of levels even where errors are white noise; their changes are free of the effects,
    and without serial correlation have −1/2. Residuals of changes are taken as they are.

    Parameters
    ----------
    estimate : PanelEstimate

    Returns
    -------
    SerialCorrelation

    Raises
    ------
    NotEstimable
        If fewer than three units have enough consecutive periods.

    References
    ----------
    Wooldridge (2010), Econometric Analysis of Cross Section and Panel Data, second edition, section 10.6.3; Drukker
    (2003), Stata Journal 3(2).
    """
    from scipy.stats import t as student

    now = estimate.residuals if estimate.of_changes else estimate.residuals - lag(estimate.residuals)
    without = 0.0 if estimate.of_changes else OF_DIFFERENCED_NOISE
    before = lag(now)
    both = np.isfinite(now) & np.isfinite(before)
    units = int(both.any(axis=1).sum())
    if units < 3:
        raise NotEstimable("fewer than three units have enough consecutive periods for a test of serial correlation.")
    start, end = np.where(both, before, 0.0), np.where(both, now, 0.0)
    spread = float((start**2).sum())
    coefficient = float((start * end).sum()) / spread
    scores = (start * (end - coefficient * start)).sum(axis=1)
    error = np.sqrt(units / (units - 1) * float(scores @ scores)) / spread
    statistic = (coefficient - without) / error
    return SerialCorrelation(
        coefficient=coefficient,
        without=without,
        statistic=float(statistic),
        p_value=float(2 * student.sf(abs(statistic), units - 1)),
        observations=int(both.sum()),
    )


def _independent(estimate: PanelEstimate, draws: int, seed: int) -> Floats:
    """Residuals of panels whose errors are independent across units, as variable and persistent as the residuals."""
    cells = estimate.cells
    random = np.random.default_rng(seed)
    spread = np.sqrt(np.nanmean(np.where(cells, estimate.residuals, np.nan)[cells.any(axis=1)] ** 2, axis=1))
    persistence = _persistence(estimate.residuals, cells)
    news = random.standard_normal((draws, int(cells.any(axis=1).sum()), cells.shape[1]))
    errors = np.empty_like(news)
    errors[..., 0] = news[..., 0]
    for period in range(1, cells.shape[1]):
        errors[..., period] = persistence * errors[..., period - 1] + np.sqrt(1 - persistence**2) * news[..., period]
    used = cells[cells.any(axis=1)]
    rows = (errors * spread[:, None])[:, used]
    left = rows - (rows @ estimate.basis) @ estimate.basis.T
    table = np.full((draws, *used.shape), np.nan)
    table[:, used] = left
    return table


def _persistence(residuals: Floats, cells: Flags) -> float:
    """Correlation of residuals with those of the period before, with the bias of unit effects taken out."""
    before = lag(residuals)
    both = np.isfinite(residuals) & np.isfinite(before)
    if not both.any():
        return 0.0
    estimate = float((residuals[both] * before[both]).sum() / (before[both] ** 2).sum())
    periods = float(cells.sum(axis=1)[cells.any(axis=1)].mean())
    corrected = (periods * estimate + 1) / max(periods - 1, 1)
    return float(np.clip(corrected, -MOST_PERSISTENT, MOST_PERSISTENT))
