"""One palette for every picture, in matplotlib, seaborn and Altair.

The colours are those of Okabe and Ito (2008), which readers with any common colour blindness tell apart, in an order
that also alternates lightness, so that neighbours survive a grey print.
"""

from typing import TYPE_CHECKING, Any

from citizen_security.figures.drawing import show_light_figures_as_drawings
from citizen_security.figures.frames import show_frames_in_words

if TYPE_CHECKING:
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

BLUE = "#0072B2"
ORANGE = "#E69F00"
VERMILION = "#D55E00"
SKY = "#56B4E9"
GREEN = "#009E73"
PURPLE = "#CC79A7"
GREY = "#767676"
INK = "#1B1F24"

CATEGORIES = (BLUE, ORANGE, VERMILION, SKY, GREEN, PURPLE, GREY)

# Lightness falls evenly from low to high (viridis without its palest end), so order is read in grey as in colour.
ORDERED = ("#fde725", "#7ad151", "#22a884", "#2a788e", "#414487", "#440154")

LIGHT = {"background": "#ffffff", "text": INK, "grid": "#d9dde1"}
DARK = {"background": "#121212", "text": "#ced6dd", "grid": "#3b434b"}

# Letters on a fill that keeps its colour in the dark, as data do: no page changes them.
ON_PALE, ON_DEEP = "#010101", "#fefefe"

FONT = "DejaVu Sans"


def apply() -> None:
    """Set the compendium's look for every figure and table that follows; names in them are text and no formulas."""
    import matplotlib as mpl
    import pandas as pd
    import seaborn

    seaborn.set_theme(context="notebook", style="whitegrid", palette=list(CATEGORIES), rc=_matplotlib_settings())
    mpl.rcParams["svg.hashsalt"] = "citizen-security"
    # A page typesets the dollar signs of its results, and in a formula even a link that runs.
    pd.set_option("display.html.use_mathjax", False)
    show_light_figures_as_drawings()
    show_frames_in_words()


def source(figure: "Figure", text: str) -> None:
    """Write the source line, with the data release, under a figure.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    text : str
        Publisher and release, such as `UNODC 2025; World Bank WDI, December 2025`.
    """
    figure.text(0.005, -0.01, f"Source: {text}", ha="left", va="top", fontsize="small", color=GREY, wrap=True)


def plain_minor_ticks(axis: "Axis") -> None:
    """Label the minor ticks of a logarithmic axis, where it is short enough to need them, without formulas.

    Parameters
    ----------
    axis : matplotlib.axis.Axis
    """
    from matplotlib.ticker import LogFormatter

    # The library's own labels are formulas, which are drawn as they stand.
    axis.set_minor_formatter(LogFormatter(labelOnlyBase=False))


def blend(colour: str, ground: str = LIGHT["background"], share: float = 0.5) -> str:
    """A paler colour: part of the way from one to the ground that it lies on.

    Parameters
    ----------
    colour, ground : str
        As `#rrggbb`.
    share : float
        Of the ground in the mixture, from 0 to 1.

    Returns
    -------
    str
        As `#rrggbb`.
    """
    pairs = ((int(colour[at : at + 2], 16), int(ground[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round((1 - share) * own + share * other):02x}" for own, other in pairs)


def on(fill: str) -> str:
    """Colour of letters on a fill, light or dark pages alike.

    Parameters
    ----------
    fill : str
        As `#rrggbb`.

    Returns
    -------
    str
        The ink that follows the page where the fill does, being its ground or its grid; else the better of pale and
        deep letters by the contrast of WCAG 2.2.
    """
    if fill.lower() in (LIGHT["background"], LIGHT["grid"]):
        return INK
    return max((ON_PALE, ON_DEEP), key=lambda letters: contrast(letters, fill))


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, from 1 to 21.

    Parameters
    ----------
    one, other : str
        As `#rrggbb`.

    References
    ----------
    Web Content Accessibility Guidelines 2.2, definition of contrast ratio and of relative luminance.
    """
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (it / 12.92 if it <= 0.04045 else ((it + 0.055) / 1.055) ** 2.4 for it in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def altair_config(*, dark: bool = False) -> dict[str, Any]:
    """Vega-Lite configuration in the compendium's palette.

    Parameters
    ----------
    dark : bool
        For the dark mode of the site.

    Returns
    -------
    dict
        The `config` of a Vega-Lite specification.
    """
    ground = DARK if dark else LIGHT
    axis = {
        "labelColor": ground["text"],
        "titleColor": ground["text"],
        "gridColor": ground["grid"],
        "domainColor": ground["grid"],
        "tickColor": ground["grid"],
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
    }
    text = {"labelColor": ground["text"], "titleColor": ground["text"], "labelFontSize": 12, "titleFontSize": 12}
    return {
        "background": "transparent" if dark else ground["background"],
        "font": "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif",
        "view": {"stroke": None},
        "axis": axis,
        "legend": text,
        "header": text,
        "title": {"color": ground["text"], "subtitleColor": ground["text"], "anchor": "start", "fontSize": 15},
        "range": {"category": list(CATEGORIES), "ordinal": list(ORDERED), "ramp": list(ORDERED)},
        "mark": {"tooltip": True},
    }


def _matplotlib_settings() -> dict[str, Any]:
    return {
        "figure.figsize": (8, 4.8),
        "figure.dpi": 100,
        "savefig.dpi": 144,
        "savefig.bbox": "tight",
        "figure.facecolor": LIGHT["background"],
        "font.family": FONT,
        "text.color": LIGHT["text"],
        # A name may have dollars in it: half a formula draws nothing and raises.
        "text.parse_math": False,
        "axes.labelcolor": LIGHT["text"],
        "axes.edgecolor": LIGHT["grid"],
        "axes.titlelocation": "left",
        "axes.titleweight": "bold",
        "grid.color": LIGHT["grid"],
        "xtick.color": LIGHT["text"],
        "ytick.color": LIGHT["text"],
        "legend.frameon": False,
    }
