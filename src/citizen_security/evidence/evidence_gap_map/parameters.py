"""Parameters of the notebook `evidence/evidence_gap_map`."""

from typing import Literal, Self

from pydantic import Field, model_validator

from citizen_security.evidence.studies.coding import InterventionCode, OutcomeCode, StudyKind, TargetCode
from citizen_security.parameters import Parameters

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
    interventions: Literal["all"] | list[InterventionCode] = Field("all", description="rows of the map: codes, or all")
    outcomes: Literal["all"] | list[OutcomeCode] = Field("all", description="columns of the map: codes, or all")
    kinds: list[StudyKind] = Field(
        ["evaluation", "pooled_trial", "review"],
        description="evaluations found one by one, trials that a review printed, and reviews (listed apart)",
    )
    first_year: int = Field(
        1960, ge=1960, le=2026, description="first year of publication", json_schema_extra={"unit": "year"}
    )
    last_year: int = Field(
        2026, ge=1960, le=2026, description="last year of publication", json_schema_extra={"unit": "year"}
    )
    countries: Literal["all"] | list[str] = Field(
        "all", description="studies with a site in one of these countries (ISO 3166-1 alpha-3), or all"
    )
    target: Literal["all"] | list[TargetCode] = Field(
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

    @model_validator(mode="after")
    def _refuse_contradictions(self) -> Self:
        problems = [*self._problems_of_lists(), *self._problems_of_years()]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _problems_of_lists(self) -> list[str]:
        problems = []
        for name in ("interventions", "outcomes", "kinds", "countries", "target"):
            given = getattr(self, name)
            whole = f"name at least one{'' if name == 'kinds' else ', or give all'}"
            if not given:
                problems.append(f"{name} is an empty list; {whole}")
            elif given != "all" and len(set(given)) < len(given):
                twice = sorted({code for code in given if given.count(code) > 1})
                problems.append(f"{name} names {', '.join(twice)} more than once; name each once")
        if self.kinds == ["review"]:
            problems.append(
                "kinds has reviews only, whose outcomes are not coded, so every cell would be empty; "
                "add evaluation or pooled_trial"
            )
        return problems

    def _problems_of_years(self) -> list[str]:
        return [
            f"{first} = {getattr(self, first)} is after {last} = {getattr(self, last)}; "
            "give a first year that is not later"
            for first, last in (("first_year", "last_year"), ("burden_first_year", "burden_last_year"))
            if getattr(self, first) > getattr(self, last)
        ]
