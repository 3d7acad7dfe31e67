"""The same question put in other ways: differences, Poisson on counts, within and between.

Every linear estimator goes through `least_squares`, which takes a regression apart so that any standard error can be
computed from the parts (`citizen_security.methods.regression.errors`).
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE
from citizen_security.methods.regression.least_squares import (
    LeastSquares,
    NotEstimable,
    generalized_inverse,
    rank,
    solve,
)
from citizen_security.methods.regression.or_problem import each_or_problem
from citizen_security.methods.regression.quoted import quoted
from citizen_security.paradox.panel.regression import held_constant, least_squares
from citizen_security.paradox.panel.sample import (
    EstimationSample,
    estimation_sample,
    sample_problems,
)
from citizen_security.paradox.panel.specification import Specification
from citizen_security.paradox.parameters import FixedEffects

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Deviance that changes by less than this share from one step to the next has converged.
POISSON_TOLERANCE = 1e-10

ESTIMATOR_NAMES = (
    "pooled",
    "country effects",
    "country and year effects",
    "first differences",
    "long differences",
    "Poisson",
    "within",
    "between",
)


def differenced(panel: pd.DataFrame, columns: Sequence[str], years: int) -> pd.DataFrame:
    """Changes of columns over a number of years, within each country.

    A change needs both ends observed exactly `years` apart, so a gap in the record makes no change out of two.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `prepare_panel`.
    columns : sequence of str
    years : int
        Distance between the two ends, at least 1.

    Returns
    -------
    pandas.DataFrame
        The panel with `columns` replaced by their changes up to the row's year; missing where an end is.
    """
    chosen = list(dict.fromkeys(columns))
    values = panel[["iso3", "year", *chosen]]
    earlier = values.assign(year=values["year"] + years)
    matched = panel[["iso3", "year"]].merge(earlier, on=["iso3", "year"], how="left", validate="one_to_one")
    before = matched[chosen].astype(float).to_numpy()
    changes = panel[chosen].astype(float).to_numpy() - before
    return panel.assign(**{name: changes[:, position] for position, name in enumerate(chosen)})


def in_differences(
    panel: pd.DataFrame, specification: Specification, years: int
) -> tuple[EstimationSample, Specification]:
    """Sample and specification of changes; year effects stay where the specification has them.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `prepare_panel`.
    specification : Specification
    years : int

    Returns
    -------
    tuple of EstimationSample and Specification
        Country effects have gone with the differencing.
    """
    changes = differenced(
        panel, [specification.outcome, *specification.regressors, *specification.also_observed], years
    )
    kinds: dict[FixedEffects, FixedEffects] = {"two_way": "year", "year": "year", "country": "none", "none": "none"}
    in_changes = replace(specification, fixed_effects=kinds[specification.fixed_effects])
    return estimation_sample(changes, in_changes), in_changes


def within_and_between(sample: EstimationSample, specification: Specification) -> LeastSquares:
    """Random-effects regression on each country's mean of a driver and on the deviations from it.

    The within part asks what a country's departures from its own mean go with, the between part what differences
    between countries go with; fixed effects give the first alone. Where years are held constant, year dummies enter as
    departures from their means in the country, so that with gaps, too, the within part equals the regression with
    country and year effects exactly. Their country means, which would hold the years constant between countries
    (Wooldridge 2021), are more than there are countries and would leave nothing to compare; of them the mean year of a
    country's figures enters. Countries count alike.

    Parameters
    ----------
    sample : EstimationSample
    specification : Specification
        Its country effects are replaced by the country means.

    Returns
    -------
    LeastSquares
        Regressors `<name>_within` and `<name>_between`.

    Raises
    ------
    NotEstimable
        If a driver does not vary within countries, or not between them.

    References
    ----------
    Mundlak (1978), Econometrica 46(1); Bell and Jones (2015), Political Science Research and Methods 3(1); Wooldridge
    (2021), Two-Way Fixed Effects, the Two-Way Mundlak Regression, and Difference-in-Differences Estimators.
    """
    split, parts = _split(sample, specification)
    if problems := sample_problems(split, parts):
        raise NotEstimable(" ".join(problems))
    frame = split.frame
    design = np.hstack([frame[list(parts.regressors)].to_numpy(dtype=float), _held_within(frame, parts)])
    outcome = frame[specification.outcome].to_numpy(dtype=float)
    share = _quasi_demeaning(frame, design, outcome, least_squares(sample, _within_only(specification)))
    return solve(
        parts.regressors,
        share(design),
        share(outcome[:, None])[:, 0],
        clusters=frame["iso3"],
        periods=frame["year"],
    )


def poisson_regression(
    panel: pd.DataFrame, specification: Specification, confidence_level: float = 0.95
) -> tuple[pd.DataFrame, EstimationSample]:
    """Poisson pseudo-maximum likelihood of homicide counts, with the population as offset.

    A coefficient is in log points of the rate per unit. The estimator needs only that the mean is right, not that
    counts are Poisson. Errors are CR2 of the weighted regression at which the iteration ends, whose working model is a
    variance in proportion to the mean, as for generalized linear models generally (Pustejovsky and Tipton 2018).
    Countries without any homicide say nothing of the effect and leave. Large countries, whose counts are large, weigh
    more than in a regression of rates.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `prepare_panel`, with `count` and `population`.
    specification : Specification
        Its outcome and weights are not used.
    confidence_level : float

    Returns
    -------
    coefficients : pandas.DataFrame
        The columns of `quoted`; log points per unit.
    sample : EstimationSample

    Raises
    ------
    NotEstimable
        If the sample cannot carry the specification, or the likelihood does not converge.

    References
    ----------
    Santos Silva and Tenreyro (2006), Review of Economics and Statistics 88(4); Correia, Guimarães and Zylkin (2020),
    Stata Journal 20(1); Pustejovsky and Tipton (2018), Journal of Business and Economic Statistics 36(4).
    """
    import pyfixest

    counted = replace(
        specification, weights="none", also_observed=(*specification.also_observed, "count", "population")
    )
    ever = panel.groupby("iso3")["count"].transform("max") > 0
    sample = estimation_sample(panel[ever], counted)
    if problems := sample_problems(sample, counted):
        raise NotEstimable(" ".join(problems))
    frame = sample.frame.assign(
        count=sample.frame["count"].astype(float), exposure=np.log(sample.frame["population"] / PERSON_YEARS_OF_A_RATE)
    )
    effects = " + ".join(specification.effect_columns)
    formula = f"count ~ {' + '.join(specification.regressors)}"
    model = pyfixest.fepois(
        f"{formula} | {effects}" if effects else formula,
        data=frame,
        vcov={"CRV1": "iso3"},
        offset="exposure",
        fixef_rm="none",
        iwls_tol=POISSON_TOLERANCE,
        iwls_maxiter=100,
        demeaner=pyfixest.MapDemeaner(fixef_tol=1e-10),
    )
    if not model.convergence:
        raise NotEstimable(
            f"the Poisson regression on {', '.join(specification.regressors)} did not converge. Hold less constant, "
            "or leave out a regressor."
        )
    fitted = np.asarray(model.predict(type="response"), dtype=float)
    return quoted(working_regression(frame, fitted, specification), confidence_level), sample


def working_regression(
    frame: pd.DataFrame, fitted: "NDArray[np.float64]", specification: Specification
) -> LeastSquares:
    """The weighted regression at which a Poisson regression's iteration ends, every effect as a dummy.

    Rows are scaled by the root of their weight, which is the fitted count, so that errors independent and alike in it
    are errors whose variance is in proportion to the mean.

    Parameters
    ----------
    frame : pandas.DataFrame
        iso3, year, count, exposure (log of the population in units of 100,000) and the regressors.
    fitted : numpy.ndarray, shape (rows,)
        Fitted counts of the regression, converged.
    specification : Specification

    Returns
    -------
    LeastSquares
        Its estimates are those of the Poisson regression.
    """
    dummies = [pd.get_dummies(frame[column], dtype=float).to_numpy() for column in specification.effect_columns]
    columns = [frame[list(specification.regressors)].to_numpy(dtype=float), np.ones((len(frame), 1)), *dummies]
    response = np.log(fitted) - frame["exposure"] + (frame["count"] - fitted) / fitted
    root = np.sqrt(fitted)
    return solve(
        specification.regressors,
        np.hstack(columns) * root[:, None],
        response.to_numpy(dtype=float) * root,
        clusters=frame["iso3"],
        periods=frame["year"],
    )


def mean_rate(sample: EstimationSample) -> float:
    """Victims per 100,000 people over all country-years of a sample with `count` and `population`."""
    return float(PERSON_YEARS_OF_A_RATE * sample.frame["count"].astype(float).sum() / sample.frame["population"].sum())


def compare_estimators(
    panel: pd.DataFrame, specification: Specification, long_difference: int = 10, confidence_level: float = 0.95
) -> pd.DataFrame:
    """One specification under every estimator, with errors clustered by country.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `prepare_panel`.
    specification : Specification
        Its fixed effects are replaced where the estimator has its own.
    long_difference : int
        Years over which long differences are taken.
    confidence_level : float

    Returns
    -------
    pandas.DataFrame
        regressor, estimator, the other columns of `quoted`, observations, countries, outcome, confidence_level,
        problem. Poisson's coefficients are turned into the outcome's units at the sample's mean
        rate where the outcome is the rate. An estimator that the panel cannot carry has missing numbers and says why
        in `problem`.
    """
    estimates = {
        name: partial(_estimate, name, panel, specification, long_difference, confidence_level)
        for name in ESTIMATOR_NAMES
        if name != "between"
    }
    table = each_or_problem(estimates, "estimator", pd.DataFrame({"regressor": list(specification.regressors)}))
    part = table["regressor"].str.extract(r"_(within|between)$", expand=False)
    table["estimator"] = table["estimator"].where(part.isna(), part)
    table["regressor"] = table["regressor"].str.replace(r"_(within|between)$", "", regex=True)
    return table.assign(outcome=specification.outcome, confidence_level=confidence_level)


def _estimate(
    name: str, panel: pd.DataFrame, specification: Specification, long_difference: int, confidence_level: float
) -> pd.DataFrame:
    kinds: dict[str, FixedEffects] = {
        "pooled": "none",
        "country effects": "country",
        "country and year effects": "two_way",
    }
    if name == "Poisson":
        return _poisson_in_units(panel, specification, confidence_level)
    if name in kinds:
        chosen = replace(specification, fixed_effects=kinds[name])
        fit = least_squares(estimation_sample(panel, chosen), chosen)
    elif name == "within":
        fit = within_and_between(estimation_sample(panel, specification), specification)
    else:
        years = 1 if name == "first differences" else long_difference
        fit = least_squares(*in_differences(panel, specification, years))
    return quoted(fit, confidence_level).assign(observations=fit.observations, countries=fit.clusters)


def _poisson_in_units(panel: pd.DataFrame, specification: Specification, confidence_level: float) -> pd.DataFrame:
    table, sample = poisson_regression(panel, specification, confidence_level)
    factor = mean_rate(sample) if specification.outcome == "rate" else 1.0
    numbers = ["estimate", "standard_error", "lower", "upper"]
    scaled = table.assign(**{column: table[column] * factor for column in numbers})
    return scaled.assign(observations=sample.observations, countries=sample.countries)


def _split(sample: EstimationSample, specification: Specification) -> tuple[EstimationSample, Specification]:
    """Sample with every driver as mean and deviation, and the specification of both."""
    names, frame = list(specification.regressors), sample.frame
    means = frame.groupby("iso3")[names].transform("mean")
    split = frame.assign(
        **{f"{name}_within": frame[name] - means[name] for name in names},
        **{f"{name}_between": means[name] for name in names},
    )
    parts = tuple(f"{name}_{part}" for part in ("within", "between") for name in names)
    years: FixedEffects = "year" if "year" in specification.effect_columns else "none"
    chosen = replace(specification, regressors=parts, fixed_effects=years, weights="none")
    return EstimationSample(split, sample.left_out), chosen


def _held_within(frame: pd.DataFrame, parts: Specification) -> "NDArray[np.float64]":
    """The constant; where years are held constant, a country's mean year, and year dummies less their country means."""
    constant = np.ones((len(frame), 1))
    if "year" not in parts.effect_columns:
        return constant
    inside = replace(parts, fixed_effects="two_way")
    departures, _ = held_constant(frame, inside, np.ones(len(frame)))
    mean_year = frame.groupby("iso3")["year"].transform("mean").to_numpy(dtype=float)
    return np.column_stack([constant, mean_year - mean_year.mean(), departures])


def _within_only(specification: Specification) -> Specification:
    """The specification with country effects, whose residuals show how much varies within a country."""
    both = "year" in specification.effect_columns
    return replace(specification, fixed_effects="two_way" if both else "country", weights="none")


def _quasi_demeaning(
    frame: pd.DataFrame, design: "NDArray[np.float64]", outcome: "NDArray[np.float64]", inside: LeastSquares
) -> "Callable[[NDArray[np.float64]], NDArray[np.float64]]":
    """Generalized least squares with a random effect for each country, as a transformation of columns.

    A country's mean is taken out in the share 1 − √(σ²ₑ / (σ²ₑ + Tσ²ᵤ)); the variances come from the residuals with
    country effects and from those of the pooled regression.
    """
    within_variance = (inside.residuals**2).sum() / (inside.observations - inside.effects)
    pooled = outcome - design @ (generalized_inverse(design.T @ design) @ (design.T @ outcome))
    total = (pooled**2).sum() / (len(outcome) - rank(design))
    between_variance = max(float(total - within_variance), 0.0)
    cluster, countries = pd.factorize(frame["iso3"], sort=True)
    member = np.equal.outer(np.arange(len(countries)), cluster).astype(float)
    years = member.sum(axis=1, keepdims=True)
    share = 1 - np.sqrt(within_variance / (within_variance + years * between_variance))
    return lambda columns: columns - (share * (member @ columns) / years)[cluster]
