"""Pictures of `programmes/pacification`: deaths and units, the event study, estimators, outcomes, and phases."""

from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from citizen_security.figures import theme
from citizen_security.figures.end_labels import label_ends
from citizen_security.figures.headline import headline, legend_below
from citizen_security.words import counted, signed

if TYPE_CHECKING:
    from matplotlib.figure import Figure

OUTCOMES = {"homicides": "homicides", "killings_by_police": "killings by police"}
COLOURS = {"both": theme.INK, "homicides": theme.VERMILION, "killings_by_police": theme.BLUE}

# Beyond these effects, in percent, intervals are cut: a ratio of so few deaths has no upper end worth drawing.
LOWEST, HIGHEST = -100, 150


def title_series(series: pd.DataFrame) -> str:
    """Deaths in the first year, in the quietest, and in the last.

    Parameters
    ----------
    series : pandas.DataFrame

    Returns
    -------
    str
    """
    every = series["homicides"] + series["killings_by_police"]
    low, last = int(every.to_numpy().argmin()), len(series) - 1
    told = [f"{int(every.iloc[place])} in {int(series['year'].iloc[place])}" for place in dict.fromkeys((0, low, last))]
    return f"Homicides and killings by police in the areas: {', '.join(told)}"


def plot_series(series: pd.DataFrame, last_year: int) -> "Figure":
    """Deaths of both kinds by year, and the number of units below.

    Parameters
    ----------
    series : pandas.DataFrame
        year, homicides, killings_by_police, units.
    last_year : int
        Last year that is estimated.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, (above, below) = plt.subplots(
        2, 1, figsize=(8, 5), sharex=True, layout="constrained", height_ratios=[2.4, 1]
    )
    for outcome, name in OUTCOMES.items():
        above.plot(
            series["year"], series[outcome], color=COLOURS[outcome], marker="o", markersize=4, linewidth=2, label=name
        )
    above.axvspan(last_year + 0.5, series["year"].max() + 0.5, color=theme.SKY, alpha=0.2, linewidth=0)
    above.annotate(
        " described only", (last_year + 0.5, 0.97), xycoords=("data", "axes fraction"), fontsize="small", va="top"
    )
    above.set_ylim(bottom=0)
    above.set_ylabel("Deaths a year")
    label_ends(above)
    below.bar(series["year"], series["units"], color=theme.GREY, width=0.7)
    below.set_ylabel("Units at\nits end")
    below.xaxis.set_major_locator(MaxNLocator(integer=True))
    headline(figure, title_series(series))
    return figure


def effect_axis(scale: str, period: str) -> str:
    """What the axis of effects is called on a scale."""
    return "Deaths against the expected ones (%)" if scale == "ratio" else f"Deaths per unit and {period}"


def from_start(earlier: int) -> str:
    """What is counted after: `from the installation on`, or `from 2 months before the installation on`."""
    return f"from {f'{counted(earlier, "month")} before ' if earlier else ''}the installation on"


def title_event_study(study: pd.DataFrame, scale: str, period: str, earlier: int = 0) -> str:
    """From the smallest to the largest effect from the start on.

    Parameters
    ----------
    study : pandas.DataFrame
    scale, period : str
    earlier : int
        Months by which starts are ahead of the installation.

    Returns
    -------
    str
    """
    late = study.loc[~study["before"] & np.isfinite(study["effect"]), "effect"]
    form, unit = (".0f", "%") if scale == "ratio" else (".2f", f" deaths per unit and {period}")
    low, high = signed(float(late.min()), form), signed(float(late.max()), form)
    return f"{from_start(earlier).capitalize()}: {low} to {high}{unit}, by {period}"


def plot_event_study(study: pd.DataFrame, scale: str, period: str, earlier: int = 0) -> "Figure":
    """Effects by months since the start, placebos before it.

    Parameters
    ----------
    study : pandas.DataFrame
        months, effect, lower, upper, before.
    scale, period : str
    earlier : int
        Months by which starts are ahead of the installation.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(8, 4.2), layout="constrained")
    for before, colour in ((True, theme.GREY), (False, theme.BLUE)):
        own = study[(study["before"] == before) & np.isfinite(study["effect"])]
        lower, upper = own["lower"].fillna(own["effect"]), own["upper"].fillna(own["effect"])
        axis.vlines(own["months"], lower, upper, color=colour, linewidth=1.5)
        axis.plot(own["months"], own["effect"], "o", color=colour, markersize=6)
    axis.axhline(0, color=theme.INK, linewidth=1)
    step = float(np.median(np.diff(study["months"])))
    axis.axvline(-step / 2, color=theme.INK, linewidth=1, linestyle="--")
    # Above the panel, on either side of the line between them.
    for name, side in (
        ("before: placebos", "right"),
        ("from the start" if earlier else "from the installation", "left"),
    ):
        axis.annotate(name, (-step / 2, 1), (-6 if side == "right" else 6, 3), ha=side, va="bottom", fontsize="small",
                      xycoords=("data", "axes fraction"), textcoords="offset points")  # fmt: skip
    if scale == "ratio":
        axis.set_ylim(LOWEST - 5, max(HIGHEST, float(study["effect"].replace(np.inf, np.nan).max()) * 1.1))
    since = f"the start, {counted(earlier, 'month')} before the installation" if earlier else "the installation"
    axis.set_xlabel(f"Months since {since}")
    axis.set_ylabel(effect_axis(scale, period))
    headline(figure, title_event_study(study, scale, period, earlier))
    return figure


def title_estimators(table: pd.DataFrame, period: str) -> str:
    """How far the estimators lie apart.

    Parameters
    ----------
    table : pandas.DataFrame
    period : str

    Returns
    -------
    str
    """
    low, high = signed(float(table["deaths"].min())), signed(float(table["deaths"].max()))
    return f"One table, {len(table)} estimators: {low} to {high} deaths per unit and {period}"


def plot_estimators(table: pd.DataFrame, period: str, significance: float) -> "Figure":
    """Every estimator in deaths and in percent, filled where its p among permuted dates is small.

    Parameters
    ----------
    table : pandas.DataFrame
        label, deaths, percent and their ends, p_value.
    period : str
    significance : float

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = plt.subplots(1, 2, figsize=(8.5, 1.4 + 0.42 * len(table)), sharey=True, layout="constrained")
    places = np.arange(len(table))
    small = (table["p_value"] <= significance + 1e-9).to_numpy()
    limits = {"deaths": _room(table), "percent": (LOWEST, HIGHEST)}
    for axis, column in zip(axes, ("deaths", "percent"), strict=True):
        low, high = limits[column]
        ends = [table[f"{column}_{end}"].clip(low, high).to_numpy(float) for end in ("lower", "upper")]
        axis.hlines(places, ends[0], ends[1], color=theme.GREY, linewidth=2)
        shown = table[column].between(low, high).to_numpy()
        for filled, face in ((True, theme.BLUE), (False, "white")):
            chosen = shown & (small == filled)
            label = f"p at most {significance:g} among permuted dates" if filled else "p above it"
            axis.plot(table.loc[chosen, column], places[chosen], "o", color=theme.BLUE, markerfacecolor=face,
                      markersize=7, label=label)  # fmt: skip
        for place in places[~shown]:
            axis.annotate("beyond", (high, place), ha="right", va="bottom", fontsize="small")
        axis.axvline(0, color=theme.INK, linewidth=1)
    axes[0].set_yticks(places, list(table["label"]))
    axes[0].invert_yaxis()
    axes[0].set_xlabel(f"Deaths per unit and {period}")
    axes[1].set_xlabel("% of the deaths expected")
    legend_below(figure, list(axes), 2)
    headline(figure, title_estimators(table, period))
    return figure


def _room(table: pd.DataFrame) -> tuple[float, float]:
    ends = table[["deaths_lower", "deaths_upper", "deaths"]].to_numpy(float)
    finite = ends[np.isfinite(ends)]
    return float(finite.min()), float(finite.max())


def title_outcomes(rows: pd.DataFrame, earlier: int = 0) -> str:
    """Homicides and killings by police in ratios.

    Parameters
    ----------
    rows : pandas.DataFrame
    earlier : int
        Months by which starts are ahead of the installation.

    Returns
    -------
    str
    """
    own = rows[rows["scale"] == "ratio"]
    percents = dict(zip(own["outcome"], own["percent"].to_numpy(float), strict=True))
    told = [f"{name} {signed(float(percents[outcome]), '.0f')}%" for outcome, name in OUTCOMES.items()]
    return f"In ratios: {', '.join(told)} {from_start(earlier)}"


def plot_outcomes(rows: pd.DataFrame, earlier: int = 0) -> "Figure":
    """Each outcome on each scale from the start on, with the placebo before it in grey.

    Parameters
    ----------
    rows : pandas.DataFrame
        outcome_name, scale_name, percent, early_percent and their ends.
    earlier : int
        Months by which starts are ahead of the installation.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(8, 1.6 + 0.5 * len(rows)), layout="constrained")
    places = np.arange(len(rows))
    for column, shift, colour, name in (
        ("early_percent", -0.14, theme.GREY, "before: placebo"),
        ("percent", 0.14, theme.BLUE, from_start(earlier)),
    ):
        ends = [rows[f"{column}_{end}"].clip(LOWEST, HIGHEST).to_numpy(float) for end in ("lower", "upper")]
        axis.hlines(places + shift, ends[0], ends[1], color=colour, linewidth=2)
        shown = rows[column].between(LOWEST, HIGHEST).to_numpy()
        axis.plot(rows.loc[shown, column], places[shown] + shift, "o", color=colour, label=name)
    axis.axvline(0, color=theme.INK, linewidth=1)
    axis.set_yticks(places, [f"{row['outcome_name']},\n{row['scale_name']}" for _, row in rows.iterrows()])
    axis.invert_yaxis()
    axis.set_xlabel(f"% of the deaths expected, intervals cut at {HIGHEST}")
    legend_below(figure, [axis], 2)
    headline(figure, title_outcomes(rows, earlier))
    return figure


def title_phases(table: pd.DataFrame) -> str:
    """Killings by police before the first unit, while units came, and at their highest after.

    Parameters
    ----------
    table : pandas.DataFrame

    Returns
    -------
    str
    """
    own = table[table["outcome"] == "killings_by_police"]["per_month"].to_numpy(float)
    return (
        f"Killings by police a month: {own[0]:.1f} before the first unit, {own[1]:.1f} while units came, up to "
        f"{own[2:].max():.1f} after"
    )


def plot_phases(table: pd.DataFrame) -> "Figure":
    """Deaths a month by phase and outcome.

    Parameters
    ----------
    table : pandas.DataFrame
        outcome, outcome_name, phase, per_month, lower, upper.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(8, 4.2), layout="constrained")
    for shift, outcome in zip((-0.1, 0.1), OUTCOMES, strict=True):
        own = table[table["outcome"] == outcome]
        places = np.arange(len(own)) + shift
        axis.vlines(places, own["lower"], own["upper"], color=COLOURS[outcome], linewidth=1.5)
        axis.plot(places, own["per_month"], "o-", color=COLOURS[outcome], linewidth=1, label=OUTCOMES[outcome])
    names = [phase.replace(" to ", " to\n") for phase in dict.fromkeys(table["phase"])]
    axis.set_xticks(range(len(names)), names)
    axis.set_ylim(bottom=0)
    axis.set_xlabel("Phase")
    axis.set_ylabel("Deaths a month in all areas")
    legend_below(figure, [axis], 2)
    headline(figure, title_phases(table))
    return figure
