"""What false falls and rises, own falls and least detectable falls say, in sentences that follow the numbers."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from citizen_security.methods.proportions import wilson_interval
from citizen_security.methods.spike_selection.directions import (
    Direction,
    by_luck,
    least_fall,
    right_share,
    too_often,
    worst,
)
from citizen_security.programmes.what_chance_shows.labels import DESIGNS, PANELS, RULES
from citizen_security.programmes.what_chance_shows.parameters import WhatChanceShows
from citizen_security.words import by_interval, counted, listed, number_in_words, out_of, sentences, signed

# A lasting level within this share of the mean is at the mean, and a change within it none: both are printed as 0%.
AS_PRINTED = 0.005


def percent(share: float) -> str:
    """A share as a percentage: `23%`."""
    return f"{100 * share:.0f}%"


def right(significance: float) -> str:
    """The share of draws that may find a fall where nothing was done: `2.5%`."""
    return f"{100 * right_share(significance):.3g}%"


def range_of(row: "pd.Series[float]", direction: Direction) -> str:
    """The share of draws with a fall, or a rise, with its interval: `10% (6% to 17%)`."""
    ends = f"({percent(row[f'{direction}_lower'])} to {percent(row[f'{direction}_upper'])})"
    return f"{percent(row[f'found_{direction}'])} {ends}"


def places(row: "pd.Series[float]") -> str:
    """The places that a row is of: `Brazilian cities chosen for standing highest`."""
    return f"{PANELS[str(row['panel'])]} chosen {RULES[str(row['rule'])]}"


def answer_sentence(table: pd.DataFrame, parameters: WhatChanceShows) -> str:
    """The most false falls in each panel, the most false rises, and the designs without too many falls anywhere."""
    rows = table[table["before"] == max(parameters.years_before)]
    falls = [worst(rows[rows["panel"] == panel], "fall") for panel in parameters.panels]
    first, *others = sorted(falls, key=lambda row: -row["found_fall"])
    rise = worst(rows, "rise")
    start = f"with {counted(max(parameters.years_before), 'year')} before the start"
    broken = set(too_often(table, "fall", parameters.significance)["design"])
    designs = list(dict.fromkeys(table["design"]))
    kept = [DESIGNS[name] for name in designs if name not in broken]
    beside = f": {listed(kept)}" if 0 < len(kept) < len(designs) else ""
    return sentences(
        [
            f"nothing was done, and yet {DESIGNS[str(first['design'])]} finds a fall in {range_of(first, 'fall')} of "
            f"draws of {places(first)}, {start}, where {right(parameters.significance)} would be right"
            if first["found_fall"] > 0
            else f"nothing was done, and {start} no design finds a fall in any draw",
            *(
                f"in {PANELS[str(row['panel'])]} the most is {range_of(row, 'fall')}, by "
                f"{DESIGNS[str(row['design'])]}, chosen {RULES[str(row['rule'])]}"
                for row in others
                if first["found_fall"] > 0
            ),
            f"a rise is found in up to {range_of(rise, 'rise')}, by {DESIGNS[str(rise['design'])]}, in {places(rise)}"
            if rise["found_rise"] > 0
            else "no design finds a rise in any draw",
            f"over all panels, years and rules {out_of(len(kept), len(designs), 'designs', 'design')} "
            f"{'finds' if len(kept) == 1 else 'find'} falls no more often than right{beside}"
            if kept
            else "every design finds falls more often than right, in some panel, with some years and by some rule",
        ]
    )


def main_panel(parameters: WhatChanceShows) -> str:
    """The panel and the years that counts by rule are of."""
    return f"{PANELS[parameters.panels[0]]} with {counted(max(parameters.years_before), 'year')} before the start"


def rules_sentence(rows: pd.DataFrame, parameters: WhatChanceShows) -> str:
    """By rule, how many designs find falls, and how many rises, more often than right."""
    told = []
    for rule in parameters.rules:
        own = rows[rows["rule"] == rule]
        falls, rises = (len(too_often(own, way, parameters.significance)) for way in ("fall", "rise"))
        numbers = [number_in_words(number) if number else "none" for number in (falls, rises)]
        told.append(f"{RULES[rule]} {listed(numbers)}")
    number = counted(len(parameters.designs), "design")
    return sentences(
        [
            f"in {main_panel(parameters)}, of {number} so many find falls, and so many rises, too often where "
            f"places are chosen {'; '.join(told)}"
        ]
    )


def structural_sentence(table: pd.DataFrame, parameters: WhatChanceShows) -> str:
    """Whether the structural model's probabilities are what they say, by rule, over all panels and years."""
    own = table[table["design"] == "structural_series"]
    if own.empty:
        return sentences(["a Bayesian structural model was left out of this run"])
    told, broken = [], []
    for rule in parameters.rules:
        rows = own[own["rule"] == rule]
        number, draws = int((rows["rejected"] * rows["draws"]).round().sum()), int(rows["draws"].sum())
        lower, upper = wilson_interval(number, draws, parameters.confidence_level)
        told.append(f"{percent(number / draws)} ({percent(lower)} to {percent(upper)}) of places chosen {RULES[rule]}")
        if lower > parameters.significance:
            broken.append(RULES[rule])
    return sentences(
        [
            f"over all panels and years, {DESIGNS['structural_series']} finds a fall or a rise in "
            f"{listed(told)}, where {percent(parameters.significance)} would be right",
            f"it is too sure of itself where places are chosen {listed(broken)}"
            if broken
            else "these draws do not show that it is too sure of itself under any rule",
        ]
    )


def own_fall_sentence(falls: pd.DataFrame, parameters: WhatChanceShows) -> str:
    """How far places change by themselves, by rule."""
    told = [
        f"{signed(row['change'], '.0f')}% ({signed(row['lower'], '.0f')}% to {signed(row['upper'], '.0f')}%) "
        f"{RULES[str(row['rule'])]}"
        for _, row in falls.iterrows()
    ]
    lowest = falls.iloc[int(falls["change"].to_numpy().argmin())]
    verdict = by_interval(
        lowest["lower"],
        lowest["upper"],
        below=f"places chosen {RULES[lowest['rule']]} fall by themselves",
        above=f"even places chosen {RULES[lowest['rule']]} rise",
        neither=f"whether places chosen {RULES[lowest['rule']]} fall by themselves, these years do not settle",
    )
    return sentences(
        [f"beside the median place, {PANELS[parameters.panels[0]]} went on to change by {listed(told)}", verdict]
    )


def length_sentence(table: pd.DataFrame, parameters: WhatChanceShows) -> str:
    """The most false falls by years before the start in each panel, and whether more years help."""
    if len(parameters.years_before) == 1:
        only = counted(parameters.years_before[0], "year")
        return sentences([f"this run tries {only} before the start alone, and cannot tell whether more would help"])
    told, better, worse = [], 0, 0
    for panel in parameters.panels:
        own = table[table["panel"] == panel]
        most = [worst(own[own["before"] == years], "fall") for years in sorted(parameters.years_before)]
        shares = [f"{percent(row['found_fall'])} with {number_in_words(int(row['before']))} years" for row in most]
        told.append(f"in {PANELS[panel]} {listed(shares)}")
        better += int(most[-1]["fall_upper"] < most[0]["fall_lower"])
        worse += int(most[-1]["fall_lower"] > most[0]["fall_upper"])
    number = len(parameters.panels)
    verdict = (
        "that more years help is not shown: in no panel do the intervals of the shortest and the longest part"
        if not better + worse
        else f"more years help in {out_of(better, number, 'panels', 'panel')}, and do harm in "
        f"{out_of(worse, number, 'panels', 'panel')}, beyond what draws leave open"
    )
    return sentences([f"the worst design and rule find a fall in this share of draws: {'; '.join(told)}", verdict])


def least_fall_sentence(table: pd.DataFrame, parameters: WhatChanceShows) -> str:
    """In each panel, the least fall that is detected by designs that find none too often where nothing was done."""
    return sentences(clause for panel in parameters.panels for clause in _least_falls_of(panel, table, parameters))


def _least_falls_of(panel: str, table: pd.DataFrame, parameters: WhatChanceShows) -> Iterator[str]:
    rows = table[(table["panel"] == panel) & (table["before"] == max(parameters.years_before))]
    found, where, power = least_fall(rows, parameters.significance), PANELS[panel], percent(parameters.power)
    if not found.kept:
        yield f"in {where} every design finds falls too often under some rule, so that what it detects is worth nothing"
        return
    some = "of the designs that find falls no more often than right"
    if not found.design:
        yield f"in {where}, none {some} detects a fall that was tried in {power} of draws under every rule"
    else:
        yield (
            f"in {where}, {some} {DESIGNS[found.design]} detects most: a fall of {-found.fall:.0f}% or more, in "
            f"{power} of draws, under the rule that suits it least"
        )
    blind = [
        f"{number_in_words(number)} {'detects' if number == 1 else 'detect'} none under {rule}"
        for number, rule in ((found.nowhere, "any rule"), (found.somewhere, "some rule"))
        if number
    ]
    if blind and found.design:
        yield f"of the others {listed(blind)}"


def panels_sentence(table: pd.DataFrame, parameters: WhatChanceShows) -> str:
    """How many combinations find too many falls, and rises, in each panel, and how many would by luck."""
    told = []
    for panel in parameters.panels:
        own = table[table["panel"] == panel]
        falls, rises = (len(too_often(own, way, parameters.significance)) for way in ("fall", "rise"))
        told.append(f"in {PANELS[panel]} {falls} and {rises} of {len(own)}")
    luck = by_luck(table[table["panel"] == parameters.panels[0]], parameters.significance, parameters.confidence_level)
    return sentences(
        [
            f"combinations of design, rule and years that find falls, and rises, too often: {listed(told)}",
            f"were every design right, the luck of the draws would give about {luck:.0f} of each in a panel"
            if luck >= 1
            else "were every design right, the luck of the draws would give less than one of each in a panel",
        ]
    )


def closed_form_sentence(form: tuple[float, float, float], rule: str) -> str:
    """What theory says of matching on the last year, and what that would look like."""
    bias, difference, persistence = (float(number) for number in form)
    level, found = np.expm1(difference), np.expm1(bias)
    height = "at" if abs(level) < AS_PRINTED else f"{percent(abs(level))} {'above' if level > 0 else 'below'}"
    levels = (
        f"places chosen {RULES[rule]} have a lasting level {height} the mean, and a deviation from a place's level "
        f"keeps {percent(persistence)} of itself to the next year"
    )
    if abs(found) < AS_PRINTED:
        return sentences([levels, "matched on its last year, such a place would seem not to change, as it should"])
    looks = "did harm" if found > 0 else "helped"
    return sentences(
        [
            levels,
            f"matched on its last year, such a place would seem to change by {signed(100 * found, '.0f')}%, though "
            f"nothing happened: a programme would look as if it {looks}",
        ]
    )
