"""Parameters of the notebooks on the evidence gaps."""

from typing import Annotated, Literal

from pydantic import Field, JsonValue

from citizen_security.evidence.studies.coding import InterventionCode, OutcomeCode

SHARE: dict[str, JsonValue] = {"unit": "share"}
ONE_OBSERVATION: dict[str, JsonValue] = {
    "unit": "standard error of one observation: 2 for log ratios, √2 for mean differences"
}


# Fields that several notebooks declare.
ConfidenceLevel = Annotated[
    float, Field(ge=0.5, le=0.99, description="level of every confidence interval", json_schema_extra=SHARE)
]
CredibleLevel = Annotated[
    float, Field(ge=0.5, le=0.99, description="probability of every credible interval", json_schema_extra=SHARE)
]
PooledIntervention = Annotated[InterventionCode, Field(description="intervention whose studies are pooled")]
PooledOutcome = Annotated[Literal["all"] | OutcomeCode, Field(description="outcome that the effects are on, or all")]
