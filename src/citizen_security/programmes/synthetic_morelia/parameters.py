"""Parameters of the notebook `programmes/synthetic_morelia`."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from citizen_security.methods.synthetic_control.names import Estimator, Family
from citizen_security.parameters import EachOnce
from citizen_security.programmes.parameters import ConfidenceLevel, TestedProgramme, at_effort

Pool = Literal["country", "state"]

# Designs that are estimators of the family of synthetic controls.
BY_OUTCOMES: tuple[Estimator, ...] = (
    "difference_in_differences", "demeaned", "synthetic_difference_in_differences",
)  # fmt: skip

FIRST_YEAR, LAST_YEAR = 2000, 2021
LEAST_YEARS_BEFORE = 5

# Starts and last years of the curve at quick effort.
QUICK = 1

Year = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]


class SyntheticMorelia(TestedProgramme):
    """Whether Morelia's homicides fell beyond what other municipalities give."""

    start: Annotated[int, Field(ge=FIRST_YEAR, lt=LAST_YEAR)] = Field(
        2015, description="first year that counts as treated", json_schema_extra={"unit": "year"}
    )
    first_year: Year = Field(
        2002, description="first year that donors are matched in", json_schema_extra={"unit": "year"}
    )
    last_year: Year = Field(2018, description="last year that is looked at", json_schema_extra={"unit": "year"})
    donors: Pool = Field("country", description="municipalities that are donors: of the state, or of the whole country")
    least_deaths: float = Field(
        10.0,
        ge=1.0,
        le=60.0,
        description="deaths a year before the start that a donor needs",
        json_schema_extra={"unit": "deaths a year"},
    )
    family: Family = Field("poisson", description="likelihood of the weights that match counts")
    starts: Annotated[list[Year], EachOnce()] = Field(
        [2015, 2016],
        min_length=1,
        description="starts of the curve, each tried beside `start`; at quick effort the first one",
    )
    lasts: Annotated[list[Year], EachOnce()] = Field(
        [2017, 2018, 2021],
        min_length=1,
        description="last years of the curve, each tried beside `last_year`; at quick effort the first one",
    )
    confidence_level: ConfidenceLevel = 0.95

    @property
    def starts_at_effort(self) -> list[int]:
        """Starts that are tried, that of the run among them."""
        return sorted({self.start, *at_effort(self.effort, self.starts, QUICK)})

    @property
    def lasts_at_effort(self) -> list[int]:
        """Last years that are tried, that of the run among them."""
        return sorted({self.last_year, *at_effort(self.effort, self.lasts, QUICK)})

    def problems(self) -> Iterator[str]:
        """What the parameters say against each other."""
        for name, start in [("start", self.start), *(("starts", start) for start in self.starts)]:
            if start - self.first_year < LEAST_YEARS_BEFORE:
                yield (
                    f"{name} = {start} has {max(start - self.first_year, 0)} years from {self.first_year} on before "
                    f"it. Allowed: at least {LEAST_YEARS_BEFORE}; give an earlier first_year or a later start."
                )
        if self.last_year <= self.start:
            yield (
                f"last_year = {self.last_year} is not after start = {self.start}, the year that later ones are "
                f"compared with. Allowed: {self.start + 1} to {LAST_YEAR}; give a later last_year or an earlier start."
            )
        if max(self.lasts) < max(self.starts):
            yield (
                f"starts has {max(self.starts)}, and lasts ends with {max(self.lasts)}: no combination of the curve "
                "has that start. Give a later year in lasts, or take the start out."
            )
