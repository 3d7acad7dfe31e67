"""Figures as drawings: SVG whose text stays text, so that a page can set it in its colours and find its words.

A figure of few marks is lighter as SVG than as an image, sharp at every size, and can be searched and translated. One
of many marks stays an image.
"""

import base64
import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from citizen_security.figures.lean import lean

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

# About 60 bytes a mark: beyond this an image is the lighter of the two.
MOST_MARKS = 2_500
# So many colours of an image nobody tells from all that there are; the file is a third.
COLOURS = 256


def show_light_figures_as_drawings() -> None:
    """In a notebook, show figures of few marks as SVG and the others as images; elsewhere nothing changes."""
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None or getattr(shell, "display_formatter", None) is None:
        return
    import matplotlib.pyplot as plt
    from matplotlib.figure import Figure
    from matplotlib_inline.backend_inline import configure_inline_support

    if "inline" not in plt.get_backend().lower():
        return
    # The library sets its own formats when it is configured; after that, ours stay.
    configure_inline_support(shell, "inline")  # type: ignore[no-untyped-call]
    images, drawings = (shell.display_formatter.formatters[name] for name in ("image/png", "image/svg+xml"))
    # At a second call the image's own maker is behind ours already.
    image: Callable[[Any], Any] = images.lookup_by_type(Figure)
    make = getattr(image, "of_heavy_figures", image)

    def heavy(figure: "Figure") -> Any:
        return None if is_light(figure) else light_image(make(figure))

    heavy.of_heavy_figures = make  # type: ignore[attr-defined]
    images.for_type(Figure, heavy)
    drawings.for_type(Figure, lambda figure: drawing(figure) if is_light(figure) else None)


def drawing(figure: "Figure") -> str:
    """A figure as SVG with its text as text; the same figure gives the same bytes.

    Parameters
    ----------
    figure : matplotlib.figure.Figure

    Returns
    -------
    str
    """
    import matplotlib as mpl

    written = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "path.simplify": True}):
        figure.savefig(
            written, format="svg", bbox_inches="tight", facecolor=figure.get_facecolor(), metadata={"Date": None}
        )
    return lean(written.getvalue())


def light_image(image: Any) -> Any:
    """An image of a figure with a palette of colours, where that makes it lighter.

    Parameters
    ----------
    image : bytes or str or tuple
        PNG as a formatter of the notebook returns it: the bytes, their base64, or either with the image's size.

    Returns
    -------
    bytes or str or tuple
        The same kind.
    """
    from PIL import Image

    if isinstance(image, tuple):
        return (light_image(image[0]), *image[1:])
    content = base64.b64decode(image) if isinstance(image, str) else image
    written = io.BytesIO()
    drawn = Image.open(io.BytesIO(content))
    palette = drawn if drawn.mode == "P" else drawn.quantize(COLOURS, dither=Image.Dither.NONE)
    palette.save(written, "PNG", optimize=True, dpi=drawn.info.get("dpi", (72, 72)))
    lighter = min(content, written.getvalue(), key=len)
    return base64.b64encode(lighter).decode() if isinstance(image, str) else lighter


def is_light(figure: "Figure") -> bool:
    """Whether a figure has so few marks that a drawing is lighter than an image.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    """
    return marks(figure) <= MOST_MARKS


def marks(figure: "Figure") -> int:
    """How many points, corners and glyph places a figure draws; an image in it counts as too many.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    """
    return sum(_marks_of(artist) for artist in figure.findobj() if artist.get_visible())


def _marks_of(artist: "Artist") -> int:
    import numpy as np
    from matplotlib.collections import Collection
    from matplotlib.image import AxesImage
    from matplotlib.lines import Line2D

    if isinstance(artist, AxesImage):
        return MOST_MARKS + 1
    if isinstance(artist, Line2D):
        return int(np.size(artist.get_xdata()))
    if isinstance(artist, Collection):
        offsets = max(np.size(artist.get_offsets()) // 2, 1)
        corners = sum(np.size(path.vertices) // 2 for path in artist.get_paths())
        # One path at many places is written once.
        return offsets if len(artist.get_paths()) == 1 and offsets > 1 else corners
    return 1
