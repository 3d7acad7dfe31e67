"""Fixed-effects regressions on the country panel, with errors clustered by country."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from citizen_security.measures import EFFECTS, effect_unit
from citizen_security.methods.regression.least_squares import NotEstimable
from citizen_security.paradox.panel.sample import EstimationSample, estimation_sample, sample_problems, within
from citizen_security.paradox.panel.specification import Specification

SUFFIXES = {
    "alone": "",
    "alone, shared sample": "_shared_sample",
    "youth unemployment and growth": "_joint",
    "all together": "_controls",
}


@dataclass(frozen=True)
class PanelFit:
    """One fitted specification.

    Attributes
    ----------
    specification : Specification
    sample : EstimationSample
    confidence_level : float
    coefficients : pandas.DataFrame
        One row per regressor: regressor, estimate, standard_error, lower, upper, p_value; outcome per unit.
    residuals : numpy.ndarray, shape (observations,)
        In units of the outcome, in the order of `sample.frame`.
    within_r_squared : float
        Share of the variance left by the fixed effects that the regressors account for.
    """

    specification: Specification
    sample: EstimationSample
    confidence_level: float
    coefficients: pd.DataFrame
    residuals: "np.ndarray[Any, np.dtype[np.float64]]"
    within_r_squared: float


def fixed_effects_regression(
    sample: EstimationSample, specification: Specification, confidence_level: float = 0.95
) -> PanelFit:
    """Least squares with fixed effects and errors clustered by country.

    Intervals use the t distribution with one degree of freedom fewer than there are countries. The variance is that
    of Liang and Zeger (1986) times G / (G - 1) · (N - 1) / (N - K), where K leaves out the country effects, which are
    nested in the clusters (Cameron and Miller 2015).

    Parameters
    ----------
    sample : EstimationSample
        From `estimation_sample` for the same specification.
    specification : Specification
    confidence_level : float
        Level of the intervals, above 0 and below 1.

    Returns
    -------
    PanelFit

    Raises
    ------
    NotEstimable
        If the sample has too few countries or degrees of freedom, or does not identify a regressor.

    References
    ----------
    Liang and Zeger (1986), Biometrika 73(1); Cameron and Miller (2015), Journal of Human Resources 50(2).
    """
    import pyfixest

    if problems := sample_problems(sample, specification):
        raise NotEstimable(" ".join(problems))
    model = pyfixest.feols(
        _formula(specification),
        data=sample.frame,
        vcov={"CRV1": "iso3"},
        weights="population" if specification.weights == "population" else None,
        fixef_rm="none",
        demeaner=pyfixest.MapDemeaner(fixef_tol=1e-10),
    )
    return PanelFit(
        specification=specification,
        sample=sample,
        confidence_level=confidence_level,
        coefficients=_tidy(model, specification, confidence_level),
        residuals=np.asarray(model.resid(), dtype=float),
        within_r_squared=float(model._r2_within if specification.effect_columns else model._r2),
    )


def fit_specifications(
    panel: pd.DataFrame, specifications: Iterable[Specification], confidence_level: float = 0.95
) -> list[PanelFit]:
    """Fit specifications, each on its own sample of the panel.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `prepare_panel`.
    specifications : iterable of Specification
    confidence_level : float

    Returns
    -------
    list of PanelFit

    Raises
    ------
    NotEstimable
        If a sample cannot carry its specification.
    """
    return [
        fixed_effects_regression(estimation_sample(panel, specification), specification, confidence_level)
        for specification in specifications
    ]


def tabulate_coefficients(fits: Iterable[PanelFit]) -> pd.DataFrame:
    """One row per regressor of every fit.

    Parameters
    ----------
    fits : iterable of PanelFit

    Returns
    -------
    pandas.DataFrame
        specification, regressors, regressor, estimate, standard_error, lower, upper, p_value, observations, countries,
        first_year, last_year, within_r_squared, outcome, fixed_effects, weights, confidence_level.
    """
    return pd.concat([_described(fit) for fit in fits], ignore_index=True)


def tabulate_left_out(fits: Iterable[PanelFit]) -> pd.DataFrame:
    """Countries that each fit could not use, with the reason: specification, regressors, iso3, reason."""
    frames = [
        fit.sample.left_out.assign(
            specification=fit.specification.name, regressors=", ".join(fit.specification.regressors)
        )
        for fit in fits
    ]
    return pd.concat(frames, ignore_index=True)[["specification", "regressors", "iso3", "reason"]]


def headline_values(coefficients: pd.DataFrame) -> list[dict[str, Any]]:
    """What the notebook records of its coefficients: the effect, its standard error, and the countries behind it.

    Parameters
    ----------
    coefficients : pandas.DataFrame
        From `tabulate_coefficients`, of the specifications named in `SUFFIXES`; others are passed over, and so is
        the income of a parabola, whose slope is no one number.

    Returns
    -------
    list of dict
        Keyword arguments of `citizen_security.values.record`.
    """
    chosen = coefficients[coefficients["specification"].isin(list(SUFFIXES)) & coefficients["regressor"].isin(EFFECTS)]
    rows = [row for _, row in chosen.iterrows() if not _is_part_of_parabola(row)]
    return [value for row in rows for value in _values(row)]


def drop_repeated_slopes(coefficients: pd.DataFrame) -> pd.DataFrame:
    """Coefficients without the linear term of a parabola that stands beside the line fitted alone.

    Income alone is fitted as a line and as a parabola, so its linear term is there twice under one name; pictures
    keep the line's.
    """
    repeated = coefficients.duplicated(["specification", "regressor"], keep="first")
    return coefficients[~repeated].reset_index(drop=True)


def partial_residuals(fit: PanelFit, regressor: str) -> pd.DataFrame:
    """Outcome and one regressor with everything else in the specification taken out of both.

    The least-squares line through the result has the regressor's coefficient as its slope (Frisch, Waugh and Lovell),
    so the picture shows which country-years the estimate comes from.

    Parameters
    ----------
    fit : PanelFit
    regressor : str
        One of the specification's regressors.

    Returns
    -------
    pandas.DataFrame
        iso3, year, regressor (in its own units), outcome (in its own units), weight (mean one).
    """
    from citizen_security.paradox.panel.sample import row_weights

    specification, frame = fit.specification, fit.sample.frame
    others = [name for name in specification.regressors if name != regressor]
    left = within(frame, [regressor, specification.outcome, *others], specification)
    weight = row_weights(frame, specification)
    root = np.sqrt(weight)[:, None]
    coefficients, *_ = np.linalg.lstsq(left[:, 2:] * root, left[:, :2] * root, rcond=None)
    partial = left[:, :2] - left[:, 2:] @ coefficients
    return frame[["iso3", "year"]].assign(regressor=partial[:, 0], outcome=partial[:, 1], weight=weight)


def compare_with_published(coefficients: pd.DataFrame, published: dict[str, float]) -> pd.DataFrame:
    """Published effects beside the estimates of each driver alone.

    Parameters
    ----------
    coefficients : pandas.DataFrame
        From `tabulate_coefficients`.
    published : dict
        Regressor → published effect, in units of the outcome per unit.

    Returns
    -------
    pandas.DataFrame
        regressor, published, estimate, lower, upper, verdict (in words: whether the interval leaves out zero, and
        whether it holds the published value). Empty where the outcome is not the rate, which the published effects
        are of.
    """
    alone = coefficients[
        (coefficients["specification"] == "alone")
        & (coefficients["outcome"] == "rate")
        & coefficients["regressor"].isin(published)
    ]
    compared = alone[["regressor", "estimate", "lower", "upper"]].assign(published=alone["regressor"].map(published))
    verdicts = [_verdict(row["lower"], row["upper"], row["published"]) for _, row in compared.iterrows()]
    return compared.assign(verdict=verdicts)


def _verdict(lower: float, upper: float, published: float) -> str:
    zero = "includes" if lower <= 0 <= upper else "leaves out"
    value = "includes" if lower <= published <= upper else "leaves out"
    conjunction = "and" if zero == value else "but"
    return f"the interval {value} the published value {conjunction} {zero} zero"


def _formula(specification: Specification) -> str:
    effects = " + ".join(specification.effect_columns)
    formula = f"{specification.outcome} ~ {' + '.join(specification.regressors)}"
    return f"{formula} | {effects}" if effects else formula


def _tidy(model: Any, specification: Specification, confidence_level: float) -> pd.DataFrame:
    table: pd.DataFrame = model.tidy(alpha=1 - confidence_level)
    # The two columns of the interval are named after its level.
    lower, upper = (name for name in table.columns if str(name).endswith("%"))
    renamed = table.rename(
        columns={
            "Estimate": "estimate",
            "Std. Error": "standard_error",
            lower: "lower",
            upper: "upper",
            "Pr(>|t|)": "p_value",
        }
    )
    ordered = renamed.loc[list(specification.regressors), ["estimate", "standard_error", "lower", "upper", "p_value"]]
    return ordered.rename_axis("regressor").reset_index()


def _described(fit: PanelFit) -> pd.DataFrame:
    years = fit.sample.frame["year"]
    table = fit.coefficients.assign(
        observations=fit.sample.observations,
        countries=fit.sample.countries,
        first_year=int(years.min()),
        last_year=int(years.max()),
        within_r_squared=fit.within_r_squared,
        outcome=fit.specification.outcome,
        fixed_effects=fit.specification.fixed_effects,
        weights=fit.specification.weights,
        confidence_level=fit.confidence_level,
    )
    table.insert(0, "specification", fit.specification.name)
    table.insert(1, "regressors", ", ".join(fit.specification.regressors))
    return table


def _is_part_of_parabola(row: "pd.Series[Any]") -> bool:
    return f"{row['regressor']}_squared" in row["regressors"].split(", ")


def _values(row: "pd.Series[Any]") -> list[dict[str, Any]]:
    name = EFFECTS[row["regressor"]] + SUFFIXES[row["specification"]]
    unit = effect_unit(row["outcome"], row["regressor"])
    level = f"{row['confidence_level']:.0%}" if row["confidence_level"] < 0.995 else f"{row['confidence_level']:.1%}"
    what = f"{row['regressor']}, {row['specification']}"
    return [
        {
            "name": name,
            "value": float(row["estimate"]),
            "unit": unit,
            "interval": (float(row["lower"]), float(row["upper"])),
            "n": int(row["observations"]),
            "label": f"Effect of {what}; {level} confidence, errors clustered by country",
            "format": ".2f",
        },
        {
            "name": f"{name}_standard_error",
            "value": float(row["standard_error"]),
            "unit": unit,
            "label": f"Standard error of the effect of {what}, clustered by country",
            "format": ".2f",
        },
        {
            "name": f"{name}_countries",
            "value": int(row["countries"]),
            "unit": "countries",
            "label": f"Countries behind the effect of {what}",
        },
    ]


def method_values(table: pd.DataFrame, column: str) -> list[dict[str, Any]]:
    """What the notebook records of estimates side by side, by kind of error or by estimator.

    Parameters
    ----------
    table : pandas.DataFrame
        regressor, estimate, lower, upper, outcome, observations, confidence_level and `column`; rows with a missing
        or infinite number are passed over.
    column : str
        `method` or `estimator`, whose words end the names.

    Returns
    -------
    list of dict
        Keyword arguments of `citizen_security.values.record`.
    """
    finite = np.isfinite(table[["estimate", "lower", "upper"]].astype(float)).all(axis=1)
    chosen = table[finite & table["regressor"].isin(EFFECTS)]
    return [
        {
            "name": f"{EFFECTS[row['regressor']]}_{_snake_case(row[column])}",
            "value": float(row["estimate"]),
            "unit": effect_unit(row["outcome"], row["regressor"]),
            "interval": (float(row["lower"]), float(row["upper"])),
            "n": int(row["observations"]),
            "label": f"Effect of {row['regressor']} alone, {row[column]}; "
            f"{100 * row['confidence_level']:g}% confidence",
            "format": ".2f",
        }
        for _, row in chosen.iterrows()
    ]


def _snake_case(words: str) -> str:
    return words.lower().replace("–", "_").replace(" ", "_")
