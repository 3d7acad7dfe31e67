"""How results of each p-value are reported, by the step model and by the models averaged."""

import math

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import norm

from citizen_security.evidence.publication_bias.analysis import BiasAnalysis, favoured_sign
from citizen_security.evidence.publication_bias.parameters import PublicationBias
from citizen_security.evidence.studies.pooled_sample import Sample
from citizen_security.methods.publication_bias.model_averaging import Averaged
from citizen_security.methods.publication_bias.selection_models import weight_intervals
from citizen_security.methods.publication_bias.significance_counts import LOW_POWER, SIGNIFICANT, p_curve_shares


def reporting_weights(sample: Sample, analysis: BiasAnalysis, parameters: PublicationBias) -> pd.DataFrame:
    """Weights of reporting in the steps chosen, with profile likelihood intervals.

    Parameters
    ----------
    sample : Sample
    analysis : BiasAnalysis
    parameters : PublicationBias

    Returns
    -------
    pandas.DataFrame
        `start`, `end`, `studies`, `weight`, `lower`, `upper`, a row for each interval of p-values; the first weight is
        1 and has no interval. Empty where the model could not be fitted.
    """
    fit = analysis.selection_model
    columns = ["start", "end", "studies", "weight", "lower", "upper"]
    if isinstance(fit, str):
        return pd.DataFrame(columns=columns)
    intervals = weight_intervals(
        sample.effect,
        sample.variance,
        cut_points=fit.cut_points,
        favoured=favoured_sign(parameters),
        confidence_level=parameters.confidence_level,
    )
    ends = [0.0, *fit.cut_points, 1.0]
    bounds = [(math.nan, math.nan), *intervals[1:]]
    rows = [
        (start, end, count, weight, *bound)
        for start, end, count, weight, bound in zip(ends[:-1], ends[1:], fit.counts, fit.weights, bounds, strict=True)
    ]
    return pd.DataFrame(rows, columns=columns)


def one_sided_p_values(sample: Sample, parameters: PublicationBias) -> npt.NDArray[np.float64]:
    """P-values of the studies against no effect, small in the favoured direction.

    Parameters
    ----------
    sample : Sample
    parameters : PublicationBias

    Returns
    -------
    numpy.ndarray, shape (k,)
    """
    z = sample.effect / np.sqrt(sample.variance)
    return np.asarray(norm.cdf(z if favoured_sign(parameters) == "negative" else -z))


def selection_probabilities(averaged: Averaged) -> pd.DataFrame:
    """Prior and posterior probability of each way of selection, over all models.

    Parameters
    ----------
    averaged : Averaged

    Returns
    -------
    pandas.DataFrame
        `selection`, `prior_probability`, `posterior_probability`.
    """
    columns = ["prior_probability", "posterior_probability"]
    return averaged.models.groupby("selection", sort=False)[columns].sum().reset_index()


def posterior_density(averaged: Averaged) -> pd.DataFrame:
    """Posterior density of the effect over the models that have one.

    Parameters
    ----------
    averaged : Averaged

    Returns
    -------
    pandas.DataFrame
        `effect`, `density`.
    """
    return pd.DataFrame({"effect": averaged.grid, "density": averaged.density})


def expected_p_curves() -> pd.DataFrame:
    """Shares of significant p-values in five bins, without any effect and with a power of one third.

    Returns
    -------
    pandas.DataFrame
        `no_effect`, `low_power`.
    """
    # Without an effect, half of the significant results point in the favoured direction.
    return pd.DataFrame({"no_effect": p_curve_shares(SIGNIFICANT / 2), "low_power": p_curve_shares(LOW_POWER)})


def copas_table(analysis: BiasAnalysis) -> pd.DataFrame:
    """The Copas model over assumed strengths of selection, or a `note` that says why there is none."""
    return pd.DataFrame({"note": [analysis.copas]}) if isinstance(analysis.copas, str) else analysis.copas
