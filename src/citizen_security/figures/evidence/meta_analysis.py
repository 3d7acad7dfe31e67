"""Meta-analysis: forest plots, influence, sequences, subsets, posteriors, shrinkage, and simulated coverage."""

from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator, PercentFormatter

from citizen_security.figures import theme
from citizen_security.figures.headline import headline, legend_below
from citizen_security.figures.ratio_axis import HALF, MOST, PERCENT_LABEL, in_percent, percent_ticks, ratio_ticks
from citizen_security.words import counted, leaves_out_zero, listed, number_in_words, with_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.legend import Legend

# Fewer studies give no prediction interval; more have none only where τ² is fixed.
FEWEST_TO_PREDICT = 3

AXIS_LABELS = {
    "odds_ratio": "Odds ratio (below 1: less crime)",
    "rate_ratio": "Rate ratio (below 1: less crime)",
    "standardised_mean_difference": "Standardised mean difference (below 0: less crime)",
}
PROCEDURE_COLOURS = {
    "equal_effects_normal": (theme.GREY, "v"),
    "dersimonian_laird_normal": (theme.VERMILION, "s"),
    "dersimonian_laird_knapp_hartung": (theme.SKY, "D"),
    "reml_knapp_hartung": (theme.BLUE, "o"),
    "reml_knapp_hartung_unfloored": (theme.PURPLE, "^"),
}
# Studies that decide on a title are named up to this number.
NAMED_IN_TITLE = 2

SIZE_LABELS = {"alike": "studies of one size", "one_large": "one study ten times as large"}

ROW = 0.2  # inches a study: names stay legible
HALF_DIAMOND = 0.32
SQUARES = (12.0, 170.0)  # points² of the least and the greatest weight


def plot_forest(
    studies: "pd.DataFrame",
    summaries: "pd.DataFrame",
    *,
    measure: str,
    confidence_level: float,
    prediction: tuple[float, float] | None,
) -> "Figure":
    """Forest plot as the journals draw it.

    Parameters
    ----------
    studies : pandas.DataFrame
        `label`, `effect`, `lower`, `upper`, `weight` (share), `group` (empty: no subgroups).
    summaries : pandas.DataFrame
        `group`, `studies`, `effect`, `lower`, `upper`: a diamond under each group, and the last row for all.
    measure : str
        Key of `AXIS_LABELS`; ratios are given as logs and drawn on a logarithmic scale.
    confidence_level : float
        Of every interval.
    prediction : tuple of float or None
        Interval of a new study's true effect; none is drawn where there is none.

    Returns
    -------
    matplotlib.figure.Figure
    """
    rows = _forest_rows(studies, summaries)
    figure, axis = plt.subplots(figsize=(9, 1.6 + ROW * (len(rows) + 1)), layout="constrained")
    limits = _forest_limits(studies, summaries, prediction)
    names: list[tuple[int, str, bool]] = []
    for place, (kind, row) in enumerate(rows):
        if kind == "study":
            _draw_study(axis, place, row, limits)
            names.append((place, str(row["label"]), False))
            text = f"{_estimate(row, measure)}  {100 * row['weight']:4.1f}%"
            _beside(axis, place, text)
        elif kind == "head":
            names.append((place, str(row["group"]), True))
        else:
            _draw_diamond(axis, place, row, whole=kind == "all")
            names.append((place, f"{row['group']} ({_studies(int(row['studies']))})", True))
            _beside(axis, place, _estimate(row, measure), bold=True)
    last = len(rows)
    if prediction is not None:
        axis.hlines(last, *prediction, color=theme.VERMILION, linewidth=4)
        names.append((last, "prediction interval of a new study", False))
        _beside(axis, last, _interval_text(*prediction, measure))
    overall = float(summaries["effect"].iloc[-1])
    axis.axvline(0, color=theme.INK, linewidth=1)
    axis.axvline(overall, color=theme.BLUE, linewidth=1, linestyle=":")
    axis.set_yticks([place for place, _, _ in names], [name for _, name, _ in names], fontsize="x-small")
    for label, (_, _, bold) in zip(axis.get_yticklabels(), names, strict=True):
        label.set_fontweight("bold" if bold else "normal")
    axis.set(xlim=limits, ylim=(last + 0.8, -0.8))
    axis.grid(axis="y", visible=False)
    _label_axis(axis, measure)
    head = (
        f"{'SMD' if measure == 'standardised_mean_difference' else 'ratio'} ({confidence_level:.0%} interval), weight"
    )
    axis.annotate(head, (1.03, -0.8), xycoords=("axes fraction", "data"), fontsize="x-small", fontweight="bold")
    headline(figure, title_forest(summaries.iloc[-1], measure, prediction))
    return figure


def title_forest(overall: "pd.Series[Any]", measure: str, prediction: tuple[float, float] | None) -> str:
    """What the studies say together, and whether a new study may find the opposite.

    Parameters
    ----------
    overall : pandas.Series
        Last row of the summaries.
    measure : str
    prediction : tuple of float or None

    Returns
    -------
    str
    """
    text = f"{overall['studies']} studies together: {_estimate(overall, measure)}"
    if prediction is None:
        fixed = overall["studies"] >= FEWEST_TO_PREDICT
        return f"{text}; {'no prediction interval, as τ² is fixed' if fixed else 'too few for a prediction interval'}"
    if not leaves_out_zero(*prediction):
        return f"{text}; a new study's true effect may lie on either side of none"
    return f"{text}; a new study's true effect is expected on the same side"


def plot_estimators(table: "pd.DataFrame", *, measure: str, confidence_level: float, distinct: int) -> "Figure":
    """The pooled effect under each estimator of the variance between studies, with two kinds of interval.

    Parameters
    ----------
    table : pandas.DataFrame
        `label`, `tau_squared`, `effect`, `normal_lower`, `normal_upper`, `knapp_hartung_lower`, `knapp_hartung_upper`.
    measure : str
    confidence_level : float
    distinct : int
        Estimators that differ, where several rows are one under two names and another sets τ² to zero.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(8.5, 4.6), layout="constrained")
    for test, shift, colour, label in (
        ("normal", -0.14, theme.VERMILION, "normal interval"),
        ("knapp_hartung", 0.14, theme.BLUE, "Knapp–Hartung interval"),
    ):
        places = np.arange(len(table)) + shift
        axis.hlines(places, table[f"{test}_lower"], table[f"{test}_upper"], color=colour, linewidth=2.5, label=label)
        axis.plot(table["effect"], places, "o", color=colour, markersize=4)
    axis.axvline(0, color=theme.INK, linewidth=1)
    names = [f"{row.label}, τ² = {row.tau_squared:.3f}" for row in table.itertuples()]
    axis.set_yticks(range(len(table)), names, fontsize="small")
    axis.set_ylim(len(table) - 0.4, -0.6)
    axis.grid(axis="y", visible=False)
    _label_axis(axis, measure)
    _legend_below(figure, axis)
    headline(figure, title_estimators(table, measure, confidence_level, distinct))
    return figure


def title_estimators(table: "pd.DataFrame", measure: str, confidence_level: float, distinct: int) -> str:
    """Between which values the estimators put the pooled effect, and how many of them there are.

    Parameters
    ----------
    table : pandas.DataFrame
    measure : str
    confidence_level : float
    distinct : int

    Returns
    -------
    str
    """
    is_equal = table["estimator"] == "equal_effects"
    effects, equal = table.loc[~is_equal, "effect"], table.loc[is_equal, "effect"]
    low, high, alone = (_number(float(effect), measure) for effect in (effects.min(), effects.max(), equal.iloc[0]))
    return (
        f"{distinct} estimators of τ²: pooled effects from {low} to {high}; with τ² = 0: {alone} "
        f"({confidence_level:.0%} intervals)"
    )


def plot_influence(contributions: "pd.DataFrame", influence: "pd.DataFrame", *, named: int = 4) -> "Figure":
    """Baujat's plot, and how far each study moves the pooled effect.

    Parameters
    ----------
    contributions : pandas.DataFrame
        `label`, `heterogeneity`, `influence`.
    influence : pandas.DataFrame
        `dffits`, `cook`, `is_influential`, in the same order.
    named : int
        Studies to name in each panel.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4.8), layout="constrained")
    left.plot(contributions["heterogeneity"], contributions["influence"], "o", color=theme.BLUE, markersize=5)
    most = (contributions["heterogeneity"] * contributions["influence"]).nlargest(named).index
    left.margins(x=0.05, y=0.1)
    _name(
        left,
        contributions.loc[most, "heterogeneity"],
        contributions.loc[most, "influence"],
        contributions.loc[most, "label"],
    )
    left.set(
        xlabel="Part of the differences between studies (Q)",
        ylabel="Pull on the mean, were one effect true",
        title="Who differs, and who pulls",
    )
    flagged = influence["is_influential"].to_numpy(dtype=bool)
    order = np.arange(len(influence))
    right.vlines(order, 0, influence["dffits"], color=theme.GREY, linewidth=1)
    right.plot(order[~flagged], influence["dffits"][~flagged], "o", color=theme.BLUE, markersize=5)
    right.plot(order[flagged], influence["dffits"][flagged], "D", color=theme.VERMILION, markersize=7)
    right.axhline(0, color=theme.INK, linewidth=1)
    most = influence["dffits"].abs().nlargest(min(named, 3)).index
    _name(right, most.to_series(), influence.loc[most, "dffits"], contributions.loc[most, "label"])
    right.set(
        xlabel="Study, in the order of the table",
        ylabel="Shift of the mean, in its standard errors",
        title="The mean with the study, against without",
    )
    right.xaxis.set_major_locator(MaxNLocator(integer=True))
    right.margins(y=0.15)
    headline(figure, title_influence(contributions, flagged))
    return figure


def title_influence(contributions: "pd.DataFrame", flagged: "np.ndarray[tuple[int], np.dtype[np.bool]]") -> str:
    """Which study adds most to the differences between studies, and how many are influential.

    Parameters
    ----------
    contributions : pandas.DataFrame
    flagged : numpy.ndarray

    Returns
    -------
    str
    """
    parts = contributions["heterogeneity"]
    top = contributions["label"].iloc[int(parts.argmax())]
    number = int(flagged.sum())
    count = "no study is" if number == 0 else "one study is" if number == 1 else f"{number} studies are"
    return f"{top} makes {parts.max() / parts.sum():.0%} of the differences; {count} influential by the usual rules"


def plot_sequences(
    left_out: "pd.DataFrame", cumulative: "pd.DataFrame", *, measure: str, confidence_level: float
) -> "Figure":
    """The pooled effect without each study, and as the years added studies.

    Parameters
    ----------
    left_out, cumulative : pandas.DataFrame
        `label`, `effect`, `lower`, `upper`, in the order drawn.
    measure : str
    confidence_level : float

    Returns
    -------
    matplotlib.figure.Figure
    """
    rows = max(len(left_out), len(cumulative))
    figure, axes = plt.subplots(1, 2, figsize=(11, 1.6 + 0.8 * ROW * rows + 0.5), layout="constrained")
    for axis, frame, colour, title in (
        (axes[0], left_out, theme.BLUE, "Without the study named"),
        (axes[1], cumulative, theme.GREEN, "Up to the study named, by year"),
    ):
        places = np.arange(len(frame))
        axis.hlines(places, frame["lower"], frame["upper"], color=colour, linewidth=1.8)
        axis.plot(frame["effect"], places, "o", color=colour, markersize=4)
        axis.axvline(0, color=theme.INK, linewidth=1)
        axis.set_yticks(places, list(frame["label"]), fontsize="xx-small")
        axis.set_ylim(rows - 0.3, -0.7)
        axis.grid(axis="y", visible=False)
        axis.set_title(title, fontsize="small")
        _label_axis(axis, measure)
    # The first cumulative rows are wide enough to hide the rest.
    ends = cumulative.iloc[min(2, len(cumulative) - 1) :]
    reach = (min(ends["lower"].min(), left_out["lower"].min(), 0), max(ends["upper"].max(), left_out["upper"].max(), 0))
    pad = 0.08 * (reach[1] - reach[0])
    axes[1].set_xlim(reach[0] - pad, reach[1] + pad)
    _label_axis(axes[1], measure)
    headline(figure, title_sequences(left_out, measure, confidence_level))
    return figure


def title_sequences(left_out: "pd.DataFrame", measure: str, confidence_level: float) -> str:
    """Between which values the pooled effect moves when any one study is left out.

    Parameters
    ----------
    left_out : pandas.DataFrame
    measure : str
    confidence_level : float

    Returns
    -------
    str
    """
    low, high = _number(left_out["effect"].min(), measure), _number(left_out["effect"].max(), measure)
    ends = zip(left_out["lower"], left_out["upper"], strict=True)
    clear = np.array([leaves_out_zero(*pair) for pair in ends])
    none = "0" if measure == "standardised_mean_difference" else "1"
    level = f"the {confidence_level:.0%} interval"
    if clear.all() or not clear.any():
        verdict = f"{level} {'leaves out' if clear.all() else 'includes'} {none}, whichever is left out"
    else:
        commonest = bool(clear.mean() >= 0.5)
        named = left_out.loc[clear != commonest, "label"]
        which = listed(list(named), "or") if len(named) <= NAMED_IN_TITLE else f"one of {len(named)}"
        verdict = f"{level} {'leaves out' if commonest else 'includes'} {none} unless {which} is left out"
    return f"Without any one study: {low} to {high}; {verdict}"


def plot_gosh(
    subsets: "pd.DataFrame", holds: "Sequence[bool]", *, measure: str, study: str, complete: bool
) -> "Figure":
    """Pooled effect and heterogeneity of subsets of the studies, by whether they hold one of them.

    Parameters
    ----------
    subsets : pandas.DataFrame
        `effect`, `i_squared` (per cent).
    holds : sequence of bool
        Whether a subset holds the study.
    measure : str
    study : str
        Its name.
    complete : bool
        Whether these are all subsets.

    Returns
    -------
    matplotlib.figure.Figure
    """
    inside = np.asarray(holds, dtype=bool)
    figure, axis = plt.subplots(figsize=(8, 5), layout="constrained")
    size = 2 if len(subsets) > 2000 else 8
    for which, colour, label in ((inside, theme.VERMILION, f"with {study}"), (~inside, theme.BLUE, "without")):
        part = subsets[which]
        axis.scatter(
            part["effect"],
            part["i_squared"],
            s=size,
            color=colour,
            alpha=0.35,
            linewidths=0,
            label=label,
            rasterized=True,
        )
    axis.axvline(0, color=theme.INK, linewidth=1)
    axis.set_ylabel("I² (%)")
    _label_axis(axis, measure)
    legend = _legend_below(figure, axis, markerscale=4)
    for handle in legend.legend_handles:
        if handle is not None:
            handle.set_alpha(1)
    headline(figure, title_gosh(subsets, inside, measure, complete))
    return figure


def title_gosh(
    subsets: "pd.DataFrame", inside: "np.ndarray[tuple[int], np.dtype[np.bool]]", measure: str, complete: bool
) -> str:
    """Middle of I² with and without the study.

    Parameters
    ----------
    subsets : pandas.DataFrame
    inside : numpy.ndarray
    measure : str
    complete : bool

    Returns
    -------
    str
    """
    which = "All" if complete else "A sample of"
    with_it, without = (subsets["i_squared"][subset].median() for subset in (inside, ~inside))
    low, high = (_number(value, measure) for value in subsets["effect"].quantile([0.025, 0.975]))
    return (
        f"{which} {len(subsets):,} subsets: 95% of the effects from {low} to {high}; "
        f"median I² {with_it:.0f}% with the study that stands out, {without:.0f}% without it"
    )


def plot_posterior(
    curves: "pd.DataFrame",
    *,
    measure: str,
    mean: tuple[float, float, float],
    tau: tuple[float, float, float],
    credible_level: float,
    likelihood_tau: float,
) -> "Figure":
    """Posterior of the mean effect and of a new study's, and of τ.

    Parameters
    ----------
    curves : pandas.DataFrame
        `quantity` (`mean`, `new_study`, `tau`), `value`, `density`.
    measure : str
    mean, tau : tuple of float
        Median, lower and upper end.
    credible_level : float
    likelihood_tau : float
        τ of the classical fit, for comparison.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4.4), layout="constrained")
    for quantity, colour, label in (
        ("mean", theme.BLUE, "mean effect"),
        ("new_study", theme.VERMILION, "a new study's effect"),
    ):
        curve = curves[curves["quantity"] == quantity]
        left.plot(curve["value"], curve["density"], color=colour, label=label, linewidth=2)
        left.fill_between(curve["value"], curve["density"], color=colour, alpha=0.15, linewidth=0)
    left.axvline(0, color=theme.INK, linewidth=1)
    left.set(ylabel="Posterior density", ylim=(0, None))
    left.set_title("Effect", fontsize="small")
    left.legend(fontsize="small", loc="upper left")
    _label_axis(left, measure, HALF)
    curve = curves[curves["quantity"] == "tau"]
    right.plot(curve["value"], curve["density"], color=theme.GREEN, linewidth=2)
    right.fill_between(curve["value"], curve["density"], color=theme.GREEN, alpha=0.15, linewidth=0)
    right.axvline(likelihood_tau, color=theme.GREY, linestyle="--", linewidth=1.5, label="classical estimate")
    right.hlines(
        0.02 * curve["density"].max(),
        tau[1],
        tau[2],
        color=theme.INK,
        linewidth=4,
        label=f"{credible_level:.0%} interval",
    )
    right.set(xlabel="τ, on the log or standardised scale", ylim=(0, None))
    right.set_title("Standard deviation between studies", fontsize="small")
    right.legend(fontsize="small")
    text = f"{_number(mean[0], measure)} ({_interval_text(mean[1], mean[2], measure)})"
    headline(
        figure, f"Mean effect {text} and τ {tau[0]:.2f} ({tau[1]:.2f} to {tau[2]:.2f}), {credible_level:.0%} credible"
    )
    return figure


def plot_shrinkage(frame: "pd.DataFrame", *, mean: float, measure: str, named: int = 4) -> "Figure":
    """Each study's own effect and the one that the others draw it to.

    Parameters
    ----------
    frame : pandas.DataFrame
        `label`, `effect`, `standard_error`, `mean`, `shrinkage`.
    mean : float
        Posterior median of the mean effect.
    measure : str
    named : int
        Studies to name: those that are moved most.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(8.5, 5.2), layout="constrained")
    axis.hlines(frame["standard_error"], frame["effect"], frame["mean"], color=theme.GREY, linewidth=1)
    axis.plot(frame["effect"], frame["standard_error"], "o", color=theme.ORANGE, markersize=5, label="the study alone")
    axis.plot(frame["mean"], frame["standard_error"], "o", color=theme.BLUE, markersize=5, label="drawn by the others")
    axis.axvline(mean, color=theme.BLUE, linewidth=1, linestyle=":")
    axis.axvline(0, color=theme.INK, linewidth=1)
    moved = (frame["mean"] - frame["effect"]).abs().nlargest(named).index
    _name(axis, frame.loc[moved, "effect"], frame.loc[moved, "standard_error"], frame.loc[moved, "label"])
    axis.set_ylabel("Standard error of the study")
    axis.invert_yaxis()
    axis.margins(x=0.12)
    _label_axis(axis, measure)
    _legend_below(figure, axis)
    share = frame["shrinkage"]
    headline(
        figure,
        f"The middle study is drawn {share.median():.0%} of the way to the mean, "
        f"from {share.min():.0%} to {share.max():.0%}",
    )
    return figure


def plot_regression(
    studies: "pd.DataFrame", line: "pd.DataFrame", *, measure: str, label: str, p_value: float
) -> "Figure":
    """Effects against a moderator with the fitted line or group means; circles sized by weight.

    Parameters
    ----------
    studies : pandas.DataFrame
        `value`, `effect`, `weight`.
    line : pandas.DataFrame
        `value`, `fitted`, `lower`, `upper`.
    measure : str
    label : str
        Of the moderator.
    p_value : float
        Of the moderator.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(8, 4.6), layout="constrained")
    weights = studies["weight"] / studies["weight"].max()
    axis.scatter(
        studies["value"], studies["effect"], s=15 + 150 * weights, color=theme.SKY, edgecolor=theme.BLUE, alpha=0.7
    )
    axis.plot(line["value"], line["fitted"], color=theme.VERMILION, linewidth=2)
    axis.fill_between(line["value"], line["lower"], line["upper"], color=theme.VERMILION, alpha=0.15, linewidth=0)
    axis.axhline(0, color=theme.INK, linewidth=1)
    axis.set_xlabel(label.capitalize())
    axis.set_ylabel(AXIS_LABELS[measure], fontsize="small")
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    if measure != "standardised_mean_difference":
        ratio_ticks(axis.yaxis, axis.get_ylim())
    headline(figure, f"Effects by {label} (p = {_p(p_value)}, {len(studies)} studies)")
    return figure


def plot_coverage(simulated: "pd.DataFrame", *, confidence_level: float) -> "Figure":
    """How often intervals hold the truth, by number of studies, heterogeneity and sizes.

    Parameters
    ----------
    simulated : pandas.DataFrame
        `sizes`, `studies`, `i_squared`, `procedure`, `label`, `coverage`, `simulation_error`.
    confidence_level : float
        What the intervals promise.

    Returns
    -------
    matplotlib.figure.Figure
    """
    shares, kinds = sorted(simulated["i_squared"].unique()), list(dict.fromkeys(simulated["sizes"]))
    figure, axes = plt.subplots(
        len(kinds),
        len(shares),
        figsize=(10, 3.1 * len(kinds) + 0.8),
        sharex=True,
        sharey=True,
        layout="constrained",
        squeeze=False,
    )
    counts = sorted(simulated["studies"].unique())
    for (kind, share), axis in zip([(kind, share) for kind in kinds for share in shares], axes.flat, strict=True):
        panel = simulated[(simulated["sizes"] == kind) & (simulated["i_squared"] == share)]
        axis.axhline(confidence_level, color=theme.INK, linewidth=1)
        for procedure, rows in panel.groupby("procedure", sort=False):
            colour, marker = PROCEDURE_COLOURS[str(procedure)]
            places = [counts.index(count) for count in rows["studies"]]
            axis.errorbar(
                places,
                rows["coverage"],
                yerr=2 * rows["simulation_error"],
                color=colour,
                marker=marker,
                # Its line lies under that of the other Knapp–Hartung interval, and must show.
                markersize=9 if procedure == "dersimonian_laird_knapp_hartung" else 5,
                linewidth=4 if procedure == "dersimonian_laird_knapp_hartung" else 1.6,
            )
        axis.set_xticks(range(len(counts)), [str(count) for count in counts])
        axis.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        axis.set_title(f"I² {share:.0%}, {SIZE_LABELS[kind]}", fontsize="small", fontweight="normal")
    for axis in axes[-1]:
        axis.set_xlabel("Studies in the meta-analysis\n\n\n\n", fontsize="small")
    figure.supylabel("Intervals that hold the truth (bars: ± 2 simulation errors)", fontsize="small")
    handles = []
    for name, rows in simulated.groupby("procedure", sort=False):
        colour, marker = PROCEDURE_COLOURS[str(name)]
        handles.append(Line2D([], [], color=colour, marker=marker, label=str(rows["label"].iloc[0])))
    # Tied to the figure as it was laid out: tied to the saved picture, it would cover the source line.
    figure.legend(
        handles=handles,
        loc="lower center",
        bbox_to_anchor=(0.5, 0),
        bbox_transform=figure.transFigure,
        ncols=2,
        fontsize="small",
    )
    headline(figure, title_coverage(simulated, confidence_level))
    return figure


def title_coverage(simulated: "pd.DataFrame", confidence_level: float) -> str:
    """The lowest coverage of the usual procedure and of Knapp and Hartung's with REML, where studies differ.

    Parameters
    ----------
    simulated : pandas.DataFrame
    confidence_level : float

    Returns
    -------
    str
    """
    lowest = simulated.groupby("procedure")["coverage"].min()
    return (
        f"{confidence_level:.0%} intervals hold the truth in as few as {lowest['dersimonian_laird_normal']:.0%} of "
        "meta-analyses with DerSimonian–Laird and a normal test, "
        f"{lowest['reml_knapp_hartung']:.0%} with REML and Knapp–Hartung"
    )


def plot_interventions(table: "pd.DataFrame", *, confidence_level: float) -> "Figure":
    """Every intervention with a usable effect: its mean, or its single study; ratios and differences in a panel each.

    Parameters
    ----------
    table : pandas.DataFrame
        `label`, `outcome`, `measure`, `studies`, `pooled_studies`, `pooled_in_region`, `effect`, `lower`, `upper`,
        `new_lower`, `new_upper`, `publications_effect`, `publications_lower`, `publications_upper`, `is_pooled`; rows
        without an effect are counted in the title only. The mean by publication is drawn where it and the one by study
        disagree about no change.
    confidence_level : float

    Returns
    -------
    matplotlib.figure.Figure
    """
    shown = table[table["effect"].notna()].sort_values(
        ["is_pooled", "pooled_studies"], ascending=False, ignore_index=True
    )
    is_difference = shown["measure"] == "standardised_mean_difference"
    panels = [rows for rows in (shown[~is_difference], shown[is_difference]) if len(rows)]
    figure, axes = plt.subplots(
        max(1, len(panels)),
        1,
        figsize=(9, 1.6 + 0.7 * len(panels) + 0.6 * len(shown)),
        height_ratios=[len(rows) + 0.4 for rows in panels] or None,
        layout="constrained",
        squeeze=False,
    )
    for axis, rows in zip(axes[:, 0], panels, strict=False):
        _draw_interventions(axis, rows.reset_index(drop=True), confidence_level)
    pooled = int(table["is_pooled"].sum())
    number = counted(pooled, "intervention")
    headline(
        figure,
        f"{number[0].upper()}{number[1:]} of {len(table)} with a study can be averaged; "
        f"{number_in_words(len(shown) - pooled)} more {'has' if len(shown) - pooled == 1 else 'have'} one usable study",
    )
    legend_below(figure, list(axes[:, 0]), 2)
    return figure


def _draw_interventions(axis: "Axes", rows: "pd.DataFrame", confidence_level: float) -> None:
    """A row for each intervention: all of ratios, on an axis of changes in per cent, or all of differences."""
    level = f"{confidence_level:.0%} interval"
    for place, row in rows.iterrows():
        height = float(str(place))
        if row["is_pooled"]:
            if np.isfinite(row["new_lower"]):
                label = "where the effect of a new study is expected"
                axis.hlines(
                    height + 0.3, row["new_lower"], row["new_upper"], color=theme.VERMILION, linewidth=2, label=label
                )
            _draw_diamond(axis, height, row, whole=True, half=0.18, label=f"mean of the studies, {level}")
        else:
            axis.hlines(height, row["lower"], row["upper"], color=theme.GREY, linewidth=2)
            axis.plot(row["effect"], height, "s", color=theme.GREY, markersize=6, label=f"a single study, {level}")
        text = _change(row)
        if _disagrees(row):
            together = _of_publications(row)
            axis.hlines(height - 0.3, together["lower"], together["upper"], color=theme.GREEN, linewidth=2)
            label = "mean by publication, where it disagrees about no change"
            axis.plot(together["effect"], height - 0.3, "D", color=theme.GREEN, markersize=5, label=label)
            text += f"\nby publication {_change(together)}"
        _beside(axis, height, text, bold=bool(row["is_pooled"]))
    axis.axvline(0, color=theme.INK, linewidth=1)
    axis.set_yticks(range(len(rows)), [_intervention(row) for _, row in rows.iterrows()], fontsize="x-small")
    axis.set_ylim(len(rows) - 0.4, -0.6)
    axis.grid(axis="y", visible=False)
    if rows["measure"].iloc[0] == "standardised_mean_difference":
        axis.set_xlabel("Change in standard deviations (below 0: less crime)", fontsize="small")
        return
    axis.set_xlabel(PERCENT_LABEL, fontsize="small")
    percent_ticks(axis.xaxis, axis.get_xlim())


def _intervention(row: "pd.Series[Any]") -> str:
    """Name and outcome, and how many of the studies are usable."""
    used, studies = int(row["pooled_studies"]), int(row["studies"])
    number = f"{used} of {studies} studies" if row["is_pooled"] else f"{used} usable of {_studies(studies)}"
    return f"{row['label']}\n{row['outcome'].lower()}\n{number}, {row['pooled_in_region']} in the region"


def _change(row: "pd.Series[Any]") -> str:
    """`odds −35% (−44% to −24%)`, or a difference in standard deviations."""
    effect, lower, upper = (float(row[name]) for name in ("effect", "lower", "upper"))
    measure = str(row["measure"])
    if measure == "standardised_mean_difference":
        return f"{with_interval(effect, lower, upper)} SD"
    middle, low, high = (in_percent(value) for value in (effect, lower, upper))
    return f"{measure.partition('_')[0]} {middle} ({low} to {high})"


def _disagrees(row: "pd.Series[Any]") -> bool:
    """Whether the intervals by study and by publication disagree about no change."""
    ends = row["publications_lower"], row["publications_upper"]
    return bool(np.isfinite(ends[0])) and leaves_out_zero(row["lower"], row["upper"]) != leaves_out_zero(*ends)


def _of_publications(row: "pd.Series[Any]") -> "pd.Series[Any]":
    return row[["publications_effect", "publications_lower", "publications_upper", "measure"]].set_axis(
        ["effect", "lower", "upper", "measure"]
    )


def _forest_rows(studies: "pd.DataFrame", summaries: "pd.DataFrame") -> "list[tuple[str, pd.Series[Any]]]":
    """Rows from top to bottom: heads of groups, studies, diamonds."""
    rows: list[tuple[str, pd.Series[Any]]] = []
    for _, summary in summaries.iloc[:-1].iterrows():
        rows.append(("head", summary))
        rows += [("study", row) for _, row in studies[studies["group"] == summary["group"]].iterrows()]
        rows.append(("group", summary.copy()))
        rows[-1][1]["group"] = "together"
    if len(summaries) == 1:
        rows += [("study", row) for _, row in studies.iterrows()]
    rows.append(("all", summaries.iloc[-1]))
    return rows


def _forest_limits(
    studies: "pd.DataFrame", summaries: "pd.DataFrame", prediction: tuple[float, float] | None
) -> tuple[float, float]:
    """Wide enough for every estimate and diamond; the intervals of small studies end in arrows."""
    ends = [0.0, *studies["effect"], *summaries["lower"], *summaries["upper"], *(prediction or ())]
    ends += [studies["lower"].quantile(0.25), studies["upper"].quantile(0.75)]
    low, high = min(ends), max(ends)
    pad = 0.12 * (high - low)
    return low - pad, high + pad


def _draw_study(axis: "Axes", place: int, row: "pd.Series[Any]", limits: tuple[float, float]) -> None:
    low, high = max(row["lower"], limits[0]), min(row["upper"], limits[1])
    axis.hlines(place, low, high, color=theme.INK, linewidth=1)
    for end, cut, marker in (
        (limits[0], row["lower"] < limits[0], "<"),
        (limits[1], row["upper"] > limits[1], ">"),
    ):
        if cut:
            axis.plot(end, place, marker, color=theme.INK, markersize=4, clip_on=False)
    area = SQUARES[0] + (SQUARES[1] - SQUARES[0]) * min(1.0, 8 * row["weight"])
    axis.scatter(
        row["effect"], place, s=area, marker="s", color=theme.SKY, edgecolor=theme.BLUE, linewidths=0.8, zorder=3
    )


def _draw_diamond(
    axis: "Axes", place: float, row: "pd.Series[Any]", *, whole: bool, half: float = HALF_DIAMOND, label: str = ""
) -> None:
    corners = [row["lower"], row["effect"], row["upper"], row["effect"]]
    heights = [place, place - half, place, place + half]
    axis.fill(corners, heights, color=theme.BLUE if whole else theme.GREEN, zorder=4, label=label or None)


def _beside(axis: "Axes", place: float, text: str, *, bold: bool = False) -> None:
    """Figures to the right of the axes, in line with the row."""
    axis.annotate(
        text,
        (1.03, place),
        xycoords=("axes fraction", "data"),
        va="center",
        fontsize="x-small",
        fontweight="bold" if bold else "normal",
        annotation_clip=False,
    )


def _estimate(row: "pd.Series[Any]", measure: str) -> str:
    effect, lower, upper = (float(row[name]) for name in ("effect", "lower", "upper"))
    return f"{_number(effect, measure)} ({_interval_text(lower, upper, measure)})"


def _interval_text(lower: float, upper: float, measure: str) -> str:
    return f"{_number(lower, measure)} to {_number(upper, measure)}"


def _number(value: float, measure: str) -> str:
    """A ratio, or a difference with its sign."""
    if measure == "standardised_mean_difference":
        return f"{round(float(value), 2) + 0.0:.2f}".replace("-", "−")
    return f"{np.exp(value):.2f}"


def _label_axis(axis: "Axes", measure: str, most: int = MOST) -> None:
    axis.set_xlabel(AXIS_LABELS[measure], fontsize="small")
    if measure != "standardised_mean_difference":
        ratio_ticks(axis.xaxis, axis.get_xlim(), most)


def _name(axis: "Axes", across: "pd.Series[float]", up: "pd.Series[float]", labels: "pd.Series[str]") -> None:
    """Names beside points, on the side where there is room."""
    low, high = axis.get_xlim()
    for x, y, label in zip(across, up, labels, strict=True):
        right = x > low + 0.65 * (high - low)
        axis.annotate(
            _short(str(label)),
            (x, y),
            xytext=(-6 if right else 5, 4),
            textcoords="offset points",
            ha="right" if right else "left",
            fontsize="x-small",
        )


def _legend_below(figure: "Figure", axis: "Axes", *, markerscale: float = 1) -> "Legend":
    """A legend in room that empty lines under the axis label keep, clear of the source line."""
    axis.set_xlabel(axis.get_xlabel() + "\n\n", fontsize="small")
    handles, _ = axis.get_legend_handles_labels()
    return figure.legend(
        handles=handles, loc="lower center", bbox_to_anchor=(0.5, 0), ncols=2, fontsize="small", markerscale=markerscale
    )


def _studies(number: int) -> str:
    return "1 study" if number == 1 else f"{number} studies"


def _short(label: str) -> str:
    return label if len(label) <= 34 else label[:33] + "…"


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"
