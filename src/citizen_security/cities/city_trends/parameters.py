"""Parameters of the notebook `cities/city_trends`."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from citizen_security.cities.parameters import CredibleLevel, PanelCountries
from citizen_security.parameters import Parameters, Seed

# Draws at quick effort, at most.
QUICK_DRAWS = 300


class CityTrends(Parameters):
    """Levels, trends and waves of homicide in the cities of Brazil, Mexico and Colombia, and how well they forecast."""

    countries: PanelCountries = Field(
        ["BRA", "COL", "MEX"], description="countries with a city panel, by ISO alpha-3 code"
    )
    first_year: int = Field(
        2000, ge=2000, le=2024, description="first year of the panel", json_schema_extra={"unit": "year"}
    )
    last_year: int = Field(
        2024,
        ge=2000,
        le=2024,
        description="last year of the panel; figures of Brazil and Mexico end in 2021",
        json_schema_extra={"unit": "year"},
    )
    minimum_population: int = Field(
        0,
        ge=0,
        le=2_000_000,
        description="smallest population of a city in its latest year; the panel itself begins at about 200,000",
        json_schema_extra={"unit": "persons"},
    )
    doubtful_series: Literal["keep", "drop"] = Field(
        "keep", description="whether cities whose series the sources themselves put in doubt stay in, marked, or not"
    )
    since_year: int = Field(
        2010,
        ge=2000,
        le=2024,
        description="first year of the window with which the last years are compared",
        json_schema_extra={"unit": "year"},
    )
    window_years: int = Field(
        3,
        ge=1,
        le=8,
        description="years with figures in the window at the start and in that at the end",
        json_schema_extra={"unit": "years"},
    )
    highest_share: float = Field(
        0.1, ge=0.02, le=0.5, description="share of the cities, those highest at the start, that reversion is shown for"
    )
    held_out_years: int = Field(
        3,
        ge=1,
        le=6,
        description="years with figures that are forecast from each origin, from those before it",
        json_schema_extra={"unit": "years"},
    )
    forecast_origins: int = Field(
        4,
        ge=1,
        le=5,
        description="origins that forecasts are made from: the last held-out years, those before them, and so on",
        json_schema_extra={"unit": "origins"},
    )
    credible_level: CredibleLevel = 0.9
    draws: int = Field(
        1_000, ge=400, le=5_000, description="draws of each country's deviations", json_schema_extra={"unit": "draws"}
    )
    seed: Seed = 309

    @property
    def draws_at_effort(self) -> int:
        """Draws of each country's deviations in this run."""
        return self.draws if self.effort == "full" else min(self.draws, QUICK_DRAWS)

    def problems(self) -> Iterator[str]:
        """What the parameters say against each other."""
        if not self.first_year <= self.since_year < self.last_year:
            yield (
                f"since_year = {self.since_year} is not from first_year = {self.first_year} to the year before "
                f"last_year = {self.last_year}. Allowed: a year between them; widen the panel or choose another."
            )
