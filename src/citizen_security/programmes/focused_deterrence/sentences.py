"""What the files of one sector say, in sentences that follow the numbers."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from citizen_security.methods.interrupted_series.trend_bounds import TrendBounds
from citizen_security.programmes import at_a_glance
from citizen_security.programmes.focused_deterrence.labels import DESIGN_NAMES
from citizen_security.programmes.focused_deterrence.parameters import FocusedDeterrence
from citizen_security.words import by_interval, counted, listed, out_of, p_in_words, sentences, signed

# Bends within this of a printed digit are that digit.
PLENTY = 10.0


def percent(change: float) -> str:
    """A change in percent with its sign: `−52%`."""
    return f"{signed(change, '.0f')}%"


def ends(lower: float, upper: float) -> str:
    """An interval of changes: `−71% to −22%`."""
    return f"{percent(lower)} to {percent(upper)}"


def place_name(parameters: FocusedDeterrence) -> str:
    """The evaluated sector as a sentence writes it: `Plateros`."""
    return parameters.sector.title()


def answer_sentence(found: Mapping[str, float], announced: Mapping[str, float], parameters: FocusedDeterrence) -> str:
    """The announced fall, that of the files, that of other sectors, and how many fell at least as much."""
    before, after = int(announced["first"]), int(announced["last"])
    deeper = int(found["rank"]) - 1
    others = int(found["units"]) - 1
    verdict = by_interval(
        found["relative_lower"],
        found["relative_upper"],
        below="fewer than where nobody was called in",
        above="more than where nobody was called in",
        neither="which does not tell a fall from a rise",
    )
    return sentences(
        [
            f"announced for Plateros from {before} to {after}: {percent(announced['change'])}",
            f"files of {place_name(parameters)} changed by {percent(found['change'])} "
            f"({ends(found['lower'], found['upper'])}), those of all other sectors by {percent(found['rest_change'])}",
            f"beside them that is {percent(found['relative'])} "
            f"({ends(found['relative_lower'], found['relative_upper'])}), {verdict}",
            f"{out_of(deeper, others, 'other sectors', 'other sector')} with enough files fell at least as much",
        ]
    )


def announced_sentence(found: Mapping[str, float], announced: Mapping[str, float]) -> str:
    """Whether the files give the announced number."""
    inside = found["lower"] <= announced["change"] <= found["upper"]
    return sentences(
        [
            f"{found['before']:.0f} files in {announced['first']:.0f} and {found['after']:.0f} in "
            f"{announced['last']:.0f}: {percent(found['change'])}",
            f"the {percent(announced['change'])} announced for Plateros lies {'within' if inside else 'outside'} what "
            f"so small counts leave open, {ends(found['lower'], found['upper'])}",
        ]
    )


def sources_sentence(both: Mapping[str, str | int], parameters: FocusedDeterrence) -> str:
    """What two sources count in the same months."""
    ratio = int(both["city_points"]) / int(both["city_files"])
    return sentences(
        [
            f"from {both['first']} to {both['last']} both sources speak: {both['points']} points and {both['files']} "
            f"files in {place_name(parameters)}, {both['city_points']:,} and {both['city_files']:,} in the city, "
            f"{ratio:.2f} points a file",
            "joined, they would show a change that is none" if abs(ratio - 1) > 0.05 else "",
        ]
    )


def peak_sentence(rank: tuple[int, int], year: int, own: Mapping[str, float]) -> str:
    """How high the sector stood, and what other sectors did when they stood as high."""
    place, years = rank
    standing = (
        f"{year} was the highest of the {counted(years, 'year')} of this source up to the announced one"
        if place == 1
        else f"{year} was number {place} of the {counted(years, 'year')} of this source up to the announced one"
    )
    beyond = "beyond what other sectors did when they stood as high in their own history, files changed by "
    return sentences([standing, f"{beyond}{percent(own['change'])} ({p_in_words(own['p_value'])})"])


def line_sentence(lines: pd.DataFrame, parameters: FocusedDeterrence) -> str:
    """The sector's line alone, and beside the city."""
    told = []
    for _, row in lines.iterrows():
        if np.isnan(row["change"]):
            told.append(f"against {row['line_name']} no best fit is found, for lack of files")
            continue
        told.append(
            f"against {row['line_name']} files changed by {percent(row['change'])} ({ends(row['lower'], row['upper'])})"
        )
    clear = dict(zip(lines["line"], (lines["lower"] > 0) | (lines["upper"] < 0), strict=True))
    moral = (
        "the line alone takes the city's fall for the sector's"
        if clear["alone"] and not clear["beside_city"]
        else "both lines set it apart"
        if clear["alone"] and clear["beside_city"]
        else "the line beside the city sets it apart, the line alone does not"
        if clear["beside_city"]
        else "neither line sets it apart"
    )
    return sentences([*told, moral])


def dates_sentence(bounds: Mapping[str, TrendBounds]) -> str:
    """What the same estimate finds at earlier dates, and how far the trend may bend."""
    told = []
    for name, label in (("alone", "alone"), ("beside_city", "beside the city")):
        dates = bounds[name].dates
        larger = dates.rank.rank - 1
        told.append(
            f"{label}, {out_of(larger, len(dates.effects), 'earlier dates', 'earlier date')} "
            f"{'gives' if larger == 1 else 'give'} a change as large as that at the start"
        )
    broken = bounds["alone"].breakdown
    bend = (
        "even without a bend the line alone leaves zero open"
        if broken == 0
        else f"the line alone holds until trends bend {broken:.1f} times as much as they did before"
        if broken < PLENTY
        else "the line alone holds however trends bend"
    )
    return sentences([*told, bend])


def synthetic_sentence(own: Mapping[str, float], parameters: FocusedDeterrence) -> str:
    """The sector against weighted others, with its placebo p."""
    return sentences(
        [
            f"against weighted files of other sectors, {place_name(parameters)} changed by {percent(own['change'])} "
            f"from {parameters.start} to {parameters.last} ({p_in_words(own['p_value'])}; no p below "
            f"{own['floor']:.3f} can come of {int(own['sectors'])} sectors)"
        ]
    )


def curve_sentence(curve: pd.DataFrame) -> str:
    """All starts and designs."""
    found = int(curve["found"].sum())
    starts = curve["start"].nunique()
    low, high = (float(getattr(curve["change"], end)()) for end in ("min", "max"))
    best = curve.iloc[int(curve["p_value"].to_numpy().argmin())]
    return sentences(
        [
            f"{counted(starts, 'start')} by {counted(curve['design'].nunique(), 'design')} give changes from "
            f"{percent(low)} to {percent(high)}; {out_of(found, len(curve), 'combinations', 'combination')} "
            f"{'finds' if found == 1 else 'find'} a fall beyond chance",
            f"the smallest p is {best['p_value']:.3f}, {best['design_name']} with {best['start']} as the start",
        ]
    )


def verdict(found: Mapping[str, float], curve: pd.DataFrame, parameters: FocusedDeterrence) -> str:
    """What the notebook comes to."""
    floor = float(curve["floor"].max())
    if floor > parameters.significance:
        return sentences(
            [
                f"so few sectors can give no p below {floor:.3f}, and small is {parameters.significance:g}: a verdict "
                "needs more of them"
            ]
        )
    share = float(curve["found"].mean())
    if share == 0:
        open_to, least = min(found["relative_lower"], 0.0), found["least_fall"]
        small = (
            "not even a year without files would be told from chance"
            if np.isnan(least)
            else f"beside other sectors, counts this small tell a fall from chance from {percent(least)} on"
        )
        return sentences(
            [
                f"{place_name(parameters)} fell with its city: no start and no design sets it apart from other sectors",
                f"a fall of its own down to {percent(open_to)} is not excluded",
                small,
            ]
        )
    if share >= 0.5:
        return sentences(
            [
                f"{place_name(parameters)} fell beyond other sectors under {100 * share:.0f}% of starts and designs: "
                "the fall is more than the city's, whatever caused it"
            ]
        )
    names = [DESIGN_NAMES[name] for name in DESIGN_NAMES if curve.loc[curve["design"] == name, "found"].any()]
    return sentences(
        [
            f"the finding hangs on the choice: {100 * share:.0f}% of starts and designs find a fall beyond chance, "
            f"{listed(names)}"
        ]
    )


def raw_reading(found: Mapping[str, float], announced: Mapping[str, float]) -> str:
    """The sector's own change between the announced years."""
    years = f"{announced['last']:.0f} against {announced['first']:.0f}"
    return f"{at_a_glance.changed(found['change'], found['lower'], found['upper'])}, {years}"


def beside_reading(found: Mapping[str, float]) -> str:
    """The change beside all other sectors, and its place among theirs."""
    change = at_a_glance.changed(found["relative"], found["relative_lower"], found["relative_upper"])
    return f"{change} beside other sectors; {at_a_glance.by_chance(found['p_value'], found['floor'])}"
