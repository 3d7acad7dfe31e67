"""What the tables of places say in sentences."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from citizen_security.places.every_place.observed import PER_YEAR
from citizen_security.places.every_place.summaries import PlaceTables
from citizen_security.words import listed, out_of, sentences, signed

if TYPE_CHECKING:
    from citizen_security.places.every_place.parameters import EveryPlace

KINDS = {"country": "countries", "state": "states, departments and provinces", "city": "cities"}


def say_scope(places: pd.DataFrame) -> str:
    """How many places of each kind there are.

    Parameters
    ----------
    places : pandas.DataFrame
        Of `place_table`.

    Returns
    -------
    str
    """
    numbers = places["kind"].value_counts()
    return sentences([listed([f"{numbers[kind]} {many}" for kind, many in KINDS.items() if kind in numbers])])


def say_without_population(places: pd.DataFrame) -> str:
    """Which places have counts and no rates.

    Parameters
    ----------
    places : pandas.DataFrame
        Of `place_table`.

    Returns
    -------
    str
    """
    fits = list(places.loc[places["unit"] == PER_YEAR, "fit"].unique())
    if not fits:
        return "Every place has a population, and so a rate."
    return (
        f"For the {listed(fits)} the tables have no population by year. They have counts and changes of counts, and "
        "neither rates nor ranks."
    )


def say_changes(by_fit: pd.DataFrame, since: int, credible_level: float) -> str:
    """In how many places of each kind the risk surely fell and rose.

    Parameters
    ----------
    by_fit : pandas.DataFrame
        Of `changes_by_fit`.
    since : int
    credible_level : float
        Of the intervals that leave out no change.

    Returns
    -------
    str
    """
    sums = by_fit.groupby("kind", sort=False)[["fell", "rose", "places"]].sum()
    fell = [out_of(row["fell"], row["places"], KINDS[str(kind)]) for kind, row in sums.iterrows()]
    rose = [out_of(row["rose"], row["places"], KINDS[str(kind)]) for kind, row in sums.iterrows()]
    sure = f"surely, by {credible_level:.0%} intervals"
    return sentences([f"since {since} the risk fell {sure}, in {listed(fell)}", f"it surely rose in {listed(rose)}"])


def say_coverage(fits: pd.DataFrame, credible_level: float) -> str:
    """How many of the held-out counts lay where their forecast said, in the fits where fewest and most did.

    Parameters
    ----------
    fits : pandas.DataFrame
        Of `fit_table`.
    credible_level : float

    Returns
    -------
    str
    """
    ordered = fits.sort_values("covered")
    shares = [f"{row['covered']:.0%} for the {row['fit']}" for _, row in ordered.iterrows()]
    said = shares if len(shares) < 3 else [shares[0], shares[-1]]
    few = ordered.loc[ordered["covered"] < credible_level, "fit"]
    short = (
        f"where the share is smaller than {credible_level:.0%}, intervals of the next year are too narrow"
        if len(few)
        else "none is smaller than was promised"
    )
    between = "from " + " to ".join(said) if len(said) == 2 else said[0]
    return sentences(
        [f"of held-out counts, the {credible_level:.0%} intervals of their forecasts held {between}", short]
    )


def say_place(tables: PlaceTables, parameters: "EveryPlace") -> str:
    """Latest figure of the chosen place, the risk behind it, its rank, and its change.

    Parameters
    ----------
    tables : PlaceTables
    parameters : EveryPlace
        `place` and `credible_level`.

    Returns
    -------
    str
        In sentences.
    """
    key = parameters.place
    place, now = (_rows_of(frame, key)[0] for frame in (tables.places, tables.now))
    year = next(row for row in _rows_of(tables.years, key) if row["year"] == place["last_year"])
    counts = place["unit"] == PER_YEAR
    figure = f"{year['homicides']:,} homicides" if counts else f"{_rate(year['rate'])} homicides per 100,000"
    lower, upper = (now[f"{'expected' if counts else 'risk'}_{end}"] for end in ("lower", "upper"))
    level = f"{parameters.credible_level:.0%}"
    said = [
        f"{place['name']}: {figure} in {place['last_year']}",
        f"the risk behind it was {_rate(lower)} to {_rate(upper)} {place['unit']} in {now['year']} ({level} interval)",
    ]
    if pd.notna(now["rank"]):
        first, last = now["rank_lower"], now["rank_upper"]
        ends = f"{first}" if first == last else f"{first} to {last}"
        said.append(f"its rank among {now['ranked']} {place['fit']}, highest first, is {ends}")
    return sentences([*said, _say_change(tables.changes, key)])


def say_largest_revision(revisions: pd.DataFrame) -> str:
    """The figure that another release changed most.

    Parameters
    ----------
    revisions : pandas.DataFrame
        Of `revision_table`, not empty.

    Returns
    -------
    str
    """
    row = revisions.iloc[int(revisions["revision_percent"].abs().argmax())]
    return sentences(
        [
            f"the largest revision is that of {row['name']} in {row['year']}: {row['rate_release_2024']:.1f} in the "
            f"earlier release, {row['rate']:.1f} in this one ({signed(row['revision_percent'], '.0f')}%)"
        ]
    )


def _say_change(changes: pd.DataFrame, key: str) -> str:
    row = next((row for row in _rows_of(changes, key) if row["base"]), None)
    if row is None:
        return ""
    ends = f"{signed(row['lower'], '.0f')} to {signed(row['upper'], '.0f')}"
    chance = "more than chance" if row["more_than_chance"] else "no more than chance may bring"
    broken = "; populations before and after are of different censuses" if row["across_break"] else ""
    return (
        f"from {row['since']} to {row['until']} it changed by {signed(row['change_percent'], '.0f')}% ({ends}%), "
        f"{chance}{broken}"
    )


def _rows_of(frame: pd.DataFrame, key: str) -> list[dict[str, Any]]:
    return [{str(name): cell for name, cell in row.items()} for row in frame[frame["key"] == key].to_dict("records")]


def _rate(value: float) -> str:
    """Two digits below ten, whole numbers above."""
    return f"{value:.1f}" if value < 10 else f"{value:,.0f}"
