"""Pictures of `paradox/levels_or_dynamics`: persistence, chance, estimators side by side, responses over the years."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import numpy as np

from citizen_security import measures
from citizen_security.figures import theme
from citizen_security.words import signed

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from pandas.io.formats.style import Styler

# How the tables of effects name that of the same year, beside that of the long run.
SAME_YEAR = "same year"

# An interval is drawn to at most so many times the median length of its panel, beyond which it has an arrow.
LONGEST = 3.0

PANELS_ABREAST = 2


def plot_persistence(by_country: "pd.DataFrame") -> "Figure":
    """What is left of a departure from the mean a year later: one dot a country, one row a series.

    Parameters
    ----------
    by_country : pandas.DataFrame
        series, persistence; rows without a number are passed over.

    Returns
    -------
    matplotlib.figure.Figure
    """
    known = by_country.dropna(subset=["persistence"])
    if known.empty:
        return _without_panels("No series has enough consecutive years to say how persistent it is")
    names = list(dict.fromkeys(known["series"]))
    figure, axis = plt.subplots(figsize=(8, 0.62 * len(names) + 1.6), layout="constrained")
    for place, name in enumerate(names):
        values = np.sort(known.loc[known["series"] == name, "persistence"].to_numpy(dtype=float))
        spread = np.tile([0.0, 0.14, -0.14, 0.24, -0.24], len(values))[: len(values)]
        axis.scatter(values, place + spread, s=22, color=theme.BLUE, alpha=0.6, linewidths=0)
        axis.plot([np.median(values)] * 2, [place - 0.38, place + 0.38], color=theme.VERMILION, linewidth=3)
    axis.axvline(1, color=theme.INK, linewidth=1)
    axis.set_yticks(range(len(names)), labels=[series_label(name) for name in names])
    axis.set_ylim(len(names) - 0.45, -0.55)
    axis.grid(visible=False, axis="y")
    axis.set_xlabel("Share of a departure from the mean that is left a year later (1: a random walk)")
    axis.set_title(title_persistence(known), fontsize="medium")
    return figure


def title_persistence(known: "pd.DataFrame") -> str:
    """Median persistence of the first series, and of the least and the most persistent of the others."""
    medians = known.groupby("series", sort=False)["persistence"].median()
    (first, own), *others = ((str(name), float(median)) for name, median in medians.items())
    title = f"{series_label(first)}: {own:.2f} of a departure is left a year later in the median country"
    ordered = sorted(others, key=lambda pair: pair[1])
    ends = dict([*ordered[:1], *ordered[-1:]])
    drivers = ", ".join(f"{series_label(name)} {median:.2f}" for name, median in ends.items())
    return f"{title}\n{drivers}".rstrip().replace("-", "−")


def plot_chance(simulated: "pd.DataFrame", chance: "pd.DataFrame") -> "Figure":
    """Absolute t of simulated drivers in levels, with the observed one, for every driver.

    Parameters
    ----------
    simulated : pandas.DataFrame
        regressor, t: one row for each simulated driver.
    chance : pandas.DataFrame
        regressor, t (observed), reached_by_chance, p_chance, confidence_level: one row for each driver.

    Returns
    -------
    matplotlib.figure.Figure
    """
    if simulated.empty:
        return _without_panels("No sample of these drivers can carry the simulation")
    figure, axes = _panels(len(chance), height=2.7)
    for axis, (_, row) in zip(axes, chance.iterrows(), strict=False):
        t, observed = simulated.loc[simulated["regressor"] == row["regressor"], "t"].abs(), abs(row["t"])
        axis.hist(
            t, bins=np.linspace(0, max(t.max(), observed) * 1.05, 32).tolist(), color=theme.SKY, edgecolor="white"
        )
        axis.axvline(observed, color=theme.VERMILION, linewidth=2)
        axis.axvline(row["reached_by_chance"], color=theme.INK, linewidth=1.2, linestyle="--")
        axis.set_title(f"{series_label(row['regressor'])}: p by chance {row['p_chance']:.3f}", fontsize="medium")
        axis.set_xlabel("effect over its error, without sign", fontsize="small")
        axis.set_ylabel("simulated drivers", fontsize="small")
    level = 100 * chance["confidence_level"].iloc[0]
    figure.suptitle(
        f"Simulated drivers beside the observed one (thick line); {level:g}% lie left of the dashed line",
        x=0.01,
        ha="left",
        fontsize="medium",
        fontweight="bold",
    )
    return figure


def plot_estimators(effects: "pd.DataFrame", checks: "pd.DataFrame", published: Mapping[str, float]) -> "Figure":
    """Every estimator's effects with intervals, levels above dynamics, one panel a driver.

    Parameters
    ----------
    effects : pandas.DataFrame
        regressor, estimator, kind, effect, name, estimate, lower, upper, outcome; rows of effects of the driver.
    checks : pandas.DataFrame
        regressor, estimator, white: a point is filled where errors pass the check of serial correlation.
    published : mapping of str to float
        Driver → published effect on the rate, drawn as a dashed line.

    Returns
    -------
    matplotlib.figure.Figure
    """
    names = list(dict.fromkeys(effects["name"]))
    drivers = list(dict.fromkeys(effects["regressor"]))
    white = {(row["regressor"], row["estimator"]): bool(row["white"]) for _, row in checks.iterrows()}
    figure, axes = _panels(len(drivers), height=0.24 * len(names) + 1.1)
    for place, (axis, driver) in enumerate(zip(axes, drivers, strict=False)):
        rows = effects[effects["regressor"] == driver]
        _draw_estimators(axis, rows, names, white)
        axis.tick_params(labelleft=place % PANELS_ABREAST == 0)
        if driver in published and rows["outcome"].iloc[0] == "rate":
            axis.axvline(published[driver], color=theme.VERMILION, linewidth=1.2, linestyle="--")
        same = rows.loc[rows["effect"] == SAME_YEAR, "estimate"]
        low, high = (_signed(float(same.agg(end)), rows["outcome"].iloc[0]) for end in ("min", "max"))
        axis.set_title(f"{measures.label(driver)}: {low} to {high}", fontsize="medium")
        axis.set_xlabel(measures.step(driver), fontsize="small")
    outcome = measures.OUTCOMES[effects["outcome"].iloc[0]].label
    figure.suptitle(
        f"{outcome.capitalize()}: smallest and largest estimate of each driver, same year\n"
        "Filled: no serial correlation is found. Dashed: the published effect",
        x=0.01,
        ha="left",
        fontsize="medium",
        fontweight="bold",
    )
    return figure


def plot_responses(responses: "pd.DataFrame") -> "Figure":
    """Responses of the outcome over the years after a surprise rise of one unit, with intervals, one panel a driver.

    Parameters
    ----------
    responses : pandas.DataFrame
        regressor, horizon, estimate, lower, upper, outcome, confidence_level; rows without a number are passed over.

    Returns
    -------
    matplotlib.figure.Figure
    """
    known = responses.dropna(subset=["estimate"])
    if known.empty:
        return _without_panels("No sample of these drivers has enough consecutive years for a response")
    drivers = list(dict.fromkeys(known["regressor"]))
    figure, axes = _panels(len(drivers), height=2.7)
    for axis, driver in zip(axes, drivers, strict=False):
        rows = known[known["regressor"] == driver].astype({"estimate": float, "lower": float, "upper": float})
        axis.axhline(0, color=theme.INK, linewidth=1)
        axis.fill_between(rows["horizon"], rows["lower"], rows["upper"], color=theme.SKY, alpha=0.4, linewidth=0)
        axis.plot(rows["horizon"], rows["estimate"], color=theme.BLUE, marker="o", linewidth=2)
        highest = rows.loc[rows["estimate"].abs().idxmax()]
        number = _signed(float(highest["estimate"]), rows["outcome"].iloc[0])
        axis.set_title(f"{measures.label(driver)}: {number} at most, year {int(highest['horizon'])}", fontsize="medium")
        axis.set_xlabel("years after the surprise", fontsize="small")
        axis.set_xticks(rows["horizon"].astype(int))
    outcome = series_label(known["outcome"].iloc[0]).lower()
    level = known["confidence_level"].iloc[0]
    title = f"Response of the {outcome} to a surprise rise of the driver by one unit,\nwith {100 * level:g}% intervals"
    figure.suptitle(title, x=0.01, ha="left", fontsize="medium", fontweight="bold")
    return figure


def style_checks(checks: "pd.DataFrame") -> "Styler":
    """Checks of every estimator's errors as a page shows them.

    Parameters
    ----------
    checks : pandas.DataFrame
        From `tabulate_checks`.

    Returns
    -------
    pandas.io.formats.style.Styler
    """
    from citizen_security.figures.page_table import page_table

    named = {
        "Driver": checks["regressor"].map(measures.label),
        "Estimator": checks["estimator"],
        "Errors of the differenced equation on those a year before": checks["serial"],
        "the same if independent": checks["serial_without"],
        "p (serial)": checks["serial_p"],
        "CD across countries": checks["cd"],
        "Mean absolute correlation of countries' errors": checks["absolute_correlation"],
        "if independent": checks["expected_absolute"],
        "p (across countries)": checks["dependence_p"],
    }
    import pandas as pd

    formats = dict.fromkeys(("p (serial)", "p (across countries)"), "{:.3f}")
    return page_table(pd.DataFrame(named), digits=2, formats=formats)


def style_persistence(series: "pd.DataFrame") -> "Styler":
    """Persistence and unit-root tests of every series as a page shows them.

    Parameters
    ----------
    series : pandas.DataFrame
        From `persistence_of_series`.

    Returns
    -------
    pandas.io.formats.style.Styler
    """
    import pandas as pd

    from citizen_security.figures.page_table import page_table

    named = {
        "Series": series["series"].map(series_label),
        "Countries": series["countries"],
        "Persistence, least squares": series["estimate"],
        "Persistence, bias taken out": series["persistence"],
        "Countries at one": series["at_one"],
        "Countries tested": series["tested"],
        "Unit root rejected": series["no_unit_root"],
        "Return to a mean rejected": series["not_stationary"],
        "CIPS": series["cips"],
        "p (CIPS)": series["cips_p"],
        "Critical value, simulated at the level": series["cips_critical"],
        "Critical value at 5%, published": series["cips_published"],
        "Countries in CIPS": series["cips_countries"],
    }
    return page_table(pd.DataFrame(named), digits=2, formats={"p (CIPS)": "{:.3f}"})


def style_chance(chance: "pd.DataFrame") -> "Styler":
    """What simulated drivers find by chance as a page shows it.

    Parameters
    ----------
    chance : pandas.DataFrame
        From `tabulate_chance`.

    Returns
    -------
    pandas.io.formats.style.Styler
    """
    import pandas as pd

    from citizen_security.figures.page_table import page_table

    shares = {
        "Pass, errors taken for independent": chance["false_independent"],
        "Pass, CRV1": chance["false_crv1"],
        "Pass, CR2": chance["false_cr2"],
    }
    named = {
        "Driver": chance["regressor"].map(measures.label),
        "Regression in": chance["form"],
        "Simulated as": chance["path"],
        **shares,
        "Observed t (CR2)": chance["t"],
        "Absolute t that simulated drivers exceed at the level": chance["reached_by_chance"],
        "p as quoted (CR2)": chance["p_quoted"],
        "Share of simulated drivers with a p as small": chance["p_chance"],
        "Simulated drivers": chance["draws"],
    }
    formats = dict.fromkeys((*shares, "Share of simulated drivers with a p as small"), "{:.1%}")
    return page_table(pd.DataFrame(named), digits=2, formats={**formats, "p as quoted (CR2)": "{:.3f}"})


def style_lost(effects: "pd.DataFrame") -> "Styler":
    """Effects without a number, and why; a sentence where every one has its number.

    Parameters
    ----------
    effects : pandas.DataFrame
        From `tabulate_effects`.

    Returns
    -------
    pandas.io.formats.style.Styler
    """
    import pandas as pd

    from citizen_security.figures.page_table import page_table

    lost = effects[effects["problem"] != ""]
    named = {
        "Driver": lost["regressor"].map(measures.label),
        "Estimator": lost["estimator"],
        "Effect": lost["effect"],
        "Why it has no number": lost["problem"],
    }
    return page_table(pd.DataFrame(named), empty="Every estimator has a number for every driver.")


def series_label(column: str) -> str:
    """What a series is called above a panel or beside a row, the outcome's too."""
    return measures.OUTCOMES[column].name if column in measures.OUTCOMES else measures.label(column)


def _draw_estimators(
    axis: "Axes", rows: "pd.DataFrame", names: list[str], white: Mapping[tuple[str, str], bool]
) -> None:
    numbers = rows[["estimate", "lower", "upper"]].astype(float)
    reach = LONGEST * float((numbers["upper"] - numbers["lower"]).median())
    middle = float(numbers["estimate"].median())
    low = min(max(float(numbers["lower"].min()), middle - reach), 0.0)
    high = max(min(float(numbers["upper"].max()), middle + reach), 0.0)
    axis.axvline(0, color=theme.INK, linewidth=1)
    for _, row in rows.iterrows():
        place = names.index(row["name"])
        colour = theme.BLUE if row["kind"] == "levels" else theme.ORANGE
        ends = [max(row["lower"], low), min(row["upper"], high)]
        axis.plot(ends, [place, place], color=colour, linewidth=2)
        for end, limit, mark in ((row["lower"], low, "<"), (row["upper"], high, ">")):
            if end < low or end > high:
                axis.plot(limit, place, marker=mark, color=colour, markersize=6, linestyle="none")
        if low <= row["estimate"] <= high:
            _draw_point(axis, row, place, colour, filled=white.get((row["regressor"], row["estimator"]), False))
    margin = 0.04 * (high - low)
    axis.set_xlim(low - margin, high + margin)
    axis.set_yticks(range(len(names)), labels=names, fontsize="small")
    axis.set_ylim(len(names) - 0.4, -0.6)
    axis.grid(visible=False, axis="y")


def _draw_point(axis: "Axes", row: "pd.Series[Any]", place: int, colour: str, *, filled: bool) -> None:
    face = colour if filled else "white"
    marker = "s" if row["kind"] == "levels" else "o"
    axis.plot(row["estimate"], place, marker=marker, color=colour, markerfacecolor=face, markersize=6, linestyle="none")


def _signed(number: float, outcome: str) -> str:
    return signed(number, ".3f" if outcome == "log_rate" else ".2f")


def _without_panels(title: str) -> "Figure":
    """A picture that says why there is nothing to draw."""
    figure, axis = plt.subplots(figsize=(8, 1.2), layout="constrained")
    axis.set_axis_off()
    axis.set_title(title, fontsize="medium")
    return figure


def _panels(count: int, height: float) -> "tuple[Figure, list[Axes]]":
    """As many panels as drivers, two abreast, with one scale of rows where they share it."""
    abreast = min(PANELS_ABREAST, max(count, 1))
    rows = max(-(-count // abreast), 1)
    size = (4.9 * abreast + 0.6, height * rows + 0.7)
    figure, axes = plt.subplots(rows, abreast, figsize=size, squeeze=False, layout="constrained")
    for axis in axes.flat[count:]:
        axis.set_visible(False)
    return figure, list(axes.flat)
