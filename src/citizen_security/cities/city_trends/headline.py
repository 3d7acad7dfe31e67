"""The values that `cities/city_trends` records: deviations, variance, falls, reversion to the mean, forecasts."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.cities.city_trends import skill
from citizen_security.cities.city_trends.fitting import CountryFit
from citizen_security.cities.city_trends.forecasts import MODEL, POOL
from citizen_security.cities.city_trends.reversion import Reversion
from citizen_security.cities.city_trends.rules import LAST_VALUE
from citizen_security.cities.city_trends.summaries import chance_share, deviation_table, in_percent, interval
from citizen_security.cities.city_trends.windows import HIGH_RATE
from citizen_security.methods.arrays import Floats
from citizen_security.methods.proportions import wilson_interval
from citizen_security.values import Value
from citizen_security.words import listed, sentences, signed, with_interval

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from citizen_security.cities.city_trends.parameters import CityTrends
    from citizen_security.cities.city_trends.skill import Comparison

    Gains = Mapping[str, Mapping[str, Comparison]]

# A fall, or a rise, is called sure above this probability.
SURE = 0.95
PARTS = {
    "country": "between countries",
    "city": "between cities of a country",
    "year": "of years shared in a country",
    "remainder": "of cities going their own way over time",
}

SCORES = {"crps": "continuous ranked probability score", "log_score": "log score"}
SIGNS = {1: "surely better", 0: "undecided", -1: "surely worse"}


def deviation_values(fits: Sequence[CountryFit], names: Mapping[str, str], credible_level: float) -> list[Value]:
    """How much of a city's rate passes within a year, and how long its waves last.

    Parameters
    ----------
    fits : sequence of CountryFit
    names : mapping
        Name of each country by code.
    credible_level : float

    Returns
    -------
    list of Value
    """
    medians = deviation_table(fits, credible_level).pivot(index="iso3", columns="quantity", values="median")
    return [
        Value(
            name="deviations_reading",
            value=say_deviations(medians.rename(index=names)),
            label="deviation of what passes within a year, and how long waves last, by country; posterior medians",
        )
    ]


def say_deviations(medians: pd.DataFrame) -> str:
    """How much passes within a year, and when half of a wave is gone, as sentences.

    Parameters
    ----------
    medians : pandas.DataFrame, indexed by the country's name
        `passing_deviation` (log rate) and `persistence` (share of a wave that is left a year later).

    Returns
    -------
    str
    """
    passing = [f"{row['passing_deviation']:.2f} in {country}" for country, row in medians.iterrows()]
    waves = [f"{_half_life(row['persistence'])} in {country}" for country, row in medians.iterrows()]
    return sentences(
        [
            f"beyond chance, what passes within a year has a deviation of {listed(passing)} on the log scale",
            f"half of a wave is gone after {listed(waves)}",
        ]
    )


def _half_life(persistence: float) -> str:
    """When half of a wave is gone."""
    years = math.log(0.5) / math.log(persistence)
    return "more than 100 years" if years > 100 else f"{years:.1f} years" if years < 10 else f"{years:.0f} years"


def variance_values(fits: Sequence[CountryFit], split: pd.DataFrame, credible_level: float) -> list[Value]:
    """How the variance of the log risks splits.

    Parameters
    ----------
    fits : sequence of CountryFit
    split : pandas.DataFrame
        Of `variance_split`.
    credible_level : float

    Returns
    -------
    list of Value
    """
    n = sum(len(fit.panel.cities) for fit in fits)
    values = [
        _with_interval(
            f"variance_share_{part}",
            interval(split[part], credible_level),
            ".0%",
            "share",
            n,
            f"share of the variance of log risks {said}, of the cities of this run alone, median; "
            f"{credible_level:.0%} credible interval",
        )
        for part, said in PARTS.items()
    ]
    chance = _with_interval(
        "variance_share_chance",
        interval(chance_share(fits), credible_level),
        ".1%",
        "share",
        n,
        f"share of chance in the variance of raw log rates, median; {credible_level:.0%} credible interval",
    )
    return [*values, chance]


def fall_values(falls: pd.DataFrame, fallen: Floats, parameters: "CityTrends") -> list[Value]:
    """How many cities fell between the windows.

    Parameters
    ----------
    falls, fallen : pandas.DataFrame, numpy.ndarray
        Of `window_falls`.
    parameters : CityTrends
        `credible_level` and `since_year`.

    Returns
    -------
    list of Value
    """
    level, n = parameters.credible_level, len(falls)
    fell, rose = _surely(falls["probability_fell"])
    return [
        _with_interval(
            "falling_cities_share",
            interval(fallen, level),
            ".0%",
            "share",
            n,
            f"share of cities with a lower rate in the last window than in that from {parameters.since_year}, median; "
            f"{level:.0%} credible",
        ),
        Value(
            name="surely_fallen_cities",
            value=fell,
            unit="cities",
            n=n,
            label="cities that fell with probability above 95%",
        ),
        Value(
            name="surely_risen_cities",
            value=rose,
            unit="cities",
            n=n,
            label="cities that rose with probability above 95%",
        ),
    ]


def falls_value(falls: pd.DataFrame, names: Mapping[str, str]) -> Value:
    """How many cities became less and more violent, between which years and with which probability.

    Parameters
    ----------
    falls : pandas.DataFrame
        Of `window_falls`.
    names : mapping
        Name of each country by code.

    Returns
    -------
    Value
    """
    countries = {names[str(iso3)]: cities.iloc[0] for iso3, cities in falls.groupby("iso3", sort=False)}
    compared = [f"{row['first_window']} with {row['last_window']} in {name}" for name, row in countries.items()]
    fell, rose = _surely(falls["probability_fell"])
    return Value(
        name="falls_sentence",
        value=sentences(
            [
                f"of {len(falls)} large cities of {listed(list(countries))}, {fell} became less violent and {rose} "
                f"more, each with a probability above {SURE:.0%}",
                f"years are compared within a country: {'; '.join(compared)}",
            ]
        ),
        label="cities that surely became less and more violent, with the years compared",
    )


def _surely(probability_fell: "pd.Series[float]") -> tuple[int, int]:
    """Cities that surely fell, and that surely rose."""
    # Written as a number: one less 0.95 is a little more than 0.05 in floating point.
    return int((probability_fell > SURE).sum()), int((probability_fell < 0.05).sum())


def now_value(falls: pd.DataFrame, names: Mapping[str, str]) -> Value:
    """How dangerous large cities are in their last years with figures, and how sure their order is.

    Parameters
    ----------
    falls : pandas.DataFrame
        Of `window_falls`.
    names : mapping
        Name of each country by code.

    Returns
    -------
    Value
    """
    risks: list[str] = []
    above: list[str] = []
    ranks: list[str] = []
    for iso3, cities in falls.groupby("iso3", sort=False):
        country, number = names[str(iso3)], len(cities)
        width = (cities["rank_upper"] - cities["rank_lower"]).median()
        risks.append(f"{cities['risk'].median():.1f} in {country} ({cities['last_window'].iloc[0]})")
        above.append(f"{int((cities['probability_above'] >= SURE).sum())} of {number} in {country}")
        # Places are named once.
        ranks.append(f"{width:.0f} of {number}{'' if ranks else ' places'} in {country}")
    return Value(
        name="now_sentence",
        value=sentences(
            [
                "the middle city's risk in the last years with figures, in homicides per 100,000 person-years, was "
                f"{listed(risks)}",
                f"surely above {HIGH_RATE:g} were {listed(above)}",
                f"a city's rank in its country is known to within {listed(ranks)}",
            ]
        ),
        label="risk of the middle city, cities surely above a rate, and median width of the interval of the rank",
    )


def reversion_values(reversion: Reversion, credible_level: float) -> list[Value]:
    """What reversion to the mean alone would have done to the highest cities, and who fell further.

    Parameters
    ----------
    reversion : Reversion
    credible_level : float
        Of its intervals.

    Returns
    -------
    list of Value
        Changes in per cent.
    """
    cities, highest = reversion.cities, reversion.highest
    fell = int((cities["change"] < cities["expected_lower"]).sum())
    expected = in_percent([reversion.interval[0], reversion.expected, reversion.interval[1]])
    return [
        Value(
            name="highest_change",
            value=in_percent(reversion.observed).item(),
            format="+.0f",
            unit="%",
            n=highest,
            label="mean change of the highest cities against all of their country",
        ),
        _with_interval(
            "highest_change_by_reversion",
            expected,
            "+.0f",
            "%",
            highest,
            f"mean change of the highest cities that reversion to the mean alone gives; {credible_level:.0%} "
            "credible interval",
        ),
        Value(
            name="highest_change_backwards",
            value=in_percent(reversion.backwards).item(),
            format="+.0f",
            unit="%",
            n=highest,
            label="mean change up to the end of the cities that were highest at the end",
        ),
        Value(
            name="beyond_reversion",
            value=fell / len(cities),
            interval=wilson_interval(fell, len(cities), credible_level),
            format=".1%",
            n=len(cities),
            label=f"share of cities that fell below the interval of reversion alone; {credible_level:.0%} interval of "
            "a share of independent cities",
        ),
        Value(
            name="beyond_reversion_by_chance",
            value=(1 - credible_level) / 2,
            format=".1%",
            label="share of cities that would fall below that interval if there were reversion alone",
        ),
    ]


def forecast_values(
    scores: pd.DataFrame, gains: "Gains", coverage: "Mapping[str, Comparison]", parameters: "CityTrends"
) -> list[Value]:
    """How well the pool and the model forecast, against rules that anyone can follow.

    Parameters
    ----------
    scores : pandas.DataFrame
        Of `score_origins`.
    gains : mapping
        Of `gains_over_last_value`.
    coverage : mapping
        Of `coverages`.
    parameters : CityTrends
        `credible_level`, as that of the bootstrap intervals.

    Returns
    -------
    list of Value
    """
    said = f"{parameters.credible_level:.0%} bootstrap over cities and origins"
    # Every forecast is made of the same cities and years.
    n = int(scores.groupby("forecast", sort=False).size().iloc[0])
    better = origins_won(scores)
    return [
        Value(
            name="forecast_verdict",
            value=sentences([skill.say_verdict(gains, coverage)]),
            label="whether the pool forecasts better than the last value, by both scores and its coverage",
        ),
        Value(
            name="rules_reading",
            value=say_rules(gains, parameters.credible_level),
            label="which forecasts score better or worse than the last value, by bootstrap intervals",
        ),
        Value(
            name="pool_scores_sentence",
            value=say_gains(gains[POOL]),
            label="what the pool gains over the last value by both scores, and what they measure",
        ),
        *(_gain_value(name, score, gains[name][score], n, said) for name in (POOL, MODEL) for score in SCORES),
        *(
            Value(
                name=f"{name}_coverage_90",
                value=coverage[name].mean,
                interval=coverage[name].interval,
                format=".0%",
                n=n,
                label=f"share of held-out rates in the 90% intervals of the {name}; {said}",
            )
            for name in (POOL, MODEL)
        ),
        Value(
            name="origins_better_than_last_value",
            value=int(better.sum()),
            unit="countries and origins",
            n=len(better),
            label="countries and origins in which the pool is better than the last value by CRPS and by log score",
        ),
    ]


def origins_won(scores: pd.DataFrame) -> "pd.Series[bool]":
    """Whether the pool is better than the last value by both scores, by country and origin.

    Parameters
    ----------
    scores : pandas.DataFrame
        Of `score_origins`.

    Returns
    -------
    pandas.Series of bool, indexed by `iso3` and `origin`
    """
    means = scores.groupby(["iso3", "origin", "forecast"])[list(SCORES)].mean().unstack("forecast")
    return (means["crps", POOL] < means["crps", LAST_VALUE]) & (
        means["log_score", POOL] > means["log_score", LAST_VALUE]
    )


def say_rules(gains: "Gains", credible_level: float) -> str:
    """Which forecasts are surely better than the last value, surely worse, or neither, by each score.

    Parameters
    ----------
    gains : mapping
        Of `gains_over_last_value`.
    credible_level : float
        Of the bootstrap intervals.

    Returns
    -------
    str
    """
    clauses = []
    for score, spoken in SCORES.items():
        of_sign = {sign: [name for name, gain in gains.items() if gain[score].sign == sign] for sign in SIGNS}
        said = [f"{words}: {listed(of_sign[sign])}" for sign, words in SIGNS.items() if of_sign[sign]]
        clauses.append(f"against the last value by the {spoken}, {'; '.join(said)}")
    return sentences([*clauses, f"what is sure is so at {credible_level:.0%}"])


def say_gains(gain: "Mapping[str, Comparison]") -> str:
    """What the pool gains over the last value by both scores, in plain words before their names.

    Parameters
    ----------
    gain : mapping
        Of the pool: a comparison for each score.

    Returns
    -------
    str
    """
    crps, log_score = gain["crps"], gain["log_score"]
    return sentences(
        [
            "the error of the whole forecast, in homicides per 100,000 (continuous ranked probability score), changes "
            f"by {with_interval(-crps.mean, -crps.interval[1], -crps.interval[0])} when the last value gives way to "
            "the pool",
            "the probability density that the forecast had given to what came (log score) changes by "
            f"{_in_percent_with_interval(log_score)}",
        ]
    )


def _in_percent_with_interval(gain: "Comparison") -> str:
    """A gain in log units as a change of the density in per cent, with its interval."""
    middle, lower, upper = (f"{signed(end, '.0f')}%" for end in in_percent([gain.mean, *gain.interval]))
    return f"{middle} ({lower} to {upper})"


def _gain_value(name: str, score: str, gain: "Comparison", n: int, said: str) -> Value:
    return Value(
        name=f"{name}_{score}_gain",
        value=gain.mean,
        interval=gain.interval,
        format="+.2f",
        unit="homicides per 100,000 person-years" if score == "crps" else "log units",
        n=n,
        label=f"mean {SCORES[score]} of the {name} against the last value, above zero where it is better; {said}",
    )


def _with_interval(name: str, ends: "ArrayLike", digits: str, unit: str, n: int, label: str) -> Value:
    """A median with the ends of its interval on either side."""
    lower, middle, upper = (float(end) for end in np.asarray(ends))
    return Value(name=name, value=middle, interval=(lower, upper), format=digits, unit=unit, n=n, label=label)
