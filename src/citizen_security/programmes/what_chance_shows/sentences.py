"""What false positives, own falls and least detectable falls say, in sentences that follow the numbers."""

import numpy as np
import pandas as pd

from citizen_security.methods.proportions import wilson_interval
from citizen_security.programmes.what_chance_shows.labels import DESIGNS, PANELS, RULES
from citizen_security.programmes.what_chance_shows.parameters import WhatChanceShows
from citizen_security.words import by_interval, counted, listed, out_of, sentences, signed


def percent(share: float) -> str:
    """A share as a percentage: `23%`."""
    return f"{100 * share:.0f}%"


def range_of(row: "pd.Series[float]") -> str:
    """The share of rejections with its interval: `23% (18% to 29%)`."""
    return f"{percent(row['rejected'])} ({percent(row['lower'])} to {percent(row['upper'])})"


def too_often(rows: pd.DataFrame, significance: float) -> pd.DataFrame:
    """Rows that reject more often than they should, by the lower end of their interval."""
    return rows[rows["lower"] > significance]


def answer_sentence(rows: pd.DataFrame, parameters: WhatChanceShows) -> str:
    """The worst case, and how many designs keep their promise under every rule."""
    worst = rows.iloc[int(rows["rejected"].to_numpy().argmax())]
    broken = set(too_often(rows, parameters.significance)["design"])
    designs = list(dict.fromkeys(rows["design"]))
    kept = [DESIGNS[name] for name in designs if name not in broken]
    beside = f": {listed(kept)}" if 0 < len(kept) < len(designs) else ""
    return sentences(
        [
            f"nothing was done, and yet {DESIGNS[worst['design']]} finds an effect in {range_of(worst)} of places "
            f"chosen {RULES[worst['rule']]}, where {percent(parameters.significance)} would be right",
            f"{out_of(len(kept), len(designs), 'designs', 'design')} {'shows' if len(kept) == 1 else 'show'} no such "
            f"excess under any rule{beside}",
        ]
    )


def rules_sentence(rows: pd.DataFrame, parameters: WhatChanceShows) -> str:
    """By rule, how many designs reject too often."""
    told = []
    for rule in parameters.rules:
        own = rows[rows["rule"] == rule]
        number = len(too_often(own, parameters.significance))
        told.append(f"{RULES[rule]} {number}")
    return sentences(
        [f"of {counted(len(parameters.designs), 'design')} so many find an effect too often, by rule: {listed(told)}"]
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
    right = percent(parameters.significance)
    return sentences(
        [
            f"over all panels and years, {DESIGNS['structural_series']} finds an effect in {listed(told)}, where "
            f"{right} would be right",
            f"it is too sure of itself where places are chosen {listed(broken)}"
            if broken
            else "these draws do not show that it is too sure of itself under any rule",
        ]
    )


def own_fall_sentence(falls: pd.DataFrame) -> str:
    """How far places change by themselves, by rule."""
    told = [
        f"{signed(row['change'], '.0f')}% ({signed(row['lower'], '.0f')}% to {signed(row['upper'], '.0f')}%) "
        f"{RULES[row['rule']]}"
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
    return sentences([f"beside the median place, places went on to change by {listed(told)}", verdict])


def length_sentence(table: pd.DataFrame, parameters: WhatChanceShows) -> str:
    """Whether more years before the start help."""
    own = table[table["panel"] == parameters.panels[0]]
    shares = own.groupby("before")["rejected"].max()
    told = [
        f"{counted(years, 'year')} {percent(share)}"
        for years, share in zip(shares.index.astype(int), shares, strict=True)
    ]
    return sentences([f"the share of the worst design and rule, by years before the start: {listed(told)}"])


def least_fall_sentence(rows: pd.DataFrame, parameters: WhatChanceShows) -> str:
    """The least fall that designs detect which keep their promise."""
    broken = set(too_often(rows, parameters.significance)["design"])
    kept = rows[~rows["design"].isin(broken)]
    power = percent(parameters.power)
    if kept.empty:
        return sentences(["no design keeps its promise under every rule, so that what it detects is worth nothing"])
    # A design is as good as what it detects under the rule that suits it least.
    worst = kept.groupby("design")["least_fall"].agg(lambda falls: np.nan if falls.isna().any() else falls.min())
    found = worst.dropna()
    if found.empty:
        return sentences(
            [f"none of the designs that keep their promise detects any fall that was tried in {power} of draws"]
        )
    best, blind = str(found.idxmax()), len(worst) - len(found)
    others = f"{counted(blind, 'other')} of them {'detects' if blind == 1 else 'detect'} no fall that was tried"
    return sentences(
        [
            f"of the designs that keep their promise, {DESIGNS[best]} detects most: a fall of "
            f"{-float(found[best]):.0f}% or more, in {power} of draws, under the rule that suits it least",
            f"{others}, under some rule" if blind else "",
        ]
    )


def panels_sentence(table: pd.DataFrame, parameters: WhatChanceShows) -> str:
    """How many cells reject too often in each panel."""
    told = []
    for panel in parameters.panels:
        own = table[table["panel"] == panel]
        told.append(f"{len(too_often(own, parameters.significance))} of {len(own)} in {PANELS[panel]}")
    return sentences([f"combinations of design, rule and years that find an effect too often: {listed(told)}"])


def closed_form_sentence(form: tuple[float, float, float], rule: str) -> str:
    """What theory says of matching on the last year."""
    bias, difference, persistence = (float(number) for number in form)
    level, found = 100 * np.expm1(difference), 100 * np.expm1(bias)
    return sentences(
        [
            f"places chosen {RULES[rule]} have a lasting level {abs(level):.0f}% {'above' if level >= 0 else 'below'} "
            f"the mean, and a deviation from a place's level keeps {percent(persistence)} of itself to the next year",
            f"matched on its last year, such a place would seem to change by {signed(found, '.0f')}%, though nothing "
            "happened",
        ]
    )
