"""Parameters of the notebook `paradox/what_predicts_homicide`."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from citizen_security.measures import PREDICTOR_BLOCKS
from citizen_security.paradox.parameters import (
    FIRST_YEAR,
    LAST_YEAR,
    LAST_YEAR_OF_RELEASE_2024,
    Countries,
    FirstYear,
    HomicideRelease,
    LastYear,
    Outcome,
    PovertyMeasure,
    reversed_period,
)
from citizen_security.parameters import EachOnce, Parameters

if TYPE_CHECKING:
    type PredictorBlock = str
else:
    PredictorBlock = Literal[tuple(PREDICTOR_BLOCKS)]


Learner = Literal["elastic_net", "random_forest", "gradient_boosting"]


DEFAULT_BLOCKS: list[PredictorBlock] = list(PREDICTOR_BLOCKS)


DEFAULT_POVERTY_MEASURES: list[PovertyMeasure] = ["poverty_685", "poverty_215"]


# At quick effort: at most so many resamples, exchanges and folds, and forecasts from every third year.
QUICK_RESAMPLES, QUICK_PERMUTATIONS, QUICK_FOLDS, QUICK_ORIGIN_STEP = 499, 3, 5, 3


class WhatPredictsHomicide(Parameters):
    """Whether poverty helps to predict homicide, in a country never seen and in the next years of known ones."""

    RENAMED: ClassVar[Mapping[str, str]] = {"bootstrap_draws": "country_resamples"}

    countries: Countries = "lac"
    first_year: FirstYear = FIRST_YEAR
    last_year: LastYear = LAST_YEAR
    outcome: Outcome = Field(
        "log_rate",
        description="natural logarithm of the homicide rate, or the rate itself",
        json_schema_extra={"unit": "log points, or victims per 100,000 people"},
    )
    release: HomicideRelease = "2025"
    poverty_measures: Annotated[list[PovertyMeasure], EachOnce()] = Field(
        DEFAULT_POVERTY_MEASURES,
        min_length=1,
        description="columns of the poverty block; the line-up is interpolated with later surveys, so it leaks",
        json_schema_extra={"unit": "% of people"},
    )
    blocks: Annotated[list[PredictorBlock], EachOnce()] = Field(
        DEFAULT_BLOCKS,
        min_length=2,
        description="blocks of predictors; poverty and at least one other",
        json_schema_extra={"contains": {"const": "poverty"}},
    )
    carry_forward: int = Field(
        5,
        ge=0,
        le=20,
        description="years for which a predictor's last figure stands in until the next one",
        json_schema_extra={"unit": "years"},
    )
    require_poverty: bool = Field(
        True, description="only country-years whose poverty is known, if need be carried forward"
    )
    horizon: int = Field(1, ge=1, le=5, description="years ahead of the forecasts", json_schema_extra={"unit": "years"})
    first_origin: int = Field(
        2005,
        ge=FIRST_YEAR + 5,
        le=LAST_YEAR - 1,
        description="first year in which a forecast is made, from the years up to it",
        json_schema_extra={"unit": "year"},
    )
    folds: int = Field(
        10,
        ge=3,
        le=33,
        description="groups of countries, each left out in turn; at quick effort at most 5",
        json_schema_extra={"unit": "groups"},
    )
    main_model: Learner = Field(
        "random_forest", description="model behind the headline, the importances and the intervals; named beforehand"
    )
    smallest_gain: float = Field(
        5.0,
        gt=0,
        le=50,
        description="smallest share of the prediction error whose removal would matter",
        json_schema_extra={"unit": "% of the mean absolute error"},
    )
    confidence_level: float = Field(
        0.95,
        ge=0.5,
        le=0.999,
        description="level of the bootstrap intervals over countries",
        json_schema_extra={"unit": "probability"},
    )
    nominal_coverage: float = Field(
        0.9,
        ge=0.5,
        le=0.95,
        description="coverage that the prediction intervals on show promise",
        json_schema_extra={"unit": "probability"},
    )
    country_resamples: int = Field(
        4_999,
        ge=199,
        le=99_999,
        description="times that countries are drawn again for each interval; at quick effort at most 499",
        json_schema_extra={"unit": "resamples"},
    )
    permutations: int = Field(
        10,
        ge=1,
        le=200,
        description="times that each block is exchanged for that of other country-years; at quick effort at most 3",
        json_schema_extra={"unit": "permutations"},
    )
    effect_bins: int = Field(
        10,
        ge=2,
        le=40,
        description="quantile bins of the accumulated local effects",
        json_schema_extra={"unit": "bins"},
    )
    seed: int = Field(2020, ge=0, le=2**32 - 1, description="seed of folds, forests and draws")

    @property
    def resamples_at_effort(self) -> int:
        """Times that countries are drawn again, at the chosen effort."""
        return self._at_effort(self.country_resamples, QUICK_RESAMPLES)

    @property
    def permutations_at_effort(self) -> int:
        """Exchanges of each block, at the chosen effort."""
        return self._at_effort(self.permutations, QUICK_PERMUTATIONS)

    @property
    def folds_at_effort(self) -> int:
        """Groups of countries, at the chosen effort."""
        return self._at_effort(self.folds, QUICK_FOLDS)

    @property
    def origin_step(self) -> int:
        """Years from one origin of forecasts to the next, at the chosen effort."""
        return 1 if self.effort == "full" else QUICK_ORIGIN_STEP

    def _at_effort(self, asked: int, quick: int) -> int:
        return asked if self.effort == "full" else min(asked, quick)

    def problems(self) -> Iterator[str]:
        """What the parameters say against each other."""
        yield from reversed_period("first_year", self.first_year, "last_year", self.last_year)
        if "poverty" not in self.blocks:
            yield (
                "blocks leaves out poverty, whose worth for prediction is the question. Allowed: poverty and at least "
                "one other block."
            )
        if not self.first_year < self.first_origin <= self.last_year - self.horizon:
            yield (
                f"first_origin = {self.first_origin} leaves nothing to learn from or to forecast: with horizon = "
                f"{self.horizon} it must lie after first_year = {self.first_year} and no later than "
                f"{self.last_year - self.horizon}."
            )
        if self.release == "2024" and self.first_origin > LAST_YEAR_OF_RELEASE_2024 - self.horizon:
            yield (
                f"release 2024 ends in {LAST_YEAR_OF_RELEASE_2024}, so with horizon = {self.horizon} first_origin = "
                f"{self.first_origin} leaves nothing to forecast. Allowed: a first_origin no later than "
                f"{LAST_YEAR_OF_RELEASE_2024 - self.horizon}, or release 2025."
            )
