"""How firmly an estimate stands: equivalence bounds, one country left out, what a control takes away."""

from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np

from citizen_security import measures
from citizen_security.figures import theme

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

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
    """Finding of the equivalence tests: how many reach which verdict.

    Parameters
    ----------
    table : pandas.DataFrame
        verdict.

    Returns
    -------
    str
    """
    counts = table["verdict"].str.split(":").str[0].value_counts()
    if len(counts) == 1:
        return f"Poverty: {counts.index[0]}, whichever errors are trusted"
    return "Poverty: " + "; ".join(f"{verdict} by {count} of {len(table)}" for verdict, count in counts.items())


def plot_influence(table: "pd.DataFrame", regressor: str, estimate: float, lower: float, upper: float) -> "Figure":
    """Estimate without each country in turn, against the estimate with all.

    Parameters
    ----------
    table : pandas.DataFrame
        iso3 (or names in its place), estimate.
    regressor : str
    estimate, lower, upper : float
        Of the full sample.

    Returns
    -------
    matplotlib.figure.Figure
    """
    ordered = table.sort_values("estimate", ignore_index=True)
    figure, axis = plt.subplots(figsize=(8, 1.4 + 0.2 * len(ordered)), layout="constrained")
    axis.axvspan(lower, upper, color=theme.SKY, alpha=0.2, linewidth=0, label="interval of the full sample")
    axis.axvline(0, color=theme.INK, linewidth=1)
    axis.axvline(estimate, color=theme.BLUE, linewidth=1.5, linestyle="--", label="full sample")
    other_side = np.sign(ordered["estimate"]) != np.sign(estimate)
    colours = [theme.VERMILION if changed else theme.BLUE for changed in other_side]
    axis.scatter(ordered["estimate"], ordered.index, c=colours, s=26, zorder=3)
    axis.set_yticks(range(len(ordered)), ordered["iso3"], fontsize="small")
    axis.set_ylim(-0.7, len(ordered) - 0.3)
    label = measures.label(regressor)
    axis.set_xlabel(f"{label}: homicides per 100,000 per unit, without the country named")
    axis.legend(loc="upper left", bbox_to_anchor=(1, 1), fontsize="small")
    figure.suptitle(title_influence(table, regressor), x=0.01, ha="left", fontweight="bold")
    return figure


def title_influence(table: "pd.DataFrame", regressor: str) -> str:
    """Finding of the leave-one-out estimates: their range, and the country that moves them most.

    Parameters
    ----------
    table : pandas.DataFrame
        iso3, estimate, change.
    regressor : str

    Returns
    -------
    str
    """
    strongest = table["iso3"].iloc[int(table["change"].abs().to_numpy().argmax())]
    low, high = (f"{value:.2f}".replace("-", "−") for value in (table["estimate"].min(), table["estimate"].max()))
    label = measures.label(regressor)
    return f"{label}: from {low} to {high} as one country leaves;\nmost without {strongest}"


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
    """Finding: in how many comparisons holding poverty constant changes the effect of inequality for certain.

    Parameters
    ----------
    table : pandas.DataFrame
        change_lower, change_upper.

    Returns
    -------
    str
    """
    sure = int(((table["change_lower"] > 0) | (table["change_upper"] < 0)).sum())
    counted = "None" if sure == 0 else str(sure)
    effect = f"{measures.INEQUALITY}'s effect"
    return f"{counted} of {len(table)} intervals for what poverty takes out of {effect} leave out zero"


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
    if chosen.empty:
        return f"None of {len(known)} drivers stands out once their number is reckoned with"
    names = [measures.label(name) for name in chosen["regressor"]]
    return f"Of {len(known)} drivers, once their number is reckoned with, these stand out:\n{', '.join(names)}"
