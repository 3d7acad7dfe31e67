"""Parameters of the notebook `cities/every_municipality`."""

from collections.abc import Iterator

from pydantic import Field

from citizen_security.cities.parameters import CredibleLevel, few_draws
from citizen_security.parameters import (
    NO_FILE,
    SIMULATED,
    ChainDraws,
    Chains,
    OptionalPath,
    Parameters,
    Seed,
    TablePath,
    TargetAcceptance,
    Text,
    Tune,
)

DRAWS_OF_A_QUICK_RUN = 400
# Of places no more than are asked for, one in so many is called among the highest.
PART_OF_FEW = 10


class EveryMunicipality(Parameters):
    """Homicide in all municipalities of a country, from a table that an analyst brings or from a simulated country."""

    path: TablePath = Field(
        SIMULATED,
        description="simulated, or a .csv or .parquet file with one row for each place and year",
        json_schema_extra={"examples": ["my_tables/municipalities.csv"]},
    )
    place_column: Text = Field("place", description="column of the brought table with the place")
    group_column: Text = Field(
        "group", description="column with the place's group, such as its state; none where all are of one group"
    )
    year_column: Text = Field("year", description="column with the year")
    homicides_column: Text = Field("homicides", description="column with the number of homicides")
    population_column: Text = Field("population", description="column with the number of inhabitants")
    neighbours: OptionalPath = Field(
        NO_FILE,
        description="none, or a .csv or .parquet file of the brought table's places that border each other: a row for "
        "each pair, columns place and neighbour and, where names repeat, group and neighbour_group",
        json_schema_extra={"examples": ["my_tables/neighbours.csv"]},
    )
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
    simulated_wave_deviation: float = Field(
        0.3,
        ge=0.0,
        le=1.0,
        description="deviation of the waves that places go through, which last some years, in the simulated country",
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
        description="for each place, the probability of being among this many of the highest risk; a tenth of the "
        "places where there are no more than so many",
        json_schema_extra={"unit": "places"},
    )
    threshold_rate: float = Field(
        30.0,
        gt=0.0,
        le=1_000.0,
        description="for each place, the probability that its risk is above this rate",
        json_schema_extra={"unit": "homicides per 100,000 person-years"},
    )
    compared_years: int = Field(
        5,
        ge=1,
        le=50,
        description="movement is from so many years before the last one, or from the first year of a shorter table",
        json_schema_extra={"unit": "years"},
    )
    origins: int = Field(
        3,
        ge=1,
        le=10,
        description="years held out in turn to judge the forecasts; one in tables of fewer than six years",
        json_schema_extra={"unit": "years"},
    )
    risk_draws: int = Field(
        1_000, ge=200, le=5_000, description="draws of the model of risk now", json_schema_extra={"unit": "draws"}
    )
    constant_model: bool = Field(
        True, description="fit the model of constant risk, too, to learn from; false saves half a minute"
    )
    draws: ChainDraws = 1_500
    tune: Tune = 500
    chains: Chains = 4
    target_acceptance: TargetAcceptance = 0.9
    seed: Seed = 5_570

    @property
    def draws_at_effort(self) -> int:
        """Draws of the model of risk now: fewer at quick effort."""
        return min(self.risk_draws, DRAWS_OF_A_QUICK_RUN) if self.effort == "quick" else self.risk_draws

    def top_of(self, places: int) -> int:
        """How many of so many places are the highest: `top_places`, or a tenth where that would be all of them."""
        return self.top_places if self.top_places < places else max(1, places // PART_OF_FEW)

    @property
    def origins_at_effort(self) -> int:
        """Years held out: one at quick effort."""
        return 1 if self.effort == "quick" else self.origins

    @property
    def columns(self) -> dict[str, str]:
        """Column of the brought table for each thing that is read from it."""
        names = ("place", "group", "year", "homicides", "population")
        return {name: getattr(self, f"{name}_column") for name in names}

    def problems(self) -> Iterator[str]:
        """What the parameters say against each other."""
        yield from few_draws(self.draws, self.chains)
        if self.path == SIMULATED and self.neighbours != NO_FILE:
            yield (
                f"neighbours = {self.neighbours!r} names the neighbours of a simulated country, which has no map. "
                "Allowed: none, or bring the table of the places with path."
            )
        if self.path == SIMULATED and self.simulated_groups > self.simulated_places // 2:
            yield (
                f"simulated_groups = {self.simulated_groups} is more than half of simulated_places = "
                f"{self.simulated_places}. Allowed: groups of two places on average, so at most "
                f"{self.simulated_places // 2} groups."
            )
