"""The front page's picture: homicide and poverty over the same years, the region bold, a few countries named."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from citizen_security import measures
from citizen_security.figures import theme
from citizen_security.figures.end_labels import BESIDE, spread, tie
from citizen_security.figures.paradox.series import REGION, change_with_gaps

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ALTERNATIVE = (
    "Two line charts over the same years: above, homicides per 100,000 people, below, the share of people under the "
    "poverty line. The region as a whole is a bold line, a few countries are thin ones, with names and last "
    "values. The years that the title compares are shaded."
)
SOURCE = "UNODC 2025; UN World Population Prospects 2024; World Bank PIP, September 2024"

# The most people, the longest fall, the longest rise of the decade before, the least homicide of a large country.
NAMED = {"BRA": theme.BLUE, "COL": theme.GREEN, "MEX": theme.ORANGE, "CHL": theme.PURPLE}
PANELS = {
    "homicide": ("Homicides per 100,000 people", "homicide_rate", "{:.0f}"),
    "poverty": ("People below 6.85 dollars a day, %", measures.MAIN_LINE.lineup, "{:.0f}%"),
}
# Labels stand at least this share of a panel's height apart.
APART = 0.125
REGION_SHORT = "the region"


def plot_two_histories(
    country_year: pd.DataFrame,
    countries: pd.DataFrame,
    regional: pd.DataFrame,
    windows: Mapping[str, tuple[int, int]],
    named: Mapping[str, str] = NAMED,
) -> "Figure":
    """Homicide above poverty, each line labelled at its end with its last value.

    Parameters
    ----------
    country_year, countries : pandas.DataFrame
        The tables of these names.
    regional : pandas.DataFrame
        subject (homicide, poverty), year, value, lower, upper: the region as a whole.
    windows : mapping of tuple of int
        First and last year of the windows `before` and `after`: shaded, and what the title compares.
    named : mapping of str to str
        Colours of the countries shown, by code.

    Returns
    -------
    matplotlib.figure.Figure
    """
    import matplotlib.pyplot as plt

    names = countries.set_index("iso3")["name"]
    figure, axes = plt.subplots(2, 1, figsize=(5.0, 5.8), sharex=True, layout="constrained")
    for axis, (subject, (title, column, form)) in zip(axes, PANELS.items(), strict=True):
        whole = regional[regional["subject"] == subject].set_index("year")["value"].dropna()
        lines = [(REGION_SHORT, theme.INK, 3.2, whole)]
        for code, colour in named.items():
            own = country_year[country_year["iso3"] == code].set_index("year")[column].dropna()
            lines.append((str(names[code]), colour, 1.3, own))
        for first, last in windows.values():
            axis.axvspan(first - 0.5, last + 0.5, color=theme.GREY, alpha=0.15, linewidth=0)
        _draw(axis, title, form, [line for line in lines if len(line[3])])
    figure.suptitle(_title(regional, windows), x=0.01, ha="left", fontweight="bold")
    return figure


def _title(regional: pd.DataFrame, windows: Mapping[str, tuple[int, int]]) -> str:
    """What became of the two between the windows: the numbers of the sentence that stands above the picture."""
    (first, second), (third, last) = windows["before"], windows["after"]
    poverty, homicide = (
        change_with_gaps(regional[regional["subject"] == subject], windows) for subject in ("poverty", "homicide")
    )
    return f"{REGION},\n{first}–{second} to {third}–{last} (shaded):\npoverty {poverty},\nhomicide {homicide}"


def _draw(axis: "Axes", title: str, form: str, lines: Sequence[tuple[str, str, float, "pd.Series[float]"]]) -> None:
    for _, colour, width, line in lines:
        axis.plot(line.index, line.to_numpy(), color=colour, linewidth=width, solid_capstyle="round")
    axis.set_title(title, fontsize=11, fontweight="normal")
    axis.set_ylim(bottom=0)
    axis.margins(x=0)
    axis.grid(visible=False, axis="x")
    axis.spines[["top", "right", "left"]].set_visible(False)
    top = axis.get_ylim()[1]
    ends = [float(line.iloc[-1]) / top for *_, line in lines]
    for (name, colour, width, line), place in zip(lines, spread(ends, APART), strict=True):
        bold = name == REGION_SHORT
        axis.annotate(
            f"{name} {form.format(line.iloc[-1])}",
            xy=(float(line.index[-1]), float(line.iloc[-1])),
            xytext=(BESIDE, place),
            textcoords="axes fraction",
            va="center",
            # Colours of lines are too pale for text; a thin line of that colour ties the name to its end.
            color=theme.INK,
            fontweight="bold" if bold else "normal",
            fontsize=11,
            annotation_clip=False,
            arrowprops=tie(colour),
        )
        axis.plot(line.index[-1:], line.iloc[-1:], "o", color=colour, markersize=3 + width, clip_on=False)
