"""Evidence gap maps: interventions by outcomes, bubbles by number of studies, colour by strength of design."""

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pandas as pd

from citizen_security.figures import theme

if TYPE_CHECKING:
    import altair as alt
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

REGIONS = {"lac": "Latin America and the Caribbean", "elsewhere": "Elsewhere"}

UNCODED = "not coded"
LEVELS = {
    "1": "1 correlation",
    "2": "2 before–after or unlike groups",
    "3": "3 comparison group",
    "4": "4 several units, controlled",
    "5": "5 randomised",
    UNCODED: UNCODED,
}
# Four steps of one ordered palette, far enough apart to be told apart as dots, and the palest for the weakest.
COLOURS = dict(zip(LEVELS, [*theme.ORDERED[:4], theme.ORDERED[5], "#ffffff"], strict=True))
TEXT_ON = {"1": theme.INK, "2": theme.INK, "3": theme.INK, "4": "#ffffff", "5": "#ffffff", UNCODED: theme.INK}

EMPTY = {"light": "#e8ebee", "dark": "#272d33"}

DIRECTIONS = {
    "beneficial": ("beneficial", theme.BLUE),
    "mixed": ("mixed", theme.SKY),
    "not_beneficial": ("not beneficial", theme.ORANGE),
    "harmful": ("harmful", theme.VERMILION),
    "not_stated": ("not stated", "#b9bec4"),
}

# Bubbles grow in area up to here; beyond, the printed number tells them apart. One pair of hundreds beside ones
# would leave the ones too small to see.
FULL_SIZE = 9
LISTED = 8
# Small enough that the map fits a telephone, large enough to be hit with a finger.
STEP = 24
LABEL_WIDTH = 170

DOI = re.compile(r"10\.\d{4,9}/\S+")


def plot_gap_map(grid: pd.DataFrame, reviews: pd.DataFrame | None = None) -> "Figure":
    """Draw the map as a matrix of bubbles, one panel a region.

    Parameters
    ----------
    grid : pandas.DataFrame
        One row a cell: region, intervention, intervention_label, family_label, outcome, outcome_label, studies,
        strongest_level.
    reviews : pandas.DataFrame, optional
        Columns intervention and reviews (number); printed beside the rows.

    Returns
    -------
    matplotlib.figure.Figure
    """
    import matplotlib.pyplot as plt

    regions = list(grid["region"].unique())
    rows, headings = _rows(grid)
    columns = grid.drop_duplicates("outcome")["outcome_label"].tolist()
    figure, axes = plt.subplots(1, len(regions), sharey=True, squeeze=False)
    _lay_out(figure, len(rows) + len(headings), len(columns), len(regions))
    for axis, region in zip(axes[0], regions, strict=True):
        _draw_panel(axis, grid[grid["region"] == region], rows, columns)
    _label_rows(axes[0, 0], rows, headings, grid)
    if reviews is not None:
        _print_reviews(axes[0, -1], rows, reviews)
    _add_legends(figure, axes[0, 0], grid)
    figure.suptitle(gap_title(grid), x=0.01, y=0.995, ha="left", va="top", fontweight="bold")
    return figure


def gap_title(grid: pd.DataFrame) -> str:
    """The finding of a map: how much of it is empty.

    Parameters
    ----------
    grid : pandas.DataFrame
        One row a cell: region, studies. The first region is the one that the title speaks of.

    Returns
    -------
    str
    """
    region = grid["region"].iloc[0]
    here = grid[grid["region"] == region]
    empty = int((here["studies"] == 0).sum())
    place = {"lac": "from Latin America and the Caribbean", "elsewhere": "from elsewhere"}[region]
    return f"{empty} of {len(here)} cells hold no study {place}"


def plot_directions(directions: pd.DataFrame) -> "Figure":
    """Draw the directions that groups of studies report, as bars of shares with the numbers printed.

    Parameters
    ----------
    directions : pandas.DataFrame
        One row a group: group, one column of numbers for each direction, studies, positive_share, interval_low,
        interval_high (of the studies that state a direction). The title speaks of the first.

    Returns
    -------
    matplotlib.figure.Figure
    """
    import matplotlib.pyplot as plt

    height = 1.9 + 0.62 * len(directions)
    figure, axis = plt.subplots(figsize=(8.4, height))
    figure.subplots_adjust(left=0.37, right=0.98, top=1 - 0.45 / height, bottom=1.15 / height)
    names = [_directions_label(row) for row in _records(directions)]
    total = directions["studies"].clip(lower=1)
    start = pd.Series(0.0, index=directions.index)
    for direction, (label, colour) in DIRECTIONS.items():
        share = directions[direction] / total
        bars = axis.barh(names, share, left=start, color=colour, label=label, edgecolor="white")
        ink = "white" if direction in ("beneficial", "harmful") else theme.INK
        texts = [str(number) if number else "" for number in directions[direction]]
        axis.bar_label(bars, texts, label_type="center", fontsize=9, color=ink)
        start = start + share
    axis.set(xlim=(0, 1))
    axis.set_xlabel("share of the studies; the numbers are studies", fontsize=10)
    axis.tick_params(labelsize=9)
    axis.xaxis.set_major_formatter("{x:.0%}")
    axis.invert_yaxis()
    axis.grid(visible=False)
    # Hung on the axes: saving with a tight frame would move a legend that hangs on the figure.
    below = -0.62 / (height - 1.6)
    axis.legend(loc="upper right", bbox_to_anchor=(1, below), ncols=len(DIRECTIONS), fontsize=9, borderaxespad=0)
    figure.suptitle(_directions_title(directions), x=0.01, y=0.99, va="top", ha="left", fontsize=11, fontweight="bold")
    return figure


def gap_map_chart(grid: pd.DataFrame, studies: pd.DataFrame, *, dark: bool = False) -> "alt.TopLevelMixin":
    """Draw the map to be explored: a tooltip names the studies of a cell, a click lists them.

    Parameters
    ----------
    grid : pandas.DataFrame
        As for `plot_gap_map`, with study_ids (tuple).
    studies : pandas.DataFrame
        One row for each cell and study: region, intervention, outcome, study_id, authors, year, title, doi.
    dark : bool
        For the dark mode of the site.

    Returns
    -------
    altair.VConcatChart
        The selection is called `cell`; the region shown, where there are two, `region`.
    """
    import altair as alt

    cell = alt.selection_point(name="cell", fields=["intervention", "outcome"], empty=False, value=_fullest(grid))
    matrix = _matrix(grid, studies, cell, dark=dark)
    listed = _study_list(grid, studies, cell, dark=dark)
    chart = alt.vconcat(matrix, listed, spacing=10).add_params(_region_parameter(grid))
    themed: alt.TopLevelMixin = chart.resolve_scale(color="independent", size="independent").configure(
        **theme.altair_config(dark=dark)
    )
    return themed


def studies_html(studies: pd.DataFrame, reviews: pd.DataFrame | None = None) -> str:
    """Write the studies behind each cell as HTML: a fold for each intervention, a table in it.

    The markup is built as a tree, so that whatever stands in the table is text on the page and nothing else.

    Parameters
    ----------
    studies : pandas.DataFrame
        One row for each cell and study, in the order of the map: intervention_label, outcome_label, authors, year,
        title, countries, design, maryland_level, direction, doi.
    reviews : pandas.DataFrame, optional
        Reviews with authors, year, title, doi; listed in a fold of their own.

    Returns
    -------
    str
    """
    # The page's mathematics would read dollar signs and brackets in titles as formulas.
    root = ElementTree.Element("div", {"class": "studies-behind tex2jax_ignore mathjax_ignore"})
    for label, rows in studies.groupby("intervention_label", sort=False):
        number = rows["study_id"].nunique()
        _fold(root, f"{label} ({_counted(number)})", _study_rows(rows), STUDY_COLUMNS)
    if reviews is not None and len(reviews):
        _fold(root, f"Reviews, not counted in any cell ({len(reviews)})", _review_rows(reviews), REVIEW_COLUMNS)
    return ElementTree.tostring(root, encoding="unicode", method="html")


def level_label(level: float) -> str:
    """Key of a Maryland level in `LEVELS`; `not coded` of a missing one."""
    return UNCODED if pd.isna(level) else f"{level:.0f}"


def short_reference(authors: str, year: int) -> str:
    """First author and year; the fewest words that let a reader find the study in the list."""
    # What stands in brackets says where a name was found.
    names = [name.strip() for name in re.split(r",| & ", re.sub(r"\(.*?\)", "", authors)) if name.strip()]
    if not names:
        return f"authors not named {year}"
    more = " et al." if len(names) > 2 else f" & {names[1]}" if len(names) == 2 else ""
    return f"{names[0]}{more} {year}"


def doi_address(doi: object) -> str:
    """Address of a DOI; empty for what is none."""
    if not isinstance(doi, str) or not DOI.fullmatch(doi):
        return ""
    return "https://doi.org/" + quote(doi, safe="/:;().-_")


STUDY_COLUMNS = ("Outcome", "Study", "Where", "Design", "Level", "Direction")
REVIEW_COLUMNS = ("Review", "Of")


def _directions_title(directions: pd.DataFrame) -> str:
    first = directions.iloc[0]
    stated = int(first["studies"] - first["not_stated"])
    return f"{first['group']}: {first['beneficial']} of {_counted(stated)} with a stated direction report a benefit"


def _directions_label(row: Any) -> str:
    """Name of a group, its size, and its share of good news with the interval."""
    name = f"{row.group}\n{_counted(row.studies)}"
    if row.studies == row.not_stated:
        return name
    return f"{name}; {row.positive_share:.0%} benefit ({row.interval_low:.0%} to {row.interval_high:.0%})"


def _records(frame: pd.DataFrame) -> Iterable[Any]:
    """Rows of a frame, with their columns as attributes."""
    return frame.itertuples()


def _rows(grid: pd.DataFrame) -> tuple[dict[str, int], dict[str, int]]:
    """Heights of the interventions and of the families' headings, from the top."""
    rows: dict[str, int] = {}
    headings: dict[str, int] = {}
    for row in _records(grid.drop_duplicates("intervention")):
        if row.family_label not in headings:
            headings[str(row.family_label)] = len(rows) + len(headings)
        rows[str(row.intervention)] = len(rows) + len(headings)
    return rows, headings


def _lay_out(figure: "Figure", rows: int, columns: int, panels: int) -> None:
    """Give every part of the picture its place in inches, so that a map of one row is as legible as one of thirty."""
    left, right, top, bottom, between = 2.45, 1.15, 2.75, 1.35, 0.45
    panel, body = max(0.36 * columns, 1.2), 0.25 * rows
    width, height = left + right + panels * panel + (panels - 1) * between, top + bottom + body
    width = max(width, 7.0)
    figure.set_size_inches(width, height)
    edge = left + panels * panel + (panels - 1) * between
    figure.subplots_adjust(left / width, bottom / height, edge / width, 1 - top / height, wspace=between / panel)


def _draw_panel(axis: "Axes", cells: pd.DataFrame, rows: dict[str, int], columns: list[str]) -> None:
    from matplotlib.patches import Rectangle

    for cell in _records(cells):
        x, y = columns.index(cell.outcome_label), rows[cell.intervention]
        if not cell.studies:
            axis.add_patch(Rectangle((x - 0.46, y - 0.44), 0.92, 0.88, facecolor=EMPTY["light"], edgecolor="none"))
            continue
        level = level_label(cell.strongest_level)
        axis.scatter(x, y, s=_area(cell.studies), color=COLOURS[level], edgecolor=theme.INK, linewidth=0.6, zorder=3)
        if cell.studies > 1:
            axis.text(x, y - 0.02, str(cell.studies), ha="center", va="center", fontsize=7, color=TEXT_ON[level])
    axis.set_xticks(range(len(columns)), columns, rotation=55, ha="left", rotation_mode="anchor", fontsize=9)
    axis.tick_params(axis="x", top=True, labeltop=True, bottom=False, labelbottom=False, length=0)
    axis.tick_params(axis="y", length=0)
    axis.set_xlim(-0.6, len(columns) - 0.4)
    axis.set_ylim(max(rows.values()) + 0.6, -0.7)
    axis.grid(visible=False)
    for side in axis.spines.values():
        side.set_visible(False)
    axis.set_title(_panel_title(cells), fontsize=10, fontweight="bold", loc="left", pad=8)


def _panel_title(cells: pd.DataFrame) -> str:
    number = len({study for ids in cells["study_ids"] for study in ids})
    filled = int((cells["studies"] > 0).sum())
    return f"{REGIONS[cells['region'].iloc[0]]}\n{_counted(number)} in {filled} {'cell' if filled == 1 else 'cells'}"


def _counted(number: int) -> str:
    return f"{number} {'study' if number == 1 else 'studies'}"


def _area(studies: int) -> float:
    """Area of a bubble in square points; proportional to the studies up to `FULL_SIZE`."""
    return 34.0 * min(studies, FULL_SIZE)


def _label_rows(axis: "Axes", rows: dict[str, int], headings: dict[str, int], grid: pd.DataFrame) -> None:
    labels = grid.drop_duplicates("intervention").set_index("intervention")["intervention_label"]
    places = list(rows.values()) + list(headings.values())
    axis.set_yticks(places, [*(labels[code] for code in rows), *headings], fontsize=9)
    for tick, text in zip(places, axis.get_yticklabels(), strict=True):
        if tick in headings.values():
            text.set(fontweight="bold", color=theme.GREY)


def _print_reviews(axis: "Axes", rows: dict[str, int], reviews: pd.DataFrame) -> None:
    """Numbers of reviews, to the right of the last panel."""
    edge = axis.get_xlim()[1] + 0.5
    axis.text(edge, -0.55, "Reviews", rotation=55, fontsize=9, ha="left", va="bottom", rotation_mode="anchor")
    for row in _records(reviews):
        if row.intervention in rows and row.reviews:
            axis.text(edge, rows[row.intervention], str(row.reviews), fontsize=9, ha="center", va="center")


def _add_legends(figure: "Figure", axis: "Axes", grid: pd.DataFrame) -> None:
    from matplotlib.legend import Legend
    from matplotlib.lines import Line2D

    def dot(label: str, studies: int, colour: str) -> Line2D:
        size = _area(studies) ** 0.5
        return Line2D(
            [], [], marker="o", linestyle="", markersize=size, markerfacecolor=colour, markeredgecolor=theme.INK,
            markeredgewidth=0.6, label=label,
        )  # fmt: skip

    present = _levels_present(grid)
    colours = [dot(LEVELS[level], 3, COLOURS[level]) for level in present]
    sizes = [dot(_size_label(studies), studies, "white") for studies in (1, 3, FULL_SIZE)]
    sizes.append(Line2D([], [], marker="s", linestyle="", markersize=12, color=EMPTY["light"], label="no study"))
    shared: dict[str, Any] = {
        "fontsize": 9,
        "title_fontsize": 9,
        "alignment": "left",
        "labelspacing": 0.7,
        "borderaxespad": 0,
    }
    # Hung on the axes: saving with a tight frame would move a legend that hangs on the figure.
    width, height = axis.get_position().size * figure.get_size_inches()
    for inches, handles, title in (
        (-2.3, colours, "Colour: strongest design (Maryland level)"),
        (0.9, sizes, "Area: number of studies"),
    ):
        place = (inches / width, -0.1 / height)
        labels = [str(handle.get_label()) for handle in handles]
        legend = Legend(axis, handles, labels, title=title, loc="upper left", bbox_to_anchor=place, **shared)
        axis.add_artist(legend)


def _levels_present(grid: pd.DataFrame) -> list[str]:
    found = {level_label(level) for level in grid.loc[grid["studies"] > 0, "strongest_level"]}
    return [level for level in LEVELS if level in found]


def _size_label(studies: int) -> str:
    return f"{studies} or more (printed)" if studies == FULL_SIZE else _counted(studies)


def _fullest(grid: pd.DataFrame) -> list[dict[str, str]]:
    """The cell that is open when the chart is first seen: the fullest of the first region."""
    first = grid[grid["region"] == grid["region"].iloc[0]]
    best = first.loc[first["studies"].idxmax()]
    return [{"intervention": best["intervention_label"], "outcome": best["outcome_label"]}]


def _region_parameter(grid: pd.DataFrame) -> "alt.Parameter":
    import altair as alt

    regions = list(grid["region"].unique())
    if len(regions) == 1:
        return alt.param(name="region", value=regions[0])
    labels = [REGIONS[region] for region in regions]
    return alt.param(
        name="region", value=regions[0], bind=alt.binding_select(options=regions, labels=labels, name="Region ")
    )


def _matrix(grid: pd.DataFrame, studies: pd.DataFrame, cell: "alt.Parameter", *, dark: bool) -> Any:
    import altair as alt

    ground = theme.DARK if dark else theme.LIGHT
    fill = alt.condition("datum.studies > 0", alt.value(ground["background"]), alt.value(_empty(dark)))
    places = [_axis("outcome", grid, orient="top", labelAngle=-90, labelLimit=190), _axis("intervention", grid)]
    every, filled = (
        alt.Chart(data).transform_filter("datum.region === region").encode(*places)
        for data in (_chart_cells(grid), _filled_cells(grid, studies))
    )
    tiles = every.mark_rect(stroke=ground["background"], strokeWidth=1.5).encode(fill=fill, tooltip=_tooltip("empty"))
    bubbles = filled.mark_circle(opacity=1, stroke=ground["text"], strokeWidth=0.6).encode(
        size=_size_scale(grid), color=_colour_scale(grid), tooltip=_tooltip("filled")
    )
    numbers = filled.transform_filter("datum.studies > 1").mark_text(fontSize=10)
    numbers = numbers.encode(text="studies:Q", color=alt.Color("ink:N", scale=None), tooltip=_tooltip("filled"))
    chosen = every.transform_filter(cell).mark_rect(fill=None, stroke=ground["text"], strokeWidth=2)
    return alt.layer(tiles.add_params(cell), bubbles, numbers, chosen).properties(
        width=alt.Step(STEP), height=alt.Step(STEP), title=alt.Title("Choose a cell to list its studies", fontSize=13)
    )


def _empty(dark: bool) -> str:
    return EMPTY["dark" if dark else "light"]


def _axis(field: str, grid: pd.DataFrame, **axis: Any) -> Any:
    import altair as alt

    order = grid[f"{field}_label"].drop_duplicates().tolist()
    shared: dict[str, Any] = {"title": None, "domain": False, "ticks": False, "grid": False, "labelFontSize": 11}
    channel = alt.X if field == "outcome" else alt.Y
    return channel(f"{field}:N", sort=order, scale=alt.Scale(domain=order), axis=alt.Axis(**shared, **axis))


def _tooltip(kind: str) -> list[Any]:
    import altair as alt

    titles = {"intervention": "Intervention", "outcome": "Outcome", "studies": "Studies"}
    if kind == "filled":
        titles |= {"level": "Strongest design", "directions": "Directions", "named": "Which"}
    return [alt.Tooltip(field, title=title) for field, title in titles.items()]


def _size_scale(grid: pd.DataFrame) -> Any:
    import altair as alt

    scale = alt.Scale(domain=[0, FULL_SIZE], range=[0, 46 * FULL_SIZE], clamp=True)
    legend = alt.Legend(
        title="Number of studies",
        values=[1, 3, FULL_SIZE],
        labelExpr=f"datum.value == {FULL_SIZE} ? '{FULL_SIZE} or more' : datum.label",
        symbolFillColor="transparent",
        **_legend_place(grid, 100),
    )
    return alt.Size("studies:Q", scale=scale, legend=legend)


def _colour_scale(grid: pd.DataFrame) -> Any:
    import altair as alt

    present = _levels_present(grid)
    scale = alt.Scale(domain=[LEVELS[level] for level in present], range=[COLOURS[level] for level in present])
    legend = alt.Legend(
        title="Strongest design (Maryland level)",
        symbolSize=110,
        labelLimit=240,
        titleLimit=240,
        **_legend_place(grid, -LABEL_WIDTH),
    )
    return alt.Color("level:N", scale=scale, legend=legend)


def _legend_place(grid: pd.DataFrame, left: float) -> dict[str, Any]:
    """Under the matrix and as far left as its row labels, so that the chart is no wider than they are."""
    below = STEP * grid["intervention"].nunique() + 10
    return {"orient": "none", "legendX": left, "legendY": below, "direction": "vertical"}


def _chart_cells(grid: pd.DataFrame) -> pd.DataFrame:
    """Every cell, by the labels that the axes show."""
    labels = {"intervention_label": "intervention", "outcome_label": "outcome"}
    return grid[["region", *labels, "studies"]].rename(columns=labels)


def _filled_cells(grid: pd.DataFrame, studies: pd.DataFrame) -> pd.DataFrame:
    """Cells that hold a study, with the texts that their tooltips show."""
    filled = grid[grid["studies"] > 0]
    names = _names_by_cell(studies)
    levels = [level_label(level) for level in filled["strongest_level"]]
    keys = zip(filled["region"], filled["intervention"], filled["outcome"], strict=True)
    return _chart_cells(filled).assign(
        level=[LEVELS[level] for level in levels],
        ink=[TEXT_ON[level] for level in levels],
        directions=[_directions_text(row) for _, row in filled.iterrows()],
        named=[_named(names[key]) for key in keys],
    )


def _names_by_cell(studies: pd.DataFrame) -> dict[tuple[str, str, str], list[str]]:
    names: dict[tuple[str, str, str], list[str]] = {}
    for row in _records(studies):
        names.setdefault((row.region, row.intervention, row.outcome), []).append(short_reference(row.authors, row.year))
    return names


def _named(names: Iterable[str]) -> str:
    listed = list(names)
    more = [f"and {len(listed) - LISTED} more"] if len(listed) > LISTED else []
    return "; ".join([*listed[:LISTED], *more])


def _directions_text(row: "pd.Series[Any]") -> str:
    found = [f"{row[direction]} {label}" for direction, (label, _) in DIRECTIONS.items() if row[direction]]
    return ", ".join(found)


def _study_list(grid: pd.DataFrame, studies: pd.DataFrame, cell: "alt.Parameter", *, dark: bool) -> Any:
    """The studies of the chosen cell: a line with authors and year, one with the title."""
    import altair as alt

    ground = theme.DARK if dark else theme.LIGHT
    width = STEP * grid["outcome"].nunique()
    base = (
        alt.Chart(_list_rows(studies))
        .transform_filter("datum.region === region")
        .transform_filter(cell)
        .transform_window(place="row_number()", sort=[alt.SortField("year"), alt.SortField("study")])
        .transform_joinaggregate(total="count()")
        .transform_filter(f"datum.place <= {LISTED}")
        .transform_calculate(
            heading=f"datum.study + (datum.place == {LISTED} && datum.total > {LISTED} "
            f"? '  (and ' + (datum.total - {LISTED}) + ' more, in the tables of studies)' : '')"
        )
        .encode(
            # From the edge of the row labels on, so that a line has the width of the whole map.
            x=alt.value(-LABEL_WIDTH),
            y=alt.Y("place:O", axis=None, scale=alt.Scale(domain=list(range(1, LISTED + 1)))),
            tooltip=[alt.Tooltip("study:N", title="Study"), alt.Tooltip("title:N", title="Title")],
        )
    )
    text: dict[str, Any] = {"align": "left", "color": ground["text"], "limit": width + LABEL_WIDTH}
    headings = base.mark_text(fontSize=11, fontWeight="bold", dy=-6, **text).encode(text="heading:N")
    titles = base.mark_text(fontSize=11, dy=7, **text).encode(text="title:N")
    nothing = alt.Chart(_chart_cells(grid)).transform_filter("datum.region === region && datum.studies === 0")
    nothing = nothing.transform_filter(cell).mark_text(fontSize=11, dy=8, **text)
    nothing = nothing.encode(x=alt.value(-LABEL_WIDTH), y=alt.value(0), text=alt.value("no study in this collection"))
    chosen = "cell.intervention ? cell.intervention[0] + ': ' + cell.outcome[0] : 'No cell is chosen'"
    title = alt.Title(alt.expr(chosen), fontSize=13)
    return alt.layer(headings, titles, nothing).properties(width=width, height=32 * LISTED, title=title)


def _list_rows(studies: pd.DataFrame) -> pd.DataFrame:
    labels = {"intervention_label": "intervention", "outcome_label": "outcome"}
    references = [short_reference(row.authors, row.year) for row in _records(studies)]
    return studies[["region", *labels, "year", "title"]].rename(columns=labels).assign(study=references)


def _fold(
    root: ElementTree.Element, heading: str, rows: Iterable[list[ElementTree.Element]], columns: Iterable[str]
) -> None:
    details = ElementTree.SubElement(root, "details")
    ElementTree.SubElement(details, "summary").text = heading
    # A wide table scrolls in its own box, so that the page does not; the box can be reached by keyboard.
    named = {"role": "region", "aria-label": heading, "tabindex": "0"}
    box = ElementTree.SubElement(details, "div", {"class": "table-scroll", "style": "overflow-x:auto", **named})
    table = ElementTree.SubElement(box, "table", {"class": "table"})
    head = ElementTree.SubElement(ElementTree.SubElement(table, "thead"), "tr")
    for column in columns:
        ElementTree.SubElement(head, "th", {"scope": "col"}).text = column
    body = ElementTree.SubElement(table, "tbody")
    for row in rows:
        ElementTree.SubElement(body, "tr").extend(row)


def _study_rows(studies: pd.DataFrame) -> Iterable[list[ElementTree.Element]]:
    for row in _records(studies):
        direction = DIRECTIONS[row.direction][0]
        texts = [
            row.countries.replace(";", ", ") or "not coded",
            row.design,
            level_label(row.maryland_level),
            direction,
        ]
        yield [_cell(row.outcome_label), _reference(row), *map(_cell, texts)]


def _review_rows(reviews: pd.DataFrame) -> Iterable[list[ElementTree.Element]]:
    for row in _records(reviews):
        yield [_reference(row), _cell(row.intervention_category)]


def _cell(text: str) -> ElementTree.Element:
    element = ElementTree.Element("td")
    element.text = text
    return element


def _reference(row: Any) -> ElementTree.Element:
    """Authors, year and title; the title links to the DOI where there is one."""
    element = _cell(f"{row.authors} ({row.year}). ")
    address = doi_address(row.doi)
    title = ElementTree.SubElement(element, "a" if address else "span", {"href": address} if address else {})
    title.text = row.title
    return element
