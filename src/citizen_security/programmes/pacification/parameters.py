"""Parameters of the notebook `programmes/pacification`."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from citizen_security.parameters import EachOnce, Seed
from citizen_security.programmes.parameters import MONTHS_A_YEAR, ConfidenceLevel, Month, TestedProgramme, month_number

Outcome = Literal["both", "homicides", "killings_by_police"]
Scale = Literal["ratio", "counts"]
Period = Literal["quarter", "month", "half_year"]

MONTHS: dict[Period, int] = {"month": 1, "quarter": 3, "half_year": 6}

# The table begins here, and counts no deaths at all in some months of 2020.
FIRST_YEAR = 2007
EARLIEST_END, LATEST_END = "2012-12", "2019-12"

# Arrangements of dates at quick effort.
QUICK_DRAWS, QUICK_DRAWS_EACH = 999, 39


class Pacification(TestedProgramme):
    """Deaths in the areas of the pacification units, before and after their installation."""

    outcome: Outcome = Field(
        "both", description="deaths that are counted: homicides, killings by police, or both together"
    )
    scale: Scale = Field(
        "ratio",
        description="whether trends of areas are parallel in ratios (Poisson), or in numbers of deaths (counts)",
    )
    last_month: Month = Field("2014-12", description="last month that is estimated; later ones are described")
    period: Period = Field("quarter", description="what deaths are summed over: month, quarter or half_year")
    months_after: int = Field(
        24,
        ge=6,
        le=48,
        description="months from the installation on whose effect is averaged",
        json_schema_extra={"unit": "months"},
    )
    months_before: int = Field(
        12,
        ge=4,
        le=18,
        description="months before the installation that serve as placebo",
        json_schema_extra={"unit": "months"},
    )
    months_earlier: int = Field(
        0,
        ge=0,
        le=12,
        description="months by which every start is moved ahead of the installation, since police may have come before",
        json_schema_extra={"unit": "months"},
    )
    left_out: Annotated[list[str], EachOnce()] = Field([], description="units that are left out, by their names")
    draws: int = Field(
        4_999,
        ge=99,
        le=100_000,
        description="arrangements of the dates for the main test; fewer at quick effort",
        json_schema_extra={"unit": "arrangements"},
    )
    draws_each: int = Field(
        99,
        ge=19,
        le=2_000,
        description="arrangements of the dates for each of the other estimators; fewer at quick effort",
        json_schema_extra={"unit": "arrangements"},
    )
    confidence_level: ConfidenceLevel = 0.95
    seed: Seed = 2008

    @property
    def months(self) -> int:
        """Months of a period."""
        return MONTHS[self.period]

    @property
    def number(self) -> int:
        """Months from the first of the table to the last that is estimated."""
        return month_number(self.last_month) + 1 - MONTHS_A_YEAR * FIRST_YEAR

    @property
    def last_year(self) -> int:
        """Last year that is estimated to its end."""
        return (month_number(self.last_month) + 1) // MONTHS_A_YEAR - 1

    @property
    def after(self) -> int:
        """Periods from the start on."""
        return self.months_after // self.months

    @property
    def before(self) -> int:
        """Periods before the start."""
        return self.months_before // self.months

    @property
    def draws_at_effort(self) -> int:
        """Arrangements for the main test."""
        return self.draws if self.effort == "full" else min(self.draws, QUICK_DRAWS)

    @property
    def draws_each_at_effort(self) -> int:
        """Arrangements for each other estimator."""
        return self.draws_each if self.effort == "full" else min(self.draws_each, QUICK_DRAWS_EACH)

    def problems(self) -> Iterator[str]:
        """What the parameters say against each other."""
        if not EARLIEST_END <= self.last_month <= LATEST_END:
            yield (
                f"last_month = {self.last_month}. Allowed: {EARLIEST_END} to {LATEST_END}, after most units began and "
                "before the months of 2020 in which no unit reports a death."
            )
        if self.number % self.months:
            yield f"last_month = {self.last_month} does not end a {self.period}. Give its last month."
        for name in ("months_after", "months_before", "months_earlier"):
            if getattr(self, name) % self.months:
                given = f"{name} = {getattr(self, name)}"
                yield f"{given} is no multiple of {self.months}, the months of period = {self.period}."
        if self.months_before < 2 * self.months:
            yield (
                f"months_before = {self.months_before} is less than two periods of {self.months} months, so that no "
                "change before the start is seen. Give more, or a shorter period."
            )
