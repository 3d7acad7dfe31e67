"""Parameters of the notebook `evidence/evidence_gap_map`."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from citizen_security.evidence.studies.coding import InterventionCode, OutcomeCode, StudyKind, TargetCode
from citizen_security.parameters import CountryCodes, EachOnce, Parameters

Region = Literal["all", "lac", "elsewhere"]

BOOTSTRAP_DRAWS = {"full": 4000, "quick": 400}


class EvidenceGapMap(Parameters):
    """Interventions by outcomes: where evaluations are and where none is."""

    region: Region = Field(
        "all", description="studies with a site in Latin America and the Caribbean (lac), elsewhere, or all"
    )
    minimum_maryland_level: int = Field(
        0,
        ge=0,
        le=5,
        description="weakest design kept; 0 keeps every study, also those whose design was not coded",
        json_schema_extra={"unit": "Maryland Scientific Methods Scale"},
    )
    interventions: Literal["all"] | Annotated[list[InterventionCode], Field(min_length=1), EachOnce()] = Field(
        "all", description="rows of the map: codes, or all"
    )
    outcomes: Literal["all"] | Annotated[list[OutcomeCode], Field(min_length=1), EachOnce()] = Field(
        "all", description="columns of the map: codes, or all"
    )
    kinds: Annotated[list[StudyKind], EachOnce()] = Field(
        ["evaluation", "pooled_trial", "review"],
        min_length=1,
        description="evaluations found one by one, trials that a review printed, and reviews (listed apart)",
        # Outcomes of reviews are not coded, so that every cell of theirs would be empty.
        json_schema_extra={"contains": {"enum": ["evaluation", "pooled_trial"]}},
    )
    first_year: int = Field(
        1960, ge=1960, le=2026, description="first year of publication", json_schema_extra={"unit": "year"}
    )
    last_year: int = Field(
        2026, ge=1960, le=2026, description="last year of publication", json_schema_extra={"unit": "year"}
    )
    countries: Literal["all"] | CountryCodes = Field(
        "all", description="studies with a site in one of these countries (ISO 3166-1 alpha-3), or all"
    )
    target: Literal["all"] | Annotated[list[TargetCode], Field(min_length=1), EachOnce()] = Field(
        "all", description="whom or what the intervention addresses: codes, or all"
    )
    colour: Literal["design", "pooled_effect"] = Field(
        "design", description="what the colour of a bubble says: its strongest design, or its pooled effect"
    )
    burden_first_year: int = Field(
        2018, ge=1990, le=2023, description="first year of the homicides counted", json_schema_extra={"unit": "year"}
    )
    burden_last_year: int = Field(
        2023, ge=1990, le=2023, description="last year of the homicides counted", json_schema_extra={"unit": "year"}
    )
    seed: int = Field(20160301, ge=0, le=2**32 - 1, description="seed of the bootstrap of studies")

    @property
    def bootstrap_draws(self) -> int:
        """Bootstrap samples of studies, and as many of chance: fewer at quick effort."""
        return BOOTSTRAP_DRAWS[self.effort]

    def problems(self) -> Iterator[str]:
        """What the parameters say against each other."""
        if self.kinds == ["review"]:
            yield (
                "kinds has reviews only, whose outcomes are not coded, so every cell would be empty; "
                "add evaluation or pooled_trial"
            )
        for first, last in (("first_year", "last_year"), ("burden_first_year", "burden_last_year")):
            if getattr(self, first) > getattr(self, last):
                yield (
                    f"{first} = {getattr(self, first)} is after {last} = {getattr(self, last)}; "
                    "give a first year that is not later"
                )
