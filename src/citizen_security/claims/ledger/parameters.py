"""Parameters of the notebook `claims/ledger`."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from citizen_security.parameters import NO_FILE, EachOnce, OptionalPath, Parameters

Document = Literal["cordova2020", "hernandezroy2025", "insightcrime2018", "muggah2017", "policechief_undated"]
DOCUMENTS: list[Document] = [
    "muggah2017",
    "hernandezroy2025",
    "cordova2020",
    "insightcrime2018",
    "policechief_undated",
]

# Names of themes that are none are refused by the check, which knows those of the table.
Theme = Annotated[str, Field(json_schema_extra={"pattern": "^[a-z_]+$", "examples": ["homicide_level"]})]

Window = Literal["claim", "latest"]

# What ways of measuring read, besides the claims, their rules and choices.
MEASURED = (
    "claim_facts",
    "countries",
    "country_year",
    "world_homicide",
    "world_gini",
    "regime_year",
    "city_table",
    "city_year",
    "state_year",
    "studies",
    "effects",
    "most_violent_countries",
    "private_security_personnel",
    "mexico_city_sector_month",
    "mexico_municipality_quarter",
    "morelia_year",
    "rio_pacification_month",
    "ecuador_province_month",
)

ALL_THEMES = "all"
# Levels of confidence intervals, of the run and of a rule.
LEAST_LEVEL, MOST_LEVEL = 0.8, 0.99
OWN = ("own_claims", "own_rules", "own_choices")


class Ledger(Parameters):
    """Which claims are looked at, and how near to their words a value must come."""

    documents: Annotated[list[Document], EachOnce()] = Field(
        DOCUMENTS, min_length=1, description="documents whose claims are looked at"
    )
    themes: Annotated[list[Theme], EachOnce()] = Field(
        [ALL_THEMES], min_length=1, max_length=40, description="themes of the table of claims, or all"
    )
    tolerance: float = Field(
        0.1,
        gt=0,
        le=0.5,
        description="share by which a value may differ from a claimed number; other tolerances follow it",
        json_schema_extra={"unit": "share"},
    )
    smallest_effect: float = Field(
        1.0,
        gt=0,
        le=20,
        description="a claimed absence holds if a point of the driver changes homicide by less than this",
        json_schema_extra={"unit": "% of the homicide rate"},
    )
    window: Window = Field("claim", description="years that decide: those of the claim, or the latest where measured")
    confidence_level: float = Field(
        0.95,
        ge=LEAST_LEVEL,
        le=MOST_LEVEL,
        description="level of the confidence intervals of rules that name none; a claimed absence has twice the error",
        json_schema_extra={"unit": "share"},
    )
    own_claims: OptionalPath = Field(
        NO_FILE,
        description="none, or a .csv file of claims of your own, which are looked at in the place of the book's",
        json_schema_extra={"examples": ["my_tables/claims.csv"]},
    )
    own_rules: OptionalPath = Field(
        NO_FILE,
        description="none, or the file of their rules: a row for each claim",
        json_schema_extra={"examples": ["my_tables/rules.csv"]},
    )
    own_choices: OptionalPath = Field(
        NO_FILE,
        description="none, or the file of their ways of measuring: one main way for each claim, and others",
        json_schema_extra={"examples": ["my_tables/choices.csv"]},
    )

    def problems(self) -> Iterator[str]:
        """Files of claims that are not all given, or beside a choice among the claims of the book.

        Yields
        ------
        str
        """
        missing = [name for name in OWN if getattr(self, name) == NO_FILE]
        if 0 < len(missing) < len(OWN):
            yield (
                f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} none, and the three files belong "
                f"together. Allowed: {', '.join(OWN)} all given, or none of them"
            )
        if not missing:
            yield from (
                f"{name} chooses among the claims of the book, and own_claims brings others. Leave {name} out"
                for name, default in (("documents", DOCUMENTS), ("themes", [ALL_THEMES]))
                if getattr(self, name) != default
            )
