"""Conformal inference: under a hypothesis on the effect, residuals after the start are like those before it."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from .. import randomisation, require
from ..arrays import Floats
from ..randomisation import count_as_extreme
from .counterfactuals import Problems, counterfactuals
from .panels import TreatedPanel

# Estimators that treat all periods alike, so that under the hypothesis their residuals can change places.
ExchangeableEstimator = Literal["matched", "demeaned", "difference_in_differences"]

# In which order residuals are put: every shift of the calendar, which keeps their dependence, or any order.
Permutations = Literal["shifts", "any_order"]

# Residuals that differ by less than this share of the treated unit's spread tie.
TIE = 1e-9

# A level of 0.8 leaves 0.2 and not a little less, at which a p-value of 0.2 rejects.
ROUNDING = 1e-9

# Candidates of the effect across the grid, and how often it may be widened twofold.
CANDIDATES, DOUBLINGS = 161, 12


@dataclass(frozen=True)
class ConformalTest:
    """A test of one hypothesis on the effect.

    Attributes
    ----------
    statistic : float
        Root of the number of treated periods times the mean absolute residual over them.
    p_value : float
    floor : float
        Smallest p-value that the permutations can give: one over the number of periods for shifts.
    residuals : numpy.ndarray, shape (periods,)
        With the hypothesis imposed and weights fitted to all periods.
    """

    statistic: float
    p_value: float
    floor: float
    residuals: Floats

    @property
    def floor_reading(self) -> str:
        """The floor in words, to be shown with the p-value."""
        return f"with {round(1 / self.floor)} permutations no p-value is below {self.floor:.3g}"


@dataclass(frozen=True)
class ConformalInterval:
    """Effects that are not rejected.

    Attributes
    ----------
    lower, upper : float
        Infinite where the floor is above the level of the test, or where nothing within reach is rejected; not numbers
        where all are.
    floor : float
        Smallest p-value that the permutations can give.
    is_connected : bool
        Whether every effect between the ends is kept. Where False some between them are rejected: weights that are
        fitted anew can bring residuals of a far effect back to the size of those before the start.
    candidates, p_values : numpy.ndarray, shape (candidates,)
        Effects that were tested.
    """

    lower: float
    upper: float
    floor: float
    is_connected: bool
    candidates: Floats
    p_values: Floats


def conformal_test(
    panel: TreatedPanel,
    effect: float = 0.0,
    estimator: ExchangeableEstimator = "matched",
    *,
    permutations: Permutations = "shifts",
    draws: int = 4_999,
    seed: int = 2020,
) -> ConformalTest:
    """Test that the effect from the start on is constant and has this value.

    It is exact where periods are alike but for what weights take out. Where donors cannot follow what drifts, residuals
    are larger at the ends of the series, and a true value is rejected more often than the level says.

    Parameters
    ----------
    panel : TreatedPanel
    effect : float
        In units of the outcome; zero for no effect at all.
    estimator : {"matched", "demeaned", "difference_in_differences"}
    permutations : {"shifts", "any_order"}
        Shifts allow for residuals that depend on each other over time, but are few.
    draws, seed : int
        Of random orders.

    Returns
    -------
    ConformalTest

    Raises
    ------
    ValueError
        If a name is unknown or the effect is missing.

    References
    ----------
    Chernozhukov, Wüthrich and Zhu (2021), Journal of the American Statistical Association 116(536).
    """
    require.one_of("estimator", estimator, ExchangeableEstimator)
    require.one_of("permutations", permutations, Permutations)
    require.finite("effect", effect)
    require.some("draws", draws)
    residuals = _residuals(panel, np.array([float(effect)]), estimator)
    tie = TIE * max(float(np.ptp(panel.target)), np.finfo(float).tiny)
    sizes = np.abs(residuals)
    root = np.sqrt(panel.after)
    if permutations == "shifts":
        p_values, floor = _by_shifts(sizes, panel.after, tie)
        p_value = float(p_values[0])
    else:
        orders = np.random.default_rng(seed).permuted(np.tile(sizes[0], (draws, 1)), axis=1)
        drawn = orders[:, panel.before :].mean(axis=1)
        observed = float(sizes[0, panel.before :].mean())
        p_value = randomisation.p_value(count_as_extreme(drawn, observed, tie=tie), draws)
        floor = 1 / (draws + 1)
    return ConformalTest(float(root * sizes[0, panel.before :].mean()), p_value, floor, residuals[0])


def conformal_interval(
    panel: TreatedPanel, estimator: ExchangeableEstimator = "matched", *, confidence_level: float = 0.95
) -> ConformalInterval:
    """Constant effects that the test by shifts does not reject.

    Candidates lie on a grid about the effect, which is widened until it holds both ends; these are the outermost
    candidates that are kept, moved out by one step.

    Parameters
    ----------
    panel : TreatedPanel
    estimator : {"matched", "demeaned", "difference_in_differences"}
    confidence_level : float

    Returns
    -------
    ConformalInterval

    Raises
    ------
    ValueError
        If a name is unknown or the level is no probability.

    References
    ----------
    As `conformal_test`.
    """
    require.one_of("estimator", estimator, ExchangeableEstimator)
    require.level("confidence_level", confidence_level, such_as=0.9)
    return _inverted(panel, estimator, 1 - confidence_level)


def pointwise_intervals(
    panel: TreatedPanel, estimator: ExchangeableEstimator = "matched", *, confidence_level: float = 0.95
) -> pd.DataFrame:
    """Intervals for the effect in each period from the start on, from the periods before it and this one alone.

    Parameters
    ----------
    panel : TreatedPanel
    estimator : {"matched", "demeaned", "difference_in_differences"}
    confidence_level : float

    Returns
    -------
    pandas.DataFrame
        `period`, `lower`, `upper` and `floor`, which is one over the number of periods before the start plus one.

    Raises
    ------
    ValueError
        As `conformal_interval`.

    References
    ----------
    As `conformal_test`, section 2.2.
    """
    require.one_of("estimator", estimator, ExchangeableEstimator)
    require.level("confidence_level", confidence_level, such_as=0.9)
    rows = []
    for period in range(panel.before, len(panel.periods)):
        places = np.append(np.arange(panel.before), period)
        one = TreatedPanel(panel.units, panel.periods[places], panel.outcomes[:, places], panel.treated, panel.before)
        found = _inverted(one, estimator, 1 - confidence_level)
        rows.append((int(panel.periods[period]), found.lower, found.upper, found.floor))
    return pd.DataFrame(rows, columns=["period", "lower", "upper", "floor"])


def _residuals(panel: TreatedPanel, effects: Floats, estimator: ExchangeableEstimator) -> Floats:
    """Residuals of all periods with each effect imposed, shape (effects, periods)."""
    one = Problems.of_panel(panel)
    after = np.arange(len(panel.periods)) >= panel.before
    targets = panel.target - effects[:, None] * after
    number, periods = targets.shape
    every = np.full(number, periods)
    problems = Problems(one.outcomes, targets, np.repeat(one.allowed, number, axis=0), every, every)
    residuals: Floats = targets - counterfactuals(problems, estimator).outcomes
    return residuals


def _by_shifts(sizes: Floats, after: int, tie: float) -> tuple[Floats, float]:
    """P-values of rows of absolute residuals by all shifts of the calendar, and their floor."""
    periods = sizes.shape[1]
    shifted = np.stack([np.roll(sizes, shift, axis=1)[:, -after:].mean(axis=1) for shift in range(periods)], axis=1)
    extreme = (shifted >= shifted[:, :1] - tie).sum(axis=1)
    p_values: Floats = extreme / periods
    return p_values, 1 / periods


def _inverted(panel: TreatedPanel, estimator: ExchangeableEstimator, significance: float) -> ConformalInterval:
    floor = 1 / len(panel.periods)
    gaps = panel.target - counterfactuals(Problems.of_panel(panel), estimator).outcomes[0]
    centre = float(gaps[panel.before :].mean())
    # Two scales of what chance does; a perfect fit has the spread of the series instead.
    reach = max(4 * float(gaps.std()), float(np.ptp(panel.target)) / 10, np.finfo(float).tiny)
    tie = TIE * max(float(np.ptp(panel.target)), np.finfo(float).tiny)
    for _ in range(DOUBLINGS):
        candidates = np.linspace(centre - reach, centre + reach, CANDIDATES)
        p_values, _ = _by_shifts(np.abs(_residuals(panel, candidates, estimator)), panel.after, tie)
        kept = p_values > significance + ROUNDING
        if floor > significance + ROUNDING or not (kept[0] or kept[-1]):
            break
        reach *= 2
    if not kept.any():
        return ConformalInterval(float("nan"), float("nan"), floor, True, candidates, p_values)
    step = candidates[1] - candidates[0]
    lower = -np.inf if kept[0] else float(candidates[kept][0] - step)
    upper = np.inf if kept[-1] else float(candidates[kept][-1] + step)
    inner = kept[np.argmax(kept) : len(kept) - np.argmax(kept[::-1])]
    return ConformalInterval(lower, upper, floor, bool(inner.all()), candidates, p_values)
