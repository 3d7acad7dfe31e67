"""Parameters of the notebook `evidence/meta_analysis`."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from citizen_security.evidence.parameters import (
    ONE_OBSERVATION,
    ConfidenceLevel,
    CredibleLevel,
    PooledIntervention,
    PooledOutcome,
)
from citizen_security.methods.meta_analysis.names import Estimator, Test
from citizen_security.parameters import EachOnce, Parameters, Seed

type Moderator = Literal["maryland_level", "region", "outcome", "year"]

SIMULATED_STUDIES = (3, 5, 10, 20)

# What quick effort computes at most.
QUICK_SUBSETS = 2_000
QUICK_REPLICATES = 500
QUICK_RESAMPLES = 1_000
QUICK_SIMULATED_STUDIES = (3, 10)


class MetaAnalysis(Parameters):
    """What the studies of an intervention say together, how much they differ, and on what that depends."""

    RENAMED: ClassVar[Mapping[str, str]] = {"level": "confidence_level"}

    intervention: PooledIntervention = "cognitive_behavioural_therapy"
    outcome: PooledOutcome = "all"
    measure: Literal["most_studies", "odds_ratio", "rate_ratio", "standardised_mean_difference"] = Field(
        "most_studies", description="what the effects are a ratio or difference of; or what most studies have"
    )
    estimator: Estimator = Field(
        "restricted_maximum_likelihood", description="estimator of the variance between studies"
    )
    test: Test = Field(
        "knapp_hartung",
        description="t with Knapp and Hartung's error (no smaller than the model's, or as published without that "
        "floor), or a normal (Wald) interval",
    )
    moderator: (
        Literal["none", "maryland_level", "region", "outcome", "year"]
        | Annotated[list[Literal["maryland_level", "region", "outcome", "year"]], Field(min_length=2), EachOnce()]
    ) = Field(
        "maryland_level",
        description="what the effect may depend on: subgroups of it, a slope for year, or a list of several at once",
    )
    working_correlation: float = Field(
        0.6,
        ge=0,
        le=0.95,
        description="supposed correlation of the sampling errors of one publication's effects, where all are modelled",
    )
    prior: Literal["half_normal", "half_cauchy", "uniform"] = Field(
        "half_normal", description="prior of τ, the standard deviation between studies"
    )
    prior_scale: float = Field(
        0.25,
        ge=0.02,
        le=5,
        description="scale of the prior of τ; of a uniform one, its upper end",
        json_schema_extra=ONE_OBSERVATION,
    )
    effect_prior: float = Field(
        1.0,
        ge=0.05,
        le=50,
        description="standard deviation of the mean effect's normal prior",
        json_schema_extra=ONE_OBSERVATION,
    )
    confidence_level: ConfidenceLevel = 0.95
    credible_level: CredibleLevel = 0.95
    subsets: int = Field(
        20_000, ge=500, le=200_000, description="subsets of the studies pooled at most; at quick effort 2,000"
    )
    replicates: int = Field(
        2_000, ge=200, le=50_000, description="simulated meta-analyses in each setting; at quick effort 500"
    )
    resamples: int = Field(
        10_000, ge=200, le=100_000, description="bootstrap samples, and rearrangements; at quick effort 1,000"
    )
    seed: Seed = 1986

    @property
    def moderators(self) -> tuple[Moderator, ...]:
        """What the effect may depend on; empty for none."""
        if isinstance(self.moderator, list):
            return tuple(self.moderator)
        return () if self.moderator == "none" else (self.moderator,)

    @property
    def resamples_at_effort(self) -> int:
        """Bootstrap samples and rearrangements: fewer at quick effort."""
        return self.resamples if self.effort == "full" else min(self.resamples, QUICK_RESAMPLES)

    @property
    def subsets_at_effort(self) -> int:
        """Subsets pooled at most: fewer at quick effort."""
        return self.subsets if self.effort == "full" else min(self.subsets, QUICK_SUBSETS)

    @property
    def replicates_at_effort(self) -> int:
        """Simulated meta-analyses in each setting: fewer at quick effort."""
        return self.replicates if self.effort == "full" else min(self.replicates, QUICK_REPLICATES)

    @property
    def simulated_studies(self) -> tuple[int, ...]:
        """Numbers of studies in the simulated meta-analyses: fewer of them at quick effort."""
        return SIMULATED_STUDIES if self.effort == "full" else QUICK_SIMULATED_STUDIES
