"""What the tests and corrections say of one set of studies, in sentences that follow the run."""

from typing import Any

import pandas as pd

from citizen_security.evidence.publication_bias.analysis import FEWEST_FOR_SELECTION, BiasAnalysis
from citizen_security.evidence.publication_bias.parameters import PublicationBias
from citizen_security.evidence.studies.coded_studies import Share
from citizen_security.evidence.studies.pooled_sample import Sample, ends_in_words, in_words, on_average, without_subject
from citizen_security.methods.publication_bias.funnel_tests import SmallStudyEffect
from citizen_security.methods.publication_bias.significance_counts import ExcessSignificance
from citizen_security.words import by_interval, leaves_out_zero, listed, out_of, sentences

# With so many studies without an effect left over, Rosenthal (1979) calls a result tolerant of null studies.
TOLERATED_PER_STUDY, TOLERATED = 5, 10

# Two-sided level at which Egger's test is said to reject, as in the simulated worlds.
EGGER_LEVEL = 0.1

# Methods that take every study as it was reported.
UNCORRECTED = ("random_effects", "equal_effects")

# Simulated worlds, as clauses of one sentence.
WORLDS = {
    "all_reported": "where every study is reported",
    "significant_reported": "where results are selected by significance",
    "small_studies_differ": "where small studies differ and nothing is missing",
}


def corrections_sentence(adjusted: pd.DataFrame, measure: str) -> str:
    """Between which corrected effects the mean lies, beside the one as reported, and how many reach no change.

    Parameters
    ----------
    adjusted : pandas.DataFrame
        From `adjusted_effects`, the uncorrected effect first.
    measure : str
        What the effects are a ratio or difference of.

    Returns
    -------
    str
        Whole sentences.
    """
    corrected = _corrected(adjusted)
    least, most = corrected["effect"].iloc[0], corrected["effect"].iloc[-1]
    sides = by_interval(
        least,
        most,
        above="all corrected means are on the side of more crime",
        below="all corrected means are on the side of less crime",
        neither="the corrected means do not agree on the direction",
    )
    as_reported = f"{in_words(adjusted['effect'].iloc[0], measure)} ({_interval(adjusted.iloc[0], measure)})"
    reaching = len(_reaching_no_change(corrected))
    return sentences(
        [
            f"taken as reported, {on_average(as_reported)}",
            f"corrected for results that nobody reported, the mean runs from {without_subject(least, measure)} to "
            f"{without_subject(most, measure)}, depending on the method",
            f"{sides}; the {'range' if reaching == 1 else 'ranges'} of {out_of(reaching, len(corrected), 'methods')} "
            f"{'reaches' if reaching == 1 else 'reach'} no change",
        ]
    )


def methods_sentence(adjusted: pd.DataFrame, averages: pd.DataFrame, measure: str) -> str:
    """Which corrections lie at the ends, which reach no change, and what the Bayesian average hangs on.

    Parameters
    ----------
    adjusted : pandas.DataFrame
        From `adjusted_effects`, the uncorrected effect first.
    averages : pandas.DataFrame
        From `analysis.averages`.
    measure : str
        What the effects are a ratio or difference of.

    Returns
    -------
    str
        Whole sentences.
    """
    corrected = _corrected(adjusted)
    least, most = (f"{row['label']} (range {_interval(row, measure)})" for _, row in corrected.iloc[[0, -1]].iterrows())
    return sentences(
        [
            f"at the lower end stands {least}, at the upper {most}",
            _reaching(corrected),
            _other_averages(averages, measure),
        ]
    )


def _corrected(adjusted: pd.DataFrame) -> pd.DataFrame:
    """Corrections that have an effect, from the lowest to the highest."""
    return adjusted[~adjusted["method"].isin(UNCORRECTED)].dropna(subset="effect").sort_values("effect")


def _interval(row: "pd.Series[Any]", measure: str) -> str:
    return ends_in_words(row["lower"], row["upper"], measure)


def _reaching(corrected: pd.DataFrame) -> str:
    """Which corrections have an interval that reaches no change, in words."""
    names = _reaching_no_change(corrected)
    if not names:
        return "the range of none of them reaches no change"
    return (
        f"the ranges of {listed(names)} reach no change"
        if len(names) > 1
        else f"the range of {names[0]} reaches no change"
    )


def _reaching_no_change(corrected: pd.DataFrame) -> list[str]:
    rows = zip(corrected["label"], corrected["lower"], corrected["upper"], strict=True)
    return [label for label, low, high in rows if not leaves_out_zero(low, high)]


def _other_averages(averages: pd.DataFrame, measure: str) -> str:
    """What the Bayesian average is over the ensembles that were not chosen."""
    others = averages[~averages["is_chosen"]]
    told = [
        f"{without_subject(row['effect'], measure)} ({ends_in_words(row['lower'], row['upper'], measure)}) over "
        f"{row['label']}"
        for row in others.to_dict("records")
    ]
    return f"the average over models depends on which are averaged: it is {listed(told)}" if told else ""


def intervals_sentence(parameters: PublicationBias) -> str:
    """Of which level the intervals are that stand beside the effects.

    Parameters
    ----------
    parameters : PublicationBias

    Returns
    -------
    str
        A whole sentence.
    """
    return sentences(
        [
            f"ranges in brackets are {100 * parameters.confidence_level:g}% confidence intervals; that of the average "
            f"is credible at {100 * parameters.credible_level:g}%"
        ]
    )


def region_sentence(sample: Sample) -> str:
    """How many of the studies that are tested are from the region.

    Parameters
    ----------
    sample : Sample

    Returns
    -------
    str
        A whole sentence.
    """
    here = int(sample.studies["is_lac"].sum())
    return sentences([f"{out_of(here, sample.k, 'studies')} tested here are from Latin America and the Caribbean"])


def egger_sentence(egger: SmallStudyEffect | str, studies: int) -> str:
    """Which way the effect goes with the standard error, or that this is not shown.

    Parameters
    ----------
    egger : SmallStudyEffect or str
        Of the mixed form; a reason where there is none.
    studies : int
        How many it looks at.

    Returns
    -------
    str
        A whole sentence.
    """
    if isinstance(egger, str):
        return sentences([f"Egger's test has no result: {egger.rstrip('.')}"])
    if studies < FEWEST_FOR_SELECTION:
        asked = f"Egger's test asks for {FEWEST_FOR_SELECTION} studies, and there are {studies}"
        return sentences([f"whether small studies find something else is not tested: {asked}"])
    if egger.p_value >= EGGER_LEVEL:
        return sentences(["whether small studies find something else is undecided (Egger's test)"])
    way = "less" if egger.slope < 0 else "more"
    return sentences([f"the smaller the study, the {way} crime it finds, by more than chance (Egger's test)"])


def excess_sentence(excess: ExcessSignificance, parameters: PublicationBias) -> str:
    """Whether there are more significant results than power explains.

    Parameters
    ----------
    excess : ExcessSignificance
    parameters : PublicationBias

    Returns
    -------
    str
        Whole sentences.
    """
    more = excess.exact_p_value < 1 - parameters.confidence_level
    verdict = (
        "that is more than chance explains"
        if more
        else "that is not shown to be too many, which clears nobody, since selective reporting raises the number to "
        "expect as well"
    )
    return sentences(
        [
            f"{excess.observed} of {excess.k} results are statistically significant in the hoped-for direction; were "
            f"all reported, studies of their size would give {excess.expected:.1f}",
            verdict,
        ]
    )


def fail_safe_sentence(analysis: BiasAnalysis) -> str:
    """Rosenthal's number beside the one that he asks for.

    Parameters
    ----------
    analysis : BiasAnalysis

    Returns
    -------
    str
        Whole sentences.
    """
    number, studies = analysis.fail_safe["rosenthal"], analysis.random_effects.k
    tolerated = TOLERATED_PER_STUDY * studies + TOLERATED
    against = "above" if number > tolerated else "not above"
    return sentences(
        [
            f"it takes {number:,} unreported studies without effect to make the result one of chance, {against} the "
            f"{tolerated:,} that Rosenthal asks of {studies} studies",
            "were the unreported ones on the other side, far fewer would do, so that no number is safe",
        ]
    )


def worlds_sentence(worlds: pd.DataFrame, simulations: int, level: float) -> str:
    """How often Egger's test rejects in each world, and how far the plain mean is off.

    Parameters
    ----------
    worlds : pandas.DataFrame
        From `compare_worlds`.
    simulations : int
        Simulated sets in each world.
    level : float
        Confidence level of the intervals.

    Returns
    -------
    str
        Whole sentences.
    """
    rows: Any = worlds[worlds["method"] == "random_effects"].set_index("world").to_dict("index")
    shares = {world: Share(round(rows[world]["egger_rejects"] * simulations), simulations, level) for world in WORLDS}
    rejects = (f"{shares[world].in_words} {where}" for world, where in WORLDS.items())
    return sentences(
        [
            f"of {simulations} sets of studies in each world, Egger's test sees a lopsided funnel in "
            f"{', '.join(rejects)}",
            f"it is set to see one by chance in {EGGER_LEVEL:.0%}; {100 * level:g}% intervals come from the number of "
            "sets",
        ]
    )
