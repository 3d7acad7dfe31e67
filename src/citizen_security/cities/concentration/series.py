"""Concentration of each set of places year by year, beside what chance with equal risk gives."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.cities.concentration.places import LABELS
from citizen_security.methods.concentration.chance import compare_with_chance, measure_equal_risk
from citizen_security.methods.concentration.equal_risk import draw_equal_risk
from citizen_security.methods.concentration.measures import lorenz_curve, measure_concentration

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from citizen_security.cities.concentration.parameters import Concentration

# By places: the measure at equal risk for each person, its interval, and the measure of the populations themselves.
PERSON_CHANCE = ["person_chance", "person_chance_lower", "person_chance_upper"]
BY_SIZE = ["size_alone", *PERSON_CHANCE]


def concentration_series(places: pd.DataFrame, parameters: "Concentration") -> pd.DataFrame:
    """Concentration of each group in each year, by places and, where populations can be used, by persons.

    Parameters
    ----------
    places : pandas.DataFrame
        Of `annual_places`.
    parameters : Concentration
        `share_of_homicides`, `credible_level`, `seed`, and at this effort the simulated years for each interval and
        the step between the years that are measured.

    Returns
    -------
    pandas.DataFrame
        `scale`, `group`, `year`, `basis` (places or persons), `measure`, the columns of `compare_with_chance`,
        by places also `size_alone` (the measure of the populations themselves), `person_chance`,
        `person_chance_lower` and `person_chance_upper` (at equal risk for each person); `places` and `homicides`
        (numbers).
    """
    measured = every_few_years(places, parameters.series_step)
    draws = parameters.simulated_years_of_the_series
    frames = [
        _labelled(_one_year(rows, basis, parameters, draws), rows).assign(basis=basis)
        for _, rows in measured.groupby(LABELS, sort=False)
        for basis in ("places", "persons")
        if rows["homicides"].sum() > 0 and (basis == "places" or rows["population"].notna().all())
    ]
    return pd.concat(frames, ignore_index=True)


def every_few_years(places: pd.DataFrame, step: int) -> pd.DataFrame:
    """Rows of each group's latest year and of every so many years before it.

    Parameters
    ----------
    places : pandas.DataFrame
        With `group` and `year`.
    step : int
        1 keeps every year.

    Returns
    -------
    pandas.DataFrame
    """
    age = places.groupby("group")["year"].transform("max") - places["year"]
    return places[age % step == 0]


def latest(series: pd.DataFrame) -> pd.DataFrame:
    """Rows of each group's latest year on each basis.

    Parameters
    ----------
    series : pandas.DataFrame
        With `group`, `basis` and `year`.

    Returns
    -------
    pandas.DataFrame
    """
    return series[series["year"] == series.groupby(["group", "basis"])["year"].transform("max")]


def shares_of_places(series: pd.DataFrame, basis: str) -> pd.DataFrame:
    """Smallest shares of places that hold the share of homicides asked for, of each group in its latest year.

    Parameters
    ----------
    series : pandas.DataFrame
        Of `concentration_series`.
    basis : {"places", "persons"}
        By persons the columns of sizes are left out: there they are the measure itself.

    Returns
    -------
    pandas.DataFrame
        Empty where no group has populations that can be used.
    """
    newest = latest(series)
    rows = newest[(newest["basis"] == basis) & (newest["measure"] == "place_share")]
    # Where no set has populations, there are no sizes to leave out.
    return rows if basis == "places" else rows.drop(columns=BY_SIZE, errors="ignore")


def lorenz_bands(places: pd.DataFrame, credible_level: float, draws: int, seed: int) -> pd.DataFrame:
    """Lorenz curve of each group in its latest year, with the bands of equal risk for each place and for each person.

    Parameters
    ----------
    places : pandas.DataFrame
        Of `annual_places`.
    credible_level : float
        Probability of the band, at each share of places.
    draws, seed : int

    Returns
    -------
    pandas.DataFrame
        `scale`, `group`, `year`, `number` (of places), `places`, `homicides` (shares), `lower`, `upper` (equal risk for
        each place), `person_lower` and `person_upper` (for each person; missing where populations are unknown).
    """
    newest = places[places["year"] == places.groupby("group")["year"].transform("max")]
    frames = [
        _labelled(_one_band(rows, credible_level, draws, seed), rows).assign(number=len(rows))
        for _, rows in newest.groupby(LABELS, sort=False)
    ]
    return pd.concat(frames, ignore_index=True)


def _one_year(rows: pd.DataFrame, basis: str, parameters: "Concentration", draws: int) -> pd.DataFrame:
    weights = rows["population"].to_numpy() if basis == "persons" else None
    table = compare_with_chance(
        rows["homicides"].to_numpy(),
        weights,
        share=parameters.share_of_homicides,
        credible_level=parameters.credible_level,
        draws=draws,
        seed=parameters.seed,
    )
    if basis == "places" and rows["population"].notna().all():
        people = rows["population"].to_numpy()
        table["size_alone"] = measure_concentration(people, parameters.share_of_homicides).iloc[0]
        by_size = measure_equal_risk(
            int(rows["homicides"].sum()),
            people,
            share=parameters.share_of_homicides,
            credible_level=parameters.credible_level,
            draws=draws,
            seed=parameters.seed,
        )
        table[PERSON_CHANCE] = by_size
    table.index.name = "measure"
    return table.reset_index().assign(places=len(rows), homicides=rows["homicides"].sum())


def _labelled(table: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """The table with the scale, group and year of the rows that it was computed from."""
    return table.assign(**{label: rows[label].iloc[0] for label in LABELS})


def _one_band(rows: pd.DataFrame, credible_level: float, draws: int, seed: int) -> pd.DataFrame:
    counts = rows["homicides"].to_numpy()
    places, homicides = lorenz_curve(counts)
    lower, upper = _band(counts, np.ones(len(counts)), credible_level, draws, seed)
    people = rows["population"]
    known = people.notna().all()
    person_lower, person_upper = (
        _band(counts, people.to_numpy(), credible_level, draws, seed) if known else (np.nan, np.nan)
    )
    return pd.DataFrame(
        {
            "places": places,
            "homicides": homicides,
            "lower": lower,
            "upper": upper,
            "person_lower": person_lower,
            "person_upper": person_upper,
        }
    )


def _band(
    counts: "NDArray[np.int64]", exposure: "NDArray[np.float64]", credible_level: float, draws: int, seed: int
) -> "NDArray[np.float64]":
    """Lower and upper end of the Lorenz curve at equal risk for each unit of exposure, shape (2, n_places + 1)."""
    by_chance = draw_equal_risk(int(counts.sum()), exposure, draws, np.random.default_rng(seed))
    tails = [(1 - credible_level) / 2, (1 + credible_level) / 2]
    ends: NDArray[np.float64] = np.quantile(lorenz_curve(by_chance)[1], tails, axis=0)
    return ends
