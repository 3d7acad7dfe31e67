"""Publication bias: funnel, p-values, selection, averaged models, and the pooled effect under each method."""

import textwrap
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import to_hex, to_rgb
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator, PercentFormatter

from citizen_security.figures import theme
from citizen_security.figures.end_labels import label_ends
from citizen_security.figures.headline import headline
from citizen_security.figures.ratio_axis import HALF, MOST, PERCENT_LABEL, in_percent, percent_ticks
from citizen_security.words import signed

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

SCALE_LABELS = {
    "log_ratio": PERCENT_LABEL,
    "standardised_mean_difference": "Standardised mean difference (negative: less crime)",
}
WORLD_LABELS = {
    "all_reported": "every study reported",
    "significant_reported": "non-significant results mostly unreported",
    "small_studies_differ": "all reported, small studies differ",
}
METHOD_LABELS = {
    "random_effects": "Random effects",
    "trim_and_fill": "Trim and fill",
    "pet_peese": "PET-PEESE",
    "three_parameter": "Selection at p = 0.025",
}

# Labels for which there is room on the axis of one of three panels.
NARROW = 3

# Level at which Egger's test is said to reject, as in the notebook's sentence on it.
EGGER_LEVEL = 0.1


def _tinted(share: float) -> str:
    """The theme's background with a share of its grey in it."""
    ground, grey = np.array(to_rgb(theme.LIGHT["background"])), np.array(to_rgb(theme.GREY))
    red, green, blue = (1 - share) * ground + share * grey
    return to_hex((red, green, blue))


# Two-sided p-values at which the contours of the funnel are drawn, with their normal quantiles.
CONTOURS = ((0.1, 1.644854), (0.05, 1.959964), (0.01, 2.575829))
# How much of the theme's grey is in the ground of each region, the least significant first.
SHADES = tuple(_tinted(share) for share in (0.0, 0.15, 0.35, 0.6))


def plot_funnel(
    studies: "pd.DataFrame",
    filled: "pd.DataFrame",
    lines: "pd.DataFrame",
    *,
    pooled: float,
    slope_p: float,
    scale: str,
) -> "Figure":
    """Effects against their standard errors, over the regions of significance about zero.

    Parameters
    ----------
    studies : pandas.DataFrame
        effect, standard_error.
    filled : pandas.DataFrame
        The same of the studies that trim and fill adds; may be empty.
    lines : pandas.DataFrame
        standard_error, egger, peese: fitted effects; missing where there is no fit.
    pooled : float
        Random-effects mean.
    slope_p : float
        P-value of Egger's slope; missing where there is none.
    scale : str
        Key of `SCALE_LABELS`.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(8, 5.8), layout="constrained")
    tallest = 1.05 * float(studies["standard_error"].max())
    edges = 1.08 * max(
        float(np.abs(studies["effect"]).max()), float(np.abs(filled["effect"]).max()) if len(filled) else 0
    )
    handles = _contours(axis, tallest, edges)
    axis.axvline(pooled, color=theme.INK, linewidth=1.2)
    axis.plot(lines["egger"], lines["standard_error"], color=theme.BLUE, linewidth=2)
    axis.plot(lines["peese"], lines["standard_error"], color=theme.GREEN, linewidth=2, linestyle="--")
    axis.plot(studies["effect"], studies["standard_error"], "o", color=theme.VERMILION, markersize=5)
    axis.plot(filled["effect"], filled["standard_error"], "o", markerfacecolor="white", color=theme.VERMILION)
    axis.set(xlim=(-edges, edges), ylim=(tallest, 0), ylabel="Standard error")
    _write_changes(axis.xaxis, axis.get_xlim(), scale)
    axis.grid(visible=False)
    handles += [
        Line2D([], [], marker="o", linestyle="", color=theme.VERMILION, label="study"),
        Line2D([], [], color=theme.INK, label="random-effects mean"),
        Line2D([], [], color=theme.BLUE, linewidth=2, label="Egger's line"),
        Line2D([], [], color=theme.GREEN, linewidth=2, linestyle="--", label="PEESE"),
    ]
    if len(filled):
        hollow = Line2D([], [], marker="o", linestyle="", color=theme.VERMILION, markerfacecolor="white")
        hollow.set_label("filled in")
        handles.insert(5, hollow)
    # The legend lies in room that empty lines under the axis label keep, clear of the source line.
    axis.set_xlabel(SCALE_LABELS[scale] + "\n" * 4)
    figure.legend(
        handles=handles,
        loc="lower center",
        bbox_to_anchor=(0.5, 0),
        bbox_transform=figure.transFigure,
        ncols=4,
        fontsize="small",
    )
    headline(figure, title_funnel(studies, lines, slope_p))
    return figure


def title_funnel(studies: "pd.DataFrame", lines: "pd.DataFrame", slope_p: float) -> str:
    """Which way effects go with the standard error, and how surely.

    Parameters
    ----------
    studies, lines : pandas.DataFrame
    slope_p : float

    Returns
    -------
    str
    """
    if not np.isfinite(slope_p):
        return f"Effects of {len(studies)} studies and their standard errors"
    falls = float(lines["egger"].iloc[-1]) < float(lines["egger"].iloc[0])
    way = "less" if falls else "more"
    surely = "" if slope_p < EGGER_LEVEL else ", not surely"
    return f"The smaller the study, the {way} crime it finds{surely} (Egger p = {_p(slope_p)}, {len(studies)} studies)"


def plot_adjusted(adjusted: "pd.DataFrame", *, scale: str, confidence_level: float, credible_level: float) -> "Figure":
    """The pooled effect under each method, with what each assumes.

    Parameters
    ----------
    adjusted : pandas.DataFrame
        label, effect, lower, upper, note, assumes; missing numbers where a method has no result.
    scale : str
    confidence_level, credible_level : float
        Of all intervals but that of the Bayesian average, and of that one.

    Returns
    -------
    matplotlib.figure.Figure
    """
    shown = adjusted.reset_index(drop=True)
    figure, axis = plt.subplots(figsize=(9, 1.4 + 0.62 * len(shown)), layout="constrained")
    estimated = shown[shown["effect"].notna()]
    axis.axvline(0, color=theme.INK, linewidth=1)
    axis.axvline(float(shown["effect"].iloc[0]), color=theme.GREY, linewidth=1, linestyle=":")
    axis.hlines(estimated.index, estimated["lower"], estimated["upper"], color=theme.BLUE, linewidth=3)
    axis.plot(estimated["effect"], estimated.index, "o", color=theme.VERMILION, markersize=7)
    labels = [f"{row.label}\n{_wrapped(str(row.assumes), 46)}" for row in shown.itertuples()]
    axis.set_yticks(shown.index, labels, fontsize="x-small")
    axis.set_ylim(len(shown) - 0.5, -0.6)
    centre = sum(axis.get_xlim()) / 2
    for place in np.flatnonzero(shown["effect"].isna()):
        note = _wrapped(f"none: {shown['note'].iloc[place]}", 46)
        axis.text(centre, float(place), note, fontsize="x-small", ha="center", va="center")
    axis.grid(axis="y", visible=False)
    axis.set_xlabel(
        f"{SCALE_LABELS[scale]}\n{confidence_level:.0%} confidence intervals; of the Bayesian average, a "
        f"{credible_level:.0%} credible one"
    )
    _write_changes(axis.xaxis, axis.get_xlim(), scale)
    headline(figure, title_adjusted(estimated, scale))
    return figure


def title_adjusted(estimated: "pd.DataFrame", scale: str) -> str:
    """Between which corrected effects the mean lies, with their methods.

    Parameters
    ----------
    estimated : pandas.DataFrame
        Rows with a result, the uncorrected one first.
    scale : str

    Returns
    -------
    str
    """
    corrected = estimated.iloc[1:].sort_values("effect")
    ends = " to ".join(
        f"{_said(row['effect'], scale)} ({row['label']})" for row in (corrected.iloc[0], corrected.iloc[-1])
    )
    return f"Uncorrected {_said(estimated['effect'].iloc[0], scale)}; corrected from {ends}"


def plot_selection(p_values: "pd.Series[float]", weights: "pd.DataFrame") -> "Figure":
    """One-sided p-values of the studies, and the weights of reporting that a step model gives them.

    Parameters
    ----------
    p_values : pandas.Series
        One-sided, in the favoured direction.
    weights : pandas.DataFrame
        start, end, weight, lower, upper, count for each interval.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 4.2), layout="constrained")
    left.hist(p_values, bins=np.linspace(0, 1, 21), color=theme.SKY, edgecolor="white")
    left.set(xlabel="One-sided p-value (small: favoured)", ylabel="Studies", xlim=(0, 1))
    left.yaxis.set_major_locator(MaxNLocator(integer=True))
    for end in weights["end"].iloc[:-1]:
        left.axvline(end, color=theme.VERMILION, linewidth=1.2, linestyle="--")
    right.hlines(weights["weight"], weights["start"], weights["end"], color=theme.VERMILION, linewidth=3)
    estimated = weights[weights["lower"].notna()]
    middles = (estimated["start"] + estimated["end"]) / 2
    right.vlines(middles, estimated["lower"], estimated["upper"], color=theme.BLUE, linewidth=2)
    right.axhline(1, color=theme.GREY, linestyle=":", linewidth=1)
    right.set(xlabel="One-sided p-value", ylabel="Weight of reporting (log scale)", yscale="log", xlim=(0, 1))
    right.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    right.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    right.yaxis.set_minor_locator(NullLocator())
    headline(figure, title_selection(weights))
    return figure


def title_selection(weights: "pd.DataFrame") -> str:
    """How much less the results of the last interval are reported.

    Parameters
    ----------
    weights : pandas.DataFrame

    Returns
    -------
    str
    """
    last = weights.iloc[-1]
    span = f" ({last['lower']:.2g} to {last['upper']:.2g})" if np.isfinite(last["lower"]) else ""
    return (
        f"Results with p above {last['start']:g} are reported {last['weight']:.2g}{span} times as often as those below "
        f"{weights['end'].iloc[0]:g}"
    )


def plot_copas(sensitivity: "pd.DataFrame", *, scale: str, confidence_level: float, residual_level: float) -> "Figure":
    """The effect over assumed strengths of selection, and what asymmetry each leaves.

    Parameters
    ----------
    sensitivity : pandas.DataFrame
        least_precise, most_precise, effect, lower, upper, residual_p_value.
    scale : str
    confidence_level, residual_level : float
        Of the intervals, and p-value below which asymmetry is left.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, (upper, lower) = plt.subplots(
        2, 1, figsize=(8, 6.4), layout="constrained", sharex=True, height_ratios=(2, 1)
    )
    for colour, (most, rows) in zip(theme.CATEGORIES, sensitivity.groupby("most_precise", sort=False), strict=False):
        ordered = rows.sort_values("least_precise")
        label = f"{most:g} for the most precise study"
        upper.fill_between(ordered["least_precise"], ordered["lower"], ordered["upper"], color=colour, alpha=0.2, lw=0)
        upper.plot(ordered["least_precise"], ordered["effect"], "o-", color=colour, label=label)
        lower.plot(ordered["least_precise"], ordered["residual_p_value"], "o-", color=colour)
    upper.axhline(0, color=theme.INK, linewidth=1)
    _write_changes(upper.yaxis, upper.get_ylim(), scale)
    upper.set_ylabel(_wrapped(f"{SCALE_LABELS[scale]}, {confidence_level:.0%} interval", 34))
    lower.axhline(residual_level, color=theme.GREY, linestyle="--", linewidth=1)
    lower.set(ylabel="p of asymmetry left", ylim=(0, 1), xlabel="Probability that the least precise study is reported")
    lower.set_xlim(1.02, max(0.0, float(sensitivity["least_precise"].min()) - 0.03))
    label_ends(upper, apart=0.06)
    headline(figure, title_copas(sensitivity, scale))
    return figure


def title_copas(sensitivity: "pd.DataFrame", scale: str) -> str:
    """Between which values the effect moves over all assumptions.

    Parameters
    ----------
    sensitivity : pandas.DataFrame
    scale : str

    Returns
    -------
    str
    """
    low, high = (_said(end, scale) for end in (sensitivity["effect"].min(), sensitivity["effect"].max()))
    return f"Over every strength of selection assumed, the effect lies between {low} and {high}"


def plot_p_curve(p_values: "pd.Series[float]", expected: "pd.DataFrame", *, power: float) -> "Figure":
    """Shares of significant p-values in five bins, against no effect and against low power.

    Parameters
    ----------
    p_values : pandas.Series
        Two-sided, below 0.05.
    expected : pandas.DataFrame
        no_effect, low_power: shares expected in the five bins.
    power : float
        That fits the curve.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(8, 4.4), layout="constrained")
    bins = np.linspace(0, 0.05, 6)
    middles = 0.005 + bins[:-1]
    shares = np.histogram(p_values, bins)[0] / len(p_values)
    axis.bar(middles, shares, width=0.008, color=theme.SKY)
    axis.plot(middles, expected["no_effect"], "--", color=theme.VERMILION, label="no effect anywhere")
    axis.plot(middles, expected["low_power"], ":", color=theme.INK, label="effects with a power of one third")
    label = f"Share of {len(p_values)} significant results"
    axis.set(xlabel="Two-sided p-value", ylabel=label, ylim=(0, max(1.0, shares.max())))
    axis.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    label_ends(axis, apart=0.06)
    headline(
        figure, f"{shares[0]:.0%} of significant p-values lie below 0.01, as if the studies had a power of {power:.0%}"
    )
    return figure


def plot_averaged(density: "pd.DataFrame", models: "pd.DataFrame", *, zero: float, scale: str) -> "Figure":
    """Posterior of the effect over all models, and the probability of each way of selection.

    Parameters
    ----------
    density : pandas.DataFrame
        effect, density: where the effect is not zero.
    models : pandas.DataFrame
        selection, prior_probability, posterior_probability; a row for each way of selection.
    zero : float
        Posterior probability that the effect is zero.
    scale : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.5, 4.6), layout="constrained", width_ratios=(1.1, 1))
    left.fill_between(density["effect"], density["density"], color=theme.SKY, alpha=0.6, lw=0)
    shown = density.loc[density["density"] > 0.002 * density["density"].max(), "effect"]
    margin = 0.05 * float(shown.max() - shown.min())
    left.set_xlim(min(0.0, float(shown.min())) - margin, max(0.0, float(shown.max())) + margin)
    left.set(xlabel=_wrapped(SCALE_LABELS[scale], 40), ylabel="Posterior density", ylim=(0, None))
    _write_changes(left.xaxis, left.get_xlim(), scale, HALF)
    spike = left.twinx()
    spike.vlines(0, 0, zero, color=theme.VERMILION, linewidth=4)
    spike.set_ylim(0, 1)
    spike.set_ylabel("Probability of no effect (bar)")
    spike.grid(visible=False)
    places = np.arange(len(models))
    right.barh(places + 0.2, models["posterior_probability"], height=0.38, color=theme.BLUE, label="posterior")
    right.barh(places - 0.2, models["prior_probability"], height=0.38, color=theme.GREY, label="prior")
    right.set_yticks(places, [_wrapped(str(name), 24) for name in models["selection"]], fontsize="x-small")
    right.invert_yaxis()
    right.grid(axis="y", visible=False)
    right.set_xlabel("Probability")
    right.legend(fontsize="small")
    likeliest = models.iloc[int(models["posterior_probability"].argmax())]
    headline(
        figure,
        f"Probability of no effect at all {zero:.2g}; likeliest selection: {likeliest['selection']} "
        f"({likeliest['posterior_probability']:.0%})",
    )
    return figure


def plot_worlds(comparison: "pd.DataFrame", *, truth: float, reported: float, scale: str) -> "Figure":
    """Bias of each method in simulated worlds.

    Parameters
    ----------
    comparison : pandas.DataFrame
        world, method, bias, bias_standard_error, coverage, egger_rejects.
    truth : float
        True effect.
    reported : float
        Share of non-significant results that the world with selection reports.
    scale : str
        Of the effects; the bias of a log ratio is how far the ratio is off the true one.

    Returns
    -------
    matplotlib.figure.Figure
    """
    worlds = list(dict.fromkeys(comparison["world"]))
    figure, axes = plt.subplots(
        1, len(worlds), figsize=(9.5, 4), layout="constrained", sharey=True, sharex=True, squeeze=False
    )
    methods = list(METHOD_LABELS)
    for axis, world in zip(axes.flat, worlds, strict=True):
        rows = comparison[comparison["world"] == world].set_index("method").reindex(methods)
        places = np.arange(len(rows))
        error = 2 * rows["bias_standard_error"]
        axis.axvline(0, color=theme.INK, linewidth=1)
        axis.errorbar(rows["bias"], places, xerr=error, fmt="o", color=theme.VERMILION, ecolor=theme.BLUE, capsize=3)
        for place, covered in zip(places, rows["coverage"], strict=True):
            if np.isfinite(covered):
                where = {"xycoords": ("axes fraction", "data"), "ha": "right", "va": "center"}
                axis.annotate(f"{covered:.0%}", (0.98, place), fontsize="x-small", color=theme.GREY, **where)
        rejects = float(rows["egger_rejects"].iloc[0])
        axis.set_title(
            f"{_wrapped(WORLD_LABELS[world], 26)}\nEgger rejects {rejects:.0%}", fontsize="small", fontweight="normal"
        )
        axis.set_yticks(places, list(METHOD_LABELS.values()), fontsize="small")
        axis.set_ylim(len(methods) - 0.5, -0.6)
        axis.grid(axis="y", visible=False)
        axis.xaxis.set_major_locator(MaxNLocator(4))
    # Room for the coverage to the right of every dot.
    low, high = axes.flat[0].get_xlim()
    axes.flat[0].set_xlim(low, high + 0.25 * (high - low))
    _write_changes(axes.flat[0].xaxis, axes.flat[0].get_xlim(), scale, NARROW)
    what = "how far the estimated ratio is off the true one" if scale == "log_ratio" else "mean estimate less the truth"
    figure.supxlabel(f"Bias: {what} (bars: ± 2 simulation errors; grey: coverage)", fontsize="small")
    headline(figure, title_worlds(comparison, truth, reported, scale))
    return figure


def title_worlds(comparison: "pd.DataFrame", truth: float, reported: float, scale: str) -> str:
    """Which method errs least under selection, and in the world where small studies differ.

    Parameters
    ----------
    comparison : pandas.DataFrame
    truth, reported : float
    scale : str

    Returns
    -------
    str
    """
    best = {}
    for world, rows in comparison.groupby("world", sort=False):
        row = rows.iloc[int(rows["bias"].abs().argmin())]
        best[str(world)] = METHOD_LABELS[str(row["method"])]
    selected, differ = best["significant_reported"], best["small_studies_differ"]
    where = f"where {1 - reported:.0%} of non-significant results go unreported: {selected}; where small studies differ"
    return f"True effect {_said(truth, scale)}. Least biased {where}: {differ}"


def _contours(axis: "Axes", tallest: float, edges: float) -> "list[Patch | Line2D]":
    """Regions of two-sided significance about zero; the darker, the smaller p."""
    axis.set_facecolor(SHADES[-1])
    for (_, quantile), shade in zip(reversed(CONTOURS), reversed(SHADES[:-1]), strict=True):
        reach = quantile * tallest
        axis.fill([0, -reach, reach], [0, tallest, tallest], color=shade, linewidth=0, zorder=0)
    names = ("p > 0.1", "0.05 to 0.1", "0.01 to 0.05", "p < 0.01")
    return [Patch(facecolor=shade, edgecolor=theme.GREY, label=name) for shade, name in zip(SHADES, names, strict=True)]


def _wrapped(text: str, width: int) -> str:
    return "\n".join(textwrap.wrap(text, width))


def _said(effect: float, scale: str) -> str:
    """A log ratio as a change in per cent, a standardised difference as it is."""
    return in_percent(effect) if scale == "log_ratio" else signed(effect)


def _write_changes(axis: "Axis", limits: tuple[float, float], scale: str, most: int = MOST) -> None:
    """Label an axis of log ratios with changes in per cent, as sentences and titles give them."""
    if scale == "log_ratio":
        percent_ticks(axis, limits, most)


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"
