"""Parameters of the notebooks on programmes."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from citizen_security.methods.effort import Effort
from citizen_security.methods.synthetic_control.names import Statistic
from citizen_security.parameters import Parameters

MONTHS_A_YEAR = 12

# Homicides per 100,000 people, or the logarithm of this rate.
Outcome = Literal["level", "log"]

# Fields that several notebooks declare. Months are written so that they sort as text.
Month = Annotated[str, Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])$", examples=["2020-01"])]
ConfidenceLevel = Annotated[
    float,
    Field(
        ge=0.5,
        le=0.99,
        description="level of every interval; p-values count as small below one less it",
        json_schema_extra={"unit": "probability"},
    ),
]
PlaceboStatistic = Annotated[
    Statistic,
    Field(
        description="what placebos are compared by: gaps after the start over those before, or the mean gap after it"
    ),
]
Tolerance = Annotated[
    float,
    Field(
        ge=0.0,
        le=1.0,
        description="weights whose squared gaps are larger by up to this share count as fitting as well",
        json_schema_extra={"unit": "share"},
    ),
]


class TestedProgramme(Parameters):
    """Parameters with a confidence level, of which p-values that count as small follow; the subclass declares it."""

    if TYPE_CHECKING:
        confidence_level: float

    @property
    def significance(self) -> float:
        """P-values up to this one count as small."""
        return round(1 - self.confidence_level, 12)


def month_number(month: str) -> int:
    """Months since the year 0 of a month such as `2020-01`."""
    return MONTHS_A_YEAR * int(month[:4]) + int(month[5:]) - 1


def at_effort[Choice](effort: Effort, choices: list[Choice], quick: int) -> list[Choice]:
    """Choices that are gone through: all, at quick effort the first ones."""
    return choices if effort == "full" else choices[:quick]
