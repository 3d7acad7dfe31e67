"""Parameters of the notebooks on the violence–poverty paradox."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, JsonValue

from citizen_security import measures
from citizen_security.methods.effort import Effort
from citizen_security.methods.regression.names import BootstrapWeights
from citizen_security.parameters import CountryCodes

# The choices are rows of the table of measures: pydantic holds values to them, the type checker takes them for text.
if TYPE_CHECKING:
    type Regressor = str
    type Outcome = str
    type Release = str
    type PovertyMeasure = str
    type PovertyLine = str
else:
    Regressor = Literal[measures.REGRESSORS]
    Outcome = Literal[tuple(measures.OUTCOMES)]
    Release = Literal[tuple(measures.RELEASES)]
    PovertyMeasure = Literal[measures.POVERTY_MEASURES]
    PovertyLine = Literal[tuple(measures.POVERTY_LINES)]

FixedEffects = Literal["two_way", "country", "year", "none"]
Weights = Literal["none", "population"]

FIRST_YEAR = 1990
LAST_YEAR = 2023

DEFAULT_REGRESSORS: list[Regressor] = [
    "unemployment_youth",
    "gdp_growth",
    "log_gdp_per_capita",
    "log_gdp_per_capita_squared",
    "poverty_685",
    "gini",
    "infant_mortality",
]

# The last year of the 2024 release of UNODC's rates.
LAST_YEAR_OF_RELEASE_2024 = measures.RELEASES["2024"].last_year

# What JSON Schema says of regressors that do not go together, as `contradictions` does in words.
_PARABOLA: JsonValue = {
    "if": {"contains": {"const": "log_gdp_per_capita_squared"}},
    "then": {"contains": {"const": "log_gdp_per_capita"}},
}
_ALTERNATIVES: list[JsonValue] = [
    {"not": {"allOf": [{"contains": {"const": first}}, {"contains": {"const": second}}]}}
    for first, second in measures.ALTERNATIVES
]
TOGETHER: dict[str, JsonValue] = {"allOf": [_PARABOLA, *_ALTERNATIVES]}


def without(*names: str) -> dict[str, JsonValue]:
    """What JSON Schema says of a list that may not have these."""
    return {"not": {"contains": {"enum": list(names)}}}


# Fields that several notebooks declare.
Countries = Annotated[
    Literal["lac"] | CountryCodes,
    Field(description="lac for the 33 states of the region, or a list of ISO 3166-1 alpha-3 codes"),
]
FirstYear = Annotated[
    int, Field(ge=FIRST_YEAR, le=LAST_YEAR, description="first year of the panel", json_schema_extra={"unit": "year"})
]
LastYear = Annotated[
    int, Field(ge=FIRST_YEAR, le=LAST_YEAR, description="last year of the panel", json_schema_extra={"unit": "year"})
]
HomicideOutcome = Annotated[
    Outcome,
    Field(
        description="homicide rate, or its natural logarithm",
        json_schema_extra={"unit": "victims per 100,000 people, or log points"},
    ),
]
HomicideRelease = Annotated[Release, Field(description="release of the homicide rates; that of 2024 ends in 2021")]
HeldConstant = Annotated[
    FixedEffects, Field(description="what is held constant: country and year, country, year, or nothing")
]
CountryWeights = Annotated[Weights, Field(description="countries count alike, or by their population")]
ConfidenceLevel = Annotated[
    float,
    Field(ge=0.5, le=0.999, description="level of the confidence intervals", json_schema_extra={"unit": "probability"}),
]
WildWeights = Annotated[
    BootstrapWeights, Field(description="weights of the wild bootstrap: Webb's six points, or signs (Rademacher)")
]
KernelLags = Annotated[
    Literal["automatic"] | Annotated[int, Field(ge=0, le=LAST_YEAR - FIRST_YEAR - 1)],
    Field(
        description="lags of Driscoll and Kraay's errors, from 0; automatic is 4 (T / 100)^(2/9), rounded down",
        json_schema_extra={"unit": "years"},
    ),
]
DrawSeed = Annotated[int, Field(ge=0, le=2**32 - 1, description="seed of the random draws")]
BootstrapDraws = Annotated[
    int,
    Field(
        ge=199,
        le=99_999,
        description="draws of each bootstrap; at quick effort at most 499",
        json_schema_extra={"unit": "draws"},
    ),
]


def at_effort(effort: Effort, draws: int, quick: int) -> int:
    """Draws that are made: those asked for, at quick effort no more than `quick`."""
    return draws if effort == "full" else min(draws, quick)


def lags_or_none(lags: Literal["automatic"] | int) -> int | None:
    """Lags as estimators take them: none where they are to choose."""
    return None if lags == "automatic" else lags


def reversed_period(first_name: str, first: int, last_name: str, last: int) -> Iterator[str]:
    """Why a period cannot be: its end is not after its start."""
    if first >= last:
        yield (
            f"{first_name} = {first} is not before {last_name} = {last}. Allowed: a {first_name} earlier than "
            f"{last_name}, both from {FIRST_YEAR} to {LAST_YEAR}."
        )


def ended_release(release: Release, first_year: int) -> Iterator[str]:
    """Why a release cannot be taken: it leaves fewer than two years of the period."""
    last = measures.RELEASES[release].last_year
    if first_year >= last:
        yield (
            f"release {release} ends in {last}, and first_year = {first_year} leaves fewer than two years of it. "
            f"Allowed: a first_year before {last}, or release {next(iter(measures.RELEASES))}."
        )


def long_lags(lags: Literal["automatic"] | int, span: int) -> Iterator[str]:
    """Why lags cannot be: they do not fit between the first and the last year."""
    if lags != "automatic" and 0 < span <= lags:
        yield (
            f"kernel_lags = {lags} does not fit the {span + 1} years from first_year to last_year. Allowed: automatic, "
            f"or an integer from 0 to {span - 1}."
        )


def contradictions(regressors: list[Regressor]) -> Iterator[str]:
    """Why regressors do not go together: a square without its linear term, two series of the same quantity."""
    if "log_gdp_per_capita_squared" in regressors and "log_gdp_per_capita" not in regressors:
        yield (
            "regressors has log_gdp_per_capita_squared without log_gdp_per_capita, which would force the parabola's "
            "peak to one income. Add log_gdp_per_capita or leave the square out."
        )
    for first, second in measures.ALTERNATIVES:
        if first in regressors and second in regressors:
            yield (
                f"regressors has both {first} and {second}, two series of the same quantity. Allowed: one of the two."
            )
