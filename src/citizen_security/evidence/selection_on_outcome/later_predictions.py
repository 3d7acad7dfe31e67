"""What each posterior predicts of later collections, beside what these showed."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.evidence.selection_on_outcome.beliefs import BetaPrior
from citizen_security.evidence.selection_on_outcome.filters import Counts, Filter, shown_share
from citizen_security.evidence.selection_on_outcome.posterior import Posterior
from citizen_security.methods.arrays import Floats

if TYPE_CHECKING:
    from numpy.typing import NDArray


def predict(
    posterior: Posterior, later: Filter | None, total: int, draws: int, rng: np.random.Generator
) -> "NDArray[np.int64]":
    """Positive evaluations in another collection, if the posterior were right.

    Parameters
    ----------
    posterior : Posterior
    later : Filter or None
        Filter of the other collection, its r drawn from the prior; None if it has none.
    total : int
        Evaluations in it.
    draws : int
    rng : numpy.random.Generator

    Returns
    -------
    numpy.ndarray, shape (draws,)
    """
    positive_share, _ = posterior.draw(draws, rng)
    ratio: Floats | float = 1.0 if later is None else _prior_ratio(later, draws, rng)
    return rng.binomial(total, shown_share(positive_share, ratio))


def prediction_table(
    posteriors: Iterable[Posterior],
    observed: dict[str, Counts],
    later: Filter,
    *,
    credible_level: float,
    draws: int,
    seed: int,
) -> pd.DataFrame:
    """Later counts beside what each posterior predicts of them.

    Parameters
    ----------
    posteriors : iterable of Posterior
        Who ignores the filter of the first collection ignores that of the later one, too.
    observed : dict of str to Counts
        Later collections.
    later : Filter
        Filter that the later collections are thought to have passed by everybody else.
    credible_level : float
    draws : int
    seed : int

    Returns
    -------
    pandas.DataFrame
        collection, filter, label, observed, total, median, lower, upper (shares), as_low (probability of a count as
        low as the observed one or lower).
    """
    rng = np.random.default_rng(seed)
    rows = []
    for collection, counts in observed.items():
        for posterior in posteriors:
            passed = None if posterior.filter.name == "ignored" else later
            drawn = predict(posterior, passed, counts.total, draws, rng)
            lower, median, upper = (
                np.quantile(drawn, ((1 - credible_level) / 2, 0.5, (1 + credible_level) / 2)) / counts.total
            )
            rows.append(
                {
                    "collection": collection,
                    "filter": posterior.filter.name,
                    "label": posterior.filter.label,
                    "observed": counts.positive / counts.total,
                    "total": counts.total,
                    "median": median,
                    "lower": lower,
                    "upper": upper,
                    "as_low": float((drawn <= counts.positive).mean()),
                }
            )
    return pd.DataFrame(rows)


def _prior_ratio(outcome_filter: Filter, number: int, rng: np.random.Generator) -> "Floats | float":
    if isinstance(outcome_filter.ratio, BetaPrior):
        return rng.beta(*outcome_filter.ratio.shapes, size=number)
    return outcome_filter.ratio
