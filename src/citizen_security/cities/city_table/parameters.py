"""Parameters of the notebook `cities/city_table`."""

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from citizen_security.parameters import CountryCodes, Parameters, Seed

# At quick effort: simulated years at most, and the step between the yearly lists that are compared.
QUICK_YEARS, QUICK_STEP = 500, 4


# Of these countries there are counts of every city; the check refuses a list without one.
ListedCountries = Annotated[CountryCodes, Field(json_schema_extra={"contains": {"enum": ["BRA", "COL", "MEX"]}})]


class CityTable(Parameters):
    """The printed list of fifty cities, held against published counts and against chance."""

    RENAMED: ClassVar[Mapping[str, str]] = {"draws": "simulated_years"}

    countries: Literal["all", "lac"] | ListedCountries = Field(
        "all",
        description="all listed countries, lac (Latin America and the Caribbean), or a list of ISO alpha-3 codes; at "
        "least one of BRA, COL, MEX",
        json_schema_extra={"examples": [["BRA", "MEX", "SLV", "HND"]]},
    )
    label_year: int = Field(
        2016, ge=2003, le=2021, description="year that the list is said to show", json_schema_extra={"unit": "year"}
    )
    count_tolerance: float = Field(
        0.05,
        ge=0.0,
        le=0.5,
        description="difference between printed and published homicides that is passed over, of the published",
    )
    population_tolerance: float = Field(
        0.05,
        ge=0.0,
        le=0.5,
        description="difference between implied and published population that is passed over, of the published",
    )
    panel_minimum_population: int = Field(
        250_000,
        ge=200_000,
        le=2_000_000,
        description="smallest population, in the year itself, of a city that could have been listed",
        json_schema_extra={"unit": "persons"},
    )
    first_year: int = Field(
        2003, ge=2000, le=2024, description="first year of the yearly lists", json_schema_extra={"unit": "year"}
    )
    last_year: int = Field(
        2019, ge=2000, le=2024, description="last year of the yearly lists", json_schema_extra={"unit": "year"}
    )
    confidence_level: float = Field(0.95, ge=0.5, le=0.99, description="confidence of every interval")
    simulated_years: int = Field(
        2_000,
        ge=200,
        le=20_000,
        description="simulated years; at quick effort at most 500",
        json_schema_extra={"unit": "years"},
    )
    seed: Seed = 131

    @property
    def simulated_years_at_effort(self) -> int:
        """Simulated years of this run."""
        return self.simulated_years if self.effort == "full" else min(self.simulated_years, QUICK_YEARS)

    @property
    def turnover_step(self) -> int:
        """Of the yearly lists every so-manieth is compared with the next: all, or at quick effort every fourth."""
        return 1 if self.effort == "full" else QUICK_STEP

    def problems(self) -> Iterator[str]:
        """What the parameters say against each other."""
        if self.first_year >= self.last_year:
            yield (
                f"first_year = {self.first_year} is not before last_year = {self.last_year}. Allowed: at least 2 years."
            )
