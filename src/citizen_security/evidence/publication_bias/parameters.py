"""Parameters of the notebook `evidence/publication_bias`."""

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from citizen_security.evidence.parameters import (
    ONE_OBSERVATION,
    ConfidenceLevel,
    CredibleLevel,
    PooledIntervention,
    PooledOutcome,
)
from citizen_security.methods.meta_analysis.names import Estimator
from citizen_security.parameters import EachOnce, Parameters, Seed
from citizen_security.plain import shown

# Each cut point is a weight to estimate, from a few dozen studies at best.
MAXIMUM_CUT_POINTS = 4
MAXIMUM_SHARES = 100
SIMULATIONS_AT_QUICK_EFFORT = 6


# Different numbers between 0 and 1; a model is fitted for each.
Share = Annotated[float, Field(gt=0, lt=1)]
Shares = Annotated[list[Share], Field(min_length=1, max_length=MAXIMUM_SHARES), EachOnce()]


class PublicationBias(Parameters):
    """What a pooled effect would be without the studies that nobody reported, under one assumption after another."""

    RENAMED: ClassVar[Mapping[str, str]] = {"level": "confidence_level"}

    intervention: PooledIntervention = "cognitive_behavioural_therapy"
    outcome: PooledOutcome = "all"
    suppressed: Literal["harmful", "beneficial"] = Field(
        "harmful", description="results that are taken to be reported less: those of no use or of harm, or of benefit"
    )
    estimator: Estimator = Field(
        "restricted_maximum_likelihood", description="estimator of the variance between studies, where none is given"
    )
    missing_estimator: Literal["L0", "R0", "Q0"] = Field(
        "L0", description="estimator of the number of missing studies in trim and fill"
    )
    pet_significance: float = Field(
        0.1, ge=0.01, le=0.5, description="two-sided p-value of PET's effect below which PEESE is taken"
    )
    cut_points: Annotated[list[Share], EachOnce()] = Field(
        [0.025, 0.5],
        min_length=1,
        max_length=MAXIMUM_CUT_POINTS,
        description="one-sided p-values, increasing, at which the weight of reporting may step",
    )
    copas_least_precise: Shares = Field(
        [0.99, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1],
        description="assumed probabilities that the least precise study is reported",
        json_schema_extra={"unit": "probability"},
    )
    copas_most_precise: Shares = Field(
        [0.99, 0.9],
        description="assumed probabilities that the most precise study is reported",
        json_schema_extra={"unit": "probability"},
    )
    smallest_effect: float = Field(
        0.1, ge=0.005, le=1, description="smallest mean effect that matters, for Orwin's fail-safe number"
    )
    ensemble: Literal["one_sided_step", "two_sided_steps", "steps_and_regressions"] = Field(
        "steps_and_regressions", description="models that are averaged: 8, 12 or 36"
    )
    effect_prior: float = Field(
        0.5,
        ge=0.05,
        le=5,
        description="standard deviation of the effect's normal prior",
        json_schema_extra=ONE_OBSERVATION,
    )
    heterogeneity_prior: float = Field(
        0.25,
        ge=0.02,
        le=2,
        description="scale of the half-normal prior of τ",
        json_schema_extra=ONE_OBSERVATION,
    )
    pet_prior: float = Field(1.0, ge=0.05, le=10, description="scale of the half-Cauchy prior of the slope in PET")
    peese_prior: float = Field(
        5.0, ge=0.2, le=50, description="scale of the half-Cauchy prior of PEESE's slope, for differences of means"
    )
    confidence_level: ConfidenceLevel = 0.95
    credible_level: CredibleLevel = 0.95
    simulations: int = Field(40, ge=5, le=2000, description="simulated sets of studies; at quick effort at most 6")
    seed: Seed = 1979

    @property
    def simulations_at_effort(self) -> int:
        """Simulated sets of studies in each world: those asked for, and no more than a few at quick effort."""
        return self.simulations if self.effort == "full" else min(self.simulations, SIMULATIONS_AT_QUICK_EFFORT)

    def problems(self) -> Iterator[str]:
        """What the parameters say against each other."""
        if self.cut_points != sorted(self.cut_points):
            yield f"cut_points = {self.cut_points} is not allowed. Allowed: at most {MAXIMUM_CUT_POINTS}, increasing"
        if min(self.copas_least_precise) > max(self.copas_most_precise):
            yield (
                f"copas_least_precise = {shown(self.copas_least_precise)} are all above copas_most_precise = "
                f"{shown(self.copas_most_precise)}; a more precise study is reported at least as often, so give a "
                "lower one"
            )
