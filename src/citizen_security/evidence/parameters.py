"""Parameters of the notebooks on the evidence gaps."""

from typing import Literal, Self

from pydantic import Field, model_validator

from citizen_security.evidence.coding import InterventionCode, OutcomeCode, StudyKind
from citizen_security.parameters import Parameters

Region = Literal["all", "lac", "elsewhere"]


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

    @model_validator(mode="after")
    def _refuse_contradictions(self) -> Self:
        problems = [*self._problems_of_lists(), *self._problems_of_years()]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _problems_of_lists(self) -> list[str]:
        problems = []
        for name in ("interventions", "outcomes", "kinds"):
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
        if self.first_year <= self.last_year:
            return []
        return [
            f"first_year = {self.first_year} is after last_year = {self.last_year}; give a first year that is not later"
        ]
