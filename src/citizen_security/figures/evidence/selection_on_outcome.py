"""What a filter on the result leaves to learn: posteriors, bounds, hidden studies, shares shown, predictions."""

from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import PercentFormatter

from citizen_security.figures import theme
from citizen_security.figures.headline import headline, legend_below
from citizen_security.words import listed

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = {
    "ignored": theme.VERMILION,
    "publication": theme.ORANGE,
    "leaky_rule": theme.SKY,
    "full_rule": theme.BLUE,
}


def plot_posteriors(densities: "pd.DataFrame", summary: "pd.DataFrame", *, credible_level: float) -> "Figure":
    """One panel for each filter: prior and posterior of the share effective, with median and interval.

    Parameters
    ----------
    densities : pandas.DataFrame
        filter, label, theta, density, prior.
    summary : pandas.DataFrame
        filter, median, lower, upper.
    credible_level : float

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, grid = plt.subplots(2, 2, figsize=(8, 6.2), layout="constrained", sharex=True)
    rows = summary.set_index("filter")
    for axis, (name, frame) in zip(grid.flat, densities.groupby("filter", sort=False), strict=True):
        width = frame["theta"].iloc[1] - frame["theta"].iloc[0]
        colour, row = COLOURS[str(name)], rows.loc[str(name)]
        axis.bar(frame["theta"], frame["density"], width=width, color=colour, alpha=0.75, label="posterior")
        axis.step(frame["theta"], frame["prior"], where="mid", color=theme.INK, linestyle="--", label="prior")
        ground = -0.06 * max(frame["density"].max(), frame["prior"].max())
        axis.hlines(
            ground, row["lower"], row["upper"], color=theme.INK, linewidth=2.5, label=f"{credible_level:.0%} interval"
        )
        axis.plot([row["median"]], [ground], "o", color=theme.INK, markersize=5, label="median")
        axis.set_title(f"{frame['label'].iloc[0]}: {row['median']:.0%}", fontsize="small", fontweight="normal")
        axis.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        axis.set(xlim=(0, 1), yticks=[])
    figure.supxlabel("Share of evaluated programmes that are effective", fontsize="medium")
    figure.supylabel("Probability density", fontsize="medium")
    headline(figure, title_posteriors(summary))
    # One entry for all panels: the colours of the bars are told by the panels' own titles.
    legend_below(figure, [grid.flat[0]], 4)
    return figure


def title_posteriors(summary: "pd.DataFrame") -> str:
    """The median under the most and the least trusting filter.

    Parameters
    ----------
    summary : pandas.DataFrame

    Returns
    -------
    str
    """
    first, last = summary.iloc[0], summary.iloc[-1]
    return (
        f"The same counts say {first['median']:.0%} effective ({first['lower']:.0%} to {first['upper']:.0%}) if the "
        f"filter is ignored, and {last['median']:.0%} ({last['lower']:.0%} to {last['upper']:.0%}) if it is "
        "on the result"
    )


def plot_bounds(bounds: "pd.DataFrame") -> "Figure":
    """Bounds of the share that works, one row for each population and assumption.

    Parameters
    ----------
    bounds : pandas.DataFrame
        population, assumption, n, lower, upper.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(8, 1.7 + 0.5 * len(bounds)), layout="constrained")
    frame = bounds.reset_index(drop=True)
    axis.hlines(frame.index, frame["lower"], frame["upper"], color=theme.BLUE, linewidth=6)
    axis.plot(frame["lower"], frame.index, "|", color=theme.INK, markersize=14, markeredgewidth=2)
    axis.plot(frame["upper"], frame.index, "|", color=theme.INK, markersize=14, markeredgewidth=2)
    axis.set_yticks(
        frame.index, [f"{row.n:,} {row.population}:\n{row.assumption}" for row in frame.itertuples()], fontsize="small"
    )
    axis.set_ylim(len(frame) - 0.5, -0.5)
    axis.grid(axis="y", visible=False)
    axis.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axis.set(xlim=(-0.01, 1.01), xlabel="Share that works: lowest and highest that the counts allow")
    headline(figure, title_bounds(frame))
    return figure


def title_bounds(bounds: "pd.DataFrame") -> str:
    """The bounds for the largest population, every result believed.

    Parameters
    ----------
    bounds : pandas.DataFrame

    Returns
    -------
    str
    """
    widest = bounds[bounds["n"] == bounds["n"].max()]
    row = widest[widest["assumption"] == "all results believed"].iloc[-1]
    return (
        f"Of {row['n']:,} {row['population']}, the counts alone say that between {row['lower']:.1%} and "
        f"{row['upper']:.1%} work"
    )


def plot_overturning(
    curve: "pd.DataFrame",
    numbers: "dict[str, int | None]",
    *,
    threshold: float,
    confidence_level: float,
    credible_level: float,
) -> "Figure":
    """What is left of the conclusion as hidden non-positive evaluations are added.

    Parameters
    ----------
    curve : pandas.DataFrame
        hidden, share, interval, posterior.
    numbers : dict of str to int or None
        Hidden evaluations that overturn it by each rule; None if none of those tried does.
    threshold : float
        The conclusion is that more than this share is positive, or effective.
    confidence_level, credible_level : float
        Level of the interval, and the probability that the posterior must keep.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, (upper, lower) = plt.subplots(2, 1, figsize=(8, 6.4), layout="constrained", sharex=True)
    upper.plot(curve["hidden"], curve["share"], color=theme.VERMILION, linewidth=2, label="share positive")
    upper.plot(
        curve["hidden"],
        curve["interval"],
        color=theme.ORANGE,
        linewidth=2,
        linestyle="--",
        label=f"lower end of its {confidence_level:.0%} interval",
    )
    lower.plot(
        curve["hidden"],
        curve["posterior"],
        color=theme.BLUE,
        linewidth=2,
        label=f"probability that more than {threshold:.0%} are effective",
    )
    for axis, limit, names in ((upper, threshold, ("share", "interval")), (lower, credible_level, ("posterior",))):
        axis.axhline(limit, color=theme.INK, linewidth=1)
        axis.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        axis.set_ylim(0, 1.03)
        _mark(axis, [number for name in names if (number := numbers[name]) is not None], limit)
    upper.set_ylabel("Positive of all evaluations")
    lower.set_ylabel("Probability (filter ignored)")
    lower.set_xlabel("Non-positive evaluations in the drawer")
    headline(figure, title_overturning(numbers, threshold))
    legend_below(figure, [upper, lower], 2)
    return figure


def _mark(axis: "Axes", numbers: "list[int]", limit: float) -> None:
    for number in numbers:
        axis.plot([number], [limit], "o", color=theme.INK, markersize=6)
        axis.annotate(f"{number}", (number, limit), (5, 6), textcoords="offset points", fontsize="small")


def title_overturning(numbers: "dict[str, int | None]", threshold: float) -> str:
    """The fewest and the most hidden evaluations that overturn it.

    Parameters
    ----------
    numbers : dict of str to int or None
    threshold : float

    Returns
    -------
    str
    """
    enough = sorted(number for number in numbers.values() if number is not None)
    if not enough:
        return f"No number of hidden evaluations that is possible would overturn 'more than {threshold:.0%}'"
    span = f"{enough[0]}" if enough[0] == enough[-1] else f"{enough[0]} to {enough[-1]}"
    return (
        f"{span} non-positive evaluations in the drawer would overturn 'more than {threshold:.0%}', depending on the "
        "rule"
    )


def plot_shown_shares(simulated: "pd.DataFrame", *, observed: float, band_share: float) -> "Figure":
    """Share positive that a collection shows over the true share effective, for each filter.

    Parameters
    ----------
    simulated : pandas.DataFrame
        label, effective, shown, lower, upper, expected.
    observed : float
        Share positive that was reported.
    band_share : float
        Share of the simulated collections that each band holds.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(8, 5.2), layout="constrained")
    styles = ("-", "--", "-.", ":")
    for number, (label, frame) in enumerate(simulated.groupby("label", sort=False)):
        colour = list(COLOURS.values())[number % len(COLOURS)]
        axis.fill_between(frame["effective"], frame["lower"], frame["upper"], color=colour, alpha=0.25, linewidth=0)
        axis.plot(
            frame["effective"],
            frame["expected"],
            color=colour,
            linewidth=2,
            linestyle=styles[number % len(styles)],
            label=str(label),
        )
        axis.plot(frame["effective"], frame["shown"], "o", color=colour, markersize=3)
    axis.axhline(observed, color=theme.INK, linewidth=1, label="reported share")
    for side in (axis.xaxis, axis.yaxis):
        side.set_major_formatter(PercentFormatter(1, decimals=0))
    axis.set(
        xlabel="Share of programmes that are truly effective",
        ylabel=f"Positive of those let in ({band_share:.0%} band)",
        xlim=(0, 1),
        ylim=(0, 1.02),
    )
    headline(figure, title_shown_shares(simulated))
    legend_below(figure, [axis], 3)
    return figure


def title_shown_shares(simulated: "pd.DataFrame") -> str:
    """What the strongest filter that still has exceptions shows where nothing works.

    Parameters
    ----------
    simulated : pandas.DataFrame

    Returns
    -------
    str
    """
    nothing = simulated[simulated["effective"] == 0]
    ordered = nothing.sort_values("ratio")
    strict, loose = ordered.iloc[0], ordered.iloc[-1]
    return (
        f"Where nothing works, {strict['expected']:.0%} of the evaluations let in are positive under the strictest "
        f"filter and {loose['expected']:.0%} under the loosest"
    )


def plot_predictions(predictions: "pd.DataFrame", *, credible_level: float) -> "Figure":
    """Share positive in later collections: predicted under each filter, and observed.

    Parameters
    ----------
    predictions : pandas.DataFrame
        collection, filter, label, observed, median, lower, upper.
    credible_level : float

    Returns
    -------
    matplotlib.figure.Figure
    """
    groups = list(predictions.groupby("collection", sort=False))
    figure, grid = plt.subplots(
        len(groups), 1, figsize=(8, 1.6 + 1.9 * len(groups)), layout="constrained", sharex=True, squeeze=False
    )
    for axis, (collection, frame) in zip(grid.flat, groups, strict=True):
        heights = np.arange(len(frame))
        for height, row in zip(heights, frame.itertuples(), strict=True):
            colour = COLOURS[str(row.filter)]
            axis.hlines(height, row.lower, row.upper, color=colour, linewidth=5)
            axis.plot([row.median], [height], "o", color=theme.INK, markersize=5)
        axis.axvline(frame["observed"].iloc[0], color=theme.INK, linewidth=1.5, linestyle="--")
        axis.set_yticks(heights, frame["label"], fontsize="small")
        axis.set_ylim(len(frame) - 0.5, -0.5)
        axis.grid(axis="y", visible=False)
        axis.set_title(f"{collection}: {frame['observed'].iloc[0]:.0%} positive", fontsize="small", fontweight="normal")
        axis.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        axis.set_xlim(-0.01, 1.01)
    grid[-1, 0].set_xlabel(f"Share positive: {credible_level:.0%} predictive interval and median; dashed, observed")
    headline(figure, title_predictions(predictions))
    return figure


def title_predictions(predictions: "pd.DataFrame") -> str:
    """What the later collections show, beside what whoever ignores the filter predicts.

    Parameters
    ----------
    predictions : pandas.DataFrame

    Returns
    -------
    str
    """
    ignored = predictions[predictions["filter"] == "ignored"]
    observed = listed([f"{share:.0%}" for share in ignored["observed"]])
    expected = listed([f"{row.lower:.0%} to {row.upper:.0%}" for row in ignored.itertuples()])
    return f"Positive in later collections: {observed}; whoever ignores the filter predicts {expected}"


def plot_sensitivity(sensitivity: "pd.DataFrame", *, credible_level: float) -> "Figure":
    """Posterior median and interval under other priors, one panel for each filter.

    Parameters
    ----------
    sensitivity : pandas.DataFrame
        prior, filter, label, median, lower, upper.
    credible_level : float

    Returns
    -------
    matplotlib.figure.Figure
    """
    groups = list(sensitivity.groupby("filter", sort=False))
    names = list(dict.fromkeys(sensitivity["prior"]))
    figure, grid = plt.subplots(
        2, 2, figsize=(8, 2.2 + 0.55 * len(names)), layout="constrained", sharex=True, sharey=True
    )
    for axis, (name, frame) in zip(grid.flat, groups, strict=True):
        heights = [names.index(prior) for prior in frame["prior"]]
        axis.hlines(heights, frame["lower"], frame["upper"], color=COLOURS[str(name)], linewidth=4)
        axis.plot(frame["median"], heights, "o", color=theme.INK, markersize=4)
        axis.set_title(str(frame["label"].iloc[0]), fontsize="small", fontweight="normal")
        axis.set_yticks(range(len(names)), names, fontsize="small")
        axis.grid(axis="y", visible=False)
        axis.set(xlim=(0, 1))
        axis.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    grid[0, 0].set_ylim(len(names) - 0.5, -0.5)
    figure.supxlabel(f"Share effective: posterior median and {credible_level:.0%} interval", fontsize="medium")
    headline(figure, title_sensitivity(sensitivity))
    return figure


def title_sensitivity(sensitivity: "pd.DataFrame") -> str:
    """The range of medians over priors, for the first and the last filter.

    Parameters
    ----------
    sensitivity : pandas.DataFrame

    Returns
    -------
    str
    """
    medians = sensitivity.groupby("filter", sort=False)["median"].agg(["min", "max"])
    first, last = medians.iloc[0], medians.iloc[-1]
    return (
        f"Over these priors the median runs from {first['min']:.0%} to {first['max']:.0%} with the filter ignored, and "
        f"from {last['min']:.0%} to {last['max']:.0%}, as the priors do, under the full rule"
    )
