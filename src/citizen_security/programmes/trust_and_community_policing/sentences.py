"""What surveys, studies and comparisons say of trust, in sentences that follow the numbers."""

from collections.abc import Mapping

import pandas as pd

from citizen_security.programmes.trust_and_community_policing.labels import INSTITUTIONS, PROGRAMMES, TIMINGS
from citizen_security.programmes.trust_and_community_policing.parameters import TrustAndCommunityPolicing
from citizen_security.words import (
    by_interval,
    compared,
    counted,
    leaves_out_zero,
    listed,
    number_in_words,
    out_of,
    p_in_words,
    sentences,
    signed,
    with_interval,
)

# Whether a p-value equals the level up to rounding.
ROUNDING = 1e-9


def answer_sentence(findings: pd.DataFrame, effects: pd.DataFrame, parameters: TrustAndCommunityPolicing) -> str:
    """What studies report on trust, and whether national surveys can tell."""
    trust = findings[findings["on_trust"]]
    gain = int((trust["direction"] == "beneficial").sum())
    own = effects[effects["outcome"] == "police"]
    allowed, floor = parameters.significance, float(own["floor"].max())
    small = int((own["p_value"] <= allowed + ROUNDING).sum())
    if floor > allowed + ROUNDING:
        surveys = f"national surveys cannot settle it: so few countries allow no p below {floor:.3g}"
    elif small:
        surveys = (
            f"in national surveys {out_of(small, len(own), 'comparisons', 'comparison')} with other countries "
            f"{'lies' if small == 1 else 'lie'} beyond chance"
        )
    else:
        surveys = "in national surveys no country with a programme stands out from those without"
    report = "reports" if gain == 1 else "report"
    rest = len(trust) - gain
    return sentences(
        [
            f"of {counted(len(trust), 'study', 'studies')} of community policing and prevention that look at trust in "
            f"the police, {number_in_words(gain)} {report} more of it and {number_in_words(rest)} "
            f"{'does' if rest == 1 else 'do'} not",
            surveys,
        ]
    )


def claim_verdict(findings: pd.DataFrame) -> str:
    """Whether the documents' statement on trust is borne out by the studies that were read."""
    trust = findings[findings["on_trust"]]
    against = trust[trust["direction"] != "beneficial"]
    gain = len(trust) - len(against)
    if not gain:
        return sentences(["the studies that were read contradict that community policing raises trust"])
    if against.empty:
        return sentences(["the studies that were read bear out that community policing raises trust"])
    told = [f"{row['study']} ({row['design']})" for _, row in against.iterrows()]
    return sentences(
        [
            "that community policing raises trust is contested",
            f"no more trust {'is' if len(told) == 1 else 'are'} reported by {listed(told)}",
        ]
    )


def studies_sentence(findings: pd.DataFrame) -> str:
    """Directions of all studies, and of those with random assignment."""
    drawn = findings[findings["randomised"]]
    gain, drawn_gain = ((rows["direction"] == "beneficial").sum() for rows in (findings, drawn))
    return sentences(
        [
            f"{out_of(int(gain), len(findings), 'studies')} "
            f"{'reports' if gain == 1 else 'report'} a benefit, for trust or against crime",
            f"of those that assigned places at random, {out_of(int(drawn_gain), len(drawn), 'studies')}",
        ]
    )


def printed_sentence(printed: pd.DataFrame, findings: pd.DataFrame) -> str:
    """How many effects were printed, what they favour, and whether any can be pooled."""
    number, favours = len(printed), int(printed["favours"].sum())
    intervals, poolable = int(printed["has_interval"].sum()), int(printed["poolable"].sum())
    silent = findings[~findings["study_id"].isin(printed["study_id"])]
    quiet = int((silent["direction"] != "beneficial").sum())
    parts = [
        f"{out_of(favours, number, 'printed effects')} {'points' if favours == 1 else 'point'} to a gain, and "
        f"{number_in_words(intervals) if intervals else 'none'} came with an interval or a standard error where it was "
        "read",
        "two or more effects with a standard error could be pooled" if poolable > 1 else "so nothing is pooled here",
    ]
    if len(silent):
        parts.append(
            f"{counted(len(silent), 'study has', 'studies have')} no figure among them, and "
            f"{number_in_words(quiet) if quiet else 'none'} of these {'reports' if quiet == 1 else 'report'} no benefit"
        )
    return sentences(parts)


def size_sentence(printed: pd.DataFrame, effects: pd.DataFrame) -> str:
    """The largest printed gain of trust in points, beside what a country without a programme moves by."""
    own = printed[printed["on_trust"] & (printed["metric"] == "percentage_points")]
    placebo = float(effects.loc[effects["outcome"] == "police", "largest_placebo"].max())
    moved = f"a country without a programme moved by up to {placebo:.1f} points against the others"
    if own.empty:
        return sentences([moved])
    largest = own.iloc[int(own["estimate"].abs().to_numpy().argmax())]
    words = compared(
        abs(float(largest["estimate"])), placebo, tolerance=0.0,
        larger="a whole country that gained as much would stand out",
        smaller="a whole country that gained as much would not stand out", alike="a whole country would tie with it",
    )  # fmt: skip
    return sentences(
        [
            f"the largest printed effect on trust is {signed(float(largest['estimate']), '.0f')} points "
            f"({largest['study']})",
            f"{moved}: {words}",
        ]
    )


def homicide_sentence(table: pd.DataFrame, parameters: TrustAndCommunityPolicing, quoted: str) -> str:
    """Points of trust with twice the homicide rate, in levels and in changes."""
    own = table[table["method"] == quoted]
    rows = own[["scale", "estimate", "lower", "upper"]].itertuples(index=False)
    told = {str(scale): with_interval(middle, low, high, ".1f") for scale, middle, low, high in rows}
    levels, changes = told["levels"], told["changes"]
    level = f"{100 * parameters.confidence_level:g}%"
    return sentences(
        [
            f"with twice {TIMINGS[parameters.timing]}, {INSTITUTIONS[parameters.institution]} is {levels} "
            f"points from what country and wave give, {level} interval in brackets",
            f"from wave to wave it moves by {changes} points where homicide doubles",
        ]
    )


def homicide_reading(table: pd.DataFrame, parameters: TrustAndCommunityPolicing, quoted: str) -> str:
    """Whether the intervals leave out zero, and what the equivalence test says."""
    parts = []
    for scale, words in (("levels", "in levels"), ("changes", "from wave to wave")):
        rows = table[table["scale"] == scale]
        known = rows[rows["lower"].notna()]
        clear = sum(leaves_out_zero(low, high) for low, high in zip(known["lower"], known["upper"], strict=True))
        verdict = str(rows.loc[rows["method"] == quoted, "verdict"].iloc[0])
        parts.append(
            f"{words} {out_of(clear, len(known), 'kinds of interval')} {'leaves' if clear == 1 else 'leave'} out zero, "
            f"and against {parameters.smallest_effect:g} points as the smallest change that matters the finding is: "
            f"{verdict}"
        )
    return sentences(parts)


def sampling_sentence(summary: Mapping[str, float], parameters: TrustAndCommunityPolicing) -> str:
    """How far a figure and a change move by sampling alone."""
    beyond, changes = int(summary["beyond"]), int(summary["changes"])
    return sentences(
        [
            f"with {parameters.respondents:,} people asked and a design effect of {parameters.design_effect:g}, "
            f"sampling alone moves a figure by ±{summary['half_width']:.1f} points",
            f"{out_of(beyond, changes, 'changes from wave to wave')} {'is' if beyond == 1 else 'are'} larger than "
            f"sampling gives, where it alone would make about {summary['expected']:.0f}",
        ]
    )


def spread_sentence(summary: Mapping[str, float]) -> str:
    """Standard deviation of changes, beside that of sampling."""
    share = 100 * (summary["sampling_spread"] / summary["spread"]) ** 2
    return sentences(
        [
            f"changes from wave to wave have a standard deviation of {summary['spread']:.1f} points, sampling alone "
            f"gives {summary['sampling_spread']:.1f}: {min(share, 100):.0f}% of their variance"
        ]
    )


def surveys_sentence(agreement: Mapping[str, float]) -> str:
    """Correlation and mean difference of the two surveys."""
    low, high = agreement["difference_lower"], agreement["difference_upper"]
    side = by_interval(low, high, above="LAPOP finds more trust", below="LAPOP finds less trust",
                       neither="neither survey is known to find more trust")  # fmt: skip
    return sentences(
        [
            f"over {counted(int(agreement['countries']), 'country', 'countries')} of one year the two surveys "
            f"correlate by {agreement['correlation']:.2f} ({agreement['lower']:.2f} to {agreement['upper']:.2f})",
            f"LAPOP less Latinobarómetro is {with_interval(agreement['difference'], low, high, '.1f')} points on "
            f"average: {side}",
        ]
    )


def apart_sentence(pairs: pd.DataFrame, agreement: Mapping[str, float], names: Mapping[str, str]) -> str:
    """In how many countries the surveys lie further apart than sampling gives, and where most."""
    beyond, total = int(agreement["beyond"]), int(agreement["countries"])
    most = pairs.iloc[int(pairs["difference"].abs().to_numpy().argmax())]
    return sentences(
        [
            f"in {out_of(beyond, total, 'countries')} they lie further apart than sampling gives",
            f"they differ most in {names[str(most['iso3'])]}: {most['latinobarometro']:.0f}% and {most['lapop']:.0f}%",
        ]
    )


def doubted_sentence(cells: pd.DataFrame, names: Mapping[str, str], parameters: TrustAndCommunityPolicing) -> str:
    """Which figures the table doubts, and what this run does with them."""
    told = [
        f"{names[str(row['iso3'])]} in {row['year']}, {row['trust']:.0f}% between {row['before']:.0f}% and "
        f"{row['after']:.0f}%"
        for _, row in cells.iterrows()
    ]
    if not told:
        return sentences(["the table doubts no figure"])
    done = "left out" if parameters.doubted == "left_out" else "kept"
    return sentences([f"the table doubts {listed(told)}; this run has {'it' if len(told) == 1 else 'them'} {done}"])


def reach_sentence(register: pd.DataFrame) -> str:
    """For how many dated programmes the waves allow which design."""
    design = register["design"]
    every, alone = int((design == "every estimator").sum()), int(design.str.startswith("difference").sum())
    none = int(design.str.startswith("none").sum())
    return sentences(
        [
            f"of {counted(len(register), 'dated programme')}, {number_in_words(every)} "
            f"{'has' if every == 1 else 'have'} the waves that every estimator needs, {number_in_words(alone)} those "
            f"for a difference in differences alone, and {number_in_words(none)} none"
        ]
    )


def programmes_sentence(effects: pd.DataFrame) -> str:
    """Each programme by difference in differences."""
    own = _differences(effects, "police")
    return sentences(
        f"with {PROGRAMMES[row['programme_id']]}, trust in the police moved by "
        f"{with_interval(row['effect'], row['lower'], row['upper'], '.1f')} points against "
        f"{counted(int(row['donors']), 'country', 'countries')}, {p_in_words(row['p_value'])}"
        for _, row in own.iterrows()
    )


def judiciary_sentence(effects: pd.DataFrame) -> str:
    """What trust in the judiciary did, which a programme of the police should leave alone."""
    both = _differences(effects, "judiciary").merge(
        _differences(effects, "difference"), on="programme_id", suffixes=("", "_less")
    )
    return sentences(
        f"with {PROGRAMMES[row['programme_id']]}, trust in the judiciary moved by {signed(row['effect'], '.1f')} "
        "points, and that in the police less that in the judiciary by "
        f"{with_interval(row['effect_less'], row['lower_less'], row['upper_less'], '.1f')}"
        for _, row in both.iterrows()
    )


def estimators_sentence(effects: pd.DataFrame) -> str:
    """What all estimators give where the waves carry them."""
    own = effects[effects["outcome"] == "police"]
    told = []
    for programme, rows in own.groupby("programme_id", sort=False):
        if len(rows) > 1:
            low, high = signed(float(rows["effect"].min()), ".1f"), signed(float(rows["effect"].max()), ".1f")
            told.append(
                f"for {PROGRAMMES[str(programme)]} {counted(len(rows), 'estimator')} give from {low} to {high} points, "
                f"the smallest {p_in_words(float(rows['p_value'].min()))}"
            )
    return sentences(told or ["no programme of this run has waves for more than a difference in differences"])


def programmes_verdict(effects: pd.DataFrame, parameters: TrustAndCommunityPolicing) -> str:
    """What the comparison with other countries can tell."""
    own = effects[effects["outcome"] == "police"]
    allowed, floor = parameters.significance, float(own["floor"].max())
    donors = counted(int(own["donors"].min()), "donor")
    if floor > allowed + ROUNDING:
        return sentences(
            [f"with {donors} no p can be below {floor:.3g}, so that nothing could pass a test at {allowed:.2g}",
             "the intervals say how little is known, and not that nothing happened"]
        )  # fmt: skip
    small = own[own["p_value"] <= allowed + ROUNDING]
    if small.empty:
        return sentences(
            [f"no estimate has a placebo p of at most {allowed:.2g}: other countries moved by as much",
             "that does not show that nothing happened"]
        )  # fmt: skip
    signs = set((small["effect"] > 0).tolist())
    way = "upwards" if signs == {True} else "downwards" if signs == {False} else "in both directions"
    return sentences(
        [
            f"{out_of(len(small), len(own), 'estimates', 'estimate')} {'stands' if len(small) == 1 else 'stand'} out "
            f"from other countries, {way}"
        ]
    )


def _differences(effects: pd.DataFrame, outcome: str) -> pd.DataFrame:
    return effects[(effects["outcome"] == outcome) & (effects["estimator"] == "difference_in_differences")]
