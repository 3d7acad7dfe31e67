"""Which model of varying slopes is fitted: its pooling, its errors, and the priors of its slopes."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from citizen_security.paradox.country_heterogeneity.parameters import CountryHeterogeneity, Errors, Spread


Pooling = Literal["complete pooling", "varying intercepts", "varying slopes", "no pooling"]


POOLINGS: tuple[Pooling, ...] = ("complete pooling", "varying intercepts", "varying slopes", "no pooling")


@dataclass(frozen=True)
class SlopePriors:
    """Priors of the slopes, in within-country deviations of the outcome per within-country deviation of the driver.

    Attributes
    ----------
    slope_scale : float
        Standard deviation of the normal prior of the average slope.
    deviation_scale : float
        Scale of the half-normal prior of the between-country deviation of the slopes.
    """

    slope_scale: float
    deviation_scale: float

    def variants(self, factor: float = 2.0) -> dict[str, "SlopePriors"]:
        """Each scale divided and multiplied by `factor`, by name."""
        down, up = f"divided by {factor:g}", f"times {factor:g}"
        return {
            f"between-country deviation {down}": replace(self, deviation_scale=self.deviation_scale / factor),
            f"between-country deviation {up}": replace(self, deviation_scale=self.deviation_scale * factor),
            f"average slope {down}": replace(self, slope_scale=self.slope_scale / factor),
            f"average slope {up}": replace(self, slope_scale=self.slope_scale * factor),
        }


@dataclass(frozen=True)
class Design:
    """Which of the models is fitted.

    Attributes
    ----------
    priors : SlopePriors
    pooling : {"complete pooling", "varying intercepts", "varying slopes", "no pooling"}
        What differs between countries: nothing; levels; levels, and slopes about a common average; levels, and slopes
        that are each estimated from its own country (year effects are shared throughout).
    errors : {"autoregressive", "independent"}
        Whether a country's errors follow each other in time.
    spread : {"by_country", "common"}
        Whether each country has an error deviation of its own.
    """

    priors: SlopePriors
    pooling: Pooling = "varying slopes"
    errors: "Errors" = "autoregressive"
    spread: "Spread" = "by_country"

    def data(self) -> dict[str, float]:
        """The design as numbers that the density takes, by name."""
        partial = self.pooling == "varying slopes"
        return {
            "slope_scale": self.priors.slope_scale,
            "deviation_scale": self.priors.deviation_scale,
            "own_levels": float(self.pooling != "complete pooling"),
            "pooled_average": float(self.pooling != "no pooling"),
            "estimated_deviation": float(partial),
            "given_deviation": self.priors.slope_scale * float(self.pooling == "no pooling"),
            "autoregressive": float(self.errors == "autoregressive"),
            "own_spreads": float(self.spread == "by_country"),
        }

    @property
    def constants(self) -> set[str]:
        """Variables of the posterior that this design does not estimate."""
        fixed = {"level_deviation"} | (set() if self.pooling == "varying slopes" else {"slope_deviation"})
        fixed |= set() if self.pooling == "complete pooling" else {"level"}
        fixed |= {"average_slope"} if self.pooling == "no pooling" else set()
        return fixed | (set() if self.errors == "autoregressive" else {"persistence"})


def main_design(parameters: "CountryHeterogeneity") -> Design:
    """Varying slopes with the priors and the errors that the parameters ask for."""
    priors = SlopePriors(parameters.slope_scale, parameters.deviation_scale)
    return Design(priors, "varying slopes", parameters.errors, parameters.spread)


def error_designs(main: Design) -> dict[str, Design]:
    """The main design under each model of the errors, by name; the main one comes last.

    Independent errors with a spread for each country are not among them: where a country's errors hardly move, its
    level and slopes are all but given, and the posterior has a shape that no sampler explores in reasonable time.
    """
    designs = [
        replace(main, errors="independent", spread="common"),
        replace(main, errors="autoregressive", spread="common"),
        replace(main, errors="autoregressive", spread="by_country"),
    ]
    ordered = sorted(designs, key=lambda design: design == main)
    return {describe_errors(design): design for design in ordered}


def describe_errors(design: Design) -> str:
    """Errors and spread of a design in words."""
    spread = "spread by country" if design.spread == "by_country" else "common spread"
    return f"{design.errors} errors, {spread}"
