"""Places beside those that they are ranked among, and one place by itself, as figures and sentences show them."""

from typing import TYPE_CHECKING

import pandas as pd

from citizen_security.places.every_place.observed import PER_YEAR
from citizen_security.places.every_place.summaries import PlaceTables

if TYPE_CHECKING:
    from citizen_security.places.every_place.parameters import EveryPlace


def compared_places(tables: PlaceTables, parameters: "EveryPlace") -> pd.DataFrame:
    """The places of the fit that the chosen place belongs to: their risk now and its change.

    Parameters
    ----------
    tables : PlaceTables
    parameters : EveryPlace
        `place`.

    Returns
    -------
    pandas.DataFrame, one row for each place, highest risk first
        `key`, `name`, `unit`, `fit`, `source_table`, `year`, `value`, `value_lower`, `value_upper` (risk, or expected
        homicides a year where there is no population), `published` and `published_year` (last figure), `rank`,
        `rank_lower`, `rank_upper`, `ranked`, `since`, `until`, `change_percent`, `lower`, `upper`, `more_than_chance`
        (missing where no year before has a figure), `chosen`.
    """
    places = tables.places
    of_place = places.set_index("key").loc[parameters.place]
    own = places.loc[places["fit"] == of_place["fit"], ["key", "name", "unit", "fit", "source_table", "last_year"]]
    counts = of_place["unit"] == PER_YEAR
    value, published = ("expected", "homicides") if counts else ("risk", "rate")
    names = {value: "value", f"{value}_lower": "value_lower", f"{value}_upper": "value_upper"}
    now = tables.now.rename(columns=names)[
        ["key", "year", *names.values(), "rank", "rank_lower", "rank_upper", "ranked"]
    ]
    figures = tables.years.rename(columns={published: "published", "year": "last_year"})
    changes = tables.changes[tables.changes["base"]].drop(columns=["base", "across_break", "probability_of_rise"])
    joined = (
        own.merge(now, on="key", validate="one_to_one")
        .merge(figures[["key", "last_year", "published"]], on=["key", "last_year"], validate="one_to_one")
        .merge(changes, on="key", how="left", validate="one_to_one")
        .rename(columns={"last_year": "published_year"})
    )
    chosen = joined.assign(chosen=joined["key"] == parameters.place)
    return chosen.sort_values("value", ascending=False, ignore_index=True)


def changes_by_fit(tables: PlaceTables) -> pd.DataFrame:
    """In how many places of each fit the risk surely fell or rose since the year shown first.

    Parameters
    ----------
    tables : PlaceTables

    Returns
    -------
    pandas.DataFrame, one row for each fit
        `kind`, `fit`, `places` (with a figure then), `fell`, `rose`, `not_sure`.
    """
    base = tables.changes[tables.changes["base"]].merge(tables.places[["key", "kind", "fit"]], on="key")
    sure = base["more_than_chance"]
    marked = base.assign(fell=sure & (base["upper"] < 0), rose=sure & (base["lower"] > 0), not_sure=~sure)
    table = marked.groupby(["kind", "fit"], sort=False)[["fell", "rose", "not_sure"]].sum()
    return table.assign(places=table.sum(axis=1)).reset_index()


def rank_widths(tables: PlaceTables) -> pd.DataFrame:
    """How widely the ranks of places are known.

    Parameters
    ----------
    tables : PlaceTables

    Returns
    -------
    pandas.DataFrame, one row for each place that has a rank
        `key`, `kind`, `name`, `fit`, `rank`, `ranked`, `width` (upper less lower end, in places).
    """
    ranked = tables.now.dropna(subset=["rank"])
    labelled = ranked.merge(tables.places[["key", "kind", "name", "fit"]], on="key")
    width = (labelled["rank_upper"] - labelled["rank_lower"]).astype(int)
    return labelled.assign(width=width)[["key", "kind", "name", "fit", "rank", "ranked", "width"]]


def one_place(tables: PlaceTables, key: str) -> pd.DataFrame:
    """The series of a place in one form, whether it has rates or counts.

    Parameters
    ----------
    tables : PlaceTables
    key : str

    Returns
    -------
    pandas.DataFrame, one row for each year of the calendar
        `year`, `published`, `published_lower`, `published_upper` (missing where there is no figure), `value`,
        `value_lower`, `value_upper`, `doubted`.
    """
    series = tables.years[tables.years["key"] == key]
    counts = (tables.places.set_index("key").loc[key, "unit"]) == PER_YEAR
    published, value = ("homicides", "expected") if counts else ("rate", "risk")
    named = {
        published: "published", f"{published}_lower": "published_lower", f"{published}_upper": "published_upper",
        value: "value", f"{value}_lower": "value_lower", f"{value}_upper": "value_upper",
    }  # fmt: skip
    return series.rename(columns=named)[["year", *named.values(), "doubted"]].astype({"published": float})
