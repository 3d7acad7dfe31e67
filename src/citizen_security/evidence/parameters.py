"""Parameters of the notebooks on the evidence gaps."""

from typing import Annotated, Literal, Self

from pydantic import Field, JsonValue, model_validator

from citizen_security.evidence.coding import InterventionCode, OutcomeCode, StudyKind, TargetCode
from citizen_security.parameters import Parameters, Seed

Region = Literal["all", "lac", "elsewhere"]
SelectionRule = Literal["high_level", "spike", "at_random"]

MINIMUM_PANEL_YEARS = 10

_SHARE: dict[str, JsonValue] = {"unit": "share"}
_WORTH: dict[str, JsonValue] = {"unit": "observations"}
_UNIT: dict[str, JsonValue] = {"unit": "standard error of one observation: 2 for log ratios, √2 for mean differences"}

# Each cut point is a weight to estimate, from a few dozen studies at best.
MAXIMUM_CUT_POINTS = 4

Estimator = Literal[
    "equal_effects",
    "dersimonian_laird",
    "hedges_olkin",
    "hunter_schmidt",
    "sidik_jonkman",
    "maximum_likelihood",
    "restricted_maximum_likelihood",
    "empirical_bayes",
    "paule_mandel",
]

# Fields that several notebooks declare.
IntervalLevel = Annotated[
    float, Field(ge=0.5, le=0.99, description="probability of every interval", json_schema_extra=_SHARE)
]
PooledIntervention = Annotated[InterventionCode, Field(description="intervention whose studies are pooled")]
PooledOutcome = Annotated[Literal["all"] | OutcomeCode, Field(description="outcome that the effects are on, or all")]


class EvidenceGapMap(Parameters):
    """Interventions by outcomes: where evaluations are and where none is."""

    region: Region = Field(
        "all", description="studies with a site in Latin America and the Caribbean (lac), elsewhere, or all"
    )
    minimum_maryland_level: int = Field(
        0,
        ge=0,
        le=5,
        description="weakest design kept; 0 keeps every study, also those whose design was not coded",
        json_schema_extra={"unit": "Maryland Scientific Methods Scale"},
    )
    interventions: Literal["all"] | list[InterventionCode] = Field("all", description="rows of the map: codes, or all")
    outcomes: Literal["all"] | list[OutcomeCode] = Field("all", description="columns of the map: codes, or all")
    kinds: list[StudyKind] = Field(
        ["evaluation", "pooled_trial", "review"],
        description="evaluations found one by one, trials that a review printed, and reviews (listed apart)",
    )
    first_year: int = Field(
        1960, ge=1960, le=2026, description="first year of publication", json_schema_extra={"unit": "year"}
    )
    last_year: int = Field(
        2026, ge=1960, le=2026, description="last year of publication", json_schema_extra={"unit": "year"}
    )
    countries: Literal["all"] | list[str] = Field(
        "all", description="studies with a site in one of these countries (ISO 3166-1 alpha-3), or all"
    )
    target: Literal["all"] | list[TargetCode] = Field(
        "all", description="whom or what the intervention addresses: codes, or all"
    )
    colour: Literal["design", "pooled_effect"] = Field(
        "design", description="what the colour of a bubble says: its strongest design, or its pooled effect"
    )
    burden_first_year: int = Field(
        2018, ge=1990, le=2023, description="first year of the homicides counted", json_schema_extra={"unit": "year"}
    )
    burden_last_year: int = Field(
        2023, ge=1990, le=2023, description="last year of the homicides counted", json_schema_extra={"unit": "year"}
    )
    seed: int = Field(20160301, ge=0, le=2**32 - 1, description="seed of the bootstrap of studies")

    @model_validator(mode="after")
    def _refuse_contradictions(self) -> Self:
        problems = [*self._problems_of_lists(), *self._problems_of_years()]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _problems_of_lists(self) -> list[str]:
        problems = []
        for name in ("interventions", "outcomes", "kinds", "countries", "target"):
            given = getattr(self, name)
            whole = f"name at least one{'' if name == 'kinds' else ', or give all'}"
            if not given:
                problems.append(f"{name} is an empty list; {whole}")
            elif given != "all" and len(set(given)) < len(given):
                twice = sorted({code for code in given if given.count(code) > 1})
                problems.append(f"{name} names {', '.join(twice)} more than once; name each once")
        if self.kinds == ["review"]:
            problems.append(
                "kinds has reviews only, whose outcomes are not coded, so every cell would be empty; "
                "add evaluation or pooled_trial"
            )
        return problems

    def _problems_of_years(self) -> list[str]:
        return [
            f"{first} = {getattr(self, first)} is after {last} = {getattr(self, last)}; "
            "give a first year that is not later"
            for first, last in (("first_year", "last_year"), ("burden_first_year", "burden_last_year"))
            if getattr(self, first) > getattr(self, last)
        ]


class SelectionOnOutcome(Parameters):
    """What evaluations let us learn that had to be positive to be counted."""

    interventions: int = Field(1300, ge=1, le=100_000, description="interventions that the review lists")
    evaluations: int = Field(85, ge=1, le=10_000, description="evaluations that it found among them")
    evaluations_positive: int = Field(84, ge=0, le=10_000, description="of these, evaluations that were positive")
    formal: int = Field(18, ge=0, le=10_000, description="evaluations that were formal impact evaluations")
    formal_positive: int = Field(17, ge=0, le=10_000, description="of these, formal evaluations that were positive")
    prior_effective: float = Field(
        0.5, ge=0.01, le=0.99, description="share truly effective: mean of the beta prior", json_schema_extra=_SHARE
    )
    prior_effective_weight: float = Field(
        2.0,
        ge=0.5,
        le=200,
        description="what that prior is worth; 2 with a mean of 0.5 is flat",
        json_schema_extra=_WORTH,
    )
    power: float = Field(
        0.7,
        ge=0.02,
        le=0.99,
        description="chance that the evaluation of an effective programme comes out positive: prior mean",
        json_schema_extra=_SHARE,
    )
    false_positive: float = Field(
        0.2,
        ge=0.01,
        le=0.98,
        description="chance that the evaluation of an ineffective programme comes out positive: prior mean",
        json_schema_extra=_SHARE,
    )
    error_weight: float = Field(
        10.0, ge=2, le=200, description="what each of these two priors is worth", json_schema_extra=_WORTH
    )
    publication_ratio: float = Field(
        0.34,
        ge=0.01,
        le=0.99,
        description="chance to be published of a non-positive over that of a positive evaluation: prior mean",
        json_schema_extra=_SHARE,
    )
    publication_weight: float = Field(
        20.0, ge=2, le=200, description="what the prior of publication is worth", json_schema_extra=_WORTH
    )
    leak_ratio: float = Field(
        0.02,
        ge=0.002,
        le=0.99,
        description="chance to get past the rule of a non-positive over that of a positive evaluation: prior mean",
        json_schema_extra=_SHARE,
    )
    leak_weight: float = Field(
        20.0, ge=2, le=200, description="what the prior of exceptions to the rule is worth", json_schema_extra=_WORTH
    )
    threshold: float = Field(
        0.5,
        ge=0.1,
        le=0.9,
        description="the conclusion at stake: more than this share is effective (or positive)",
        json_schema_extra=_SHARE,
    )
    evaluated_share: float = Field(
        0.2,
        ge=0.02,
        le=1,
        description="in the simulation: share of interventions that anybody evaluated",
        json_schema_extra=_SHARE,
    )
    later_positive: int = Field(15, ge=0, le=10_000, description="programmes that a later review rates well")
    later_total: int = Field(24, ge=1, le=10_000, description="programmes that the later review rates")
    later_from: int = Field(
        2017,
        ge=1990,
        le=2026,
        description="studies of the compendium from this year on are set beside the predictions",
        json_schema_extra={"unit": "year"},
    )
    interval_level: IntervalLevel = 0.95
    draws: int = Field(4000, ge=200, le=50_000, description="simulations and predictive draws; at quick effort 500")
    seed: Seed = 1979

    @model_validator(mode="after")
    def _refuse_contradictions(self) -> Self:
        problems = [
            f"{part} = {getattr(self, part)} is more than {whole} = {getattr(self, whole)}, of which it is a part; "
            "give a number that is not larger"
            for part, whole in (
                ("evaluations", "interventions"),
                ("evaluations_positive", "evaluations"),
                ("formal", "evaluations"),
                ("formal_positive", "formal"),
                ("later_positive", "later_total"),
            )
            if getattr(self, part) > getattr(self, whole)
        ]
        problems += [] if problems else self._problems_of_formal()
        if self.false_positive >= self.power:
            problems.append(
                f"false_positive = {self.false_positive} is not below power = {self.power}; an evaluation that finds "
                "effective programmes no more often than others tells nothing, so give a lower false_positive"
            )
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _problems_of_formal(self) -> list[str]:
        """The formal evaluations are some of all: neither their positives nor the rest may be more than all have."""
        fewest = self.evaluations_positive - (self.evaluations - self.formal)
        if max(fewest, 0) <= self.formal_positive <= self.evaluations_positive:
            return []
        return [
            f"formal_positive = {self.formal_positive} cannot be, with evaluations_positive = "
            f"{self.evaluations_positive} of {self.evaluations} and {self.formal} of them formal; give from "
            f"{max(fewest, 0)} to {min(self.formal, self.evaluations_positive)}"
        ]


class ClaimedAndEvaluated(Parameters):
    """The fall that was announced, the one that was estimated, and the one that chance selection gives."""

    countries: list[Literal["BRA", "COL", "MEX"]] = Field(
        ["BRA", "MEX"], description="countries whose cities show how homicide varies from year to year"
    )
    first_year: int = Field(
        2000, ge=2000, le=2024, description="first year of the panel", json_schema_extra={"unit": "year"}
    )
    last_year: int = Field(
        2019, ge=2000, le=2024, description="last year of the panel", json_schema_extra={"unit": "year"}
    )
    minimum_mean_count: float = Field(
        20.0,
        ge=5,
        le=500,
        description="cities with fewer homicides a year on average are left out: their logarithms are mostly noise",
        json_schema_extra={"unit": "homicides a year"},
    )
    rule: SelectionRule = Field(
        "high_level", description="places chosen for a high_level, for a spike above their own past, or at random"
    )
    selection_quantile: float = Field(
        0.9, ge=0.5, le=0.99, description="only places above this quantile are chosen", json_schema_extra=_SHARE
    )
    years_before: int = Field(
        1, ge=1, le=5, description="years before the programme that are averaged", json_schema_extra={"unit": "years"}
    )
    years_after: int = Field(
        2, ge=1, le=5, description="years after it that are averaged", json_schema_extra={"unit": "years"}
    )
    years_past: int = Field(
        3,
        ge=1,
        le=8,
        description="earlier years that a spike is measured against",
        json_schema_extra={"unit": "years"},
    )
    population: int = Field(
        300_000,
        ge=5_000,
        le=20_000_000,
        description="size of the places in the simulation",
        json_schema_extra={"unit": "persons"},
    )
    rate: float = Field(
        25.0,
        ge=1,
        le=200,
        description="typical homicide rate of the places in the simulation",
        json_schema_extra={"unit": "per 100,000"},
    )
    window_months: int = Field(
        12,
        ge=6,
        le=24,
        description="months before and after the start of a programme with monthly counts",
        json_schema_extra={"unit": "months"},
    )
    interval_level: IntervalLevel = 0.95
    places: int = Field(100_000, ge=2_000, le=1_000_000, description="simulated places; at quick effort 10,000")
    resamples: int = Field(200, ge=50, le=5_000, description="resamples of cities; at quick effort 50")
    seed: Seed = 1886

    @model_validator(mode="after")
    def _refuse_contradictions(self) -> Self:
        problems = []
        if not self.countries or len(set(self.countries)) < len(self.countries):
            problems.append(f"countries = {self.countries} is empty or names one twice; name each once, at least one")
        if self.last_year - self.first_year < MINIMUM_PANEL_YEARS - 1:
            problems.append(
                f"first_year = {self.first_year} and last_year = {self.last_year} are fewer than {MINIMUM_PANEL_YEARS} "
                "years, too few to see how a city's years hang together; give more years"
            )
        if problems:
            raise ValueError("; ".join(problems))
        return self


class PublicationBias(Parameters):
    """What a pooled effect would be without the studies that nobody reported, under one assumption after another."""

    intervention: PooledIntervention = "cognitive_behavioural_therapy"
    outcome: PooledOutcome = "all"
    suppressed: Literal["harmful", "beneficial"] = Field(
        "harmful", description="results that are taken to be reported less: those of no use or of harm, or of benefit"
    )
    estimator: Estimator = Field(
        "restricted_maximum_likelihood", description="estimator of the variance between studies, where none is given"
    )
    missing_estimator: Literal["L0", "R0", "Q0"] = Field(
        "L0", description="estimator of the number of missing studies in trim and fill"
    )
    pet_significance: float = Field(
        0.1, ge=0.01, le=0.5, description="two-sided p-value of PET's effect below which PEESE is taken"
    )
    cut_points: list[float] = Field(
        [0.025, 0.5], description="one-sided p-values, increasing, at which the weight of reporting may step"
    )
    copas_least_precise: list[float] = Field(
        [0.99, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1],
        description="assumed probabilities that the least precise study is reported",
        json_schema_extra={"unit": "probability"},
    )
    copas_most_precise: list[float] = Field(
        [0.99, 0.9],
        description="assumed probabilities that the most precise study is reported",
        json_schema_extra={"unit": "probability"},
    )
    smallest_effect: float = Field(
        0.1, ge=0.005, le=1, description="smallest mean effect that matters, for Orwin's fail-safe number"
    )
    ensemble: Literal["one_sided_step", "two_sided_steps", "steps_and_regressions"] = Field(
        "steps_and_regressions", description="models that are averaged: 8, 12 or 36"
    )
    effect_prior: float = Field(
        0.5, ge=0.05, le=5, description="standard deviation of the effect's normal prior", json_schema_extra=_UNIT
    )
    heterogeneity_prior: float = Field(
        0.25, ge=0.02, le=2, description="scale of the half-normal prior of τ", json_schema_extra=_UNIT
    )
    pet_prior: float = Field(1.0, ge=0.05, le=10, description="scale of the half-Cauchy prior of the slope in PET")
    peese_prior: float = Field(
        5.0, ge=0.2, le=50, description="scale of the half-Cauchy prior of PEESE's slope, for differences of means"
    )
    level: IntervalLevel = 0.95
    simulations: int = Field(40, ge=5, le=2000, description="simulated sets of studies; at quick effort at most 6")
    seed: Seed = 1979

    @model_validator(mode="after")
    def _refuse_contradictions(self) -> Self:
        problems = [
            problem
            for name in ("cut_points", "copas_least_precise", "copas_most_precise")
            for problem in self._problems_of_shares(name)
        ]
        if not problems and min(self.copas_least_precise) > max(self.copas_most_precise):
            problems.append(
                f"copas_least_precise = {self.copas_least_precise} are all above copas_most_precise = "
                f"{self.copas_most_precise}; a more precise study is reported at least as often, so give a lower one"
            )
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _problems_of_shares(self, name: str) -> list[str]:
        given: list[float] = getattr(self, name)
        if not given or not all(0 < share < 1 for share in given) or len(set(given)) < len(given):
            return [f"{name} = {given} is not allowed. Allowed: different numbers between 0 and 1, at least one"]
        if name == "cut_points" and (given != sorted(given) or len(given) > MAXIMUM_CUT_POINTS):
            return [f"cut_points = {given} is not allowed. Allowed: at most {MAXIMUM_CUT_POINTS}, increasing"]
        return []


class MetaAnalysis(Parameters):
    """What the studies of an intervention say together, how much they differ, and on what that depends."""

    intervention: PooledIntervention = "cognitive_behavioural_therapy"
    outcome: PooledOutcome = "all"
    measure: Literal["most_studies", "odds_ratio", "rate_ratio", "standardised_mean_difference"] = Field(
        "most_studies", description="what the effects are a ratio or difference of; or what most studies have"
    )
    estimator: Estimator = Field(
        "restricted_maximum_likelihood", description="estimator of the variance between studies"
    )
    test: Literal["knapp_hartung", "normal"] = Field(
        "knapp_hartung", description="t with Knapp and Hartung's error, or a normal (Wald) interval"
    )
    moderator: Literal["none", "maryland_level", "region", "outcome", "year"] = Field(
        "maryland_level", description="what the effect may depend on: subgroups of it, or a slope for year"
    )
    prior: Literal["half_normal", "half_cauchy", "uniform"] = Field(
        "half_normal", description="prior of τ, the standard deviation between studies"
    )
    prior_scale: float = Field(
        0.25,
        ge=0.02,
        le=5,
        description="scale of the prior of τ; of a uniform one, its upper end",
        json_schema_extra=_UNIT,
    )
    effect_prior: float = Field(
        1.0, ge=0.05, le=50, description="standard deviation of the mean effect's normal prior", json_schema_extra=_UNIT
    )
    level: IntervalLevel = 0.95
    subsets: int = Field(
        20_000, ge=500, le=200_000, description="subsets of the studies pooled at most; at quick effort 2,000"
    )
    replicates: int = Field(
        2_000, ge=200, le=50_000, description="simulated meta-analyses in each setting; at quick effort 500"
    )
    seed: Seed = 1986
