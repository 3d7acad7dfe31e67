"""Parameters of the notebook `paradox/income_turning_point`."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from citizen_security.paradox.parameters import (
    FIRST_YEAR,
    LAST_YEAR,
    BootstrapDraws,
    Countries,
    CountryWeights,
    DrawSeed,
    FirstYear,
    HomicideOutcome,
    HomicideRelease,
    LastYear,
    Regressor,
    ended_release,
    reversed_period,
    without,
)
from citizen_security.parameters import EachOnce, Parameters

# Draws of each bootstrap at quick effort.
QUICK_DRAWS = 499


class IncomeTurningPoint(Parameters):
    """Homicide and income: whether the one rises with the other and then falls."""

    countries: Countries = "lac"
    first_year: FirstYear = FIRST_YEAR
    last_year: LastYear = LAST_YEAR
    outcome: HomicideOutcome = "rate"
    release: HomicideRelease = "2025"
    fixed_effects: Literal["two_way", "country"] = Field(
        "two_way", description="what the comparison within countries holds constant: country and year, or country"
    )
    weights: CountryWeights = "none"
    controls: Annotated[list[Regressor], EachOnce()] = Field(
        [],
        description="drivers held constant beside income in every comparison",
        json_schema_extra=without("log_gdp_per_capita", "log_gdp_per_capita_squared"),
    )
    range_trim: float = Field(
        0.0,
        ge=0,
        le=0.2,
        description="share of rows cut off at each end of the incomes between which the curve must turn",
        json_schema_extra={"unit": "share of the rows"},
    )
    knots: int = Field(
        5, ge=3, le=8, description="knots of the natural spline, at quantiles", json_schema_extra={"unit": "knots"}
    )
    confidence_level: float = Field(
        0.95,
        ge=0.6,
        le=0.999,
        description="level of the intervals and bands; one minus it is the significance of the tests",
        json_schema_extra={"unit": "probability"},
    )
    bootstrap_draws: BootstrapDraws = 4_999
    seed: DrawSeed = 2020

    @property
    def draws_at_effort(self) -> int:
        """Draws of each bootstrap at the chosen effort."""
        return self.bootstrap_draws if self.effort == "full" else min(self.bootstrap_draws, QUICK_DRAWS)

    @property
    def significance(self) -> float:
        """Significance of the tests: one minus the level of the intervals."""
        return 1 - self.confidence_level

    def problems(self) -> Iterator[str]:
        """What the parameters say against each other."""
        yield from reversed_period("first_year", self.first_year, "last_year", self.last_year)
        if income := [name for name in self.controls if name.startswith("log_gdp_per_capita")]:
            yield (
                f"controls has {', '.join(income)}, which is the income whose curve is sought. Allowed: any other "
                "regressor, or none."
            )
        yield from ended_release(self.release, self.first_year)
