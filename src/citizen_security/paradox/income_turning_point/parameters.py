"""Parameters of the notebook `paradox/income_turning_point`."""

from typing import Literal, Self

from pydantic import Field, model_validator

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
    refuse_ended,
    refuse_repeated,
    refuse_reversed,
)
from citizen_security.parameters import Parameters

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
    controls: list[Regressor] = Field([], description="drivers held constant beside income in every comparison")
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

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        refuse_reversed("first_year", self.first_year, "last_year", self.last_year)
        refuse_repeated("countries", self.countries)
        if self.controls:
            refuse_repeated("controls", self.controls)
        if income := [name for name in self.controls if name.startswith("log_gdp_per_capita")]:
            raise ValueError(
                f"controls has {', '.join(income)}, which is the income whose curve is sought. Allowed: any other "
                "regressor, or none."
            )
        refuse_ended(self.release, self.first_year)
        return self
