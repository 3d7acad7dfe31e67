"""Asymmetry of the funnel: its tests, and the lines and studies that are drawn in it."""

import math

import numpy as np
import pandas as pd

from citizen_security.evidence.publication_bias.analysis import BiasAnalysis
from citizen_security.evidence.studies.pooled_sample import Sample
from citizen_security.methods.publication_bias.funnel_tests import RankCorrelation, SmallStudyEffect

type _Row = tuple[float, float, float, float, str]

_NOTHING = math.nan


def asymmetry_tests(analysis: BiasAnalysis) -> pd.DataFrame:
    """The tests of the funnel's asymmetry.

    Parameters
    ----------
    analysis : BiasAnalysis

    Returns
    -------
    pandas.DataFrame
        `test`, `estimate`, `lower`, `upper`, `p_value`, `note`.
    """
    return pd.DataFrame(
        [
            ("Egger, classical", *_slope_row(analysis.egger)),
            ("Egger, mixed effects", *_slope_row(analysis.egger_mixed)),
            ("Begg, rank correlation", *_rank_row(analysis.begg)),
        ],
        columns=["test", "estimate", "lower", "upper", "p_value", "note"],
    )


def egger_p_value(analysis: BiasAnalysis) -> float:
    """P-value of Egger's slope (mixed effects); nan where there is none."""
    return math.nan if isinstance(analysis.egger_mixed, str) else analysis.egger_mixed.p_value


def filled_studies(analysis: BiasAnalysis) -> pd.DataFrame:
    """Studies that trim and fill adds to the funnel.

    Parameters
    ----------
    analysis : BiasAnalysis

    Returns
    -------
    pandas.DataFrame
        `effect`, `standard_error`; empty where nothing is missing or the method gave no result.
    """
    fit = analysis.trim_and_fill
    if isinstance(fit, str):
        return pd.DataFrame(columns=["effect", "standard_error"], dtype=float)
    return pd.DataFrame({"effect": fit.filled_effect, "standard_error": np.sqrt(fit.filled_variance)})


def fitted_lines(sample: Sample, analysis: BiasAnalysis, points: int = 50) -> pd.DataFrame:
    """Egger's line and PEESE's curve over the range of standard errors, from zero.

    Parameters
    ----------
    sample : Sample
    analysis : BiasAnalysis
    points : int

    Returns
    -------
    pandas.DataFrame
        `standard_error`, `egger` (mixed effects), `peese`; missing where there is no fit.
    """
    error = np.linspace(0, float(np.sqrt(sample.variance.max())), points)
    lines = pd.DataFrame({"standard_error": error, "egger": math.nan, "peese": math.nan})
    if not isinstance(analysis.egger_mixed, str):
        lines["egger"] = analysis.egger_mixed.limit + analysis.egger_mixed.slope * error
    if not isinstance(analysis.conditional, str):
        lines["peese"] = analysis.conditional.peese.limit + analysis.conditional.peese.slope * error**2
    return lines


def _slope_row(fit: SmallStudyEffect | str) -> _Row:
    if isinstance(fit, str):
        return _NOTHING, _NOTHING, _NOTHING, _NOTHING, fit
    return fit.slope, fit.slope_lower, fit.slope_upper, fit.p_value, "change for each unit of SE"


def _rank_row(fit: RankCorrelation | str) -> _Row:
    if isinstance(fit, str):
        return _NOTHING, _NOTHING, _NOTHING, _NOTHING, fit
    return fit.tau, _NOTHING, _NOTHING, fit.p_value, "Kendall's tau"
