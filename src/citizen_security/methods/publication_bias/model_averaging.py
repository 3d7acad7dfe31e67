"""Bayesian averaging over models with and without an effect, heterogeneity and selection, in the manner of RoBMA.

Each model has its own marginal likelihood, and Bayes factors for an effect, for heterogeneity and for selection follow.

References
----------
Maier, Bartoš and Wagenmakers (2023), Psychological Methods 28(1); Bartoš, Maier, Wagenmakers, Doucouliagos and Stanley
(2023), Research Synthesis Methods 14(1); weights of reporting: Vevea and Hedges (1995), Psychometrika 60(3).
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.interpolate import CubicHermiteSpline
from scipy.special import logsumexp

from .. import require
from ..arrays import Floats
from ..meta_analysis.pooling import NotEnoughStudies
from ..meta_analysis.study_values import effects_and_variances
from .ensembles import (
    ENSEMBLES,
    NO_SELECTION,
    EffectPriors,
    SelectionMechanism,
)
from .marginal_likelihoods import (
    FULL,
    ModelPosterior,
    Resolution,
    model_posterior,
)
from .quadrature import integrals_upto_nodes, unit_legendre_rule

type Favoured = Literal["negative", "positive"]

FEWEST_STUDIES = 3

# Points at which the posterior of the effect is laid out.
GRID = 2001

# Models with a smaller posterior probability are not laid out.
LEAST_SHARE = 1e-9


@dataclass(frozen=True, eq=False)
class Averaged:
    """What the models say together.

    Attributes
    ----------
    models : pandas.DataFrame
        A row for each: `effect`, `heterogeneity` (whether in the model), `selection` (label), `prior_probability`,
        `log_marginal`, `posterior_probability`, `effect_mean`.
    inclusion : pandas.DataFrame
        `component` (effect, heterogeneity, selection), `prior_probability`, `posterior_probability`, `bayes_factor`.
    mean, median, lower, upper : float
        Of the effect over all models, those that set it to zero included; equal-tailed interval.
    conditional_mean, conditional_lower, conditional_upper : float
        Of the effect over the models that have one.
    grid, density : numpy.ndarray
        Posterior density of the effect over all models where it is not zero; it integrates to the rest of
        `zero_probability`.
    zero_probability : float
    """

    models: pd.DataFrame
    inclusion: pd.DataFrame
    mean: float
    median: float
    lower: float
    upper: float
    conditional_mean: float
    conditional_lower: float
    conditional_upper: float
    grid: Floats
    density: Floats
    zero_probability: float


def average_models(
    effect: npt.ArrayLike,
    variance: npt.ArrayLike,
    *,
    priors: EffectPriors,
    selections: Sequence[SelectionMechanism] = ENSEMBLES["steps_and_regressions"],
    favoured: Favoured = "negative",
    credible_level: float = 0.95,
    resolution: Resolution = FULL,
) -> Averaged:
    """Average over effect or none, heterogeneity or none, and every way of selection.

    Parameters
    ----------
    effect, variance : array_like, shape (k,)
    priors : EffectPriors
        On the scale of `effect`, with μ positive in the favoured direction.
    selections : sequence of SelectionMechanism
        With prior probabilities that add up to one.
    favoured : str
        Sign of the effects that are reported more readily.
    credible_level : float
        Of the credible intervals.
    resolution : Resolution

    Returns
    -------
    Averaged

    Raises
    ------
    NotEnoughStudies
        With fewer than three studies.
    ValueError
        If an effect is missing, a variance is not above zero, the level is no probability, or no model with an effect
        has a posterior probability to speak of.
    """
    require.one_of("favoured", favoured, Favoured)
    require.level("credible_level", credible_level)
    sign = -1.0 if favoured == "negative" else 1.0
    effects, variances = effects_and_variances(effect, variance)
    turned = sign * effects
    if len(turned) < FEWEST_STUDIES:
        raise NotEnoughStudies(f"{len(turned)} studies; averaging over models needs at least {FEWEST_STUDIES}.")
    posteriors = [
        model_posterior(
            turned, variances, priors, selection, has_effect=has_effect, is_mixed=is_mixed, resolution=resolution
        )
        for has_effect, is_mixed, selection in itertools.product((False, True), (False, True), selections)
    ]
    models = _model_table(posteriors, sign)
    return _averaged(models, posteriors, sign, credible_level)


def _model_table(posteriors: Sequence[ModelPosterior], sign: float) -> pd.DataFrame:
    prior = np.array([0.25 * model.selection.prior_probability for model in posteriors])
    log_marginal = np.array([model.log_marginal for model in posteriors])
    logs = np.log(prior) + log_marginal
    return pd.DataFrame(
        {
            "effect": [model.has_effect for model in posteriors],
            "heterogeneity": [model.is_mixed for model in posteriors],
            "selection": [model.selection.label for model in posteriors],
            "prior_probability": prior,
            "log_marginal": log_marginal,
            "posterior_probability": np.exp(logs - logsumexp(logs)),
            # Minus times zero is a zero with a sign, which would be printed.
            "effect_mean": [sign * model.mean + 0.0 for model in posteriors],
        }
    )


def _inclusion(models: pd.DataFrame) -> pd.DataFrame:
    """Posterior against prior odds that a component is in the model; only components that some models have."""
    present = {
        "effect": models["effect"],
        "heterogeneity": models["heterogeneity"],
        "selection": models["selection"] != NO_SELECTION.label,
    }
    rows = []
    for component, here in present.items():
        if here.all() or not here.any():
            continue
        prior, posterior = (
            {side: float(models.loc[mask, column].sum()) for side, mask in (("in", here), ("out", ~here))}
            for column in ("prior_probability", "posterior_probability")
        )
        # The odds are taken of sums, since one minus a probability near one keeps no digits.
        factor = (posterior["in"] / posterior["out"] if posterior["out"] else math.inf) / (prior["in"] / prior["out"])
        rows.append((component, prior["in"], posterior["in"], factor))
    return pd.DataFrame(rows, columns=["component", "prior_probability", "posterior_probability", "bayes_factor"])


def _averaged(
    models: pd.DataFrame, posteriors: Sequence[ModelPosterior], sign: float, credible_level: float
) -> Averaged:
    shares = models["posterior_probability"].to_numpy()
    has_effect = models["effect"].to_numpy()
    zero = float(shares[~has_effect].sum())
    present = [(share, model) for share, model in zip(shares, posteriors, strict=True) if model.has_effect]
    if not any(share > LEAST_SHARE for share, _ in present):
        raise ValueError(
            f"the models with an effect have a posterior probability below {LEAST_SHARE:g} each, so that there is no "
            "effect to lay out; give priors on the scale of the effects."
        )
    grid = _grid(present)
    below, density = np.zeros((2, len(grid)))
    for share, model in present:
        more, higher = _distribution(model, grid)
        below, density = below + share * more, density + share * higher
    if sign < 0:
        grid, below, density = -grid[::-1], (1 - zero) - below[::-1], density[::-1]
    within = below / (1 - zero)
    tails = (1 - credible_level) / 2, 0.5, (1 + credible_level) / 2
    lower, median, upper = (_quantile(grid, below, zero, share) for share in tails)
    mean = sign * sum(share * model.mean for share, model in present)
    return Averaged(
        models=models,
        inclusion=_inclusion(models),
        mean=mean,
        median=median,
        lower=lower,
        upper=upper,
        conditional_mean=mean / (1 - zero),
        conditional_lower=_quantile(grid, within, 0.0, tails[0]),
        conditional_upper=_quantile(grid, within, 0.0, tails[2]),
        grid=grid,
        density=density,
        zero_probability=zero,
    )


def _grid(present: Sequence[tuple[float, ModelPosterior]]) -> Floats:
    """Even steps over all nodes that carry a posterior probability worth showing."""
    ends = [
        model.nodes[share * model.shares > 1e-7 * (share * model.shares).max()]
        for share, model in present
        if share > LEAST_SHARE
    ]
    nodes = np.concatenate(ends)
    return np.linspace(nodes.min(), nodes.max(), GRID)


def _distribution(model: ModelPosterior, grid: Floats) -> tuple[Floats, Floats]:
    """Distribution function and density of the effect of one model.

    Each row of nodes is a Legendre rule, so the density is integrated up to each node as exactly as over all of them,
    and between nodes both the function and its slope are known.
    """
    number = model.nodes.shape[1]
    points, weights = unit_legendre_rule(number)
    upto = integrals_upto_nodes(number)
    below, density = np.zeros((2, len(grid)))
    for nodes, shares in zip(model.nodes, model.shares, strict=True):
        if shares.sum() < 1e-9:
            continue
        half = (nodes[-1] - nodes[0]) / (points[-1] - points[0])
        heights = shares / weights / half
        ends = np.array([nodes[0] - half * (1 + points[0]), nodes[-1] + half * (1 - points[-1])])
        spline = CubicHermiteSpline(
            np.concatenate([ends[:1], nodes, ends[1:]]),
            np.concatenate([[0.0], upto @ (shares / weights), [shares.sum()]]),
            np.concatenate([heights[:1], heights, heights[-1:]]),
        )
        inside = np.clip(grid, *ends)
        below += spline(inside)
        density += np.where(inside == grid, spline(inside, 1), 0.0)
    return below, density


def _quantile(grid: Floats, below: Floats, zero: float, share: float) -> float:
    """Quantile of a distribution with a lump at zero."""
    before = float(np.interp(0.0, grid, below))
    if zero and before <= share <= before + zero:
        return 0.0
    return float(np.interp(share if share <= before else share - zero, below, grid))
