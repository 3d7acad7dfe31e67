"""Forecasts of years that the model did not see, judged by proper scores, against two that anyone can make.

Each forecast is a distribution of the count. The model's is Poisson about the drawn risks. `last value` and `rolling
mean` carry a rate forward and spread it by the errors that the same rule made in the years before, in the same country,
over the same number of years, among cities with as many homicides.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import special, stats

from citizen_security.cities.city_trends.fitting import CountryFit, fit_panels
from citizen_security.cities.city_trends.panels import CountryPanel
from citizen_security.cities.city_trends.parameters import CityTrends
from citizen_security.methods.arrays import Floats
from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE
from citizen_security.methods.resampling import drawn_counts

if TYPE_CHECKING:
    from numpy.typing import NDArray


MODEL = "model"
LAST_VALUE = "last value"
ROLLING_MEAN = "rolling mean"

# Cities are sorted into thirds by their number of homicides: the errors of small counts are larger.
SIZE_GROUPS = 3
BASELINE_DRAWS = 1_000
BOOTSTRAPS = 2_000


@dataclass(frozen=True)
class Rule:
    """A rate carried forward.

    Attributes
    ----------
    name : str
    years : int
        Number of last years whose pooled rate it is.
    """

    name: str
    years: int


def score_origins(panels: Sequence[CountryPanel], parameters: CityTrends) -> pd.DataFrame:
    """Scores of the forecasts from each origin: of the last years, of those before them, and so on.

    No year is forecast twice, so that each shock of a country is one origin's.

    Parameters
    ----------
    panels : sequence of CountryPanel
        With all years.
    parameters : CityTrends
        `held_out_years`, `forecast_origins`, `window_years`, `credible_level`, `draws`, `effort` and `seed`.

    Returns
    -------
    pandas.DataFrame
        As from `score_forecasts`.

    Raises
    ------
    NotConverged
        If the importance weights of a country cannot be trusted at an origin.
    """
    frames = []
    for back in range(parameters.forecast_origins):
        seen = [panel.until(int(panel.years[-1 - back * parameters.held_out_years])) for panel in panels]
        fits = fit_panels(seen, parameters, parameters.held_out_years)
        seed = parameters.seed + back
        frames.append(score_forecasts(fits, seen, parameters.window_years, parameters.credible_level, seed))
    return pd.concat(frames, ignore_index=True)


def score_forecasts(
    fits: Sequence[CountryFit], panels: Sequence[CountryPanel], window_years: int, credible_level: float, seed: int
) -> pd.DataFrame:
    """Scores of every forecast of every held-out city and year.

    Parameters
    ----------
    fits : sequence of CountryFit
        Made without the held-out years, with risks drawn for them.
    panels : sequence of CountryPanel
        The same countries with all years.
    window_years : int
        Years of the rolling mean.
    credible_level : float
        Probability of the intervals.
    seed : int

    Returns
    -------
    pandas.DataFrame, one row for each forecast, city and year
        `forecast`, `label`, `iso3`, `origin` (last year seen), `year`, `horizon` (years ahead), `raw_rate`, `median`,
        `lower`, `upper`, `crps` (homicides per 100,000 person-years), `log_score` (log probability of the count),
        `covered`, `covered_90`.
    """
    generator = np.random.default_rng(seed)
    rules = (Rule(LAST_VALUE, 1), Rule(ROLLING_MEAN, window_years))
    rows = [
        row
        for fit, panel in zip(fits, panels, strict=True)
        for row in _score_country(fit, panel, rules, credible_level, generator)
    ]
    return pd.concat(rows, ignore_index=True)


def summarize_scores(scores: pd.DataFrame, *by: str) -> pd.DataFrame:
    """Mean scores of each forecast.

    Parameters
    ----------
    scores : pandas.DataFrame
        From `score_forecasts`.
    *by : str
        Columns to split each forecast by, such as `iso3`, `origin` or `horizon`; none for the whole.

    Returns
    -------
    pandas.DataFrame
        `crps` (lower is better), `log_score` (higher is better), `coverage`, `coverage_90`, `forecasts` (number),
        `skill_over_last_value` (share by which the CRPS is below that of the last value).
    """
    table = scores.groupby([*by, "forecast"], sort=False).agg(
        crps=("crps", "mean"),
        log_score=("log_score", "mean"),
        coverage=("covered", "mean"),
        coverage_90=("covered_90", "mean"),
        forecasts=("crps", "size"),
    )
    last = table["crps"].xs(LAST_VALUE, level="forecast") if by else table["crps"][LAST_VALUE]
    return table.assign(skill_over_last_value=1 - table["crps"] / last).reset_index()


def skill_interval(
    scores: pd.DataFrame, reference: str, confidence_level: float, seed: int
) -> tuple[float, tuple[float, float]]:
    """Skill of the model's CRPS over a reference, with a bootstrap interval over cities and over origins.

    Parameters
    ----------
    scores : pandas.DataFrame
    reference : str
        `last value` or `rolling mean`.
    confidence_level : float
    seed : int

    Returns
    -------
    skill : float
        One less the ratio of the mean CRPS.
    interval : tuple of float

    See Also
    --------
    coverage_interval : says what is resampled.
    """
    compared = scores[scores["forecast"].isin((MODEL, reference))]
    sums = compared.pivot_table(index=["iso3", "label", "origin"], columns="forecast", values="crps", aggfunc="sum")
    skill = 1 - sums[MODEL].sum() / sums[reference].sum()
    drawn = 1 - np.divide(*_resampled_sums(sums[[MODEL, reference]], seed))
    return float(skill), _central(drawn, confidence_level)


def skills_over_rules(scores: pd.DataFrame, parameters: CityTrends) -> dict[str, tuple[float, tuple[float, float]]]:
    """Skill of the model's CRPS over each rule that anyone can follow.

    Parameters
    ----------
    scores : pandas.DataFrame
        Of `score_origins`.
    parameters : CityTrends
        `credible_level`, taken as that of the bootstrap intervals, and `seed`.

    Returns
    -------
    dict
        Name of the rule → skill and interval, as of `skill_interval`.
    """
    rules = (LAST_VALUE, ROLLING_MEAN)
    return {rule: skill_interval(scores, rule, parameters.credible_level, parameters.seed) for rule in rules}


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


def coverage_interval(scores: pd.DataFrame, confidence_level: float, seed: int) -> tuple[float, tuple[float, float]]:
    """Share of held-out rates in the model's 90% intervals, with a bootstrap interval over cities and over origins.

    The cities of a country share the shocks of its years, so cities and origins are drawn again, each by itself, in
    every country: the interval is somewhat too wide rather than blind to the years (Owen 2007, Annals of Applied
    Statistics 1(2)). With one origin nothing is known of other years, and only cities are drawn.

    Parameters
    ----------
    scores : pandas.DataFrame
    confidence_level : float
        Probability of the bootstrap interval.
    seed : int

    Returns
    -------
    coverage : float
    interval : tuple of float
    """
    model = scores[scores["forecast"] == MODEL]
    sums = model.groupby(["iso3", "label", "origin"])["covered_90"].agg(["sum", "size"])
    drawn = np.divide(*_resampled_sums(sums, seed))
    return float(sums["sum"].sum() / sums["size"].sum()), _central(drawn, confidence_level)


def sample_crps(draws: Floats, observed: Floats) -> Floats:
    """Continuous ranked probability score of the distribution that the draws make.

    Parameters
    ----------
    draws : numpy.ndarray, shape (n_draws, …)
    observed : numpy.ndarray, shape (…)

    Returns
    -------
    numpy.ndarray, shape (…)
        Mean distance of a draw from what was observed, less half the mean distance of two draws; lower is better.

    References
    ----------
    Gneiting and Raftery (2007), Journal of the American Statistical Association 102(477), equation 21.
    """
    number = len(draws)
    ordered = np.sort(draws, axis=0)
    # Each gap between neighbours lies between i draws below and n − i above: no need to form all pairs.
    weights = 2 * np.arange(1, number + 1) - number - 1
    spread = np.tensordot(weights, ordered, axes=1) / number**2
    score: Floats = np.abs(draws - observed).mean(axis=0) - spread
    return score


def poisson_log_score(log_rates: Floats, person_years: Floats, homicides: Floats) -> Floats:
    """Log probability of counts under a mixture of Poisson distributions, one for each draw of the risk.

    Parameters
    ----------
    log_rates : numpy.ndarray, shape (n_draws, …)
        Log of homicides per 100,000 person-years.
    person_years, homicides : numpy.ndarray, shape (…)

    Returns
    -------
    numpy.ndarray, shape (…)
    """
    expected = np.exp(log_rates) * person_years / PERSON_YEARS_OF_A_RATE
    score: Floats = special.logsumexp(stats.poisson.logpmf(homicides, expected), axis=0) - np.log(len(log_rates))
    return score


# --- resampling ---------------------------------------------------------------------------------------------------


def _resampled_sums(sums: pd.DataFrame, seed: int) -> tuple[Floats, Floats]:
    """Two columns, indexed by country, city and origin, added up with cities and origins drawn again."""
    generator = np.random.default_rng(seed)
    first, second = np.zeros(BOOTSTRAPS), np.zeros(BOOTSTRAPS)
    for _, rows in sums.groupby(level="iso3"):
        tables = [rows[name].astype(float).unstack("origin", fill_value=0).to_numpy() for name in sums.columns]
        cities, origins = (drawn_counts(number, BOOTSTRAPS, generator).astype(float) for number in tables[0].shape)
        for total, table in zip((first, second), tables, strict=True):
            total += np.einsum("rc,co,ro->r", cities, table, origins, optimize=True)
    return first, second


def _central(drawn: Floats, confidence_level: float) -> tuple[float, float]:
    lower, upper = np.quantile(drawn, [(1 - confidence_level) / 2, (1 + confidence_level) / 2])
    return float(lower), float(upper)


# --- one country ------------------------------------------------------------------------------------------------------


def _score_country(
    fit: CountryFit, panel: CountryPanel, rules: Sequence[Rule], credible_level: float, generator: np.random.Generator
) -> Iterator[pd.DataFrame]:
    trained = len(fit.panel.years)
    for position in range(trained, len(panel.years)):
        counted = np.isfinite(panel.homicides[:, position])
        count, exposure = panel.homicides[counted, position], panel.person_years[counted, position]
        horizon = int(panel.years[position] - fit.panel.years[-1])
        where = panel.cities.loc[counted, ["label", "iso3"]].assign(
            origin=int(fit.panel.years[-1]), year=panel.years[position], horizon=horizon
        )
        log_rates = fit.log_rates[:, counted, position].astype(float)
        counts = generator.poisson(np.exp(log_rates) * exposure / PERSON_YEARS_OF_A_RATE)
        yield _scored(
            where, MODEL, counts, count, exposure, poisson_log_score(log_rates, exposure, count), credible_level
        )
        for rule in rules:
            drawn, log_score = _carry_forward(fit.panel, rule, horizon, counted, count, exposure, generator)
            yield _scored(where, rule.name, drawn, count, exposure, log_score, credible_level)


def _scored(
    where: pd.DataFrame,
    name: str,
    drawn: Floats,
    count: Floats,
    exposure: Floats,
    log_score: Floats,
    credible_level: float,
) -> pd.DataFrame:
    tails = [(1 - credible_level) / 2, 0.5, (1 + credible_level) / 2, 0.05, 0.95]
    lower, median, upper, lower_90, upper_90 = np.quantile(drawn, tails, axis=0)
    unit = PERSON_YEARS_OF_A_RATE / exposure
    return where.assign(
        forecast=name,
        raw_rate=count * unit,
        median=median * unit,
        lower=lower * unit,
        upper=upper * unit,
        crps=sample_crps(drawn * unit, count * unit),
        log_score=log_score,
        covered=(lower <= count) & (count <= upper),
        covered_90=(lower_90 <= count) & (count <= upper_90),
    )


def _carry_forward(
    panel: CountryPanel,
    rule: Rule,
    horizon: int,
    counted: "NDArray[np.bool_]",
    count: Floats,
    exposure: Floats,
    generator: np.random.Generator,
) -> tuple[Floats, Floats]:
    """Drawn counts and log scores of a rule: its log rate and a smoothed draw of its past errors."""
    drawn, log_score = np.empty((BASELINE_DRAWS, len(count))), np.empty(len(count))
    centre = _carried(panel, rule, len(panel.years) - 1)[counted]
    groups = _size_groups(panel)[counted]
    for group in np.unique(groups):
        members = groups == group
        errors, bandwidth = _past_errors(panel, rule, horizon, _size_groups(panel) == group)
        noise = bandwidth * generator.standard_normal((BASELINE_DRAWS, members.sum()))
        log_rates = centre[members] + generator.choice(errors, noise.shape) + noise
        drawn[:, members] = np.maximum(np.exp(log_rates) * exposure[members] - 0.5, 0.0)
        log_score[members] = _cell_log_score(centre[members], errors, bandwidth, count[members], exposure[members])
    return drawn, log_score


def _cell_log_score(centre: Floats, errors: Floats, bandwidth: float, count: Floats, exposure: Floats) -> Floats:
    """Log probability that the smoothed errors give to a count: its cell reaches half a homicide to either side."""
    with np.errstate(divide="ignore"):
        low, high = np.log(count / exposure), np.log((count + 1) / exposure)
    ends = [(end - centre - errors[:, np.newaxis]) / bandwidth for end in (low, high)]
    mass = (special.ndtr(ends[1]) - special.ndtr(ends[0])).mean(axis=0)
    score: Floats = np.log(np.maximum(mass, np.finfo(float).tiny))
    return score


def _carried(panel: CountryPanel, rule: Rule, position: int) -> Floats:
    """Log rate (a person-year) that the rule carries forward from a position, with half a homicide added."""
    window = slice(max(0, position - rule.years + 1), position + 1)
    counts, exposure = panel.homicides[:, window], panel.person_years[:, window]
    counted_exposure = np.where(np.isfinite(counts), exposure, 0.0).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs: Floats = np.log((np.nansum(counts, axis=1) + 0.5) / counted_exposure)
    return np.where(counted_exposure > 0, logs, np.nan)


def _past_errors(panel: CountryPanel, rule: Rule, horizon: int, cities: "NDArray[np.bool_]") -> tuple[Floats, float]:
    """Errors of the rule in the years before, in log rates, and the width that smooths them (Silverman's rule)."""
    errors = []
    for position, year in enumerate(panel.years):
        later = np.flatnonzero(panel.years == year + horizon)
        if len(later) and position >= rule.years - 1:
            actual = np.log((panel.homicides[:, later[0]] + 0.5) / panel.person_years[:, later[0]])
            errors.append((actual - _carried(panel, rule, position))[cities])
    finite = np.concatenate(errors)
    finite = finite[np.isfinite(finite)]
    return finite, float(0.9 * finite.std() * len(finite) ** -0.2)


def _size_groups(panel: CountryPanel) -> "NDArray[np.int64]":
    """Third of each city by its mean number of homicides."""
    order = stats.rankdata(np.nanmean(panel.homicides, axis=1), method="ordinal") - 1
    groups: NDArray[np.int64] = (order * SIZE_GROUPS // len(order)).astype(np.int64)
    return groups
