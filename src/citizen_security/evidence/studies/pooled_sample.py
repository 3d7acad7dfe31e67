"""Effects of one intervention that can be pooled together, one for each study, and effects in words.

The studies of the compendium are a convenience collection, not a systematic search: a pooled effect is of the studies
in it.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
import pandas as pd
from scipy.stats import norm

from citizen_security.evidence.studies.averaged import averaged
from citizen_security.methods.arrays import Floats
from citizen_security.methods.meta_analysis.cluster_robust import Robust, cluster_robust
from citizen_security.methods.meta_analysis.composites import Composites, composites
from citizen_security.methods.meta_analysis.multilevel import three_level
from citizen_security.methods.meta_analysis.names import Estimator, Test
from citizen_security.methods.meta_analysis.pooling import NotEnoughStudies, Pooled, pool
from citizen_security.words import by_interval, counted

# Standard error of an effect from one observation on each scale: the unit that priors are stated in (Röver and others
# 2021, Research Synthesis Methods 12(4)).
UNITS = {"log_ratio": 2.0, "standardised_mean_difference": math.sqrt(2)}

# One study is no meta-analysis.
FEWEST_POOLED = 2

# With fewer of Satterthwaite's degrees of freedom a t test with CR2 errors rejects too often (Tipton 2015), and so does
# an HTZ test with fewer in its denominator (Tipton and Pustejovsky 2015).
FEWEST_DEGREES = 4

# Labels of more authors than these would leave a forest plot no room.
MOST_AUTHORS = 3


# Why a mean has no prediction interval.
FEWER_THAN_THREE = "with fewer than three studies"
FIXED = "where τ² is fixed at zero and not estimated"

type Ends = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Sample:
    """Effects that are pooled together.

    Attributes
    ----------
    effects : pandas.DataFrame
        Rows of `harmonised_effects`, all of one measure on one scale.
    studies : pandas.DataFrame
        One row a study: study_id, label (each once), publication (key), year, is_lac, maryland_level,
        outcome (codes, joined), effect, standard_error, effects (how many it has), region.
    scale, measure : str
        Empty where there is no effect.
    left_out : int
        Usable effects of the intervention on another measure or scale.
    not_averaged : pandas.DataFrame
        Effects on the measure and scale that no mean takes, by the table of levels; as `effects`.
    """

    effects: pd.DataFrame
    studies: pd.DataFrame
    scale: str
    measure: str
    left_out: int
    not_averaged: pd.DataFrame

    @property
    def effect(self) -> Floats:
        """Effects, negative for less crime or violence; shape (k,)."""
        return self.studies["effect"].to_numpy(dtype=np.float64)

    @property
    def variance(self) -> Floats:
        """Squared standard errors; shape (k,)."""
        return self.studies["standard_error"].to_numpy(dtype=np.float64) ** 2

    @property
    def k(self) -> int:
        """Number of studies."""
        return len(self.studies)

    @property
    def publications(self) -> int:
        """Number of publications that the studies are from; one may hold several."""
        return self.studies["publication"].nunique()

    @property
    def clusters(self) -> int:
        """Number of publications where those that share a control group count as one."""
        return self.effects["cluster"].nunique()

    @property
    def unit(self) -> float:
        """Standard error of one observation on the scale."""
        return UNITS[self.scale]


def sample_of_intervention(
    harmonised: pd.DataFrame, intervention: str, outcome: str = "all", measure: str = "most_studies"
) -> Sample:
    """Effects of one intervention on one measure and scale, and one effect for each study.

    Several effects of one study are averaged as if they were perfectly correlated, so that the error of their mean is
    the mean of their errors: the cautious choice, since a study must not count several times. Where the table names the
    independent sample of each, as of two cities, this holds within a sample, and the samples' errors are independent.
    Which effects are averaged is decided by the level of their comparison (`averaged`).

    Parameters
    ----------
    harmonised : pandas.DataFrame
        From `effect_sizes.harmonised_effects`.
    intervention : str
        Code.
    outcome : str
        Code, or `all`.
    measure : str
        What the effects are a ratio or difference of, or `most_studies`.

    Returns
    -------
    Sample
        Without a row where no effect is usable.
    """
    mine = harmonised[(harmonised["intervention"] == intervention) & harmonised["scale"].isin(list(UNITS))]
    if outcome != "all":
        mine = mine[mine["outcome"] == outcome]
    wanted = mine if measure == "most_studies" else mine[mine["measure"] == measure]
    sizes = wanted.groupby(["scale", "measure"])["study_id"].nunique()
    best: Any = sizes.idxmax() if len(sizes) else ("", "")
    scale, commonest = map(str, best)
    on_measure = wanted[(wanted["scale"] == scale) & (wanted["measure"] == commonest)]
    kept = averaged(on_measure, ["scale", "measure"])
    return Sample(
        effects=kept.reset_index(drop=True),
        studies=_one_a_study(kept),
        scale=scale,
        measure=commonest,
        left_out=len(mine) - len(on_measure),
        not_averaged=on_measure.drop(kept.index).reset_index(drop=True),
    )


def whatever_the_level(sample: Sample) -> Sample:
    """The same studies and those that the table of levels keeps out of a mean, to see what the rule decides.

    Parameters
    ----------
    sample : Sample

    Returns
    -------
    Sample
    """
    every = pd.concat([sample.effects, sample.not_averaged], ignore_index=True)
    return replace(sample, effects=every, studies=_one_a_study(every), not_averaged=sample.not_averaged.iloc[:0])


def mean_by_publication(effects: pd.DataFrame, correlation: float, confidence_level: float) -> Robust:
    """Mean of correlated and hierarchical effects with CR2 errors, those of a cluster of publications taken together.

    Parameters
    ----------
    effects : pandas.DataFrame
        `effect`, `standard_error` and `cluster`.
    correlation : float
        Working correlation of the sampling errors within a cluster.
    confidence_level : float

    Returns
    -------
    Robust
        No narrower than the model's own interval.

    Raises
    ------
    NotEnoughStudies
        If no two effects share a cluster, or all do.
    """
    values, keys = effects["effect"].to_numpy(dtype=np.float64), effects["cluster"].to_numpy()
    variances = effects["standard_error"].to_numpy(dtype=np.float64) ** 2
    fit = three_level(values, variances, keys, correlation=correlation, confidence_level=confidence_level)
    covariance = fit.working_covariance
    return cluster_robust(values, keys, covariance, no_narrower_than=fit.fixed, confidence_level=confidence_level)


def by_publication(sample: Sample, correlation: float, confidence_level: float) -> tuple[float, float, float] | None:
    """The mean with its interval by publication, where one publication holds several of the studies and others are.

    Parameters
    ----------
    sample : Sample
    correlation, confidence_level : float
        As in `mean_by_publication`.

    Returns
    -------
    tuple of float or None
        Effect and the ends of its interval.
    """
    found = _together(sample, correlation, confidence_level)
    if found is None:
        return None
    return float(found.coefficients[0]), float(found.lower[0]), float(found.upper[0])


def publication_degrees(sample: Sample, correlation: float, confidence_level: float) -> float | None:
    """Degrees of freedom that publications leave for the mean of `by_publication`, whichever interval stands there.

    Parameters
    ----------
    sample, correlation, confidence_level
        As in `by_publication`.

    Returns
    -------
    float or None
    """
    found = _together(sample, correlation, confidence_level)
    return None if found is None else float(found.own_degrees[0])


def _together(sample: Sample, correlation: float, confidence_level: float) -> Robust | None:
    if sample.clusters in (1, sample.k) or sample.k < FEWEST_POOLED:
        return None
    return mean_by_publication(sample.effects, correlation, confidence_level)


def disagree(one: Ends, other: Ends) -> bool:
    """Whether one interval leaves out no change and another does not, or they lie on different sides of it.

    Parameters
    ----------
    one, other : tuple of float

    Returns
    -------
    bool
    """
    sides = {by_interval(*ends, above="above", below="below", neither="neither") for ends in (one, other)}
    return len(sides) > 1


def interval_of_one(sample: Sample, confidence_level: float) -> Ends:
    """Interval of a sample's only study: as printed where it has one effect and that level was printed, else normal.

    A printed interval may have halves of unlike length, of which a normal interval about the same estimate knows
    nothing; a mean of several effects has no printed one.

    Parameters
    ----------
    sample : Sample
        Of one study.
    confidence_level : float

    Returns
    -------
    tuple of float
    """
    if len(sample.effects) == 1:
        (row,) = sample.effects.to_dict("records")
        if math.isclose(row["printed_level"], confidence_level):
            return float(row["printed_lower"]), float(row["printed_upper"])
    effect, error = float(sample.effect[0]), math.sqrt(float(sample.variance[0]))
    half = float(norm.isf((1 - confidence_level) / 2)) * error
    return effect - half, effect + half


class Pooling(Protocol):
    """Parameters that say how effects are pooled."""

    @property
    def estimator(self) -> Estimator:
        """Of the variance between studies."""

    @property
    def test(self) -> Test:
        """Of the pooled effect."""

    @property
    def confidence_level(self) -> float:
        """Of its interval."""


def pool_sample(sample: Sample, parameters: Pooling) -> Pooled:
    """Pool the studies as the parameters say."""
    return pool(
        sample.effect,
        sample.variance,
        estimator=parameters.estimator,
        test=parameters.test,
        confidence_level=parameters.confidence_level,
    )


def expected_of_a_new_study(fit: Pooled) -> Ends | str:
    """Prediction interval, or why there is none.

    Parameters
    ----------
    fit : Pooled

    Returns
    -------
    tuple of float or str
        The end of a clause, where there are fewer than three studies, or where τ² was fixed at zero.
    """
    if is_fixed(fit):
        return FIXED
    try:
        return fit.prediction_interval()
    except NotEnoughStudies:
        return FEWER_THAN_THREE


def is_fixed(fit: Pooled) -> bool:
    """Whether τ² was fixed at zero (equal effects), and so has no standard error."""
    return math.isnan(fit.tau_squared_standard_error)


def or_reason[Value](compute: Callable[[], Value]) -> Value | str:
    """The result, or the sentence that says why there are too few studies for it."""
    try:
        return compute()
    except NotEnoughStudies as refusal:
        return str(refusal)


def studies_in_words(sample: Sample) -> str:
    """`three studies`; with the number of publications where one holds several: `ten studies from three publications`.

    Parameters
    ----------
    sample : Sample

    Returns
    -------
    str
    """
    studies = counted(sample.k, "study", "studies")
    if sample.publications == sample.k:
        return studies
    return f"{studies} from {counted(sample.publications, 'publication')}"


def in_words(effect: float, measure: str) -> str:
    """An effect as readers know it: a change in per cent of a rate or of odds, or standard deviations.

    Parameters
    ----------
    effect : float
        Log ratio or standardised mean difference.
    measure : str

    Returns
    -------
    str
    """
    subject = {"odds_ratio": "odds ", "rate_ratio": "rate "}.get(measure, "")
    return subject + without_subject(effect, measure)


def without_subject(effect: float, measure: str) -> str:
    """The same without saying what changes: `12% lower`; `unchanged` where nothing is left of it by rounding.

    Parameters
    ----------
    effect : float
    measure : str

    Returns
    -------
    str
    """
    if measure == "standardised_mean_difference":
        size = f"{abs(effect):.2f} standard deviations"
    else:
        size = f"{abs(100 * math.expm1(effect)):.0f}%"
    if not any(digit in size for digit in "123456789"):
        return "unchanged"
    return f"{size} {'lower' if effect < 0 else 'higher'}"


def on_average(effect: str) -> str:
    """A mean effect as a clause: `on average the odds are 34% lower`.

    Parameters
    ----------
    effect : str
        In the words of `in_words`, with or without an interval.

    Returns
    -------
    str
    """
    subject, _, change = effect.partition(" ")
    verbs = {"odds": "are", "rate": "is"}
    return f"on average the {subject} {verbs[subject]} {change}" if subject in verbs else f"the mean is {effect}"


def ends_in_words(lower: float, upper: float, measure: str) -> str:
    """Ends of an interval, saying no word twice: `42% to 26% lower`, `3% lower to 8% higher`.

    Parameters
    ----------
    lower, upper : float
    measure : str

    Returns
    -------
    str
    """
    first, last = without_subject(lower, measure), without_subject(upper, measure)
    number, _, words = first.partition(" ")
    return f"{number if last.endswith(f' {words}') else first} to {last}"


def _one_a_study(kept: pd.DataFrame) -> pd.DataFrame:
    """One row a study, in the order of the table; a label that two studies share is numbered."""
    studies = (
        kept.groupby("study_id", sort=False)
        .agg(
            label=("label", "first"),
            publication=("publication", "first"),
            year=("year", "first"),
            is_lac=("is_lac", "first"),
            maryland_level=("maryland_level", "first"),
            outcome=("outcome", _joined),
        )
        .reset_index()
    )
    means = study_means(kept, kept["study_id"])
    studies = studies.assign(effect=means.effect, effects=means.effects, standard_error=means.standard_error)
    studies["region"] = np.where(studies["is_lac"], "Latin America and the Caribbean", "elsewhere")
    studies["label"] = pd.Series([short_label(authors) for authors in studies["label"]], dtype="str")
    number = studies.groupby("label").cumcount() + 1
    shared = studies["label"].duplicated(keep=False)
    studies["label"] = studies["label"].where(~shared, studies["label"] + " · " + number.astype(str))
    return studies


def study_means(effects: pd.DataFrame, group: "pd.Series[Any]") -> Composites:
    """One effect for each group of effects of a study: perfectly correlated within a sample, independent between.

    Parameters
    ----------
    effects : pandas.DataFrame
        `effect`, `standard_error` and `independent_sample`. Where one effect of a group has no sample, all are taken
        to be of the same.
    group : pandas.Series
        Key of the study, or of what is averaged of it, beside each effect.

    Returns
    -------
    Composites
        In the order in which the groups appear.
    """
    named = (effects["independent_sample"] != "").groupby(group).transform("all")
    keys = pd.MultiIndex.from_arrays([group, effects["independent_sample"].where(named, "")])
    samples, found = pd.factorize(keys)
    within = composites(effects["effect"], effects["standard_error"], samples)
    means = composites(within.effect, within.standard_error, found.get_level_values(0), correlation=0.0)
    sizes = np.array(group.groupby(group, sort=False).size(), dtype=np.int64)
    return replace(means, effects=sizes)


def short_label(label: str) -> str:
    """First author and others, where there are more than three: `Villaveces and others (2000)`; a title stays."""
    if label.startswith("“"):
        return label
    authors, _, year = label.rpartition(" (")
    names = authors.split(", ")
    return f"{names[0]} and others ({year}" if len(names) > MOST_AUTHORS else label


def _joined(codes: "pd.Series[str]") -> str:
    return " and ".join(sorted(set(codes)))
