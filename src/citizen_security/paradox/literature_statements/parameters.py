"""Parameters of the notebook `paradox/literature_statements`."""

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from citizen_security.measures import MAIN_LINE
from citizen_security.paradox.parameters import (
    FIRST_YEAR,
    LAST_YEAR,
    BootstrapDraws,
    Countries,
    CountryWeights,
    DrawSeed,
    FirstYear,
    HeldConstant,
    HomicideRelease,
    KernelLags,
    LastYear,
    PovertyMeasure,
    Regressor,
    WildWeights,
    at_effort,
    ended_release,
    lags_or_none,
    long_lags,
    reversed_period,
    without,
)
from citizen_security.parameters import EachOnce, Parameters

DEFAULT_FURTHER_DRIVERS: list[Regressor] = [
    "infant_mortality",
    "secondary_enrolment",
    "mean_years_schooling",
    "urban_share",
    "male_15_29_share",
    "rule_of_law",
    "control_of_corruption",
    "convictions_per_homicide",
    "trust_police",
]


DEFAULT_HEADLINE_DRIVERS: list[Regressor] = ["unemployment_youth", "gdp_growth", MAIN_LINE.column, "gini"]


class LiteratureStatements(Parameters):
    """Statements of the literature on poverty, inequality and further drivers, each put to the test it asks for."""

    RENAMED: ClassVar[Mapping[str, str]] = {"measurement_draws": "gini_draws"}

    countries: Countries = "lac"
    first_year: FirstYear = FIRST_YEAR
    last_year: LastYear = LAST_YEAR
    release: HomicideRelease = "2025"
    fixed_effects: HeldConstant = "two_way"
    weights: CountryWeights = "none"
    poverty_measure: PovertyMeasure = Field(
        MAIN_LINE.column,
        description="poverty line and series: survey years, or the line-up, which is interpolated",
        json_schema_extra={"unit": "% of people"},
    )
    smallest_effect: float = Field(
        0.1,
        gt=0,
        le=5,
        description="smallest effect of a point of poverty that would matter",
        json_schema_extra={"unit": "victims per 100,000 people per percentage point"},
    )
    further_drivers: Annotated[list[Regressor], EachOnce()] = Field(
        DEFAULT_FURTHER_DRIVERS,
        min_length=1,
        description="further drivers, each fitted alone on its own sample",
        json_schema_extra=without("log_gdp_per_capita_squared"),
    )
    headline_drivers: Annotated[list[Regressor], EachOnce()] = Field(
        DEFAULT_HEADLINE_DRIVERS,
        min_length=1,
        description="drivers of which it is asked what their estimates hang on, each fitted alone",
        json_schema_extra=without("log_gdp_per_capita_squared"),
    )
    largest_set: int = Field(
        10,
        ge=1,
        le=20,
        description="country-years up to which a set that decides is looked for; at quick effort at most 3",
        json_schema_extra={"unit": "country-years"},
    )
    confidence_level: float = Field(
        0.95,
        ge=0.6,
        le=0.999,
        description="level of the confidence intervals; one minus it is the significance of the tests",
        json_schema_extra={"unit": "probability"},
    )
    bootstrap_draws: BootstrapDraws = 9_999
    bootstrap_weights: WildWeights = "webb"
    kernel_lags: KernelLags = "automatic"
    gini_draws: int = Field(
        200,
        ge=20,
        le=5_000,
        description="draws of the Gini from its standard errors; at quick effort at most 50",
        json_schema_extra={"unit": "draws"},
    )
    error_persistence: float = Field(
        0.9,
        ge=0,
        le=1,
        description="correlation of the Gini's error from one year to the next",
        json_schema_extra={"unit": "correlation"},
    )
    seed: DrawSeed = 2020

    @property
    def bootstrap_draws_at_effort(self) -> int:
        """Draws of each bootstrap that are made."""
        return at_effort(self.effort, self.bootstrap_draws, 499)

    @property
    def gini_draws_at_effort(self) -> int:
        """Draws of the Gini that are made."""
        return at_effort(self.effort, self.gini_draws, 50)

    @property
    def largest_set_at_effort(self) -> int:
        """Country-years up to which a set that decides is looked for."""
        return at_effort(self.effort, self.largest_set, 3)

    @property
    def lags(self) -> int | None:
        """Lags of Driscoll and Kraay's errors; none where they are automatic."""
        return lags_or_none(self.kernel_lags)

    @property
    def significance(self) -> float:
        """Of the tests: one minus the confidence level."""
        return 1 - self.confidence_level

    @property
    def persistences(self) -> list[float]:
        """Correlations of the Gini's error over a year that are tried: none, the chosen one, a shift of the series."""
        return sorted({0.0, self.error_persistence, 1.0})

    def problems(self) -> Iterator[str]:
        """What the parameters say against each other."""
        yield from reversed_period("first_year", self.first_year, "last_year", self.last_year)
        yield from long_lags(self.kernel_lags, self.last_year - self.first_year)
        for field in ("further_drivers", "headline_drivers"):
            if "log_gdp_per_capita_squared" in getattr(self, field):
                yield (
                    f"{field} has log_gdp_per_capita_squared, which says nothing alone. Allowed: any other "
                    "regressor; the parabola is a matter of panel_regressions."
                )
        yield from ended_release(self.release, self.first_year)
