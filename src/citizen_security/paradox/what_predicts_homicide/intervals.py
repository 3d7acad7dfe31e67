"""Prediction intervals that promise a coverage, and whether they keep it.

Conformal intervals need no model of the errors. They need exchangeability: that what is to be predicted could as well
have been among what was used to calibrate. Country-years of one country are not exchangeable with those of another,
nor is next year with the past, so both promises are tried on held-out countries and years.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from citizen_security.methods.resampling import clustered_ratio
from citizen_security.paradox.parameters import Outcome
from citizen_security.paradox.what_predicts_homicide.folds import Fold, country_folds
from citizen_security.paradox.what_predicts_homicide.learners import Learning, fit_folds, held_out
from citizen_security.paradox.what_predicts_homicide.parameters import Learner
from citizen_security.paradox.what_predicts_homicide.questions import NEXT, UNSEEN, by_question

if TYPE_CHECKING:
    from numpy.typing import NDArray

Weighting = Literal["country-years alike", "countries alike"]
WEIGHTINGS: tuple[Weighting, ...] = ("country-years alike", "countries alike")
ALL_COUNTRIES = "all countries' errors"
OWN_ERRORS = "the country's own errors"

# The method that stands for each question in pictures and headlines.
SHOWN_METHODS = {UNSEEN: WEIGHTINGS[1], NEXT: ALL_COUNTRIES}

# Coverages that are promised and checked.
NOMINAL_COVERAGES = (0.5, 0.8, 0.9, 0.95)

# Groups of training countries whose errors calibrate an interval.
INNER_FOLDS = 5

# Errors of earlier forecasts below which nothing is calibrated.
MINIMUM_CALIBRATION = 30


def calibration_weights(countries: "NDArray[Any]", weighting: Weighting) -> "NDArray[np.float64]":
    """Weights of calibrating rows; what they lack of one stands for the row to come, whose error is unknown.

    Parameters
    ----------
    countries : numpy.ndarray, shape (rows,)
    weighting : {"country-years alike", "countries alike"}
        Each of n rows gets 1 / (n + 1), or each of K countries 1 / (K + 1), shared among its rows.

    Returns
    -------
    numpy.ndarray, shape (rows,)

    References
    ----------
    Countries alike: Lee, Barber and Willett (2023), arXiv:2306.06342, for one row of a new group.
    """
    if weighting == "country-years alike":
        return np.full(len(countries), 1 / (len(countries) + 1))
    codes, levels = pd.factorize(countries)
    weights: NDArray[np.float64] = 1 / ((len(levels) + 1) * np.bincount(codes)[codes])
    return weights


def conformal_quantile(
    values: "NDArray[np.float64]", weights: "NDArray[np.float64]", coverage: float
) -> "NDArray[np.float64]":
    """Smallest value at or below which lies a share `coverage` of the weight, in each row.

    Parameters
    ----------
    values : numpy.ndarray, shape (rows, calibration)
    weights : numpy.ndarray, shape (calibration,)
        What they lack of one lies at infinity.
    coverage : float

    Returns
    -------
    numpy.ndarray, shape (rows,)
        Infinite where the finite values do not carry the share.
    """
    order = np.argsort(values, axis=1)
    reached = np.cumsum(weights[order], axis=1)
    # The sum of equal weights may miss the share by rounding alone.
    position = (reached < coverage - 1e-12).sum(axis=1)
    padded = np.column_stack([np.take_along_axis(values, order, axis=1), np.full(len(values), np.inf)])
    smallest: NDArray[np.float64] = padded[np.arange(len(values)), position]
    return smallest


def cross_conformal(
    rows: pd.DataFrame,
    new: pd.DataFrame,
    columns: Sequence[str],
    model: Learner,
    settings: Learning,
    folds: int,
    nominal_coverages: Sequence[float] = NOMINAL_COVERAGES,
) -> pd.DataFrame:
    """Prediction intervals for countries that are not among the training rows (CV+ over whole countries).

    Every training row's error comes from a model that has not seen its country. The interval of a new row is made
    of that model's prediction for it, plus and minus that error, over all training rows. At a nominal coverage of
    1 − α exchangeable cases are guaranteed about 1 − 2α, not 1 − α; where fits hardly depend on the fold, coverage is
    near 1 − α.

    Parameters
    ----------
    rows : pandas.DataFrame
        Training rows: iso3, target and the predictors.
    new : pandas.DataFrame
        Rows to predict, of other countries.
    columns : sequence of str
    model : {"elastic_net", "random_forest", "gradient_boosting"}
    settings : Learning
    folds : int
        Groups of training countries.
    nominal_coverages : sequence of float
        Nominal coverages.

    Returns
    -------
    pandas.DataFrame
        iso3, year, target_year, target, method (the weighting), level, lower, upper.

    References
    ----------
    Barber, Candès, Ramdas and Tibshirani (2021), Annals of Statistics 49(1), theorem 4.
    """
    fitted = fit_folds(rows, country_folds(rows, folds, settings.seed), columns, model, settings)
    residual = (rows["target"] - held_out(rows, fitted)).abs().to_numpy(dtype=float)
    predicted = np.empty((len(new), len(rows)))
    for one in fitted:
        predicted[:, one.fold.test] = one.predict(new)[:, None]
    countries = rows["iso3"].to_numpy()
    parts = []
    for weighting in WEIGHTINGS:
        weights = calibration_weights(countries, weighting)
        for coverage in nominal_coverages:
            upper = conformal_quantile(predicted + residual, weights, coverage)
            lower = -conformal_quantile(residual - predicted, weights, coverage)
            parts.append(_labelled(new, weighting, coverage, lower, upper))
    return pd.concat(parts, ignore_index=True)


def unseen_country_intervals(
    rows: pd.DataFrame,
    folds: Sequence[Fold],
    columns: Sequence[str],
    model: Learner,
    settings: Learning,
    nominal_coverages: Sequence[float] = NOMINAL_COVERAGES,
) -> pd.DataFrame:
    """Intervals for each group of countries, made from all others: see `cross_conformal` for the columns."""
    parts = [
        cross_conformal(
            rows.iloc[fold.train].reset_index(drop=True),
            rows.iloc[fold.test],
            columns,
            model,
            settings,
            min(INNER_FOLDS, len(folds) - 1),
            nominal_coverages,
        )
        for fold in folds
    ]
    return pd.concat(parts, ignore_index=True)


def next_year_intervals(
    predictions: pd.DataFrame,
    model: str,
    nominal_coverages: Sequence[float] = NOMINAL_COVERAGES,
    minimum: int = MINIMUM_CALIBRATION,
) -> pd.DataFrame:
    """Intervals for forecasts, made from the errors of earlier forecasts whose outcome was known by the origin.

    Parameters
    ----------
    predictions : pandas.DataFrame
        iso3, year (the origin), target_year, target, and `model`'s held-out forecasts.
    model : str
        Column of the forecasts.
    nominal_coverages : sequence of float
    minimum : int
        Errors of earlier forecasts that an origin needs; forecasts before that get no interval.

    Returns
    -------
    pandas.DataFrame
        iso3, year, target_year, target, method (errors of all countries, or of the country alone), level, lower, upper.
    """
    tried = predictions.assign(error=(predictions["target"] - predictions[model]).abs())
    parts = []
    for origin, new in tried.groupby("year"):
        earlier = tried[tried["target_year"] <= origin]
        if len(earlier) < minimum:
            continue
        everyone = _half_widths(earlier["error"], nominal_coverages)
        own = {
            iso3: _half_widths(earlier.loc[earlier["iso3"] == iso3, "error"], nominal_coverages) for iso3 in new["iso3"]
        }
        for position, coverage in enumerate(nominal_coverages):
            parts.append(_around(new, model, ALL_COUNTRIES, coverage, [everyone[position]] * len(new)))
            parts.append(_around(new, model, OWN_ERRORS, coverage, [own[iso3][position] for iso3 in new["iso3"]]))
    return pd.concat(parts, ignore_index=True) if parts else _around(tried.iloc[:0], model, "", 0.0, [])


def coverage_table(intervals: pd.DataFrame, confidence_level: float, resamples: int, seed: int) -> pd.DataFrame:
    """Coverage promised and kept, and how wide the intervals are.

    Parameters
    ----------
    intervals : pandas.DataFrame
        From `unseen_country_intervals` or `next_year_intervals`.
    confidence_level : float
        Of the percentile interval of the coverage, countries being drawn with replacement.
    resamples : int
    seed : int

    Returns
    -------
    pandas.DataFrame
        method, level, coverage, lower, upper, country_coverage (mean over countries), median_half_width (infinite where
        most are unbounded), unbounded (share of intervals without an end), observations, countries.
    """
    grouped = intervals.groupby(["method", "level"], sort=False)
    return pd.DataFrame(
        [
            {"method": method, "level": level, **_coverage(rows, confidence_level, resamples, seed)}
            for (method, level), rows in grouped
        ]
    )


def shown_intervals(intervals: Mapping[str, pd.DataFrame], nominal_coverage: float) -> pd.DataFrame:
    """Intervals of the coverage on show, by the method that stands for each question.

    Parameters
    ----------
    intervals : mapping
        Question → intervals, from `unseen_country_intervals` and `next_year_intervals`.
    nominal_coverage : float

    Returns
    -------
    pandas.DataFrame
        Rows of the tables, with question.
    """
    return by_question(
        {
            question: table[(table["method"] == SHOWN_METHODS[question]) & (table["level"] == nominal_coverage)]
            for question, table in intervals.items()
        }
    )


def coverage_by(intervals: pd.DataFrame, by: str) -> pd.DataFrame:
    """Coverage in each country or year: method, level, the column `by`, coverage, observations."""
    covered = intervals.assign(coverage=is_covered(intervals))
    table = covered.groupby(["method", "level", by], sort=False)["coverage"].agg(["mean", "size"]).reset_index()
    return table.rename(columns={"mean": "coverage", "size": "observations"}).sort_values([by], ignore_index=True)


def width_in_words(half_width: float, outcome: Outcome) -> str:
    """Half the width of an interval, as a factor for logarithms and in victims for rates."""
    if np.isinf(half_width):
        return "without end"
    if outcome == "log_rate":
        return f"{np.exp(half_width):.2g} times more or less than predicted"
    return f"{half_width:.1f} victims per 100,000 more or less than predicted"


def is_covered(intervals: pd.DataFrame) -> "pd.Series[float]":
    """One where the interval holds the target, zero elsewhere."""
    return intervals["target"].between(intervals["lower"], intervals["upper"]).astype(float)


def _half_widths(errors: "pd.Series[float]", nominal_coverages: Sequence[float]) -> list[float]:
    """Error that the next one stays below with each probability, if it is exchangeable with these."""
    values: NDArray[np.float64] = np.asarray(errors, dtype=float)
    weights = calibration_weights(values, "country-years alike")
    return [float(conformal_quantile(values[None, :], weights, coverage)[0]) for coverage in nominal_coverages]


def _around(new: pd.DataFrame, model: str, method: str, coverage: float, half_widths: Sequence[float]) -> pd.DataFrame:
    centre, half_width = new[model].to_numpy(dtype=float), np.asarray(half_widths, dtype=float)
    return _labelled(new, method, coverage, centre - half_width, centre + half_width)


def _labelled(
    new: pd.DataFrame, method: str, coverage: float, lower: "NDArray[np.float64]", upper: "NDArray[np.float64]"
) -> pd.DataFrame:
    columns = ["iso3", "year", "target_year", "target"]
    return new[columns].assign(method=method, level=coverage, lower=lower, upper=upper)


def _coverage(rows: pd.DataFrame, confidence_level: float, resamples: int, seed: int) -> dict[str, float]:
    covered = is_covered(rows)
    coverage, lower, upper = clustered_ratio(
        np.asarray(covered, dtype=float), np.ones(len(rows)), rows["iso3"].to_numpy(), confidence_level, resamples, seed
    )
    half_width = (rows["upper"] - rows["lower"]) / 2
    return {
        "coverage": coverage,
        "lower": lower,
        "upper": upper,
        "country_coverage": float(covered.groupby(rows["iso3"]).mean().mean()),
        "median_half_width": float(np.median(half_width)),
        "unbounded": float(np.isinf(half_width).mean()),
        "observations": len(rows),
        "countries": int(rows["iso3"].nunique()),
    }
