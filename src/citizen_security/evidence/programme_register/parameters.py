"""Parameters of the notebook `evidence/programme_register`."""

from typing import Annotated, Literal

from pydantic import Field

from citizen_security.parameters import CountryCodes, EachOnce, Parameters

Theme = Literal[
    "focused_deterrence",
    "mediation",
    "community_based",
    "territorial_control",
    "hard_line",
    "doctrinal_and_data_reform",
    "criminal_justice",
    "social_prevention",
    "situational_prevention",
    "integrated",
]


class ProgrammeRegister(Parameters):
    """The programmes behind the studies and the series: when, where, for whom, and paid by whom."""

    countries: Literal["all"] | CountryCodes = Field(
        "all", description="programmes in one of these countries (ISO 3166-1 alpha-3), or all"
    )
    themes: Literal["all"] | Annotated[list[Theme], Field(min_length=1), EachOnce()] = Field(
        "all", description="programmes of these families of interventions: codes, or all"
    )
    minimum_maryland_level: int = Field(
        3,
        ge=1,
        le=5,
        description="weakest design that counts as an evaluation with a comparison",
        json_schema_extra={"unit": "Maryland Scientific Methods Scale"},
    )
    document_year: int = Field(
        2016,
        ge=1990,
        le=2026,
        description="last year of publication of what a document of 2017 could have found",
        json_schema_extra={"unit": "year"},
    )
