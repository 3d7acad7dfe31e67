"""Parameters of the notebook `programmes/trust_and_community_policing`."""

from typing import Annotated, Literal

from pydantic import Field

from citizen_security.parameters import EachOnce, Seed
from citizen_security.programmes.parameters import TestedProgramme

Institution = Literal["police", "judiciary"]
Timing = Literal["same_year", "year_before"]
Doubted = Literal["left_out", "kept"]
# Programmes of a whole country that the register dates.
Programme = Literal["plan_cuadrante", "pnvcc", "pronapred"]

# Draws of the bootstrap at quick effort.
QUICK_DRAWS = 499


class TrustAndCommunityPolicing(TestedProgramme):
    """What moves trust in the police: chance, homicide, and programmes of community policing."""

    programmes: Annotated[list[Programme], EachOnce()] = Field(
        ["plan_cuadrante", "pnvcc", "pronapred"],
        min_length=1,
        description="national programmes that are set against other countries where waves of the survey allow it",
    )
    left_out: Annotated[list[Annotated[str, Field(pattern="^[A-Z]{3}$")]], EachOnce()] = Field(
        [], description="countries that are left out everywhere, by their codes"
    )
    doubted: Doubted = Field("left_out", description="figures that the table doubts: left out, or kept")
    institution: Institution = Field("police", description="whose trust is set beside homicide and beside sampling")
    timing: Timing = Field("same_year", description="homicide of the survey's year, or of the year before")
    smallest_effect: float = Field(
        2.0,
        gt=0.0,
        le=50.0,
        description="change of trust with twice the homicide rate below which it does not matter",
        json_schema_extra={"unit": "percentage points"},
    )
    respondents: int = Field(
        1_000,
        ge=100,
        le=100_000,
        description="people asked in a country and wave, as assumed",
        json_schema_extra={"unit": "people"},
    )
    design_effect: float = Field(
        1.5, ge=1.0, le=10.0, description="how much larger clusters of the sample make its variance, as assumed"
    )
    draws: int = Field(
        1_999,
        ge=199,
        le=99_999,
        description="draws of the wild bootstrap",
        json_schema_extra={"unit": "draws"},
    )
    confidence_level: float = Field(
        0.95,
        gt=0.5,
        le=0.99,
        description="level of every interval; p-values count as small below one less it; at one half nothing is tested",
        json_schema_extra={"unit": "probability"},
    )
    seed: Seed = 2021

    @property
    def bootstrap_draws(self) -> int:
        """Draws that this effort makes."""
        return self.draws if self.effort == "full" else min(self.draws, QUICK_DRAWS)
