"""Parameters of the notebook `programmes/prevention_costa_rica`."""

from collections.abc import Iterator
from typing import Annotated, Literal, get_args

from pydantic import Field

from citizen_security.methods.synthetic_control.names import Estimator
from citizen_security.parameters import EachOnce, Parameters, Seed
from citizen_security.programmes.parameters import ConfidenceLevel, Outcome, PlaceboStatistic, Tolerance, at_effort

Pool = Literal["region", "region_low", "world_low"]
POOLS: tuple[Pool, ...] = get_args(Pool)
SCALES: tuple[Outcome, ...] = get_args(Outcome)

# The country that is evaluated.
TREATED = "CRI"

# Years of the table that have a figure for most countries, and its last one.
FIRST_YEAR, LAST_YEAR = 1995, 2023

# Fewer say too little of how the country and its donors move together, and leave no line.
LEAST_YEARS_BEFORE = 5

# Starts of the curve at quick effort.
QUICK = 1

Year = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]


class PreventionCostaRica(Parameters):
    """Whether Costa Rica's homicides fell with its prevention, and rose without it, beyond what other countries do."""

    start: int = Field(
        2011,
        ge=FIRST_YEAR + LEAST_YEARS_BEFORE,
        le=LAST_YEAR - 2,
        description="first whole year of the strategy; the document names a term of office and no date",
        json_schema_extra={"unit": "year"},
    )
    last_year: Year = Field(2014, description="last year of the strategy", json_schema_extra={"unit": "year"})
    after_until: Year = Field(
        2018,
        description="last year of the time in which the gain is said to have eroded",
        json_schema_extra={"unit": "year"},
    )
    first_year: Year = Field(
        2001, description="first year that donors are matched in", json_schema_extra={"unit": "year"}
    )
    line_from: Year = Field(
        2001, description="first year of the line that is carried on", json_schema_extra={"unit": "year"}
    )
    donors: Pool = Field(
        "region",
        description="donors: countries of the region, those of them with low homicide, or all of the world with low",
    )
    low_below: float = Field(
        15.0,
        ge=2.0,
        le=100.0,
        description="mean homicides per 100,000 before the start below which a country counts as low",
        json_schema_extra={"unit": "homicides per 100,000"},
    )
    left_out: Annotated[list[Annotated[str, Field(pattern="^[A-Z]{3}$")]], EachOnce()] = Field(
        [], description="countries that are no donors, by their codes"
    )
    scale: Outcome = Field("log", description="homicides per 100,000 people (level), or the logarithm of this rate")
    estimator: Estimator = Field("demeaned", description="estimator of the run's own design")
    statistic: PlaceboStatistic = "mean_gap"
    curve_starts: Annotated[list[Year], EachOnce()] = Field(
        [2011, 2010, 2012],
        min_length=1,
        max_length=6,
        description="starts that the specification curve goes through, beside start; at quick effort the first one",
        json_schema_extra={"unit": "year"},
    )
    power: float = Field(
        0.8,
        ge=0.5,
        le=0.95,
        description="share of donors in which a fall has to be found to count as detectable",
        json_schema_extra={"unit": "share"},
    )
    tolerance: Tolerance = 0.05
    confidence_level: ConfidenceLevel = 0.9
    seed: Seed = 2010

    @property
    def significance(self) -> float:
        """P-values up to this one count as small."""
        return round(1 - self.confidence_level, 12)

    @property
    def starts_at_effort(self) -> list[int]:
        """Starts that the curve goes through, the run's own first."""
        return list(dict.fromkeys([self.start, *at_effort(self.effort, self.curve_starts, QUICK)]))

    def problems(self) -> Iterator[str]:
        """What the parameters say against each other."""
        if TREATED in self.left_out:
            yield f"left_out names {TREATED}, the country that is evaluated. Name donors only."
        for name, years in (("start", [self.start]), ("curve_starts", self.curve_starts)):
            early = [year for year in years if year - self.first_year < LEAST_YEARS_BEFORE]
            if early:
                yield (
                    f"{name} has {', '.join(map(str, early))}, with fewer than {LEAST_YEARS_BEFORE} years from "
                    f"first_year = {self.first_year} on before it. Give a later start or an earlier first_year."
                )
            late = [year for year in years if year > self.last_year]
            if late:
                yield (
                    f"{name} has {', '.join(map(str, late))}, after last_year = {self.last_year}. Give an earlier "
                    "start or a later last_year."
                )
        if self.start - self.line_from < LEAST_YEARS_BEFORE:
            yield (
                f"line_from = {self.line_from} leaves fewer than {LEAST_YEARS_BEFORE} years of the line before start "
                f"= {self.start}. Give an earlier line_from."
            )
        if not self.last_year < self.after_until < LAST_YEAR:
            yield (
                f"after_until = {self.after_until} does not lie between last_year = {self.last_year} and the last year "
                f"of the table, {LAST_YEAR}. Give a year between them."
            )
