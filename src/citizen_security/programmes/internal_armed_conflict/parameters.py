"""Parameters of the notebook `programmes/internal_armed_conflict`."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from citizen_security.parameters import EachOnce
from citizen_security.programmes.parameters import ConfidenceLevel, TestedProgramme

# A line of logarithms of counts, one of logarithms whose errors persist, one of homicides a day.
Form = Literal["counts", "logarithms", "levels"]

# The year of the decree, and the series.
YEAR, FIRST_YEAR, LAST_MONTH = 2024, 2014, 11

# The first months and the last of the window, which are compared with each other.
ENDS = 3


class InternalArmedConflict(TestedProgramme):
    """What Ecuador's homicides did after the decree of January 2024, against lines, earlier dates and provinces."""

    first_month: int = Field(
        1,
        ge=1,
        le=3,
        description="first month of 2024 that counts as after",
        json_schema_extra={"unit": "month"},
    )
    last_month: int = Field(
        LAST_MONTH,
        ge=6,
        le=LAST_MONTH,
        description="last month of 2024 that is compared",
        json_schema_extra={"unit": "month"},
    )
    line_from: int = Field(
        2019,
        ge=FIRST_YEAR,
        le=2022,
        description="first year of the line that is carried on and put to earlier dates",
        json_schema_extra={"unit": "year"},
    )
    lines_from: Annotated[list[Annotated[int, Field(ge=FIRST_YEAR, le=2022)]], EachOnce()] = Field(
        [2014, 2016, 2018, 2019, 2020, 2021, 2022],
        min_length=1,
        description="first years of all lines that are tried",
        json_schema_extra={"unit": "year"},
    )
    forms: Annotated[list[Form], EachOnce()] = Field(
        ["counts", "logarithms", "levels"], min_length=1, description="what the lines are straight in"
    )
    harmonics: int = Field(1, ge=1, le=2, description="waves of the season within a year")
    bend: float = Field(
        1.0,
        ge=0.0,
        le=3.0,
        description="bend of the trend after the start that bounds allow, in times the largest error before",
        json_schema_extra={"unit": "ratio"},
    )
    least_homicides: int = Field(
        30,
        ge=20,
        le=100,
        description="homicides a year, on average of all years, from which a province is looked at",
        json_schema_extra={"unit": "homicides a year"},
    )
    height_years: int = Field(
        3,
        ge=1,
        le=5,
        description="earlier years that the height of a province is measured against",
        json_schema_extra={"unit": "years"},
    )
    countries_from: int = Field(
        2015,
        ge=2010,
        le=2018,
        description="first year of the lines of three countries",
        json_schema_extra={"unit": "year"},
    )
    confidence_level: ConfidenceLevel = 0.95

    def problems(self) -> Iterator[str]:
        """What the parameters say against each other."""
        months = self.last_month - self.first_month + 1
        if months < 2 * ENDS:
            yield (
                f"from month {self.first_month} to {self.last_month} there are {months} months; give at least "
                f"{2 * ENDS}, so that the first {ENDS} and the last do not overlap."
            )
