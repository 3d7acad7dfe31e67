"""What one regression asks: outcome, drivers, what is held constant, how countries count."""

from collections.abc import Sequence
from dataclasses import dataclass

from citizen_security.measures import GROWTH
from citizen_security.paradox.parameters import FixedEffects, Outcome, Weights

# Log income is measured from this income, about the region's own, so that the coefficient of the linear term is the
# slope there whatever the sample; the fit itself is the same for any choice.
REFERENCE_INCOME = 15_000.0

# Below this, intervals from errors clustered by country are far too short even with t quantiles
# (Cameron and Miller 2015, section VI).
MINIMUM_COUNTRIES = 8

# Fewer degrees of freedom leave nothing to tell a driver's movement from the fixed effects.
MINIMUM_RESIDUAL_DEGREES = 20

# What is left of a column after the fixed effects, relative to the column, below which it is rounding error.
NEGLIGIBLE = 1e-8

UNEMPLOYMENT = "unemployment_youth"


@dataclass(frozen=True)
class Specification:
    """One regression.

    Attributes
    ----------
    name : str
        What the specification is called in tables and figures.
    regressors : tuple of str
        Columns of the panel that enter.
    outcome : {"rate", "log_rate"}
        Homicide rate, or its logarithm.
    fixed_effects : {"two_way", "country", "year", "none"}
        What is held constant.
    weights : {"none", "population"}
        Countries count alike, or by their population.
    also_observed : tuple of str
        Columns that do not enter but must be observed, so that specifications share one sample.
    """

    name: str
    regressors: tuple[str, ...]
    outcome: Outcome = "rate"
    fixed_effects: FixedEffects = "two_way"
    weights: Weights = "none"
    also_observed: tuple[str, ...] = ()

    @property
    def effect_columns(self) -> tuple[str, ...]:
        """Columns whose levels are held constant."""
        columns: dict[FixedEffects, tuple[str, ...]] = {
            "two_way": ("iso3", "year"),
            "country": ("iso3",),
            "year": ("year",),
            "none": (),
        }
        return columns[self.fixed_effects]

    @property
    def needed(self) -> tuple[str, ...]:
        """Columns of the panel that must be observed in a row of the sample."""
        weight = ("population",) if self.weights == "population" else ()
        return tuple(dict.fromkeys((self.outcome, *self.regressors, *self.also_observed, *weight)))


def drivers(regressors: Sequence[str]) -> list[tuple[str, ...]]:
    """Regressors grouped so that each group makes sense alone: a square comes with its linear term.

    Parameters
    ----------
    regressors : sequence of str

    Returns
    -------
    list of tuple of str
    """
    return [
        (regressor.removesuffix("_squared"), regressor) if regressor.endswith("_squared") else (regressor,)
        for regressor in regressors
    ]


def unemployment_and_growth(regressors: Sequence[str]) -> tuple[str, ...]:
    """Youth unemployment and the growth series among `regressors`; empty unless both are there."""
    growth = [regressor for regressor in regressors if regressor in GROWTH]
    return (UNEMPLOYMENT, growth[0]) if growth and UNEMPLOYMENT in regressors else ()
