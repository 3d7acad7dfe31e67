"""The values that `cities/concentration` records: one set of places, police sectors, streets."""

import math
from collections.abc import Iterator
from statistics import NormalDist
from typing import TYPE_CHECKING

import pandas as pd

from citizen_security.cities.concentration.series import latest
from citizen_security.cities.concentration.streets import implied_shape
from citizen_security.methods.concentration.equal_risk import events_for_occupied, occupied_places
from citizen_security.methods.concentration.gamma_risk import gamma_gini
from citizen_security.values import Value

if TYPE_CHECKING:
    from citizen_security.cities.concentration.parameters import Concentration

PLACES, POPULATION, STREETS = "% of places", "% of the population", "% of streets"


def place_values(series: pd.DataFrame, parameters: "Concentration") -> list[Value]:
    """Concentration of the headline's set of places in its latest year: observed, by chance, and of risk.

    Parameters
    ----------
    series : pandas.DataFrame
        Of `concentration_series`.
    parameters : Concentration
        `headline_scale`, `share_of_homicides` and `credible_level`.

    Returns
    -------
    list of Value
        Shares in per cent; those by persons only where the populations of the same year can be used.
    """
    newest = latest(series)
    first = newest.loc[newest["scale"] == parameters.headline_scale, "group"].iloc[0]
    rows = newest[newest["group"] == first]
    head = rows[rows["basis"] == "places"].set_index("measure")
    where, places = f"{first}, {head['year'].iloc[0]}", int(head["places"].iloc[0])
    persons = rows[(rows["basis"] == "persons") & (rows["year"] == head["year"].iloc[0])].set_index("measure")
    homicides = int(head["homicides"].iloc[0])
    values = [
        Value(name="headline_places", value=where, label="Set of places of the headline", n=places),
        Value(name="headline_homicides", value=homicides, unit="victims", label=f"Homicides, {where}", format=","),
        *_share_values(head.loc["place_share"], where, parameters),
        *_gini_values(head.loc["generalised_gini"], where, parameters),
    ]
    if len(persons):
        values += _person_values(persons.loc["place_share"], head.loc["place_share"], parameters)
    return values


def sector_values(windows: pd.DataFrame, parameters: "Concentration") -> list[Value]:
    """Concentration in police sectors over the shortest and over the longest period.

    Parameters
    ----------
    windows : pandas.DataFrame
        Of `concentration_by_period`.
    parameters : Concentration
        `credible_level`.

    Returns
    -------
    list of Value
    """
    ordered = windows.sort_values("window")
    ends = {"shortest": ordered.iloc[0], "longest": ordered.iloc[-1]}
    words = f"{parameters.credible_level:.0%} interval"
    return [value for name, row in ends.items() for value in _period_values(name, row, words)]


def street_values(parameters: "Concentration") -> list[Value]:
    """The published number of streets with a homicide, beside what equal risk gives and what inequality would fit it.

    Parameters
    ----------
    parameters : Concentration
        `streets`, `street_homicides`, `streets_with_homicide` and `credible_level`.

    Returns
    -------
    list of Value
        Shares in per cent of streets.
    """
    streets, homicides, occupied = parameters.streets, parameters.street_homicides, parameters.streets_with_homicide
    mean, deviation = occupied_places(streets, homicides)
    half_width = NormalDist().inv_cdf((1 + parameters.credible_level) / 2) * deviation
    lower, upper = (100 * (mean + side * half_width) / streets for side in (-1, 1))
    return [
        Value(
            name="streets_with_homicide_share",
            value=100 * occupied / streets,
            unit=STREETS,
            n=streets,
            label="Streets said to hold all homicides",
            format=".2f",
        ),
        Value(
            name="streets_with_homicide_chance",
            value=100 * mean / streets,
            unit=STREETS,
            interval=(lower, upper),
            n=streets,
            label="Streets with a homicide at equal risk: exact mean; "
            f"{parameters.credible_level:.0%} interval from the exact deviation",
            format=".2f",
        ),
        Value(
            name="streets_with_homicide_possible",
            value=100 * min(1, homicides / streets),
            unit=STREETS,
            label="Largest possible share of streets with a homicide",
            format=".2f",
        ),
        *_needed_values(events_for_occupied(streets, occupied), homicides),
        *_implied_values(implied_shape(parameters)),
    ]


def _share_values(row: "pd.Series[float]", where: str, parameters: "Concentration") -> Iterator[Value]:
    what = f"Share of places with {parameters.share_of_homicides:.0%} of homicides"
    return _measured(row, "half_of_homicides_place_share", what, where, 100, PLACES, ".1f", parameters)


def _gini_values(row: "pd.Series[float]", where: str, parameters: "Concentration") -> Iterator[Value]:
    return _measured(row, "generalised_gini", "Generalised Gini", where, 1, "", ".2f", parameters)


def _measured(
    row: "pd.Series[float]",
    name: str,
    what: str,
    where: str,
    factor: int,
    unit: str,
    digits: str,
    parameters: "Concentration",
) -> Iterator[Value]:
    """A measure as observed, at equal risk and of the underlying risk, each with its interval."""
    words = f"{parameters.credible_level:.0%} interval"
    columns = {
        "": ("observed", "repeat", f"{what}, {where}; {words} of another year with the same risks"),
        "_chance": ("chance", "chance", f"{what} at equal risk for each place; {words}"),
        "_risk": ("risk", "risk", f"{what}, underlying risk; {words}"),
    }
    for suffix, (column, ends, label) in columns.items():
        yield Value(
            name=f"{name}{suffix}",
            value=factor * row[column],
            unit=unit,
            interval=(factor * row[f"{ends}_lower"], factor * row[f"{ends}_upper"]),
            n=int(row["places"]),
            label=label,
            format=digits,
        )


def _person_values(
    persons: "pd.Series[float]", places: "pd.Series[float]", parameters: "Concentration"
) -> Iterator[Value]:
    share, words, number = (
        parameters.share_of_homicides,
        f"{parameters.credible_level:.0%} interval",
        int(places["places"]),
    )
    yield Value(
        name="half_of_homicides_population_share",
        value=100 * persons["observed"],
        unit=POPULATION,
        interval=(100 * persons["repeat_lower"], 100 * persons["repeat_upper"]),
        n=number,
        label=f"Share of the population in the places of the highest rates with {share:.0%} of homicides; "
        f"{words} of another year with the same risks",
        format=".1f",
    )
    yield Value(
        name="half_of_homicides_population_share_chance",
        value=100 * persons["chance"],
        unit=POPULATION,
        interval=(100 * persons["chance_lower"], 100 * persons["chance_upper"]),
        n=number,
        label=f"The same at equal risk for each person; {words}",
        format=".1f",
    )
    yield Value(
        name="half_of_population_place_share",
        value=100 * places["size_alone"],
        unit=PLACES,
        n=number,
        label=f"Share of places with {share:.0%} of the population",
        format=".1f",
    )


def _period_values(name: str, row: "pd.Series[float]", words: str) -> Iterator[Value]:
    number = int(row["windows"])
    yield Value(name=f"{name}_window", value=int(row["window"]), unit="months", label=f"The {name} period added up")
    for key, column, label in (
        ("gini", "gini", "Gini of counts in police sectors, mean over periods"),
        ("generalised_gini", "generalised_gini", "Generalised Gini of counts, mean over periods"),
        ("chance_gini", "chance_gini", "Gini at equal risk, exact"),
    ):
        yield Value(name=f"sector_{key}_{name}", value=row[column], label=label, n=number, format=".2f")
    yield Value(
        name=f"sector_risk_gini_{name}",
        value=row["risk_gini"],
        interval=(row["risk_lower"], row["risk_upper"]),
        n=number,
        label=f"Gini of the underlying risk within periods; {words}, sectors drawn again",
        format=".2f",
    )


def _needed_values(needed: float, homicides: int) -> Iterator[Value]:
    yield Value(
        name="homicides_that_chance_needs",
        value=needed,
        unit="homicides",
        label="Homicides that at equal risk occupy the published number of streets",
        format=",.0f",
    )
    yield Value(
        name="located_share_that_chance_needs",
        value=100 * needed / homicides,
        unit="% of homicides",
        label="Share of homicides located on a street at which equal risk gives the published count",
        format=".0f",
    )


def _implied_values(implied: float) -> Iterator[Value]:
    yield Value(
        name="streets_shape_implied",
        value=f"{implied:.2g}" if math.isfinite(implied) else "infinite: equal risk",
        label="Shape of gamma risk that fits the published count, if every homicide was located",
    )
    yield Value(
        name="streets_risk_gini_implied",
        value=float(gamma_gini(implied)),
        label="Gini of risk among streets that fits the published count, if every homicide was located",
        format=".2f",
    )
