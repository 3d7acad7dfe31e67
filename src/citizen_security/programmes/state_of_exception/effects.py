"""What each episode's years show: against the year before, its own line, and other countries."""

import numpy as np
import pandas as pd

from citizen_security.methods.measurement_bounds import Turning, turning_point
from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE, ratio_interval
from citizen_security.methods.synthetic_control.estimates import synthetic_control
from citizen_security.programmes.carried_line import carried_line
from citizen_security.programmes.country_panels import by_estimator
from citizen_security.programmes.state_of_exception.country_panel import TREATED, country_panel
from citizen_security.programmes.state_of_exception.labels import NAMES, SHORT
from citizen_security.programmes.state_of_exception.parameters import EPISODES, Episode, StateOfException

# The year of the state of exception, and the last before it.
START, BEFORE = 2022, 2021
YEARS = (BEFORE, START)


def fall_before(series: pd.DataFrame) -> dict[str, float]:
    """How much of the fall from the peak to the last year came before the start.

    Parameters
    ----------
    series : pandas.DataFrame
        From `country_panel.series`.

    Returns
    -------
    dict of str to float
        peak_year, peak, before, after (rates), points and percent (shares of the fall, on the scale of rates and of
        logarithms), last_begin (last of the years from the peak on, two years before the start at the latest, from
        which the fall is counted as well), lowest, highest (share on the scale of rates, over these years).
    """
    rates = series.set_index("year")["rate"]
    late = rates.loc[1999:BEFORE]
    peak_year = int(late.index[int(late.to_numpy().argmax())])
    peak, before, after = float(rates[peak_year]), float(rates[BEFORE]), float(rates[START])
    last_begin = max(peak_year, BEFORE - 2)
    begins = rates.loc[peak_year:last_begin]
    shares = (begins - before) / (begins - after)
    return {
        "peak_year": peak_year,
        "peak": peak,
        "before": before,
        "after": after,
        "points": (peak - before) / (peak - after),
        "percent": np.log(peak / before) / np.log(peak / after),
        "last_begin": last_begin,
        "lowest": float(shares.min()),
        "highest": float(shares.max()),
    }


def raw_changes(series: pd.DataFrame, parameters: StateOfException) -> pd.DataFrame:
    """Each episode against as many years before it, counts taken for Poisson.

    Parameters
    ----------
    series : pandas.DataFrame
    parameters : StateOfException

    Returns
    -------
    pandas.DataFrame
        episode, first, last (years), change, lower, upper (percent).
    """
    rows = []
    for episode in parameters.episodes:
        start, last = EPISODES[episode]
        length = last - start + 1
        old = series[series["year"].between(start - length, start - 1)]
        new = series[series["year"].between(start, last)]
        ratio = (new["homicides"].sum() / new["population"].sum()) / (old["homicides"].sum() / old["population"].sum())
        ends = ratio_interval(
            old["homicides"].sum(), new["homicides"].sum(), old["population"].sum(), new["population"].sum(),
            parameters.confidence_level,
        )  # fmt: skip
        change, lower, upper = (100 * (end - 1) for end in (ratio, *ends))
        rows.append(
            {"episode": episode, "first": start, "last": last, "change": change, "lower": lower, "upper": upper}
        )
    return pd.DataFrame(rows)


def own_line(series: pd.DataFrame, parameters: StateOfException) -> dict[str, float]:
    """The rate that the line of the years before gives for the year of the state of exception.

    Parameters
    ----------
    series : pandas.DataFrame
    parameters : StateOfException

    Returns
    -------
    dict of str to float
        first, year, rate, lower, upper (a prediction interval for one year), slope (percent a year).
    """
    rows = series[series["year"].between(parameters.line_from, BEFORE)]
    found = carried_line(rows["year"], rows["rate"], START, parameters.confidence_level)
    return {
        "first": float(parameters.line_from), "year": float(START), "rate": found.level, "lower": found.lower,
        "upper": found.upper, "slope": found.slope,
    }  # fmt: skip


def against_countries(world: pd.DataFrame, region: list[str], parameters: StateOfException) -> pd.DataFrame:
    """Each episode by every estimator, with its place among countries without one.

    Parameters
    ----------
    world : pandas.DataFrame
        `world_homicide`.
    region : list of str
        Codes of the region's countries.
    parameters : StateOfException

    Returns
    -------
    pandas.DataFrame
        episode, estimator and their names, change (percent of the rate expected), p_value, floor, rmspe_before (log
        points), donors.
    """
    return pd.concat(
        [
            _by_estimator(world, region, EPISODES[name], parameters).assign(episode=name, episode_name=NAMES[name])
            for name in parameters.episodes
        ],
        ignore_index=True,
    )


def year_before(world: pd.DataFrame, region: list[str], parameters: StateOfException) -> pd.DataFrame:
    """The same design one year early, when the state of exception had not begun.

    Parameters
    ----------
    world : pandas.DataFrame
    region : list of str
    parameters : StateOfException

    Returns
    -------
    pandas.DataFrame
        estimator, estimator_name, change (percent), p_value, floor, rmspe_before, donors; nothing after `BEFORE` is
        looked at.
    """
    return _by_estimator(world, region, (BEFORE, BEFORE), parameters)


def _by_estimator(
    world: pd.DataFrame, region: list[str], years: tuple[int, int], parameters: StateOfException
) -> pd.DataFrame:
    found = by_estimator(country_panel(world, region, years, parameters), "mean_gap")
    return found.assign(change=100 * np.expm1(found["effect"])).drop(columns="effect")


def path(world: pd.DataFrame, region: list[str], parameters: StateOfException) -> pd.DataFrame:
    """El Salvador and its demeaned synthetic control up to the last year, by year.

    Parameters
    ----------
    world : pandas.DataFrame
    region : list of str
    parameters : StateOfException

    Returns
    -------
    pandas.DataFrame
        year, observed, synthetic (rates).
    """
    panel = country_panel(world, region, EPISODES["state_of_exception"], parameters)
    fit = synthetic_control(panel, "demeaned")
    expected = panel.target - fit.gaps
    return pd.DataFrame({"year": panel.periods, "observed": np.exp(panel.target), "synthetic": np.exp(expected)})


def turning_points(series: pd.DataFrame, line: dict[str, float], parameters: StateOfException) -> dict[str, Turning]:
    """Deaths that would have to be uncounted in 2022 for there to be no fall: from 2021, and from the line.

    Parameters
    ----------
    series : pandas.DataFrame
    line : dict
        From `own_line`.
    parameters : StateOfException

    Returns
    -------
    dict of str to Turning
        since_before, below_line.
    """
    deaths, residents = (series.set_index("year")[name] for name in ("homicides", "population"))
    recorded, people = float(deaths[START]), float(residents[START])
    same = float(deaths[BEFORE]) / float(residents[BEFORE]) * people
    on_line, low, high = (line[name] * people / PERSON_YEARS_OF_A_RATE for name in ("rate", "lower", "upper"))
    return {
        "since_before": turning_point(recorded, same, uncounted_before=parameters.uncounted_before),
        "below_line": turning_point(recorded, on_line, (low, high), parameters.uncounted_before),
    }


def uncounted(items: pd.DataFrame) -> pd.DataFrame:
    """Deaths of the year of the state of exception that its homicides leave out.

    Parameters
    ----------
    items : pandas.DataFrame
        `uncounted_deaths`.

    Returns
    -------
    pandas.DataFrame
        Its rows for the country and year.
    """
    return items[(items["iso3"] == TREATED) & (items["year"] == START)].reset_index(drop=True)


def spans() -> pd.DataFrame:
    """Episodes with a label and their years: label, first, last."""
    rows = [{"label": SHORT[name], "first": start, "last": last} for name, (start, last) in EPISODES.items()]
    return pd.DataFrame(rows)


def episode_years(episode: Episode) -> str:
    """Years of an episode: `2012 to 2013`, `2022`."""
    start, last = EPISODES[episode]
    return f"{start}" if start == last else f"{start} to {last}"
