"""Parameters of the notebook `paradox/specification_curve`."""

from typing import Literal, Self

from pydantic import Field, model_validator

from citizen_security.paradox.parameters import ConfidenceLevel, Countries, refuse_repeated
from citizen_security.parameters import Parameters

Driver = Literal["poverty", "inequality", "youth_unemployment", "growth"]


class SpecificationCurve(Parameters):
    """One effect under every defensible specification."""

    countries: Countries = "lac"
    driver: Driver = Field("poverty", description="whose effect on homicide the curve is of")
    leave_out: list[str] = Field(
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
        1_200,
        ge=40,
        le=100_000,
        description="about how many specifications, from all over the curve, are tested jointly; at quick effort at "
        "most 200",
        json_schema_extra={"unit": "specifications"},
    )
    seed: int = Field(20_200_727, ge=0, le=2**32 - 1, description="seed of the draws")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        refuse_repeated("countries", self.countries)
        if odd := [name for name in self.leave_out if name.count("=") != 1]:
            raise ValueError(
                f"leave_out has {', '.join(map(repr, odd))}. Allowed: choice=option, such as estimator=pooled."
            )
        return self
