"""Parameters of the notebook `cities/city_homicide`."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from citizen_security.cities.parameters import CredibleLevel
from citizen_security.parameters import CountryCodes, EachOnce, Parameters, Seed, Text

# At quick effort.
QUICK_DRAWS, QUICK_LISTS, QUICK_EXTRA_POINTS = 1_000, 4, 3
EXTRA_POINTS = 8


class CityHomicide(Parameters):
    """A hierarchical Poisson model of the 50-city table: cities within countries."""

    countries: Literal["all", "lac"] | CountryCodes = Field(
        "all",
        description="all listed countries, lac (Latin America and the Caribbean), or a list of ISO alpha-3 codes",
        json_schema_extra={"examples": [["BRA", "MEX", "SLV", "HND"]]},
    )
    minimum_population: int = Field(
        0,
        ge=0,
        le=5_000_000,
        description="smallest implied population of a city that is kept",
        json_schema_extra={"unit": "persons"},
    )
    overall_rate_centre: float = Field(
        20.0,
        ge=1.0,
        le=200.0,
        description="median of the prior of the overall homicide rate",
        json_schema_extra={"unit": "homicides per 100,000 person-years"},
    )
    overall_scale: float = Field(
        1.0,
        ge=0.1,
        le=3.0,
        description="standard deviation of the prior of the overall log rate",
        json_schema_extra={"unit": "log rate"},
    )
    country_scale: float = Field(
        1.0,
        ge=0.1,
        le=3.0,
        description="scale of the half-normal prior of the deviation between countries",
        json_schema_extra={"unit": "log rate"},
    )
    city_scale: float = Field(
        0.5,
        ge=0.1,
        le=3.0,
        description="scale of the half-normal prior of the deviation between cities of a country",
        json_schema_extra={"unit": "log rate"},
    )
    credible_level: CredibleLevel = 0.95
    top_places: int = Field(
        5,
        ge=1,
        le=49,
        description="for each city, the probability of being among this many",
        json_schema_extra={"unit": "places"},
    )
    compared_cities: Annotated[list[Text], EachOnce()] = Field(
        [],
        max_length=2,
        description="two cities to compare, named as in the table; empty: the two with the highest raw rates",
        json_schema_extra={"not": {"type": "array", "minItems": 1, "maxItems": 1}},
    )
    paired_cities: int = Field(
        12,
        ge=2,
        le=25,
        description="cities with the highest raw rates that are compared pair by pair",
        json_schema_extra={"unit": "cities"},
    )
    cut_off: float = Field(
        0.0,
        ge=0.0,
        le=150.0,
        description="rate from which a city is listed; 0: the lowest rate of the table",
        json_schema_extra={"unit": "homicides per 100,000 person-years"},
    )
    simulated_lists: int = Field(
        12,
        ge=4,
        le=200,
        description="lists that are simulated to measure the bias of ignoring the cut-off",
        json_schema_extra={"unit": "lists"},
    )
    draws: int = Field(
        8_000,
        ge=1_000,
        le=100_000,
        description="independent draws from the posterior",
        json_schema_extra={"unit": "draws"},
    )
    seed: Seed = 20_160_000

    @property
    def draws_at_effort(self) -> int:
        """Draws from the posterior in this run."""
        return self.draws if self.effort == "full" else QUICK_DRAWS

    @property
    def draws_of_a_comparison(self) -> int:
        """Draws from the posterior of each model that is compared by leaving cities out: half as many."""
        return self.draws_at_effort // 2

    @property
    def simulated_lists_at_effort(self) -> int:
        """Lists that are simulated in this run."""
        return self.simulated_lists if self.effort == "full" else QUICK_LISTS

    @property
    def extra_points_at_effort(self) -> int:
        """Points of the grid of the spread beyond chance within a year, in this run."""
        return EXTRA_POINTS if self.effort == "full" else QUICK_EXTRA_POINTS

    def problems(self) -> Iterator[str]:
        """What the parameters say against each other."""
        yield from _odd_pair(self.compared_cities)


def _odd_pair(compared_cities: list[str]) -> Iterator[str]:
    if len(compared_cities) == 1:
        yield (
            f"compared_cities = {compared_cities!r} names one city. Allowed: two, or none for the two highest rates."
        )
