"""Coefficient plots: one panel per driver in its own units, one row per model, with intervals."""

from collections.abc import Sequence
from textwrap import fill
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from citizen_security import measures
from citizen_security.figures import theme
from citizen_security.figures.paradox.point_names import name_points
from citizen_security.words import listed, out_of, signed

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FIXED_EFFECTS_LABELS = {
    "none": "pooled",
    "year": "year effects",
    "country": "country effects",
    "two_way": "country and year effects",
}

MARKERS = ("o", "s", "D", "^", "v", "P", "X")

# What the rows of a plot differ in, within a title.
ROWS = {
    "method": "the rule for the error",
    "specification": "the other drivers held constant",
    "estimator": "the way to compare",
    "sample": "the sample",
}
# Letters of a line of the title, which the narrowest plot of three panels takes.
TITLE_WIDTH = 84
# Letters of a line below a panel, and the width of a letter of a row's name in inches.
PANEL_WIDTH, LETTER = 24, 0.075

# Beside an interval whose errors have too few degrees of freedom.
DISTRUSTED = "†"
LEGEND = f"{DISTRUSTED} too few degrees of freedom to be trusted"


def plot_coefficients(coefficients: "pd.DataFrame", *, model: str = "specification", columns: int = 3) -> "Figure":
    """Estimates with their intervals, one panel per regressor and one row per model.

    Each panel has its own horizontal scale, since the drivers have different units; the same model keeps its colour
    and marker, filled where the interval leaves out zero; a dagger stands over what is not to be trusted.

    Parameters
    ----------
    coefficients : pandas.DataFrame
        regressor, estimate, lower, upper, outcome, confidence_level, and the column that `model` names; with trusted
        (bool), intervals with too few degrees of freedom are marked.
    model : str
        Column that tells the models apart; they are drawn in order of appearance.
    columns : int
        Panels side by side at most.

    Returns
    -------
    matplotlib.figure.Figure
    """
    regressors = list(dict.fromkeys(coefficients["regressor"]))
    models = list(dict.fromkeys(coefficients[model]))
    width = min(columns, len(regressors))
    height = -(-len(regressors) // width)
    figure, axes = plt.subplots(
        height,
        width,
        figsize=(2.2 * width + 0.6 + LETTER * max(map(len, models)), (0.3 * len(models) + 1.05) * height + 0.9),
        sharey=True,
        squeeze=False,
        layout="constrained",
    )
    for axis, regressor in zip(axes.flat, regressors, strict=False):
        _draw_panel(axis, coefficients[coefficients["regressor"] == regressor], model, models)
        axis.set_title(measures.label(regressor), fontsize="small")
        axis.set_xlabel(fill(measures.step(regressor), PANEL_WIDTH), fontsize="small")
    for axis in axes.flat[len(regressors) :]:
        axis.set_visible(False)
    figure.suptitle(title_coefficients(coefficients, model), x=0.01, ha="left", fontweight="bold", fontsize="medium")
    return figure


def title_coefficients(coefficients: "pd.DataFrame", model: str = "specification") -> str:
    """Finding of a coefficient plot: for how many drivers it hangs on the row whether the interval leaves out zero.

    Rows are the same countries asked in other ways, so that counting them would count one finding several times.

    Parameters
    ----------
    coefficients : pandas.DataFrame
        regressor, lower, upper, outcome, confidence_level; trusted (bool) where it is known.
    model : str
        Column that tells the rows apart.

    Returns
    -------
    str
        With the legend of the dagger where an interval has one.
    """
    outside = (coefficients["lower"] > 0) | (coefficients["upper"] < 0)
    share = outside.groupby(coefficients["regressor"], sort=False).mean()
    hanging = int(((share > 0) & (share < 1)).sum())
    always = [measures.label(name) for name in share.index[share == 1]]
    rows = ROWS[model]
    hangs = f"Whether chance is ruled out hangs on {rows} in {out_of(hanging, len(share), 'drivers', 'driver')}"
    surely = f"ruled out for {listed(always) if always else 'no driver'}, whatever {rows}"
    found = [hangs, f"it is {surely}" if always else ""] if hanging else [f"Chance is {surely}"]
    level = coefficients["confidence_level"].iloc[0]
    outcome = measures.OUTCOMES[coefficients["outcome"].iloc[0]].label
    said = fill("; ".join(part for part in found if part), TITLE_WIDTH)
    marked = f"\n{LEGEND}" if any(_distrusted(row) for _, row in coefficients.iterrows()) else ""
    return f"{said}\n{outcome.capitalize()}, with {100 * level:g}% intervals{marked}"


def plot_partial(
    partial: "pd.DataFrame", regressor: str, outcome: str, names: "pd.Series[str]", *, labelled: int = 8
) -> "Figure":
    """Scatter of outcome against one driver, everything else taken out of both, with the fitted line.

    Parameters
    ----------
    partial : pandas.DataFrame
        iso3, year, regressor, outcome, weight, from the partial residuals of a fit.
    regressor, outcome : str
        Columns of the panel, for the labels.
    names : pandas.Series
        Country name by ISO code.
    labelled : int
        How many country-years that pull the line most are named.

    Returns
    -------
    matplotlib.figure.Figure
    """
    pull = partial["weight"] * partial["regressor"] * partial["outcome"]
    slope = float(pull.sum() / (partial["weight"] * partial["regressor"] ** 2).sum())
    strongest = pull.abs().nlargest(min(labelled, len(partial))).index
    figure, axis = plt.subplots(figsize=(8, 5.2), layout="constrained")
    axis.scatter(partial["regressor"], partial["outcome"], s=14, color=theme.GREY, alpha=0.55, linewidths=0)
    named = partial.loc[strongest]
    axis.scatter(named["regressor"], named["outcome"], s=30, color=theme.VERMILION, zorder=3)
    points = list(zip(named["regressor"], named["outcome"], strict=True))
    name_points(axis, points, [f"{names.get(row['iso3'], row['iso3'])} {row['year']}" for _, row in named.iterrows()])
    ends = np.array([partial["regressor"].min(), partial["regressor"].max()])
    axis.plot(ends, slope * ends, color=theme.BLUE, linewidth=2)
    label = measures.label(regressor)
    axis.set_xlabel(f"{label}, what the other terms leave (its own units)")
    axis.set_ylabel(f"{measures.OUTCOMES[outcome].label.capitalize()},\nwhat the other terms leave")
    countries = listed(sorted({str(names.get(code, code)) for code in named["iso3"]}))
    axis.set_title(f"{label}: the country-years that pull the line most are of\n{countries}", fontsize="medium")
    return figure


def style_coefficients(coefficients: "pd.DataFrame", *, model: str = "specification") -> "pd.DataFrame":
    """Table to read: one row per driver, one column per model, each cell estimate and interval.

    Parameters
    ----------
    coefficients : pandas.DataFrame
        regressor, estimate, lower, upper, observations, countries, and the column that `model` names; with trusted
        (bool), a dagger marks what has too few degrees of freedom.
    model : str

    Returns
    -------
    pandas.DataFrame
        Texts; the last two rows count country-years and countries.
    """
    models = list(dict.fromkeys(coefficients[model]))
    cells = coefficients.assign(cell=[_cell(row) for _, row in coefficients.iterrows()])
    table = cells.pivot(index="regressor", columns=model, values="cell")
    table = table.loc[list(dict.fromkeys(coefficients["regressor"])), models].fillna("")
    table.index = [_row_label(regressor) for regressor in table.index]
    first = coefficients.groupby(model)[["observations", "countries"]].agg(_one_or_range)
    table.loc["Country-years"] = [first.loc[name, "observations"] for name in models]
    table.loc["Countries"] = [first.loc[name, "countries"] for name in models]
    return table.rename_axis(index="", columns="")


def style_family(alone: "pd.DataFrame") -> "pd.DataFrame":
    """Table to read: each driver alone as it is quoted, with how much stands behind it.

    Parameters
    ----------
    alone : pandas.DataFrame
        regressor, estimate, lower, upper, p_value, holm_p_value, degrees_of_freedom, effective_clusters, trusted,
        countries, observations.

    Returns
    -------
    pandas.DataFrame
        Texts under human headers.
    """
    return pd.DataFrame(
        {
            "Driver": [_row_label(regressor) for regressor in alone["regressor"]],
            "Effect (interval)": [_cell(row) for _, row in alone.iterrows()],
            "p": [f"{value:.3f}" for value in alone["p_value"]],
            "p, corrected (Holm)": [f"{value:.2f}" for value in alone["holm_p_value"]],
            "Degrees of freedom": [f"{value:.1f}" for value in alone["degrees_of_freedom"]],
            "Effective countries": [f"{value:.1f}" for value in alone["effective_clusters"]],
            "Countries": alone["countries"].to_list(),
            "Country-years": alone["observations"].to_list(),
        }
    )


def style_intervals(intervals: "pd.DataFrame") -> "pd.DataFrame":
    """Table to read: one row per driver and kind of interval.

    Parameters
    ----------
    intervals : pandas.DataFrame
        regressor, method, estimate, lower, upper, standard_error, p_value, outcome, problem, trusted.

    Returns
    -------
    pandas.DataFrame
        Texts under human headers; the interval of a method that the sample cannot carry is missing and says why.
    """
    return pd.DataFrame(
        {
            "Driver": [_row_label(regressor) for regressor in intervals["regressor"]],
            "Kind": intervals["method"].to_list(),
            "Effect (interval)": [_cell(row) for _, row in intervals.iterrows()],
            "Standard error": ["" if np.isnan(value) else f"{value:.3f}" for value in intervals["standard_error"]],
            "p": ["" if np.isnan(value) else f"{value:.3f}" for value in intervals["p_value"]],
            "Problem": intervals["problem"].fillna("").to_list(),
        }
    )


def style_scales(scales: "pd.DataFrame") -> "pd.DataFrame":
    """Table to read: one row per driver and comparison, one column per scale; logs and Poisson in percent.

    Parameters
    ----------
    scales : pandas.DataFrame
        regressor, form, scale (rate, log rate, Poisson), estimate, lower, upper, percent, percent_lower,
        percent_upper, trusted.

    Returns
    -------
    pandas.DataFrame
        Texts under human headers; a row that its sample cannot carry is empty, a dagger marks what has too few
        degrees of freedom.
    """
    rate = scales["scale"] == "rate"
    cells = [
        _cell(row) if whole else _percent_cell(row) for (_, row), whole in zip(scales.iterrows(), rate, strict=True)
    ]
    table = scales.assign(cell=cells).pivot(index=["regressor", "form"], columns="scale", values="cell")
    order = scales[["regressor", "form"]].drop_duplicates()
    table = table.reindex(pd.MultiIndex.from_frame(order)).reset_index().fillna("")
    return pd.DataFrame(
        {
            "Driver": [_row_label(regressor) for regressor in table["regressor"]],
            "Comparison": table["form"],
            "Victims per 100,000": table["rate"],
            "Rate in logs, %": table["log rate"],
            "Poisson, %": table["Poisson"],
        }
    )


def _draw_panel(axis: "Axes", rows: "pd.DataFrame", model: str, models: Sequence[str]) -> None:
    axis.axvline(0, color=theme.INK, linewidth=1)
    for _, row in rows.iterrows():
        position = models.index(row[model])
        colour = theme.CATEGORIES[position % len(theme.CATEGORIES)]
        leaves_out_zero = row["lower"] > 0 or row["upper"] < 0
        axis.plot([row["lower"], row["upper"]], [position, position], color=colour, linewidth=2)
        axis.plot(
            row["estimate"],
            position,
            marker=MARKERS[position % len(MARKERS)],
            color=colour,
            markerfacecolor=colour if leaves_out_zero else "white",
            markersize=7,
            linestyle="none",
        )
        if _distrusted(row):
            place = (row["estimate"], position)
            axis.annotate(DISTRUSTED, place, xytext=(0, 4), textcoords="offset points", ha="center", fontsize="small")
    axis.set_yticks(range(len(models)), labels=list(models))
    axis.set_ylim(len(models) - 0.5, -0.5)
    axis.grid(visible=False, axis="y")
    axis.locator_params(axis="x", nbins=4)


def _cell(row: "pd.Series[Any]") -> str:
    digits = ".3f" if row.get("outcome") == "log_rate" else ".2f"
    return _with_interval(row, ("estimate", "lower", "upper"), digits)


def _percent_cell(row: "pd.Series[Any]") -> str:
    return _with_interval(row, ("percent", "percent_lower", "percent_upper"), ".1f")


def _with_interval(row: "pd.Series[Any]", names: tuple[str, str, str], digits: str) -> str:
    """Number and interval, signed, with a dagger where it is not to be trusted; empty where there is no number."""
    value, lower, upper = (float(row[name]) for name in names)
    if np.isnan(value):
        return ""
    number, low, high = (_end(end, digits) for end in (value, lower, upper))
    if np.isnan(lower) or np.isnan(upper):
        return number
    return f"{number} ({low} to {high}){f' {DISTRUSTED}' if _distrusted(row) else ''}"


def _end(value: float, digits: str) -> str:
    return signed(value, digits) if np.isfinite(value) else "∞" if value > 0 else "−∞"


def _distrusted(row: "pd.Series[Any]") -> bool:
    """Whether an interval is known to have too few degrees of freedom."""
    trusted = row.get("trusted", True)
    return bool(pd.notna(trusted) and not trusted)


def _row_label(regressor: str) -> str:
    return f"{measures.label(regressor)}, {measures.step(regressor)}"


def _one_or_range(counts: "pd.Series[int]") -> str:
    low, high = int(counts.min()), int(counts.max())
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def style_published(compared: "pd.DataFrame") -> "pd.DataFrame":
    """Table to read: published effects beside each driver alone, by estimator.

    Parameters
    ----------
    compared : pandas.DataFrame
        regressor, estimator, published, estimate, lower, upper, holds_published, holds_zero.

    Returns
    -------
    pandas.DataFrame
        Under human headers.
    """
    return pd.DataFrame(
        {
            "Driver": [_row_label(regressor) for regressor in compared["regressor"]],
            "Estimator": compared["estimator"].to_list(),
            "Published": compared["published"].to_list(),
            "Effect (interval)": [_cell(row) for _, row in compared.iterrows()],
            "Interval includes the published": ["yes" if holds else "no" for holds in compared["holds_published"]],
            "Interval includes zero": ["yes" if holds else "no" for holds in compared["holds_zero"]],
        }
    )
