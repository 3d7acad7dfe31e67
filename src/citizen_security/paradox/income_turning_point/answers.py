"""The answers on income side by side: tests, turning points, and countries beyond them."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from citizen_security.methods.regression.least_squares import NotEstimable
from citizen_security.paradox.income_turning_point.curves import (
    COMPARISONS,
    INCOME,
    Comparison,
    CurveFit,
    country_means,
    fit_curve,
    in_dollars,
)
from citizen_security.paradox.income_turning_point.parameters import IncomeTurningPoint
from citizen_security.paradox.income_turning_point.spline import knots_at_quantiles, natural_spline
from citizen_security.paradox.income_turning_point.u_test import (
    SHAPES,
    IncomeSet,
    bootstrap_interval,
    bootstrap_parabolas,
    delta_interval,
    fieller_set,
    share_with_shape,
    turning_point,
    u_test,
    wild_u_test_p,
)
from citizen_security.paradox.panel.sample import EstimationSample
from citizen_security.paradox.panel.specification import Specification

if TYPE_CHECKING:
    from numpy.typing import NDArray


def fit_parabolas(sample: EstimationSample, specification: Specification) -> dict[Comparison, CurveFit]:
    """The parabola in every comparison, from the same country-years."""
    return {comparison: fit_curve(sample, specification, comparison) for comparison in COMPARISONS}


def fit_splines(sample: EstimationSample, specification: Specification, knots: int) -> dict[Comparison, CurveFit]:
    """The natural spline in every comparison, knots at quantiles of the comparison's own incomes.

    Raises
    ------
    NotEstimable
        If incomes are too much alike for three knots, or the sample cannot carry the spline.
    """
    return {
        comparison: fit_curve(sample, specification, comparison, natural_spline(_knots(sample, comparison, knots)))
        for comparison in COMPARISONS
    }


def tabulate_parabolas(fits: Mapping[Comparison, CurveFit]) -> pd.DataFrame:
    """Coefficients of every comparison's parabola: a column each, with rows, countries and degrees of freedom."""
    return pd.DataFrame(
        {
            comparison: {
                "linear": fitted.coefficients[0],
                "quadratic": fitted.coefficients[1],
                "rows": fitted.fit.observations,
                "countries": fitted.fit.clusters,
                "degrees of freedom": fitted.degrees,
            }
            for comparison, fitted in fits.items()
        }
    )


def bootstrap_all(
    fits: Mapping[Comparison, CurveFit], draws: int, seed: int
) -> "dict[Comparison, NDArray[np.float64]]":
    """Parabolas of every comparison with countries drawn again."""
    return {comparison: bootstrap_parabolas(fitted, draws, seed) for comparison, fitted in fits.items()}


def tabulate_u_tests(
    fits: Mapping[Comparison, CurveFit],
    drawn: "Mapping[Comparison, NDArray[np.float64]]",
    parameters: IncomeTurningPoint,
) -> pd.DataFrame:
    """Tests for an inverted U and for a U in every comparison.

    Parameters
    ----------
    fits : mapping
        From `fit_parabolas`.
    drawn : mapping
        From `bootstrap_all`.
    parameters : IncomeTurningPoint

    Returns
    -------
    pandas.DataFrame
        comparison, shape, low_income, high_income, slope_low, slope_high, t_low, t_high, p_value, share_of_draws (with
        this shape), verdict, observations, countries.
    """
    rows = []
    for comparison, fitted in fits.items():
        low, high = fitted.income_range(parameters.range_trim)
        for shape in SHAPES:
            test = u_test(
                fitted.coefficients,
                fitted.covariance,
                low,
                high,
                fitted.degrees,
                1 - parameters.confidence_level,
                shape,
            )
            rows.append(
                {
                    "comparison": comparison,
                    "shape": shape,
                    "low_income": float(in_dollars(low)),
                    "high_income": float(in_dollars(high)),
                    "slope_low": test.slope_low,
                    "slope_high": test.slope_high,
                    "t_low": test.t_low,
                    "t_high": test.t_high,
                    "p_value": test.p_value,
                    "share_of_draws": share_with_shape(drawn[comparison], low, high, shape),
                    "verdict": test.verdict,
                    "observations": fitted.fit.observations,
                    "countries": fitted.fit.clusters,
                }
            )
    return pd.DataFrame(rows)


def wild_p_values(
    sample: EstimationSample,
    specification: Specification,
    fits: Mapping[Comparison, CurveFit],
    parameters: IncomeTurningPoint,
    draws: int,
) -> dict[Comparison, float]:
    """p-values for an inverted U with the wild cluster bootstrap, in every comparison."""
    return {
        comparison: wild_u_test_p(
            sample,
            specification,
            comparison,
            *fitted.income_range(parameters.range_trim),
            draws=draws,
            seed=parameters.seed,
        )
        for comparison, fitted in fits.items()
    }


def tabulate_turning_points(
    fits: Mapping[Comparison, CurveFit],
    drawn: "Mapping[Comparison, NDArray[np.float64]]",
    confidence_level: float,
) -> pd.DataFrame:
    """Turning points with their intervals by the delta method, by Fieller and by the bootstrap of countries.

    Parameters
    ----------
    fits : mapping
        From `fit_parabolas`.
    drawn : mapping
        From `bootstrap_all`.
    confidence_level : float

    Returns
    -------
    pandas.DataFrame
        comparison, method, turns ("maximum" or "minimum"), estimate, kind, lower, upper, incomes (the set in words),
        low_income, high_income (of the rows), observations, countries; money in constant 2021 international dollars.
        For the kind "two rays" the set is what lies outside lower and upper.
    """
    return pd.DataFrame(
        [
            _turning_row(fitted, method, found)
            for comparison, fitted in fits.items()
            for method, found in _turning_sets(fitted, drawn[comparison], confidence_level)
        ]
    )


def countries_beyond(
    panel: pd.DataFrame, fits: Mapping[Comparison, CurveFit], drawn: "Mapping[Comparison, NDArray[np.float64]]"
) -> pd.DataFrame:
    """Each country's latest income against the turning point of every comparison.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `prepare_panel`.
    fits, drawn : mapping
        From `fit_parabolas` and `bootstrap_all`.

    Returns
    -------
    pandas.DataFrame
        comparison, iso3, year, income, turning_point, turns, above, share_above (of the draws that turn the same way;
        missing where none does); by comparison, poorest first.
    """
    known = panel.dropna(subset=[INCOME]).sort_values(["iso3", "year"])
    latest = known.groupby("iso3").tail(1).sort_values(INCOME)
    return pd.concat(
        [_beyond(latest, fitted, drawn[comparison]) for comparison, fitted in fits.items()], ignore_index=True
    )


def _knots(sample: EstimationSample, comparison: Comparison, knots: int) -> "NDArray[np.float64]":
    frame = country_means(sample.frame) if comparison == "between" else sample.frame
    found = knots_at_quantiles(frame[INCOME].to_numpy(dtype=float), knots)
    if len(found) < 3:
        raise NotEstimable(f"incomes {comparison} countries are too much alike for a spline of three knots.")
    return found


def _turning_sets(
    fitted: CurveFit, drawn: "NDArray[np.float64]", confidence_level: float
) -> Iterator[tuple[str, IncomeSet]]:
    common = (fitted.coefficients, fitted.covariance, fitted.degrees, confidence_level)
    yield "delta", delta_interval(*common)
    yield "Fieller", fieller_set(*common)
    yield "bootstrap", bootstrap_interval(drawn, float(fitted.coefficients[1]), confidence_level)


def _turning_row(fitted: CurveFit, method: str, found: IncomeSet) -> dict[str, Any]:
    linear, quadratic = fitted.coefficients
    low, high = in_dollars(fitted.income_range())
    return {
        "comparison": fitted.comparison,
        "method": method,
        "turns": "maximum" if quadratic < 0 else "minimum",
        "estimate": float(in_dollars(turning_point(linear, quadratic))),
        "kind": found.kind,
        "lower": float(in_dollars(found.lower)),
        "upper": float(in_dollars(found.upper)),
        "incomes": str(found),
        "low_income": float(low),
        "high_income": float(high),
        "observations": fitted.fit.observations,
        "countries": fitted.fit.clusters,
    }


def _beyond(latest: pd.DataFrame, fitted: CurveFit, drawn: "NDArray[np.float64]") -> pd.DataFrame:
    linear, quadratic = fitted.coefficients
    place = turning_point(linear, quadratic)
    same = drawn[np.sign(drawn[:, 1]) == np.sign(quadratic)]
    places = -same[:, 0] / (2 * same[:, 1])
    income = latest[INCOME].to_numpy(dtype=float)
    above = (income[:, None] > places[None, :]).mean(axis=1) if len(places) else np.full(len(income), np.nan)
    return pd.DataFrame(
        {
            "comparison": fitted.comparison,
            "iso3": latest["iso3"].to_numpy(),
            "year": latest["year"].to_numpy(),
            "income": in_dollars(income),
            "turning_point": float(in_dollars(place)),
            "turns": "maximum" if quadratic < 0 else "minimum",
            "above": income > place,
            "share_above": above,
        }
    )
