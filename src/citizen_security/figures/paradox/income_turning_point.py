"""Homicide over income: curves, where they turn, where they rise, and which countries lie beyond."""

import textwrap
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import FuncFormatter, NullLocator

from citizen_security import measures
from citizen_security.figures import theme
from citizen_security.figures.end_labels import label_ends
from citizen_security.figures.paradox.point_names import name_points
from citizen_security.words import listed

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COMPARISON_LABELS = {"pooled": "Pooled", "between": "Between countries", "within": "Within countries"}

METHOD_COLOURS = {"delta": theme.BLUE, "Fieller": theme.VERMILION, "bootstrap": theme.GREEN}
METHOD_LABELS = {"delta": "delta method", "Fieller": "Fieller", "bootstrap": "bootstrap of countries"}

INCOME_AXIS = "Income per head, thousand international dollars of 2021 (log scale)"
INCOME_TICKS = np.array([0.1, 0.2, 0.5, 1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 500, 1000]) * 1000

# Intervals are drawn this many times beyond the observed incomes, and end there in an arrow.
BEYOND = 4.0


def source_line(release: str) -> str:
    """Publishers and releases behind the figures; `release` is that of the homicide rates."""
    return f"UNODC ({release} release); World Bank WDI, February 2026; own calculation"


def plot_curves(
    points: "pd.DataFrame",
    parabolas: "pd.DataFrame",
    splines: "pd.DataFrame",
    tests: "pd.DataFrame",
    verdicts: "pd.DataFrame",
    *,
    outcome: str,
) -> "Figure":
    """Homicide over income in each comparison, with a parabola and a spline through it.

    Parameters
    ----------
    points : pandas.DataFrame
        comparison, income, outcome.
    parabolas, splines : pandas.DataFrame
        comparison, income, estimate, band_lower, band_upper.
    tests : pandas.DataFrame
        comparison, shape, p_value, observations.
    verdicts : pandas.DataFrame
        comparison, method, shape established ("none" where there is none).
    outcome : {"rate", "log_rate"}

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = _panels(parabolas)
    for axis, comparison in zip(axes, parabolas["comparison"].unique(), strict=True):
        own = points[points["comparison"] == comparison]
        parabola = parabolas[parabolas["comparison"] == comparison]
        spline = splines[splines["comparison"] == comparison]
        axis.scatter(own["income"], own["outcome"], s=9 if len(own) > 100 else 22, color=theme.GREY, alpha=0.35)
        axis.fill_between(
            spline["income"], spline["band_lower"], spline["band_upper"], color=theme.ORANGE, alpha=0.25, linewidth=0
        )
        axis.plot(spline["income"], spline["estimate"], color=theme.ORANGE, linewidth=2, label="spline, with its band")
        axis.plot(
            parabola["income"], parabola["estimate"], color=theme.BLUE, linewidth=2, linestyle="--", label="parabola"
        )
        test = tests[(tests["comparison"] == comparison) & (tests["shape"] == "inverted U")].iloc[0]
        axis.set_title(
            f"{COMPARISON_LABELS[comparison]}, N = {test['observations']:,}\ninverted U: p = {test['p_value']:.2f}",
            fontsize="medium",
            fontweight="normal",
        )
    axes[0].set_ylabel(f"{measures.OUTCOMES[outcome].label.capitalize()}\nabove or below the mean")
    _finish(axes)
    _name_ends(axes)
    figure.suptitle(title_curves(verdicts), x=0.01, ha="left", fontweight="bold")
    return figure


def title_curves(verdicts: "pd.DataFrame") -> str:
    """Finding of the U tests: in which comparisons an inverted U is established.

    Parameters
    ----------
    verdicts : pandas.DataFrame
        comparison, method, shape.

    Returns
    -------
    str
    """
    where = _where(verdicts, "parabola")
    return f"By the parabola's test at both ends, homicide rises with income and then falls\n{where}"


def plot_turning_points(table: "pd.DataFrame") -> "Figure":
    """Turning points with three kinds of interval, over the incomes that were observed.

    Parameters
    ----------
    table : pandas.DataFrame
        comparison, method, turns, estimate, kind, lower, upper, low_income, high_income.

    Returns
    -------
    matplotlib.figure.Figure
    """
    comparisons = list(table["comparison"].unique())
    figure, axis = plt.subplots(figsize=(8.4, 1.7 + 0.28 * len(table)), layout="constrained")
    limits = (table["low_income"].min() / BEYOND, table["high_income"].max() * BEYOND)
    labels = []
    unnamed = dict(METHOD_LABELS)
    for group, comparison in enumerate(comparisons):
        own = table[table["comparison"] == comparison]
        observed = own.iloc[0]
        axis.fill_betweenx(
            [group - 0.42, group + 0.42],
            observed["low_income"],
            observed["high_income"],
            color=theme.SKY,
            alpha=0.18,
            linewidth=0,
        )
        for shift, (_, row) in zip((-0.25, 0.0, 0.25), own.iterrows(), strict=True):
            _draw_set(axis, row, group + shift, limits, unnamed)
        labels.append(f"{COMPARISON_LABELS[comparison]}\n(a {observed['turns']})")
    axis.set_yticks(range(len(comparisons)), labels)
    axis.set_ylim(len(comparisons) - 0.3, -0.5)
    axis.grid(visible=False, axis="y")
    axis.set_xscale("log")
    axis.set_xlim(*limits)
    middle = float(np.sqrt(observed["low_income"] * observed["high_income"]))
    axis.text(middle, group + 0.45, "observed incomes", ha="center", va="top", fontsize="small")
    _income_axis(axis)
    axis.set_xlabel(f"{INCOME_AXIS}\n(arrows: the interval goes on)")
    label_ends(axis)
    figure.suptitle(title_turning_points(table), x=0.01, ha="left", fontweight="bold")
    return figure


def title_turning_points(table: "pd.DataFrame") -> str:
    """Finding: in which comparisons Fieller's method bounds the turning point on both sides.

    Parameters
    ----------
    table : pandas.DataFrame
        comparison, method, kind.

    Returns
    -------
    str
    """
    fieller = table[table["method"] == "Fieller"]
    closed = fieller[fieller["kind"] == "interval"]["comparison"]
    if closed.empty:
        return "Fieller's set for the turning point has no end, whatever is compared"
    return f"Fieller's set for the turning point is an interval {_named(closed)}"


def plot_slopes(
    slopes: "pd.DataFrame",
    words: "Mapping[str, str]",
    verdicts: "pd.DataFrame",
    *,
    outcome: str,
    confidence_level: float,
) -> "Figure":
    """Slope of the spline at each income, with a pointwise and a simultaneous band.

    Parameters
    ----------
    slopes : pandas.DataFrame
        comparison, income, estimate, lower, upper, band_lower, band_upper.
    words : mapping
        What each comparison establishes, in words.
    verdicts : pandas.DataFrame
        comparison, method, shape established.
    outcome : {"rate", "log_rate"}
    confidence_level : float

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = _panels(slopes)
    for axis, comparison in zip(axes, slopes["comparison"].unique(), strict=True):
        own = slopes[slopes["comparison"] == comparison]
        level = f"{100 * confidence_level:g}%"
        for low, high, alpha, label in (
            ("band_lower", "band_upper", 0.18, f"{level} for the whole curve at once"),
            ("lower", "upper", 0.35, f"{level} at each income"),
        ):
            axis.fill_between(own["income"], own[low], own[high], color=theme.ORANGE, alpha=alpha, linewidth=0)
            axis.plot(own["income"], own[high], color=theme.ORANGE, linewidth=0.8, label=label)
        axis.plot(own["income"], own["estimate"], color=theme.INK, linewidth=1.8, label="slope of the spline")
        axis.axhline(0, color=theme.INK, linewidth=1)
        axis.set_title(
            _folded(COMPARISON_LABELS[comparison], words[comparison]), fontsize="medium", fontweight="normal"
        )
    axes[0].set_ylabel(f"{measures.OUTCOMES[outcome].label.capitalize()}\nper log point of income")
    _finish(axes)
    _name_ends(axes)
    figure.suptitle(title_slopes(verdicts), x=0.01, ha="left", fontweight="bold")
    return figure


def title_slopes(verdicts: "pd.DataFrame") -> str:
    """Finding of the spline's slopes: in which comparisons they establish an inverted U.

    Parameters
    ----------
    verdicts : pandas.DataFrame
        comparison, method, shape.

    Returns
    -------
    str
    """
    return f"Without a parabola, a rise and then a fall is told from chance\n{_where(verdicts, 'spline')}"


def plot_highest_points(draws: "pd.DataFrame", estimates: "Mapping[str, float]") -> "Figure":
    """Where the spline is highest, over draws of countries.

    Parameters
    ----------
    draws : pandas.DataFrame
        comparison, income, inside.
    estimates : mapping
        Comparison → income at which the fitted spline is highest.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = _panels(draws, sharey=True)
    low, high = draws["income"].min(), draws["income"].max()
    bins = np.geomspace(low, high * (1 + 1e-9), 31)
    tops: dict[str, tuple[float, Axes, float]] = {}
    for axis, comparison in zip(axes, draws["comparison"].unique(), strict=True):
        own = draws[draws["comparison"] == comparison]
        share = np.full(len(own), 100 / len(own))
        inside = own["inside"].to_numpy()
        heights, _, _ = axis.hist(
            [own["income"][inside], own["income"][~inside]],
            bins=list(bins),
            weights=[share[inside], share[~inside]],
            stacked=True,
            color=[theme.BLUE, theme.ORANGE],
            linewidth=0,
        )
        within, whole = np.asarray(heights)
        for name, parts in (("inside", within), ("at an end", whole - within)):
            tallest = int(np.argmax(parts))
            if parts[tallest] > tops.get(name, (0.0,))[0]:
                tops[name] = (float(parts[tallest]), axis, float(bins[tallest]))
        axis.axvline(estimates[comparison], color=theme.INK, linestyle="--", linewidth=1.5)
        axis.set_title(
            f"{COMPARISON_LABELS[comparison]}\n{100 * inside.mean():.0f}% inside",
            fontsize="medium",
            fontweight="normal",
        )
    axes[0].set_ylabel("% of the draws")
    _finish(axes, "inside: within the observed incomes; at an end: where they begin or stop; dashed: the fitted spline")
    for name, (height, axis, income) in tops.items():
        name_points(axis, [(income, height)], [name])
    figure.suptitle(title_highest_points(draws), x=0.01, ha="left", fontweight="bold")
    return figure


def title_highest_points(draws: "pd.DataFrame") -> str:
    """Finding: how far apart the places lie at which the curve is highest.

    Parameters
    ----------
    draws : pandas.DataFrame
        comparison, inside.

    Returns
    -------
    str
    """
    inside = 100 * draws.groupby("comparison", sort=False)["inside"].mean()
    shares = ", ".join(f"{share:.0f}% {COMPARISON_LABELS[str(name)].lower()}" for name, share in inside.items())
    return f"The curve is highest inside the observed incomes in\n{shares} (share of draws)"


def plot_countries(beyond: "pd.DataFrame", *, comparison: str) -> "Figure":
    """Latest income of each country, and how sure it is that the curve has turned before it.

    Parameters
    ----------
    beyond : pandas.DataFrame
        comparison, iso3 (or names in its place), year, income, turning_point, turns, above, share_above.
    comparison : {"pooled", "between", "within"}
        Which is drawn.

    Returns
    -------
    matplotlib.figure.Figure
    """
    own = beyond[beyond["comparison"] == comparison].reset_index(drop=True)
    figure, axis = plt.subplots(figsize=(8, 1.6 + 0.21 * len(own)), layout="constrained")
    dots = axis.scatter(
        own["income"], own.index, c=100 * own["share_above"], cmap="cividis", vmin=0, vmax=100, s=42, zorder=3
    )
    place = float(own["turning_point"].iloc[0])
    limits = (own["income"].min() / 1.3, own["income"].max() * 1.3)
    if limits[0] <= place <= limits[1]:
        axis.axvline(place, color=theme.VERMILION, linestyle="--", linewidth=1.5)
    axis.set_xscale("log")
    axis.set_xlim(*limits)
    _income_axis(axis)
    axis.set_yticks(
        range(len(own)),
        [f"{name}, {year}" for name, year in zip(own["iso3"], own["year"], strict=True)],
        fontsize="small",
    )
    axis.set_ylim(-0.7, len(own) - 0.3)
    if limits[0] <= place <= limits[1]:
        name_points(axis, [(place, len(own) - 0.9)], [f"turning point: {place:,.0f}"])
    axis.set_xlabel(INCOME_AXIS)
    figure.colorbar(dots, ax=axis, label="beyond the turning point, % of draws that turn the same way", shrink=0.8)
    figure.suptitle(title_countries(own), x=0.01, ha="left", fontweight="bold")
    return figure


def title_countries(own: "pd.DataFrame") -> str:
    """Finding: how many countries lie beyond the turning point of one comparison, and for how many that is sure.

    Parameters
    ----------
    own : pandas.DataFrame
        comparison, turns, above, share_above; one comparison.

    Returns
    -------
    str
    """
    sure = int((own["share_above"] >= 0.95).sum())
    label = COMPARISON_LABELS[own["comparison"].iloc[0]].lower()
    return (
        f"{int(own['above'].sum())} of {len(own)} countries lie beyond the {own['turns'].iloc[0]} of the parabola "
        f"{label};\nin 95% of the draws or more, {sure or 'none'}"
    )


def _where(verdicts: "pd.DataFrame", method: str) -> str:
    """Comparisons in which one method establishes an inverted U."""
    return _named(verdicts[(verdicts["method"] == method) & (verdicts["shape"] == "inverted U")]["comparison"])


def _named(comparisons: "pd.Series[str]") -> str:
    return listed([COMPARISON_LABELS[name].lower() for name in comparisons]) if len(comparisons) else "in no comparison"


def _draw_set(
    axis: "Axes", row: "pd.Series[float]", height: float, limits: tuple[float, float], unnamed: dict[str, str]
) -> None:
    """Draw the incomes of an interval, or of all but an interval, clipped to the limits with arrows.

    The first line of a method bears its name, which is then taken from those that are unnamed.
    """
    low, high = limits
    colour = METHOD_COLOURS[str(row["method"])]
    pieces = {
        "interval": [(row["lower"], row["upper"])],
        "two rays": [(0.0, row["lower"]), (row["upper"], np.inf)],
        "every income": [(0.0, np.inf)],
    }.get(str(row["kind"]), [])
    shown = [(max(start, low), min(end, high)) for start, end in pieces if max(start, low) < min(end, high)]
    for left, right in shown:
        # The name stands at the right end.
        label = unnamed.pop(str(row["method"]), None) if (left, right) == shown[-1] else None
        axis.plot([left, right], [height, height], color=colour, linewidth=2, label=label, solid_capstyle="butt")
        for place, marker in ((left, "<"), (right, ">")):
            if place in limits:
                axis.plot(place, height, marker, color=colour, markersize=6, clip_on=False)
    if low <= row["estimate"] <= high:
        axis.plot(row["estimate"], height, "o", color=colour, markersize=6)


def _panels(table: "pd.DataFrame", *, sharey: bool = False) -> "tuple[Figure, list[Axes]]":
    count = table["comparison"].nunique()
    figure, axes = plt.subplots(
        1, count, figsize=(1.5 + 3 * count, 4.4), layout="constrained", squeeze=False, sharex=True, sharey=sharey
    )
    return figure, list(axes[0])


def _finish(axes: "list[Axes]", marks: str = "") -> None:
    """Axes of income, whose name and what the marks are stands below the middle one."""
    for axis in axes:
        axis.set_xscale("log")
        _income_axis(axis)
    axes[len(axes) // 2].set_xlabel(f"{INCOME_AXIS}\n{marks}".strip())


def _name_ends(axes: "list[Axes]") -> None:
    """Names of lines beside their ends in the last panel."""
    axes[-1].set_ylim(*axes[-1].get_ylim())
    label_ends(axes[-1])


def _income_axis(axis: "Axes") -> None:
    low, high = axis.get_xlim()
    axis.set_xticks([tick for tick in INCOME_TICKS if low <= tick <= high])
    axis.xaxis.set_minor_locator(NullLocator())
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value / 1000:g}"))


def _folded(label: str, words: str) -> str:
    """Label and words in lines that fit over one of three panels."""
    return "\n".join([label, *textwrap.wrap(words, 27)])
