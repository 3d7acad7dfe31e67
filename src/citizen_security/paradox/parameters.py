"""Parameters of the notebooks on the violence–poverty paradox."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from citizen_security.parameters import ChainDraws, Chains, Parameters, Seed, TargetAcceptance, Tune

Regressor = Literal[
    "unemployment_youth",
    "gdp_growth",
    "gdp_per_capita_growth",
    "log_gdp_per_capita",
    "log_gdp_per_capita_squared",
    "poverty_685",
    "poverty_685_lineup",
    "gini",
    "infant_mortality",
    "urban_share",
    "male_15_29_share",
    "secondary_enrolment",
    "mean_years_schooling",
    "rule_of_law",
    "control_of_corruption",
    "convictions_per_homicide",
    "trust_police",
]
Outcome = Literal["rate", "log_rate"]
Release = Literal["2025", "2024"]
FixedEffects = Literal["two_way", "country", "year", "none"]
Weights = Literal["none", "population"]
BootstrapWeights = Literal["webb", "rademacher"]
PovertyMeasure = Literal[
    "poverty_685", "poverty_365", "poverty_215", "poverty_685_lineup", "poverty_365_lineup", "poverty_215_lineup"
]
PovertyLine = Literal["poverty_685", "poverty_365", "poverty_215"]

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

# Two series of one quantity: in one model neither would be held constant while the other moves.
ALTERNATIVES = (("gdp_growth", "gdp_per_capita_growth"), ("poverty_685", "poverty_685_lineup"))

# The last year of the 2024 release of UNODC's rates.
LAST_YEAR_OF_RELEASE_2024 = 2021

# Fields that several notebooks declare.
Countries = Annotated[
    Literal["lac"] | list[str],
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
    Literal["automatic"] | int,
    Field(
        description="lags of Driscoll and Kraay's errors, from 0; automatic is 4 (T / 100)^(2/9), rounded down",
        json_schema_extra={"unit": "years"},
    ),
]
DrawSeed = Annotated[int, Field(ge=0, description="seed of the random draws")]
BootstrapDraws = Annotated[
    int,
    Field(
        ge=199,
        le=99_999,
        description="draws of each bootstrap; at quick effort at most 499",
        json_schema_extra={"unit": "draws"},
    ),
]


class PanelRegressions(Parameters):
    """Homicide and the drivers that the literature names.

    Two growth series are offered. `gdp_growth` is growth of the whole economy, as in the published statement that it
    is compared with, and ends in 2022; `gdp_per_capita_growth` comes from a later release and runs to 2023.
    """

    countries: Countries = "lac"
    first_year: FirstYear = FIRST_YEAR
    last_year: LastYear = LAST_YEAR
    outcome: HomicideOutcome = "rate"
    release: HomicideRelease = "2025"
    regressors: list[Regressor] = Field(
        DEFAULT_REGRESSORS, min_length=1, description="drivers: each is fitted alone, then all of them together"
    )
    fixed_effects: HeldConstant = "two_way"
    weights: CountryWeights = "none"
    confidence_level: ConfidenceLevel = 0.95
    long_difference: int = Field(
        10,
        ge=2,
        le=LAST_YEAR - FIRST_YEAR - 1,
        description="years over which long differences are taken",
        json_schema_extra={"unit": "years"},
    )
    bootstrap_draws: int = Field(
        9_999,
        ge=199,
        le=99_999,
        description="draws of the wild cluster bootstrap; at quick effort at most 999",
        json_schema_extra={"unit": "draws"},
    )
    bootstrap_weights: WildWeights = "webb"
    kernel_lags: KernelLags = "automatic"
    seed: DrawSeed = 2020

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        _refuse_reversed("first_year", self.first_year, "last_year", self.last_year)
        _refuse_repeated("countries", self.countries)
        _refuse_repeated("regressors", self.regressors)
        _refuse_lags(self.kernel_lags, self.last_year - self.first_year)
        _refuse_contradictions(self.regressors)
        if self.release == "2024" and self.first_year >= LAST_YEAR_OF_RELEASE_2024:
            raise ValueError(
                f"release 2024 ends in {LAST_YEAR_OF_RELEASE_2024}, and first_year = {self.first_year} leaves fewer "
                f"than two years of it. Allowed: a first_year before {LAST_YEAR_OF_RELEASE_2024}, or release 2025."
            )
        return self


class PovertyAndViolence(Parameters):
    """Poverty, inequality and homicide: the region over time, against the world, before and after."""

    countries: Literal["lac"] | list[str] = Field(
        "lac", description="lac for the whole region, or a list of ISO 3166-1 alpha-3 codes that make up the region"
    )
    first_year: int = Field(
        FIRST_YEAR, ge=FIRST_YEAR, le=LAST_YEAR, description="first year shown", json_schema_extra={"unit": "year"}
    )
    last_year: int = Field(
        LAST_YEAR, ge=FIRST_YEAR, le=LAST_YEAR, description="last year shown", json_schema_extra={"unit": "year"}
    )
    before_first: int = Field(
        2000,
        ge=FIRST_YEAR,
        le=LAST_YEAR,
        description="first year of the window before",
        json_schema_extra={"unit": "year"},
    )
    before_last: int = Field(
        2004,
        ge=FIRST_YEAR,
        le=LAST_YEAR,
        description="last year of the window before",
        json_schema_extra={"unit": "year"},
    )
    after_first: int = Field(
        2015,
        ge=FIRST_YEAR,
        le=LAST_YEAR,
        description="first year of the window after",
        json_schema_extra={"unit": "year"},
    )
    after_last: int = Field(
        2019,
        ge=FIRST_YEAR,
        le=LAST_YEAR,
        description="last year of the window after",
        json_schema_extra={"unit": "year"},
    )
    poverty_line: PovertyLine = Field(
        "poverty_685",
        description="people below 6.85, 3.65 or 2.15 a day",
        json_schema_extra={"unit": "US dollars of 2017 at purchasing power parity"},
    )
    minimum_years: int = Field(
        2,
        ge=1,
        le=LAST_YEAR - FIRST_YEAR + 1,
        description="years with figures that a country needs in each window to be compared",
        json_schema_extra={"unit": "years"},
    )
    minimum_coverage: float = Field(
        0.75,
        ge=0,
        le=1,
        description="share of people living in countries with figures that a year needs to be compared with the world",
        json_schema_extra={"unit": "share of the population"},
    )
    highest_share: float = Field(
        0.25,
        ge=0.1,
        le=0.5,
        description="share of countries that counts as the most violent, to see how far they would fall by chance",
        json_schema_extra={"unit": "share of the countries"},
    )
    confidence_level: float = Field(
        0.95, gt=0.5, lt=1, description="level of the intervals", json_schema_extra={"unit": "probability"}
    )
    draws: int = Field(
        4_999,
        ge=499,
        le=100_000,
        description="draws of each bootstrap and of the random swaps of windows; at quick effort at most 999",
        json_schema_extra={"unit": "draws"},
    )
    seed: int = Field(20_240_229, ge=0, le=2**32 - 1, description="seed of the random draws")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        _refuse_reversed("first_year", self.first_year, "last_year", self.last_year)
        _refuse_repeated("countries", self.countries)
        for window in ("before", "after"):
            first, last = getattr(self, f"{window}_first"), getattr(self, f"{window}_last")
            _refuse_window(window, first, last, self.minimum_years)
            _refuse_outside(window, first, last, self.first_year, self.last_year)
        if self.before_last >= self.after_first:
            raise ValueError(
                f"the windows overlap: before ends with before_last = {self.before_last}, after begins with "
                f"after_first = {self.after_first}. Allowed: a before_last earlier than after_first."
            )
        return self


def _refuse_reversed(first_name: str, first: int, last_name: str, last: int) -> None:
    if first >= last:
        raise ValueError(
            f"{first_name} = {first} is not before {last_name} = {last}. Allowed: a {first_name} earlier than "
            f"{last_name}, both from {FIRST_YEAR} to {LAST_YEAR}."
        )


def _refuse_lags(lags: Literal["automatic"] | int, span: int) -> None:
    if lags != "automatic" and not 0 <= lags < span:
        raise ValueError(
            f"kernel_lags = {lags} does not fit the {span + 1} years from first_year to last_year. Allowed: automatic, "
            f"or an integer from 0 to {span - 1}."
        )


def _refuse_repeated(name: str, given: str | list[str] | list[Regressor]) -> None:
    if given == "lac":
        return
    repeated = sorted({item for item in given if list(given).count(item) > 1})
    if repeated:
        raise ValueError(f"{name} names {', '.join(repeated)} more than once. Allowed: each once.")
    if not given:
        raise ValueError(f"{name} is empty. Allowed: at least one.")


def _refuse_contradictions(regressors: list[Regressor]) -> None:
    if "log_gdp_per_capita_squared" in regressors and "log_gdp_per_capita" not in regressors:
        raise ValueError(
            "regressors has log_gdp_per_capita_squared without log_gdp_per_capita, which would force the parabola's "
            "peak to one income. Add log_gdp_per_capita or leave the square out."
        )
    for first, second in ALTERNATIVES:
        if first in regressors and second in regressors:
            raise ValueError(
                f"regressors has both {first} and {second}, two series of the same quantity. Allowed: one of the two."
            )


def _refuse_window(window: str, first: int, last: int, minimum_years: int) -> None:
    if first > last:
        raise ValueError(
            f"{window}_first = {first} is after {window}_last = {last}. Allowed: a {window}_first no later than "
            f"{window}_last."
        )
    if last - first + 1 < minimum_years:
        raise ValueError(
            f"the window {window} has {last - first + 1} years and minimum_years = {minimum_years} asks for more. "
            "Lengthen the window or lower minimum_years."
        )


def _refuse_outside(window: str, first: int, last: int, first_year: int, last_year: int) -> None:
    if first < first_year or last > last_year:
        raise ValueError(
            f"the window {window}, {first} to {last}, lies outside first_year = {first_year} to last_year = "
            f"{last_year}. Allowed: a window within these years."
        )


DEFAULT_FURTHER_DRIVERS: list[Regressor] = [
    "infant_mortality",
    "secondary_enrolment",
    "mean_years_schooling",
    "urban_share",
    "male_15_29_share",
    "rule_of_law",
    "control_of_corruption",
    "convictions_per_homicide",
    "trust_police",
]


class LiteratureStatements(Parameters):
    """Statements of the literature on poverty, inequality and further drivers, each put to the test it asks for."""

    countries: Countries = "lac"
    first_year: FirstYear = FIRST_YEAR
    last_year: LastYear = LAST_YEAR
    release: HomicideRelease = "2025"
    fixed_effects: HeldConstant = "two_way"
    weights: CountryWeights = "none"
    poverty_measure: PovertyMeasure = Field(
        "poverty_685",
        description="poverty line and series: survey years, or the line-up, which is interpolated",
        json_schema_extra={"unit": "% of people"},
    )
    smallest_effect: float = Field(
        0.1,
        gt=0,
        le=5,
        description="smallest effect of a point of poverty that would matter",
        json_schema_extra={"unit": "victims per 100,000 people per percentage point"},
    )
    further_drivers: list[Regressor] = Field(
        DEFAULT_FURTHER_DRIVERS, min_length=1, description="further drivers, each fitted alone on its own sample"
    )
    confidence_level: float = Field(
        0.95,
        ge=0.6,
        le=0.999,
        description="level of the confidence intervals; one minus it is the significance of the tests",
        json_schema_extra={"unit": "probability"},
    )
    bootstrap_draws: BootstrapDraws = 9_999
    bootstrap_weights: WildWeights = "webb"
    kernel_lags: KernelLags = "automatic"
    measurement_draws: int = Field(
        200,
        ge=20,
        le=5_000,
        description="draws of the Gini from its standard errors; at quick effort at most 50",
        json_schema_extra={"unit": "draws"},
    )
    error_persistence: float = Field(
        0.9,
        ge=0,
        le=1,
        description="correlation of the Gini's error from one year to the next",
        json_schema_extra={"unit": "correlation"},
    )
    seed: DrawSeed = 2020

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        _refuse_reversed("first_year", self.first_year, "last_year", self.last_year)
        _refuse_repeated("countries", self.countries)
        _refuse_repeated("further_drivers", self.further_drivers)
        _refuse_lags(self.kernel_lags, self.last_year - self.first_year)
        if "log_gdp_per_capita_squared" in self.further_drivers:
            raise ValueError(
                "further_drivers has log_gdp_per_capita_squared, which says nothing alone. Allowed: any other "
                "regressor; the parabola is a matter of panel_regressions."
            )
        if self.release == "2024" and self.first_year >= LAST_YEAR_OF_RELEASE_2024:
            raise ValueError(
                f"release 2024 ends in {LAST_YEAR_OF_RELEASE_2024}, and first_year = {self.first_year} leaves fewer "
                f"than two years of it. Allowed: a first_year before {LAST_YEAR_OF_RELEASE_2024}, or release 2025."
            )
        return self


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
        _refuse_repeated("countries", self.countries)
        if odd := [name for name in self.leave_out if name.count("=") != 1]:
            raise ValueError(
                f"leave_out has {', '.join(map(repr, odd))}. Allowed: choice=option, such as estimator=pooled."
            )
        return self


Errors = Literal["autoregressive", "independent"]
Spread = Literal["by_country", "common"]

DEFAULT_DRIVERS: list[Regressor] = ["unemployment_youth", "gdp_growth"]

# The convergence gate asks for 400 effective draws of every parameter; the worst has about a third of all draws.
MINIMUM_DRAWS_OF_SLOPES = 2_000


class CountryHeterogeneity(Parameters):
    """How much the slopes of homicide on its drivers differ between countries."""

    countries: Countries = "lac"
    first_year: FirstYear = FIRST_YEAR
    last_year: LastYear = LAST_YEAR
    outcome: HomicideOutcome = "rate"
    release: HomicideRelease = "2025"
    drivers: list[Regressor] = Field(
        DEFAULT_DRIVERS, min_length=1, max_length=4, description="drivers whose slopes vary by country, held together"
    )
    errors: Errors = Field(
        "autoregressive", description="whether a country's errors follow each other in time, or are independent"
    )
    spread: Spread = Field("by_country", description="whether each country has an error deviation of its own")
    slope_scale: float = Field(
        0.5,
        ge=0.05,
        le=10.0,
        description="standard deviation of the prior of an average slope",
        json_schema_extra={"unit": "within-country deviations of homicide per deviation of the driver"},
    )
    deviation_scale: float = Field(
        0.25,
        ge=0.02,
        le=5.0,
        description="scale of the half-normal prior of the between-country deviation of a slope",
        json_schema_extra={"unit": "within-country deviations of homicide per deviation of the driver"},
    )
    credible_level: float = Field(
        0.95,
        ge=0.5,
        le=0.99,
        description="probability that every interval on the page is to hold",
        json_schema_extra={"unit": "probability"},
    )
    draws: ChainDraws = 800
    tune: Tune = 400
    chains: Chains = 4
    target_acceptance: TargetAcceptance = 0.9
    seed: Seed = 2020

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        _refuse_reversed("first_year", self.first_year, "last_year", self.last_year)
        _refuse_repeated("countries", self.countries)
        _refuse_repeated("drivers", self.drivers)
        if "log_gdp_per_capita_squared" in self.drivers:
            raise ValueError(
                "drivers has log_gdp_per_capita_squared, which has no slope of its own. Allowed: any other driver; the "
                "parabola is a matter of panel_regressions."
            )
        _refuse_contradictions(self.drivers)
        if self.release == "2024" and self.first_year >= LAST_YEAR_OF_RELEASE_2024:
            raise ValueError(
                f"release 2024 ends in {LAST_YEAR_OF_RELEASE_2024}, and first_year = {self.first_year} leaves fewer "
                f"than two years of it. Allowed: a first_year before {LAST_YEAR_OF_RELEASE_2024}, or release 2025."
            )
        if self.errors == "independent" and self.spread == "by_country":
            raise ValueError(
                "errors = independent with spread = by_country gives a posterior that the sampler cannot explore: "
                "countries that hardly move pin everything down. Allowed: spread = common, or errors = autoregressive."
            )
        if self.draws * self.chains < MINIMUM_DRAWS_OF_SLOPES:
            raise ValueError(
                f"draws = {self.draws} in chains = {self.chains} are {self.draws * self.chains:,} draws, too few to "
                f"judge convergence. Allowed: at least {MINIMUM_DRAWS_OF_SLOPES:,} in all (effort = 'quick' takes "
                "fewer by itself)."
            )
        return self


PredictorBlock = Literal[
    "poverty", "inequality", "income", "work", "health_and_schooling", "population", "institutions"
]
Learner = Literal["elastic_net", "random_forest", "gradient_boosting"]

DEFAULT_BLOCKS: list[PredictorBlock] = [
    "poverty",
    "inequality",
    "income",
    "work",
    "health_and_schooling",
    "population",
    "institutions",
]
DEFAULT_POVERTY_MEASURES: list[PovertyMeasure] = ["poverty_685", "poverty_215"]


class WhatPredictsHomicide(Parameters):
    """Whether poverty helps to predict homicide, in a country never seen and in the next years of known ones."""

    countries: Countries = "lac"
    first_year: FirstYear = FIRST_YEAR
    last_year: LastYear = LAST_YEAR
    outcome: Outcome = Field(
        "log_rate",
        description="natural logarithm of the homicide rate, or the rate itself",
        json_schema_extra={"unit": "log points, or victims per 100,000 people"},
    )
    release: HomicideRelease = "2025"
    poverty_measures: list[PovertyMeasure] = Field(
        DEFAULT_POVERTY_MEASURES,
        min_length=1,
        description="columns of the poverty block; the line-up is interpolated with later surveys, so it leaks",
        json_schema_extra={"unit": "% of people"},
    )
    blocks: list[PredictorBlock] = Field(
        DEFAULT_BLOCKS, min_length=2, description="blocks of predictors; poverty and at least one other"
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
    bootstrap_draws: int = Field(
        4_999,
        ge=199,
        le=99_999,
        description="draws of countries in each bootstrap; at quick effort at most 499",
        json_schema_extra={"unit": "draws"},
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

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        _refuse_reversed("first_year", self.first_year, "last_year", self.last_year)
        for name in ("countries", "poverty_measures", "blocks"):
            _refuse_repeated(name, getattr(self, name))
        if "poverty" not in self.blocks:
            raise ValueError(
                "blocks leaves out poverty, whose worth for prediction is the question. Allowed: poverty and at least "
                "one other block."
            )
        if not self.first_year < self.first_origin <= self.last_year - self.horizon:
            raise ValueError(
                f"first_origin = {self.first_origin} leaves nothing to learn from or to forecast: with horizon = "
                f"{self.horizon} it must lie after first_year = {self.first_year} and no later than "
                f"{self.last_year - self.horizon}."
            )
        if self.release == "2024" and self.first_origin > LAST_YEAR_OF_RELEASE_2024 - self.horizon:
            raise ValueError(
                f"release 2024 ends in {LAST_YEAR_OF_RELEASE_2024}, so with horizon = {self.horizon} first_origin = "
                f"{self.first_origin} leaves nothing to forecast. Allowed: a first_origin no later than "
                f"{LAST_YEAR_OF_RELEASE_2024 - self.horizon}, or release 2025."
            )
        return self


class IncomeTurningPoint(Parameters):
    """Homicide and income: whether the one rises with the other and then falls."""

    countries: Countries = "lac"
    first_year: FirstYear = FIRST_YEAR
    last_year: LastYear = LAST_YEAR
    outcome: HomicideOutcome = "rate"
    release: HomicideRelease = "2025"
    fixed_effects: Literal["two_way", "country"] = Field(
        "two_way", description="what the comparison within countries holds constant: country and year, or country"
    )
    weights: CountryWeights = "none"
    controls: list[Regressor] = Field([], description="drivers held constant beside income in every comparison")
    range_trim: float = Field(
        0.0,
        ge=0,
        le=0.2,
        description="share of rows cut off at each end of the incomes between which the curve must turn",
        json_schema_extra={"unit": "share of the rows"},
    )
    knots: int = Field(
        5, ge=3, le=8, description="knots of the natural spline, at quantiles", json_schema_extra={"unit": "knots"}
    )
    confidence_level: float = Field(
        0.95,
        ge=0.6,
        le=0.999,
        description="level of the intervals and bands; one minus it is the significance of the tests",
        json_schema_extra={"unit": "probability"},
    )
    bootstrap_draws: BootstrapDraws = 4_999
    seed: DrawSeed = 2020

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        _refuse_reversed("first_year", self.first_year, "last_year", self.last_year)
        _refuse_repeated("countries", self.countries)
        if self.controls:
            _refuse_repeated("controls", self.controls)
        if income := [name for name in self.controls if name.startswith("log_gdp_per_capita")]:
            raise ValueError(
                f"controls has {', '.join(income)}, which is the income whose curve is sought. Allowed: any other "
                "regressor, or none."
            )
        if self.release == "2024" and self.first_year >= LAST_YEAR_OF_RELEASE_2024:
            raise ValueError(
                f"release 2024 ends in {LAST_YEAR_OF_RELEASE_2024}, and first_year = {self.first_year} leaves fewer "
                f"than two years of it. Allowed: a first_year before {LAST_YEAR_OF_RELEASE_2024}, or release 2025."
            )
        return self
