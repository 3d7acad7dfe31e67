"""Pictures of the violence–poverty paradox: coverage, series, before and after, and the front page's chart."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import pandas as pd

from citizen_security import measures
from citizen_security.figures import theme
from citizen_security.figures.end_labels import label_ends

if TYPE_CHECKING:
    import altair
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

REGION = "Latin America and the Caribbean"

SUBJECT_COLOURS = {
    "homicide": theme.VERMILION,
    "poverty": theme.BLUE,
    "gini": theme.GREEN,
    "income": theme.PURPLE,
}

# Fewer surveys than these leave most of a country's line-up to interpolation.
FEW_SURVEYS = 5

# Narrow enough for a phone of 360 pixels with the page's margins and the axis labels.
NARROWEST = 240
WIDEST = 580

# The pointer meets the cell around a point, and the cell's datum holds the point's. Vega-Lite 6.4 forgets this for
# texts in an encoded tooltip, so the tooltip is written out.
_POINT = "(datum.datum || datum)"


@dataclass(frozen=True)
class Panel:
    """One panel of the chart of countries.

    Attributes
    ----------
    title : str
        Above the panel.
    label : str
        Before the figure in the tooltip.
    number : str
        Format of the figure there.
    digits : int
        Decimals that the chart carries.
    height : int
        Pixels.
    """

    title: str
    label: str
    number: str = ".1f"
    digits: int = 1
    height: int = 170


def place_name(chosen: str | Sequence[str], names: "pd.Series[str]") -> str:
    """The region's name where all of it is chosen, or the names of its countries, in the order of their codes."""
    return REGION if chosen == "lac" else ", ".join(names[sorted(chosen)])


def panels_of(poverty_line: str, heights: Mapping[str, int]) -> dict[str, Panel]:
    """Panels of some subjects, as high as given in pixels, with poverty below the line."""
    subjects = {name: measures.subjects(poverty_line)[name] for name in heights}
    return {
        name: Panel(subject.title, subject.short, subject.number, int(subject.number[-2]), heights[name])
        for name, subject in subjects.items()
    }


FRONT_PANELS = panels_of(measures.MAIN_LINE.column, {"homicide": 230, "poverty": 170})


def tooltip(panels: Mapping[str, Panel], kind: str = "country") -> str:
    """Vega expression of the pointer's text: place, year and each panel's figure with its unit."""
    figures = [
        f"'{panel.label}': isValid({_POINT}.{subject}) ? format({_POINT}.{subject}, '{panel.number}') : 'no figure'"
        for subject, panel in panels.items()
    ]
    return "{" + ", ".join([f"'{kind.capitalize()}': {_POINT}.country, 'Year': {_POINT}.year", *figures]) + "}"


TOOLTIP = tooltip(FRONT_PANELS)

# Pixels beside the panels: axis labels and padding.
AXIS_ROOM = 56


def plot_coverage(panel: pd.DataFrame, columns: Sequence[str]) -> "Figure":
    """Heatmap of how many countries have which column in which year.

    Parameters
    ----------
    panel : pandas.DataFrame
        iso3, year and `columns`.
    columns : sequence of str

    Returns
    -------
    matplotlib.figure.Figure
    """
    counts = panel.groupby("year")[list(columns)].count().T
    complete = panel.dropna(subset=list(columns)).groupby("year")["iso3"].nunique()
    counts.loc["all of these"] = complete.reindex(counts.columns).fillna(0).astype(int)
    total = int(panel["iso3"].nunique())
    figure, axis = plt.subplots(figsize=(9, 0.42 * len(counts) + 1.7), layout="constrained")
    image = axis.imshow(counts.to_numpy(), aspect="auto", cmap="viridis", vmin=0, vmax=total)
    axis.set_yticks(range(len(counts)), labels=[_coverage_label(name) for name in counts.index])
    years = counts.columns.astype(int).tolist()
    ticks = [position for position, year in enumerate(years) if year % 5 == 0]
    axis.set_xticks(ticks, labels=[str(years[position]) for position in ticks])
    axis.grid(visible=False)
    axis.axhline(len(counts) - 1.5, color="white", linewidth=3)
    figure.colorbar(image, ax=axis, label="countries with a figure")
    share = len(panel.dropna(subset=list(columns))) / len(panel)
    axis.set_title(f"All of these are known for {share:.0%} of {len(panel):,} country-years")
    return figure


def plot_country_series(panel: pd.DataFrame, names: "pd.Series[str]") -> "Figure":
    """Small panels with the homicide rate of each country, on one scale, those with the widest range first.

    Parameters
    ----------
    panel : pandas.DataFrame
        iso3, year, rate.
    names : pandas.Series
        Country name by ISO code.

    Returns
    -------
    matplotlib.figure.Figure
    """
    observed = panel.dropna(subset="rate")
    spread = observed.groupby("iso3")["rate"].agg(lambda rate: rate.max() - rate.min()).sort_values(ascending=False)
    width = min(6, len(spread))
    height = -(-len(spread) // width)
    figure, axes = plt.subplots(
        height,
        width,
        figsize=(1.75 * width + 0.8, 1.15 * height + 1.0),
        sharex=True,
        sharey=True,
        squeeze=False,
        layout="constrained",
    )
    for axis, iso3 in zip(axes.flat, spread.index, strict=False):
        rows = observed[observed["iso3"] == iso3]
        # Reindexed over the years so that a gap in the figures is a gap in the line.
        years = range(int(panel["year"].min()), int(panel["year"].max()) + 1)
        series = rows.set_index("year")["rate"].reindex(years)
        axis.plot(series.index, series, color=theme.VERMILION, linewidth=1.5, marker=".", markersize=2)
        axis.set_title(names.get(iso3, iso3), fontsize="x-small", fontweight="normal", pad=2)
        axis.tick_params(labelsize="x-small")
    for axis in axes.flat[len(spread) :]:
        axis.set_visible(False)
    figure.supylabel("victims per 100,000 people", fontsize="small")
    figure.suptitle(_title_country_series(spread, names), x=0.01, ha="left", fontweight="bold", fontsize="large")
    return figure


def plot_region(
    series: dict[str, pd.DataFrame], place: str, poverty_line: str, windows: Mapping[str, tuple[int, int]]
) -> "Figure":
    """Homicide, poverty and inequality of the region over time, one panel above the other.

    Parameters
    ----------
    series : dict of pandas.DataFrame
        By subject (`homicide`, `poverty`, `gini`): year, value, left_out, lower, upper.
    place : str
        Name of the region.
    poverty_line : str
        Column name of the line.
    windows : mapping of tuple of int
        First and last year of the windows `before` and `after`, whose means the title compares and that are shaded.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = plt.subplots(
        len(series), 1, figsize=(8, 2.5 * len(series) + 0.8), sharex=True, squeeze=False, layout="constrained"
    )
    for axis, (subject, frame) in zip(axes.flat, series.items(), strict=True):
        for first, last in windows.values():
            axis.axvspan(first - 0.5, last + 0.5, color=theme.GREY, alpha=0.12, linewidth=0)
        _draw_series(axis, frame, SUBJECT_COLOURS[subject])
        axis.set_ylabel(measures.subjects(poverty_line)[subject].axis, fontsize="small")
        # From zero, so that a fall looks as large as it is and the panels can be compared.
        axis.set_ylim(bottom=0)
        label_ends(axis, apart=0.08)
    figure.suptitle(title_region(series, place, windows), x=0.01, ha="left", fontweight="bold")
    return figure


def title_region(series: dict[str, pd.DataFrame], place: str, windows: Mapping[str, tuple[int, int]]) -> str:
    """Finding of the regional series: the change of homicide and of poverty between the windows that pages quote."""
    (first, second), (third, last) = windows["before"], windows["after"]
    changes = [
        f"{subject} {change_with_gaps(frame, windows)}"
        for subject, frame in series.items()
        if subject in {"homicide", "poverty"}
    ]
    return f"{place}, mean of {first}–{second} to mean of {third}–{last}:\n" + ",\n".join(changes)


def change_with_gaps(series: pd.DataFrame, windows: Mapping[str, tuple[int, int]]) -> str:
    """Change between the means of two windows in percent, with the worst case that the gaps leave on either side.

    Parameters
    ----------
    series : pandas.DataFrame
        year, value, lower, upper.
    windows : mapping of tuple of int
        First and last year of the windows `before` and `after`.

    Returns
    -------
    str
    """
    before, after = (
        series[series["year"].between(*windows[window])][["value", "lower", "upper"]].mean()
        for window in ("before", "after")
    )
    ends = (after["value"] / before["value"], after["lower"] / before["upper"], after["upper"] / before["lower"])
    change, lower, upper = (f"{100 * (ratio - 1):+.1f}".replace("-", "−") for ratio in ends)
    return f"{change}% (gaps: {lower} to {upper})"


def plot_world_ratio(compared: pd.DataFrame, place: str, marked_year: int) -> "Figure":
    """Homicide in the region over that in the world, with the bounds that missing countries leave, and the coverage.

    Parameters
    ----------
    compared : pandas.DataFrame
        year, ratio, ratio_left_out, ratio_lower, ratio_upper, region_coverage, rest_coverage.
    place : str
    marked_year : int
        Year whose figure the text quotes.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, (above, below) = plt.subplots(
        2, 1, figsize=(8, 5.4), sharex=True, height_ratios=[2, 1], layout="constrained"
    )
    frame = compared.rename(columns=lambda name: name.removeprefix("ratio_")).assign(value=compared["ratio"])
    _draw_series(above, frame, theme.VERMILION)
    above.axhline(1, color=theme.INK, linewidth=1)
    above.set_ylabel("times the world's\nhomicide rate", fontsize="small")
    above.set_ylim(bottom=0)
    marked = compared[compared["year"] == marked_year].iloc[0]
    above.plot(marked_year, marked["ratio"], "o", color=theme.INK, zorder=4)
    below.plot(compared["year"], 100 * compared["region_coverage"], color=theme.INK, label="the region")
    below.plot(compared["year"], 100 * compared["rest_coverage"], color=theme.GREY, ls="--", label="rest of the world")
    below.set_ylim(0, 100)
    below.set_ylabel("% of people in\ncountries with figures", fontsize="small")
    label_ends(above, apart=0.06)
    label_ends(below, apart=0.12)
    figure.suptitle(
        f"{place}: {marked['ratio']:.1f} times the world's rate in {marked_year}\n"
        f"({marked['ratio_lower']:.1f} to {marked['ratio_upper']:.1f} for what missing countries may hide)",
        x=0.01,
        ha="left",
        fontweight="bold",
    )
    return figure


def plot_before_after(
    changes: pd.DataFrame, names: "pd.Series[str]", windows: Mapping[str, tuple[int, int]]
) -> "Figure":
    """Scatter of countries: change in poverty against change in homicide, hollow where few surveys stand behind it.

    Parameters
    ----------
    changes : pandas.DataFrame
        iso3, poverty_change (points), homicide_change (victims per 100,000), surveys (between the windows' ends).
    names : pandas.Series
        Country name by ISO code.
    windows : mapping of tuple of int
        First and last year of the windows `before` and `after`.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(8, 5.6), layout="constrained")
    axis.axhline(0, color=theme.INK, linewidth=1)
    axis.axvline(0, color=theme.INK, linewidth=1)
    rose = (changes["poverty_change"] < 0) & (changes["homicide_change"] > 0)
    few = changes["surveys"] < FEW_SURVEYS
    for colour, marker, group in (
        (theme.VERMILION, "^", rose),
        (theme.BLUE, "o", ~rose),
    ):
        for filled, rows in ((True, changes[group & ~few]), (False, changes[group & few])):
            axis.scatter(
                rows["poverty_change"],
                rows["homicide_change"],
                s=48,
                marker=marker,
                edgecolors=colour,
                facecolors=colour if filled else "none",
                linewidths=1.6,
                zorder=3,
            )
    _name_points(axis, changes, names)
    axis.margins(x=0.1)
    between = " to ".join(f"{windows[window][0]}–{windows[window][1]}" for window in ("before", "after"))
    axis.set_xlabel(f"change in poverty, percentage points, {between}")
    axis.set_ylabel(f"change in homicide, victims per 100,000,\n{between}")
    fell = int((changes["poverty_change"] < 0).sum())
    axis.set_title(
        f"Poverty fell in {fell} of {len(changes)} countries; homicide rose in {int(rose.sum())} of those {fell}\n"
        f"(triangles; hollow: fewer than {FEW_SURVEYS} poverty surveys in between)",
        fontsize="medium",
    )
    return figure


def homicide_and_poverty_chart(frame: pd.DataFrame, dark: bool = False) -> "altair.VConcatChart":
    """Interactive chart of the front page: homicide above, poverty below, a line per country, one country chosen.

    Two panels share the years and one selection. The selection is the parameter `country` on the field `country`; it
    is bound to a drop-down list and set by a click near a line; a double click clears it. In the running view its
    signal is `country_country` (a country's name, or null for all countries) and its store `country_store`:
    `view.signal("country_country", "Brazil").run()` chooses Brazil, and the marks named `line` then carry its colour.
    Pointing near a line names its country, year and figures (the parameter `pointed`). The line of the whole region,
    if `frame` has one under the name `REGION`, is always drawn in the colour of the text. The data are in the chart;
    nothing is loaded.

    The panels are as wide as the container, between `NARROWEST` and `WIDEST` pixels. Vega-Lite does this for single
    charts only, so `usermeta.embedOptions.patch`, which vega-embed applies, makes the signal `width` follow the
    container; a page that draws the chart without vega-embed can set the signal itself.

    Parameters
    ----------
    frame : pandas.DataFrame
        country, year, homicide (victims per 100,000 people), poverty (% of people); missing figures are gaps.
    dark : bool
        For the dark mode of the site.

    Returns
    -------
    altair.VConcatChart
    """
    return country_chart(frame, FRONT_PANELS, "Homicide and poverty by country", dark=dark)


def country_chart(
    frame: pd.DataFrame,
    panels: Mapping[str, Panel],
    title: str,
    *,
    kind: tuple[str, str] = ("country", "countries"),
    dark: bool = False,
) -> "altair.VConcatChart":
    """Interactive chart of countries over time, one panel a subject; see `homicide_and_poverty_chart`.

    Parameters
    ----------
    frame : pandas.DataFrame
        country, year and one column for each of `panels`; missing figures are gaps.
    panels : mapping of Panel
        From above to below, by column.
    title : str
    kind : tuple of str
        What the places are called that the column `country` names, one and several.
    dark : bool
        For the dark mode of the site.

    Returns
    -------
    altair.VConcatChart
    """
    import altair

    # The region, which is no country, comes first in the list.
    names = sorted(frame["country"].unique(), key=lambda name: (name != REGION, name))
    country = altair.selection_point(
        name="country",
        fields=["country"],
        nearest=True,
        bind=altair.binding_select(
            options=[None, *names], labels=[f"All {kind[1]}", *names], name=f"{kind[0].capitalize()} "
        ),
        on="click",
        clear="dblclick",
    )
    pointed = altair.selection_point(name="pointed", nearest=True, on="pointermove", clear="pointerout")
    data = altair.InlineData(values=_compact(frame, panels))
    years = [int(frame["year"].min()), int(frame["year"].max())]
    text = tooltip(panels, kind[0])
    drawn = [
        _chart_panel(data, subject, years, country, pointed, text, with_region=REGION in names, dark=dark).properties(
            title=panel.title, height=panel.height
        )
        for subject, panel in panels.items()
    ]
    header = altair.TitleParams(
        title,
        subtitle=[
            f"{years[0]} to {years[1]}. Choose a {kind[0]} below or in the chart.",
            *(["Bold: the region, weighted by population."] if REGION in names else []),
        ],
        offset=14,
    )
    with warnings.catch_warnings():
        # One selection for all panels is what is meant; Altair warns that it made one of several.
        warnings.filterwarnings("ignore", message="Automatically deduplicated selection parameter")
        chart: altair.VConcatChart = (
            altair.vconcat(*drawn, spacing=22)
            .resolve_scale(x="shared")
            .properties(title=header, usermeta={"embedOptions": {"patch": _follow_container()}})
            .configure(**theme.altair_config(dark=dark))
        )
    return chart


def _coverage_label(column: str) -> str:
    if column in measures.OUTCOMES:
        return measures.OUTCOMES[column].name
    return measures.label(column) if column in measures.MEASURES else column.capitalize()


def _chart_panel(
    data: Any,
    subject: str,
    years: list[int],
    country: "altair.Parameter",
    pointed: "altair.Parameter",
    tooltip: str,
    *,
    with_region: bool,
    dark: bool,
) -> Any:
    """One panel: invisible points that catch the pointer, the lines, the region's line, the point under the pointer."""
    import altair

    text = (theme.DARK if dark else theme.LIGHT)["text"]
    colour = theme.SKY if dark and subject == "poverty" else SUBJECT_COLOURS.get(subject, theme.VERMILION)
    # An empty choice means no country, not every country highlighted.
    chosen, under_pointer = altair.when(country, empty=False), altair.when(pointed, empty=False)
    of_region = altair.datum.country == REGION
    base = altair.Chart(data).encode(
        x=altair.X("year:Q", title=None, scale=altair.Scale(domain=years), axis=_year_axis()),
        y=altair.Y(f"{subject}:Q", title=None, axis=altair.Axis(minExtent=34, maxExtent=34, tickCount=5)),
        detail="country:N",
    )
    targets = base.mark_point(size=30, opacity=0, tooltip=altair.ExprRef(tooltip)).add_params(country, pointed)
    lines = base.mark_line(invalid="break-paths-show-path-domains", tooltip=None).encode(
        color=chosen.then(altair.value(colour)).otherwise(altair.value(theme.GREY)),
        opacity=chosen.then(altair.value(1)).otherwise(altair.value(0.35)),
        strokeWidth=chosen.then(altair.value(3.5)).otherwise(altair.value(1.2)),
    )
    region = base.transform_filter(of_region).mark_line(strokeWidth=3, color=text, tooltip=None)
    marker = base.mark_point(filled=True, size=70, color=colour, tooltip=None).encode(
        opacity=under_pointer.then(altair.value(1)).otherwise(altair.value(0))
    )
    # A layer without any row would have no extent, and Vega says so in the console of whoever opens the page.
    return altair.layer(targets, lines, *([region] if with_region else []), marker).properties(width=WIDEST)


def _year_axis() -> Any:
    import altair

    return altair.Axis(format="d", tickMinStep=5, tickCount=6, grid=False, labelFlush=True)


def _compact(frame: pd.DataFrame, panels: Mapping[str, Panel]) -> list[dict[str, Any]]:
    """Rows for the chart, rounded to what the eye can read, so that the page stays small."""
    digits = {subject: panel.digits for subject, panel in panels.items()}
    rounded = frame[["country", "year", *panels]].round(digits).astype(object)
    return [
        {str(name): (None if pd.isna(value) else value) for name, value in row.items()}
        for row in rounded.to_dict(orient="records")
    ]


def _follow_container() -> list[dict[str, Any]]:
    """JSON patch to the compiled chart: its width follows the container, as Vega-Lite's `container` does."""
    room = f"clamp(containerSize()[0] - {AXIS_ROOM}, {NARROWEST}, {WIDEST})"
    width = f"isFinite(containerSize()[0]) && containerSize()[0] > 0 ? {room} : {WIDEST}"
    signal = {"name": "width", "init": width, "on": [{"events": "window:resize", "update": width}]}
    return [{"op": "add", "path": "/signals/-", "value": signal}]


def _draw_series(axis: "Axes", frame: pd.DataFrame, colour: str) -> None:
    axis.fill_between(frame["year"], frame["lower"], frame["upper"], color=colour, alpha=0.22, linewidth=0)
    axis.plot(frame["year"], frame["left_out"], color=theme.GREY, ls="--", lw=1.3, label="countries with figures only")
    axis.plot(frame["year"], frame["value"], color=colour, linewidth=2.2, label="gaps filled, with bounds")
    axis.margins(x=0.01)


def _name_points(axis: "Axes", changes: pd.DataFrame, names: "pd.Series[str]") -> None:
    """Name each point beside it, on the side away from its nearest neighbour."""
    columns = ["poverty_change", "homicide_change"]
    scaled = changes[columns] / (changes[columns].max() - changes[columns].min()).replace(0, 1)
    for position, (_, row) in enumerate(changes.iterrows()):
        here = scaled.iloc[position]
        others = scaled.drop(scaled.index[position])
        # Names are wide and low, so a neighbour is in the way within a fifth of the width and little height.
        distance = (others - here).abs()
        near = others[distance.le([0.2, 0.03]).all(axis=1)]
        close = others[distance.le([0.08, 0.03]).all(axis=1)]
        to_left = not near.empty and near["poverty_change"].mean() > here["poverty_change"]
        # One line of text, nine points, between the names of close points, in the order of the points.
        lift = 9 * (int((close["homicide_change"] < here["homicide_change"]).sum()) - len(close) / 2)
        axis.annotate(
            names.get(row["iso3"], row["iso3"]),
            (row["poverty_change"], row["homicide_change"]),
            xytext=(-6 if to_left else 6, lift),
            textcoords="offset points",
            fontsize="x-small",
            ha="right" if to_left else "left",
            va="center",
        )


def _title_country_series(spread: "pd.Series[float]", names: "pd.Series[str]") -> str:
    first = names.get(spread.index[0], spread.index[0])
    return f"Homicide rates moved by up to {spread.iloc[0]:.0f} per 100,000 within a country ({first})"
