"""Regressions that a claim stands for: links between countries and within them, curves, and links that shrink."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from citizen_security.claims.ledger.about_measures import COUNTRY, LEFT_OUT, PANEL, RISE, gives
from citizen_security.claims.ledger.given_tables import Tables
from citizen_security.claims.ledger.kinds import EFFECT_PERCENT, EFFECT_RATE, LOST, Kind
from citizen_security.methods import require
from citizen_security.methods.arrays import Floats
from citizen_security.methods.panel.fixed_effects import fit_effects
from citizen_security.methods.panel.wide import change
from citizen_security.methods.regression.errors import clustered, jackknife
from citizen_security.methods.regression.least_squares import LeastSquares, solve
from citizen_security.methods.resampling import drawn_positions
from citizen_security.methods.verdicts.regions import Estimate

DRAWS, SEED = 999, 1708
# With two drivers and a constant, one country more than they take up.
FEWEST_COUNTRIES = 4
# As few clusters as the errors of the other links take; of fewer the interval is too narrow.
FEWEST_CHANGES = 8
LEVELS, CHANGES, BETWEEN = "levels", "changes", "between"
COUNTRY_YEARS = ("country and year", "countries and years")
YEARLY_CHANGE = ("yearly change", "yearly changes")
BY_ESTIMATOR = {LEVELS: COUNTRY_YEARS, CHANGES: YEARLY_CHANGE, BETWEEN: COUNTRY}

# Of a hundred logarithms: beyond it there is no number for the percent.
MOST_POINTS = 70_000

# The logarithm of a rate of zero: half a homicide in so many people as one year of a small country has.
LEAST_RATE = 0.1


def _of_outcome(arguments: Mapping[str, Any], _: Tables) -> Kind:
    """A unit that begins with % for the outcome percent, and one that has per 100,000 in it for the outcome rate."""
    return replace(EFFECT_PERCENT, reach=RISE) if arguments["outcome"] == "percent" else EFFECT_RATE


@gives(
    _of_outcome,
    COUNTRY_YEARS,
    by_estimator=BY_ESTIMATOR,
    years_of=PANEL,
    missing=LEFT_OUT,
    interval="confidence",
)
def link(
    tables: Tables,
    level: float,
    *,
    driver: str,
    outcome: str = "rate",
    estimator: str = LEVELS,
    first: int = 1990,
    last: int = 2019,
    per: float = 1.0,
    without: str = "",
) -> Estimate:
    """How homicide moves with a driver.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        `country_year`, and `regime_year` for its measures.
    level : float
        Of the interval.
    driver : str
        A column, or `log_gdp_per_capita`.
    outcome : {"rate", "percent"}
        Homicides per 100,000, or percent of the rate, each for one unit of the driver.
    estimator : {"levels", "changes", "between"}
        Country and year effects; yearly changes with year effects; means of countries.
    first, last : int
    per : float
        Units of the driver that the answer is given for.
    without : str
        Country to leave out.

    Returns
    -------
    Estimate
        Clustered by country, by the cluster jackknife; percent are those of the rate, and not its logarithm.
    """
    fit = _fit(tables, outcome, [driver], estimator, first, last, without)
    row = jackknife(fit, level).iloc[0]
    told = [per * float(row[name]) for name in ("estimate", "lower", "upper")]
    value, *ends = (_percent(it) for it in told) if outcome == "percent" else told
    return Estimate(value, min(ends), max(ends), fit.observations)


@gives(
    EFFECT_PERCENT, COUNTRY_YEARS, by_estimator=BY_ESTIMATOR, years_of=PANEL, missing=LEFT_OUT, interval="confidence"
)
def curve(
    tables: Tables, level: float, *, driver: str, estimator: str = LEVELS, first: int = 1990, last: int = 2019
) -> Estimate:
    """How far a parabola of the homicide rate's logarithm bends down: positive for an inverted U.

    Parameters
    ----------
    tables, level, driver, estimator, first, last
        As `link`.

    Returns
    -------
    Estimate
        Less the coefficient of the square, the driver in units of its standard deviation.
    """
    fit = _fit(tables, "percent", [driver], estimator, first, last, "", squared=True)
    row = jackknife(fit, level).iloc[1]
    return Estimate(-float(row["estimate"]), -float(row["upper"]), -float(row["lower"]), fit.observations)


@gives(LOST, COUNTRY, years_of=PANEL, missing=LEFT_OUT, interval="confidence")
def lost_when_held(
    tables: Tables, level: float, *, driver: str, held: str, first: int, last: int, outcome: str = "percent"
) -> Estimate:
    """How much of a driver's link between countries is lost when another is held constant, in %.

    Parameters
    ----------
    tables, level, driver, first, last, outcome
        As `link`, between countries.
    held : str

    Returns
    -------
    Estimate
        With a percentile interval from countries drawn again.
    """
    columns = [outcome, driver, held]
    frame = _panel(tables, *columns).query("@first <= year <= @last")
    means = frame.groupby("iso3")[columns].mean().dropna().to_numpy()
    require.some("countries with all figures", len(means), FEWEST_COUNTRIES)
    value = _lost(means)
    draws = drawn_positions(len(means), DRAWS, np.random.default_rng(SEED))
    lost = np.array([_lost(means[chosen]) for chosen in draws])
    tail = (1 - level) / 2
    low, high = np.quantile(lost, [tail, 1 - tail])
    return Estimate(value, min(float(low), value), max(float(high), value), len(means))


@gives(
    EFFECT_PERCENT, YEARLY_CHANGE, reach=RISE, years_of=PANEL, missing="Years without a figure are left out.",
    interval="confidence",
)  # fmt: skip
def one_country_link(
    tables: Tables, level: float, *, country: str, driver: str, first: int = 1990, last: int = 2023
) -> Estimate:
    """Percent by which one country's homicide rate changes with a point more of a driver, from yearly changes.

    Parameters
    ----------
    tables, level, driver, first, last
        As `link`.
    country : str

    Returns
    -------
    Estimate
        Errors that allow any variance (each year its own cluster).
    """
    rows = _panel(tables, driver).query("iso3 == @country and @first <= year <= @last").set_index("year")
    rows = rows.reindex(range(first, last + 1))[["percent", driver]].diff().dropna()
    require.some(f"yearly changes of {country} with both figures", len(rows), FEWEST_CHANGES)
    if not rows[driver].any():
        raise ValueError(f"{driver} of {country} does not change in these years")
    design = np.column_stack([rows[driver], np.ones(len(rows))])
    years = rows.index.to_numpy()
    fit = solve((driver,), design, rows["percent"].to_numpy(), clusters=years.astype(str), periods=years)
    row = clustered(fit, level).iloc[0]
    value, low, high = (_percent(float(row[name])) for name in ("estimate", "lower", "upper"))
    return Estimate(value, low, high, fit.observations)


def _percent(points: float) -> float:
    """Percent of the rate that a hundred times its logarithm moves by."""
    return 100 * math.expm1(points / 100) if points < MOST_POINTS else math.inf


def _panel(tables: Tables, *columns: str) -> pd.DataFrame:
    """Countries and years with the outcomes and some columns, for which regimes are read where they have one."""
    frame = tables["country_year"]
    # Counts of the tables are whole numbers that may be missing, which no regression takes.
    numbers = [it for it in columns if it in frame]
    frame = frame.astype(dict.fromkeys(numbers, np.float64)).assign(
        rate=frame["homicide_rate"],
        percent=100 * np.log(frame["homicide_rate"].clip(lower=LEAST_RATE)),
        log_gdp_per_capita=np.log(frame["gdp_per_capita"]),
    )
    if not set(columns) <= set(frame.columns):
        frame = frame.merge(tables["regime_year"], on=["iso3", "year"], how="left")
    return frame


def _fit(
    tables: Tables,
    outcome: str,
    drivers: list[str],
    estimator: str,
    first: int,
    last: int,
    without: str,
    *,
    squared: bool = False,
) -> LeastSquares:
    frame = _panel(tables, *drivers).query("@first <= year <= @last and iso3 != @without")
    frame = frame.dropna(subset=[outcome, *drivers])
    require.some(f"countries and years with homicide and {' and '.join(drivers)} from {first} to {last}", len(frame))
    names = list(drivers)
    if squared:
        centred = (frame[drivers[0]] - frame[drivers[0]].mean()) / frame[drivers[0]].std()
        frame = frame.assign(**{drivers[0]: centred, "square": centred**2})
        names.append("square")
    if estimator == BETWEEN:
        means = frame.groupby("iso3")[[outcome, *names]].mean()
        design = np.column_stack([means[names], np.ones(len(means))])
        clusters = means.index.to_numpy()
        return solve(tuple(names), design, means[outcome].to_numpy(), clusters=clusters, periods=np.zeros(len(means)))
    wide = {name: _wide(frame, name, first, last) for name in (outcome, *names)}
    units = tuple(sorted(frame["iso3"].unique()))
    if estimator == CHANGES:
        moved = {name: change(values) for name, values in wide.items()}
        return fit_effects(units, moved.pop(outcome), moved, unit_effects=False).fit
    return fit_effects(units, wide.pop(outcome), wide).fit


def _wide(frame: pd.DataFrame, name: str, first: int, last: int) -> Floats:
    table = frame.pivot(index="iso3", columns="year", values=name).reindex(columns=range(first, last + 1))
    values: Floats = table.to_numpy(dtype=np.float64)
    return values


def _lost(rows: Floats) -> float:
    ones = np.ones(len(rows))
    alone = np.linalg.lstsq(np.column_stack([rows[:, 1], ones]), rows[:, 0])[0][0]
    beside = np.linalg.lstsq(np.column_stack([rows[:, 1:], ones]), rows[:, 0])[0][0]
    return float(100 * (1 - beside / alone))
