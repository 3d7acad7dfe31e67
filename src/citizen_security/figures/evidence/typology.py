"""A published figure of threats and strategies, drawn again with each box's studies: one base a line, and a key."""

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from citizen_security.figures import theme
from citizen_security.figures.headline import headline
from citizen_security.figures.page_table import page_table
from citizen_security.words import listed, number_in_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from pandas.io.formats.style import Styler

# Places of the drawing, in units of its own: the box of threats lies in the middle, strategies around it.
WIDTH, HEIGHT = 12.0, 11.0
LEFT, RIGHT, BOTTOM, TOP = 3.4, 8.6, 2.3, 8.9
GAP = 0.25
CORNERS = {
    "lower left": (LEFT, BOTTOM, "left", "bottom"),
    "upper left": (LEFT, TOP, "left", "top"),
    "upper right": (RIGHT, TOP, "right", "top"),
    "lower right": (RIGHT, BOTTOM, "right", "bottom"),
}
SMALL, NORMAL = 10.5, 11.5
# Room of the key under the boxes.
KEY = 2.0
# Characters of a label that fit a unit of the drawing.
CHARACTERS_A_UNIT = 6.0
# Studies of the region from which a box has its thickest line.
FULL = 10
# Width of the line of a box without a study.
EMPTY = 1.6


def plot_typology(boxes: pd.DataFrame, threats: pd.DataFrame) -> "Figure":
    """Draw threats in the corners of a box, strategies around it, and the studies of each in its box.

    Parameters
    ----------
    boxes : pandas.DataFrame
        One row a strategy: label, side, studies, region, elsewhere, stating (studies of the region that state a
        direction), beneficial (those of them that report a benefit), strongest (level in the region, or nan).
    threats : pandas.DataFrame
        One row a threat: label, side, studies, region, elsewhere.

    Returns
    -------
    matplotlib.figure.Figure
    """
    import matplotlib.pyplot as plt
    from matplotlib.patches import Rectangle

    figure, axis = plt.subplots(figsize=(8.4, 9.2), layout="constrained")
    # A little more than the boxes, whose lines would be cut in half.
    axis.set_xlim(-0.05, WIDTH + 0.05)
    axis.set_ylim(-KEY, HEIGHT + 0.05)
    axis.set(xticks=[], yticks=[])
    axis.spines[:].set_visible(False)
    middle = RIGHT - LEFT, TOP - BOTTOM
    axis.add_patch(Rectangle((LEFT, BOTTOM), *middle, fill=False, edgecolor=theme.INK, linewidth=1.4))
    for row in _rows(threats[threats["side"] != "centre"]):
        _corner(axis, row)
    for row, frame in _framed(boxes):
        _box(axis, row, frame)
    _key(axis)
    headline(figure, typology_title(boxes, threats))
    return figure


def typology_title(boxes: pd.DataFrame, threats: pd.DataFrame) -> str:
    """The finding: which threat and how many strategies have no study."""
    corners = threats[threats["side"] != "centre"]
    bare = [_within(str(label)) for label in corners.loc[corners["studies"] == 0, "label"]]
    empty = int((boxes["studies"] == 0).sum())
    none = (
        f"{number_in_words(empty)} of {number_in_words(len(boxes))} strategies {'has' if empty == 1 else 'have'} none"
        if empty < len(boxes)
        else "no strategy has one"
    )
    strategies = none if empty else "every strategy has one"
    if bare:
        return f"No study in the figure is on {listed(bare, 'or')}; {strategies}"
    return f"Every threat has a study; {strategies}"


def cells_table(cells: pd.DataFrame) -> "Styler":
    """Every cell of the figure: threat, strategy, measures, studies, designs, directions and place.

    Parameters
    ----------
    cells : pandas.DataFrame
        One row a cell: threat_label, strategy_label, measures, interventions, region, elsewhere, strong, strongest,
        directions, directions_elsewhere, averages, places, reading.

    Returns
    -------
    pandas.io.formats.style.Styler
    """
    names = {
        "threat_label": "Threat",
        "strategy_label": "Strategy",
        "measures": "The document names",
        "interventions": "Read as",
        "region": "Studies of the region",
        "elsewhere": "Elsewhere",
        "strong": "Level 4 or 5, region",
        "strongest": "Strongest level, region",
        "directions": "Directions, region",
        "directions_elsewhere": "Directions, elsewhere",
        "averages": "Averages",
        "places": "Place in the document",
        "reading": "Placement",
    }
    return page_table(cells[list(names)].rename(columns=names), digits=0, missing="–")


def without_table(without: pd.DataFrame) -> "Styler":
    """Interventions without a place in the figure.

    Parameters
    ----------
    without : pandas.DataFrame
        label, region, elsewhere, strong, directions.

    Returns
    -------
    pandas.io.formats.style.Styler
    """
    names = {
        "label": "Intervention",
        "region": "Studies of the region",
        "elsewhere": "Elsewhere",
        "strong": "Level 4 or 5, region",
        "directions": "Directions, region",
    }
    return page_table(without[list(names)].rename(columns=names), empty="Every intervention has a place.")


def _framed(boxes: pd.DataFrame) -> Iterator[tuple[dict[str, Any], tuple[float, float, float, float]]]:
    """Each strategy with the left, lower end, width and height of its box."""
    for side, rows in boxes.groupby("side", sort=False):
        number = len(rows)
        for at, row in enumerate(_rows(rows)):
            yield row, _frame(str(side), at, number)


def _frame(side: str, at: int, number: int) -> tuple[float, float, float, float]:
    """Boxes share their side; those of the left are read from the top."""
    if side == "centre":
        return LEFT + 0.5, (BOTTOM + TOP) / 2 - 1.3, RIGHT - LEFT - 1.0, 2.6
    if side in ("left", "right"):
        height = (TOP - BOTTOM - GAP * (number - 1)) / number
        lower = TOP - (at + 1) * height - at * GAP
        start, width = (0.0, LEFT - GAP) if side == "left" else (RIGHT + GAP, WIDTH - RIGHT - GAP)
        return start, lower, width, height
    width = (WIDTH - GAP * (number - 1)) / number
    lower, height = (0.0, BOTTOM - GAP) if side == "bottom" else (TOP + GAP, HEIGHT - TOP - GAP)
    return at * (width + GAP), lower, width, height


def _corner(axis: "Axes", row: dict[str, Any]) -> None:
    x, y, horizontal, vertical = CORNERS[row["side"]]
    inward = 0.18
    text = "\n".join([textwrap.fill(row["label"], 14), *_counts(row)])
    axis.text(
        x + (inward if horizontal == "left" else -inward),
        y + (inward if vertical == "bottom" else -inward),
        text,
        ha=horizontal,
        va=vertical,
        fontsize=NORMAL,
        fontweight="bold",
        linespacing=1.15,
        color=theme.INK,
    )


def _box(axis: "Axes", row: dict[str, Any], frame: tuple[float, float, float, float]) -> None:
    from matplotlib.patches import Rectangle

    left, lower, width, height = frame
    empty = not row["studies"]
    axis.add_patch(
        Rectangle(
            (left, lower),
            width,
            height,
            facecolor=theme.LIGHT["background"],
            edgecolor=theme.VERMILION if empty else theme.BLUE,
            linestyle="dashed" if empty else "solid",
            linewidth=EMPTY if empty else _line(int(row["region"])),
        )
    )
    label = textwrap.fill(row["label"], int(width * CHARACTERS_A_UNIT))
    text = "\n".join([label, *_counts(row, between=_found(row))])
    axis.text(left + width / 2, lower + height / 2, text, ha="center", va="center", fontsize=SMALL, linespacing=1.25)


def _counts(row: dict[str, Any], between: Sequence[str] = ()) -> list[str]:
    """Lines of counts, each on one base: the region's studies, what is told of them, and those of elsewhere."""
    if not row["studies"]:
        return ["no study"]
    return [f"region: {_or_none(row['region'])}", *between, f"elsewhere: {_or_none(row['elsewhere'])}"]


def _found(row: dict[str, Any]) -> list[str]:
    """What the region's studies report, and their strongest design; nothing without a study of the region."""
    if not row["region"]:
        return []
    stating = row["stating"]
    benefit = f"benefit: {row['beneficial']} of {stating}" if stating else "benefit: no direction stated"
    return [benefit, "level: not coded" if pd.isna(row["strongest"]) else f"level: {row['strongest']:.0f}"]


def _or_none(count: int) -> str:
    return str(count) if count else "none"


def _key(axis: "Axes") -> None:
    """Say under the boxes what each line of them counts, and of what."""
    said = (
        "region: studies with a site in Latin America and the Caribbean",
        "benefit: of the region's studies that state a direction, those that report a benefit",
        "level: the strongest design of the region's studies, on the Maryland scale of 1 to 5",
        "elsewhere: studies with a site in another part of the world, or in no named country",
    )
    axis.text(0.0, -0.25, "\n".join(said), ha="left", va="top", fontsize=SMALL - 0.5, linespacing=1.35)
    height = -1.85
    for left, words, colour, width, style in (
        (0.0, "one study of the region", theme.BLUE, _line(1), "solid"),
        (4.2, f"{FULL} or more of the region", theme.BLUE, _line(FULL), "solid"),
        (8.6, "no study anywhere", theme.VERMILION, EMPTY, "dashed"),
    ):
        ends = [left, left + 0.55], [height, height]
        axis.plot(*ends, color=colour, linewidth=width, linestyle=style, solid_capstyle="butt")
        axis.text(left + 0.7, height, words, ha="left", va="center", fontsize=SMALL - 0.5)


def _line(studies: int) -> float:
    """Width of a box's line: the more studies of the region, the thicker, whatever ground the page has."""
    return 0.8 + 4 * min(studies, FULL) / FULL


def _within(words: str) -> str:
    return f"{words[0].lower()}{words[1:]}"


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): cell for name, cell in row.items()} for row in frame.to_dict("records")]
