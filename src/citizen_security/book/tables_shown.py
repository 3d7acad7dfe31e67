"""The page that shows the tables which no notebook analyses: printed figures beside published ones, and charts."""

from pathlib import Path

import pandas as pd

from citizen_security.book.markdown import reference, table, text
from citizen_security.figures import tables_shown as charts
from citizen_security.tables import catalog

PAGE = Path("data") / "shown.md"
CHARTS = ("inequality", "regimes", "brazilian_states", "mexican_states")

# Years that a list of 2017 may have meant.
FIRST, LAST = 2008, 2017


def tables_shown() -> dict[Path, str]:
    """The page and its charts, by their paths in the book's sources."""
    countries = catalog.load("countries")
    drawn = {
        "inequality": charts.inequality(catalog.load("world_gini"), countries),
        "regimes": charts.regimes(catalog.load("regime_year"), countries),
        "brazilian_states": charts.brazilian_states(catalog.load("brazil_state_year")),
        "mexican_states": charts.mexican_states(catalog.load("mexico_municipality_quarter")),
    }
    published = catalog.load("country_year")
    page = _page(
        catalog.load("most_violent_countries"),
        catalog.load("private_security_personnel"),
        catalog.load("cost_of_violence"),
        published,
    )
    return {PAGE: page, **{Path("generated") / f"{name}.html": chart.html for name, chart in drawn.items()}}


def nearest_year(printed: "pd.Series[float]", published: pd.DataFrame) -> tuple[int, float] | None:
    """The year whose published rates lie nearest to a printed list, and how far off they are on average.

    Parameters
    ----------
    printed : pandas.Series
        Homicide rate by ISO code.
    published : pandas.DataFrame
        iso3, year, homicide_rate.

    Returns
    -------
    tuple
        Year, and mean absolute difference in victims per 100,000 people; of equals the earlier. Years in which a
        country of the list has no rate are judged by the others, if these are at least half; None if in every year
        they are fewer.
    """
    wide = published.pivot(index="iso3", columns="year", values="homicide_rate").reindex(printed.index)
    wide = wide.loc[:, wide.notna().mean() >= 0.5]
    distance = wide.sub(printed, axis=0).abs().mean().loc[FIRST:LAST]
    if distance.empty:
        return None
    return int(str(distance.idxmin())), float(distance.min())


def _page(violent: pd.DataFrame, guards: pd.DataFrame, cost: pd.DataFrame, published: pd.DataFrame) -> str:
    lists = "\n\n".join(_list_section(int(str(number)), rows, published) for number, rows in violent.groupby("list"))
    return f"""# Tables in pictures

What you will learn here: what the tables hold that no notebook analyses, printed figures beside published ones and
series to choose from. Nothing is estimated on this page.

## Most violent countries, as printed

From {reference("most_violent_countries")}, beside the rates of {reference("country_year")}.

{lists}

## Private guards, as printed

From {reference("private_security_personnel")}, over the people of {reference("country_year")} in the same year.

{_guards(guards, published)}

## The cost of violence, as printed

From {reference("cost_of_violence")}, which states no year, beside the mean homicide rate of {FIRST}–{LAST}.

{_cost(cost, published)}

## Inequality in the region

From {reference("world_gini")}.

{_chart("inequality")}

## Democracy, state violence and corruption

From {reference("regime_year")}.

{_chart("regimes")}

## Brazilian states

From {reference("brazil_state_year")}.

{_chart("brazilian_states")}

## Mexican states

From {reference("mexico_municipality_quarter")}, summed over its municipalities and the quarters of a year.

{_chart("mexican_states")}

## What these pictures cannot show

Printed figures name neither their method nor, in part, their year; that they lie near a published series says where
they may come from. A line in a chart is a count or an index of its publisher, with the breaks that its table notes.
"""


def _chart(name: str) -> str:
    return f"```{{raw}} html\n:file: ../generated/{name}.html\n```"


def _list_section(number: int, rows: pd.DataFrame, published: pd.DataFrame) -> str:
    coded = rows.dropna(subset="iso3").set_index("iso3")["homicide_rate"]
    stated = f"List {number}, year as printed: {text(rows['year_as_stated'].iloc[0])}."
    nearest = nearest_year(coded, published)
    if nearest is None:
        return f"{stated} No year has published rates of at least half of these places."
    year, distance = nearest
    rates = published[published["year"] == year].set_index("iso3")["homicide_rate"]
    cells = [
        (str(row.position), text(row.country_as_printed), f"{row.homicide_rate:.1f}", _number(rates.get(row.iso3)))
        for row in rows.itertuples()
    ]
    return (
        f"{stated} Of {FIRST} to {LAST}, the rates published for {year} lie nearest, {distance:.1f} per 100,000 off on "
        "average.\n\n"
        + table(["Position", "Country as printed", "Rate as printed", f"Rate published for {year}"], cells)
    )


def _guards(guards: pd.DataFrame, published: pd.DataFrame) -> str:
    merged = guards.merge(published[["iso3", "year", "population"]], on=["iso3", "year"], how="left")
    counts = merged["registered_private_security_personnel"]
    rates = 1e5 * counts / merged["population"]
    rows = [
        (text(country), str(year), f"{count:,}", _number(rate, 0))
        for country, year, count, rate in zip(merged["country"], merged["year"], counts, rates, strict=True)
    ]
    return table(["Country", "Year", "Guards as printed", "Guards per 100,000 people"], rows)


def _cost(cost: pd.DataFrame, published: pd.DataFrame) -> str:
    rates = published[published["year"].between(FIRST, LAST)].groupby("iso3")["homicide_rate"].mean()
    rows = [
        (text(row.country), f"{row.cost_percent_of_gdp:.1f}", _number(rates.get(row.iso3)))
        for row in cost.sort_values("cost_percent_of_gdp", ascending=False).itertuples()
    ]
    return table(["Country", "Cost of violence as printed, % of GDP", "Mean homicides per 100,000 people"], rows)


def _number(value: float | None, digits: int = 1) -> str:
    return "" if value is None or pd.isna(value) else f"{value:,.{digits}f}"
