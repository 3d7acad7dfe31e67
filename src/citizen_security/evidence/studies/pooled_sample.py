"""Effects of one intervention that can be pooled together, one for each study, and effects in words.

The studies of the compendium are a convenience collection, not a systematic search: a pooled effect is of the studies
in it.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd

from citizen_security.methods.arrays import Floats
from citizen_security.methods.meta_analysis.composites import composites
from citizen_security.methods.meta_analysis.names import Estimator, Test
from citizen_security.methods.meta_analysis.pooling import NotEnoughStudies, Pooled, pool
from citizen_security.words import counted

# Standard error of an effect from one observation on each scale: the unit that priors are stated in (Röver and others
# 2021, Research Synthesis Methods 12(4)).
UNITS = {"log_ratio": 2.0, "standardised_mean_difference": math.sqrt(2)}

# One study is no meta-analysis.
FEWEST_POOLED = 2

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
        One row a study: study_id, label (each once), publication (authors and year), year, is_lac, maryland_level,
        outcome (codes, joined), effect, standard_error, effects (how many it has), region.
    scale, measure : str
        Empty where there is no effect.
    left_out : int
        Usable effects of the intervention on another measure or scale.
    """

    effects: pd.DataFrame
    studies: pd.DataFrame
    scale: str
    measure: str
    left_out: int

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
    def unit(self) -> float:
        """Standard error of one observation on the scale."""
        return UNITS[self.scale]


def sample_of_intervention(
    harmonised: pd.DataFrame, intervention: str, outcome: str = "all", measure: str = "most_studies"
) -> Sample:
    """Effects of one intervention on one measure and scale, and one effect for each study.

    Several effects of one study are averaged as if they were perfectly correlated, so that the error of their mean is
    the mean of their errors: the cautious choice, since a study must not count several times.

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
    kept = wanted[(wanted["scale"] == scale) & (wanted["measure"] == commonest)]
    return Sample(kept.reset_index(drop=True), _one_a_study(kept), scale, commonest, len(mine) - len(kept))


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
            publication=("label", "first"),
            year=("year", "first"),
            is_lac=("is_lac", "first"),
            maryland_level=("maryland_level", "first"),
            outcome=("outcome", _joined),
        )
        .reset_index()
    )
    means = composites(kept["effect"], kept["standard_error"], kept["study_id"])
    studies = studies.assign(effect=means.effect, effects=means.effects, standard_error=means.standard_error)
    studies["region"] = np.where(studies["is_lac"], "Latin America and the Caribbean", "elsewhere")
    studies["label"] = pd.Series([short_label(authors) for authors in studies["label"]], dtype="str")
    number = studies.groupby("label").cumcount() + 1
    shared = studies["label"].duplicated(keep=False)
    studies["label"] = studies["label"].where(~shared, studies["label"] + " · " + number.astype(str))
    return studies


def short_label(label: str) -> str:
    """First author and others, where there are more than three: `Villaveces and others (2000)`; a title stays."""
    if label.startswith("“"):
        return label
    authors, _, year = label.rpartition(" (")
    names = authors.split(", ")
    return f"{names[0]} and others ({year}" if len(names) > MOST_AUTHORS else label


def _joined(codes: "pd.Series[str]") -> str:
    return " and ".join(sorted(set(codes)))
