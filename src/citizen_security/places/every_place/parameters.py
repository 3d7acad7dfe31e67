"""Parameters of the notebook `places/every_place`."""

from typing import Annotated, Literal

from pydantic import Field

from citizen_security.parameters import EachOnce, Parameters, Seed

Kind = Literal["country", "state", "city"]

# At quick effort.
QUICK_DRAWS, QUICK_YEARS = 400, 1


class EveryPlace(Parameters):
    """Homicide in every country of the region, and in the states and cities that have tables: level, rank, change."""

    kinds: Annotated[list[Kind], EachOnce()] = Field(
        ["country", "state", "city"],
        min_length=1,
        description="kinds of places: countries of the region; states, departments and provinces; cities",
    )
    since: int = Field(
        2010,
        ge=1990,
        le=2023,
        description="year that changes are shown from; a place that has no figure then is shown from its next one",
        json_schema_extra={"unit": "year"},
    )
    place: str = Field(
        "HND",
        min_length=1,
        max_length=100,
        description="key of the place that is shown by itself, as places.csv has it",
        json_schema_extra={"examples": ["COL-76001"]},
    )
    credible_level: float = Field(0.95, ge=0.5, le=0.99, description="probability that every interval is to hold")
    draws: int = Field(
        2_000,
        ge=200,
        le=10_000,
        description="joint draws of all risks of a fit; at quick effort at most 400",
        json_schema_extra={"unit": "draws"},
    )
    held_out_years: int = Field(
        3,
        ge=1,
        le=5,
        description="last years that are held out in turn to judge each fit; at quick effort one",
        json_schema_extra={"unit": "years"},
    )
    seed: Seed = 1_990

    @property
    def draws_at_effort(self) -> int:
        """Joint draws of this run."""
        return self.draws if self.effort == "full" else min(self.draws, QUICK_DRAWS)

    @property
    def held_out_at_effort(self) -> int:
        """Years held out in this run."""
        return self.held_out_years if self.effort == "full" else QUICK_YEARS
