"""Parameters of the notebook `evidence/certainty`."""

from typing import Literal

from pydantic import Field

from citizen_security.evidence.parameters import ConfidenceLevel
from citizen_security.methods.meta_analysis.names import Estimator, Test
from citizen_security.parameters import Parameters


class Certainty(Parameters):
    """How much of what was found can be pooled, and by which rule each answer is called certain."""

    estimator: Estimator = Field(
        "restricted_maximum_likelihood", description="estimator of the variance between studies"
    )
    test: Test = Field(
        "knapp_hartung",
        description="t with Knapp and Hartung's error (no smaller than the model's, or as published without that "
        "floor), or a normal (Wald) interval",
    )
    confidence_level: ConfidenceLevel = 0.95
    working_correlation: float = Field(
        0.6,
        ge=0,
        le=0.95,
        description="supposed correlation of the sampling errors of one publication's effects, where they are taken "
        "together",
    )
    smallest_change: float = Field(
        10.0,
        ge=1,
        le=50,
        description="smallest change of a rate or of odds that would matter",
        json_schema_extra={"unit": "%"},
    )
    smallest_difference: float = Field(
        0.1,
        ge=0.01,
        le=1,
        description="smallest difference of means that would matter",
        json_schema_extra={"unit": "standard deviations"},
    )
    non_randomised_start: Literal["low", "high"] = Field(
        "low", description="where studies without random assignment start: low, or high with ROBINS-I deciding alone"
    )
    grave_share: float = Field(
        0.5,
        ge=0.1,
        le=0.9,
        description="share of the weight above which biased studies, or studies from elsewhere, cost a step",
        json_schema_extra={"unit": "share"},
    )
    fewest_studies: int = Field(3, ge=2, le=50, description="studies below which an answer is called imprecise")
    fewest_events: int = Field(300, ge=50, le=2000, description="events below which an answer is called imprecise")
    high_i_squared: float = Field(
        50.0, ge=10, le=95, description="I² from which studies are said to differ", json_schema_extra={"unit": "%"}
    )
    tested_from: int = Field(10, ge=4, le=100, description="studies from which small-study effects are tested")
    funnel_significance: float = Field(
        0.1, ge=0.01, le=0.5, description="p-value below which small studies are said to differ from large ones"
    )
