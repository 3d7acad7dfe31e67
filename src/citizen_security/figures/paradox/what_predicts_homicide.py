"""How well homicide is predicted: errors beside baselines, what blocks gain, what models use, promised coverage."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.ticker import FuncFormatter

from citizen_security import measures
from citizen_security.figures import theme
from citizen_security.words import signed

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MODEL_LABELS = {
    "elastic_net": "Elastic net",
    "random_forest": "Random forest",
    "gradient_boosting": "Gradient boosting",
}
HISTORY = "Homicide so far"
NO_POVERTY = ", no poverty"


def source_line(release: str) -> str:
    """Publishers and releases behind the figures; `release` is that of the homicide rates."""
    return (
        f"UNODC ({release} release); World Bank PIP, September 2024; SWIID 9.92; World Bank WDI 2025; "
        "WGI 2023; UNDP; UN WPP"
    )


def plot_scores(scores: pd.DataFrame, outcome: str) -> "Figure":
    """Mean absolute error of baselines and models, a panel for each question.

    Parameters
    ----------
    scores : pandas.DataFrame
        question, kind (`baseline` or `model`), prediction, mean_absolute_error, observations, countries.
    outcome : {"rate", "log_rate"}

    Returns
    -------
    matplotlib.figure.Figure
    """
    questions = list(scores["question"].unique())
    heights = [int((scores["question"] == question).sum()) for question in questions]
    figure, axes = plt.subplots(
        len(questions),
        figsize=(8, 1.4 + 0.34 * sum(heights) + 0.5 * len(questions)),
        height_ratios=heights,
        layout="constrained",
        squeeze=False,
    )
    for axis, question in zip(axes[:, 0], questions, strict=True):
        rows = scores[scores["question"] == question].reset_index(drop=True)
        colours = [_score_colour(row["kind"], row["prediction"]) for _, row in rows.iterrows()]
        axis.barh(rows.index, rows["mean_absolute_error"], color=colours, height=0.65)
        axis.bar_label(axis.containers[0], fmt="%.3g", padding=4, fontsize="small")
        axis.set_yticks(rows.index, [_prediction_label(name) for name in rows["prediction"]])
        axis.set_ylim(len(rows) - 0.5, -0.5)
        axis.set_xlim(0, 1.12 * rows["mean_absolute_error"].max())
        axis.grid(visible=False, axis="y")
        first = rows.iloc[0]
        axis.set_title(
            f"{question} ({int(first['observations'])} country-years, {int(first['countries'])} countries)",
            fontsize="medium",
        )
        axis.set_xlabel(f"Mean absolute error, {measures.OUTCOMES[outcome].label}")
    figure.suptitle(title_scores(scores), x=0.01, ha="left", fontweight="bold")
    return figure


def title_scores(scores: pd.DataFrame) -> str:
    """Finding: how much less the best model errs than the best baseline, for each question.

    Parameters
    ----------
    scores : pandas.DataFrame
        question, kind, prediction, mean_absolute_error.

    Returns
    -------
    str
    """
    parts = []
    for question, rows in scores.groupby("question", sort=False):
        best = rows[~rows["prediction"].str.endswith(NO_POVERTY)].groupby("kind")["mean_absolute_error"].min()
        change = 100 * (1 - best["model"] / best["baseline"])
        parts.append(f"{question}: {abs(change):.0f}% {'less' if change >= 0 else 'more'} error")
    return "The best model against the best baseline\n" + "\n".join(parts)


def plot_gains(table: pd.DataFrame, smallest: float, *, panel: str, label: str, title: str) -> "Figure":
    """Gains with their intervals against the band of gains too small to matter.

    Parameters
    ----------
    table : pandas.DataFrame
        estimate, lower, upper (per cent), and the columns named by `panel` and `label`.
    smallest : float
        Smallest gain of interest, per cent.
    panel, label : str
        Columns whose levels make the panels, and name the rows.
    title : str
        Such as `title_poverty_gains` or `title_block_gains` make.

    Returns
    -------
    matplotlib.figure.Figure
    """
    panels = list(table[panel].unique())
    rows_in_panel = int(table.groupby(panel).size().max())
    figure, axes = plt.subplots(
        1, len(panels), figsize=(8, 1.9 + 0.36 * rows_in_panel), layout="constrained", sharey=True, squeeze=False
    )
    for axis, name in zip(axes[0], panels, strict=True):
        rows = table[table[panel] == name].reset_index(drop=True)
        axis.axvspan(-smallest, smallest, color=theme.GREEN, alpha=0.15, linewidth=0)
        axis.axvline(0, color=theme.INK, linewidth=1)
        axis.hlines(rows.index, rows["lower"], rows["upper"], color=theme.BLUE, linewidth=2.5)
        axis.plot(rows["estimate"], rows.index, "o", color=theme.BLUE, markersize=7)
        axis.set_yticks(rows.index, [_name(row) for row in rows[label]])
        axis.set_ylim(rows_in_panel - 0.5, -0.5)
        axis.grid(visible=False, axis="y")
        axis.set_title(str(name).capitalize(), fontsize="medium")
    figure.supxlabel(
        f"Gain, % of the mean absolute error (shaded: less than {smallest:g}%, too little to matter)", fontsize="medium"
    )
    figure.suptitle(title, x=0.01, ha="left", fontweight="bold")
    return figure


def title_poverty_gains(table: pd.DataFrame, smallest: float) -> str:
    """Finding: between which shares of the error the models put poverty's gain, question by question.

    Parameters
    ----------
    table : pandas.DataFrame
        question, estimate.
    smallest : float
        Smallest gain of interest, per cent.

    Returns
    -------
    str
    """
    spans = [
        f"{str(question).lower()} {_span(rows['estimate'])}%"
        for question, rows in table.groupby("question", sort=False)
    ]
    return f"Gain from poverty over the models, where {smallest:g}% would matter:\n{'; '.join(spans)}"


def title_block_gains(table: pd.DataFrame) -> str:
    """Finding: which blocks reduce the error by an interval above zero.

    Parameters
    ----------
    table : pandas.DataFrame
        block, comparison, lower.

    Returns
    -------
    str
    """
    found = [f"{_name(row['block'])} ({row['comparison']})" for _, row in table[table["lower"] > 0].iterrows()]
    if not found:
        return "No block of predictors reduces the error\nby an interval that leaves out zero"
    return "Gains whose interval lies above zero:\n" + ",\n".join(found)


def plot_importance(table: pd.DataFrame, by_fold: pd.DataFrame) -> "Figure":
    """Growth of the error when a block is exchanged, with every fold, a panel for each question.

    Parameters
    ----------
    table : pandas.DataFrame
        question, block, increase, lower, upper (per cent).
    by_fold : pandas.DataFrame
        question, block, increase.

    Returns
    -------
    matplotlib.figure.Figure
    """
    questions = list(table["question"].unique())
    figure, axes = plt.subplots(1, len(questions), figsize=(8, 4.2), layout="constrained", squeeze=False)
    for axis, question in zip(axes[0], questions, strict=True):
        rows = table[table["question"] == question].reset_index(drop=True)
        folds = by_fold[by_fold["question"] == question]
        place = {block: position for position, block in enumerate(rows["block"])}
        axis.axvline(0, color=theme.INK, linewidth=1)
        axis.scatter(folds["increase"], folds["block"].map(place) + 0.22, s=14, color=theme.GREY, alpha=0.6)
        axis.hlines(rows.index, rows["lower"], rows["upper"], color=theme.BLUE, linewidth=2.5)
        axis.plot(rows["increase"], rows.index, "o", color=theme.BLUE, markersize=7)
        axis.set_yticks(rows.index, [_name(block) for block in rows["block"]])
        axis.set_ylim(len(rows) - 0.4, -0.6)
        axis.grid(visible=False, axis="y")
        # One block may dwarf the others, whose order is the question; past ten per cent the scale turns logarithmic.
        axis.set_xscale("symlog", linthresh=10)
        axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}".replace("-", "−")))
        axis.set_title(question, fontsize="medium")
    figure.supxlabel("Growth of the mean absolute error, % (small dots: each fold)", fontsize="medium")
    figure.suptitle(title_importance(table), x=0.01, ha="left", fontweight="bold")
    return figure


def title_importance(table: pd.DataFrame) -> str:
    """Finding: on which block the model leans most, for each question.

    Parameters
    ----------
    table : pandas.DataFrame
        question, block, increase, lower.

    Returns
    -------
    str
    """
    parts = []
    for question, rows in table.groupby("question", sort=False):
        first = rows.sort_values("increase", ascending=False).iloc[0]
        sure = "" if first["lower"] > 0 else " (its interval includes zero)"
        parts.append(f"{question}: {_name(first['block']).lower()}{sure}")
    return "What the model leans on most\n" + "\n".join(parts)


def plot_effects(curves: pd.DataFrame, spans: pd.DataFrame, outcome: str) -> "Figure":
    """Accumulated local effects, one line for each fold and their mean, a panel for each predictor.

    Parameters
    ----------
    curves : pandas.DataFrame
        column, fold, value, effect.
    spans : pandas.DataFrame
        column, low_value, high_value, span, smallest, largest.
    outcome : {"rate", "log_rate"}

    Returns
    -------
    matplotlib.figure.Figure
    """
    columns = list(curves["column"].unique())
    figure, axes = plt.subplots(
        1, len(columns), figsize=(2.9 * len(columns), 4.2), layout="constrained", sharey=True, squeeze=False
    )
    for axis, column in zip(axes[0], columns, strict=True):
        _draw_effect(axis, curves[curves["column"] == column])
        axis.set_xlabel(effect_label(column).replace(", ", ",\n"))
    axes[0, 0].set_ylabel(f"Effect on the prediction,\n{measures.OUTCOMES[outcome].label}", fontsize="small")
    figure.suptitle(title_effects(spans, outcome), x=0.01, ha="left", fontweight="bold")
    return figure


def title_effects(spans: pd.DataFrame, outcome: str) -> str:
    """Finding: how the prediction moves from low to high values of the first predictor shown.

    Parameters
    ----------
    spans : pandas.DataFrame
        column, low_value, high_value, span, smallest, largest.
    outcome : {"rate", "log_rate"}

    Returns
    -------
    str
    """
    first = spans.iloc[0]
    ends = [_in_words(first[name], outcome) for name in ("span", "smallest", "largest")]
    return (
        f"{effect_label(first['column']).split(',')[0]} from {first['low_value']:.3g} to {first['high_value']:.3g}: "
        f"the model predicts {ends[0]}\n(over folds {ends[1]} to {ends[2]})"
    )


def effect_label(column: str) -> str:
    """Name and unit of a predictor for the axis of its effect."""
    if column not in measures.MEASURES:
        return column
    measure = measures.MEASURES[column]
    name = measure.words[:1].upper() + measure.words[1:] if column in measures.POVERTY_MEASURES else measure.label
    return ", ".join(filter(None, [name, measure.scale]))


def plot_calibration(table: pd.DataFrame) -> "Figure":
    """Coverage kept against coverage promised, a panel for each question.

    Parameters
    ----------
    table : pandas.DataFrame
        question, method, level, coverage, lower, upper.

    Returns
    -------
    matplotlib.figure.Figure
    """
    questions = list(table["question"].unique())
    figure, axes = plt.subplots(
        1, len(questions), figsize=(8, 4.6), layout="constrained", sharex=True, sharey=True, squeeze=False
    )
    for axis, question in zip(axes[0], questions, strict=True):
        rows = table[table["question"] == question]
        axis.plot([0, 1], [0, 1], color=theme.INK, linewidth=1, linestyle="--")
        methods = list(rows["method"].unique())
        for position, (method, colour) in enumerate(zip(methods, theme.CATEGORIES, strict=False)):
            one = rows[rows["method"] == method]
            shift = 0.012 * (position - (len(methods) - 1) / 2)
            axis.vlines(one["level"] + shift, one["lower"], one["upper"], color=colour, linewidth=2)
            axis.plot(one["level"] + shift, one["coverage"], "os"[position % 2], color=colour, label=method)
        axis.set(xlim=(0.45, 1), ylim=(min(0.35, float(table["lower"].min()) - 0.03), 1.02))
        axis.set_title(question, fontsize="medium")
        axis.legend(loc="lower right", fontsize="small")
    axes[0, 0].set_ylabel("Share of held-out outcomes inside")
    figure.supxlabel("Coverage aimed at", fontsize="medium")
    figure.suptitle(title_calibration(table), x=0.01, ha="left", fontweight="bold")
    return figure


def title_calibration(table: pd.DataFrame) -> str:
    """Finding: by how much the coverage kept differs from the one aimed at, question by question.

    Parameters
    ----------
    table : pandas.DataFrame
        question, level, coverage.

    Returns
    -------
    str
    """
    missed = 100 * (table["coverage"] - table["level"])
    spans = [
        f"{str(question).lower()} {_span(rows)}" for question, rows in missed.groupby(table["question"], sort=False)
    ]
    return f"Coverage less the one aimed at, in points:\n{'; '.join(spans)}"


def _span(values: "pd.Series[float]") -> str:
    """Smallest and largest with their signs."""
    low, high = signed(values.min(), ".0f"), signed(values.max(), ".0f")
    return low if low == high else f"{low} to {high}"


def plot_coverage_by(
    by_country: pd.DataFrame, by_year: pd.DataFrame, nominal_coverage: float, names: Mapping[str, str]
) -> "Figure":
    """Where the promise is kept and where not: coverage in each country and in each year.

    Parameters
    ----------
    by_country, by_year : pandas.DataFrame
        question, iso3 or target_year, coverage, observations.
    nominal_coverage : float
    names : mapping of str to str
        Country name by ISO code.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = plt.subplots(2, figsize=(8, 6), layout="constrained")
    order = by_country.groupby("iso3")["coverage"].mean().sort_values().index
    place = {iso3: position for position, iso3 in enumerate(order)}
    styles = zip(by_country["question"].unique(), (theme.BLUE, theme.ORANGE), "os", (-0.12, 0.12), strict=False)
    for question, colour, marker, shift in styles:
        countries = by_country[by_country["question"] == question]
        axes[0].scatter(
            countries["iso3"].map(place) + shift, countries["coverage"], color=colour, marker=marker, label=question
        )
        years = by_year[by_year["question"] == question].sort_values("target_year")
        axes[1].plot(years["target_year"], years["coverage"], marker=marker, color=colour, linewidth=1.2)
    axes[0].set_xticks(range(len(order)), [names.get(code, code) for code in order], rotation=90, fontsize="small")
    axes[1].set_xlabel("Year predicted")
    for axis in axes:
        axis.axhline(nominal_coverage, color=theme.INK, linewidth=1, linestyle="--")
        axis.set_ylabel("Share inside")
        axis.set_ylim(-0.03, 1.04)
    axes[0].legend(loc="lower right", fontsize="small")
    figure.suptitle(title_coverage_by(by_country, nominal_coverage, names), x=0.01, ha="left", fontweight="bold")
    return figure


def title_coverage_by(
    by_country: pd.DataFrame, nominal_coverage: float, names: Mapping[str, str], minimum: int = 10
) -> str:
    """Finding: the country in which the intervals fail most often, among those with some years.

    Parameters
    ----------
    by_country : pandas.DataFrame
        question, iso3, coverage, observations.
    nominal_coverage : float
    names : mapping of str to str
        Country name by ISO code.
    minimum : int
        Predictions that a country needs to be named.

    Returns
    -------
    str
    """
    known = by_country[by_country["observations"] >= minimum]
    if known.empty:
        return f"No country has {minimum} predictions to judge the {nominal_coverage:.0%} intervals by"
    worst = known.sort_values("coverage").iloc[0]
    return (
        f"Of intervals that aim at {nominal_coverage:.0%}, "
        f"{names.get(worst['iso3'], worst['iso3'])} is inside {worst['coverage']:.0%}\n"
        f"({str(worst['question']).lower()}): the mean hides whom the promise fails"
    )


def _draw_effect(axis: "Axes", curves: pd.DataFrame) -> None:
    axis.axhline(0, color=theme.INK, linewidth=1)
    for _, curve in curves.groupby("fold", sort=False):
        axis.plot(curve["value"], curve["effect"], color=theme.GREY, linewidth=0.8, alpha=0.6)
    mean = curves.groupby("value")["effect"].mean()
    axis.plot(mean.index, mean, color=theme.BLUE, linewidth=2.5, marker="o", markersize=4)


def _in_words(change: float, outcome: str) -> str:
    if outcome == "log_rate":
        return f"{100 * (np.exp(change) - 1):+.0f}%".replace("-", "−")
    return f"{change:+.1f}".replace("-", "−")


def _score_colour(kind: str, prediction: str) -> str:
    if kind == "baseline":
        return theme.GREY
    return theme.SKY if prediction.endswith(NO_POVERTY) else theme.BLUE


def _prediction_label(name: str) -> str:
    base = name.removesuffix(NO_POVERTY)
    label = MODEL_LABELS.get(base, base.capitalize())
    return f"{label}, without poverty" if name.endswith(NO_POVERTY) else label


def _name(name: str) -> str:
    if name in measures.PREDICTOR_BLOCKS:
        return measures.PREDICTOR_BLOCKS[name].label
    return HISTORY if name == "history" else MODEL_LABELS.get(name, name)
