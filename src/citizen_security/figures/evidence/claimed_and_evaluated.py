"""Claims beside estimates, and both beside the falls that chance selection gives."""

from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import FuncFormatter, PercentFormatter

from citizen_security.figures import theme
from citizen_security.figures.headline import headline, legend_below
from citizen_security.words import signed

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CLAIMED, EVALUATED, CHANCE = theme.VERMILION, theme.BLUE, theme.GREY
RULES = {"high_level": "chosen for a high level", "spike": "chosen for a spike"}
SIGNED = FuncFormatter(lambda value, _: f"{value:+.0f}%" if value else "0%")
# Changes beyond this are rare, and an axis that showed them would squeeze the rest.
FARTHEST_RISE = 150.0


def plot_claims(compared: "pd.DataFrame") -> "Figure":
    """Claimed and estimated change of each programme; those without a number are named, not dropped.

    Parameters
    ----------
    compared : pandas.DataFrame
        label, claimed, evaluated, the ends of both ranges (claimed_change_percent_low and so on), missing,
        evaluation_as_stated, evaluated_lower, evaluated_upper (interval, nan where not known).

    Returns
    -------
    matplotlib.figure.Figure
    """
    frame = compared.sort_values(["missing", "claimed"], ignore_index=True)
    figure, axis = plt.subplots(figsize=(8, 2.2 + 0.62 * len(frame)), layout="constrained")
    both = frame[frame["missing"] == ""]
    axis.hlines(both.index, both["claimed"], both["evaluated"], color=theme.GREY, linewidth=1)
    for name, colour, marker in (("claimed", CLAIMED, "o"), ("evaluated", EVALUATED, "s")):
        low, high = (frame[f"{name}_change_percent_{end}"] for end in ("low", "high"))
        axis.hlines(frame.index, low, high, color=colour, linewidth=6, alpha=0.35)
        label = "announced" if name == "claimed" else "estimated"
        axis.plot(frame[name], frame.index, marker, color=colour, markersize=8, label=f"{label} (bar: range given)")
    with_interval = frame[frame["evaluated_lower"].notna()]
    ends = with_interval["evaluated_lower"], with_interval["evaluated_upper"]
    axis.hlines(with_interval.index, *ends, color=EVALUATED, linewidth=2, label="interval, from the trials' counts")
    for end in ends:
        axis.plot(end, with_interval.index, "|", color=EVALUATED, markersize=9, markeredgewidth=2)
    heights = {str(label): number for number, label in enumerate(frame["label"])}
    for _, row in frame[frame["missing"] != ""].iterrows():
        stated = row["evaluation_as_stated"]
        words = f"{row['missing']};\n{stated if isinstance(stated, str) else 'result not read'}"
        axis.text(2, heights[str(row["label"])], words, va="center", fontsize="x-small", color=theme.INK)
    axis.axvline(0, color=theme.INK, linewidth=1)
    axis.set_yticks(frame.index, [label.replace(", ", "\n", 1) for label in frame["label"]], fontsize="small")
    axis.set_ylim(len(frame) - 0.5, -0.5)
    axis.set_xlim(right=45)
    axis.set_xticks([tick for tick in axis.get_xticks() if tick <= 0])
    axis.grid(axis="y", visible=False)
    axis.xaxis.set_major_formatter(SIGNED)
    axis.set_xlabel("Change announced and estimated")
    headline(figure, title_claims(compared))
    legend_below(figure, [axis], 3)
    return figure


def title_claims(compared: "pd.DataFrame") -> str:
    """In how many of the comparable programmes the claim was larger.

    Parameters
    ----------
    compared : pandas.DataFrame

    Returns
    -------
    str
    """
    both = compared[compared["missing"] == ""]
    if both.empty:
        return "No programme has both a claim and an estimate as a number"
    larger = int((both["claimed"] < both["evaluated"]).sum())
    return (
        f"The fall announced was larger than the fall estimated in {larger} of {len(both)} programmes with both "
        f"numbers; {len(compared) - len(both)} lack one"
    )


def plot_persistence(covariances: "pd.DataFrame", fitted: "pd.DataFrame") -> "Figure":
    """Covariance of a city's log rates some years apart, and the fit.

    Parameters
    ----------
    covariances : pandas.DataFrame
        lag, covariance.
    fitted : pandas.DataFrame
        lag, lasting, total (lasting and fading variance).

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(8, 4.6), layout="constrained")
    axis.fill_between(fitted["lag"], 0, fitted["lasting"], color=theme.BLUE, alpha=0.5, label="lasts")
    axis.fill_between(fitted["lag"], fitted["lasting"], fitted["total"], color=theme.SKY, alpha=0.6, label="fades")
    axis.plot(covariances["lag"], covariances["covariance"], "o", color=theme.INK, label="panel, without counts' noise")
    axis.set(xlabel="Years apart", ylabel="Covariance of log rates", ylim=(0, None), xlim=(-0.2, None))
    headline(figure, title_persistence(covariances))
    legend_below(figure, [axis], 3)
    return figure


def title_persistence(covariances: "pd.DataFrame") -> str:
    """Share of the variance that has faded at the longest lag.

    Parameters
    ----------
    covariances : pandas.DataFrame

    Returns
    -------
    str
    """
    first, last = covariances.iloc[0], covariances.iloc[-1]
    return (
        f"Of the variance among cities {1 - last['covariance'] / first['covariance']:.0%} has faded "
        f"{last['lag']:.0f} years later"
    )


def plot_falls(falls: "pd.DataFrame", observed: "pd.DataFrame", *, confidence_level: float) -> "Figure":
    """Fall without any effect over how extreme the chosen places are, by rule and size.

    Parameters
    ----------
    falls : pandas.DataFrame
        rule, population, quantile, fall, normal_fall (percent, positive for a fall).
    observed : pandas.DataFrame
        rule, quantile, fall, lower, upper: cities of the panel.
    confidence_level : float

    Returns
    -------
    matplotlib.figure.Figure
    """
    rules = list(dict.fromkeys(falls["rule"]))
    figure, grid = plt.subplots(1, len(rules), figsize=(8, 5.2), layout="constrained", sharey=True, squeeze=False)
    for axis, rule in zip(grid.flat, rules, strict=True):
        _draw_falls(axis, falls[falls["rule"] == rule])
        real = observed[observed["rule"] == rule]
        errors = [real["fall"] - real["lower"], real["upper"] - real["fall"]]
        axis.errorbar(
            100 * real["quantile"],
            real["fall"],
            yerr=np.clip(errors, 0, None),
            fmt="o",
            color=theme.INK,
            capsize=3,
            label=f"cities of the panel ({confidence_level:.0%})",
        )
        axis.set_title(RULES[rule], fontsize="small", fontweight="normal")
        axis.xaxis.set_major_formatter(PercentFormatter(100, decimals=0))
    grid[0, 0].yaxis.set_major_formatter(PercentFormatter(100, decimals=0))
    grid[0, 0].set_ylim(bottom=0)
    grid[0, 0].set_ylabel("Fall without any effect")
    figure.supxlabel("Places above this quantile are chosen", fontsize="medium")
    headline(figure, title_falls(falls))
    legend_below(figure, list(grid.flat), 2)
    return figure


def _draw_falls(axis: "Axes", rows: "pd.DataFrame") -> None:
    colours, styles = (theme.VERMILION, theme.ORANGE, theme.SKY), ("-", "--", "-.")
    for number, (population, frame) in enumerate(rows.groupby("population", sort=True)):
        axis.plot(
            100 * frame["quantile"],
            frame["fall"],
            color=colours[number % 3],
            linewidth=2,
            linestyle=styles[number % 3],
            label=f"simulated, {population:,} persons",
        )


def title_falls(falls: "pd.DataFrame") -> str:
    """Range of the falls at the most extreme selection.

    Parameters
    ----------
    falls : pandas.DataFrame

    Returns
    -------
    str
    """
    last = falls[falls["quantile"] == falls["quantile"].max()]
    return (
        f"Of places chosen from the top {1 - last['quantile'].iloc[0]:.0%}, the typical one changes by "
        f"{_change(last['fall'].max())} to {_change(last['fall'].min())}% with no programme at all, by size and rule"
    )


def _change(fall: float) -> str:
    """A fall in percent as a change, with its sign."""
    return signed(-fall, ".0f")


def plot_claims_in_chance(changes: "np.ndarray", marks: "pd.DataFrame", *, band_share: float) -> "Figure":
    """Changes of places chosen by chance, with claims and estimates on the same axis.

    Parameters
    ----------
    changes : numpy.ndarray
        Changes in percent of simulated places that were chosen, without any effect.
    marks : pandas.DataFrame
        label, claimed, evaluated (percent; nan where there is none).
    band_share : float
        Share of the chosen places that the band holds.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, (axis, rows) = plt.subplots(
        2,
        1,
        figsize=(8, 4.2 + 0.45 * len(marks)),
        layout="constrained",
        sharex=True,
        gridspec_kw={"height_ratios": [3, 0.4 + 0.5 * max(len(marks), 1)]},
    )
    axis.hist(np.clip(changes, -100, FARTHEST_RISE), bins=50, color=CHANCE, alpha=0.6, label="no programme at all")
    low, middle, high = np.quantile(changes, ((1 - band_share) / 2, 0.5, (1 + band_share) / 2))
    axis.axvline(middle, color=theme.INK, linestyle="--", linewidth=1.5, label="the typical one")
    axis.set(yticks=[], ylabel="Chosen places")
    rows.axvspan(low, min(high, FARTHEST_RISE), color=CHANCE, alpha=0.25, label=f"{band_share:.0%} of chosen places")
    for number, mark in enumerate(marks.itertuples()):
        rows.plot([mark.claimed], [number], "o", color=CLAIMED, markersize=8, label="announced")
        rows.plot([mark.evaluated], [number], "s", color=EVALUATED, markersize=8, label="estimated")
    rows.set_yticks(
        range(len(marks)), [str(label).replace(", ", "\n", 1) for label in marks["label"]], fontsize="small"
    )
    rows.set_ylim(max(len(marks), 1) - 0.5, -0.5)
    rows.grid(axis="y", visible=False)
    rows.axvline(0, color=theme.INK, linewidth=1)
    rows.xaxis.set_major_formatter(SIGNED)
    rows.set(xlim=(-100, FARTHEST_RISE), xlabel="Change of homicides from before to after")
    headline(figure, title_claims_in_chance(changes, marks))
    legend_below(figure, [axis, rows], 3)
    return figure


def title_claims_in_chance(changes: "np.ndarray", marks: "pd.DataFrame") -> str:
    """Share of chosen places that fell as far as the smallest and the largest claim.

    Parameters
    ----------
    changes : numpy.ndarray
    marks : pandas.DataFrame

    Returns
    -------
    str
    """
    if marks.empty:
        return "No claim is about homicide in one place"
    shares = [float((changes <= claim).mean()) for claim in marks["claimed"]]
    return (
        f"With no programme at all, {min(shares):.1%} to {max(shares):.1%} of the chosen places fall as far as these "
        f"{len(marks)} claims; the typical one changes by {_change(-float(np.median(changes)))}%"
    )
