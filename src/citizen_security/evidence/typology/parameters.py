"""Parameters of the notebook `evidence/typology`."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from citizen_security.evidence.parameters import ConfidenceLevel
from citizen_security.methods.meta_analysis.names import Estimator, Test
from citizen_security.parameters import Parameters


class Typology(Parameters):
    """A figure of threats and strategies, with the evidence in its cells."""

    placements: Literal["all", "stated"] = Field(
        "all",
        description="measures in the cells: all, or those alone whose threat and intervention the document's text "
        "states",
    )
    minimum_maryland_level: int = Field(
        0,
        ge=0,
        le=5,
        description="weakest design kept; 0 keeps every study, also those whose design was not coded",
        json_schema_extra={"unit": "Maryland Scientific Methods Scale"},
    )
    first_year: int = Field(
        1960, ge=1960, le=2026, description="first year of publication", json_schema_extra={"unit": "year"}
    )
    last_year: int = Field(
        2026, ge=1960, le=2026, description="last year of publication", json_schema_extra={"unit": "year"}
    )
    estimator: Estimator = Field(
        "restricted_maximum_likelihood", description="estimator of the variance between studies"
    )
    test: Test = Field(
        "knapp_hartung",
        description="t with Knapp and Hartung's error (no smaller than the model's, or as published without that "
        "floor), or a normal (Wald) interval",
    )
    confidence_level: ConfidenceLevel = 0.95

    def problems(self) -> Iterator[str]:
        """What the parameters say against each other."""
        if self.first_year > self.last_year:
            yield (
                f"first_year = {self.first_year} is after last_year = {self.last_year}; "
                "give a first year that is not later"
            )
