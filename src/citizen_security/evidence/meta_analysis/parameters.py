"""Parameters of the notebook `evidence/meta_analysis`."""

from typing import Literal

from pydantic import Field

from citizen_security.evidence.parameters import (
    ONE_OBSERVATION,
    IntervalLevel,
    PooledIntervention,
    PooledOutcome,
)
from citizen_security.methods.meta_analysis.names import Estimator
from citizen_security.parameters import Parameters, Seed


class MetaAnalysis(Parameters):
    """What the studies of an intervention say together, how much they differ, and on what that depends."""

    intervention: PooledIntervention = "cognitive_behavioural_therapy"
    outcome: PooledOutcome = "all"
    measure: Literal["most_studies", "odds_ratio", "rate_ratio", "standardised_mean_difference"] = Field(
        "most_studies", description="what the effects are a ratio or difference of; or what most studies have"
    )
    estimator: Estimator = Field(
        "restricted_maximum_likelihood", description="estimator of the variance between studies"
    )
    test: Literal["knapp_hartung", "normal"] = Field(
        "knapp_hartung", description="t with Knapp and Hartung's error, or a normal (Wald) interval"
    )
    moderator: Literal["none", "maryland_level", "region", "outcome", "year"] = Field(
        "maryland_level", description="what the effect may depend on: subgroups of it, or a slope for year"
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
    level: IntervalLevel = 0.95
    subsets: int = Field(
        20_000, ge=500, le=200_000, description="subsets of the studies pooled at most; at quick effort 2,000"
    )
    replicates: int = Field(
        2_000, ge=200, le=50_000, description="simulated meta-analyses in each setting; at quick effort 500"
    )
    seed: Seed = 1986
