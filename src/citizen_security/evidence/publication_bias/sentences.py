"""What the tests and corrections say of one set of studies, in sentences that follow the run."""

from typing import Any

import pandas as pd

from citizen_security.evidence.publication_bias.analysis import BiasAnalysis
from citizen_security.evidence.publication_bias.parameters import PublicationBias
from citizen_security.evidence.studies.coded_studies import Share
from citizen_security.evidence.studies.pooled_sample import Sample, ends_in_words, in_words, without_subject
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
    """Between which corrected effects the mean lies, beside the uncorrected one, and whether they agree on its side.

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
        above="all point estimates are on the side of more crime",
        below="all point estimates are on the side of less crime",
        neither="the point estimates do not agree on the direction",
    )
    return sentences(
        [
            f"uncorrected, the mean is {in_words(adjusted['effect'].iloc[0], measure)}; corrected for publication bias "
            f"it runs from {without_subject(least, measure)} to {without_subject(most, measure)}, by the method",
            sides,
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
    least, most = (f"{row['label']} ({_interval(row, measure)})" for _, row in corrected.iloc[[0, -1]].iterrows())
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
    return f"interval {ends_in_words(row['lower'], row['upper'], measure)}"


def _reaching(corrected: pd.DataFrame) -> str:
    """Which corrections have an interval that reaches no change."""
    rows = zip(corrected["label"], corrected["lower"], corrected["upper"], strict=True)
    names = [label for label, low, high in rows if not leaves_out_zero(low, high)]
    if not names:
        return "the interval of none of them reaches no change"
    return f"the {'interval' if len(names) == 1 else 'intervals'} of {listed(names)} {_verb(names)} no change"


def _verb(names: list[str]) -> str:
    return "reaches" if len(names) == 1 else "reach"


def _other_averages(averages: pd.DataFrame, measure: str) -> str:
    """What the Bayesian average is over the ensembles that were not chosen."""
    others = averages[~averages["is_chosen"]]
    told = [
        f"{without_subject(row['effect'], measure)} ({ends_in_words(row['lower'], row['upper'], measure)}) over "
        f"{row['label']}"
        for row in others.to_dict("records")
    ]
    return f"the Bayesian average hangs on the models averaged: it is {listed(told)}" if told else ""


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


def egger_sentence(egger: SmallStudyEffect | str) -> str:
    """Which way the effect goes with the standard error, or that this is not shown.

    Parameters
    ----------
    egger : SmallStudyEffect or str
        Of the mixed form; a reason where there is none.

    Returns
    -------
    str
        A whole sentence.
    """
    if isinstance(egger, str):
        return sentences([f"Egger's test has no result: {egger.rstrip('.')}"])
    if egger.p_value >= EGGER_LEVEL:
        return sentences(["Egger's test does not show that small studies find something else, nor that they do not"])
    way = "less" if egger.slope < 0 else "more"
    return sentences([f"the smaller the study, the {way} crime it finds: by Egger's test, more so than by chance"])


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
        "that is more than power explains"
        if more
        else "that is not shown to be too many, which acquits nobody, as selection inflates the power too"
    )
    return sentences(
        [
            f"{excess.observed} of {excess.k} results are significant in the direction taken to be favoured, where "
            f"{excess.expected:.1f} were to be expected",
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
            f"Rosenthal's number is {number:,}, {against} the {tolerated:,} that he asks of {studies} studies",
            "it supposes that the missing studies average zero, so that even a large one reassures about nothing",
        ]
    )


def worlds_sentence(worlds: pd.DataFrame, simulations: int) -> str:
    """How often Egger's test rejects in each world, and how far the plain mean is off.

    Parameters
    ----------
    worlds : pandas.DataFrame
        From `compare_worlds`.
    simulations : int
        Simulated sets in each world.

    Returns
    -------
    str
        Whole sentences.
    """
    rows: Any = worlds[worlds["method"] == "random_effects"].set_index("world").to_dict("index")
    shares = {world: Share(round(rows[world]["egger_rejects"] * simulations), simulations) for world in WORLDS}
    rejects = (f"{shares[world].in_words} {where}" for world, where in WORLDS.items())
    return sentences(
        [
            f"of {simulations} sets in each world, Egger's test rejects at {EGGER_LEVEL:.0%} in {', '.join(rejects)}",
            "intervals are of so few sets",
        ]
    )
