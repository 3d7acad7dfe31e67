"""Evidence gap maps: interventions by outcomes, bubbles by number of studies, colour by design or pooled effect."""

import math
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pandas as pd

from citizen_security.figures import theme
from citizen_security.words import attributed

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SOURCE = "studies table of this compendium, a convenience collection; interventions, outcomes and levels are our coding"

REGIONS = {"lac": "Latin America and the Caribbean", "elsewhere": "Elsewhere"}

WHITE = theme.LIGHT["background"]

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
COLOURS = dict(zip(LEVELS, [*theme.ORDERED[:4], theme.ORDERED[5], WHITE], strict=True))

# On which side of zero a pooled effect lies; the interval decides between the full and the pale colour.
STANDINGS = {
    "less": ("less: the interval is below zero", theme.BLUE),
    "points_to_less": ("points to less", theme.blend(theme.SKY)),
    "points_to_more": ("points to more", theme.blend(theme.ORANGE)),
    "more": ("more: the interval is above zero", theme.VERMILION),
    "not_pooled": ("not pooled", WHITE),
}

LEGEND_TITLES = {
    "design": "Colour: strongest design (Maryland level)",
    "pooled_effect": "Colour: pooled effect on crime or violence",
}

MEASURES = {"rate_ratio": "rate ratio", "odds_ratio": "odds ratio", "standardised_mean_difference": "difference in SD"}

EMPTY = {
    mode: theme.blend(ground["grid"], ground["background"])
    for mode, ground in (("light", theme.LIGHT), ("dark", theme.DARK))
}

DIRECTIONS = {
    "beneficial": ("beneficial", theme.BLUE),
    "mixed": ("mixed", theme.SKY),
    "not_beneficial": ("not beneficial", theme.ORANGE),
    "harmful": ("harmful", theme.VERMILION),
    "not_stated": ("not stated", theme.blend(theme.GREY)),
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


def level_label(level: float) -> str:
    """Key of a Maryland level in `LEVELS`; `not coded` of a missing one."""
    return UNCODED if pd.isna(level) else f"{level:.0f}"


def shown_title(title: str, title_is_ours: bool) -> str:
    """A title, with a word where it is not the publication's."""
    return f"{title} (our description)" if title_is_ours else title


def short_reference(authors: object, year: int, title: str) -> str:
    """First author and year; the fewest words that let a reader find the study in the list.

    Parameters
    ----------
    authors : object
        Text; where it is blank or missing the short title stands in its place.
    year : int
    title : str

    Returns
    -------
    str
    """
    # What stands in brackets says where a name was found.
    written = re.sub(r"\(.*?\)", "", authors) if isinstance(authors, str) else ""
    names = [name.strip() for name in re.split(r",| & ", written) if name.strip()]
    if not names:
        return f"{attributed('', title)} {year}"
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


def records(frame: pd.DataFrame) -> Iterable[Any]:
    """Rows of a frame, with their columns as attributes."""
    return frame.itertuples()


def _rows(grid: pd.DataFrame) -> tuple[dict[str, int], dict[str, int]]:
    """Heights of the interventions and of the families' headings, from the top."""
    rows: dict[str, int] = {}
    headings: dict[str, int] = {}
    for row in records(grid.drop_duplicates("intervention")):
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

    for cell in records(cells):
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
    pooled = colour == "pooled_effect"
    fill = STANDINGS[cell.standing][1] if pooled else COLOURS[level_label(cell.strongest_level)]
    return fill, theme.on(fill)


def _panel_title(cells: pd.DataFrame) -> str:
    number = len({study for ids in cells["study_ids"] for study in ids})
    filled = int((cells["studies"] > 0).sum())
    where = f"in {filled} {'cell' if filled == 1 else 'cells'}"
    return f"{REGIONS[cells['region'].iloc[0]]}\n{counted_studies(number)} {where}"


def counted_studies(number: int) -> str:
    """Number of studies with the noun that goes with it."""
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
    for row in records(reviews):
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
    sizes = [dot(_size_label(studies), studies, WHITE) for studies in (1, 3, FULL_SIZE)]
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
        present = set(filled["standing"])
        return {label: fill for name, (label, fill) in STANDINGS.items() if name in present}
    present = {level_label(level) for level in filled["strongest_level"]}
    return {LEVELS[level]: COLOURS[level] for level in LEVELS if level in present}


def _size_label(studies: int) -> str:
    return f"{studies} or more (printed)" if studies == FULL_SIZE else counted_studies(studies)
