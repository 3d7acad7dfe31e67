"""Forecasts of years that were not seen: by the model, by rules that anyone can use, and by a pool of them.

Each forecast is a distribution of the count. The model's is Poisson about the drawn risks. The pool is a mixture of the
model, exponential smoothing and ridge on lags, with weights by which the three together would have had the best log
score in the years up to the origin. Before there are any, the weights are equal.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from citizen_security.cities.city_trends.fitting import CountryFit, fit_panels
from citizen_security.cities.city_trends.panels import CountryPanel
from citizen_security.cities.city_trends.parameters import CityTrends
from citizen_security.cities.city_trends.rules import RIDGE, RULE_DRAWS, RULES, SMOOTHING, forecast_by_rules
from citizen_security.methods.arrays import Floats
from citizen_security.methods.forecasting.pools import pooled_draws, pooled_log_score, stacking_weights
from citizen_security.methods.forecasting.scores import poisson_log_score, sample_crps
from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE

MODEL = "model"
POOL = "pool"
MEMBERS = (MODEL, SMOOTHING, RIDGE)
FORECASTS = (POOL, MODEL, *RULES)


@dataclass(frozen=True)
class Target:
    """Forecasts of one country and year.

    Attributes
    ----------
    where : pandas.DataFrame, one row for each city that has a count
        `label`, `iso3`, `origin` (last year seen), `year`, `horizon` (years ahead).
    homicides, person_years : numpy.ndarray, shape (n_counted,)
        What came.
    drawn : dict
        Name of the forecast → draws of the counts, shape (n_draws, n_counted).
    log_scores : dict
        Name of the forecast → log probability of the counts that came, shape (n_counted,).
    """

    where: pd.DataFrame
    homicides: Floats
    person_years: Floats
    drawn: dict[str, Floats]
    log_scores: dict[str, Floats]


@dataclass(frozen=True)
class Scored:
    """What the forecasts were worth.

    Attributes
    ----------
    scores : pandas.DataFrame, one row for each forecast, city and year
        `forecast`, `label`, `iso3`, `origin`, `year`, `horizon`, `raw_rate`, `median`, `lower`, `upper` (ends of the
        90% interval), `crps` (homicides per 100,000 person-years), `log_score` (log probability of the count),
        `covered_90`.
    weights : pandas.DataFrame, one row for each country and origin
        `iso3`, `origin`, and the weight of each member of the pool.
    """

    scores: pd.DataFrame
    weights: pd.DataFrame


def score_origins(panels: Sequence[CountryPanel], parameters: CityTrends) -> Scored:
    """Scores of the forecasts from each origin: of the last years, of those before them, and so on.

    No year is forecast twice, so that each shock of a country is one origin's.

    Parameters
    ----------
    panels : sequence of CountryPanel
        With all years.
    parameters : CityTrends
        `held_out_years`, `forecast_origins`, `window_years`, `draws`, `effort` and `seed`.

    Returns
    -------
    Scored

    Raises
    ------
    NotConverged
        If the importance weights of a country cannot be trusted at an origin.
    """
    targets = []
    for back in range(parameters.forecast_origins):
        seen = [panel.until(int(panel.years[-1 - back * parameters.held_out_years])) for panel in panels]
        fits = fit_panels(seen, parameters, parameters.held_out_years)
        targets.extend(forecast_held_out(fits, seen, parameters.window_years, parameters.seed + back))
    return score_targets(targets)


def forecast_held_out(
    fits: Sequence[CountryFit], panels: Sequence[CountryPanel], window_years: int, seed: int
) -> list[Target]:
    """Forecast every held-out year by the model and by every rule.

    Parameters
    ----------
    fits : sequence of CountryFit
        Made without the held-out years, with risks drawn for them.
    panels : sequence of CountryPanel
        The same countries with all years.
    window_years : int
        Years of the rolling mean.
    seed : int

    Returns
    -------
    list of Target
    """
    generator = np.random.default_rng(seed)
    return [
        target
        for fit, panel in zip(fits, panels, strict=True)
        for target in _forecast_country(fit, panel, window_years, generator)
    ]


def score_targets(targets: Sequence[Target]) -> Scored:
    """Score every forecast, and their pool with weights from the years up to each origin.

    Parameters
    ----------
    targets : sequence of Target

    Returns
    -------
    Scored
    """
    frames: list[pd.DataFrame] = []
    weights = []
    for target in targets:
        iso3, origin = str(target.where["iso3"].iloc[0]), int(target.where["origin"].iloc[0])
        shares = pool_weights(targets, origin)
        weights.append({"iso3": iso3, "origin": origin, **dict(zip(MEMBERS, shares, strict=True))})
        frames.extend(_score(target, shares))
    return Scored(pd.concat(frames, ignore_index=True), pd.DataFrame(weights).drop_duplicates(ignore_index=True))


def pool_weights(targets: Sequence[Target], origin: int) -> Floats:
    """Stacking weights of the pool's members by what was known at an origin.

    Parameters
    ----------
    targets : sequence of Target
        Those of years up to the origin are learnt from, in whatever country.
    origin : int

    Returns
    -------
    numpy.ndarray, shape (n_members,)

    Notes
    -----
    The cities of a country share the shock of a year: each country and year counts as one observation, and each member
    is credited with one besides.
    """
    known = [target for target in targets if int(target.where["year"].iloc[0]) <= origin]
    rows = [np.column_stack([target.log_scores[name] for name in MEMBERS]) for target in known]
    importance = [np.full(len(row), 1 / len(row)) for row in rows]
    empty = np.empty((0, len(MEMBERS)))
    return stacking_weights(np.concatenate([empty, *rows]), np.concatenate([empty[:, 0], *importance]))


def _forecast_country(
    fit: CountryFit, panel: CountryPanel, window_years: int, generator: np.random.Generator
) -> Iterator[Target]:
    for position in range(len(fit.panel.years), len(panel.years)):
        homicides, person_years = panel.homicides[:, position], panel.person_years[:, position]
        counted = np.isfinite(homicides)
        origin, year = int(fit.panel.years[-1]), int(panel.years[position])
        expected = np.exp(fit.log_rates[:, counted, position].astype(float))
        expected *= person_years[counted] / PERSON_YEARS_OF_A_RATE
        drawn = {MODEL: generator.poisson(expected).astype(float)}
        log_scores = {MODEL: poisson_log_score(expected, homicides[counted])}
        rules = forecast_by_rules(fit.panel, year - origin, window_years, homicides, person_years, generator)
        for name, counts, log_score in rules:
            drawn[name], log_scores[name] = counts, log_score
        where = panel.cities.loc[counted, ["label", "iso3"]].assign(origin=origin, year=year, horizon=year - origin)
        yield Target(where, homicides[counted], person_years[counted], drawn, log_scores)


def _score(target: Target, shares: Floats) -> Iterator[pd.DataFrame]:
    """Scores of one country and year, of the pool and of each forecast."""
    unit = PERSON_YEARS_OF_A_RATE / target.person_years
    pooled = pooled_draws([target.drawn[name] for name in MEMBERS], shares, RULE_DRAWS)
    log_score = pooled_log_score(np.column_stack([target.log_scores[name] for name in MEMBERS]), shares)
    drawn, log_scores = target.drawn | {POOL: pooled}, target.log_scores | {POOL: log_score}
    for name in FORECASTS:
        lower, median, upper = np.quantile(drawn[name], [0.05, 0.5, 0.95], axis=0)
        yield target.where.assign(
            forecast=name,
            raw_rate=target.homicides * unit,
            median=median * unit,
            lower=lower * unit,
            upper=upper * unit,
            crps=sample_crps(drawn[name] * unit, target.homicides * unit),
            log_score=log_scores[name],
            covered_90=(lower <= target.homicides) & (target.homicides <= upper),
        )
