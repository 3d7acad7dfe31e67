"""The Bayesian meta-analysis of a set of studies under stated priors, and under others.

Priors are stated in the standard error of an effect from one observation, so that one number means the same on every
scale (Röver and others 2021, Research Synthesis Methods 12(4)).
"""

import numpy as np
import pandas as pd

from citizen_security.evidence.meta_analysis.parameters import MetaAnalysis
from citizen_security.evidence.studies.pooled_sample import Sample
from citizen_security.methods.meta_analysis.bayesian_pooling import (
    BayesianPooled,
    MuPrior,
    NormalMixture,
    TauFamily,
    TauPrior,
    pool_bayesian,
)


def priors(sample: Sample, parameters: MetaAnalysis) -> tuple[TauPrior, MuPrior]:
    """Priors on the scale of the effects."""
    return (
        TauPrior(parameters.prior, parameters.prior_scale * sample.unit),
        MuPrior("normal", 0.0, parameters.effect_prior * sample.unit),
    )


def fit_bayesian(sample: Sample, parameters: MetaAnalysis) -> BayesianPooled:
    """Posterior under the priors of the parameters."""
    return pool_bayesian(sample.effect, sample.variance, *priors(sample, parameters))


def prior_sensitivity(sample: Sample, parameters: MetaAnalysis) -> pd.DataFrame:
    """The posterior under other priors of τ: narrower, wider, and of other families.

    Parameters
    ----------
    sample : Sample
    parameters : MetaAnalysis

    Returns
    -------
    pandas.DataFrame
        `prior`, `effect` (median), `lower`, `upper`, `tau` (median), `tau_lower`, `tau_upper`, `new_lower`,
        `new_upper` (of a new study), `below_zero` (probability that the mean is). The first row is the chosen prior.
    """
    _, mean_prior = priors(sample, parameters)
    scale = parameters.prior_scale
    candidates: list[tuple[TauFamily, float]] = [
        (parameters.prior, scale),
        ("half_normal", scale / 2),
        ("half_normal", scale),
        ("half_normal", 2 * scale),
        ("half_cauchy", scale),
        ("uniform", 4 * scale),
    ]
    rows = []
    for family, width in dict.fromkeys(candidates):
        posterior = pool_bayesian(sample.effect, sample.variance, TauPrior(family, width * sample.unit), mean_prior)
        mean, tau, new = (
            part(parameters.credible_level) for part in (posterior.mu, posterior.tau_summary, posterior.predictive)
        )
        name = f"{family.replace('_', '-')}, {width * sample.unit:.2g}"
        rows.append((name, mean.median, *mean.central, tau.median, *tau.central, *new.central, mean.below_zero))
    names = ["prior", "effect", "lower", "upper", "tau", "tau_lower", "tau_upper", "new_lower", "new_upper"]
    return pd.DataFrame(rows, columns=[*names, "below_zero"])


def posterior_curves(posterior: BayesianPooled, credible_level: float, points: int = 300) -> pd.DataFrame:
    """Densities of the mean effect, of a new study's effect, and of τ.

    Parameters
    ----------
    posterior : BayesianPooled
    credible_level : float
        The curves span three times the half width of the intervals.
    points : int

    Returns
    -------
    pandas.DataFrame
        `quantity` (`mean`, `new_study`, `tau`), `value`, `density`.
    """
    mean, new = posterior.mu(credible_level), posterior.predictive(credible_level)
    reach = max(abs(new.central[0] - mean.median), abs(new.central[1] - mean.median)) * 1.3
    values = np.linspace(mean.median - reach, mean.median + reach, points)
    given = posterior.mu_given_tau
    wider = NormalMixture(given.weights, given.means, np.hypot(given.deviations, posterior.tau))
    taus = np.linspace(0, posterior.tau_quantile(0.995), points)
    below = np.interp(taus, posterior.tau_edges, posterior.tau_cumulative)
    curves = {
        "mean": (values, given.density(values)),
        "new_study": (values, wider.density(values)),
        "tau": (taus, np.gradient(below, taus)),
    }
    return pd.concat(
        [
            pd.DataFrame({"quantity": name, "value": value, "density": density})
            for name, (value, density) in curves.items()
        ],
        ignore_index=True,
    )


def shrunken(sample: Sample, posterior: BayesianPooled, credible_level: float) -> pd.DataFrame:
    """Each study's own effect and the one that the others draw it to.

    Parameters
    ----------
    sample : Sample
    posterior : BayesianPooled
    credible_level : float

    Returns
    -------
    pandas.DataFrame
        `label`, `effect`, `standard_error`, `mean`, `lower`, `upper`, `shrinkage`.
    """
    own = sample.studies[["label", "effect", "standard_error"]].reset_index(drop=True)
    return pd.concat([own, posterior.shrinkage(credible_level)[["mean", "lower", "upper", "shrinkage"]]], axis=1)
