"""Outcomes without treatment as missing cells of a matrix of low rank, unit and period effects left unpenalised."""

from dataclasses import dataclass

import numpy as np

from .. import require
from ..arrays import Flags, Floats
from .panels import TreatedPanel

# Candidates of the penalty fall from the one at which nothing but the effects is left, by this factor in all.
PENALTIES, SMALLEST_PENALTY = 25, 1e-3

# Of the loss: how far it may be from its minimum, in choosing the penalty and in the end.
ROUGH, FINE = 1e-4, 1e-8

# Steps of the proximal gradient; between two looks at how far the minimum can be.
STEPS, LOOK = 20_000, 10

# Of the spread of the outcomes: what is smaller is rounding.
NOTHING = 1e-12

# Smaller penalties are not tried once this many in turn forecast worse than the best.
WORSE = 3


class NotConverged(ArithmeticError):
    """The loss is not known to be near its minimum."""


@dataclass(frozen=True)
class MatrixCompletion:
    """A completed matrix.

    Attributes
    ----------
    panel : TreatedPanel
    effect : float
        Mean over treated cells of outcome less completed outcome.
    counterfactual : numpy.ndarray, shape (units, periods)
        Completed for all cells: effects plus the part of low rank.
    low_rank : numpy.ndarray, shape (units, periods)
    rank : int
    penalty : float
        λ of the mean squared error plus λ times the nuclear norm, in units of the outcome.
    penalties, errors : numpy.ndarray, shape (candidates,)
        What was tried, and the root mean squared error on held-out cells; empty where the penalty was given.
    gap : float
        How much lower the loss can be at most, as a share of it.
    """

    panel: TreatedPanel
    effect: float
    counterfactual: Floats
    low_rank: Floats
    rank: int
    penalty: float
    penalties: Floats
    errors: Floats
    gap: float

    @property
    def gaps(self) -> Floats:
        """Mean over treated units of outcome less completed outcome, shape (periods,)."""
        treated = slice(self.panel.treated)
        difference: Floats = (self.panel.outcomes - self.counterfactual)[treated].mean(axis=0)
        return difference


def matrix_completion(
    panel: TreatedPanel, penalty: float | None = None, folds: int = 5, seed: int = 2020
) -> MatrixCompletion:
    """Complete the treated cells by the least nuclear norm, with a bound on how far the loss is from its minimum.

    Parameters
    ----------
    panel : TreatedPanel
    penalty : float, optional
        λ; by default the one with the least squared error on held-out cells.
    folds : int
        Parts of the observed cells that are held out in turn.
    seed : int
        Of the parts.

    Returns
    -------
    MatrixCompletion

    Raises
    ------
    ValueError
        If the penalty is not above zero or there are fewer than two folds.
    NotConverged
        If the bound stays above 1e-8 of the loss.

    References
    ----------
    Athey, Bayati, Doudchenko, Imbens and Khosravi (2021), Journal of the American Statistical Association 116(536);
    Mazumder, Hastie and Tibshirani (2010), Journal of Machine Learning Research 11; Beck and Teboulle (2009), SIAM
    Journal on Imaging Sciences 2(1), and O'Donoghue and Candès (2015), Foundations of Computational Mathematics 15, for
    the steps.
    """
    require.some("folds", folds, 2)
    observed = np.ones(panel.outcomes.shape, dtype=bool)
    observed[: panel.treated, panel.before :] = False
    # In units of the data's own spread, so that what counts as small is small in any currency.
    size = float(np.std(panel.outcomes[observed])) or 1.0
    outcomes = (panel.outcomes - panel.outcomes[observed].mean()) / size
    penalties, errors = np.empty(0), np.empty(0)
    if penalty is None:
        penalties, errors = _cross_validated(outcomes, observed, folds, seed)
        chosen = float(penalties[errors.argmin()])
    else:
        chosen = float(require.positive("penalty", penalty)) / size
    low_rank, gap = _complete(_Cells(outcomes, observed), chosen, np.zeros_like(outcomes), FINE)
    if not gap <= FINE:
        raise NotConverged(f"the loss may be {gap:.2g} of itself too high. Allowed: {FINE:g}; give a larger penalty.")
    effects = _Cells(outcomes, observed).effects(low_rank)
    counterfactual = (effects + low_rank) * size + panel.outcomes[observed].mean()
    return MatrixCompletion(
        panel=panel,
        effect=float((panel.outcomes - counterfactual)[~observed].mean()),
        counterfactual=counterfactual,
        low_rank=low_rank * size,
        rank=int(np.linalg.matrix_rank(low_rank, tol=1e-6 * np.sqrt(low_rank.size))),
        penalty=chosen * size,
        penalties=penalties * size,
        errors=errors * size,
        gap=gap,
    )


class _Cells:
    """Observed cells, and what unit and period effects leave of a matrix on them."""

    def __init__(self, outcomes: Floats, observed: Flags) -> None:
        self.outcomes, self.observed = np.where(observed, outcomes, 0.0), observed
        flags = observed.astype(float)
        rows, columns = np.diag(flags.sum(axis=1)), np.diag(flags.sum(axis=0))
        self.inverse = np.linalg.pinv(np.block([[rows, flags], [flags.T, columns]]), hermitian=True)

    def effects(self, low_rank: Floats) -> Floats:
        """Least-squares unit plus period effects of what the low rank leaves, in every cell."""
        left = np.where(self.observed, self.outcomes - low_rank, 0.0)
        sums = self.inverse @ np.concatenate([left.sum(axis=1), left.sum(axis=0)])
        units = len(left)
        both: Floats = sums[:units, None] + sums[units:]
        return both

    def residuals(self, low_rank: Floats) -> Floats:
        """What low rank and effects leave of observed cells; zero elsewhere."""
        left: Floats = np.where(self.observed, self.outcomes - low_rank - self.effects(low_rank), 0.0)
        return left


def _complete(cells: _Cells, penalty: float, start: Floats, tolerance: float) -> tuple[Floats, float]:
    """Low rank that minimises mean squared error plus penalty times nuclear norm; and how far from the minimum."""
    threshold = penalty * cells.observed.sum() / 2
    low_rank = ahead = start
    momentum, gap = 1.0, np.inf
    for step in range(STEPS):
        left = cells.residuals(ahead)
        found, nuclear = _shrink(ahead + left, threshold)
        # Momentum that leads uphill is dropped.
        uphill = float(((ahead - found) * (found - low_rank)).sum()) > 0
        following = 1.0 if uphill else (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        ahead = found + (0.0 if uphill else (momentum - 1) / following) * (found - low_rank)
        low_rank, momentum = found, following
        if step % LOOK == LOOK - 1 and (gap := _gap(cells, low_rank, nuclear, threshold)) <= tolerance:
            break
    return low_rank, gap


def _shrink(matrix: Floats, threshold: float) -> tuple[Floats, float]:
    """The matrix with every singular value lowered by the threshold, and the sum of them."""
    left, singular, right = np.linalg.svd(matrix, full_matrices=False)
    kept = singular > threshold
    lowered = singular[kept] - threshold
    shrunk: Floats = (left[:, kept] * lowered) @ right[kept]
    return shrunk, float(lowered.sum())


def _gap(cells: _Cells, low_rank: Floats, nuclear: float, threshold: float) -> float:
    """Bound on the excess of the loss, as a share of it: residuals shrunk to the threshold are a point of the dual."""
    left = cells.residuals(low_rank)
    loss = float((left**2).sum()) / 2 + threshold * nuclear
    largest = float(np.linalg.norm(left, 2))
    dual = left * min(1.0, threshold / largest) if largest > 0 else left
    lower = float((dual * cells.outcomes).sum()) - float((dual**2).sum()) / 2
    return max(loss - lower, 0.0) / loss if loss > NOTHING**2 else 0.0


def _cross_validated(outcomes: Floats, observed: Flags, folds: int, seed: int) -> tuple[Floats, Floats]:
    whole = _Cells(outcomes, observed)
    largest = 2 * float(np.linalg.norm(whole.residuals(np.zeros_like(outcomes)), 2)) / observed.sum()
    if largest <= NOTHING:
        # Effects that fit all exactly leave nothing to penalise.
        return np.array([NOTHING]), np.zeros(1)
    penalties = largest * np.geomspace(1.0, SMALLEST_PENALTY, PENALTIES)
    fold = np.full(observed.shape, -1)
    places = np.random.default_rng(seed).permutation(observed.sum())
    fold[observed] = places % folds
    parts = [_Cells(outcomes, observed & (fold != part)) for part in range(folds)]
    low_ranks = [np.zeros_like(outcomes)] * folds
    errors: list[float] = []
    for penalty in penalties:
        squares = 0.0
        for part, cells in enumerate(parts):
            low_ranks[part], _ = _complete(cells, float(penalty), low_ranks[part], ROUGH)
            left = (outcomes - low_ranks[part] - cells.effects(low_ranks[part]))[fold == part]
            squares += float((left**2).sum())
        errors.append(float(np.sqrt(squares / observed.sum())))
        if len(errors) - 1 - int(np.argmin(errors)) >= WORSE:
            break
    return penalties[: len(errors)], np.array(errors)
