"""Matrix completion of every donor as if it had been treated, all at once, from where the treated unit's ended."""

import numpy as np

from ..arrays import Floats, Integers
from .matrix_completion import FINE, LOOK, NOTHING, STEPS, MatrixCompletion, NotConverged
from .placebos import refuse_few_donors


def completed_gaps(completed: MatrixCompletion) -> Floats:
    """Gaps of the treated unit, and of each donor as if it had been treated; no donor is completed from the treated.

    Parameters
    ----------
    completed : MatrixCompletion
        Of the treated unit. The penalty of the donors is its: chosen from their cells, nearly all of which they share.

    Returns
    -------
    numpy.ndarray, shape (1 + donors, periods)

    Raises
    ------
    NotAPanel
        If donors are too few to lend each other weights.
    NotConverged
        If a donor's loss is not known to be near its minimum.

    References
    ----------
    As `matrix_completion`, whose steps these are.
    """
    panel = completed.panel
    refuse_few_donors(panel)
    outcomes, donors = panel.donor_outcomes, len(panel.donors)
    size = float(outcomes.std()) or 1.0
    scaled = (outcomes - outcomes.mean()) / size
    threshold = completed.penalty / size * (outcomes.size - panel.after) / 2
    placebos = _Placebos(scaled, panel.before)
    # The part of low rank that all donors have in the treated unit's fit is nearly theirs.
    found = np.repeat(completed.low_rank[None, panel.treated :] / size, donors, axis=0)
    ahead, momentum, waiting = found.copy(), np.ones(donors), np.arange(donors)
    for step in range(STEPS):
        start, before = ahead[waiting], found[waiting]
        following, nuclear = _shrink(start + placebos.residuals(start, waiting), threshold)
        moved = following - before
        # Momentum that leads uphill is dropped.
        uphill = ((start - following) * moved).sum(axis=(1, 2)) > 0
        grown = np.where(uphill, 1.0, (1 + np.sqrt(1 + 4 * momentum[waiting] ** 2)) / 2)
        share = np.where(uphill, 0.0, (momentum[waiting] - 1) / grown)
        ahead[waiting], found[waiting] = following + share[:, None, None] * moved, following
        momentum[waiting] = grown
        if step % LOOK == LOOK - 1:
            waiting = waiting[placebos.excess(following, nuclear, threshold, waiting) > FINE]
            if not len(waiting):
                break
    if len(waiting):
        names = ", ".join(panel.donors[place] for place in waiting[:5])
        raise NotConverged(f"the loss of {names} may be too high. Allowed: {FINE:g} of it; give a larger penalty.")
    return np.vstack([completed.gaps, placebos.gaps(found) * size])


class _Placebos:
    """Donors' outcomes, of which each lacks its own from the start on, and what unit and period effects leave of them.

    One row short of balance, effects have a closed form: they are the means of the balanced rows, moved where the short
    row has cells.
    """

    def __init__(self, outcomes: Floats, before: int) -> None:
        self.outcomes, self.before = outcomes, before

    def _effects(self, left: Floats, own: Integers) -> tuple[Floats, Floats, Floats]:
        """Of units, of periods, and the unit effect of the short row, of tables of what is left of the outcomes."""
        number, early = len(self.outcomes), slice(self.before)
        short = left[np.arange(len(own)), own]
        periods = (left.sum(axis=1) - short) / (number - 1)
        level = periods.mean(axis=1, keepdims=True)
        periods -= level
        alone = (short - periods)[:, early].mean(axis=1, keepdims=True)
        periods[:, early] += ((short - periods)[:, early] - alone) / number
        return left.mean(axis=2), periods, alone

    def residuals(self, low_rank: Floats, own: Integers) -> Floats:
        """What low rank and effects leave of observed cells; zero elsewhere."""
        left: Floats = self.outcomes - low_rank
        units, periods, alone = self._effects(left, own)
        rows = np.arange(len(own))
        units[rows, own] = alone[:, 0]
        left -= units[:, :, None]
        left -= periods[:, None, :]
        left[rows, own, self.before :] = 0.0
        return left

    def gaps(self, low_rank: Floats) -> Floats:
        """Outcome less completed outcome of each short row."""
        own = np.arange(len(low_rank))
        left: Floats = self.outcomes - low_rank
        _, periods, alone = self._effects(left, own)
        short: Floats = left[own, own] - alone - periods
        return short

    def excess(self, low_rank: Floats, nuclear: Floats, threshold: float, own: Integers) -> Floats:
        """Bound on the excess of each loss, as a share of it, as for one matrix."""
        left = self.residuals(low_rank, own)
        squares = (left**2).sum(axis=(1, 2))
        loss = squares / 2 + threshold * nuclear
        largest = np.sqrt(np.maximum(np.linalg.eigvalsh(left.transpose(0, 2, 1) @ left)[:, -1], 0.0))
        share = np.minimum(1.0, threshold / np.maximum(largest, NOTHING))
        # What is left is zero where a row is short, so that the outcomes there count for nothing.
        lower = share * (left * self.outcomes).sum(axis=(1, 2)) - share**2 * squares / 2
        return np.where(loss > NOTHING**2, np.maximum(loss - lower, 0.0) / np.maximum(loss, NOTHING**2), 0.0)


def _shrink(matrices: Floats, threshold: float) -> tuple[Floats, Floats]:
    """Each matrix with every singular value lowered by the threshold, and the sums of them.

    By the products of columns, which tell a singular value to half its digits; those near zero are lowered to it.
    """
    squares, right = np.linalg.eigh(matrices.transpose(0, 2, 1) @ matrices)
    singular = np.sqrt(np.maximum(squares, 0.0))
    lowered = np.maximum(singular - threshold, 0.0)
    share = lowered / np.maximum(singular, NOTHING)
    shrunk: Floats = matrices @ ((right * share[:, None, :]) @ right.transpose(0, 2, 1))
    return shrunk, lowered.sum(axis=1)
