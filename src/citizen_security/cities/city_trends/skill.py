"""Which forecast is better than the last value, and how surely: mean scores, differences with intervals, a verdict."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from citizen_security.cities.city_trends.forecasts import FORECASTS, POOL
from citizen_security.cities.city_trends.parameters import CityTrends
from citizen_security.cities.city_trends.rules import LAST_VALUE
from citizen_security.methods.forecasting.comparisons import mean_interval

BOOTSTRAPS = 2_000

# Shares of counts in their 90% intervals between which a forecast is called as sure as it ought to be.
COVERAGE = (0.88, 0.92)


VERDICTS = {
    1: "An average of forecasts (the pool) does better than last year's rate",
    0: "Whether an average of forecasts (the pool) does better than last year's rate is undecided",
    -1: "An average of forecasts (the pool) does worse than last year's rate",
}


@dataclass(frozen=True)
class Comparison:
    """A mean with its bootstrap interval."""

    mean: float
    interval: tuple[float, float]

    @property
    def sign(self) -> int:
        """1 if the interval lies above zero, −1 if below, 0 if it includes zero."""
        return int(self.interval[0] > 0) - int(self.interval[1] < 0)


def summarize_scores(scores: pd.DataFrame, *by: str) -> pd.DataFrame:
    """Mean scores of each forecast.

    Parameters
    ----------
    scores : pandas.DataFrame
        Of `score_origins`.
    *by : str
        Columns to split each forecast by, such as `iso3`, `origin` or `horizon`; none for the whole.

    Returns
    -------
    pandas.DataFrame
        `crps` (lower is better), `log_score` (higher is better), `coverage_90`, `forecasts` (number),
        `skill_over_last_value` (share by which the CRPS is below that of the last value).
    """
    table = scores.groupby([*by, "forecast"], sort=False).agg(
        crps=("crps", "mean"),
        log_score=("log_score", "mean"),
        coverage_90=("covered_90", "mean"),
        forecasts=("crps", "size"),
    )
    last = table["crps"].xs(LAST_VALUE, level="forecast") if by else table["crps"][LAST_VALUE]
    return table.assign(skill_over_last_value=1 - table["crps"] / last).reset_index()


def scores_by_country(scores: pd.DataFrame) -> pd.DataFrame:
    """Mean scores of each forecast, of all countries (`iso3` is `all`) and of each.

    Parameters
    ----------
    scores : pandas.DataFrame
        Of `score_origins`.

    Returns
    -------
    pandas.DataFrame
        As of `summarize_scores`, with `iso3`.
    """
    whole = summarize_scores(scores).assign(iso3="all")
    return pd.concat([whole, summarize_scores(scores, "iso3")], ignore_index=True)


def gains_over_last_value(scores: pd.DataFrame, parameters: CityTrends) -> dict[str, dict[str, Comparison]]:
    """How much better each forecast scores than the last value, over cities and years, with bootstrap intervals.

    The cities of a country share the shocks of its years, so cities and origins are drawn again, each by itself, in
    every country. With one origin nothing is known of other years, and only cities are drawn.

    Parameters
    ----------
    scores : pandas.DataFrame
        Of `score_origins`.
    parameters : CityTrends
        `credible_level`, taken as that of the bootstrap intervals, and `seed`.

    Returns
    -------
    dict
        Forecast → `crps` (homicides per 100,000 person-years) and `log_score` → mean gain, above zero where the
        forecast is the better one.
    """
    signs = {"crps": -1.0, "log_score": 1.0}
    wide = scores.pivot(index=["iso3", "label", "origin", "year"], columns="forecast", values=list(signs))
    where = wide.index.to_frame()
    return {
        forecast: {
            score: _compared(sign * (wide[score, forecast] - wide[score, LAST_VALUE]), where, parameters)
            for score, sign in signs.items()
        }
        for forecast in FORECASTS
        if forecast != LAST_VALUE
    }


def coverages(scores: pd.DataFrame, parameters: CityTrends) -> dict[str, Comparison]:
    """Share of held-out rates in the 90% intervals of each forecast, with bootstrap intervals.

    Parameters
    ----------
    scores : pandas.DataFrame
        Of `score_origins`.
    parameters : CityTrends
        `credible_level`, taken as that of the bootstrap intervals, and `seed`.

    Returns
    -------
    dict
        Forecast → share, as in `gains_over_last_value`.
    """
    groups = scores.groupby("forecast", sort=False)
    return {str(name): _compared(rows["covered_90"].astype(float), rows, parameters) for name, rows in groups}


def judge(gains: Mapping[str, Mapping[str, Comparison]], coverage: Mapping[str, Comparison]) -> int:
    """Whether the pool is better than the last value: by both scores surely, and as sure as it ought to be.

    Parameters
    ----------
    gains : dict
        Of `gains_over_last_value`.
    coverage : dict
        Of `coverages`.

    Returns
    -------
    int
        1 if so; −1 if it is surely worse by both scores; 0 if neither: undecided.
    """
    signs = [gain.sign for gain in gains[POOL].values()]
    if max(signs) < 0:
        return -1
    return int(min(signs) > 0 and COVERAGE[0] <= coverage[POOL].mean <= COVERAGE[1])


def say_verdict(gains: Mapping[str, Mapping[str, Comparison]], coverage: Mapping[str, Comparison]) -> str:
    """What `judge` says, as a clause without a full stop.

    Parameters
    ----------
    gains : dict
        Of `gains_over_last_value`.
    coverage : dict
        Of `coverages`.

    Returns
    -------
    str
    """
    return VERDICTS[judge(gains, coverage)]


def _compared(values: "pd.Series[float]", where: pd.DataFrame, parameters: CityTrends) -> Comparison:
    mean, interval = mean_interval(
        np.asarray(values, dtype=float),
        where["iso3"].to_numpy(),
        where["label"].to_numpy(),
        where["origin"].to_numpy(),
        parameters.credible_level,
        BOOTSTRAPS,
        parameters.seed,
    )
    return Comparison(mean, interval)
