"""Evaluations that were left out, if every positive one was let in."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.evidence.selection_on_outcome.parameters import SelectionOnOutcome
from citizen_security.evidence.selection_on_outcome.posterior import Posterior

if TYPE_CHECKING:
    from numpy.typing import NDArray


def drawer(posterior: Posterior, draws: int, rng: np.random.Generator) -> "NDArray[np.int64]":
    """Non-positive evaluations that were left out, if every positive one was let in.

    Evaluations are a Poisson process of unknown intensity Λ with the prior 1 / Λ: given the n that were let in, Λ is
    gamma distributed with shape n and rate q + r (1 − q), and those left out are Poisson with mean Λ (1 − r)(1 − q).

    Parameters
    ----------
    posterior : Posterior
    draws : int
    rng : numpy.random.Generator

    Returns
    -------
    numpy.ndarray, shape (draws,)
    """
    share, ratio = posterior.draw(draws, rng)
    intensity = rng.gamma(posterior.counts.total, 1 / (share + ratio * (1 - share)))
    return rng.poisson(intensity * (1 - ratio) * (1 - share))


def drawer_table(posteriors: Iterable[Posterior], parameters: SelectionOnOutcome) -> pd.DataFrame:
    """How many evaluations each posterior expects in the drawer.

    Parameters
    ----------
    posteriors : iterable of Posterior
    parameters : SelectionOnOutcome

    Returns
    -------
    pandas.DataFrame
        lower, median, upper (credible interval), and room (interventions that are not among the evaluations), indexed
        by the name of the filter.
    """
    rng = np.random.default_rng(parameters.seed)
    rows = {
        posterior.filter.name: np.quantile(drawer(posterior, parameters.draws_at_effort, rng), _ends(parameters))
        for posterior in posteriors
    }
    table = pd.DataFrame(rows, index=["lower", "median", "upper"]).T
    return table.assign(room=parameters.interventions - parameters.evaluations)


def _ends(parameters: SelectionOnOutcome) -> list[float]:
    level = parameters.credible_level
    return [(1 - level) / 2, 0.5, (1 + level) / 2]
