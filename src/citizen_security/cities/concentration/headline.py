"""The values that `cities/concentration` records: one set of places, police sectors, streets."""

from collections.abc import Iterator
from statistics import NormalDist
from typing import TYPE_CHECKING

import pandas as pd

from citizen_security.cities.concentration.series import latest
from citizen_security.cities.concentration.streets import implied_shape
from citizen_security.methods.concentration.equal_risk import events_for_occupied, occupied_places
from citizen_security.methods.concentration.gamma_risk import gamma_gini
from citizen_security.methods.concentration.measures import HALF
from citizen_security.values import Missing, Value
from citizen_security.words import by_interval, counted, sentences

if TYPE_CHECKING:
    from citizen_security.cities.concentration.parameters import Concentration

# Values that need populations of the same year.
BY_POPULATION = (
    "half_of_homicides_population*",
    "half_of_population*",
    "half_of_homicides_place_share_person_chance",
    "rate_concentration_sentence",
)
PLACES, POPULATION, STREETS = "% of places", "% of the population", "% of streets"


def place_values(series: pd.DataFrame, parameters: "Concentration") -> list[Value | Missing]:
    """Concentration of the headline's set of places in its latest year: observed, by chance, and of risk.

    Parameters
    ----------
    series : pandas.DataFrame
        Of `concentration_series`.
    parameters : Concentration
        `headline_scale`, `share_of_homicides` and `credible_level`.

    Returns
    -------
    list of Value or Missing
        Shares in per cent; those by persons are missing where no populations of the same year can be used.
    """
    newest = latest(series)
    first = newest.loc[newest["scale"] == parameters.headline_scale, "group"].iloc[0]
    rows = newest[newest["group"] == first]
    head = rows[rows["basis"] == "places"].set_index("measure")
    places = int(head["places"].iloc[0])
    where = say_places(parameters.headline_scale, first, int(head["year"].iloc[0]), places)
    persons = rows[(rows["basis"] == "persons") & (rows["year"] == head["year"].iloc[0])].set_index("measure")
    homicides = int(head["homicides"].iloc[0])
    values: list[Value | Missing] = [
        Value(name="headline_places", value=where, label="Set of places of the headline", n=places),
        Value(name="headline_homicides", value=homicides, unit="victims", label=f"Homicides, {where}", format=","),
        *_share_values(head.loc["place_share"], where, parameters),
        *_gini_values(head.loc["generalised_gini"], where, parameters),
        Value(
            name="concentration_sentence",
            value=say_concentration(head.loc["place_share"], where, parameters),
            label="the places that had the share of homicides, and what equal risk for each person would take",
        ),
    ]
    if len(persons):
        values += _person_values(persons.loc["place_share"], head.loc["place_share"], parameters)
    else:
        reason = f"{where} have no populations that can be used"
        values += [Missing(names=names, reason=reason) for names in BY_POPULATION]
    return values


def say_places(scale: str, group: str, year: int, number: int) -> str:
    """A set of places in one year as a sentence names it: `153 large cities of Brazil in 2021`.

    Parameters
    ----------
    scale : str
        One of `Concentration.scales`.
    group : str
        Of `annual_places`, such as `Cities, Brazil`.
    year, number : int
        Year, and places in the set.

    Returns
    -------
    str
    """
    large = "large " if scale == "cities" else ""
    return f"{number:,} {large}{_noun(scale)} of {group.partition(', ')[2]} in {year}"


def say_concentration(row: "pd.Series[float]", where: str, parameters: "Concentration") -> str:
    """How few places had the share of homicides, how many had that share of the people, and what size accounts for.

    Parameters
    ----------
    row : pandas.Series
        By places, of `concentration_series`: `observed`, `chance` with its ends, and where populations are known
        `size_alone` and `person_chance` with its ends.
    where : str
        Of `say_places`.
    parameters : Concentration
        `headline_scale` and `share_of_homicides`.

    Returns
    -------
    str
        Sentences.
    """
    noun, part = _noun(parameters.headline_scale), _part(parameters.share_of_homicides)
    fact = f"in {where}, {row['observed']:.1%} of the {noun} had {part} of the homicides"
    if pd.isna(row.get("size_alone")):
        ends = f"{row['chance_lower']:.1%} to {row['chance_upper']:.1%}"
        return sentences(
            [
                fact,
                f"equal risk for each place would take {row['chance']:.1%} ({ends}); what the size of the {noun} alone "
                "would take cannot be said, since no populations can be used",
            ]
        )
    ends = f"{row['person_chance_lower']:.1%} to {row['person_chance_upper']:.1%}"
    return sentences(
        [
            f"{fact}, and {row['size_alone']:.1%} had {part} of the people",
            f"equal risk for each person would take {row['person_chance']:.1%} ({ends}), equal risk for each place "
            f"{row['chance']:.1%}",
            _size_reading(row, noun),
        ]
    )


def _size_reading(row: "pd.Series[float]", noun: str) -> str:
    """What of the distance from equal risk for each place the size of the places accounts for."""
    observed, lower, upper = row["observed"], row["person_chance_lower"], row["person_chance_upper"]
    if lower <= observed <= upper:
        return f"the size of the {noun} accounts for all of the distance between {row['chance']:.1%} and {observed:.1%}"
    if observed > upper:
        return f"homicide is spread over more {noun} than their size alone would have it"
    accounted = (row["chance"] - row["person_chance"]) / (row["chance"] - observed)
    return (
        f"the size of the {noun} accounts for {accounted:.0%} of the distance between {row['chance']:.1%} and "
        f"{observed:.1%}"
    )


def _noun(scale: str) -> str:
    return scale.replace("_", " ")


def _part(share: float) -> str:
    return "half" if share == HALF else f"{share:.0%}"


def sector_values(windows: pd.DataFrame, parameters: "Concentration") -> list[Value | Missing]:
    """Concentration in police sectors over the shortest and over the longest period.

    Parameters
    ----------
    windows : pandas.DataFrame
        Of `concentration_by_period`.
    parameters : Concentration
        `scales` and `credible_level`.

    Returns
    -------
    list of Value or Missing
        All are missing where police sectors are not among the scales.
    """
    if "police_sectors" not in parameters.scales:
        reason = "police sectors are not among the scales"
        return [Missing(names=names, reason=reason) for names in ("sector_*", "shortest_window", "longest_window")]
    ordered = windows.sort_values("window")
    ends = {"shortest": ordered.iloc[0], "longest": ordered.iloc[-1]}
    words = f"{parameters.credible_level:.0%} interval"
    values = [value for name, row in ends.items() for value in _period_values(name, row, words)]
    # Of a long period no place is empty, and the generalised Gini is the Gini.
    return [value for value in values if value.name != "sector_generalised_gini_longest"]


def street_values(counts: pd.DataFrame, parameters: "Concentration") -> list[Value]:
    """The published number of streets with a homicide, beside what equal risk gives and what inequality would fit it.

    Parameters
    ----------
    counts : pandas.DataFrame
        Of `counts_behind_the_streets`.
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
            name="police_homicides",
            value=round(float((counts["homicides"] * counts["months_used"] / 12).sum())),
            unit="homicides",
            format=",",
            label="homicides that the police counted in the months of the published count of streets",
        ),
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
            name="streets_reading",
            value=say_streets(100 * mean / streets, (lower, upper), parameters),
            label="what the published count of streets says beyond equal risk",
        ),
    ]


def say_streets(chance: float, interval: tuple[float, float], parameters: "Concentration") -> str:
    """What a published count of streets says beyond equal risk, as sentences.

    Parameters
    ----------
    chance : float
        Streets with a homicide at equal risk, in per cent of streets.
    interval : tuple of float
        Of the same.
    parameters : Concentration
        `streets`, `street_homicides` and `streets_with_homicide`.

    Returns
    -------
    str
    """
    streets, homicides, occupied = parameters.streets, parameters.street_homicides, parameters.streets_with_homicide
    lower, upper = interval
    facts = (
        f"equal risk puts all homicides into {chance:.2f}% of streets ({lower:.2f} to {upper:.2f}); the published "
        f"count is {100 * occupied / streets:.2f}%, and more than {100 * min(1, homicides / streets):.2f}% is "
        "impossible"
    )
    if 100 * occupied / streets >= lower:
        return sentences([facts, "no street need be worse than another: the claim adds nothing to equal risk"])
    needed, shape = events_for_occupied(streets, occupied), implied_shape(parameters)
    return sentences(
        [
            facts,
            "what the claim adds is the step from the first number to the second",
            f"that step may be real: then risk is unequal (shape {shape:.2g}, Gini of risk {gamma_gini(shape):.2f})",
            f"or it may be bookkeeping: had {needed:,.0f} of the {homicides:,} homicides been located on a street, "
            f"{needed / homicides:.0%} of them, equal risk alone would give the published count",
            "the number of streets cannot tell the two apart; repeated homicides in the same street, year after year, "
            "could",
        ]
    )


def _share_values(row: "pd.Series[float]", where: str, parameters: "Concentration") -> Iterator[Value]:
    what = f"Share of places with {parameters.share_of_homicides:.0%} of homicides"
    measured = _measured(row, "half_of_homicides_place_share", what, where, 100, PLACES, ".1f", parameters)
    return (value for value in measured if not value.name.endswith("_risk"))


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
        name="half_of_population_place_share",
        value=100 * places["size_alone"],
        unit=PLACES,
        n=number,
        label=f"Share of places with {share:.0%} of the population",
        format=".1f",
    )
    yield Value(
        name="half_of_homicides_place_share_person_chance",
        value=100 * places["person_chance"],
        unit=PLACES,
        interval=(100 * places["person_chance_lower"], 100 * places["person_chance_upper"]),
        n=number,
        label=f"Share of places with {share:.0%} of homicides at equal risk for each person; {words}",
        format=".1f",
    )
    yield Value(
        name="rate_concentration_sentence",
        value=say_by_rates(persons, share),
        label="Share of the people in the places of the highest rates that had the share of homicides",
    )


def say_by_rates(row: "pd.Series[float]", share: float) -> str:
    """Where the people live among whom the share of homicides happened, places of the highest rates first.

    Parameters
    ----------
    row : pandas.Series
        By persons, of `concentration_series`: `observed`, and `chance` with its ends.
    share : float
        Share of the homicides.

    Returns
    -------
    str
        A sentence.
    """
    ends = f"{row['chance_lower']:.1%} to {row['chance_upper']:.1%}"
    differs = by_interval(
        row["observed"] - row["chance_upper"],
        row["observed"] - row["chance_lower"],
        above="risk is spread more evenly than chance would have it",
        below="risk per person differs between the places",
        neither="that is no more than chance would do",
    )
    return sentences(
        [
            f"taken by rate, highest first, the places with {_part(share)} of the homicides had {row['observed']:.1%} "
            f"of the people; equal risk for each person would take {row['chance']:.1%} ({ends}): {differs}"
        ]
    )


def _period_values(name: str, row: "pd.Series[float]", words: str) -> Iterator[Value]:
    number, length = int(row["windows"]), counted(int(row["window"]), "month")
    periods = f"periods of {length}"
    yield Value(name=f"{name}_window", value=length, label=f"The {name} period added up")
    for key, column, label in (
        ("gini", "gini", f"Gini of counts in police sectors, mean over {periods}"),
        ("generalised_gini", "generalised_gini", f"Generalised Gini of counts in police sectors, mean over {periods}"),
        ("chance_gini", "chance_gini", f"Gini of counts in police sectors at equal risk, {periods}; exact"),
    ):
        yield Value(name=f"sector_{key}_{name}", value=row[column], label=label, n=number, format=".2f")
    yield Value(
        name=f"sector_risk_gini_{name}",
        value=row["risk_gini"],
        interval=(row["risk_lower"], row["risk_upper"]),
        n=number,
        label=f"Gini of the underlying risk of police sectors within {periods}; {words}, sectors drawn again",
        format=".2f",
    )
