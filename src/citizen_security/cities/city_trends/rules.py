"""Rules that forecast a city's rate from its own past, and spread it by the errors that they made before.

`last value` and `rolling mean` carry a rate forward, with whatever drift their errors had. `exponential smoothing` and
`ridge on lags` are tuned in each country, and their errors are centred. The errors are those of the same rule in the
years before, in the same country, over the same number of years, among cities with as many homicides.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from citizen_security.cities.city_trends.panels import CountryPanel
from citizen_security.methods.arrays import Floats
from citizen_security.methods.forecasting.baselines import PointForecast, exponential_smoothing, ridge_on_lags
from citizen_security.methods.forecasting.error_spread import spread_by_errors

if TYPE_CHECKING:
    from numpy.typing import NDArray


LAST_VALUE = "last value"
ROLLING_MEAN = "rolling mean"
SMOOTHING = "exponential smoothing"
RIDGE = "ridge on lags"
RULES = (LAST_VALUE, ROLLING_MEAN, SMOOTHING, RIDGE)

# Rules whose errors are centred: they do not carry the drift of the past forward.
CENTRED = (SMOOTHING, RIDGE)

# Cities are sorted into thirds by their number of homicides: the errors of small counts are larger.
SIZE_GROUPS = 3
RULE_DRAWS = 1_000


def forecast_by_rules(
    panel: CountryPanel,
    horizon: int,
    window_years: int,
    homicides: Floats,
    person_years: Floats,
    generator: np.random.Generator,
) -> Iterator[tuple[str, Floats, Floats]]:
    """Forecast the counts of a year by each rule.

    Parameters
    ----------
    panel : CountryPanel
        What is known at the origin.
    horizon : int
        Years ahead of its last.
    window_years : int
        Years of the rolling mean.
    homicides, person_years : numpy.ndarray, shape (n_cities,)
        Of that year; a missing count is `nan`.
    generator : numpy.random.Generator

    Yields
    ------
    name : str
    drawn : numpy.ndarray, shape (n_draws, n_counted)
        Counts of the cities that have one.
    log_score : numpy.ndarray, shape (n_counted,)
        Log probability of the count that came.
    """
    counted, groups = np.isfinite(homicides), size_groups(panel)
    for name in RULES:
        forecast = point_forecast(panel, name, horizon, window_years)
        drawn, log_score = np.empty((RULE_DRAWS, len(groups))), np.empty(len(groups))
        for group in np.unique(groups):
            spread = spread_by_errors(forecast.errors[groups == group], centred=name in CENTRED)
            rows = counted & (groups == group)
            drawn[:, rows] = spread.draw_counts(forecast.centre[rows], person_years[rows], RULE_DRAWS, generator)
            log_score[rows] = spread.log_score(forecast.centre[rows], person_years[rows], homicides[rows])
        yield name, drawn[:, counted], log_score[counted]


def point_forecast(panel: CountryPanel, name: str, horizon: int, window_years: int) -> PointForecast:
    """Log rate (a person-year) that a rule forecasts for each city, and its errors before, by city and target year.

    Parameters
    ----------
    panel : CountryPanel
    name : str
        One of `RULES`.
    horizon : int
        Years ahead.
    window_years : int
        Years of the rolling mean.

    Returns
    -------
    PointForecast
    """
    if name == SMOOTHING:
        return exponential_smoothing(_log_rates(panel), panel.years, horizon)
    if name == RIDGE:
        return ridge_on_lags(_log_rates(panel), panel.years, horizon)
    return _carry_forward(panel, 1 if name == LAST_VALUE else window_years, horizon)


def size_groups(panel: CountryPanel) -> "NDArray[np.int64]":
    """Third of each city by its mean number of homicides, from 0; shape (n_cities,)."""
    order = stats.rankdata(np.nanmean(panel.homicides, axis=1), method="ordinal") - 1
    groups: NDArray[np.int64] = (order * SIZE_GROUPS // len(order)).astype(np.int64)
    return groups


def _carry_forward(panel: CountryPanel, years: int, horizon: int) -> PointForecast:
    """The rate of the last years carried forward; where these have no count, the last that there was."""
    carried = np.column_stack([_pooled_log_rate(panel, years, position) for position in range(len(panel.years))])
    origins, targets = np.nonzero(panel.years[:, np.newaxis] + horizon == panel.years)
    kept = origins >= years - 1
    errors = _log_rates(panel)[:, targets[kept]] - carried[:, origins[kept]]
    last = carried.shape[1] - 1 - np.isfinite(carried)[:, ::-1].argmax(axis=1)
    return PointForecast(carried[np.arange(len(carried)), last], errors, float(years))


def _log_rates(panel: CountryPanel) -> Floats:
    """Log rates (a person-year) with half a homicide added."""
    logs: Floats = np.log((panel.homicides + 0.5) / panel.person_years)
    return logs


def _pooled_log_rate(panel: CountryPanel, years: int, position: int) -> Floats:
    """Log rate (a person-year) of the years up to a position, with half a homicide added."""
    window = slice(max(0, position - years + 1), position + 1)
    counts, exposure = panel.homicides[:, window], panel.person_years[:, window]
    counted_exposure = np.where(np.isfinite(counts), exposure, 0.0).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs: Floats = np.log((np.nansum(counts, axis=1) + 0.5) / counted_exposure)
    return np.where(counted_exposure > 0, logs, np.nan)
