"""Parameters of the notebook `evidence/selection_on_outcome`."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from pydantic import Field, JsonValue

from citizen_security.evidence.parameters import SHARE, ConfidenceLevel, CredibleLevel
from citizen_security.parameters import Parameters, Seed

_WORTH: dict[str, JsonValue] = {"unit": "observations"}

DRAWS_AT_QUICK_EFFORT = 500

# A simulated collection costs as much as some ten draws, and fewer than this show a ragged band.
FEWEST_COLLECTIONS = 50


class SelectionOnOutcome(Parameters):
    """What evaluations let us learn that had to be positive to be counted."""

    RENAMED: ClassVar[Mapping[str, str]] = {"interval_level": "credible_level"}

    interventions: int = Field(1300, ge=1, le=100_000, description="interventions that the review lists")
    evaluations: int = Field(85, ge=1, le=10_000, description="evaluations that it found among them")
    evaluations_positive: int = Field(84, ge=0, le=10_000, description="of these, evaluations that were positive")
    formal: int = Field(18, ge=0, le=10_000, description="evaluations that were formal impact evaluations")
    formal_positive: int = Field(17, ge=0, le=10_000, description="of these, formal evaluations that were positive")
    prior_effective: float = Field(
        0.5, ge=0.01, le=0.99, description="share truly effective: mean of the beta prior", json_schema_extra=SHARE
    )
    prior_effective_weight: float = Field(
        2.0,
        ge=0.5,
        le=200,
        description="what that prior is worth; 2 with a mean of 0.5 is flat",
        json_schema_extra=_WORTH,
    )
    power: float = Field(
        0.7,
        ge=0.02,
        le=0.99,
        description="chance that the evaluation of an effective programme comes out positive: prior mean",
        json_schema_extra=SHARE,
    )
    false_positive: float = Field(
        0.2,
        ge=0.01,
        le=0.98,
        description="chance that the evaluation of an ineffective programme comes out positive: prior mean",
        json_schema_extra=SHARE,
    )
    error_weight: float = Field(
        10.0, ge=2, le=200, description="what each of these two priors is worth", json_schema_extra=_WORTH
    )
    publication_ratio: float = Field(
        0.34,
        ge=0.01,
        le=0.99,
        description="chance to be published of a non-positive over that of a positive evaluation: prior mean",
        json_schema_extra=SHARE,
    )
    publication_weight: float = Field(
        20.0, ge=2, le=200, description="what the prior of publication is worth", json_schema_extra=_WORTH
    )
    leak_ratio: float = Field(
        0.02,
        ge=0.002,
        le=0.99,
        description="chance to get past the rule of a non-positive over that of a positive evaluation: prior mean",
        json_schema_extra=SHARE,
    )
    leak_weight: float = Field(
        20.0, ge=2, le=200, description="what the prior of exceptions to the rule is worth", json_schema_extra=_WORTH
    )
    threshold: float = Field(
        0.5,
        ge=0.1,
        le=0.9,
        description="the conclusion at stake: more than this share is effective (or positive)",
        json_schema_extra=SHARE,
    )
    evaluated_share: float = Field(
        0.2,
        ge=0.02,
        le=1,
        description="in the simulation: share of interventions that anybody evaluated",
        json_schema_extra=SHARE,
    )
    later_positive: int = Field(15, ge=0, le=10_000, description="programmes that a later review rates well")
    later_total: int = Field(24, ge=1, le=10_000, description="programmes that the later review rates")
    later_from: int = Field(
        2017,
        ge=1990,
        le=2026,
        description="studies of the compendium from this year on are set beside the predictions",
        json_schema_extra={"unit": "year"},
    )
    confidence_level: ConfidenceLevel = 0.95
    credible_level: CredibleLevel = 0.95
    draws: int = Field(4000, ge=200, le=50_000, description="simulations and predictive draws; at quick effort 500")
    seed: Seed = 1979

    @property
    def draws_at_effort(self) -> int:
        """Predictive draws: those asked for, and no more than a few hundred at quick effort."""
        return self.draws if self.effort == "full" else min(self.draws, DRAWS_AT_QUICK_EFFORT)

    @property
    def simulated_collections(self) -> int:
        """Simulated collections for each filter and true share."""
        return max(self.draws_at_effort // 10, FEWEST_COLLECTIONS)

    def problems(self) -> Iterator[str]:
        """What the parameters say against each other."""
        problems = [
            f"{part} = {getattr(self, part)} is more than {whole} = {getattr(self, whole)}, of which it is a part; "
            "give a number that is not larger"
            for part, whole in (
                ("evaluations", "interventions"),
                ("evaluations_positive", "evaluations"),
                ("formal", "evaluations"),
                ("formal_positive", "formal"),
                ("later_positive", "later_total"),
            )
            if getattr(self, part) > getattr(self, whole)
        ]
        yield from problems or self._problems_of_formal()
        if self.false_positive >= self.power:
            yield (
                f"false_positive = {self.false_positive} is not below power = {self.power}; an evaluation that finds "
                "effective programmes no more often than others tells nothing, so give a lower false_positive"
            )

    def _problems_of_formal(self) -> list[str]:
        """The formal evaluations are some of all: neither their positives nor the rest may be more than all have."""
        fewest = self.evaluations_positive - (self.evaluations - self.formal)
        if max(fewest, 0) <= self.formal_positive <= self.evaluations_positive:
            return []
        return [
            f"formal_positive = {self.formal_positive} cannot be, with evaluations_positive = "
            f"{self.evaluations_positive} of {self.evaluations} and {self.formal} of them formal; give from "
            f"{max(fewest, 0)} to {min(self.formal, self.evaluations_positive)}"
        ]
