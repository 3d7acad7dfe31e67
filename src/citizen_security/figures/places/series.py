"""Series over the years as light SVG: the picture stretches with the page, its text stays as large as the page's.

Dots are what was published, the line and its band what a model says of the risk behind them. A year without a figure
is a gap, and the last value is printed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import groupby
from math import ceil, floor, log10

# Room for the highest tick above a picture, and for the years below it, in pixels.
ABOVE, BELOW = 18, 20
# The years take up this part of the width, in %; the rest is for the last value.
FIRST, LAST = 8.0, 86.0
# Units across the stretched part of a picture.
ACROSS = 1000
YEARS_BETWEEN_TICKS = (1, 2, 5, 10, 20)
MOST_TICKS = 7

type Interval = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Series:
    """One measure of a place over the years.

    Attributes
    ----------
    dots : mapping
        Year → what was published.
    line : mapping
        Year → value of a line; neighbouring years are joined.
    band : mapping
        Year → lower and upper end of the line's interval.
    doubted : frozenset of int
        Years whose dots are hollow.
    new_from : int or None
        From which the series is another; a line stands before it.
    height : int
        Of the plot, in pixels.
    """

    dots: Mapping[int, float] = field(default_factory=dict)
    line: Mapping[int, float] = field(default_factory=dict)
    band: Mapping[int, Interval] = field(default_factory=dict)
    doubted: frozenset[int] = frozenset()
    new_from: int | None = None
    height: int = 170


@dataclass(frozen=True)
class _Scales:
    years: tuple[int, int]
    top: float
    height: int

    def share(self, year: int) -> float:
        first, last = self.years
        return FIRST + (LAST - FIRST) * ((year - first) / (last - first) if last > first else 1)

    def x(self, year: int) -> int:
        return round(self.share(year) * ACROSS / 100)

    def y(self, value: float) -> int:
        return round(self.height * (1 - value / self.top))


def series_picture(series: Series, years: tuple[int, int], last: str, words: str) -> str:
    """A series over the years.

    Parameters
    ----------
    series : Series
    years : tuple of int
        First and last of the axis, the same for all pictures of a page.
    last : str
        The last published value as it is printed beside its dot.
    words : str
        What the picture shows, for a reader who does not see it.

    Returns
    -------
    str
        An `svg` element as wide as its place.

    Raises
    ------
    ValueError
        If there is no value to draw, or one is below zero.
    """
    values = [*series.dots.values(), *series.line.values(), *(high for _, high in series.band.values())]
    if not values or min(values) < 0:
        raise ValueError("a series has at least one value, and none below zero")
    ticks = value_ticks(max(values))
    scales = _Scales(years, ticks[-1], series.height)
    height = ABOVE + series.height + BELOW
    return (
        f'<svg class="series" role="img" aria-label="{escape(words)}" width="100%" height="{height}">'
        f"{''.join(_value_tick(tick, scales) for tick in ticks)}"
        f"{''.join(_year_tick(year, scales) for year in year_ticks(*years))}"
        f"{_break(series, scales)}{_marks(series, scales)}{_last_value(series, scales, last)}</svg>"
    )


def value_ticks(highest: float) -> list[float]:
    """Round numbers from zero to one that is not below the highest value: three to six of them.

    Parameters
    ----------
    highest : float
        Not below zero.
    """
    if highest <= 0:
        return [0.0, 1.0]
    power = 10.0 ** floor(log10(highest / 2))
    step = next(it * power for it in (1, 2, 2.5, 5, 10) if highest / (it * power) <= 4)
    return [number * step for number in range(ceil(highest / step - 1e-9) + 1)]


def year_ticks(first: int, last: int) -> list[int]:
    """Years to name below an axis: multiples of a round number, so few that they have room on a phone.

    Parameters
    ----------
    first, last : int
    """
    for step in YEARS_BETWEEN_TICKS:
        years = [year for year in range(first, last + 1) if year % step == 0]
        if len(years) <= MOST_TICKS:
            return years or [last]
    return [first, last]


def _value_tick(tick: float, scales: _Scales) -> str:
    y = ABOVE + scales.y(tick)
    # A line at zero needs no number to be understood.
    number = f'<text y="{y - 3}">{tick:,g}</text>' if tick else ""
    return f'<line x2="100%" y1="{y}" y2="{y}"/>{number}'


def _year_tick(year: int, scales: _Scales) -> str:
    y = ABOVE + scales.height + BELOW - 5
    return f'<text class="year" x="{scales.share(year):.1f}%" y="{y}">{year}</text>'


def _marks(series: Series, scales: _Scales) -> str:
    """What stretches with the page: band, line and dots, whose strokes stay as wide as they are."""
    bands = "".join(_band([(year, series.band[year]) for year in run], scales) for run in runs(series.band))
    lines = "".join(_line([(year, series.line[year]) for year in run], scales) for run in runs(series.line))
    dots = {year: f"M{scales.x(year)} {scales.y(value)}h0" for year, value in sorted(series.dots.items())}
    hollow = "".join(dot for year, dot in dots.items() if year in series.doubted)
    drawn = [("band", bands), ("line", lines), ("dots", "".join(dots.values())), ("hollow", hollow)]
    return (
        f'<svg y="{ABOVE}" width="100%" height="{scales.height}" viewBox="0 0 {ACROSS} {scales.height}"'
        f' preserveAspectRatio="none" overflow="visible">'
        f"{''.join(f'<path class="{kind}" d="{path}"/>' for kind, path in drawn if path)}</svg>"
    )


def runs(years: Mapping[int, object]) -> list[list[int]]:
    """Years that follow each other without a gap.

    Parameters
    ----------
    years : mapping
        Its keys are the years.
    """
    numbered = enumerate(sorted(years))
    return [[year for _, year in run] for _, run in groupby(numbered, key=lambda pair: pair[1] - pair[0])]


def _line(points: Sequence[tuple[int, float]], scales: _Scales) -> str:
    placed = [f"{scales.x(year)} {scales.y(value)}" for year, value in points]
    return f"M{placed[0]}h0" if len(placed) == 1 else f"M{'L'.join(placed)}"


def _band(points: Sequence[tuple[int, Interval]], scales: _Scales) -> str:
    over = [f"{scales.x(year)} {scales.y(high)}" for year, (_, high) in points]
    under = [f"{scales.x(year)} {scales.y(low)}" for year, (low, _) in reversed(points)]
    return f"M{'L'.join([*over, *under])}z"


def _break(series: Series, scales: _Scales) -> str:
    """A line before the year from which the series is another; none where all its figures lie on one side."""
    if series.new_from is None or not min(series.dots) < series.new_from <= max(series.dots):
        return ""
    x = (scales.share(series.new_from) + scales.share(series.new_from - 1)) / 2
    return f'<line class="break" x1="{x:.1f}%" x2="{x:.1f}%" y1="{ABOVE}" y2="{ABOVE + scales.height}"/>'


def _last_value(series: Series, scales: _Scales, words: str) -> str:
    values = series.dots or series.line
    year = max(values)
    y = ABOVE + scales.y(values[year]) + 5
    return f'<text class="last" x="{scales.share(year):.1f}%" dx="8" y="{y}">{escape(words)}</text>'
