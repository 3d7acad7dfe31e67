"""Parameters of the notebook `paradox/poverty_and_violence`."""

from collections.abc import Iterator, Mapping
from typing import ClassVar, Literal

from pydantic import Field

from citizen_security.measures import MAIN_LINE, POVERTY_LINES
from citizen_security.paradox.parameters import (
    FIRST_YEAR,
    LAST_YEAR,
    PovertyLine,
    at_effort,
    reversed_period,
)
from citizen_security.parameters import CountryCodes, Parameters


def _either(choices: list[str]) -> str:
    """Choices as a clause of a sentence."""
    *others, last = choices
    return f"{', '.join(others)} or {last}" if others else last


class PovertyAndViolence(Parameters):
    """Poverty, inequality and homicide: the region over time, against the world, before and after."""

    RENAMED: ClassVar[Mapping[str, str]] = {"draws": "country_draws and window_swaps"}

    countries: Literal["lac"] | CountryCodes = Field(
        "lac", description="lac for the whole region, or a list of ISO 3166-1 alpha-3 codes that make up the region"
    )
    first_year: int = Field(
        FIRST_YEAR, ge=FIRST_YEAR, le=LAST_YEAR, description="first year shown", json_schema_extra={"unit": "year"}
    )
    last_year: int = Field(
        LAST_YEAR, ge=FIRST_YEAR, le=LAST_YEAR, description="last year shown", json_schema_extra={"unit": "year"}
    )
    before_first: int = Field(
        2000,
        ge=FIRST_YEAR,
        le=LAST_YEAR,
        description="first year of the window before",
        json_schema_extra={"unit": "year"},
    )
    before_last: int = Field(
        2004,
        ge=FIRST_YEAR,
        le=LAST_YEAR,
        description="last year of the window before",
        json_schema_extra={"unit": "year"},
    )
    after_first: int = Field(
        2015,
        ge=FIRST_YEAR,
        le=LAST_YEAR,
        description="first year of the window after",
        json_schema_extra={"unit": "year"},
    )
    after_last: int = Field(
        2019,
        ge=FIRST_YEAR,
        le=LAST_YEAR,
        description="last year of the window after",
        json_schema_extra={"unit": "year"},
    )
    poverty_line: PovertyLine = Field(
        MAIN_LINE.column,
        description=f"people below {_either([line.dollars for line in POVERTY_LINES.values()])} a day",
        json_schema_extra={"unit": "US dollars of 2017 at purchasing power parity"},
    )
    minimum_years: int = Field(
        2,
        ge=1,
        le=LAST_YEAR - FIRST_YEAR + 1,
        description="years with figures that a country needs in each window to be compared",
        json_schema_extra={"unit": "years"},
    )
    minimum_coverage: float = Field(
        0.75,
        ge=0,
        le=1,
        description="share of people living in countries with figures that a year needs to be compared with the world",
        json_schema_extra={"unit": "share of the population"},
    )
    highest_share: float = Field(
        0.25,
        ge=0.1,
        le=0.5,
        description="share of countries that counts as the most violent, to see how far they would fall by chance",
        json_schema_extra={"unit": "share of the countries"},
    )
    confidence_level: float = Field(
        0.95, gt=0.5, lt=1, description="level of the intervals", json_schema_extra={"unit": "probability"}
    )
    country_draws: int = Field(
        4_999,
        ge=499,
        le=100_000,
        description="times that countries are drawn anew for each bootstrap; at quick effort at most 999",
        json_schema_extra={"unit": "draws"},
    )
    window_swaps: int = Field(
        4_999,
        ge=499,
        le=100_000,
        description="times that the windows are swapped at random; at quick effort at most 999",
        json_schema_extra={"unit": "swaps"},
    )
    seed: int = Field(20_240_229, ge=0, le=2**32 - 1, description="seed of the random draws")

    @property
    def windows(self) -> dict[str, tuple[int, int]]:
        """First and last year of the windows before and after."""
        return {"before": (self.before_first, self.before_last), "after": (self.after_first, self.after_last)}

    @property
    def country_draws_at_effort(self) -> int:
        """Draws of countries that are made."""
        return at_effort(self.effort, self.country_draws, 999)

    @property
    def window_swaps_at_effort(self) -> int:
        """Swaps of the windows that are made."""
        return at_effort(self.effort, self.window_swaps, 999)

    def problems(self) -> Iterator[str]:
        """What the parameters say against each other."""
        yield from reversed_period("first_year", self.first_year, "last_year", self.last_year)
        for window, (first, last) in self.windows.items():
            yield from _odd_window(window, first, last, self.minimum_years)
            yield from _outside(window, first, last, self.first_year, self.last_year)
        if self.before_last >= self.after_first:
            yield (
                f"the windows overlap: before ends with before_last = {self.before_last}, after begins with "
                f"after_first = {self.after_first}. Allowed: a before_last earlier than after_first."
            )


def _odd_window(window: str, first: int, last: int, minimum_years: int) -> Iterator[str]:
    if first > last:
        yield (
            f"{window}_first = {first} is after {window}_last = {last}. Allowed: a {window}_first no later than "
            f"{window}_last."
        )
    elif last - first + 1 < minimum_years:
        yield (
            f"{window}_first = {first} to {window}_last = {last} are {last - first + 1} years, and minimum_years = "
            f"{minimum_years} asks for more. "
            "Lengthen the window or lower minimum_years."
        )


def _outside(window: str, first: int, last: int, first_year: int, last_year: int) -> Iterator[str]:
    if first < first_year or last > last_year:
        yield (
            f"the window {window}, {first} to {last}, lies outside first_year = {first_year} to last_year = "
            f"{last_year}. Allowed: a window within these years."
        )
