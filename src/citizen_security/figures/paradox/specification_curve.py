"""Specification curves: the sorted effects, and below them which choices they come from."""

from typing import TYPE_CHECKING, Any

import altair as alt
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from citizen_security import measures
from citizen_security.figures import theme
from citizen_security.words import p_in_words, p_with_limits, signed

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CHOICE_LABELS = {
    "outcome": "Outcome",
    "release": "Release",
    "poverty_line": "Poverty line",
    "poverty_series": "Poverty series",
    "inequality_series": f"{measures.INEQUALITY.capitalize()} series",
    "youth_unemployment_series": "Unemployment series",
    "growth_series": "Growth series",
    "estimator": "Estimator",
    "year_effects": "Year effects",
    "trends": "Trends",
    "dynamics": "Dynamics",
    "lag": "Lag",
    "period": "Period",
    "sample": "Sample",
    "weights": "Weights",
    "controls": "Controls",
}

DRIVER_LABELS = {
    "poverty": "poverty",
    "inequality": measures.INEQUALITY,
    "youth_unemployment": "youth unemployment",
    "growth": "growth",
}

EFFECT_AXIS = "Effect, standard deviations\nof homicide per one of {driver}"
RANK_AXIS = "Specifications, sorted by effect (% of all)"

# Columns of cells: enough to see a gradient, few enough that each holds specifications of every option.
BINS = 60
INTERACTIVE_BINS = 30
INTERACTIVE_POINTS = 160

# An option twice as common in a part of the curve as on average is drawn darkest.
DARKEST = 2.5


SOURCE_LINE = "UNODC (2025 and 2024 releases); World Bank WDI and PIP; SWIID 9.92; ILO; own calculation"


def plot_curve(estimates: pd.DataFrame, options: pd.DataFrame, driver: str, confidence_level: float) -> "Figure":
    """Sorted effects with intervals, and a dashboard of choices.

    Parameters
    ----------
    estimates : pandas.DataFrame
        One row a specification: effect, effect_lower, effect_upper, p_value, main, and the choices.
    options : pandas.DataFrame
        choice, option, label, in the order of the dashboard.
    driver : str
    confidence_level : float

    Returns
    -------
    matplotlib.figure.Figure
    """
    ranked = rank_effects(estimates)
    density = option_density(ranked, options, min(BINS, len(ranked)))
    rows = density[["choice", "option", "label"]].drop_duplicates()
    figure, (above, below) = plt.subplots(
        2, 1, figsize=(9, 4.2 + 0.2 * len(rows)), sharex=True, layout="constrained",
        gridspec_kw={"height_ratios": [3.4, 0.2 * len(rows)]},
    )  # fmt: skip
    _draw_effects(above, ranked, confidence_level)
    above.set_ylabel(EFFECT_AXIS.format(driver=DRIVER_LABELS.get(driver, driver)))
    image = _draw_dashboard(below, density, rows)
    bar = figure.colorbar(image, ax=below, location="bottom", shrink=0.5, aspect=40, pad=0.01)
    bar.set_label("How common the option is here (1 = as in the whole curve)", fontsize="small")
    figure.suptitle(title_curve(estimates, driver), x=0.01, ha="left", fontweight="bold")
    return figure


def title_curve(estimates: pd.DataFrame, driver: str) -> str:
    """Finding of a specification curve: its median, and how far the effects spread."""
    low, middle, high = (signed(float(estimates["effect"].quantile(at))) for at in (0.05, 0.5, 0.95))
    name = DRIVER_LABELS.get(driver, driver)
    return (
        f"{len(estimates):,} specifications: the median effect of {name} is {middle}\n"
        f"Nine in ten effects lie between {low} and {high}"
    )


def plot_drivers(drivers: pd.DataFrame, confidence_level: float) -> "Figure":
    """Curves of several drivers side by side: medians with intervals, and how far the effects spread.

    Parameters
    ----------
    drivers : pandas.DataFrame
        From `every_driver.tabulate_drivers`.
    confidence_level : float

    Returns
    -------
    matplotlib.figure.Figure
    """
    rows = drivers.iloc[::-1].reset_index(drop=True)
    figure, axis = plt.subplots(figsize=(8, 0.6 * len(rows) + 1.7), layout="constrained")
    axis.axvline(0, color=theme.INK, linewidth=1)
    places = np.arange(len(rows))
    axis.hlines(places, rows["low"], rows["high"], color=theme.SKY, linewidth=9, alpha=0.5,
                label="effects, 5th to 95th percentile")  # fmt: skip
    axis.hlines(places, rows["lower"], rows["upper"], color=theme.BLUE, linewidth=2.5,
                label=f"{100 * confidence_level:g}% interval of the median")  # fmt: skip
    axis.plot(rows["median_effect"], places, "o", color=theme.BLUE, markersize=7, label="median effect")
    labels = [
        f"{_capital(DRIVER_LABELS[str(driver)])}\njoint test {p_in_words(p_value)}"
        for driver, p_value in zip(rows["driver"], rows["permutation_p"], strict=True)
    ]
    axis.set_yticks(places, labels=labels)
    axis.set_ylim(-0.6, len(rows) - 0.4)
    axis.set_xlabel("Effect, standard deviations of homicide per one of the driver, within countries")
    axis.grid(visible=False, axis="y")
    axis.legend(loc="upper center", bbox_to_anchor=(0.5, -0.3), ncols=3, fontsize="small")
    figure.suptitle(title_drivers(drivers), x=0.01, ha="left", fontweight="bold")
    return figure


def title_drivers(drivers: pd.DataFrame) -> str:
    """Median effect of each driver, signed."""
    found = [
        f"{DRIVER_LABELS[str(driver)]} {signed(float(median))}"
        for driver, median in zip(drivers["driver"], drivers["median_effect"], strict=True)
    ]
    return f"Median effects: {', '.join(found)}"


def plot_importance(importance: pd.DataFrame) -> "Figure":
    """Share of the variance of the effects that each choice accounts for.

    Parameters
    ----------
    importance : pandas.DataFrame
        choice, share_of_variance, widest; the last row is what choices do together.

    Returns
    -------
    matplotlib.figure.Figure
    """
    rows = importance.iloc[::-1]
    alone = importance.iloc[:-1]
    figure, axis = plt.subplots(figsize=(8, 0.34 * len(rows) + 1.4), layout="constrained")
    colours = [theme.GREY if choice == "choices together" else theme.BLUE for choice in rows["choice"]]
    axis.barh([_factor_label(str(choice)) for choice in rows["choice"]], 100 * rows["share_of_variance"], color=colours)
    for position, (_, row) in enumerate(rows.iterrows()):
        text = f"{100 * row['share_of_variance']:.1f}%"
        if row["widest"] > 0:
            text += f"  ({row['widest']:.2f} between options)"
        axis.text(100 * row["share_of_variance"] + 0.6, position, text, va="center", fontsize="small")
    axis.set_xlabel("Share of the variance of the effects (%); in brackets, standard deviations")
    axis.set_xlim(0, min(130.0, 140 * float(importance["share_of_variance"].max()) + 8))
    axis.grid(visible=False, axis="y")
    first = _factor_label(str(alone["choice"].iloc[0])) if len(alone) else "no choice"
    axis.set_title(f"The choice that moves the answer most by itself: {first[0].lower()}{first[1:]}")
    return figure


def plot_changes(changes: pd.DataFrame, options: pd.DataFrame, confidence_level: float) -> "Figure":
    """The main specification and those one choice away, with intervals.

    Parameters
    ----------
    changes : pandas.DataFrame
        changed, effect, effect_lower, effect_upper, observations, countries.
    options : pandas.DataFrame
        choice, option, label.
    confidence_level : float

    Returns
    -------
    matplotlib.figure.Figure
    """
    names = {f"{row.choice}={row.option}": _option_label(row) for row in options.itertuples(index=False)}
    names["main"] = "Main specification"
    rows = changes.iloc[::-1].reset_index(drop=True)
    figure, axis = plt.subplots(figsize=(8, 0.3 * len(rows) + 1.5), layout="constrained")
    axis.axvline(0, color=theme.INK, linewidth=1)
    for position, (_, row) in enumerate(rows.iterrows()):
        main = row["changed"] == "main"
        colour = theme.VERMILION if main else theme.BLUE
        outside = row["effect_lower"] > 0 or row["effect_upper"] < 0
        axis.plot([row["effect_lower"], row["effect_upper"]], [position, position], color=colour, linewidth=2)
        face = colour if outside else "white"
        axis.plot(row["effect"], position, "D" if main else "o", color=colour, markerfacecolor=face, markersize=6)
    counted = zip(map(str, rows["changed"]), list(rows["observations"]), strict=True)
    labels = [f"{names.get(changed, changed)}  (n = {count})" for changed, count in counted]
    axis.set_yticks(range(len(rows)), labels=labels, fontsize="small")
    axis.set_xlabel(
        f"Effect, standard deviations within countries, with {100 * confidence_level:g}% intervals, errors by country"
    )
    axis.grid(visible=False, axis="y")
    low, high = changes["effect"].min(), changes["effect"].max()
    text = f"One choice away from the main specification the effect runs from {signed(low)} to {signed(high)}"
    figure.suptitle(text, x=0.01, ha="left", fontweight="bold", fontsize="medium")
    return figure


def plot_permutations(permuted: pd.DataFrame, tested: pd.DataFrame, specifications: int) -> "Figure":
    """Median effects of curves with exchanged paths, and that of the curve itself.

    Parameters
    ----------
    permuted : pandas.DataFrame
        median_effect, one row a permutation.
    tested : pandas.DataFrame
        statistic, observed (every path in its place), p_value, lower, upper (its limits).
    specifications : int
        In each of these curves.

    Returns
    -------
    matplotlib.figure.Figure
    """
    (median,) = tested[tested["statistic"] == "median_effect"].to_dict("records")
    observed = float(median["observed"])
    figure, axis = plt.subplots(figsize=(8, 3.6), layout="constrained")
    axis.hist(permuted["median_effect"].dropna(), bins=30, color=theme.SKY, edgecolor="white")
    axis.axvline(observed, color=theme.VERMILION, linewidth=2.5)
    axis.annotate("every path in its place", (observed, 0.97), xycoords=("data", "axes fraction"), xytext=(5, 0),
                  textcoords="offset points", color=theme.VERMILION, va="top")  # fmt: skip
    axis.set_xlabel("Median effect of the curve, standard deviations within countries")
    axis.set_ylabel("Permutations")
    axis.set_title(
        f"Median effect of {specifications:,} specifications {signed(observed, '.3f')}\n"
        f"Against exchanged paths {p_with_limits(median['p_value'], median['lower'], median['upper'])}"
    )
    return figure


def interactive_curve(
    estimates: pd.DataFrame, options: pd.DataFrame, driver: str, confidence_level: float, *, dark: bool = False
) -> Any:
    """The curve for a page: choose an option to find its specifications, select a part to read its mean.

    The curve is thinned to evenly spaced specifications; the dashboard counts all of them.

    Parameters
    ----------
    estimates, options, driver, confidence_level
        As for `plot_curve`.
    dark : bool
        In colours for the dark mode.

    Returns
    -------
    altair.VConcatChart
    """
    ranked = rank_effects(estimates)
    density = option_density(ranked, options, min(INTERACTIVE_BINS, len(ranked)))
    points = _thinned(ranked, options)
    labels = {f"{row.choice}={row.option}": _option_label(row) for row in options.itertuples(index=False)}
    highlight = alt.param(
        name="highlight",
        value="",
        bind=alt.binding_select(options=["", *labels], labels=["(all)", *labels.values()], name="Show only: "),
    )
    brush = alt.selection_interval(name="part", encodings=["x"])
    share = alt.X("rank:Q", title=None, scale=alt.Scale(domain=[0, 100], nice=False))
    chosen = "highlight == '' || indexof(split(datum.choices, '|'), highlight) >= 0"
    ink = theme.DARK["text"] if dark else theme.INK
    base = alt.Chart(points).encode(x=share)
    opacity = alt.condition(chosen, alt.value(1), alt.value(0.08))
    bars = base.mark_rule(color=theme.GREY).encode(
        y=alt.Y("lower:Q", title=EFFECT_AXIS.format(driver=DRIVER_LABELS.get(driver, driver)).split("\n")),
        y2="upper:Q",
        opacity=alt.condition(chosen, alt.value(0.55), alt.value(0.06)),
    )
    tooltips = [alt.Tooltip(f"{name}:{kind}", title=title, format=form) for name, title, kind, form in _TOOLTIPS]
    dots = base.mark_point(filled=True, size=26).encode(
        y="effect:Q",
        opacity=opacity,
        color=alt.Color("outside:N", title=f"{100 * confidence_level:g}% interval, errors by country",
                        scale=alt.Scale(domain=["includes zero", "leaves out zero"],
                                        range=[theme.SKY if dark else theme.BLUE, theme.ORANGE])),
        tooltip=[*tooltips, *(alt.Tooltip(f"{name}:N", title=CHOICE_LABELS[name]) for name in _present(options))],
    )  # fmt: skip
    zero = alt.Chart(pd.DataFrame({"effect": [0.0]})).mark_rule(color=ink).encode(y="effect:Q")
    reading = (
        alt.Chart(points)
        .transform_filter(brush)
        .transform_filter(chosen)
        .transform_aggregate(mean="mean(effect)", shown="count()")
        .transform_calculate(text="'mean effect of the ' + datum.shown + ' shown: ' + format(datum.mean, '.2f')")
        .mark_text(align="left", baseline="top", fontSize=12, color=ink)
        .encode(x=alt.value(6), y=alt.value(4), text="text:N")
    )
    top = alt.layer(zero, bars, dots.add_params(brush, highlight), reading).properties(width=440, height=240)
    order = list(dict.fromkeys(density["row"]))
    cells = (
        alt.Chart(density[["row", "start", "end", "density"]].round(2))
        .mark_rect()
        .encode(
            x=alt.X("start:Q", title=RANK_AXIS, scale=alt.Scale(domain=[0, 100], nice=False)),
            x2="end:Q",
            y=alt.Y("row:N", sort=order, title=None, axis=alt.Axis(labelLimit=240, labelFontSize=10)),
            color=alt.Color("density:Q", title="how common here (1 = as in the whole curve)",
                            scale=alt.Scale(domain=[0, DARKEST], clamp=True, interpolate="rgb",
                                            range=_density_colours(dark=dark)),
                            legend=alt.Legend(orient="bottom", gradientLength=200, titleLimit=400)),
            tooltip=[alt.Tooltip("row:N", title="option"), alt.Tooltip("density:Q", title="how common here")],
        )
        .properties(width=440, height=14 * len(order))
    )  # fmt: skip
    return alt.vconcat(top, cells, spacing=8).resolve_scale(color="independent")


_TOOLTIPS = (
    ("effect", "effect (SD per SD)", "Q", ".3f"),
    ("lower", "from", "Q", ".3f"),
    ("upper", "to", "Q", ".3f"),
    ("observations", "country-years", "Q", ","),
)


def rank_effects(estimates: pd.DataFrame) -> pd.DataFrame:
    """Estimates sorted by effect, with `rank` from 0 to 100 (% of all specifications)."""
    ranked = estimates.sort_values("effect", ignore_index=True, kind="stable")
    return ranked.assign(rank=100 * (np.arange(len(ranked)) + 0.5) / len(ranked))


def option_density(ranked: pd.DataFrame, options: pd.DataFrame, bins: int) -> pd.DataFrame:
    """How common each option is in each part of the curve, relative to the whole.

    Parameters
    ----------
    ranked : pandas.DataFrame
        From `rank_effects`.
    options : pandas.DataFrame
        choice, option, label.
    bins : int
        Parts of equally many specifications.

    Returns
    -------
    pandas.DataFrame
        choice, option, label, row (both labels), start, end (rank), density (1 = as common as in the whole curve).
        Options that every specification has or none are left out: they tell nothing apart.
    """
    part = np.minimum((ranked["rank"].to_numpy() * bins / 100).astype(int), bins - 1)
    sizes = np.bincount(part, minlength=bins)
    frames = []
    option: Any
    for option in options.itertuples(index=False):
        having = _has(ranked, str(option.choice), str(option.option))
        if not 0 < having.sum() < len(ranked):
            continue
        density = np.bincount(part[having], minlength=bins) / sizes / having.mean()
        frame = pd.DataFrame({"start": 100 * np.arange(bins) / bins, "density": density})
        frames.append(
            frame.assign(
                end=100 * np.arange(1, bins + 1) / bins,
                choice=option.choice,
                option=option.option,
                label=option.label,
                row=_option_label(option),
            )
        )
    if not frames:
        return pd.DataFrame(columns=["start", "density", "end", "choice", "option", "label", "row"])
    return pd.concat(frames, ignore_index=True)


def _has(table: pd.DataFrame, choice: str, option: str) -> "np.ndarray[Any, np.dtype[np.bool_]]":
    if choice == "controls":
        having = {subset: option in subset.split("+") for subset in table["controls"].unique()}
        return table["controls"].map(having).to_numpy(dtype=bool)
    return (table[choice] == option).to_numpy(dtype=bool)


def _thinned(ranked: pd.DataFrame, options: pd.DataFrame) -> pd.DataFrame:
    # Middles of equal parts: the two ends, far out by definition, would flatten the rest.
    count = min(INTERACTIVE_POINTS, len(ranked))
    positions = ((np.arange(count) + 0.5) * len(ranked) / count).astype(int)
    kept = ranked.iloc[positions].reset_index(drop=True)
    labels = {(str(row.choice), str(row.option)): str(row.label) for row in options.itertuples(index=False)}
    names = _present(options)
    texts = {name: [_choice_text(labels, name, str(value)) for value in kept[name]] for name in names}
    tags = ["|".join(_tags(row, names)) for _, row in kept.iterrows()]
    outside = np.where((kept["effect_lower"] > 0) | (kept["effect_upper"] < 0), "leaves out zero", "includes zero")
    numbers = kept[["rank", "effect"]].assign(lower=kept["effect_lower"], upper=kept["effect_upper"]).round(4)
    return numbers.assign(observations=kept["observations"], outside=outside, choices=tags, **texts)


def _tags(row: "pd.Series[Any]", names: list[str]) -> list[str]:
    single = [f"{name}={row[name]}" for name in names if name != "controls"]
    return single + [f"controls={control}" for control in str(row["controls"]).split("+")]


def _choice_text(labels: dict[tuple[str, str], str], choice: str, value: str) -> str:
    return ", ".join(labels.get((choice, part), part) for part in value.split("+"))


def _density_colours(*, dark: bool) -> list[str]:
    """Colours of an option that no specification of a part of the curve has, and of one twice as common there."""
    if dark:
        ground = theme.DARK["background"]
        return [theme.blend(theme.SKY, ground, 0.9), theme.blend(theme.SKY, share=0.35)]
    return [theme.LIGHT["background"], theme.BLUE]


def _present(options: pd.DataFrame) -> list[str]:
    return list(dict.fromkeys([*options["choice"], "controls"]))


def _draw_effects(axis: "Axes", ranked: pd.DataFrame, confidence_level: float) -> None:
    part = np.minimum((ranked["rank"] * 4).astype(int), 399)
    grouped = ranked.groupby(part)[["rank", "effect", "effect_lower", "effect_upper"]].median()
    axis.axhline(0, color=theme.INK, linewidth=1)
    label = f"{100 * confidence_level:g}% intervals, errors by country (median of neighbours)"
    axis.fill_between(grouped["rank"], grouped["effect_lower"], grouped["effect_upper"], color=theme.SKY, alpha=0.35,
                      linewidth=0, label=label)  # fmt: skip
    axis.plot(ranked["rank"], ranked["effect"], color=theme.BLUE, linewidth=2, label="effects")
    low = float(np.nanquantile(grouped["effect_lower"], 0.02))
    outside = (ranked["effect_lower"] > 0) | (ranked["effect_upper"] < 0)
    share = outside.groupby(np.minimum(ranked["rank"].astype(int), 99)).mean()
    height = 0.1 * (float(grouped["effect_upper"].quantile(0.98)) - low)
    axis.bar(share.index + 0.5, height * share, width=1, bottom=1.15 * low, color=theme.ORANGE, linewidth=0,
             label="share of intervals that leave out zero (full height: all)")  # fmt: skip
    axis.axhline(1.15 * low + height, color=theme.ORANGE, linewidth=0.6, linestyle=":")
    main = ranked[ranked["main"]]
    axis.plot(main["rank"], main["effect"], "D", color=theme.VERMILION, markersize=8, label="main specification")
    axis.set_ylim(1.15 * low, 1.15 * np.nanquantile(grouped["effect_upper"], 0.98))
    axis.legend(loc="upper left", fontsize="small")


def _draw_dashboard(axis: "Axes", density: pd.DataFrame, rows: pd.DataFrame) -> Any:
    matrix = density["density"].to_numpy().reshape(len(rows), -1)
    edges = np.linspace(0, 100, matrix.shape[1] + 1)
    image = axis.pcolormesh(edges, np.arange(len(rows) + 1), matrix, cmap="Blues", vmin=0, vmax=DARKEST)
    axis.set_ylim(len(rows), 0)
    axis.set_xlim(0, 100)
    labels = [_option_label(row) for row in rows.itertuples(index=False)]
    axis.set_yticks(np.arange(len(rows)) + 0.5, labels=labels, fontsize="small")
    changes = np.flatnonzero((rows["choice"] != rows["choice"].shift()).to_numpy())
    axis.hlines(changes, 0, 100, color=theme.INK, linewidth=0.8)
    axis.grid(visible=False)
    axis.set_xlabel(RANK_AXIS)
    return image


def _option_label(row: Any) -> str:
    return f"{CHOICE_LABELS.get(row.choice, row.choice)}: {row.label}"


def _capital(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}"


def _factor_label(choice: str) -> str:
    if choice.startswith("control: "):
        return f"Control: {choice.removeprefix('control: ').replace('_', ' ')}"
    return CHOICE_LABELS.get(choice, "Choices in combination" if choice == "choices together" else choice)
