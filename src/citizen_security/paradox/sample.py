"""The country-years that a regression stands on, and the refusal of those that cannot carry one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from citizen_security.paradox.parameters import (
    CountryHeterogeneity,
    FixedEffects,
    IncomeTurningPoint,
    LiteratureStatements,
    PanelRegressions,
    PovertyAndViolence,
    Release,
    SpecificationCurve,
    WhatPredictsHomicide,
)
from citizen_security.paradox.specification import (
    MINIMUM_COUNTRIES,
    MINIMUM_RESIDUAL_DEGREES,
    NEGLIGIBLE,
    RATE_COLUMNS,
    REFERENCE_INCOME,
    Specification,
    drivers,
    unemployment_and_growth,
)
from citizen_security.parameters import ParameterError, unknown

if TYPE_CHECKING:
    from numpy.typing import NDArray

ROUNDING = 1e-12


@dataclass(frozen=True)
class EstimationSample:
    """Complete country-years of one specification.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row per country-year, every column that the specification needs observed.
    left_out : pandas.DataFrame
        Countries of the panel that are not in `frame`: iso3, reason.
    """

    frame: pd.DataFrame
    left_out: pd.DataFrame

    @property
    def observations(self) -> int:
        """Number of country-years."""
        return len(self.frame)

    @property
    def countries(self) -> int:
        """Number of countries, which is the number of clusters."""
        return int(self.frame["iso3"].nunique())


def chosen_countries(
    countries: pd.DataFrame, chosen: Literal["lac"] | list[str], *, territories: bool = False
) -> list[str]:
    """ISO codes that `countries` of the parameters stands for.

    Parameters
    ----------
    countries : pandas.DataFrame
        The table of countries: iso3, is_lac, in_panel.
    chosen : "lac" or list of str
    territories : bool
        Whether `lac` includes territories and states that the country-year panel does not have.

    Returns
    -------
    list of str
        Sorted.
    """
    if chosen != "lac":
        return sorted(chosen)
    inside = countries["is_lac"] if territories else countries["is_lac"] & countries["in_panel"]
    return sorted(countries.loc[inside, "iso3"])


def prepare_panel(
    country_year: pd.DataFrame, countries: Sequence[str], first_year: int, last_year: int, release: Release = "2025"
) -> pd.DataFrame:
    """Country-years of a period with outcomes and regressors ready for a regression.

    Parameters
    ----------
    country_year : pandas.DataFrame
        The table `country_year`.
    countries : sequence of str
        ISO codes kept.
    first_year, last_year : int
        Period, both ends included.
    release : {"2025", "2024"}
        Release of the homicide rates.

    Returns
    -------
    pandas.DataFrame
        The table's columns for these rows, and `rate` (victims per 100,000), `log_rate` (missing where the rate is
        zero), `count` (victims of the same release), `log_gdp_per_capita` (log of income over `REFERENCE_INCOME`) and
        its square, and `convictions_per_homicide` (persons convicted per 100 victims, both of the year before, so
        that the year's own homicide is not on both sides of the equation).
    """
    kept = country_year["iso3"].isin(list(countries)) & country_year["year"].between(first_year, last_year)
    panel = country_year.assign(convictions_per_homicide=_convictions_before(country_year))[kept]
    rate = panel[RATE_COLUMNS[release]].astype(float)
    log_income = np.log(panel["gdp_per_capita"].astype(float) / REFERENCE_INCOME)
    return panel.assign(
        population=panel["population"].astype(float),
        rate=rate,
        log_rate=np.log(rate.where(rate > 0)),
        count=panel["homicide_count"].astype(float) if release == "2025" else rate * panel["population"] / 100_000,
        log_gdp_per_capita=log_income,
        log_gdp_per_capita_squared=log_income**2,
    ).reset_index(drop=True)


def estimation_sample(panel: pd.DataFrame, specification: Specification) -> EstimationSample:
    """Country-years on which a specification can be fitted.

    Rows with a missing figure leave; so do countries seen in one year only and years seen for one country only,
    which a fixed effect would fit exactly. They leave whatever is held constant, so that specifications that differ
    in the fixed effects alone share one sample.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `prepare_panel`.
    specification : Specification

    Returns
    -------
    EstimationSample
    """
    columns = list(dict.fromkeys(["iso3", "year", "population", *specification.needed]))
    complete = panel[columns].dropna(subset=list(specification.needed))
    frame = _without_singletons(complete).reset_index(drop=True)
    return EstimationSample(frame=frame, left_out=_left_out(panel, complete, frame, specification))


def within(frame: pd.DataFrame, columns: Sequence[str], specification: Specification) -> "NDArray[np.float64]":
    """What is left of columns once the fixed effects (or the mean, where there are none) are taken out.

    Parameters
    ----------
    frame : pandas.DataFrame
        Complete rows of an estimation sample.
    columns : sequence of str
    specification : Specification
        Says which effects are held constant and how rows are weighted.

    Returns
    -------
    numpy.ndarray, shape (rows, columns)
        Residuals of the least-squares projection on the dummies, in the units of the columns.
    """
    levels = [pd.get_dummies(frame[column], dtype=float).to_numpy() for column in specification.effect_columns]
    dummies = np.hstack([np.ones((len(frame), 1)), *levels])
    root_weight = np.sqrt(row_weights(frame, specification))[:, None]
    values = frame[list(columns)].to_numpy(dtype=float)
    coefficients, *_ = np.linalg.lstsq(dummies * root_weight, values * root_weight, rcond=None)
    residuals: NDArray[np.float64] = values - dummies @ coefficients
    return residuals


def row_weights(frame: pd.DataFrame, specification: Specification) -> "NDArray[np.float64]":
    """Weight of each row, with mean one."""
    if specification.weights == "none":
        return np.ones(len(frame))
    population = frame["population"].to_numpy(dtype=float)
    weights: NDArray[np.float64] = population / population.mean()
    return weights


def sample_problems(sample: EstimationSample, specification: Specification) -> list[str]:
    """Reasons why a specification cannot be fitted on its sample; empty where it can.

    Parameters
    ----------
    sample : EstimationSample
    specification : Specification

    Returns
    -------
    list of str
        Sentences that say what is missing and what to do.
    """
    names = ", ".join(specification.regressors)
    if sample.countries < MINIMUM_COUNTRIES:
        found = ", ".join(sorted(sample.frame["iso3"].unique())) or "none"
        return [
            f"only {sample.countries} countries ({found}) have the homicide rate and {names} in at least two years; "
            f"errors clustered by country need {MINIMUM_COUNTRIES}. Add countries, lengthen the period, or leave out "
            f"the regressor with fewest figures ({_scarcest(sample, specification)})."
        ]
    degrees = _residual_degrees(sample, specification)
    if degrees < MINIMUM_RESIDUAL_DEGREES:
        return [
            f"{sample.observations} country-years of homicide and {names} leave {degrees} degrees of freedom after the "
            f"fixed effects; {MINIMUM_RESIDUAL_DEGREES} are needed. Lengthen the period, add countries, or hold less "
            "constant with fixed_effects."
        ]
    return _unidentified(sample, specification)


def analysis_specifications(parameters: PanelRegressions) -> Iterator[Specification]:
    """Every specification that the notebook fits with the chosen fixed effects, each driver alone first."""
    common = Specification(
        name="",
        regressors=(),
        outcome=parameters.outcome,
        fixed_effects=parameters.fixed_effects,
        weights=parameters.weights,
    )
    everything = tuple(parameters.regressors)
    for group in drivers(everything):
        yield replace(common, name="alone", regressors=group)
    for group in drivers(everything):
        yield replace(common, name="alone, shared sample", regressors=group, also_observed=everything)
    if both := unemployment_and_growth(everything):
        yield replace(common, name="youth unemployment and growth", regressors=both)
    yield replace(common, name="all together", regressors=everything)


def comparison_specifications(
    panel: pd.DataFrame, parameters: PanelRegressions, kinds: Sequence[FixedEffects] = ("none", "country", "two_way")
) -> list[Specification]:
    """All drivers together under several kinds of fixed effects, named after the kind, as far as `panel` carries them.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `prepare_panel`.
    parameters : PanelRegressions
    kinds : sequence of {"none", "country", "year", "two_way"}

    Returns
    -------
    list of Specification
    """
    *_, everything = analysis_specifications(parameters)
    candidates = [replace(everything, name=kind, fixed_effects=kind) for kind in kinds]
    return [
        specification
        for specification in candidates
        if not sample_problems(estimation_sample(panel, specification), specification)
    ]


def check_sample(parameters: PanelRegressions) -> None:
    """Refuse parameters of the panel regressions that leave nothing to analyse.

    Raises
    ------
    ParameterError
        If a country is unknown or has no usable year, or a specification has too few countries, too few degrees of
        freedom, or a regressor that the fixed effects or the other regressors absorb.
    """
    country_year, chosen = _chosen(parameters.countries)
    if len(chosen) < MINIMUM_COUNTRIES:
        raise ParameterError([_too_few(chosen)])
    panel = prepare_panel(country_year, chosen, parameters.first_year, parameters.last_year, parameters.release)
    specifications = list(analysis_specifications(parameters))
    samples = [estimation_sample(panel, specification) for specification in specifications]
    found = [
        problem
        for sample, specification in zip(samples, specifications, strict=True)
        for problem in sample_problems(sample, specification)
    ]
    if parameters.countries != "lac":
        found = _unused(chosen, samples, parameters) + found
    if found:
        raise ParameterError(dict.fromkeys(found))


def _chosen(countries: Literal["lac"] | list[str]) -> tuple[pd.DataFrame, list[str]]:
    """The table of country-years, and the countries that the parameters choose of it, or a refusal."""
    from citizen_security import catalog

    country_year = catalog.load("country_year")
    _refuse_unknown(countries, country_year)
    return country_year, chosen_countries(catalog.load("countries"), countries)


def _too_few(chosen: Sequence[str]) -> str:
    return (
        f"countries names {len(chosen)} ({', '.join(chosen) or 'none'}), too few to say how uncertain an effect is: "
        f"errors clustered by country need {MINIMUM_COUNTRIES}. Allowed: lac, or at least {MINIMUM_COUNTRIES} "
        "countries. Add some, or look at few countries with poverty_and_violence."
    )


def check_coverage(parameters: PovertyAndViolence) -> None:
    """Refuse parameters of poverty and violence that leave nothing to analyse.

    Raises
    ------
    ParameterError
        If a country is unknown, the region has no poverty or homicide figure in a window, no country can be compared
        before and after, or no year covers enough people for a comparison with the world.
    """
    from citizen_security import catalog
    from citizen_security.paradox.region import before_and_after, comparable_years, compare_with_world

    countries, country_year = catalog.load("countries"), catalog.load("country_year")
    _refuse_unknown(parameters.countries, country_year)
    region = chosen_countries(countries, parameters.countries)
    panel = country_year[country_year["iso3"].isin(region)]
    found = list(_empty_windows(panel, parameters))
    if not found and before_and_after(panel, parameters).empty:
        found.append(
            f"no country has {parameters.minimum_years} years of poverty and of homicide in both windows. Lengthen "
            "the windows, lower minimum_years, or choose other countries."
        )
    world = catalog.load("world_homicide")
    compared = compare_with_world(world, chosen_countries(countries, parameters.countries, territories=True))
    if comparable_years(compared, parameters).empty:
        found.append(
            f"in no year from {parameters.first_year} to {parameters.last_year} do countries with homicide figures "
            f"hold {parameters.minimum_coverage:.0%} of the people of the region and of the rest of the world. Lower "
            "minimum_coverage or lengthen the period."
        )
    if found:
        raise ParameterError(found)


def _convictions_before(country_year: pd.DataFrame) -> "pd.Series[float]":
    """Persons convicted of homicide per 100 victims, both of the year before."""
    victims = country_year["homicide_count"].astype(float)
    share = 100 * country_year["homicide_convicted_count"].astype(float) / victims.where(victims > 0)
    earlier = country_year[["iso3", "year"]].assign(year=country_year["year"] + 1, share=share)
    matched = country_year[["iso3", "year"]].merge(earlier, on=["iso3", "year"], how="left", validate="one_to_one")
    return pd.Series(matched["share"].to_numpy(), index=country_year.index)


def _without_singletons(frame: pd.DataFrame) -> pd.DataFrame:
    while True:
        by_country = frame.groupby("iso3")["year"].transform("size")
        by_year = frame.groupby("year")["iso3"].transform("size")
        kept = frame[(by_country > 1) & (by_year > 1)]
        if len(kept) == len(frame):
            return kept
        frame = kept


def _left_out(
    panel: pd.DataFrame, complete: pd.DataFrame, frame: pd.DataFrame, specification: Specification
) -> pd.DataFrame:
    missing = sorted(set(panel["iso3"]) - set(frame["iso3"]))
    observed = panel.groupby("iso3")[list(specification.needed)].count()
    reasons = [_reason(observed.loc[iso3], int((complete["iso3"] == iso3).sum())) for iso3 in missing]
    return pd.DataFrame({"iso3": missing, "reason": reasons}, dtype=object)


def _reason(observed: "pd.Series[int]", complete_years: int) -> str:
    never = [str(column) for column, years in observed.items() if years == 0]
    if never:
        return "no figures: " + ", ".join(never)
    if complete_years == 0:
        return "never all figures in one year"
    return "a single usable year"


def _scarcest(sample: EstimationSample, specification: Specification) -> str:
    """Regressor for whose absence most countries were left out, or the last one."""
    reasons = " ".join(sample.left_out["reason"])
    counts = {name: reasons.count(name) for name in (*specification.regressors, *specification.also_observed)}
    return max(counts, key=lambda name: counts[name])


def _residual_degrees(sample: EstimationSample, specification: Specification) -> int:
    levels = sum(int(sample.frame[column].nunique()) - 1 for column in specification.effect_columns)
    return sample.observations - 1 - levels - len(specification.regressors)


def _unidentified(sample: EstimationSample, specification: Specification) -> list[str]:
    """Regressors that the fixed effects absorb, or that the regressors before them determine."""
    held = {"two_way": "country and year", "country": "country", "year": "year", "none": "the mean"}
    left = within(sample.frame, specification.regressors, specification)
    values = sample.frame[list(specification.regressors)].to_numpy(dtype=float)
    # What rounding alone leaves grows with the level; what is left of a driver is judged by its own spread.
    rounding = np.maximum(NEGLIGIBLE * values.std(axis=0), ROUNDING * np.abs(values).max(axis=0))
    problems = []
    for position, regressor in enumerate(specification.regressors):
        remaining = float(np.sqrt((left[:, position] ** 2).mean()))
        if remaining <= rounding[position]:
            problems.append(
                f"{regressor} does not vary within the sample once {held[specification.fixed_effects]} is held "
                "constant, so it has no effect to estimate. Leave it out, or change fixed_effects or the sample."
            )
        elif _determined(left[:, :position], left[:, position]):
            before = ", ".join(specification.regressors[:position])
            problems.append(f"{regressor} is an exact combination of {before} within the sample. Leave one out.")
    return problems


def _determined(others: "NDArray[np.float64]", column: "NDArray[np.float64]") -> bool:
    if others.shape[1] == 0:
        return False
    scaled = others / np.maximum(np.sqrt((others**2).mean(axis=0)), np.finfo(float).tiny)
    coefficients, *_ = np.linalg.lstsq(scaled, column, rcond=None)
    return float(np.linalg.norm(column - scaled @ coefficients)) <= NEGLIGIBLE * float(np.linalg.norm(column))


def _refuse_unknown(chosen: Literal["lac"] | list[str], country_year: pd.DataFrame) -> None:
    if chosen == "lac":
        return
    known = sorted(country_year["iso3"].unique())
    problems = [unknown("country", iso3, known, "countries") for iso3 in chosen if iso3 not in known]
    if problems:
        raise ParameterError(problems)


def _unused(chosen: Sequence[str], samples: Sequence[EstimationSample], parameters: PanelRegressions) -> list[str]:
    """Countries asked for by name that no specification can use."""
    used: set[str] = set().union(*(set(sample.frame["iso3"]) for sample in samples))
    return [
        f"{iso3} in countries has no two years with the homicide rate and any of the regressors from "
        f"{parameters.first_year} to {parameters.last_year}. Leave it out, or change the period or the regressors."
        for iso3 in chosen
        if iso3 not in used
    ]


def _empty_windows(panel: pd.DataFrame, parameters: PovertyAndViolence) -> Iterator[str]:
    columns = {"poverty": f"{parameters.poverty_line}_lineup", "homicide": "homicide_count", "inequality": "gini"}
    windows = {
        "before": (parameters.before_first, parameters.before_last),
        "after": (parameters.after_first, parameters.after_last),
    }
    for subject, column in columns.items():
        for window, (first, last) in windows.items():
            if panel.loc[panel["year"].between(first, last), column].count() == 0:
                yield (
                    f"the chosen countries have no figure of {subject} ({column}) in the window {window}, {first} to "
                    f"{last}. Move the window or choose other countries."
                )


def check_statements(parameters: LiteratureStatements) -> None:
    """Refuse parameters of the literature's statements that leave nothing to analyse.

    Raises
    ------
    ParameterError
        If a country is unknown, or poverty, inequality and infant mortality cannot be told apart on what is left.
    """
    from citizen_security.paradox.statements import statement_problems

    country_year, chosen = _chosen(parameters.countries)
    if len(chosen) < MINIMUM_COUNTRIES:
        raise ParameterError([_too_few(chosen)])
    panel = prepare_panel(country_year, chosen, parameters.first_year, parameters.last_year, parameters.release)
    if problems := statement_problems(panel, parameters):
        raise ParameterError(problems)


def check_curve(parameters: SpecificationCurve) -> None:
    """Refuse parameters of the specification curve that leave no curve.

    Raises
    ------
    ParameterError
        If a country or an option is unknown, a choice is left without an option, or too few specifications or
        countries remain.
    """
    from citizen_security import catalog
    from citizen_security.paradox.curve_inference import curve_problems

    country_year, chosen = _chosen(parameters.countries)
    if problems := curve_problems(country_year, catalog.load("specification_choices"), chosen, parameters):
        raise ParameterError(problems)


def check_turning_point(parameters: IncomeTurningPoint) -> None:
    """Refuse parameters of the income curve that leave no curve in one of the comparisons.

    Raises
    ------
    ParameterError
        If a country is unknown, or the curves cannot be fitted within, between or across countries.
    """
    from citizen_security.paradox.income_answers import income_problems

    country_year, chosen = _chosen(parameters.countries)
    if len(chosen) < MINIMUM_COUNTRIES:
        raise ParameterError([_too_few(chosen)])
    panel = prepare_panel(country_year, chosen, parameters.first_year, parameters.last_year, parameters.release)
    if problems := income_problems(panel, parameters):
        raise ParameterError(problems)


def check_prediction(parameters: WhatPredictsHomicide) -> None:
    """Refuse parameters of the predictions that leave nothing to learn from or to try on.

    Raises
    ------
    ParameterError
        If a country is unknown, a predictor has no figure, or too few countries or years of origin remain.
    """
    from citizen_security.paradox.prediction import prediction_problems

    country_year, chosen = _chosen(parameters.countries)
    panel = prepare_panel(country_year, chosen, parameters.first_year, parameters.last_year, parameters.release)
    if problems := prediction_problems(panel, parameters):
        raise ParameterError(problems)


def check_heterogeneity(parameters: CountryHeterogeneity) -> None:
    """Refuse parameters of the varying slopes that leave nothing to analyse.

    Raises
    ------
    ParameterError
        If a country is unknown or cannot be used, or the drivers cannot be told apart on what is left.
    """
    from citizen_security.paradox.varying_slopes import heterogeneity_problems

    country_year, chosen = _chosen(parameters.countries)
    if problems := heterogeneity_problems(country_year, chosen, parameters):
        raise ParameterError(problems)
