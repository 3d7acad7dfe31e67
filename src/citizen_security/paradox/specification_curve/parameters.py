"""Parameters of the notebook `paradox/specification_curve`."""

from typing import Annotated, Literal

from pydantic import Field

from citizen_security.paradox.parameters import ConfidenceLevel, Countries
from citizen_security.parameters import EachOnce, Parameters

# Which choices and options there are, the check knows.
Option = Annotated[
    str, Field(pattern=r"^[^=\s]+=[^=\s]+$", max_length=100, json_schema_extra={"examples": ["estimator=pooled"]})
]

Driver = Literal["poverty", "inequality", "youth_unemployment", "growth"]


class SpecificationCurve(Parameters):
    """One effect under every defensible specification."""

    countries: Countries = "lac"
    driver: Driver = Field(
        "poverty",
        description="whose effect on homicide the main curve and the pictures are of; a section has a curve of each",
    )
    leave_out: Annotated[list[Option], EachOnce()] = Field(
        ["estimator=pooled"],
        description="options of the table specification_choices to do without, each as choice=option",
    )
    confidence_level: ConfidenceLevel = 0.95
    permutations: int = Field(
        199,
        ge=19,
        le=9_999,
        description="times that the driver's paths are exchanged between countries; at quick effort at most 19",
        json_schema_extra={"unit": "permutations"},
    )
    permuted_specifications: int = Field(
        600,
        ge=40,
        le=100_000,
        description="about how many specifications, from all over each curve, are tested jointly; at quick effort at "
        "most 100",
        json_schema_extra={"unit": "specifications"},
    )
    seed: int = Field(20_200_727, ge=0, le=2**32 - 1, description="seed of the draws")
