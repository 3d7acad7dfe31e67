"""Models that are averaged: ways of selection with their prior probabilities, and priors of the effects.

References
----------
Bartoš, Maier, Wagenmakers, Doucouliagos and Stanley (2023), Research Synthesis Methods 14(1); Röver, Bender, Dias and
others (2021), Research Synthesis Methods 12(4).
"""

import math
from dataclasses import dataclass
from typing import Any, Literal

from scipy import stats

from .. import require

type Kind = Literal["none", "weights", "pet", "peese"]
type Ensemble = Literal["one_sided_step", "two_sided_steps", "steps_and_regressions"]


@dataclass(frozen=True)
class EffectPriors:
    """Prior distributions of the alternatives, on the scale of the effects; frozen distributions of scipy.stats.

    Attributes
    ----------
    effect, heterogeneity : distribution
        Of μ and of τ where they are not zero.
    pet, peese : distribution
        Of the slope of the effect on the standard error and on the variance, towards the favoured sign.
    """

    effect: Any
    heterogeneity: Any
    pet: Any
    peese: Any


@dataclass(frozen=True)
class SelectionMechanism:
    """A way in which results are selected.

    Attributes
    ----------
    label : str
    kind : str
    prior_probability : float
    cut_points : tuple of float
        Of the p-values at which the weight of reporting steps down.
    both_tails : bool
        Whether p-values are two-sided, or one-sided in the favoured direction.
    """

    label: str
    kind: Kind
    prior_probability: float
    cut_points: tuple[float, ...] = ()
    both_tails: bool = False

    def __post_init__(self) -> None:
        require.one_of("kind", self.kind, Kind)


NO_SELECTION = SelectionMechanism("none", "none", 0.5)


# Bartoš and others (2023), table 1: half of the prior on no selection, a quarter each on weights and on regressions.
_STEPS: tuple[tuple[tuple[float, ...], bool], ...] = (
    ((0.05,), True),
    ((0.05, 0.1), True),
    ((0.05,), False),
    ((0.025, 0.05), False),
    ((0.05, 0.5), False),
    ((0.025, 0.05, 0.5), False),
)


def _weights(cut_points: tuple[float, ...], both_tails: bool, prior_probability: float) -> SelectionMechanism:
    sides = "two" if both_tails else "one"
    label = f"weights, {sides}-sided p: {', '.join(f'{cut:g}' for cut in cut_points)}"
    return SelectionMechanism(label, "weights", prior_probability, cut_points, both_tails)


ENSEMBLES: dict[Ensemble, tuple[SelectionMechanism, ...]] = {
    "one_sided_step": (NO_SELECTION, _weights((0.025,), False, 0.5)),
    "two_sided_steps": (NO_SELECTION, *(_weights(cuts, True, 0.25) for cuts in ((0.05,), (0.05, 0.1)))),
    "steps_and_regressions": (
        NO_SELECTION,
        *(_weights(cuts, both_tails, 1 / 24) for cuts, both_tails in _STEPS),
        SelectionMechanism("PET", "pet", 1 / 8),
        SelectionMechanism("PEESE", "peese", 1 / 8),
    ),
}


def unit_information_priors(
    unit: float, *, effect: float = 0.5, heterogeneity: float = 0.25, pet: float = 1.0, peese: float = 5.0
) -> EffectPriors:
    """Weakly informative priors in units of the information of one observation.

    Parameters
    ----------
    unit : float
        Standard error of an effect from one observation: 2 for log ratios, √2 for standardised mean differences.
    effect, heterogeneity : float
        Standard deviations of the normal prior of μ and of the half-normal one of τ, in units.
    pet, peese : float
        Scales of half-Cauchy priors: of the slope on the standard error, which has no unit, and of that on the variance
        for standardised mean differences.

    Returns
    -------
    EffectPriors

    Raises
    ------
    ValueError
        If a scale is not above zero.

    References
    ----------
    Röver, Bender, Dias and others (2021), Research Synthesis Methods 12(4); Bartoš and others (2023) for the slopes.
    """
    require.positive("unit", unit)
    for name, scale in {"effect": effect, "heterogeneity": heterogeneity, "pet": pet, "peese": peese}.items():
        require.positive(name, scale)
    return EffectPriors(
        effect=stats.norm(0, effect * unit),
        heterogeneity=stats.halfnorm(0, heterogeneity * unit),
        pet=stats.halfcauchy(0, pet),
        peese=stats.halfcauchy(0, peese * math.sqrt(2) / unit),
    )
