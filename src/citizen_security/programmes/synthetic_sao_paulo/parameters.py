"""Parameters of the notebook `programmes/synthetic_sao_paulo`."""

from collections.abc import Iterator
from typing import Annotated, Literal, get_args

from pydantic import Field

from citizen_security.parameters import EachOnce, Parameters, Seed
from citizen_security.programmes.parameters import ConfidenceLevel, Outcome, PlaceboStatistic, Tolerance, at_effort

FIRST_YEAR, LAST_YEAR = 1990, 2009

# Earlier starts leave too few years to match, later ones too few to compare.
EARLIEST, LATEST = 1995, 2005

Pool = Literal["published", "all", "over_a_million"]
Predictor = Literal[
    "years_schooling", "gdp_per_capita", "homicide_rate", "extreme_poverty_share", "gini", "log_population",
    "gdp_growth",
]  # fmt: skip
PREDICTORS: tuple[Predictor, ...] = get_args(Predictor)
StartYear = Annotated[int, Field(ge=EARLIEST, le=LATEST)]


# Parameters that the article fixes; at their defaults the design is the published one.
DESIGN = ("start", "last_year", "outcome", "donors", "predictors")


class SyntheticSaoPaulo(Parameters):
    """A published synthetic control of São Paulo, and what other choices would have found."""

    start: int = Field(
        1999,
        ge=EARLIEST,
        le=LATEST,
        description="first year with the policies; as published, or the year after",
        json_schema_extra={"unit": "year"},
    )
    last_year: int = Field(
        LAST_YEAR,
        ge=EARLIEST + 1,
        le=LAST_YEAR,
        description="last year that is compared",
        json_schema_extra={"unit": "year"},
    )
    outcome: Outcome = Field("level", description="homicides per 100,000 people, or the logarithm of this rate (log)")
    donors: Pool = Field(
        "published",
        description="donor states: published leaves two out that the article does not name, over_a_million small ones",
    )
    predictors: Literal["published"] | Annotated[list[Predictor], Field(min_length=2), EachOnce()] = Field(
        "published",
        description="what is matched as means over the years before the start: all as published, or a list of some",
    )
    statistic: PlaceboStatistic = "rmspe_ratio"
    curve_starts: Annotated[list[StartYear], EachOnce()] = Field(
        [1999, 2000, 1998, 2001],
        min_length=1,
        max_length=8,
        description="starts that the specification curve goes through, beside start; at quick effort the first two",
        json_schema_extra={"unit": "year"},
    )
    searches: int = Field(
        60,
        ge=50,
        le=1_000,
        description="starts of the search for weights of predictors",
        json_schema_extra={"unit": "searches"},
    )
    tolerance: Tolerance = 0.05
    confidence_level: ConfidenceLevel = 0.95
    seed: Seed = 2018

    @property
    def matched(self) -> tuple[Predictor, ...]:
        """Predictors that are matched."""
        return PREDICTORS if self.predictors == "published" else tuple(self.predictors)

    @property
    def starts_at_effort(self) -> list[int]:
        """Starts that the curve goes through, the run's own first."""
        return list(dict.fromkeys([self.start, *at_effort(self.effort, self.curve_starts, 2)]))

    @property
    def design(self) -> str:
        """What the run's choices are called: the published design where they are those of the article."""
        published = type(self).defaults()
        own = any(getattr(self, name) != published[name] for name in DESIGN)
        return "this run's design" if own else "the published design"

    def problems(self) -> Iterator[str]:
        """What the parameters say against each other."""
        late = [year for year in [self.start, *self.curve_starts] if year >= self.last_year]
        if late:
            years = ", ".join(str(year) for year in sorted(set(late)))
            yield (
                f"last_year = {self.last_year} leaves fewer than two years from the start {years} on. Give a later "
                "last_year, or earlier years in start and curve_starts."
            )
