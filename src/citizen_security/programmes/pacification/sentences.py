"""What dates, estimators, scales and placebos say, in sentences that follow the numbers."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from citizen_security.methods.staggered_adoption.fixed_length import FixedLength
from citizen_security.methods.staggered_adoption.panels import StaggeredPanel
from citizen_security.methods.staggered_adoption.two_way import KINDS
from citizen_security.programmes import at_a_glance
from citizen_security.programmes.pacification.labels import OUTCOMES, PERIODS, SCALES
from citizen_security.programmes.pacification.parameters import Pacification, Scale
from citizen_security.programmes.pacification.permuted_dates import main_row
from citizen_security.words import counted, least_p, listed, out_of, p_in_words, p_with_floor, sentences, signed

# A p-value equals the level if it misses it by rounding alone.
ROUNDING = 1e-9

DIRECTIONS = {"beneficial": "a fall", "no effect": "no effect", "mixed": "a mixed result", "harmful": "a rise"}


def answer_sentence(rows: pd.DataFrame, table: pd.DataFrame, parameters: Pacification) -> str:
    """Whether there is an answer, the change on both scales among permuted dates, and whether estimators agree."""
    row = main_row(rows, parameters)
    other = main_row(rows, parameters, "counts" if parameters.scale == "ratio" else "ratio")
    return sentences(
        [
            f"{_opening(rows, parameters)}: {SCALES[parameters.scale]} {OUTCOMES[parameters.outcome]} changed by "
            f"{percent(row['percent'])} {window(parameters)} beside areas still without one "
            f"({interval(row, parameters)}; {p_in_words(row['p_value'])}), {other['scale_name']} by "
            f"{percent(other['percent'])} ({p_in_words(other['p_value'])}); {_signs(table)}"
        ]
    )


def _opening(rows: pd.DataFrame, parameters: Pacification) -> str:
    """Yes, no, or why neither: what has to be read before any number."""
    own = {scale: main_row(rows, parameters, scale) for scale in SCALES}
    level = parameters.significance + ROUNDING
    if max(row["floor"] for row in own.values()) > level:
        return "so few arrangements of the dates can tell nothing"
    if any(row["early_p_value"] <= level for row in own.values()):
        return f"trends had parted before {_starts(parameters)}, so that no change can be put down to the units"
    ways = {bool(row["percent"] < 0) for row in own.values() if row["p_value"] <= level}
    beyond = sum(row["p_value"] <= level for row in own.values())
    if not beyond:
        return "no change beyond chance is found, on neither scale"
    if beyond < len(own):
        return f"whether units brought {'fewer' if True in ways else 'more'} deaths hangs on the scale"
    if len(ways) > 1:
        return "the scales find opposite changes beyond chance"
    return f"{'fewer' if True in ways else 'more'} deaths than expected are found on both scales"


def _signs(table: pd.DataFrame) -> str:
    """Whether the estimators agree on the direction."""
    signs = {int(np.sign(value)) for value in table["deaths"] if value}
    return "the estimators agree on the sign" if len(signs) == 1 else "the estimators do not agree on the sign"


def _starts(parameters: Pacification) -> str:
    """What begins at the start: `the units came`, or `the start` where it is moved ahead of them."""
    return "the start" if parameters.months_earlier else "the units came"


def window(parameters: Pacification) -> str:
    """The months whose deaths are counted: `in the 24 months from a unit's installation`."""
    earlier, after = parameters.months_earlier, parameters.months_after
    if not earlier:
        return f"in the {after} months from a unit's installation"
    ended = ", all of them before it," if earlier >= after else ""
    return f"in the {after} months that begin {counted(earlier, 'month')} before a unit's installation{ended}"


def scale_sentence(row: Mapping[str, float], other: Mapping[str, float], negative: float) -> str:
    """The same on both scales, and what the one in numbers implies."""
    return sentences(
        [
            f"{row['scale_name']} the change is {percent(row['percent'])} ({p_in_words(row['p_value'])}), "
            f"{other['scale_name']} {percent(other['percent'])} ({p_in_words(other['p_value'])})",
            f"had every area lost as many deaths as the others, {100 * negative:.0f}% of the counts with a unit would "
            "lie below zero: quiet areas had not so many to lose",
        ]
    )


def estimators_sentence(table: pd.DataFrame, parameters: Pacification) -> str:
    """How far the estimators lie apart, and how many go beyond chance in which direction."""
    ordered = table.sort_values("deaths", ignore_index=True)
    low, high = ordered.iloc[0], ordered.iloc[-1]
    small = table["p_value"] <= parameters.significance + ROUNDING
    fewer, more = int((small & (table["deaths"] < 0)).sum()), int((small & (table["deaths"] > 0)).sum())
    period, floor = PERIODS[parameters.period], float(table["floor"].min())
    found = (
        f"none can have a p of at most {parameters.significance:g}: none can be below {least_p(floor)}"
        if floor > parameters.significance + ROUNDING
        else f"{out_of(fewer, len(table), 'estimators')} {'finds' if fewer <= 1 else 'find'} fewer deaths and "
        f"{out_of(more, len(table), 'estimators')} more with a p of at most {parameters.significance:g}; none can be "
        f"below {least_p(floor)}"
    )
    return sentences(
        [
            f"by estimator the same deaths give from {signed(low['deaths'])} deaths per unit and {period} "
            f"({low['label']}) to {signed(high['deaths'])} ({high['label']})",
            found,
            f"each is put to {parameters.draws_each_at_effort:,} arrangements and the main test to "
            f"{parameters.draws_at_effort:,}, so that their p and intervals differ for one estimate",
        ]
    )


def comparison_sentence(panel: StaggeredPanel) -> str:
    """Whom the areas are compared with when units begin late."""
    never = int(panel.never.sum())
    last = int((panel.starts == panel.groups[-1]).sum())
    if never:
        return sentences(
            [
                f"{counted(never, 'area')} {'has' if never == 1 else 'have'} no unit up to the last month and "
                f"{'serves' if never == 1 else 'serve'} as comparison throughout"
            ]
        )
    return sentences(
        [
            "no area stays without a unit: comparisons are areas whose turn has not come, and they grow fewer",
            f"the interaction-weighted event study compares with those that come last, {counted(last, 'area')}",
        ]
    )


def bacon_sentence(kinds: pd.DataFrame, parameters: Pacification) -> str:
    """What part of the two-way coefficient compares with areas that are pacified already."""
    rows = {str(row["kind"]): row for row in _rows(kinds)}
    told = [
        f"{100 * rows[kind]['weight']:.0f}% compares {words} "
        f"({signed(rows[kind]['estimate'])} deaths per unit and {PERIODS[parameters.period]})"
        for kind, words in zip(
            KINDS,
            (
                "areas with a unit with areas that get none",
                "earlier areas with later ones",
                "later areas with those that have a unit already",
            ),
            strict=True,
        )
        if kind in rows
    ]
    return sentences([f"of the weight of two-way fixed effects {listed(told)}"])


def permuted_sentence(row: Mapping[str, float], parameters: Pacification) -> str:
    """How many arrangements were dealt, and the floor."""
    return sentences(
        [
            f"{parameters.draws_at_effort:,} arrangements of the dates give as large an effect with "
            f"{p_with_floor(row['p_value'], row['floor'])}"
        ]
    )


def lead_sentence(row: Mapping[str, float], joint: float, parameters: Pacification) -> str:
    """What is found in the months before the installation."""
    p_value = row["early_p_value"]
    ahead = " of that start" if parameters.months_earlier else ""
    early = {name: row[f"early_{name}"] for name in ("percent", "percent_lower", "percent_upper")}
    verdict = (
        f"trends had parted before {_starts(parameters)}"
        if p_value <= parameters.significance + ROUNDING
        else "this does not tell the areas apart, and its interval says how much could have gone unseen"
    )
    return sentences(
        [
            f"moved {parameters.months_before} months ahead{ahead}, the dates find {percent(early['percent'])} before "
            f"any unit came ({interval(early, parameters)}; {p_in_words(p_value)})",
            f"{verdict}",
            f"a joint test of the {PERIODS[parameters.period]}s before, in numbers of deaths, gives "
            f"{p_in_words(joint)}",
        ]
    )


def violations_sentence(table: pd.DataFrame, kept: float, broken: float, parameters: Pacification) -> str:
    """Up to which departure the sign holds, and from which on the interval includes zero."""
    if table.empty:
        return sentences(["deaths or units are too few to say what departures of trends would leave"])
    period = PERIODS[parameters.period]
    if broken == 0:
        least = "even where trends are parallel"
    elif np.isinf(broken):
        least = "under no departure that was tried"
    else:
        least = f"as soon as trends may part by {100 * broken:.0f}% of that change"
    return sentences(
        [
            f"the sign of the mean effect {SCALES[parameters.scale]} holds if trends part by up to {100 * kept:.0f}% "
            f"of their largest change from {period} to {period} before the start",
            f"with its error the interval includes zero {least}",
        ]
    )


def bends_sentence(found: tuple[FixedLength, float] | None, parameters: Pacification) -> str:
    """What a trend that goes on leaves, and how little it would have to bend for nothing to be left."""
    if found is None:
        return sentences(["deaths or units are too few to say what trends that bend would leave"])
    straight, bend = found
    period = PERIODS[parameters.period]

    def told(effect: float) -> str:
        if parameters.scale == "ratio":
            return percent(100 * np.expm1(effect))
        return f"{signed(effect)} deaths per unit and {period}"

    least = f"{100 * np.expm1(bend):.2g}%" if parameters.scale == "ratio" else f"{bend:.2g} deaths per unit"
    interval = f"{100 * parameters.confidence_level:g}% interval {told(straight.lower)} to {told(straight.upper)}"
    return sentences(
        [
            f"if areas go on to part from the others in the straight line of before, the mean effect is "
            f"{told(straight.centre)} ({interval})",
            "that is not told from zero even without a bend"
            if bend == 0
            else f"a trend that bends by {least} from {period} to {period} would leave no clear effect",
        ]
    )


def outcomes_sentence(rows: pd.DataFrame, parameters: Pacification) -> str:
    """Homicides and killings by police apart, on the chosen scale."""
    own = rows[(rows["scale"] == parameters.scale) & (rows["outcome"] != "both")]
    told = [
        f"{row['outcome_name']} {percent(row['percent'])} ({interval(row, parameters)}; "
        f"{p_in_words(float(row['p_value']))})"
        for row in _rows(own)
    ]
    return sentences([f"apart, {SCALES[parameters.scale]}: {told[0]}", *told[1:]])


def phases_sentence(table: pd.DataFrame, parameters: Pacification) -> str:
    """Deaths a month by phase."""
    own = table[table["outcome"] == parameters.outcome]
    told = [f"{row['per_month']:.1f} from {row['phase']}" for row in _rows(own)]
    return sentences([f"all areas together counted, a month, {listed(told)} ({OUTCOMES[parameters.outcome]})"])


def return_sentence(table: pd.DataFrame, parameters: Pacification) -> str:
    """How high deaths came to lie after the last installation, against the time before the first."""
    own = table[table["outcome"] == parameters.outcome].reset_index(drop=True)
    late = own.iloc[2:]
    row = late.iloc[int(late["per_month"].to_numpy().argmax())]
    return sentences(
        [
            f"at their highest after the last installation, {row['phase']}, they were {signed(row['change'], '.0f')}% "
            f"({signed(row['change_lower'], '.0f')}% to {signed(row['change_upper'], '.0f')}%, deaths taken for "
            "Poisson) against the months before the first unit"
        ]
    )


def published_sentence(table: pd.DataFrame) -> str:
    """What the evaluations that the tables hold report."""
    told = [
        f"{row['authors']} ({row['year']}) found {DIRECTIONS.get(row['effect_direction'], row['effect_direction'])}"
        for row in _rows(table)
    ]
    sizes = int(table["effects"].sum())
    held = (
        "they hold no size of an effect of any, so that no published number stands beside ours"
        if not sizes
        else f"they hold {counted(sizes, 'effect size')} of them"
    )
    return sentences([f"as the tables of the evidence code them, {listed(told)}", held])


def verdict(rows: pd.DataFrame, table: pd.DataFrame, parameters: Pacification) -> str:
    """What the installation of units can be credited with, by these data."""
    level = parameters.significance + ROUNDING
    own: dict[Scale, Mapping[str, float]] = {scale: main_row(rows, parameters, scale) for scale in SCALES}
    if max(row["floor"] for row in own.values()) > level:
        return sentences([f"so few arrangements cannot give a p of {parameters.significance:g}, whatever was done"])
    beyond: list[Scale] = [scale for scale, row in own.items() if row["p_value"] <= level]
    parted = [SCALES[scale] for scale, row in own.items() if row["early_p_value"] <= level]
    apart = _signs(table)
    if parted:
        return sentences(
            [
                f"trends had parted before {_starts(parameters)}, {listed(parted)}: no estimate on that scale stands",
                apart,
            ]
        )
    if not beyond:
        return sentences(["on neither scale does the change go beyond what permuted dates give", apart])
    if len(beyond) == len(own):
        ways = {bool(row["percent"] < 0) for row in own.values()}
        way = "opposite directions" if len(ways) > 1 else "a fall" if True in ways else "a rise"
        return sentences([f"the change goes beyond permuted dates on both scales: {way}", apart])
    (other,) = (SCALES[scale] for scale in own if scale not in beyond)
    return sentences(
        [
            f"the answer hangs on the scale: {SCALES[beyond[0]]} the change goes beyond permuted dates, {other} it "
            "does not",
            apart,
        ]
    )


def raw_reading(table: pd.DataFrame, parameters: Pacification) -> str:
    """Deaths a month while units were installed, against the months before the first."""
    before, row = _rows(table[table["outcome"] == parameters.outcome])[:2]
    change = at_a_glance.changed(row["change"], row["change_lower"], row["change_upper"])
    return f"{change}, {row['phase']} against {before['phase']}"


def beside_reading(row: Mapping[str, float]) -> str:
    """The main change, among permuted dates."""
    change = at_a_glance.changed(row["percent"], row["percent_lower"], row["percent_upper"])
    chance = at_a_glance.by_chance(row["p_value"], row["floor"])
    return f"{change} beside areas still without a unit, {row['scale_name']}; {chance}"


def choices_reading(table: pd.DataFrame, parameters: Pacification) -> str:
    """How many estimators find a fall beyond chance, and how many a rise."""
    small = table["p_value"] <= parameters.significance + ROUNDING
    fewer, more = int((small & (table["deaths"] < 0)).sum()), int((small & (table["deaths"] > 0)).sum())
    able = int((table["floor"] <= parameters.significance + ROUNDING).sum())
    return at_a_glance.falls(fewer, len(table), "estimators", "estimator", able=able, risen=more)


def interval(row: Mapping[str, float], parameters: Pacification) -> str:
    """Interval in percent by permuted dates, in words."""
    level = f"{100 * parameters.confidence_level:g}%"
    lower, upper = row["percent_lower"], row["percent_upper"]
    if lower <= -100 and np.isinf(upper):
        return f"so few arrangements give no {level} interval"
    return f"{level} by permuted dates: {percent(lower)} {'upwards' if np.isinf(upper) else f'to {percent(upper)}'}"


def percent(value: float) -> str:
    """A change in percent with its sign, or words where no deaths were expected."""
    return "a rise from no expected death" if np.isinf(value) else f"{signed(value, '.0f')}%"


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]
