"""Parameters of the notebooks on city homicide."""

from typing import Literal, Self

from pydantic import Field, model_validator

from citizen_security.parameters import Parameters

# The gate asks for 400 effective draws; on small samples they were an eighth of all draws at the fewest.
MINIMUM_DRAWS_IN_ALL = 4_000


class CityHomicide(Parameters):
    """A hierarchical Poisson model of the 50-city table: cities within countries."""

    countries: Literal["all", "lac"] | list[str] = Field(
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
    credible_level: float = Field(
        0.95, ge=0.5, le=0.99, description="probability that every interval on the page is to hold"
    )
    top_places: int = Field(
        5,
        ge=1,
        le=49,
        description="for each city, the probability of being among this many",
        json_schema_extra={"unit": "places"},
    )
    compared_cities: list[str] = Field(
        [],
        max_length=2,
        description="two cities to compare, named as in the table; empty: the two with the highest raw rates",
    )
    draws: int = Field(
        2_000, ge=500, le=20_000, description="kept draws of each chain", json_schema_extra={"unit": "draws"}
    )
    tune: int = Field(
        1_000,
        ge=500,
        le=20_000,
        description="draws of each chain that adapt the sampler",
        json_schema_extra={"unit": "draws"},
    )
    chains: int = Field(4, ge=2, le=8, description="chains, each started elsewhere")
    target_acceptance: float = Field(
        0.99,
        ge=0.95,
        le=0.999,
        description="acceptance that the sampler's step is adapted to; higher is slower and safer",
    )
    seed: int = Field(20_160_000, ge=0, le=2**31 - 1, description="seed of every random number")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        _refuse_odd_countries(self.countries)
        _refuse_odd_pair(self.compared_cities)
        _refuse_few_draws(self.draws, self.chains)
        return self


def _refuse_odd_countries(countries: str | list[str]) -> None:
    if isinstance(countries, str):
        return
    if not countries:
        raise ValueError(
            "countries = [] leaves no city. Allowed: all, lac, or a list of ISO codes such as ['BRA', 'MEX']."
        )
    repeated = sorted({country for country in countries if countries.count(country) > 1})
    if repeated:
        raise ValueError(f"countries names {', '.join(repeated)} more than once. Allowed: each country once.")


def _refuse_odd_pair(compared_cities: list[str]) -> None:
    if len(compared_cities) == 1:
        raise ValueError(
            f"compared_cities = {compared_cities!r} names one city. Allowed: two, or none for the two highest rates."
        )
    if len(set(compared_cities)) < len(compared_cities):
        raise ValueError(f"compared_cities names {compared_cities[0]!r} twice. Allowed: two different cities.")


def _refuse_few_draws(draws: int, chains: int) -> None:
    if draws * chains < MINIMUM_DRAWS_IN_ALL:
        raise ValueError(
            f"draws = {draws} in chains = {chains} make {draws * chains:,} draws in all; at least "
            f"{MINIMUM_DRAWS_IN_ALL:,} are needed to judge convergence. Allowed with so many chains: draws from "
            f"{-(-MINIMUM_DRAWS_IN_ALL // chains):,} (effort = 'quick' takes fewer by itself)."
        )
