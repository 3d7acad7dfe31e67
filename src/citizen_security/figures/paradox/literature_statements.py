"""How firmly an estimate stands: equivalence bounds, one country left out, what a control takes away."""

from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np

from citizen_security import measures
from citizen_security.figures import theme
from citizen_security.figures.paradox.point_names import name_points
from citizen_security.words import listed

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Rows of most leverage that are named in each panel.
NAMED_ROWS = 3

METHOD_LABELS = {
    "bias-reduced": "Clustered, bias-reduced",
    "clustered": "Clustered by country",
    "jackknife": "Cluster jackknife",
    "wild bootstrap": "Wild cluster bootstrap",
    "Driscoll–Kraay": "Driscoll–Kraay",
}


def plot_equivalence(table: "pd.DataFrame", *, significance: float) -> "Figure":
    """Intervals of one effect by each kind of error, against the band of effects too small to matter.

    Parameters
    ----------
    table : pandas.DataFrame
        method, estimate, lower, upper, verdict, smallest_effect; rows without an interval are not drawn.
    significance : float
        Of the one-sided tests; the intervals are of level 1 − 2α.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(8, 3.4), layout="constrained")
    bound = float(table["smallest_effect"].iloc[0])
    axis.axvspan(-bound, bound, color=theme.GREEN, alpha=0.18, linewidth=0)
    axis.axvline(0, color=theme.INK, linewidth=1)
    for position, (_, row) in enumerate(table.iterrows()):
        if not np.isfinite([row["lower"], row["upper"]]).all():
            continue
        axis.plot([row["lower"], row["upper"]], [position, position], color=theme.BLUE, linewidth=2.5)
        axis.plot(row["estimate"], position, "o", color=theme.BLUE, markersize=7)
    axis.set_yticks(range(len(table)), labels=[METHOD_LABELS.get(name, name) for name in table["method"]])
    axis.set_ylim(len(table) - 0.5, -0.5)
    axis.grid(visible=False, axis="y")
    axis.set_xlabel(
        f"Homicides per 100,000 per point of poverty, {100 * (1 - 2 * significance):g}% intervals\n"
        f"(shaded: effects smaller than {bound:g}, too small to matter)"
    )
    figure.suptitle(title_equivalence(table), x=0.01, ha="left", fontweight="bold")
    return figure


def title_equivalence(table: "pd.DataFrame") -> str:
    """Finding of the equivalence tests: the verdict of the errors that are quoted, and what others say instead.

    Parameters
    ----------
    table : pandas.DataFrame
        method, verdict; the errors that are quoted in the first row.

    Returns
    -------
    str
    """
    verdicts = table["verdict"].str.split(":").str[0]
    first, *others = verdicts.unique()
    if not others:
        return f"Poverty: {first}, whichever errors are trusted"
    return f"Poverty: {first} by the errors that are quoted;\nby others: {listed(others, 'or')}"


def plot_rows(table: "pd.DataFrame", names: "pd.Series[str]") -> "Figure":
    """Every country-year's leverage and pull on each driver's estimate, the few that decide in a colour of their own.

    Parameters
    ----------
    table : pandas.DataFrame
        regressor, iso3, year, partial_leverage, change, deciding_interval.
    names : pandas.Series
        Country name by ISO code.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = _panels(table["regressor"].nunique(), 3.3)
    for axis, (driver, rows) in zip(axes, table.groupby("regressor", sort=False), strict=False):
        axis.axhline(0, color=theme.INK, linewidth=1)
        deciding = rows["deciding_interval"].to_numpy(dtype=bool)
        leverage, change = 100 * rows["partial_leverage"], rows["change"]
        axis.scatter(leverage[~deciding], change[~deciding], s=12, color=theme.GREY, alpha=0.7)
        axis.scatter(leverage[deciding], change[deciding], s=46, color=theme.VERMILION, marker="^", zorder=3)
        _name_rows(axis, rows, names)
        axis.margins(x=0.06, y=0.14)
        axis.set_title(measures.label(str(driver)), fontsize="small")
        axis.set_xlabel("share of the leverage, %", fontsize="small")
        axis.set_ylabel("change without the\ncountry-year, homicides\nper 100,000 per unit", fontsize="small")
    figure.suptitle(title_rows(table, names), x=0.01, ha="left", fontweight="bold")
    return figure


def title_rows(table: "pd.DataFrame", names: "pd.Series[str]") -> str:
    """Finding: the country-years that decide whether each driver's interval includes zero.

    Parameters
    ----------
    table, names
        As `plot_rows`.

    Returns
    -------
    str
    """
    lines = []
    for driver, rows in table.groupby("regressor", sort=False):
        deciding = rows[rows["deciding_interval"]]
        told = [f"{names.get(row.iso3, row.iso3)} {row.year}" for row in deciding.itertuples()]
        lines.append(f"{measures.label(str(driver))}: {listed(told) if told else 'no small set found'}")
    return "Whether the interval includes zero hangs on\n" + "\n".join(lines)


def plot_without_countries(table: "pd.DataFrame", names: "pd.Series[str]") -> "Figure":
    """Each driver's estimate and interval without every country in turn, those that turn it in a colour of their own.

    Parameters
    ----------
    table : pandas.DataFrame
        regressor, iso3, estimate, lower, upper (without the country), turns (whether the interval begins or ceases to
        include zero), estimate_all, lower_all, upper_all.
    names : pandas.Series
        Country name by ISO code.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = _panels(table["regressor"].nunique(), 4.2)
    for axis, (driver, rows) in zip(axes, table.groupby("regressor", sort=False), strict=False):
        ordered = rows.dropna(subset=["lower"]).sort_values("estimate", ignore_index=True)
        colours = [theme.VERMILION if turns else theme.BLUE for turns in ordered["turns"]]
        everything = rows.iloc[0]
        axis.axvspan(everything["lower_all"], everything["upper_all"], color=theme.SKY, alpha=0.2, linewidth=0)
        axis.axvline(0, color=theme.INK, linewidth=1)
        axis.axvline(everything["estimate_all"], color=theme.BLUE, linewidth=1.2, linestyle="--")
        axis.hlines(ordered.index, ordered["lower"], ordered["upper"], color=colours, linewidth=1)
        axis.scatter(ordered["estimate"], ordered.index, c=colours, s=14, zorder=3)
        axis.set_yticks(
            range(len(ordered)), [str(names.get(code, code)) for code in ordered["iso3"]], fontsize="xx-small"
        )
        axis.set_ylim(-0.7, len(ordered) - 0.3)
        axis.grid(visible=False, axis="y")
        axis.set_title(measures.label(str(driver)), fontsize="small")
        axis.set_xlabel("homicides per 100,000 per unit", fontsize="small")
    figure.suptitle(title_without_countries(table, names), x=0.01, ha="left", fontweight="bold")
    return figure


def title_without_countries(table: "pd.DataFrame", names: "pd.Series[str]") -> str:
    """Finding: the countries any one of which turns whether a driver's interval includes zero.

    Parameters
    ----------
    table, names
        As `plot_without_countries`.

    Returns
    -------
    str
    """
    lines = []
    for driver, rows in table.groupby("regressor", sort=False):
        turning = [str(names.get(iso3, iso3)) for iso3 in rows.loc[rows["turns"], "iso3"]]
        lines.append(f"{measures.label(str(driver))}: {listed(turning, 'or')}")
    return "Whose leaving alone turns whether the interval includes zero\n" + "\n".join(lines)


def _name_rows(axis: "Axes", rows: "pd.DataFrame", names: "pd.Series[str]") -> None:
    """Names of the rows that decide and of those with most leverage."""
    heavy = rows["partial_leverage"].rank(ascending=False, method="first") <= NAMED_ROWS
    named = rows[heavy | rows["deciding_interval"]]
    points = list(zip(100 * named["partial_leverage"], named["change"], strict=True))
    told = [f"{names.get(row['iso3'], row['iso3'])} {row['year']}" for _, row in named.iterrows()]
    name_points(axis, points, told, fontsize="x-small")


def _panels(count: int, height: float) -> "tuple[Figure, list[Axes]]":
    """Panels two abreast, the last hidden where their number is odd."""
    rows = -(-count // 2)
    figure, axes = plt.subplots(
        rows, min(count, 2), figsize=(9, height * rows + 1), squeeze=False, layout="constrained"
    )
    for axis in axes.flat[count:]:
        axis.set_visible(False)
    return figure, list(axes.flat)


def plot_attenuation(table: "pd.DataFrame") -> "Figure":
    """Effect of inequality without and with a measure of poverty, in each comparison.

    Parameters
    ----------
    table : pandas.DataFrame
        comparison, control, without, without_lower, without_upper, with, with_lower, with_upper, change, change_lower,
        change_upper.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(8, 1.6 + 0.75 * len(table)), layout="constrained")
    axis.axvline(0, color=theme.INK, linewidth=1)
    kinds = (
        ("without", f"{measures.INEQUALITY.capitalize()} alone", theme.BLUE, "o", -0.22),
        ("with", "with poverty held constant", theme.ORANGE, "s", 0.0),
        ("change", "what poverty takes out of it", theme.GREY, "D", 0.22),
    )
    for kind, label, colour, marker, shift in kinds:
        rows = np.arange(len(table)) + shift
        axis.hlines(rows, table[f"{kind}_lower"], table[f"{kind}_upper"], color=colour, linewidth=2)
        axis.plot(table[kind], rows, marker, color=colour, markersize=6, label=label)
    names = [
        f"{row['comparison'].capitalize()},\n{measures.MEASURES[row['control']].words}" for _, row in table.iterrows()
    ]
    axis.set_yticks(range(len(table)), names)
    axis.set_ylim(len(table) - 0.5, -0.5)
    axis.grid(visible=False, axis="y")
    axis.set_xlabel(f"{measures.OUTCOMES['rate'].label.capitalize()} {measures.step('gini')}")
    axis.legend(loc="upper center", bbox_to_anchor=(0.4, -0.2), ncols=3, fontsize="small")
    figure.suptitle(title_attenuation(table), x=0.01, ha="left", fontweight="bold")
    return figure


def title_attenuation(table: "pd.DataFrame") -> str:
    """Finding: in which comparisons holding poverty constant changes the effect of inequality for certain.

    Parameters
    ----------
    table : pandas.DataFrame
        comparison, control, change_lower, change_upper.

    Returns
    -------
    str
    """
    sure = table[(table["change_lower"] > 0) | (table["change_upper"] < 0)]
    effect = f"{measures.INEQUALITY}'s effect"
    if sure.empty:
        return f"What poverty takes out of {effect}: every interval includes zero"
    where = [f"{row['comparison']}, {measures.MEASURES[row['control']].words}" for _, row in sure.iterrows()]
    return f"What poverty takes out of {effect} leaves out zero\n{listed(where)}"


def plot_drivers(table: "pd.DataFrame") -> "Figure":
    """Effects of several drivers alone, each for one standard deviation of its own movement.

    Parameters
    ----------
    table : pandas.DataFrame
        regressor, estimate, lower, upper, per_standard_deviation, holm_p_value, observations, countries,
        confidence_level; rows without an estimate are not drawn.

    Returns
    -------
    matplotlib.figure.Figure
    """
    known = table.dropna(subset=["estimate"]).reset_index(drop=True)
    spread = known["per_standard_deviation"] / known["estimate"]
    figure, axis = plt.subplots(figsize=(8, 1.5 + 0.36 * max(len(known), 1)), layout="constrained")
    axis.axvline(0, color=theme.INK, linewidth=1)
    level = float(table["confidence_level"].iloc[0])
    for position, (_, row) in enumerate(known.iterrows()):
        low, high = row["lower"] * spread[position], row["upper"] * spread[position]
        colour = theme.BLUE if row["holm_p_value"] < 1 - level else theme.GREY
        axis.plot([low, high], [position, position], color=colour, linewidth=2)
        axis.plot(row["per_standard_deviation"], position, "o", color=colour, markersize=7)
    names = [measures.label(name) for name in known["regressor"]]
    counts = zip(names, known["observations"], known["countries"], strict=True)
    labels = [f"{name} ({int(rows)}, {int(countries)})" for name, rows, countries in counts]
    axis.set_yticks(range(len(known)), labels)
    axis.set_ylim(max(len(known), 1) - 0.5, -0.5)
    axis.grid(visible=False, axis="y")
    axis.set_xlabel(
        f"Homicides per 100,000 per standard deviation of the driver's own movement, {100 * level:g}% intervals\n"
        "(in brackets: country-years, countries)"
    )
    figure.suptitle(title_drivers(table), x=0.01, ha="left", fontweight="bold")
    return figure


def title_drivers(table: "pd.DataFrame") -> str:
    """Finding: which drivers stand out once their number is reckoned with.

    Parameters
    ----------
    table : pandas.DataFrame
        regressor, estimate, holm_p_value, confidence_level.

    Returns
    -------
    str
    """
    known = table.dropna(subset=["estimate"])
    chosen = known[known["holm_p_value"] < 1 - known["confidence_level"]]
    if len(known) < 2:
        return f"Drivers with figures: {len(known)}; standing out: {len(chosen)}"
    if chosen.empty:
        return f"None of {len(known)} drivers stands out once their number is reckoned with"
    names = [measures.label(name) for name in chosen["regressor"]]
    return f"Of {len(known)} drivers, once their number is reckoned with, these stand out:\n{', '.join(names)}"
