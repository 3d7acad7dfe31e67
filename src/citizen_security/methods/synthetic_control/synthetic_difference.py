"""Synthetic difference-in-differences with its standard errors, each refused where too few units could give it."""

from dataclasses import dataclass
from itertools import combinations, islice
from math import comb
from typing import Literal

import numpy as np

from .. import require
from ..arrays import Floats, Integers
from ..intervals import about
from .counterfactuals import Problems, noise_of, shifted, synthetic_difference_weights
from .panels import LEAST_DONORS, TreatedPanel

# How the standard error is found.
StandardErrorMethod = Literal["placebo", "jackknife", "bootstrap"]

# The standard deviation of fewer placebos is itself uncertain by a quarter or more.
LEAST_PLACEBOS = 10

# Donors and treated units drawn again must be of more than one kind for a resample to say anything.
LEAST_TREATED = 2


class TooFewUnits(ValueError):
    """Units are too few for this standard error."""


@dataclass(frozen=True)
class SyntheticDifference:
    """A fit of synthetic difference-in-differences.

    Attributes
    ----------
    panel : TreatedPanel
    effect : float
        On the treated, mean over units and periods from the start on, in units of the outcome.
    unit_weights : numpy.ndarray, shape (donors,)
    time_weights : numpy.ndarray, shape (before,)
    gaps : numpy.ndarray, shape (periods,)
        Treated less weighted donors, less their weighted mean before the start.
    noise : float
        Standard deviation of donors' changes before the start, from which both ridges come.
    """

    panel: TreatedPanel
    effect: float
    unit_weights: Floats
    time_weights: Floats
    gaps: Floats
    noise: float

    @property
    def unit_zeta(self) -> float:
        """ζ of the unit weights, `(treated units × treated periods)^¼` times the noise."""
        return float((self.panel.treated * self.panel.after) ** 0.25 * self.noise)


@dataclass(frozen=True)
class StandardError:
    """A standard error and the effects that it was made from.

    Attributes
    ----------
    method : str
    value : float
        In units of the outcome.
    effects : numpy.ndarray, shape (draws,)
        Of placebos, of resamples or without each unit.
    enumerated : bool
        Whether these are all there are, so that no seed decides.
    """

    method: StandardErrorMethod
    value: float
    effects: Floats
    enumerated: bool

    def interval(self, effect: float, confidence_level: float = 0.95) -> tuple[float, float]:
        """Normal interval about an effect.

        Parameters
        ----------
        effect : float
        confidence_level : float

        Returns
        -------
        tuple of float

        Raises
        ------
        ValueError
            If the level is no probability.
        """
        return about(effect, self.value, confidence_level)


def synthetic_difference_in_differences(panel: TreatedPanel) -> SyntheticDifference:
    """Effect on the treated by unit and time weights.

    Unit weights match donors to the treated before the start up to a constant, with a ridge; time weights match periods
    before the start to those after it among donors. Both are exact.

    Parameters
    ----------
    panel : TreatedPanel

    Returns
    -------
    SyntheticDifference

    References
    ----------
    Arkhangelsky, Athey, Hirshberg, Imbens and Wager (2021), American Economic Review 111(12), Algorithm 1.
    """
    problems = Problems.of_panel(panel)
    noise = noise_of(problems)
    units, times = synthetic_difference_weights(problems, panel.treated, noise)
    gaps = problems.targets[0] - shifted(problems, units, times).outcomes[0]
    return SyntheticDifference(
        panel=panel,
        effect=float(gaps[panel.before :].mean()),
        unit_weights=units.weights[0, panel.treated :],
        time_weights=times[0, : panel.before],
        gaps=gaps,
        noise=float(noise[0]),
    )


def standard_error(
    fit: SyntheticDifference, method: StandardErrorMethod = "placebo", draws: int = 200, seed: int = 2020
) -> StandardError:
    """Standard error of the effect.

    Parameters
    ----------
    fit : SyntheticDifference
    method : {"placebo", "jackknife", "bootstrap"}
        `placebo`: the spread of effects on donors, which alone works with one treated unit and needs errors as variable
        among donors as among treated units. `jackknife`: without each unit, weights kept. `bootstrap`: units drawn
        again.
    draws : int
        Groups of donors or resamples; all groups of donors where there are no more.
    seed : int

    Returns
    -------
    StandardError

    Raises
    ------
    TooFewUnits
        If the method cannot say anything with so few treated units or donors.

    References
    ----------
    Arkhangelsky and others (2021), Algorithms 2 to 4.
    """
    require.one_of("method", method, StandardErrorMethod)
    require.some("draws", draws, LEAST_PLACEBOS)
    if method == "placebo":
        return _placebo(fit, draws, seed)
    if fit.panel.treated < LEAST_TREATED:
        raise TooFewUnits(
            f"{fit.panel.treated} treated unit for the {method}. Allowed: {LEAST_TREATED} or more; use 'placebo'."
        )
    return _jackknife(fit) if method == "jackknife" else _bootstrap(fit, draws, seed)


def _placebo(fit: SyntheticDifference, draws: int, seed: int) -> StandardError:
    panel = fit.panel
    donors, treated = len(panel.donors), panel.treated
    groups = comb(donors, treated)
    if donors - treated < LEAST_DONORS or groups < LEAST_PLACEBOS:
        raise TooFewUnits(
            f"{donors} donors for placebos of {treated} treated. Allowed: at least {LEAST_PLACEBOS} different groups, "
            f"each with {LEAST_DONORS} donors left; widen the pool."
        )
    enumerated = groups <= draws
    if enumerated:
        chosen = np.array(list(combinations(range(donors), treated)))
    else:
        generator = np.random.default_rng(seed)
        chosen = np.array([generator.choice(donors, treated, replace=False) for _ in range(draws)])
    series = panel.donor_outcomes
    allowed = np.ones((len(chosen), donors), dtype=bool)
    np.put_along_axis(allowed, chosen, values=False, axis=1)
    effects = _effects(series, series[chosen].mean(axis=1), allowed, fit)
    return StandardError("placebo", float(effects.std()), effects, enumerated)


def _effects(series: Floats, targets: Floats, allowed: Floats, fit: SyntheticDifference) -> Floats:
    """Effects with weights fitted anew by the ridges of the fit."""
    number, before = len(targets), fit.panel.before
    problems = Problems(
        series, targets, allowed.astype(bool), np.full(number, before), np.full(number, targets.shape[1])
    )
    fits = synthetic_difference_weights(problems, fit.panel.treated, np.full(number, fit.noise))
    effects: Floats = (targets - shifted(problems, *fits).outcomes)[:, before:].mean(axis=1)
    return effects


def _jackknife(fit: SyntheticDifference) -> StandardError:
    panel = fit.panel
    if (fit.unit_weights > 0).sum() < LEAST_DONORS:
        raise TooFewUnits("one donor carries all weight, and without it there is none. Use 'placebo'.")
    contrast = np.concatenate([-fit.time_weights, np.full(panel.after, 1 / panel.after)])
    differences = panel.outcomes @ contrast
    treated, donors = differences[: panel.treated], differences[panel.treated :]
    own, others = treated.mean(), float(fit.unit_weights @ donors)
    without_treated = (treated.sum() - treated) / (len(treated) - 1) - others
    without_donor = own - (others - fit.unit_weights * donors) / (1 - fit.unit_weights)
    effects = np.concatenate([without_treated, without_donor])
    number = len(effects)
    return StandardError("jackknife", float(np.sqrt((number - 1) / number * number * effects.var())), effects, True)


def _bootstrap(fit: SyntheticDifference, draws: int, seed: int) -> StandardError:
    panel, generator = fit.panel, np.random.default_rng(seed)
    effects = np.empty(draws)
    for draw in range(draws):
        rows = _resample(len(panel.units), panel.treated, generator)
        treated = panel.outcomes[rows[rows < panel.treated]]
        series = panel.outcomes[rows[rows >= panel.treated]]
        effects[draw] = _effects(series, treated.mean(axis=0)[None], np.ones((1, len(series))), fit)[0]
    return StandardError("bootstrap", float(effects.std()), effects, False)


def _resample(units: int, treated: int, generator: np.random.Generator) -> Integers:
    """Rows drawn with replacement until some are treated and two or more are donors."""
    drawn = (generator.integers(units, size=units) for _ in iter(int, 1))
    fine = (rows for rows in drawn if 0 < (rows < treated).sum() <= units - LEAST_DONORS)
    return next(islice(fine, 1))
