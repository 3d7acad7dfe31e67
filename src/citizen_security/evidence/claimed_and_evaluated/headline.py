"""Headline values of the notebook `evidence/claimed_and_evaluated`."""

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from citizen_security.evidence.claimed_and_evaluated.announced_changes import Median
from citizen_security.evidence.claimed_and_evaluated.fall_without_effect import FallWithoutEffect
from citizen_security.evidence.claimed_and_evaluated.parameters import ClaimedAndEvaluated
from citizen_security.evidence.claimed_and_evaluated.simulated_places import ChosenPlaces
from citizen_security.values import Value

# Which of the panel's own falls is named: cities above the 90% quantile of the level.
OBSERVED_RULE, OBSERVED_QUANTILE = "high_level", 0.9

# Names of the changes in the values, in the order of the table.
CHANGE_KEYS = ("plateros", "morelia_deaths", "morelia_files")

# Name in the values, what it is, and its format, by column.
MEDIANS = {
    "ratio": ("claimed_over_evaluated", "Announced over estimated fall in percent", ".1f"),
    "log_ratio_difference": ("claimed_log_difference", "Difference of the log ratios announced and estimated", ".2f"),
}


def claim_values(
    compared: pd.DataFrame, medians: Mapping[str, Median | None], parameters: ClaimedAndEvaluated
) -> list[Value]:
    """How many programmes can be compared, and how far claim and estimate lie apart.

    Parameters
    ----------
    compared : pandas.DataFrame
        From `compared_claims`.
    medians : mapping of str to Median or None
        From `programme_medians`.
    parameters : ClaimedAndEvaluated

    Returns
    -------
    list of Value
        A median that so few programmes do not have leaves out its values.
    """
    values = [
        Value(
            name="programmes_total",
            value=len(compared),
            unit="programmes",
            label="Programmes with a claim and an evaluation",
        ),
        Value(
            name="programmes_without_ratio",
            value=int((compared["missing"] != "").sum()),
            unit="programmes",
            label="Of these, without a ratio of claim and estimate",
        ),
    ]
    for column, median in medians.items():
        if median is not None:
            values += _of_median(median, *MEDIANS[column], parameters)
    return values


def chance_values(
    fall: FallWithoutEffect, chosen_places: ChosenPlaces, observed: pd.DataFrame, parameters: ClaimedAndEvaluated
) -> list[Value]:
    """Falls without any effect: simulated, in closed form, and of the panel's own cities.

    Parameters
    ----------
    fall : FallWithoutEffect
    chosen_places : ChosenPlaces
    observed : pandas.DataFrame
        From `observed_falls`.
    parameters : ClaimedAndEvaluated

    Returns
    -------
    list of Value
    """
    where = (
        f"rule {parameters.rule}, above quantile {parameters.selection_quantile:g}, {parameters.population:,} persons, "
        f"rate {parameters.rate:g}"
    )
    return [
        Value(
            name="regression_to_the_mean_fall_percent",
            value=fall.typical,
            unit="%",
            interval=_around(fall.typical, *fall.interval),
            n=fall.cities,
            label=f"Fall of the typical chosen place without any effect; {where}; {_words(parameters)} from resampled "
            "cities",
            format=".1f",
        ),
        Value(
            name="regression_together_fall_percent",
            value=fall.together,
            unit="%",
            label=f"Fall of all chosen places together without any effect; {where}",
            format=".1f",
        ),
        Value(
            name="regression_closed_form_fall_percent",
            value=fall.closed_form,
            unit="%",
            label=f"The same in closed form for normal places; {where}",
            format=".1f",
        ),
        _change_of_chosen(chosen_places, parameters),
        _observed_fall(observed, parameters),
    ]


def persistence_values(covariances: pd.DataFrame) -> list[Value]:
    """How much a city's log rate has in common with that of the next year, and of the latest one.

    Parameters
    ----------
    covariances : pandas.DataFrame
        From `autocovariances`.

    Returns
    -------
    list of Value
    """
    first = covariances["covariance"].iloc[0]
    return [
        Value(
            name=f"correlation_{name}",
            value=float(row["covariance"] / first),
            n=int(row["pairs"]),
            label=f"Correlation of a city's log rate with that {row['lag']:.0f} years later, noise of counts taken off",
            format=".2f",
        )
        for name, row in (("next_year", covariances.iloc[1]), ("longest_lag", covariances.iloc[-1]))
    ]


def depth_values(marks: pd.DataFrame) -> list[Value]:
    """How many chosen places fall as far as was announced, claim by claim.

    Parameters
    ----------
    marks : pandas.DataFrame
        From `claims_in_chance`.

    Returns
    -------
    list of Value
    """
    return [
        Value(
            name=f"as_deep_{mark['label'].split(',')[0].lower().replace(' ', '_')}",
            value=float(mark["as_deep_percent"]),
            unit="% of chosen places",
            label=f"Chosen places that fall as far as announced without any effect: {mark['label']}",
            format=".1f",
        )
        for mark in marks.to_dict("records")
    ]


def programme_values(changes: pd.DataFrame, parameters: ClaimedAndEvaluated) -> list[Value]:
    """Raw falls of Plateros and Morelia, and their falls relative to other places.

    Parameters
    ----------
    changes : pandas.DataFrame
        From `programme_changes`.
    parameters : ClaimedAndEvaluated

    Returns
    -------
    list of Value
        A series without other places has no relative fall.
    """
    rows = zip(CHANGE_KEYS, changes.to_dict("records"), strict=False)
    return [value for key, row in rows for value in _of_change(key, row, parameters)]


def _of_median(median: Median, key: str, label: str, digits: str, parameters: ClaimedAndEvaluated) -> Iterator[Value]:
    yield Value(
        name=f"{key}_median",
        value=median.value,
        interval=median.bootstrap,
        n=median.n,
        label=f"{label}: median over programmes; bootstrap {_words(parameters)}, too narrow for so few",
        format=digits,
    )
    smallest, largest = median.extremes
    yield Value(
        name=f"{key}_extremes",
        value=f"{smallest:{digits}} to {largest:{digits}}",
        n=median.n,
        label=f"{label}: smallest and largest",
    )
    yield Value(
        name=f"{key}_coverage",
        value=100 * median.coverage,
        unit="%",
        n=median.n,
        label="Probability that the extremes of independent draws enclose the median",
        format=".1f",
    )


def _change_of_chosen(chosen_places: ChosenPlaces, parameters: ClaimedAndEvaluated) -> Value:
    share = parameters.confidence_level
    lower, upper = np.quantile(chosen_places.changes, ((1 - share) / 2, (1 + share) / 2))
    return Value(
        name="chosen_place_change_percent",
        value=float(np.median(chosen_places.changes)),
        unit="%",
        interval=(float(lower), float(upper)),
        n=len(chosen_places.changes),
        label=f"Change of a chosen place without any effect: median, and range of {share:.0%} of them",
        format=".0f",
    )


def _observed_fall(observed: pd.DataFrame, parameters: ClaimedAndEvaluated) -> Value:
    row = observed[(observed["rule"] == OBSERVED_RULE) & (observed["quantile"] == OBSERVED_QUANTILE)].iloc[0]
    return Value(
        name="regression_observed_fall_percent",
        value=float(row["fall"]),
        unit="%",
        interval=_around(float(row["fall"]), float(row["lower"]), float(row["upper"])),
        n=int(row["choices"]),
        label=f"Fall of cities of the panel above the {OBSERVED_QUANTILE:.0%} quantile of the level, against all "
        f"cities of their country; {_words(parameters)}",
        format=".1f",
    )


def _of_change(key: str, row: Mapping[Hashable, Any], parameters: ClaimedAndEvaluated) -> Iterator[Value]:
    number = int(row["before"] + row["after"])
    yield Value(
        name=f"{key}_fall",
        value=-row["change"],
        unit="%",
        interval=(-row["upper"], -row["lower"]),
        n=number,
        label=f"Raw fall, {row['programme']}, {row['place']}, {row['counted']}, {row['windows']}; Poisson "
        f"{_words(parameters)}",
        format=".0f",
    )
    if np.isfinite(row["relative_change"]):
        yield Value(
            name=f"{key}_relative_fall",
            value=-row["relative_change"],
            unit="%",
            interval=(-row["relative_upper"], -row["relative_lower"]),
            n=number,
            label=f"Fall relative to {row['others']}, {row['place']}, {row['counted']}; Poisson {_words(parameters)}",
            format=".0f",
        )


def _around(value: float, lower: float, upper: float) -> tuple[float, float]:
    """An interval from resamples, stretched to hold the value where simulation error left it outside."""
    return min(lower, value), max(upper, value)


def _words(parameters: ClaimedAndEvaluated) -> str:
    return f"{parameters.confidence_level:.0%} confidence interval"
