"""What surveys, studies and comparisons say of trust, in sentences that follow the numbers."""

from collections.abc import Mapping

import pandas as pd

from citizen_security.programmes.trust_and_community_policing.labels import INSTITUTIONS, PROGRAMMES, TIMINGS
from citizen_security.programmes.trust_and_community_policing.parameters import TrustAndCommunityPolicing
from citizen_security.words import (
    by_interval,
    compared,
    counted,
    least_p,
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
        surveys = f"national surveys cannot settle it: so few countries allow no p below {least_p(floor)}"
    elif small:
        surveys = (
            f"in national surveys {out_of(small, len(own), 'comparisons', 'comparison')} with other countries "
            f"{'lies' if small == 1 else 'lie'} beyond chance, {_way(own[own['p_value'] <= allowed + ROUNDING])}"
        )
    else:
        surveys = "in national surveys no country with a programme stands out from those without"
    report = "reports" if gain == 1 else "report"
    against = trust[trust["direction"] != "beneficial"]
    told = [f"{row['study']} ({row['design']})" for _, row in against.iterrows()]
    return sentences(
        [
            f"of {counted(len(trust), 'study', 'studies')} of community policing and prevention that look at trust in "
            f"the police, {number_in_words(gain)} {report} more of it",
            f"no more of it was found by {listed(told)}" if told else "",
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
    return sentences(
        [
            "that community policing raises trust is contested: "
            f"{out_of(gain, len(trust), 'studies', 'study')} that look at it {'bears' if gain == 1 else 'bear'} it out"
        ]
    )


def studies_sentence(findings: pd.DataFrame) -> str:
    """Directions of all studies, those of crime too, and of those with random assignment."""
    drawn = findings[findings["randomised"]]
    gain, drawn_gain = ((rows["direction"] == "beneficial").sum() for rows in (findings, drawn))
    return sentences(
        [
            f"with studies of crime counted too, {out_of(int(gain), len(findings), 'studies')} "
            f"{'reports' if gain == 1 else 'report'} a benefit",
            f"of those that assigned places at random, {out_of(int(drawn_gain), len(drawn), 'studies')}",
        ]
    )


def printed_sentence(printed: pd.DataFrame, findings: pd.DataFrame) -> str:
    """How many effects were printed, what they favour, and whether any can be pooled."""
    number, favours = len(printed), int(printed["favours"].sum())
    intervals, poolable = int(printed["has_interval"].sum()), int(printed["poolable"].sum())
    silent = findings[~findings["study_id"].isin(printed["study_id"])]
    quiet = int((silent["direction"] != "beneficial").sum())
    lead = (
        f"{counted(len(silent), 'study', 'studies')} of {len(findings)} {'has' if len(silent) == 1 else 'have'} no "
        f"figure that could be read, {_of_these(quiet, len(silent))} without a benefit"
    )
    parts = [
        lead if len(silent) else "",
        f"{'of the others, ' if len(silent) else ''}{out_of(favours, number, 'printed effects')} "
        f"{'points' if favours == 1 else 'point'} to a gain, and "
        f"{number_in_words(intervals) if intervals else 'none'} came with an interval or a standard error where it was "
        "read",
        "two or more effects with a standard error could be pooled" if poolable > 1 else "so nothing is pooled here",
    ]
    return sentences(parts)


def _of_these(count: int, total: int) -> str:
    """Some of those just counted: `none`, `one of them`, `both`, `all`."""
    if count in (0, total):
        return "none" if not count else "and it is" if total == 1 else "both" if total == 2 else "all"
    return f"{number_in_words(count)} of them"


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
    own = table[table["method"] == quoted].set_index("scale")[["estimate", "lower", "upper"]].astype(float)
    levels, changes = (
        with_interval(float(own["estimate"][scale]), float(own["lower"][scale]), float(own["upper"][scale]), ".1f")
        for scale in ("levels", "changes")
    )
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
    meaning = (
        f"{share:.0f}% of their variance"
        if share <= 100
        else "figures move less than so small a sample would: more people were asked, or to more effect, than is "
        "assumed"
    )
    return sentences(
        [
            f"changes from wave to wave have a standard deviation of {summary['spread']:.1f} points, sampling alone "
            f"gives {summary['sampling_spread']:.1f}: {meaning}"
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
        f"{names[str(row['iso3'])]} in {row['year']}, {row['trust']:.0f}% where the waves before and after have "
        f"{row['before']:.0f}% and {row['after']:.0f}%"
        for _, row in cells.iterrows()
    ]
    if not told:
        return sentences(["the table doubts no figure of a country that this run looks at"])
    done = "left out" if parameters.doubted == "left_out" else "kept"
    which = "it" if len(told) == 1 else "them"
    return sentences([f"the table doubts {listed(told)}", f"this run has {which} {done}"])


def reach_sentence(register: pd.DataFrame) -> str:
    """For how many dated programmes the waves allow which design."""
    design = register["design"]
    every, alone = int((design == "every estimator").sum()), int(design.str.startswith("difference").sum())
    none = int(design.str.startswith("none").sum())
    return sentences(
        [
            f"of {counted(len(register), 'dated programme')}, {_number(every)} "
            f"{'has' if every <= 1 else 'have'} the waves that every estimator needs, {_number(alone)} those for a "
            f"difference in differences alone, and {_number(none)} {'has' if none <= 1 else 'have'} waves for neither"
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
            [f"with {donors} no p can be below {least_p(floor)}, so that nothing could pass a test at {allowed:.2g}",
             "the intervals say how little is known, and not that nothing happened"]
        )  # fmt: skip
    small = own[own["p_value"] <= allowed + ROUNDING]
    if small.empty:
        return sentences(
            [f"no estimate has a placebo p of at most {allowed:.2g}: other countries moved by as much",
             "that does not show that nothing happened"]
        )  # fmt: skip
    way = _way(small)
    number = out_of(len(small), len(own), "estimates", "estimate")
    return sentences([f"{number} {'stands' if len(small) == 1 else 'stand'} out from other countries, {way}"])


def _number(count: int) -> str:
    """A count that stands alone: `none`, `three`."""
    return number_in_words(count) if count else "none"


def _way(effects: pd.DataFrame) -> str:
    """Where effects point: `upwards`, `downwards`, `in both directions`."""
    signs = set((effects["effect"] > 0).tolist())
    return "upwards" if signs == {True} else "downwards" if signs == {False} else "in both directions"


def _differences(effects: pd.DataFrame, outcome: str) -> pd.DataFrame:
    return effects[(effects["outcome"] == outcome) & (effects["estimator"] == "difference_in_differences")]
