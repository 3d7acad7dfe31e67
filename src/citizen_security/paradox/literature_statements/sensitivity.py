"""What could overturn an estimate: an omitted variable, one country, a choice of sample, a control."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.methods.regression.errors import clustered, leave_one_out
from citizen_security.methods.regression.least_squares import LeastSquares, NotEstimable
from citizen_security.methods.regression.pairs_bootstrap import pairs_bootstrap
from citizen_security.paradox.panel.regression import least_squares
from citizen_security.paradox.panel.sample import estimation_sample
from citizen_security.paradox.panel.specification import Specification

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Share of bootstrap draws that may fail before an interval from the rest would be of another population.
MAXIMUM_FAILED = 0.05

SMALL_COUNTRY = 1_000_000

DRIVER_COLUMNS = (
    "regressor",
    "estimate",
    "standard_error",
    "lower",
    "upper",
    "p_value",
    "per_standard_deviation",
    "observations",
    "countries",
    "problem",
)


@dataclass(frozen=True)
class Robustness:
    """How strong an omitted variable would have to be.

    Attributes
    ----------
    partial_r_squared : float
        Share of the outcome's remaining variance that the driver accounts for.
    robustness_value : float
        Share of the remaining variance of both driver and outcome that an omitted variable would have to account for
        to bring the estimate to zero.
    robustness_value_significance : float
        The same, to bring the estimate to the edge of significance.
    """

    partial_r_squared: float
    robustness_value: float
    robustness_value_significance: float


def robustness(
    estimate: float, standard_error: float, degrees: float, significance: float = 0.05, design_effect: float = 1.0
) -> Robustness:
    """Robustness value of a coefficient against omitted variables.

    Parameters
    ----------
    estimate, standard_error : float
        With the classical standard error, from which the partial R² follows.
    degrees : float
        Residual degrees of freedom.
    significance : float
        Of the two-sided test.
    design_effect : float
        Standard error that is trusted over the classical one; scales the critical value.

    Returns
    -------
    Robustness

    References
    ----------
    Cinelli and Hazlett (2020), Journal of the Royal Statistical Society B 82(1).
    """
    from scipy.stats import t

    strength = abs(estimate / standard_error) / np.sqrt(degrees)
    critical = t.ppf(1 - significance / 2, degrees - 1) / np.sqrt(degrees - 1) * design_effect
    return Robustness(
        partial_r_squared=float(strength**2 / (1 + strength**2)),
        robustness_value=_robustness_value(float(strength)),
        robustness_value_significance=_robustness_value(float(strength - critical)),
    )


def adjusted_estimate(
    estimate: float, standard_error: float, degrees: float, with_driver: float, with_outcome: float
) -> tuple[float, float]:
    """Estimate and classical standard error had an omitted variable of given strength been held constant.

    Parameters
    ----------
    estimate, standard_error : float
    degrees : float
        Residual degrees of freedom.
    with_driver : float
        Partial R² of the omitted variable with the driver, below 1.
    with_outcome : float
        Partial R² of the omitted variable with the outcome given the driver.

    Returns
    -------
    tuple of float
        The omitted variable pulls the estimate towards zero.

    References
    ----------
    Cinelli and Hazlett (2020), equations for the bias and the standard error in terms of partial R².
    """
    bias = np.sqrt(with_outcome * with_driver / (1 - with_driver)) * standard_error * np.sqrt(degrees)
    error = standard_error * np.sqrt((1 - with_outcome) / (1 - with_driver) * degrees / (degrees - 1))
    return float(np.sign(estimate) * (abs(estimate) - bias)), float(error)


def benchmark_bounds(fit: LeastSquares, regressor: str, multiples: Sequence[float] = (1.0, 2.0, 3.0)) -> pd.DataFrame:
    """Estimate of a driver had an omitted variable been as strong as a multiple of each observed control.

    Parameters
    ----------
    fit : LeastSquares
        With the driver and at least one control.
    regressor : str
        The driver.
    multiples : sequence of float

    Returns
    -------
    pandas.DataFrame
        benchmark, multiple, with_driver, with_outcome (partial R²), adjusted_estimate, adjusted_standard_error
        (classical). Multiples that no variable could reach are left out.

    References
    ----------
    Cinelli and Hazlett (2020), section 4.4.
    """
    position = fit.regressors.index(regressor)
    degrees = fit.observations - fit.effects
    error = classical_errors(fit)[position]
    rows = []
    for control in (name for name in fit.regressors if name != regressor):
        driver, outcome = _partial_r_squared_with(fit, regressor, control)
        for multiple in multiples:
            bounds = _bound(driver, outcome, multiple)
            if bounds is None:
                continue
            adjusted = adjusted_estimate(float(fit.estimates[position]), error, degrees, *bounds)
            rows.append((control, multiple, *bounds, *adjusted))
    names = ["benchmark", "multiple", "with_driver", "with_outcome", "adjusted_estimate", "adjusted_standard_error"]
    return pd.DataFrame(rows, columns=names)


def classical_errors(fit: LeastSquares) -> "NDArray[np.float64]":
    """Standard errors as if all errors were independent and alike, every fixed effect counted; shape (regressors,)."""
    variance = (fit.residuals**2).sum() / (fit.observations - fit.effects)
    errors: NDArray[np.float64] = np.sqrt(variance * np.diag(fit.inverse)[: len(fit.regressors)])
    return errors


def robustness_table(fit: LeastSquares, significance: float = 0.05) -> pd.DataFrame:
    """Robustness of every regressor of a fit.

    Parameters
    ----------
    fit : LeastSquares
    significance : float

    Returns
    -------
    pandas.DataFrame
        regressor, estimate, partial_r_squared, robustness_value, robustness_value_significance. The last uses errors
        clustered by country.
    """
    degrees = fit.observations - fit.effects
    classical = classical_errors(fit)
    ratio = clustered(fit)["standard_error"].to_numpy() / classical
    found = [
        robustness(estimate, error, degrees, significance, effect)
        for estimate, error, effect in zip(fit.estimates, classical, ratio, strict=True)
    ]
    return pd.DataFrame(
        {
            "regressor": list(fit.regressors),
            "estimate": fit.estimates,
            "partial_r_squared": [item.partial_r_squared for item in found],
            "robustness_value": [item.robustness_value for item in found],
            "robustness_value_significance": [item.robustness_value_significance for item in found],
        }
    )


def influence(fit: LeastSquares, regressor: str) -> pd.DataFrame:
    """Estimate without each country in turn.

    Parameters
    ----------
    fit : LeastSquares
    regressor : str

    Returns
    -------
    pandas.DataFrame
        iso3, estimate, change (from the full sample), in_standard_errors (CRV1 of the full sample); largest change
        first.
    """
    position = fit.regressors.index(regressor)
    without = leave_one_out(fit)[:, position]
    change = without - fit.estimates[position]
    error = clustered(fit)["standard_error"].iloc[position]
    table = pd.DataFrame(
        {"iso3": fit.countries, "estimate": without, "change": change, "in_standard_errors": change / error}
    )
    return table.sort_values("change", key=np.abs, ascending=False, ignore_index=True)


def alternative_samples(panel: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The panel with and without the country-years that specialists doubt or that count few people.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `prepare_panel`.

    Returns
    -------
    dict
        Name of the sample → its rows of the panel. A country is small by its people in its latest year.
    """
    latest = panel.sort_values("year").groupby("iso3")["population"].last()
    small = panel["iso3"].map(latest) < SMALL_COUNTRY
    venezuela = (panel["iso3"] == "VEN") & (panel["year"] > 2018)
    doubted = panel["homicide_note"].notna() if "homicide_note" in panel else pd.Series(False, index=panel.index)
    return {
        "all": panel,
        "without Venezuela after 2018": panel[~venezuela],
        "without countries under a million": panel[~small],
        "without country-years with a note": panel[~doubted],
        "before the pandemic": panel[panel["year"] < 2020],
    }


def compare_samples(panel: pd.DataFrame, specification: Specification, confidence_level: float = 0.95) -> pd.DataFrame:
    """One specification on each alternative sample, errors clustered by country.

    Parameters
    ----------
    panel : pandas.DataFrame
    specification : Specification
    confidence_level : float

    Returns
    -------
    pandas.DataFrame
        sample, regressor, estimate, standard_error, lower, upper, p_value, observations, countries, outcome,
        confidence_level, problem (why a sample cannot carry the specification; its numbers are then missing).
    """
    tables = [
        _on_sample(name, rows, specification, confidence_level) for name, rows in alternative_samples(panel).items()
    ]
    table = pd.concat(tables, ignore_index=True)
    return table.assign(outcome=specification.outcome, confidence_level=confidence_level)


@dataclass(frozen=True)
class Attenuation:
    """What a control takes out of a driver's effect, on the same country-years.

    Attributes
    ----------
    coefficients : pandas.DataFrame
        model (`without` or `with`), regressor, estimate, standard_error, lower, upper, p_value.
    change : float
        Effect without minus effect with the control.
    lower, upper : float
        Percentile interval of the change over countries drawn with replacement.
    opposite : float
        Share of draws in which the change has the other sign, the smaller side doubled: a bootstrap p-value.
    observations, countries : int
    """

    coefficients: pd.DataFrame
    change: float
    lower: float
    upper: float
    opposite: float
    observations: int
    countries: int


def attenuation(
    panel: pd.DataFrame,
    specification: Specification,
    driver: str,
    control: str,
    confidence_level: float = 0.95,
    draws: int = 1_999,
    seed: int = 2020,
) -> Attenuation:
    """Effect of a driver without and with a control, with a bootstrap interval for the difference.

    The difference, not the share, since a share of an effect that may be zero has no useful interval.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `prepare_panel`.
    specification : Specification
        Its regressors are replaced.
    driver, control : str
    confidence_level : float
    draws : int
        Of countries with replacement; both effects are refitted on each.
    seed : int

    Returns
    -------
    Attenuation

    Raises
    ------
    NotEstimable
        If the sample cannot carry the regressions, or too many draws cannot.
    """
    models = {
        "without": replace(specification, regressors=(driver,), also_observed=(control,)),
        "with": replace(specification, regressors=(driver, control), also_observed=()),
    }
    fits = {name: least_squares(estimation_sample(panel, model), model) for name, model in models.items()}
    drawn = [estimates[:, 0] for estimates in pairs_bootstrap(list(fits.values()), draws, seed)]
    changes = drawn[0] - drawn[1]
    usable = changes[np.isfinite(changes)]
    if usable.size < (1 - MAXIMUM_FAILED) * draws:
        raise NotEstimable(
            f"{draws - usable.size} of {draws} draws of countries cannot tell {driver} from {control}. Add countries."
        )
    lower, upper = np.quantile(usable, [(1 - confidence_level) / 2, (1 + confidence_level) / 2])
    tables = [clustered(fit, confidence_level).assign(model=name) for name, fit in fits.items()]
    return Attenuation(
        coefficients=pd.concat(tables, ignore_index=True),
        change=float(fits["without"].estimates[0] - fits["with"].estimates[0]),
        lower=float(lower),
        upper=float(upper),
        opposite=float(min(1.0, 2 * min((usable <= 0).mean(), (usable >= 0).mean()))),
        observations=fits["with"].observations,
        countries=fits["with"].clusters,
    )


def drivers_alone(
    panel: pd.DataFrame, specification: Specification, regressors: Sequence[str], confidence_level: float = 0.95
) -> pd.DataFrame:
    """Each driver alone on its own sample, p-values adjusted for looking at several.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `prepare_panel`.
    specification : Specification
        Its regressors are replaced.
    regressors : sequence of str
    confidence_level : float

    Returns
    -------
    pandas.DataFrame
        regressor, estimate, standard_error, lower, upper, p_value, holm_p_value, per_standard_deviation (effect of one
        standard deviation of the driver within the sample's effects), observations, countries, outcome,
        confidence_level, problem.
    """
    table = pd.concat(list(_each_alone(panel, specification, regressors, confidence_level)), ignore_index=True)
    # Where no driver can be estimated, the columns are there all the same.
    table = table.reindex(columns=list(dict.fromkeys([*DRIVER_COLUMNS, *table.columns])))
    return table.assign(
        holm_p_value=holm(table["p_value"]), outcome=specification.outcome, confidence_level=confidence_level
    )


def holm(p_values: "pd.Series[float]") -> "pd.Series[float]":
    """P-values adjusted for their number by Holm's method; missing ones stay missing and do not count."""
    from statsmodels.stats.multitest import multipletests

    known = p_values.dropna()
    adjusted = multipletests(known, method="holm")[1] if len(known) else []
    return pd.Series(adjusted, index=known.index, dtype=float).reindex(p_values.index)


def _each_alone(
    panel: pd.DataFrame, specification: Specification, regressors: Sequence[str], confidence_level: float
) -> Iterator[pd.DataFrame]:
    for regressor in regressors:
        alone = replace(specification, regressors=(regressor,))
        try:
            fit = least_squares(estimation_sample(panel, alone), alone)
        except NotEstimable as reason:
            yield pd.DataFrame({"regressor": [regressor], "problem": [str(reason)]})
            continue
        spread = float(np.sqrt((fit.design[:, 0] ** 2).mean()))
        yield clustered(fit, confidence_level).assign(
            per_standard_deviation=fit.estimates[0] * spread,
            observations=fit.observations,
            countries=fit.clusters,
            problem="",
        )


def _on_sample(name: str, panel: pd.DataFrame, specification: Specification, confidence_level: float) -> pd.DataFrame:
    try:
        fit = least_squares(estimation_sample(panel, specification), specification)
    except NotEstimable as reason:
        regressors = list(specification.regressors)
        return pd.DataFrame({"sample": name, "regressor": regressors, "problem": str(reason)})
    table = clustered(fit, confidence_level)
    return table.assign(sample=name, observations=fit.observations, countries=fit.clusters, problem="")


def _robustness_value(strength: float) -> float:
    if strength <= 0:
        return 0.0
    squared = strength**2
    return float(0.5 * (np.sqrt(squared**2 + 4 * squared) - squared))


def _partial_r_squared_with(fit: LeastSquares, driver: str, control: str) -> tuple[float, float]:
    """Partial R² of a control with the driver, and with the outcome given the driver; all else held constant."""
    columns = [fit.regressors.index(driver), fit.regressors.index(control)]
    others = np.delete(fit.design, columns, axis=1)
    three = np.column_stack([fit.design[:, columns], fit.outcome])
    if others.shape[1]:
        three = three - others @ np.linalg.lstsq(others, three, rcond=None)[0]
    treatment, benchmark = three[:, 0], three[:, 1]
    with_driver = (treatment @ benchmark) ** 2 / ((treatment @ treatment) * (benchmark @ benchmark))
    left = three[:, 1:] - np.outer(treatment, treatment @ three[:, 1:] / (treatment @ treatment))
    with_outcome = (left[:, 0] @ left[:, 1]) ** 2 / ((left[:, 0] @ left[:, 0]) * (left[:, 1] @ left[:, 1]))
    return float(with_driver), float(with_outcome)


def _bound(with_driver: float, with_outcome: float, multiple: float) -> tuple[float, float] | None:
    """Strength of a variable `multiple` times as strong as a control; none where there can be no such variable."""
    driver = multiple * with_driver / (1 - with_driver)
    if driver >= 1:
        return None
    # Cinelli and Hazlett (2020), section 4.4: the two partial R² cannot be moved apart freely.
    eta = np.sqrt(multiple * with_driver**2 / ((1 - multiple * with_driver) * (1 - with_driver)))
    both = (np.sqrt(multiple) + abs(eta)) / np.sqrt(1 - eta**2) if eta < 1 else np.inf
    outcome = both**2 * with_outcome / (1 - with_outcome)
    return (float(driver), float(min(outcome, 1.0))) if np.isfinite(outcome) else None
