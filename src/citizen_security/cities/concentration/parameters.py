"""Parameters of the notebook `cities/concentration`."""

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from citizen_security.cities.parameters import CredibleLevel, PanelCountries
from citizen_security.parameters import EachOnce, Parameters, Seed

# At quick effort: simulated years at most, simulated cities, and the step between the years that are measured.
QUICK_YEARS, QUICK_CITIES, QUICK_STEP = 200, 5, 5
MINIMUM_YEARS_OF_THE_SERIES = 50

# Of homicides in the police sectors of Mexico City; the check knows how many there are now.
MONTHS_ON_RECORD = 108


class Concentration(Parameters):
    """How concentrated homicide is among places, beside what chance with equal risk would give."""

    RENAMED: ClassVar[Mapping[str, str]] = {"interval_level": "credible_level", "draws": "simulated_years"}

    scales: Annotated[list[Literal["countries", "states", "cities", "police_sectors"]], EachOnce()] = Field(
        ["countries", "states", "cities", "police_sectors"],
        min_length=1,
        description="kinds of places: countries of the region, states, cities, police sectors of Mexico City",
    )
    countries: PanelCountries = Field(
        ["BRA", "COL", "MEX"], description="countries whose states and cities are measured"
    )
    first_year: int = Field(2000, ge=1990, le=2024, description="first year", json_schema_extra={"unit": "year"})
    last_year: int = Field(2022, ge=1990, le=2024, description="last year", json_schema_extra={"unit": "year"})
    headline_scale: Literal["countries", "states", "cities", "police_sectors"] = Field(
        "cities", description="kind of places of the headline: the first country's, in their latest year"
    )
    share_of_homicides: float = Field(
        0.5, ge=0.05, le=0.95, description="the share of places that holds this share of the homicides is measured"
    )
    window_months: Annotated[list[Annotated[int, Field(ge=1, le=MONTHS_ON_RECORD)]], EachOnce()] = Field(
        [1, 3, 6, 12, 36, 108],
        min_length=1,
        description="lengths of the periods over which homicides in police sectors are added up",
        json_schema_extra={"unit": "months"},
    )
    streets: int = Field(
        136_984, ge=100, le=500_000, description="street segments of the city", json_schema_extra={"unit": "segments"}
    )
    street_homicides: int = Field(
        4_880, ge=10, le=100_000, description="homicides in these streets", json_schema_extra={"unit": "homicides"}
    )
    streets_with_homicide: int = Field(
        2_970,
        ge=1,
        le=100_000,
        description="street segments that are said to hold all of them",
        json_schema_extra={"unit": "segments"},
    )
    street_shapes: Annotated[list[Annotated[float, Field(ge=0.001, le=1_000)]], EachOnce()] = Field(
        [1.0, 0.1],
        max_length=4,
        description="shapes of gamma distributed risk of streets to compare: the smaller, the more unequal",
    )
    simulated_cities: int = Field(
        40,
        ge=5,
        le=500,
        description="simulated cities of streets; at quick effort 5",
        json_schema_extra={"unit": "cities"},
    )
    credible_level: CredibleLevel = 0.95
    simulated_years: int = Field(
        1_000,
        ge=200,
        le=20_000,
        description="simulated years for each interval, a quarter of them in the series; at quick effort at most 200",
        json_schema_extra={"unit": "years"},
    )
    seed: Seed = 2_017

    @property
    def simulated_years_at_effort(self) -> int:
        """Simulated years for each interval of this run."""
        return self.simulated_years if self.effort == "full" else min(self.simulated_years, QUICK_YEARS)

    @property
    def simulated_years_of_the_series(self) -> int:
        """Simulated years for each interval of the yearly series: a quarter of them."""
        return max(self.simulated_years_at_effort // 4, MINIMUM_YEARS_OF_THE_SERIES)

    @property
    def simulated_cities_at_effort(self) -> int:
        """Simulated cities of streets in this run."""
        return self.simulated_cities if self.effort == "full" else QUICK_CITIES

    @property
    def series_step(self) -> int:
        """Years between two that are measured: each year, or at quick effort every fifth."""
        return 1 if self.effort == "full" else QUICK_STEP

    def problems(self) -> Iterator[str]:
        """What the parameters say against each other."""
        if self.first_year > self.last_year:
            yield f"first_year = {self.first_year} is after last_year = {self.last_year}. Swap them."
        if self.headline_scale not in self.scales:
            yield (f"headline_scale = {self.headline_scale!r} is not in scales. Allowed: {', '.join(self.scales)}.")
        yield from _odd_streets(self.streets, self.street_homicides, self.streets_with_homicide)


def _odd_streets(streets: int, homicides: int, with_homicide: int) -> Iterator[str]:
    if with_homicide >= min(streets, homicides + 1):
        yield (
            f"streets_with_homicide = {with_homicide:,} cannot hold street_homicides = {homicides:,} in streets = "
            f"{streets:,}. Allowed: at most one street for each homicide, and fewer than all streets."
        )
