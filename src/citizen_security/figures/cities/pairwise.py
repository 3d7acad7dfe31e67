"""Pairs of cities: how probable it is that one is above the other, and by how much."""

from typing import TYPE_CHECKING, Any

import numpy as np

from citizen_security.figures import theme

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

PAIR_CHART_TEXT = (
    "Two rows, one for each of two chosen cities: a tick for the raw rate, a dot for the model's rate and a line for "
    "its interval, with the interval of the rank in words. Below, the distribution of the first city's rate over that "
    "of the second, with a dashed line where they are equal, and the probability that the first is higher. Two menus "
    "under the chart choose the cities."
)


def caption_of_pair_chart(credible_level: float, source: str) -> str:
    """What the marks of the chart of two cities are.

    Parameters
    ----------
    credible_level : float
        Of the intervals.
    source : str

    Returns
    -------
    str
    """
    marks = f"Ticks: raw rates; dots and lines: the model's rates with their {credible_level:.0%} intervals"
    return f"{marks}. Source: {source}."


def plot_pairs(matrix: "pd.DataFrame", *, certain: float) -> "Figure":
    """Matrix of the probabilities that the row's city has a higher rate than the column's.

    Parameters
    ----------
    matrix : pandas.DataFrame
        Square, labelled both ways; the diagonal is not a number.
    certain : float
        Share of the pairs whose order has a probability of at least 95%.

    Returns
    -------
    matplotlib.figure.Figure
    """
    from matplotlib import pyplot as plt

    side = 2.2 + 0.5 * len(matrix)
    figure, axes = plt.subplots(figsize=(side + 1.2, side), layout="constrained")
    values = matrix.to_numpy(np.float64)
    axes.imshow(np.ma.masked_invalid(values), cmap="RdBu", vmin=-0.15, vmax=1.15)
    for row, column in np.ndindex(values.shape):
        value = float(values[row, column])
        if np.isfinite(value):
            colour = theme.ON_DEEP if abs(value - 0.5) > 0.35 else theme.ON_PALE
            axes.text(column, row, _percent(value), ha="center", va="center", fontsize="x-small", color=colour)
    axes.set_xticks(range(len(matrix)), matrix.columns, rotation=45, ha="right", fontsize="small")
    axes.set_yticks(range(len(matrix)), matrix.index, fontsize="small")
    axes.grid(visible=False)
    axes.set(xlabel="… than this city", ylabel="Probability (%) that this city has the higher rate …")
    figure.suptitle(_title(len(matrix), certain), x=0.01, ha="left", fontweight="bold")
    return figure


def _title(cities: int, certain: float) -> str:
    if cities == 2:
        return f"The order of these two cities is {'sure' if certain else 'not sure'} at 95%"
    return f"Of these {cities} cities, {certain:.0%} of pairs are in an order that is sure at 95%"


RATE = "Homicides per 100,000 person-years (log scale)"
RATIO = "Rate of the first city over that of the second (log scale)"
WIDTH = 540

# Below three thousand draws the finest that a share of them can say is a hundredth.
FINEST = 0.01


def pair_chart(pairs: "pd.DataFrame", credible_level: float, first: str, second: str, *, dark: bool = False) -> Any:
    """Choose two cities: raw and modelled rates with intervals, ranks, and how their rates compare.

    Parameters
    ----------
    pairs : pandas.DataFrame
        One row for each city, as `citizen_security.cities.city_homicide.pairwise.any_two_cities` makes it.
    credible_level : float
        Probability of the intervals.
    first, second : str
        Labels of the cities that are shown first.
    dark : bool
        In colours for the dark mode.

    Returns
    -------
    altair.VConcatChart
    """
    import altair as alt

    labels = list(pairs["label"])
    menus = [
        alt.param(
            name=name, value=labels.index(shown),
            bind=alt.binding_select(options=list(range(len(labels))), labels=labels, name=f"{title} city: "),
        )
        for name, title, shown in (("first", "First", first), ("second", "Second", second))
    ]  # fmt: skip
    ink = theme.DARK["text"] if dark else theme.INK
    colours = [theme.SKY if dark else theme.BLUE, theme.ORANGE]
    both = alt.vconcat(_two_rates(colours, ink, credible_level), _ratio(colours[0], ink), spacing=28)
    return both.add_params(*menus).properties(datasets={"cities": _city_rows(pairs)})


def _two_rates(colours: list[str], ink: str, credible_level: float) -> Any:
    """Raw rate, modelled rate and interval of both cities, the first on top."""
    import altair as alt

    base = (
        alt.Chart(alt.NamedData("cities"))
        .transform_filter("datum.c == first || datum.c == second")
        .transform_calculate(
            place="datum.c == first ? 0 : 1",
            note="datum.n + '   raw ' + format(datum.r, '.1f') + ', model ' + format(datum.m, '.1f')"
            f" + ', {credible_level:.0%} interval ' + format(datum.l, '.1f') + ' to ' + format(datum.h, '.1f')"
            " + ', rank ' + datum.a + ' to ' + datum.z",
        )
    )
    rows = alt.Y("place:O", axis=None)
    colour = alt.Color("place:O", scale=alt.Scale(domain=[0, 1], range=colours), legend=None)
    rate = alt.Scale(type="log", nice=False, padding=20)
    interval = base.mark_rule(strokeWidth=4).encode(
        x=alt.X("l:Q", title=RATE, scale=rate), x2="h:Q", y=rows, color=colour
    )
    model = base.mark_point(filled=True, size=110, opacity=1).encode(x="m:Q", y=rows, color=colour)
    raw = base.mark_tick(thickness=2, size=22, color=ink).encode(x="r:Q", y=rows)
    text = base.mark_text(align="left", dy=-20, fontSize=12, color=ink).encode(x=alt.value(0), y=rows, text="note:N")
    return alt.layer(interval, model, raw, text).properties(width=WIDTH, height=120)


def _ratio(colour: str, ink: str) -> Any:
    """Distribution of the first city's rate over the second's, and the probability that it is above one."""
    import altair as alt

    pair = (
        alt.Chart(alt.NamedData("cities"))
        .transform_filter("datum.c == first")
        .transform_calculate(key="second")
        .transform_lookup(lookup="key", from_=alt.LookupData(alt.NamedData("cities"), key="c", fields=["n", "d"]),
                          as_=["other", "others"])
        .transform_calculate(share="datum.p[second]")
    )  # fmt: skip
    density = (
        pair.transform_flatten(["d", "others"])
        .transform_calculate(difference="(datum.d - datum.others) / 1000")
        .transform_density("difference", as_=["difference", "density"], steps=80)
        .transform_calculate(ratio="exp(datum.difference)")
        .mark_area(color=colour, opacity=0.6)
        .encode(
            x=alt.X("ratio:Q", title=RATIO, scale=alt.Scale(type="log", nice=False)),
            y=alt.Y("density:Q", axis=None),
        )
    )
    equal = (
        alt.Chart(alt.NamedData("cities"))
        .transform_filter("datum.c == first")
        .mark_rule(color=ink, strokeDash=[4, 3])
        .encode(x=alt.datum(1))
    )
    text = (
        pair.transform_calculate(
            said=f"datum.share > {1 - FINEST} ? 'above {1 - FINEST:.0%}' : datum.share < {FINEST}"
            f" ? 'below {FINEST:.0%}' : format(datum.share, '.0%')",
            note="first == second ? 'One city twice: choose two'"
            " : 'Probability ' + datum.said + ' that ' + datum.n + '\\nhas a higher rate than ' + datum.other",
        )
        .mark_text(align="left", baseline="top", lineBreak="\n", fontSize=13, fontWeight="bold", color=ink)
        .encode(x=alt.value(0), y=alt.value(-40), text="note:N")
    )
    return alt.layer(density, equal, text).properties(width=WIDTH, height=150)


def _city_rows(pairs: "pd.DataFrame") -> list[dict[str, Any]]:
    """One row for each city, its columns named by a letter and its numbers rounded: all of it travels with the page."""
    return [
        {
            "c": position, "n": row["label"], "r": round(row["raw_rate"], 1), "m": round(row["rate"], 1),
            "l": round(row["rate_lower"], 1), "h": round(row["rate_upper"], 1),
            "a": int(row["rank_lower"]), "z": int(row["rank_upper"]),
            "d": np.round(1000 * row["log_rates"]).astype(int).tolist(), "p": np.round(row["higher"], 3).tolist(),
        }
        for position, row in enumerate(pairs.to_dict("records"))
    ]  # fmt: skip


def _percent(value: float) -> str:
    """A share of draws in per cent, never more certain than a hundredth."""
    return ">99" if value > 0.99 else "<1" if value < 0.01 else f"{100 * value:.0f}"
