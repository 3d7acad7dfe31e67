"""Parameters of the notebook `programmes/state_of_exception`."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from citizen_security.parameters import EachOnce
from citizen_security.programmes.parameters import ConfidenceLevel, TestedProgramme

Pool = Literal["world", "region"]
Episode = Literal["mano_dura", "truce", "state_of_exception"]

# First year of each, and the last that is compared before the next begins.
EPISODES: dict[Episode, tuple[int, int]] = {
    "mano_dura": (2003, 2006),
    "truce": (2012, 2013),
    "state_of_exception": (2022, 2022),
}
FIRST_YEAR, LAST_YEAR = 1999, 2022


class StateOfException(TestedProgramme):
    """How much of El Salvador's fall came before the state of exception, and what would have to be uncounted."""

    first_year: int = Field(
        2000,
        ge=FIRST_YEAR,
        le=2008,
        description="first year that donors are matched in",
        json_schema_extra={"unit": "year"},
    )
    line_from: int = Field(
        2015,
        ge=2000,
        le=2017,
        description="first year of the line that is carried on to 2022",
        json_schema_extra={"unit": "year"},
    )
    episodes: Annotated[list[Episode], EachOnce()] = Field(
        ["mano_dura", "truce", "state_of_exception"],
        min_length=1,
        description="episodes that are set against other countries",
    )
    donors: Pool = Field(
        "world", description="countries that are donors and placebos: of the region, or of the whole world"
    )
    left_out: Annotated[list[Annotated[str, Field(pattern="^[A-Z]{3}$")]], EachOnce()] = Field(
        [], description="countries that are no donors, by their codes"
    )
    uncounted_before: float = Field(
        0.0,
        ge=0.0,
        le=0.5,
        description="share of all homicides that the records missed in 2021 already",
        json_schema_extra={"unit": "share"},
    )
    confidence_level: ConfidenceLevel = 0.95

    def problems(self) -> Iterator[str]:
        """What the parameters say against each other."""
        if "SLV" in self.left_out:
            yield "left_out names SLV, the country that is evaluated. Name donors only."
        early = [name for name in self.episodes if EPISODES[name][0] - self.first_year < 3]
        if early:
            yield (
                f"first_year = {self.first_year} leaves fewer than three years before {', '.join(early)}. Give an "
                "earlier first_year, or leave these out of episodes."
            )
