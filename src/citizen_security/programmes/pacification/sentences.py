"""What dates, estimators, scales and placebos say, in sentences that follow the numbers."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from citizen_security.methods.staggered_adoption.panels import StaggeredPanel
from citizen_security.methods.staggered_adoption.two_way import KINDS
from citizen_security.programmes.pacification.labels import OUTCOMES, PERIODS, SCALES
from citizen_security.programmes.pacification.parameters import Pacification
from citizen_security.words import counted, listed, out_of, p_in_words, sentences, signed

# A p-value equals the level if it misses it by rounding alone.
ROUNDING = 1e-9

DIRECTIONS = {"beneficial": "a fall", "no effect": "no effect", "mixed": "a mixed result", "harmful": "a rise"}


def answer_sentence(row: Mapping[str, float], parameters: Pacification) -> str:
    """What the chosen outcome and scale give, among permuted dates."""
    less = "fewer" if row["percent"] < 0 else "more"
    number = (
        "no deaths at all were to be expected" if np.isinf(row["percent"]) else f"{abs(row['percent']):.0f}% {less}"
    )
    return sentences(
        [
            f"in the {parameters.months_after} months from a unit's installation {OUTCOMES[parameters.outcome]} were "
            f"{number} than areas without a unit let expect, {SCALES[parameters.scale]} ({interval(row, parameters)}; "
            f"{p_in_words(row['p_value'])} among permuted dates)"
        ]
    )


def scale_sentence(row: Mapping[str, float], other: Mapping[str, float], negative: float) -> str:
    """The same on both scales, and what the one in numbers implies."""
    return sentences(
        [
            f"{row['scale_name']} the same deaths give {percent(row['percent'])} ({p_in_words(row['p_value'])}), "
            f"{other['scale_name']} {percent(other['percent'])} ({p_in_words(other['p_value'])})",
            f"trends that are parallel in numbers let expect fewer than no deaths in {100 * negative:.0f}% of the "
            "treated cells, since quiet areas would have had to fall by as many deaths as violent ones",
        ]
    )


def estimators_sentence(table: pd.DataFrame, parameters: Pacification) -> str:
    """How far the estimators lie apart, and how many go beyond chance in which direction."""
    ordered = table.sort_values("deaths", ignore_index=True)
    low, high = ordered.iloc[0], ordered.iloc[-1]
    small = table["p_value"] <= parameters.significance + ROUNDING
    fewer, more = int((small & (table["deaths"] < 0)).sum()), int((small & (table["deaths"] > 0)).sum())
    period = PERIODS[parameters.period]
    return sentences(
        [
            f"by estimator the same deaths give from {signed(low['deaths'])} deaths per unit and {period} "
            f"({low['label']}) to {signed(high['deaths'])} ({high['label']})",
            f"{out_of(fewer, len(table), 'estimators')} {'finds' if fewer == 1 else 'find'} fewer deaths and "
            f"{out_of(more, len(table), 'estimators')} more with a p of at most {parameters.significance:g}; none can "
            f"be below {float(table['floor'].min()):.3g}",
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
    rows = kinds.set_index("kind")
    told = [
        f"{100 * rows.loc[kind, 'weight']:.0f}% of its weight compares {words} "
        f"({signed(float(rows.loc[kind, 'estimate']))} deaths per unit and {PERIODS[parameters.period]})"
        for kind, words in zip(
            KINDS,
            (
                "areas with a unit with areas that get none",
                "earlier areas with later ones",
                "later areas with those that have a unit already",
            ),
            strict=True,
        )
        if kind in rows.index
    ]
    return sentences([f"of two-way fixed effects {listed(told)}"])


def permuted_sentence(row: Mapping[str, float], parameters: Pacification) -> str:
    """How many arrangements were dealt, and the floor."""
    return sentences(
        [
            f"{parameters.draws_at_effort:,} arrangements of the dates give as large an effect with "
            f"{p_in_words(row['p_value'])}; no p could be below {row['floor']:.2g}"
        ]
    )


def lead_sentence(row: Mapping[str, float], joint: float, parameters: Pacification) -> str:
    """What is found in the months before the installation."""
    p_value = row["early_p_value"]
    early = {name: row[f"early_{name}"] for name in ("percent", "percent_lower", "percent_upper")}
    verdict = (
        "trends had parted before the units came"
        if p_value <= parameters.significance + ROUNDING
        else "this does not tell the areas apart, and its interval says how much could have gone unseen"
    )
    return sentences(
        [
            f"moved {parameters.months_before} months ahead, the dates find {percent(early['percent'])} before any unit "
            f"came ({interval(early, parameters)}; {p_in_words(p_value)})",
            f"{verdict}",
            f"a joint test of the {PERIODS[parameters.period]}s before, in numbers of deaths, gives {p_in_words(joint)}",
        ]
    )


def violations_sentence(table: pd.DataFrame, breakdown: float, parameters: Pacification) -> str:
    """How little trends would have to part for nothing to be left."""
    if table.empty:
        return sentences(["deaths or units are too few to say what departures of trends would leave"])
    held = table[(table["lower"] > 0) | (table["upper"] < 0)]
    first = (
        f"with its error the interval includes zero {'as soon as trends may part by' if len(held) else 'even where'} "
        + (
            f"{100 * float(table.loc[~table.index.isin(held.index), 'bound'].min()):.0f}% of that change"
            if len(held) < len(table) and len(held)
            else "trends are parallel"
        )
        if len(held) < len(table)
        else "with its error the interval leaves out zero for every bound that was looked at"
    )
    return sentences(
        [
            f"the sign of the mean effect {SCALES[parameters.scale]} holds if trends part by up to "
            f"{100 * breakdown:.0f}% of their largest change from {PERIODS[parameters.period]} to "
            f"{PERIODS[parameters.period]} before the start",
            first,
        ]
    )


def outcomes_sentence(rows: pd.DataFrame, parameters: Pacification) -> str:
    """Homicides and killings by police apart, on the chosen scale."""
    own = rows[(rows["scale"] == parameters.scale) & (rows["outcome"] != "both")]
    told = [
        f"{row['outcome_name']} by {percent(row['percent'])} ({interval(row, parameters)}; {p_in_words(row['p_value'])})"
        for _, row in own.iterrows()
    ]
    return sentences([f"apart, {SCALES[parameters.scale]}, {listed(told)}"])


def phases_sentence(table: pd.DataFrame, parameters: Pacification) -> str:
    """Deaths a month by phase."""
    own = table[table["outcome"] == parameters.outcome]
    told = [f"{row['per_month']:.1f} from {row['phase']}" for _, row in own.iterrows()]
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
        f"{row['authors']} ({row['year']}) report {DIRECTIONS.get(row['effect_direction'], row['effect_direction'])}"
        for _, row in table.iterrows()
    ]
    sizes = int(table["effects"].sum())
    held = (
        "the tables of the evidence hold no size of effect of them"
        if not sizes
        else f"the tables of the evidence hold {counted(sizes, 'size')} of effect of them"
    )
    return sentences([f"{listed(told)}", held])


def verdict(rows: pd.DataFrame, table: pd.DataFrame, parameters: Pacification) -> str:
    """What the installation of units can be credited with, by these data."""
    level = parameters.significance + ROUNDING
    own = rows[rows["outcome"] == parameters.outcome].set_index("scale")
    if float(own["floor"].max()) > level:
        return sentences([f"so few arrangements cannot give a p of {parameters.significance:g}, whatever was done"])
    found = {scale: float(own.loc[scale, "p_value"]) <= level for scale in ("ratio", "counts")}
    parted = [str(scale) for scale in own.index if float(own.loc[str(scale), "early_p_value"]) <= level]
    signs = {int(np.sign(value)) for value in table["deaths"] if value}
    apart = "the estimators agree on the sign" if len(signs) == 1 else "the estimators do not agree on the sign"
    if parted:
        told = listed([SCALES["ratio" if scale == "ratio" else "counts"] for scale in parted])
        return sentences([f"trends had parted before the units came, {told}: no estimate here stands", apart])
    if all(found.values()):
        return sentences(["the change goes beyond permuted dates on both scales", apart])
    if any(found.values()):
        one = "ratio" if found["ratio"] else "counts"
        other = "counts" if found["ratio"] else "ratio"
        return sentences(
            [
                f"the answer hangs on the scale: {SCALES['ratio' if one == 'ratio' else 'counts']} the change goes "
                f"beyond permuted dates, {SCALES['counts' if other == 'counts' else 'ratio']} it does not",
                apart,
            ]
        )
    return sentences(["on neither scale does the change go beyond what permuted dates give", apart])


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
