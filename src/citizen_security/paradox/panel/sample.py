"""The country-years that a regression stands on, and the refusal of those that cannot carry one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.measures import RELEASES
from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE
from citizen_security.paradox.panel.specification import (
    MINIMUM_COUNTRIES,
    MINIMUM_RESIDUAL_DEGREES,
    NEGLIGIBLE,
    REFERENCE_INCOME,
    Specification,
)
from citizen_security.paradox.parameters import Release
from citizen_security.words import counted

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
    rate = panel[RELEASES[release].column].astype(float)
    victims = rate * panel["population"] / PERSON_YEARS_OF_A_RATE
    log_income = np.log(panel["gdp_per_capita"].astype(float) / REFERENCE_INCOME)
    return panel.assign(
        population=panel["population"].astype(float),
        rate=rate,
        log_rate=np.log(rate.where(rate > 0)),
        count=panel["homicide_count"].astype(float) if release == "2025" else victims,
        log_gdp_per_capita=log_income,
        log_gdp_per_capita_squared=log_income**2,
    ).reset_index(drop=True)


def describe_panel(panel: pd.DataFrame) -> str:
    """How many countries and country-years a panel has, and how many of them a homicide rate, in words."""
    return (
        f"{panel['iso3'].nunique()} countries, {len(panel):,} country-years, {panel['rate'].count():,} with a "
        "homicide rate"
    )


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
        return [
            f"{countries_have(sample.frame['iso3'])} the homicide rate and {names} in at least two years; errors "
            f"clustered by country need {MINIMUM_COUNTRIES}. Add countries, lengthen the period, or leave out the "
            f"regressor with fewest figures ({_scarcest(sample, specification)})."
        ]
    degrees = _residual_degrees(sample, specification)
    if degrees < MINIMUM_RESIDUAL_DEGREES:
        left = counted(max(degrees, 0), "degree of freedom", "degrees of freedom")
        return [
            f"{counted(sample.observations, 'country-year')} of homicide and {names} leave {left} after the fixed "
            f"effects; {MINIMUM_RESIDUAL_DEGREES} are needed. Lengthen the period, add countries, or hold less "
            "constant with fixed_effects."
        ]
    return _unidentified(sample, specification)


def countries_have(codes: Iterable[str]) -> str:
    """Too few countries, named, with their verb: `no country has`, `only two countries (BOL, BRA) have`."""
    found = sorted(set(codes))
    if not found:
        return "no country has"
    verb = "has" if len(found) == 1 else "have"
    return f"only {counted(len(found), 'country', 'countries')} ({', '.join(found)}) {verb}"


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
