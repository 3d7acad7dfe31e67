"""One treated unit against its synthetic control: path, weights, gaps, and what other donors or weights would say."""

from dataclasses import dataclass

import numpy as np

from .. import require
from ..arrays import Floats
from ..panel.rows import NotAPanel
from .counterfactuals import Counterfactuals, Problems, counterfactuals
from .names import Estimator
from .panels import LEAST_DONORS, TreatedPanel
from .simplex import Certificate, certify, fit_simplex

# Halvings of the multiplier in the search for the edge of the near-optimal set.
HALVINGS = 60

# Logarithms of multiples of the effect between which the edge lies: from one that hardly counts to one that decides.
MULTIPLES = (-25.0, 10.0)

# A mean squared gap that is a smaller share than this of the largest squared distance is zero.
PERFECT = 1e-12


@dataclass(frozen=True)
class SyntheticControl:
    """The treated unit and what it would have been without treatment.

    Attributes
    ----------
    panel : TreatedPanel
    estimator : str
    weights : numpy.ndarray, shape (donors,)
        In the order of the panel's donors; they sum to one.
    intercept : float
        Added to the weighted donors, in units of the outcome.
    counterfactual : numpy.ndarray, shape (periods,)
    bound : float
        How much lower the loss of the simplex weights can be at most, in squared units of the outcome.
    unique : bool
        Whether no other weights on the simplex fit as well.
    """

    panel: TreatedPanel
    estimator: Estimator
    weights: Floats
    intercept: float
    counterfactual: Floats
    bound: float
    unique: bool

    @property
    def gaps(self) -> Floats:
        """Treated less counterfactual, shape (periods,)."""
        difference: Floats = self.panel.target - self.counterfactual
        return difference

    @property
    def effect(self) -> float:
        """Mean gap from the start on, in units of the outcome."""
        return float(self.gaps[self.panel.before :].mean())

    @property
    def rmspe_before(self) -> float:
        """Root mean squared gap before the start."""
        return float(np.sqrt((self.gaps[: self.panel.before] ** 2).mean()))

    @property
    def rmspe_after(self) -> float:
        """Root mean squared gap from the start on."""
        return float(np.sqrt((self.gaps[self.panel.before :] ** 2).mean()))

    @property
    def certificate(self) -> Certificate:
        """Certificate of the weights as a match of the periods before the start."""
        before = self.panel.before
        return certify(self.panel.target[:before], self.panel.donor_outcomes[:, :before], self.weights)


def synthetic_control(
    panel: TreatedPanel, estimator: Estimator = "matched", penalty: float | None = None
) -> SyntheticControl:
    """The treated unit of a panel, or the mean of several, against its synthetic control.

    Parameters
    ----------
    panel : TreatedPanel
    estimator : str
    penalty : float, optional
        Both as for `counterfactuals`.

    Returns
    -------
    SyntheticControl

    Raises
    ------
    ValueError
        As `counterfactuals`.

    References
    ----------
    Abadie (2021), Journal of Economic Literature 59(2); those of `counterfactuals`.
    """
    return _of(panel, estimator, counterfactuals(Problems.of_panel(panel), estimator, penalty))


@dataclass(frozen=True)
class LeaveOneOut:
    """Effects without each donor that carries weight.

    Attributes
    ----------
    effect : float
        With all donors.
    donors : tuple of str
        Those with weight, heaviest first.
    effects : numpy.ndarray, shape (donors,)
        Mean gap from the start on without each.
    gaps : numpy.ndarray, shape (donors, periods)
    """

    effect: float
    donors: tuple[str, ...]
    effects: Floats
    gaps: Floats

    @property
    def interval(self) -> tuple[float, float]:
        """Least and greatest effect, that with all donors included."""
        return float(min(self.effects.min(), self.effect)), float(max(self.effects.max(), self.effect))


def leave_one_out(panel: TreatedPanel, estimator: Estimator = "matched", penalty: float | None = None) -> LeaveOneOut:
    """Whether the finding hangs on one donor: fits without each of those that carry weight.

    Parameters
    ----------
    panel : TreatedPanel
    estimator : str
    penalty : float, optional
        Both as for `counterfactuals`.

    Returns
    -------
    LeaveOneOut

    Raises
    ------
    NotAPanel
        If too few donors would be left.
    ValueError
        As `counterfactuals`.

    References
    ----------
    Abadie, Diamond and Hainmueller (2015), American Journal of Political Science 59(2).
    """
    whole = synthetic_control(panel, estimator, penalty)
    if len(panel.donors) <= LEAST_DONORS:
        raise NotAPanel([f"{len(panel.donors)} donors leave too few without one. Allowed: {LEAST_DONORS + 1} or more."])
    one = Problems.of_panel(panel)
    order = np.argsort(-np.abs(whole.weights), kind="stable")
    carrying = order[np.abs(whole.weights[order]) > 0]
    allowed = np.repeat(one.allowed, len(carrying), axis=0)
    allowed[np.arange(len(carrying)), panel.treated + carrying] = False
    many = Problems(
        one.outcomes, np.repeat(one.targets, len(carrying), axis=0), allowed, np.repeat(one.before, len(carrying)),
        np.repeat(one.stop, len(carrying)),
    )  # fmt: skip
    gaps = panel.target - counterfactuals(many, estimator, penalty).outcomes
    names = tuple(panel.donors[place] for place in carrying)
    return LeaveOneOut(whole.effect, names, gaps[:, panel.before :].mean(axis=1), gaps)


@dataclass(frozen=True)
class NearOptimal:
    """What weights that fit nearly as well as the best ones allow for the effect.

    Attributes
    ----------
    effect : float
        Of the best weights, in units of the outcome.
    lower, upper : float
        Least and greatest mean gap from the start on among all near-optimal weights.
    loss, allowed_loss : float
        Mean squared gap before the start of the best weights, and the largest that counts as near-optimal.
    lower_weights, upper_weights : numpy.ndarray, shape (donors,)
    """

    effect: float
    lower: float
    upper: float
    loss: float
    allowed_loss: float
    lower_weights: Floats
    upper_weights: Floats


def near_optimal_effects(
    panel: TreatedPanel, tolerance: float = 0.05, *, floor: float = 0.0, centred: bool = False
) -> NearOptimal:
    """Range of the effect over all weights on the simplex whose fit before the start is nearly the best.

    The set is convex and the effect linear on it, so that its ends are found exactly: each is the solution of the same
    quadratic programme with a multiple of the effect added, the multiple searched for by halving.

    Parameters
    ----------
    panel : TreatedPanel
    tolerance : float
        Mean squared gaps of up to 1 + tolerance times the least count as near-optimal.
    floor : float
        Mean squared gap that always counts, in squared units of the outcome: such as the noise of a perfect fit.
    centred : bool
        Whether means before the start are taken out, as in `demeaned`.

    Returns
    -------
    NearOptimal

    Raises
    ------
    ValueError
        If tolerance or floor is negative or missing.

    References
    ----------
    Abadie and Vives-i-Bastida (2022), arXiv:2203.06279, on weights that fit alike; Boyd and Vandenberghe (2004), Convex
    Optimization, chapter 5.
    """
    require.not_negative("tolerance", tolerance)
    require.not_negative("floor", floor)
    before = panel.before
    means = panel.outcomes[:, :before].mean(axis=1) * centred
    own, donors = panel.target - means[: panel.treated].mean(), panel.donor_outcomes - means[panel.treated :, None]
    target, rows, late = own[:before], donors[:, :before], donors[:, before:].mean(axis=1)
    best = fit_simplex(target, rows).weights[0]
    loss = float(((target - best @ rows) ** 2).mean())
    limit = max((1 + tolerance) * loss, floor, PERFECT * float(np.abs(rows - target).max()) ** 2)
    ends = [_edge(target, rows, late * sign, best, limit) for sign in (1.0, -1.0)]
    after = float(own[before:].mean())
    # The effect is the target less the weighted donors: the most of them gives the least effect.
    return NearOptimal(
        effect=after - float(best @ late),
        lower=after - float(ends[1] @ late),
        upper=after - float(ends[0] @ late),
        loss=loss,
        allowed_loss=limit,
        lower_weights=ends[1],
        upper_weights=ends[0],
    )


def _edge(target: Floats, rows: Floats, cost: Floats, best: Floats, limit: float) -> Floats:
    """Weights with the least cost among those with a mean squared gap of at most the limit."""
    spread = float(cost.max() - cost.min())
    if not spread > 0:
        return best
    size = max(float(np.abs(rows - target).max()), np.finfo(float).tiny)
    unit_cost = (cost - cost.min()) / spread * size**2 * len(target)
    low, high, found = *MULTIPLES, best
    for halving in range(HALVINGS):
        # First the largest multiple, at which cost alone decides: if even that fits, nothing limits the effect.
        tried = high if halving == 0 else (low + high) / 2
        weights = fit_simplex(target, rows, cost=np.exp(tried) * unit_cost).weights[0]
        if float(((target - weights @ rows) ** 2).mean()) <= limit:
            low, found = tried, weights
        else:
            high = tried
        if low == high:
            break
    return found


def _of(panel: TreatedPanel, estimator: Estimator, found: Counterfactuals) -> SyntheticControl:
    return SyntheticControl(
        panel=panel,
        estimator=estimator,
        weights=found.weights[0, panel.treated :],
        intercept=float(found.intercepts[0]),
        counterfactual=found.outcomes[0],
        bound=float(found.bound[0]),
        unique=bool(found.unique[0]),
    )
