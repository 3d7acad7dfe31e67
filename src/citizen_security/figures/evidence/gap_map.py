"""Evidence gap maps: interventions by outcomes, bubbles by number of studies, colour by design or pooled effect."""

import math
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pandas as pd

from citizen_security.figures import theme

if TYPE_CHECKING:
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

# On which side of zero a pooled effect lies; the interval decides between the full and the pale colour.
STANDINGS = {
    "less": ("less: the interval is below zero", theme.BLUE),
    "points_to_less": ("points to less", "#a9d3f1"),
    "points_to_more": ("points to more", "#f5c98f"),
    "more": ("more: the interval is above zero", theme.VERMILION),
    "not_pooled": ("not pooled", "#ffffff"),
}

STRONG_STANDINGS = ("less", "more")
LEGEND_TITLES = {
    "design": "Colour: strongest design (Maryland level)",
    "pooled_effect": "Colour: pooled effect on crime or violence",
}

MEASURES = {"rate_ratio": "rate ratio", "odds_ratio": "odds ratio", "standardised_mean_difference": "difference in SD"}

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
NORMAL = 1.959964  # 97.5% quantile

DOI = re.compile(r"10\.\d{4,9}/\S+")


def plot_gap_map(grid: pd.DataFrame, reviews: pd.DataFrame | None = None, colour: str = "design") -> "Figure":
    """Draw the map as a matrix of bubbles, one panel a region.

    Parameters
    ----------
    grid : pandas.DataFrame
        One row a cell: region, intervention, intervention_label, family_label, outcome, outcome_label, studies,
        strongest_level; for a pooled effect as colour also standing.
    reviews : pandas.DataFrame, optional
        Columns intervention and reviews (number); printed beside the rows.
    colour : {"design", "pooled_effect"}
        What the colour of a bubble says.

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
        _draw_panel(axis, grid[grid["region"] == region], rows, columns, colour)
    _label_rows(axes[0, 0], rows, headings, grid)
    if reviews is not None:
        _print_reviews(axes[0, -1], rows, reviews)
    _add_legends(figure, axes[0, 0], _colours_present(grid, colour), LEGEND_TITLES[colour])
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


def studies_html(studies: pd.DataFrame, reviews: pd.DataFrame | None = None) -> str:
    """Write the studies behind each cell as HTML: a fold for each intervention, a table in it.

    The markup is built as a tree, so that whatever stands in the table is text on the page and nothing else.

    Parameters
    ----------
    studies : pandas.DataFrame
        One row for each cell and study, in the order of the map: intervention_label, outcome_label, authors, year,
        title, countries, design, maryland_level, direction, doi; where known measure, effect, standard_error
        and effects (of how many the effect is the mean).
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


def effect_text(
    measure: str | None, effect: float | None, standard_error: float | None, effects: float | None = 1
) -> str:
    """An effect with its 95% interval, ratios as ratios, and of how many it is the mean; empty where there is none."""
    if not measure or effect is None or standard_error is None or pd.isna(effect):
        return ""
    ends = [effect, effect - NORMAL * standard_error, effect + NORMAL * standard_error]
    if measure != "standardised_mean_difference":
        ends = [math.exp(end) for end in ends]
    middle, low, high = (f"{end:.2f}" for end in ends)
    mean = f", mean of {effects:.0f}" if effects and effects > 1 else ""
    return f"{MEASURES[measure]} {middle} ({low} to {high}){mean}"


def doi_address(doi: object) -> str:
    """Address of a DOI; empty for what is none."""
    if not isinstance(doi, str) or not DOI.fullmatch(doi):
        return ""
    return "https://doi.org/" + quote(doi, safe="/:;().-_")


STUDY_COLUMNS = ("Outcome", "Study", "Where", "Design", "Level", "Direction", "Effect")
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
    left, right, top, bottom, between = 3.2, 1.15, 2.75, 1.35, 0.45
    panel, body = max(0.36 * columns, 1.2), 0.25 * rows
    width, height = left + right + panels * panel + (panels - 1) * between, top + bottom + body
    width = max(width, 7.0)
    figure.set_size_inches(width, height)
    edge = left + panels * panel + (panels - 1) * between
    figure.subplots_adjust(left / width, bottom / height, edge / width, 1 - top / height, wspace=between / panel)


def _draw_panel(axis: "Axes", cells: pd.DataFrame, rows: dict[str, int], columns: list[str], colour: str) -> None:
    from matplotlib.patches import Rectangle

    for cell in _records(cells):
        x, y = columns.index(cell.outcome_label), rows[cell.intervention]
        if not cell.studies:
            axis.add_patch(Rectangle((x - 0.46, y - 0.44), 0.92, 0.88, facecolor=EMPTY["light"], edgecolor="none"))
            continue
        fill, ink = _fill(cell, colour)
        axis.scatter(x, y, s=_area(cell.studies), color=fill, edgecolor=theme.INK, linewidth=0.6, zorder=3)
        if cell.studies > 1:
            axis.text(x, y - 0.02, str(cell.studies), ha="center", va="center", fontsize=7, color=ink)
    axis.set_xticks(range(len(columns)), columns, rotation=55, ha="left", rotation_mode="anchor", fontsize=9)
    axis.tick_params(axis="x", top=True, labeltop=True, bottom=False, labelbottom=False, length=0)
    axis.tick_params(axis="y", length=0)
    axis.set_xlim(-0.6, len(columns) - 0.4)
    axis.set_ylim(max(rows.values()) + 0.6, -0.7)
    axis.grid(visible=False)
    for side in axis.spines.values():
        side.set_visible(False)
    axis.set_title(_panel_title(cells), fontsize=10, fontweight="bold", loc="left", pad=8)


def _fill(cell: Any, colour: str) -> tuple[str, str]:
    """Colours of a bubble and of the number in it."""
    if colour == "pooled_effect":
        return STANDINGS[cell.standing][1], "#ffffff" if cell.standing in STRONG_STANDINGS else theme.INK
    level = level_label(cell.strongest_level)
    return COLOURS[level], TEXT_ON[level]


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


def _add_legends(figure: "Figure", axis: "Axes", meanings: dict[str, str], heading: str) -> None:
    from matplotlib.legend import Legend
    from matplotlib.lines import Line2D

    def dot(label: str, studies: int, colour: str) -> Line2D:
        size = _area(studies) ** 0.5
        return Line2D(
            [], [], marker="o", linestyle="", markersize=size, markerfacecolor=colour, markeredgecolor=theme.INK,
            markeredgewidth=0.6, label=label,
        )  # fmt: skip

    colours = [dot(label, 3, fill) for label, fill in meanings.items()]
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
        (-3.05, colours, heading),
        (0.9, sizes, "Area: number of studies"),
    ):
        place = (inches / width, -0.1 / height)
        labels = [str(handle.get_label()) for handle in handles]
        legend = Legend(axis, handles, labels, title=title, loc="upper left", bbox_to_anchor=place, **shared)
        axis.add_artist(legend)


def _colours_present(grid: pd.DataFrame, colour: str) -> dict[str, str]:
    """Labels of the colours that the map needs, with the colours."""
    filled = grid[grid["studies"] > 0]
    if colour == "pooled_effect":
        found = set(filled["standing"])
        return {label: fill for name, (label, fill) in STANDINGS.items() if name in found}
    found = {level_label(level) for level in filled["strongest_level"]}
    return {LEVELS[level]: COLOURS[level] for level in LEVELS if level in found}


def _size_label(studies: int) -> str:
    return f"{studies} or more (printed)" if studies == FULL_SIZE else _counted(studies)


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
            effect_text(*(getattr(row, name, None) for name in ("measure", "effect", "standard_error", "effects"))),
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
