"""Headline values of the notebook `evidence/claimed_and_evaluated`."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from citizen_security.evidence.claimed_and_evaluated.announced_changes import Median
from citizen_security.evidence.claimed_and_evaluated.fall_without_effect import FallWithoutEffect
from citizen_security.evidence.claimed_and_evaluated.parameters import ClaimedAndEvaluated
from citizen_security.evidence.claimed_and_evaluated.sentences import (
    CHOSEN,
    chance_sentence,
    claims_sentence,
    depth_sentence,
)
from citizen_security.evidence.claimed_and_evaluated.simulated_places import ChosenPlaces
from citizen_security.values import Missing, Value

# Which of the panel's own falls is named: cities above the 90% quantile of the level.
OBSERVED_RULE, OBSERVED_QUANTILE = "high_level", 0.9

# Name in the values, what it is, and its format, by column.
MEDIANS = {
    "ratio": ("claimed_over_evaluated", "Announced over estimated fall in percent", ".1f"),
    "log_ratio_difference": ("claimed_log_difference", "Difference of the log ratios announced and estimated", ".2f"),
}


def claim_values(
    compared: pd.DataFrame, medians: Mapping[str, Median | None], parameters: ClaimedAndEvaluated
) -> list[Value | Missing]:
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
    list of Value or Missing
        A median that so few programmes do not have is missing.
    """
    values: list[Value | Missing] = [
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
    said = claims_sentence(compared, medians["ratio"])
    values.append(Value(name="claims_sentence", value=said, label="Announced beside estimated falls"))
    for column, median in medians.items():
        if median is None:
            reason = "too few programmes have both a claim and an estimate as a number"
            values.append(Missing(names=f"{MEDIANS[column][0]}_*", reason=reason))
        else:
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
        f"places {CHOSEN[parameters.rule].format(quantile=parameters.selection_quantile)}, "
        f"{parameters.population:,} persons, rate {parameters.rate:g}"
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
            name="regression_closed_form_fall_percent",
            value=fall.closed_form,
            unit="%",
            label=f"Fall of the typical chosen place without any effect, in closed form for normal places; {where}",
            format=".1f",
        ),
        Value(
            name="chance_sentence",
            value=chance_sentence(fall, parameters),
            label="Change of the typical chosen place without any effect",
        ),
        _change_of_chosen(chosen_places, parameters),
        _observed_fall(observed, parameters),
    ]


def persistence_values(correlations: pd.DataFrame, confidence_level: float) -> list[Value]:
    """How much a city's log rate has in common with that of the next year, and of the latest one.

    Parameters
    ----------
    correlations : pandas.DataFrame
        From `autocorrelations`.
    confidence_level : float
        That of its intervals.

    Returns
    -------
    list of Value
    """
    return [
        Value(
            name=f"correlation_{name}",
            value=float(row["correlation"]),
            interval=(float(row["lower"]), float(row["upper"])),
            n=int(row["pairs"]),
            label=f"Correlation of a city's log rate with that {row['lag']:.0f} years later, noise of counts "
            f"taken off; {confidence_level:.0%} jackknife interval over cities",
            format=".2f",
        )
        for name, row in (("next_year", correlations.iloc[0]), ("longest_lag", correlations.iloc[-1]))
    ]


def depth_values(marks: pd.DataFrame) -> list[Value]:
    """How many chosen places fall as far as was announced, claim by claim, in a sentence."""
    said = depth_sentence(marks)
    return [Value(name="depth_sentence", value=said, label="Chosen places that fall as far as announced")]


def _of_median(median: Median, key: str, label: str, digits: str, parameters: ClaimedAndEvaluated) -> Iterator[Value]:
    yield Value(
        name=f"{key}_median",
        value=median.value,
        interval=median.bootstrap,
        n=median.n,
        label=f"{label}: median over programmes; bootstrap {_words(parameters)}, too narrow for so few",
        format=digits,
    )
    if key != "claimed_over_evaluated":
        return
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


def _around(value: float, lower: float, upper: float) -> tuple[float, float]:
    """An interval from resamples, stretched to hold the value where simulation error left it outside."""
    return min(lower, value), max(upper, value)


def _words(parameters: ClaimedAndEvaluated) -> str:
    return f"{parameters.confidence_level:.0%} confidence interval"
