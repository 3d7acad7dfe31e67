"""Parameters of the notebooks on city homicide."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from citizen_security.parameters import ChainDraws, Chains, Parameters, Seed, TargetAcceptance, Tune

# The gate asks for 400 effective draws; on small samples they were an eighth of all draws at the fewest.
MINIMUM_DRAWS_IN_ALL = 4_000

# Fields that several notebooks declare.
CredibleLevel = Annotated[
    float, Field(ge=0.5, le=0.99, description="probability that every interval on the page is to hold")
]


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
    credible_level: CredibleLevel = 0.95
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

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        _refuse_odd_countries(self.countries)
        _refuse_odd_pair(self.compared_cities)
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


class EveryMunicipality(Parameters):
    """Homicide in all municipalities of a country, from a table that an analyst brings or from a simulated country."""

    path: str = Field(
        "simulated",
        min_length=1,
        description="simulated, or a .csv or .parquet file with one row for each place and year",
        json_schema_extra={"examples": ["my_tables/municipalities.csv"]},
    )
    place_column: str = Field("place", min_length=1, description="column of the brought table with the place")
    group_column: str = Field("group", min_length=1, description="column with the place's group, such as its state")
    year_column: str = Field("year", min_length=1, description="column with the year")
    homicides_column: str = Field("homicides", min_length=1, description="column with the number of homicides")
    population_column: str = Field("population", min_length=1, description="column with the number of inhabitants")
    simulated_places: int = Field(
        5_570,
        ge=10,
        le=20_000,
        description="places of the simulated country; at quick effort no more than 500",
        json_schema_extra={"unit": "places"},
    )
    simulated_groups: int = Field(
        27, ge=1, le=100, description="groups of the simulated country", json_schema_extra={"unit": "groups"}
    )
    simulated_years: int = Field(
        20, ge=1, le=40, description="years of the simulated country", json_schema_extra={"unit": "years"}
    )
    simulated_extra_variation: float = Field(
        0.3,
        ge=0.0,
        le=1.0,
        description="deviation of a place's risk within a year, relative to its mean, in the simulated country",
    )
    simulated_trend_deviation: float = Field(
        0.4,
        ge=0.0,
        le=1.0,
        description="deviation of the places' own trends from first to last year in the simulated country",
        json_schema_extra={"unit": "log rate"},
    )
    overall_rate_centre: float = Field(
        15.0,
        ge=0.1,
        le=200.0,
        description="median of the prior of the overall homicide rate",
        json_schema_extra={"unit": "homicides per 100,000 person-years"},
    )
    credible_level: CredibleLevel = 0.9
    top_places: int = Field(
        100,
        ge=1,
        le=1_000,
        description="for each place, the probability of being among this many of the highest risk",
        json_schema_extra={"unit": "places"},
    )
    draws: ChainDraws = 1_500
    tune: Tune = 500
    chains: Chains = 4
    target_acceptance: TargetAcceptance = 0.9
    fuller_model: bool = Field(
        True,
        description="fit the model in which places drift and vary within years, too; false saves half of the time",
    )
    fuller_draws: int = Field(
        600, ge=200, le=5_000, description="kept draws of the fuller model", json_schema_extra={"unit": "draws"}
    )
    seed: Seed = 5_570

    @property
    def columns(self) -> dict[str, str]:
        """Column of the brought table for each thing that is read from it."""
        names = ("place", "group", "year", "homicides", "population")
        return {name: getattr(self, f"{name}_column") for name in names}

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        _refuse_few_draws(self.draws, self.chains)
        if self.path == "simulated" and self.simulated_groups > self.simulated_places // 2:
            raise ValueError(
                f"simulated_groups = {self.simulated_groups} is more than half of simulated_places = "
                f"{self.simulated_places}. Allowed: groups of two places on average, so at most "
                f"{self.simulated_places // 2} groups."
            )
        return self


class CityTrends(Parameters):
    """Levels, trends and waves of homicide in the cities of Brazil, Mexico and Colombia, and how well they forecast."""

    countries: list[Literal["BRA", "COL", "MEX"]] = Field(
        ["BRA", "COL", "MEX"], min_length=1, description="countries with a city panel, by ISO alpha-3 code"
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
        3,
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

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        _refuse_odd_countries(list(self.countries))
        if not self.first_year <= self.since_year < self.last_year:
            raise ValueError(
                f"since_year = {self.since_year} is not from first_year = {self.first_year} to the year before "
                f"last_year = {self.last_year}. Allowed: a year between them; widen the panel or choose another."
            )
        return self


class Concentration(Parameters):
    """How concentrated homicide is among places, beside what chance with equal risk would give."""

    scales: list[Literal["countries", "states", "cities", "police_sectors"]] = Field(
        ["countries", "states", "cities", "police_sectors"],
        min_length=1,
        description="kinds of places: countries of the region, states, cities, police sectors of Mexico City",
    )
    countries: list[Literal["BRA", "COL", "MEX"]] = Field(
        ["BRA", "COL", "MEX"], min_length=1, description="countries whose states and cities are measured"
    )
    first_year: int = Field(2000, ge=1990, le=2024, description="first year", json_schema_extra={"unit": "year"})
    last_year: int = Field(2022, ge=1990, le=2024, description="last year", json_schema_extra={"unit": "year"})
    headline_scale: Literal["countries", "states", "cities", "police_sectors"] = Field(
        "cities", description="kind of places of the headline: the first country's, in their latest year"
    )
    share_of_homicides: float = Field(
        0.5, ge=0.05, le=0.95, description="the share of places that holds this share of the homicides is measured"
    )
    window_months: list[int] = Field(
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
    street_shapes: list[float] = Field(
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
    interval_level: float = Field(0.95, ge=0.5, le=0.99, description="probability of every interval")
    draws: int = Field(
        1_000,
        ge=200,
        le=20_000,
        description="simulated years for each interval, a quarter of them in the series; at quick effort at most 200",
        json_schema_extra={"unit": "years"},
    )
    seed: Seed = 2_017

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for name in ("scales", "countries", "window_months", "street_shapes"):
            _refuse_repeated(name, getattr(self, name))
        if self.first_year > self.last_year:
            raise ValueError(f"first_year = {self.first_year} is after last_year = {self.last_year}. Swap them.")
        if self.headline_scale not in self.scales:
            raise ValueError(
                f"headline_scale = {self.headline_scale!r} is not in scales. Allowed: {', '.join(self.scales)}."
            )
        _refuse_odd_streets(self.streets, self.street_homicides, self.streets_with_homicide, self.street_shapes)
        return self


def _refuse_repeated(name: str, values: list[Any]) -> None:
    repeated = sorted({value for value in values if values.count(value) > 1})
    if repeated:
        raise ValueError(f"{name} holds {', '.join(map(str, repeated))} more than once. Allowed: each once.")


def _refuse_odd_streets(streets: int, homicides: int, with_homicide: int, shapes: list[float]) -> None:
    if with_homicide >= min(streets, homicides + 1):
        raise ValueError(
            f"streets_with_homicide = {with_homicide:,} cannot hold street_homicides = {homicides:,} in streets = "
            f"{streets:,}. Allowed: at most one street for each homicide, and fewer than all streets."
        )
    if any(not 0.001 <= shape <= 1_000 for shape in shapes):
        raise ValueError(f"street_shapes = {shapes} holds a shape out of range. Allowed: 0.001 to 1000.")


class CityTable(Parameters):
    """The printed list of fifty cities, held against published counts and against chance."""

    countries: Literal["all", "lac"] | list[str] = Field(
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
    draws: int = Field(
        2_000,
        ge=200,
        le=20_000,
        description="simulated years; at quick effort at most 500",
        json_schema_extra={"unit": "years"},
    )
    seed: Seed = 131

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        _refuse_odd_countries(self.countries)
        if self.first_year >= self.last_year:
            raise ValueError(
                f"first_year = {self.first_year} is not before last_year = {self.last_year}. Allowed: at least 2 years."
            )
        return self
