"""Parameters of the notebook `programmes/focused_deterrence`."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from citizen_security.methods.synthetic_control.names import Family
from citizen_security.parameters import EachOnce
from citizen_security.programmes.parameters import (
    MONTHS_A_YEAR,
    ConfidenceLevel,
    Month,
    TestedProgramme,
    at_effort,
    month_number,
)

Design = Literal["year_before", "all_before", "synthetic", "own_peak"]
Statistic = Literal["change", "change_over_error"]

# Windows of a year by quarter need this much before the start to be told from each other.
LEAST_MONTHS_BEFORE = 36
LEAST_MONTHS_AFTER = 12

# Starts of the curve at quick effort.
QUICK_STARTS = 3


def as_month(number: int) -> str:
    """A month since the year 0 as parameters write it: `2020-01`."""
    return f"{number // MONTHS_A_YEAR}-{number % MONTHS_A_YEAR + 1:02d}"


class FocusedDeterrence(TestedProgramme):
    """Whether homicides of one police sector fell beyond what other sectors, its peak and its line give."""

    sector: str = Field("PLATEROS", description="police sector that is evaluated, as the table writes it")
    start: Month = Field("2020-01", description="first month that counts as treated; no date is published")
    first: Month = Field("2016-01", description="first month that is looked at; files begin in January 2016")
    last: Month = Field("2023-12", description="last month that is looked at")
    least_homicides: float = Field(
        10.0,
        ge=0.0,
        le=40.0,
        description="files a year before the start that another sector needs to be compared",
        json_schema_extra={"unit": "files a year"},
    )
    statistic: Statistic = Field(
        "change",
        description="what sectors are ranked by: the change, or the change over the error of its counts",
    )
    family: Family = Field("poisson", description="likelihood of the synthetic control's weights")
    bends: Annotated[list[Annotated[float, Field(ge=0.0, le=5.0)]], EachOnce()] = Field(
        [0.0, 0.5, 1.0, 2.0],
        min_length=1,
        description="bends of the trend after the start, as multiples of the largest error of extrapolation before",
    )
    starts: Annotated[list[Month], EachOnce()] = Field(
        ["2019-01", "2019-04", "2019-07", "2019-10", "2020-01", "2020-04", "2020-07", "2020-10", "2021-01"],
        min_length=2,
        description="starts of the curve; at quick effort the first three",
    )
    confidence_level: ConfidenceLevel = 0.95

    @property
    def starts_at_effort(self) -> list[Month]:
        """Starts that are tried."""
        return at_effort(self.effort, self.starts, QUICK_STARTS)

    def problems(self) -> Iterator[str]:
        """What the parameters say against each other."""
        first, last = month_number(self.first), month_number(self.last)
        earliest, latest = first + LEAST_MONTHS_BEFORE, last + 1 - LEAST_MONTHS_AFTER
        span = (
            f"a start from {as_month(earliest)} to {as_month(latest)}" if earliest <= latest else "a longer span first"
        )
        for name, starts in (("start", [self.start]), ("starts", self.starts)):
            outside = [start for start in starts if not earliest <= month_number(start) <= latest]
            if outside:
                yield (
                    f"{name} = {', '.join(outside)}, with first = {self.first} and last = {self.last}. Allowed: "
                    f"{span}, since {LEAST_MONTHS_BEFORE} months before it and {LEAST_MONTHS_AFTER} from it on are "
                    "needed."
                )
