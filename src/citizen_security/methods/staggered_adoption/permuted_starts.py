"""Starts dealt to units anew: how often chance gives an effect as large as that of the true starts."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from math import factorial, prod
from typing import TYPE_CHECKING

import numpy as np

from .. import require
from ..arrays import Floats, Integers
from ..panel.rows import NotAPanel
from ..randomisation import Alternative, count_as_extreme, p_value, p_value_interval
from .names import Imputation
from .panels import StaggeredPanel
from .untreated_cells import average_effects
from .untreated_fit import imputable

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

# Statistics that fall short of the observed one by less than this share of it equal it.
TIE = 1e-7


@dataclass(frozen=True)
class PermutationTest:
    """An effect among those of permuted starts.

    Attributes
    ----------
    observed : float
        Mean effect, or log ratio of observed to expected events.
    drawn : numpy.ndarray, shape (draws,)
        The same of permuted starts. Missing where these leave no fit, which counts as extreme.
    extreme : int
        How many are as extreme as the observed one.
    enumerated : bool
        Whether these are all arrangements there are, the true one among them.
    arrangements : int
        How many different ones there are.
    """

    observed: float
    drawn: Floats
    extreme: int
    enumerated: bool
    arrangements: int

    @property
    def p_value(self) -> float:
        """Probability of so extreme an effect if no treatment did anything and starts were dealt by chance."""
        return p_value(self.extreme, len(self.drawn), enumerated=self.enumerated)

    @property
    def floor(self) -> float:
        """Smallest p-value that there could be."""
        return 1 / (len(self.drawn) + (0 if self.enumerated else 1))

    def interval(self, confidence_level: float = 0.95) -> tuple[float, float]:
        """Where the p-value of all arrangements lies.

        Parameters
        ----------
        confidence_level : float

        Returns
        -------
        tuple of float
            Both ends are the p-value where the draws are all there are.

        Raises
        ------
        ValueError
            If the level is no probability.
        """
        require.level("confidence_level", confidence_level)
        if self.enumerated:
            return self.p_value, self.p_value
        return p_value_interval(self.extreme, len(self.drawn), confidence_level)


def permuted_starts(
    panel: StaggeredPanel,
    imputation: Imputation = "linear",
    *,
    horizon: int | None = None,
    within: "ArrayLike | None" = None,
    draws: int = 10_000,
    seed: int = 2018,
    alternative: Alternative = "different",
) -> PermutationTest:
    """Test of no effect on anybody, by all or many arrangements of the starts over the units.

    Exact where starts were dealt by chance, whatever the counts' distribution and however few the units. Where places
    are treated at a spike they were not, and the test shares the estimate's fault.

    Parameters
    ----------
    panel : StaggeredPanel
    imputation : {"linear", "poisson"}
        Whose average effect is the statistic: of `imputation`, or of `poisson_imputation`, which needs counts.
    horizon : int, optional
        Periods from each start on that the statistic looks at; all by default.
    within : array_like, shape (units,), optional
        Groups within which starts are dealt, such as regions; all units are one by default.
    draws : int
        Random arrangements; all there are where these are no more.
    seed : int
    alternative : {"different", "greater", "less"}

    Returns
    -------
    PermutationTest

    Raises
    ------
    NotAPanel
        If there are no counts for "poisson", no effect can be imputed, or there is one arrangement only.
    ValueError
        If a name is unknown, draws or horizon are no whole numbers above zero, or groups are missing.

    References
    ----------
    Fisher (1935), The Design of Experiments; Athey and Imbens (2022), Journal of Econometrics 226(1), for random start
    dates; Phipson and Smyth (2010), Statistical Applications in Genetics and Molecular Biology 9(1), for the p-value.
    """
    require.one_of("imputation", imputation, Imputation)
    require.one_of("alternative", alternative, Alternative)
    require.whole("draws", draws, least=1)
    length = len(panel.periods) if horizon is None else int(require.whole("horizon", horizon, least=1))
    imputable(panel)
    groups = _groups(within, len(panel.units))
    number = prod(_arrangements(panel.starts[members]) for members in groups)
    if number == 1:
        raise NotAPanel(["the starts have one arrangement within the groups. Make the groups larger."])
    enumerated = number <= draws
    starts = _all(panel.starts, groups) if enumerated else _random(panel.starts, groups, int(draws), seed)
    counts = imputation == "poisson"
    values, exposure = panel.counted() if counts else (panel.outcomes, np.ones_like(panel.outcomes))
    found = average_effects(values, exposure, np.vstack([panel.starts, starts]), length, counts)
    observed, drawn = float(found[0]), found[1:]
    if np.isnan(observed):
        raise NotAPanel(["the true starts leave no fit: too few events. Join units or periods."])
    tie = TIE * abs(observed) if np.isfinite(observed) else 0.0
    extreme = count_as_extreme(drawn, observed, alternative=alternative, tie=tie)
    return PermutationTest(observed, drawn, extreme, enumerated, number)


def _groups(within: "ArrayLike | None", units: int) -> list[Integers]:
    labels = np.zeros(units) if within is None else require.keys("groups", within)
    if labels.shape != (units,):
        raise ValueError(f"within {labels.shape} for {units} units. Allowed: a group for each unit.")
    return [np.flatnonzero(labels == label) for label in np.unique(labels)]


def _arrangements(starts: Integers) -> int:
    _, number = np.unique(starts, return_counts=True)
    return factorial(len(starts)) // prod(factorial(int(each)) for each in number)


def _random(starts: Integers, groups: list[Integers], draws: int, seed: int) -> Integers:
    generator = np.random.default_rng(seed)
    found = np.empty((draws, len(starts)), dtype=np.int64)
    for members in groups:
        found[:, members] = generator.permuted(np.tile(starts[members], (draws, 1)), axis=1)
    return found


def _all(starts: Integers, groups: list[Integers]) -> Integers:
    found = []
    for parts in product(*(list(_distinct(sorted(starts[members].tolist()))) for members in groups)):
        one = np.empty_like(starts)
        for members, part in zip(groups, parts, strict=True):
            one[members] = part
        found.append(one)
    return np.array(found)


def _distinct(values: list[int]) -> Iterator[list[int]]:
    """Every different order of a sorted list."""
    if not values:
        yield []
    for place, value in enumerate(values):
        if place == 0 or value != values[place - 1]:
            yield from ([value, *rest] for rest in _distinct(values[:place] + values[place + 1 :]))
