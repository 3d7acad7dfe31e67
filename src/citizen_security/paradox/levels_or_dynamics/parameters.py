"""Parameters of the notebook `paradox/levels_or_dynamics`."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from citizen_security.paradox.parameters import (
    FIRST_YEAR,
    LAST_YEAR,
    ConfidenceLevel,
    Countries,
    DrawSeed,
    FirstYear,
    HomicideOutcome,
    HomicideRelease,
    LastYear,
    Regressor,
    at_effort,
    ended_release,
    reversed_period,
    without,
)
from citizen_security.parameters import EachOnce, Parameters

# A square alone is no driver, and its linear term is not in the regression.
SQUARE = "log_gdp_per_capita_squared"


class LevelsOrDynamics(Parameters):
    """Homicide and its drivers as series that drift: each driver by itself, by estimators of levels and of dynamics."""

    countries: Countries = "lac"
    first_year: FirstYear = FIRST_YEAR
    last_year: LastYear = LAST_YEAR
    outcome: HomicideOutcome = "rate"
    release: HomicideRelease = "2025"
    drivers: Annotated[list[Regressor], EachOnce()] = Field(
        ["unemployment_youth", "gdp_growth", "poverty_685", "gini"],
        min_length=1,
        description="drivers, each by itself",
        json_schema_extra=without(SQUARE),
    )
    confidence_level: ConfidenceLevel = 0.95
    shortest_span: int = Field(
        15,
        ge=10,
        le=LAST_YEAR - FIRST_YEAR + 1,
        description="unbroken years that a country's series needs for a unit-root test of its own",
        json_schema_extra={"unit": "years"},
    )
    horizons: int = Field(
        5,
        ge=1,
        le=10,
        description="years over which responses are followed",
        json_schema_extra={"unit": "years"},
    )
    placebo_draws: int = Field(
        999,
        ge=99,
        le=9_999,
        description="simulated drivers, and simulated panels of unit-root tests; at quick effort at most 199",
        json_schema_extra={"unit": "draws"},
    )
    seed: DrawSeed = 2020

    @property
    def draws_at_effort(self) -> int:
        """Simulated drivers and panels that are made."""
        return at_effort(self.effort, self.placebo_draws, 199)

    def problems(self) -> Iterator[str]:
        """What the parameters say against each other."""
        yield from reversed_period("first_year", self.first_year, "last_year", self.last_year)
        yield from ended_release(self.release, self.first_year)
        if SQUARE in self.drivers:
            yield (
                f"drivers has {SQUARE}, which says nothing without its linear term, and each driver stands by itself. "
                "Leave it out."
            )
