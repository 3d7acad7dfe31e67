"""Pictures of the region and its countries: four series each, the share of the world, revisions, reversion."""

from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter, NullLocator

from citizen_security import measures
from citizen_security.figures import theme
from citizen_security.figures.embed import Embedded, show
from citizen_security.figures.end_labels import label_ends
from citizen_security.figures.paradox.series import REGION, SUBJECT_COLOURS, Panel, country_chart, panels_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

SUBJECT_WORDS = {name: subject.words for name, subject in measures.subjects(measures.MAIN_LINE.column).items()}

# Pixels.
PANEL_HEIGHTS = {"homicide": 190, "poverty": 130, "gini": 130, "income": 130}

STYLES = {"homicide": "-", "poverty": "--", "gini": ":", "income": "-."}

# Ratios to a country's own average; beyond them a line leaves its panel.
RATIO_TICKS = (0.25, 0.5, 1, 2, 4)

NAMED_REVISIONS = 6

LONG_NAME = 24

COUNTRIES_ALTERNATIVE = (
    "Four line charts over the same years, one line a country: homicide rate, share of people under the poverty line, "
    f"{measures.INEQUALITY_INDEX} and income a head. The country chosen in the list, or clicked, stands out in "
    "all four."
)
COUNTRIES_CAPTION = (
    "Source: UNODC 2025; World Bank Poverty and Inequality Platform, September 2024; SWIID 9.92; World Bank World "
    "Development Indicators. A gap is a year without a figure; poverty between two surveys is interpolated."
)


def chart_panels(poverty_line: str) -> dict[str, Panel]:
    """Panels of the interactive chart of countries: homicide, poverty, inequality, income."""
    return panels_of(poverty_line, PANEL_HEIGHTS)


def show_countries(
    panel: pd.DataFrame, regional: pd.DataFrame | None, columns: "Mapping[str, str]", names: "pd.Series[str]", line: str
) -> Embedded:
    """Interactive chart of homicide, poverty, inequality and income by country, for light and dark pages.

    Parameters
    ----------
    panel : pandas.DataFrame
        iso3, year and `columns`, for the years shown.
    regional : pandas.DataFrame or None
        subject, year, value of the whole region; None where the countries are not the region.
    columns : mapping of str
        Column of `panel` by subject.
    names : pandas.Series
        Country name by ISO code.
    line : str
        Column name of the poverty line.

    Returns
    -------
    Embedded
    """
    lines = panel[["year"]].assign(
        country=panel["iso3"].map(names), **{subject: panel[column] for subject, column in columns.items()}
    )
    if regional is not None:
        whole = regional.pivot(index="year", columns="subject", values="value").reset_index().assign(country=REGION)
        lines = pd.concat([lines, whole[lines.columns]], ignore_index=True)
    lines = lines.sort_values(["country", "year"])
    panels = chart_panels(line)
    title = f"Homicide, poverty, {measures.INEQUALITY} and income by country"
    light, dark = (country_chart(lines, panels, title, dark=dark) for dark in (False, True))
    return show(light, COUNTRIES_ALTERNATIVE, dark=dark, caption=COUNTRIES_CAPTION)


def plot_country_panels(ratios: pd.DataFrame, changes: pd.DataFrame, names: "pd.Series[str]") -> "Figure":
    """Small panels, one a country, with each of its series over its own average, on one scale that doubles.

    Parameters
    ----------
    ratios : pandas.DataFrame
        iso3, year, and for each subject the figure over the country's average; missing where there is none.
    changes : pandas.DataFrame
        Change by country between two windows: `<subject>_change`, missing where it is not known.
    names : pandas.Series
        Country name by ISO code.

    Returns
    -------
    matplotlib.figure.Figure
    """
    subjects = [subject for subject in SUBJECT_WORDS if subject in ratios]
    order = sorted(ratios["iso3"].unique(), key=lambda iso3: names.get(iso3, iso3))
    width = min(5, len(order))
    # One cell is kept free for the legend.
    height = -(-(len(order) + 1) // width)
    figure, axes = plt.subplots(
        height,
        width,
        figsize=(max(1.9 * width + 0.6, 6), 1.25 * height + 1.5),
        sharex=True,
        sharey=True,
        squeeze=False,
        layout="constrained",
    )
    for axis, iso3 in zip(axes.flat, order, strict=False):
        _draw_ratios(axis, ratios[ratios["iso3"] == iso3].sort_values("year"), subjects)
        name = str(names.get(iso3, iso3))
        small = "xx-small" if len(name) > LONG_NAME else "x-small"
        axis.set_title(name, fontsize=small, fontweight="normal", pad=2)
    for axis in axes.flat[len(order) :]:
        axis.set_visible(False)
    figure.supylabel("times the country's own average", fontsize="small")
    free = axes.flat[len(order)]
    free.set_visible(True)
    free.set_axis_off()
    free.legend(*axes.flat[0].get_legend_handles_labels(), loc="center left", fontsize="small")
    figure.suptitle(title_changes(changes), x=0.01, ha="left", fontweight="bold", fontsize="large")
    return figure


def title_changes(changes: pd.DataFrame) -> str:
    """In how many of the countries with figures each subject rose or fell."""
    counts = [
        f"{SUBJECT_WORDS[subject]} {word} in {int((sign * known > 0).sum())} of {len(known)}"
        for subject, word, sign in (
            ("income", "rose", 1),
            ("poverty", "fell", -1),
            ("gini", "fell", -1),
            ("homicide", "fell", -1),
        )
        if len(known := changes[f"{subject}_change"].dropna())
    ]
    text = ";\n".join("; ".join(counts[start : start + 2]) for start in range(0, len(counts), 2))
    return f"Countries with figures in both windows:\n{text}"


def plot_world_share(compared: pd.DataFrame, place: str, marked_year: int) -> "Figure":
    """The region's share of the world's homicides, with bounds, beside its share of the world's people.

    Parameters
    ----------
    compared : pandas.DataFrame
        year, homicide_share with `_lower` and `_upper`, homicide_share_reported, population_share.
    place : str
    marked_year : int
        Year whose figure the text quotes.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(8, 4.4), layout="constrained")
    share = {name: 100 * compared[name] for name in compared.columns if "share" in name}
    axis.fill_between(
        compared["year"],
        share["homicide_share_lower"],
        share["homicide_share_upper"],
        color=theme.VERMILION,
        alpha=0.22,
        linewidth=0,
    )
    axis.plot(
        compared["year"],
        share["homicide_share"],
        color=theme.VERMILION,
        lw=2.2,
        label="homicides, gaps filled, with bounds",
    )
    axis.plot(
        compared["year"],
        share["homicide_share_reported"],
        color=theme.GREY,
        ls="--",
        lw=1.3,
        label="homicides reported, as they add up",
    )
    axis.plot(compared["year"], share["population_share"], color=theme.BLUE, ls=":", lw=2.2, label="people")
    marked = compared[compared["year"] == marked_year].iloc[0]
    axis.plot(marked_year, 100 * marked["homicide_share"], "o", color=theme.INK, zorder=4)
    axis.set_ylim(bottom=0)
    axis.margins(x=0.01)
    axis.set_ylabel("% of the world's homicides, people")
    label_ends(axis, apart=0.05)
    low, high = (f"{100 * marked[f'homicide_share_{bound}']:.0f}" for bound in ("lower", "upper"))
    figure.suptitle(
        f"{place}, {marked_year}: {100 * marked['population_share']:.1f}% of the world's people,\n"
        f"{100 * marked['homicide_share']:.0f}% of its homicides ({low} to {high} for what missing countries may hide)",
        x=0.01,
        ha="left",
        fontweight="bold",
        fontsize="medium",
    )
    return figure


def plot_revisions(revisions: pd.DataFrame, versions: pd.DataFrame, names: "pd.Series[str]") -> "Figure":
    """Revisions of country-years, and the region's change between the windows by each version of the figures.

    Parameters
    ----------
    revisions : pandas.DataFrame
        iso3, year, change (victims per 100,000).
    versions : pandas.DataFrame
        version, value, lower, upper (%).
    names : pandas.Series
        Country name by ISO code.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, (above, below) = plt.subplots(2, 1, figsize=(8, 6.6), height_ratios=[3, 2], layout="constrained")
    size = revisions["change"].abs().sort_values(ascending=False, kind="stable")
    largest = revisions.loc[size.index].drop_duplicates("iso3").head(NAMED_REVISIONS)["iso3"]
    rest = revisions[~revisions["iso3"].isin(largest)]
    above.axhline(0, color=theme.INK, linewidth=1)
    above.scatter(rest["year"], rest["change"], s=12, color=theme.GREY, alpha=0.6, label="others")
    for iso3, colour, marker in zip(largest, theme.CATEGORIES, "osD^vP", strict=False):
        rows = revisions[revisions["iso3"] == iso3]
        above.scatter(rows["year"], rows["change"], s=26, color=colour, marker=marker, label=names.get(iso3, iso3))
    above.set_ylabel("later release minus earlier,\nvictims per 100,000", fontsize="small")
    above.legend(fontsize="small", ncols=1, loc="center left", bbox_to_anchor=(1, 0.5))
    _draw_versions(below, versions)
    typical = revisions["change"].abs().median()
    figure.suptitle(
        f"The median revision of {len(revisions):,} rates was {typical:.2f} victims per 100,000;\n"
        f"the largest, {size.iloc[0]:.1f}, {names.get(largest.iloc[0], largest.iloc[0])}",
        x=0.01,
        ha="left",
        fontweight="bold",
    )
    return figure


def plot_reversion(
    levels: pd.DataFrame,
    highest: "Sequence[str]",
    swaps: "NDArray[np.float64]",
    observed: float,
    expected: float,
    interval: tuple[float, float],
    names: "pd.Series[str]",
) -> "Figure":
    """Homicide before and after on one doubling scale, and the fall of the highest countries among random swaps.

    Parameters
    ----------
    levels : pandas.DataFrame
        iso3, before, after (victims per 100,000).
    highest : sequence of str
        The countries highest before.
    swaps : numpy.ndarray, shape (draws,)
        Change in percent of the highest in each swap, over and above that of all.
    observed : float
        The change as it was.
    expected : float
        The change that random swaps produce on average.
    interval : tuple of float
        Range of most swaps.
    names : pandas.Series
        Country name by ISO code.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 4.6), layout="constrained")
    chosen = levels["iso3"].isin(list(highest))
    rates = levels[["before", "after"]].to_numpy(dtype=float)
    ends = (0.85 * rates.min(), 1.2 * rates.max())
    left.plot(ends, ends, color=theme.INK, linewidth=1)
    left.scatter(levels["before"][~chosen], levels["after"][~chosen], color=theme.GREY, s=28, zorder=3)
    left.scatter(levels["before"][chosen], levels["after"][chosen], color=theme.VERMILION, s=40, marker="^", zorder=3)
    for place, row in enumerate(levels[chosen].sort_values("before").itertuples()):
        # Names stand above and below in turn, so that close points do not write over each other.
        beside: dict[str, Any] = {"xytext": (0, 6)} if place % 2 else {"xytext": (0, -7), "va": "top"}
        point = (row.before, row.after)
        left.annotate(
            str(names.get(row.iso3, row.iso3)),
            point,
            textcoords="offset points",
            fontsize="x-small",
            ha="center",
            **beside,
        )
    left.set(xscale="log", yscale="log", xlim=ends, ylim=ends)
    for axis in (left.xaxis, left.yaxis):
        axis.set_major_locator(FixedLocator([1, 2, 5, 10, 20, 50, 100]))
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axis.set_minor_formatter(NullFormatter())
    left.set_xlabel("victims per 100,000 before")
    left.set_ylabel("victims per 100,000 after")
    left.set_title("Below the line: homicide fell", fontsize="small", fontweight="normal")
    right.hist(swaps, bins=40, color=theme.SKY)
    right.axvspan(*interval, color=theme.GREY, alpha=0.2, zorder=0)
    right.axvline(observed, color=theme.VERMILION, linewidth=2.5)
    right.set_yticks([])
    right.set_xlabel("% change of the highest,\nover and above all countries")
    right.set_title("Line: as it was. Blue: windows swapped by a coin.", fontsize="small", fontweight="normal")
    figure.suptitle(
        f"The {len(highest)} most violent countries {_moved(observed)} against all countries;\n"
        f"chance alone gives {expected:+.0f}% ({interval[0]:+.0f}% to {interval[1]:+.0f}%)".replace("-", "−"),
        x=0.01,
        ha="left",
        fontweight="bold",
    )
    return figure


def _moved(percent: float) -> str:
    return f"{'fell' if percent < 0 else 'rose'} by {abs(percent):.0f}%"


def _draw_ratios(axis: "Axes", rows: pd.DataFrame, subjects: list[str]) -> None:
    for subject in subjects:
        positive = rows[subject].where(rows[subject] > 0)
        axis.plot(
            rows["year"],
            positive,
            color=SUBJECT_COLOURS[subject],
            linestyle=STYLES[subject],
            linewidth=2 if subject == "homicide" else 1.3,
            label=SUBJECT_WORDS[subject],
        )
    axis.set_yscale("log", base=2)
    axis.set_ylim(RATIO_TICKS[0], RATIO_TICKS[-1])
    axis.set_yticks(RATIO_TICKS, labels=[f"{tick:g}" for tick in RATIO_TICKS])
    axis.yaxis.set_minor_locator(NullLocator())
    axis.axhline(1, color=theme.LIGHT["grid"], linewidth=1, zorder=0)
    axis.tick_params(labelsize="x-small")


def _draw_versions(axis: "Axes", versions: pd.DataFrame) -> None:
    places = np.arange(len(versions))[::-1]
    axis.axvline(0, color=theme.INK, linewidth=1)
    axis.hlines(places, versions["lower"], versions["upper"], color=theme.VERMILION, linewidth=2)
    axis.plot(versions["value"], places, "o", color=theme.VERMILION)
    labels = [measures.VERSIONS[version].replace(", ", ",\n") for version in versions["version"]]
    axis.set_yticks(places, labels=labels, fontsize="small")
    axis.set_ylim(-0.6, len(versions) - 0.4)
    axis.grid(visible=False, axis="y")
    axis.set_xlabel(
        "% change of the region's homicide rate between the windows (lines: bounds for gaps)", fontsize="small"
    )
