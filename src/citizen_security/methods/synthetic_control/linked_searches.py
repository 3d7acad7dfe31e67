"""Synthetic control with predictors on many panels that are alike: each search begins where those before it ended."""

from typing import TYPE_CHECKING

import numpy as np

from ..arrays import Floats
from .panels import TreatedPanel
from .placebos import placebo_panels
from .predictor_search import LEAST_SHARE, search_among
from .predictors import LEAST_STARTS, PredictorControl, checked, first_points, problem_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

# Searches for each unit, from those of all known points that fit best, and steps of each for every predictor.
SEARCHES, STEPS = 8, 12

# By how much some logarithm of a predictor weight differs between points from which two searches begin.
APART = 1.0

# Of the points that other units ended at, the last so many are tried.
RECENT = 3


class LinkedSearches:
    """Searches over panels that share units and predictors, such as those of other starts, donors or scales.

    The treated unit and its placebos are searched for in the same way: from the points at which full searches begin,
    those where the unit's own searches have ended and those where others' have ended last, the best that lie apart.

    Parameters
    ----------
    seed : int
        Of the points that are drawn.

    Notes
    -----
    A full search takes some thirty times as long, and finds a lower loss for some units. Ranks among placebos stay
    valid: the treated unit is searched for no longer than a donor.
    """

    def __init__(self, seed: int = 2020) -> None:
        self.seed = seed
        self.known: dict[str, list[Floats]] = {}

    def learn(self, fit: PredictorControl) -> None:
        """Take the best point of a full search for the treated unit of its panel."""
        weights = fit.predictor_weights[0]
        self._keep(fit.panel.units[0], np.log(np.maximum(weights / weights.max(), LEAST_SHARE)))

    def gaps(self, panel: TreatedPanel, predictors: "ArrayLike", names: "Sequence[str] | None" = None) -> Floats:
        """Gaps of the treated unit and of each donor as if it had been treated.

        Parameters
        ----------
        panel : TreatedPanel
            With one treated unit.
        predictors : array_like, shape (units, predictors)
        names : sequence of str, optional

        Returns
        -------
        numpy.ndarray, shape (1 + donors, periods)

        Raises
        ------
        NotAPanel
            As `fit_with_predictors` and `placebo_panels`.
        """
        columns, _ = checked(panel, predictors, names)
        places = {unit: row for row, unit in enumerate(panel.units)}
        every = [panel, *placebo_panels(panel)]
        return np.vstack([self._gaps(one, columns[[places[unit] for unit in one.units]]) for one in every])

    def _gaps(self, panel: TreatedPanel, columns: Floats) -> Floats:
        unit = panel.units[0]
        others = [point for name, points in self.known.items() if name != unit for point in points[-RECENT:]]
        points = np.vstack([first_points(panel, columns, LEAST_STARTS, self.seed), *self.known.get(unit, []), *others])
        distances, outcomes, _ = problem_of(panel, columns)
        weights = np.empty(len(panel.donors))
        best, _ = search_among(points, distances, outcomes, SEARCHES, APART, STEPS * columns.shape[1], weights)
        self._keep(unit, best)
        return panel.target - weights @ panel.donor_outcomes

    def _keep(self, unit: str, point: Floats) -> None:
        self.known.setdefault(unit, []).append(point - point.max())
