"""What was announced of a programme beside what its evaluation estimated."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from citizen_security.evidence.claimed_and_evaluated.parameters import ClaimedAndEvaluated
from citizen_security.evidence.studies.metrics import counts_of
from citizen_security.methods.meta_analysis.effect_sizes import log_risk_ratio
from citizen_security.methods.meta_analysis.pooling import pool
from citizen_security.methods.resampling import all_or_random_resamples

if TYPE_CHECKING:
    from collections.abc import Sequence


# Resamples of programmes, where these are too many to draw every resample once.
PROGRAMME_RESAMPLES = 10_000

# Why a programme has no ratio, in the order in which the reasons are looked for.
NO_CLAIM, NO_ESTIMATE, NO_FALL = "claim without a number", "no estimate in percent", "no fall was estimated"


def compared_claims(claims: pd.DataFrame, studies: pd.DataFrame) -> pd.DataFrame:
    """Every programme with its claim, its estimate, and how they compare where both have a number.

    Ranges are taken at their middle; `ratio_low` and `ratio_high` use the ends that bring claim and estimate nearest to
    each other and farthest apart.

    Parameters
    ----------
    claims : pandas.DataFrame
        Table `claimed_and_evaluated`: changes in percent, negative for a fall.
    studies : pandas.DataFrame
        Table `studies`, for the outcome of the evaluation and whether it is a review.

    Returns
    -------
    pandas.DataFrame
        The rows of `claims`, none dropped, with label, claimed, evaluated (percent, middle of the range), ratio (of
        percent changes), ratio_low, ratio_high, log_ratio_difference (claimed less evaluated, on the log scale),
        missing (why there is no ratio, else empty), one_place_homicide (an evaluation of homicide in one place).
    """
    outcomes = studies.set_index("study_id")[["kind", "outcome_category"]]
    frame = claims.merge(outcomes, how="left", left_on="study_id", right_index=True).reset_index(drop=True)
    claimed, evaluated = _middle(frame, "claimed"), _middle(frame, "evaluated")
    reasons = np.select(
        [claimed.isna(), evaluated.isna(), evaluated >= 0], [NO_CLAIM, NO_ESTIMATE, NO_FALL], default=""
    )
    missing = pd.Series(reasons, index=frame.index)
    both = missing == ""
    low, high = _columns(frame, "claimed"), _columns(frame, "evaluated")
    return frame.assign(
        label=frame["programme"] + ", " + frame["place"],
        claimed=claimed,
        evaluated=evaluated,
        ratio=(claimed / evaluated).where(both),
        ratio_low=(low.max(axis=1) / high.min(axis=1)).where(both),
        ratio_high=(low.min(axis=1) / high.max(axis=1)).where(both),
        log_ratio_difference=pd.Series(np.log1p(claimed / 100) - np.log1p(evaluated / 100)).where(both),
        missing=missing,
        one_place_homicide=(frame["kind"] == "primary") & (frame["outcome_category"] == "homicide"),
    ).drop(columns=["kind", "outcome_category"])


def with_intervals(
    compared: pd.DataFrame, effects: pd.DataFrame, studies: pd.DataFrame, confidence_level: float
) -> pd.DataFrame:
    """Intervals of estimates, where the trials behind one are in the table of effects with their counts.

    The risk ratios of the trials are pooled with random effects (restricted maximum likelihood).

    Parameters
    ----------
    compared : pandas.DataFrame
        From `compared_claims`.
    effects : pandas.DataFrame
        Table `effects`.
    studies : pandas.DataFrame
        Table `studies`, for the review that a trial was pooled in.
    confidence_level : float

    Returns
    -------
    pandas.DataFrame
        With recomputed, evaluated_lower, evaluated_upper (percent; nan where no counts are at hand) and trials.
    """
    counts = effects["derivation"].map(lambda words: counts_of(words) if isinstance(words, str) else None)
    review = effects["study_id"].map(studies.set_index("study_id")["pooled_in"])
    known = effects.assign(counts=counts, review=review)[counts.notna()]
    columns = ["recomputed", "evaluated_lower", "evaluated_upper", "trials"]
    rows = [
        _pooled_change(known.loc[known["review"] == study, "counts"], confidence_level)
        for study in compared["study_id"]
    ]
    return compared.join(pd.DataFrame(rows, columns=columns, index=compared.index))


def _pooled_change(counts: "pd.Series[Any]", confidence_level: float) -> tuple[float, float, float, int]:
    """Pooled change in percent, its interval, and the number of trials."""
    if len(counts) < 2:
        return float("nan"), float("nan"), float("nan"), len(counts)
    sizes = [log_risk_ratio(*cells) for cells in counts]
    pooled = pool(
        [size.effect for size in sizes],
        [size.standard_error**2 for size in sizes],
        test="normal",
        confidence_level=confidence_level,
    )
    recomputed, lower, upper = (100 * np.expm1(value) for value in (pooled.effect, *pooled.interval))
    return float(recomputed), float(lower), float(upper), len(counts)


@dataclass(frozen=True)
class Median:
    """A median over few programmes.

    Attributes
    ----------
    value : float
    bootstrap : tuple of float
        Percentile interval over resamples of programmes.
    extremes : tuple of float
        Smallest and largest value.
    coverage : float
        Probability that extremes of independent draws enclose the median: 1 − 2 / 2 ** n, whatever the distribution.
    n : int
    """

    value: float
    bootstrap: tuple[float, float]
    extremes: tuple[float, float]
    coverage: float
    n: int


def median_over_programmes(
    values: "Sequence[float]", *, confidence_level: float, draws: int, seed: int
) -> Median | None:
    """Median with an interval over resamples of programmes.

    Parameters
    ----------
    values : sequence of float
        One for each programme.
    confidence_level : float
    draws : int
        Resamples, where the programmes are too many to draw every resample once.
    seed : int

    Returns
    -------
    Median or None
        None for fewer than two programmes.

    Notes
    -----
    With so few values a bootstrap interval is too narrow: its ends cannot lie beyond the extremes, and even those
    enclose the median with the probability `coverage` only.
    """
    known = np.asarray([value for value in values if np.isfinite(value)])
    if len(known) < 2:
        return None
    medians = np.median(known[all_or_random_resamples(len(known), draws, seed)], axis=1)
    # Every resample is equally probable, so the quantile is one of the medians and not between two.
    low, high = np.quantile(medians, ((1 - confidence_level) / 2, (1 + confidence_level) / 2), method="inverted_cdf")
    return Median(
        value=float(np.median(known)),
        bootstrap=(float(low), float(high)),
        extremes=(float(known.min()), float(known.max())),
        coverage=1 - 2 * 0.5 ** len(known),
        n=len(known),
    )


def programme_medians(both: pd.DataFrame, parameters: ClaimedAndEvaluated) -> dict[str, Median | None]:
    """Medians over programmes of the two ways to compare claim and estimate.

    Parameters
    ----------
    both : pandas.DataFrame
        Programmes with a claim and an estimate, from `compared_claims`.
    parameters : ClaimedAndEvaluated

    Returns
    -------
    dict of str to Median or None
        `ratio` and `log_ratio_difference`.
    """
    return {
        name: median_over_programmes(
            both[name].tolist(),
            confidence_level=parameters.confidence_level,
            draws=PROGRAMME_RESAMPLES,
            seed=parameters.seed,
        )
        for name in ("ratio", "log_ratio_difference")
    }


def _middle(frame: pd.DataFrame, name: str) -> "pd.Series[float]":
    return _columns(frame, name).mean(axis=1, skipna=False)


def _columns(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    return frame[[f"{name}_change_percent_{end}" for end in ("low", "high")]].astype("float64")
