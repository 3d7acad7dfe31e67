"""Parameters of the notebook `paradox/country_heterogeneity`."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from citizen_security.paradox.parameters import (
    FIRST_YEAR,
    LAST_YEAR,
    TOGETHER,
    Countries,
    FirstYear,
    HomicideOutcome,
    HomicideRelease,
    LastYear,
    Regressor,
    contradictions,
    ended_release,
    reversed_period,
    without,
)
from citizen_security.parameters import ChainDraws, Chains, EachOnce, Parameters, Seed, TargetAcceptance, Tune

Errors = Literal["autoregressive", "independent"]


Spread = Literal["by_country", "common"]


DEFAULT_DRIVERS: list[Regressor] = ["unemployment_youth", "gdp_growth"]


# The convergence gate asks for 400 effective draws of every parameter; the worst has about a third of all draws.
MINIMUM_DRAWS_OF_SLOPES = 2_000


class CountryHeterogeneity(Parameters):
    """How much the slopes of homicide on its drivers differ between countries."""

    countries: Countries = "lac"
    first_year: FirstYear = FIRST_YEAR
    last_year: LastYear = LAST_YEAR
    outcome: HomicideOutcome = "rate"
    release: HomicideRelease = "2025"
    drivers: Annotated[list[Regressor], EachOnce()] = Field(
        DEFAULT_DRIVERS,
        min_length=1,
        max_length=4,
        description="drivers whose slopes vary by country, held together",
        json_schema_extra={**TOGETHER, **without("log_gdp_per_capita_squared")},
    )
    errors: Errors = Field(
        "autoregressive", description="whether a country's errors follow each other in time, or are independent"
    )
    spread: Spread = Field("by_country", description="whether each country has an error deviation of its own")
    slope_scale: float = Field(
        0.5,
        ge=0.05,
        le=10.0,
        description="standard deviation of the prior of an average slope",
        json_schema_extra={"unit": "within-country deviations of homicide per deviation of the driver"},
    )
    deviation_scale: float = Field(
        0.25,
        ge=0.02,
        le=5.0,
        description="scale of the half-normal prior of the between-country deviation of a slope",
        json_schema_extra={"unit": "within-country deviations of homicide per deviation of the driver"},
    )
    credible_level: float = Field(
        0.95,
        ge=0.5,
        le=0.99,
        description="probability that every interval on the page is to hold",
        json_schema_extra={"unit": "probability"},
    )
    draws: ChainDraws = 800
    tune: Tune = 400
    chains: Chains = 4
    target_acceptance: TargetAcceptance = 0.9
    seed: Seed = 2020

    def problems(self) -> Iterator[str]:
        """What the parameters say against each other."""
        yield from reversed_period("first_year", self.first_year, "last_year", self.last_year)
        if "log_gdp_per_capita_squared" in self.drivers:
            yield (
                "drivers has log_gdp_per_capita_squared, which has no slope of its own. Allowed: any other driver; the "
                "parabola is a matter of panel_regressions."
            )
        yield from contradictions(self.drivers)
        yield from ended_release(self.release, self.first_year)
        if self.errors == "independent" and self.spread == "by_country":
            yield (
                "errors = independent with spread = by_country gives a posterior that the sampler cannot explore: "
                "countries that hardly move pin everything down. Allowed: spread = common, or errors = autoregressive."
            )
        if self.draws * self.chains < MINIMUM_DRAWS_OF_SLOPES:
            yield (
                f"draws = {self.draws} in chains = {self.chains} are {self.draws * self.chains:,} draws, too few to "
                f"judge convergence. Allowed: at least {MINIMUM_DRAWS_OF_SLOPES:,} in all (effort = 'quick' takes "
                "fewer by itself)."
            )
