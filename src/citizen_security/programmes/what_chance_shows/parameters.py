"""Parameters of the notebook `programmes/what_chance_shows`."""

from collections.abc import Iterator
from typing import Annotated, Literal, get_args

from pydantic import Field

from citizen_security.methods.spike_selection.names import Rule
from citizen_security.parameters import EachOnce, Parameters, Seed
from citizen_security.programmes.parameters import ConfidenceLevel

Panel = Literal["mexican_municipalities", "brazilian_cities", "mexican_cities", "colombian_cities"]
Design = Literal[
    "before_and_after", "extrapolated_line", "structural_series", "difference_in_differences", "synthetic_control",
    "synthetic_control_gap", "demeaned_synthetic_control", "synthetic_difference_in_differences", "equal_moments",
]  # fmt: skip

# Years that a design with two windows of two years needs before the start, and the longest that panels have.
LEAST_YEARS, MOST_YEARS = 6, 18

# Draws at quick effort.
QUICK_DRAWS = 40


class WhatChanceShows(Parameters):
    """False positives and least detectable falls of designs where nothing was done."""

    panels: Annotated[list[Panel], EachOnce()] = Field(
        ["mexican_municipalities", "brazilian_cities"],
        min_length=1,
        description="panels whose places are drawn; own falls and theory are those of the first one",
    )
    rules: Annotated[list[Rule], EachOnce()] = Field(
        ["random", "high", "rising", "own_peak"],
        min_length=1,
        description="how the place is chosen: random, high, rising, or own_peak (its last years are its highest)",
    )
    left_out: Annotated[list[Design], EachOnce()] = Field(
        [], max_length=len(get_args(Design)) - 1, description="designs that are not put to the places"
    )
    years_before: Annotated[list[Annotated[int, Field(ge=LEAST_YEARS, le=MOST_YEARS)]], EachOnce()] = Field(
        [6, 12],
        min_length=1,
        description="years before the start, each tried",
        json_schema_extra={"unit": "years"},
    )
    years_after: int = Field(3, ge=2, le=8, description="years from the start on", json_schema_extra={"unit": "years"})
    other_places: int = Field(
        30,
        ge=5,
        le=100,
        description="other places of each draw, at random: donors and placebos",
        json_schema_extra={"unit": "places"},
    )
    draws: int = Field(
        120,
        ge=20,
        le=2_000,
        description="places drawn for each panel, rule and number of years; at quick effort no more than 40",
        json_schema_extra={"unit": "draws"},
    )
    significance: float = Field(
        0.05,
        ge=0.01,
        le=0.2,
        description="p-values up to this one count as a finding",
        json_schema_extra={"unit": "probability"},
    )
    power: float = Field(
        0.8,
        ge=0.5,
        le=0.95,
        description="share of places in which the least detectable fall is found",
        json_schema_extra={"unit": "probability"},
    )
    confidence_level: ConfidenceLevel = 0.95
    seed: Seed = 2020

    @property
    def designs(self) -> list[Design]:
        """Designs that are put to each place."""
        return [design for design in get_args(Design) if design not in self.left_out]

    @property
    def draws_at_effort(self) -> int:
        """Draws that are made."""
        return self.draws if self.effort == "full" else min(self.draws, QUICK_DRAWS)

    def problems(self) -> Iterator[str]:
        """What the parameters say against each other."""
        least = 1 / (self.other_places + 1)
        if least > self.significance:
            yield (
                f"other_places = {self.other_places} can give no p-value below {least:.3f}, and significance = "
                f"{self.significance:g} asks for one. Give at least {int(1 / self.significance)} other_places, or a "
                "higher significance."
            )
