"""Parameters of the notebook `paradox/panel_regressions`."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from citizen_security.paradox.parameters import (
    DEFAULT_REGRESSORS,
    FIRST_YEAR,
    LAST_YEAR,
    TOGETHER,
    ConfidenceLevel,
    Countries,
    CountryWeights,
    DrawSeed,
    FirstYear,
    HeldConstant,
    HomicideOutcome,
    HomicideRelease,
    KernelLags,
    LastYear,
    Regressor,
    WildWeights,
    at_effort,
    contradictions,
    ended_release,
    lags_or_none,
    long_lags,
    reversed_period,
)
from citizen_security.parameters import EachOnce, Parameters


class PanelRegressions(Parameters):
    """Homicide and the drivers that the literature names.

    Two growth series are offered. `gdp_growth` is growth of the whole economy, as in the published statement that it
    is compared with, and ends in 2022; `gdp_per_capita_growth` comes from a later release and runs to 2023.
    """

    countries: Countries = "lac"
    first_year: FirstYear = FIRST_YEAR
    last_year: LastYear = LAST_YEAR
    outcome: HomicideOutcome = "rate"
    release: HomicideRelease = "2025"
    regressors: Annotated[list[Regressor], EachOnce()] = Field(
        DEFAULT_REGRESSORS,
        min_length=1,
        description="drivers: each is fitted alone, then all of them together",
        json_schema_extra=TOGETHER,
    )
    fixed_effects: HeldConstant = "two_way"
    weights: CountryWeights = "none"
    confidence_level: ConfidenceLevel = 0.95
    long_difference: int = Field(
        10,
        ge=2,
        le=LAST_YEAR - FIRST_YEAR - 1,
        description="years over which long differences are taken",
        json_schema_extra={"unit": "years"},
    )
    bootstrap_draws: int = Field(
        9_999,
        ge=199,
        le=99_999,
        description="draws of the wild cluster bootstrap; at quick effort at most 999",
        json_schema_extra={"unit": "draws"},
    )
    bootstrap_weights: WildWeights = "webb"
    kernel_lags: KernelLags = "automatic"
    seed: DrawSeed = 2020

    @property
    def draws_at_effort(self) -> int:
        """Draws of the wild cluster bootstrap that are made."""
        return at_effort(self.effort, self.bootstrap_draws, 999)

    @property
    def designs_at_effort(self) -> int:
        """Simulated panels on which coverage is counted."""
        return at_effort(self.effort, 20, 2)

    @property
    def lags(self) -> int | None:
        """Lags of Driscoll and Kraay's errors; none where they are automatic."""
        return lags_or_none(self.kernel_lags)

    def problems(self) -> Iterator[str]:
        """What the parameters say against each other."""
        yield from reversed_period("first_year", self.first_year, "last_year", self.last_year)
        yield from long_lags(self.kernel_lags, self.last_year - self.first_year)
        yield from contradictions(self.regressors)
        yield from ended_release(self.release, self.first_year)
