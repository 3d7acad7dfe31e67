"""Countries, states and cities: risk now, change, width of ranks, one place over time, forecasts and revisions."""

from typing import TYPE_CHECKING

import numpy as np

from citizen_security.figures import theme
from citizen_security.figures.headline import headline, legend_below
from citizen_security.words import out_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Publishers of the tables that places are read from.
SOURCES = {
    "country_year": "UNODC, 2025 release",
    "state_year": "Atlas da Violência (Brazil), INEGI (Mexico), National Police (Colombia)",
    "city_year": "Atlas da Violência (Brazil), INEGI (Mexico), National Police (Colombia)",
    "ecuador_province_month": "Ministerio del Interior (Ecuador)",
}
# Rows of places that are drawn at most, those of the highest risks.
SHOWN = 40
ROW, FRAME = 0.21, 1.5
CHANGE = "Change of the risk, %"
# Beyond this end of the axis a change is an arrow with its number: a place that counted a few may have risen tenfold.
LEAST_CHANGE, MOST_CHANGE = -100.0, 300.0


def sources(tables: "Iterable[str]") -> str:
    """Publishers of the tables that a figure shows, for its source line.

    Parameters
    ----------
    tables : iterable of str
        Names of tables; each may stand many times.

    Returns
    -------
    str
    """
    return "; ".join(dict.fromkeys(SOURCES[name] for name in dict.fromkeys(tables)))


def plot_risk_now(frame: "pd.DataFrame", *, credible_level: float) -> "Figure":
    """The risk of places now with intervals, highest on top, beside their last published figure.

    Parameters
    ----------
    frame : pandas.DataFrame
        `name`, `unit`, `fit`, `year`, `value`, `value_lower`, `value_upper`, `published`, `published_year`, `chosen`;
        places of one fit, highest first.
    credible_level : float
        Of the intervals.

    Returns
    -------
    matplotlib.figure.Figure
    """
    shown = frame.head(SHOWN)
    figure, axes = _rows(shown)
    colours = [_colour(chosen) for chosen in shown["chosen"]]
    axes.hlines(shown.index, shown["value_lower"], shown["value_upper"], color=colours, linewidth=2)
    axes.scatter(
        shown["value"], shown.index, color=colours, s=22, zorder=3, label=f"risk, {credible_level:.0%} interval"
    )
    axes.plot(shown["published"], shown.index, "|", color=theme.INK, markersize=9, label="last published figure")
    axes.set(xlabel=frame["unit"].iloc[0].capitalize(), xlim=(0, None))
    headline(figure, _title_now(frame))
    legend_below(figure, [axes], 2)
    return figure


def plot_changes(frame: "pd.DataFrame", *, credible_level: float) -> "Figure":
    """The change of the risk of places since the year shown first, with intervals.

    Parameters
    ----------
    frame : pandas.DataFrame
        `name`, `fit`, `since`, `until`, `change_percent`, `lower`, `upper`, `more_than_chance`, `chosen`; places
        without an earlier figure have none and are left out.
    credible_level : float

    Returns
    -------
    matplotlib.figure.Figure
    """
    known = frame.dropna(subset=["change_percent"])
    shown = known.sort_values("change_percent", ascending=False, ignore_index=True)
    if len(shown) > SHOWN:
        # Both ends of the list: the largest rises and falls.
        half = SHOWN // 2
        shown = shown.drop(index=range(half, len(shown) - half)).reset_index(drop=True)
    figure, axes = _rows(shown)
    axes.axvline(0, color=theme.GREY, linewidth=1)
    sure = shown["more_than_chance"].astype(bool)
    for colour, label, part in [
        (theme.BLUE, "surely fell", shown[sure & (shown["upper"] < 0)]),
        (theme.GREY, "not sure", shown[~sure]),
        (theme.VERMILION, "surely rose", shown[sure & (shown["lower"] > 0)]),
    ]:
        lower, upper = (part[end].clip(upper=MOST_CHANGE) for end in ("lower", "upper"))
        axes.hlines(part.index, lower, upper, color=colour, linewidth=2)
        inside = part[part["change_percent"] <= MOST_CHANGE]
        axes.plot(inside["change_percent"], inside.index, "o", color=colour, markersize=4.5, label=label)
        beyond = part[part["change_percent"] > MOST_CHANGE]
        axes.plot([MOST_CHANGE] * len(beyond), beyond.index, ">", color=colour, markersize=6)
        for position, change in zip(beyond.index.to_numpy(), beyond["change_percent"], strict=True):
            axes.text(MOST_CHANGE * 0.97, position, f"{change:+,.0f}%", ha="right", va="center", fontsize="small")
    axes.set(xlabel=f"{CHANGE} ({credible_level:.0%} interval)", xlim=(LEAST_CHANGE, None))
    headline(figure, _title_changes(known))
    legend_below(figure, [axes], 3)
    return figure


def plot_shares(by_fit: "pd.DataFrame", *, since: int) -> "Figure":
    """Shares of the places of each fit whose risk surely fell, surely rose, or neither.

    Parameters
    ----------
    by_fit : pandas.DataFrame
        `fit`, `places`, `fell`, `not_sure`, `rose`.
    since : int

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = _bars(by_fit)
    left = np.zeros(len(by_fit))
    for column, colour, label in [
        ("fell", theme.BLUE, "surely fell"),
        ("not_sure", theme.LIGHT["grid"], "not sure"),
        ("rose", theme.VERMILION, "surely rose"),
    ]:
        share = (100 * by_fit[column] / by_fit["places"]).to_numpy()
        axes.barh(by_fit.index, share, left=left, color=colour, label=label, height=0.7)
        for position, (start, width, number) in enumerate(zip(left, share, by_fit[column], strict=True)):
            if number:
                axes.text(
                    start + width / 2, position, f"{number}", ha="center", va="center", color=theme.on(colour),
                    fontsize="small",
                )  # fmt: skip
        left = left + share
    axes.set(xlabel="Share of places, % (numbers: places)", xlim=(0, 100))
    fell, rose, places = (int(by_fit[column].sum()) for column in ("fell", "rose", "places"))
    title = f"Since {since} the risk surely fell in {out_of(fell, places, 'places')} and surely rose in {rose:,}"
    headline(figure, title)
    legend_below(figure, [axes], 3)
    return figure


def plot_rank_widths(widths: "pd.DataFrame", *, narrow: int, credible_level: float) -> "Figure":
    """Width of the interval of each place's rank, by fit.

    Parameters
    ----------
    widths : pandas.DataFrame
        `fit`, `width`, `ranked`; not empty.
    narrow : int
        Width below which a rank counts as narrowly known.
    credible_level : float

    Returns
    -------
    matplotlib.figure.Figure
    """
    fits = widths.drop_duplicates("fit", ignore_index=True)
    figure, axes = _bars(fits.assign(places=fits["ranked"]))
    for position, fit in enumerate(fits["fit"]):
        own = widths.loc[widths["fit"] == fit, "width"]
        # Places of one width lie beside each other, in the order of their ranks: no chance in the picture.
        stacked = own.groupby(own).cumcount()
        spread = 0.36 / max(int(stacked.max()), 1)
        axes.plot(
            own, position + (stacked % 2 * 2 - 1) * ((stacked + 1) // 2) * spread, ".", color=theme.BLUE, markersize=4
        )
        axes.plot(own.median(), position, "|", color=theme.INK, markersize=18, markeredgewidth=2)
    axes.axvline(narrow, color=theme.VERMILION, linewidth=1)
    axes.set(xlabel=f"Width of the {credible_level:.0%} interval of the rank, places (bar: median)", xlim=(-0.5, None))
    known = int((widths["width"] < narrow).sum())
    headline(figure, f"{out_of(known, len(widths), 'places').capitalize()} have a rank known to within {narrow} places")
    return figure


def plot_place(series: "pd.DataFrame", *, name: str, unit: str, since: int, credible_level: float) -> "Figure":
    """One place over time: what was published, with exact intervals, and the risk behind it.

    Parameters
    ----------
    series : pandas.DataFrame
        `year`, `published`, `published_lower`, `published_upper`, `value`, `value_lower`, `value_upper`, `doubted`.
    name, unit : str
    since : int
    credible_level : float

    Returns
    -------
    matplotlib.figure.Figure
    """
    from matplotlib import pyplot as plt
    from matplotlib.ticker import MaxNLocator

    figure, axes = plt.subplots(figsize=(8.5, 4.4), layout="constrained")
    axes.fill_between(
        series["year"], series["value_lower"], series["value_upper"], color=theme.BLUE, alpha=0.25, linewidth=0,
        label=f"risk, {credible_level:.0%} interval",
    )  # fmt: skip
    axes.plot(series["year"], series["value"], color=theme.BLUE, linewidth=1.5)
    for doubted, marker, label in [(False, "o", "published, exact interval"), (True, "s", "published, doubted")]:
        part = series[(series["doubted"] == doubted) & series["published"].notna()]
        if len(part):
            ends = [part["published"] - part["published_lower"], part["published_upper"] - part["published"]]
            face = theme.LIGHT["background"] if doubted else theme.INK
            axes.errorbar(
                part["year"], part["published"], yerr=np.clip(ends, 0, None), fmt=marker, color=theme.INK,
                markerfacecolor=face, markersize=4, linewidth=1, label=label,
            )  # fmt: skip
    axes.axvline(since, color=theme.GREY, linewidth=1, linestyle=":")
    axes.set(ylabel=unit.capitalize(), ylim=(0, None))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    headline(figure, _title_place(series, name, unit))
    legend_below(figure, [axes], 3)
    return figure


def plot_forecasts(fits: "pd.DataFrame", *, credible_level: float) -> "Figure":
    """Each fit's gain in log score over the best of its rivals, and how often its intervals held.

    Parameters
    ----------
    fits : pandas.DataFrame
        `fit`, `held_out`, `gain`, `gain_lower`, `gain_upper`, `covered`, `model_holds`.
    credible_level : float

    Returns
    -------
    matplotlib.figure.Figure
    """
    from matplotlib import pyplot as plt
    from matplotlib.ticker import PercentFormatter

    figure, (left, right) = plt.subplots(
        1, 2, figsize=(10, FRAME + 0.4 * len(fits)), layout="constrained", sharey=True, width_ratios=[3, 2]
    )
    colours = [theme.BLUE if holds else theme.VERMILION for holds in fits["model_holds"]]
    left.axvline(0, color=theme.GREY, linewidth=1)
    left.hlines(fits.index, fits["gain_lower"], fits["gain_upper"], color=colours, linewidth=2)
    left.scatter(fits["gain"], fits.index, color=colours, s=22, zorder=3)
    left.set(xlabel="Log score over the best rival's", title="Gain")
    right.axvline(credible_level, color=theme.GREY, linewidth=1)
    right.plot(fits["covered"], fits.index, "o", color=theme.INK, markersize=4.5)
    right.set(
        xlabel="Held-out counts in their interval", title="Coverage", xlim=(min(0.5, fits["covered"].min()), 1.01)
    )
    right.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    left.set_yticks(fits.index, fits["fit"])
    left.set_ylim(len(fits) - 0.4, -0.6)
    for axes in (left, right):
        axes.grid(axis="y", visible=False)
    beaten = int((~fits["model_holds"]).sum())
    headline(figure, f"A simple rival forecasts held-out years surely better in {out_of(beaten, len(fits), 'fits')}")
    return figure


def plot_revisions(revisions: "pd.DataFrame") -> "Figure":
    """Revisions of rates between two releases, by country, beside half the width of the exact interval.

    Parameters
    ----------
    revisions : pandas.DataFrame
        `name`, `revision_percent`, `chance_percent`, `outside`; not empty.

    Returns
    -------
    matplotlib.figure.Figure
    """
    chance = revisions.groupby("name")["chance_percent"].median().sort_values()
    position = {name: number for number, name in enumerate(chance.index)}
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(8.5, FRAME + ROW * len(chance)), layout="constrained")
    axes.hlines(
        range(len(chance)), -chance, chance, color=theme.LIGHT["grid"], linewidth=7, label="chance (middle year)"
    )
    for outside, colour, label in [(False, theme.BLUE, "revision within chance"), (True, theme.VERMILION, "beyond")]:
        part = revisions[revisions["outside"] == outside]
        axes.plot(part["revision_percent"], part["name"].map(position), ".", color=colour, markersize=6, label=label)
    axes.set_yticks(range(len(chance)), list(chance.index), fontsize="small")
    axes.set_ylim(len(chance) - 0.4, -0.6)
    axes.set_xscale("symlog", linthresh=5)
    ticks = [-50, -20, -5, 0, 5, 20, 50]
    axes.set_xticks(ticks, [f"{tick:+d}".replace("-", "−") if tick else "0" for tick in ticks])
    axes.minorticks_off()
    axes.set(xlabel="Revision of a year's rate between two releases, % (even steps to 5, then by logs)")
    axes.grid(axis="y", visible=False)
    moved = out_of(int(revisions["outside"].sum()), len(revisions), "figures")
    headline(figure, f"Another release moved {moved} farther than chance in the count would")
    legend_below(figure, [axes], 3)
    return figure


def _rows(shown: "pd.DataFrame") -> "tuple[Figure, Axes]":
    """A figure with a labelled row for each place, the first on top and the chosen one in bold."""
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(8.5, FRAME + ROW * len(shown)), layout="constrained")
    axes.set_yticks(shown.index, list(shown["name"]), fontsize="small")
    for label, chosen in zip(axes.get_yticklabels(), shown["chosen"], strict=True):
        label.set_fontweight("bold" if chosen else "normal")
    axes.set_ylim(len(shown) - 0.4, -0.6)
    axes.grid(axis="y", visible=False)
    return figure, axes


def _bars(fits: "pd.DataFrame") -> "tuple[Figure, Axes]":
    """A figure with a row for each fit."""
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(8.5, FRAME + 0.45 * len(fits)), layout="constrained")
    labels = [f"{fit} ({places})" for fit, places in zip(fits["fit"], fits["places"], strict=True)]
    axes.set_yticks(range(len(fits)), labels)
    axes.set_ylim(len(fits) - 0.4, -0.6)
    axes.grid(axis="y", visible=False)
    return figure, axes


def _colour(chosen: bool) -> str:
    return theme.VERMILION if chosen else theme.BLUE


def _title_now(frame: "pd.DataFrame") -> str:
    top = frame.iloc[0]
    reaching = int((frame["value_upper"] >= top["value_lower"]).sum())
    what = "the highest risk" if len(frame.dropna(subset=["rank"])) else "the most homicides"
    year, fit = top["year"], top["fit"]
    if reaching == 1:
        return f"In {year} {top['name']} surely had {what} among the {fit}"
    return f"In {year} the intervals of {reaching} {fit} reach that of {top['name']}, which has {what}"


def _title_changes(known: "pd.DataFrame") -> str:
    if known.empty:
        return "No place has an earlier figure"
    sure = known["more_than_chance"].astype(bool)
    fell, rose = int((sure & (known["upper"] < 0)).sum()), int((sure & (known["lower"] > 0)).sum())
    since = int(known["since"].min())
    fallen = out_of(fell, len(known), str(known["fit"].iloc[0]))
    return f"Since {since} the risk surely fell in {fallen} and surely rose in {rose}"


def _title_place(series: "pd.DataFrame", name: str, unit: str) -> str:
    figures = series.dropna(subset=["published"])
    latest, peak = figures.iloc[-1], figures.sort_values("published").iloc[-1]
    now = f"{name}: {_rate(latest['published'])} {unit} in {latest['year']:.0f}"
    if latest["year"] == peak["year"]:
        return f"{now}, more than in any year before"
    return f"{now}, {_rate(peak['published'])} in {peak['year']:.0f}, the highest"


def _rate(value: float) -> str:
    return f"{value:.1f}" if value < 10 else f"{value:,.0f}"
