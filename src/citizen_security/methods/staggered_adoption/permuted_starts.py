"""Starts dealt to units anew: how often chance gives an effect as large as that of the true starts."""

from collections.abc import Callable, Iterator
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

# A share of arrangements does not miss a level by rounding.
ROUNDING = 1e-9

# Log effects of counts are looked for in steps that double, up to the farthest, and then halved to this precision.
FIRST_STEP, FARTHEST, PRECISION = 0.1, 4.0, 5e-4


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
    require.one_of("alternative", alternative, Alternative)
    return _Dealt.of(panel, imputation, horizon, within, draws, seed).test(0.0, alternative)


def permuted_limits(
    panel: StaggeredPanel,
    imputation: Imputation = "linear",
    *,
    confidence_level: float = 0.95,
    horizon: int | None = None,
    within: "ArrayLike | None" = None,
    draws: int = 10_000,
    seed: int = 2018,
) -> tuple[float, float]:
    """Constant effects on the treated cells that `permuted_starts` does not reject.

    An effect is taken out of the treated cells and the starts are dealt anew. The imputed effect of outcomes is linear
    in them, so that each arrangement has two effects at which it ties with the true one, and the ends are exact. Of
    counts, which an effect multiplies, the ends are looked for step by step.

    Parameters
    ----------
    panel, imputation, horizon, within, draws, seed
        As for `permuted_starts`.
    confidence_level : float

    Returns
    -------
    tuple of float
        The outermost effects that are not rejected; of counts log ratios. Infinite where so few arrangements reject
        nothing, or of counts nothing within `FARTHEST` of the estimate.

    Raises
    ------
    NotAPanel, ValueError
        As `permuted_starts`, or if the level is no probability.

    References
    ----------
    Rosenbaum (2002), Statistical Science 17(3), for limits from a test of constant effects; MacKinnon and Webb (2020),
    Journal of Econometrics 218(2), for few treated units.
    """
    require.level("confidence_level", confidence_level)
    dealt = _Dealt.of(panel, imputation, horizon, within, draws, seed)
    share = round(1 - confidence_level, 12)
    if imputation == "linear":
        return dealt.crossings(share)
    middle = dealt.test(0.0, "different").observed
    if not np.isfinite(middle):
        return -np.inf, np.inf

    def keeps(effect: float) -> bool:
        return dealt.test(effect, "different").p_value > share + ROUNDING

    return _outermost(keeps, middle, -1), _outermost(keeps, middle, 1)


def _outermost(keeps: Callable[[float], bool], middle: float, sign: int) -> float:
    """The first effect on a side of the estimate that is not kept."""
    step, inside = FIRST_STEP, 0.0
    while keeps(middle + sign * step):
        if step >= FARTHEST:
            return float(sign * np.inf)
        inside, step = step, min(2 * step, FARTHEST)
    while step - inside > PRECISION:
        half = (inside + step) / 2
        inside, step = (half, step) if keeps(middle + sign * half) else (inside, half)
    return middle + sign * step


@dataclass(frozen=True)
class _Dealt:
    """A panel with the arrangements of its starts: the true one first, then those dealt."""

    panel: StaggeredPanel
    starts: Integers
    enumerated: bool
    arrangements: int
    length: int
    counts: bool

    @classmethod
    def of(
        cls, panel: StaggeredPanel, imputation: Imputation, horizon: int | None, within: "ArrayLike | None", draws: int,
        seed: int,
    ) -> "_Dealt":  # fmt: skip
        require.one_of("imputation", imputation, Imputation)
        require.whole("draws", draws, least=1)
        length = len(panel.periods) if horizon is None else int(require.whole("horizon", horizon, least=1))
        imputable(panel)
        groups = _groups(within, len(panel.units))
        number = prod(_arrangements(panel.starts[members]) for members in groups)
        if number == 1:
            raise NotAPanel(["the starts have one arrangement within the groups. Make the groups larger."])
        enumerated = number <= draws
        dealt = _all(panel.starts, groups) if enumerated else _random(panel.starts, groups, int(draws), seed)
        return cls(
            panel, np.vstack([panel.starts, dealt]), enumerated, number, length, counts=imputation == "poisson"
        )  # fmt: skip

    def test(self, effect: float, alternative: Alternative) -> PermutationTest:
        """The test once an effect is taken out of the treated cells."""
        treated = self.panel.treated
        if self.counts:
            counted, exposure = self.panel.counted()
            values = np.where(treated, counted * np.exp(-effect), counted)
        else:
            exposure = np.ones_like(self.panel.outcomes)
            values = np.where(treated, self.panel.outcomes - effect, self.panel.outcomes)
        found = average_effects(values, exposure, self.starts, self.length, self.counts)
        observed, drawn = float(found[0]), found[1:]
        if np.isnan(observed):
            raise NotAPanel(["the true starts leave no fit: too few events. Join units or periods."])
        tie = TIE * abs(observed) if np.isfinite(observed) else 0.0
        extreme = count_as_extreme(drawn, observed, alternative=alternative, tie=tie)
        return PermutationTest(observed, drawn, extreme, self.enumerated, self.arrangements)

    def crossings(self, share: float) -> tuple[float, float]:
        """Outermost effects at which more than a share of the arrangements are as extreme as the true one."""
        ones = np.ones_like(self.panel.outcomes)
        of_outcomes, of_effect = (
            average_effects(values, ones, self.starts, self.length, counts=False)
            for values in (self.panel.outcomes, self.panel.treated.astype(np.float64))
        )
        own, drawn, slopes = float(of_outcomes[0]), of_outcomes[1:], of_effect[1:]
        # An arrangement takes up its slope's part of an effect; the true one takes up all of it, and is never beaten.
        ends = np.isfinite(drawn) & (np.abs(slopes) < 1 - TIE)
        slopes = np.where(ends, slopes, 0.0)
        both = np.stack([(drawn - own) / (slopes - 1), (drawn + own) / (slopes + 1)])
        lower, upper = np.where(ends, both.min(axis=0), -np.inf), np.where(ends, both.max(axis=0), np.inf)
        if not self.enumerated:
            lower, upper = np.append(lower, -np.inf), np.append(upper, np.inf)
        needed = int(np.floor(share * len(upper) + ROUNDING))
        return float(np.sort(lower)[needed]), float(np.sort(upper)[-1 - needed])


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
