"""Pictures of cities over years: where the variance lies, who fell, how much was reversion, and how forecasts fared."""

from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from citizen_security.figures import theme
from citizen_security.figures.headline import headline

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COMPONENT_LABELS = {
    "country": "Country",
    "city": "City, lasting level",
    "year": "Year, shared in a country",
    "city_trend": "City's own trend",
    "city_wave": "City's own waves",
}
DEVIATION_LABELS = {
    "level_deviation": "between cities' levels",
    "trend_deviation": "between cities' trends, a decade",
    "wave_deviation": "of waves",
    "passing_deviation": "of what passes within a year",
    "shock_deviation": "of shared steps, a year",
    "persistence": "persistence of waves from year to year",
}
COUNTRY_COLOURS = {"BRA": theme.GREEN, "COL": theme.BLUE, "MEX": theme.VERMILION}
FORECAST_COLOURS = {
    "pool": theme.INK,
    "model": theme.BLUE,
    "last value": theme.ORANGE,
    "rolling mean": theme.GREY,
    "exponential smoothing": theme.GREEN,
    "ridge on lags": theme.VERMILION,
}

# Cities far out would leave the others no room; changes are drawn as ratios, so that a halving mirrors a doubling.
RATIO_TICKS = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20)
RATE = "Homicides per 100,000 person-years"

SOURCE = "IPEA Atlas da Violência; INEGI and CONAPO; Policía Nacional de Colombia and DANE; own calculations"
CITY_CHART_TEXT = (
    "Line chart of one city: dots are the raw homicide rates of its years, the line is the model's rate, the band its "
    "interval. Above stand the city's rank in its country with an interval and the probability that its rate fell. "
    "A menu under the chart chooses the city."
)


def caption_of_city_chart(credible_level: float) -> str:
    """What the marks of the chart of one city are."""
    return f"Dots: raw rates; line: the model's rate with its {credible_level:.0%} interval. Source: {SOURCE}."


def plot_variance_split(split: pd.DataFrame, credible_level: float) -> "Figure":
    """Shares of the variance of log risks, with intervals.

    Parameters
    ----------
    split : pandas.DataFrame
        One row for each draw: columns of `COMPONENT_LABELS`.
    credible_level : float
        Probability of the intervals.

    Returns
    -------
    matplotlib.figure.Figure
    """
    names = list(COMPONENT_LABELS)
    tail = (1 - credible_level) / 2
    ends = 100 * split[names].quantile([tail, 0.5, 1 - tail])
    figure, axes = plt.subplots(figsize=(8, 3.2), layout="constrained")
    rows = np.arange(len(names))
    axes.barh(rows, ends.iloc[1], color=theme.SKY, height=0.6)
    axes.hlines(rows, ends.iloc[0], ends.iloc[2], color=theme.INK, linewidth=2.5)
    for row, (middle, upper) in enumerate(zip(ends.iloc[1], ends.iloc[2], strict=True)):
        axes.text(upper + 0.6, row, f"{middle:.0f}%", va="center")
    axes.set_yticks(rows, [COMPONENT_LABELS[name] for name in names])
    axes.invert_yaxis()
    axes.grid(axis="y", visible=False)
    axes.set(xlim=(0, 1.12 * float(ends.iloc[2].max()) + 2))
    axes.set_xlabel(
        f"Share of the variance of log risks over cities and years (%); lines: {credible_level:.0%} intervals"
    )
    own = ends.iloc[1][["city_trend", "city_wave"]].sum()
    headline(figure, f"{own:.0f}% of the variance is cities going their own way over time")
    return figure


def plot_falls(falls: pd.DataFrame, share: float, names: "dict[str, str]", credible_level: float) -> "Figure":
    """Change of each city's rate between the windows, in order, one panel for each country.

    Parameters
    ----------
    falls : pandas.DataFrame
        One row for each city: `iso3`, `first_window`, `last_window`, `change_percent`, `lower`, `upper`.
    share : float
        Share of the cities that fell, for the title.
    names : dict
        Name of each country by code.
    credible_level : float

    Returns
    -------
    matplotlib.figure.Figure
    """
    countries = list(dict.fromkeys(falls["iso3"]))
    widths = [max(len(falls[falls["iso3"] == iso3]), 60) for iso3 in countries]
    figure, panels = plt.subplots(
        1, len(countries), sharey=True, squeeze=False, figsize=(9, 4.4), layout="constrained", width_ratios=widths
    )
    for axes, iso3 in zip(panels[0], countries, strict=True):
        _draw_falls(axes, falls[falls["iso3"] == iso3].sort_values("change_percent"), names.get(iso3, iso3))
    panels[0, 0].set_ylabel("Last window over first (log scale)")
    _ratio_axis(panels[0, 0].yaxis)
    headline(
        figure, f"{share:.0%} of the cities have a lower rate than at the start; lines: {credible_level:.0%} intervals"
    )
    return figure


def _draw_falls(axes: "Axes", ordered: pd.DataFrame, country: str) -> None:
    ratios = 1 + ordered[["change_percent", "lower", "upper"]].to_numpy(float) / 100
    colours = np.where(ratios[:, 2] < 1, theme.BLUE, np.where(ratios[:, 1] > 1, theme.VERMILION, "#a5abb2"))
    rows = np.arange(len(ordered))
    axes.vlines(rows, ratios[:, 1], ratios[:, 2], colors=colours.tolist(), linewidth=1.4)
    axes.scatter(rows, ratios[:, 0], c=colours.tolist(), s=6, zorder=3)
    axes.axhline(1, color=theme.INK, linewidth=1)
    axes.set_yscale("log")
    axes.set_xticks([])
    axes.grid(axis="x", visible=False)
    row = ordered.iloc[0]
    axes.set_title(f"{country}\n{row['first_window']} to\n{row['last_window']}", fontsize="x-small")
    axes.set_xlabel(f"{len(ordered)} cities", fontsize="small")


def plot_reversion(cities: pd.DataFrame, named: int = 6) -> "Figure":
    """Change of each city against where it started, with what reversion alone would give.

    Parameters
    ----------
    cities : pandas.DataFrame
        One row for each city: `label`, `iso3`, `start`, `change`, `expected`, `expected_lower`, `highest`.
    named : int
        Number of deepest falls to name.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = plt.subplots(figsize=(8.4, 5.2), layout="constrained")
    for highest, marker, size in ((False, "o", 16), (True, "D", 34)):
        for iso3, group in cities[cities["highest"] == highest].groupby("iso3"):
            label = f"{iso3}{', highest at the start' if highest else ''}"
            axes.scatter(np.exp(group["start"]), np.exp(group["change"]), marker=marker, s=size, alpha=0.75,
                         color=COUNTRY_COLOURS[str(iso3)], linewidth=0, label=label)  # fmt: skip
    axes.scatter(np.exp(cities["start"]), np.exp(cities["expected"]), marker="_", s=60, color=theme.INK,
                 label="expected by reversion alone")  # fmt: skip
    axes.axhline(1, color=theme.GREY, linewidth=1)
    axes.set(xscale="log", yscale="log", xlabel="Rate in the first window over the mean of the country's cities",
             ylabel="Change to the last window,\nover the mean change of the country's cities")  # fmt: skip
    _ratio_axis(axes.xaxis)
    _ratio_axis(axes.yaxis)
    for position, (_, row) in enumerate(cities.sort_values("change").head(named).iterrows()):
        name = str(row["label"]).split(" (")[0]
        side = 1 if position % 2 else -1
        axes.annotate(name, (float(np.exp(row["start"])), float(np.exp(row["change"]))), xytext=(6 * side, 0),
                      textcoords="offset points", ha="left" if side > 0 else "right", va="center",
                      fontsize="x-small")  # fmt: skip
    axes.legend(fontsize="x-small", loc="upper right")
    headline(figure, _reversion_title(cities[cities["highest"]]))
    return figure


def _reversion_title(highest: pd.DataFrame) -> str:
    observed, expected = (100 * np.expm1(highest[name].mean()) for name in ("change", "expected"))
    text = f"The {len(highest)} highest changed by {observed:+.0f}%; reversion alone would give {expected:+.0f}%"
    return text.replace("-", "−")


def plot_forecasts(summary: pd.DataFrame, origins: pd.DataFrame, names: "dict[str, str]", verdict: str) -> "Figure":
    """Mean scores and coverage of each forecast, by country, and from each origin.

    Parameters
    ----------
    summary : pandas.DataFrame
        `iso3`, `forecast`, `crps`, `log_score`, `coverage_90`, `forecasts`; rows with `iso3` of `all` are the whole.
    origins : pandas.DataFrame
        The same of each country and `origin` (last year seen).
    names : dict
        Name of each country by code.
    verdict : str
        Which forecast is the better one, for the title.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, panels = plt.subplots(1, 3, figsize=(9, 5.6), layout="constrained", sharey=True)
    places = list(dict.fromkeys(summary["iso3"]))
    for offset, (forecast, colour) in enumerate(FORECAST_COLOURS.items()):
        rows = summary[summary["forecast"] == forecast].set_index("iso3").loc[places]
        heights = np.arange(len(places)) + (offset - (len(FORECAST_COLOURS) - 1) / 2) * 0.14
        each = origins[origins["forecast"] == forecast]
        level = each["iso3"].map(dict(zip(places, heights, strict=True)))
        for axes, (score, scale, _) in zip(panels, _SCORES, strict=True):
            # A label once only, or the legend would hold one for each forecast.
            named = "one origin" if offset == 0 else None
            axes.plot(scale * each[score], level, "o", color=colour, alpha=0.45, markersize=3, label=named)
            axes.plot(scale * rows[score], heights, "D", color=colour, markersize=6, label=forecast)
    numbers = summary.drop_duplicates("iso3").set_index("iso3")["forecasts"]
    labels = [f"{names.get(place, place)}\n{numbers[place]:,} city-years" for place in places]
    panels[0].set_yticks(np.arange(len(places)), labels)
    panels[0].invert_yaxis()
    for axes, (_, _, label) in zip(panels, _SCORES, strict=True):
        axes.set_xlabel(label, fontsize="small")
    panels[2].axvline(90, color=theme.INK, linewidth=1, linestyle="--")
    panels[2].set_xlim(min(60.0, 100 * float(origins["coverage_90"].min()) - 5), 101)
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside right center", fontsize="small")
    headline(figure, verdict)
    return figure


_SCORES = (
    ("crps", 1, "Mean CRPS\n(homicides per 100,000):\nlower is better"),
    ("log_score", 1, "Mean log score\n(log probability):\nhigher is better"),
    ("coverage_90", 100, "Share of rates in the\n90% interval (%):\nthe dashed line is the aim"),
)


def city_chart(
    series: pd.DataFrame, falls: pd.DataFrame, credible_level: float, shown: str, *, dark: bool = False
) -> Any:
    """Choose a city: its raw rates, the model's rate with its interval, its rank with its interval.

    Parameters
    ----------
    series : pandas.DataFrame
        One row for each city and year: `label`, `year`, `raw_rate`, `rate`, `lower`, `upper`.
    falls : pandas.DataFrame
        One row for each city: `label`, `last_window`, `rank`, `rank_lower`, `rank_upper`, `cities_ranked`,
        `probability_fell`, `first_window`, `doubt`.
    credible_level : float
        Probability of the intervals.
    shown : str
        Label of the city that is shown first.
    dark : bool
        In colours for the dark mode.

    Returns
    -------
    altair.LayerChart
    """
    labels = sorted(falls["label"])
    city = alt.param(
        name="city", value=labels.index(shown),
        bind=alt.binding_select(options=list(range(len(labels))), labels=labels, name="City: "),
    )  # fmt: skip
    ink, line = (theme.DARK["text"], theme.SKY) if dark else (theme.INK, theme.BLUE)
    names = alt.param(name="names", value=labels)
    of_city = alt.Chart().transform_filter("datum.c == city")
    years = of_city.transform_flatten(["y", *_SHORT]).transform_calculate(l="datum.m - datum.l", h="datum.m + datum.h")
    base = years.encode(
        x=alt.X("y:Q", title="Year", axis=alt.Axis(format="d"), scale=alt.Scale(zero=False, nice=False))
    )
    band = base.mark_area(opacity=0.3, color=line).encode(y=alt.Y("l:Q", title=RATE), y2="h:Q")
    tooltips = [alt.Tooltip(f"{name}:Q", title=title, format=form) for name, title, form in _TOOLTIPS]
    curve = base.mark_line(color=line, strokeWidth=2.5).encode(y="m:Q")
    dots = base.mark_point(filled=True, color=theme.ORANGE, size=45, opacity=1).encode(y="r:Q", tooltip=tooltips)
    told = of_city.transform_calculate(t="names[datum.c] + '\\n' + datum.t")
    text = told.mark_text(align="left", baseline="top", lineBreak="\n", fontSize=12, color=ink).encode(
        x=alt.value(0), y=alt.value(-62), text="t:N"
    )
    data = alt.Data(values=_city_rows(series, falls, labels, credible_level))  # type: ignore[no-untyped-call]
    layers = alt.layer(band, curve, dots, text, data=data)
    return layers.add_params(names, city).properties(width=540, height=280)


def _city_rows(
    series: pd.DataFrame, falls: pd.DataFrame, labels: list[str], credible_level: float
) -> list[dict[str, Any]]:
    """One row for each city, its years in lists and its columns named by a letter: all of it travels with the page.

    The ends of an interval are told as what they are apart from the rate, in numbers as short as those of the page.
    """
    notes = {row["label"]: _note(row, credible_level) for _, row in falls.iterrows()}
    number = {label: position for position, label in enumerate(labels)}
    return [
        {"c": number[str(label)], "t": notes[label], "y": rows["year"].tolist()} | _columns(rows)
        for label, rows in series.groupby("label", sort=True)
    ]


def _columns(rows: pd.DataFrame) -> dict[str, list[float | None]]:
    short = {name: [_rounded(it) for it in rows[column]] for name, column in _SHORT.items()}
    ends = {
        name: [
            None if one is None or rate is None else _whole(round(abs(rate - one), 1))
            for one, rate in zip(short[name], short["m"], strict=True)
        ]
        for name in ("l", "h")
    }
    return short | ends


def _rounded(value: float) -> float | None:
    """Whole from ten on, as rates are written; none where there is no figure."""
    return None if np.isnan(value) else _whole(round(float(value), 0 if abs(value) >= WHOLE_FROM else 1))


def _whole(value: float) -> float:
    return int(value) if value.is_integer() else value


WHOLE_FROM = 10
_SHORT = {"r": "raw_rate", "m": "rate", "l": "lower", "h": "upper"}
_TOOLTIPS = (
    ("y", "year", "d"),
    ("r", "raw rate", ".1~f"),
    ("m", "model's rate", ".1~f"),
    ("l", "from", ".1~f"),
    ("h", "to", ".1~f"),
)


def _note(row: "pd.Series[Any]", credible_level: float) -> str:
    """What is said over the chart below the name: rank with interval, probability of a fall, doubts."""
    lines = [
        f"{row['last_window']}: rank {row['rank']:.0f} of {row['cities_ranked']} in the country "
        f"({credible_level:.0%} interval: {row['rank_lower']} to {row['rank_upper']})",
        f"lower than in {row['first_window']} with probability {_probability(row['probability_fell'])}",
    ]
    return "\n".join(lines + ([f"Doubtful: {row['doubt']}"] if row["doubt"] else []))


def _probability(value: float) -> str:
    return "above 99%" if value > 0.99 else "below 1%" if value < 0.01 else f"{value:.0%}"


def _ratio_axis(axis: Any) -> None:
    axis.set_major_locator(FixedLocator(list(RATIO_TICKS)))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"×{value:g}"))
