"""What the files of one sector say, in sentences that follow the numbers."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from citizen_security.methods.interrupted_series.trend_bounds import TrendBounds
from citizen_security.programmes import at_a_glance
from citizen_security.programmes.focused_deterrence.labels import DESIGN_NAMES
from citizen_security.programmes.focused_deterrence.parameters import FocusedDeterrence
from citizen_security.words import (
    by_interval,
    counted,
    least_p,
    leaves_out_zero,
    listed,
    out_of,
    p_in_words,
    p_with_floor,
    sentences,
    signed,
)

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
    moved = "fell at least as much" if found["change"] < 0 else "rose by no more, or fell"
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
            f"{out_of(deeper, others, 'other sectors', 'other sector')} with enough files {moved}",
        ]
    )


def announced_sentence(found: Mapping[str, float], announced: Mapping[str, float]) -> str:
    """Whether the files give the announced number."""
    inside = found["lower"] <= announced["change"] <= found["upper"]
    return sentences(
        [
            f"{counted(int(found['before']), 'file')} in {announced['first']:.0f} and {found['after']:.0f} in "
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
            f"from {both['first']} to {both['last']} both sources speak: in {place_name(parameters)} the police gave "
            f"out {both['points']} points, and prosecutors opened {both['files']} files",
            f"in the city it was {both['city_points']:,} and {both['city_files']:,}, {ratio:.2f} points a file",
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
    ways = set(np.sign(lines["change"]))
    moral = (
        f"the line alone takes the city's {'fall' if lines['change'].iloc[0] < 0 else 'rise'} for the sector's"
        if clear["alone"] and not clear["beside_city"]
        else f"both lines set it apart{'' if len(ways) == 1 else ', in opposite directions'}"
        if clear["alone"] and clear["beside_city"]
        else "the line beside the city sets it apart, the line alone does not"
        if clear["beside_city"]
        else "neither line sets it apart"
    )
    return sentences([f"in counts, {told[0]}", *told[1:], moral])


def dates_sentence(bounds: Mapping[str, TrendBounds]) -> str:
    """What the same estimate finds at earlier dates, and how far the trend may bend."""
    told = []
    for name, label in (("alone", "alone"), ("beside_city", "beside the city")):
        dates, change = bounds[name].dates, percent(100 * np.expm1(bounds[name].fit.effect))
        larger = dates.rank.rank - 1
        told.append(
            f"{label} the change is {change}, and "
            f"{out_of(larger, len(dates.effects), 'earlier dates', 'earlier date')} "
            f"{'gives' if larger <= 1 else 'give'} a change as large as that at the start"
        )
    broken = bounds["alone"].breakdown
    bend = (
        "alone, zero is left open even without a bend"
        if broken == 0
        else f"alone, zero is left open once the trend may bend after the start by {broken:.1f} times the largest "
        "error that the line made before"
        if broken < PLENTY
        else "alone, zero is not left open however the trend bends"
    )
    return sentences([f"in logarithms of files, which give every quarter the same weight, {told[0]}", *told[1:], bend])


def synthetic_sentence(own: Mapping[str, float], parameters: FocusedDeterrence) -> str:
    """The sector against weighted others, with its placebo p."""
    return sentences(
        [
            f"against weighted files of other sectors, {place_name(parameters)} changed by {percent(own['change'])} "
            f"from {parameters.start} to {parameters.last}, among {int(own['sectors'])} sectors "
            f"({p_with_floor(own['p_value'], own['floor'])})"
        ]
    )


def curve_sentence(curve: pd.DataFrame) -> str:
    """All starts and designs."""
    starts = curve["start"].nunique()
    low, high = (float(getattr(curve["change"], end)()) for end in ("min", "max"))
    best = curve.iloc[int(curve["p_value"].to_numpy().argmin())]
    return sentences(
        [
            f"{counted(starts, 'start')} by {counted(curve['design'].nunique(), 'design')} give changes from "
            f"{percent(low)} to {percent(high)}",
            at_a_glance.falls(
                int(curve["found"].sum()),
                len(curve),
                "combinations",
                "combination",
                able=int(curve["able"].sum()),
                risen=int(curve["risen"].sum()),
            ),
            f"the smallest is {p_in_words(float(best['p_value']))}, {best['design_name']} with {best['start']} as the "
            "start",
        ]
    )


def verdict(found: Mapping[str, float], curve: pd.DataFrame, parameters: FocusedDeterrence) -> str:
    """What the notebook comes to: falls and rises among the starts and designs that can tell either from chance."""
    able = curve[curve["able"]]
    if able.empty:
        return sentences(
            [
                f"so few sectors can give no p below {least_p(float(curve['floor'].min()))}, and small is "
                f"{parameters.significance:g}: a verdict needs more of them"
            ]
        )
    falls, rises = float(able["found"].mean()), float(able["risen"].mean())
    which = "starts and designs" if len(able) == len(curve) else "the starts and designs that can tell"
    name = place_name(parameters)
    if not falls + rises:
        together = (
            f"{name} fell with its city"
            if found["change"] < 0 and found["rest_change"] < 0 and not leaves_out(found)
            else f"{name} does not stand out"
        )
        return sentences([f"{together}: none of {which} sets it apart from other sectors", *_left_open(found)])
    if max(falls, rises) >= 0.5 and not min(falls, rises):
        way, change = ("fell", "fall") if falls else ("rose", "rise")
        return sentences(
            [
                f"{name} {way} beyond other sectors under {100 * max(falls, rises):.0f}% of {which}: the {change} is "
                "its own and not the city's, whatever caused it"
            ]
        )
    told = [
        f"{100 * share:.0f}% of {which} find a {way} beyond chance, {listed(_designs(able, column))}"
        for share, way, column in ((falls, "fall", "found"), (rises, "rise", "risen"))
        if share
    ]
    return sentences([f"the finding hangs on the choice: {told[0]}", *told[1:]])


def leaves_out(found: Mapping[str, float]) -> bool:
    """Whether the change beside other sectors leaves out zero, by the chance of counts in two years."""
    return leaves_out_zero(found["relative_lower"], found["relative_upper"])


def _left_open(found: Mapping[str, float]) -> list[str]:
    """What the counts of the announced years leave open, and from which fall on they would tell one from chance."""
    lower, least = found["relative_lower"], found["least_fall"]
    counts = (
        f"by the chance of counts in the announced years alone it did change beside them, by "
        f"{ends(lower, found['relative_upper'])}, but other sectors moved by as much"
        if leaves_out(found)
        else f"beside them, changes from {ends(lower, found['relative_upper'])} are not excluded"
    )
    small = (
        "not even a year without files would be told from chance"
        if np.isnan(least)
        else f"beside other sectors, counts this small tell a fall from chance from {percent(least)} on"
    )
    return [counts, small]


def _designs(curve: pd.DataFrame, column: str) -> list[str]:
    """Designs with a finding of this kind."""
    return [DESIGN_NAMES[name] for name in DESIGN_NAMES if curve.loc[curve["design"] == name, column].any()]


def raw_reading(found: Mapping[str, float], announced: Mapping[str, float]) -> str:
    """The sector's own change between the announced years."""
    years = f"{announced['last']:.0f} against {announced['first']:.0f}"
    return f"{at_a_glance.changed(found['change'], found['lower'], found['upper'])}, {years}"


def beside_reading(found: Mapping[str, float]) -> str:
    """The change beside all other sectors, and its place among theirs."""
    change = at_a_glance.changed(found["relative"], found["relative_lower"], found["relative_upper"])
    return f"{change} beside other sectors; {at_a_glance.by_chance(found['p_value'], found['floor'])}"
