"""Parameters of the notebook `evidence/claimed_and_evaluated`."""

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from citizen_security.evidence.parameters import SHARE, ConfidenceLevel
from citizen_security.parameters import EachOnce, Parameters, Seed

SelectionRule = Literal["high_level", "spike", "at_random"]


MINIMUM_PANEL_YEARS = 10

PLACES_AT_QUICK_EFFORT = 10_000
CITY_RESAMPLES_AT_QUICK_EFFORT = 50

# Resamples of cities are simulated with no more places than this each, since each is a simulation of its own.
PLACES_FOR_A_RESAMPLE = 5_000

# The panel's own falls are found for every rule and quantile, so they have a quarter of the resamples, at least these.
FEWEST_OBSERVED_RESAMPLES = 20

# Pacification units are few and quickly drawn.

SMALLEST_POPULATION = 5_000


class ClaimedAndEvaluated(Parameters):
    """The fall that was announced, the one that was estimated, and the one that chance selection gives."""

    RENAMED: ClassVar[Mapping[str, str]] = {"interval_level": "confidence_level", "resamples": "city_resamples"}

    countries: Annotated[list[Literal["BRA", "COL", "MEX"]], EachOnce()] = Field(
        ["BRA", "MEX"],
        min_length=1,
        description="countries whose cities show how homicide varies from year to year",
    )
    first_year: int = Field(
        2000, ge=2000, le=2024, description="first year of the panel", json_schema_extra={"unit": "year"}
    )
    last_year: int = Field(
        2019, ge=2000, le=2024, description="last year of the panel", json_schema_extra={"unit": "year"}
    )
    minimum_mean_count: float = Field(
        20.0,
        ge=5,
        le=500,
        description="cities with fewer homicides a year on average are left out: their logarithms are mostly noise",
        json_schema_extra={"unit": "homicides a year"},
    )
    rule: SelectionRule = Field(
        "high_level", description="places chosen for a high_level, for a spike above their own past, or at random"
    )
    selection_quantile: float = Field(
        0.9, ge=0.5, le=0.99, description="only places above this quantile are chosen", json_schema_extra=SHARE
    )
    years_before: int = Field(
        1, ge=1, le=5, description="years before the programme that are averaged", json_schema_extra={"unit": "years"}
    )
    years_after: int = Field(
        2, ge=1, le=5, description="years after it that are averaged", json_schema_extra={"unit": "years"}
    )
    years_past: int = Field(
        3,
        ge=1,
        le=8,
        description="earlier years that a spike is measured against",
        json_schema_extra={"unit": "years"},
    )
    population: int = Field(
        300_000,
        ge=SMALLEST_POPULATION,
        le=20_000_000,
        description="size of the places in the simulation",
        json_schema_extra={"unit": "persons"},
    )
    rate: float = Field(
        25.0,
        ge=1,
        le=200,
        description="typical homicide rate of the places in the simulation",
        json_schema_extra={"unit": "per 100,000"},
    )
    confidence_level: ConfidenceLevel = 0.95
    places: int = Field(100_000, ge=2_000, le=1_000_000, description="simulated places; at quick effort 10,000")
    city_resamples: int = Field(200, ge=50, le=5_000, description="resamples of cities; at quick effort 50")
    seed: Seed = 1886

    @property
    def places_at_effort(self) -> int:
        """Simulated places of each size: those asked for, and fewer at quick effort."""
        return self.places if self.effort == "full" else min(self.places, PLACES_AT_QUICK_EFFORT)

    @property
    def places_for_a_resample(self) -> int:
        """Simulated places for each resample of cities."""
        return min(self.places_at_effort, PLACES_FOR_A_RESAMPLE)

    @property
    def city_resamples_at_effort(self) -> int:
        """Resamples of cities: those asked for, and fewer at quick effort."""
        return (
            self.city_resamples if self.effort == "full" else min(self.city_resamples, CITY_RESAMPLES_AT_QUICK_EFFORT)
        )

    @property
    def observed_resamples(self) -> int:
        """Resamples of cities for the falls of the panel's own cities."""
        return max(self.city_resamples_at_effort // 4, FEWEST_OBSERVED_RESAMPLES)

    @property
    def populations(self) -> list[int]:
        """Sizes of places that are compared: the one asked for, a quarter of it and four times it."""
        return sorted({max(self.population // 4, SMALLEST_POPULATION), self.population, self.population * 4})

    def problems(self) -> Iterator[str]:
        """What the parameters say against each other."""
        if self.last_year - self.first_year < MINIMUM_PANEL_YEARS - 1:
            yield (
                f"first_year = {self.first_year} and last_year = {self.last_year} are fewer than {MINIMUM_PANEL_YEARS} "
                "years, too few to see how a city's years hang together; give more years"
            )
